"""The outcomes: each is what its definition says, worked by hand on a few enterprises."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.verification.stage import EVERY_LEVER, beliefs, scenario
from model.books import measures
from model.books.accounts import SOURCES, YearGrowth
from model.books.measures import outcomes
from model.books.returns import Flows, Survey, digital_flows, returns
from model.books.turnover import Roll
from model.books.yearbook import yearly_growth
from model.communes.agent import CommuneColumns
from model.communes.people import People, all_people, count
from model.government.ledger import LedgerRow
from model.province import Province
from model.vocabulary import SECTORS, SIZES

ICT = SECTORS.index("ict")


def surveyed(**changes) -> Survey:
    """Five enterprises: micro, micro, small, medium and large."""
    five = {
        "weight": np.array([1.0, 1.0, 1.0, 1.0, 2.0]),
        "labour": np.array([3.0, 5.0, 20.0, 100.0, 500.0]),
        "size": np.array([0, 0, 1, 2, 3]),
        "sector": np.array([0, ICT, 1, ICT, 3]),
        "kind": np.array([0, 1, 1, 1, 0]),
        "rung": np.array([0, 1, 1, 2, 3]),
        "strict": np.array([False, True, False, False, True]),
        "broad": np.array([False, True, True, False, True]),
        "performs": np.array([False, False, False, True, True]),
        "own": np.array([-0.5, 0.0, 0.1, 0.2, 0.5]),
        "gap": np.array([0.7, 0.6, 0.5, 0.4, 0.3]),
        "skill": np.array([0.2, 0.3, 0.4, 0.5, 0.6]),
        "value": np.array([1.0, 2.0, 4.0, 8.0, 16.0]),
    }
    return Survey(**(five | changes))


FLOWS = Flows(
    output=90.0, grdp=100.0, core=8.0, digitised=6.0, enclave=20.0, enclave_core=5.0, private_research=0.3,
    public_research=0.1, born=3.0, left=2.0, stock=80.0, publications=7.0, patents=1.0,
)  # fmt: skip


# The catalogue


def test_every_outcome_says_what_it_is_in_both_languages() -> None:
    for name, outcome in outcomes().items():
        assert outcome.name == name
        assert outcome.unit
        for words in (outcome.label, outcome.definition):
            assert set(words) == {"en", "vi"}, name
            assert all(words.values()), name
        assert outcome.better in ("up", "down", "none"), name


def test_labels_are_distinct_in_each_language() -> None:
    for language in ("en", "vi"):
        labels = [outcome.label[language] for outcome in outcomes().values()]
        assert len(set(labels)) == len(labels)


@pytest.fixture(scope="module")
def year():
    """A small province with every lever on after two years, with its row and what it hands in."""
    place = scenario(communes=3).with_levers(EVERY_LEVER)
    province = Province(place, beliefs(place, {"enterprises": 500.0}))
    province.run(2022)
    return province, province.yearbook.rows[2022], province.yearbook.last


def test_every_outcome_has_a_home_and_no_row_has_another(year) -> None:
    assert set(year[1]) == set(outcomes())


def test_only_what_needs_an_earlier_year_lacks_in_the_first(year) -> None:
    lacking = {name for name, value in year[0].yearbook.rows[2021].items() if np.isnan(value)}
    assert all("growth" in name or name.startswith(("tfp_", "melitz_")) for name in lacking)
    now_lacking = {name for name, value in year[1].items() if np.isnan(value)}
    assert now_lacking == {"tfp_share_5y"}


# Size and price (eq. 21)


def test_growth_is_over_the_year_before(year) -> None:
    rows = year[0].yearbook.rows
    assert rows[2022]["grdp_growth"] == pytest.approx(100 * (rows[2022]["grdp"] / rows[2021]["grdp"] - 1))
    grown = rows[2022]["labour_productivity"] / rows[2021]["labour_productivity"]
    assert rows[2022]["labour_productivity_growth"] == pytest.approx(100 * (grown - 1))


def test_productivity_is_million_a_worker(year) -> None:
    _, row, handed_in = year
    assert row["labour_productivity"] == pytest.approx(1000 * row["grdp"] / handed_in.employment)


def test_nominal_product_is_at_the_prices_of_the_year(year) -> None:
    province, row, _ = year
    assert row["grdp_nominal"] == pytest.approx(row["grdp"] * province.prices.at(2022))


def test_human_development_moves_by_its_income_part_alone(year) -> None:
    handed_in = year[2]
    facts, p = handed_in.facts, handed_in.parameters
    start = handed_in.grdp_at_start / handed_in.residents_at_start * handed_in.residents
    same = replace(handed_in, flows=replace(handed_in.flows, grdp=start))
    assert measures.human_development(same) == pytest.approx(facts.hdi)
    double = replace(handed_in, flows=replace(handed_in.flows, grdp=2 * start))
    income = facts.hdi_income_index + np.log(2) / np.log(p.hdi_income_high / p.hdi_income_low)
    assert measures.human_development(double) == pytest.approx(facts.hdi * (income / facts.hdi_income_index) ** (1 / 3))
    nothing = replace(handed_in, flows=replace(handed_in.flows, grdp=1e-9 * start))
    assert measures.human_development(nothing) == 0.0


# Growth (eq. 22)


def test_growth_row_in_percent_with_its_bands(year) -> None:
    p = replace(year[2].parameters, capital_share=0.4, capital_band_low=0.3, capital_band_high=0.5)
    sources = dict.fromkeys(SOURCES, 0.0) | {"catch_up": 0.03, "noise": -0.004}
    growth = YearGrowth(output=0.06, capital=0.08, labour=0.01, tfp=0.026, sources=sources)
    row = measures.growth_row(growth, {"capital_low": 0.07, "uncapitalised": 0.075}, p)
    assert row["tfp_growth"] == pytest.approx(2.6)
    assert row["tfp_share"] == pytest.approx(100 * 0.026 / 0.06)
    assert row["tfp_growth_alpha_low"] == pytest.approx(100 * (0.06 - 0.3 * 0.08 - 0.7 * 0.01))
    assert row["tfp_growth_alpha_high"] == pytest.approx(100 * (0.06 - 0.5 * 0.08 - 0.5 * 0.01))
    assert row["tfp_growth_capital_low"] == pytest.approx(100 * (0.06 - 0.4 * 0.07 - 0.6 * 0.01))
    assert row["tfp_share_uncapitalised"] == pytest.approx(100 * (0.06 - 0.4 * 0.075 - 0.6 * 0.01) / 0.06)
    assert row["tfp_from_catch_up"] == pytest.approx(3.0)
    assert row["capital_growth"] == 8.0
    assert row["labour_growth"] == 1.0


def test_more_capital_at_the_start_grows_less(year) -> None:
    book, p = year[0].yearbook, year[2].parameters
    low, mid, high = (book.capital_growth(band, p.capital_depreciation) for band in (0.77, 1.0, 1.23))
    assert low > mid > high
    assert 100 * mid == pytest.approx(year[1]["capital_growth"], rel=1e-9)


def test_capital_of_the_programme_can_be_left_out(year) -> None:
    book = year[0].yearbook
    assert book.uncapitalised_growth() < book.capital_growth(1.0, 0.05)


def test_growth_of_a_stock_is_that_of_its_annual_mean() -> None:
    assert yearly_growth(np.array([1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0])) == pytest.approx(np.log(2))
    assert yearly_growth(np.array([9.0, 1.0, 1.0, 1.0, 1.0, 3.0, 3.0, 3.0, 3.0])) == pytest.approx(np.log(3))


def test_five_year_share_is_of_five_years() -> None:
    place = scenario(communes=2)
    book = Province(place, beliefs(place, {"enterprises": 100.0})).run(2026)
    years = [book.growth[year] for year in range(2022, 2027)]
    expected = 100 * sum(g.tfp for g in years) / sum(g.output for g in years)
    assert book.rows[2026]["tfp_share_5y"] == pytest.approx(expected)
    assert np.isnan(book.rows[2025]["tfp_share_5y"])


def test_melitz_polanec_is_shown_times_a_hundred() -> None:
    before = Roll(np.array([1, 2]), np.array([1.0, 3.0]), np.ones(2))
    now = Roll(np.array([2, 9]), np.array([4.0, 2.0]), np.array([3.0, 1.0]))
    row = measures.melitz_row(before, now)
    assert row == {"melitz_survivors": 100.0, "melitz_covariance": 0.0, "melitz_entry": -50.0, "melitz_exit": 100.0}


@pytest.mark.parametrize("before", [None, Roll(np.zeros(0, int), np.zeros(0), np.zeros(0))])
def test_melitz_polanec_without_a_year_before(before) -> None:
    now = Roll(np.array([2]), np.array([4.0]), np.ones(1))
    assert all(np.isnan(value) for value in measures.melitz_row(before, now).values())


# The digital economy (eq. 23)


def test_digital_share_is_core_and_digitised_over_product() -> None:
    assert measures.digital_row(FLOWS) == {
        "digital_share": pytest.approx(14.0),
        "digital_share_core": pytest.approx(8.0),
        "digital_share_digitised": pytest.approx(6.0),
        "digital_share_without_enclave": pytest.approx(100 * 9 / 80),
    }


def test_digital_flows_by_hand(year) -> None:
    province = year[0]
    flows, firms, p = digital_flows(province), province.firms, province.draw.parameters
    value = firms.weight * firms.output
    content = [0.0, p.digital_content_1, p.digital_content_2, p.digital_content_3]
    enterprises = sum(v * content[r] for v, r, s in zip(value, firms.rung, firms.sector, strict=True) if s != ICT)
    home = province.blocks.output[:3].sum()
    at_home = p.digital_content_home + p.digital_content_1 * (province.people.uptake - province.uptake_at_start)
    electronics = province.draw.facts.enclave_electronics_share * province.blocks.output[4]
    assert flows.digitised == pytest.approx(0.25 * (enterprises + at_home * home))
    assert flows.core == pytest.approx(
        0.25 * (value[firms.sector == ICT].sum() + province.blocks.output[3] + electronics)
    )
    assert flows.output == pytest.approx(0.25 * (value.sum() + province.blocks.output.sum()))
    assert flows.enclave == pytest.approx(0.25 * province.blocks.output[4])


def test_flows_add_up_field_by_field() -> None:
    total = Flows()
    total.add(FLOWS)
    total.add(FLOWS)
    assert all(getattr(total, f.name) == 2 * getattr(FLOWS, f.name) for f in fields(Flows))


# Enterprises (eq. 24)


def test_shares_of_enterprises_count_weights() -> None:
    row = measures.enterprise_row(surveyed(), FLOWS)
    assert row["enterprises"] == 6.0
    assert row["enterprises_digital"] == pytest.approx(100 * 5 / 6)
    assert row["enterprises_rung2"] == pytest.approx(50.0)
    assert row["enterprises_rung3"] == pytest.approx(100 / 3)
    assert row["enterprises_innovating_strict"] == pytest.approx(50.0)
    assert row["enterprises_innovating_broad"] == pytest.approx(100 * 4 / 6)
    assert row["rd_performers"] == pytest.approx(50.0)
    assert row["digital_enterprises"] == 2.0
    assert row["science_enterprises"] == 2.0


def test_digital_shares_by_size_are_of_that_size() -> None:
    row = measures.enterprise_row(surveyed(), FLOWS)
    assert [row[f"enterprises_digital_{size}"] for size in SIZES] == [50.0, 100.0, 100.0, 100.0]


def test_entry_and_exit_are_over_the_mean_stock_of_the_year() -> None:
    row = measures.enterprise_row(surveyed(), FLOWS)
    assert row["entry_rate"] == pytest.approx(15.0)
    assert row["exit_rate"] == pytest.approx(10.0)


def test_means_count_weights() -> None:
    row = measures.enterprise_row(surveyed(), FLOWS)
    assert row["frontier_gap_mean"] == pytest.approx((0.7 + 0.6 + 0.5 + 0.4 + 2 * 0.3) / 6)
    assert row["skill_enterprises"] == pytest.approx(100 * (0.2 + 0.3 + 0.4 + 0.5 + 2 * 0.6) / 6)


def test_nobody_has_no_share_and_no_mean() -> None:
    nobody = Survey(**{f.name: getattr(surveyed(), f.name)[:0] for f in fields(Survey)})
    row = measures.enterprise_row(nobody, Flows())
    assert np.isnan(row.pop("size_tail_exponent"))
    assert row.pop("productivity_p90_p10") == 1.0
    assert set(row.values()) == {0.0}


@given(spread=st.floats(0.01, 1.0))
def test_dispersion_is_the_ratio_of_percentiles(spread: float) -> None:
    own = np.linspace(-spread, spread, 101)
    assert measures.dispersion(own) == pytest.approx(np.exp(1.6 * spread))


@pytest.mark.parametrize("exponent", [0.9, 1.5])
def test_tail_exponent_is_found_in_a_power_law(exponent: float) -> None:
    sizes = (1 - (np.arange(50_000) + 0.5) / 50_000) ** (-1 / exponent)
    assert measures.tail_exponent(sizes) == pytest.approx(exponent, rel=0.02)


def test_tail_of_few_enterprises_is_unknown() -> None:
    assert np.isnan(measures.tail_exponent(np.arange(1.0, 20.0)))
    assert np.isfinite(measures.tail_exponent(np.arange(1.0, 21.0)))


def test_who_gains_adds_up() -> None:
    groups = measures.gainers(surveyed())
    assert groups["size"].tolist() == [3.0, 4.0, 8.0, 16.0]
    assert groups["sector"][ICT] == 10.0
    assert groups["sector"].sum() == 31.0
    assert groups["kind"].tolist() == [17.0, 14.0, 0.0]


# People, research, money (eq. 24)


def test_people_are_shown_in_percent(year) -> None:
    people = year[0].people
    row = measures.people_row(people, staff=4_000.0)
    named = {
        "online_services_people": "users",
        "online_services_used": "files_online",
        "online_services_provided": "provided",
    }
    named |= {"cashless_share": "cashless", "coverage_5g": "coverage", "commune_capacity": "capacity"}
    named |= {
        "commune_capacity_lowest_decile": "capacity_lowest_decile",
        "commune_uptake_lowest_decile": "uptake_lowest_decile",
    }
    named |= {"platform_quality": "quality", "skill_residents": "skill", "staff_time_saved": "staff_time_saved"}
    assert {name: row[name] for name in named} == {name: 100 * getattr(people, own) for name, own in named.items()}
    assert row["team_strength"] == people.team
    assert row["team_strength_lowest_decile"] == people.team_lowest_decile
    assert row["staff_posts_saved"] == 4_000.0 * people.staff_time_saved
    assert set(row) == set(named) | {"team_strength", "team_strength_lowest_decile", "staff_posts_saved"}


def test_the_census_weighs_communes_by_residents(year) -> None:
    province = year[0]
    shares = np.array([0.6, 0.3, 0.1])
    uptake = sum(s * c.uptake for s, c in zip(shares, province.communes, strict=True))
    files = sum(s * c.files_online for s, c in zip(shares, province.communes, strict=True))
    cashless = sum(s * c.cashless for s, c in zip(shares, province.communes, strict=True))
    p = province.draw.parameters
    columns = CommuneColumns(province.communes, p)
    people = count(columns, shares, province.effects, p, 0.5)
    assert people.uptake == pytest.approx(uptake)
    assert people.files_online == pytest.approx(files)
    assert people.users == pytest.approx(uptake * p.people_per_file)
    assert people.cashless == pytest.approx(0.5 * cashless)
    assert people.staff_time_saved == pytest.approx(p.staff_time_per_file * files * province.effects.process_index)
    for name, low in (("capacity", people.capacity_lowest_decile), ("uptake", people.uptake_lowest_decile)):
        assert low == np.percentile([getattr(c, name) for c in province.communes], 10)
    columns.assisted = 0.3
    assert count(columns, shares, province.effects, p, 0.5).uptake_lowest_decile == people.uptake_lowest_decile


MEANS = [field.name for field in fields(People) if not field.name.endswith("_lowest_decile")]


def test_the_people_of_several_places_are_weighed_by_residents(year) -> None:
    one, other = (replace(year[0].people, **dict.fromkeys(MEANS, value)) for value in (0.2, 0.6))
    communes = {name: np.array([0.1, 0.5, 0.9]) for name in ("uptake", "capacity", "team")}
    people = all_people([one, other], np.array([3000.0, 1000.0]), communes)
    assert [getattr(people, name) for name in MEANS] == pytest.approx([0.3] * len(MEANS))
    lowest = (people.uptake_lowest_decile, people.capacity_lowest_decile, people.team_lowest_decile)
    assert lowest == pytest.approx([0.18] * 3)


def test_without_communes_nobody_uses_anything(year) -> None:
    province = year[0]
    p = province.draw.parameters
    people = count(CommuneColumns([], p), np.ones(1), province.effects, p, 0.5)
    assert (people.uptake, people.cashless, people.capacity_lowest_decile, people.team) == (0.0, 0.0, 0.0, 0.0)
    assert isinstance(people, People)


def test_research_share_and_who_pays_it() -> None:
    row = measures.research_row(FLOWS)
    assert row["rd_share"] == pytest.approx(0.4)
    assert row["rd_private_share"] == pytest.approx(75.0)
    assert measures.research_row(Flows(grdp=1.0))["rd_private_share"] == 0.0


def test_money_of_the_year_is_the_ledgers() -> None:
    total = LedgerRow(2022, "total", 10.0, 1.0, 0.5, 9.5, 6.0, 2.0, 1.5, 4.0, 1.0, 0.5, 0.5)
    row = measures.budget_row(total)
    assert row["budget_announced"] == 10.0
    assert row["budget_lost_overrun"] == 0.5
    assert row["executed_share"] == pytest.approx(100 * 6 / 9.5)
    nothing = LedgerRow(2022, "total", *([0.0] * 11))
    assert measures.budget_row(nothing)["executed_share"] == 0.0


def test_what_is_handed_in_is_the_state_of_the_year(year) -> None:
    province, _, handed_in = year
    again = returns(province, handed_in.flows)
    assert again.survey.weight.sum() == len(province.firms)
    assert np.array_equal(handed_in.communes["uptake"], [c.uptake for c in province.communes])
    assert handed_in.ledger.announced == pytest.approx(province.government.ledger.totals(2022).announced)
    assert handed_in.employment == pytest.approx(
        province.draw.facts.employment * np.exp(province.draw.facts.labour_growth * 1.75)
    )
