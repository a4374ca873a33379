"""Work in progress: money enters, results leave after a gamma-distributed lag (Erlang stages).

Enters: an inflow per year. Leaves: what was completed within the step. The stages are a linear system, stepped exactly
by its matrix exponential, so that what enters = what leaves + what is still under way, whatever the step.
"""

from __future__ import annotations

from functools import lru_cache
from operator import mul

import numpy as np
from scipy.linalg import expm

Row = tuple[float, ...]


@lru_cache(maxsize=64)
def erlang_transition(mean_lag: float, stages: int, dt: float) -> tuple[tuple[Row, ...], Row, Row, float]:
    """Return the exact step of `stages` equal stages whose lags add up to `mean_lag` years (4).

    With x the content of the stages and u the inflow per year, x' = A x + b u and completed = c x + d u; returns A, b,
    c and d. Augments the system with the inflow and with what has left, and takes one matrix exponential.
    """
    rate = stages / mean_lag
    system = np.zeros((stages + 2, stages + 2))
    system[range(stages), range(stages)] = -rate
    system[range(1, stages + 1), range(stages)] = rate
    system[0, stages + 1] = 1.0
    step = expm(system * dt).tolist()
    content = tuple(tuple(row[:stages]) for row in step[:stages])
    return content, tuple(row[-1] for row in step[:stages]), tuple(step[stages][:stages]), step[stages][-1]


class Pipeline:
    """Hold the content of each stage (bn VND, or any unit of what flows)."""

    def __init__(self, mean_lag: float, stages: int) -> None:
        self.mean_lag = mean_lag
        self.stages = stages
        self.content: list[float] = [0.0] * stages

    def open(self, inflow: float) -> None:
        """Fill every stage as a constant inflow per year has long filled it."""
        self.content = [inflow * self.mean_lag / self.stages] * self.stages

    def step(self, inflow: float, dt: float) -> float:
        """Take an inflow per year for `dt` years; return what was completed within it."""
        content, entering, leaving, passing = erlang_transition(self.mean_lag, self.stages, dt)
        before = self.content
        completed = passing * inflow + _dot(leaving, before)
        self.content = [_dot(row, before) + share * inflow for row, share in zip(content, entering, strict=True)]
        return completed


def _dot(weights: Row, values: list[float]) -> float:
    return float(sum(map(mul, weights, values)))
