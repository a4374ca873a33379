"""Public science and how far it reaches: what stays in a province, what comes from the others (ODD eq. 15).

Enters: research that has been finished, bn VND a year at 2010 prices. Leaves: what it adds to ln TFP a year. Rules are
pure; knowledge fades with distance, e-folding over `spillover_distance`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.parameters import Parameters

Array = npt.NDArray[np.float64]

CLOSEST = 1e-9
"""Distance (km) below which knowledge is taken not to travel at all."""


@dataclass(frozen=True)
class Elsewhere:
    """The public research of the rest of the nation, as a share of its product, and the weight with which it reaches here (0..1).

    In a run of one province both are facts; in a run of the country they come from the other provinces.
    """

    research: float
    proximity: float


def kept(p: Parameters, capture: float, finished: float, reached: float) -> float:
    """Return what research finished here adds to ln TFP here, a year; `reached` is the value added it reaches."""
    return capture * p.public_return * finished / reached


def received(p: Parameters, elsewhere: Elsewhere, package: float) -> float:
    """Return what research finished elsewhere adds to ln TFP here, a year; `package` multiplies it."""
    national = elsewhere.research * package
    return (1.0 - p.local_capture) * p.public_return * national * elsewhere.proximity


def closeness(distance: Array, e_folding: float) -> Array:
    """Return e^(-d/D) between n places, (n, n), 0 of a place to itself; both in km."""
    weights = np.exp(-distance / max(e_folding, CLOSEST))
    np.fill_diagonal(weights, 0.0)
    return weights


def exchanged(finished: Array, reached: Array, weights: Array) -> list[Elsewhere]:
    """Return what each of n places sees of the research that the others have finished.

    finished, reached: (n,) research and the value added it reaches; weights: (n, n) closeness. The sum over the others of
    closeness x research, over the nation's product, is research x proximity.
    """
    others = finished.sum() - finished
    arriving = (weights * finished).sum(axis=1)
    mean_closeness = np.divide(arriving, others, out=np.zeros(len(others)), where=others > 0.0)
    product = float(reached.sum())
    return [Elsewhere(float(o) / product, float(w)) for o, w in zip(others, mean_closeness, strict=True)]
