"""The price level: nominal money becomes billion VND at 2010 prices, and money at 2024 prices does too.

Enters: the deflator of 2020 (2010 = 1) and the yearly growth of prices after it. Leaves: the price level of any year.
"""

from dataclasses import dataclass
from typing import Final

DEFLATOR_YEAR: Final = 2020
"""Year of the fact `deflator`."""

PARAMETER_PRICES_YEAR: Final = 2024
"""Year in whose prices money parameters are written."""


@dataclass(frozen=True, slots=True)
class Prices:
    """Hold the price path: `base` is the deflator of 2020 (2010 = 1), `growth` per year; constant within a year."""

    base: float
    growth: float

    def at(self, year: int) -> float:
        """Return the price level of a year (2010 = 1)."""
        return float(self.base * (1.0 + self.growth) ** (year - DEFLATOR_YEAR))

    def real(self, nominal: float, year: int) -> float:
        """Turn nominal money of a year into money at 2010 prices."""
        return nominal / self.at(year)

    def nominal(self, real: float, year: int) -> float:
        """Turn money at 2010 prices into nominal money of a year."""
        return real * self.at(year)

    def from_2024(self, money: float) -> float:
        """Turn money at 2024 prices (a parameter) into money at 2010 prices."""
        return self.real(money, PARAMETER_PRICES_YEAR)
