"""Who runs the pieces: this process, worker processes, or the workers of a Dask cluster.

Enters: pieces. Leaves: their tables, as they come. All three are executors of `concurrent.futures`, few pieces are under way
at a time, and where a worker dies, the run that killed it is found and becomes a failure; no other run is lost.
"""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures import CancelledError as Cancelled
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from experiments.ensembles.pool import DIED, WORKER_DIED, begin_worker, context, end, limit_threads
from experiments.errors import Told, Words, WrongUsage
from experiments.sweeps.work import Piece, Work, failed, perform, tabled

AHEAD = 3
"""Pieces under way for each worker: enough that none waits, few enough that memory stays flat."""
PATIENCE = 10
"""Seconds to wait for a cluster's scheduler."""
MODEL = "model.results"

Submit = Callable[..., Any]
Done = tuple[Piece, pa.Table]


def _always_there() -> None:
    """Find nothing wrong: the workers of this machine cannot be lost without an error."""


@dataclass(frozen=True)
class Crew:
    """Say how to gather workers and how many there are; `ahead` pieces are under way at a time.

    call_roll: raises ClusterLost if the workers cannot be reached any more.
    """

    gather: Callable[[], AbstractContextManager[Executor]]
    size: int
    ahead: int
    call_roll: Callable[[], None] = _always_there


class ClusterLost(Told):
    """Say that the cluster is gone; what is done is kept."""


class Here(Executor):
    """Run at once, in this process."""

    def submit(self, fn: Submit, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a function and return its answer as one that has arrived."""
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def local_crew(workers: int | None, model: str = MODEL) -> Crew:
    """Return a crew of that many processes on this machine; one works in this process, None is one a processor.

    model: the module whose function is run, loaded once for all processes.
    """
    size = workers or os.cpu_count() or 1
    if size == 1:
        return Crew(Here, 1, 1)
    return Crew(lambda: _pool(size, model), size, AHEAD * size)


@contextlib.contextmanager
def _pool(workers: int, model: str) -> Iterator[Executor]:
    limit_threads()
    rooms = context("experiments.sweeps.work", model)
    pool = ProcessPoolExecutor(workers, mp_context=rooms, initializer=begin_worker)
    try:
        yield pool
    except BaseException:
        end(pool)
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextlib.contextmanager
def cluster_crew(address: str) -> Iterator[Crew]:
    """Give the crew of a Dask scheduler that is already running at an address.

    Raises WrongUsage if there is none, or if Dask is not installed.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise WrongUsage("sweep.no_dask") from error
    try:
        client: Any = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise WrongUsage("sweep.no_cluster", address=address, problem=str(error)) from error
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise WrongUsage("sweep.no_cluster", address=address, problem=Words("sweep.no_workers"))

        def call_roll() -> None:
            if client.status != "running":
                raise ClusterLost("sweep.cluster_lost", address=address)

        yield Crew(lambda: _cluster(client), threads, AHEAD * threads, call_roll)


@contextlib.contextmanager
def _cluster(client: Any) -> Iterator[Executor]:
    executor = client.get_executor(pure=False)
    try:
        yield executor
    except BaseException:
        executor.shutdown(wait=False)
        raise


def perform_all(crew: Crew, work: Work, pieces: Iterator[Piece]) -> Generator[Done, None, None]:
    """Yield every piece with its table, in whatever order they are done."""
    payload = work.packed()
    while True:
        suspects = yield from _stream(crew, payload, pieces)
        if not suspects:
            return
        yield from _one_by_one(crew, work, payload, suspects)


def _stream(crew: Crew, payload: bytes, pieces: Iterator[Piece]) -> Generator[Done, None, list[Piece]]:
    """Yield tables until none is left, or until a worker dies; then return the pieces that were under way."""
    under_way: dict[int, Piece] = {}
    futures: dict[Future[pa.Table], int] = {}
    try:
        with crew.gather() as executor:
            while True:
                for piece in itertools.islice(pieces, crew.ahead - len(under_way)):
                    under_way[piece.chunk] = piece
                    futures[executor.submit(perform, payload, piece)] = piece.chunk
                if not under_way:
                    return []
                for future in _arrived(crew, futures):
                    table = future.result()
                    yield under_way.pop(futures.pop(future)), table
    except Exception as error:
        if not lost_a_worker(error):
            raise
    return list(under_way.values())


def _arrived(crew: Crew, futures: Iterable[Future[pa.Table]]) -> list[Future[pa.Table]]:
    """Wait for a while; return what is there by then, cancelled or not."""
    wait(futures, timeout=PATIENCE, return_when=FIRST_COMPLETED)
    crew.call_roll()
    return [future for future in futures if future.done()]


def lost_a_worker(error: BaseException) -> bool:
    """See whether an error means that a worker ended; Dask's own errors are known by name, for it may not be installed."""
    return isinstance(error, BrokenExecutor | Cancelled) or type(error).__name__ in ("KilledWorker", "FutureCancelledError")


def _one_by_one(crew: Crew, work: Work, payload: bytes, pieces: Sequence[Piece]) -> Generator[Done, None, None]:
    """Run pieces while nothing else runs; of one that kills its worker, run by run, so that only the culprit is lost."""
    left = list(pieces)
    while left:
        try:
            with crew.gather() as executor:
                while left:
                    table = executor.submit(perform, payload, left[0]).result()
                    yield left.pop(0), table
        except Exception as error:
            if not lost_a_worker(error):
                raise
            crew.call_roll()
            piece = left.pop(0)
            if len(piece.runs) == 1:
                yield piece, tabled(work.plan, [failed(piece.runs[0], WORKER_DIED, DIED)])
            else:
                tables = [table for _, table in _one_by_one(crew, work, payload, list(piece.alone()))]
                yield piece, pa.concat_tables(tables).combine_chunks()
