"""Who takes part in a difference between two scenarios: pillars or lines by their money, and groups of levers.

Enters: two scenarios of one place. Leaves: players that differ, and for any coalition of them a scenario: the first one
with the coalition's settings taken from the second. A line's money is the announced share times the line's share of it,
year by year; a coalition announces the sum of its members' money and that of the others as it was.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from experiments.errors import WrongUsage
from experiments.questions.shapley import Coalition
from model.reading.nodes import START, find, plain
from model.reading.policy import paths
from model.reading.scenario_file import IMPULSES
from model.scenario import Scenario
from model.vocabulary import LINES, PILLAR_OF, PILLARS

GROUPINGS = ("pillar", "line", "lever")
SHARE, SPLIT = "budget.pillars_share", "budget.lines"
INSTITUTE, INSTITUTE_LINE = "delivery.ai_institute", "ai_institute"
DELIVERY, EXECUTION, OUTSIDE = "delivery", "execution", "outside"
SECTION_OF = {"budget": EXECUTION, "delivery": DELIVERY, "communes": DELIVERY, "outside": OUTSIDE}
SAME = 1e-12
"""Relative difference of money below which a line has the same money in both scenarios."""

Years = Mapping[int, Any]


@dataclass(frozen=True)
class Player:
    """Name what acts together: the money of some lines, some levers (dotted), what the scenario fixes (parameters)."""

    name: str
    lines: tuple[str, ...] = ()
    levers: tuple[str, ...] = ()
    fixes: bool = False

    @property
    def members(self) -> tuple[str, ...]:
        """Name everything the player stands for."""
        return (*self.lines, *self.levers, *(("parameters",) if self.fixes else ()))


@dataclass(frozen=True)
class Contrast:
    """Hold two scenarios of one place and what differs between them, up to the year `last`."""

    first: Scenario
    second: Scenario
    by: str
    last: int

    @property
    def years(self) -> range:
        """Return the years that both scenarios cover, up to the last."""
        return range(self.first.start, self.last + 1)

    @cached_property
    def since(self) -> int:
        """Return the first year in which the two differ; the first year of the period if only beliefs do."""
        differ = (year for year in self.years if self.first.levers(year) != self.second.levers(year))
        return next(differ, self.first.start)

    @cached_property
    def players(self) -> tuple[Player, ...]:
        """Name the players that differ: pillars or lines first, then levers."""
        return (*self._money_players(), *self._lever_players())

    @property
    def names(self) -> tuple[str, ...]:
        """Name the players."""
        return tuple(player.name for player in self.players)

    @property
    def pillars(self) -> tuple[str, ...]:
        """Name the pillars whose money differs."""
        return tuple(pillar for pillar in PILLARS if any(PILLAR_OF[line] == pillar for line in self.lines))

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Name the lines whose money differs in some year, and the AI institute's if the institute does."""
        return tuple(line for line in LINES if self._line_differs(line))

    @cached_property
    def levers(self) -> tuple[str, ...]:
        """Name the other levers that differ in some year, dotted."""
        listed = [f"{section}.{name}" for section, name, _ in paths(self.first.parts.form)]
        return tuple(lever for lever in listed if lever not in (SHARE, SPLIT, INSTITUTE) and self._differs(lever))

    @property
    def fixed_differ(self) -> bool:
        """See whether the two scenarios fix different parameters or facts."""
        return _fixed(self.first) != _fixed(self.second)

    def _differs(self, lever: str) -> bool:
        name = lever.split(".")[1]
        return any(getattr(self.first.levers(y), name) != getattr(self.second.levers(y), name) for y in self.years)

    def _line_differs(self, line: str) -> bool:
        if line == INSTITUTE_LINE and self._differs(INSTITUTE):
            return True
        pairs = ((money_of(self.first, year)[line], money_of(self.second, year)[line]) for year in self.years)
        return not all(math.isclose(one, other, rel_tol=SAME) for one, other in pairs)

    def _money_players(self) -> list[Player]:
        """Group the lines that differ; the description of the AI institute goes with its money."""
        groups: dict[str, tuple[str, ...]] = {line: (line,) for line in self.lines}
        if self.by != "line":
            groups = {name: tuple(line for line in self.lines if PILLAR_OF[line] == name) for name in self.pillars}
        return [Player(name, lines, (INSTITUTE,) if INSTITUTE_LINE in lines else ()) for name, lines in groups.items()]

    def _lever_players(self) -> list[Player]:
        """Group the levers that differ by what they are about, or take each by itself."""
        if self.by == "lever":
            alone = [Player(lever.split(".")[1], levers=(lever,)) for lever in self.levers]
            return [*alone, *([Player("parameters", fixes=True)] if self.fixed_differ else [])]
        groups = {
            name: [one for one in self.levers if group_of(one) == name] for name in (DELIVERY, EXECUTION, OUTSIDE)
        }
        fixes = {OUTSIDE: self.fixed_differ}
        found = [Player(name, (), tuple(levers), fixes.get(name, False)) for name, levers in groups.items()]
        return [player for player in found if player.members]

    def scenario(self, coalition: Coalition) -> Scenario:
        """Return the first scenario with the settings of the coalition's players taken from the second.

        Nobody gives the first scenario itself, all players the second.
        """
        if not coalition:
            return self.first
        if coalition == frozenset(self.names):
            return self.second
        inside = [player for player in self.players if player.name in coalition]
        base = self.second if self.fixed_differ and any(player.fixes for player in inside) else self.first
        taken = {lever for player in inside for lever in player.levers}
        changes: dict[str, object] = {}
        for lever in (*self.levers, *((INSTITUTE,) if self._differs(INSTITUTE) else ())):
            changes[lever] = written(self.second if lever in taken else self.first, lever, self.years)
        lines = {line for player in inside for line in player.lines}
        return base.with_levers({**changes, **self._money(lines)}, f"{self.first.name}+{'+'.join(sorted(coalition))}")

    def _money(self, taken: set[str]) -> dict[str, object]:
        """Write the budget in which the lines taken have the second scenario's money, and the others the first's.

        All or none of the lines give either scenario's own figures, so that no rounding tells them apart.
        """
        if taken in (set(), set(self.lines)):
            owner = self.second if taken else self.first
            return {lever: written(owner, lever, self.years) for lever in (SHARE, SPLIT)} if self.lines else {}
        share, split = {}, {}
        for year in self.years:
            first, second = money_of(self.first, year), money_of(self.second, year)
            money = {line: second[line] if line in taken else first[line] for line in LINES}
            total = math.fsum(money.values())
            weights = money if total > 0.0 else dict(self.first.levers(year).lines)
            share[year] = percent(min(total, 1.0))
            split[year] = {line: percent(part / (total or 1.0)) for line, part in weights.items()}
        return {SHARE: share, SPLIT: split}


