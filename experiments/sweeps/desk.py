"""The folder of a sweep before its results: plan, points, draws and inputs, and who may write in it.

Enters: a sweep and its plan. Leaves: the folder, made whole in one step by whichever process comes first; and locks, so that
one process works on it, or several that are shards of one sweep.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from experiments import inputs
from experiments.errors import CannotWrite, DamagedRun
from experiments.folder import INPUTS, locked, new_folder, writing
from experiments.manifest import digest
from experiments.parquet import write_table
from experiments.sheets import write_csv
from experiments.sweeps.axes import number_and_unit
from experiments.sweeps.chunks import FOLDER
from experiments.sweeps.design import Design, draw_rows
from experiments.sweeps.plan import Plan, Shard
from experiments.sweeps.reading import Sweep
from model.places.facts import Draw
from model.reading.nodes import Scalar

PLAN: Final = "plan.json"
POINTS: Final = "points.parquet"
DRAWS: Final = "draws.parquet"
LOCKS: Final = ".locks"
PATIENCE: Final = 60.0
"""Seconds to wait for another shard that is making the folder."""


def open_folder(folder: Path, sweep: Sweep, plan: Plan, design: Design) -> Plan:
    """Make the folder of a sweep, or find it made; return the plan that stands in it.

    Raises CannotWrite if the folder is of another sweep, or of this one under another version of the model.
    """
    deadline = time.monotonic() + PATIENCE
    while not (folder / PLAN).is_file():
        try:
            with new_folder(folder, lambda _existing: False) as partial, writing(folder):
                _fill(partial, sweep, plan, design)
        except CannotWrite as error:
            if (folder / PLAN).is_file():
                break
            if error.key != "write.in_use" or time.monotonic() > deadline:
                raise
            time.sleep(0.1)
    found = read_plan(folder)
    if found.identity != plan.identity:
        raise CannotWrite("sweep.other", folder=str(folder))
    return found


def _fill(folder: Path, sweep: Sweep, plan: Plan, design: Design) -> None:
    """Write everything that is known before the first run."""
    (folder / FOLDER).mkdir()
    (folder / LOCKS).mkdir()
    points = points_table(plan, design)
    write_table(points, folder / POINTS)
    write_csv(points, folder / "points.csv")
    if not plan.central:
        write_table(_believed(sweep, plan), folder / DRAWS)
    inputs.keep(dict(zip(plan.labels, sweep.scenarios, strict=True)), folder / INPUTS)
    kept = folder / INPUTS / "sweeps" / sweep.path.name
    kept.parent.mkdir(exist_ok=True)
    kept.write_bytes(sweep.path.read_bytes())
    data = plan.as_dict()
    text = json.dumps({"plan": data, "sha256": digest(data)}, ensure_ascii=False, indent=1, allow_nan=False)
    (folder / PLAN).write_text(text + "\n", encoding="utf-8", newline="\n")


def read_plan(folder: Path) -> Plan:
    """Read the plan of a sweep's folder.

    Raises DamagedRun if there is none or if it does not match its own hash.
    """
    try:
        data: Any = json.loads((folder / PLAN).read_text(encoding="utf-8"))
        if data["sha256"] == digest(data["plan"]):
            return Plan.from_dict(data["plan"])
    except FileNotFoundError:
        raise DamagedRun("sweep.not_a_sweep", folder=str(folder)) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedRun("run.damaged", file=PLAN, problem=str(error)) from error
    raise DamagedRun("run.damaged", file=PLAN, problem="sha256")


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


def _believed(sweep: Sweep, plan: Plan) -> pa.Table:
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
