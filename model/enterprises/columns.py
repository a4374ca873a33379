"""The enterprises' state, one column a quantity; an agent view of any one of them.

Enters: arrays of one length. Leaves: the same, with the dead taken out and the newborn appended. An enterprise is known
by its identity for life, which also keys its luck.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from model.dynamics import QUARTER

Array = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flag = npt.NDArray[np.bool_]


def memory(dt: float) -> int:
    """Return how many productions `past_tfp` remembers: the last one and those before it, a year back."""
    return round(1.0 / dt) + 1


MEMORY = memory(QUARTER)
"""Productions remembered in steps of a quarter."""

COHORT_BITS = 32
"""Bits of an identity below its cohort."""


def identities(cohort: int, number: int) -> Whole:
    """Return the identities of the first `number` enterprises of a cohort: whoever else is born, they are the same."""
    return (cohort << COHORT_BITS) + np.arange(number)


@dataclass
class Enterprises:
    """Columns of n enterprises. Money in bn VND at 2010 prices; TFP in ln points; times in years."""

    identity: Whole
    """cohort x 2^32 + number within the cohort, see `identities`"""
    weight: Array
    """how many enterprises this row stands for (1 unless a test splits enterprises)"""
    commune: Whole
    """index of the commune"""
    sector: Whole
    """index into SECTORS"""
    owner: Whole
    """index into OWNERS"""
    labour: Array
    """workers"""
    capital: Array
    """fixed capital"""
    standing: Array
    """permanent ln TFP difference from the sector (management, place)"""
    imitated: Array
    """ln TFP gained by catching up"""
    innovated: Array
    """ln TFP gained by own innovation"""
    noise: Array
    """passing ln TFP"""
    rung: Whole
    """digital rung 0..3"""
    years_on_rung: Array
    gain: Array
    """digital gain, ln TFP"""
    since_strict: Array
    """years since the last strict innovation"""
    since_broad: Array
    """years since the last innovation in the broad sense"""
    performs: Flag
    """does formal R&D"""
    research_stock: Array
    """R&D stock"""
    skill: Array
    """own skill 0..1, before provincial training"""
    constrained: Flag
    """finance-constrained"""
    past_tfp: Array
    """(n, MEMORY) ln TFP at the last productions, oldest first"""
    output: Array
    """value added per year at the last production; 0 before the first"""
    log_capital: Array
    """ln capital at the last production"""
    log_labour: Array
    """ln labour at the last production"""
    components: Array
    """(n, c) ln-TFP components at the last production, in the order of accounts.COMPONENTS"""

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.identity)

    @property
    def cohort(self) -> Whole:
        """Return the quarter of birth + 1; 0 for the founders."""
        return self.identity >> COHORT_BITS

    def only(self, keep: Flag) -> Enterprises:
        """Return the rows where `keep` holds."""
        return Enterprises(**{f.name: getattr(self, f.name)[keep] for f in fields(self)})

    def joined(self, newborn: Enterprises) -> Enterprises:
        """Return these rows followed by the newborn."""
        return Enterprises(
            **{f.name: np.concatenate((getattr(self, f.name), getattr(newborn, f.name))) for f in fields(self)}
        )

    def renewed(self, stay: Whole, newborn: Enterprises) -> Enterprises:
        """Return the rows of these numbers followed by the newborn: `only` and `joined` in one pass."""
        return Enterprises(
            **{f.name: followed(getattr(self, f.name), stay, getattr(newborn, f.name)) for f in fields(self)}
        )

    def row(self, index: int) -> dict[str, Any]:
        """Return one enterprise's state by name."""
        return {f.name: getattr(self, f.name)[index] for f in fields(self)}


def followed(column: npt.NDArray[Any], rows: Whole, others: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return these rows of a column followed by others; many times faster than indexing where rows have two dimensions."""
    out = np.empty((len(rows) + len(others), *column.shape[1:]), column.dtype)
    column.take(rows, axis=0, out=out[: len(rows)], mode="clip")  # not "raise", which would buffer
    out[len(rows) :] = others
    return out
