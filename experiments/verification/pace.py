"""Known limit T20: the length of a step does not matter.

Enters: steps a year. Leaves: a province that takes as many, on the same page of events; its government goes on keeping its
books by quarters, which are a fact of the budget and not a step of calculation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from experiments.verification.limit import Check, Limit
from experiments.verification.stage import EvenProvince, beliefs, scenario
from model.books.returns import Flows
from model.dynamics import QUARTER, QUARTERS
from model.enterprises.columns import memory
from model.government.agent import Government
from model.government.effects import Effects
from model.places.facts import Draw
from model.scenario import Scenario


class PacedGovernment:
    """A government asked `steps` times a year: it acts by quarters, and hands out effects by steps."""

    def __init__(self, government: Government, steps: int) -> None:
        self.government, self.steps, self.taken = government, steps, 0

    def __getattr__(self, name: str) -> Any:
        """Be the government in everything that is not a matter of pace."""
        return getattr(self.government, name)

    def execute(self, _quarter_of_year: int) -> None:
        """Wait for `deliver`: all quarters of a step are paid and delivered there."""

    def deliver(self, dt: float) -> Effects:
        """Live the quarters that begin in this step; flows of a quarter become flows of a step."""
        first, last = (-(-step * QUARTERS // self.steps) for step in (self.taken, self.taken + 1))
        flows = {"completions_applied": 0.0, "completions_basic": 0.0, "infrastructure_booked": 0.0}
        for quarter in range(first, last):
            self.government.execute(quarter % QUARTERS)
            effects = self.government.deliver(QUARTER)
            for name in flows:
                flows[name] += getattr(effects, name)
        effects = self.government.effects
        if first == last or self.steps > QUARTERS:
            flows = {name: getattr(effects, name) * dt / QUARTER for name in flows}
        self.taken += 1
        return replace(effects, **flows)


class PacedProvince(EvenProvince):
    """A province that takes `steps` steps a year."""

    def __init__(self, of: Scenario, draw: Draw, steps: int, replicate: int = 0) -> None:
        """Found the province as any other, then change its pace."""
        self.pace, self.produced, self.annual = QUARTERS, 0.0, list[float]()
        super().__init__(of, draw, replicate=replicate)
        self.pace, self.dt = steps, 1.0 / steps
        self.firms.past_tfp = np.repeat(self.firms.past_tfp[:, -1:], memory(self.dt), axis=1)
        self.government: Any = PacedGovernment(self.government, steps)

    @property
    def year(self) -> int:
        """Return the calendar year of the step under way."""
        return self.scenario.start + self.quarter // self.pace

    @property
    def quarter_of_year(self) -> int:
        """Return the step of the year: 0 opens it."""
        return self.quarter % self.pace

    def keep_books(self, flows: Flows) -> None:
        """Keep only the books that the government needs."""
        self.produced += flows.output
        if self.quarter_of_year == self.pace - 1:
            self.government.close_year()
            self.grdp_last_year = self.prices.nominal(self.produced * (1.0 + self.opening.tax_ratio), self.year)
            self.annual.append(self.produced)
            self.produced = 0.0


MEASURES: Mapping[str, Callable[[PacedProvince], float]] = {
    "growth of output over five years": lambda m: m.annual[-1] / m.annual[-6] - 1.0,
    "share at rung 1 or higher": lambda m: m.digital_share,
    "share at rung 2 or higher": lambda m: float(np.mean(m.firms.rung >= 2)),
    "mean digital gain": lambda m: float(np.mean(m.firms.gain)),
    "mean ln TFP by imitation": lambda m: float(np.mean(m.firms.imitated)),
    "mean ln TFP by innovation": lambda m: float(np.mean(m.firms.innovated)),
    "share of innovators, broad": lambda m: float(np.mean(m.firms.since_broad < m.draw.parameters.innovation_memory)),
    "enterprises": lambda m: float(len(m.firms)),
    "public knowledge": lambda m: m.government.effects.knowledge,
    "use of services": lambda m: m.people.uptake,
    "cashless payment": lambda m: m.people.cashless,
    "5G coverage": lambda m: m.people.coverage,
    "capacity of communes": lambda m: m.people.capacity,
}
"""What must not depend on the step."""

MONEY = {
    "budget.pillars_share": {2021: "1 %", 2023: "3 %"},
    "budget.lines": {2021: {"applied_research": "40 %", "communes": "30 %", "talent": "30 %"}},
}
"""A programme without lines on demand, which are offered by the quarter."""
CALM = {"size_noise": 0.0, "tfp_noise": 0.0}
"""Without these, numbers of enterprises tell the steps apart."""
LAST = 2027


LUCK = {
    "growth of output over five years": 0.016, "share at rung 2 or higher": 0.016,
    "mean ln TFP by innovation": 0.024, "share of innovators, broad": 0.010,
}  # fmt: skip
"""Relative spread of the ratio of two measures from run to run among CROWD enterprises, from six runs of each; less elsewhere."""
CROWD = 20_000
TOLERANCE = 0.02


def measured(steps: int, number: int, replicate: int) -> list[float]:
    """Run seven years in that many steps a year; return what there is at the end."""
    place = scenario(communes=4).with_levers(MONEY)
    province = PacedProvince(place, beliefs(place, CALM | {"enterprises": float(number)}), steps, replicate)
    while province.year <= LAST:
        province.step()
    return [of(province) for of in MEASURES.values()]


def time_step(number: int = CROWD, runs: int = 4) -> Limit:
    """T20: means do not depend on the length of a step."""
    paces = {"years": 1, "quarters": QUARTERS, "months": 12}
    means = {
        pace: np.mean([measured(steps, number, run) for run in range(runs)], axis=0) for pace, steps in paces.items()
    }
    checks = []
    for row, name in enumerate(MEASURES):
        luck = 2.0 * LUCK.get(name, 0.0) * math.sqrt(CROWD / number / runs)
        why = "two standard errors of luck on top" if luck else ""
        for pace in ("quarters", "years"):
            ratio = float(means[pace][row] / means["months"][row])
            checks.append(Check(f"{name}: {pace} over months", 1.0, ratio, TOLERANCE + luck, asked=TOLERANCE, why=why))
    setting = (
        f"steps of a month, a quarter and a year, seven years, 3 % programme; {runs} runs of {number:,} enterprises"
    )
    return Limit("T20", "Time step", setting, tuple(checks))
