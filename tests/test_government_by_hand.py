"""The government by hand: numbers that a reader can work out from levers, parameters and facts."""

import math

import numpy as np
import pytest

from model.government.budget import RESEARCH_LINES
from model.government.instruments import effective_share
from model.vocabulary import LINES
from tests.provincial import FACTS, LEVERS, PARAMETERS, RESIDENTS, calm, draw, levers, more, only, opened, run

PRICES_2024, PRICES_2021 = FACTS["deflator"] * 1.03**4, FACTS["deflator"] * 1.03
"""Prices grow by 3 % a year from the deflator of 2020."""


def test_what_arrives_by_line_is_the_ledgers_at_the_years_prices():
    arrived = dict.fromkeys(LINES, 0.0)

    def keep(office, _year, _quarter):
        for line, real in office.received_real.items():
            dearer = office.effects.skill_price if line in RESEARCH_LINES else 1.0
            arrived[line] += real * PRICES_2021 * dearer

    office = opened(start=levers(pillars_share=0.005))
    run(office, lambda _: LEVERS, last=2021, every=keep)
    assert office.effects.skill_price > 1.01
    for row in office.ledger.year(2021):
        assert arrived[row.line] == pytest.approx(row.received), row.line


def test_money_is_spent_in_the_quarters_of_the_profile():
    spent = []

    def keep(office, _year, _quarter):
        spent.append(float(office.treasury.spent[0]))

    run(opened(calm()), lambda _: LEVERS, last=2021, every=keep)
    assert np.array(spent) / sum(spent) == pytest.approx([0.12, 0.18, 0.20, 0.50])


def test_transfers_leak_at_most_whole():
    office = run(opened(calm()), lambda _: levers(leakage_multiplier=50.0), last=2021, take=0.0)
    venture = next(row for row in office.ledger.year(2021) if row.line == "venture_fund")
    assert venture.received == 0.0
    assert venture.lost_leakage == pytest.approx(0.65 * venture.executed)
    assert venture.executed > 0.0


def test_research_of_the_start_has_long_been_finished_and_known():
    office = opened()
    yearly = office.treasury.open(2021, LEVERS, FACTS["grdp_nominal"]).yearly()
    applied, basic = yearly["applied_research"], yearly["basic_research"]
    assert office.programme.completed_applied == pytest.approx(applied / 4.0)
    assert office.programme.completed_basic == pytest.approx(basic / 4.0)
    assert office.programme.knowledge == pytest.approx((applied + basic) / PARAMETERS["rd_depreciation"])
    assert basic > 0.0
    assert office.effects.commune_money == pytest.approx(yearly["communes"] / 4.0)
    assert office.effects.publications == FACTS["publications"] / 4.0


def test_grants_taken_are_public_research_and_other_lines_have_no_purse():
    office = opened()
    office.set_budget(2021, LEVERS, FACTS["grdp_nominal"])
    office.execute(0)
    office.deliver(0.25)
    plan, before, purse = office.treasury.plan, office.research_spending_real, office.purse("innovation_grants")
    assert (office.purse("talent"), office.purse("communes")) == (0.0, 0.0)
    office.settle("innovation_grants", 0.5 * purse)
    offered = 0.12 * float(plan.accounts.planned[LINES.index("innovation_grants")])
    assert office.research_spending_real - before == pytest.approx(0.5 * offered / PRICES_2021)


def test_knowledge_counts_against_all_that_was_known():
    office = run(opened(), lambda year: levers(lines=more("applied_research")) if year > 2022 else LEVERS, last=2028)
    business = PARAMETERS["business_rd_share"] * FACTS["grdp_nominal"] / FACTS["deflator"]
    known = office.unchanged.knowledge + business / PARAMETERS["rd_depreciation"]
    gained = office.effects.knowledge - office.unchanged.knowledge
    assert office.effects.knowledge_ratio == pytest.approx(gained / known)
    assert gained > 0.1 * office.unchanged.knowledge


@pytest.mark.parametrize(("share", "ratio"), [(0.0, 0.0), (1e-9, 1.0)])
def test_where_next_to_nothing_was_known_knowledge_counts_against_that(share, ratio):
    office = opened(draw(business_rd_share=0.0), start=levers(pillars_share=share, lines=only("applied_research")))
    office.programme.knowledge = 2.0 * office.unchanged.knowledge
    office.set_budget(2021, LEVERS, FACTS["grdp_nominal"])
    assert office._knowledge_ratio() == pytest.approx(ratio)
    assert office.unchanged.knowledge < 1.0


def test_works_cover_residents_at_their_cost():
    office = run(opened(), lambda year: levers(lines=more("infrastructure")) if year > 2022 else LEVERS, last=2026)
    added = office.programme.infrastructure.service - office.unchanged.infrastructure.service
    cost = PARAMETERS["coverage_cost"] / PRICES_2024
    assert office.effects.coverage_inflow == pytest.approx(added / office.residents / cost)
    assert added > 0.0


def test_publications_follow_knowledge():
    one = levers(lines=only("applied_research"))  # nothing for rewards, before and after
    office = run(opened(start=one), lambda year: one if year < 2023 else levers(lines=one.lines, pillars_share=0.03))
    ratio, usual = office.effects.knowledge_ratio, FACTS["publications"] / 4.0
    assert ratio > 0.1
    assert office.effects.publications == pytest.approx(usual * (1.0 + ratio) ** PARAMETERS["publication_knowledge"])


@pytest.mark.parametrize(("publications", "patents", "share"), [(0.0, 0.0, 1.0), (0.3, 0.1, 0.75)])
def test_rewards_bring_publications_where_there_were_few_or_none(publications, patents, share):
    facts = {"publications": publications, "patents": patents}
    office = opened(draw(facts, publication_knowledge=0.0), start=levers(lines=only("talent")))
    office.set_budget(2021, levers(lines=only("publication_rewards")), FACTS["grdp_nominal"])
    office.execute(0)
    money = float(office.treasury.bought[LINES.index("publication_rewards")])
    effects = office.deliver(0.25)
    brought = money / (PARAMETERS["publication_cost"] / PRICES_2024)
    assert effects.publications == pytest.approx(0.25 * publications + share * brought)
    assert effects.patents == pytest.approx(0.25 * patents + (1.0 - share) * brought, abs=1e-12)


def test_few_publications_stay_few():
    office = run(opened(draw({"publications": 2.0, "patents": 1.0})), lambda _: LEVERS, last=2021)
    assert office.effects.publications == pytest.approx(0.5, rel=0.05)
    assert office.effects.patents == pytest.approx(0.25, rel=0.05)


def test_money_below_a_billion_counts_like_any_other():
    assert effective_share(0.5, 0.25) == 0.5


def test_residents_grow_from_the_start():
    office = run(opened(), lambda _: LEVERS, last=2024)
    assert office.residents == pytest.approx(RESIDENTS * math.exp(3 * FACTS["population_growth"]))


def test_works_above_the_usual_are_booked_at_cost():
    one = levers(lines=only("platforms"), relabelled_share=0.0)
    office = opened(start=one)
    office.set_budget(2021, levers(lines=one.lines, relabelled_share=0.0, pillars_share=0.03), FACTS["grdp_nominal"])
    office.execute(0)
    usual, own = (0.02 * (1.0 - math.exp(-share / 0.02)) for share in (0.01, 0.03))
    budget = FACTS["budget_ratio"] * FACTS["grdp_nominal"]
    booked = office.deliver(0.25).infrastructure_booked
    assert booked == pytest.approx(0.12 * (own - usual) * budget / PRICES_2021)
