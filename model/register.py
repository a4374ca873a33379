"""Registers of uncertain numbers: each entry's value, range, distribution, unit, meaning and source in one place.

Enters: entries read from YAML. Leaves: one central record, or one drawn from a row of the unit cube. The kind of record
(`Parameters`, `Facts`) names the entries; whatever unit an entry is written in, the record is in model units.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from model.reading.units import model_scale

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DISTRIBUTIONS: Final = ("uniform", "log_uniform", "triangular", "fixed")
Record = TypeVar("Record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Hold one uncertain number as its file states it; `value`, `low` and `high` are in `unit`.

    confidence: H, M, L or A (assumption) for parameters; seed, found, recalled, derived or imputed for facts.
    """

    name: str
    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    distribution: str = "fixed"
    source: str = ""
    confidence: str = ""
    symbol: str = ""
    meaning: Mapping[str, str] = field(default_factory=dict)
    year: str = ""
    note: str = ""
    rule: str = ""

    @property
    def is_fixed(self) -> bool:
        """See whether the entry takes no dimension of the unit cube."""
        return self.distribution == "fixed"

    def in_model_units(self, value: float) -> float:
        """Convert a value of this entry from its unit."""
        return value * model_scale(self.unit)

    def quantile(self, probability: float) -> float:
        """Return the value, in the entry's unit, below which the probability lies (inverse distribution function)."""
        if self.is_fixed or self.low is None or self.high is None:
            return self.value
        return _INVERSES[self.distribution](probability, self.low, self.high, self.value)


@dataclass(frozen=True)
class Register(Generic[Record]):
    """Hold the entries of one kind of record, and the values a scenario fixes.

    A fixed value leaves `dimensions` but keeps its column (`slots`), so that the luck of the others does not shift.
    """

    kind: Callable[..., Record]
    entries: Mapping[str, Entry]
    fixed: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def slots(self) -> tuple[str, ...]:
        """Name the columns of a row of the unit cube, in order."""
        return tuple(name for name, entry in self.entries.items() if not entry.is_fixed)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Name the entries that vary between draws."""
        return tuple(name for name in self.slots if name not in self.fixed)

    def central(self) -> Record:
        """Return the record of central values."""
        return self._record({})

    def draw(self, row: NDArray[np.float64] | Sequence[float]) -> Record:
        """Return the record that a row of the unit cube stands for.

        row: one number in [0, 1] for each of `slots`. Raises: ValueError if it is not.
        """
        slots = self.slots
        numbers = [float(number) for number in row]
        if len(numbers) != len(slots) or not all(0.0 <= number <= 1.0 for number in numbers):
            raise ValueError(f"a row of the unit cube has {len(slots)} numbers in [0, 1], not {len(numbers)}: {row}")
        return self._record({
            name: self.entries[name].quantile(number) for name, number in zip(slots, numbers, strict=True)
        })

    def fix(self, values: Mapping[str, float]) -> Register[Record]:
        """Return the register with some entries fixed, each at a value in its unit."""
        return replace(self, fixed={**self.fixed, **values})

    def _record(self, drawn: Mapping[str, float]) -> Record:
        chosen = {name: entry.value for name, entry in self.entries.items()} | dict(drawn) | dict(self.fixed)
        return self.kind(**{name: value * self._scales[name] for name, value in chosen.items()})

    @cached_property
    def _scales(self) -> Mapping[str, float]:
        return {name: model_scale(entry.unit) for name, entry in self.entries.items()}


def _uniform(probability: float, low: float, high: float, _: float) -> float:
    return low + probability * (high - low)


def _log_uniform(probability: float, low: float, high: float, _: float) -> float:
    return math.exp(math.log(low) + probability * (math.log(high) - math.log(low)))


def _triangular(probability: float, low: float, high: float, mode: float) -> float:
    if high == low:
        return low
    peak = (mode - low) / (high - low)
    if probability <= peak:
        return low + math.sqrt(probability * (high - low) * (mode - low))
    return high - math.sqrt((1.0 - probability) * (high - low) * (high - mode))


_INVERSES: Final[Mapping[str, Callable[[float, float, float, float], float]]] = {
    "uniform": _uniform,
    "log_uniform": _log_uniform,
    "triangular": _triangular,
}
