"""How likely targets are: each, all together, and in pairs, from the same replicates.

Enters: one row a target, one column a replicate: what is attained, or by how much a bound is kept. Leaves: probabilities
with their Monte-Carlo error, and which targets come together or exclude one another.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

TOGETHER, CONFLICT, APART, UNCLEAR = "together", "conflict", "exclusive", "unclear"
CLEAR = 2.0
"""Standard errors of a rank correlation of nothing, beyond which its sign is taken to be known."""
SURELY_SEEN = 3.0
"""Events expected, of which to see none has a chance of one in twenty."""


@dataclass(frozen=True)
class Chance:
    """Hold a probability and its Monte-Carlo standard error."""

    probability: float
    standard_error: float


def chance(met: Flags) -> Chance:
    """Return the share of replicates that succeed, and how far chance alone may have moved it.

    The error is the standard deviation of the Beta posterior under Jeffreys' prior: near the binomial one, but never 0, as
    forty failures in forty runs do not prove that success is impossible (Brown, Cai and DasGupta 2001).
    """
    runs, hits = met.size, int(met.sum())
    if runs == 0:
        return Chance(math.nan, math.nan)
    a, b = hits + 0.5, runs - hits + 0.5
    return Chance(hits / runs, math.sqrt(a * b / (a + b) ** 2 / (a + b + 1.0)))


def joint(met: Sequence[Flags]) -> Chance:
    """Return the chance that all targets are met in the same replicate; met: one row a target."""
    return chance(np.logical_and.reduce(list(met))) if met else Chance(math.nan, math.nan)


def ranks(values: Array) -> Array:
    """Return the ranks of values, equal ones sharing their mean rank."""
    _, where, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    shared: Array = (last - 0.5 * (counts - 1.0))[where]
    return shared


def correlation(first: Array, second: Array) -> float:
    """Return Spearman's rank correlation; nan where one of them never varies."""
    one, other = (ranks(values) - ranks(values).mean() for values in (first, second))
    scale = math.sqrt(float((one**2).sum() * (other**2).sum()))
    return float((one * other).sum()) / scale if scale > 0.0 else math.nan


def relation(first: Flags, second: Flags, correlated: float) -> str:
    """Say how two targets stand to each other across the replicates.

    exclusive: each is met often enough that both should have been, but never are; together, conflict: replicates that do
    better by one do better, or worse, by the other; unclear: too few replicates to tell, or one of them never varies.
    """
    expected = first.mean() * second.mean() * first.size if first.size else 0.0
    if expected >= SURELY_SEEN and not (first & second).any():
        return APART
    if first.size < 3 or math.isnan(correlated) or abs(correlated) <= CLEAR / math.sqrt(first.size - 1):
        return UNCLEAR
    return TOGETHER if correlated > 0.0 else CONFLICT
