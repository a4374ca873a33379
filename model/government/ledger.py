"""The ledger: where every dong of every budget line went, year by year.

Enters: what the government books. Leaves: one row a line and year, whose identities are checked before it is written:
allocated = announced - relabelled + carried in = executed + carried over + returned, and
executed = received + lost to inefficiency + lost to leakage + lost to overruns. All nominal billion VND.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, fields

import numpy as np

from model.dynamics import Array, Quantity, at_least
from model.government.budget import Spending, carried_over
from model.vocabulary import LINES

TOLERANCE = 1e-9
"""Largest gap of an identity, relative to the money it is about."""

ALL = slice(None)
"""Every line."""

TOTAL = "total"
"""What stands in place of a line in a sum over lines."""


class LedgerBroken(Exception):  # noqa: N818 - a state of the books, not a mistake of the caller
    """Report an identity of the ledger that does not hold, with its numbers."""

    def __init__(self, row: LedgerRow, identity: str, left: float, right: float) -> None:
        super().__init__(row, identity, left, right)
        self.row = row
        self.identity = identity
        self.left = left
        self.right = right

    def __str__(self) -> str:
        row = self.row
        return f"{row.year}, {row.line}: {self.identity} fails: {self.left!r} against {self.right!r} billion VND; {row}"


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """Hold one budget line of one year, nominal billion VND."""

    year: int
    line: str
    announced: float
    relabelled: float
    carried_in: float
    allocated: float
    executed: float
    carried_over: float
    returned: float
    received: float
    lost_inefficiency: float
    lost_leakage: float
    lost_overrun: float


def _zeros() -> Array:
    return np.zeros(len(LINES))


AMOUNTS = tuple(item.name for item in fields(LedgerRow))[2:]
"""The names of a row's amounts, in order."""


def check(row: LedgerRow) -> None:
    """Raise LedgerBroken unless the row's identities hold to TOLERANCE; NaN and infinity fail."""
    allocated = row.announced - row.relabelled + row.carried_in
    placed = row.executed + row.carried_over + row.returned
    arrived = row.received + row.lost_inefficiency + row.lost_leakage + row.lost_overrun
    _require(row, "allocated = announced - relabelled + carried_in", row.allocated, allocated)
    _require(row, "allocated = executed + carried_over + returned", row.allocated, placed)
    _require(row, "executed = received + losses", row.executed, arrived)


def added(rows: Sequence[LedgerRow]) -> LedgerRow:
    """Return the sum of rows of one year and line, of different places."""
    return LedgerRow(rows[0].year, rows[0].line, *(sum(getattr(row, name) for row in rows) for name in AMOUNTS))


def _require(row: LedgerRow, identity: str, left: float, right: float) -> None:
    gap, scale = abs(left - right), max(abs(left), abs(right))
    if not (math.isfinite(gap) and gap <= TOLERANCE * scale):
        raise LedgerBroken(row, identity, left, right)


@dataclass(slots=True)
class Accounts:
    """Keep the books of all budget lines during a year: arrays over LINES, nominal billion VND.

    planned is what the execution curve lets through.
    """

    announced: Array
    relabelled: Array
    carried_in: Array
    planned: Array = field(default_factory=_zeros)
    executed: Array = field(default_factory=_zeros)
    received: Array = field(default_factory=_zeros)
    lost_inefficiency: Array = field(default_factory=_zeros)
    lost_leakage: Array = field(default_factory=_zeros)
    lost_overrun: Array = field(default_factory=_zeros)

    @property
    def fresh(self) -> Array:
        """Return the money of this year's own budget."""
        return self.announced - self.relabelled

    @property
    def allocated(self) -> Array:
        """Return the money that may be spent this year."""
        return self.fresh + self.carried_in

    def book(self, executed: Quantity, spending: Spending[Quantity], at: int | slice = ALL) -> None:
        """Enter money executed and what became of it: of all lines, or of the one at an index."""
        self.executed[at] += executed
        self.received[at] += spending.received
        self.lost_inefficiency[at] += spending.lost_inefficiency
        self.lost_leakage[at] += spending.lost_leakage
        self.lost_overrun[at] += spending.lost_overrun

    def close(self, year: int, carry_over_share: float) -> list[LedgerRow]:
        """Return the year's rows: what was not executed is carried over (once) or returned."""
        unspent = at_least(self.allocated - self.executed, 0.0)
        carried = carried_over(unspent, self.fresh, carry_over_share)
        columns = (
            self.announced, self.relabelled, self.carried_in, self.allocated, self.executed, carried,
            unspent - carried, self.received, self.lost_inefficiency, self.lost_leakage, self.lost_overrun,
        )  # fmt: skip
        amounts = zip(*(column.tolist() for column in columns), strict=True)
        return [LedgerRow(year, line, *row) for line, row in zip(LINES, amounts, strict=True)]


@dataclass(slots=True)
class Ledger:
    """Collect the rows of all years, in the order written."""

    rows: list[LedgerRow] = field(default_factory=list)

    def write(self, row: LedgerRow) -> None:
        """Append a row once its identities have been checked; raises LedgerBroken."""
        check(row)
        self.rows.append(row)

    def year(self, year: int) -> list[LedgerRow]:
        """Return the rows of one year."""
        return [row for row in self.rows if row.year == year]

    def totals(self, year: int) -> LedgerRow:
        """Return the sum over lines of one year, as a row of the line TOTAL; zeros for a year without rows."""
        rows = self.year(year)
        return LedgerRow(year, TOTAL, *(sum(getattr(row, name) for row in rows) for name in AMOUNTS))
