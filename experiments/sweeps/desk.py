"""The folder of a sweep before its results: plan, points, draws and inputs, and who may write in it.

Enters: a sweep and its plan. Leaves: the folder, made whole in one step by whichever process comes first; and locks, so that
one process works on it, or several that are shards of one sweep. All of it follows from the sweep file, so whatever of it is
damaged is written again.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from experiments.errors import CannotWrite, DamagedRun
from experiments.folders import inputs
from experiments.folders.folder import INPUTS, locked, new_folder, writing
from experiments.folders.manifest import digest, files_of
from experiments.folders.parquet import file_hash, write_table
from experiments.folders.sheets import write_csv
from experiments.sweeps.axes import number_and_unit
from experiments.sweeps.chunks import FOLDER, owners
from experiments.sweeps.design import Design, draw_rows
from experiments.sweeps.plan import Plan, Shard
from experiments.sweeps.reading import MARK, Sweep, load_sweep
from model.places.facts import Draw
from model.reading.nodes import Scalar

PLAN: Final = "plan.json"
SWEEPS: Final = "sweeps"
POINTS: Final = "points.parquet"
DRAWS: Final = "draws.parquet"
LOCKS: Final = ".locks"
PATIENCE: Final = 60.0
"""Seconds to wait for another shard that is making the folder."""

Tell = Callable[..., None]


def open_folder(folder: Path, sweep: Sweep, plan: Plan, design: Design, tell: Tell | None = None) -> Plan:
    """Make the folder of a sweep, or find it made and mend it; return the plan that stands in it.

    tell: called with a message's key and values for every file that is written again. Raises CannotWrite if the folder is
    of another sweep, or of this one under another version of the model.
    """
    _make(folder, sweep, plan, design)
    found = _plan_there(folder)
    if (found and found.identity != plan.identity) or (found is None and owners(folder) - {plan.identity}):
        raise CannotWrite("sweep.other", folder=str(folder))
    if unsound(folder) is not None:
        _mend(folder, sweep, found or plan, design, tell)
    return read_plan(folder)


def _make(folder: Path, sweep: Sweep, plan: Plan, design: Design) -> None:
    """Make the folder, or wait until another process has."""
    deadline = time.monotonic() + PATIENCE
    while not begun(folder):
        try:
            with new_folder(folder, lambda _existing: False) as partial, writing(folder):
                _fill(partial, sweep, plan, design)
        except CannotWrite as error:
            if begun(folder):
                break
            if error.key != "write.in_use" or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def begun(folder: Path) -> bool:
    """See whether a folder is of a sweep, even if its plan is lost."""
    return (folder / PLAN).is_file() or bool(owners(folder))


def _plan_there(folder: Path) -> Plan | None:
    try:
        return read_plan(folder)
    except DamagedRun:
        return None


def _mend(folder: Path, sweep: Sweep, plan: Plan, design: Design, tell: Tell | None) -> None:
    """Write again whatever is not as it was; the plan last, because it vouches for the others."""
    with writing(folder), tempfile.TemporaryDirectory(prefix=".mending-", dir=folder) as place:
        fresh = Path(place)
        _fill(fresh, sweep, plan, design)
        for name in sorted(files_of(fresh), key=lambda name: name == PLAN):
            target = folder / name
            if target.is_file() and file_hash(target) == file_hash(fresh / name):
                continue
            if tell is not None:
                tell("sweep.mended", file=name)
            target.parent.mkdir(parents=True, exist_ok=True)
            (fresh / name).replace(target)


def _fill(folder: Path, sweep: Sweep, plan: Plan, design: Design) -> None:
    """Write everything that is known before the first run."""
    (folder / FOLDER).mkdir()
    (folder / LOCKS).mkdir()
    points = points_table(plan, design)
    write_table(points, folder / POINTS)
    write_csv(points, folder / "points.csv")
    if not plan.central:
        write_table(believed(sweep, plan), folder / DRAWS)
    kept = inputs.keep(dict(zip(plan.labels, sweep.scenarios, strict=True)), folder / INPUTS)
    file = folder / INPUTS / SWEEPS / sweep.path.name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(sweep.path.read_bytes())
    hashes = {name: file_hash(folder / name) for name in files_of(folder)}
    replay = {"sweep": file.name, "scenarios": [kept[label] for label in plan.labels]}
    data = {"plan": plan.as_dict(), "replay": replay, "files": hashes}
    text = json.dumps({**data, "sha256": digest(data)}, ensure_ascii=False, indent=1, allow_nan=False)
    (folder / PLAN).write_text(text + "\n", encoding="utf-8", newline="\n")


def read_plan(folder: Path) -> Plan:
    """Read the plan of a sweep's folder.

    Raises DamagedRun if there is none or if it does not match its own hash.
    """
    return Plan.from_dict(_noted(folder)["plan"])


def _noted(folder: Path) -> Any:
    """Return what plan.json says: the plan, the inputs to replay it from, and the hash of every file beside it."""
    try:
        data: Any = json.loads((folder / PLAN).read_text(encoding="utf-8"))
        if data["sha256"] == digest({name: value for name, value in data.items() if name != "sha256"}):
            return data
    except FileNotFoundError:
        if not owners(folder):
            raise DamagedRun("sweep.not_a_sweep", folder=str(folder)) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    raise DamagedRun("sweep.unsound", file=PLAN, folder=str(folder))


def unsound(folder: Path) -> DamagedRun | None:
    """Return what is wrong with the files that were there before the first run, or None."""
    try:
        known = _noted(folder)["files"]
    except DamagedRun as error:
        return error
    for name, sha256 in known.items():
        if not (folder / name).is_file() or file_hash(folder / name) != sha256:
            return DamagedRun("sweep.unsound", file=name, folder=str(folder))
    return None


def kept_sweep(folder: Path) -> Sweep:
    """Load the sweep from the inputs kept in its folder, as the command line had changed it.

    Raises DamagedRun, or Refused if this version of the model does not accept them.
    """
    noted = _noted(folder)
    plan, replay = noted["plan"], noted["replay"]
    changes = {"replicates": plan["replicates"], "seed": plan["seed"], "years": plan["years_to"]}
    asked = {name: value for name, value in changes.items() if value is not None}
    scenarios = [f"../{file}" for file in replay["scenarios"]]
    return load_sweep(folder / INPUTS / SWEEPS / replay["sweep"], {**asked, MARK: scenarios})


def points_table(plan: Plan, design: Design) -> pa.Table:
    """Return the values of every axis at every point: numbers in the axis's unit, or words."""
    values = [design.values(point) for point in range(plan.points)]
    columns: dict[str, Any] = {"point": np.arange(plan.points, dtype=np.int32)}
    for place, axis in enumerate(plan.axes):
        own = [row[place] for row in values]
        columns[axis.key] = _words(own) if axis.unit is None else _numbers(own)
    return pa.table(columns)


