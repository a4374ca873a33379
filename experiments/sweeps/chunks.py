"""Chunk files: each holds some runs of a plan, is written whole or not at all, and knows when it is damaged.

Enters: the table of a chunk. Leaves: chunks/NNNNNN.parquet, and the table again. A chunk names its plan and its number and
carries a SHA-256 over all its columns beside the checksums of its pages, so that no cut, flip or swap goes unnoticed.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from experiments.ensembles.pool import WORKER_DIED
from experiments.errors import SPOILT, DamagedRun, Words
from experiments.folders.folder import sync
from experiments.folders.parquet import content_hash, read_table, table_bytes
from experiments.sweeps.plan import Plan
from experiments.sweeps.work import STAGE

FOLDER: Final = "chunks"
PLAN, NUMBER, SHA256 = b"pillars.plan", b"pillars.chunk", b"pillars.sha256"


@dataclass(frozen=True)
class Found:
    """Say what a look at the chunks found: those that hold, those that are damaged and why, those worth another try."""

    whole: frozenset[int]
    damaged: tuple[tuple[str, object], ...]
    again: frozenset[int]


def name_of(chunk: int) -> str:
    """Return the file name of a chunk."""
    return f"{chunk:06d}.parquet"


def write_chunk(table: pa.Table, folder: Path, plan: Plan, chunk: int, writer: str) -> None:
    """Write a chunk durably: to a file of the writer's own, through to the disk, then to its name in one step."""
    mark = {PLAN: plan.identity.encode(), NUMBER: str(chunk).encode(), SHA256: content_hash(table).encode()}
    content = table_bytes(table.replace_schema_metadata(mark))
    target = folder / FOLDER / name_of(chunk)
    partial = target.with_name(f"{leftover_prefix(writer)}{name_of(chunk)}")
    try:
        with partial.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(target)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    sync(target.parent)


def leftover_prefix(writer: str) -> str:
    """Return how the unfinished files of a writer begin."""
    return f".{writer}."


def remove_leftovers(folder: Path, writer: str | None) -> None:
    """Remove what a killed writer left, or (None) all of them; whoever calls this holds their lock."""
    for path in (folder / FOLDER).glob(".*" if writer is None else f"{leftover_prefix(writer)}*"):
        path.unlink(missing_ok=True)


def read_chunk(folder: Path, plan: Plan, chunk: int) -> pa.Table:
    """Read a chunk back.

    Raises DamagedRun if it is missing, cut short, altered, of another plan, or not the chunk its name says.
    """
    name = f"{FOLDER}/{name_of(chunk)}"
    table = read_table(folder / FOLDER / name_of(chunk))
    mark = table.schema.metadata or {}
    if mark.get(PLAN) != plan.identity.encode():
        raise DamagedRun("run.damaged", file=name, problem=Words("damage.other_plan"))
    if mark.get(NUMBER) != str(chunk).encode() or not _has_runs(table, plan, chunk):
        raise DamagedRun("run.damaged", file=name, problem=Words("damage.other_runs"))
    if mark.get(SHA256) != content_hash(table).encode():
        raise DamagedRun("run.damaged", file=name, problem=SPOILT)
    return table.replace_schema_metadata(None)


def _has_runs(table: pa.Table, plan: Plan, chunk: int) -> bool:
    if "run" not in table.column_names or table.num_rows == 0:
        return False
    numbers = table["run"].to_numpy()
    first = np.concatenate([[True], numbers[1:] != numbers[:-1]])
    return np.array_equal(numbers[first], np.array(plan.of_chunk(chunk)))


def look(folder: Path, plan: Plan, chunks: Iterable[int]) -> Found:
    """Read every chunk that is there, and sort them into whole, damaged, and worth another try."""
    whole: set[int] = set()
    again: set[int] = set()
    damaged = []
    for chunk in chunks:
        if not (folder / FOLDER / name_of(chunk)).exists():
            continue
        try:
            table = read_chunk(folder, plan, chunk)
        except DamagedRun as error:
            damaged.append((name_of(chunk), error.values["problem"]))
            continue
        (again if _died(table) else whole).add(chunk)
    return Found(frozenset(whole), tuple(damaged), frozenset(again))


def _died(table: pa.Table) -> bool:
    """See whether the process of a run ended: perhaps it was the machine's fault."""
    return bool(pc.any(pc.equal(table[STAGE], WORKER_DIED)).as_py())


def read_all(folder: Path, plan: Plan) -> Iterator[pa.Table]:
    """Yield the tables of all chunks, in the order of the plan; raise DamagedRun at the first that is not whole."""
    for chunk in range(plan.chunks):
        yield read_chunk(folder, plan, chunk)


def owners(folder: Path) -> set[str]:
    """Return the identities of the plans that the chunks name, leaving out chunks that cannot be opened."""
    found = set()
    for path in (folder / FOLDER).glob("*.parquet"):
        with contextlib.suppress(OSError, pa.ArrowException):
            found.add((pq.read_schema(path).metadata or {}).get(PLAN, b"").decode())
    return found - {""}


def missing(folder: Path, plan: Plan) -> list[int]:
    """Return the numbers of the chunks that are not there, without reading any."""
    there = {path.name for path in (folder / FOLDER).glob("*.parquet")}
    return [chunk for chunk in range(plan.chunks) if name_of(chunk) not in there]
