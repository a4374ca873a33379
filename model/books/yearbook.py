"""The yearbook: a place's books quarter by quarter, and one row of outcomes a year.

Enters: `Quarter` after every quarter and `Returns` at the end of a year, of a province or of the country. Leaves: the
rows, the growth accounts, what every commune has, and who produces.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from model.books import accounts, measures
from model.books.accounts import QuarterGrowth, Totals, YearGrowth
from model.books.measures import FIVE_YEARS, PERCENT, UNKNOWN, outcomes
from model.books.returns import Flows, Quarter, Returns
from model.dynamics import QUARTERS

Array = npt.NDArray[np.float64]

GROWTH_STEMS = ("tfp_", "capital_growth", "labour_growth")
"""How the names of outcomes begin that need two years of accounts."""


class Yearbook:
    """Keeps the books quarter by quarter and writes one row of outcomes a year.

    rows: by year, {outcome: value}; groups: by year, value added by size class, sector and commune kind; communes: by year,
    what every commune has; growth: the annual growth accounts; flows: of the year so far; last: the returns of the last
    year closed.
    """

    def __init__(self, capital: float) -> None:
        """Open the books on the capital of all producing units at the start, bn VND at 2010 prices."""
        self.rows: dict[int, dict[str, float]] = {}
        self.groups: dict[int, dict[str, Array]] = {}
        self.communes: dict[int, dict[str, Array]] = {}
        self.growth: dict[int, YearGrowth] = {}
        self.totals: list[Totals] = []
        self.quarters: list[QuarterGrowth] = []
        self.booked: list[float] = []
        self.flows = Flows()
        self.last: Returns | None = None
        self.capital_at_start = capital

    def record(self, quarter: Quarter) -> None:
        """Book one quarter."""
        self.flows.add(quarter.flows)
        self.totals.append(quarter.totals)
        self.quarters.append(quarter.growth)
        self.booked.append(quarter.programme_capital)

    def close_year(self, now: Returns) -> None:
        """Write the row of the year that ends with the last quarter booked."""
        if len(self.totals) >= 2 * QUARTERS:
            window = slice(-2 * QUARTERS, None)
            alpha = now.parameters.capital_share
            self.growth[now.year] = accounts.year_growth(self.totals[window], self.quarters[window][1:], alpha)
        row = measures.size_and_price(now, self.rows.get(now.year - 1))
        row |= self._growth_row(now)
        row |= measures.melitz_row(self.last.roll if self.last else None, now.roll)
        row |= measures.digital_row(now.flows)
        row |= measures.enterprise_row(now.survey, now.flows)
        row |= measures.people_row(now.people, now.facts.public_staff)
        row |= measures.research_row(now.flows)
        row |= measures.budget_row(now.ledger)
        self.rows[now.year] = {name: float(row[name]) for name in outcomes()}
        self.groups[now.year] = measures.gainers(now.survey)
        self.communes[now.year] = dict(now.communes)
        self.last = now
        self.flows = Flows()

    def _growth_row(self, now: Returns) -> dict[str, float]:
        """Return TFP growth and share, their bands, and the exact split by source."""
        growth, p = self.growth.get(now.year), now.parameters
        if growth is None:
            return dict.fromkeys((name for name in outcomes() if name.startswith(GROWTH_STEMS)), UNKNOWN)
        capital = {
            "capital_low": self.capital_growth(p.capital_stock_band_low, p.capital_depreciation),
            "capital_high": self.capital_growth(p.capital_stock_band_high, p.capital_depreciation),
            "uncapitalised": self.uncapitalised_growth(),
        }
        row = measures.growth_row(growth, capital, p)
        return row | {"tfp_share_5y": PERCENT * self.five_year_share(now.year)}

    def capital_growth(self, band: float, depreciation: float) -> float:
        """Return the growth of capital had the stock at the start been `band` times what it was."""
        missing = (band - 1.0) * self.capital_at_start
        quarters = np.arange(len(self.totals)) / QUARTERS
        stock = np.array([t.capital for t in self.totals]) + missing * np.exp(-depreciation * quarters)
        return yearly_growth(stock)

    def uncapitalised_growth(self) -> float:
        """Return the growth of capital without what the programme's digital and research outlays built."""
        return yearly_growth(np.array([t.capital for t in self.totals]) - np.array(self.booked))

    def five_year_share(self, year: int) -> float:
        """Return the TFP share of the five years that end with `year`."""
        years = [self.growth[y] for y in range(year - FIVE_YEARS + 1, year + 1) if y in self.growth]
        if len(years) < FIVE_YEARS:
            return UNKNOWN
        return sum(g.tfp for g in years) / sum(g.output for g in years)


def yearly_growth(quarterly: Array) -> float:
    """Return ln of the last four quarters' sum over that of the four before."""
    return float(np.log(quarterly[-QUARTERS:].sum() / quarterly[-2 * QUARTERS : -QUARTERS].sum()))
