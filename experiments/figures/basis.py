"""What a figure draws from: the tables of one place's scenarios, and every word in the reader's language.

Enters: an ensemble. Leaves: series by scenario and outcome, colours, names, and the note at the foot of every figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from experiments.ensembles.adapters import outcomes
from experiments.ensembles.ensemble import Ensemble
from experiments.figures.style import COLOURS
from experiments.folders.workbook import label
from experiments.telling.messages import name_of, say
from experiments.telling.numbers import decimals_for, format_number

Array = npt.NDArray[np.float64]
LONGEST_TITLE = 60


@dataclass(frozen=True)
class Series:
    """Hold one outcome by year: 5 % quantile, median, 95 % quantile."""

    years: npt.NDArray[np.int64]
    low: Array
    middle: Array
    high: Array

    def at(self, year: int) -> float:
        """Return the median of a year; nan if the run does not have it."""
        where = np.nonzero(self.years == year)[0]
        return float(self.middle[where[0]]) if where.size else float("nan")


@dataclass(frozen=True)
class Basis:
    """Hold what the figures of one place in one language draw from."""

    ensemble: Ensemble
    place: str
    language: str

    @cached_property
    def scenarios(self) -> tuple[str, ...]:
        """Name the scenarios of the place that have results, the reference first."""
        finished = set(self.ensemble.finished)
        return tuple(
            card.label for card in self.ensemble.scenarios if card.place == self.place and card.label in finished
        )

    @property
    def reference(self) -> str:
        """Name the scenario the others are compared with."""
        return self.scenarios[0]

    @property
    def others(self) -> tuple[str, ...]:
        """Name the scenarios that are compared with the reference."""
        return self.scenarios[1:]

    @property
    def last_year(self) -> int:
        """Return the last year of the run."""
        return int(max(self.ensemble.outcomes["year"].to_pylist()))

    @property
    def first_year(self) -> int:
        """Return the first year of the run."""
        return int(min(self.ensemble.outcomes["year"].to_pylist()))

    def has(self, *names: str) -> bool:
        """See whether the run has these outcomes."""
        return all(name in self.ensemble.units for name in names)

    @cached_property
    def _levels(self) -> Mapping[tuple[str, str], Series]:
        return _indexed(self.ensemble.summary)

    @cached_property
    def _changes(self) -> Mapping[tuple[str, str], Series]:
        return _indexed(self.ensemble.differences)

    def level(self, scenario: str, outcome: str) -> Series:
        """Return an outcome of a scenario."""
        return self._levels[scenario, outcome]

    def change(self, scenario: str, outcome: str) -> Series:
        """Return an outcome's paired difference to the reference."""
        return self._changes[scenario, outcome]

    def colour(self, scenario: str) -> str:
        """Return a scenario's colour, the same in every figure of the run; grey is the reference that others stand against."""
        first = 0 if self.others else 1
        return COLOURS[(self.scenarios.index(scenario) + first) % len(COLOURS)]

    def short(self, scenario: str) -> str:
        """Return a scenario's title without the place's name before it, cut where it is very long."""
        title = " ".join(self.ensemble.card(scenario).title.get(self.language, "").split()) or scenario
        head, colon, rest = title.partition(": ")
        short = rest if colon and head == self.place_title else title
        return short if len(short) <= LONGEST_TITLE else short[: LONGEST_TITLE - 1] + "…"

    @property
    def place_title(self) -> str:
        """Return the name of the place."""
        return self.ensemble.places[self.place].title.get(self.language, self.place)

    def say(self, key: str, **values: object) -> str:
        """Return a message."""
        return say(key, self.language, **values)

    def name(self, outcome: str) -> str:
        """Return what people call an outcome."""
        return label(outcomes(), outcome, self.language)

    def unit(self, outcome: str) -> str:
        """Return an outcome's unit in words."""
        return name_of("unit", self.ensemble.units.get(outcome, ""), self.language)

    def interval(self, low: float, middle: float, high: float) -> str:
        """Write a difference with its interval, all three with the decimals that the widest needs."""
        decimals = decimals_for([low, middle, high], 2)
        first, *rest = (format_number(value, self.language, decimals, signed=True) for value in (middle, low, high))
        return f"{first} [{'; '.join(rest)}]"

    def number(self, value: float, digits: int = 3, *, signed: bool = False) -> str:
        """Write a number with about that many digits."""
        return format_number(value, self.language, decimals_for([value], digits), signed=signed)

    def targets(self, outcome: str) -> list[Mapping[str, Any]]:
        """Return the place's published targets for an outcome."""
        return [target for target in self.ensemble.places[self.place].targets if target["outcome"] == outcome]

    def note(self, *more: str, intervals: bool = True) -> str:
        """Return the note of a figure: scenarios, replicates, what else is to be said, and what varies between replicates.

        intervals: whether the figure shows intervals that hold 90 % of the replicates.
        """
        names = "; ".join(f"{one}: {self.short(one)}" for one in self.scenarios)
        varied = self.say("figure.central" if self.ensemble.central else "figure.sampled")
        holds = [self.say("figure.intervals")] if intervals else []
        runs = self.say("figure.note", place=self.place_title, scenarios=names, replicates=self.ensemble.replicates)
        return " ".join([runs, *more, *holds, varied])


def _indexed(table: pa.Table) -> dict[tuple[str, str], Series]:
    """Cut a table of quantiles into series; the rows of one series follow one another."""
    if table.num_rows == 0:
        return {}
    scenarios, names = table["scenario"].to_pylist(), table["outcome"].to_pylist()
    years = table["year"].to_numpy().astype(np.int64)
    columns = [table[name].to_numpy() for name in ("p05", "p50", "p95")]
    keys = list(zip(scenarios, names, strict=True))
    starts = [0, *(row for row in range(1, len(keys)) if keys[row] != keys[row - 1]), len(keys)]
    return {
        keys[start]: Series(years[start:stop], *(column[start:stop] for column in columns))
        for start, stop in pairwise(starts)
    }


def years_worth_telling(years: Sequence[int], last: int) -> int:
    """Return the year a title speaks of: 2030 if the run has it, else its last."""
    return 2030 if 2030 in years and last >= 2030 else last
