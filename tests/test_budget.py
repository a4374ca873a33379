"""The rules of money (eqs. 1-3): known limits, monotonicity, and that no dong is lost."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from model.government.budget import (
    bought,
    carried_over,
    executed_lines,
    executed_money,
    learned_capacity,
    normalised,
    relabelled_money,
    skill_price,
    spend,
    works_money,
)

money = st.floats(0.0, 1e6)
share = st.floats(0.0, 1.0)


def test_a_small_allocation_is_spent_and_a_huge_one_fills_capacity():  # T22
    assert executed_money(1e-9, 40.0) == pytest.approx(1e-9, rel=1e-9)
    assert executed_money(1e9, 40.0) == 40.0
    assert executed_money(0.0, 40.0) == 0.0
    assert executed_money(40.0, 0.0) == 0.0
    assert executed_money(40.0, 0.5) == 0.5


def test_the_central_capacity_spends_half_of_three_percent():
    assert executed_money(0.03, 0.02) / 0.03 == pytest.approx(0.52, abs=0.005)


@given(money, money, st.floats(1e-3, 1e6))
@example(2.225073858507203e-309, 0.0, 1894.0)
def test_more_money_never_executes_less(allocated, more, capacity):
    executed = executed_money(allocated, capacity)
    assert executed <= executed_money(allocated + more, capacity) <= capacity
    assert executed <= allocated * (1.0 + 1e-12)


@given(st.lists(money, min_size=2, max_size=6), money, st.floats(1e-3, 1e6))
def test_more_money_on_one_line_never_executes_less_of_it(allocation, more, capacity):
    before = executed_lines(np.array(allocation), capacity)
    after = executed_lines(np.array([allocation[0] + more, *allocation[1:]]), capacity)
    assert after.sum() >= before.sum() * (1.0 - 1e-12)
    assert after[0] >= before[0] * (1.0 - 1e-12)
    assert before.sum() == pytest.approx(executed_money(sum(allocation), capacity), rel=1e-12)


def test_all_lines_are_executed_alike():
    executed = executed_lines(np.array([10.0, 30.0, 0.0]), 20.0)
    assert executed[1] / 30.0 == pytest.approx(executed[0] / 10.0)
    assert executed[2] == 0.0


def test_only_what_exceeds_the_start_can_be_relabelled():
    assert relabelled_money(30.0, 10.0, 0.25) == 5.0
    assert relabelled_money(10.0, 10.0, 0.25) == 0.0
    assert relabelled_money(5.0, 10.0, 0.25) == 0.0
    assert relabelled_money(np.array([5.0, 30.0]), np.array([10.0, 10.0]), 0.25) == pytest.approx([0.0, 5.0])


def test_capacity_learns_once_it_has_been_measured():
    assert learned_capacity(0.02, 0.12, 2025, 2025.0) == 0.02
    assert learned_capacity(0.02, 0.12, 2026, 2025.0) == pytest.approx(0.0224)


@given(money, share, share, share)
def test_executed_money_is_received_or_lost(executed, efficiency, leakage, delivered):
    spending = spend(executed, efficiency, leakage, delivered)
    assert sum(spending) == pytest.approx(executed, rel=1e-12)
    assert min(spending) >= -1e-12 * executed


def test_losses_come_one_after_the_other():
    spending = spend(100.0, 0.65, 0.2, 0.5)
    assert spending == pytest.approx((26.0, 35.0, 13.0, 26.0))
    assert bought(100.0, 0.65, 0.2, 2.0) == pytest.approx(26.0)


def test_carried_money_is_spent_first_and_never_carried_twice():
    assert carried_over(30.0, 80.0, 0.5) == 15.0
    assert carried_over(30.0, 20.0, 0.5) == 10.0
    assert carried_over(30.0, 0.0, 1.0) == 0.0


@given(money, money, share)
def test_what_is_carried_is_at_most_what_is_left_of_this_year(unspent, fresh, part):
    assert 0.0 <= carried_over(unspent, fresh, part) <= min(unspent, fresh) * (1.0 + 1e-9) + 1e-9


def test_the_price_of_skills_follows_demand():
    assert skill_price(2.0, 2.0, 0.3, 0.0) == 1.0
    assert skill_price(4.0, 2.0, 0.5, 0.1) == pytest.approx(2.0**0.5 * 1.1)
    assert skill_price(4.0, 2.0, 0.0, 0.0) == 1.0


def test_a_province_without_research_at_the_start_has_a_price():
    assert skill_price(4.0, 0.0, 0.3, 0.0) == 1.0


def test_a_profile_is_scaled_to_one_year():
    assert normalised((0.2, 0.2, 0.2, 0.2)) == (0.25, 0.25, 0.25, 0.25)


def test_rent_and_upkeep_are_no_works():
    assert works_money({"platforms": 5.0, "infrastructure": 10.0}, 0.4) == 9.0
