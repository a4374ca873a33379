"""Keyed luck: every uniform is a function of (seed, replicate, place, purpose, quarter, cohort, ordinal).

Enters: who asks (a purpose, a quarter, and how many enterprises each birth cohort has). Leaves: uniforms in (0, 1).
The generator is counter-based (Philox 4x64, Salmon et al. 2011), so a number depends on its key alone: two scenarios
share every draw, a new mechanism (a new purpose) shifts no other's, one enterprise more changes nobody's luck, and
neither the order of work nor the number of workers matters. A uniform becomes an event by comparison and a normal or a
Laplace variate by its inverse distribution function.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from numpy.random import Generator, Philox, SeedSequence
from scipy.special import ndtri

Array = npt.NDArray[np.float64]

SMALLEST = 2.0**-54
"""Half the spacing of the generator's doubles: replaces an exact 0, so that inverse distribution functions stay finite."""


class Luck:
    """The luck of one replicate in one place."""

    def __init__(self, seed: int, replicate: int, place: str = "") -> None:
        """Derive the generator's key from seed, replicate and place; the counter holds the rest."""
        entropy = [seed, replicate, zlib.crc32(place.encode())]
        self._bits = Philox(key=SeedSequence(entropy).generate_state(2, np.uint64))
        self._generator = Generator(self._bits)
        self._state = self._bits.state  # fresh: no number is buffered

    def uniforms(self, purpose: str, quarter: int, n: int) -> Array:
        """Return `n` uniforms in (0, 1); the i-th never depends on `n`."""
        return self.for_cohorts(purpose, quarter, (n,))

    def for_cohorts(self, purpose: str, quarter: int, births: Sequence[int]) -> Array:
        """Return one uniform for every enterprise ever born, cohort after cohort.

        `births[c]` is the number born in cohort c (cohort 0: the founders); the result has length sum(births), and the
        number of (cohort, ordinal) does not depend on any other cohort's size.
        """
        out = np.empty(sum(births))
        counter = self._state["state"]["counter"]
        counter[:] = (0, 0, (zlib.crc32(purpose.encode()) << 32) | (quarter & 0xFFFFFFFF), 0)
        start = 0
        for cohort, born in enumerate(births):
            if born:
                counter[3] = cohort
                self._bits.state = self._state  # a new generator would cost ten times as much
                self._generator.random(out=out[start : start + born])
                start += born
        return np.maximum(out, SMALLEST, out=out)


def normal(uniform: Array) -> Array:
    """Turn uniforms into standard normals."""
    result: Array = ndtri(uniform)
    return result


def laplace(uniform: Array) -> Array:
    """Turn uniforms into Laplace variates of mean 0 and standard deviation 1."""
    centred = uniform - 0.5
    result: Array = -np.sign(centred) * np.log1p(-2.0 * np.abs(centred)) / np.sqrt(2.0)
    return result


def exponential(uniform: Array) -> Array:
    """Turn uniforms into exponential variates of mean 1 (large where the uniform is small)."""
    return -np.log(uniform)
