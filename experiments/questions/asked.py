"""What is asked of runs, whoever asks: how often, with which seed, to which year, of which outcomes.

Enters: what the command line or a notebook says, mostly nothing. Leaves: settings in which every gap is filled from the
scenarios, in a way that does not depend on their order, and names of outcomes that exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from experiments.ensembles.adapters import outcomes, place_name
from experiments.ensembles.ensemble import check
from experiments.ensembles.pool import Runner
from experiments.errors import WrongUsage

USUAL_REPLICATES = 40
"""Enough for paired differences of one province (mechanisms 11); about a minute a scenario on two processors."""


@dataclass(frozen=True)
class Settings:
    """Hold what was asked; None means: as the scenarios say, or as is usual. workers None: one a processor."""

    replicates: int | None = None
    seed: int | None = None
    central: bool | None = None
    years_to: int | None = None
    workers: int | None = 1
    runner: Runner | None = None

    def filled(self, scenarios: Sequence[Any], usual: int = USUAL_REPLICATES) -> Filled:
        """Fill the gaps: the usual replicates; of several seeds that scenarios name, the smallest; parameters at their
        central values if all scenarios say so. Raises WrongUsage for numbers that mean nothing.
        """
        seed = min(one.ensemble.seed for one in scenarios) if self.seed is None else self.seed
        central = (
            all(one.ensemble.parameters == "central" for one in scenarios) if self.central is None else self.central
        )
        replicates = usual if self.replicates is None else self.replicates
        check(scenarios, replicates, seed, self.workers, self.years_to)
        return Filled(replicates, seed, central, self.years_to, self.workers, self.runner)


@dataclass(frozen=True)
class Filled:
    """Hold settings without gaps (years_to None: the end of the period)."""

    replicates: int
    seed: int
    central: bool
    years_to: int | None
    workers: int | None
    runner: Runner | None

    @property
    def of_result(self) -> dict[str, Any]:
        """Return the settings that results depend on."""
        return {name: getattr(self, name) for name in ("replicates", "seed", "central", "years_to")}

    @property
    def of_run(self) -> dict[str, Any]:
        """Return what `run_ensemble` takes."""
        return {**self.of_result, "workers": self.workers, "runner": self.runner}


def known_outcomes(names: Sequence[str] | None, usual: Sequence[str]) -> tuple[str, ...]:
    """Return the outcomes asked for, each once, or the usual ones.

    Raises WrongUsage, with the nearest known name, if there is no such outcome.
    """
    known = outcomes()
    for name in names or ():
        if name not in known:
            raise WrongUsage("outcome.unknown", given=name, nearest=nearest_outcome(name))
    return tuple(dict.fromkeys(names or usual))


def nearest_outcome(name: str) -> str:
    """Return the outcome whose name is nearest."""
    from model.reading.problems import nearest

    return str(nearest(name, list(outcomes())) or "")


def of_one_place(scenarios: Sequence[Any]) -> None:
    """Refuse scenarios of several places: their difference would be between places, not between policies."""
    places = dict.fromkeys(place_name(one) for one in scenarios)
    if len(places) > 1:
        raise WrongUsage("compare.places", places=", ".join(places))
