"""Known limits of the digital ladder: T1 Bass, T2 finite numbers, T3 logistic, T4 exponential, T5 churn, T6 invasion, T7 ladder.

Enters: nothing. Leaves: one `Limit` each. All are runs of a whole province in which enterprises are alike and only the
hazards in question are at work.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
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
    quiet,
)
from model.dynamics import QUARTERS
from model.enterprises import adoption
from model.enterprises.productivity import Surroundings
from model.enterprises.setting import chances
from model.province import Province

Array = npt.NDArray[np.float64]

P, Q = 0.01, 0.35
"""Bass's coefficients at which the table of limits gives its numbers."""
NUMBER = 10_000
"""Enterprises whose luck is even: enough for rounding to leave four digits."""
MANY = 20_000
"""Enterprises whose luck is their own."""
SPREAD = 1.3
"""Standard deviation of Bass's share after eight years, times the root of the number of enterprises (T2)."""
EVEN = (
    f"luck evened out over enterprises: with each its own, three standard errors within 0.001 would take "
    f"{(3.0 * SPREAD / 1e-3) ** 2 / 1e6:.0f} million of them (T2, T4, T6 and T7 leave each its own)"
)


def by_luck(number: int) -> float:
    """Return three and a half standard errors of a share of so many enterprises, at most."""
    return 3.5 * 0.5 / math.sqrt(number)


def ladder(years: int, changes: Mapping[str, float], number: int, kind: type[Province], seed: float = 0.0) -> Array:
    """Run a province of equal enterprises; return their shares on each rung, (quarters + 1, 4)."""
    province = climbers(kind, changes, number)
    province.firms.rung[: round(seed * number)] = 1
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


def adopters(
    years: int, changes: Mapping[str, float], number: int, kind: type[Province] = EvenProvince, seed: float = 0.0
) -> tuple[Array, Array]:
    """Return the quarters of a run in years, and the share at rung 1 or higher at their ends; `seed` starts there."""
    shares = ladder(years, changes, number, kind, seed)
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


ROUNDING = "0.0006 is the error of the half-step prediction itself; rounding to whole enterprises comes on top"


def bass_limit(number: int = 2 * NUMBER) -> Limit:
    """T1: without churn, peers or differences, adoption follows Bass's curve."""
    t, got = adopters(20, {"spontaneous_hazard_1": P, "imitation_hazard_1": Q}, number)
    expected = bass(t, P, Q)
    peak = math.log(Q / P) / (P + Q)
    lines = (curve("T1 Bass", t, expected, got),)
    ten = 10 * QUARTERS
    return Limit(
        "T1", "Bass diffusion", f"one rung, no churn, all alike, exposure to the whole province; {EVEN}",
        (
            Check("share after 10 years", float(expected[ten]), float(got[ten]), 1e-3, asked=6e-4, why=ROUNDING),
            Check("share at the inflection, (q - p)/2q", (Q - P) / (2 * Q), float(np.interp(peak, t, got)), 2e-3),
            Check("largest gap over 20 years", 0.0, largest_gap(lines), 2e-3),
        ),
        lines,
    )  # fmt: skip


POPULATIONS = ((500, 200), (2_000, 60), (10_000, 24))
"""Enterprises of a population, and how many populations."""
SPREADS = {500: 0.061, 2_000: 0.031, 10_000: 0.013}


