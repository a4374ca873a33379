"""The slow twin: the same province with one Mesa agent an enterprise, to read, to teach with, and to check the columns against.

Enters: what a `Province` takes. Leaves: the same province, quarter by quarter. The rules, the luck, the government and the
communes are those of `Province`; but enterprises (`enterprises.agent`) act one by one, as agents of an `AgentSet`. Some
hundred times slower an enterprise, and equal in every state of every enterprise to twelve digits after twenty quarters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

import numpy as np
import numpy.typing as npt

from model.books.returns import Flows
from model.enterprises.adoption import TOP
from model.enterprises.agent import Counts, Enterprise, Number
from model.enterprises.columns import Enterprises
from model.enterprises.discovery import Research
from model.enterprises.setting import Setting
from model.places.facts import Draw
from model.province import Province
from model.scenario import Scenario

Array = npt.NDArray[np.float64]


class Twin(Province):
    """A province whose enterprises are agents; `firms` is a table of their states, written for the statistics."""

    def __init__(self, scenario: Scenario, draw: Draw | None = None, *, seed: int = 1, replicate: int = 0) -> None:
        """Found the province as any other, then make an agent of every enterprise."""
        super().__init__(scenario, draw, seed=seed, replicate=replicate)
        self.admit(self.firms)

    @property
    def crowd(self) -> Any:
        """Return the enterprises, an `AgentSet`."""
        return self.agents.select(agent_type=Enterprise)

    def admit(self, newborn: Enterprises) -> list[Enterprise]:
        """Make an agent of every row of a table."""
        return [Enterprise(self, newborn.row(row)) for row in range(len(newborn))]

    def write_table(self) -> None:
        """Write what the agents are into the columns that communes and statistics read."""
        columns = {f.name: getattr(self.firms, f.name) for f in fields(Enterprises)}
        states = [agent.own for agent in self.crowd]
        new = {name: np.array([getattr(own, name) for own in states], old.dtype) for name, old in columns.items()}
        self.firms = Enterprises(**new)

    def step(self) -> None:
        """Let one quarter pass."""
        government, crowd = self.government, self.crowd
        self.turn_calendar()
        if self.opens_year:
            government.set_budget(self.year, self.levers, self.grdp_last_year)
        government.execute(self.quarter_of_year)
        self.effects = government.deliver(self.dt)
        self.live_in_communes()
        s = self.setting()
        self.look_around(s)
        vouchers = self.award("sme_vouchers", "voucher", crowd.map("seek_voucher", s), s)
        crowd.do("climb", s)
        grants = self.award("innovation_grants", "grant", crowd.map("seek_grant", s), s)
        crowd.do("research", s).do("innovate", s).do("imitate", s)
        self.absorb_public_science()
        flows = self.make(s)
        self.move_factors(s, vouchers + grants)
        self.turn_over(s, flows)
        self.keep_books(flows)
        self.quarter += 1
        self.datacollector.collect(self)

    def look_around(self, s: Setting) -> None:
        """Count who stands how high, and let everybody look at it."""
        higher: Counts = [defaultdict(float) for _ in range(TOP + 1)]
        for agent in self.crowd:
            for rung in range(agent.own.rung + 1):
                higher[rung][agent.cell] += agent.own.weight
        self.counts = higher, [sum(cells.values()) for cells in higher]
        self.crowd.do("observe", s, *self.counts)

    def award(self, line: str, name: str, wishes: Sequence[Number], s: Setting) -> Number:
        """Serve applicants in the order of their luck over their sector's priority while the purse lasts."""
        applicants = [(agent, wish) for agent, wish in zip(self.crowd, wishes, strict=True) if wish > 0]
        applicants.sort(key=lambda pair: pair[0].luck(f"{name}/order") / s.priority[pair[0].own.sector])
        purse, used = self.government.purse(line), 0.0
        for agent, wish in applicants:
            cost = wish * agent.own.weight * s.dt
            if used + cost > purse * (1.0 + 1e-12):
                break
            used += cost
            setattr(agent, name, wish)
        self.government.settle(line, used)
        return used

    def make(self, s: Setting) -> Flows:
        """Let everybody produce, and count it."""
        before = self.firm_units(), self.block_units
        self.crowd.do("produce", s, self.sector_shock)
        self.write_table()
        spending, grants = (np.array(self.crowd.get(name), float) for name in ("spending", "grant"))
        return self.count_production(before, Research(spending, grants, grants > 0, 0.0))

    def move_factors(self, s: Setting, booked: float) -> None:
        """Let labour and capital move; `booked` is the public money that enterprises turned into equipment."""
        workers = [agent.own.weight * agent.own.labour for agent in self.crowd]
        mean_change = np.average(self.crowd.get("change"), weights=workers) if workers else 0.0
        self.crowd.do("grow", s, mean_change, self.opening.investment)
        self.invest_elsewhere(booked)

    def turn_over(self, s: Setting, flows: Flows) -> None:
        """Let enterprises leave and enter: what leavers had is sold to those who need it; share the labour supply."""
        crowd = list(self.crowd)
        weights = [agent.own.weight for agent in crowd]
        centre = np.average([agent.strength for agent in crowd], weights=weights) if crowd else 0.0
        gone = {agent for agent in crowd if agent.leaves(s, centre)}
        newborn = self.admit(self.next_cohort(len(crowd) - len(gone)))
        for agent in newborn:
            agent.begin(s, *self.counts)
            agent.equip(s, self.sector_shock, self.draw.facts.capital_output_ratio)
        for agent in gone:
            agent.remove()
        staying = [agent for agent in crowd if agent not in gone]
        freed = total(gone, "capital") - total(newborn, "capital")
        scale(staying, "capital", max(1.0 + freed / max(total(staying, "capital"), 1e-12), 0.0))
        scale(self.crowd, "labour", self.labour_supply / max(total(self.crowd, "labour"), 1e-12))
        flows.born, flows.left = total(newborn), total(gone)
        self.write_table()


def total(agents: Iterable[Enterprise], name: str | None = None) -> float:
    """Return the weighted sum of a quantity over enterprises, or their number."""
    return float(sum(agent.own.weight * (getattr(agent.own, name) if name else 1.0) for agent in agents))


def scale(agents: Iterable[Enterprise], name: str, factor: float) -> None:
    """Multiply a quantity of every enterprise."""
    for agent in agents:
        setattr(agent.own, name, getattr(agent.own, name) * factor)
