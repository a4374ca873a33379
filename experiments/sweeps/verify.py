"""Whether the folder of a sweep is what it says it is: hash every file, lay the plan out again, run chunks again, compare.

Enters: the folder of a complete sweep. Leaves: findings, as of a run folder. Plan and replay rest on the inputs kept in the
folder. A sweep may be of a million runs, so a sample of its chunks is run, spread evenly, unless all are asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from experiments.ensembles.pool import Runner
from experiments.ensembles.summary import KEYS
from experiments.errors import DamagedRun
from experiments.folders.manifest import is_of, read
from experiments.folders.parquet import content_hash, read_table
from experiments.folders.verify import Finding, check_code, check_files, check_inputs, found, largest_difference, spoilt
from experiments.sweeps import chunks, desk
from experiments.sweeps.crew import local_crew, perform_all
from experiments.sweeps.plan import NUMBERS_COME_FROM, Plan, identity_of
from experiments.sweeps.results import FORMAT, FORMAT_VERSION
from experiments.sweeps.running import Job, job_of, name_of

SAMPLE: Final = 100
"""About how many runs are run again, in whole chunks, unless all are asked for."""


def is_sweep(folder: Path) -> bool:
    """See whether a folder is of a sweep, complete or not."""
    return is_of(folder, FORMAT) or desk.begun(folder)


def verify(
    folder: Path,
    scenarios: Path,
    *,
    files_only: bool = False,
    every: bool = False,
    workers: int | None = None,
    runner: Runner | None = None,
) -> list[Finding]:
    """Check the files of a sweep, then its plan, then run chunks again; what is wrong with the files ends it there.

    scenarios: the scenario folder used now; every: run every chunk again; runner: what stood in for the model. Raises
    DamagedRun if the sweep is not complete, or if its manifest does not match its own hash.
    """
    data = _manifest(folder)
    findings = check_files(folder, data)
    if files_only or spoilt(findings):
        return findings
    plan = desk.read_plan(folder)
    job = job_of(desk.kept_sweep(folder), chunk=plan.chunk, runner=runner)
    findings += [*check_inputs(scenarios, data), *check_code(data), *check_plan(folder, data, plan, job, runner)]
    return findings if spoilt(findings) else [*findings, *replay(folder, plan, job, workers, every=every)]


def _manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest; a sweep without one has no results yet."""
    if is_of(folder, FORMAT):
        return read(folder, FORMAT, FORMAT_VERSION)
    plan = desk.read_plan(folder)
    left = len(chunks.missing(folder, plan))
    raise DamagedRun("sweep.incomplete" if left else "sweep.unmerged", folder=str(folder), left=left, chunks=plan.chunks)


def check_plan(folder: Path, data: Mapping[str, Any], plan: Plan, job: Job, runner: Runner | None) -> list[Finding]:
    """Lay the plan out from the kept inputs, as the code of that time would, and compare identity, points and draws."""
    packages = {name: data["versions"][name] for name in NUMBERS_COME_FROM}
    identity = identity_of(job.sweep, job.plan.scenarios, name_of(runner), data["code_sha256"], packages)
    same = {
        desk.PLAN: identity == plan.identity == data["identity"],
        desk.POINTS: desk.points_table(job.plan, job.design).equals(read_table(folder / desk.POINTS)),
    }
    if not plan.central:
        same[desk.DRAWS] = desk.believed(job.sweep, job.plan).equals(read_table(folder / desk.DRAWS))
    wrong = [found("verify.plan_different", bad=True, file=name) for name, holds in same.items() if not holds]
    return wrong or [found("verify.plan_same", runs=plan.runs, points=plan.points)]


def sample(plan: Plan, *, every: bool = False) -> list[int]:
    """Return the numbers of the chunks to run again: all, or some spread evenly from the first to the last."""
    count = plan.chunks if every else min(plan.chunks, -(-SAMPLE // plan.chunk))
    return [int(number) for number in np.linspace(0, plan.chunks - 1, count).round()]


def replay(folder: Path, plan: Plan, job: Job, workers: int | None, *, every: bool = False) -> list[Finding]:
    """Run chunks again and compare them with the stored ones, byte for byte."""
    chosen = sample(plan, every=every)
    crew, pieces = local_crew(workers, job.runner.__module__), (job.piece(chunk) for chunk in chosen)
    different = {}
    for piece, now in perform_all(crew, job.work, pieces):
        then = chunks.read_chunk(folder, plan, piece.chunk)
        if content_hash(now) != content_hash(then):
            different[piece.chunk] = then, now
    if different:
        return _differences(plan, different)
    runs = sum(len(plan.of_chunk(chunk)) for chunk in chosen)
    return [found("verify.same", runs=runs) if runs == plan.runs else found("verify.sample_same", runs=runs, all=plan.runs)]


def _differences(plan: Plan, different: Mapping[int, tuple[pa.Table, pa.Table]]) -> list[Finding]:
    """Name the chunks that came out otherwise, and the largest difference in them."""
    names = [*KEYS, *plan.outcomes]
    then, now = (pa.concat_tables([pair[place].select(names) for pair in different.values()]) for place in (0, 1))
    largest = largest_difference(then, now)
    names = [f"{chunks.FOLDER}/{chunks.name_of(chunk)}" for chunk in sorted(different)]
    files = [found("verify.chunk_different", bad=True, file=name) for name in names]
    return [*files, *([] if largest is None else [found("verify.largest", bad=True, **largest)])]
