"""Published targets against an ensemble: what each replicate attains, and whether that keeps the bound.

Enters: an ensemble and a target of a place's card. Leaves: one number a replicate. Targets are only ever compared with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.ensembles.ensemble import Ensemble
from experiments.ensembles.summary import Cube, cube

Array = npt.NDArray[np.float64]
Target = Mapping[str, Any]

PERCENT = 100.0


def attained(ensemble: Ensemble, scenario: str, target: Target) -> Array:
    """Return what each replicate attains: the outcome of the target's year, or its mean over the target's years.

    What a lever decides is the same in every replicate. Empty if the target is not modelled or the run does not reach its
    last year.
    """
    block = cube(ensemble.outcomes, scenario)
    if target.get("lever"):
        return np.full(block.replicates.size, decided(ensemble, scenario, target))
    if target["outcome"] not in ensemble.units:
        return np.empty(0)
    return mean_over(block, target["outcome"], target["first_year"], target["year"])


def mean_over(block: Cube, outcome: str, first_year: int, year: int) -> Array:
    """Return an outcome's mean over some years in every replicate; empty if the run does not have all of them."""
    wanted = (block.years >= first_year) & (block.years <= year)
    if wanted.sum() != year - first_year + 1:
        return np.empty(0)
    values: Array = block.values[:, wanted, block.outcomes.index(outcome)].mean(axis=1)
    return values


def decided(ensemble: Ensemble, scenario: str, target: Target) -> float:
    """Return what the scenario's own lever says in the target's year, in percent."""
    path: Mapping[str, float] = ensemble.card(scenario).resolved["levers"]["budget"][target["lever"]]
    return PERCENT * path[str(max(int(date) for date in path if int(date) <= target["year"]))]


def bounds(target: Target) -> tuple[float, float]:
    """Return the lowest and the highest value that keeps the target's bound."""
    low, high = target["low"], target["high"]
    return -np.inf if low is None else float(low), np.inf if high is None else float(high)


def is_met(target: Target, values: Array) -> npt.NDArray[np.bool_]:
    """See which values keep the target's bound."""
    low, high = bounds(target)
    return (values >= low) & (values <= high)


def margin(target: Target, values: Array) -> Array:
    """Return by how much values keep the bound, or miss it (negative), in the target's unit; the nearer of two bounds."""
    low, high = bounds(target)
    return np.minimum(values - low, high - values)
