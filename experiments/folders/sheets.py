"""Tables for people: CSV that no spreadsheet takes for formulas, and one Excel workbook.

Enters: arrow tables. Leaves: files that are the same bytes every time. CSV is in machine format (`.` decimal, no thousands
separators, UTF-8); the workbook says the same in two languages and is the one to open in Excel.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
LONGEST_CELL = 32_000
CREATED = datetime(2024, 12, 22)  # noqa: DTZ001 - a fixed date (Resolution 57), so that equal books are equal bytes
CELLS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
WIDEST = 60
CSV = pyarrow.csv.WriteOptions(include_header=True, quoting_style="needed")


def harmless(text: str) -> str:
    """Return a text that a spreadsheet shows and never executes: an apostrophe before what could start a formula."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def write_csv(table: pa.Table, path: Path) -> None:
    """Write a table as CSV: text made harmless, null as an empty cell."""
    pyarrow.csv.write_csv(harmless_table(table), path, CSV)


def csv_writer(path: Path, table: pa.Table) -> pyarrow.csv.CSVWriter:
    """Open a CSV file for a table that is written part by part; each part, like `table`, made harmless."""
    return pyarrow.csv.CSVWriter(path, table.schema, write_options=CSV)


def harmless_table(table: pa.Table) -> pa.Table:
    """Return a table whose text a spreadsheet shows and never executes."""
    return pa.table({name: _harmless_column(table[name]) for name in table.column_names})


def _harmless_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Make text harmless, each distinct word once; leave numbers alone."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(pa.string())
    if not pa.types.is_string(column.type):
        return column
    for word in pc.unique(column).to_pylist():
        if word is not None and harmless(word) != word:
            chosen = pc.equal(column, word)
            column = pc.if_else(chosen, harmless(word), column)
    return column


@dataclass(frozen=True)
class Sheet:
    """Describe one sheet: its name, its rows, the decimals of its numbers, and a heading a column."""

    name: str
    headings: Sequence[str]
    columns: Sequence[Sequence[Any]]
    formats: Mapping[int, str]


def write_book(sheets: Sequence[Sheet], path: Path) -> None:
    """Write an Excel workbook, one sheet after the other."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), CELLS)
    try:
        book.set_properties({"created": CREATED})
        for sheet in sheets:
            _write_sheet(book, sheet)
    finally:
        _close(book)


def _close(book: Any) -> None:
    """Close the workbook; a disk that refuses is the system's error, not XlsxWriter's."""
    from xlsxwriter.exceptions import FileCreateError

    try:
        book.close()
    except FileCreateError as error:
        raise OSError(*getattr(error.args[0], "args", error.args)) from error


def _write_sheet(book: Any, sheet: Sheet) -> None:
    page = book.add_worksheet(sheet.name)
    heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    for position, (title, column) in enumerate(zip(sheet.headings, sheet.columns, strict=True)):
        page.write_string(0, position, title, heading)
        style = book.add_format({"num_format": sheet.formats[position]}) if position in sheet.formats else None
        for row, value in enumerate(column, start=1):
            _write_cell(page, row, position, value, style)
        page.set_column(position, position, _width(title, column))
    page.freeze_panes(1, 0)
    if sheet.columns and len(sheet.columns[0]) > 1:
        page.autofilter(0, 0, len(sheet.columns[0]), len(sheet.columns) - 1)


def _write_cell(page: Any, row: int, position: int, value: Any, style: Any) -> None:
    """Write text as text and numbers as numbers; an empty cell for what is undefined."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return
    if isinstance(value, int | float):
        page.write_number(row, position, value, style)
    else:
        page.write_string(row, position, str(value)[:LONGEST_CELL], style)


def _width(title: str, column: Sequence[Any]) -> int:
    longest = max((len(value) for value in column[:200] if isinstance(value, str)), default=10)
    return min(max(longest, min(len(title), 18), 10) + 2, WIDEST)
