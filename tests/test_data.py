"""The data files: every figure has a home, a unit, a year, a source that exists and a confidence."""

import math
import re
from itertools import pairwise

import pytest

from experiments.telling.messages import catalogue
from model.places.facts import Facts
from model.places.targets import known_outcomes
from model.reading.checking import check_paths
from model.reading.data_files import OF_FACTS, OF_PARAMETERS, SCALES
from model.vocabulary import SECTORS, SIZES
from tests.datasets import PLACES, SCENARIOS, is_vietnamese, place, read, table, texts


def test_the_checker_finds_nothing_wrong_with_any_file() -> None:
    assert [str(problem) for problem in check_paths([SCENARIOS])] == []


def test_no_file_names_a_working_paper() -> None:
    traces = re.compile(r"\.\./shared|sources/0|seed_facts|domain\.(md|yaml)|mechanisms")
    assert [path.name for path in texts() if traces.search(path.read_text(encoding="utf-8"))] == []


def test_every_source_has_a_title_a_publisher_and_an_address_or_says_that_it_has_none() -> None:
    for key, source in read("sources.yaml").items():
        assert set(source) == {"title", "publisher", "url"}, key
        assert all(len(text) >= 4 for text in source.values()), key


# Parameters


def test_every_parameter_says_what_it_is_how_far_it_may_go_and_why() -> None:
    for name, entry in read("parameters.yaml").items():
        assert entry["unit"], name
        assert entry["symbol"], name
        assert entry["confidence"] in OF_PARAMETERS, name
        assert is_vietnamese(entry["meaning"]["vi"]), name
        assert entry["meaning"]["en"] != entry["meaning"]["vi"], name
        cited = re.findall(r"\[([a-z0-9_]+)\]", entry["source"])
        assert cited or entry["source"].startswith("assumption: "), name
        assert set(cited) <= set(read("sources.yaml")), name


def test_every_parameter_lies_in_its_range_and_a_fixed_one_has_none() -> None:
    for name, entry in read("parameters.yaml").items():
        assert (entry["distribution"] == "fixed") == ("range" not in entry), name
        low, high = entry.get("range", (entry["value"], entry["value"]))
        assert low <= entry["value"] <= high, name
        assert entry["distribution"] != "log_uniform" or low > 0, name


def test_effects_that_nobody_has_measured_may_be_nothing() -> None:
    parameters = read("parameters.yaml")
    for name in ("complementarity_digital", "complementarity_knowledge", "complementarity_skill",
                 "innovation_complementarity", "public_return", "digital_gain_1", "connectivity_effect", "ai_gain",
                 "ip_gain", "linkage_gain", "uptake_gradient"):  # fmt: skip
        assert parameters[name]["range"][0] == 0, name


def test_spending_by_quarter_adds_up() -> None:
    parameters = read("parameters.yaml")
    assert math.fsum(parameters[f"spending_profile_{q}"]["value"] for q in (1, 2, 3, 4)) == pytest.approx(1)


# Facts and outturns


@pytest.mark.parametrize("where", PLACES)
def test_every_fact_has_unit_year_source_and_confidence(where: str) -> None:
    for name, fact in read(f"{where}/profile.yaml")["facts"].items():
        assert fact["unit"], name
        assert str(fact["year"])[:2] == "20", name
        assert fact["source"] in read("sources.yaml"), name
        assert fact["confidence"] in OF_FACTS, name


@pytest.mark.parametrize("where", PLACES)
def test_every_outturn_has_unit_year_source_and_confidence(where: str) -> None:
    for outturn in read(f"{where}/profile.yaml")["outturns"]:
        assert set(outturn) - {"note"} == {"outcome", "year", "value", "unit", "source", "confidence"}, outturn
        assert outturn["unit"], outturn
        assert str(outturn["year"])[:2] == "20", outturn


@pytest.mark.parametrize("where", PLACES)
def test_every_unit_has_a_name_in_both_languages(where: str) -> None:
    here = place(where)
    for unit in {one.unit for ones in (here.register.entries.values(), here.targets, here.outturns) for one in ones}:
        assert f"unit.{unit}" in catalogue(), unit


def test_every_figure_of_a_province_has_its_confidence_and_only_those_found_have_a_value() -> None:
    for row in table("provinces.csv"):
        assert row["population_confidence"] in OF_FACTS, row
        assert row["grdp_confidence"] in {*OF_FACTS, "not found"}, row
        assert (row["grdp_2024_bn_vnd"] == "") == (row["grdp_confidence"] == "not found"), row


@pytest.mark.parametrize("where", PLACES)
def test_every_imputed_fact_states_its_rule_and_every_derived_one_its_arithmetic(where: str) -> None:
    for name, fact in read(f"{where}/profile.yaml")["facts"].items():
        if fact["confidence"] == "imputed":
            assert fact.get("rule"), name
        if fact["confidence"] == "derived":
            assert fact.get("rule") or fact.get("note"), name
        if fact["source"] == "recall":
            assert fact["confidence"] in {"recalled", "imputed"}, name
        if fact["source"] == "assumption":
            assert fact["confidence"] == "imputed", name


@pytest.mark.parametrize("where", PLACES)
def test_every_fact_lies_in_its_range(where: str) -> None:
    for name, fact in read(f"{where}/profile.yaml")["facts"].items():
        assert ("range" in fact) == (fact.get("distribution", "fixed") != "fixed"), name
        if "range" in fact:
            low, high = fact["range"]
            assert low <= fact["value"] <= high, name
            assert low < high, name


def test_the_nation_states_every_fact_and_how_a_province_inherits_it() -> None:
    facts = read("viet_nam/profile.yaml")["facts"]
    assert set(facts) == set(Facts.__dataclass_fields__)
    assert {fact["scale"] for fact in facts.values()} == set(SCALES)


