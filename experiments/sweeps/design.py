"""Which points of the space of axes a sweep visits, and which parameters each replicate believes.

Enters: axes, a design, a seed. Leaves: values by point, and rows of the unit cube. Both follow from the file alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from experiments.ensembles.plan import Array, unit_rows
from experiments.sweeps.axes import Axis, Listed
from experiments.sweeps.form import GRID
from model.reading.nodes import Scalar

OF_POINTS, OF_DRAWS = 1, 2
"""Keys beside the seed, so that points and parameters are drawn apart."""


def latin_hypercube(count: int, width: int, seed: Sequence[int]) -> Array:
    """Return a Latin hypercube (McKay, Beckman and Conover 1979): each column falls once into each of `count` parts."""
    from scipy.stats import qmc

    rows: Array = qmc.LatinHypercube(max(width, 1), rng=np.random.default_rng(seed)).random(count)
    return rows[:, :width]


CUBES: Final[Mapping[str, Callable[[int, int, Sequence[int]], Array]]] = {
    "sobol": unit_rows,
    "latin_hypercube": latin_hypercube,
}


def draw_rows(sequence: str, count: int, width: int, seed: int) -> Array:
    """Return the rows of the unit cube that `count` draws of parameters stand for, shape (count, width).

    A Sobol' sequence is the one of `pillars run`: row r depends on (seed, r) alone, not on how many rows there are.
    """
    if sequence == "sobol":
        return unit_rows(count, width, seed)
    return latin_hypercube(count, width, [seed, OF_DRAWS])


@dataclass(frozen=True)
class Design:
    """Say which values each axis has at each point; `cube` is None for a grid, else (points, axes)."""

    axes: tuple[Axis, ...]
    points: int
    cube: Array | None

    def values(self, point: int) -> tuple[Scalar, ...]:
        """Return the value of each axis at a point; in a grid the last axis runs fastest."""
        if self.cube is not None:
            return tuple(axis.at(float(share)) for axis, share in zip(self.axes, self.cube[point], strict=True))
        found: list[Scalar] = []
        for axis in reversed(self.axes):
            values = axis.values if isinstance(axis, Listed) else ()
            point, place = divmod(point, len(values))
            found.append(values[place])
        return tuple(reversed(found))


def design_of(kind: str, axes: tuple[Axis, ...], points: int, seed: int) -> Design:
    """Return a grid, or as many points as asked for from a Latin hypercube or a Sobol' sequence."""
    cube = None if kind == GRID else CUBES[kind](points, len(axes), [seed, OF_POINTS])
    return Design(axes, points, cube)
