"""The rules of enterprises: limits, directions, and one enterprise as a column of them."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import expm

from model.enterprises import demography, digital, innovation, production

DT = 0.25
shares = st.floats(0, 1)
rates = st.floats(0, 3)
sizes = st.floats(1, 1e4)


def one(value: float) -> np.float64:
    return np.float64(value)


READY = {
    "size_gradient": 0.25,
    "size_threshold": 100.0,
    "skill_gradient": 1.0,
    "access_gradient": 0.8,
    "uptake_gradient": 0.3,
}
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
    "size_shock": lambda x: production.size_shock(x - 0.5, 1 + 100 * x, 0.25, 0.18, 5.0, DT),
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


# Exposure


def test_prediction_is_half_a_step_of_bass() -> None:
    assert digital.predicted_exposure(one(0.2), one(1.0), 0.02, 0.3, 0.0, 0.25) == pytest.approx(
        0.2 + 0.125 * (0.02 + 0.06) * 0.8
    )


def test_prediction_counts_those_who_give_up() -> None:
    assert digital.predicted_exposure(one(0.2), one(0.2), 0.02, 0.3, 0.4, 0.25) == pytest.approx(0.2 - 0.125 * 0.08)


@given(share=shares, room=shares, p=rates, q=rates, mu=rates)
def test_a_predicted_share_is_a_share(share: float, room: float, p: float, q: float, mu: float) -> None:
    below = share + (1 - share) * room
    assert 0 <= digital.predicted_exposure(one(share), one(below), p, q, mu, DT) <= 1


def test_network_weight_mixes_peers_and_everyone() -> None:
    assert digital.mixed_exposure(one(0.8), one(0.2), 1.0) == 0.8
    assert digital.mixed_exposure(one(0.8), one(0.2), 0.0) == 0.2
    assert digital.mixed_exposure(one(0.8), one(0.2), 0.5) == pytest.approx(0.5)


# Hazards


def test_the_average_enterprise_is_as_ready_as_any() -> None:
    assert digital.readiness(one(20), one(0), one(0), one(0), **READY) == 1.0


def test_size_counts_only_above_the_threshold() -> None:
    small, at, large = (digital.readiness(one(n), one(0), one(0), one(0), **READY) for n in (5, 100, 1000))
    assert small == at == 1.0
    assert large == pytest.approx(10**0.25)


@pytest.mark.parametrize("which", [0, 1, 2])
def test_skill_access_and_uptake_make_ready(which: int) -> None:
    gaps = [one(0.0)] * 3
    gaps[which] = one(0.1)
    gradient = (READY["skill_gradient"], READY["access_gradient"], READY["uptake_gradient"])[which]
    assert digital.readiness(one(20), *gaps, **READY) == pytest.approx(math.exp(0.1 * gradient))


@pytest.mark.parametrize(
    ("constrained", "supported", "relief", "factor"),
    [(0, 0, 0.0, 1.0), (1, 0, 0.0, 0.5), (1, 1, 0.0, 1.0), (1, 0, 1.0, 1.0), (1, 0, 0.5, 0.75), (0, 1, 0.5, 1.0)],
)
def test_finance_holds_back_the_constrained_without_support(constrained, supported, relief, factor) -> None:
    assert digital.finance_factor(one(constrained), one(supported), relief, 0.5) == pytest.approx(factor)


def test_cost_is_quoted_for_ten_workers_and_grows_less_than_size() -> None:
    assert digital.step_cost(one(10), 0.1, 0.6) == pytest.approx(0.1)
    assert digital.step_cost(one(1000), 0.1, 0.6) == pytest.approx(0.1 * 100**0.6)


def test_a_voucher_pays_its_share_up_to_the_cap() -> None:
    assert digital.subsidy(one(0.1), 0.5, one(0.02)) == 0.02
    assert digital.subsidy(one(0.03), 0.5, one(0.02)) == pytest.approx(0.015)


def test_a_cost_cut_raises_the_hazard_and_never_to_infinity() -> None:
    assert digital.cost_factor(one(1.0), one(0.0), -0.8) == 1.0
    assert digital.cost_factor(one(1.0), one(0.5), -0.8) == pytest.approx(0.5**-0.8)
    assert digital.cost_factor(one(1.0), one(1.0), -0.8) == pytest.approx(0.1**-0.8)


def test_hazard_is_bass_times_the_factor() -> None:
    assert digital.step_hazard(0.02, 0.35, one(0.4), one(2.0)) == pytest.approx((0.02 + 0.14) * 2)


def test_the_skilled_give_up_less() -> None:
    assert digital.fall_hazard(0.1, one(0.0), 0.8) == 0.1
    assert digital.fall_hazard(0.1, one(0.5), 0.8) < 0.1 < digital.fall_hazard(0.1, one(-0.5), 0.8)


@given(hazard=rates, dt=st.floats(1e-6, 2))
def test_chance_is_a_probability_that_composes(hazard: float, dt: float) -> None:
    whole, half = digital.chance(one(hazard), dt), digital.chance(one(hazard), dt / 2)
    assert 0 <= whole < 1 or hazard * dt > 30
    assert 1 - whole == pytest.approx((1 - half) ** 2, rel=1e-9)


@given(hazard=rates, others=rates, dt=st.floats(1e-3, 2))
def test_moving_chance_is_the_two_state_chain(hazard: float, others: float, dt: float) -> None:
    """With hazards h there and o back, the share that is there after dt, starting from none."""
    total = hazard + others
    expected = hazard / total * -math.expm1(-total * dt) if total > 0 else 0.0
    assert digital.moving_chance(one(hazard), one(others), dt) == pytest.approx(expected, rel=1e-9, abs=1e-15)


def test_moving_chance_without_a_way_back_is_the_chance() -> None:
    assert digital.moving_chance(one(0.7), one(0.0), DT) == pytest.approx(digital.chance(one(0.7), DT))


@pytest.mark.parametrize("dt", [1 / 12, 0.25, 1.0])
def test_twice_is_what_a_ladder_of_three_rungs_gives(dt: float) -> None:
    """Two moves in a row against the matrix exponential, with ways back and out; an error of fourth order in the step."""
    first, second, fall, slip, loss = 0.3, 0.2, 0.1, 0.15, 0.05
    generator = np.zeros((4, 4))  # below, here, once further, twice further
    generator[1, [0, 2]], generator[2, [1, 3]], generator[3, 2] = (fall, first), (slip, second), loss
    generator -= np.diag(generator.sum(axis=1))
    exact = expm(generator * dt)[1, 3]
    assert digital.twice_chance(one(first), one(second), fall + slip + loss, dt) == pytest.approx(
        exact, abs=0.002 * dt**4
    )


@given(uniform=shares, up=st.floats(0, 0.5), down=st.floats(0, 0.5), again=st.floats(0, 1))
def test_climb_moves_by_two_at_most_and_never_both_ways(uniform: float, up: float, down: float, again: float) -> None:
    move = digital.climb(one(uniform), one(up), one(again * up), one(down), one(again * down))
    assert move == (uniform < up) + (uniform < again * up) - (uniform > 1 - down) - (uniform > 1 - again * down)
    assert abs(move) <= 2


def test_luck_that_lets_someone_climb_lets_them_climb_when_it_is_easier() -> None:
    uniforms = np.linspace(0, 1, 101)
    hard, easy = (
        digital.climb(uniforms, *np.repeat([step, step / 4, 0.1, 0.02], 101).reshape(4, 101)) for step in (0.1, 0.3)
    )
    assert ((easy >= hard) | (hard < 0)).all()


# Gains


GAINS = np.array([0.0, 0.02, 0.06, 0.11])


def mature(rung: int, ratio: float = 1.0, innovating: float = 1.0, omega: float = 0.5, chi: float = 0.5) -> float:
    return float(
        digital.mature_gain(
            np.int64(rung),
            one(ratio),
            one(innovating),
            GAINS,
            skill_complementarity=omega,
            innovation_complementarity=chi,
        )
    )


def test_an_innovating_enterprise_of_mean_skill_has_the_whole_gain() -> None:
    assert [mature(rung) for rung in range(4)] == pytest.approx(GAINS)


def test_without_innovation_only_what_rungs_two_and_three_add_is_cut() -> None:
    assert mature(1, innovating=0.0) == pytest.approx(0.02)
    assert mature(3, innovating=0.0) == pytest.approx(0.02 + 0.09 * 0.5)
    assert mature(3, innovating=0.0, chi=0.0) == pytest.approx(0.11)
    assert mature(3, innovating=0.0, chi=1.0) == pytest.approx(0.02)


def test_skill_raises_the_gain_and_none_leaves_none() -> None:
    assert mature(2, ratio=4.0) == pytest.approx(0.12)
    assert mature(2, ratio=0.0) == 0.0
    assert mature(2, ratio=-1.0) == 0.0
    assert mature(2, ratio=4.0, omega=0.0) == pytest.approx(0.06)


def test_gain_matures_exponentially() -> None:
    gain = one(0.0)
    for _ in range(12):
        gain = digital.maturing_gain(gain, one(0.06), one(0), DT, 3.0)
    assert gain == pytest.approx(0.06 * -math.expm1(-1.0))


def test_falling_back_loses_the_surplus_at_once_and_gains_nothing() -> None:
    assert digital.maturing_gain(one(0.06), one(0.02), one(-1), DT, 3.0) == 0.02
    assert 0.01 < digital.maturing_gain(one(0.01), one(0.02), one(-1), DT, 3.0) < 0.02


def test_a_step_has_matured_for_half_the_quarter_in_which_it_was_taken() -> None:
    got = digital.maturing_gain(one(0.0), one(0.06), one(1), DT, 3.0)
    assert got == pytest.approx(0.06 * -math.expm1(-DT / 2 / 3.0))


def test_the_dip_follows_a_step_to_rung_two_or_three_and_passes() -> None:
    assert digital.adoption_dip(np.int64(1), one(0.0), 0.01, 0.75) == 0.0
    assert digital.adoption_dip(np.int64(2), one(0.0), 0.01, 0.75) == 0.01
    assert digital.adoption_dip(np.int64(3), one(0.75), 0.01, 0.75) == pytest.approx(0.01 / math.e)


# Research and innovation


def test_public_share_and_counterpart_are_the_project() -> None:
    assert innovation.grant_size(2.0, 0.3) == pytest.approx(1.4)
    assert innovation.grant_size(2.0, 0.0) == 2.0


def test_an_enterprise_carries_what_it_can_afford() -> None:
    assert innovation.can_carry(0.3, one(2.0), 0.15)
    assert not innovation.can_carry(0.3, one(1.9), 0.15)


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
    """Var(x) = rho^2 Var(x) + scale^2 at the stationary variance of a year's process."""
    rho = innovation.fluctuation(one(1.0), one(0.0), 0.9, 0.15, dt)
    scale = innovation.fluctuation(one(0.0), one(1.0), 0.9, 0.15, dt)
    assert rho == pytest.approx(0.9**dt)
    assert scale**2 / (1 - rho**2) == pytest.approx(0.15**2 / (1 - 0.81))


# Production


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
    at, large = (production.size_shock(one(1.0), one(n), 0.25, 0.18, 5.0, DT) for n in (5, 5000))
    assert at == pytest.approx(0.125)
    assert large == pytest.approx(0.125 * 1000**-0.18)
    assert production.size_shock(one(1.0), one(5000), 0.25, 0.0, 5.0, DT) == pytest.approx(0.125)


# Demography


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
