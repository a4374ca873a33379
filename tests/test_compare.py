"""Scenarios compared: the same numbers from either side, as many curves as scenarios, refusals that say why."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import experiments
from experiments import pairing
from experiments.cli import main
from experiments.commands import asking
from experiments.commands import run as command
from experiments.errors import WrongUsage
from experiments.figures.basis import Basis
from experiments.figures.compare import comparison as small_multiples
from experiments.figures.questions import draw_comparison
from experiments.figures.side_by_side import difference, side_by_side
from experiments.figures.style import house_style
from experiments.folders.store import read_run
from experiments.questions import comparison
from experiments.questions.answers import Answer, json_text, sheet
from experiments.questions.asked import Settings, known_outcomes
from experiments.telling import comparing
from tests.fake_model import FakePlace, run_replicate, scenarios, without_files
from tests.tiny_place import tiny_folder, written

SIX = Settings(replicates=6, runner=run_replicate)
NAMES = ["digital_share", "tfp_growth"]


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch) -> None:
    without_files(monkeypatch)


def compare(*pushes: float, settings: Settings = SIX, **changes: Any) -> Answer:
    return comparison.ask(scenarios(*pushes, **changes), settings, outcomes=NAMES).answer(None)


# the numbers


def test_b_less_a_is_a_less_b_turned_round_to_the_last_digit() -> None:
    pair = scenarios(0.1, 0.7)
    there = comparison.ask(pair, SIX).answer(None).table.to_pylist()
    back = comparison.ask(pair[::-1], SIX).answer(None).table.to_pylist()
    assert len(there) == len(back) > 30
    for one, other in zip(there, back, strict=True):
        assert (one["scenario"], one["against"]) == (other["against"], other["scenario"])
        assert (one["mean"], one["p50"]) == (-other["mean"], -other["p50"])
        assert (one["p05"], one["p95"]) == (-other["p95"], -other["p05"])
        assert one["standard_error"] == other["standard_error"]


def test_neither_order_nor_the_files_own_settings_change_what_is_run() -> None:
    from dataclasses import replace

    first, second = scenarios(0.0, 1.0)
    second = replace(second, ensemble=replace(second.ensemble, replicates=99, seed=7, parameters="central"))
    filled = [Settings().filled(pair) for pair in ([first, second], [second, first])]
    assert filled[0] == filled[1]
    assert (filled[0].seed, filled[0].replicates, filled[0].central) == (1, 40, False)
    assert Settings().filled([second]).central


def test_every_scenario_is_compared_with_the_first_in_every_outcome_and_year() -> None:
    found = compare(0.0, 1.0, 2.0, 3.0)
    assert {(row["scenario"], row["against"]) for row in found.table.to_pylist()} == {
        (f"programme_{number}", "baseline") for number in (1, 2, 3)
    }
    rows = found.rows("differences", scenario="programme_2", outcome="digital_share")
    assert [row["year"] for row in rows] == [2021, 2022, 2023, 2024]
    assert [row["mean"] for row in rows] == pytest.approx([0.0, 2.0, 2.0, 2.0])
    assert {row["unit"] for row in rows} == {"%"}


def test_years_without_a_figure_are_left_out() -> None:
    assert [row["year"] for row in compare(0.0, 1.0).rows("differences", outcome="grdp_growth")] == [2022, 2023, 2024]


def test_the_real_model_is_antisymmetric_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    folder = tiny_folder(tmp_path)
    text = (
        "extends: baseline.yaml\nbudget: {pillars_share: {2022: 5 %}}\ncommunes: {digital_teams: double, from: 2022}\n"
    )
    pair = [folder / "baseline.yaml", written(folder, "more", text)]
    there = experiments.compare(*pair, replicates=2, years_to=2023).table.to_pylist()
    back = experiments.compare(*pair[::-1], replicates=2, years_to=2023).table.to_pylist()
    assert any(row["mean"] for row in there)
    for one, other in zip(there, back, strict=True):
        assert (one["mean"], one["p05"], one["p95"]) == (-other["mean"], -other["p95"], -other["p05"])


# refusals


def test_one_scenario_is_not_compared() -> None:
    with pytest.raises(WrongUsage, match="at least two"):
        comparison.ask(scenarios(0.0))


def test_different_places_are_not_compared() -> None:
    first, second = scenarios(0.0, 1.0)
    from dataclasses import replace

    with pytest.raises(WrongUsage, match="ha_tinh, thanh_hoa"):
        comparison.ask([first, replace(second, place=FakePlace(name="thanh_hoa"))])


def test_the_same_scenario_twice_is_refused() -> None:
    with pytest.raises(WrongUsage) as refused:
        comparison.ask(scenarios(0.0) * 2, SIX)
    assert refused.value.key == "run.twice"


@pytest.mark.parametrize(("given", "nearest"), [("tfp_grwth", "tfp_growth"), ("digital_shares", "digital_share")])
def test_an_unknown_outcome_is_refused_with_the_nearest(given: str, nearest: str) -> None:
    with pytest.raises(WrongUsage, match=f"the nearest is '{nearest}'"):
        known_outcomes(["grdp", given], ())


def test_outcomes_are_shown_once_in_the_order_asked_for() -> None:
    assert known_outcomes(["hdi", "grdp", "hdi"], ()) == ("hdi", "grdp")
    assert known_outcomes(None, ("grdp",)) == known_outcomes([], ("grdp",)) == ("grdp",)


# the command


FILES = {f"{one.name}.yaml": one for one in scenarios(0.0, 1.0, 2.0)}


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(command, "load", lambda paths: [FILES[path] for path in paths])
    monkeypatch.setattr("experiments.ensembles.adapters.model_runner", lambda: run_replicate)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> int:
    return main(["compare", *arguments, "--workers", "1", "--replicates", "4", "--no-figures"])


def test_the_command_prints_one_object_of_differences(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("baseline.yaml", "programme_1.yaml", "programme_2.yaml", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["scenarios"] == ["baseline", "programme_1", "programme_2"]
    row = found["differences"][0]
    assert {"scenario", "against", "outcome", "unit", "year", "p05", "p50", "p95", "mean"} <= set(row)
    assert Path(found["folder"]).name.startswith("compare-ha_tinh-baseline-programme_1")


def test_the_command_leaves_a_run_with_its_answer(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("baseline.yaml", "programme_1.yaml", "--out", "mine", "--lang", "vi") == 0
    text = capsys.readouterr().out
    assert "chênh lệch" in text
    assert "mine" in text
    assert {path.name for path in (here / "mine" / "compare").iterdir()} == {
        "compare.json", "compare.xlsx", "differences.csv", "differences.parquet",
    }  # fmt: skip
    assert read_run(here / "mine").labels == ("baseline", "programme_1")
    assert main(["verify", "mine", "--files-only"]) == 0


def test_the_same_question_replaces_its_folder_another_does_not(here: Path) -> None:
    assert run("baseline.yaml", "programme_1.yaml", "--out", "mine", "--quiet") == 0
    assert run("baseline.yaml", "programme_1.yaml", "--out", "mine", "--quiet") == 0
    assert run("baseline.yaml", "programme_1.yaml", "--out", "mine", "--quiet", "--outcomes", "grdp") == 3
    assert run("baseline.yaml", "programme_1.yaml", "--out", "mine", "--quiet", "--outcomes", "grdp", "--force") == 0


def test_the_command_refuses_before_it_writes(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("baseline.yaml", "--lang", "en") == 2
    assert run("baseline.yaml", "programme_1.yaml", "--outcomes", "grpd", "--lang", "vi") == 2
    assert run("baseline.yaml", "programme_1.yaml", "--years", "1999") == 2
    assert "gần nhất là 'grdp'" in capsys.readouterr().err
    assert not (here / "runs").exists()


def test_names_are_read_with_commas_between() -> None:
    assert asking.names(" grdp, tfp_growth,,") == ["grdp", "tfp_growth"]


def test_failed_runs_are_said_and_counted(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    FILES["broken.yaml"] = scenarios(0.0, 1.0, mischief=(1, "break"))[1]
    assert run("baseline.yaml", "broken.yaml", "--lang", "en") == 1
    assert "1 of 8 runs failed" in capsys.readouterr().err


# figures and files


def test_as_many_curves_as_scenarios() -> None:
    found = compare(0.0, 1.0, 2.0, 3.0, 4.0, end=2027)
    basis = Basis(found.ensemble, "ha_tinh", "vi")
    with house_style():
        beside = side_by_side(basis, "digital_share")
        around = difference(basis, "tfp_growth")
        many = small_multiples(basis, NAMES)
    drawn = [axes for axes in beside.axes if axes.lines]
    assert len(drawn) == 5
    assert len({axes.get_ylim() for axes in drawn}) == 1
    (axes,) = around.axes
    medians = [line for line in axes.lines if line.get_linewidth() == 2.0]
    assert len(medians) == 4
    assert any(np.allclose(line.get_ydata(), 0.0) and len(line.get_ydata()) == 2 for line in axes.lines)
    assert many is not None
    assert "2027" in " ".join(text.get_text() for text in beside.texts)


def test_two_scenarios_are_told_one_by_one_many_by_their_ends() -> None:
    few, many = (Basis(compare(*pushes).ensemble, "ha_tinh", "en") for pushes in ((0.0, 1.0), (0.0, 1.0, 2.0, 3.0)))
    with house_style():
        titles = [difference(basis, "digital_share").texts[0].get_text() for basis in (few, many)]
    assert "[" in titles[0]
    assert "from +" in " ".join(titles[1].split())


def test_figures_are_drawn_in_both_languages(tmp_path: Path) -> None:
    found = comparison.ask(scenarios(0.0, 1.0), SIX, outcomes=NAMES[:1]).answer(None)
    paths = draw_comparison(found, tmp_path)
    assert {path.relative_to(tmp_path).as_posix() for path in paths if path.suffix == ".png"} == {
        f"{language}/{name}.png"
        for language in ("en", "vi")
        for name in ("differences", "side_by_side_digital_share", "difference_digital_share")
    }


def test_what_is_not_a_number_is_null_in_json() -> None:
    assert json_text({"a": [float("nan"), 1.0], 2: float("inf")}) == '{"a": [null, 1.0], "2": null}'


def test_sheets_have_headings_in_both_languages() -> None:
    made = sheet("differences", compare(0.0, 1.0).table)
    assert made.headings[0] == "scenario\nkịch bản"
    assert len(made.columns) == len(made.headings)


def test_the_answer_is_told_for_people() -> None:
    found = compare(0.0, 1.0)
    assert "TFP growth" in "\n".join(comparing.lines(found, "en"))
    assert list(comparing.body(found)) == ["scenarios", "differences"]


# what shared luck is worth


def test_shared_luck_tells_a_difference_with_fewer_runs() -> None:
    found = pairing.pairing(*scenarios(0.0, 1.0), SIX, NAMES).to_pylist()
    for row in found:
        assert row["mean"] == pytest.approx(1.0)
        assert row["paired"] < 1e-20
        assert row["apart"] > 1e-3
        assert row["runs_apart"] > row["runs_paired"]
    assert [row["outcome"] for row in found] == NAMES


def test_the_measurement_is_printed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        pairing.main(["baseline.yaml", "programme_1.yaml", "--replicates", "3", "--workers", "1", "--lang", "vi"]) == 0
    )
    said = capsys.readouterr().out
    assert "may rủi" in said
    assert "e+" not in said
