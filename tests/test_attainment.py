"""A scenario's scorecard, by a fake model: every registered target has a row, decisions are read from the levers."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from experiments.cli import main
from experiments.commands import run as command
from experiments.commands.targets import probability
from experiments.errors import WrongUsage
from experiments.questions import attainment, scorecard
from experiments.questions.answers import Answer
from experiments.questions.asked import Settings
from experiments.questions.goals import attained
from experiments.telling import attaining
from tests.fake_model import FakePlace, run_replicate, scenarios, without_files
from tests.goals import target

TARGETS = (
    target("easy", low=-100.0),
    target("half", low=12.0),
    target("mean", first_year=2022, year=2024, low=11.0),
    target("never", low=1e9),
    target("later", first_year=2040, year=2040),
    target("decided", None, low=3.0, lever="pillars_share", not_modelled={"en": "a decision", "vi": "quyết định"}),
    target("silent", None, bound=None, low=None, not_modelled={"en": "no rice", "vi": "không có lúa"}),
)


def with_targets(*goals: Mapping[str, Any], pushes: tuple[float, ...] = (0.0,)) -> list[Any]:
    return [Announcing(**vars(replace(one, place=FakePlace(targets=goals)))) for one in scenarios(*pushes)]


class Announcing(type(scenarios(0.0)[0])):  # type: ignore[misc]
    """A fake scenario that announces three percent from 2022."""

    def resolved(self) -> dict[str, Any]:
        return {**super().resolved(), "levers": {"budget": {"pillars_share": {"2021": 0.01, "2022": 0.03}}}}


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    without_files(monkeypatch)


def ask(*pushes: float, goals: tuple[Any, ...] = TARGETS, **settings: Any) -> Answer:
    given = Settings(**{"replicates": 16, "runner": run_replicate, **settings})
    return attainment.ask(with_targets(*goals, pushes=pushes or (0.0,)), given, remedies=False).answer(None)


@pytest.mark.usefixtures("fake")
def test_every_registered_target_has_a_row() -> None:
    rows = {row["target"]: row for row in ask().rows("targets")}
    assert list(rows) == [goal["id"] for goal in TARGETS]
    assert rows["easy"]["probability"] == 1.0
    assert rows["never"]["probability"] == 0.0
    assert 0.0 < rows["half"]["probability"] < 1.0
    assert rows["half"]["margin"] == pytest.approx(rows["half"]["p50"] - 12.0)
    assert [rows[name]["status"] for name in ("half", "later", "decided", "silent")] == [
        "run", "beyond", "decided", "not_modelled",
    ]  # fmt: skip
    assert rows["silent"]["reason_vi"] == "không có lúa"
    assert [rows[name]["modelled"] for name in ("later", "decided", "silent")] == [True, True, False]


@pytest.mark.usefixtures("fake")
def test_a_decision_is_held_against_the_scenarios_own_lever() -> None:
    decided = {row["target"]: row for row in ask().rows("targets")}["decided"]
    assert (decided["probability"], decided["standard_error"], decided["p50"]) == (1.0, 0.0, 3.0)
    early = target("decided", None, low=3.0, lever="pillars_share", first_year=2021, year=2021)
    assert ask(goals=(early,)).rows("targets")[0]["probability"] == 0.0


@pytest.mark.usefixtures("fake")
def test_averages_are_taken_over_the_targets_years() -> None:
    ensemble = ask().ensemble
    values = attained(ensemble, "baseline", TARGETS[2])
    block = scorecard.cube(ensemble.outcomes, "baseline")
    assert values == pytest.approx(block.values[:, 1:4, block.outcomes.index("digital_share")].mean(axis=1))


@pytest.mark.usefixtures("fake")
def test_the_joint_probability_counts_what_can_be_held_against_the_run() -> None:
    row = ask().rows("joint")[0]
    assert (row["targets"], row["registered"]) == (5, 7)
    assert row["probability"] <= row["smallest"] == 0.0
    easy = ask(goals=TARGETS[:3]).rows("joint")[0]
    assert 0.0 < easy["probability"] <= easy["smallest"]


@pytest.mark.usefixtures("fake")
def test_pairs_hold_every_two_targets_once() -> None:
    rows = ask().rows("pairs")
    assert len(rows) == 5 * 4 // 2
    twins = next(row for row in rows if (row["target"], row["other"]) == ("easy", "half"))
    assert twins["relation"] == "together"
    assert twins["correlation"] == pytest.approx(1.0)


@pytest.mark.usefixtures("fake")
def test_several_scenarios_each_have_their_card() -> None:
    answer = ask(0.0, 5.0)
    by_scenario = [answer.rows("targets", scenario=name, target="half")[0] for name in ("baseline", "programme_1")]
    assert by_scenario[0]["probability"] < by_scenario[1]["probability"] == 1.0
    told = attaining.body(answer)
    assert [run["scenario"] for run in told["runs"]] == ["baseline", "programme_1"]


@pytest.mark.usefixtures("fake")
def test_the_object_has_the_shape_that_was_promised() -> None:
    told = attaining.body(ask())
    promised = {"target", "year", "bound", "unit", "probability", "standard_error", "margin", "modelled", "reason"}
    assert all(promised <= set(row) for row in told["targets"])
    assert told["joint"] <= min(row["probability"] for row in told["targets"] if row["probability"] is not None)
    rows = {row["target"]: row for row in told["targets"]}
    assert (rows["half"]["bound"], rows["half"]["value"], rows["half"]["reason"]) == ("at_least", 12.0, None)
    assert rows["silent"]["reason"]["en"] == "no rice"
    assert "decision" in rows["decided"]["reason"]["en"]
    assert rows["later"]["probability"] is None
    ranged = attaining.body(ask(goals=(target(low=1.0, high=2.0, bound="within"), target("t2", low=None, high=3.0))))
    assert [row["value"] for row in ranged["targets"]] == [[1.0, 2.0], 3.0]


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize("enough", [0.0, -0.1, 1.2, float("nan")])
def test_a_probability_that_is_none_is_refused(enough: float) -> None:
    with pytest.raises(WrongUsage) as refused:
        attainment.ask(with_targets(*TARGETS), enough=enough)
    assert refused.value.key == "targets.enough"


@pytest.mark.parametrize(("written", "read"), [("80 %", 0.8), ("80", 0.8), ("0.8", 0.8), ("62,5 %", 0.625), ("1", 1.0)])
def test_probabilities_are_read_as_people_write_them(written: str, read: float) -> None:
    assert probability(written) == pytest.approx(read)


@pytest.mark.usefixtures("fake")
def test_the_command_prints_and_refuses(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "load", lambda _: with_targets(*TARGETS))
    monkeypatch.setattr("experiments.ensembles.adapters.model_runner", lambda: run_replicate)
    monkeypatch.chdir(tmp_path)
    options = ["--replicates", "8", "--workers", "1", "--no-figures", "--no-remedies", "--lang", "vi"]
    assert main(["targets", "a.yaml", *options, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["targets"]) == len(TARGETS)
    assert main(["targets", "a.yaml", *options]) == 0
    assert "Chỉ tiêu half" in capsys.readouterr().out
    assert main(["targets", "a.yaml", *options, "--enough", "0"]) == 2
    with pytest.raises(SystemExit) as left:
        main(["targets", "a.yaml", *options, "--enough", "likely"])
    assert left.value.code == 2
    with pytest.raises(SystemExit):
        main(["targets"])
