"""Delivery (eqs. 4, 5): pipelines, overruns, lease or build, shared or separate, the order of digitising."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gammaincc
from scipy.stats import kstest, lognorm

from model.government.delivery import (
    MOST_PROJECTS,
    PARTS,
    balanced_index,
    cost_factors,
    digitising_weights,
    expected_cost_factor,
    leased_share,
    project_count,
    rollout_hazard,
    service_quality,
    sunk_share,
    with_central_lift,
    year_cost_factor,
)
from model.government.infrastructure import Infrastructure
from model.government.pipeline import Pipeline
from model.government.platforms import Platforms, Sharing
from tests.provincial import parameters

QUARTER = 0.25


class TestPipeline:
    @pytest.mark.parametrize(("mean", "stages"), [(3.0, 1), (3.0, 2), (12.0, 2), (2.0, 4)])
    def test_what_entered_at_once_leaves_after_an_erlang_lag(self, mean, stages):  # T11
        pipe = Pipeline(mean, stages)
        pipe.content[0] = 1.0
        left = np.cumsum([pipe.step(0.0, QUARTER) for _ in range(400)])
        times = QUARTER * np.arange(1, 401)
        assert 1.0 - left == pytest.approx(gammaincc(stages, stages * times / mean), abs=1e-12)

    @pytest.mark.parametrize(("mean", "stages"), [(3.0, 2), (12.0, 2), (2.0, 3)])
    def test_the_lag_has_mean_t_and_variance_t_squared_over_k(self, mean, stages):  # T11
        dt = 0.01
        pipe = Pipeline(mean, stages)
        pipe.content[0] = 1.0
        done = np.array([pipe.step(0.0, dt) for _ in range(round(40 * mean / dt))])
        times = dt * (np.arange(len(done)) + 0.5)
        assert done.sum() == pytest.approx(1.0, rel=1e-9)
        assert (done * times).sum() == pytest.approx(mean, rel=1e-4)
        assert (done * (times - mean) ** 2).sum() == pytest.approx(mean**2 / stages, rel=1e-4)

    @given(st.lists(st.floats(0.0, 1e4), min_size=1, max_size=20), st.floats(0.3, 20.0), st.integers(1, 4))
    def test_what_enters_leaves_or_is_under_way(self, inflows, mean, stages):
        pipe = Pipeline(mean, stages)
        completed = sum(pipe.step(inflow, QUARTER) for inflow in inflows)
        assert completed + sum(pipe.content) == pytest.approx(QUARTER * sum(inflows), rel=1e-9, abs=1e-9)
        assert min(pipe.content) >= 0.0

    def test_steady_opening(self):
        pipe = Pipeline(3.0, 2)
        pipe.open(8.0)
        assert [pipe.step(8.0, QUARTER) for _ in range(8)] == pytest.approx([2.0] * 8, rel=1e-13)

    def test_the_step_does_not_matter(self):
        coarse, fine = Pipeline(3.0, 2), Pipeline(3.0, 2)
        done = coarse.step(5.0, 1.0)
        assert sum(fine.step(5.0, 1.0 / 12.0) for _ in range(12)) == pytest.approx(done, rel=1e-12)
        assert fine.content == pytest.approx(coarse.content, rel=1e-12)


class TestOverruns:
    def test_their_mean_is_the_expected_one(self):
        luck = (np.arange(1_000_000) + 0.5) / 1e6
        assert cost_factors(luck, parameters()).mean() == pytest.approx(expected_cost_factor(parameters()), rel=1e-5)

    def test_the_body_is_lognormal_and_a_fifth_runs_away(self):
        p = parameters(overrun_tail_probability=0.0)
        luck = np.random.default_rng(1).random(5_000)
        assert kstest(cost_factors(luck, p), lognorm(np.log(1.2), scale=1.05).cdf).pvalue > 0.01
        runaway = cost_factors((np.arange(10_000) + 0.5) / 1e4, parameters()) >= 1.5
        assert runaway.mean() == pytest.approx(0.18 + 0.82 * lognorm.sf(1.5, np.log(1.2), scale=1.05), abs=1e-3)

    def test_the_tail_alone_would_have_its_mean(self):
        p = parameters(overrun_tail_probability=1.0, overrun_cap=1e6, overrun_tail_mean=2.0)
        assert cost_factors((np.arange(1_000_000) + 0.5) / 1e6, p).mean() == pytest.approx(2.0, rel=1e-3)

    def test_the_cap_holds(self):
        assert cost_factors(np.array([1.0 - 2.0**-53]), parameters()) == pytest.approx([5.0])

    def test_one_more_project_does_not_change_the_others(self):
        luck = np.random.default_rng(2).random(MOST_PROJECTS)
        p = parameters()
        assert cost_factors(luck[:5], p).tolist() == cost_factors(luck, p)[:5].tolist()

    def test_projects_are_counted(self):
        assert [project_count(money, 20.0) for money in (0.0, 1.0, 20.0, 20.1, 1e9)] == [1, 1, 1, 2, MOST_PROJECTS]

    @pytest.mark.parametrize("projects", [1, 2, 7, MOST_PROJECTS])
    def test_a_year_costs_the_mean_of_its_projects(self, projects):
        luck = np.linspace(0.5, 0.99, MOST_PROJECTS)
        costs = cost_factors(luck, parameters())[:projects]
        assert costs.mean() > 1.0
        assert year_cost_factor(luck, 20.0 * projects, 20.0, parameters()) == pytest.approx(costs.mean(), rel=1e-12)

    @given(st.floats(0.0, 1e6), st.integers(0, 1000))
    def test_a_year_never_delivers_more_than_its_money(self, money, seed):
        assert year_cost_factor(np.random.default_rng(seed).random(MOST_PROJECTS), money, 20.0, parameters()) >= 1.0


class TestLeaseOrBuild:
    def test_leased_shares(self):
        assert leased_share("build", 0.0, 2.0) == 0.0
        assert leased_share("lease", 9.0, 2.0) == 1.0
        shares = [leased_share("lease_then_build", years, 2.0) for years in (0.0, 2.0, 3.0, 4.0, 9.0)]
        assert shares == [0.5, 0.5, 0.25, 0.0, 0.0]


def spend_for(years, choice, money=10.0, cost_factor=1.4, start=0.0):
    works = Infrastructure(parameters())
    works.open("build", start, cost_factor)
    service = []
    for _ in range(years):
        works.plan_year(choice, money, cost_factor)
        for _ in range(4):
            works.step(money * QUARTER, QUARTER)
            service.append(works.service)
    return works, service


class TestInfrastructure:
    @pytest.mark.parametrize("choice", ["build", "lease"])
    def test_steady_opening(self, choice):
        works = Infrastructure(parameters())
        works.open(choice, 10.0, 1.4)
        before = works.service
        for _ in range(20):
            works.plan_year(choice, 10.0, 1.4)
            for _ in range(4):
                works.step(2.5, QUARTER)
        assert works.service == pytest.approx(before, rel=1e-12)

    def test_lease_serves_sooner_than_build(self):
        _, built = spend_for(4, "build")
        _, leased = spend_for(4, "lease")
        assert all(later < sooner for later, sooner in zip(built, leased, strict=True))
        assert leased[3] > 0.9 * 10.0 / 0.3
        assert built[3] < 0.25 * built[-1]

    def test_lease_then_build_ends_with_everything_owned(self):
        works, service = spend_for(12, "lease_then_build")
        _, built = spend_for(12, "build")
        assert service[3] > 2.0 * built[3]
        assert works.leased < 1e-3
        assert works.leased_share == 0.0

    def test_lease_then_build_of_the_start_leases_half_for_a_whole_gestation(self):
        works, quarters = Infrastructure(parameters()), 0
        works.open("lease_then_build", 10.0, 1.4)
        rented = 0.5 * (10.0 - 0.15 * works.built)
        assert works.leased == pytest.approx(rented / 0.3)
        assert works.built == pytest.approx(rented / 1.4 * works.parameters.economic_life)
        while works.leased_share == 0.5:
            works.step(2.5, QUARTER)
            quarters += 1
        assert quarters == works.parameters.gestation / QUARTER + 1

    def test_what_is_leased_serves_after_its_lag(self):
        _, service = spend_for(1, "lease")
        quarters = np.arange(1, 5)
        assert service == pytest.approx(10.0 / 0.3 * (1.0 - np.exp(-0.25 * quarters / 0.25)))

    def test_rent_is_what_upkeep_leaves(self):
        works, _ = spend_for(1, "build", start=10.0)
        need = 0.15 * works.built
        works.plan_year("lease", 2.0 * need, 1.4)
        for _ in range(400):
            works.step(0.0, 1.0)  # years in which the contract of the year is kept on
        assert works.leased == pytest.approx(need / works.parameters.lease_price)

    def test_leasing_stops_when_the_money_does(self):
        works, service = spend_for(2, "lease")
        for _ in range(2):
            works.plan_year("lease", 0.0, 1.4)
            for _ in range(4):
                works.step(0.0, QUARTER)
        assert works.service < 1e-3 * service[-1]

    def test_overruns_touch_works_alone(self):
        works, _ = spend_for(1, "lease", cost_factor=3.0)
        assert works.delivered_share == 1.0
        works, _ = spend_for(1, "build", cost_factor=3.0)
        assert works.delivered_share == pytest.approx(1.0 / 3.0)

    def test_upkeep_comes_first_and_what_it_cannot_pay_does_not_serve(self):
        works, _ = spend_for(1, "build", start=10.0)
        need = 0.15 * works.built
        works.plan_year("build", 0.5 * need, 1.4)
        assert works.capital_share == 0.0
        assert works.service == pytest.approx(0.5 * works.built)
        works.plan_year("build", 2.0 * need, 1.4)
        assert works.capital_share == pytest.approx(0.5)
        assert works.service == works.built

    def test_a_new_choice_starts_its_clock(self):
        works, _ = spend_for(3, "build")
        works.plan_year("lease_then_build", 10.0, 1.4)
        assert works.years == 0.0
        works.step(2.5, QUARTER)
        works.plan_year("lease_then_build", 10.0, 1.4)
        assert works.years == QUARTER


class TestSharing:
    def test_working_sharing_buys_more_and_grows_together(self):
        sharing = Sharing(parameters(), False, "separate")
        assert sharing.fragmented == 1.0
        assert sharing.assets(3.0, 1.5) == 2.0
        sharing.choose("shared")
        assert sharing.assets(3.0, 1.5) == pytest.approx(2.0 / 0.75)
        for _ in range(8):
            sharing.step(QUARTER)
        assert sharing.fragmented == pytest.approx(np.exp(-1.0))

    def test_stalled_sharing_loses_money_for_a_gestation_and_then_is_separate(self):
        sharing = Sharing(parameters(), True, "separate")
        assert not sharing.stalled
        sharing.choose("shared")
        assert sharing.stalled
        assert sharing.delivered_share(1.0) == 0.75
        for _ in range(8):
            sharing.step(QUARTER)
        assert sharing.delivered_share(1.0) == 1.0
        assert sharing.assets(3.0, 1.0) == 3.0
        assert sharing.fragmented == 1.0

    def test_a_stalled_programme_sinks_money_for_a_whole_gestation(self):
        found, chosen = (Sharing(parameters(), stalled=True, choice=choice) for choice in ("shared", "separate"))
        chosen.choose("shared")
        for sharing in (found, chosen):
            quarters = 0
            while sharing.sunk > 0.0:
                sharing.step(QUARTER)
                quarters += 1
            assert quarters == parameters().gestation / QUARTER

    def test_only_a_stalled_sharing_programme_sinks_money(self):
        assert sunk_share("separate", True, 0.0, 0.25, 2.0) == 0.0
        assert sunk_share("shared", False, 0.0, 0.25, 2.0) == 0.0
        assert sunk_share("shared", True, 1.9, 0.25, 2.0) == 0.25

    def test_going_back_to_separate_systems_takes_them_apart_again(self):
        sharing = Sharing(parameters(), False, "shared")
        assert sharing.fragmented == 0.0
        sharing.choose("separate")
        sharing.step(QUARTER)
        assert sharing.fragmented == pytest.approx(1.0 - np.exp(-0.125))


def platforms(**changes):
    return Platforms(parameters(**changes), scale=1e-4, quality=0.4, central=False)


class TestPlatforms:
    @given(st.floats(0.0, 1.0))
    def test_they_open_at_the_quality_found(self, quality):
        found = Platforms(parameters(), 1e-4, quality, central=False)
        assert found.quality(fragmented=0.0) == pytest.approx(quality, abs=1e-9)
        index = balanced_index(quality)
        assert service_quality(index, index, index, 0.0) == pytest.approx(quality, abs=1e-12)

    def test_usual_money_leaves_them_as_they_were(self):
        found = platforms()
        before = found.quality(1.0)
        for _ in range(80):
            found.step(0.0, "process_first", False, QUARTER)
        assert found.quality(1.0) == before

    def test_money_becomes_platforms_after_the_gestation_of_public_works(self):
        found, years = platforms(gestation=2.0, economic_life=1e9), 3.0
        for _ in range(round(years / QUARTER)):
            found.step(1e-5, "together", False, QUARTER)
        waiting = (1.0 - np.exp(-years)) * 2.0 - years * np.exp(
            -years
        )  # of Erlang-2, mean 2: the integral of its survival
        assert sum(found.added.values()) == pytest.approx(1e-5 * (years - waiting), rel=1e-9)

    @pytest.mark.parametrize("part", PARTS)
    def test_what_comes_first_gets_everything_until_it_is_far_enough(self, part):
        found = platforms()
        found.step(1e-5, f"{part}_first", False, QUARTER)
        assert [name for name, added in found.added.items() if added > 0.0] == [part]
        for _ in range(60):
            found.step(1e-4, f"{part}_first", False, QUARTER)
        assert min(found.added.values()) > 0.0

    def test_together_means_thirds(self):
        assert digitising_weights("together", dict.fromkeys(PARTS, 0.1), 0.7) == dict.fromkeys(PARTS, 1 / 3)
        assert digitising_weights("data_first", dict.fromkeys(PARTS, 0.7), 0.7) == dict.fromkeys(PARTS, 1 / 3)

    def test_what_was_added_wears_out_over_its_life(self):
        found = platforms()
        for _ in range(400):
            found.step(3e-5, "together", False, QUARTER)
        assert found.added["data"] == pytest.approx(1e-5 * 5.0)

    def test_data_before_processes_is_worth_less(self):
        by_order = {}
        for order in ("process_first", "data_first"):
            found = platforms()
            for _ in range(8):
                found.step(2e-5, order, False, QUARTER)
            by_order[order] = found.quality(1.0)
        assert by_order["process_first"] > by_order["data_first"]

    def test_less_than_usual_is_missed_everywhere_and_quality_stays_a_share(self):
        found = platforms()
        for _ in range(200):
            found.step(-1e-3, "process_first", False, QUARTER)
        assert found.quality(1.0) == 0.0
        assert len(set(found.added.values())) == 1

    def test_central_platforms_fill_some_of_the_gap_and_can_be_taken_away(self):
        found = platforms()
        before = found.process
        found.step(0.0, "together", True, QUARTER)
        assert found.process == pytest.approx(before + 0.1 * (1.0 - before))
        found.step(0.0, "together", False, QUARTER)
        assert found.process == before
        assert with_central_lift(0.05, -0.1) == 0.0

    def test_central_platforms_of_the_start_are_part_of_what_is_found(self):
        found = Platforms(parameters(), 1e-4, 0.3, central=True)
        before = found.process
        assert found.quality(fragmented=0.0) == pytest.approx(0.3)
        found.step(0.0, "together", True, QUARTER)
        assert found.process == before
        found.step(0.0, "together", False, QUARTER)
        assert found.process == pytest.approx(before - 0.1 * (1.0 - before))

    def test_fragmentation_costs_quality(self):
        assert platforms().quality(1.0) == pytest.approx(0.75 * platforms().quality(0.0))


def test_nobody_is_covered_before_operators_start():
    assert rollout_hazard(2023, 0.15, 2024.0, 0.1) == 0.0
    assert rollout_hazard(2024, 0.15, 2024.0, 0.1) == 0.25
    assert rollout_hazard(2024, 0.15, 2024.0, -0.5) == 0.0
