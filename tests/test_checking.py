"""Checking files and whole folders without running anything."""

from pathlib import Path

import pytest

from model.reading.checking import check_paths
from model.reading.problems import Problem


def test_everything_in_the_scenario_folder_is_in_order(shared_folder: Path) -> None:
    assert [str(problem) for problem in check_paths([shared_folder / "ha_tinh", shared_folder / "viet_nam"])] == []
    files = [shared_folder / name for name in ("parameters.yaml", "sources.yaml", "communes.csv")]
    assert [str(problem) for problem in check_paths(files)] == []


@pytest.mark.parametrize("place", ["quang_tri", "thai_nguyen", "thanh_hoa"])
def test_every_place_is_in_order(shared_folder: Path, place: str) -> None:
    assert [str(problem) for problem in check_paths([shared_folder / place])] == []


def test_a_fault_is_told_once_and_by_one_name_from_wherever_it_is_asked(
    scenario_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = scenario_folder / "ha_tinh" / "profile.yaml"
    text = profile.read_text(encoding="utf-8")
    profile.write_text(text.replace("    value: 84000\n", "    value: -84000\n"), encoding="utf-8")
    monkeypatch.chdir(scenario_folder.parent)
    (problem,) = check_paths([f"{scenario_folder.name}/ha_tinh"])
    assert (problem.file, problem.code) == (f"{scenario_folder.name}/ha_tinh/profile.yaml", "out_of_range")
    monkeypatch.chdir(scenario_folder / "ha_tinh")
    assert {problem.file for problem in check_paths(["."])} == {"../ha_tinh/profile.yaml"}


HANOI = "01,Hanoi,grdp_nominal,996129,billion VND,2020,provinces_2024,derived,"
BAD_STATED = [
    ("996129", "996129 bn", "996129 bn", "number_expected"),
    ("996129", "996.129", "996.129", "ambiguous_group"),
    ("996129", '"996,129"', '"996', "thousands"),
    ("996129", "-5", "-5", "out_of_range"),
    ("996129", "", "grdp_nominal", "missing_entry"),
    ("billion VND", "", "grdp_nominal", "missing_entry"),
    ("billion VND", "trillion VND", "trillion VND", "fact_unit"),
    ("2020", "", "grdp_nominal", "missing_entry"),
    ("2020", "202", "202", "years_expected"),
    ("provinces_2024", "", "grdp_nominal", "missing_entry"),
    ("provinces_2024", "provinces_2042", "provinces_2042", "unknown_source"),
    ("derived", "sure", "sure", "unknown_choice"),
    ("derived,", "imputed,", "grdp_nominal", "rule_missing"),
    ("grdp_nominal", "grdp_nominl", "grdp_nominl", "unknown_fact"),
    ("grdp_nominal,996129,billion VND", "population_resident,8000000,persons", "population_resident", "repeated_id"),
    ("01,", "99,", "99", "unknown_province"),
    ("Hanoi,", "Hanoi,,", "01", "row_length"),
]


@pytest.mark.parametrize(("old", "new", "at", "code"), BAD_STATED)
def test_a_bad_cell_of_the_provinces_facts_is_refused_where_it_stands(
    scenario_folder: Path, old: str, new: str, at: str, code: str
) -> None:
    file = scenario_folder / "provinces_facts.csv"
    before, _, after = file.read_text(encoding="utf-8").partition(HANOI)
    line = HANOI.replace(old, new, 1)
    rest = after[after.index("\n") :] if code == "rule_missing" else after
    file.write_text(before + line + rest, encoding="utf-8")
    problems = check_paths([file])
    assert [problem.code for problem in problems] == [code], [str(p) for p in problems]
    assert (problems[0].line, problems[0].column) == (before.count("\n") + 1, line.index(at) + 1)


def test_provinces_that_exceed_the_nation_are_refused(scenario_folder: Path) -> None:
    file = scenario_folder / "provinces_facts.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("01,Hanoi,enterprises,170200", "01,Hanoi,enterprises,1702000"), encoding="utf-8")
    assert [problem.code for problem in check_paths([file])] == ["provinces_exceed"]


def test_a_quoted_cell_over_two_lines_is_laid_at_the_first(scenario_folder: Path) -> None:
    file = scenario_folder / "provinces_facts.csv"
    row = '04,Cao Bang,cashless,many,share,2021,assumption,imputed,"One line,\nanother."\n'
    header, _, rest = file.read_text(encoding="utf-8").partition("\n")
    file.write_text(f"{header}\n\n{row}{row}{rest}", encoding="utf-8")
    assert [(problem.line, problem.column) for problem in check_paths([file])] == [(3, 22), (5, 22)]


def test_bad_sources_are_refused(scenario_folder: Path) -> None:
    file = scenario_folder / "sources.yaml"
    for text, code in (("- 1\n", "mapping_expected"), ("a: {title: x}\n", "missing_entry"), ("a: 1\n", "mapping_expected")):
        file.write_text(text, encoding="utf-8")
        assert [problem.code for problem in check_paths([file])] == [code]


def test_without_a_readable_register_sources_are_not_held_to_it(scenario_folder: Path) -> None:
    targets = scenario_folder / "ha_tinh" / "targets.yaml"
    (scenario_folder / "sources.yaml").write_text("a: [", encoding="utf-8")
    assert check_paths([targets]) == []
    (scenario_folder / "sources.yaml").unlink()
    assert check_paths([targets, scenario_folder / "parameters.yaml"]) == []


def test_folders_are_searched_but_hidden_files_are_not(scenario_folder: Path) -> None:
    (scenario_folder / "ha_tinh" / ".draft.yaml").write_text("{", encoding="utf-8")
    (scenario_folder / "ha_tinh" / "deep").mkdir()
    (scenario_folder / "ha_tinh" / "deep" / "bad.yml").write_text("{", encoding="utf-8")
    problems = check_paths([scenario_folder / "ha_tinh"])
    assert [Path(problem.file).name for problem in problems] == ["bad.yml"]


def test_other_rooms_may_bring_their_own_kinds(scenario_folder: Path) -> None:
    file = scenario_folder / "ha_tinh" / "many.yaml"
    file.write_text("sweep: {}\n", encoding="utf-8")
    seen: list[Path] = []

    def check(path: Path) -> list[Problem]:
        seen.append(path)
        return []

    assert check_paths([file], {"sweep": check}) == []
    assert seen == [file]
    assert check_paths([file]) == []
    file.write_text("sweeep: {}\n", encoding="utf-8")
    assert "unknown_entry" in [problem.code for problem in check_paths([file])]
