"""Who stays, enters and leaves: the change of aggregate productivity by group (Melitz and Polanec 2015).

Enters: the rolls of two years' ends, who produced and how well. Leaves: what survivors, their changing shares, entrants and
leavers each added, in the unit of the productivity given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.dynamics import weighted_sum

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class MelitzPolanec:
    """The change of aggregate productivity by group (Melitz and Polanec 2015), in the unit of the productivity given.

    survivors: unweighted mean growth of survivors; covariance: their reallocation of shares; entry, exit: the entrants' and
    leavers' gap to the survivors. The four add up to the change of the share-weighted mean.
    """

    survivors: float
    covariance: float
    entry: float
    exit: float

    @property
    def total(self) -> float:
        """Return the change of the share-weighted mean productivity."""
        return self.survivors + self.covariance + self.entry + self.exit


@dataclass(frozen=True)
class Roll:
    """Who produced at a year's end: identity (unique integers), productivity (ln TFP) and size (output), (n,) each."""

    identity: npt.NDArray[np.int64]
    productivity: Array
    size: Array


ROLL_BITS = 48
"""Bits that tell an enterprise from others on its roll; those above tell the roll."""


def all_rolls(parts: Sequence[Roll]) -> Roll:
    """Return several rolls as one: the number of the roll becomes part of an enterprise's identity."""
    return Roll(
        np.concatenate([part.identity + (number << ROLL_BITS) for number, part in enumerate(parts)]),
        np.concatenate([part.productivity for part in parts]),
        np.concatenate([part.size for part in parts]),
    )


def melitz_polanec(before: Roll, now: Roll) -> MelitzPolanec:
    """Decompose the change of the size-weighted mean of productivity between two rolls."""
    _, old, new = np.intersect1d(before.identity, now.identity, assume_unique=True, return_indices=True)
    stay_before = _Group.of(before.productivity[old], before.size[old])
    stay_now = _Group.of(now.productivity[new], now.size[new])
    left = _Group.of(np.delete(before.productivity, old), np.delete(before.size, old))
    entered = _Group.of(np.delete(now.productivity, new), np.delete(now.size, new))
    entered_share = entered.size / (entered.size + stay_now.size)
    left_share = left.size / (left.size + stay_before.size)
    return MelitzPolanec(
        survivors=stay_now.plain - stay_before.plain,
        covariance=(stay_now.mean - stay_now.plain) - (stay_before.mean - stay_before.plain),
        entry=entered_share * (entered.mean - stay_now.mean) if entered.size else 0.0,
        exit=left_share * (stay_before.mean - left.mean) if left.size else 0.0,
    )


@dataclass(frozen=True)
class _Group:
    size: float
    mean: float
    plain: float

    @classmethod
    def of(cls, productivity: Array, size: Array) -> _Group:
        if len(size) == 0:
            return cls(0.0, 0.0, 0.0)
        total = float(size.sum())
        return cls(total, weighted_sum(size, productivity) / total, float(productivity.mean()))