@pytest.mark.parametrize("where", PLACES)
def test_what_decides_most_is_never_certain(where: str) -> None:
    fixed = {name for name, entry in place(where).register.entries.items() if entry.is_fixed}
    for name in ("capital_output_ratio", "investment_ratio", "budget_ratio", "enterprise_value_added_share",
                 "enclave_share", "rung2_share_large", "rung3_share_large", "commune_capacity"):  # fmt: skip
        assert name not in fixed, name


@pytest.mark.parametrize("where", PLACES)
def test_shares_add_to_one(where: str) -> None:
    facts = place(where).facts
    product = (facts.share_agriculture, facts.share_industry, facts.share_construction, facts.share_services)
    assert math.fsum((*product, facts.product_tax_share)) == pytest.approx(1, abs=1e-3)
    assert math.fsum(getattr(facts, f"size_share_{size}") for size in SIZES) == pytest.approx(1, abs=1e-3)
    assert math.fsum(getattr(facts, f"sector_share_{sector}") for sector in SECTORS) == pytest.approx(1, abs=1e-3)
    value_added = [getattr(facts, f"sector_value_added_{sector}") for sector in SECTORS]
    assert math.fsum(value_added) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("where", PLACES)
def test_enterprises_and_enclave_fit_into_their_groups_of_sectors(where: str) -> None:
    """At the largest enclave and enterprises the ranges allow, households and offices still have something."""
    facts, entries = place(where).facts, place(where).register.entries

    def highest(name: str) -> float:
        return entries[name].high or entries[name].value

    def made(*sectors: str) -> float:
        weight = math.fsum(getattr(facts, f"sector_value_added_{sector}") for sector in sectors)
        return highest("enterprise_value_added_share") * weight

    industry = facts.share_industry + facts.share_construction
    assert made("agriculture") < facts.share_agriculture
    assert made("industry", "construction") + highest("enclave_share") < industry
    services = made("trade", "transport", "tourism", "health", "ict", "services")
    assert services + highest("telecom_share") < facts.share_services


@pytest.mark.parametrize("where", PLACES)
def test_rungs_stay_nested_wherever_in_their_ranges(where: str) -> None:
    entries = place(where).register.entries
    for size in SIZES:
        rungs = [entries[f"rung{level}_share_{size}"] for level in (1, 2, 3)]
        for lower, upper in pairwise(rungs):
            assert (upper.high or 1.0) <= (lower.low or 0.0), size


@pytest.mark.parametrize("where", PLACES)
def test_size_classes_hold_the_workers_of_the_enterprises(where: str) -> None:
    facts = place(where).facts
    mean = math.fsum(getattr(facts, f"size_share_{size}") * getattr(facts, f"size_mean_{size}") for size in SIZES)
    assert mean * facts.enterprises == pytest.approx(facts.enterprise_workers, rel=0.03)


@pytest.mark.parametrize("where", PLACES)
def test_everybody_employed_has_a_place_to_work(where: str) -> None:
    facts = place(where).facts
    assert 0.4 < facts.employment / facts.population_resident < 0.7
    assert facts.enterprise_workers + facts.enclave_workers < 0.5 * facts.employment


def test_the_nations_core_digital_activity_is_the_official_one() -> None:
    """12.66 % of GDP in 2020, less the digitised part of 4.75 %; electronics are over 30 % of the whole."""
    facts = place("viet_nam").facts
    electronics = facts.enclave_share * facts.enclave_electronics_share
    enterprises = facts.enterprise_value_added_share * facts.sector_value_added_ict
    assert electronics + facts.telecom_share + enterprises == pytest.approx(0.1266 - 0.0475, abs=5e-4)
    assert electronics > 0.30 * 0.1266


def test_enterprises_at_the_start_grow_to_the_number_counted_in_2024() -> None:
    growth = (735_455 / 684_260) ** (1 / 2)
    assert place("viet_nam").facts.enterprises * growth**4 == pytest.approx(940_000, rel=1e-3)


def test_thai_nguyens_digital_share_is_its_enclave() -> None:
    facts = place("thai_nguyen").facts
    assert 0.20 < facts.enclave_share * facts.enclave_electronics_share < 0.2953
    assert all(place(name).facts.enclave_electronics_share == 0 for name in ("ha_tinh", "thanh_hoa", "quang_tri"))


@pytest.mark.parametrize("where", PLACES)
def test_residents_are_fewer_than_registered_people(where: str) -> None:
    rows = [row for row in table("provinces.csv") if place(where).code in {row["province_code"], "VN"}]
    registered = sum(float(row["population_registered_2025"]) for row in rows)
    assert 0.75 * registered < place(where).facts.population_resident < 0.95 * registered


@pytest.mark.parametrize("where", PLACES)
def test_every_outturn_is_an_outcome_with_a_source_and_was_not_imputed(where: str) -> None:
    for outturn in place(where).outturns:
        assert outturn.outcome in known_outcomes()
        assert outturn.source in read("sources.yaml")
        assert outturn.confidence != "imputed"
        assert 2021 <= outturn.first_year <= outturn.year <= 2025


def test_outturns_are_the_year_end_figures_not_the_congress_estimates() -> None:
    product = {
        (where, o.year): o.value for where in PLACES for o in place(where).outturns if o.outcome == "grdp_nominal"
    }
    assert product["thanh_hoa", 2025] == 333_617
    assert product["ha_tinh", 2025] == 120_811
    assert ("thai_nguyen", 2025) not in product
    growth = {o.year: o.value for o in place("thai_nguyen").outturns if o.outcome == "grdp_growth"}
    assert growth[2025] == 6.33
