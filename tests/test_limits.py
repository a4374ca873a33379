"""The known limits: what `make verification` prints, asserted one by one."""

import math

import numpy as np
import pytest

from experiments.verification import diffusion, markets, pace, policy, worlds
from experiments.verification.battery import LIMITS
from experiments.verification.limit import AT_LEAST, AT_MOST, Check, Curve, Limit, largest_gap

QUICK = {
    "T1": lambda: diffusion.bass_limit(6_000),
    "T2": lambda: diffusion.finite_numbers_limit(((500, 100), (2_000, 20))),
    "T3": lambda: diffusion.logistic_limit(6_000),
    "T4": lambda: diffusion.exponential_limit(4_000),
    "T5": lambda: diffusion.churn_limit(8_000),
    "T6": lambda: diffusion.invasion_limit(4_000),
    "T7": lambda: diffusion.ladder_limit(4_000),
    "T16": lambda: policy.policy_bound(pairs=1, places=("ha_tinh",)),
    "T17": lambda: policy.complementarity(200, years=5),
    "T19": lambda: worlds.scale(5),
    "T20": lambda: pace.time_step(6_000, runs=1),
    "T21": lambda: markets.gibrat(9_000),
    "T25": lambda: worlds.symmetry(6),
}
"""What the command does at greater length: fewer enterprises or runs, where a tolerance knows of luck it knows how many."""


def test_all_twenty_six_are_there() -> None:
    assert list(LIMITS) == [f"T{number}" for number in range(1, 27)]


@pytest.mark.parametrize("name", list(LIMITS))
def test_known_limit_holds(name: str) -> None:
    limit = QUICK.get(name, LIMITS[name])()
    assert limit.name == name
    assert limit.holds, [f"{check.what}: expected {check.expected}, got {check.got}" for check in limit.broken]


@pytest.mark.parametrize(
    ("sense", "expected", "got", "holds"),
    [
        ("=", 1.0, 1.01, True),
        ("=", 1.0, 1.03, False),
        (AT_MOST, 1.0, -5.0, True),
        (AT_MOST, 1.0, 1.03, False),
        (AT_LEAST, 1.0, 5.0, True),
        (AT_LEAST, 1.0, 0.97, False),
        ("=", 1.0, math.nan, False),
        (AT_MOST, 1.0, -math.inf, False),
    ],
)
def test_a_check_has_a_side_and_a_tolerance(sense: str, expected: float, got: float, holds: bool) -> None:
    assert Check("x", expected, got, 0.02, sense).holds is holds


def test_a_limit_without_checks_does_not_hold() -> None:
    assert not Limit("T0", "", "", ()).holds


def test_a_limit_names_what_is_broken() -> None:
    good, bad = Check("good", 1.0, 1.0, 0.0), Check("bad", 1.0, 2.0, 0.0)
    limit = Limit("T0", "", "", (good, bad))
    assert limit.broken == (bad,)
    assert not limit.holds


def test_the_largest_gap_is_over_all_curves() -> None:
    at = np.arange(3.0)
    curves = [Curve("", "", "", at, at, at + gap) for gap in (0.1, -0.4)]
    assert largest_gap(curves) == pytest.approx(0.4)
