"""Ensembles: the same tables whatever the workers, failures as rows, luck and parameters shared between scenarios."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from experiments.ensembles.ensemble import run_ensemble
from experiments.ensembles.plan import Task, chunks, labels, tasks, unit_rows
from experiments.ensembles.pool import WORKER_DIED
from experiments.ensembles.records import Unsound, sound
from experiments.ensembles.summary import cube
from experiments.ensembles.tables import wide
from experiments.errors import WrongUsage
from experiments.folders.parquet import content_hash
from model.vocabulary import COMMUNE_KINDS, LINES, SECTORS, SIZES
from tests.fake_model import OUTCOMES, beliefs, run_replicate, scenarios, without_files

SLACK = 2.0  # for a machine that is busy with something else; alone it is about half a millisecond
TABLES = ("outcomes", "ledger", "communes", "groups", "draws", "parameters", "failures")


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch) -> None:
    without_files(monkeypatch)


def run(*pushes: float, workers: int = 1, changes: dict | None = None, **settings: object):
    return run_ensemble(scenarios(*pushes, **(changes or {})), runner=run_replicate, workers=workers, **settings)


# the plan


def test_the_plan_is_scenario_after_scenario() -> None:
    assert tasks(2, 2) == [Task(0, 0), Task(0, 1), Task(1, 0), Task(1, 1)]


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_chunks_cover_the_plan_in_order(workers: int) -> None:
    plan = tasks(3, 41)
    pieces = chunks(plan, workers)
    assert [task for piece in pieces for task in piece] == plan
    assert max(map(len, pieces)) <= 50


def test_a_row_of_the_cube_does_not_depend_on_how_many_there_are() -> None:
    many = unit_rows(100, 20, seed=1)
    assert np.array_equal(unit_rows(3, 20, seed=1), many[:3])
    assert np.array_equal(unit_rows(1, 20, seed=1), many[:1])


def test_a_new_last_parameter_leaves_the_others_as_they_are() -> None:
    assert np.array_equal(unit_rows(9, 21, seed=1)[:, :20], unit_rows(9, 20, seed=1))


def test_rows_fill_the_cube_evenly_and_differ_by_seed() -> None:
    rows = unit_rows(64, 6, seed=1)
    assert rows.shape == (64, 6)
    assert ((rows >= 0) & (rows < 1)).all()
    assert np.abs(rows.mean(axis=0) - 0.5).max() < 0.02
    assert not np.array_equal(rows, unit_rows(64, 6, seed=2))
    assert unit_rows(4, 0, seed=1).shape == (4, 0)


def test_labels_name_the_place_only_where_names_repeat() -> None:
    assert labels(["a", "b", "a"], ["x", "x", "y"]) == ["x/a", "b", "y/a"]


# the tables


def test_the_same_tables_with_one_and_two_workers() -> None:
    one, two = run(0.0, 1.0, replicates=9), run(0.0, 1.0, replicates=9, workers=2)
    for name in TABLES:
        assert content_hash(getattr(one, name)) == content_hash(getattr(two, name)), name
    assert one.summary.equals(two.summary)
    assert one.differences.equals(two.differences)


def test_the_wide_table_has_a_row_a_run_and_year() -> None:
    found = run(0.0, 1.0, replicates=3)
    assert found.outcomes.num_rows == 2 * 3 * 4
    assert found.outcomes.column_names == ["scenario", "replicate", "year", *OUTCOMES]
    assert found.labels == ("baseline", "programme_1")
    assert found.outcomes["grdp_growth"].null_count == 2 * 3
    assert set(found.outcomes["grdp_growth"].to_numpy()[::4]) != {0.0}


def test_the_long_table_has_one_value_a_row_and_goes_back() -> None:
    found = run(0.0, 1.0, replicates=3)
    assert found.tidy.column_names == ["place", "scenario", "replicate", "year", "outcome", "unit", "value"]
    assert found.tidy.num_rows == found.outcomes.num_rows * len(OUTCOMES)
    first = found.tidy.slice(0, 1).to_pylist()[0]
    assert (first["place"], first["outcome"], first["unit"]) == ("ha_tinh", "grdp", "bn VND, 2010 prices")
    assert wide(found.tidy).equals(found.outcomes)


def test_ledger_groups_and_communes_are_kept() -> None:
    found = run(0.0, replicates=2)
    assert found.ledger.num_rows == 2 * 4 * len(LINES)
    assert found.groups.num_rows == 2 * 4 * (len(SIZES) + len(SECTORS) + len(COMMUNE_KINDS))
    assert set(found.groups["group"].to_pylist()) == {*SIZES, *SECTORS, *COMMUNE_KINDS}
    assert found.communes.num_rows == 4 * 12
    assert found.communes["name"][0].as_py() == "Xã Đức Thọ 0"


def test_replicates_share_luck_and_parameters_across_scenarios() -> None:
    found = run(0.0, 0.0, replicates=5)
    assert np.array_equal(
        cube(found.outcomes, "baseline").values, cube(found.outcomes, "programme_1").values, equal_nan=True
    )
    rows = found.draws.to_pylist()
    assert [row["slope"] for row in rows[:5]] == [row["slope"] for row in rows[5:]]
    assert len({row["slope"] for row in rows}) == 5


def test_more_replicates_leave_the_first_ones_as_they_are() -> None:
    few, many = run(0.0, replicates=3), run(0.0, replicates=8)
    assert many.outcomes.slice(0, few.outcomes.num_rows).equals(few.outcomes)


def test_the_draws_table_holds_what_each_replicate_believed() -> None:
    found, scenario = run(0.0, replicates=3, seed=5), scenarios(0.0)[0]
    for number, row in enumerate(unit_rows(3, 3, seed=5)):
        expected = {"scenario": "baseline", "replicate": number, **beliefs(scenario.draw(row))}
        assert found.draws.to_pylist()[number] == expected


def test_central_runs_believe_the_same() -> None:
    found = run(0.0, replicates=4, central=True)
    assert set(found.draws["slope"].to_pylist()) == {1.0}
    assert found.central


def test_what_is_not_said_comes_from_the_first_scenario() -> None:
    found = run(0.0)
    assert (found.replicates, found.seed, found.central) == (6, 1, False)


def test_the_seed_changes_luck() -> None:
    assert not run(0.0, replicates=2, seed=1).outcomes.equals(run(0.0, replicates=2, seed=2).outcomes)


def test_a_run_may_end_early() -> None:
    assert set(run(0.0, replicates=2, years_to=2022).outcomes["year"].to_pylist()) == {2021, 2022}


def test_progress_hears_of_every_run() -> None:
    heard: list[int] = []

    def start(runs: int) -> Callable[[int], None]:
        heard.append(runs)
        return heard.append

    run(0.0, 1.0, replicates=3, progress=start)
    assert heard[0] == sum(heard[1:]) == 6


def test_workers_do_linear_algebra_in_one_thread() -> None:
    run(0.0, replicates=2)
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"


# what goes wrong


@pytest.mark.parametrize("workers", [1, 2])
def test_a_failed_run_is_a_row_and_costs_no_other(workers: int) -> None:
    found = run(0.0, 1.0, replicates=6, workers=workers, changes={"mischief": (2, "break")})
    assert found.failures.num_rows == 2
    assert found.failures.to_pylist()[1] == {
        "scenario": "programme_1", "replicate": 2, "seed": 1, "stage": "run",
        "message": "ValueError: =the books do not balance",
    }  # fmt: skip
    assert list(cube(found.outcomes, "baseline").replicates) == [0, 1, 3, 4, 5]
    assert set(found.differences["replicates"].to_pylist()) == {0, 5}


def test_a_killed_worker_costs_only_its_own_run() -> None:
    found = run(0.0, replicates=6, workers=2, changes={"mischief": (3, "die")})
    assert [(row["replicate"], row["stage"]) for row in found.failures.to_pylist()] == [(3, WORKER_DIED)]
    assert list(cube(found.outcomes, "baseline").replicates) == [0, 1, 2, 4, 5]
    assert cube(run(0.0, replicates=6).outcomes, "baseline").values[0, 1, 0] == found.outcomes["grdp"][1].as_py()


def test_a_run_that_lost_its_product_is_unsound() -> None:
    assert sound({"tfp_growth": np.array([np.nan, 1.0]), "grdp": np.array([2.0, 3.0])}).keys() == {"tfp_growth", "grdp"}
    with pytest.raises(Unsound, match="not a number: grdp"):
        sound({"grdp": np.array([2.0, np.nan])})


def test_an_infinite_outcome_is_a_failure() -> None:
    with np.errstate(divide="ignore"):
        found = run(0.0, replicates=3, changes={"mischief": (1, "infinite")})
    assert [(row["replicate"], row["stage"]) for row in found.failures.to_pylist()] == [(1, "results")]
    assert "infinite: grdp" in found.failures["message"][0].as_py()


def test_all_runs_may_fail() -> None:
    found = run(0.0, replicates=1, changes={"mischief": (0, "break")})
    assert found.outcomes.num_rows == found.summary.num_rows == found.differences.num_rows == 0
    assert found.finished == ()
    assert found.failures.num_rows == 1


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"replicates": 0}, "run.replicates"),
        ({"replicates": 1_000_001}, "run.replicates"),
        ({"seed": -1}, "run.seed"),
        ({"workers": 0}, "run.workers"),
        ({"years_to": 2020}, "run.years"),
        ({"years_to": 2099}, "run.years"),
    ],
)
def test_meaningless_settings_are_refused(settings: dict, key: str) -> None:
    with pytest.raises(WrongUsage) as refusal:
        run(0.0, **settings)
    assert refusal.value.key == key
    assert str(refusal.value)


def test_no_scenario_and_the_same_twice_are_refused() -> None:
    with pytest.raises(WrongUsage, match="at least one"):
        run_ensemble([], runner=run_replicate)
    with pytest.raises(WrongUsage, match="twice"):
        run_ensemble([*scenarios(0.0), *scenarios(0.0)], runner=run_replicate)


# the frame around the model costs little


def test_the_frame_costs_less_than_a_millisecond_a_run() -> None:
    run(0.0, replicates=2)
    began = time.process_time()
    run(0.0, replicates=400)
    whole = time.process_time() - began
    scenario = scenarios(0.0)[0]
    rows = unit_rows(400, 3, seed=1)
    began = time.process_time()
    for number in range(400):
        run_replicate(scenario, number, scenario.draw(rows[number]))
    model = time.process_time() - began
    assert (whole - model) / 400 < 1e-3 * SLACK


@pytest.mark.slow
def test_the_real_model_gives_the_same_with_one_and_two_workers(shared_folder: Path) -> None:
    from experiments import load
    from experiments import run as run_files

    pair = load(shared_folder / "ha_tinh" / "baseline.yaml", shared_folder / "ha_tinh" / "programme.yaml")
    one = run_files(*pair, replicates=2, years_to=2023)
    two = run_files(*pair, replicates=2, years_to=2023, workers=2)
    assert one.failures.num_rows == 0
    for name in TABLES:
        assert content_hash(getattr(one, name)) == content_hash(getattr(two, name)), name
    assert all(row["p05"] == row["p95"] == 0.0 for row in one.differences.to_pylist() if row["p05"] is not None)
