"""The tables of an ensemble, built from its records.

Enters: records in the order of the plan. Leaves: arrow tables: outcomes (wide), ledger, communes, groups, draws, failures;
and the tidy long form of the outcomes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from experiments.ensembles.records import Columns, Failure, Record
from experiments.ensembles.summary import KEYS, scenario_names, statistics

Array = npt.NDArray[Any]

PLACE = "place"
PLACED = ("scenario", PLACE, "replicate", "year")
"""The columns of a wide table of provinces that are no outcomes."""


def outcome_table(records: Sequence[Record], labels: Sequence[str]) -> pa.Table:
    """Stack the outcomes of all runs: scenario, replicate, year, one column an outcome (null where undefined)."""
    names = list(dict.fromkeys(name for record in records for name in record.outcomes))
    columns: dict[str, Any] = _keys(records, labels, lambda record: record.years.size)
    columns["year"] = _joined([record.years for record in records], np.int32)
    for name in names:
        undefined = [np.full(record.years.size, np.nan) for record in records]
        found = [record.outcomes.get(name, blank) for record, blank in zip(records, undefined, strict=True)]
        columns[name] = pa.array(_joined(found, np.float64), from_pandas=True)
    return pa.table(columns)


def province_table(records: Sequence[Record], labels: Sequence[str]) -> pa.Table:
    """Stack the outcomes of a country's provinces: scenario, place, replicate, year, one column an outcome."""
    parts = [(place, record, own) for record in records for place, own in record.provinces.items()]
    table = outcome_table([replace(record, outcomes=own) for _, record, own in parts], labels)
    places = [place for place, record, _ in parts for _ in record.years]
    return table.add_column(1, "place", pa.array(places, pa.string()))


def ledger_table(records: Sequence[Record], labels: Sequence[str]) -> pa.Table:
    """Stack the ledgers of all runs: scenario, replicate, year, line, then nominal billion VND."""
    return _stacked(records, labels, lambda record: record.ledger)


def group_table(records: Sequence[Record], labels: Sequence[str]) -> pa.Table:
    """Stack what groups of enterprises did: scenario, replicate, year, grouping, group, and one column a measure."""
    return _stacked(records, labels, lambda record: record.groups)


def _stacked(records: Sequence[Record], labels: Sequence[str], part: Callable[[Record], Columns]) -> pa.Table:
    names = list(dict.fromkeys(name for record in records for name in part(record)))
    columns: dict[str, Any] = _keys(records, labels, lambda record: _rows(part(record)))
    for name in names:
        columns[name] = _column(np.concatenate([part(record)[name] for record in records if part(record)]))
    return pa.table(columns)


def _rows(columns: Columns) -> int:
    return next((len(column) for column in columns.values()), 0)


def _column(values: Array) -> pa.Array:
    """Make an arrow column of an array: text, whole numbers of 32 bits, or real numbers with null for nan."""
    if values.dtype.kind in "UO":
        return pa.array(values.tolist(), pa.string())
    if values.dtype.kind in "iub":
        return pa.array(values.astype(np.int32))
    return pa.array(values.astype(np.float64), from_pandas=True)


def _keys(records: Sequence[Record], labels: Sequence[str], rows: Callable[[Record], int]) -> dict[str, Any]:
    counts = [rows(record) for record in records]
    positions = np.repeat(np.array([record.position for record in records], dtype=np.int64), counts)
    replicates = np.repeat(np.array([record.replicate for record in records], dtype=np.int32), counts)
    return {
        "scenario": pa.array([labels[int(position)] for position in positions], pa.string()),
        "replicate": replicates,
    }


def _joined(arrays: Sequence[Array], kind: type[np.generic]) -> Array:
    return np.concatenate(arrays).astype(kind) if arrays else np.empty(0, kind)


def commune_table(
    records: Sequence[Record], labels: Sequence[str], communes: Mapping[str, Sequence[Mapping[str, Any]]]
) -> pa.Table:
    """Return the communes of every scenario and year, each outcome as p05, p50, p95 and mean over replicates.

    communes: label → what is known of each commune, in the model's order.
    """
    parts = []
    for position, label in enumerate(labels):
        own = [record for record in records if record.position == position and record.communes]
        if own:
            parts.append(_commune_part(own, label, communes[label]))
    return pa.concat_tables(parts) if parts else pa.table({"scenario": pa.array([], pa.string())})


def _commune_part(records: Sequence[Record], label: str, communes: Sequence[Mapping[str, Any]]) -> pa.Table:
    years, count = records[0].years, len(communes)
    columns: dict[str, Any] = {"scenario": pa.array([label] * (years.size * count), pa.string())}
    columns["year"] = np.repeat(years, count)
    for name in communes[0]:
        columns[name] = pa.array([commune[name] for commune in communes] * years.size)
    for outcome in records[0].communes:
        block = np.stack([record.communes[outcome] for record in records]).astype(np.float64)
        for statistic, values in statistics(block).items():
            columns[f"{outcome}_{statistic}"] = values.ravel()
    return pa.table(columns)


