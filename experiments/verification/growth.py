"""Known limits of growth: T8 Solow, T9 Nelson-Phelps, T10 stock of knowledge.

Enters: nothing. Leaves: one `Limit` each. The model's own acts (imitate, produce, grow) move the enterprises of a province
in which everything else is at rest.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from experiments.verification.limit import Check, Curve, Limit, largest_gap
from experiments.verification.stage import AT_REST, beliefs, middle, quiet
from model.books.measures import PERCENT
from model.dynamics import QUARTER, QUARTERS
from model.enterprises import discovery, market
from model.government.programme import Programme
from model.province import Province
from model.vocabulary import LINES, SECTORS

Array = npt.NDArray[np.float64]

ALPHA, TECHNOLOGY, LABOUR = 0.37, 0.02, 0.005
"""Capital share, growth of labour-augmenting technology and of labour, as in the table of limits."""
DEPRECIATION = 0.05
SAVED = 0.30
FINE = 1.0 / 256.0
"""Step (years) at which the closed form in continuous time is met to 1e-4."""
ALIKE = AT_REST | {"enterprises": 40.0, "enterprise_workers": 2_000.0, "reallocation_elasticity": 0.0}


PACE = (1.0 - ALPHA) * TECHNOLOGY
"""Growth of ln TFP that technology of that pace is."""


def solow() -> Limit:
    """T8: with steady progress capital follows Solow's path; on the balanced path TFP has its known share of growth."""
    path = solow_path(FINE, years=20)
    share = (1.0 - ALPHA) * TECHNOLOGY / (LABOUR + TECHNOLOGY)
    checks = (
        Check("largest gap of K/Y over 20 years, relative", 0.0, largest_gap((path,)) / float(path.expected[-1]), 1e-4),
        Check("TFP share on the balanced path", share, balanced_share(), 1e-4),
    )
    return Limit("T8", "Solow", "a grows steadily, enterprises are alike, nobody enters or leaves", checks, (path,))


def steady(dt: float) -> dict[str, float]:
    """Return an economy where everybody's ln TFP grows at PACE: enterprises keep their distance to a moving frontier."""
    speed = 0.5
    return ALIKE | {
        "capital_share": ALPHA, "rest_tfp_growth": PACE, "labour_growth": LABOUR, "capital_depreciation": DEPRECIATION,
        "investment_ratio": SAVED, "capital_output_ratio": balanced_ratio(dt), "enclave_share": 0.0, "telecom_share": 0.0,
        "share_agriculture": 0.2, "share_industry": 0.3, "share_construction": 0.1, "share_services": 0.4,
        "product_tax_share": 0.0, "enclave_workers": 0.0, "catch_up_speed": speed, "skill_complementarity": 0.0,
        "absorption": 0.0, "frontier_growth": PACE, "frontier_gap": kept_gap(PACE, speed, dt),
    }  # fmt: skip


def balanced_ratio(dt: float) -> float:
    """Return capital over output on the balanced path in steps of `dt`; s/(n + g + delta) as dt goes to 0."""
    kept = math.exp(-DEPRECIATION * dt)
    return SAVED * (1.0 - kept) / DEPRECIATION / (math.exp((LABOUR + TECHNOLOGY) * dt) - kept)


def kept_gap(pace: float, speed: float, dt: float) -> float:
    """Return the distance to a frontier of that pace at which catching up in steps of `dt` years just keeps up."""
    return pace * dt / -math.expm1(-speed * dt) - pace * dt / 2.0


def balanced_share() -> float:
    """Return the TFP share that a whole province reports on its balanced path."""
    place = quiet()
    province = Province(place, beliefs(place, steady(QUARTER)))
    # Enterprises catch up once before they first produce; with it their capital is in balance.
    province.firms.capital *= math.exp(TECHNOLOGY * QUARTER)
    book = province.run(place.start + 4)
    return book.rows[place.start + 4]["tfp_share"] / PERCENT


def solow_path(dt: float, years: int) -> Curve:
    """Let alike enterprises start with half their balanced capital, and hold K/Y against Solow's closed form."""
    place = quiet()
    province = Province(place, beliefs(place, steady(dt)))
    firms, still = province.firms, province.setting()
    firms.capital *= 0.5
    supply, ratio = float(firms.labour.sum()), []
    for step in range(round(years / dt)):
        s = replace(still, dt=dt, frontier=PACE * dt * (step + 0.5), luck=middle(len(firms)))
        discovery.imitate(firms, s)
        market.produce(firms, s, np.zeros(len(SECTORS)))
        ratio.append(float(firms.capital.sum() / firms.output.sum()))
        market.grow(firms, s, SAVED, np.zeros(len(firms)))
        market.share_labour(firms, supply * math.exp(LABOUR * dt * (step + 1)))
    t: Array = dt * np.arange(float(len(ratio)))
    fading = np.exp(-(1.0 - ALPHA) * (LABOUR + TECHNOLOGY + DEPRECIATION) * t)
    balanced = SAVED / (LABOUR + TECHNOLOGY + DEPRECIATION)
    return Curve("T8 Solow", "years", "K/Y", t, balanced + (ratio[0] - balanced) * fading, np.array(ratio))


