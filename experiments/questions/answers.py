"""A question asked of runs, and its answer: an ensemble and the tables drawn from it, which travel together.

Enters: what is asked; an ensemble and tables by name. Leaves: something that a notebook shows as its first table, and
files: CSV and Parquet, one workbook, and the JSON object that the command prints.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from experiments.ensembles.ensemble import Ensemble
from experiments.ensembles.pool import Tick
from experiments.folders.parquet import write_table
from experiments.folders.sheets import Sheet, write_book, write_csv
from experiments.folders.workbook import NUMBER, heading, read_me
from experiments.questions.asked import Filled

Progress = Callable[[int], Tick]


@dataclass(frozen=True)
class Question:
    """Hold a question that makes sense and has not been run yet.

    verb and asked: what is asked, beside the settings of the runs; answer: runs what it takes, showing progress.
    """

    verb: str
    asked: Mapping[str, Any]
    scenarios: Sequence[Any]
    settings: Filled
    answer: Callable[[Progress | None], Answer]


@dataclass(frozen=True, eq=False, repr=False)
class Answer(Mapping[str, pa.Table]):
    """Hold tables by name, the answer proper first; `verb` and `asked` say what was asked, `ensemble` what ran."""

    verb: str
    asked: Mapping[str, Any]
    ensemble: Ensemble
    tables: Mapping[str, pa.Table]

    def __getitem__(self, name: str) -> pa.Table:
        return self.tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)

    def __repr__(self) -> str:
        """Name the tables and their rows in a line."""
        tables = ", ".join(f"{name} ({table.num_rows} rows)" for name, table in self.items())
        return f"<Answer to {self.verb} {', '.join(self.ensemble.labels)}: {tables}>"

    @property
    def table(self) -> pa.Table:
        """Return the answer proper."""
        return next(iter(self.tables.values()))

    def rows(self, name: str, **chosen: object) -> list[dict[str, Any]]:
        """Return the rows of a table in which the columns named have the values given."""
        listed: list[dict[str, Any]] = self.tables[name].to_pylist()
        return [row for row in listed if all(row[column] == value for column, value in chosen.items())]

    def to_pandas(self) -> Any:
        """Return the answer proper as a pandas frame, for notebooks."""
        return self.table.to_pandas()

    def _repr_html_(self) -> str:
        """Show the answer proper in a notebook."""
        text: str = self.to_pandas()._repr_html_()
        return text


def table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Make a table of rows that have the same keys; without rows it has no columns either."""
    return pa.Table.from_pylist([dict(row) for row in rows])


def write_answer(answer: Answer, data: Mapping[str, Any], folder: Path) -> None:
    """Write the tables of an answer into a folder, each as CSV and Parquet, all as one workbook; and `data` as JSON."""
    folder.mkdir()
    for name, table in answer.items():
        write_csv(table, folder / f"{name}.csv")
        write_table(table, folder / f"{name}.parquet")
    write_book(
        [read_me(answer.ensemble), *(sheet(name, table) for name, table in answer.items())],
        folder / f"{answer.verb}.xlsx",
    )
    (folder / f"{answer.verb}.json").write_text(json_text(data) + "\n", encoding="utf-8", newline="\n")


def sheet(name: str, table: pa.Table) -> Sheet:
    """Lay a table out as a sheet: headings in both languages, real numbers with decimals."""
    real = [pa.types.is_floating(field.type) for field in table.schema]
    formats = {place: NUMBER for place, is_real in enumerate(real) if is_real}
    return Sheet(name, [heading(one) for one in table.column_names], list(table.to_pydict().values()), formats)


def json_text(data: object) -> str:
    """Write JSON in which what is not a number is null."""
    return json.dumps(_finite(data), ensure_ascii=False, allow_nan=False)


def _finite(data: object) -> object:
    if isinstance(data, Mapping):
        return {str(key): _finite(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_finite(value) for value in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data
