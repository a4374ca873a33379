"""The answer to a question asked of runs: an ensemble and the tables drawn from it, which travel together.

Enters: an ensemble, tables by name, what was asked. Leaves: something that a notebook shows as its first table, and files:
CSV and Parquet, one workbook, and the JSON object that the command prints.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from experiments.ensemble import Ensemble
from experiments.parquet import write_table
from experiments.sheets import Sheet, write_book, write_csv
from experiments.workbook import NUMBER, heading, read_me


@dataclass(frozen=True, eq=False)
class Answer(Mapping[str, pa.Table]):
    """Hold tables by name, the answer proper first; `verb` and `question` say what was asked, `ensemble` what ran."""

    verb: str
    question: Mapping[str, Any]
    ensemble: Ensemble
    tables: Mapping[str, pa.Table]

    def __getitem__(self, name: str) -> pa.Table:
        return self.tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)

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


def write_answer(answer: Answer, data: Mapping[str, Any], folder: Path) -> None:
    """Write the tables of an answer into a folder, each as CSV and Parquet, all as one workbook; and `data` as JSON."""
    folder.mkdir()
    for name, table in answer.items():
        write_csv(table, folder / f"{name}.csv")
        write_table(table, folder / f"{name}.parquet")
    write_book([read_me(answer.ensemble), *(sheet(name, table) for name, table in answer.items())], folder / f"{answer.verb}.xlsx")
    (folder / f"{answer.verb}.json").write_text(json_text(data) + "\n", encoding="utf-8", newline="\n")


def sheet(name: str, table: pa.Table) -> Sheet:
    """Lay a table out as a sheet: headings in both languages, real numbers with decimals."""
    real = [pa.types.is_floating(field.type) for field in table.schema]
    formats = {place: NUMBER for place, is_real in enumerate(real) if is_real}
    return Sheet(name, [heading(one) for one in table.column_names], table.to_pydict().values(), formats)  # type: ignore[arg-type]


def json_text(data: object) -> str:
    """Write JSON in which what is not a number is null."""
    return json.dumps(_finite(data), ensure_ascii=False, allow_nan=False)


def _finite(data: object) -> object:
    if isinstance(data, Mapping):
        return {str(key): _finite(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_finite(value) for value in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data
