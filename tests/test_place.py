"""Places: their facts, what is imputed by which rule, their communes, targets and outturns."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from model.places.geography import communes_of
from model.places.place import Place, load_place
from model.places.structure import raked
from model.places.targets import known_outcomes
from model.reading.checking import check_file, check_paths
from model.reading.data_files import BY_STRUCTURE
from model.reading.folder import place_problem, places
from model.reading.loading import load_file
from model.reading.nodes import Spot
from model.reading.problems import Problem, Refused
from model.reading.registers import FACT_NAMES
from model.vocabulary import COMMUNE_KINDS, SECTORS, SIZES

PROVINCES = {"ha_tinh": 69, "thanh_hoa": 166, "quang_tri": 78, "thai_nguyen": 92}


@pytest.fixture(scope="module")
def ha_tinh(shared_folder: Path) -> Place:
    return load_place(shared_folder, "ha_tinh")


@pytest.fixture(scope="module")
def nation(shared_folder: Path) -> Place:
    return load_place(shared_folder, "viet_nam")


def test_the_places_of_the_folder(shared_folder: Path) -> None:
    assert places(shared_folder) == sorted([*PROVINCES, "viet_nam"])


@pytest.mark.parametrize(("name", "communes"), PROVINCES.items())
def test_every_province_loads_with_all_its_communes(shared_folder: Path, name: str, communes: int) -> None:
    place = load_place(shared_folder, name)
    assert len(place.communes) == communes
    assert place.targets
    assert place.title["vi"]
    assert set(place.register.entries) == set(FACT_NAMES)
    assert math.fsum(c.population for c in place.communes) == pytest.approx(place.facts.population_resident)


def test_the_nation_has_every_commune(nation: Place) -> None:
    assert len(nation.communes) == 3321
    assert len({commune.code for commune in nation.communes}) == 3321
    assert {commune.kind for commune in nation.communes} == set(COMMUNE_KINDS)
    assert len({commune.province for commune in nation.communes}) == 34
    assert math.fsum(c.population for c in nation.communes) == pytest.approx(nation.facts.population_resident)


def test_wards_are_denser_than_other_communes(ha_tinh: Place) -> None:
    by_kind = {commune.kind: commune.population for commune in ha_tinh.communes}
    assert by_kind["ward"] == pytest.approx(by_kind["commune"] * ha_tinh.facts.ward_population_weight)
    assert len({commune.population for commune in ha_tinh.communes}) == 2


def test_the_nations_residents_follow_registered_residents(nation: Place) -> None:
    hanoi = math.fsum(c.population for c in nation.communes if c.province == "01")
    cao_bang = math.fsum(c.population for c in nation.communes if c.province == "04")
    assert hanoi / cao_bang == pytest.approx(8807523 / 573119, rel=2e-3)  # stated in thousands


def test_vietnamese_names_keep_their_letters(ha_tinh: Place) -> None:
    assert ha_tinh.title == {"en": "Ha Tinh", "vi": "Hà Tĩnh"}
    assert any("ă" in commune.name or "ạ" in commune.name for commune in ha_tinh.communes)


def test_what_a_profile_does_not_state_is_the_nations(shared_folder: Path, ha_tinh: Place, nation: Place) -> None:
    stated = set(load_file(shared_folder / "ha_tinh" / "profile.yaml").entries["facts"].entries)
    absent = set(FACT_NAMES) - stated
    assert absent
    residents = ha_tinh.facts.population_resident / nation.facts.population_resident
    product = ha_tinh.facts.grdp_nominal / nation.facts.grdp_nominal
    scales = load_file(shared_folder / "viet_nam" / "profile.yaml").entries["facts"].entries
    for name in absent:
        scale = str(scales[name].entries["scale"].value)
        if scale == BY_STRUCTURE:
            continue
        ratio = {"none": 1.0, "population": residents, "grdp": product}[scale]
        ours, donor = ha_tinh.register.entries[name], nation.register.entries[name]
        assert ours.value == pytest.approx(donor.value * ratio)
        assert ours.confidence == "imputed"
        assert ours.rule.startswith("national structure")
        assert ours.distribution == donor.distribution
        if donor.low is not None:
            assert ours.low == pytest.approx(donor.low * ratio)


@pytest.mark.parametrize("name", PROVINCES)
def test_sectors_are_raked_to_the_provinces_own_structure(shared_folder: Path, nation: Place, name: str) -> None:
    """Between two sectors the province differs from the nation as their groups do; all parts add to one."""
    place = load_place(shared_folder, name)
    ours, donor = place.facts, nation.facts

    def against_the_nation(fact: str) -> float:
        return float(getattr(ours, fact) / getattr(donor, fact))

    industry = (ours.share_industry - ours.enclave_share) / (donor.share_industry - donor.enclave_share)
    services = (ours.share_services - ours.telecom_share) / (donor.share_services - donor.telecom_share)
    groups = {"agriculture": against_the_nation("share_agriculture"), "industry": industry, "trade": services,
              "construction": against_the_nation("share_construction"), "tourism": services}  # fmt: skip
    for whole in ("sector_share", "sector_value_added"):
        for sector, group in groups.items():
            against_services = against_the_nation(f"{whole}_{sector}") / against_the_nation(f"{whole}_services")
            assert against_services == pytest.approx(group / services), (whole, sector)
        assert math.fsum(getattr(ours, f"{whole}_{sector}") for sector in SECTORS) == pytest.approx(1.0)
    assert ours.sector_value_added_ict == 0.015  # its own statement stays
    assert "raked" in place.register.entries["sector_share_trade"].rule
    assert "sector_share_trade" in place.imputed


def test_a_province_with_the_nations_structure_has_the_nations_sectors(nation: Place) -> None:
    entries = nation.register.entries
    alike = {name: entry for name, entry in entries.items() if not name.startswith("sector_")}
    assert raked(alike, entries) == {name: pytest.approx(1.0) for name in entries if name.startswith("sector_")}
    bare = {name: replace(entry, value=0.0) for name, entry in alike.items()}
    assert set(raked(bare, entries).values()) == {1.0}  # nothing to rake to


def test_imputed_inputs_are_counted_by_name(ha_tinh: Place) -> None:
    entries = ha_tinh.register.entries
    assert set(ha_tinh.imputed) == {name for name, entry in entries.items() if entry.confidence == "imputed"}
    assert "population_resident" not in ha_tinh.imputed
    assert len(ha_tinh.imputed) > 10


def test_facts_follow_the_order_of_the_record(ha_tinh: Place) -> None:
    assert tuple(ha_tinh.register.entries) == FACT_NAMES


def test_parts_add_to_their_wholes_in_every_place(shared_folder: Path) -> None:
    for name in places(shared_folder):
        facts = load_place(shared_folder, name).facts
        parts = facts.share_agriculture + facts.share_industry + facts.share_construction + facts.share_services
        assert parts + facts.product_tax_share == pytest.approx(1.0, abs=0.005)
        assert math.fsum(getattr(facts, f"size_share_{size}") for size in SIZES) == pytest.approx(1.0, abs=0.005)


def test_targets_say_what_they_ask(shared_folder: Path) -> None:
    for name in places(shared_folder):
        for target in load_place(shared_folder, name).targets:
            assert (target.outcome is None) != (target.not_modelled is None), target.id
            assert target.outcome is None or target.outcome in known_outcomes()
            assert target.low <= target.high
            assert target.first_year <= target.year


def edit(file: Path, change: Callable[[str], str]) -> None:
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")


def fact_changed(folder: Path, fact: str, old: str, new: str, place: str = "ha_tinh") -> list[Problem]:
    """Change one line of a fact and return what is then wrong with the profile."""
    file = folder / place / "profile.yaml"
    lines = file.read_text(encoding="utf-8").split("\n")
    start = lines.index(f"  {fact}:")
    at = next(number for number in range(start, len(lines)) if lines[number].strip().startswith(old))
    lines[at] = lines[at].replace(old, new, 1)
    file.write_text("\n".join(lines), encoding="utf-8")
    return check_paths([file])


BAD_FACTS = [
    ("population_resident", "population_resident:", "populaton_resident:", "unknown_fact"),
    ("population_resident", "population_resident:", "populaton_resident:", "missing_entry"),
    ("population_resident", "value:", "value: many  #", "number_expected"),
    ("population_resident", "value:", "value: -5  #", "out_of_range"),
    ("population_resident", "value:", "value: 1.300  #", "ambiguous_group"),
    ("population_resident", "value:", "value: 1.300.000  #", "thousands"),
    ("population_resident", "unit:", "unti:", "unknown_entry"),
    ("population_resident", "year:", "yaer:", "missing_entry"),
    ("population_resident", "source:", "souce:", "missing_entry"),
    ("population_resident", "confidence:", "confidnce:", "missing_entry"),
    ("population_resident", "confidence:", "confidence: sure  #", "unknown_choice"),
    ("population_resident", "source:", "source: nobody_2020  #", "unknown_source"),
    ("population_resident", "year:", "year: 20  #", "years_expected"),
    ("share_agriculture", "value:", "value: 1.2  #", "out_of_range"),
    ("share_agriculture", "value:", "value: 0.9  #", "parts_sum"),
    ("enterprise_workers", "range:", "range: [58000, 900000]  #", "parts_exceed"),
    ("enclave_share", "range:", "range: [0.02, 0.9]  #", "parts_exceed"),
    ("telecom_share", "range:", "range: [0.015, 0.9]  #", "parts_exceed"),
    ("employment", "rule:", "note:", "rule_missing"),
    ("labour_growth", "distribution:", "distribution: log_uniform  #", "range_not_positive"),
    ("labour_growth", "range:", "range: [0.1, 0.2]  #", "out_of_range"),
]


@pytest.mark.parametrize(("fact", "old", "new", "code"), BAD_FACTS)
def test_a_bad_fact_is_refused(scenario_folder: Path, fact: str, old: str, new: str, code: str) -> None:
    problems = fact_changed(scenario_folder, fact, old, new)
    assert code in [problem.code for problem in problems], [str(p) for p in problems]
    assert all(problem.line > 1 and problem.file.endswith("profile.yaml") for problem in problems)


def test_rungs_must_be_nested(scenario_folder: Path) -> None:
    problems = fact_changed(scenario_folder, "rung3_share_small", "value:", "value: 0.99  #", "viet_nam")
    assert "rungs_not_nested" in [problem.code for problem in problems]


def test_only_sectors_are_raked(scenario_folder: Path) -> None:
    (problem,) = fact_changed(scenario_folder, "cashless", "scale:", f"scale: {BY_STRUCTURE}  #", "viet_nam")
    assert (problem.code, problem.path) == ("unknown_choice", "facts.cashless.scale")


def test_the_nation_must_state_every_fact_and_its_scale(scenario_folder: Path) -> None:
    problems = fact_changed(scenario_folder, "cashless", "scale:", "# scale:", "viet_nam")
    assert ("missing_entry", "scale") in [(p.code, p.values.get("entry")) for p in problems]
    edit(scenario_folder / "viet_nam" / "profile.yaml", lambda text: text.replace("\n  deflator:", "\n  deflater:"))
    with pytest.raises(Refused) as refused:
        load_place(scenario_folder, "ha_tinh")
    assert {problem.code for problem in refused.value.problems} >= {"unknown_fact", "missing_entry"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda text: text.replace("\nname:", "\nnam:"), "missing_entry"),
        (lambda text: text.replace("\nname:", "\nnam:"), "unknown_entry"),
        (lambda text: text.replace('code: "42"', "code: 42"), "text_expected"),
        (lambda text: text.replace('code: "42"', "code: 042"), "leading_zero"),
        (lambda text: text.replace('code: "42"', 'code: "99"'), "unknown_province"),
        (lambda text: text.replace("value: 1300000", "value: 0"), "out_of_range"),
        (lambda text: text.replace("value: 0.006", "value: 0.6"), "out_of_range"),
        (lambda text: text.replace("value: 1300000", "value: 1300"), "out_of_proportion"),
        (lambda text: text.replace("value: 84000", "value: 84"), "out_of_proportion"),
        (lambda text: text.replace("unit: billion VND", "unit: trillion VND", 1), "fact_unit"),
        (lambda text: text.replace("unit: persons", "unit: thousand persons", 1), "fact_unit"),
        (lambda text: text.replace("\nfacts:", "\nfact:"), "missing_entry"),
        (lambda text: text.split("\nfacts:")[0] + "\nfacts: none\n", "mapping_expected"),
        (lambda text: text.split("\noutturns:")[0] + "\noutturns: none\n", "list_expected"),
        (lambda text: text.replace("outcome: grdp_growth", "outcome: gdp_growht", 1), "unknown_outcome"),
        (lambda text: text.replace("outcome: grdp_growth", "outcom: grdp_growth", 1), "unknown_entry"),
        (lambda _: "- 1\n", "mapping_expected"),
        (lambda _: "", "empty_file"),
    ],
)
def test_a_bad_profile_is_refused(scenario_folder: Path, change: Callable[[str], str], code: str) -> None:
    edit(scenario_folder / "ha_tinh" / "profile.yaml", change)
    problems = check_paths([scenario_folder / "ha_tinh" / "profile.yaml"])
    assert code in [problem.code for problem in problems], [str(p) for p in problems]
    assert all(problem.line and problem.file.endswith("ha_tinh/profile.yaml") for problem in problems)


def test_an_unknown_place_is_refused(shared_folder: Path) -> None:
    with pytest.raises(Refused) as refused:
        load_place(shared_folder, "ha_tin")
    assert refused.value.problems[0].values["suggestion"] == "ha_tinh"


@pytest.mark.parametrize("table", ["provinces.csv", "viet_nam/profile.yaml"])
def test_provinces_without_a_profile_are_unknown_where_the_nation_cannot_stand_for_them(
    scenario_folder: Path, table: str
) -> None:
    spot = Spot("a.yaml")
    assert place_problem(scenario_folder, "ha_noi", spot) is None
    file = scenario_folder / table
    edit(file, lambda _: "broken\n") if table.endswith(".csv") else file.unlink()
    problem = place_problem(scenario_folder, "ha_noi", spot)
    assert problem is not None
    assert problem.code == "unknown_place"
    assert place_problem(scenario_folder, "ha_tinh", spot) is None


def test_parts_of_which_one_cannot_be_read_are_not_added_up(scenario_folder: Path) -> None:
    problems = fact_changed(scenario_folder, "share_agriculture", "value:", "value: many  #", "viet_nam")
    assert [problem.code for problem in problems] == ["number_expected"]


BAD_TABLES = [
    ("communes.csv", lambda text: text.replace("kind", "sort", 1), "column_missing"),
    ("communes.csv", lambda text: text.replace(",ward,", ",town,", 1), "unknown_choice"),
    ("communes.csv", lambda text: text.replace(",2.94,", ",2.94.1,", 1), "number_expected"),
    ("communes.csv", lambda text: text.replace(",2.94,", ",-2.94,", 1), "out_of_range"),
    ("communes.csv", lambda text: text.replace(",105.8381,", ",15.8381,", 1), "out_of_range"),
    ("communes.csv", lambda text: text.replace(",2.94,", ",nan,", 1), "not_finite"),
    ("communes.csv", lambda text: text.replace(",2.94,", ",2_94,", 1), "underscore"),
    ("communes.csv", lambda text: text.replace(",2.94,", ",2,94,", 1), "row_length"),
    ("communes.csv", lambda text: text + text.splitlines()[-1] + "\n", "repeated_id"),
    ("communes.csv", lambda text: text.replace("01,Hà Nội", '01,"Hà Nội', 1), "not_csv"),
    ("provinces.csv", lambda text: text.replace("8807523", "many"), "number_expected"),
    ("provinces.csv", lambda text: text.replace("population_registered_2025", "people"), "column_missing"),
]


@pytest.mark.parametrize(("table", "change", "code"), BAD_TABLES)
def test_a_bad_table_is_refused(scenario_folder: Path, table: str, change: Callable[[str], str], code: str) -> None:
    edit(scenario_folder / table, change)
    problems = check_paths([scenario_folder / "communes.csv"])
    assert [problem.code for problem in problems] == [code], [str(p) for p in problems]
    assert problems[0].file.endswith(table)


def test_a_bad_cell_is_laid_at_its_column(scenario_folder: Path) -> None:
    edit(scenario_folder / "communes.csv", lambda text: text.replace(",2.94,105.8381,", ",2.94,5.8381,", 1))
    (problem,) = check_paths([scenario_folder / "communes.csv"])
    line = (scenario_folder / "communes.csv").read_text(encoding="utf-8").splitlines()[problem.line - 1]
    assert line[problem.column - 1 :].startswith("5.8381,")


def test_a_table_in_another_encoding_is_refused(scenario_folder: Path) -> None:
    (scenario_folder / "communes.csv").write_bytes("province_code,Hà Nội\n".encode("cp1258", "replace") + b"\xff")
    assert [(p.code, p.line) for p in check_file(scenario_folder / "communes.csv")] == [("encoding", 1)]


def test_a_province_without_communes_is_refused(shared_folder: Path) -> None:
    with pytest.raises(Refused) as refused:
        communes_of(shared_folder, "x", "99", 1.0, 1.0)
    assert refused.value.problems[0].code == "unknown_province"
