"""Known limits of the digital ladder: T1 Bass, T2 finite numbers, T3 logistic, T4 exponential, T5 churn, T6 invasion, T7 ladder.

Enters: nothing. Leaves: one `Limit` each. All are runs of a whole province in which enterprises are alike and only the
hazards in question are at work.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.linalg import expm

from experiments.verification.limit import AT_LEAST, AT_MOST, Check, Curve, Limit, largest_gap
from experiments.verification.stage import (
    ALL_ALIKE,
    ALL_ON_PAPER,
    NO_TURNOVER,
    NOBODY_MOVES,
    EvenProvince,
    beliefs,
    drawn,
    quiet,
)
from model.dynamics import QUARTERS
from model.enterprises import adoption
from model.enterprises.adoption import Vouchers
from model.enterprises.productivity import Surroundings
from model.province import Province
from model.vocabulary import SIZES

Array = npt.NDArray[np.float64]

P, Q = 0.01, 0.35
"""Bass's coefficients at which the table of limits gives its numbers."""
NUMBER = 10_000
"""Enterprises, enough for rounding to leave four digits."""


def ladder(years: int, changes: Mapping[str, float], number: int = NUMBER) -> Array:
    """Run a province of equal enterprises; return their shares on each rung, (quarters + 1, 4)."""
    province = climbers(EvenProvince, changes, number)
    shares = [rung_shares(province)]
    for _ in range(years * QUARTERS):
        province.step()
        shares.append(rung_shares(province))
    return np.array(shares)


def climbers(kind: type[Province], changes: Mapping[str, float], number: int, replicate: int = 0) -> Province:
    """Found a province in which enterprises are alike and only climb; `changes` set the hazards."""
    place = quiet()
    alike = NOBODY_MOVES | ALL_ALIKE | NO_TURNOVER | ALL_ON_PAPER | {"enterprises": float(number)}
    return kind(place, beliefs(place, alike | {"network_weight": 0.0} | dict(changes)), replicate=replicate)


def rung_shares(province: Province) -> Array:
    """Return the shares of enterprises on rungs 0..3."""
    return np.bincount(province.firms.rung, minlength=4) / len(province.firms)


def adopters(years: int, changes: Mapping[str, float], number: int = NUMBER) -> tuple[Array, Array]:
    """Return the quarters of a run in years, and the share at rung 1 or higher at their ends."""
    shares = ladder(years, changes, number)
    return np.arange(len(shares)) / QUARTERS, 1.0 - shares[:, 0]


def bass(t: Array, p: float, q: float) -> Array:
    """Return Bass's curve (1969)."""
    fading = np.exp(-(p + q) * t)
    return (1.0 - fading) / (1.0 + q / p * fading)


def churned(t: Array, start: float, p: float, q: float, mu: float) -> Array:
    """Return the solution of dF/dt = (p + qF)(1 - F) - mu F."""
    b = q - p - mu
    root = math.sqrt(b * b + 4.0 * p * q)
    high, low = (b + root) / (2.0 * q), (b - root) / (2.0 * q)
    z = (start - high) / (start - low) * np.exp(-root * t)
    return (high - low * z) / (1.0 - z)


def curve(title: str, t: Array, expected: Array, got: Array) -> Curve:
    """Return the curve of a share of enterprises."""
    return Curve(title, "years", "share of enterprises", t, expected, got)


def bass_limit() -> Limit:
    """T1: without churn, peers or differences, adoption follows Bass's curve."""
    t, got = adopters(20, {"spontaneous_hazard_1": P, "imitation_hazard_1": Q}, 2 * NUMBER)
    expected = bass(t, P, Q)
    peak = math.log(Q / P) / (P + Q)
    lines = (curve("T1 Bass", t, expected, got),)
    ten = 10 * QUARTERS
    return Limit(
        "T1", "Bass diffusion", "one rung, no churn, all alike, exposure to the whole province",
        (
            Check("share after 10 years", float(expected[ten]), float(got[ten]), 1e-3),
            Check("share at the inflection, (q - p)/2q", (Q - P) / (2 * Q), float(np.interp(peak, t, got)), 2e-3),
            Check("largest gap over 20 years", 0.0, largest_gap(lines), 2e-3),
        ),
        lines,
    )  # fmt: skip


def finite_numbers_limit() -> Limit:
    """T2: with few enterprises the early luck lasts; its spread is known, and the mean stays on Bass's curve."""
    checks, expected = [], float(bass(np.array(8.0), P, Q))
    for number, many, spread in ((500, 200, 0.061), (2_000, 60, 0.031), (10_000, 24, 0.013)):
        got = populations(number, many)
        error = spread / math.sqrt(many)
        checks += [
            Check(f"mean share after 8 years, N = {number}", expected, float(got.mean()), 3.0 * error + 1e-3),
            Check(
                f"standard deviation, N = {number}", spread, float(got.std(ddof=1)), 3.0 * spread / math.sqrt(2 * many)
            ),
        ]
    return Limit("T2", "Finite numbers", "as T1, many populations of N enterprises each", tuple(checks))


