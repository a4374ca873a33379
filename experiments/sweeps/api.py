"""Sweeps from Python: run one, put its results together, read them.

Enters: the path of a sweep file, or a loaded sweep. Leaves: `Finished`, the folder and what stands in it.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from experiments.ensembles.pool import Runner
from experiments.errors import DamagedRun
from experiments.folders.parquet import read_table
from experiments.sweeps import chunks, desk, results, screen
from experiments.sweeps.crew import Crew, cluster_crew, local_crew
from experiments.sweeps.plan import Plan, Shard, read_shard
from experiments.sweeps.reading import Sweep, load_sweep
from experiments.sweeps.running import Computed, Job, Progress, Tell, compute, job_of

load = load_sweep


@dataclass(frozen=True, eq=False, repr=False)
class Finished:
    """Hold the folder of a sweep; `data` is its manifest, None while chunks are missing (another shard's, say)."""

    folder: Path
    plan: Plan
    data: Mapping[str, Any] | None
    computed: Computed | None = None

    def __repr__(self) -> str:
        """Say in a line which sweep this is, and whether it is complete."""
        state = f"{self.failed} failed" if self.complete else "not complete"
        return f"<Sweep {self.plan.name} in {self.folder}: {self.plan.runs} runs at {self.plan.points} points, {state}>"

    @property
    def complete(self) -> bool:
        """See whether the results are there."""
        return self.data is not None

    @property
    def failed(self) -> int:
        """Return how many runs failed: of all, or, while chunks are missing, of those done now."""
        if self.data is not None:
            return int(self.data["counts"]["failed"])
        return self.computed.failed if self.computed else 0

    @property
    def sha256(self) -> str:
        """Return the hash of all outcomes; raise DamagedRun if the sweep is not complete."""
        return str(self._data["outcomes_sha256"])

    @property
    def _data(self) -> Mapping[str, Any]:
        if self.data is None:
            left = len(chunks.missing(self.folder, self.plan))
            raise DamagedRun("sweep.incomplete", folder=str(self.folder), left=left, chunks=self.plan.chunks)
        return self.data

    @cached_property
    def points(self) -> pa.Table:
        """Return the values at every point."""
        return read_table(self.folder / desk.POINTS)

    @cached_property
    def summary(self) -> pa.Table:
        """Return p05, p50, p95 and mean by scenario, point, outcome and year."""
        return self._data and read_table(self.folder / f"{results.SUMMARY}.parquet")

    @cached_property
    def differences(self) -> pa.Table:
        """Return the same of each scenario less the first of its place, paired."""
        return self._data and read_table(self.folder / f"{results.DIFFERENCES}.parquet")

    @cached_property
    def results(self) -> pa.Table:
        """Return every value, one a row."""
        return self._data and read_table(self.folder / f"{results.RESULTS}.parquet")


def run(
    sweep: Sweep | Path | str,
    out: Path | str,
    *,
    workers: int | None = None,
    cluster: str | None = None,
    shard: Shard | str | None = None,
    figures: bool = True,
    chunk: int | None = None,
    runner: Runner | None = None,
    progress: Progress | None = None,
    tell: Tell | None = None,
) -> Finished:
    """Run a sweep into a folder, or go on with it there, and put the results together when all runs are done.

    workers: processes (None: one a processor); cluster: address of a Dask scheduler instead; shard: only this part, as
    "1/2"; chunk, runner: how many runs a file holds, and what stands in for the model. Raises Refused, WrongUsage, CannotWrite.
    """
    job = job_of(sweep if isinstance(sweep, Sweep) else load(sweep), chunk=chunk, runner=runner)
    part = read_shard(shard) if isinstance(shard, str) else shard
    with contextlib.ExitStack() as stack:
        crew = stack.enter_context(cluster_crew(cluster)) if cluster else local_crew(workers, job.runner.__module__)
        return carry_out(job, Path(out), crew, shard=part, figures=figures, progress=progress, tell=tell)


def carry_out(
    job: Job,
    folder: Path,
    crew: Crew,
    *,
    shard: Shard | None = None,
    figures: bool = True,
    progress: Progress | None = None,
    tell: Tell | None = None,
) -> Finished:
    """Compute what is missing with a crew, then, if nothing is missing any more, put the results together."""
    began = time.monotonic()
    computed = compute(job, folder, crew, shard=shard, progress=progress, tell=tell)
    plan = desk.read_plan(folder)
    if chunks.missing(folder, plan):
        return Finished(folder, plan, None, computed)
    made = {"seconds": round(time.monotonic() - began, 1), "workers": crew.size}
    return _together(folder, plan, computed, made, figures=figures)


def merge(folder: Path | str, *, figures: bool = True) -> Finished:
    """Put the results of a sweep together from the chunks in its folder, without running anything.

    Raises DamagedRun if chunks are missing or damaged.
    """
    place = Path(folder)
    problem = desk.unsound(place)
    if problem is not None:
        raise problem
    plan = desk.read_plan(place)
    left = len(chunks.missing(place, plan))
    if left:
        raise DamagedRun("sweep.incomplete", folder=str(place), left=left, chunks=plan.chunks)
    return _together(place, plan, None, {}, figures=figures)


def read(folder: Path | str) -> Finished:
    """Read a sweep back from its folder, complete or not; raise DamagedRun if it is not one."""
    place = Path(folder)
    return Finished(place, desk.read_plan(place), results.read_manifest(place))


def _together(folder: Path, plan: Plan, computed: Computed | None, made: dict[str, Any], *, figures: bool) -> Finished:
    """Put the results together, unless they stand there already and nothing was computed."""
    data = results.read_manifest(folder)
    drawn = any(name.startswith("figures/") for name in data["outputs"]) if data else False
    if data is None or (computed is not None and computed.runs) or (figures and plan.axes and not drawn):
        data = results.merge(folder, plan, made, _draw if figures else None)
    return Finished(folder, plan, data, computed)


def _draw(plan: Plan, folder: Path) -> None:
    """Draw the figures of a sweep from its summary."""
    from experiments.figures.surfaces import draw_sweep

    path, shown = folder / f"{results.SUMMARY}.parquet", screen.shown_outcomes(plan)
    if not path.exists():  # every run failed
        return
    summary = pq.read_table(path, filters=[("outcome", "in", shown)], page_checksum_verification=True)
    draw_sweep(plan, summary, folder / "figures", shown)
