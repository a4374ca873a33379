"""What a worker does: run one piece of a plan and lay what came out as a table.

Enters: the work that all pieces share, and a piece. Leaves: an arrow table, a row a year of each run. A run that fails is
one row without a year, saying where and how.
"""

from __future__ import annotations

import functools
import pickle
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from experiments.ensembles.plan import Array
from experiments.ensembles.pool import Runner
from experiments.sweeps.axes import Axis, changed
from experiments.sweeps.plan import Plan, Run
from model.places.facts import Draw
from model.reading.nodes import Scalar
from model.scenario import Scenario

STAGE, MESSAGE = "stage", "message"
LONGEST_MESSAGE = 500


@dataclass(frozen=True, eq=False)
class Work:
    """Hold what every piece needs."""

    plan: Plan
    scenarios: tuple[Scenario, ...]
    axes: tuple[Axis, ...]
    runner: Runner

    def packed(self) -> bytes:
        """Pack the work for the journey to other processes; it never touches a disk."""
        return pickle.dumps(self)


@dataclass(frozen=True)
class Piece:
    """Hold runs that are executed together, with the values of their points and the rows of their draws."""

    chunk: int
    runs: tuple[Run, ...]
    values: Mapping[int, tuple[Scalar, ...]]
    rows: Mapping[tuple[int, int], Array]

    def alone(self) -> Iterator[Piece]:
        """Yield the runs one by one."""
        for run in self.runs:
            yield Piece(self.chunk, (run,), self.values, self.rows)


@dataclass(frozen=True)
class Answer:
    """Hold what one run left: years and (years, outcomes), or the stage and message of a failure."""

    run: Run
    years: Array
    values: Array
    stage: str = ""
    message: str = ""


@functools.lru_cache(maxsize=2)
def unpacked(payload: bytes) -> Work:
    """Return the work that was packed; every worker unpacks it once."""
    work: Work = pickle.loads(payload)  # noqa: S301 - made by the process that sends it, never read from a file
    return work


def perform(payload: bytes, piece: Piece) -> pa.Table:
    """Run every run of a piece and return its table."""
    work = unpacked(payload)
    return tabled(work.plan, [answer(work, piece, run) for run in piece.runs])


def answer(work: Work, piece: Piece, run: Run) -> Answer:
    """Run one run; whatever goes wrong in it becomes its answer."""
    stage = "scenario"
    try:
        scenario = varied(work, run.position, piece.values[run.point])
        stage = "draw"
        row = piece.rows.get((run.position, run.draw))
        draw = drawn(Believer(scenario), b"" if row is None else row.tobytes())
        stage = "run"
        result = work.runner(scenario, run.replicate, draw, seed=work.plan.seed, years_to=work.plan.years_to)
        stage = "results"
        return Answer(run, np.asarray(result.years), _finite(result.outcomes, work.plan.outcomes))
    except Exception as error:  # noqa: BLE001 - a failed run is a row of the results
        stage = str(getattr(error, "stage", stage))
        return failed(run, stage, f"{type(error).__name__}: {error}")


@functools.lru_cache(maxsize=8)
def varied(work: Work, position: int, values: tuple[Scalar, ...]) -> Scenario:
    """Return the scenario at a point; the last ones are kept, because a point's runs follow one another."""
    scenario = work.scenarios[position]
    return changed(scenario, work.axes, values) if work.axes else scenario


class Believer:
    """Tell scenarios apart by what they may believe: policies of one place share their draws, which take a while to make."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        fixed = {**scenario.parameters.fixed, **scenario.place.register.fixed}
        self._key = (scenario.path, id(scenario.parameters.entries), tuple(sorted(fixed.items())))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Believer) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


@functools.lru_cache(maxsize=1024)
def drawn(believer: Believer, row: bytes) -> Draw:
    """Return the draw that a row of the unit cube stands for; the central values for none."""
    scenario = believer.scenario
    return scenario.draw(np.frombuffer(row)) if row else scenario.central()


def failed(run: Run, stage: str, message: str) -> Answer:
    """Return the answer of a run that went wrong."""
    return Answer(run, np.empty(0), np.empty((0, 0)), stage, message[:LONGEST_MESSAGE])


def _finite(outcomes: Mapping[str, Any], names: Sequence[str]) -> Array:
    """Return the outcomes that are kept, shape (years, outcomes); nan where undefined.

    Raises ArithmeticError if one is infinite.
    """
    values = np.stack([np.asarray(outcomes[name], dtype=np.float64) for name in names], axis=1)
    endless = [name for place, name in enumerate(names) if np.isinf(values[:, place]).any()]
    if endless:
        raise ArithmeticError("infinite: " + ", ".join(endless))
    return values


def tabled(plan: Plan, answers: Sequence[Answer]) -> pa.Table:
    """Return the answers as a table: run, scenario, point, draw, replicate, year, every outcome, stage, message."""
    rows = np.array([max(one.years.size, 1) for one in answers])

    def column(values: Sequence[int], kind: type[np.generic] = np.int32) -> Any:
        return np.repeat(np.array(values, dtype=kind), rows)

    columns: dict[str, Any] = {"run": column([one.run.number for one in answers], np.int64)}
    labels = pa.array(plan.labels, pa.string())
    columns["scenario"] = labels.take(pa.array(column([one.run.position for one in answers])))
    columns["point"] = column([one.run.point for one in answers])
    if plan.draws is not None:
        columns["draw"] = column([one.run.draw for one in answers])
    columns["replicate"] = column([one.run.replicate for one in answers])
    columns["year"] = pa.array(np.concatenate([_years(one) for one in answers]), pa.int32(), from_pandas=True)
    values = np.concatenate([_values(one, len(plan.outcomes)) for one in answers])
    for place, name in enumerate(plan.outcomes):
        columns[name] = pa.array(np.ascontiguousarray(values[:, place]), pa.float64(), from_pandas=True)
    for name, words in ((STAGE, [one.stage for one in answers]), (MESSAGE, [one.message for one in answers])):
        columns[name] = pa.array([word or None for word in words], pa.string()).take(pa.array(column(range(len(answers)))))
    return pa.table(columns)


def _years(one: Answer) -> Array:
    """Return a run's years; one that is missing for a failed run."""
    return one.years.astype(np.float64) if one.years.size else np.full(1, np.nan)


def _values(one: Answer, outcomes: int) -> Array:
    """Return a run's outcomes; a row of nothing for a failed run."""
    return one.values if one.years.size else np.full((1, outcomes), np.nan)
