"""Tables on disk: Parquet that is the same bytes every time and notices when it is damaged.

Enters and leaves: arrow tables. Pages carry checksums, verified on reading: without them most flipped bits in a compressed
file come back as wrong numbers without a word.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.errors import UNREADABLE, DamagedRun


def write_table(table: pa.Table, path: Path) -> None:
    """Write a table; equal tables give equal bytes."""
    pq.write_table(table, path, **settings(table.schema))


def table_bytes(table: pa.Table) -> bytes:
    """Return the bytes of a table's file."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, **settings(table.schema))
    content: bytes = sink.getvalue().to_pybytes()
    return content


def table_writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """Open a file for a table that is written part by part."""
    return pq.ParquetWriter(path, schema, **settings(schema))


def settings(schema: pa.Schema) -> dict[str, Any]:
    """Return how tables are written: compressed, with a checksum on every page."""
    return {
        "compression": "zstd",
        "write_page_checksum": True,
        "data_page_version": "2.0",
        "use_dictionary": [field.name for field in schema if not pa.types.is_floating(field.type)],
        "write_statistics": True,
    }


def read_table(path: Path) -> pa.Table:
    """Read a table back, verifying every page.

    Raises DamagedRun if the file is missing, cut short or damaged.
    """
    try:
        return pq.read_table(path, page_checksum_verification=True)
    except (OSError, pa.ArrowException) as error:
        raise DamagedRun("run.damaged", file=path.name, problem=UNREADABLE) from error


def content_hash(table: pa.Table) -> str:
    """Return the SHA-256 of what a table says: names, order and every value, however it is encoded."""
    digest = hashlib.sha256()
    for name in table.column_names:
        digest.update(f"{name}\0{table.num_rows}\0".encode())
        for part in _values(table[name]):
            digest.update(part)
    return digest.hexdigest()


class RunningHash:
    """Hash a table that comes part by part: however it is cut, the same rows give the same SHA-256."""

    def __init__(self) -> None:
        self._columns: dict[str, hashlib._Hash] = {}

    def add(self, table: pa.Table) -> None:
        """Take in the next rows."""
        for name in table.column_names:
            column = self._columns.setdefault(name, hashlib.sha256())
            for part in _values(table[name]):
                column.update(part)

    def hexdigest(self) -> str:
        """Return the hash of all rows so far, with the names and order of the columns."""
        words = [f"{name}\0{column.hexdigest()}" for name, column in self._columns.items()]
        return hashlib.sha256("\0".join(words).encode()).hexdigest()


def _values(column: pa.ChunkedArray) -> Iterator[bytes]:
    """Yield what stands in a column, and, where something is missing that is not a real number, what does."""
    kind = column.type
    if pa.types.is_floating(kind):
        yield np.ascontiguousarray(column.to_numpy(), dtype="<f8").tobytes()
        return
    if column.null_count:
        yield np.ascontiguousarray(column.is_null().to_numpy(), dtype=np.uint8).tobytes()
        column = column.fill_null(0 if pa.types.is_integer(kind) else "")
    if pa.types.is_integer(kind):
        yield np.ascontiguousarray(column.to_numpy(), dtype="<i8").tobytes()
    else:
        yield "".join(f"{word}\0" for word in column.to_pylist()).encode()


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
