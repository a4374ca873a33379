"""The treasury: opens the year's accounts, pays quarter by quarter, closes the books.

Enters: levers, GRDP, what overruns leave of the money for works, what enterprises take of the money offered to them.
Leaves: what each line's money bought (bn VND at 2010 prices) and the ledger (nominal).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.budget import DEMAND_LINES, SCIENCE_LINES, learned_capacity, skill_price, spend
from model.ledger import TOLERANCE, Account, Ledger
from model.plan import (
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

    from model.facts import Draw
    from model.levers import Levers


class BooksNotInOrder(Exception):  # noqa: N818 - a state of the books
    """Report that a step of the budget year was taken out of order, or that money was taken that is not there."""


class Treasury:
    """Keep the accounts of the year and the ledger of all years.

    plan: the year under way; bought: what this quarter's money bought by line before overruns, real; received: after
    them; spent: nominal money executed this quarter by line; skill_price: price of researchers' time.
    """

    plan: YearPlan

    def __init__(self, draw: Draw) -> None:
        self.parameters = draw.parameters
        self.facts = draw.facts
        self.prices = Prices(draw.facts.deflator, draw.parameters.price_growth)
        self.ledger = Ledger()
        self.capacity_share = draw.parameters.execution_capacity
        self.carried: dict[str, float] = {}
        self.share_at_start = 0.0
        self.research_at_start = 0.0
        self.skill_price = 1.0
        self.closed = True
        self._clear_quarter()

    def _clear_quarter(self) -> None:
        self.bought = dict.fromkeys(LINES, 0.0)
        self.received = dict.fromkeys(LINES, 0.0)
        self.spent = dict.fromkeys(LINES, 0.0)
        self.offers = dict.fromkeys(DEMAND_LINES, 0.0)

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
        self.closed = False
        return self.plan

    def _accounts(self, levers: Levers, grdp_nominal: float) -> dict[str, Account]:
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
            institute=institute_share(levers, accounts["ai_institute"]),
        )

    # A quarter

    def execute(self, quarter: int, delivered: Mapping[str, float]) -> None:
        """Pay the quarter's share of every line (3); money on demand is only offered.

        quarter: of the year, 0..3; delivered: share that overruns leave, by line of works.
        """
        self._clear_quarter()
        share = self.plan.profile[quarter]
        for line, account in self.plan.accounts.items():
            if line in self.offers:
                self.offers[line] = share * account.planned
            else:
                self._pay(line, share * account.planned, delivered.get(line, 1.0))

    def _pay(self, line: str, executed: float, delivered: float) -> None:
        terms = self.plan.terms[line]
        spending = spend(executed, terms.efficiency, terms.leakage, delivered)
        self.plan.accounts[line].book(executed, spending)
        self.spent[line] += executed
        self.bought[line] += terms.real(executed)
        self.received[line] += spending.received / terms.price

    def purse(self, line: str) -> float:
        """Return what a line on demand still offers this quarter, as it would arrive, real."""
        return self.plan.terms[line].real(self.offers[line])

    def settle(self, line: str, used: float) -> None:
        """Book what enterprises took of the purse, real; what they left was never executed."""
        purse = self.purse(line)
        if not 0.0 <= used <= purse * (1.0 + TOLERANCE):
            raise BooksNotInOrder(f"{line}: {used} was taken from a purse of {purse} (bn VND at 2010 prices)")
        if purse > 0.0:
            executed = self.offers[line] * min(1.0, used / purse)
            self.offers[line] -= executed
            self._pay(line, executed, 1.0)

    @property
    def science_spending(self) -> float:
        """Return the quarter's public spending on research and development, bn VND at 2010 prices, as executed."""
        return sum(self.spent[line] for line in SCIENCE_LINES) / self.price_level

    # Closing a year

    def close_year(self, carry_over_share: float) -> None:
        """Write the year's rows and carry over what may be, once; raises LedgerBroken if a dong is missing."""
        if self.closed:
            raise BooksNotInOrder("no books are open")
        self.carried = {}
        for line, account in self.plan.accounts.items():
            row = account.close(self.plan.year, carry_over_share)
            self.ledger.write(row)
            self.carried[line] = row.carried_over
        self.closed = True
