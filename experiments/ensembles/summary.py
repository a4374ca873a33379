"""What an ensemble says: quantiles by scenario, outcome and year, and paired differences between scenarios.

Enters: the wide table (scenario, replicate, year, one column an outcome). Leaves: two long tables. Replicate r of two
scenarios shares its luck and its parameters, so their difference is taken replicate by replicate. Only numpy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

KEYS = ("scenario", "replicate", "year")
LOW, HIGH = 0.05, 0.95
STATISTICS = ("p05", "p50", "p95", "mean")


@dataclass(frozen=True)
class Cube:
    """Hold one scenario's outcomes: `values` of shape (replicates, years, outcomes), nan where undefined."""

    replicates: Integers
    years: Integers
    outcomes: tuple[str, ...]
    values: Array


EMPTY = Cube(np.zeros(0, np.int64), np.zeros(0, np.int64), (), np.empty((1, 0, 0)))
"""A block of nothing, for the tables of a run that has nothing to tell."""


def outcome_names(table: pa.Table) -> tuple[str, ...]:
    """Name the outcome columns of a wide table."""
    return tuple(name for name in table.column_names if name not in KEYS)


def scenario_names(table: pa.Table) -> tuple[str, ...]:
    """Name the scenarios of a table, in the order in which they first occur."""
    return tuple(dict.fromkeys(table["scenario"].to_pylist()))


def cube(table: pa.Table, scenario: str) -> Cube:
    """Return the outcomes of one scenario as a block.

    Every replicate has the same years in the same order, as the ensemble writes them; ValueError if not.
    """
    chosen = np.array(table["scenario"].to_pylist(), dtype=object) == scenario
    years = _integers(table, "year")[chosen]
    replicates = _integers(table, "replicate")[chosen]
    distinct_years, distinct_replicates = np.unique(years), np.unique(replicates)
    shape = (distinct_replicates.size, distinct_years.size)
    if not (
        np.array_equal(years, np.tile(distinct_years, shape[0]))
        and np.array_equal(replicates, np.repeat(distinct_replicates, shape[1]))
    ):
        message = f"the rows of {scenario} are not replicate after replicate, year after year"
        raise ValueError(message)
    names = outcome_names(table)
    columns = [table[name].to_numpy()[chosen].astype(np.float64).reshape(shape) for name in names]
    values = np.stack(columns, axis=2) if columns else np.empty((*shape, 0))
    return Cube(distinct_replicates, distinct_years, names, values)


def _integers(table: pa.Table, name: str) -> Integers:
    column: Integers = table[name].to_numpy().astype(np.int64)
    return column


def statistics(values: Array) -> dict[str, Array]:
    """Return p05, p50, p95 and mean over the first axis; nan entries are left out, all-nan gives nan.

    The statistics of -x are exactly those of x, mirrored: a difference B - A and its reverse tell the same.
    """
    whole = ~np.isnan(values).any(axis=0)
    result = {name: np.full(values.shape[1:], np.nan) for name in STATISTICS}
    if values.shape[0] == 0:
        return result
    for name, found in _statistics(values[:, whole]).items():
        result[name][whole] = found
    for place in zip(*np.nonzero(~whole), strict=True):
        column = values[(slice(None), *place)]
        column = column[~np.isnan(column)]
        if column.size:
            for name, found in _statistics(column[:, None]).items():
                result[name][place] = found[0]
    return result


def _statistics(values: Array) -> dict[str, Array]:
    low, high = np.quantile(values, LOW, axis=0), np.quantile(values, HIGH, axis=0)
    mirrored_low, mirrored_high = np.quantile(-values, LOW, axis=0), np.quantile(-values, HIGH, axis=0)
    return {
        "p05": 0.5 * (low - mirrored_high),
        "p50": np.median(values, axis=0),
        "p95": 0.5 * (high - mirrored_low),
        "mean": values.mean(axis=0),
    }


def standard_error(values: Array) -> Array:
    """Return the Monte-Carlo standard error of the mean over the first axis (nan for fewer than two values)."""
    count = (~np.isnan(values)).sum(axis=0)
    known = np.where(np.isnan(values), 0.0, values)
    mean = known.sum(axis=0) / np.maximum(count, 1)
    squares = np.where(np.isnan(values), 0.0, (values - mean) ** 2).sum(axis=0)
    error: Array = np.sqrt(squares / np.maximum(count - 1, 1) / np.maximum(count, 1))
    return np.where(count > 1, error, np.nan)


def summarise(table: pa.Table) -> pa.Table:
    """Return quantiles by scenario, outcome and year.

    Columns: scenario, outcome, year, p05, p50, p95, mean, replicates (those in which the outcome is defined).
    """
    parts = []
    for scenario in scenario_names(table):
        block = cube(table, scenario)
        parts.append(_long({"scenario": scenario}, block, with_error=False))
    return pa.concat_tables(parts) if parts else _long({"scenario": ""}, EMPTY, with_error=False)


def paired(table: pa.Table, reference: str, other: str) -> Cube:
    """Return other - reference, replicate by replicate, over the replicates and years that both have."""
    first, second = cube(table, reference), cube(table, other)
    replicates, rows_1, rows_2 = np.intersect1d(first.replicates, second.replicates, return_indices=True)
    years, cols_1, cols_2 = np.intersect1d(first.years, second.years, return_indices=True)
    values = second.values[np.ix_(rows_2, cols_2)] - first.values[np.ix_(rows_1, cols_1)]
    return Cube(replicates, years, first.outcomes, values)


def differences(table: pa.Table, pairs: Sequence[tuple[str, str]]) -> pa.Table:
    """Return the paired differences of every (reference, other) by outcome and year.

    Columns: reference, scenario, outcome, year, p05, p50, p95, mean, replicates, standard_error (of the mean).
    """
    parts = []
    for reference, other in pairs:
        block = paired(table, reference, other)
        parts.append(_long({"reference": reference, "scenario": other}, block, with_error=True))
    return pa.concat_tables(parts) if parts else _long({"reference": "", "scenario": ""}, EMPTY, with_error=True)


def _long(names: dict[str, str], block: Cube, *, with_error: bool) -> pa.Table:
    """Lay the statistics of a block out as rows: outcome after outcome, year after year."""
    values, years, outcomes = block.values, block.years.size, len(block.outcomes)
    columns: dict[str, object] = {name: _repeat(text, years * outcomes) for name, text in names.items()}
    index = np.repeat(np.arange(outcomes, dtype=np.int32), years)
    columns["outcome"] = pa.DictionaryArray.from_arrays(index, pa.array(block.outcomes, pa.string()))
    columns["outcome"] = columns["outcome"].cast(pa.string())  # type: ignore[attr-defined]
    columns["year"] = np.tile(block.years, outcomes).astype(np.int32)
    for name, found in statistics(values).items():
        columns[name] = pa.array(found.T.ravel(), from_pandas=True)
    columns["replicates"] = (~np.isnan(values)).sum(axis=0).T.ravel().astype(np.int32)
    if with_error:
        columns["standard_error"] = pa.array(standard_error(values).T.ravel(), from_pandas=True)
    return pa.table(columns)


def _repeat(text: str, times: int) -> pa.Array:
    return pa.array([text] * times, pa.string())


def pairs_of(scenarios: Sequence[str], places: Sequence[str]) -> list[tuple[str, str]]:
    """Pair every scenario with the first scenario of its place."""
    first: dict[str, str] = {}
    pairs = []
    for scenario, place in zip(scenarios, places, strict=True):
        reference = first.setdefault(place, scenario)
        if reference != scenario:
            pairs.append((reference, scenario))
    return pairs