def draw_table(labels: Sequence[str], draws: Sequence[Sequence[Mapping[str, float]]]) -> pa.Table:
    """Return what each replicate believed: scenario, replicate, one column a parameter or fact, in model units."""
    names = list(dict.fromkeys(name for scenario in draws for draw in scenario for name in draw))
    rows = [(label, number, draw) for label, own in zip(labels, draws, strict=True) for number, draw in enumerate(own)]
    columns: dict[str, Any] = {
        "scenario": pa.array([label for label, _, _ in rows], pa.string()),
        "replicate": np.array([number for _, number, _ in rows], dtype=np.int32),
    }
    for name in names:
        columns[name] = pa.array([draw.get(name) for _, _, draw in rows], pa.float64())
    return pa.table(columns)


def failure_table(failures: Sequence[Failure], labels: Sequence[str], seed: int) -> pa.Table:
    """Return the runs that went wrong: scenario, replicate, seed, stage, message."""
    return pa.table(
        {
            "scenario": pa.array([labels[failure.position] for failure in failures], pa.string()),
            "replicate": pa.array([failure.replicate for failure in failures], pa.int32()),
            "seed": pa.array([seed] * len(failures), pa.int64()),
            "stage": pa.array([failure.stage for failure in failures], pa.string()),
            "message": pa.array([failure.message for failure in failures], pa.string()),
        }
    )


def tidy(table: pa.Table, places: Mapping[str, str], units: Mapping[str, str], keys: Sequence[str] = KEYS) -> pa.Table:
    """Return the outcomes one value a row: place, scenario, replicate, year, outcome, unit, value.

    places: scenario → place, unless the table has a column of places; units: outcome → unit; keys: the columns that are no
    outcomes, of which `scenario` is one.
    """
    names, rows = [name for name in table.column_names if name not in (*keys, PLACE)], table.num_rows
    scenarios = scenario_names(table)
    index = {scenario: position for position, scenario in enumerate(scenarios)}
    codes = np.array([index[scenario] for scenario in table["scenario"].to_pylist()], dtype=np.int32)
    values = np.stack([table[name].to_numpy() for name in names], axis=1) if names else np.empty((rows, 0))
    outcomes = np.tile(np.arange(len(names), dtype=np.int32), rows)
    row = pa.array(np.repeat(np.arange(rows), len(names)))
    repeated = np.repeat(codes, len(names))
    return pa.table(
        {
            PLACE: table[PLACE].take(row).combine_chunks().dictionary_encode()
            if PLACE in table.column_names
            else _coded(repeated, [places[scenario] for scenario in scenarios]),
            "scenario": _coded(repeated, scenarios),
            **{key: table[key].take(row) for key in keys if key != "scenario"},
            "outcome": _coded(outcomes, names),
            "unit": _coded(outcomes, [units.get(name, "") for name in names]),
            "value": pa.array(values.ravel(), from_pandas=True),
        }
    )


def _coded(codes: npt.NDArray[np.int32], words: Sequence[str]) -> pa.DictionaryArray:
    distinct = list(dict.fromkeys(words))
    recode = np.array([distinct.index(word) for word in words], dtype=np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(recode[codes]), pa.array(distinct, pa.string()))


def split(long: pa.Table, places: Mapping[str, str]) -> tuple[pa.Table, pa.Table]:
    """Return the rows of the scenarios' own places (scenario → place) and those of the provinces of a country."""
    own = pc.is_in(
        pc.binary_join_element_wise(long["scenario"].cast(pa.string()), long[PLACE].cast(pa.string()), "/"),
        pa.array([f"{scenario}/{place}" for scenario, place in places.items()], pa.string()),
    )
    return long.filter(own), long.filter(pc.invert(own))


def wide(long: pa.Table, keys: Sequence[str] = KEYS) -> pa.Table:
    """Return the wide table whose tidy form is `long`: the inverse of `tidy`."""
    outcomes = long["outcome"].combine_chunks().cast(pa.string()).to_pylist()
    names = list(dict.fromkeys(outcomes))
    step = max(len(names), 1)
    first = long.take(pa.array(np.arange(0, long.num_rows, step)))
    columns: dict[str, Any] = {key: _plain(first[key]) for key in keys}
    values = long["value"].to_numpy().reshape(-1, step)
    for position, name in enumerate(names):
        columns[name] = pa.array(np.ascontiguousarray(values[:, position]), from_pandas=True)
    return pa.table(columns)


def _plain(column: pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    return column.cast(pa.string()).combine_chunks() if pa.types.is_dictionary(column.type) else column
