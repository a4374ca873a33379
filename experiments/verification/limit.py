"""What a known limit is: numbers expected and got, how far apart they may be, and the curve behind them.

Enters: nothing. Leaves: `Check`, `Curve` and `Limit`, plain records that tables, figures and tests read.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

EQUAL, AT_MOST, AT_LEAST = "=", "≤", "≥"


@dataclass(frozen=True)
class Check:
    """Hold one number of a limit: what it is, what it must be and what the model gave.

    sense: EQUAL within the tolerance (absolute), AT_MOST or AT_LEAST the expected number plus or minus the tolerance.
    asked: the tolerance of the table of mechanisms, where another is applied; why: the reason.
    """

    what: str
    expected: float
    got: float
    tolerance: float
    sense: str = EQUAL
    asked: float | None = None
    why: str = ""

    @property
    def gap(self) -> float:
        """Return how far the model is on the wrong side: 0 where an inequality holds."""
        distance = self.got - self.expected
        return {EQUAL: abs(distance), AT_MOST: max(distance, 0.0), AT_LEAST: max(-distance, 0.0)}[self.sense]

    @property
    def holds(self) -> bool:
        """Say whether the model gave what it must; a number that is not finite never does."""
        return math.isfinite(self.got) and self.gap <= self.tolerance


@dataclass(frozen=True)
class Curve:
    """Hold a curve of the model and its closed form at the same points; `bands` are optional bounds around the latter."""

    title: str
    across: str
    up: str
    at: Array
    expected: Array
    got: Array
    width: Array | None = None


@dataclass(frozen=True)
class Limit:
    """Hold one known limit: its name in the table of mechanisms (T1 to T26), its setting, its checks and its curves."""

    name: str
    title: str
    setting: str
    checks: tuple[Check, ...]
    curves: tuple[Curve, ...] = ()

    @property
    def holds(self) -> bool:
        """Say whether every check holds."""
        return bool(self.checks) and all(check.holds for check in self.checks)

    @property
    def broken(self) -> tuple[Check, ...]:
        """Return the checks that do not hold."""
        return tuple(check for check in self.checks if not check.holds)


def largest_gap(curves: Sequence[Curve]) -> float:
    """Return the largest distance between model and closed form over some curves."""
    return max(float(np.max(np.abs(curve.got - curve.expected))) for curve in curves)
