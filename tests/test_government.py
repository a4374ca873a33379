"""The government as others see it: steady when policy is, moved by every lever, and never out of order."""

import math
from dataclasses import asdict

import mesa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.draws import Luck
from model.government.agent import Government
from model.government.instruments import SOFT_LINES
from model.government.treasury import BooksNotInOrder
from model.levers import AiInstitute
from model.parameters import Parameters
from model.places.facts import Facts
from model.vocabulary import LINES
from tests.provincial import (
    FACTS,
    LEVERS,
    PARAMETERS,
    calm,
    draw,
    government,
    levers,
    more,
    only,
    opened,
    run,
)

LIFTS = (
    "knowledge_ratio", "training", "literacy", "coverage_inflow", "venture_relief", "entry_lift", "ip_lift",
    "linkage_lift", "ai_lift", "infrastructure_booked",
)  # fmt: skip
LIFT_OF = {
    "talent": "training", "digital_literacy": "literacy", "venture_fund": "venture_relief",
    "startup_centres": "entry_lift", "ip_support": "ip_lift", "fdi_linkage": "linkage_lift",
    "applied_research": "knowledge_ratio", "infrastructure": "coverage_inflow", "platforms": "service_quality",
    "market_intermediaries": "capture", "communes": "commune_money", "online_services": "provision_rate",
    "basic_research": "completions_basic", "publication_rewards": "publications", "ai_institute": "ai_lift",
}  # fmt: skip
INSTITUTE = AiInstitute(5.0, ("industry",))
STEADY = 1.03 * math.exp(FACTS["population_growth"]) - 1.0
"""Growth of nominal GRDP at which real spending per resident stays what it was."""


def test_made_up_parameters_and_facts_are_real_ones():
    assert set(PARAMETERS) <= set(Parameters.__dataclass_fields__)
    assert set(FACTS) <= set(Facts.__dataclass_fields__)


class TestUnchangedPolicy:
    @settings(max_examples=25, deadline=None)
    @given(
        st.sampled_from(["build", "lease", "lease_then_build"]),
        st.sampled_from(["separate", "shared"]),
        st.sampled_from(["together", "process_first", "data_first"]),
        st.floats(0.0, 0.08),
        st.integers(0, 1000),
    )
    def test_every_lift_is_nought_at_the_start(self, works, systems, order, share, replicate):
        start = levers(
            infrastructure=works, platforms=systems, digitising_order=order, pillars_share=share, ai_institute=INSTITUTE
        )
        effects = opened(start=start, replicate=replicate).effects
        assert [getattr(effects, name) for name in LIFTS] == [0.0] * len(LIFTS)
        assert effects.capture == PARAMETERS["local_capture"]
        assert effects.skill_price == 1.0

    @pytest.mark.parametrize("works", ["build", "lease", "lease_then_build"])
    @pytest.mark.parametrize("systems", ["separate", "shared"])
    @pytest.mark.parametrize("replicate", [1, 2, 3])
    def test_constant_real_spending_per_resident_leaves_every_lift_at_nought(self, works, systems, replicate):
        path = levers(infrastructure=works, platforms=systems, digitising_order="data_first", execution_learning=0.0)
        office = opened(start=path, replicate=replicate)
        quality = office.effects.service_quality

        def steady(office, year, quarter):
            for name in LIFTS:
                assert getattr(office.effects, name) == pytest.approx(0.0, abs=1e-11), (name, year, quarter)
            assert office.effects.service_quality == pytest.approx(quality, rel=1e-11)

        run(office, lambda _: path, last=2040, growth=STEADY, every=steady)
        assert sum(office.effects.publications for _ in range(4)) == pytest.approx(FACTS["publications"], rel=1e-9)

    def test_identical_levers_give_identical_bits(self):
        one, other = (run(opened(), lambda _: levers()) for _ in range(2))
        assert asdict(one.effects) == asdict(other.effects)
        assert one.ledger.rows == other.ledger.rows

    def test_scenarios_are_one_until_they_part(self):
        one = run(opened(), lambda _: LEVERS, last=2024)
        other = run(opened(), lambda year: LEVERS if year < 2025 else levers(pillars_share=0.03), last=2024)
        assert asdict(one.effects) == asdict(other.effects)


