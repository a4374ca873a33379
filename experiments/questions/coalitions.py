"""Which coalitions of players each replicate runs, and what the runs found.

Enters: a contrast of two scenarios. Leaves: results by coalition and replicate. Few players: every coalition. Many:
those that form as the players join in a random order and in its reverse, each replicate in orders of its own.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from experiments.ensembles import adapters
from experiments.ensembles.plan import Array, Task, unit_rows
from experiments.ensembles.pool import Result, Work, execute, limit_threads, silent
from experiments.ensembles.records import Record
from experiments.questions import shapley
from experiments.questions.answers import Progress
from experiments.questions.asked import Filled
from experiments.questions.players import Contrast
from experiments.questions.shapley import NOBODY, Coalition, Order
from model.vocabulary import PILLAR_OF

MOST_EXACT = 6
"""Players up to which every coalition is run."""
ABOUT_RUNS, FEWEST, MOST = 200, 8, 40
"""Runs to spend when nobody says how many replicates, and the fewest and most replicates then."""


@dataclass(frozen=True)
class Design:
    """Say which coalitions each replicate runs."""

    contrast: Contrast
    seed: int

    @property
    def everybody(self) -> Coalition:
        """Return the coalition of all players."""
        return frozenset(self.contrast.names)

    @property
    def exact(self) -> bool:
        """See whether every coalition is run."""
        return len(self.contrast.players) <= MOST_EXACT

    @cached_property
    def combinations(self) -> Mapping[Coalition, Coalition]:
        """Name every combination of the pillars whose money differs, and the players who hold that money."""
        pillars = shapley.coalitions(self.contrast.pillars)
        return {some: frozenset(holder for pillar in some for holder in self._holders(pillar)) for some in pillars}

    def _holders(self, pillar: str) -> list[str]:
        players = self.contrast.players
        return [one.name for one in players if any(PILLAR_OF[line] == pillar for line in one.lines)]

    def orders(self, replicate: int) -> list[Order]:
        """Return the orders in which the players join in a replicate."""
        return shapley.random_orders(self.contrast.names, self.seed, replicate)

    def coalitions(self, replicate: int) -> list[Coalition]:
        """List what a replicate runs: nobody and everybody first, each coalition once."""
        if self.exact:
            inner = shapley.coalitions(self.contrast.names)
        else:
            joining = [some for order in self.orders(replicate) for some in shapley.steps(order)]
            inner = [*joining, *self.combinations.values()]
        return list(dict.fromkeys([NOBODY, self.everybody, *inner]))

    def usual_replicates(self) -> int:
        """Return how many replicates to run when nobody says."""
        return min(max(ABOUT_RUNS // len(self.coalitions(0)), FEWEST), MOST)

    def parts(self, worth: shapley.Worth, replicate: int) -> dict[str, shapley.Array]:
        """Split the difference between everybody and nobody over the players, in one replicate."""
        if self.exact:
            return shapley.values(self.contrast.names, worth)
        return shapley.mean_along(self.orders(replicate), worth)


@dataclass(frozen=True)
class Played:
    """Hold the results of a design; `rows` are the replicates' rows of the unit cube (None at central values)."""

    design: Design
    replicates: int
    results: Mapping[tuple[Coalition, int], Result]
    rows: Array | None

    @cached_property
    def whole(self) -> tuple[int, ...]:
        """Name the replicates of which every coalition succeeded: only they can be split."""
        return tuple(number for number in range(self.replicates) if all(self._succeeded(number)))

    def _succeeded(self, replicate: int) -> list[bool]:
        return [isinstance(self.results[some, replicate], Record) for some in self.design.coalitions(replicate)]

    def record(self, coalition: Coalition, replicate: int) -> Record:
        """Return what a coalition's run of a whole replicate left."""
        result = self.results[coalition, replicate]
        if not isinstance(result, Record):
            raise TypeError(result)
        return result


def play(design: Design, settings: Filled, progress: Progress | None = None) -> Played:
    """Run every coalition of the design in every replicate that asks for it."""
    wanted = [(some, number) for number in range(settings.replicates) for some in design.coalitions(number)]
    places = {some: place for place, some in enumerate(dict.fromkeys(some for some, _ in wanted))}
    plan = [Task(places[some], number) for some, number in wanted]
    limit_threads()
    rows = None if settings.central else unit_rows(settings.replicates, len(design.contrast.first.slots), settings.seed)
    scenarios = [design.contrast.scenario(some) for some in places]
    runner = settings.runner or adapters.model_runner()
    work = Work(scenarios, [rows] * len(scenarios), settings.seed, design.contrast.last, runner)
    results = execute(work, plan, settings.workers or os.cpu_count() or 1, (progress or silent)(len(plan)))
    return Played(design, settings.replicates, dict(zip(wanted, results, strict=True)), rows)
