"""The country: it is the sum of its provinces, they learn from each other, and each is what it would be alone."""

import csv
import gc
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from openpyxl import load_workbook

from experiments.ensembles.ensemble import run_ensemble
from experiments.folders import manifest
from experiments.folders.store import read_run, write_run
from experiments.folders.verify import replay
from experiments.telling.provinces import SHOWN
from experiments.telling.screen import report
from model import science
from model.books.accounts import SOURCES
from model.country import Country
from model.government.ledger import AMOUNTS
from model.places.facts import Draw
from model.places.geography import CommuneRecord, distances, place_name
from model.places.imputation import share_out
from model.places.place import Place, load_place
from model.province import Province
from model.reading.problems import Refused
from model.results import RunResult, run_replicate
from model.scenario import Scenario, load_scenario
from tests.datasets import table
from tests.miniature import OWN, STATED, miniature

ADDITIVE = (
    "grdp", "grdp_nominal", "enterprises", "digital_enterprises", "science_enterprises", "publications", "patents",
    "budget_announced", "budget_allocated", "budget_executed", "budget_returned", "budget_received",
)  # fmt: skip
COUNTS = (
    "population_resident", "grdp_nominal", "employment", "enterprises", "enterprise_workers", "enclave_workers",
    "publications", "patents", "public_staff",
)  # fmt: skip
PARTS = (
    "share_agriculture", "share_industry", "share_construction", "share_services", "product_tax_share",
    "enterprise_value_added_share", "enclave_share", "telecom_share",
)  # fmt: skip
LAST = 2024


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return miniature(tmp_path_factory.mktemp("miniature") / "scenarios")


@pytest.fixture(scope="module")
def scenario(folder: Path) -> Scenario:
    return load_scenario(folder / "viet_nam" / "programme.yaml")


@pytest.fixture(scope="module")
def nation(scenario: Scenario) -> Place:
    return scenario.place


@pytest.fixture(scope="module")
def result(scenario: Scenario) -> RunResult:
    return run_replicate(scenario, 0, seed=3, years_to=LAST)


# Places: imputed provinces add up


def test_the_provinces_are_those_with_a_profile_and_the_imputed_ones(nation: Place) -> None:
    assert [place.name for place in nation.provinces] == ["ha_noi", "bac_ninh", "ha_tinh"]
    assert [len(place.imputed) == len(place.inherited) for place in nation.provinces] == [True, True, False]
    assert nation.communes == tuple(commune for place in nation.provinces for commune in place.communes)


@pytest.mark.parametrize("fact", COUNTS)
def test_what_can_be_counted_adds_up_to_the_nation(nation: Place, fact: str) -> None:
    total = math.fsum(getattr(place.facts, fact) for place in nation.provinces)
    assert total == pytest.approx(getattr(nation.facts, fact), rel=1e-12)


@pytest.mark.parametrize("fact", PARTS)
def test_the_parts_of_product_add_up_to_the_nation(nation: Place, fact: str) -> None:
    total = math.fsum(getattr(place.facts, fact) * place.facts.grdp_nominal for place in nation.provinces)
    assert total == pytest.approx(getattr(nation.facts, fact) * nation.facts.grdp_nominal, rel=1e-12)


def test_a_known_number_of_enterprises_stands_and_the_others_share_the_rest(nation: Place) -> None:
    ha_noi, bac_ninh, ha_tinh = (place.facts.enterprises for place in nation.provinces)
    assert (bac_ninh, ha_tinh) == pytest.approx((STATED["24"]["enterprises"], OWN["enterprises"]))
    assert ha_noi == pytest.approx(nation.facts.enterprises - bac_ninh - ha_tinh)


def test_an_enclave_makes_a_province_industrial(nation: Place) -> None:
    ha_noi, bac_ninh, _ = (place.facts for place in nation.provinces)
    assert bac_ninh.enclave_share > 3 * ha_noi.enclave_share
    assert bac_ninh.share_industry - bac_ninh.enclave_share < ha_noi.share_industry - ha_noi.enclave_share
    parts = ("share_agriculture", "share_industry", "share_construction", "share_services", "product_tax_share")
    assert sum(getattr(bac_ninh, part) for part in parts) == pytest.approx(1.0, abs=1e-3)