class TestMoney:
    def test_the_first_year_by_hand(self):
        office = run(opened(calm()), lambda _: LEVERS, last=2021)
        budget = 0.22 * FACTS["grdp_nominal"]
        executed = 0.02 * budget * (1.0 - math.exp(-0.5))
        total = office.ledger.totals(2021)
        assert total.announced == pytest.approx(0.01 * budget)
        assert total.relabelled == total.carried_in == total.carried_over == 0.0
        assert total.executed == pytest.approx(executed)
        assert total.lost_inefficiency == pytest.approx(0.35 * executed)
        assert total.lost_leakage == pytest.approx(0.65 * executed * 0.15 * 3 / 17)
        works = {row.line: row.lost_overrun for row in office.ledger.year(2021)}
        assert works["platforms"] == pytest.approx(0.65 * executed / 17 * (1.0 - 1.0 / 1.1))
        assert 0.0 < works["infrastructure"] < works["platforms"]  # some of it is upkeep, which costs what it costs
        assert total.lost_overrun == works["platforms"] + works["infrastructure"]

    def test_three_percent_is_partly_relabelled(self):
        office = run(opened(), lambda year: levers(pillars_share=0.01 if year < 2023 else 0.03), last=2023)
        total = office.ledger.totals(2023)
        assert office.ledger.totals(2022).relabelled == 0.0
        assert total.relabelled == pytest.approx(0.25 * total.announced * 2.0 / 3.0)

    def test_a_lever_overrules_the_parameter_of_relabelling(self):
        path = levers(pillars_share=0.03, relabelled_share=0.0)
        assert run(opened(), lambda _: path, last=2021).ledger.totals(2021).relabelled == 0.0

    def test_unspent_money_is_carried_one_year_only(self):
        def path(year):
            return levers(carry_over_share=1.0, pillars_share=0.05 if year == 2022 else 0.0)

        office = run(opened(), path, last=2024)
        first, second, third = (office.ledger.totals(year) for year in (2022, 2023, 2024))
        assert first.carried_over == pytest.approx(first.allocated - first.executed)
        assert second.carried_in == first.carried_over == second.allocated
        assert second.carried_over == 0.0
        assert second.returned == pytest.approx(second.allocated - second.executed)
        assert third.allocated == 0.0

    @settings(max_examples=30, deadline=None)
    @given(st.floats(0.0, 0.06), st.floats(0.0, 0.06))
    def test_more_money_never_executes_less(self, share, extra):
        small, large = (
            run(opened(), lambda _, s=s: levers(pillars_share=s), last=2022).ledger.totals(2022)
            for s in (share, share + extra)
        )
        assert large.executed >= small.executed * (1.0 - 1e-12)
        assert large.received + large.lost_overrun >= (small.received + small.lost_overrun) * (1.0 - 1e-12)

    def test_a_reform_executes_more(self):
        def executed(**reform):
            path = lambda year: LEVERS if year < 2026 else levers(pillars_share=0.03, **reform)  # noqa: E731
            return run(opened(), path).ledger.totals(2030).executed

        assert executed(execution_learning=0.25) > executed() > executed(execution_learning=0.0)
        assert executed(execution_multiplier=2.0) > executed()

    def test_what_enterprises_leave_is_never_executed(self):
        full, half, none = (run(opened(), lambda _: LEVERS, last=2021, take=take) for take in (1.0, 0.5, 0.0))
        lines = {"sme_vouchers", "innovation_grants"}
        for row, part, empty in zip(full.ledger.rows, half.ledger.rows, none.ledger.rows, strict=True):
            if row.line in lines:
                assert part.executed == pytest.approx(0.5 * row.executed)
                assert empty.executed == 0.0
            else:
                assert row == part == empty

    def test_leakage_shrinks_the_purse_and_dearer_skills_shrink_research(self):
        plain, leaky, dear = opened(), opened(), opened()
        for office, changes in ((plain, {}), (leaky, {"leakage_multiplier": 2.0}), (dear, {"skill_price": 0.5})):
            office.set_budget(2021, levers(**changes), FACTS["grdp_nominal"])
            office.execute(0)
        assert leaky.purse("sme_vouchers") == pytest.approx(plain.purse("sme_vouchers") * 0.70 / 0.85)
        assert dear.purse("sme_vouchers") == plain.purse("sme_vouchers")
        assert dear.purse("innovation_grants") == pytest.approx(plain.purse("innovation_grants") / 1.5)
        assert dear.received_real["talent"] == pytest.approx(plain.received_real["talent"] / 1.5)
        assert dear.research_spending_real == plain.research_spending_real > 0.0

    def test_a_bigger_programme_pays_more_for_skills(self):
        office = run(opened(), lambda year: LEVERS if year < 2026 else levers(pillars_share=0.03))
        assert 1.0 < office.effects.skill_price < 3.0**0.3

    def test_what_was_taken_is_received(self):
        office = opened()
        office.set_budget(2021, LEVERS, FACTS["grdp_nominal"])
        office.execute(0)
        purse = office.purse("sme_vouchers")
        office.settle("sme_vouchers", 0.25 * purse)
        assert office.received_real["sme_vouchers"] == pytest.approx(0.25 * purse)
        assert office.purse("sme_vouchers") == pytest.approx(0.75 * purse)


