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
