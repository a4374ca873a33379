"""Exit and entry (ODD eq. 20), and size classes. Every function is element-wise."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Number = npt.NDArray[Any]


def size_class(labour: Number, bounds: Number) -> npt.NDArray[np.intp]:
    """Return 0 micro, 1 small, 2 medium, 3 large from the upper bounds (workers) of the first three."""
    micro, small, medium = bounds.tolist()
    classes = (labour > micro).astype(np.intp)
    classes += labour > small
    classes += labour > medium
    return classes


def exit_hazard(base: Number, relative_tfp: Number, selection: float) -> Number:
    """Return the hazard of exit, per year: the size class's own, lower for productive enterprises (eq. 20)."""
    return base * np.exp(-selection * relative_tfp)


def births(rate: float, lift: float, staying: float, uniform: float, dt: float) -> int:
    """Return how many enterprises enter and are still there at the end of a step of `dt` years (eq. 20).

    Each that stays was joined by e^(rate dt) - 1 whose own prospects were no other; the sum is rounded up or down by one draw.
    """
    expected = staying * np.expm1(rate * (1.0 + lift) * dt)
    return int(np.floor(expected + uniform))
