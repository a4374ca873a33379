"""What a sweep finds: every value with its inputs, the summary of each point, and differences run by run."""

from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
import pytest

from experiments import stand_in
from experiments.sweeps import Finished
from experiments.sweeps.reading import Sweep
from tests import sweeping

TWO = 'title: {en: "A", vi: "B"}\nscenarios: [../ha_tinh/baseline.yaml, ../ha_tinh/programme.yaml]\n'


@pytest.fixture(scope="module")
def grid(shared_folder: Path) -> Sweep:
    return sweeping.loaded(shared_folder)


@pytest.fixture(scope="module")
def whole(grid: Sweep, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    return sweeping.swept(grid, tmp_path_factory.mktemp("whole") / "out")


def test_every_value_stands_with_its_inputs(grid: Sweep, whole: Finished) -> None:
    table = whole.results
    assert table.column_names == [
        "place", "scenario", "point", "budget.pillars_share", "parameters.catch_up_speed", "replicate", "year", "outcome",
        "unit", "value",
    ]  # fmt: skip
    assert table.num_rows == 12 * 4 * 10 * 2
    row = table.filter(pc.and_(pc.equal(table["point"], 7), pc.equal(table["year"], 2030))).to_pylist()[0]
    assert (row["budget.pillars_share"], row["parameters.catch_up_speed"]) == (3.0, 0.05)
    scenario = grid.scenarios[0].with_levers({"budget.pillars_share": {2026: "3 %"}, "parameters.catch_up_speed": 0.05})
    direct = stand_in.run_replicate(scenario, 0, scenario.central(), years_to=2030)
    assert row["value"] == direct.outcomes["tfp_share"][-1]


def test_csv_and_parquet_say_the_same(whole: Finished) -> None:
    for name, table in (("results", whole.results), ("summary", whole.summary), ("points", whole.points)):
        text = pyarrow.csv.read_csv(whole.folder / f"{name}.csv")
        assert text.column_names == table.column_names
        for column in table.column_names:
            assert text[column].to_pylist() == pytest.approx(table[column].to_pylist(), nan_ok=True)


def test_the_summary_is_of_the_runs_at_each_point(whole: Finished) -> None:
    results, row = whole.results, whole.summary.to_pylist()[-1]
    chosen = results.filter(
        pc.and_(
            pc.and_(pc.equal(results["point"], row["point"]), pc.equal(results["outcome"], row["outcome"])),
            pc.equal(results["year"], row["year"]),
        )
    )
    values = chosen["value"].to_numpy()
    assert len(values) == row["runs"] == 4
    assert row["p50"] == pytest.approx(np.median(values))
    assert (row["p05"], row["p95"]) == pytest.approx(tuple(np.quantile(values, (0.05, 0.95))))
    assert row["standard_error"] == pytest.approx(values.std(ddof=1) / 2)


def test_scenarios_are_compared_run_by_run(shared_folder: Path, tmp_path: Path) -> None:
    sweep = sweeping.load_sweep(sweeping.write(shared_folder, sweeping.GRID + "draws: 2\n", "two", TWO))
    done = sweeping.swept(sweep, tmp_path / "out")
    row = done.differences.to_pylist()[-1]
    values = {
        name: done.results.filter(
            pc.and_(
                pc.and_(pc.equal(done.results["point"], row["point"]), pc.equal(done.results["year"], row["year"])),
                pc.and_(pc.equal(done.results["scenario"], name), pc.equal(done.results["outcome"], row["outcome"])),
            )
        )["value"].to_numpy()
        for name in ("baseline", "programme")
    }
    assert (row["reference"], row["scenario"], row["runs"]) == ("baseline", "programme", 8)
    assert row["mean"] == pytest.approx((values["programme"] - values["baseline"]).mean())


def test_scenarios_alone_are_an_ensemble(shared_folder: Path, tmp_path: Path) -> None:
    body = "replicates: 3\ndraws: 5\nsequence: latin_hypercube\nyears: 2022\noutcomes: [tfp_share]\n"
    done = sweeping.swept(sweeping.load_sweep(sweeping.write(shared_folder, body, "alone", TWO)), tmp_path / "out")
    assert done.results.num_rows == 2 * 5 * 3 * 2
    assert repr(done) == f"<Sweep alone in {tmp_path / 'out'}: 30 runs at 1 points, 0 failed>"
    assert "draw" in done.results.column_names
    draws = pyarrow.parquet.read_table(tmp_path / "out" / "draws.parquet")
    assert draws.num_rows == 2 * 5
    assert draws["catch_up_speed"].to_pylist()[:5] == draws["catch_up_speed"].to_pylist()[5:]
