"""What the runs at a point say together: quantiles by outcome and year, and differences between scenarios, run by run.

Enters: the rows of whole points. Leaves: tables, one row a (point, scenario, outcome, year).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from experiments.plan import Array
from experiments.summary import pairs_of, standard_error, statistics
from experiments.sweep.plan import Plan

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Cell:
    """Hold the runs of one scenario at one point: which they are, their years, and (runs, years, outcomes)."""

    point: int
    position: int
    runs: Integers
    years: Integers
    values: Array


def cells(table: pa.Table, plan: Plan) -> Iterator[Cell]:
    """Cut the rows of whole points into scenarios; scenarios without a successful run are left out."""
    if not table.num_rows:
        return
    numbers, years = table["run"].to_numpy(), table["year"].to_numpy()
    values = np.stack([table[name].to_numpy() for name in plan.outcomes], axis=1)
    cell = numbers // plan.per_scenario
    starts = np.flatnonzero(np.concatenate([[True], cell[1:] != cell[:-1]]))
    for start, stop in zip(starts, [*starts[1:], cell.size], strict=True):
        runs = np.unique(numbers[start:stop])
        span = years[start : start + (stop - start) // runs.size]
        block = values[start:stop].reshape(runs.size, span.size, -1)
        point, position = divmod(int(cell[start]), len(plan.scenarios))
        yield Cell(point, position, runs % plan.per_scenario, span, block)


def summary_at(table: pa.Table, plan: Plan) -> pa.Table:
    """Return p05, p50, p95, mean, the number of runs and the standard error of the mean, of every scenario and point."""
    parts = [
        _rows({"scenario": plan.labels[cell.position]}, cell.point, cell.years, cell.values, plan)
        for cell in cells(table, plan)
    ]
    return pa.concat_tables(parts) if parts else pa.table({})


def differences_at(table: pa.Table, plan: Plan) -> pa.Table:
    """Return the same of each scenario less the first of its place, paired by draw and replicate."""
    pairs = pairs_of(plan.labels, [card.place for card in plan.scenarios])
    if not pairs:
        return pa.table({})
    found = {(cell.point, plan.labels[cell.position]): cell for cell in cells(table, plan)}
    parts = []
    for point in dict.fromkeys(point for point, _ in found):
        for reference, other in pairs:
            if (point, reference) in found and (point, other) in found:
                names = {"reference": reference, "scenario": other}
                parts.append(_difference(names, found[point, reference], found[point, other], plan))
    return pa.concat_tables(parts) if parts else pa.table({})


def _difference(names: dict[str, str], first: Cell, second: Cell, plan: Plan) -> pa.Table:
    _, rows_1, rows_2 = np.intersect1d(first.runs, second.runs, return_indices=True)
    years, cols_1, cols_2 = np.intersect1d(first.years, second.years, return_indices=True)
    values = second.values[np.ix_(rows_2, cols_2)] - first.values[np.ix_(rows_1, cols_1)]
    return _rows(names, first.point, years, values, plan)


def _rows(names: dict[str, str], point: int, years: Integers, values: Array, plan: Plan) -> pa.Table:
    """Lay the statistics of a block out as rows: outcome after outcome, year after year."""
    count, outcomes = years.size * len(plan.outcomes), pa.array(plan.outcomes, pa.string())
    which = pa.array(np.repeat(np.arange(len(plan.outcomes)), years.size))
    units = pa.array([plan.units[name] for name in plan.outcomes], pa.string())
    columns: dict[str, Any] = {name: pa.array([word] * count, pa.string()) for name, word in names.items()}
    columns["point"] = np.full(count, point, dtype=np.int32)
    columns |= {"outcome": outcomes.take(which), "unit": units.take(which)}
    columns["year"] = np.tile(years, len(plan.outcomes)).astype(np.int32)
    for name, found in statistics(values).items():
        columns[name] = pa.array(found.T.ravel(), from_pandas=True)
    columns["runs"] = (~np.isnan(values)).sum(axis=0).T.ravel().astype(np.int32)
    columns["standard_error"] = pa.array(standard_error(values).T.ravel(), from_pandas=True)
    return pa.table(columns)
