"""The rules of the digital ladder: exposure, hazards, moves and the gains that mature."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import expm

from model.enterprises import digital
from tests.rules import DT, READY, one, rates, shares

# Exposure (eq. 9)


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


# Hazards and moves (eqs. 9, 10)


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


# Gains (eq. 11)


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
