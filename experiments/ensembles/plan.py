"""The plan of an ensemble: which replicate of which scenario runs, and what each replicate believes.

Enters: scenarios, a number of replicates and a seed. Leaves: tasks in a fixed order and rows of a unit cube. Replicate r
of every scenario shares its luck and its row, and row r never depends on how many replicates there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

CUBE_WIDTH = 256
"""Columns are made in blocks of this many, so that a new parameter at the end leaves the earlier columns as they are."""
MOST_ROWS = 4096
"""Rows are made at most so many at a time, so that a long sequence needs little memory."""


@dataclass(frozen=True, slots=True)
class Task:
    """Name one run: the position of its scenario and its replicate."""

    position: int
    replicate: int


def tasks(scenarios: int, replicates: int) -> list[Task]:
    """List every run, scenario after scenario, replicate after replicate."""
    return [Task(position, replicate) for position in range(scenarios) for replicate in range(replicates)]


def unit_rows(replicates: int, width: int, seed: int | Sequence[int]) -> Array:
    """Return the first `replicates` points of a scrambled Sobol' sequence, shape (replicates, width).

    Point r depends on (seed, r) alone (Owen 1998 scrambling, as in scipy.stats.qmc).
    """
    from scipy.stats import qmc

    blocks = -(-max(width, 1) // CUBE_WIDTH)
    sequence = qmc.Sobol(blocks * CUBE_WIDTH, scramble=True, rng=np.random.default_rng(seed))
    piece = min(2 ** max(replicates - 1, 0).bit_length(), MOST_ROWS)
    rows = [sequence.random(piece)[:, :width].copy() for _ in range(0, max(replicates, 1), piece)]
    return np.concatenate(rows)[:replicates]


def labels(names: Sequence[str], places: Sequence[str]) -> list[str]:
    """Return a distinct label for every scenario: its name, with the place before it where names repeat."""
    repeated = {name for name in names if names.count(name) > 1}
    return [f"{place}/{name}" if name in repeated else name for name, place in zip(names, places, strict=True)]


def chunks(items: Sequence[Task], workers: int, largest: int = 50) -> list[Sequence[Task]]:
    """Cut the plan into pieces that keep `workers` evenly busy; the pieces never change a result."""
    size = min(max(len(items) // (8 * workers), 1), largest)
    return [items[start : start + size] for start in range(0, len(items), size)]
