"""Digital infrastructure (5G, fibre, data centres): leased or built, kept up, worn out.

Enters: real money (bn VND at 2010 prices), a choice of build, lease or lease_then_build, and what projects cost over
plan. Leaves: capital in service (bn VND at 2010 prices), owned or leased.
"""

from __future__ import annotations

from dataclasses import dataclass

from model.dynamics import accumulate, relax
from model.government.delivery import leased_share, maintained_share, upkeep_share
from model.government.pipeline import Pipeline
from model.parameters import Parameters


@dataclass(slots=True)
class Terms:
    """What holds for a year: money per year, what projects cost over plan, and the claims of what is already built."""

    money: float
    cost_factor: float
    upkeep: float
    maintained: float


class Infrastructure:
    """Keep what is built, under way and leased.

    built: capital owned; leased: capital whose service is rented; years: time since the choice was made.
    """

    def __init__(self, parameters: Parameters) -> None:
        self.parameters = parameters
        self.works = Pipeline(parameters.gestation, round(parameters.erlang_stages))
        self.built = 0.0
        self.leased = 0.0
        self.choice = "build"
        self.years = 0.0
        self.terms = Terms(0.0, 1.0, 0.0, 1.0)

    def open(self, choice: str, money: float, cost_factor: float) -> None:
        """Put in place what constant money a year, with that choice just made, would have put in place and kept."""
        p = self.parameters
        self.choice, self.years = choice, 0.0
        own = 1.0 - self.leased_share
        self.built = own * money / (cost_factor / p.economic_life + own * p.operating_cost)
        left = money - p.operating_cost * self.built
        self.leased = (1.0 - own) * left / p.lease_price
        self.works.open(own * left / cost_factor)
        self.plan_year(choice, money, cost_factor)

    @property
    def leased_share(self) -> float:
        """Return which share of the money above upkeep is leased now."""
        return leased_share(self.choice, self.years, self.parameters.gestation)

    @property
    def capital_share(self) -> float:
        """Return which share of the money buys works (the rest is upkeep and rent)."""
        return (1.0 - self.terms.upkeep) * (1.0 - self.leased_share)

    @property
    def delivered_share(self) -> float:
        """Return which share of the money overruns leave: upkeep and rent do not overrun."""
        return 1.0 - self.capital_share * (1.0 - 1.0 / self.terms.cost_factor)

    @property
    def service(self) -> float:
        """Return the capital in service: what is leased, and what of the built can be maintained."""
        return self.leased + self.built * self.terms.maintained

    def plan_year(self, choice: str, money: float, cost_factor: float) -> None:
        """Take the year's choice, money (per year) and cost over plan; upkeep of what is built comes first."""
        if choice != self.choice:
            self.choice, self.years = choice, 0.0
        need = self.parameters.operating_cost * self.built
        self.terms = Terms(money, cost_factor, upkeep_share(money, need), maintained_share(money, need))

    def step(self, money: float, dt: float) -> None:
        """Spend the quarter's money (before overruns); rent is contracted by the year, works by the quarter."""
        p, terms = self.parameters, self.terms
        rent = terms.money * (1.0 - terms.upkeep) * self.leased_share
        works = money * self.capital_share / terms.cost_factor
        completed = self.works.step(works / dt, dt)
        self.built = accumulate(self.built, completed / dt, 1.0 / p.economic_life, dt)
        self.leased = relax(self.leased, rent / p.lease_price, 1.0 / p.lease_lag, dt)
        self.years += dt
