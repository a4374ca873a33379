"""Money or bottleneck: what a scenario would attain if one thing set no limit any more.

Enters: a scenario. Leaves: the same with unlimited execution, with ten times the money besides, or with skill to spare. None
of them is a policy: each asks whether that is what holds a target back. More years need no scenario, only a longer run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from experiments.questions.players import SHARE, percent
from model.levers import Levers
from model.places.facts import Draw
from model.places.place import Place
from model.scenario import Scenario

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SINCE = 2026
"""The first budget after Resolution 57: from then on the limit is lifted, as what is in force at the start is history."""
BOUNDLESS = 100.0
"""Times the capacity to spend money: what a scenario file allows at most."""
TENFOLD = 10.0
MORE_YEARS = 2045
"""The year to which "more years" looks: that of Resolution 57's long-term goals."""
EXECUTION, MONEY, SKILLS, YEARS = "execution", "money", "skills", "years"
REMEDIES = (EXECUTION, MONEY, SKILLS, YEARS)
"""In the order in which a verdict names them."""
ALL_SKILL = 1.0


@dataclass(frozen=True, eq=False)
class Skilled(Scenario):
    """A scenario in which skill limits nothing: residents have all digital skill, firms find all that they can use.

    The skill of firms counts against the mean at the start, so people flow in from `since` on (a negative brain drain).
    """

    since: int = SINCE

    def levers(self, year: int) -> Levers:
        """Return the levers of a year, with trained people coming in."""
        own = super().levers(year)
        return replace(own, brain_drain=-ALL_SKILL) if year >= self.since else own

    def in_place(self, place: Place) -> Scenario:
        """Return the same for one province of a country."""
        own = super().in_place(place)
        return Skilled(own.name, own.parts, own.part, self.since)

    def central(self) -> Draw:
        """Return the central draw, residents fully skilled."""
        return _skilled(super().central())

    def draw(self, row: NDArray[np.float64] | Sequence[float]) -> Draw:
        """Return the draw of a row of the unit cube, residents fully skilled."""
        return _skilled(super().draw(row))


def _skilled(draw: Draw) -> Draw:
    provinces = {name: replace(facts, resident_skill=ALL_SKILL) for name, facts in draw.provinces.items()}
    return replace(draw, facts=replace(draw.facts, resident_skill=ALL_SKILL), provinces=provinces)


def variants(scenario: Scenario, last: int, since: int = SINCE) -> dict[str, Scenario]:
    """Return the scenario with each limit lifted from `since` on; `last` is the last year that will be run."""
    years = range(max(since, scenario.start + 1), last + 1)
    spent: dict[str, object] = {"budget.execution_multiplier": dict.fromkeys(years, BOUNDLESS)}
    plenty = {year: percent(min(1.0, TENFOLD * scenario.levers(year).pillars_share)) for year in years}
    return {
        EXECUTION: scenario.with_levers(spent, _name(scenario, EXECUTION)),
        MONEY: scenario.with_levers({**spent, SHARE: plenty}, _name(scenario, MONEY)),
        SKILLS: Skilled(_name(scenario, SKILLS), scenario.parts, since=since),
    }


def _name(scenario: Scenario, remedy: str) -> str:
    return f"{scenario.name}+{remedy}"
