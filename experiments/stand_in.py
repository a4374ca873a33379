"""A stand-in for the model that takes no time: for measuring and testing what is around the model.

Enters: what model.results.run_replicate takes. Leaves: years and every outcome, which follow from the first lever, the draw and
the luck; some replicates do mischief when asked to.
"""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from model.places.targets import known_outcomes

Array = npt.NDArray[np.float64]
BREAKS, DIES, ENDLESS = 0.0301, 0.0302, 0.0303
"""Shares of the budget at which replicate 1 goes wrong: an exception, the death of its process, an infinite number."""


@dataclass(frozen=True)
class Stood:
    """Hold what the experiments read of a result."""

    years: npt.NDArray[np.int64]
    outcomes: dict[str, Array]


def run_replicate(scenario: Any, replicate: int, draw: Any, *, seed: int = 1, years_to: int | None = None) -> Stood:
    """Return numbers that depend on everything a run depends on."""
    last = years_to or scenario.end
    years = np.arange(scenario.start, last + 1)
    share = scenario.levers(last).pillars_share
    if replicate == 1:
        _misbehave(share)
    luck = np.random.default_rng([seed, replicate]).random(years.size)
    base = 100.0 * share * luck + draw.parameters.catch_up_speed
    outcomes = {name: base + place for place, name in enumerate(known_outcomes())}
    if replicate == 1 and share == ENDLESS:
        outcomes["tfp_share"] = np.full(years.size, np.inf)
    return Stood(years, outcomes)


def slow_replicate(scenario: Any, replicate: int, draw: Any, *, seed: int = 1, years_to: int | None = None) -> Stood:
    """Return the same after a hundredth of a second."""
    time.sleep(0.01)
    return run_replicate(scenario, replicate, draw, seed=seed, years_to=years_to)


def _misbehave(share: float) -> None:
    if share == BREAKS:
        message = "the books do not balance"
        raise ValueError(message)
    if share == DIES:
        os.kill(os.getpid(), signal.SIGKILL)
