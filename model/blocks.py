"""The rest of the province: farms, household businesses, public services, telecoms and the FDI enclave, so that GRDP adds up.

Farms, households and public services produce like enterprises, with an exogenous growth of their own TFP and the share of
public science and connection that reaches everybody; they invest like the province. Telecoms and the enclave follow an
exogenous path of output, with capital in proportion: their investors decide elsewhere (ODD section 2, eq. 20).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.books.accounts import COMPONENTS, Units
from model.dynamics import accumulate
from model.parameters import Parameters
from model.places.facts import Facts

Array = npt.NDArray[np.float64]

BLOCKS = ("farms", "households", "public", "telecom", "enclave")
HOME = 3
"""The first three blocks produce with what the province invests; the others follow their own path."""
PUBLIC, TELECOM, ENCLAVE = 2, 3, 4
MOST = 0.95
"""The largest part of product or workers that others can take from the home blocks: households and offices are never absent."""
TRACE = 1e-9
"""Share of GRDP below which a block counts as absent: it is kept at this trace so that growth rates stay finite."""


@dataclass
class Blocks:
    """State of the five blocks: output and capital in bn VND at 2010 prices, labour in workers, own ln TFP since the start."""

    output: Array
    capital: Array
    labour: Array
    own: Array
    level: Array
    """(5,) ln TFP level of the home blocks at the start; 0 for the others"""


def open_blocks(outputs: Array, workers: Array, p: Parameters, capital_output: float) -> Blocks:
    """Open the blocks at the place's capital-output ratio."""
    output = np.maximum(outputs, TRACE * outputs.sum())
    labour = np.maximum(workers, TRACE * workers.sum())
    capital = capital_output * output
    own = np.zeros(len(BLOCKS))
    level = np.log(output) - p.capital_share * np.log(capital) - (1.0 - p.capital_share) * np.log(labour)
    level[HOME:] = 0.0
    return Blocks(output, capital, labour, own, level)


def produce(blocks: Blocks, p: Parameters, common: float, shock: float) -> None:
    """Let the home blocks produce; `common` is what science and connection add to ln TFP, `shock` the year's demand shock."""
    home = slice(0, HOME)
    log_tfp = blocks.level[home] + blocks.own[home] + common + shock
    factors = p.capital_share * np.log(blocks.capital[home]) + (1.0 - p.capital_share) * np.log(blocks.labour[home])
    blocks.output[home] = np.exp(log_tfp + factors)


def advance(blocks: Blocks, p: Parameters, growth: Array, investment: float, home_labour: float, dt: float) -> None:
    """Move to the next quarter: own TFP and capital of the home blocks, the paths of the others.

    growth: (2,) growth of telecoms and enclave per year; investment: share of output; home_labour: workers of the home blocks.
    """
    home, away = slice(0, HOME), slice(HOME, len(BLOCKS))
    blocks.own[home] += p.rest_tfp_growth * dt
    blocks.capital[home] = accumulate(
        blocks.capital[home], investment * blocks.output[home], p.capital_depreciation, dt
    )
    blocks.labour[home] *= home_labour / blocks.labour[home].sum()
    rise = np.exp(growth * dt)
    blocks.output[away] *= rise
    blocks.capital[away] *= rise


def change_enclave(blocks: Blocks, change: float) -> None:
    """Let a share of the enclave leave (at most all of it) or as much arrive: output, capital and labour in proportion.

    Its new workers come from the home blocks, which keep some of theirs: beyond that, arrivals bring machines alone.
    """
    floor = TRACE * blocks.output.sum() / blocks.output[ENCLAVE]
    ratio = max(1.0 + change, floor)
    most = float(blocks.labour[ENCLAVE] + MOST * blocks.labour[:HOME].sum())
    blocks.output[ENCLAVE] *= ratio
    blocks.capital[ENCLAVE] *= ratio
    blocks.labour[ENCLAVE] = min(ratio * float(blocks.labour[ENCLAVE]), most)


def as_units(blocks: Blocks, p: Parameters, science: float, connection: float, shock: float) -> Units:
    """Return the blocks as producing units with the components of their ln TFP."""
    log_capital, log_labour = np.log(blocks.capital), np.log(blocks.labour)
    residual = np.log(blocks.output) - p.capital_share * log_capital - (1.0 - p.capital_share) * log_labour
    table = np.zeros((len(BLOCKS), len(COMPONENTS)))
    column = {name: index for index, name in enumerate(COMPONENTS)}
    table[:HOME, column["public_science"]] = science
    table[:HOME, column["connectivity"]] = connection
    table[:HOME, column["shock"]] = shock
    table[:HOME, column["rest"]] = blocks.own[:HOME]
    table[TELECOM, column["rest"]] = residual[TELECOM]
    table[ENCLAVE, column["enclave"]] = residual[ENCLAVE]
    return Units(np.ones(len(BLOCKS)), blocks.output.copy(), log_capital, log_labour, table)


@dataclass(frozen=True)
class Opening:
    """What the place's facts say of value added and workers at the start, after reconciling enterprises with the sectors.

    grdp, taxes, business_rd: bn VND a year at 2010 prices; enterprises: (9,) by sector; outputs, workers: (5,) by block;
    investment: share of output that the enterprises and home blocks invest.
    """

    grdp: float
    enterprises: Array
    outputs: Array
    workers: Array
    tax_ratio: float
    investment: float


GROUPS = {"agriculture": (0,), "industry": (1, 2), "services": (3, 4, 5, 6, 7, 8)}
"""The statistics office's three groups, as indices into SECTORS."""


def reconcile(facts: Facts, p: Parameters, sector_value_added: Array) -> Opening:
    """Split GRDP at the start over enterprises and blocks.

    Enterprise value added by sector is scaled down where it would exceed what its group of sectors has beyond the enclave
    and telecoms.
    """
    grdp = facts.grdp_nominal / facts.deflator
    enclave, telecom = facts.enclave_share * grdp, facts.telecom_share * grdp
    group = {
        "agriculture": facts.share_agriculture * grdp,
        "industry": (facts.share_industry + facts.share_construction) * grdp - enclave,
        "services": facts.share_services * grdp - telecom,
    }
    wanted = facts.enterprise_value_added_share * grdp * sector_value_added / sector_value_added.sum()
    enterprises = np.zeros(len(wanted))
    home = []
    for name, members in GROUPS.items():
        rows = list(members)
        scale = min(1.0, MOST * group[name] / max(wanted[rows].sum(), 1e-12))
        enterprises[rows] = wanted[rows] * scale
        home.append(group[name] - enterprises[rows].sum())
    outputs = np.array([*home, telecom, enclave])
    telecom_workers = facts.employment * facts.telecom_share
    home_workers = facts.employment - facts.enterprise_workers - facts.enclave_workers - telecom_workers
    workers = np.array([*(np.array(home) / sum(home) * home_workers), telecom_workers, facts.enclave_workers])
    away = (p.telecom_growth + p.capital_depreciation) * telecom + (
        facts.enclave_growth + p.capital_depreciation
    ) * enclave
    invested_home = facts.investment_ratio * grdp - facts.capital_output_ratio * away
    investment = invested_home / (enterprises.sum() + sum(home))
    tax_ratio = facts.product_tax_share / (1.0 - facts.product_tax_share)
    return Opening(grdp, enterprises, outputs, workers, tax_ratio, max(investment, 0.0))
