"""The outcomes: each one's home. Names, units and definitions stand in `outcomes.yaml`; here is how each is computed.

Enters: what a place hands in for a year (`Returns`), a province or the country alike. Leaves: rows of outcomes, in the
unit of `outcomes.yaml` (shares and growth in percent). An outcome that needs an earlier year is not a number in the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from model.books.accounts import SOURCES, YearGrowth
from model.books.returns import ICT, Flows, Returns, Survey
from model.books.turnover import Roll, melitz_polanec
from model.communes.people import People
from model.dynamics import QUARTERS, weighted_sum
from model.government.ledger import LedgerRow
from model.parameters import Parameters
from model.reading.own_files import read_own
from model.vocabulary import COMMUNE_KINDS, SECTORS, SIZES

Array = npt.NDArray[np.float64]
PERCENT = 100.0
MILLION = 1e3
"""Million VND in a billion."""
FIVE_YEARS = 5
UNKNOWN = float("nan")


@dataclass(frozen=True)
class Outcome:
    """What an outcome is: unit, name and definition in both languages, and whether a planner wishes it up or down."""

    name: str
    unit: str
    label: Mapping[str, str]
    definition: Mapping[str, str]
    better: str


@cache
def outcomes() -> Mapping[str, Outcome]:
    """Return every outcome by name, in the order of `outcomes.yaml`."""
    entries = read_own(files("model.books").joinpath("outcomes.yaml"))
    return {name: Outcome(name=name, **entry) for name, entry in entries.items()}


def size_and_price(now: Returns, before: Mapping[str, float] | None) -> dict[str, float]:
    """Return GRDP and productivity of the year, and their growth over the year before, its row, if any (21)."""
    grdp = now.flows.grdp
    productivity = grdp / now.employment * MILLION
    return {
        "grdp": grdp,
        "grdp_nominal": now.grdp_nominal,
        "grdp_growth": PERCENT * (grdp / before["grdp"] - 1.0) if before else UNKNOWN,
        "labour_productivity": productivity,
        "labour_productivity_growth": PERCENT * (productivity / before["labour_productivity"] - 1.0)
        if before
        else UNKNOWN,
        "hdi": human_development(now),
    }


def human_development(now: Returns) -> float:
    """Return the HDI with health and education held: the cube root of the income index moves it."""
    facts, p = now.facts, now.parameters
    per_head = (now.flows.grdp / now.residents) / (now.grdp_at_start / now.residents_at_start)
    income = facts.hdi_income_index + np.log(per_head) / np.log(p.hdi_income_high / p.hdi_income_low)
    return float(facts.hdi * (max(income, 0.0) / facts.hdi_income_index) ** (1.0 / 3.0))


def growth_row(growth: YearGrowth, capital: Mapping[str, float], p: Parameters) -> dict[str, float]:
    """Return TFP growth and share, their bands, and the exact split by source (22).

    capital: growth of capital by the name of a variant of the stock.
    """
    residual = {name: growth.tfp_at(p.capital_share, value) for name, value in capital.items()}
    residual["alpha_low"] = growth.tfp_at(p.capital_band_low)
    residual["alpha_high"] = growth.tfp_at(p.capital_band_high)
    row = {"capital_growth": growth.capital, "labour_growth": growth.labour, "tfp_growth": growth.tfp}
    row |= {f"tfp_growth_{name}": value for name, value in residual.items()}
    row |= {f"tfp_from_{name}": growth.sources[name] for name in SOURCES}
    row |= {f"tfp_share_{name}": value / growth.output for name, value in residual.items()}
    row["tfp_share"] = growth.tfp / growth.output
    return {name: PERCENT * value for name, value in row.items()}


def melitz_row(before: Roll | None, now: Roll) -> dict[str, float]:
    """Return the Melitz-Polanec groups of the year, 100 ln points."""
    if before is None or not len(before.identity) or not len(now.identity):
        return dict.fromkeys(("melitz_survivors", "melitz_covariance", "melitz_entry", "melitz_exit"), UNKNOWN)
    parts = melitz_polanec(before, now)
    return {
        "melitz_survivors": PERCENT * parts.survivors,
        "melitz_covariance": PERCENT * parts.covariance,
        "melitz_entry": PERCENT * parts.entry,
        "melitz_exit": PERCENT * parts.exit,
    }


def digital_row(flows: Flows) -> dict[str, float]:
    """Return the digital-economy share by the value-added method (23)."""
    digital = flows.core + flows.digitised
    return {
        "digital_share": PERCENT * digital / flows.grdp,
        "digital_share_core": PERCENT * flows.core / flows.grdp,
        "digital_share_digitised": PERCENT * flows.digitised / flows.grdp,
        "digital_share_without_enclave": PERCENT * (digital - flows.enclave_core) / (flows.grdp - flows.enclave),
    }


def share(weight: Array, condition: npt.NDArray[np.bool_]) -> float:
    """Return the weighted share of rows where `condition` holds, percent; 0 of nobody."""
    total = float(weight.sum())
    return PERCENT * weighted_sum(weight, condition.astype(np.float64)) / total if total > 0 else 0.0


def enterprise_row(firms: Survey, flows: Flows) -> dict[str, float]:
    """Return the state of the enterprises at the year's end (24)."""
    w = firms.weight
    row = {
        f"enterprises_digital_{name}": share(w[firms.size == k], firms.rung[firms.size == k] >= 1)
        for k, name in enumerate(SIZES)
    }
    return row | {
        "enterprises": float(w.sum()),
        "enterprises_digital": share(w, firms.rung >= 1),
        "enterprises_rung2": share(w, firms.rung >= 2),
        "enterprises_rung3": share(w, firms.rung >= 3),
        "enterprises_innovating_strict": share(w, firms.strict),
        "enterprises_innovating_broad": share(w, firms.broad),
        "rd_performers": share(w, firms.performs),
        "digital_enterprises": float(w[firms.sector == ICT].sum()),
        "science_enterprises": float(w[firms.performs & firms.strict].sum()),
        "entry_rate": PERCENT * flows.born / max(flows.stock / QUARTERS, 1e-12),
        "exit_rate": PERCENT * flows.left / max(flows.stock / QUARTERS, 1e-12),
        "productivity_p90_p10": dispersion(firms.own),
        "size_tail_exponent": tail_exponent(firms.labour),
        "frontier_gap_mean": mean(firms.gap, w),
        "skill_enterprises": PERCENT * mean(firms.skill, w),
    }


