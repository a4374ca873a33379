"""What is asked of runs, whoever asks: how often, with which seed, to which year, of which outcomes.

Enters: what the command line or a notebook says, mostly nothing. Leaves: settings in which every gap is filled from the
scenarios, in a way that does not depend on their order, and names of outcomes that exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from experiments.adapters import outcomes, place_name
from experiments.errors import WrongUsage
from experiments.pool import Runner, Tick

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
    progress: Callable[[int], Tick] | None = None
    runner: Runner | None = None

    def replicates_or(self, usual: int = USUAL_REPLICATES) -> int:
        """Return the number of replicates."""
        return usual if self.replicates is None else self.replicates

    def seed_of(self, scenarios: Iterable[Any]) -> int:
        """Return the seed; of several that scenarios name, the smallest."""
        return min(one.ensemble.seed for one in scenarios) if self.seed is None else self.seed

    def central_of(self, scenarios: Iterable[Any]) -> bool:
        """See whether parameters stay at their central values: asked for, or what all scenarios say."""
        return all(one.ensemble.parameters == "central" for one in scenarios) if self.central is None else self.central

    def of_run(self, scenarios: Sequence[Any], usual: int = USUAL_REPLICATES) -> dict[str, Any]:
        """Return what `run_ensemble` takes."""
        return {
            "replicates": self.replicates_or(usual),
            "seed": self.seed_of(scenarios),
            "central": self.central_of(scenarios),
            "years_to": self.years_to,
            "workers": self.workers,
            "progress": self.progress,
            "runner": self.runner,
        }


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
    from model.problems import nearest

    return str(nearest(name, list(outcomes())) or "")


def of_one_place(scenarios: Sequence[Any]) -> None:
    """Refuse scenarios of several places: their difference would be between places, not between policies."""
    places = dict.fromkeys(place_name(one) for one in scenarios)
    if len(places) > 1:
        raise WrongUsage("compare.places", places=", ".join(places))
