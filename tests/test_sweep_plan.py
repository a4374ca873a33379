"""The plan of a sweep: points, draws, numbers of runs, chunks and shards; all follow from the file alone."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.ensembles.plan import unit_rows
from experiments.errors import WrongUsage
from experiments.sweeps import Finished
from experiments.sweeps.axes import Listed
from experiments.sweeps.design import Design, design_of, draw_rows, latin_hypercube
from experiments.sweeps.estimate import (
    MOST_CSV_ROWS,
    Estimate,
    NoRoom,
    refuse_endless,
    refuse_long,
    refuse_wide,
    size_of,
)
from experiments.sweeps.plan import (
    FEWEST_CHUNKS,
    LARGEST_CHUNK,
    MOST_CHUNKS,
    Plan,
    Shard,
    chunk_size,
    plan_of,
    read_shard,
)
from experiments.sweeps.running import Job, job_of
from tests import sweeping

RANDOM = """
vary:
  budget.pillars_share: {from: 2026, range: {low: 1 %, high: 4 %}}
  parameters.catch_up_speed: full
  delivery.platforms: {from: 2026, values: [shared, separate]}
design: latin_hypercube
points: 16
replicates: 2
"""
CROSSED = "draws: 3\nsequence: latin_hypercube\n"


@pytest.fixture(scope="module")
def grid(shared_folder: Path) -> Plan:
    return plan_of(sweeping.loaded(shared_folder))


def size(plan: Plan, **changes: int | None) -> Plan:
    return replace(plan, **changes)


# Points


def test_a_grid_visits_every_combination_the_last_entry_fastest() -> None:
    axes = (Listed("a", 2026, (1, 2)), Listed("b", 2026, ("x", "y", "z")))
    design = Design(axes, 6, None)
    assert [design.values(point) for point in range(6)] == [(1, "x"), (1, "y"), (1, "z"), (2, "x"), (2, "y"), (2, "z")]


@pytest.mark.parametrize("count", [1, 5, 16, 100])
def test_a_latin_hypercube_falls_once_into_every_part(count: int) -> None:
    rows = latin_hypercube(count, 3, [1, 2])
    assert rows.shape == (count, 3)
    for column in rows.T:
        assert sorted(np.floor(column * count).astype(int)) == list(range(count))


def test_points_of_a_random_design_stay_within_their_entries(shared_folder: Path) -> None:
    job = job_of(sweeping.loaded(shared_folder, RANDOM))
    values = [job.design.values(point) for point in range(16)]
    shares = [float(str(share).split()[0]) for share, _, _ in values]
    entry = job.sweep.scenarios[0].parameters.entries["catch_up_speed"]
    assert sorted(int((share - 1) / 3 * 16) for share in shares) == list(range(16))
    assert all(entry.low <= speed <= entry.high for _, speed, _ in values)
    assert [platform for _, _, platform in values].count("shared") == 8


def test_the_first_points_of_a_sobol_design_do_not_depend_on_how_many_there_are(shared_folder: Path) -> None:
    axes = sweeping.loaded(shared_folder, RANDOM).axes
    few, many = design_of("sobol", axes, 16, 1), design_of("sobol", axes, 64, 1)
    assert [few.values(point) for point in range(16)] == [many.values(point) for point in range(16)]


def test_another_seed_gives_other_points_but_no_other_grid(shared_folder: Path) -> None:
    axes = sweeping.loaded(shared_folder, RANDOM).axes
    one, two = (design_of("latin_hypercube", axes, 16, seed).values(3) for seed in (1, 2))
    assert one != two
    listed = (Listed("a", None, (1, 2)),)
    assert design_of("grid", listed, 2, 1).values(1) == design_of("grid", listed, 2, 2).values(1)


# Draws


def test_draws_are_those_of_pillars_run_unless_a_latin_hypercube_is_asked_for() -> None:
    assert np.array_equal(draw_rows("sobol", 6, 171, 4), unit_rows(6, 171, 4))
    assert not np.array_equal(draw_rows("latin_hypercube", 6, 171, 4), unit_rows(6, 171, 4))


def test_replicate_r_believes_the_same_at_every_point_and_in_every_scenario(shared_folder: Path) -> None:
    head = 'title: {en: "A", vi: "B"}\nscenarios: [../ha_tinh/baseline.yaml, ../ha_tinh/programme.yaml]\n'
    path = sweeping.write(shared_folder, sweeping.GRID, "pairs", head)
    job = job_of(sweeping.load_sweep(path), chunk=1000)
    piece = job.piece(0)
    assert len(piece.runs) == job.plan.runs == 12 * 2 * 4
    assert {run.draw == run.replicate for run in piece.runs} == {True}
    assert np.array_equal(piece.rows[0, 3], piece.rows[1, 3])


def test_crossed_draws_meet_every_replicate(shared_folder: Path) -> None:
    plan = plan_of(sweeping.loaded(shared_folder, sweeping.GRID + CROSSED))
    first = [plan.run(number) for number in range(plan.per_point)]
    assert [(run.draw, run.replicate) for run in first] == [(draw, replicate) for draw in range(3) for replicate in range(4)]
    assert "draw" in plan.keys


# Runs, chunks, shards


@given(st.integers(1, 50), st.integers(1, 4), st.integers(1, 9), st.integers(1, 6), st.integers(1, 60), st.data())
def test_every_run_has_one_number_and_every_number_one_chunk(
    points: int, scenarios: int, replicates: int, draws: int, chunk: int, data: st.DataObject
) -> None:
    plan = size(PLAN[0], points=points, replicates=replicates, draws=draws, chunk=chunk)
    plan = replace(plan, scenarios=plan.scenarios * scenarios)
    assert plan.runs == points * scenarios * draws * replicates
    number = data.draw(st.integers(0, plan.runs - 1))
    run = plan.run(number)
    assert ((run.point * scenarios + run.position) * draws + run.draw) * replicates + run.replicate == number
    assert number in plan.of_chunk(number // chunk)
    assert sum(len(plan.of_chunk(one)) for one in range(plan.chunks)) == plan.runs


PLAN: list[Plan] = []


@pytest.fixture(scope="module", autouse=True)
def _plan_for_properties(grid: Plan) -> None:
    PLAN[:] = [grid]


@given(st.integers(1, 9))
def test_shards_make_the_whole_without_overlap(of: int) -> None:
    plan = size(PLAN[0], points=1000)
    shards = [Shard(number, of) for number in range(1, of + 1)]
    parts = [list(shard.chunks(plan)) for shard in shards]
    assert sorted(chunk for part in parts for chunk in part) == list(range(plan.chunks))
    assert sum(shard.runs(plan) for shard in shards) == plan.runs


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "1/0", "a/b", "-1/2", "1/2/3", ""])
def test_a_shard_is_one_of_so_many(text: str) -> None:
    with pytest.raises(WrongUsage):
        read_shard(text)


def test_a_shard_is_read_as_written() -> None:
    assert read_shard(" 2/4 ") == Shard(2, 4)


@pytest.mark.parametrize("runs", [1, 24, 2_420, 100_000, 1_000_000, 50_000_000])
def test_chunks_are_small_but_not_too_many(runs: int) -> None:
    chunk = chunk_size(runs)
    assert -(-runs // chunk) <= MOST_CHUNKS
    assert chunk <= LARGEST_CHUNK or runs > MOST_CHUNKS * LARGEST_CHUNK
    assert chunk == 1 or -(-runs // chunk) > FEWEST_CHUNKS / 2


def test_a_plan_survives_its_file(grid: Plan) -> None:
    assert Plan.from_dict(grid.as_dict()) == grid


def test_the_plan_follows_from_the_file(shared_folder: Path, grid: Plan) -> None:
    assert plan_of(sweeping.loaded(shared_folder)) == grid


def reseeded(folder: Path) -> Plan:
    return plan_of(sweeping.loaded(folder, sweeping.GRID + "seed: 2\n"))


def revalued(folder: Path) -> Plan:
    return plan_of(sweeping.loaded(folder, sweeping.GRID.replace("0.05", "0.04")))


def later(folder: Path) -> Plan:
    return plan_of(sweeping.loaded(folder, years=2031))


def central(folder: Path) -> Plan:
    return plan_of(sweeping.loaded(folder, sweeping.GRID + "parameters: central\n"))


def other_runner(folder: Path) -> Plan:
    return plan_of(sweeping.loaded(folder), runner="another.model")


@pytest.mark.parametrize("change", [reseeded, revalued, later, central, other_runner])
def test_whatever_changes_results_changes_the_identity(
    shared_folder: Path, grid: Plan, change: Callable[[Path], Plan]
) -> None:
    assert change(shared_folder).identity != grid.identity


def test_words_and_chunks_do_not_change_the_identity(shared_folder: Path, grid: Plan) -> None:
    head = sweeping.HEAD.replace("A sweep", "Another title")
    titled = plan_of(sweeping.load_sweep(sweeping.write(shared_folder, sweeping.GRID, "titled", head)))
    assert titled.identity == plan_of(sweeping.loaded(shared_folder), chunk=7).identity == grid.identity


# Estimates


def test_what_is_too_much_at_first_sight_is_refused_by_name(grid: Plan) -> None:
    cases = [
        (refuse_endless, {"points": 1_000_000}, "replicates"),
        (refuse_endless, {"points": 90_000, "years_to": 2060}, "outcomes"),
        (refuse_wide, {"replicates": 90_000, "draws": 1_000}, "draws"),
    ]
    for refuse, changes, named in cases:
        plan = size(grid, **changes)
        if named == "outcomes":
            plan = replace(plan, outcomes=tuple(f"outcome_{number}" for number in range(90)))
        with pytest.raises(WrongUsage) as refused:
            refuse(plan)
        assert named in str(refused.value)


def test_a_csv_is_left_out_of_what_no_spreadsheet_opens(grid: Plan) -> None:
    small, large = size(grid, points=100), size(grid, points=MOST_CSV_ROWS)
    assert size_of(small) / small.runs > size_of(large) / large.runs


@pytest.mark.parametrize(
    ("seconds", "bytes_on_disk", "memory", "kind", "named"),
    [
        (25 * 3600.0, 0.0, 0.0, WrongUsage, "--workers"),
        (1.0, 1e18, 0.0, NoRoom, "outcomes"),
        (1.0, 0.0, 1e18, WrongUsage, "--workers"),
    ],
)
def test_what_takes_too_long_or_does_not_fit_is_refused(
    tmp_path: Path, seconds: float, bytes_on_disk: float, memory: float, kind: type[Exception], named: str
) -> None:
    with pytest.raises(kind) as refused:
        refuse_long(Estimate(10, seconds / 10, seconds, bytes_on_disk, memory), tmp_path / "not" / "there", 2)
    assert named in str(refused.value)


def test_a_piece_carries_only_what_its_runs_need(shared_folder: Path) -> None:
    job: Job = job_of(sweeping.loaded(shared_folder), chunk=5)
    piece = job.piece(1)
    assert [run.number for run in piece.runs] == [5, 6, 7, 8, 9]
    assert set(piece.values) == {1, 2}
    assert set(piece.rows) == {(0, 0), (0, 1), (0, 2), (0, 3)}


def test_central_parameters_need_no_rows(shared_folder: Path) -> None:
    job = job_of(sweeping.loaded(shared_folder, sweeping.GRID + "parameters: central\n"))
    assert job.piece(0).rows == {}


def test_an_unfinished_sweep_has_no_hash(grid: Plan, tmp_path: Path) -> None:
    from experiments.errors import DamagedRun

    with pytest.raises(DamagedRun):
        _ = Finished(tmp_path, grid, None).sha256
