"""`pillars run`: what it prints, what it leaves, what it refuses. Most tests let a fake model stand in."""

import json
from pathlib import Path
from typing import Any

import pytest

from experiments.cli import main
from experiments.commands import run as command
from experiments.ensembles.ensemble import Ensemble, run_ensemble
from experiments.folders.store import read_run
from experiments.questions.goals import attained, is_met
from experiments.telling import screen
from experiments.telling.grid import WIDEST, width
from tests.fake_model import TARGETS, run_replicate, scenarios, without_files

FILES = {f"{one.name}.yaml": one for one in scenarios(0.0, 1.0)} | {
    "broken.yaml": scenarios(0.0, mischief=(1, "break"))[0],
    "central.yaml": scenarios(0.5)[0],
}


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Let scenario files be fake scenarios, run by the fake model, in an empty folder."""
    without_files(monkeypatch)
    monkeypatch.setattr(command, "load", lambda paths: [FILES[path] for path in paths])
    monkeypatch.setattr("experiments.ensembles.adapters.model_runner", lambda: run_replicate)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> int:
    return main(["run", *arguments, "--workers", "1", "--no-figures"])


def test_a_run_leaves_a_folder_named_after_it(fake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("baseline.yaml", "programme_1.yaml", "--lang", "en") == 0
    (folder,) = (fake / "runs").iterdir()
    assert folder.name.startswith("ha_tinh-baseline-programme_1-")
    assert f"Everything is in runs/{folder.name}" in capsys.readouterr().out
    assert read_run(folder).labels == ("baseline", "programme_1")


def test_the_same_command_gives_the_same_files_again(fake: Path) -> None:
    assert run("baseline.yaml", "--quiet") == 0
    (folder,) = (fake / "runs").iterdir()
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "manifest.json"}
    assert run("baseline.yaml", "--quiet") == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "manifest.json"} == before
    assert len(list((fake / "runs").iterdir())) == 1


def test_another_run_is_replaced_only_by_force(fake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("baseline.yaml", "--out", "mine", "--quiet") == 0
    assert run("baseline.yaml", "--out", "mine", "--seed", "2", "--lang", "vi") == 3
    assert "--force" in capsys.readouterr().err
    assert read_run(fake / "mine").seed == 1
    assert run("baseline.yaml", "--out", "mine", "--seed", "2", "--force", "--quiet") == 0
    assert read_run(fake / "mine").seed == 2


def test_what_is_not_a_run_is_not_replaced_even_by_force(fake: Path) -> None:
    (fake / "mine").mkdir()
    (fake / "mine" / "letter.txt").write_text("dear")
    assert run("baseline.yaml", "--out", "mine", "--force") == 3
    assert (fake / "mine" / "letter.txt").read_text() == "dear"


def test_settings_reach_the_run(fake: Path) -> None:
    assert (
        run(
            "baseline.yaml", "--replicates", "3", "--seed", "7", "--years", "2022", "--central", "--out", "x", "--quiet"
        )
        == 0
    )
    back = read_run(fake / "x")
    assert (back.replicates, back.seed, back.years_to, back.central) == (3, 7, 2022, True)
    assert set(back.outcomes["year"].to_pylist()) == {2021, 2022}


@pytest.mark.parametrize(
    "arguments",
    [["--replicates", "0"], ["--years", "1999"], ["--seed", "-1"], ["--workers", "0"]],
)
def test_meaningless_settings_leave_nothing(
    fake: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "baseline.yaml", *arguments, "--lang", "en"]) == 2
    assert capsys.readouterr().out == ""
    assert not list(fake.glob("runs/*"))


def test_a_failed_run_is_said_and_leaves_with_1(fake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("broken.yaml", "--lang", "en", "--out", "x") == 1
    said = capsys.readouterr()
    assert "1 of 6 runs failed" in said.err
    assert "the books do not balance" in said.err
    assert (fake / "x" / "failures.csv").exists()
    assert "Median" in said.out


def test_a_run_of_which_all_failed_says_so(
    fake: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FILES, "hopeless.yaml", scenarios(0.0, mischief=(0, "break"))[0])
    assert main(["run", "hopeless.yaml", "--replicates", "1", "--lang", "vi", "--out", "x", "--workers", "1"]) == 1
    assert "Không lần chạy nào thành công" in capsys.readouterr().out


def test_an_interrupted_run_leaves_nothing(fake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("experiments.ensembles.adapters.model_runner", lambda: interrupted)
    assert run("baseline.yaml") == 130
    assert list((fake / "runs").iterdir()) == []


def test_quiet_prints_nothing(fake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("baseline.yaml", "--quiet") == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")


def test_one_scenario_as_one_object(fake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("baseline.yaml", "--json", "--out", "x") == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["folder"], data["scenario"], data["imputed_inputs"]) == ("x", "baseline", 1)
    assert set(data["outcomes"][0]) == {"outcome", "unit", "year", "p05", "p50", "p95", "mean"}
    assert {row["year"] for row in data["outcomes"]} == {2021, 2022, 2023, 2024}


def test_several_scenarios_as_one_object(fake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("baseline.yaml", "programme_1.yaml", "--json", "--out", "x") == 0
    data = json.loads(capsys.readouterr().out)
    assert [one["scenario"] for one in data["runs"]] == ["baseline", "programme_1"]
    differences = {(row["outcome"], row["year"]): row for row in data["differences"]}
    assert differences["grdp", 2021]["p95"] == 0.0
    assert differences["grdp", 2024]["p50"] == pytest.approx(1.0)
    assert "failures" not in data


def test_failures_are_in_the_object(fake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("broken.yaml", "--json", "--out", "x") == 1
    assert json.loads(capsys.readouterr().out)["failures"][0]["replicate"] == 1


@pytest.fixture
def pair(monkeypatch: pytest.MonkeyPatch) -> Ensemble:
    without_files(monkeypatch)
    return run_ensemble(scenarios(0.0, 2.0), replicates=9, runner=run_replicate)


def test_the_screen_of_one_scenario(monkeypatch: pytest.MonkeyPatch) -> None:
    without_files(monkeypatch)
    one = run_ensemble(scenarios(0.0), replicates=9, runner=run_replicate)
    said = "\n".join(screen.report(one, Path("runs/x"), "vi"))
    for words in (
        "Như trước (baseline)",
        "1 trong 1 số liệu",
        "Trung vị [5 %; 95 %]",
        "Tăng trưởng TFP",
        "Toàn bộ kết quả ở runs/x",
    ):
        assert words in said
    row = next(line for line in said.splitlines() if line.startswith("Tỷ trọng kinh tế số"))
    assert "," in row
    assert "[" in row


def test_the_screen_of_several_compares(pair: Ensemble) -> None:
    said = "\n".join(screen.report(pair, Path("runs/x"), "en"))
    assert "programme_1 against baseline" in said
    row = next(line for line in said.splitlines() if line.startswith("TFP growth"))
    assert row.endswith("+2.0 [+2.0; +2.0]")
    assert row.count("[") == 3
    assert "It is no" in said


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_screen_of_several_keeps_to_its_width(pair: Ensemble, language: str) -> None:
    assert max(map(width, screen.report(pair, Path("runs/x"), language))) <= WIDEST


def test_targets_are_set_beside_medians_and_how_many_replicates_reach_them(pair: Ensemble) -> None:
    said = "\n".join(screen.targets(pair, "en"))
    assert "≥ 20 % (2023)" in said
    assert "11.7 (0 %)" in said
    assert "Not modelled, so the model is silent on: Rice." in said


def test_targets_beyond_the_run_are_not_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    without_files(monkeypatch)
    early = run_ensemble(scenarios(0.0), replicates=2, years_to=2022, runner=run_replicate)
    assert "Beyond the last year of this run: Digital economy 20 %." in "\n".join(screen.targets(early, "en"))


@pytest.mark.parametrize(
    ("low", "high", "value", "met"),
    [
        (20.0, None, 20.0, True),
        (20.0, None, 19.9, False),
        (None, 5.0, 5.0, True),
        (None, 5.0, 5.1, False),
        (1.0, 2.0, 1.5, True),
        (1.0, 2.0, 2.5, False),
    ],
)
def test_bounds(low: float | None, high: float | None, value: float, met: bool) -> None:
    import numpy as np

    target: dict[str, Any] = {**TARGETS[0], "low": low, "high": high}
    assert is_met(target, np.array([value])).tolist() == [met]


def test_a_target_over_years_is_their_mean(pair: Ensemble) -> None:
    one = attained(pair, "baseline", {**TARGETS[0], "first_year": 2023, "year": 2023})
    two = attained(pair, "baseline", {**TARGETS[0], "first_year": 2024, "year": 2024})
    both = attained(pair, "baseline", {**TARGETS[0], "first_year": 2023, "year": 2024})
    assert both == pytest.approx((one + two) / 2)
    assert attained(pair, "baseline", {**TARGETS[0], "year": 2050}).size == 0


@pytest.mark.slow
def test_the_real_thing_from_end_to_end(
    shared_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pair = [str(shared_folder / "ha_tinh" / name) for name in ("baseline.yaml", "programme.yaml")]
    out = tmp_path / "run"
    arguments = [
        "run",
        *pair,
        "--replicates",
        "2",
        "--years",
        "2023",
        "--workers",
        "2",
        "--out",
        str(out),
        "--lang",
        "en",
    ]
    assert main(arguments) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "2023" in said.out
    assert len(list(out.glob("figures/*/*.png"))) >= 14
    assert main(["verify", str(out), "--workers", "1"]) == 0
