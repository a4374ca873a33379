"""Published targets against an ensemble: what each replicate attains, and whether that keeps the bound.

Enters: an ensemble and a target of a place's card. Leaves: one number a replicate. Targets are only ever compared with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.ensemble import Ensemble
from experiments.summary import cube

Array = npt.NDArray[np.float64]
Target = Mapping[str, Any]


def attained(ensemble: Ensemble, scenario: str, target: Target) -> Array:
    """Return what each replicate attains: the outcome of the target's year, or its mean over the target's years.

    Empty if the target is not modelled or the run does not reach its last year.
    """
    if target["outcome"] not in ensemble.units:
        return np.empty(0)
    block = cube(ensemble.outcomes, scenario)
    wanted = (block.years >= target["first_year"]) & (block.years <= target["year"])
    if wanted.sum() != target["year"] - target["first_year"] + 1:
        return np.empty(0)
    values: Array = block.values[:, wanted, block.outcomes.index(target["outcome"])].mean(axis=1)
    return values


def is_met(target: Target, values: Array) -> npt.NDArray[np.bool_]:
    """See which values keep the target's bound."""
    low = -np.inf if target["low"] is None else target["low"]
    high = np.inf if target["high"] is None else target["high"]
    return (values >= low) & (values <= high)
