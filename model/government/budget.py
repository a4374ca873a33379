"""The rules of money: from the share announced to what is executed, what arrives and what is carried over.

Enters: named amounts. Leaves: amounts. Every rule is pure and, unless it says otherwise, element-wise. Amounts are
nominal billion VND, shares 0..1, rates per year. Equation numbers are those of ODD.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic, NamedTuple

from model.dynamics import Array, Quantity, at_least, saturating

TRANSFER_LINES = ("sme_vouchers", "innovation_grants", "venture_fund")
"""Lines paid to enterprises: they leak."""

DEMAND_LINES = ("sme_vouchers", "innovation_grants")
"""Lines that are executed only as far as enterprises take the money up."""

BUILT_LINES = ("infrastructure", "platforms")
"""Lines that buy works of information technology: they overrun."""

RESEARCH_LINES = ("applied_research", "basic_research", "innovation_grants", "ai_institute", "talent")
"""Lines that buy the time of researchers and specialists: a bigger programme pays more for it."""

SCIENCE_LINES = ("applied_research", "basic_research", "innovation_grants", "ai_institute")
"""Lines that count as public spending on research and development."""


def relabelled_money(announced: Quantity, at_start: Quantity, share: float) -> Quantity:
    """Return how much of the announced money is existing spending under a new name (1).

    Only what is announced above the share in force at the start can be: `share` of it.
    """
    return share * at_least(announced - at_start, 0.0)


def learned_capacity(capacity: float, learning: float, year: int, base_year: float) -> float:
    """Return this year's execution capacity from last year's (2): it grows by learning once measured, not before."""
    return capacity * (1.0 + learning) if year > base_year else capacity


def executed_money(allocated: float, capacity: float) -> float:
    """Return what is spent of an allocation, X (1 - e^(-A/X)) (2): all of a small one, never more than the capacity X.

    A scalar rule. Limits (T22): A -> 0 gives A; A -> infinity gives X; no capacity, nothing.
    """
    if capacity <= 0.0:
        return 0.0
    return min(allocated, capacity * saturating(allocated, capacity))  # the product may round to more than there is


def executed_lines(allocated: Array, capacity: float) -> Array:
    """Plan what is spent of each line: the execution curve of the whole, shared in proportion to allocation (2)."""
    total = float(allocated.sum())
    return allocated * (executed_money(total, capacity) / total if total > 0.0 else 0.0)


def normalised(profile: Sequence[float]) -> tuple[float, ...]:
    """Scale a spending profile of four quarters so that it adds up to one year."""
    total = sum(profile)
    return tuple(share / total for share in profile)


def skill_price(demand: float, demand_at_start: float, elasticity: float, outside: float) -> float:
    """Return the price of researchers' time, 1 at the start (3): it rises with the demand for it (Goolsbee 1998).

    Demand is that of the public programme and of business together, as a share of GRDP: a province that starts with no
    programme then meets a finite price. `outside` is a rise that the province does not cause. A scalar rule.
    """
    growth = demand / demand_at_start if demand_at_start > 0.0 else 1.0
    return float(growth**elasticity * (1.0 + outside))


def works_money(money: Mapping[str, float], capital_share: float) -> float:
    """Return the money that becomes works: all of platforms, `capital_share` of infrastructure (the rest is rent)."""
    return money["platforms"] + capital_share * money["infrastructure"]


class Spending(NamedTuple, Generic[Quantity]):
    """Say what became of executed money: executed = received + the three losses."""

    received: Quantity
    lost_inefficiency: Quantity
    lost_leakage: Quantity
    lost_overrun: Quantity


def spend(executed: Quantity, efficiency: float, leakage: Quantity, delivered: Quantity) -> Spending[Quantity]:
    """Split executed money into what is received and what is lost on the way (3).

    efficiency: share that inefficiency leaves; leakage: share of that diverted; delivered: share of the rest that
    overruns leave.
    """
    useful = executed * efficiency
    leaked = useful * leakage
    arriving = useful - leaked
    received = arriving * delivered
    return Spending(received, executed - useful, leaked, arriving - received)


def bought(executed: Quantity, efficiency: float, leakage: Quantity, price: Quantity) -> Quantity:
    """Return what executed money buys before overruns (3), bn VND at 2010 prices; price is 1 in 2010."""
    return executed * efficiency * (1.0 - leakage) / price


def carried_over(unspent: Quantity, fresh: Quantity, share: float) -> Quantity:
    """Return what may still be spent next year: a share of the unspent money that is of this year (`fresh`).

    Money carried in is spent first; what is left of it is returned, so that nothing is carried twice.
    """
    return share * (unspent - at_least(unspent - fresh, 0.0))
