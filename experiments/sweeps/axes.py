"""One varied entry: which values it takes, and what a scenario becomes when it takes one.

Enters: a lever or parameter by its dotted name, its values or range. Leaves: values as a planner writes them, and the
changed scenario. A lever takes its value from a year on; the split over the budget lines stays whole.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from model.reading.nodes import START, Node, Scalar, find, plain, problem_at
from model.reading.problems import Refused
from model.reading.scenario_file import ADDS_UP, IMPULSES
from model.reading.units import Unclear, percent_text, share, split
from model.register import Entry
from model.scenario import Scenario

LINES: Final = "budget.lines"
DIGITS: Final = 12
_THREE_DECIMALS: Final = re.compile(r"[-+]?[0-9]+\.[0-9]{3}")


@dataclass(frozen=True)
class Listed:
    """Take each of some values, in their order."""

    key: str
    since: int | None
    values: tuple[Scalar, ...]

    def at(self, probability: float) -> Scalar:
        """Return the value that a share of the way through the list falls on."""
        return self.values[min(int(probability * len(self.values)), len(self.values) - 1)]

    def as_dict(self) -> dict[str, Any]:
        """Give the axis as JSON-able data."""
        return {"key": self.key, "from": self.since, "values": list(self.values)}


@dataclass(frozen=True)
class Spanned:
    """Take any value between two bounds, evenly; both are numbers of one unit."""

    key: str
    since: int | None
    low: Decimal
    high: Decimal
    unit: str

    def at(self, probability: float) -> Scalar:
        """Return the value that lies that share of the way from low to high."""
        return written(float(self.low) + probability * float(self.high - self.low), self.unit)

    def steps(self, count: int) -> tuple[Scalar, ...]:
        """Return evenly spaced values, both bounds among them."""
        between = (self.high - self.low) / (count - 1)
        return tuple(written(float(self.low + step * between), self.unit) for step in range(count))

    def as_dict(self) -> dict[str, Any]:
        """Give the axis as JSON-able data."""
        return {"key": self.key, "from": self.since, "low": str(self.low), "high": str(self.high), "unit": self.unit}


@dataclass(frozen=True)
class Registered:
    """Take a parameter's own range, by the distribution of parameters.yaml (a fact's, by that of its profile)."""

    key: str
    entry: Entry
    since: None = None

    def at(self, probability: float) -> Scalar:
        """Return the value below which that probability lies."""
        low, high = self.bounds
        return min(max(self.entry.quantile(probability), low), high)

    def steps(self, count: int) -> tuple[Scalar, ...]:
        """Return values evenly spaced in probability, both bounds among them."""
        low, high = self.bounds
        values = (float(f"{self.entry.quantile(step / (count - 1)):.{DIGITS}g}") for step in range(count))
        return tuple(min(max(value, low), high) for value in values)

    @property
    def bounds(self) -> tuple[float, float]:
        """Return the lowest and the highest value."""
        value = self.entry.value
        return (value if self.entry.low is None else self.entry.low), (value if self.entry.high is None else self.entry.high)

    def as_dict(self) -> dict[str, Any]:
        """Give the axis as JSON-able data."""
        return {"key": self.key, "from": None, "range": list(self.bounds), "distribution": self.entry.distribution}


Axis = Listed | Spanned | Registered


def written(number: float, unit: str) -> Scalar:
    """Write a number as a planner would: with its unit as text, or bare."""
    digits = f"{number:.{DIGITS}g}"
    if not unit:
        return float(digits)
    if _THREE_DECIMALS.fullmatch(digits):
        digits += "0"  # three decimals of money may be read as a group of thousands
    return f"{digits} {unit}"


def number_and_unit(value: Scalar) -> tuple[Decimal, str] | None:
    """Split a written value into its number and unit; None if it is a word."""
    if isinstance(value, bool) or value is None:
        return None
    if not isinstance(value, str):
        return Decimal(repr(value)), ""
    try:
        return split(value)
    except Unclear:
        return None


def unit_of(axis: Axis) -> str | None:
    """Return the unit in which all values of an axis are numbers; None if some are words."""
    if isinstance(axis, Spanned):
        return axis.unit
    if isinstance(axis, Registered):
        return ""
    found = {parts[1] if parts else None for parts in map(number_and_unit, axis.values)}
    return found.pop() if len(found) == 1 else None


def changed(scenario: Scenario, axes: Sequence[Axis], values: Sequence[Scalar]) -> Scenario:
    """Return the scenario in which every axis has its value.

    Raises: Refused.
    """
    changes: dict[str, object] = {}
    lines: dict[int, dict[str, Scalar]] = {}
    for axis, value in zip(axes, values, strict=True):
        section, lever, inner = _steps(axis.key)
        if axis.since is None:
            changes[axis.key] = value
        elif f"{section}.{lever}" == LINES:
            lines.setdefault(axis.since, {})[inner] = value
        elif inner:
            _part_changed(changes, scenario, axis, value)
        else:
            dates = _dates(lever, written_path(scenario, section, lever), axis.since)
            changes[axis.key] = dict.fromkeys(dates, value)
    if lines:
        changes[LINES] = _lines_changed(scenario, lines)
    return scenario.with_levers(changes)


def _steps(key: str) -> tuple[str, str, str]:
    """Split a dotted name into section, lever and, for one entry of a lever that is a mapping, that entry."""
    section, _, rest = key.partition(".")
    lever, _, inner = rest.partition(".")
    return section, lever, inner


def written_path(scenario: Scenario, section: str, lever: str) -> dict[int, Any]:
    """Return what the scenario writes for a lever, by year; START stands for the first year."""
    node: Node = find(scenario.parts.tree, (section, lever))
    return {int(year): plain(value) for year, value in node.entries.items()}


def _dates(lever: str, path: Mapping[int, Any], since: int) -> list[int]:
    """Return the years to change so that the value holds from `since` on; an impulse acts in that year only."""
    return [since] if lever in IMPULSES else [since, *sorted(year for year in path if year > since)]


def in_force(path: Mapping[int, Any], year: int) -> Any:
    """Return what a written path says for a year."""
    return path.get(max((date for date in path if date <= year), default=START))


def _part_changed(changes: dict[str, object], scenario: Scenario, axis: Axis, value: Scalar) -> None:
    """Change one entry of a lever that is a mapping, and keep its others as they are in each year."""
    section, lever, inner = _steps(axis.key)
    before = changes.setdefault(f"{section}.{lever}", {})
    assert isinstance(before, dict)  # noqa: S101 - for the type checker: only this function writes such levers
    path = {**written_path(scenario, section, lever), **before}
    for year in _dates(lever, path, axis.since or START):
        whole = in_force(path, year)
        if not isinstance(whole, Mapping):
            raise _refused("not_described", scenario, f"{section}.{lever}", value=inner, year=year)
        before[year] = {**whole, inner: value}


def _lines_changed(scenario: Scenario, lines: Mapping[int, Mapping[str, Scalar]]) -> dict[int, dict[str, str]]:
    """Return the split over the lines from each year on: the named lines as told, the others keeping their proportions."""
    path = written_path(scenario, "budget", "lines")
    found = {}
    for year in sorted({*lines, *(year for year in path if year > min(lines))}):
        told = {line: value for since, named in lines.items() if since <= year for line, value in named.items()}
        try:
            found[year] = rescaled(in_force(path, year), told)
        except Unclear as unclear:
            raise _refused(unclear.code, scenario, LINES, **unclear.values, year=year) from None
    return found


def rescaled(whole: Mapping[str, Scalar], told: Mapping[str, Scalar]) -> dict[str, str]:
    """Set some lines of a split and scale all others alike, so that it adds to 100 %.

    Raises: Unclear, if what is told is no share, is more than all, or leaves money that no other line may take.
    """
    fixed = {line: share(value) for line, value in told.items()}
    others = {line: share(value) for line, value in whole.items() if line not in told}
    taken, rest = math.fsum(fixed.values()), math.fsum(others.values())
    if taken > 1.0 + ADDS_UP:
        raise Unclear("lines_over", total=percent_text(taken))
    if rest <= 0.0 and taken < 1.0 - ADDS_UP:
        raise Unclear("lines_rest", total=percent_text(taken))
    factor = max(1.0 - taken, 0.0) / rest if rest > 0.0 else 0.0
    scaled = {line: value * factor for line, value in others.items()}
    return {line: percent_text(value) for line, value in {**scaled, **fixed}.items()}


def _refused(code: str, scenario: Scenario, key: str, **values: object) -> Refused:
    return Refused([problem_at(code, scenario.parts.tree.spot, key.split("."), **values)])
