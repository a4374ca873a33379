"""How long a sweep will take and how much it will write, before it starts.

Enters: a plan and its work. Leaves: an estimate, or a refusal that names what to lower. The time is measured on one run; the
bytes follow from the number of values.
"""

from __future__ import annotations

import dataclasses
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from experiments.errors import Told, WrongUsage
from experiments.sweeps.plan import Plan
from experiments.sweeps.work import Piece, Work, answer

MOST_HOURS: Final = 24.0
MOST_GIGABYTES: Final = 20.0
MOST_UNASKED: Final = 1_000_000
"""Runs above which one must say --yes, before anything is measured."""
MOST_AT_A_POINT: Final = 2.0e9
"""Bytes: the runs of one point are summarised together."""
BYTES_A_VALUE, BYTES_OF_CSV, BYTES_OF_SUMMARY, BYTES_A_COLUMN, BYTES_ALWAYS = 20.0, 95.0, 150.0, 350.0, 1e6
"""As measured: chunks and results.parquet; results.csv; each row of the summary; each column of a chunk; inputs and plan."""
MOST_CSV_ROWS: Final = 5_000_000
"""Above this no CSV is written: no spreadsheet opens it."""
PATIENCE: Final = 5.0
"""Seconds that one run may take to be measured whole; a longer one is judged by its first year."""
STEEPER: Final = 1.5
"""How much more a later year costs than the first: enterprises that were born are added to those that died."""
GIGA: Final = 1e9


@dataclass(frozen=True)
class Estimate:
    """Hold what a sweep will need: runs, seconds a run and in all, bytes on disk, bytes of memory of all workers."""

    runs: int
    per_run: float
    seconds: float
    size: float
    memory: float


def values_of(plan: Plan) -> int:
    """Return how many values the results hold."""
    return plan.runs * plan.years() * len(plan.outcomes)


def size_of(plan: Plan) -> float:
    """Return about how many bytes the folder will hold."""
    values = values_of(plan)
    text = BYTES_OF_CSV if values <= MOST_CSV_ROWS else 0.0
    summary = values / plan.per_scenario * BYTES_OF_SUMMARY
    frame = plan.chunks * (len(plan.outcomes) + len(plan.keys) + 3) * BYTES_A_COLUMN
    return BYTES_ALWAYS + frame + values * (BYTES_A_VALUE + text) + summary


def refuse_endless(plan: Plan) -> None:
    """Refuse what is too much at first sight, without running anything; raise WrongUsage."""
    if plan.runs > MOST_UNASKED:
        raise WrongUsage("sweep.too_many_runs", runs=plan.runs, most=MOST_UNASKED)
    size = size_of(plan) / GIGA
    if size > MOST_GIGABYTES:
        raise WrongUsage("sweep.too_large", size=size, most=MOST_GIGABYTES)


def refuse_wide(plan: Plan) -> None:
    """Refuse a point whose runs do not fit into memory together; raise WrongUsage."""
    at_a_point = 8.0 * plan.per_point * plan.years() * len(plan.outcomes)
    if at_a_point > MOST_AT_A_POINT:
        raise WrongUsage("sweep.too_wide", size=at_a_point / GIGA, most=MOST_AT_A_POINT / GIGA)


def refuse_long(estimate: Estimate, folder: Path, workers: int) -> None:
    """Refuse what takes too long, does not fit on the disk, or needs more memory than is free; raise Told."""
    if estimate.seconds > MOST_HOURS * 3600:
        raise WrongUsage("sweep.too_long", hours=estimate.seconds / 3600, most=MOST_HOURS)
    free = free_disk(folder)
    if estimate.size > free:
        raise NoRoom("sweep.no_room", size=estimate.size / GIGA, free=free / GIGA)
    memory = free_memory()
    if memory is not None and estimate.memory > memory:
        raise WrongUsage("sweep.no_memory", size=estimate.memory / GIGA, free=memory / GIGA, workers=workers)


class NoRoom(Told):
    """Refuse to begin what the disk cannot hold."""

    code = 3


def measure(work: Work, first: Piece, runs: int, workers: int) -> Estimate:
    """Return what `runs` runs will need on that many workers, from one run of the first piece."""
    plan = work.plan
    _timed(work, first, 1)
    one_year = _timed(work, first, 1)
    whole = one_year * plan.years() * STEEPER
    per_run = _timed(work, first, plan.years()) if whole <= PATIENCE else whole
    busy = max(1, min(workers, runs))
    return Estimate(runs, per_run, per_run * runs / busy, size_of(plan), peak_memory() * busy)


def _timed(work: Work, piece: Piece, years: int) -> float:
    """Return the seconds that the first run of a piece takes for so many years."""
    run = piece.runs[0]
    last = work.plan.scenarios[run.position].start + years - 1
    short = dataclasses.replace(work, plan=dataclasses.replace(work.plan, years_to=last))
    began = time.perf_counter()
    answer(short, piece, run)
    return time.perf_counter() - began


def free_disk(folder: Path) -> float:
    """Return the free bytes where a folder is or will be."""
    return float(shutil.disk_usage(next(_existing(folder.absolute()))).free)


def _existing(folder: Path) -> Iterator[Path]:
    yield from (place for place in (folder, *folder.parents) if place.exists())


def free_memory() -> float | None:
    """Return the bytes of memory that can still be had, where the system says so."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    sizes = dict(line.split(":", 1) for line in lines)
    available = sizes.get("MemAvailable")
    return float(available.split()[0]) * 1024 if available else None


def peak_memory() -> float:
    """Return the most bytes of memory this process has needed, or 0 where the system does not say."""
    try:
        import resource
    except ImportError:
        return 0.0
    peak = float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return peak if sys.platform == "darwin" else peak * 1024