def test_every_imputed_fact_says_its_rule(nation: Place) -> None:
    for place in nation.provinces[:2]:
        for name in place.imputed:
            assert place.register.entries[name].rule, name


def test_a_total_is_shared_out_by_what_is_stated_and_by_weight() -> None:
    known, weights = np.array([1.0, 3.0]), np.array([1.0, 9.0])
    assert share_out(8.0, known, weights).tolist() == [2.0, 6.0]
    assert share_out(8.0, np.array([2.0, np.nan, np.nan]), np.array([5.0, 1.0, 2.0])).tolist() == [2.0, 2.0, 4.0]
    assert share_out(8.0, np.full(2, np.nan), weights).tolist() == pytest.approx([0.8, 7.2])
    assert share_out(0.0, np.zeros(2), weights).tolist() == [0.0, 0.0]


def test_a_province_without_a_profile_is_a_place_by_its_own_name(folder: Path, nation: Place) -> None:
    assert load_place(folder, "bac_ninh") == nation.provinces[1]
    assert place_name("Đắk Lắk") == "dak_lak"


def test_provinces_that_exceed_the_nation_are_refused(tmp_path: Path) -> None:
    folder = miniature(tmp_path / "scenarios")
    _state(folder, "24", "enterprises", "5000", "enterprises")
    with pytest.raises(Refused, match="more enterprises than the nation"):
        load_place(folder, "viet_nam")


@pytest.mark.parametrize(
    ("fact", "value", "said"),
    [("enterprisses", "1", "no fact"), ("patents", "many", "number"), ("enclave_share", "0.1", "stands here twice")],
)
def test_a_damaged_fact_of_a_province_is_refused(tmp_path: Path, fact: str, value: str, said: str) -> None:
    folder = miniature(tmp_path / "scenarios")
    _state(folder, "24", fact, value, "share of GRDP")
    with pytest.raises(Refused, match=said):
        load_place(folder, "viet_nam")


def _state(folder: Path, code: str, fact: str, value: str, unit: str) -> None:
    """Add a line to provinces_facts.csv, in place of one that states the number of enterprises."""
    path = folder / "provinces_facts.csv"
    lines = [row for row in csv.reader(path.read_text(encoding="utf-8").splitlines()) if row[2] != "enterprises"]
    lines.append([code, "-", fact, value, unit, "2020", "assumption", "imputed", "For a test."])
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)


# Beliefs


def test_inherited_facts_move_with_the_nations_draw(scenario: Scenario, nation: Place) -> None:
    low, high = (scenario.draw(np.full(len(scenario.slots), at)) for at in (0.1, 0.9))
    for place in nation.provinces:
        for name in set(scenario.place.register.slots) & place.inherited:
            moved = getattr(high.provinces[place.name], name) / getattr(low.provinces[place.name], name)
            assert moved == pytest.approx(getattr(high.facts, name) / getattr(low.facts, name)), name


def test_a_fact_of_its_own_lies_at_the_nations_quantile(scenario: Scenario, nation: Place) -> None:
    place = nation.provinces[2]
    own = set(place.register.slots) - place.inherited & set(nation.register.slots)
    row = np.full(len(scenario.slots), 0.25)
    for name in own & set(scenario.slots):
        drawn = getattr(scenario.draw(row).provinces["ha_tinh"], name)
        assert drawn == pytest.approx(place.register.entries[name].quantile(0.25)), name


def test_central_beliefs_are_the_places_own(scenario: Scenario, nation: Place) -> None:
    assert scenario.central().provinces == {place.name: place.facts for place in nation.provinces}


def test_a_minimum_scale_is_shared_out_by_product(scenario: Scenario, nation: Place) -> None:
    lines = {"ai_institute": "100 %"}
    block = {2022: {"minimum_scale": "10 bn VND", "sectors": ["ict"]}}
    changed = scenario.with_levers({"budget.lines": {2022: lines}, "delivery.ai_institute": block})
    scales = [changed.in_place(place).levers(2022).ai_institute.minimum_scale for place in nation.provinces]
    assert sum(scales) == pytest.approx(10.0)
    assert scales[2] == pytest.approx(10.0 * OWN["grdp_nominal"] / nation.facts.grdp_nominal)


