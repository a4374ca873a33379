"""Communes (eqs. 6, 7): the rules against closed forms and against arrays, and the agents in their quarter."""

import math
from itertools import pairwise
from types import SimpleNamespace

import mesa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from model.communes.agent import LIVED, CommuneRates, centred, found_communes, live_together
from model.communes.rules import (
    affordable_strength,
    assisted_share,
    connected_share,
    files_online,
    money_after_teams,
    rollout_reach,
    train_staff,
    use_of_services,
)
from model.draws import Luck
from tests.provincial import FACTS, PARAMETERS, draw, place, weighted_mean

share = st.floats(0.0, 1.0)
hazard = st.floats(0.0, 1.0)


class TestUse:
    @pytest.mark.parametrize("dt", [1.0 / 12.0, 0.25, 1.0])
    def test_without_peers_it_has_its_closed_form(self, dt):  # T24
        own, lapse, ceiling, uptake = 0.02 + 0.2 * 0.8, 0.05, 0.6, 0.0
        for _ in range(round(10.0 / dt)):
            uptake = use_of_services(uptake, ceiling, own, 0.0, lapse, dt)
        steady = own * ceiling / (own + lapse)
        assert uptake == pytest.approx(steady * (1.0 - math.exp(-(own + lapse) * 10.0)), rel=1e-12)

    @pytest.mark.parametrize(("own", "peer", "lapse"), [(0.02, 0.5, 0.05), (0.18, 0.5, 0.05), (0.05, 0.9, 0.02)])
    def test_with_peers_it_follows_the_differential_equation(self, own, peer, lapse):
        def law(_, u):
            return (own + peer * u) * (0.7 - u) - lapse * u

        exact = solve_ivp(law, (0.0, 15.0), [0.05], rtol=1e-10, atol=1e-12, t_eval=np.arange(1, 16)).y[0]
        uptake, path = 0.05, []
        for quarter in range(60):
            uptake = use_of_services(uptake, 0.7, own, peer, lapse, 0.25)
            if quarter % 4 == 3:
                path.append(uptake)
        assert path == pytest.approx(exact, abs=1e-3)

    def test_above_the_ceiling_users_only_lapse(self):
        assert use_of_services(0.5, 0.3, 0.2, 0.5, 0.05, 0.25) == pytest.approx(0.5 * math.exp(-0.0125))

    @given(share, share, hazard, hazard, st.floats(0.0, 0.3))
    def test_use_stays_between_nought_and_the_higher_of_ceiling_and_past(self, uptake, ceiling, own, peer, lapse):
        later = use_of_services(uptake, ceiling, own, peer, lapse, 0.25)
        assert 0.0 <= later <= max(uptake, ceiling) + 1e-12

    @given(share, st.floats(0.0, 0.9), hazard, st.floats(0.0, 0.1), hazard)
    def test_a_higher_ceiling_or_hazard_never_lowers_use(self, uptake, ceiling, own, more, peer):
        before = use_of_services(uptake, ceiling, own, peer, 0.05, 0.25)
        assert use_of_services(uptake, ceiling + more, own, peer, 0.05, 0.25) >= before - 1e-12
        assert use_of_services(uptake, ceiling, own + more, peer, 0.05, 0.25) >= before - 1e-12

    def test_arrays_and_floats_agree(self):
        rng = np.random.default_rng(3)
        uptake, ceiling, own = rng.random((3, 50))
        together = use_of_services(uptake, ceiling, own, 0.5, 0.05, 0.25)
        rows = zip(uptake.tolist(), ceiling.tolist(), own.tolist(), strict=True)
        assert together == pytest.approx([use_of_services(u, c, o, 0.5, 0.05, 0.25) for u, c, o in rows], rel=1e-14)