def finite_numbers_limit(populations_of: Sequence[tuple[int, int]] = POPULATIONS) -> Limit:
    """T2: with few enterprises the early luck lasts; its spread is known, and the mean stays on Bass's curve."""
    checks, expected = [], float(bass(np.array(8.0), P, Q))
    for number, many in populations_of:
        got, spread = populations(number, many), SPREADS[number]
        error, name = 3.0 * spread / math.sqrt(many), f"mean share after 8 years, N = {number}"
        checks += [
            Check(name, expected, float(got.mean()), error + 1e-3, asked=error, why="error of the prediction (T1)"),
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
    none = adoption.no_vouchers(len(firms))
    around = Surroundings(*(np.zeros(many) for _ in range(3)))
    for quarter in range(8 * QUARTERS):
        s = replace(still, around=around, luck=chances(province.luck, firms, quarter))
        adoption.climb(firms, s, adoption.observe(firms, s), none)
    adopted: Array = (firms.rung > 0).reshape(many, number).mean(axis=1)
    return adopted


def logistic_limit(number: int = NUMBER) -> Limit:
    """T3: without spontaneous adoption, a seed grows logistically."""
    seed = 0.05
    t, got = adopters(20, {"imitation_hazard_1": Q}, number, seed=seed)
    expected = 1.0 / (1.0 + (1.0 / got[0] - 1.0) * np.exp(-Q * t))
    lines = (curve("T3 logistic", t, expected, got),)
    gap = Check("largest gap over 20 years", 0.0, largest_gap(lines), 2e-3, asked=6e-4, why=ROUNDING)
    return Limit("T3", "Logistic diffusion", f"p = 0, {seed:.0%} at rung 1 at the start; {EVEN}", (gap,), lines)


def exponential_limit(number: int = MANY) -> Limit:
    """T4: without imitation, adoption is exponential, exactly at every step."""
    p = 0.08
    t, got = adopters(20, {"spontaneous_hazard_1": p}, number, Province)
    lines = (curve("T4 exponential", t, 1.0 - np.exp(-p * t), got),)
    gap = Check("largest gap over 20 years", 0.0, largest_gap(lines), by_luck(number))
    return Limit("T4", "Exponential diffusion", f"q = 0, p = {p}", (gap,), lines)


def climbing(years: int, changes: Mapping[str, float], number: int, seed: float) -> tuple[Array, Array]:
    """Let enterprises do nothing but observe and climb; return the quarters and the share at rung 1 or higher."""
    province = climbers(EvenProvince, changes, number)
    firms, none = province.firms, adoption.no_vouchers(number)
    firms.rung[: round(seed * number)] = 1
    got = [seed]
    for _ in range(years * QUARTERS):
        s = province.setting()
        adoption.climb(firms, s, adoption.observe(firms, s), none)
        province.quarter += 1
        got.append(float(np.mean(firms.rung > 0)))
    return np.arange(len(got)) / QUARTERS, np.array(got)


def churn_limit(number: int = 3 * NUMBER) -> Limit:
    """T5: with abandonment, Bass's curve ends below one."""
    checks, lines = [], []
    for mu, ceiling in ((0.05, 0.862), (0.12, 0.671), (0.20, 0.462)):
        hazards = {"spontaneous_hazard_1": P, "imitation_hazard_1": Q, "abandonment_hazard_1": mu}
        t, got = climbing(24, hazards, number, 0.05)
        lines.append(curve(f"T5 Bass with churn, mu = {mu}", t, churned(t, float(got[0]), P, Q, mu), got))
        _, settled = climbing(8, hazards, number, ceiling)
        checks.append(Check(f"share in the end, mu = {mu}", ceiling, float(settled[-1]), 1e-3))
        checks.append(Check(f"largest gap over 24 years, mu = {mu}", 0.0, largest_gap(lines[-1:]), 1e-3))
    setting = f"abandonment at rate mu, nothing but observing and climbing; {EVEN}"
    return Limit("T5", "Bass with churn", setting, tuple(checks), tuple(lines))


def invasion_limit(number: int = MANY) -> Limit:
    """T6: without spontaneous adoption, a seed dies out if and only if it is given up faster than imitated."""
    checks, seed = [], 0.02
    for mu, sense in ((0.30, AT_LEAST), (0.40, AT_MOST)):
        _, got = adopters(15, {"imitation_hazard_1": Q, "abandonment_hazard_1": mu}, number, Province, seed)
        checks.append(Check(f"share after 15 years, q = {Q}, mu = {mu}", float(got[0]), float(got[-1]), 0.0, sense))
    return Limit(
        "T6", "Invasion", f"p = 0, {seed:.0%} at rung 1 at the start: spreads if q > mu, else dies", tuple(checks)
    )


def ladder_limit(number: int = MANY) -> Limit:
    """T7: without imitation, the ladder is a Markov chain."""
    up, down = (0.10, 0.06, 0.04), (0.02, 0.10, 0.12)
    changes = {f"spontaneous_hazard_{rung}": rate for rung, rate in enumerate(up, 1)}
    changes |= {f"abandonment_hazard_{rung}": rate for rung, rate in enumerate(down, 1)}
    shares = ladder(20, changes, number, Province)
    generator = np.zeros((4, 4))
    for rung in range(3):
        generator[rung, rung + 1], generator[rung + 1, rung] = up[rung], down[rung]
    generator -= np.diag(generator.sum(axis=1))
    t = np.arange(len(shares)) / QUARTERS
    expected = np.array([shares[0] @ expm(generator * year) for year in t])
    lines = tuple(curve(f"T7 ladder, rung {rung}", t, expected[:, rung], shares[:, rung]) for rung in range(4))
    checks = tuple(
        Check(f"largest gap on rung {rung}", 0.0, largest_gap(lines[rung : rung + 1]), by_luck(number))
        for rung in range(4)
    )
    return Limit("T7", "Ladder", "q = 0: shares = x(0) exp(Qt)", checks, lines)
