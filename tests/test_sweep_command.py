"""`pillars sweep`: what is printed, refused and left, with which exit code, in both languages."""

import json
from pathlib import Path
from typing import Any

import pytest

from experiments import cli, stand_in
from experiments.ensembles import adapters
from experiments.sweeps import chunks, estimate, read
from experiments.sweeps.screen import duration, told
from tests import sweeping


@pytest.fixture(autouse=True)
def _no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the stand-in where the model is."""
    monkeypatch.setattr(adapters, "model_runner", lambda: stand_in.run_replicate)


@pytest.fixture
def file(shared_folder: Path) -> Path:
    return sweeping.write(shared_folder, sweeping.GRID, "command")


def pillars(*words: object) -> int:
    """Run a command as the shell would; argparse's own exits become codes."""
    try:
        return cli.main([str(word) for word in ("sweep", *words, "--workers", 1)])
    except SystemExit as stop:
        return int(stop.code or 0)


def test_it_runs_prints_and_leaves_a_folder(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert pillars(file, "--out", tmp_path / "out") == 0
    said = capsys.readouterr()
    assert "Runs: 48 (points 12 × scenarios 1 × replicates 4), chunks: 48" in said.err
    assert "share of the budget for the three pillars [budget.pillars_share] (from 2026): 1 %, 2 %, 3 %, 4 %" in said.err
    assert "About" in said.err
    assert "lowest" in said.out
    assert read(tmp_path / "out").sha256 in said.out
    figures = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out" / "figures").rglob("*.*")}
    assert figures == {
        f"figures/{language}/{name}.{kind}"
        for language in ("en", "vi")
        for name in ("tfp_share", "digital_share")
        for kind in ("png", "svg")
    }


def test_in_vietnamese_every_line_is(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert pillars(file, "--out", tmp_path / "out", "--lang", "vi", "--no-figures") == 0
    said = capsys.readouterr()
    assert "Số lần chạy: 48 (điểm 12" in said.err
    assert "thấp nhất" in said.out


def test_called_again_it_only_tells(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pillars(file, "--out", tmp_path / "out", "--no-figures")
    first = capsys.readouterr().out
    assert pillars(file, "--out", tmp_path / "out", "--no-figures") == 0
    again = capsys.readouterr()
    assert again.out == first
    assert "About" not in again.err
    assert "48 of 48 chunks are there" in again.err


def test_json_is_one_object_and_nothing_else(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert pillars(file, "--out", tmp_path / "out", "--json", "--no-figures") == 0
    said = capsys.readouterr()
    answer: dict[str, Any] = json.loads(said.out)
    assert said.err == ""
    assert answer["counts"] == {"runs": 48, "points": 12, "failed": 0, "rows": 480}
    assert answer["axes"][0] == {"name": "budget.pillars_share", "from": 2026, "unit": "%"}
    assert len(answer["summary"]) == 12 * 2 * 10


def test_a_dry_run_only_says_what_it_would_do(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert pillars(file, "--out", tmp_path / "out", "--dry-run", "--shard", "1/4") == 0
    said = capsys.readouterr()
    assert "This part (1/4): 12 runs" in said.out
    assert "About" in said.out
    assert "Nothing was run" in said.out
    assert list(tmp_path.iterdir()) == []


def test_without_out_the_same_call_finds_the_same_folder(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert pillars(file, "--quiet", "--no-figures") == pillars(file, "--quiet", "--no-figures") == 0
    (folder,) = (tmp_path / "runs").iterdir()
    assert folder.name.startswith("sweep-command-")


def test_options_change_the_file_s_numbers(file: Path, tmp_path: Path) -> None:
    changes = ("--replicates", 2, "--years", 2027, "--seed", 9)
    assert pillars(file, "--out", tmp_path / "out", *changes, "--quiet", "--no-figures") == 0
    plan = read(tmp_path / "out").plan
    assert (plan.replicates, plan.years_to, plan.seed) == (2, 2027, 9)


def test_shards_put_together_by_the_last(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = ("--out", tmp_path / "out", "--no-figures", "--yes")
    assert pillars(file, *out, "--shard", "1/2") == 0
    assert "24 of 48 chunks are still missing" in capsys.readouterr().out
    assert pillars(file, *out, "--shard", "1/2", "--json") == 0
    assert json.loads(capsys.readouterr().out)["complete"] is False
    assert pillars(file, *out, "--merge") == 2
    assert "missing" in capsys.readouterr().err
    assert pillars(file, *out, "--shard", "2/2") == 0
    assert "SHA-256" in capsys.readouterr().out


def test_a_folder_is_put_together_without_running(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pillars(file, "--out", tmp_path / "out", "--no-figures", "--quiet")
    (tmp_path / "out" / "manifest.json").unlink()
    assert pillars(tmp_path / "out", "--merge", "--no-figures") == 0
    assert "SHA-256" in capsys.readouterr().out
    assert read(tmp_path / "out").complete


def test_with_a_folder_alone_nothing_can_be_asked_to_run(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pillars(file, "--out", tmp_path / "out", "--no-figures", "--quiet")
    for words in (("--replicates", 8), ("--shard", "1/2"), ("--dry-run",)):
        assert pillars(tmp_path / "out", *words) == 2
        assert "name the sweep file" in capsys.readouterr().err


def test_failed_runs_are_counted_and_the_exit_code_says_so(
    shared_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vary = "vary:\n  budget.pillars_share: {from: 2026, values: [2 %, 3.01 %]}\n"
    body = f"{vary}replicates: 2\nyears: 2026\noutcomes: [tfp_share]\n"
    file = sweeping.write(shared_folder, body, "failing")
    assert pillars(file, "--out", tmp_path / "out", "--no-figures") == 1
    said = capsys.readouterr()
    assert "1 of 4 runs failed" in said.err
    assert "lowest" in said.out


def test_if_every_run_fails_it_says_so(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(adapters, "model_runner", lambda: never)
    assert pillars(file, "--out", tmp_path / "out") == 1
    assert "No run succeeded" in capsys.readouterr().out


def never(*_: object, **__: object) -> None:
    raise RuntimeError("never")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--shard", "3/2", "--out", "x"), "--shard"),
        (("--shard", "1/2"), "--out"),
        (("--workers", "0"), "--workers"),
        (("--replicates", "0"), "--replicates"),
        (("--years", "1999"), "--years"),
        (("--seed", "-1"), "--seed"),
        (("--merge", "--out", "nowhere"), "nowhere"),
        (("--replicates", "many"), "--replicates"),
    ],
)
def test_nonsense_is_refused_before_anything_is_written(
    file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    named: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    code = 0
    try:
        code = cli.main(["sweep", str(file), *words])
    except SystemExit as stop:
        code = int(stop.code or 0)
    assert code == 2
    assert named in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_bad_sweep_file_is_refused_with_its_lines(
    shared_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = sweeping.write(shared_folder, "vary:\n  budget.pilars_share: {from: 2026, values: [1 %]}\n", "refused")
    assert pillars(file, "--out", tmp_path / "out") == 2
    assert f"{file}:4:3: vary.budget.pilars_share" in capsys.readouterr().err
    assert cli.main(["check", str(file)]) == 2


def test_what_is_too_long_is_refused_unless_one_says_yes(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(estimate, "MOST_HOURS", 1e-9)
    assert pillars(file, "--out", tmp_path / "out", "--no-figures") == 2
    assert "--yes" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert pillars(file, "--out", tmp_path / "out", "--no-figures", "--yes") == 0


def test_what_does_not_fit_on_the_disk_is_refused_with_three(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(estimate, "free_disk", lambda _: 10.0)
    assert pillars(file, "--out", tmp_path / "out") == 3
    assert "disk" in capsys.readouterr().err


def test_a_huge_sweep_is_refused_at_once(shared_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = "vary:\n  parameters.catch_up_speed: full\ndesign: sobol\npoints: 1000000\nreplicates: 20\n"
    file = sweeping.write(shared_folder, body, "huge")
    assert pillars(file, "--out", tmp_path / "out") == 2
    assert "replicates" in capsys.readouterr().err


def test_interrupted_it_says_that_what_is_done_is_kept(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write, written = chunks.write_chunk, []

    def interrupted(*given: Any) -> None:
        if len(written) == 5:
            raise KeyboardInterrupt
        written.append(given)
        write(*given)

    monkeypatch.setattr(chunks, "write_chunk", interrupted)
    assert pillars(file, "--out", tmp_path / "out", "--yes", "--no-figures") == 130
    assert "goes on from there" in capsys.readouterr().err
    monkeypatch.setattr(chunks, "write_chunk", write)
    assert pillars(file, "--out", tmp_path / "out", "--yes", "--no-figures") == 0
    assert "5 of 48 chunks are there" in capsys.readouterr().err


def test_another_sweep_in_the_folder_is_refused_with_three(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pillars(file, "--out", tmp_path / "out", "--no-figures", "--quiet")
    assert pillars(file, "--out", tmp_path / "out", "--seed", 3) == 3
    said = capsys.readouterr().err
    assert "another sweep" in said
    assert "goes on from there" not in said


@pytest.mark.parametrize(
    ("value", "english", "vietnamese"),
    [("1.5 %", "1.5 %", "1,5 %"), (0.25, "0.25", "0,25"), ("lease_then_build", "lease, then build", "thuê trước, xây sau"),
     (True, "yes", "có"), ("odd_word", "odd_word", "odd_word")],
)  # fmt: skip
def test_varied_values_are_written_as_people_say_them(value: Any, english: str, vietnamese: str) -> None:
    assert (told(value, "en"), told(value, "vi")) == (english, vietnamese)


@pytest.mark.parametrize(
    ("seconds", "english", "vietnamese"),
    [(3.2, "3 s", "3 giây"), (600.0, "10 min", "10 phút"), (10_000.0, "2.8 h", "2,8 giờ")],
)
def test_times_are_written_as_people_would(seconds: float, english: str, vietnamese: str) -> None:
    assert (duration(seconds, "en"), duration(seconds, "vi")) == (english, vietnamese)
