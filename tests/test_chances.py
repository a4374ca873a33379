"""Probabilities keep the laws of chance, and the same words are read in every way they allow."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

import experiments
from experiments.ensembles.summary import Cube
from experiments.questions import chances, readings
from experiments.questions.chances import chance, correlation, joint, ranks, relation
from experiments.questions.goals import is_met, margin
from experiments.questions.readings import Reading
from tests.goals import target

values = st.lists(st.floats(-50, 50), min_size=1, max_size=60).map(np.array)
OPEN = {"low": None, "high": None}


# chances


@given(values, st.lists(st.floats(-60, 60), min_size=2, max_size=5))
def test_a_higher_bar_is_never_more_likely(attained: np.ndarray, bars: list[float]) -> None:
    least = [chance(is_met({**OPEN, "low": bar}, attained)).probability for bar in sorted(bars)]
    most = [chance(is_met({**OPEN, "high": bar}, attained)).probability for bar in sorted(bars)]
    assert least == sorted(least, reverse=True)
    assert most == sorted(most)


@given(st.lists(st.lists(st.booleans(), min_size=12, max_size=12), min_size=1, max_size=5))
def test_all_together_is_no_likelier_than_the_least_likely(met: list[list[bool]]) -> None:
    flags = [np.array(row) for row in met]
    assert joint(flags).probability <= min(chance(row).probability for row in flags)


def test_a_probability_has_its_monte_carlo_error_even_at_the_ends() -> None:
    half, never = chance(np.array([True, False] * 20)), chance(np.zeros(40, dtype=bool))
    assert half.probability == 0.5
    assert half.standard_error == pytest.approx((0.5 * 0.5 / 40) ** 0.5, rel=0.05)
    assert never.probability == 0.0
    assert 0.005 < never.standard_error < 0.03
    assert chance(np.zeros(400, dtype=bool)).standard_error < never.standard_error
    assert np.isnan(chance(np.zeros(0, dtype=bool)).probability)
    assert np.isnan(joint([]).probability)


@given(values, st.integers(0, 2**31))
def test_rank_correlation_is_spearmans(first: np.ndarray, seed: int) -> None:
    second = np.random.default_rng(seed).normal(size=first.size).round(1)
    own = correlation(first, second)
    if len(set(first)) > 1 and len(set(second)) > 1:
        assert own == pytest.approx(spearmanr(first, second).statistic, abs=1e-9)
    else:
        assert np.isnan(own)


def test_equal_values_share_their_rank() -> None:
    assert ranks(np.array([3.0, 1.0, 3.0])).tolist() == [2.5, 1.0, 2.5]


def test_relations_are_named_only_where_they_are_clear() -> None:
    yes, no = np.ones(40, dtype=bool), np.zeros(40, dtype=bool)
    half = np.arange(40) < 20
    assert relation(yes, no, 0.9) == chances.TOGETHER
    assert relation(yes, yes, -0.9) == chances.CONFLICT
    assert relation(half, ~half, -0.9) == chances.APART
    assert relation(yes, yes, 0.1) == relation(yes, yes, float("nan")) == chances.UNCLEAR
    assert relation(yes[:2], yes[:2], 1.0) == chances.UNCLEAR
    assert relation(np.zeros(0, dtype=bool), np.zeros(0, dtype=bool), 1.0) == chances.UNCLEAR


@pytest.mark.parametrize(
    ("low", "high", "value", "expected"),
    [(20, None, 12, -8), (None, 30, 12, 18), (15, 20, 17, 2), (15, 20, 22, -2), (15, 20, 14, -1)],
)
def test_the_margin_is_the_distance_to_the_nearer_bound(low: Any, high: Any, value: float, expected: float) -> None:
    assert margin({"low": low, "high": high}, np.array([float(value)]))[0] == expected


# readings


def cube(**columns: list[float]) -> Cube:
    years = np.arange(2025, 2031)
    block = np.array([columns[name] for name in columns]).T[None, :, :]
    return Cube(np.array([0]), years, tuple(columns), block)


GROWING = {"grdp": [100.0, 108.0, 116.0, 126.0, 136.0, 147.0], "tfp_growth": [9.0, 4.0, 4.1, 4.2, 4.3, 4.4]}


def five_years(**changes: Any) -> dict[str, Any]:
    return target(outcome="tfp_share_5y", low=55.0, first_year=2030, year=2030, **changes)


def found(goal: Mapping[str, Any], others: list[Any], block: Cube) -> dict[str, Reading]:
    return {reading.name: reading for reading in readings.readings(goal, others, block)}


def test_tfp_shares_by_other_accounts_are_over_the_same_five_years() -> None:
    block = cube(tfp_share_5y=[0.0] * 5 + [54.0], tfp_growth_alpha_low=GROWING["tfp_growth"], **GROWING)
    low = found(five_years(), [], block)["alpha_low"]
    assert low.values[0] == pytest.approx(100 * sum(GROWING["tfp_growth"][1:]) / (100 * np.log(1.47)))
    assert (low.low, low.unit) == (55.0, "%")


def test_by_growth_asks_for_the_share_of_the_published_growth() -> None:
    growth = target("g", "grdp_growth", low=10.0, first_year=2026, year=2030)
    block = cube(tfp_share_5y=[54.0] * 6, **GROWING)
    reading = found(five_years(), [growth], block)["by_growth"]
    assert reading.low == pytest.approx(0.55 * 100 * np.log(1.10))
    assert reading.values[0] == pytest.approx(np.mean(GROWING["tfp_growth"][1:]))
    assert "by_growth" not in found(five_years(), [], block)


def test_a_range_may_also_mean_its_lower_end() -> None:
    goal = target(low=15.0, high=20.0, bound="within", first_year=2030, year=2030)
    block = cube(digital_share=[25.0] * 6, digital_share_core=[9.0] * 6)
    both = found(goal, [], block)
    assert list(both) == ["as_published", "at_least_low", "core"]
    assert not is_met(both["as_published"].bounds, both["as_published"].values)[0]
    assert is_met(both["at_least_low"].bounds, both["at_least_low"].values)[0]


def test_readings_name_outcomes_that_exist() -> None:
    known = experiments.ensembles.adapters.outcomes()
    named = {name for outcome, others in readings.OTHERS.items() for name in (outcome, *others.values())}
    assert named | {f"tfp_growth_{account}" for account in readings.ACCOUNTS} <= set(known)
