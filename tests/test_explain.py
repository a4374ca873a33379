"""Why one scenario differs from another, by the real model in a tiny province: parts add up, what does nothing gets nothing."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import experiments
from experiments.cli import main
from experiments.ensembles.records import Failure
from experiments.ensembles.summary import differences
from experiments.errors import Told
from experiments.figures.questions import draw_explanation
from experiments.questions import explanation
from experiments.questions.answers import Answer
from experiments.questions.asked import Settings
from experiments.questions.coalitions import Design
from experiments.questions.parts import _signs
from experiments.questions.shapley import NOBODY
from experiments.telling import explaining
from model.scenario import Scenario, load_scenario
from tests.contrasts import LAST, NEW, against
from tests.tiny_place import tiny_folder, written

SMALL = """
extends: baseline.yaml
delivery: {platforms: {2022: shared}}
outside: {brain_drain: {2022: 1 %}}
"""
BEFORE = """
extends: baseline.yaml
budget: {lines: {applied_research: 20 %, basic_research: 10 %, talent: 20 %, platforms: 20 %, online_services: 30 %}}
"""
AFTER = """
extends: before.yaml
budget: {lines: {2022: {applied_research: 10 %, talent: 10 %, innovation_grants: 30 %, platforms: 30 %, communes: 20 %}}}
"""
"""Money moves between seven lines."""
ANSWERED = 2023
"""The year that is explained: early, so that runs are short."""
TOLERANCE = 1e-9


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_folder(tmp_path_factory.mktemp("explained"))


@pytest.fixture(scope="module")
def pair(folder: Path) -> tuple[Scenario, Scenario]:
    return load_scenario(folder / "baseline.yaml"), written(folder, "new", NEW)


@pytest.fixture(scope="module")
def small(folder: Path) -> tuple[Scenario, Scenario]:
    """Two scenarios that differ in two levers, for what does not depend on how many there are."""
    return load_scenario(folder / "baseline.yaml"), written(folder, "small", SMALL)


@pytest.fixture(scope="module")
def answer(pair: tuple[Scenario, Scenario]) -> Answer:
    return explanation.ask(*pair, Settings(replicates=2, years_to=ANSWERED)).answer(None)


def assert_adds_up(answer: Answer) -> None:
    for total in answer.rows("totals"):
        parts = [row["mean"] for row in answer.rows("parts", outcome=total["outcome"])]
        assert abs(sum(parts) - total["mean"]) <= TOLERANCE * max(abs(total["mean"]), *map(abs, parts)), total
    assert len(answer.rows("totals")) > 60


def test_the_parts_add_up_to_the_difference_of_every_outcome(answer: Answer) -> None:
    assert_adds_up(answer)


def test_the_total_is_the_difference_of_the_runs_themselves(answer: Answer) -> None:
    for total in answer.rows("totals"):
        assert total["mean"] == pytest.approx(total["second"] - total["first"], rel=1e-6, abs=1e-9)
    compared = differences(answer.ensemble.outcomes, answer.ensemble.pairs).to_pylist()
    (grdp,) = (row for row in compared if (row["outcome"], row["year"]) == ("grdp", ANSWERED))
    assert answer.rows("totals", outcome="grdp")[0]["mean"] == grdp["mean"]


def test_a_lever_that_does_nothing_gets_exactly_nothing(answer: Answer) -> None:
    rows = answer.rows("parts", player="execution")
    assert {row["mean"] for row in rows} == {0.0}
    assert {row["standard_error"] for row in rows} == {0.0}
    assert not any(row["sign_mixed"] or row["sign_turns"] for row in rows)


def test_sources_add_up_to_tfp_growth_and_players_to_each_source(answer: Answer) -> None:
    total = answer.rows("totals", outcome="tfp_growth")[0]
    everyone = answer.rows("mechanisms", player="all")
    assert sum(row["mean"] for row in everyone) == pytest.approx(total["mean"], rel=TOLERANCE)
    for row in everyone:
        own = [one for one in answer.rows("mechanisms", mechanism=row["mechanism"]) if one["player"] != "all"]
        largest = max(abs(one["mean"]) for one in own)
        assert sum(one["mean"] for one in own) == pytest.approx(row["mean"], rel=TOLERANCE, abs=TOLERANCE * largest)


def test_every_grouping_adds_up_to_the_same_gain(answer: Answer) -> None:
    sums = {
        grouping: sum(row["mean"] for row in answer.rows("gains", grouping=grouping, player="all"))
        for grouping in ("size", "sector", "kind")
    }
    assert sums["sector"] == pytest.approx(sums["size"], rel=1e-7)
    assert sums["kind"] == pytest.approx(sums["size"], rel=1e-7)


def test_all_eight_combinations_are_shown_with_their_synergy(answer: Answer) -> None:
    rows = {row["pillars"]: row for row in answer.rows("combinations", outcome="enterprises_rung2")}
    assert len(rows) == 8
    assert rows[""]["mean"] == 0.0
    alone = sum(rows[pillar]["mean"] for pillar in ("science", "innovation", "digital"))
    every = rows["science+innovation+digital"]
    assert every["synergy"] == pytest.approx(every["mean"] - alone, rel=1e-9, abs=1e-12)
    assert rows["digital"]["synergy"] == 0.0


def test_growth_is_explained_over_the_years_of_the_difference_levels_in_the_last(answer: Answer) -> None:
    years = {row["outcome"]: (row["first_year"], row["year"]) for row in answer.rows("totals")}
    assert years["tfp_growth"] == years["tfp_from_catch_up"] == (2022, ANSWERED)
    assert years["grdp"] == years["digital_share"] == (ANSWERED, ANSWERED)


def test_a_sign_is_flagged_where_replicates_dispute_it_and_where_it_turns_with_company() -> None:
    surely, hardly, disputed = [1.0, 1.1, 0.9], [0.1, -0.1, 0.02], [1.0, -1.0, 0.1]
    parts = np.array([surely, surely, disputed]).T
    alone, last = np.array([surely, surely, surely]).T, np.array([np.negative(surely), surely, hardly]).T
    split: Any = SimpleNamespace(parts={"one": parts}, ends=lambda _: (alone, last))
    flags = [(row["sign_turns"], row["sign_mixed"]) for row in _signs(split, "one")]
    assert flags == [(True, False), (False, False), (False, True)]
    single: Any = SimpleNamespace(parts={"one": parts[:1]}, ends=lambda _: (alone[:1], last[:1]))
    assert not any(row["sign_turns"] for row in _signs(single, "one"))


@pytest.mark.slow
def test_single_lines_add_up_as_well(folder: Path) -> None:
    pair = written(folder, "before", BEFORE), written(folder, "after", AFTER)
    by_line = explanation.ask(*pair, Settings(replicates=1, years_to=2022), by="line").answer(None)
    assert_adds_up(by_line)
    assert not by_line.asked["exact"]
    assert {row["sign_turns"] for row in by_line.rows("parts")} == {None}
    assert len({row["player"] for row in by_line.rows("parts")}) == 7
    told = "\n".join(explaining.lines(by_line, "en"))
    assert "others" in told
    assert max(map(len, told.splitlines())) < 200


def test_a_failed_run_costs_its_replicate_and_no_other(small: tuple[Scenario, Scenario]) -> None:
    from model.results import run_replicate

    def frail(scenario: Any, replicate: int, draw: Any, **settings: Any) -> Any:
        if replicate == 1 and scenario.name.endswith("+delivery"):
            raise ValueError("no")
        return run_replicate(scenario, replicate, draw, **settings)

    def never(*_: Any, **__: Any) -> Any:
        raise ValueError("never")

    asked = Settings(replicates=2, years_to=2022, runner=frail)
    found = explanation.ask(*small, asked).answer(None)
    assert found.rows("totals")[0]["replicates"] == 1
    assert found.ensemble.failures.num_rows == 0
    with pytest.raises(Told, match="nothing can be explained"):
        explanation.ask(*small, replace(asked, runner=never)).answer(None)


def test_a_failure_of_the_scenarios_themselves_is_reported(pair: tuple[Scenario, Scenario]) -> None:
    design = Design(against(pair), 1)
    from experiments.questions.coalitions import Played

    filled = Settings(replicates=1, years_to=LAST).filled(pair)
    ends = {NOBODY: Failure(0, 0, "run", "a"), design.everybody: Failure(31, 0, "run", "b")}
    played = Played(design, 1, {(some, 0): ends.get(some, ends[NOBODY]) for some in design.coalitions(0)}, None)
    assert played.whole == ()
    failures = explanation.two(played, filled).failures.to_pylist()
    assert [row["scenario"] for row in failures] == ["baseline", "new"]
    with pytest.raises(TypeError):
        played.record(NOBODY, 0)


def test_the_year_explained_is_the_one_that_targets_speak_of(pair: tuple[Scenario, Scenario]) -> None:
    assert explanation.usual_last(*pair) == 2030
    asked = explanation.ask(*pair)
    assert (asked.settings.years_to, asked.settings.replicates) == (2030, 12)


# what is printed, drawn and left


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_answer_is_told_in_both_languages(answer: Answer, language: str) -> None:
    text = "\n".join(explaining.lines(answer, language))
    for word in (
        ("synergy", "micro", "TFP growth") if language == "en" else ("cộng hưởng", "siêu nhỏ", "Tăng trưởng TFP")
    ):
        assert word in text
    assert "chuyển đổi số" in text or language == "en"


def test_figures_are_drawn_from_the_answer_alone(
    answer: Answer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("experiments.figures.style.DOTS", 40)
    paths = draw_explanation(answer, tmp_path, ("vi",))
    drawn = {path.stem for path in paths}
    assert drawn == {"waterfall", "pillars_together", "tfp_by_source", "who_gains"}
    assert all(path.stat().st_size > 3_000 for path in paths)


def test_the_command_leaves_a_folder_and_prints_one_object(
    small: tuple[Scenario, Scenario], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(one.path) for one in small]
    options = ["--replicates", "1", "--years", "2022", "--workers", "1", "--no-figures", "--out", str(tmp_path / "out")]
    assert main(["explain", *files, *options, "--outcomes", "grdp, tfp_growth", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["scenario"], found["against"], found["by"]) == ("small", "baseline", "pillar")
    assert {row["outcome"] for row in found["parts"]} == {"grdp", "tfp_growth"}
    assert found["players"] == {"delivery": ["delivery.platforms"], "outside": ["outside.brain_drain"]}
    assert {"mechanisms", "gains", "combinations", "totals"} <= set(found)
    left = tmp_path / "out"
    assert (left / "explain" / "parts.csv").is_file()
    stored = json.loads((left / "explain" / "explain.json").read_text(encoding="utf-8"))
    assert stored["parts"] == found["parts"]
    assert json.loads((left / "manifest.json").read_text(encoding="utf-8"))["question"]["verb"] == "explain"
    assert main(["explain", *files, *options, "--by", "lever", "--quiet"]) == 3
    assert main(["verify", str(left), "--files-only"]) == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--outcomes", "grpd"], "the nearest is 'grdp'"),
        (["--by", "sector"], "invalid choice"),
        (["--replicates", "0"], "--replicates"),
    ],
)
def test_wrong_questions_are_refused_before_anything_runs(
    folder: Path, options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(folder / "baseline.yaml"), str(folder / "new.yaml")]
    try:
        code = main(["explain", *files, *options, "--lang", "en"])
    except SystemExit as left:
        code = int(str(left.code))
    assert code == 2
    assert said in capsys.readouterr().err


def test_notebooks_get_tables(small: tuple[Scenario, Scenario]) -> None:
    found = experiments.explain(*small, replicates=1, years_to=2022, outcomes=["grdp"])
    assert list(found) == ["parts", "totals", "combinations", "mechanisms", "gains", "players"]
    assert found.table is found["parts"]
    assert len(found.to_pandas()) == found.table.num_rows
    assert "<table" in found._repr_html_()
    assert repr(found).startswith("<Answer to explain baseline, small: parts (")
    assert repr(found.ensemble) == "<Ensemble of baseline, small: 1 replicates, seed 1, 0 failed>"