class TestStaff:
    @given(share, share)
    def test_the_usual_effort_keeps_capacity_where_it_was(self, capacity, effort):
        assert train_staff(capacity, effort, capacity, effort, 0.3, 0.1, 0.25) == pytest.approx(capacity, abs=1e-14)

    def test_full_effort_has_its_closed_form(self):
        capacity = 0.35
        for _ in range(20):
            capacity = train_staff(capacity, 1.0, 0.35, 0.0, 0.3, 0.1, 0.25)
        target = (0.3 + 0.1 * 0.35) / 0.4
        assert capacity == pytest.approx(target + (0.35 - target) * math.exp(-0.4 * 5.0), rel=1e-12)

    @given(share, share, share, share)
    def test_more_training_never_lowers_capacity(self, capacity, start, effort, more):
        less = train_staff(capacity, effort, start, 0.1, 0.3, 0.1, 0.25)
        assert train_staff(capacity, min(1.0, effort + more), start, 0.1, 0.3, 0.1, 0.25) >= less - 1e-12

    def test_arrays_and_floats_agree(self):
        capacity = np.array([0.1, 0.5, 0.9])
        together = train_staff(capacity, 0.4, capacity, 0.2, 0.3, 0.1, 0.25)
        assert together == pytest.approx([train_staff(c, 0.4, c, 0.2, 0.3, 0.1, 0.25) for c in capacity.tolist()])


class TestTeams:
    def test_the_start_costs_nothing_and_more_is_bought(self):
        assert affordable_strength(0.8, 1.0, 0.0, 2.0) == 0.8
        assert affordable_strength(0.8, 2.0, 0.0, 2.0) == pytest.approx(0.8)
        assert affordable_strength(0.8, 2.0, 1.0, 2.0) == pytest.approx(1.3)
        assert affordable_strength(0.8, 2.0, 9.0, 2.0) == 1.6
        assert affordable_strength(0.8, 0.5, 0.0, 2.0) == 0.4

    def test_teams_are_paid_before_training(self):
        assert money_after_teams(0.8, 0.8, 1.0, 2.0) == 1.0
        assert money_after_teams(1.0, 0.8, 1.0, 2.0) == pytest.approx(0.6)
        assert money_after_teams(3.0, 0.8, 1.0, 2.0) == 0.0
        assert money_after_teams(0.4, 0.8, 1.0, 2.0) == 1.0


def test_connection_files_and_assistance():
    assert connected_share(0.7, 0.0, 0.5) == 0.7
    assert connected_share(0.7, 1.0, 0.5) == pytest.approx(0.85)
    assert connected_share(1.0, 1.0, 0.5) == 1.0
    assert files_online(0.2, 0.5, 0.4, 0.5) == pytest.approx(0.2 + 0.8 * 0.4)
    assert files_online(0.2, 0.5, 0.9, 0.4) == 1.0
    assert assisted_share(0.0, False, 0.55, 0.5, 0.25) == 0.0
    assert assisted_share(0.0, True, 0.55, 0.5, 0.25) == pytest.approx(0.55 * (1.0 - math.exp(-0.125)))


RATES = CommuneRates(
    dt=0.25, digital_teams=1.0, money=5e-6, team_cost=2e-5, training_scale=1.2e-5,
    usual_effort=1.0 - math.exp(-5.0 / 12.0), literacy=0.0, rollout=0.0, services=0.4, push=1.0, assisted=0.0,
)  # fmt: skip


def rates(**changes):
    return CommuneRates(**{name: getattr(RATES, name) for name in CommuneRates.__slots__} | changes)


def founded(given=None, where=None, replicate=0):
    return found_communes(mesa.Model(rng=1), where or place(), given or draw(), Luck(1, replicate))


def lived(years=5, **changes):
    communes = founded()
    for _ in range(4 * years):
        for commune in communes:
            commune.live_quarter(rates(**changes))
    return communes


def mean(communes, name):
    return weighted_mean(communes, name)