# The sum of the provinces


@pytest.mark.parametrize("outcome", ADDITIVE)
def test_the_country_is_the_sum_of_its_provinces(result: RunResult, outcome: str) -> None:
    total = sum(province.outcomes[outcome] for province in result.provinces)
    assert result.outcomes[outcome] == pytest.approx(total, rel=1e-12)
    assert (total > 0).any() or outcome == "budget_returned"


def test_the_ledger_and_the_groups_are_summed_line_by_line(result: RunResult) -> None:
    for index, row in enumerate(result.ledger):
        for amount in AMOUNTS:
            parts = [getattr(province.ledger[index], amount) for province in result.provinces]
            assert getattr(row, amount) == pytest.approx(sum(parts), rel=1e-12, abs=1e-12)
    for name, values in result.groups.items():
        assert values == pytest.approx(sum(province.groups[name] for province in result.provinces), rel=1e-12)


def test_shares_and_means_lie_between_those_of_the_provinces(result: RunResult) -> None:
    for name in ("digital_share", "enterprises_digital", "coverage_5g", "commune_capacity", "skill_enterprises"):
        provinces = np.array([province.outcomes[name] for province in result.provinces])
        assert (provinces.min(axis=0) <= result.outcomes[name] + 1e-9).all(), name
        assert (result.outcomes[name] <= provinces.max(axis=0) + 1e-9).all(), name


def test_the_digital_share_is_weighed_by_product(result: RunResult) -> None:
    value = sum(p.outcomes["digital_share"] * p.outcomes["grdp"] for p in result.provinces)
    assert result.outcomes["digital_share"] == pytest.approx(value / result.outcomes["grdp"], rel=1e-12)


def test_the_sources_add_up_to_tfp_growth_over_all_units(scenario: Scenario, result: RunResult) -> None:
    total = sum(result.outcomes[f"tfp_from_{source}"] for source in SOURCES)
    assert total[1:] == pytest.approx(result.outcomes["tfp_growth"][1:], abs=1e-10)
    taxes = [place.facts.product_tax_share for place in scenario.place.provinces]
    untaxed = sum(p.outcomes["grdp"] * (1.0 - tax) for p, tax in zip(result.provinces, taxes, strict=True))
    capital, labour = result.outcomes["capital_growth"], result.outcomes["labour_growth"]
    alpha = scenario.central().parameters.capital_share
    growth = result.outcomes["tfp_growth"] + alpha * capital + (1.0 - alpha) * labour
    assert growth[1:] == pytest.approx(100 * np.diff(np.log(untaxed)), abs=1e-9)


def test_melitz_polanec_covers_all_enterprises_and_tells_provinces_apart(scenario: Scenario) -> None:
    country = Country(scenario)
    book = country.run(2022)
    assert book.last is not None
    roll = book.last.roll
    assert len(np.unique(roll.identity)) == len(roll.identity)
    assert len(roll.identity) == sum((p.firms.output > 0).sum() for p in country.provinces)
    row = book.rows[2022]
    parts = sum(row[f"melitz_{name}"] for name in ("survivors", "covariance", "entry", "exit"))
    assert np.isfinite(parts)


def test_the_lowest_decile_is_of_all_communes(result: RunResult) -> None:
    for year, capacity in enumerate(result.communes["capacity"]):
        low = result.outcomes["commune_capacity_lowest_decile"][year]
        assert low == pytest.approx(100 * np.percentile(capacity, 10))


# Provinces among each other


def test_knowledge_fades_with_distance_and_stays_at_home() -> None:
    distance = np.array([[0.0, 100.0, 900.0], [100.0, 0.0, 800.0], [900.0, 800.0, 0.0]])
    weights = science.closeness(distance, 450.0)
    assert np.diag(weights).tolist() == [0.0, 0.0, 0.0]
    assert weights[0, 1] == pytest.approx(math.exp(-100 / 450))
    assert weights[0, 1] > weights[1, 2] > weights[0, 2] > 0.0
    near = science.exchanged(np.ones(3), np.ones(3), weights)
    assert [seen.research for seen in near] == pytest.approx([2 / 3] * 3)
    assert near[1].proximity > near[0].proximity > near[2].proximity
    assert science.closeness(distance, 0.0).tolist() == np.zeros((3, 3)).tolist()
    assert science.exchanged(np.zeros(3), np.ones(3), weights)[0] == science.Elsewhere(0.0, 0.0)


