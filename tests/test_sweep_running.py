"""Running a sweep: the same bytes whoever does it and however often it is stopped; failures are rows; what is found is right."""

from pathlib import Path

import pyarrow.compute as pc
import pyarrow.csv
import pytest

from experiments import stand_in
from experiments import sweep as run_sweep
from experiments.ensembles.pool import Tick
from experiments.errors import CannotWrite, DamagedRun
from experiments.folders.folder import locked
from experiments.sweeps import Finished, chunks, desk, merge, read
from experiments.sweeps.crew import Here, local_crew
from experiments.sweeps.plan import Shard
from experiments.sweeps.reading import Sweep
from experiments.sweeps.running import compute, job_of
from tests import sweeping

TWO = 'title: {en: "A", vi: "B"}\nscenarios: [../ha_tinh/baseline.yaml, ../ha_tinh/programme.yaml]\n'
MISCHIEF = """
vary:
  budget.pillars_share: {{from: 2026, values: [2 %, {share} %, 4 %]}}
replicates: 3
years: 2030
outcomes: [tfp_share, digital_share]
"""


@pytest.fixture(scope="module")
def grid(shared_folder: Path) -> Sweep:
    return sweeping.loaded(shared_folder)


@pytest.fixture(scope="module")
def whole(grid: Sweep, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """The sweep run in one go by one process."""
    return sweeping.swept(grid, tmp_path_factory.mktemp("whole") / "out")


# The same bytes


def test_a_sweep_leaves_its_folder(whole: Finished) -> None:
    names = {path.name for path in whole.folder.iterdir() if not path.name.startswith(".")}
    assert names == {
        "plan.json", "points.parquet", "points.csv", "draws.parquet", "inputs", "chunks", "results.parquet", "results.csv",
        "summary.parquet", "summary.csv", "manifest.json",
    }  # fmt: skip
    assert whole.complete
    assert whole.failed == 0
    assert read(whole.folder).sha256 == whole.sha256


@pytest.mark.parametrize("workers", [2, 4])
def test_workers_change_nothing(grid: Sweep, whole: Finished, tmp_path: Path, workers: int) -> None:
    done = sweeping.swept(grid, tmp_path / "out", workers=workers)
    assert sweeping.hashes(done.folder) == sweeping.hashes(whole.folder)


@pytest.mark.parametrize("chunk", [2, 7, 50, 500])
def test_the_size_of_chunks_changes_no_result(grid: Sweep, whole: Finished, tmp_path: Path, chunk: int) -> None:
    done = sweeping.swept(grid, tmp_path / "out", chunk=chunk)
    assert done.sha256 == whole.sha256
    assert sweeping.hashes(done.folder, chunks=False) == sweeping.hashes(whole.folder, chunks=False)


def test_two_shards_are_one_sweep(grid: Sweep, whole: Finished, tmp_path: Path) -> None:
    first = sweeping.swept(grid, tmp_path / "out", shard="2/2")
    assert not first.complete
    with pytest.raises(DamagedRun, match="missing"):
        merge(tmp_path / "out")
    second = sweeping.swept(grid, tmp_path / "out", shard="1/2")
    assert second.complete
    assert sweeping.hashes(tmp_path / "out") == sweeping.hashes(whole.folder)


def test_parts_computed_in_different_folders_are_put_together_by_copying(
    grid: Sweep, whole: Finished, tmp_path: Path
) -> None:
    for number in (1, 2):
        sweeping.swept(grid, tmp_path / str(number), shard=Shard(number, 2))
    for path in (tmp_path / "2" / "chunks").iterdir():
        path.rename(tmp_path / "1" / "chunks" / path.name)
    assert merge(tmp_path / "1", figures=False).sha256 == whole.sha256


def test_what_is_there_is_not_computed_again(grid: Sweep, tmp_path: Path) -> None:
    said: list[str] = []
    sweeping.swept(grid, tmp_path / "out")
    for chunk in (3, 4):
        (tmp_path / "out" / "chunks" / chunks.name_of(chunk)).unlink()
    left: list[int] = []

    def progress(runs: int) -> Tick:
        left.append(runs)
        return lambda _: None

    again = sweeping.swept(grid, tmp_path / "out", tell=lambda key, **_: said.append(key), progress=progress)
    assert again.computed is not None
    assert (again.computed.runs, again.computed.kept, left, said) == (2, 46, [2], ["sweep.resumed"])


def test_a_complete_sweep_is_left_as_it_is(grid: Sweep, tmp_path: Path) -> None:
    sweeping.swept(grid, tmp_path / "out")
    before = (tmp_path / "out" / "manifest.json").read_bytes()
    assert sweeping.swept(grid, tmp_path / "out").complete
    assert (tmp_path / "out" / "manifest.json").read_bytes() == before


def test_results_that_were_altered_are_put_together_again(grid: Sweep, whole: Finished, tmp_path: Path) -> None:
    sweeping.swept(grid, tmp_path / "out")
    (tmp_path / "out" / "results.csv").write_text("nonsense", encoding="utf-8")
    sweeping.swept(grid, tmp_path / "out")
    assert sweeping.hashes(tmp_path / "out") == sweeping.hashes(whole.folder)


def test_it_can_be_called_from_python(shared_folder: Path, tmp_path: Path, whole: Finished) -> None:
    file = sweeping.write(shared_folder)
    done = run_sweep(file, tmp_path / "out", workers=1, figures=False, runner=stand_in.run_replicate)
    assert done.sha256 == whole.sha256


def test_the_model_runs_in_a_sweep(shared_folder: Path, tmp_path: Path) -> None:
    sweep = sweeping.loaded(
        shared_folder, "vary:\n  budget.execution_multiplier: {from: 2021, values: [1, 2]}\nreplicates: 1\nyears: 2021\n"
    )
    done = run_sweep(sweep.path, tmp_path / "out", workers=1, figures=False)
    assert done.failed == 0
    low, high = (
        row["p50"] for row in done.summary.to_pylist() if row["outcome"] == "budget_executed"
    )
    assert high > low > 0


# Who may write


def test_a_second_process_is_refused(grid: Sweep, tmp_path: Path) -> None:
    out = tmp_path / "out"
    sweeping.swept(grid, out, shard="1/2")
    with desk.working(out, None), pytest.raises(CannotWrite, match="Another process"):
        sweeping.swept(grid, out)
    with desk.working(out, Shard(1, 2)), pytest.raises(CannotWrite, match="Another process"):
        sweeping.swept(grid, out)
    with desk.working(out, Shard(1, 2)), pytest.raises(CannotWrite, match="Another process"):
        sweeping.swept(grid, out, shard="1/2")


def test_other_shards_work_side_by_side_and_spare_each_other_s_files(grid: Sweep, tmp_path: Path) -> None:
    out = tmp_path / "out"
    sweeping.swept(grid, out, shard="1/3")
    theirs = out / "chunks" / ".2-of-3.000001.parquet"
    theirs.write_bytes(b"half")
    with desk.working(out, Shard(2, 3)):
        sweeping.swept(grid, out, shard="3/3")
        assert theirs.exists()
    sweeping.swept(grid, out, shard="2/3")
    assert not theirs.exists()


def test_the_folder_of_another_sweep_is_refused(shared_folder: Path, grid: Sweep, tmp_path: Path) -> None:
    sweeping.swept(grid, tmp_path / "out", shard="1/9")
    other = sweeping.loaded(shared_folder, sweeping.GRID + "seed: 5\n")
    with pytest.raises(CannotWrite, match="another sweep"):
        sweeping.swept(other, tmp_path / "out")


def test_a_folder_of_something_else_is_refused(grid: Sweep, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "diary.txt").write_text("dear diary", encoding="utf-8")
    with pytest.raises(CannotWrite):
        sweeping.swept(grid, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["diary.txt"]


def test_a_shard_waits_for_the_one_that_makes_the_folder(grid: Sweep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "PATIENCE", 0.0)
    job = job_of(grid, runner=stand_in.run_replicate)
    with locked(tmp_path / ".out.lock", tmp_path / "out"), pytest.raises(CannotWrite, match="Another process"):
        desk.open_folder(tmp_path / "out", grid, job.plan, job.design)


def test_what_is_no_sweep_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DamagedRun, match="not the folder of a sweep"):
        read(tmp_path)


# Failures are rows


@pytest.mark.parametrize(
    ("share", "workers", "stage", "message"),
    [
        (100 * stand_in.BREAKS, 1, "run", "ValueError: the books do not balance"),
        (100 * stand_in.ENDLESS, 1, "results", "ArithmeticError: infinite: tfp_share"),
        (100 * stand_in.DIES, 2, "worker", "the process that ran it ended without an answer (out of memory?)"),
    ],
)
def test_one_failed_run_loses_no_other(
    shared_folder: Path, tmp_path: Path, share: float, workers: int, stage: str, message: str
) -> None:
    sweep = sweeping.loaded(shared_folder, MISCHIEF.format(share=f"{share:.2f}"))
    done = sweeping.swept(sweep, tmp_path / "out", workers=workers, chunk=2)
    (row,) = pyarrow.csv.read_csv(tmp_path / "out" / "failures.csv").to_pylist()
    assert row == {
        "scenario": "programme", "point": 1, "budget.pillars_share": float(f"{share:.2f}"), "replicate": 1, "seed": 1,
        "stage": stage, "message": message,
    }  # fmt: skip
    assert done.failed == 1
    assert pc.count_distinct(done.results.filter(pc.equal(done.results["point"], 1))["replicate"]).as_py() == 2
    assert set(done.summary.filter(pc.equal(done.summary["point"], 1))["runs"].to_pylist()) == {2}


def test_a_failure_stays_but_a_run_whose_process_ended_is_tried_again(shared_folder: Path, tmp_path: Path) -> None:
    broken = sweeping.loaded(shared_folder, MISCHIEF.format(share="3.01"))
    sweeping.swept(broken, tmp_path / "broken")
    again = sweeping.swept(broken, tmp_path / "broken").computed
    dead = sweeping.loaded(shared_folder, MISCHIEF.format(share="3.02"))
    sweeping.swept(dead, tmp_path / "dead", workers=2)
    retried = sweeping.swept(dead, tmp_path / "dead", workers=2).computed
    assert again is not None
    assert retried is not None
    assert (again.runs, retried.runs, retried.failed) == (0, 1, 1)


def test_a_sweep_in_which_every_run_fails_is_complete_and_empty(shared_folder: Path, tmp_path: Path) -> None:
    sweep = sweeping.loaded(shared_folder)
    done = sweeping.swept(sweep, tmp_path / "out", runner=never)
    assert (done.failed, done.complete) == (48, True)
    assert done.results.num_rows == 0


def never(*_: object, **__: object) -> None:
    raise RuntimeError("never")


def test_few_pieces_are_under_way_at_a_time(grid: Sweep, tmp_path: Path) -> None:
    job = job_of(grid, runner=stand_in.run_replicate)
    crew = local_crew(1)
    assert (crew.size, crew.ahead, crew.gather) == (1, 1, Here)
    ticks: list[int] = []
    compute(job, tmp_path / "out", crew, progress=lambda _: ticks.append)
    assert sum(ticks) == job.plan.runs
