"""A sweep from beginning to end, or from wherever it was stopped.

Enters: a sweep, a folder, workers. Leaves: chunk files, and, when the last of them is there, the results. Killed at any
moment and started again, it ends with the same bytes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from experiments.ensembles import adapters
from experiments.ensembles.pool import Runner, Tick, limit_threads, silent
from experiments.errors import WrongUsage
from experiments.folders.folder import writing
from experiments.sweeps import chunks, desk
from experiments.sweeps.crew import Crew, perform_all
from experiments.sweeps.design import Design, design_of
from experiments.sweeps.plan import Plan, Shard, plan_of
from experiments.sweeps.reading import Sweep
from experiments.sweeps.work import STAGE, Piece, Work

Progress = Callable[[int], Tick]
Tell = desk.Tell


@dataclass(frozen=True, eq=False)
class Job:
    """Hold a sweep with its plan, its points, the rows of its draws, and what runs it."""

    sweep: Sweep
    plan: Plan
    design: Design
    rows: list[Any]
    runner: Runner

    @property
    def work(self) -> Work:
        """Return what every worker needs."""
        return Work(self.plan, self.sweep.scenarios, self.sweep.axes, self.runner)

    def piece(self, chunk: int) -> Piece:
        """Return the runs of a chunk with the values and rows they need."""
        runs = tuple(self.plan.run(number) for number in self.plan.of_chunk(chunk))
        values = {point: self.design.values(point) for point in {run.point for run in runs}}
        rows = {
            (position, draw): self.rows[position][draw]
            for position, draw in {(run.position, run.draw) for run in runs}
            if self.rows[position] is not None
        }
        return Piece(chunk, runs, values, rows)


@dataclass(frozen=True)
class Computed:
    """Say what was done: chunks that were there already, damaged ones by name, runs done now and how many of them failed."""

    kept: int
    damaged: tuple[tuple[str, object], ...]
    runs: int
    failed: int


def name_of(runner: Runner | None) -> str:
    """Name what stands in for the model; nothing, if it is the model itself."""
    return f"{runner.__module__}.{runner.__qualname__}" if runner else ""


def job_of(sweep: Sweep, *, chunk: int | None = None, runner: Runner | None = None) -> Job:
    """Lay out a sweep; `runner` stands in for the model, `chunk` for the number of runs of a chunk."""
    limit_threads()
    if chunk is not None and chunk < 1:
        raise WrongUsage("sweep.chunk", given=chunk)
    plan = plan_of(sweep, chunk=chunk, runner=name_of(runner))
    design = design_of(sweep.form.design, sweep.axes, sweep.points, plan.seed)
    return Job(sweep, plan, design, desk.rows_of(sweep, plan), runner or adapters.model_runner())


def compute(
    job: Job, folder: Path, crew: Crew, *, shard: Shard | None = None, progress: Progress | None = None, tell: Tell | None = None
) -> Computed:
    """Run every run of a sweep (or of one shard of it) that the folder does not have.

    progress: told the number of runs left, returns what to call as they are done; tell: called with a message's key and
    values. Raises CannotWrite; what has been written by then is kept.
    """
    job = _laid_out_as(job, desk.open_folder(folder, job.sweep, job.plan, job.design, tell))
    with desk.working(folder, shard):
        own = list((shard or Shard()).chunks(job.plan))
        writer = shard.name if shard else "all"
        with writing(folder):
            chunks.remove_leftovers(folder, writer if shard else None)
        found = chunks.look(folder, job.plan, own)
        for name, problem in found.damaged:
            _tell(tell, "sweep.damaged", file=f"{chunks.FOLDER}/{name}", problem=problem)
        left = [chunk for chunk in own if chunk not in found.whole]
        if found.whole:
            _tell(tell, "sweep.resumed", kept=len(found.whole), chunks=len(own))
        runs = sum(len(job.plan.of_chunk(chunk)) for chunk in left)
        tick = (progress or silent)(runs)
        failed = _fill(job, folder, crew, left, writer, tick)
    return Computed(len(found.whole), found.damaged, runs, failed)


def _laid_out_as(job: Job, plan: Plan) -> Job:
    """Take over how the folder has cut the plan into chunks."""
    return Job(job.sweep, plan, job.design, job.rows, job.runner)


def _fill(job: Job, folder: Path, crew: Crew, left: Iterable[int], writer: str, tick: Tick) -> int:
    """Compute chunks and write each as it arrives; return how many runs failed."""
    failed = 0
    pieces: Iterator[Piece] = (job.piece(chunk) for chunk in left)
    with contextlib.closing(perform_all(crew, job.work, pieces)) as arriving:
        for piece, table in arriving:
            with writing(folder):
                chunks.write_chunk(table, folder, job.plan, piece.chunk, writer)
            failed += pc.count(table[STAGE]).as_py()
            tick(len(piece.runs))
    return failed


def _tell(tell: Tell | None, key: str, **values: object) -> None:
    if tell is not None:
        tell(key, **values)
