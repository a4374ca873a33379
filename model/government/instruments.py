"""The soft instruments: lines that work through a stock of effort which fades (training, funds, centres, support).

Enters: real money by line. Leaves: the intensity of each effort, 0..1, which the government turns into lifts. One stock
a line and one scale for all; what an intensity does (its gain) is one parameter an instrument.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from model.dynamics import Quantity, accumulate, at_least, saturating

SOFT_LINES: Final = (
    "talent", "ai_institute", "venture_fund", "startup_centres", "market_intermediaries", "ip_support", "fdi_linkage",
    "online_services", "digital_literacy",
)  # fmt: skip
"""The lines that work through a fading stock of effort."""


def intensity(stock_per_resident: Quantity, decay: float, scale: float) -> Quantity:
    """Return how intense an effort is, 0..1: the spending that would keep its stock up, against the scale.

    scale: bn VND at 2010 prices per resident and year.
    """
    return saturating(stock_per_resident * decay, scale)


def effective_share(money: float, minimum_scale: float) -> float:
    """Return which share of a year's money counts where only what exceeds a minimum scale does (AI institute)."""
    return at_least(1.0 - minimum_scale / money, 0.0) if money > 0.0 else 0.0


def captured_share(local_capture: float, recaptured: float) -> float:
    """Return which share of knowledge spillovers stays here when intermediaries recapture some of what leaves."""
    return local_capture + (1.0 - local_capture) * recaptured


def drained_skill(drained: float, loss: float, renewal: float, dt: float) -> float:
    """Step how much mean skill brain drain has taken: `loss` a year, made good by schooling at the rate `renewal`."""
    return accumulate(drained, loss, renewal, dt)


def rewarded_outputs(money: float, usual: float, unit_cost: float) -> float:
    """Return how many more publications and patents rewards bring than usual (outputs only: they earn nothing)."""
    return (money - usual) / unit_cost


class Instruments:
    """Keep the stock of effort of every soft line, bn VND at 2010 prices."""

    def __init__(self, decay: float, scale: float) -> None:
        """Start empty; decay per year, scale in bn VND at 2010 prices per resident and year."""
        self.decay = decay
        self.scale = scale
        self.stocks = dict.fromkeys(SOFT_LINES, 0.0)
        self.intensities = dict.fromkeys(SOFT_LINES, 0.0)

    def open(self, yearly: Mapping[str, float], residents: float) -> None:
        """Fill every stock as constant money a year has long filled it."""
        self.stocks = {line: yearly[line] / self.decay for line in SOFT_LINES}
        self._read(residents)

    def step(self, inflow: Mapping[str, float], residents: float, dt: float) -> None:
        """Take the money of `dt` years by line."""
        decay = self.decay
        self.stocks = {line: accumulate(stock, inflow[line] / dt, decay, dt) for line, stock in self.stocks.items()}
        self._read(residents)

    def _read(self, residents: float) -> None:
        decay, scale = self.decay, self.scale
        self.intensities = {line: intensity(stock / residents, decay, scale) for line, stock in self.stocks.items()}
