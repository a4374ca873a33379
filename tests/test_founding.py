"""Founding: what is drawn has the shares, means and totals of the facts."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from experiments.verification.stage import beliefs, scenario
from model.draws import Luck
from model.enterprises import founding
from model.enterprises.demography import size_class
from model.enterprises.founding import FOREIGN, PRIVATE, STATE, Site, by_sector, by_size, found
from model.enterprises.productivity import Surroundings
from model.vocabulary import SECTORS, SIZES

SMALLEST = np.ones(1)
COMMUNES = 5
NUMBER = 6_000


def site(value_added=None, business_rd=50.0) -> Site:
    around = Surroundings(np.linspace(0.5, 0.9, COMMUNES), np.full(COMMUNES, 0.1), np.zeros(COMMUNES))
    made = np.linspace(500.0, 3_000.0, len(SECTORS)) if value_added is None else value_added
    return Site(np.array([0.4, 0.3, 0.15, 0.1, 0.05]), around, made, business_rd)


@pytest.fixture(scope="module")
def draw():
    return beliefs(scenario(), {"enterprise_workers": 110_000.0})


@pytest.fixture(scope="module")
def founded(draw):
    return found(draw, Luck(3, 0, "x"), site(), NUMBER)


def share_of(condition) -> float:
    return float(np.mean(condition))


def within(got: float, expected: float, number: int = NUMBER, errors: float = 4.0) -> bool:
    """Say whether a share lies within sampling error of another."""
    return abs(got - expected) <= errors * np.sqrt(max(expected * (1 - expected), 1e-6) / number)


def test_workers_add_up_to_the_fact(founded, draw) -> None:
    firms, _ = founded
    assert (firms.weight * firms.labour).sum() == pytest.approx(draw.facts.enterprise_workers, rel=1e-9)
    assert firms.labour.min() >= 1.0


def test_value_added_of_every_sector_is_the_fact(founded) -> None:
    firms, _ = founded
    made = np.bincount(firms.sector, weights=firms.weight * firms.output, minlength=len(SECTORS))
    np.testing.assert_allclose(made, site().value_added, rtol=1e-9)


def test_capital_stands_at_the_ratio_of_the_place(founded, draw) -> None:
    firms, _ = founded
    np.testing.assert_allclose(firms.capital / firms.output, draw.facts.capital_output_ratio, rtol=1e-12)


def test_founding_output_is_what_the_production_function_gives(founded, draw) -> None:
    firms, norms = founded
    log_tfp = norms.level[firms.sector] + firms.standing + firms.components.sum(axis=1)
    alpha = draw.parameters.capital_share
    made = np.exp(log_tfp) * firms.capital**alpha * firms.labour ** (1 - alpha)
    np.testing.assert_allclose(made, firms.output, rtol=1e-9)
    np.testing.assert_allclose(firms.past_tfp, np.repeat(log_tfp[:, None], firms.past_tfp.shape[1], axis=1), rtol=1e-9)


def test_size_classes_have_their_shares_before_raking(draw) -> None:
    luck = Luck(3, 1, "x")
    classes = founding.pick(luck.uniforms("c", 0, 40_000), by_size(draw.facts, "size_share"))
    for index, size in enumerate(SIZES):
        assert within(share_of(classes == index), getattr(draw.facts, f"size_share_{size}"), 40_000)


@pytest.mark.parametrize("index", range(4))
def test_sizes_within_a_class_have_the_mean_of_the_fact(draw, index: int) -> None:
    classes = np.full(20_000, index)
    evenly = (np.arange(20_000) + 0.5) / 20_000
    labour = founding.founding_sizes(evenly, classes, draw.facts, draw.parameters)
    assert labour.mean() == pytest.approx(by_size(draw.facts, "size_mean")[index], rel=2e-3)
    bounds = founding.size_bounds(draw.parameters)
    assert (size_class(labour[1:-1], bounds) == index).all()


def test_sectors_owners_and_communes_have_their_shares(founded, draw) -> None:
    firms, _ = founded
    for index, share in enumerate(by_sector(draw.facts, "sector_share")):
        assert within(share_of(firms.sector == index), share)
    for index, share in enumerate(site().commune_shares):
        assert within(share_of(firms.commune == index), share)


def test_larger_enterprises_are_more_often_state_or_foreign(founded, draw) -> None:
    firms, _ = founded
    large = firms.labour > np.percentile(firms.labour, 90)
    assert share_of(firms.owner[large] == FOREIGN) > share_of(firms.owner[~large] == FOREIGN)
    assert share_of(firms.owner[large] == STATE) > share_of(firms.owner[~large] == STATE)


@given(seed=st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_state_and_foreign_never_take_more_than_nine_in_ten(seed: int) -> None:
    facts = replace(scenario().central().facts, foreign_share=1.0, state_share=1.0)
    rng = np.random.default_rng(seed)
    owner = founding.owners(rng.random(4000), np.ones(4000), facts)
    assert share_of(owner == PRIVATE) == pytest.approx(0.1, abs=0.03)
    assert share_of(owner == FOREIGN) == pytest.approx(0.6, abs=0.04)


def test_rungs_have_the_shares_of_their_size_class(draw) -> None:
    size = np.repeat(np.arange(4), 10_000)
    evenly = np.tile((np.arange(10_000) + 0.5) / 10_000, 4)
    rungs = founding.founding_rungs(evenly, size, draw.facts)
    for index, name in enumerate(SIZES):
        for level in (1, 2, 3):
            expected = getattr(draw.facts, f"rung{level}_share_{name}")
            assert share_of(rungs[size == index] >= level) == pytest.approx(expected, abs=2e-4)


def test_whole_spread_of_productivity_is_permanent_and_passing_together(founded, draw) -> None:
    firms, _ = founded
    p = draw.parameters
    standardised = firms.noise / founding.passing_deviation(firms.labour, p)
    assert standardised.std() == pytest.approx(1.0, rel=0.05)
    assert (firms.standing + firms.noise).std() == pytest.approx(p.tfp_dispersion, rel=0.05)


def test_passing_luck_never_spreads_wider_than_all_productivity(draw) -> None:
    p = replace(draw.parameters, tfp_dispersion=0.4, tfp_noise=0.25, tfp_persistence=0.97)
    assert founding.passing_deviation(SMALLEST, p) == 0.4
    assert founding.standing_deviation(SMALLEST, p) == 0.0


def test_passing_luck_has_the_stationary_spread_of_its_yearly_shocks(draw) -> None:
    p = replace(draw.parameters, tfp_dispersion=0.6, tfp_noise=0.15, tfp_persistence=0.9)
    assert founding.passing_deviation(SMALLEST, p) == pytest.approx(0.15 / np.sqrt(0.19))
    assert founding.standing_deviation(SMALLEST, p) == pytest.approx(np.sqrt(0.36 - 0.0225 / 0.19))


def test_passing_luck_spreads_less_among_the_large_and_all_productivity_as_much(draw) -> None:
    p = replace(draw.parameters, size_noise_reference=5.0, size_noise_exponent=0.18)
    small, large = (founding.passing_deviation(np.array([labour]), p) for labour in (5.0, 500.0))
    assert founding.passing_deviation(SMALLEST, p) == small
    assert large / small == pytest.approx(100**-0.18)
    assert founding.standing_deviation(np.array([500.0]), p) ** 2 + large**2 == pytest.approx(p.tfp_dispersion**2)


def test_skill_goes_with_permanent_productivity(founded, draw) -> None:
    firms, _ = founded
    assert firms.skill.mean() == pytest.approx(draw.facts.skill_mean, abs=0.01)
    assert firms.skill.min() >= 0
    assert firms.skill.max() <= 1
    found_correlation = np.corrcoef(firms.skill, firms.standing)[0, 1]
    assert found_correlation == pytest.approx(draw.parameters.skill_productivity_correlation, abs=0.05)


def test_innovators_are_as_many_as_the_hazards_leave_in_the_long_run(founded, draw) -> None:
    firms, _ = founded
    p = draw.parameters
    strict = -np.expm1(-p.innovation_hazard * p.innovation_memory)
    broad = -np.expm1(-p.innovation_hazard * p.broad_innovation_multiple * p.innovation_memory)
    assert within(share_of(firms.since_strict < p.innovation_memory), strict)
    assert within(share_of(firms.since_broad < p.innovation_memory), broad)
    assert (firms.since_broad <= firms.since_strict).all()


def test_only_private_small_and_medium_enterprises_lack_finance(founded, draw) -> None:
    firms, _ = founded
    size = size_class(firms.labour, founding.size_bounds(draw.parameters))
    may = (firms.owner == PRIVATE) & (size < 3)
    assert not firms.constrained[~may].any()
    assert within(share_of(firms.constrained[may]), draw.parameters.finance_constrained_share, int(may.sum()))


def test_performers_spend_the_business_research_of_the_place(founded, draw) -> None:
    firms, norms = founded
    spent = float((firms.weight * firms.output)[firms.performs].sum()) * norms.performer_intensity
    assert spent == pytest.approx(site().business_rd, rel=1e-9)
    assert norms.research_intensity * (firms.weight * firms.output).sum() == pytest.approx(spent, rel=1e-9)
    stock = firms.research_stock[firms.performs] / firms.output[firms.performs]
    np.testing.assert_allclose(stock, norms.performer_intensity / draw.parameters.rd_depreciation, rtol=1e-12)
    assert not firms.research_stock[~firms.performs].any()


def test_performers_never_spend_more_than_is_believable(draw) -> None:
    _, norms = found(draw, Luck(3, 0, "x"), site(business_rd=1e9), 500)
    assert norms.performer_intensity == founding.LARGEST_INTENSITY


def test_norms_are_the_means_at_founding(founded) -> None:
    firms, norms = founded
    around = site().around
    assert norms.skill == pytest.approx(firms.skill.mean(), rel=1e-12)
    assert norms.rung == pytest.approx(firms.rung.mean(), rel=1e-12)
    assert norms.access == pytest.approx(around.access[firms.commune].mean(), rel=1e-12)
    assert norms.uptake == pytest.approx(around.uptake[firms.commune].mean(), rel=1e-12)


def test_one_founder_more_leaves_the_others_luck_alone(draw) -> None:
    one, _ = found(draw, Luck(3, 0, "x"), site(), 100)
    two, _ = found(draw, Luck(3, 0, "x"), site(), 101)
    for name in ("commune", "sector", "skill", "since_strict"):
        assert np.array_equal(getattr(one, name), getattr(two, name)[:100]), name
    for name, spread in (("standing", founding.standing_deviation), ("noise", founding.passing_deviation)):
        luck = [getattr(firms, name) / spread(firms.labour, draw.parameters) for firms in (one, two)]
        np.testing.assert_allclose(luck[0], luck[1][:100], rtol=1e-12, err_msg=name)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_hardly_anybody_can_be_founded(draw, number: int) -> None:
    firms, norms = found(draw, Luck(3, 0, "x"), site(), number)
    assert len(firms) == number
    assert all(
        np.isfinite(getattr(norms, name)).all() for name in ("level", "skill", "rung", "research_ratio", "access")
    )


# Power laws


@pytest.mark.parametrize("mean", [1.5, 4.0, 8.0])
def test_the_matching_exponent_gives_the_mean(mean: float) -> None:
    exponent = founding.matching_exponent(mean, 1.0, 10.0)
    evenly = (np.arange(100_000) + 0.5) / 100_000
    assert founding.truncated_pareto(evenly, exponent, 1.0, 10.0).mean() == pytest.approx(mean, rel=1e-3)


@pytest.mark.parametrize(("mean", "low", "high"), [(0.5, 1.0, 10.0), (50.0, 1.0, 10.0)])
def test_a_mean_that_cannot_be_is_met_as_nearly_as_can_be(mean: float, low: float, high: float) -> None:
    exponent = founding.matching_exponent(mean, low, high)
    assert abs(exponent) == pytest.approx(12.0, abs=1e-3)


def test_an_exponent_of_nought_is_log_uniform() -> None:
    uniforms = (np.arange(20_000) + 0.5) / 20_000
    sizes = founding.truncated_pareto(uniforms, 0.0, 2.0, 200.0)
    assert stats.kstest(np.log(sizes), stats.uniform(np.log(2.0), np.log(100.0)).cdf).pvalue > 0.99
    near = founding.truncated_pareto(uniforms, 1e-6, 2.0, 200.0)
    np.testing.assert_allclose(near, sizes, rtol=1e-4)


@given(exponent=st.floats(-3, 3), uniform=st.floats(1e-9, 1 - 1e-9))
@example(exponent=-5.960464477539063e-08, uniform=1 - 1e-9)
def test_sizes_stay_inside_their_class(exponent: float, uniform: float) -> None:
    size = founding.truncated_pareto(np.array([uniform]), exponent, 10.0, 50.0)[0]
    assert 10.0 * (1 - 1e-9) <= size <= 50.0 * (1 + 1e-9)


# Raking


@given(seed=st.integers(0, 500), total=st.floats(60.0, 1e5))
@settings(max_examples=40)
def test_raking_meets_the_total_and_keeps_one_worker(seed: int, total: float) -> None:
    rng = np.random.default_rng(seed)
    labour, weight = rng.uniform(0.5, 50, 50), np.ones(50)
    raked = founding.rake_to_total(labour, weight, total)
    assert raked.sum() == pytest.approx(total, rel=1e-6)
    assert raked.min() >= 1.0
    assert (np.diff(raked[np.argsort(labour)]) >= -1e-9).all()


def test_too_few_workers_leave_everyone_with_one() -> None:
    assert founding.rake_to_total(np.array([3.0, 9.0]), np.ones(2), 1.0).tolist() == [1.0, 1.0]


def test_nobody_is_raked_to_nothing() -> None:
    assert len(founding.rake_to_total(np.zeros(0), np.zeros(0), 5.0)) == 0


@given(shares=st.lists(st.floats(0.01, 5), min_size=2, max_size=9), uniform=st.floats(0, 1, exclude_max=True))
def test_every_uniform_falls_in_a_class(shares: list[float], uniform: float) -> None:
    chosen = founding.pick(np.array([uniform]), np.array(shares))[0]
    edges = np.concatenate(([0.0], np.cumsum(shares) / sum(shares)))
    assert edges[chosen] - 1e-12 <= uniform <= edges[chosen + 1] + 1e-12


# Entrants


@pytest.fixture(scope="module")
def entered(draw):
    shares = by_sector(draw.facts, "sector_share")
    there = founding.Incumbents(np.array([0.7, 0.3]), shares, rung1_share=0.4, median_gain=0.2, mean_weight=0.5)
    return founding.entrants(draw, Luck(3, 0, "x"), 7, 5_000, there)


def test_entrants_are_small_young_and_a_little_behind(entered, draw) -> None:
    p = draw.parameters
    assert entered.labour.min() >= 1.0
    assert entered.labour.max() <= p.entrant_largest
    assert entered.labour.mean() == pytest.approx((1 + p.entrant_largest) / 2, rel=0.02)
    assert within(share_of(entered.rung == 1), 0.4, 5_000)
    assert set(np.unique(entered.rung)) == {0, 1}
    assert (entered.imitated == 0.2 - p.entrant_gap).all()
    assert not entered.innovated.any()
    assert not entered.output.any()
    assert (entered.since_broad > p.innovation_memory).all()
    assert (entered.owner == PRIVATE).all()
    assert (entered.weight == 0.5).all()


def test_entrants_are_known_by_cohort_and_number(entered) -> None:
    assert (entered.cohort == 8).all()
    assert (entered.identity - (8 << 32)).tolist() == list(range(5_000))


def test_a_larger_cohort_leaves_the_first_of_it_alone(entered, draw) -> None:
    shares = by_sector(draw.facts, "sector_share")
    there = founding.Incumbents(np.array([0.7, 0.3]), shares, rung1_share=0.4, median_gain=0.2, mean_weight=0.5)
    fewer = founding.entrants(draw, Luck(3, 0, "x"), 7, 10, there)
    for name in ("labour", "commune", "sector", "rung", "standing", "noise", "skill", "performs", "constrained"):
        assert np.array_equal(getattr(fewer, name), getattr(entered, name)[:10]), name
