"""The results of a sweep, put together from its chunks: read in order, a few points at a time, whatever the number of runs.

Enters: a folder whose chunks are all there. Leaves: every value (Parquet and CSV), the summary of each point, differences
between scenarios, failures, and a manifest, which is written last: with it the sweep is complete.
"""

from __future__ import annotations

import contextlib
import platform
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from experiments.ensembles.tables import tidy
from experiments.errors import DamagedRun
from experiments.folders import manifest
from experiments.folders.folder import MANIFEST, sync, writing
from experiments.folders.parquet import RunningHash, file_hash, read_table, table_writer
from experiments.folders.sheets import csv_writer, harmless_table, write_csv
from experiments.sweeps import chunks, desk
from experiments.sweeps.estimate import MOST_CSV_ROWS, values_of
from experiments.sweeps.plan import Plan
from experiments.sweeps.points import differences_at, summary_at
from experiments.sweeps.work import MESSAGE, STAGE

FORMAT: Final = "three-pillars sweep"
FORMAT_VERSION: Final = 1
RESULTS, SUMMARY, DIFFERENCES, FAILURES = "results", "summary", "differences", "failures"
BLOCK: Final = 256
"""Runs that are put together at a time, rounded up to whole points; chunks are cut otherwise, and leave no trace here."""

Draw = Callable[[Plan, Path], None]


