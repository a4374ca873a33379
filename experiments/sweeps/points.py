"""What the runs at a point say together: quantiles by outcome and year, and differences between scenarios, run by run.

Enters: the rows of whole points. Leaves: tables, one row a (point, scenario, outcome, year).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from experiments.ensembles.plan import Array
from experiments.ensembles.summary import pairs_of, standard_error, statistics
from experiments.sweeps.plan import Plan

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Cell:
    """Hold the runs of one scenario at one point: which they are, their years, and (runs, years, outcomes)."""

    point: int
    position: int
    runs: Integers
    years: Integers
    values: Array


@dataclass(frozen=True)
class Lot:
    """Hold what is summarised together: how its rows are called, the point, years, and (runs, years, outcomes)."""

    names: Mapping[str, str]
    point: int
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
    lots = [
        Lot({"scenario": plan.labels[cell.position]}, cell.point, cell.years, cell.values) for cell in cells(table, plan)
    ]
    return laid_out(lots, plan)


def differences_at(table: pa.Table, plan: Plan) -> pa.Table:
    """Return the same of each scenario less the first of its place, paired by draw and replicate."""
    pairs = pairs_of(plan.labels, [card.place for card in plan.scenarios])
    if not pairs:
        return pa.table({})
    found = {(cell.point, plan.labels[cell.position]): cell for cell in cells(table, plan)}
    lots = [
        _difference({"reference": reference, "scenario": other}, found[point, reference], found[point, other])
        for point in dict.fromkeys(point for point, _ in found)
        for reference, other in pairs
        if (point, reference) in found and (point, other) in found
    ]
    return laid_out(lots, plan)


def _difference(names: Mapping[str, str], first: Cell, second: Cell) -> Lot:
    _, rows_1, rows_2 = np.intersect1d(first.runs, second.runs, return_indices=True)
    years, cols_1, cols_2 = np.intersect1d(first.years, second.years, return_indices=True)
    return Lot(names, first.point, years, second.values[np.ix_(rows_2, cols_2)] - first.values[np.ix_(rows_1, cols_1)])


def laid_out(lots: Sequence[Lot], plan: Plan) -> pa.Table:
    """Return the statistics of lots as a table; lots of one shape, which most are, are summarised in one go."""
    groups = itertools.groupby(lots, key=lambda lot: (lot.values.shape, lot.years.tobytes()))
    parts = [_rows(list(group), plan) for _, group in groups]
    return pa.concat_tables(parts) if parts else pa.table({})


def _rows(lots: Sequence[Lot], plan: Plan) -> pa.Table:
    """Lay the statistics of lots of one shape out as rows: lot after lot, outcome after outcome, year after year."""
    values = np.stack([lot.values for lot in lots], axis=1)
    years, outcomes = lots[0].years, len(plan.outcomes)
    size = years.size * outcomes
    lot_of = pa.array(np.repeat(np.arange(len(lots)), size))
    outcome_of = pa.array(np.tile(np.repeat(np.arange(outcomes), years.size), len(lots)))
    columns: dict[str, Any] = {
        name: pa.array([lot.names[name] for lot in lots], pa.string()).take(lot_of) for name in lots[0].names
    }
    columns["point"] = np.repeat(np.array([lot.point for lot in lots], dtype=np.int32), size)
    columns["outcome"] = pa.array(plan.outcomes, pa.string()).take(outcome_of)
    columns["unit"] = pa.array([plan.units[name] for name in plan.outcomes], pa.string()).take(outcome_of)
    columns["year"] = np.tile(years, len(lots) * outcomes).astype(np.int32)
    for name, found in statistics(values).items():
        columns[name] = pa.array(_flat(found), from_pandas=True)
    columns["runs"] = _flat((~np.isnan(values)).sum(axis=0)).astype(np.int32)
    columns["standard_error"] = pa.array(_flat(standard_error(values)), from_pandas=True)
    return pa.table(columns)


def _flat(found: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Turn (lots, years, outcomes) into rows, outcome after outcome within a lot."""
    return found.transpose(0, 2, 1).ravel()
