"""The plan of a budget year: what each line may spend, and what a dong of it is worth on arrival.

Enters: the year's levers, the budget, what was carried in. Leaves: one account a line, opened, with its planned
spending, and the terms on which its money arrives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from model.dynamics import Array
from model.government.budget import RESEARCH_LINES, TRANSFER_LINES, bought, executed_lines, normalised, relabelled_money
from model.government.instruments import effective_share
from model.government.ledger import Accounts
from model.vocabulary import LINES

if TYPE_CHECKING:
    from model.levers import Levers
    from model.parameters import Parameters

AT = {line: index for index, line in enumerate(LINES)}
"""Where a line stands in arrays over LINES."""

RESEARCH = np.isin(LINES, RESEARCH_LINES)
TRANSFERS = np.isin(LINES, TRANSFER_LINES)


def by_line(amounts: Array) -> dict[str, float]:
    """Name the amounts of an array over LINES."""
    return dict(zip(LINES, amounts.tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Terms:
    """Say what becomes of a dong, by line: share that inefficiency leaves, share leaked of that, price (1 in 2010)."""

    efficiency: float
    leakage: Array
    price: Array

    def real(self, executed: Array) -> Array:
        """Return what executed money buys before overruns, bn VND at 2010 prices."""
        return bought(executed, self.efficiency, self.leakage, self.price)

    def real_of(self, line: str, executed: float) -> float:
        """Return what executed money of one line buys before overruns, bn VND at 2010 prices."""
        at = AT[line]
        return bought(executed, self.efficiency, float(self.leakage[at]), float(self.price[at]))


@dataclass(frozen=True, slots=True)
class YearPlan:
    """Hold a year's plan. budget and accounts in nominal bn VND; profile: share of the year's spending by quarter.

    institute: share of the AI institute's money that exceeds its minimum scale.
    """

    year: int
    budget: float
    accounts: Accounts
    terms: Terms
    profile: tuple[float, ...]
    institute: float

    def working(self, real: Array) -> dict[str, float]:
        """Name what was bought by line; of the AI institute, only what works."""
        named = by_line(real)
        named["ai_institute"] *= self.institute
        return named

    def yearly(self) -> dict[str, float]:
        """Return what each line's planned money buys that works, before overruns, bn VND at 2010 prices."""
        return self.working(self.terms.real(self.accounts.planned))

    def shares_of_budget(self, lines: Sequence[str]) -> dict[str, float]:
        """Return the planned money of some lines over the budget (0 of an empty budget)."""
        planned = self.accounts.planned
        return {line: float(planned[AT[line]]) / self.budget if self.budget > 0.0 else 0.0 for line in lines}


def open_accounts(levers: Levers, p: Parameters, budget: float, share_at_start: float, carried: Array) -> Accounts:
    """Allocate the budget to the lines (1): announced, less what is relabelled, plus what was carried in."""
    announced = levers.pillars_share * budget
    share = p.relabelling if levers.relabelled_share is None else levers.relabelled_share
    relabelled = relabelled_money(announced, share_at_start * budget, share)
    weights = np.array([levers.lines[line] for line in LINES])
    return Accounts(announced * weights, relabelled * weights, carried)


def plan_spending(accounts: Accounts, capacity: float) -> None:
    """Set what each account may spend this year by the execution curve (2)."""
    accounts.planned = executed_lines(accounts.allocated, capacity)


def research_money(accounts: Accounts) -> float:
    """Return the planned money that buys the time of researchers and specialists, nominal."""
    return float(accounts.planned[RESEARCH].sum())


def terms_of_lines(levers: Levers, p: Parameters, price_level: float, skill_price: float) -> Terms:
    """Set what a dong of each line is worth on arrival this year (3): transfers leak, researchers cost more."""
    leakage = min(1.0, p.leakage * levers.leakage_multiplier)
    leaked, price = np.where(TRANSFERS, leakage, 0.0), np.where(RESEARCH, skill_price, 1.0)
    return Terms(p.efficiency, leaked, price_level * price)


def profile_of(levers: Levers, p: Parameters) -> tuple[float, ...]:
    """Return the share of the year's spending that falls into each quarter."""
    usual = (p.spending_profile_1, p.spending_profile_2, p.spending_profile_3, p.spending_profile_4)
    return normalised(levers.spending_profile or usual)


def institute_share(levers: Levers, accounts: Accounts) -> float:
    """Return which share of the AI institute's planned money works: none without an institute."""
    planned, institute = float(accounts.planned[AT["ai_institute"]]), levers.ai_institute
    return effective_share(planned, institute.minimum_scale) if institute else 0.0
