"""Where runs are executed: in this process, or in worker processes that a chunk of runs is sent to.

Enters: scenarios, tasks and the row of the unit cube of each replicate. Leaves: records and failures in the order of the
plan, whatever the workers. A run that fails, or that kills its process, costs no other run.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any

from experiments.ensembles.plan import Array, Task, chunks
from experiments.ensembles.records import Failure, Record, record

Runner = Callable[..., Any]
Result = Record | Failure
Tick = Callable[[int], None]

ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
WORKER_DIED = "worker"
"""The stage of a run whose process ended: it may have been the machine's fault, so a resumed sweep tries it again."""
DIED = "the process that ran it ended without an answer (out of memory?)"


def unheard(_done: int) -> None:
    """Hear of runs that are done, and show nothing."""


def silent(_runs: int) -> Tick:
    """Show no progress."""
    return unheard


@dataclass(frozen=True)
class Work:
    """Hold what every run of an ensemble needs; `rows` is None where parameters stay at their central values.

    rows: for each scenario one row of the unit cube a replicate.
    """

    scenarios: Sequence[Any]
    rows: Sequence[Array | None]
    seed: int
    years_to: int | None
    runner: Runner


_work: Work | None = None


def limit_threads() -> None:
    """Keep linear algebra to one thread: several change the last digits, and processes already share the machine."""
    for name in ONE_THREAD:
        os.environ[name] = "1"


def execute(work: Work, plan: Sequence[Task], workers: int, tick: Tick) -> list[Result]:
    """Run the plan and return one result a task, in the order of the plan."""
    found: dict[Task, Result] = {}
    for results in _serially(work, plan) if min(workers, len(plan)) <= 1 else _together(work, plan, workers):
        found.update(results)
        tick(len(results))
    return [found[task] for task in plan]


def _serially(work: Work, plan: Sequence[Task]) -> Iterator[list[tuple[Task, Result]]]:
    for task in plan:
        yield [(task, run_one(work, task))]


def _together(work: Work, plan: Sequence[Task], workers: int) -> Iterator[list[tuple[Task, Result]]]:
    """Run in `workers` processes; if one of them dies, run what is left one by one to find out which run did it."""
    done: set[Task] = set()
    for results in _pooled(work, chunks(plan, workers), workers):
        done.update(task for task, _ in results)
        yield results
    while left := [task for task in plan if task not in done]:
        for results in _pooled(work, [[task] for task in left], 1):
            done.update(task for task, _ in results)
            yield results
        culprit = next((task for task in left if task not in done), None)
        if culprit is not None:
            done.add(culprit)
            yield [(culprit, Failure(culprit.position, culprit.replicate, WORKER_DIED, DIED))]


def _pooled(work: Work, pieces: Sequence[Sequence[Task]], workers: int) -> Iterator[list[tuple[Task, Result]]]:
    """Yield the results of every piece that comes back; stop quietly when a worker dies."""
    limit_threads()
    pool = ProcessPoolExecutor(workers, mp_context=context(), initializer=_receive, initargs=(work,))
    try:
        futures: list[Future[list[tuple[Task, Result]]]] = [pool.submit(_run_piece, piece) for piece in pieces]
        for future in as_completed(futures):
            yield future.result()
    except BrokenProcessPool:
        return
    except BaseException:
        end(pool)
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def end(pool: ProcessPoolExecutor) -> None:
    """End our workers at once, when nobody waits for their answers any more."""
    for process in list((getattr(pool, "_processes", None) or {}).values()):
        process.terminate()


def context(*rooms: str) -> Any:
    """Return the way to start workers: a fork server that has the model (or `rooms`) loaded, or spawn where there is none."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["experiments.ensembles.pool", *(rooms or ["model.results"])])
    return server


def _receive(work: Work) -> None:
    global _work  # noqa: PLW0603 - a worker receives its work once, not with every piece
    begin_worker()
    _work = work


def begin_worker() -> None:
    """Leave Ctrl-C to the parent to answer, and end when the parent ends, even if it was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _run_piece(piece: Sequence[Task]) -> list[tuple[Task, Result]]:
    if _work is None:
        message = "the worker has received no work"
        raise RuntimeError(message)
    return [(task, run_one(_work, task)) for task in piece]


def run_one(work: Work, task: Task) -> Result:
    """Run one replicate of one scenario; whatever goes wrong in it becomes a `Failure`."""
    scenario, rows = work.scenarios[task.position], work.rows[task.position]
    stage = "draw"
    try:
        draw = scenario.central() if rows is None else scenario.draw(rows[task.replicate])
        stage = "run"
        result = work.runner(scenario, task.replicate, draw, seed=work.seed, years_to=work.years_to)
        stage = "results"
        return record(task.position, task.replicate, result)
    except Exception as error:  # noqa: BLE001 - a failed run is a row of the results
        stage = str(getattr(error, "stage", stage))
        return Failure(task.position, task.replicate, stage, f"{type(error).__name__}: {error}")
