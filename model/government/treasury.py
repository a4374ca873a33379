"""The treasury: opens the year's accounts, pays quarter by quarter, closes the books.

Enters: levers, GRDP, what overruns leave of the money for works, what enterprises take of the money offered to them.
Leaves: what each line's money bought (bn VND at 2010 prices) and the ledger (nominal).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from model.dynamics import QUARTERS, Array
from model.government.budget import DEMAND_LINES, SCIENCE_LINES, learned_capacity, skill_price, spend
from model.government.ledger import TOLERANCE, Accounts, Ledger
from model.government.plan import (
    AT,
    YearPlan,
    institute_share,
    open_accounts,
    plan_spending,
    profile_of,
    research_money,
    terms_of_lines,
)
from model.prices import Prices
from model.vocabulary import LINES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from model.levers import Levers
    from model.places.facts import Draw


ON_DEMAND = np.isin(LINES, DEMAND_LINES)
SCIENCE = np.isin(LINES, SCIENCE_LINES)


class BooksNotInOrder(Exception):  # noqa: N818 - a state of the books
    """Report that a step of the budget year was taken out of order, or that money was taken that is not there."""


class Treasury:
    """Keep the accounts of the year and the ledger of all years.

    plan: the year under way; skill_price: price of researchers' time; offered: money on demand and not yet taken this
    quarter, nominal, by line. Arrays over LINES, of this quarter: bought, what money bought before overruns, real
    (without the lines on demand); received, after all losses, real; spent, nominal; left, the share overruns leave.
    """

    plan: YearPlan

    def __init__(self, draw: Draw) -> None:
        self.parameters = draw.parameters
        self.facts = draw.facts
        self.prices = Prices(draw.facts.deflator, draw.parameters.price_growth)
        self.ledger = Ledger()
        self.capacity_share = draw.parameters.execution_capacity
        self.carried = np.zeros(len(LINES))
        self.share_at_start = 0.0
        self.research_at_start = 0.0
        self.skill_price = 1.0
        self.closed, self.next_quarter = True, 0
        self._clear_quarter()

    def _clear_quarter(self) -> None:
        self.spent, self.bought, self.received = (np.zeros(len(LINES)) for _ in range(3))
        self.offered = dict.fromkeys(DEMAND_LINES, 0.0)
        self.left = np.ones(len(LINES))

    @property
    def price_level(self) -> float:
        """Return the price level of the year under way (2010 = 1)."""
        return self.prices.at(self.plan.year)

    # Opening a year

    def open(self, year: int, levers: Levers, grdp_nominal: float) -> YearPlan:
        """Take the levers in force at the start as history, and return the plan they make."""
        p = self.parameters
        self.share_at_start = levers.pillars_share
        self.capacity_share = p.execution_capacity
        accounts = self._accounts(levers, grdp_nominal)
        self.research_at_start = p.business_rd_share + research_money(accounts) / grdp_nominal
        return self._plan(year, levers, grdp_nominal)

    def set_year(self, year: int, levers: Levers, grdp_nominal: float) -> YearPlan:
        """Open the year's accounts (1), learn, and plan what they may spend (2)."""
        if not self.closed:
            raise BooksNotInOrder(f"the books of {self.plan.year} are not closed; those of {year} cannot be opened")
        p = self.parameters
        learning = p.execution_learning if levers.execution_learning is None else levers.execution_learning
        self.capacity_share = learned_capacity(self.capacity_share, learning, year, p.execution_base_year)
        self.plan = self._plan(year, levers, grdp_nominal)
        self.closed, self.next_quarter = False, 0
        return self.plan

    def _accounts(self, levers: Levers, grdp_nominal: float) -> Accounts:
        budget = self.facts.budget_ratio * grdp_nominal
        accounts = open_accounts(levers, self.parameters, budget, self.share_at_start, self.carried)
        plan_spending(accounts, self.capacity_share * levers.execution_multiplier * budget)
        return accounts

    def _plan(self, year: int, levers: Levers, grdp_nominal: float) -> YearPlan:
        p, accounts = self.parameters, self._accounts(levers, grdp_nominal)
        demand = p.business_rd_share + research_money(accounts) / grdp_nominal
        self.skill_price = skill_price(demand, self.research_at_start, p.skill_price_elasticity, levers.skill_price)
        return YearPlan(
            year=year,
            budget=self.facts.budget_ratio * grdp_nominal,
            accounts=accounts,
            terms=terms_of_lines(levers, p, self.prices.at(year), self.skill_price),
            profile=profile_of(levers, p),
            institute=institute_share(levers, accounts),
        )

    # A quarter

    def execute(self, quarter: int, delivered: Mapping[str, float]) -> None:
        """Pay the quarter's share of every line (3); money on demand is only offered.

        quarter: of the year, 0..3; delivered: share that overruns leave, by line of works.
        """
        if self.closed or quarter != self.next_quarter:
            raise BooksNotInOrder(f"quarter {quarter + 1} cannot be executed now")
        self.next_quarter += 1
        self._clear_quarter()
        due = self.plan.profile[quarter] * self.plan.accounts.planned
        self.offered = {line: float(due[AT[line]]) for line in DEMAND_LINES}
        for line, share in delivered.items():
            self.left[AT[line]] = share
        self._pay(np.where(ON_DEMAND, 0.0, due))

    def _pay(self, executed: Array) -> None:
        terms = self.plan.terms
        spending = spend(executed, terms.efficiency, terms.leakage, self.left)
        self.plan.accounts.book(executed, spending)
        self.spent += executed
        self.bought += terms.real(executed)
        self.received += spending.received / terms.price

    def purse(self, line: str) -> float:
        """Return what a line on demand still offers this quarter, as it would arrive, real."""
        return self.plan.terms.real_of(line, self.offered.get(line, 0.0))

    def settle(self, line: str, used: float) -> None:
        """Book what enterprises took of the purse, real; what they left was never executed."""
        purse, at, terms = self.purse(line), AT[line], self.plan.terms
        if not 0.0 <= used <= purse * (1.0 + TOLERANCE):
            raise BooksNotInOrder(f"{line}: {used} was taken from a purse of {purse} (bn VND at 2010 prices)")
        if used > 0.0:
            executed = self.offered[line] * min(1.0, used / purse)
            self.offered[line] -= executed
            self.plan.accounts.book(executed, spend(executed, terms.efficiency, float(terms.leakage[at]), 1.0), at)
            self.spent[at] += executed
            self.received[at] += min(used, purse)

    @property
    def science_spending(self) -> float:
        """Return the quarter's public spending on research and development, bn VND at 2010 prices, as executed."""
        return float(self.spent[SCIENCE].sum()) / self.price_level

    # Closing a year

    def close_year(self, carry_over_share: float) -> None:
        """Write the year's rows and carry over what may be, once; raises LedgerBroken if a dong is missing."""
        if self.closed or self.next_quarter != QUARTERS:
            raise BooksNotInOrder("a year's books close once, after its four quarters")
        rows = self.plan.accounts.close(self.plan.year, carry_over_share)
        for row in rows:
            self.ledger.write(row)
        self.carried = np.array([row.carried_over for row in rows])
        self.closed = True
