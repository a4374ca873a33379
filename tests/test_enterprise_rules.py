"""The rules of enterprises: limits, directions, and one enterprise as a column of them."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.enterprises import demography, digital, innovation, production
from tests.rules import DT, READY, one, shares, sizes

ARRIVAL = {"rd_elasticity": 0.5, "digital": 0.3, "knowledge": 0.2, "skill": 0.3, "fishing_out": 0.25}

RULES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "predicted_exposure": lambda x: digital.predicted_exposure(x * 0.5, 0.5 + x * 0.5, 0.02, 0.35, 0.1, DT),
    "mixed_exposure": lambda x: digital.mixed_exposure(x, x**2, 0.3),
    "readiness": lambda x: digital.readiness(1 + 500 * x, x - 0.5, 0.2 - x, x, **READY),
    "finance_factor": lambda x: digital.finance_factor(x > 0.3, x > 0.7, 0.2, 0.5),
    "step_cost": lambda x: digital.step_cost(1 + 100 * x, 0.1, 0.6),
    "subsidy": lambda x: digital.subsidy(x, 0.5, 0.2 + 0 * x),
    "cost_factor": lambda x: digital.cost_factor(1 + x, x, -0.8),
    "step_hazard": lambda x: digital.step_hazard(x, 0.3, x, 1 + x),
    "fall_hazard": lambda x: digital.fall_hazard(0.1, x - 0.5, 0.8),
    "chance": lambda x: digital.chance(3 * x, DT),
    "moving_chance": lambda x: digital.moving_chance(x, 1 - x, DT),
    "twice_chance": lambda x: digital.twice_chance(x, 1 - x, x**2, DT),
    "climb": lambda x: digital.climb(x, 0.2 + 0 * x, 0.1 + 0 * x, 0.3 + 0 * x, 0.2 + 0 * x),
    "maturing_gain": lambda x: digital.maturing_gain(x, 0.5 + 0 * x, np.rint(2 * x - 1), DT, 3.0),
    "adoption_dip": lambda x: digital.adoption_dip(np.rint(3 * x), 4 * x, 0.01, 0.75),
    "can_carry": lambda x: innovation.can_carry(0.4, 5 * x, 0.15),
    "research": lambda x: innovation.research(x, x > 0.5, 0.02, x, 0.3 * x, -0.2),
    "effort": lambda x: innovation.effort(x, 0.004, 0.001),
    "arrival_hazard": lambda x: innovation.arrival_hazard(0.04, 1 + x, 3 * x - 1, 0.5, x - 0.5, x, **ARRIVAL),
    "arrivals": lambda x: innovation.arrivals(2 * x, DT),
    "innovation_gain": lambda x: innovation.innovation_gain(3 * x, x, x > 0.4, 0.04, 0.5, 8.0),
    "catch_up_speed": lambda x: innovation.catch_up_speed(0.04, x, 3 * x, x, skill_complementarity=0.5, absorption=0.1),
    "catch_up": lambda x: innovation.catch_up(x - 0.2, 0.1 + x, DT),
    "research_lead": lambda x: innovation.research_lead(x, 2 - x, 0.1),
    "fluctuation": lambda x: innovation.fluctuation(x, 1 - x, 0.9, 0.15, DT),
    "admin_wedge": lambda x: production.admin_wedge(1 + 100 * x, x, x > 0.5, 0.012, 0.25, 0.25),
    "log_output": lambda x: production.log_output(x, 1 + x, 2 - x, 0.4),
    "output_at_ratio": lambda x: production.output_at_ratio(x, 1 + 10 * x, 2.6, 0.4),
    "labour_pull": lambda x: production.labour_pull(x, 0.01, 0.5, DT),
    "size_shock": lambda x: production.size_shock(x - 0.5, 1 + 100 * x, 0.25, 0.18, 5.0),
    "size_class": lambda x: demography.size_class(1 + 500 * x, np.array([10.0, 50.0, 200.0])),
    "exit_hazard": lambda x: demography.exit_hazard(0.08, x - 0.5, 0.5),
}


@pytest.mark.parametrize("name", list(RULES))
def test_one_enterprise_is_treated_as_a_column_of_them(name: str) -> None:
    """What the columns do at once, the twin does one by one."""
    column = np.linspace(0.01, 0.99, 41)
    together = RULES[name](column)
    alone = np.array([RULES[name](value) for value in column])
    np.testing.assert_allclose(alone, together, rtol=1e-13, atol=1e-16)
    assert np.shape(RULES[name](one(0.3))) == ()


# Research, innovation, catch-up, fluctuation (eqs. 12-14, 16)


def test_public_share_and_counterpart_are_the_project() -> None:
    assert innovation.grant_size(2.0, 0.3) == pytest.approx(1.4)
    assert innovation.grant_size(2.0, 0.0) == 2.0


def test_an_enterprise_carries_what_it_can_afford() -> None:
    assert innovation.can_carry(0.3, one(2.0), 0.15)
    assert not innovation.can_carry(0.3, one(1.9), 0.15)


def test_who_has_not_produced_yet_carries_no_project_even_without_a_counterpart() -> None:
    assert not innovation.can_carry(0.0, one(0.0), 0.15)
    assert innovation.can_carry(0.0, one(1e-9), 0.15)


@pytest.mark.parametrize(
    ("performs", "grant", "counterpart", "kappa", "spending"),
    [
        (0, 0.0, 0.0, 0.0, 0.0),
        (1, 0.0, 0.0, 0.0, 0.2),
        (0, 0.7, 0.3, 0.0, 1.0),
        (1, 0.7, 0.1, 0.0, 0.9),
        (1, 0.7, 0.3, 0.0, 1.0),
        (1, 0.2, 0.1, -0.5, 0.3),
        (1, 1.0, 0.1, -0.5, 1.0),
        (1, 1.0, 0.1, 0.3, 1.5),
        (0, 1.0, 0.0, -0.5, 1.0),
        (1, 1.0, 0.0, -0.5, 1.0),
        (0, 1.0, 0.2, -2.0, 1.0),
    ],
)
def test_research_is_own_or_counterpart_plus_what_a_grant_adds(performs, grant, counterpart, kappa, spending) -> None:
    got = innovation.research(one(10.0), one(performs), 0.02, one(grant), one(counterpart), kappa)
    assert got == pytest.approx(spending)


@given(shares, shares, shares, st.floats(-3, 1))
def test_no_grant_turns_private_research_negative(
    performs: float, grant: float, counterpart: float, kappa: float
) -> None:
    spent = innovation.research(one(10.0), one(performs > 0.5), 0.02, one(grant), one(counterpart), kappa)
    assert spent >= grant


def test_effort_is_one_at_the_mean_and_never_nought() -> None:
    assert innovation.effort(one(0.001), 0.004, 0.001) == pytest.approx(1.0)
    assert innovation.effort(one(0.0), 0.004, 0.001) == pytest.approx(0.8)


def arrival(effort=1.0, rung=0.0, knowledge=0.0, skill=0.0, covered=0.0, **changes) -> float:
    rates = ARRIVAL | changes
    return float(innovation.arrival_hazard(0.04, one(effort), one(rung), knowledge, one(skill), one(covered), **rates))


def test_the_mean_enterprise_innovates_at_the_base_rate() -> None:
    assert arrival() == 0.04


@pytest.mark.parametrize(
    ("moved", "factor"),
    [
        ({"effort": 4.0}, 2.0),
        ({"rung": 1.0}, 1.3),
        ({"knowledge": 1.0}, 1.2),
        ({"skill": 0.5}, 1.15),
        ({"covered": 1.0}, math.exp(-0.25)),
        ({"rung": -10.0}, 0.0),
        ({"skill": -10.0}, 0.0),
        ({"knowledge": -10.0}, 0.0),
        ({"rung": 1.0, "digital": 0.0}, 1.0),
        ({"knowledge": 1.0, "skill": 0.5}, 1.2 * 1.15),
    ],
)
def test_what_raises_and_lowers_innovation(moved: dict[str, float], factor: float) -> None:
    assert arrival(**moved) == pytest.approx(0.04 * factor)


@pytest.mark.parametrize("dt", [0.25, 1.0])
@pytest.mark.parametrize("hazard", [0.0, 1e-12, 0.3, 5.0])
def test_steps_bring_as_many_innovations_as_the_hazard_says(hazard: float, dt: float) -> None:
    expected = digital.chance(one(hazard), dt) * innovation.arrivals(one(hazard), dt)
    assert expected == pytest.approx(hazard * dt)


def test_a_bold_project_pays_rarely_and_much() -> None:
    lucky = innovation.innovation_gain(one(1.0), one(0.1), np.bool_(True), 0.04, 0.15, 8.0)
    unlucky = innovation.innovation_gain(one(1.0), one(0.2), np.bool_(True), 0.04, 0.15, 8.0)
    usual = innovation.innovation_gain(one(1.0), one(0.2), np.bool_(False), 0.04, 0.15, 8.0)
    assert (lucky, unlucky, usual) == (pytest.approx(0.32), 0.0, 0.04)


@pytest.mark.parametrize(
    ("skill", "lead", "linkage", "speed"),
    [(1.0, 0.0, 0.0, 0.04), (4.0, 0.0, 0.0, 0.08), (1.0, 1.0, 0.0, 0.044), (1.0, 0.0, 0.5, 0.06), (0.0, 0.0, 0.0, 0.0)],
)
def test_skill_research_and_links_speed_up_catching_up(skill, lead, linkage, speed) -> None:
    got = innovation.catch_up_speed(
        0.04, one(skill), one(lead), one(linkage), skill_complementarity=0.5, absorption=0.1
    )
    assert got == pytest.approx(speed)


def test_absorption_never_turns_catching_up_round() -> None:
    assert innovation.catch_up_speed(0.04, one(1), one(-100), one(0), skill_complementarity=0.5, absorption=0.1) == 0.0


@given(gap=st.floats(0, 2), speed=st.floats(0, 1))
def test_two_half_steps_of_catching_up_are_one(gap: float, speed: float) -> None:
    half = innovation.catch_up(one(gap), one(speed), DT / 2)
    rest = innovation.catch_up(one(gap) - half, one(speed), DT / 2)
    assert half + rest == pytest.approx(innovation.catch_up(one(gap), one(speed), DT), rel=1e-9, abs=1e-15)


def test_who_leads_does_not_fall_back_to_the_frontier() -> None:
    assert innovation.catch_up(one(-0.5), one(0.1), DT) == 0.0


def test_research_lead_is_relative_and_bounded() -> None:
    assert innovation.research_lead(one(0.2), one(1.0), 0.2) == pytest.approx(1.0)
    assert innovation.research_lead(one(99.0), one(1.0), 0.2) == 3.0
    assert innovation.research_lead(one(0.0), one(0.0), 0.2) == 0.0


@pytest.mark.parametrize("dt", [1.0, 0.25, 1 / 12])
def test_fluctuation_keeps_its_spread_whatever_the_step(dt: float) -> None:
    """Var(x) = rho^2 Var(x) + scale^2 at the stationary variance."""
    rho = innovation.fluctuation(one(1.0), one(0.0), 0.9, 0.35, dt)
    scale = innovation.fluctuation(one(0.0), one(1.0), 0.9, 0.35, dt)
    assert rho == pytest.approx(0.9**dt)
    assert scale**2 / (1 - rho**2) == pytest.approx(0.35**2)


# Production, reallocation, capital (eqs. 8, 17-19)


@pytest.mark.parametrize(
    ("labour", "uptake", "online", "cost"),
    [(5, 0, 0, 0.012), (10, 1, 0, 0.012), (160, 0, 0, 0.006), (5, 1.0, 1, 0.009), (5, 0.5, 1, 0.0105)],
)
def test_administration_costs_less_for_the_large_and_the_online(labour, uptake, online, cost) -> None:
    got = production.admin_wedge(one(labour), one(uptake), one(online), 0.012, 0.25, 0.25)
    assert got == pytest.approx(cost)


@given(a=st.floats(-2, 2), k=st.floats(-2, 8), n=st.floats(0, 8), alpha=st.floats(0.2, 0.6))
def test_production_has_constant_returns(a: float, k: float, n: float, alpha: float) -> None:
    once, twice = (production.log_output(one(a), one(k + s), one(n + s), alpha) for s in (0.0, math.log(2)))
    assert twice - once == pytest.approx(math.log(2), abs=1e-12)


@given(a=st.floats(-2, 2), labour=sizes, ratio=st.floats(0.5, 6), alpha=st.floats(0.2, 0.6))
def test_output_at_a_ratio_has_that_ratio(a: float, labour: float, ratio: float, alpha: float) -> None:
    made = production.output_at_ratio(one(a), one(labour), ratio, alpha)
    again = production.log_output(one(a), np.log(ratio * made), np.log(one(labour)), alpha)
    assert again == pytest.approx(np.log(made), abs=1e-9)


def test_labour_goes_where_productivity_rises_faster_than_elsewhere() -> None:
    assert production.labour_pull(one(0.03), 0.01, 0.5, DT) == pytest.approx(0.0025)
    assert production.labour_pull(one(0.01), 0.01, 0.5, DT) == 0.0
    assert production.labour_pull(one(0.00), 0.01, 0.5, DT) < 0


def test_luck_moves_the_large_less() -> None:
    at, large = (production.size_shock(one(1.0), one(n), 0.25, 0.18, 5.0) for n in (5, 5000))
    assert at == pytest.approx(0.25)
    assert large == pytest.approx(0.25 * 1000**-0.18)
    assert production.size_shock(one(1.0), one(5000), 0.25, 0.0, 5.0) == pytest.approx(0.25)


# Demography (eq. 20)


@pytest.mark.parametrize(
    ("labour", "size"), [(1, 0), (10, 0), (10.01, 1), (50, 1), (50.01, 2), (200, 2), (200.01, 3), (1e6, 3)]
)
def test_size_classes_take_their_upper_bound(labour: float, size: int) -> None:
    assert demography.size_class(one(labour), np.array([10.0, 50.0, 200.0])) == size


def test_the_productive_leave_less() -> None:
    assert demography.exit_hazard(0.08, one(0.0), 0.5) == 0.08
    assert demography.exit_hazard(0.08, one(1.0), 0.5) == pytest.approx(0.08 * math.exp(-0.5))
    assert demography.exit_hazard(0.08, one(-1.0), 0.5) > 0.08
    assert demography.exit_hazard(0.08, one(1.0), 0.0) == 0.08


@given(stock=st.floats(0, 1e5), lift=st.floats(-0.5, 1), uniform=st.floats(0, 1, exclude_max=True))
def test_births_are_the_expected_number_rounded_by_luck(stock: float, lift: float, uniform: float) -> None:
    number = demography.births(0.12, lift, stock, uniform, DT)
    expected = math.expm1(0.12 * (1 + lift) * DT) * stock
    assert math.floor(expected) <= number <= math.floor(expected) + 1
    assert abs(number - expected) < 1 + 1e-6


def test_rounding_by_luck_is_fair() -> None:
    uniforms = (np.arange(1000) + 0.5) / 1000
    numbers = [demography.births(0.12, 0.0, 41.0, u, DT) for u in uniforms]
    assert np.mean(numbers) == pytest.approx(41 * math.expm1(0.12 * DT), abs=1e-3)