def test_what_arrives_is_the_others_research_by_closeness() -> None:
    finished, reached = np.array([1.0, 2.0, 4.0]), np.array([10.0, 20.0, 30.0])
    weights = science.closeness(np.array([[0, 50, 70], [50, 0, 90], [70, 90, 0]], dtype=float), 60.0)
    for index, seen in enumerate(science.exchanged(finished, reached, weights)):
        arriving = sum(math.exp(-d / 60) * finished[other] for other, d in enumerate(_row(index)) if other != index)
        assert seen.research * seen.proximity == pytest.approx(arriving / 60.0)


def _row(index: int) -> list[float]:
    return [[0.0, 50.0, 70.0], [50.0, 0.0, 90.0], [70.0, 90.0, 0.0]][index]


def test_distances_lie_between_the_centres_of_residents() -> None:
    hanoi, here = _at(105.85, 21.03), _at(106.63, 10.82)
    apart = distances([[hanoi], [here], [hanoi, replace(here, population=0.0)]])
    assert apart[0, 1] == pytest.approx(1138, abs=5)
    assert apart[0, 2] == pytest.approx(0.0, abs=1e-6)
    assert apart == pytest.approx(apart.T)


def _at(longitude: float, latitude: float) -> CommuneRecord:
    return CommuneRecord("1", "-", "-", "ward", "01", 1.0, longitude, latitude, 1000.0)


@pytest.mark.parametrize("changes", [{"spillover_distance": 0.0}, {"public_return": 0.0}])
def test_without_spillovers_a_province_in_the_country_is_the_province_alone(
    scenario: Scenario, changes: dict[str, float]
) -> None:
    draw = scenario.central()
    parameters = replace(draw.parameters, **changes)
    country = Country(scenario, replace(draw, parameters=parameters), seed=3)
    book = country.run(2022)
    assert len(book.rows) == 2
    for place, inside in zip(country.places, country.provinces, strict=True):
        facts = replace(draw.provinces[place.name], proximity=0.0)
        alone = Province(scenario.in_place(place), Draw(parameters, facts), seed=3)
        rows = alone.run(2022).rows
        assert all(same(rows[year], inside.yearbook.rows[year]) for year in rows)


def same(first: dict[str, float], second: dict[str, float]) -> bool:
    """See whether two rows are equal bit by bit."""
    return np.array_equal(list(first.values()), list(second.values()), equal_nan=True)


def test_research_elsewhere_reaches_a_province_and_the_package_multiplies_it(scenario: Scenario) -> None:
    effect = {}
    for name, changes in {"none": {"spillover_distance": 0.0}, "some": {}}.items():
        draw = scenario.central()
        country = Country(scenario, replace(draw, parameters=replace(draw.parameters, lag_applied=1.5, **changes)))
        country.run(2026)
        effect[name] = [province.science for province in country.provinces]
    assert all(some > none for some, none in zip(effect["some"], effect["none"], strict=True))
    p, seen = scenario.central().parameters, science.Elsewhere(0.01, 0.5)
    assert science.received(p, seen, 2.0) == pytest.approx(2.0 * science.received(p, seen, 1.0))
    assert science.received(p, seen, 1.0) == pytest.approx((1 - p.local_capture) * p.public_return * 0.005)


def test_an_unchanged_policy_leaves_public_science_where_it_was(scenario: Scenario) -> None:
    still = scenario.with_levers({"budget.pillars_share": {2022: "1 %"}})
    country = Country(still)
    start = [province.knowledge for province in country.provinces]
    country.step()
    now = [province.knowledge for province in country.provinces]
    assert now == pytest.approx(start, rel=5e-3)


