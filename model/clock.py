"""The clock of a run, which a province and the country share.

Enters: a scenario. Leaves: the quarter under way, in the calendar.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from weakref import WeakKeyDictionary

import mesa
import numpy as np

from model.books.yearbook import Yearbook
from model.dynamics import QUARTER, QUARTERS
from model.scenario import Scenario


class Numbers(WeakKeyDictionary[mesa.Model, Iterator[int]]):
    """Number the agents of each model as Mesa 3.3 does, but without keeping every model alive for ever."""

    def __getitem__(self, model: mesa.Model) -> Iterator[int]:
        """Return what numbers the agents of a model, from 1."""
        return self.setdefault(model, count(1))


if hasattr(mesa.Agent, "_ids"):
    setattr(mesa.Agent, "_ids", Numbers())  # noqa: B010 - the table is Mesa's, not ours


class Clock(mesa.Model):
    """A Mesa model that counts quarters from the start of a scenario's first year, and keeps a yearbook."""

    yearbook: Yearbook

    def __init__(self, scenario: Scenario, seed: int) -> None:
        super().__init__(rng=np.random.default_rng(seed))
        self.scenario = scenario
        self.dt = QUARTER
        self.quarter = 0
        """quarters since the start; the one under way while a quarter passes"""

    @property
    def year(self) -> int:
        """Return the calendar year of the quarter under way."""
        return self.scenario.start + self.quarter // QUARTERS

    @property
    def quarter_of_year(self) -> int:
        """Return the quarter of the year, 0..3."""
        return self.quarter % QUARTERS

    @property
    def opens_year(self) -> bool:
        """Say whether the quarter under way is a year's first."""
        return self.quarter_of_year == 0

    @property
    def closes_year(self) -> bool:
        """Say whether the quarter under way is a year's last."""
        return self.quarter_of_year == QUARTERS - 1

    @property
    def years(self) -> float:
        """Return the years that have passed since the start when the quarter under way began."""
        return self.quarter * self.dt

    def run(self, last_year: int) -> Yearbook:
        """Step to the end of a year and return the yearbook."""
        while self.year <= last_year:
            self.step()
        return self.yearbook
