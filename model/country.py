"""The country: its provinces quarter by quarter, what they learn from each other, and their sum.

Enters: a scenario whose place has provinces, a draw that holds their facts, a seed and a replicate. Leaves: the provinces
as they stand, and a yearbook of the country that the statistics office's own code (`yearbook`, `measures`) writes from what
the provinces hand in. The policy is every province's; the centre stays outside, in the levers.
"""

from __future__ import annotations

import numpy as np

from model import science
from model.books.returns import Quarter, Returns
from model.books.yearbook import Yearbook
from model.clock import Clock
from model.government import ledger
from model.government.ledger import LedgerRow
from model.places.facts import Draw
from model.places.geography import distances
from model.province import Province
from model.scenario import Scenario


class Country(Clock):
    """A country under one scenario.

    A reader will want `year`, `provinces` (models of their own, in the order of their codes) and `yearbook.rows`.
    """

    def __init__(self, scenario: Scenario, draw: Draw | None = None, *, seed: int = 1, replicate: int = 0) -> None:
        """Found every province at the start of the scenario's first year.

        draw: what this replicate believes; the central values by default. seed and replicate key all luck, so a province
        has the luck that it has alone.
        """
        super().__init__(scenario, seed)
        self.draw = draw or scenario.central()
        self.places = sorted(scenario.place.provinces, key=lambda place: place.code)
        self.provinces = [
            Province(
                scenario.in_place(place),
                Draw(self.draw.parameters, self.draw.provinces[place.name]),
                seed=seed,
                replicate=replicate,
            )
            for place in self.places
        ]
        distance = distances([place.communes for place in self.places])
        self.closeness = science.closeness(distance, self.draw.parameters.spillover_distance)
        self.exchange_knowledge()
        for province in self.provinces:
            province.settle_science()
        self.yearbook = Yearbook(sum(province.totals.capital for province in self.provinces))

    def step(self) -> None:
        """Let one quarter pass in every province, each knowing what the others had finished by the last."""
        self.exchange_knowledge()
        for province in self.provinces:
            province.step()
        self.keep_books()
        self.quarter += 1

    def exchange_knowledge(self) -> None:
        """Let every province see the public research that the others finished last quarter (eq. 15)."""
        finished = np.array([province.finished_science for province in self.provinces])
        reached = np.array([province.reached for province in self.provinces])
        seen = science.exchanged(finished, reached, self.closeness)
        for province, elsewhere in zip(self.provinces, seen, strict=True):
            province.elsewhere = elsewhere

    def keep_books(self) -> None:
        """Book the quarter; at the year's end write the country's row from what the provinces hand in."""
        self.yearbook.record(Quarter.together([province.books for province in self.provinces]))
        if self.closes_year:
            handed_in = [province.yearbook.last for province in self.provinces]
            returns = [year for year in handed_in if year is not None]
            self.yearbook.close_year(Returns.together(returns, self.draw.facts))

    def ledger_rows(self) -> list[LedgerRow]:
        """Return the ledger of all provincial governments together, by year and line."""
        ledgers = [province.government.ledger.rows for province in self.provinces]
        return [ledger.added(rows) for rows in zip(*ledgers, strict=True)]