class TestFounding:
    def test_means_are_the_facts(self):
        communes = founded(where=place(30, 70))
        assert mean(communes, "access") == pytest.approx(FACTS["access"], abs=1e-12)
        assert mean(communes, "skill") == pytest.approx(FACTS["resident_skill"], abs=1e-12)
        assert mean(communes, "capacity") == pytest.approx(FACTS["commune_capacity"], abs=1e-3)
        assert mean(communes, "team") == pytest.approx(FACTS["teams_per_1000"] / 5.0, abs=1e-3)
        assert mean(communes, "uptake") == pytest.approx(FACTS["online_uptake"])
        assert mean(communes, "files_online") == pytest.approx(FACTS["online_uptake"])  # nobody is helped yet

    def test_spreads_are_the_facts_and_wards_are_better_off(self):
        communes = founded(where=place(400, 600))
        wards, rural = ([c for c in communes if (c.record.kind == "ward") == is_ward] for is_ward in (True, False))
        assert np.std([c.capacity for c in rural]) == pytest.approx(FACTS["capacity_spread"], rel=0.1)
        for name in ("access", "skill", "capacity"):
            gap = np.mean([getattr(c, name) for c in wards]) - np.mean([getattr(c, name) for c in rural])
            assert gap == pytest.approx(PARAMETERS["ward_premium"], abs=0.02), name

    def test_dense_communes_are_covered_first(self):
        people, area = np.array([10_000.0, 10_000.0, 40_000.0]), np.array([10.0, 100.0, 40.0])
        reach = rollout_reach(people, area, 0.3)
        assert reach[0] == pytest.approx(reach[2])
        assert reach[0] > 1.0 > reach[1]
        assert np.average(reach, weights=people) == pytest.approx(1.0, abs=1e-12)
        assert rollout_reach(people, area, 0.0) == pytest.approx([1.0, 1.0, 1.0])
        assert rollout_reach(np.zeros(2), np.ones(2), 0.3).tolist() == [1.0, 1.0]
        empty, village = rollout_reach(np.array([0.0, 1000.0]), np.ones(2), 0.3)
        assert empty / village == pytest.approx(1000.0**-0.3)  # as if one person lived there

    def test_where_nobody_is_counted_deviations_stay_as_drawn(self):
        assert centred(np.array([0.1, -0.3]), np.zeros(2)).tolist() == [0.1, -0.3]

    def test_one_commune_more_changes_nobody_elses_luck(self):
        same = {"commune_access_spread": 0.05, "ward_premium": 0.0}
        few, many = (founded(draw(**same), place(0, n)) for n in (8, 9))
        gaps = [[a.access - b.access for a, b in pairwise(c)] for c in (few, many)]
        assert gaps[0] == pytest.approx(gaps[1][: len(gaps[0])])

    @pytest.mark.parametrize("value", [0.0, 1.0])
    def test_extreme_facts(self, value):
        facts = dict.fromkeys(("access", "resident_skill", "commune_capacity", "online_uptake", "cashless"), value)
        communes = founded(draw(facts))
        for commune in communes:
            for _ in range(8):
                commune.live_quarter(rates(services=value, rollout=5.0))
            state = (commune.access, commune.skill, commune.capacity, commune.uptake, commune.cashless)
            assert all(0.0 <= quantity <= 1.0 for quantity in state)

    def test_no_communes(self):
        assert founded(where=SimpleNamespace(communes=())) == []

    def test_they_are_agents_in_the_order_of_the_records(self):
        model, where = mesa.Model(rng=1), place()
        communes = found_communes(model, where, draw(), Luck(1, 0))
        assert [commune.record for commune in communes] == list(where.communes)
        assert len(model.agents) == len(communes)


