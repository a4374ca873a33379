"""Growth accounting (eq. 22): identities to rounding, and known answers worked by hand."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.books.accounts import (
    COMPONENTS,
    SOURCES,
    Units,
    log_mean,
    log_mean_weights,
    quarter_growth,
    year_growth,
)
from model.books.turnover import Roll, melitz_polanec

ALPHA = 0.4


def random_units(rng: np.random.Generator, n: int) -> Units:
    """Units that obey ln y = components + alpha ln k + (1 - alpha) ln l."""
    components = rng.normal(0, 0.3, (n, len(COMPONENTS)))
    log_capital, log_labour = rng.normal(1, 1, n), rng.normal(2, 1, n)
    output = np.exp(components.sum(axis=1) + ALPHA * log_capital + (1 - ALPHA) * log_labour)
    return Units(rng.uniform(0.5, 2, n), output, log_capital, log_labour, components)


def moved(units: Units, rng: np.random.Generator) -> Units:
    """The same units a quarter later."""
    shift = rng.normal(0.01, 0.05, units.components.shape)
    log_capital = units.log_capital + rng.normal(0.02, 0.05, len(units.output))
    log_labour = units.log_labour + rng.normal(0.0, 0.1, len(units.output))
    components = units.components + shift
    output = np.exp(components.sum(axis=1) + ALPHA * log_capital + (1 - ALPHA) * log_labour)
    return Units(units.weight, output, log_capital, log_labour, components)


def two_years(seed: int, n: int = 30):
    """Eight quarters of units that stay, leave and enter: totals, and the growth between successive quarters."""
    rng = np.random.default_rng(seed)
    now = random_units(rng, n)
    totals, growths = [now.totals()], []
    for _ in range(7):
        stay = rng.random(len(now.output)) > 0.1
        stay[0] = True
        before = now.only(stay)
        after = moved(before, rng)
        everyone = after.joined(random_units(rng, rng.integers(0, 5)))
        growths.append(quarter_growth(before, after, totals[-1], everyone.totals()))
        totals.append(everyone.totals())
        now = everyone
    return totals, growths


@given(a=st.floats(1e-6, 1e6), b=st.floats(1e-6, 1e6))
def test_log_mean_lies_between_and_is_symmetric(a: float, b: float) -> None:
    mean = float(log_mean(np.array(a), np.array(b)))
    assert min(a, b) * (1 - 1e-9) <= mean <= max(a, b) * (1 + 1e-9)
    assert mean == pytest.approx(float(log_mean(np.array(b), np.array(a))), rel=1e-12)


def test_log_mean_is_smooth_where_both_are_equal() -> None:
    near = log_mean(np.array(1.0), np.array([1.0, 1 + 1e-9, 1 + 0.99e-4, 1 + 1.01e-4]))
    assert near == pytest.approx([1.0, 1 + 0.5e-9, 1 + 0.495e-4, 1 + 0.505e-4], rel=1e-8)


@pytest.mark.parametrize("ratio", [0.9e-4, -0.9e-4, 1.1e-4])
def test_log_mean_keeps_its_digits_where_both_are_nearly_equal(ratio: float) -> None:
    mean = log_mean(np.array(3.0 * np.exp(ratio)), np.array(3.0))
    assert mean == pytest.approx(3.0 * np.expm1(ratio) / ratio, rel=2e-12)


@given(seed=st.integers(0, 10_000))
def test_weighted_growth_adds_up_to_the_growth_of_the_total(seed: int) -> None:
    rng = np.random.default_rng(seed)
    before, now, weight = rng.uniform(0.1, 10, (3, 20))
    total = np.log(weight @ now / (weight @ before))
    assert log_mean_weights(before, now, weight) @ np.log(now / before) == pytest.approx(total, abs=1e-12)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=50)
def test_a_quarter_splits_exactly(seed: int) -> None:
    rng = np.random.default_rng(seed)
    before = random_units(rng, 15)
    now = moved(before, rng)
    growth = quarter_growth(before, now, before.totals(), now.totals())
    rebuilt = growth.stayed.within.sum() + ALPHA * growth.stayed.capital_use + (1 - ALPHA) * growth.stayed.labour_use
    assert rebuilt == pytest.approx(growth.total[0], abs=1e-12)
    assert growth.continuing == pytest.approx(growth.total, abs=1e-12)


@given(seed=st.integers(0, 10_000), share=st.floats(0.2, 0.6))
@settings(max_examples=50)
def test_a_year_of_entry_and_exit_splits_exactly(seed: int, share: float) -> None:
    totals, growths = two_years(seed)
    year = year_growth(totals, growths, ALPHA)
    for name in ("output", "capital", "labour"):
        first = sum(getattr(t, name) for t in totals[:4])
        second = sum(getattr(t, name) for t in totals[4:])
        assert getattr(year, name) == pytest.approx(np.log(second / first), abs=1e-12)
    assert year.tfp == pytest.approx(year.output - ALPHA * year.capital - (1 - ALPHA) * year.labour, abs=1e-12)
    assert set(year.sources) == set(SOURCES)
    assert sum(year.sources.values()) == pytest.approx(year.tfp, abs=1e-12)
    assert year.tfp_at(share) == pytest.approx(
        year.output - share * year.capital - (1 - share) * year.labour, abs=1e-12
    )


def test_identical_units_have_no_reallocation() -> None:
    """Hulten: where all grow alike, TFP growth is the growth of a and nothing else."""
    n = 5
    units = [Units(np.ones(n), np.full(n, np.exp(0.01 * t + 0.4 * 0.02 * t)), np.full(n, 0.02 * t), np.zeros(n), component(t, n))
             for t in range(8)]  # fmt: skip
    growths = [quarter_growth(a, b, a.totals(), b.totals()) for a, b in pairwise(units)]
    year = year_growth([u.totals() for u in units], growths, ALPHA)
    assert year.sources["catch_up"] == pytest.approx(0.04, rel=1e-9)
    assert year.tfp == pytest.approx(0.04, rel=1e-3)
    assert abs(year.sources["reallocation"]) < 1e-6


def component(t: int, n: int) -> np.ndarray:
    table = np.zeros((n, len(COMPONENTS)))
    table[:, COMPONENTS.index("catch_up")] = 0.01 * t
    return table


def test_entrants_better_than_the_rest_raise_tfp() -> None:
    good = Units(np.ones(1), np.array([10.0]), np.zeros(1), np.zeros(1), component(0, 1))
    plain = Units(np.ones(1), np.array([1.0]), np.zeros(1), np.zeros(1), component(0, 1))
    totals, growths = [plain.totals()], []
    for quarter in range(1, 8):
        everyone = plain.joined(good) if quarter >= 4 else plain
        before = plain.joined(good) if quarter > 4 else plain
        now = before
        growths.append(quarter_growth(before, now, totals[-1], everyone.totals()))
        totals.append(everyone.totals())
    year = year_growth(totals, growths, ALPHA)
    assert year.sources["entry_exit"] == pytest.approx(np.log(11) - np.log(2), abs=1e-12)
    assert year.tfp == pytest.approx(year.sources["entry_exit"], abs=1e-12)


@given(seed=st.integers(0, 10_000))
def test_melitz_polanec_adds_up(seed: int) -> None:
    rng = np.random.default_rng(seed)
    before = Roll(rng.choice(60, 30, replace=False), rng.normal(size=30), rng.uniform(0.1, 5, 30))
    now = Roll(np.append(before.identity[:20], np.arange(100, 112)), rng.normal(size=32), rng.uniform(0.1, 5, 32))
    parts = melitz_polanec(before, now)
    change = np.average(now.productivity, weights=now.size) - np.average(before.productivity, weights=before.size)
    assert parts.total == pytest.approx(change, abs=1e-12)


def test_melitz_polanec_by_hand() -> None:
    before = Roll(np.array([1, 2, 3]), np.array([1.0, 3.0, 5.0]), np.array([1.0, 1.0, 2.0]))
    now = Roll(np.array([2, 3, 9]), np.array([4.0, 8.0, 2.0]), np.array([3.0, 1.0, 1.0]))
    parts = melitz_polanec(before, now)
    assert parts.survivors == pytest.approx(6.0 - 4.0)  # plain means of the two who stay
    assert parts.covariance == pytest.approx((5.0 - 6.0) - (13 / 3 - 4.0))  # what sizes add to them, now and before
    assert parts.entry == pytest.approx(0.2 * (2.0 - 5.0))
    assert parts.exit == pytest.approx(0.25 * (13 / 3 - 1.0))


def test_melitz_polanec_without_turnover_has_no_entry_or_exit() -> None:
    roll = Roll(np.array([1, 2]), np.array([1.0, 3.0]), np.array([1.0, 1.0]))
    parts = melitz_polanec(roll, roll)
    assert (parts.survivors, parts.covariance, parts.entry, parts.exit) == (0.0, 0.0, 0.0, 0.0)