class TestOrderOfEvents:
    def test_money_that_is_not_there_cannot_be_taken(self):
        office = opened()
        office.set_budget(2021, LEVERS, FACTS["grdp_nominal"])
        office.execute(0)
        purse = office.purse("sme_vouchers")
        for used in (1.001 * purse, -1.0, float("nan")):
            with pytest.raises(BooksNotInOrder, match="sme_vouchers"):
                office.settle("sme_vouchers", used)

    def test_a_quarter_is_executed_once_and_in_turn(self):
        office = opened()
        with pytest.raises(BooksNotInOrder):
            office.execute(0)
        office.set_budget(2021, LEVERS, FACTS["grdp_nominal"])
        with pytest.raises(BooksNotInOrder):
            office.execute(1)
        office.execute(0)
        with pytest.raises(BooksNotInOrder):
            office.execute(0)

    def test_books_close_after_four_quarters_and_open_after_closing(self):
        office = opened()
        office.set_budget(2021, LEVERS, FACTS["grdp_nominal"])
        with pytest.raises(BooksNotInOrder, match="2022"):
            office.set_budget(2022, LEVERS, FACTS["grdp_nominal"])
        with pytest.raises(BooksNotInOrder):
            office.close_year()
        run_out = run(opened(), lambda _: LEVERS, last=2021)
        with pytest.raises(BooksNotInOrder):
            run_out.close_year()