def populations(number: int, many: int) -> Array:
    """Return the shares of adopters after eight years in many populations that do not see each other.

    Exposure to peers of the same commune and sector alone makes every commune a population of its own.
    """
    province = climbers(
        Province, {"spontaneous_hazard_1": P, "imitation_hazard_1": Q, "network_weight": 1.0}, number * many
    )
    firms, still = province.firms, province.setting()
    firms.commune = np.repeat(np.arange(many), number)
    firms.sector[:] = 0
    none = Vouchers(np.zeros(len(firms)), 0.0)
    around = Surroundings(*(np.zeros(many) for _ in range(3)))
    for quarter in range(8 * QUARTERS):
        s = replace(still, around=around, luck=drawn(firms, province.luck, quarter, [len(firms)]))
        adoption.climb(firms, s, adoption.observe(firms, s), none)
    adopted: Array = (firms.rung > 0).reshape(many, number).mean(axis=1)
    return adopted


def logistic_limit() -> Limit:
    """T3: without spontaneous adoption, a seed grows logistically."""
    seed = 0.05
    start = {f"rung1_share_{size}": seed for size in SIZES}
    t, got = adopters(20, {"imitation_hazard_1": Q} | start)
    expected = 1.0 / (1.0 + (1.0 / got[0] - 1.0) * np.exp(-Q * t))
    lines = (curve("T3 logistic", t, expected, got),)
    gap = Check("largest gap over 20 years", 0.0, largest_gap(lines), 2e-3)
    return Limit("T3", "Logistic diffusion", f"p = 0, {seed:.0%} at rung 1 at the start", (gap,), lines)


def exponential_limit() -> Limit:
    """T4: without imitation, adoption is exponential, exactly at every step."""
    p = 0.08
    t, got = adopters(20, {"spontaneous_hazard_1": p})
    lines = (curve("T4 exponential", t, 1.0 - np.exp(-p * t), got),)
    rounding = 0.5 * len(t) / NUMBER
    gap = Check("largest gap over 20 years", 0.0, largest_gap(lines), rounding)
    return Limit("T4", "Exponential diffusion", f"q = 0, p = {p}", (gap,), lines)


def churn_limit() -> Limit:
    """T5: with abandonment, Bass's curve ends below one."""
    checks, lines = [], []
    for mu, ceiling in ((0.05, 0.862), (0.12, 0.671), (0.20, 0.462)):
        hazards = {"spontaneous_hazard_1": P, "imitation_hazard_1": Q, "abandonment_hazard_1": mu}
        t, got = adopters(24, hazards | {f"rung1_share_{size}": 0.05 for size in SIZES})
        lines.append(curve(f"T5 Bass with churn, mu = {mu}", t, churned(t, float(got[0]), P, Q, mu), got))
        _, settled = adopters(10, hazards | {f"rung1_share_{size}": ceiling for size in SIZES})
        checks.append(Check(f"share in the end, mu = {mu}", ceiling, float(settled[-1]), 1e-3))
        checks.append(Check(f"largest gap over 24 years, mu = {mu}", 0.0, largest_gap(lines[-1:]), 1e-3))
    return Limit("T5", "Bass with churn", "abandonment at rate mu", tuple(checks), tuple(lines))


def invasion_limit() -> Limit:
    """T6: without spontaneous adoption, a seed dies out if and only if it is given up faster than imitated."""
    checks, seed = [], 0.02
    start = {f"rung1_share_{size}": seed for size in SIZES}
    for mu, sense in ((0.30, AT_LEAST), (0.40, AT_MOST)):
        _, got = adopters(15, {"imitation_hazard_1": Q, "abandonment_hazard_1": mu} | start)
        checks.append(Check(f"share after 15 years, q = {Q}, mu = {mu}", float(got[0]), float(got[-1]), 0.0, sense))
    return Limit(
        "T6", "Invasion", f"p = 0, {seed:.0%} at rung 1 at the start: spreads if q > mu, else dies", tuple(checks)
    )


def ladder_limit() -> Limit:
    """T7: without imitation, the ladder is a Markov chain."""
    up, down = (0.10, 0.06, 0.04), (0.02, 0.10, 0.12)
    changes = {f"spontaneous_hazard_{rung}": rate for rung, rate in enumerate(up, 1)}
    changes |= {f"abandonment_hazard_{rung}": rate for rung, rate in enumerate(down, 1)}
    shares = ladder(20, changes)
    generator = np.zeros((4, 4))
    for rung in range(3):
        generator[rung, rung + 1], generator[rung + 1, rung] = up[rung], down[rung]
    generator -= np.diag(generator.sum(axis=1))
    t = np.arange(len(shares)) / QUARTERS
    expected = np.array([shares[0] @ expm(generator * year) for year in t])
    lines = tuple(curve(f"T7 ladder, rung {rung}", t, expected[:, rung], shares[:, rung]) for rung in range(4))
    checks = tuple(
        Check(f"largest gap on rung {rung}", 0.0, largest_gap(lines[rung : rung + 1]), 3e-3) for rung in range(4)
    )
    return Limit("T7", "Ladder", "q = 0: shares = x(0) exp(Qt)", checks, lines)