def mean(values: Array, weight: Array) -> float:
    """Return the weighted mean; 0 of nobody."""
    return float(np.average(values, weights=weight)) if len(values) else 0.0


def dispersion(own: Array) -> float:
    """Return P90/P10 of TFP within sectors, 1 where there are fewer than two enterprises."""
    if len(own) < 2:
        return 1.0
    low, high = np.percentile(own, (10, 90))
    return float(np.exp(high - low))


def tail_exponent(labour: Array) -> float:
    """Return the Hill estimate of the size tail over the largest tenth; not a number below twenty enterprises."""
    count = len(labour) // 10
    if count < 2:
        return UNKNOWN
    largest = np.sort(labour)[::-1][: count + 1]
    return float(count / np.log(largest[:-1] / largest[-1]).sum())


def people_row(people: People, staff: float) -> dict[str, float]:
    """Return communes, people and services at the year's end; staff: of the government, persons."""
    return {
        "online_services_provided": PERCENT * people.provided,
        "online_services_used": PERCENT * people.files_online,
        "online_services_people": PERCENT * people.users,
        "cashless_share": PERCENT * people.cashless,
        "coverage_5g": PERCENT * people.coverage,
        "commune_capacity": PERCENT * people.capacity,
        "commune_capacity_lowest_decile": PERCENT * people.capacity_lowest_decile,
        "team_strength": people.team,
        "team_strength_lowest_decile": people.team_lowest_decile,
        "commune_uptake_lowest_decile": PERCENT * people.uptake_lowest_decile,
        "platform_quality": PERCENT * people.quality,
        "skill_residents": PERCENT * people.skill,
        "staff_time_saved": PERCENT * people.staff_time_saved,
        "staff_posts_saved": staff * people.staff_time_saved,
    }


def research_row(flows: Flows) -> dict[str, float]:
    """Return R&D over output and its private share."""
    spending = flows.private_research + flows.public_research
    return {
        "rd_share": PERCENT * spending / flows.grdp,
        "rd_private_share": PERCENT * flows.private_research / spending if spending > 0 else 0.0,
        "publications": flows.publications,
        "patents": flows.patents,
    }


LEDGER_COLUMNS = (
    "announced", "relabelled", "allocated", "executed", "carried_over", "returned", "received", "lost_inefficiency",
    "lost_leakage", "lost_overrun",
)  # fmt: skip


def budget_row(total: LedgerRow) -> dict[str, float]:
    """Return the year's ledger, nominal, and the executed share of the allocation."""
    row = {f"budget_{name}": float(getattr(total, name)) for name in LEDGER_COLUMNS}
    row["executed_share"] = PERCENT * total.executed / total.allocated if total.allocated > 0 else 0.0
    return row


def by_group(group: npt.NDArray[np.integer], value: Array, number: int) -> Array:
    """Return the sum of `value` in each of `number` groups."""
    return np.bincount(group, weights=value, minlength=number).astype(np.float64)


def gainers(firms: Survey) -> dict[str, Array]:
    """Return the year-end value added of enterprises by size class, sector and commune kind, bn VND a year."""
    return {
        "size": by_group(firms.size, firms.value, len(SIZES)),
        "sector": by_group(firms.sector, firms.value, len(SECTORS)),
        "kind": by_group(firms.kind, firms.value, len(COMMUNE_KINDS)),
    }