class TestQuarters:
    def test_unchanged_policy_leaves_staff_teams_and_skill_as_they_were(self):
        for commune in lived(20):
            assert commune.capacity == pytest.approx(commune.capacity_at_start, abs=1e-12)
            assert commune.team == commune.team_at_start
            assert commune.skill == commune.skill_at_start
            assert commune.coverage_5g == 0.0

    def test_doubled_teams_take_time_and_money(self):
        plain, doubled, poor = (
            lived(5, money=money, digital_teams=teams) for money, teams in ((1e-4, 1.0), (1e-4, 2.0), (0.0, 2.0))
        )
        start = mean(plain, "team")
        assert mean(doubled, "team") == pytest.approx(start * (2.0 - math.exp(-1.25)))
        assert mean(poor, "team") == pytest.approx(start)
        assert mean(doubled, "uptake") > mean(plain, "uptake")
        assert mean(doubled, "capacity") <= mean(plain, "capacity")

    def test_without_training_capacity_falls_but_not_below_its_base(self):
        for commune in lived(60, money=0.0):
            assert commune.capacity < commune.capacity_at_start or commune.capacity_at_start <= 0.2
            assert commune.capacity >= min(PARAMETERS["capacity_base"], commune.capacity_at_start)

    @pytest.mark.parametrize(
        ("lever", "value", "outcome"),
        [
            ("money", 2e-5, "capacity"), ("literacy", 0.1, "skill"), ("literacy", 0.1, "uptake"),
            ("rollout", 0.3, "coverage_5g"), ("rollout", 0.3, "connection"), ("rollout", 0.3, "cashless"),
            ("services", 0.6, "uptake"), ("push", 2.0, "uptake"), ("push", 2.0, "cashless"),
            ("assisted", 0.5, "files_online"),
        ],
    )  # fmt: skip
    def test_every_rate_moves_what_it_should(self, lever, value, outcome):
        assert mean(lived(**{lever: value}), outcome) > mean(lived(), outcome)

    def test_coverage_has_its_closed_form(self):
        commune = lived(5, rollout=0.15)[0]
        assert commune.coverage_5g == pytest.approx(1.0 - math.exp(-0.75 * commune.reach))

    def test_communes_live_as_columns_do(self):
        """A slow twin: the same rules over arrays of communes, quarter by quarter."""
        p, r, communes = draw().parameters, rates(digital_teams=2.0, rollout=0.2, money=1e-5), founded()
        access, skill, capacity, team = (
            np.array([getattr(c, name) for c in communes]) for name in ("access", "skill", "capacity", "team")
        )
        reach = np.array([commune.reach for commune in communes])
        start, teams, covered, uptake = (
            capacity.copy(),
            team.copy(),
            np.zeros(len(communes)),
            np.full(len(communes), 0.05),
        )
        for _ in range(20):
            sought = affordable_strength(teams, r.digital_teams, r.money, r.team_cost)
            team = sought + (team - sought) * math.exp(-p.team_turnover * r.dt)
            effort = 1.0 - np.exp(-money_after_teams(team, teams, r.money, r.team_cost) / r.training_scale)
            capacity = train_staff(capacity, effort, start, r.usual_effort, p.capacity_gain, p.capacity_decay, r.dt)
            capacity = np.maximum(capacity, np.minimum(p.capacity_base, start))
            covered = 1.0 - (1.0 - covered) * np.exp(-r.rollout * reach * r.dt)
            ceiling = connected_share(access, covered, p.coverage_access_weight) * skill * r.services
            own = p.uptake_autonomous + p.uptake_team * team
            uptake = use_of_services(uptake, ceiling, own, p.uptake_peer, p.uptake_lapse, r.dt)
            for commune in communes:
                commune.live_quarter(r)
        assert [c.uptake for c in communes] == pytest.approx(uptake, rel=1e-12)
        assert [c.capacity for c in communes] == pytest.approx(capacity, rel=1e-12)
        assert [c.team for c in communes] == pytest.approx(team, rel=1e-12)

    def test_together_they_become_what_each_becomes_alone(self):
        apart, together, p = founded(), founded(), draw().parameters
        changes = {"digital_teams": 2.0, "services": 0.8, "rollout": 0.3, "literacy": 0.1, "assisted": 0.4, "push": 2.0}
        for _ in range(20):
            for commune in apart:
                commune.live_quarter(rates(**changes))
            columns = live_together(together, rates(**changes), p)
        for name in (*LIVED, "assisted", "files_online", "connection"):
            alone = [getattr(commune, name) for commune in apart]
            assert [getattr(commune, name) for commune in together] == pytest.approx(alone, rel=1e-12), name
        assert columns.files_online == pytest.approx([commune.files_online for commune in apart], rel=1e-12)

    def test_no_communes_live_together(self):
        assert len(live_together([], rates(), draw().parameters).uptake) == 0
