"""Keyed luck: every uniform is a function of (seed, replicate, place, purpose, quarter, identity).

Enters: who asks (a purpose, a quarter, and the identities of the enterprises). Leaves: uniforms in (0, 1).
All but the identity name a stream, whose key is their digest (BLAKE2b, RFC 7693); within it the generator is SplitMix64
(Steele, Lea and Flood 2014; passes BigCrush), a mix of the bits of key + position x constant, read at the identity without
the numbers before it. So a number depends on its key alone: two scenarios share every draw, a new mechanism (a new purpose)
shifts no other's, one enterprise more changes nobody's luck, and neither the order of work nor the number of workers
matters. A uniform becomes an event by comparison, and a variate of another law by its inverse distribution function.
"""

from __future__ import annotations

from functools import cache
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
from scipy.integrate import cumulative_simpson
from scipy.special import gamma, kve, ndtri

Array = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Bits = npt.NDArray[np.uint64]


def bits(*numbers: int) -> tuple[Bits, ...]:
    """Return unsigned numbers of 64 bits as arrays without a dimension, the operands that numpy takes up fastest."""
    return tuple(np.array(number, np.uint64) for number in numbers)


WEYL, FIRST_MIX, SECOND_MIX = bits(0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
"""SplitMix64: the step from one position to the next, and the products that mix its bits between the shifts."""
FIRST_SHIFT, SECOND_SHIFT, LAST_SHIFT = bits(30, 27, 31)
SPARE, ONE = bits(12, 0x3FF << 52)
"""The bits of a number beyond the 52 of a double's fraction; the bits of the double 1.0."""


class Luck:
    """The luck of one replicate in one place."""

    def __init__(self, seed: int, replicate: int, place: str = "") -> None:
        """Keep whose luck it is: part of every stream's name."""
        self._whose = f"{seed}/{replicate}/{place}"

    def of(self, identities: Whole, purpose: str, quarter: int) -> Array:
        """Return one uniform in (0, 1) for each of these identities (n,), whole numbers from 0."""
        name = f"{self._whose}/{quarter}/{purpose}"
        key = int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")
        return midpoints(splitmix(np.uint64(key), identities.view(np.uint64)))

    def uniforms(self, purpose: str, quarter: int, n: int) -> Array:
        """Return `n` uniforms in (0, 1); the i-th never depends on `n`."""
        return self.of(np.arange(n), purpose, quarter)


def splitmix(key: np.uint64, position: Bits) -> Bits:
    """Return the number of SplitMix64 seeded with `key` at each position (n,), the first at 1; sums and products wrap."""
    z = position * WEYL
    z += key
    z ^= z >> FIRST_SHIFT
    z *= FIRST_MIX
    z ^= z >> SECOND_SHIFT
    z *= SECOND_MIX
    z ^= z >> LAST_SHIFT
    return z


def midpoints(random: Bits) -> Array:
    """Turn 64 random bits into the middle of one of 2^52 equal parts of (0, 1): never an end, so every inverse is finite.

    The upper 52 bits become the fraction of a double in [1, 2), from which 1 - 2^-53 is taken; nothing is rounded.
    """
    between_one_and_two: Array = ((random >> SPARE) | ONE).view(np.float64)
    return between_one_and_two - (1.0 - 2.0**-53)


def normal(uniform: Array) -> Array:
    """Turn uniforms into standard normals."""
    result: Array = ndtri(uniform)
    return result


def laplace_motion(uniform: Array, years: float) -> Array:
    """Turn uniforms into what Laplace motion does in so many years: in one, Laplace variates of standard deviation 1.

    The only process with independent increments whose yearly ones are Laplace (Kotz, Kozubowski and Podgorski 2001): its
    steps add up to the same law whatever their length, which Laplace steps would not.
    """
    centred = uniform - 0.5
    at = np.log(1.0 - 2.0 * np.abs(centred)) * (-DEPTHS / DEEPEST)
    below = at.astype(np.int64)
    quantiles = laplace_quantiles(years)
    low = quantiles[below]
    size: Array = low + (at - below) * (quantiles[below + 1] - low)
    return np.copysign(size, centred)


DEEPEST, DEPTHS = 36.5, 4096
"""Depth -ln(1 - |2u - 1|) below which no uniform lies (it ends at 36.04), and the steps to it in a table of quantiles."""


@cache
def laplace_quantiles(years: float) -> Array:
    """Return the size that Laplace motion passes with probability e^-depth in so many years, (DEPTHS + 2,) evenly spaced depths.

    Its density 4 (x/sqrt 2)^n K_n(x sqrt 2)/(sqrt(2 pi) Gamma(years)), n = years - 1/2, has a pole at 0 in half a year or
    less: x = z^power takes it away.
    """
    order, power = years - 0.5, max(1.0 / years, 1.0)
    z = np.linspace(1e-100 ** (1.0 / power), 40.0 ** (1.0 / power), 2 * DEPTHS + 1)
    x = z**power
    bessel = (x / np.sqrt(2.0)) ** order * kve(order, x * np.sqrt(2.0)) * np.exp(-x * np.sqrt(2.0))
    density = 4.0 / np.sqrt(2.0 * np.pi) / gamma(years) * bessel * power * x / z
    beyond = cumulative_simpson(density[::-1], x=-z[::-1], initial=0.0)[::-1]
    depth = np.linspace(0.0, DEEPEST * (DEPTHS + 1) / DEPTHS, DEPTHS + 2)
    result: Array = np.interp(depth, -np.log(beyond[:-1]), x[:-1])
    result[0] = 0.0
    return result


def exponential(uniform: Array) -> Array:
    """Turn uniforms into exponential variates of mean 1 (large where the uniform is small)."""
    return -np.log(uniform)