def _words(values: list[Scalar]) -> pa.Array:
    return pa.array([str(value).lower() if isinstance(value, bool) else str(value) for value in values], pa.string())


def _numbers(values: list[Scalar]) -> pa.Array:
    return pa.array([float(parts[0]) if (parts := number_and_unit(value)) else None for value in values], pa.float64())


def rows_of(sweep: Sweep, plan: Plan) -> list[Any]:
    """Return for each scenario the rows of the unit cube its draws stand for, or None for central values."""
    if plan.central:
        return [None] * len(sweep.scenarios)
    count = plan.draws or plan.replicates
    return [draw_rows(plan.sequence, count, len(scenario.slots), plan.seed) for scenario in sweep.scenarios]


def believed(sweep: Sweep, plan: Plan) -> pa.Table:
    """Return what each draw of each scenario believes before anything is varied: scenario, draw, and every entry."""
    parts = []
    for label, scenario, rows in zip(plan.labels, sweep.scenarios, rows_of(sweep, plan), strict=True):
        names = list(_entries(scenario.central()))
        values = np.empty((len(rows), len(names)))
        for number, row in enumerate(rows):
            values[number] = list(_entries(scenario.draw(row)).values())
        keys = {"scenario": pa.array([label] * len(rows), pa.string()), "draw": np.arange(len(rows), dtype=np.int32)}
        parts.append(pa.table({**keys, **{name: values[:, place] for place, name in enumerate(names)}}))
    return pa.concat_tables(parts, promote_options="default")


def _entries(draw: Draw) -> dict[str, float]:
    """Return parameters and facts by name, in model units."""
    return {**asdict(draw.parameters), **asdict(draw.facts)}


@contextlib.contextmanager
def working(folder: Path, shard: Shard | None) -> Iterator[None]:
    """Hold the folder while computing: alone, or (a shard) beside the other shards.

    Raises CannotWrite if another process works on the same chunks.
    """
    with contextlib.ExitStack() as stack:
        locks = folder / LOCKS
        with writing(folder):
            locks.mkdir(exist_ok=True)
            (folder / FOLDER).mkdir(exist_ok=True)
        stack.enter_context(locked(locks / "all", folder, shared=shard is not None, kept=True))
        if shard is not None:
            stack.enter_context(locked(locks / shard.name, folder, kept=True))
        yield


@contextlib.contextmanager
def merging(folder: Path) -> Iterator[None]:
    """Hold the folder while its results are put together."""
    with writing(folder):
        (folder / LOCKS).mkdir(exist_ok=True)
    with locked(folder / LOCKS / "merge", folder, kept=True):
        yield