def contrast(first: Scenario, second: Scenario, by: str, last: int) -> Contrast:
    """Set two scenarios against each other.

    Raises WrongUsage if they are of different places, rest on different data, or do not differ.
    """
    if by not in GROUPINGS:
        raise WrongUsage("explain.by", given=by, allowed=", ".join(GROUPINGS))
    if first.place.name != second.place.name:
        raise WrongUsage("compare.places", places=", ".join((first.place.name, second.place.name)))
    if first.resolved()["inputs"] != second.resolved()["inputs"]:
        raise WrongUsage("compare.inputs", scenario=second.name, reference=first.name)
    found = Contrast(first, second, by, last)
    if not found.players:
        raise WrongUsage("explain.same", scenario=second.name, reference=first.name, year=str(last))
    return found


def group_of(lever: str) -> str:
    """Return which group of levers a dotted lever belongs to."""
    return SECTION_OF[lever.split(".")[0]]


def money_of(scenario: Scenario, year: int) -> dict[str, float]:
    """Return what each line is announced to have, as a share of the budget."""
    levers = scenario.levers(year)
    return {line: levers.pillars_share * levers.lines[line] for line in LINES}


def percent(share: float) -> str:
    """Write a share as a scenario file does, with every digit."""
    return f"{100.0 * share!r} %"


def written(scenario: Scenario, lever: str, years: Sequence[int]) -> Years:
    """Return a lever's value as it was written, for every one of the years."""
    section, name = lever.split(".")
    path: Any = plain(find(scenario.parts.tree, (section, name)))
    return {year: _in_force(name, path, year) for year in years}


def _in_force(name: str, path: Years, year: int) -> Any:
    if name in IMPULSES:
        return path.get(year, path[START])
    return path[max((date for date in path if date <= year), default=START)]


def _fixed(scenario: Scenario) -> dict[str, float]:
    return {**scenario.parameters.fixed, **scenario.place.register.fixed}