def merge(folder: Path, plan: Plan, made: Mapping[str, Any], draw: Draw | None = None) -> dict[str, Any]:
    """Put the results together and return the manifest.

    draw: draws the figures of the folder. Raises DamagedRun if a chunk is not whole, CannotWrite if the disk refuses.
    """
    with desk.merging(folder), writing(folder):
        (folder / MANIFEST).unlink(missing_ok=True)
        counts, outcomes_sha256 = _write_tables(folder, plan)
        if draw is not None:
            draw(plan, folder)
        data = _manifest(folder, plan, counts, outcomes_sha256)
        manifest.write({**data, "made": {"at": datetime.now(UTC).isoformat(timespec="seconds"), **made}}, folder)
        sync(folder / MANIFEST)
        sync(folder)
    return data


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a complete sweep, or None: it is missing, damaged, or some file is not what it says."""
    try:
        data = manifest.read(folder, FORMAT, FORMAT_VERSION)
    except DamagedRun:
        return None
    for name, known in data["outputs"].items():
        path = folder / name
        if not path.is_file() or file_hash(path) != known["sha256"]:
            return None
    return data


def _write_tables(folder: Path, plan: Plan) -> tuple[dict[str, int], str]:
    """Write every table, block after block; return counts, and the hash of all outcomes."""
    points, hashed = read_table(folder / desk.POINTS), RunningHash()
    failures, rows = [], 0
    with contextlib.ExitStack() as files:
        results = files.enter_context(_Growing(folder / RESULTS, with_csv=values_of(plan) <= MOST_CSV_ROWS))
        summary = files.enter_context(_Growing(folder / SUMMARY))
        differences = files.enter_context(_Growing(folder / DIFFERENCES))
        for block in blocks(chunks.read_all(folder, plan), plan):
            hashed.add(block)
            sound = block.filter(pc.is_null(block[STAGE]))
            failures.append(block.filter(pc.is_valid(block[STAGE])))
            rows += sound.num_rows
            results.add(_long(sound, plan, points))
            summary.add(_placed(summary_at(sound, plan), plan, points))
            differences.add(_placed(differences_at(sound, plan), plan, points))
    failed = pa.concat_tables(failures)
    _write_failures(_placed(failed, plan, points), folder, plan)
    return {"runs": plan.runs, "points": plan.points, "failed": failed.num_rows, "rows": rows}, hashed.hexdigest()


def blocks(tables: Iterator[pa.Table], plan: Plan) -> Iterator[pa.Table]:
    """Cut the rows of chunks anew, into blocks of whole points."""
    size = max(BLOCK // plan.per_point, 1) * plan.per_point
    waiting: list[pa.Table] = []
    end = size
    for table in tables:
        waiting.append(table)
        while int(waiting[-1]["run"][-1].as_py()) >= end - 1:
            whole = pa.concat_tables(waiting)
            cut = int(np.searchsorted(whole["run"].to_numpy(), end))
            yield whole.slice(0, cut).combine_chunks()
            waiting, end = [whole.slice(cut)], end + size
            if whole.num_rows == cut:
                waiting = []
                break
    if waiting:
        yield pa.concat_tables(waiting).combine_chunks()


def axis_columns(plan: Plan) -> list[str]:
    """Name the columns of varied values."""
    return [axis.key for axis in plan.axes]


def _long(sound: pa.Table, plan: Plan, points: pa.Table) -> pa.Table:
    """Return every value a row: place, scenario, point, varied values, draw, replicate, year, outcome, unit, value."""
    first, *rest = plan.keys[1:]
    keys = ("scenario", first, *axis_columns(plan), *rest)
    wide = pa.table({key: (_values(sound, key, points)) for key in (*keys, *plan.outcomes)})
    return tidy(wide, {card.label: card.place for card in plan.scenarios}, plan.units, keys)


def _values(table: pa.Table, name: str, points: pa.Table) -> pa.ChunkedArray:
    """Return a column of a table, or, for a varied entry, its value at the point of each row."""
    return points[name].take(table["point"]) if name in points.column_names and name != "point" else table[name]


def _placed(table: pa.Table, plan: Plan, points: pa.Table) -> pa.Table:
    """Return a table with the varied values beside its points; a table without columns as it is."""
    names = table.column_names
    if not names:
        return table
    after = names.index("point") + 1
    return pa.table({
        name: _values(table, name, points) for name in (*names[:after], *axis_columns(plan), *names[after:])
    })


def _write_failures(failed: pa.Table, folder: Path, plan: Plan) -> None:
    """Write the runs that went wrong, with their seed; none leave no file."""
    path = folder / f"{FAILURES}.csv"
    if not failed.num_rows:
        path.unlink(missing_ok=True)
        return
    keys = [key for key in failed.column_names if key in (*plan.keys, *axis_columns(plan)) and key != "year"]
    seed = pa.array(np.full(failed.num_rows, plan.seed))
    columns = {**{key: failed[key] for key in keys}, "seed": seed, STAGE: failed[STAGE], MESSAGE: failed[MESSAGE]}
    write_csv(pa.table(columns), path)


class _Growing:
    """Write a table part by part as Parquet and CSV; both take their names when all is written."""

    def __init__(self, path: Path, *, with_csv: bool = True) -> None:
        self._targets = [path.with_suffix(".parquet"), *([path.with_suffix(".csv")] if with_csv else [])]
        self._writers: list[Any] = []
        if not with_csv:
            path.with_suffix(".csv").unlink(missing_ok=True)

    def __enter__(self) -> _Growing:
        return self

    def add(self, table: pa.Table) -> None:
        """Write the next rows; a table without columns is none."""
        if not table.num_columns:
            return
        parts = [table, harmless_table(table)] if len(self._targets) > 1 else [table]
        if not self._writers:
            self._writers = [table_writer(_partial(self._targets[0]), table.schema)]
            self._writers += [csv_writer(_partial(target), parts[1]) for target in self._targets[1:]]
        for writer, part in zip(self._writers, parts, strict=True):
            writer.write_table(part)

    def __exit__(self, kind: object, *_: object) -> None:
        for writer in self._writers:
            with contextlib.suppress(OSError) if kind else contextlib.nullcontext():
                writer.close()
        for target in self._targets:
            if kind is None and self._writers:
                sync(_partial(target))
                _partial(target).replace(target)
            _partial(target).unlink(missing_ok=True)


def _partial(path: Path) -> Path:
    return path.with_name(f".{path.name}")


def _manifest(folder: Path, plan: Plan, counts: Mapping[str, int], outcomes_sha256: str) -> dict[str, Any]:
    """Describe a complete sweep: what it is, with which code, and the hash of every file."""
    data: dict[str, Any] = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "identity": plan.identity,
        "title": dict(plan.title),
        "scenarios": list(plan.labels),
        "counts": dict(counts),
        "imputed_inputs": {card.label: len(card.imputed) for card in plan.scenarios},
        "inputs": {name: known for card in plan.scenarios for name, known in card.files.items()},
        "code_sha256": manifest.code_hash(),
        "versions": manifest.versions(),
        "platform": {"system": platform.system(), "machine": platform.machine()},
        "outcomes_sha256": outcomes_sha256,
        "outputs": manifest.output_hashes(folder),
    }
    return {**data, "sha256": manifest.digest(data)}
