"""Changing a scenario by program, as sweeps do: the same words, checks and merging as in a file."""

from pathlib import Path

import pytest

from model.reading.problems import Refused
from model.scenario import Scenario, load_scenario


@pytest.fixture(scope="module")
def programme(shared_folder: Path) -> Scenario:
    return load_scenario(shared_folder / "ha_tinh" / "programme.yaml")


def test_changes_by_program_are_changes_by_file(programme: Scenario, shared_folder: Path) -> None:
    changed = programme.with_levers({
        "budget.pillars_share": {2028: "5 %"},
        "delivery": {"platforms": "shared"},
        "parameters.leakage": 0.3,
        "communes.digital_teams.2027": "double",
        "ensemble.replicates": 3,
    })
    file = shared_folder / "ha_tinh" / "by_file.yaml"
    file.write_text(
        "extends: programme.yaml\nbudget: {pillars_share: {2028: 5 %}}\ndelivery: {platforms: shared}\n"
        "parameters: {leakage: 0.3}\ncommunes: {digital_teams: {2027: 2}}\nensemble: {replicates: 3}\n",
        encoding="utf-8",
    )
    same = load_scenario(file)
    assert changed.sha256 == same.sha256
    assert changed.name == programme.name
    assert programme.with_levers({}, name="copy").name == "copy"
    assert programme.with_levers({}).sha256 == programme.sha256


def test_changes_add_up(programme: Scenario) -> None:
    twice = programme.with_levers({"parameters.leakage": 0.3}).with_levers({"budget.carry_over_share": "10 %"})
    once = programme.with_levers({"parameters.leakage": 0.3, "budget.carry_over_share": "10 %"})
    assert twice.sha256 == once.sha256


def test_changes_may_move_to_another_place(programme: Scenario) -> None:
    assert programme.with_levers({"place": "quang_tri"}).place.name == "quang_tri"


def test_bad_changes_are_refused_by_name(programme: Scenario) -> None:
    with pytest.raises(Refused) as refused:
        programme.with_levers({"budget.pillars_share": 0.05, "budget.pilars": 1, "place": "x", "a.b": 2, "a": 1})
    assert {problem.code for problem in refused.value.problems} == {
        "share_as_fraction",
        "unknown_entry",
        "unknown_place",
    }
    assert all(problem.line == 0 for problem in refused.value.problems)
    assert "programme.yaml: budget.pillars_share: '0.05' has no unit" in str(refused.value)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 1.5, True, None, 10**20])
def test_numbers_that_no_file_could_hold_are_refused(programme: Scenario, number: object) -> None:
    with pytest.raises(Refused):
        programme.with_levers({"ensemble.replicates": number})
    with pytest.raises(Refused):
        programme.with_levers({"budget.pillars_share": number})
