"""The runs and trials from which facts are read.

Enters: worker processes to use. Leaves: `Evidence`: a national baseline, the four provinces' baselines with sampled beliefs,
a chronicle of every enterprise of one of them, and the trials.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass

from experiments.ensembles.plan import unit_rows
from experiments.verification import trials
from experiments.verification.chronicle import Chronicle, chronicle
from experiments.verification.policy import PLACES
from experiments.verification.stage import scenario
from model.results import RunResult, run_replicate

NATION_TO, PLACES_TO = 2026, 2030


@dataclass(frozen=True)
class Evidence:
    """Hold what facts are read from; trials by name, each one number or several."""

    nation: RunResult
    places: tuple[RunResult, ...]
    chronicle: Chronicle
    trials: Mapping[str, tuple[float, ...]]


def nation(last: int = NATION_TO) -> RunResult:
    """Run the national baseline with central beliefs."""
    return run_replicate(scenario("viet_nam/baseline"), 0, years_to=last)


def place(name: str, row: int) -> RunResult:
    """Run a province's baseline with sampled beliefs."""
    of = scenario(f"{name}/baseline")
    return run_replicate(of, row, of.draw(unit_rows(row + 1, len(of.slots), 1)[row]), years_to=PLACES_TO)


def trial(name: str) -> tuple[float, ...]:
    """Hold one trial."""
    found = trials.TRIALS[name]()
    return found if isinstance(found, tuple) else (found,)


@dataclass(frozen=True)
class Pending:
    """Hold the runs and trials under way."""

    nation: Future[RunResult]
    places: tuple[Future[RunResult], ...]
    trials: Mapping[str, Future[tuple[float, ...]]]

    def evidence(self) -> Evidence:
        """Wait for everything; the chronicle, which does not travel between processes, is written meanwhile."""
        told = chronicle()
        return Evidence(
            nation=self.nation.result(),
            places=tuple(place.result() for place in self.places),
            chronicle=told,
            trials={name: trial.result() for name, trial in self.trials.items()},
        )


def submit(pool: Executor, replicates: int = 3) -> Pending:
    """Hand everything to the pool."""
    return Pending(
        nation=pool.submit(nation),
        places=tuple(pool.submit(place, name, row) for name in PLACES for row in range(replicates)),
        trials={name: pool.submit(trial, name) for name in trials.TRIALS},
    )