class TestEffects:
    @pytest.mark.parametrize(("line", "effect"), LIFT_OF.items())
    def test_more_money_on_a_line_moves_its_one_effect(self, line, effect):
        base = levers(ai_institute=INSTITUTE)
        paths = [lambda _: base, lambda year: base if year < 2023 else levers(lines=more(line), ai_institute=INSTITUTE)]
        plain, pushed = (run(opened(start=base), path).effects for path in paths)
        assert getattr(pushed, effect) > getattr(plain, effect)

    def test_every_line_has_an_effect_or_a_purse(self):
        assert set(LIFT_OF) | {"sme_vouchers", "innovation_grants"} == set(LINES)

    @pytest.mark.parametrize("line", SOFT_LINES)
    def test_no_money_cuts_the_lift(self, line):
        base = levers(ai_institute=INSTITUTE)
        office = run(opened(start=base), lambda year: base if year < 2022 else levers(pillars_share=0.0))
        lift = office.programme.instruments.intensities[line] - office.unchanged.instruments.intensities[line]
        assert lift < 0.0

    def test_vouchers_touch_nothing_else(self):
        path = levers(lines=only("communes") | {"communes": 0.5, "sme_vouchers": 0.5})
        one, other = (run(opened(), lambda _: path, take=take) for take in (0.0, 1.0))
        assert asdict(one.effects) == asdict(other.effects)

    def test_the_institute_needs_its_scale_and_its_block(self):
        def lift(institute, start=LEVERS):
            path = lambda year: start if year < 2023 else levers(lines=more("ai_institute"), ai_institute=institute)  # noqa: E731
            return run(opened(), path).effects.ai_lift

        assert lift(None) == 0.0
        assert lift(AiInstitute(1e4, ("ict",))) == 0.0
        assert lift(AiInstitute(50.0, ("ict",))) < lift(AiInstitute(5.0, ("ict",)))

    def test_basic_research_takes_longer_than_applied(self):
        def gain(line, year):
            push = lambda y: LEVERS if y < 2023 else levers(lines=more(line))  # noqa: E731
            plain, pushed = (run(opened(), path, last=year).programme.knowledge for path in (lambda _: LEVERS, push))
            return pushed - plain

        assert gain("applied_research", 2025) > 2.0 * gain("basic_research", 2025) > 0.0

    def test_leasing_serves_sooner_than_building(self):
        def service(choice, year):
            path = lambda y: LEVERS if y < 2025 else levers(lines=more("infrastructure"), infrastructure=choice)  # noqa: E731
            return run(opened(), path, last=year).effects.coverage_inflow

        assert service("lease", 2025) > service("lease_then_build", 2025) > service("build", 2025)

    def test_sharing_gives_better_platforms_unless_it_stalls(self):
        def quality(systems, probability):
            path = lambda y: LEVERS if y < 2023 else levers(platforms=systems)  # noqa: E731
            office = run(opened(draw(sharing_stall_probability=probability)), path, last=2024)
            return office.effects.service_quality, office.effects.platform_stalled

        separate, stalled, shared = quality("separate", 0.0), quality("shared", 1.0), quality("shared", 0.0)
        assert stalled[0] < separate[0] < shared[0]
        assert (separate[1], stalled[1], shared[1]) == (0.0, 1.0, 0.0)

    def test_scenarios_share_the_stall_and_the_overruns(self):
        stalls = {r: opened(draw(sharing_stall_probability=0.5), replicate=r).sharing.stalls for r in range(20)}
        again = {
            r: opened(draw(sharing_stall_probability=0.5), levers(platforms="shared"), replicate=r) for r in range(20)
        }
        assert stalls == {r: office.sharing.stalls for r, office in again.items()}
        assert len(set(stalls.values())) == 2

    def test_brain_drain_takes_skill_and_schooling_gives_it_back(self):
        def path(year):
            return levers(brain_drain=0.02 if year < 2026 else 0.0)

        drained = run(opened(start=path(2021)), path, last=2025).effects.training
        later = run(opened(start=path(2021)), path, last=2035).effects.training
        plain = run(opened(), lambda _: LEVERS, last=2025).effects.training
        assert drained < plain
        assert later > drained

    def test_rewards_bring_publications_and_patents_in_the_proportion_of_the_start(self):
        pushed_path = levers(lines=more("publication_rewards"))
        plain, pushed = (run(opened(calm()), lambda _, p=path: p, last=2023) for path in (LEVERS, pushed_path))
        ratio = (pushed.effects.publications - plain.effects.publications) / (
            pushed.effects.patents - plain.effects.patents
        )
        assert ratio == pytest.approx(20.0, rel=0.05)

    def test_central_platforms_raise_quality(self):
        path = lambda year: levers(central_platforms=year >= 2022)  # noqa: E731
        with_them, without = run(opened(), path, last=2022), run(opened(), lambda _: LEVERS, last=2022)
        assert with_them.effects.service_quality > without.effects.service_quality

    def test_services_are_put_online_and_files_assisted_once_mandatory(self):
        path = lambda year: levers(online_filing_mandate=year >= 2023)  # noqa: E731
        early, late = run(opened(), path, last=2022).effects, run(opened(), path, last=2026).effects
        assert FACTS["services_provided"] < early.services_provided < late.services_provided < 1.0
        assert early.assisted_filing == 0.0
        assert 0.0 < late.assisted_filing < PARAMETERS["assisted_filing"]

    def test_carrying_on_as_before_books_no_works(self):
        plain = run(opened(), lambda _: levers(execution_learning=0.0), last=2021)
        pushed = run(opened(), lambda _: levers(lines=more("platforms"), execution_learning=0.0), last=2021)
        assert pushed.effects.infrastructure_booked > 1.0 > abs(plain.effects.infrastructure_booked)

    def test_rates_for_communes(self):
        office = opened()
        office.set_budget(2021, levers(pandemic=True, digital_teams=2.0), FACTS["grdp_nominal"])
        office.execute(0)
        office.deliver(0.25)
        rates = office.commune_rates(0.25)
        assert rates.push == 2.0
        assert rates.digital_teams == 2.0
        assert rates.rollout == 0.0
        assert rates.money == pytest.approx(office.usual.money["communes"])
        assert rates.team_cost == pytest.approx(office.prices.from_2024(5.0 / 1000.0 * 4e-3))
        assert rates.services == pytest.approx(office.effects.service_quality * office.effects.services_provided)


class TestExtremes:
    @pytest.mark.parametrize("share", [0.0, 1.0])
    @pytest.mark.parametrize("line", [None, *LINES])
    def test_all_or_nothing(self, share, line):
        lines = only(line) if line else LEVERS.lines
        path = levers(pillars_share=share, lines=lines, ai_institute=INSTITUTE, carry_over_share=1.0)
        for start in (LEVERS, path):
            effects = run(opened(start=start), lambda _: path, last=2026).effects
            assert all(math.isfinite(value) for value in asdict(effects).values())
            for name in ("capture", "service_quality", "process_index", "services_provided"):
                assert 0.0 <= getattr(effects, name) <= 1.0

    def test_no_budget_no_capacity_no_science(self):
        given = draw({"budget_ratio": 0.0}, business_rd_share=0.0, execution_capacity=0.0)
        office = run(opened(given), lambda _: LEVERS, last=2023)
        assert office.ledger.totals(2023).executed == 0.0
        assert all(math.isfinite(value) for value in asdict(office.effects).values())

    def test_no_publications_yet(self):
        office = run(opened(draw({"publications": 0.0, "patents": 0.0})), lambda _: LEVERS, last=2022)
        assert office.effects.patents >= 0.0

    def test_it_is_an_agent(self):
        model = mesa.Model(rng=1)
        office = Government(model, draw(), 1e6, Luck(1, 0))
        assert office in model.agents
        assert government().unique_id == 1
