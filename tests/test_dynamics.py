"""Exact steps: against closed forms, against each other, and at their edges."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.dynamics import (
    accumulate,
    at_least,
    effective_time,
    exponential,
    relax,
    saturating,
    saturating_stock,
    within_unit,
)
from model.prices import Prices

amounts = st.floats(0.0, 1e6)
rates = st.floats(0.0, 5.0)
steps = st.floats(1e-3, 2.0)
shares = st.floats(0.0, 1.0)


@pytest.mark.parametrize("decay", [0.0, 0.15, 3.0])
def test_knowledge_stock_has_its_closed_form(decay):  # T10
    stock, years = 7.0, 10.0
    for _ in range(40):
        stock = accumulate(stock, 2.0, decay, 0.25)
    faded = math.exp(-decay * years)
    expected = 7.0 * faded + (2.0 * (1.0 - faded) / decay if decay else 2.0 * years)
    assert stock == pytest.approx(expected, rel=1e-12)


@given(amounts, amounts, rates, steps)
def test_half_steps_make_a_step(stock, inflow, decay, dt):
    halves = accumulate(accumulate(stock, inflow, decay, dt / 2), inflow, decay, dt / 2)
    assert halves == pytest.approx(accumulate(stock, inflow, decay, dt), rel=1e-12)


@given(amounts, amounts, rates, steps)
def test_a_stock_stays_non_negative_and_nothing_comes_from_nothing(stock, inflow, decay, dt):
    assert accumulate(stock, inflow, decay, dt) >= 0.0
    assert accumulate(0.0, 0.0, decay, dt) == 0.0


@given(amounts, st.floats(1e-3, 5.0), steps)
def test_a_stock_kept_up_stays(stock, decay, dt):
    assert accumulate(stock, stock * decay, decay, dt) == pytest.approx(stock, rel=1e-14)


@pytest.mark.parametrize("rate", [0.0, 5e-324, 1e-300, 1e-12, 1.0, 700.0])
def test_effective_time_has_no_gap_at_zero(rate):
    assert 0.0 < effective_time(rate, 0.25) <= 0.25
    assert effective_time(rate, 0.25) == pytest.approx(0.25, rel=1e-9) or rate > 1e-9


def test_rules_give_the_same_for_floats_and_arrays():
    stocks, inflows, decays = np.array([0.0, 3.0, 8.0]), np.array([1.0, 0.0, 2.0]), np.array([0.0, 0.3, 2.0])
    together = accumulate(stocks, inflows, decays, 0.25)
    one_by_one = [
        accumulate(*row, 0.25) for row in zip(stocks.tolist(), inflows.tolist(), decays.tolist(), strict=True)
    ]
    assert together == pytest.approx(one_by_one, rel=1e-15)
    assert all(isinstance(value, float) and not isinstance(value, np.floating) for value in one_by_one)
    assert relax(stocks, inflows, 0.3, 0.25) == pytest.approx(
        [relax(a, b, 0.3, 0.25) for a, b in zip(stocks.tolist(), inflows.tolist(), strict=True)], rel=1e-15
    )
    for rule in (exponential, within_unit, lambda x: saturating(x, 2.0), lambda x: at_least(x, 1.0)):
        assert rule(-stocks) == pytest.approx([rule(-value) for value in stocks.tolist()], rel=1e-15)


@given(amounts, amounts, rates, steps)
def test_relaxing_stays_between_value_and_target(value, target, rate, dt):
    low, high = sorted((value, target))
    assert low - 1e-9 <= relax(value, target, rate, dt) <= high + 1e-9


@given(amounts, rates, steps)
def test_at_the_target_nothing_moves(target, rate, dt):
    assert relax(target, target, rate, dt) == target


@given(st.floats(0.0, 0.999), st.floats(1e-3, 1e3))
def test_saturating_is_undone_by_its_inverse(index, scale):
    assert saturating(saturating_stock(index, scale), scale) == pytest.approx(index, abs=1e-12)


def test_a_full_index_has_a_finite_stock():
    assert math.isfinite(saturating_stock(1.0, 5.0))


@given(amounts, st.floats(0.0, 1e3), st.floats(0.1, 1e3))
def test_saturating_rises_within_zero_and_one(stock, more, scale):
    assert 0.0 <= saturating(stock, scale) <= saturating(stock + more, scale) <= 1.0


def test_prices_turn_money_there_and_back():
    prices = Prices(base=1.6, growth=0.03)
    assert prices.at(2020) == 1.6
    assert prices.at(2022) == pytest.approx(1.6 * 1.03**2)
    assert prices.nominal(prices.real(50.0, 2031), 2031) == pytest.approx(50.0)
    assert prices.from_2024(10.0) == prices.real(10.0, 2024)