def test_the_order_of_the_provinces_changes_nothing(scenario: Scenario, result: RunResult) -> None:
    backwards = replace(scenario.place, provinces=scenario.place.provinces[::-1])
    again = run_replicate(scenario.in_place(backwards), 0, seed=3, years_to=LAST)
    assert all(np.array_equal(again.outcomes[name], result.outcomes[name], equal_nan=True) for name in result.outcomes)
    assert [province.place for province in again.provinces] == [province.place for province in result.provinces]


def test_luck_is_keyed_by_place(scenario: Scenario, result: RunResult) -> None:
    other = run_replicate(scenario, 1, seed=3, years_to=2021)
    again = run_replicate(scenario, 0, seed=3, years_to=2021)
    assert other.outcomes["grdp"][0] != again.outcomes["grdp"][0] == result.outcomes["grdp"][0]


# The real country


def test_the_real_country_has_its_provinces_and_adds_up() -> None:
    nation = load_place(Path(__file__).parent.parent / "scenarios", "viet_nam")
    assert len(nation.provinces) == 34
    assert len(nation.communes) == 3321
    assert {place.code for place in nation.provinces} == {row["province_code"] for row in table("provinces.csv")}
    for fact in COUNTS:
        total = math.fsum(getattr(place.facts, fact) for place in nation.provinces)
        assert total == pytest.approx(getattr(nation.facts, fact), rel=1e-9), fact
    for place in nation.provinces:
        assert place.facts.share_industry > place.facts.enclave_share, place.name
        home = place.facts.employment - place.facts.enterprise_workers - place.facts.enclave_workers
        assert home > 0.1 * place.facts.employment, place.name


# What a run of the country leaves


def test_a_run_of_the_country_reports_every_province_and_reads_back(folder: Path, tmp_path: Path) -> None:
    scenario = load_scenario(folder / "viet_nam" / "programme.yaml")
    found = run_ensemble([scenario], replicates=2, seed=5, years_to=2022)
    places = ["viet_nam", "ha_noi", "bac_ninh", "ha_tinh"]
    assert found.tidy["place"].unique().to_pylist() == places
    assert found.tidy.num_rows == len(places) * found.outcomes.num_rows * len(found.units)
    assert {row["scope"] for row in found.parameters.to_pylist()} >= set(places)
    target = tmp_path / "run"
    target.mkdir()
    data = write_run(found, [scenario], target, {})
    again = read_run(target)
    assert again.outcomes.equals(found.outcomes)
    assert again.provinces.equals(found.provinces)
    assert again.tidy.equals(found.tidy)
    assert (target / "provinces.csv").read_text(encoding="utf-8").count("bac_ninh") == 2 * len(found.units)
    assert [finding.key for finding in replay(target, manifest.read(target), workers=1)] == ["verify.same"]
    assert "provinces" in load_workbook(target / "results.xlsx").sheetnames
    assert data["imputed_inputs"]["programme"] > len(scenario.place.imputed)
    for language, named in (("en", "Bac Ninh"), ("vi", "Bắc Ninh")):
        (line,) = (line for line in report(again, target, language) if line.startswith(named))
        assert len(line.removeprefix(named).split()) == len(SHOWN)


def test_a_province_without_a_profile_runs_alone_and_replays(folder: Path, tmp_path: Path) -> None:
    file = folder / "viet_nam" / "bac_ninh.yaml"
    file.write_text("extends: programme.yaml\nplace: bac_ninh\n", encoding="utf-8")
    scenario = load_scenario(file)
    found = run_ensemble([scenario], replicates=1, seed=5, years_to=2021)
    assert found.tidy["place"].unique().to_pylist() == ["bac_ninh"]
    target = tmp_path / "run"
    target.mkdir()
    write_run(found, [scenario], target, {})
    assert [finding.key for finding in replay(target, manifest.read(target), workers=1)] == ["verify.same"]


def test_a_country_is_gone_when_its_result_is_there(scenario: Scenario) -> None:
    """The next must not begin beside it: the provinces of a country weigh a gigabyte."""
    gc.disable()
    try:
        before = countries()
        run_replicate(scenario, 0, seed=3, years_to=2021)
        assert countries() <= before
    finally:
        gc.enable()


def countries() -> int:
    return sum(isinstance(one, Country) for one in gc.get_objects())
