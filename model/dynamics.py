"""How stocks move: exact steps of the few linear laws that the whole model uses.

Enters: a quantity, what drives it and the length of the step. Leaves: the quantity at the end of the step, exact when
the drivers are constant within it, so that halving the step changes nothing. Every rule takes floats or arrays; a
float comes back as a float (through `math`, ten times faster than a ufunc on one number).
"""

from __future__ import annotations

import math
from typing import Final, TypeVar, overload

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Quantity = TypeVar("Quantity", float, Array)

QUARTER: Final = 0.25
"""Length of a quarter, in years."""

QUARTERS: Final = 4
"""Quarters in a year."""

ALMOST_ONE: Final = 1.0 - 1e-12
"""The largest index that a finite stock is given for."""


@overload
def exponential(x: float) -> float: ...
@overload
def exponential(x: Array) -> Array: ...
def exponential(x: float | Array) -> float | Array:
    """Return e^x."""
    if isinstance(x, float):
        return math.exp(x)
    return np.exp(x)


@overload
def effective_time(rate: float, dt: float) -> float: ...
@overload
def effective_time(rate: Array, dt: float) -> Array: ...
def effective_time(rate: float | Array, dt: float) -> float | Array:
    """Return (1 - e^(-rate dt))/rate, in years: how much of the step an inflow outlives; dt where nothing decays."""
    fading = rate * dt
    if isinstance(fading, float):
        return -math.expm1(-fading) / fading * dt if fading else dt
    still = fading == 0.0
    return np.where(still, dt, -np.expm1(-fading) / np.where(still, 1.0, fading) * dt)


def accumulate(stock: Quantity, inflow_rate: Quantity | float, decay_rate: Quantity | float, dt: float) -> Quantity:
    """Step d(stock)/dt = inflow - decay x stock exactly, over `dt` years (T10).

    Rates are per year; a non-negative stock with a non-negative inflow stays non-negative.
    """
    return stock * exponential(-decay_rate * dt) + inflow_rate * effective_time(decay_rate, dt)


def relax(value: Quantity, target: Quantity | float, rate: Quantity | float, dt: float) -> Quantity:
    """Step d(value)/dt = rate x (target - value) exactly, over `dt` years; at the target it stays there bit for bit."""
    return target + (value - target) * exponential(-rate * dt)


def weighted_sum(weight: Array, values: Array) -> float:
    """Return the sum of weight x values. Not a dot product: BLAS sums differently on other processors and threads."""
    return float((weight * values).sum())


def saturating(stock: Quantity, scale: float) -> Quantity:
    """Return 1 - e^(-stock/scale): 0 at nothing, 1 - 1/e at the scale, 1 in the limit. `scale` > 0."""
    if isinstance(stock, float):
        return -math.expm1(-stock / scale)
    return -np.expm1(-stock / scale)


def saturating_stock(index: float, scale: float) -> float:
    """Return the stock at which `saturating` gives `index`, 0..1 (1 is never reached: it is taken just below)."""
    return -scale * math.log1p(-min(index, ALMOST_ONE))


def at_least(value: Quantity, floor: Quantity | float) -> Quantity:
    """Return the value, or the floor where the value lies below it."""
    if isinstance(value, float):
        return max(value, floor)
    return np.maximum(value, floor)


def at_most(value: Quantity, ceiling: Quantity | float) -> Quantity:
    """Return the value, or the ceiling where the value lies above it."""
    if isinstance(value, float):
        return min(value, ceiling)
    return np.minimum(value, ceiling)


def within_unit(value: Quantity) -> Quantity:
    """Return the value cut to 0..1."""
    if isinstance(value, float):
        return min(1.0, max(0.0, value))
    return np.clip(value, 0.0, 1.0)
