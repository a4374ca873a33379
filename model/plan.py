"""The plan of a budget year: what each line may spend, and what a dong of it is worth on arrival.

Enters: the year's levers, the budget, what was carried in. Leaves: one account a line, opened, with its planned
spending, and the terms on which its money arrives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.budget import (
    RESEARCH_LINES,
    TRANSFER_LINES,
    executed_lines,
    normalised,
    relabelled_money,
    split_over_lines,
)
from model.instruments import effective_share
from model.ledger import Account
from model.vocabulary import LINES

if TYPE_CHECKING:
    from model.levers import Levers
    from model.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Terms:
    """Say what becomes of a dong of one line: shares left by inefficiency and lost to leakage; price, 1 in 2010."""

    efficiency: float
    leakage: float
    price: float

    def real(self, executed: float) -> float:
        """Return what executed money buys before overruns, bn VND at 2010 prices."""
        return executed * self.efficiency * (1.0 - self.leakage) / self.price


@dataclass(frozen=True, slots=True)
class YearPlan:
    """Hold a year's plan. budget and accounts in nominal bn VND; profile: share of the year's spending by quarter.

    institute: share of the AI institute's money that exceeds its minimum scale.
    """

    year: int
    budget: float
    accounts: Mapping[str, Account]
    terms: Mapping[str, Terms]
    profile: tuple[float, ...]
    institute: float

    def yearly(self) -> dict[str, float]:
        """Return what each line's planned money buys that works, before overruns, bn VND at 2010 prices."""
        bought = {line: self.terms[line].real(account.planned) for line, account in self.accounts.items()}
        bought["ai_institute"] *= self.institute
        return bought

    def works(self, infrastructure_share: float) -> float:
        """Return the planned money for works, nominal: all of platforms, and that share of infrastructure."""
        accounts = self.accounts
        return accounts["platforms"].planned + infrastructure_share * accounts["infrastructure"].planned


def open_accounts(
    levers: Levers, p: Parameters, budget: float, share_at_start: float, carried: Mapping[str, float]
) -> dict[str, Account]:
    """Allocate the budget to the lines (1): announced, less what is relabelled, plus what was carried in."""
    announced = levers.pillars_share * budget
    share = p.relabelling if levers.relabelled_share is None else levers.relabelled_share
    relabelled = relabelled_money(announced, share_at_start * budget, share)
    by_line = split_over_lines(announced, levers.lines)
    hidden = split_over_lines(relabelled, levers.lines)
    return {line: Account(line, by_line[line], hidden[line], carried.get(line, 0.0)) for line in LINES}


def plan_spending(accounts: Mapping[str, Account], capacity: float) -> None:
    """Set what each account may spend this year by the execution curve (2)."""
    allocated = {line: account.allocated for line, account in accounts.items()}
    for line, planned in executed_lines(allocated, capacity).items():
        accounts[line].planned = planned


def research_money(accounts: Mapping[str, Account]) -> float:
    """Return the planned money that buys the time of researchers and specialists, nominal."""
    return sum(accounts[line].planned for line in RESEARCH_LINES)


def terms_of_lines(levers: Levers, p: Parameters, price_level: float, skill_price: float) -> dict[str, Terms]:
    """Set what a dong of each line is worth on arrival this year (3): transfers leak, researchers cost more."""
    leakage = min(1.0, p.leakage * levers.leakage_multiplier)
    return {
        line: Terms(
            p.efficiency,
            leakage if line in TRANSFER_LINES else 0.0,
            price_level * (skill_price if line in RESEARCH_LINES else 1.0),
        )
        for line in LINES
    }


def profile_of(levers: Levers, p: Parameters) -> tuple[float, ...]:
    """Return the share of the year's spending that falls into each quarter."""
    usual = (p.spending_profile_1, p.spending_profile_2, p.spending_profile_3, p.spending_profile_4)
    return normalised(levers.spending_profile or usual)


def institute_share(levers: Levers, account: Account) -> float:
    """Return which share of the AI institute's planned money works: none without an institute."""
    institute = levers.ai_institute
    return effective_share(account.planned, institute.minimum_scale) if institute else 0.0
