"""What money has put in place: efforts, research under way, knowledge, infrastructure.

Enters: real money by line, quarter after quarter. Leaves: intensities, completed research, the stock of knowledge,
capital in service. The government keeps two programmes: the actual one, and the usual one, which goes on spending per
resident what was spent at the start. Effects are differences between the two, so that unchanged policy has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from model.dynamics import QUARTERS, accumulate
from model.government.infrastructure import Infrastructure
from model.government.instruments import Instruments
from model.government.pipeline import Pipeline
from model.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Usual:
    """Hold what was usual at the start: money of a year by line, per resident and per budget.

    money: bn VND at 2010 prices per resident and year, after losses but before overruns; profile: by quarter;
    works: money of the lines of works, share of the budget.
    """

    money: Mapping[str, float]
    profile: tuple[float, ...]
    works: Mapping[str, float]

    def yearly(self, residents: float) -> dict[str, float]:
        """Return the usual money of a year by line."""
        return {line: money * residents for line, money in self.money.items()}

    def quarterly(self, residents: float, quarter: int) -> dict[str, float]:
        """Return the usual money of one quarter of the year (0..3) by line."""
        share = residents * self.profile[quarter]
        return {line: money * share for line, money in self.money.items()}


class Programme:
    """Keep what one stream of money has put in place (bn VND at 2010 prices)."""

    def __init__(self, parameters: Parameters, instrument_scale: float) -> None:
        stages = round(parameters.erlang_stages)
        self.parameters = parameters
        self.instruments = Instruments(parameters.instrument_decay, instrument_scale)
        self.applied = Pipeline(parameters.lag_applied, stages)
        self.basic = Pipeline(parameters.lag_basic, stages)
        self.infrastructure = Infrastructure(parameters)
        self.knowledge = 0.0
        self.completed_applied = 0.0
        self.completed_basic = 0.0

    def open(self, yearly: Mapping[str, float], residents: float, choice: str, cost_factor: float) -> None:
        """Put in place what constant money a year has long put in place and kept."""
        applied, basic = yearly["applied_research"], yearly["basic_research"]
        self.instruments.open(yearly, residents)
        self.applied.open(applied)
        self.basic.open(basic)
        self.infrastructure.open(choice, yearly["infrastructure"], cost_factor)
        self.knowledge = (applied + basic) / self.parameters.rd_depreciation
        self.completed_applied, self.completed_basic = applied / QUARTERS, basic / QUARTERS

    def step(self, money: Mapping[str, float], residents: float, dt: float) -> None:
        """Take the money of `dt` years by line (before overruns) and let what it buys advance."""
        self.instruments.step(money, residents, dt)
        self.completed_applied = self.applied.step(money["applied_research"] / dt, dt)
        self.completed_basic = self.basic.step(money["basic_research"] / dt, dt)
        completed = self.completed_applied + self.completed_basic
        self.knowledge = accumulate(self.knowledge, completed / dt, self.parameters.rd_depreciation, dt)
        self.infrastructure.step(money["infrastructure"], dt)