def nelson_phelps() -> Limit:
    """T9: without innovation, the distance to a moving frontier follows Nelson and Phelps, in logarithms."""
    lines = (gap_path(0.7), gap_path(0.1), *near_forms(0.05))
    checks = tuple(Check(f"largest gap, {line.title}", 0.0, largest_gap((line,)), 1e-3) for line in lines)
    setting = "eq. 14 alone: the form in logarithms; near the frontier the exponential and logistic forms are the same"
    return Limit("T9", "Nelson-Phelps", setting, checks, lines)


def near_forms(start: float) -> tuple[Curve, Curve]:
    """Catch up fast, so that gaps are small; hold x = A/A_F against the exponential and the logistic form."""
    speed, pace = 0.5, 0.01
    path = gap_path(start, speed, pace)
    x, t = np.exp(-path.got), path.at
    top, ceiling = speed / (speed + pace), 1.0 - pace / speed
    exponential = top + (x[0] - top) * np.exp(-(pace + speed) * t)
    logistic = ceiling / (1.0 + (ceiling / x[0] - 1.0) * np.exp(-(speed - pace) * t))
    return (
        Curve("T9 Nelson-Phelps, exponential form, near", "years", "x = A/A_F", t, exponential, x),
        Curve("T9 Nelson-Phelps, logistic form, near", "years", "x = A/A_F", t, logistic, x),
    )


def gap_path(start: float, speed: float = 0.04, pace: float = 0.01) -> Curve:
    """Run a province in which enterprises only imitate; hold their mean distance to the frontier against its form."""
    place = quiet()
    alike = {"catch_up_speed": speed, "frontier_growth": pace, "frontier_gap": start, "skill_complementarity": 0.0}
    province = Province(place, beliefs(place, ALIKE | alike | {"absorption": 0.0, "entrant_gap": 0.0}))
    got = [province.mean_gap()]
    for _ in range(16 * QUARTERS):
        province.step()
        got.append(province.mean_gap())
    t = np.arange(len(got)) / QUARTERS
    expected = pace / speed + (start - pace / speed) * np.exp(-speed * t)
    return Curve(f"T9 Nelson-Phelps from {start}", "years", "ln distance to the frontier", t, expected, np.array(got))


def knowledge_stock() -> Limit:
    """T10: with constant R&D, stocks follow the perpetual inventory exactly, of enterprises and of the province."""
    lines = (enterprise_stock(), public_stock())
    checks = tuple(
        Check(f"largest gap, {line.title}, relative", 0.0, largest_gap((line,)) / float(line.expected.max()), 1e-12)
        for line in lines
    )
    return Limit("T10", "Stock of knowledge", "constant R&D from an empty stock", checks, lines)


def enterprise_stock() -> Curve:
    """Empty the R&D stocks of a province at rest and let performers fill them again."""
    place, decay = quiet(), 0.15
    fixed = {"rd_depreciation": decay, "performer_exit": 0.0, "labour_growth": 0.0, "investment_ratio": 0.0}
    rest = ALIKE | fixed | {"capital_depreciation": 0.0, "rd_performers_micro": 0.5, "rd_performers_small": 0.5}
    province = Province(place, beliefs(place, rest))
    filled = float(province.firms.research_stock.sum())
    province.firms.research_stock[:] = 0.0
    got = [0.0]
    for _ in range(20 * QUARTERS):
        province.step()
        got.append(float(province.firms.research_stock.sum()))
    t = np.arange(len(got)) / QUARTERS
    return Curve("T10 R&D stock of enterprises", "years", "bn VND", t, filled * -np.expm1(-decay * t), np.array(got))


def public_stock() -> Curve:
    """Forget what public research has found, and go on paying what fills its pipelines."""
    decay, money = 0.2, 40.0
    p = beliefs(quiet(), {"rd_depreciation": decay}).parameters
    programme = Programme(p, instrument_scale=1.0)
    yearly = dict.fromkeys(LINES, 0.0) | {"applied_research": 0.7 * money, "basic_research": 0.3 * money}
    programme.open(yearly, 1.0, "build", 1.0)
    programme.knowledge = 0.0
    got = [0.0]
    for _ in range(20 * QUARTERS):
        programme.step({line: amount * QUARTER for line, amount in yearly.items()}, 1.0, QUARTER)
        got.append(programme.knowledge)
    t = np.arange(len(got)) / QUARTERS
    return Curve("T10 public knowledge", "years", "bn VND", t, money / decay * -np.expm1(-decay * t), np.array(got))
