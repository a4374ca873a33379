"""Tables on disk: Parquet that is the same bytes every time and notices when it is damaged.

Enters and leaves: arrow tables. Pages carry checksums, verified on reading: without them most flipped bits in a compressed
file come back as wrong numbers without a word.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.errors import DamagedRun


def write_table(table: pa.Table, path: Path) -> None:
    """Write a table; equal tables give equal bytes."""
    pq.write_table(
        table,
        path,
        compression="zstd",
        write_page_checksum=True,
        data_page_version="2.0",
        use_dictionary=[name for name in table.column_names if not _is_real(table, name)],
        write_statistics=True,
    )


def _is_real(table: pa.Table, name: str) -> bool:
    return bool(pa.types.is_floating(table.schema.field(name).type))


def read_table(path: Path) -> pa.Table:
    """Read a table back, verifying every page.

    Raises DamagedRun if the file is missing, cut short or damaged.
    """
    try:
        return pq.read_table(path, page_checksum_verification=True)
    except (OSError, pa.ArrowException) as error:
        raise DamagedRun("run.damaged", file=path.name, problem=str(error).splitlines()[0][:120]) from error


def content_hash(table: pa.Table) -> str:
    """Return the SHA-256 of what a table says: names, order and every value, however it is encoded."""
    digest = hashlib.sha256()
    for name in table.column_names:
        kind = table.schema.field(name).type
        digest.update(f"{name}\0{table.num_rows}\0".encode())
        if pa.types.is_floating(kind):
            digest.update(np.ascontiguousarray(table[name].to_numpy(), dtype="<f8").tobytes())
        elif pa.types.is_integer(kind):
            digest.update(np.ascontiguousarray(table[name].to_numpy(), dtype="<i8").tobytes())
        else:
            digest.update("\0".join(str(word) for word in table[name].to_pylist()).encode())
    return digest.hexdigest()


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
