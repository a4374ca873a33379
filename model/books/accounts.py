"""Growth accounting: the statistics office's residual and its exact split by source (ODD eq. 22).

Enters: what every producing unit (enterprise or block of the rest of the province) made and used at two successive
productions. Leaves: the growth of output, capital and labour between them and where each came from. All growth is in
ln points, so that it adds up over time; every split is exact to rounding.

The split uses logarithmic-mean weights (Sato-Vartia, LMDI): over units that continue, ln(Y1/Y0) = sum w_i ln(y1_i/y0_i)
exactly with w_i = L(y1_i, y0_i) / L(Y1, Y0), L the logarithmic mean. Units that enter or leave make up the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.dynamics import QUARTERS, weighted_sum

Array = npt.NDArray[np.float64]
Flag = npt.NDArray[np.bool_]

COMPONENTS = (
    "catch_up", "own_innovation", "digital", "admin_cost", "connectivity", "public_science", "noise", "shock",
    "rest", "enclave",
)  # fmt: skip
"""The sources of a unit's ln TFP: eight of enterprises, then the own productivity of the rest of the province and the enclave."""

SOURCES = (*COMPONENTS, "reallocation", "entry_exit")
"""The sources into which the growth of TFP splits exactly."""


@dataclass(frozen=True)
class Totals:
    """Output and capital (bn VND at 2010 prices, output per year) and labour (workers) of all units together."""

    output: float
    capital: float
    labour: float

    def growth_to(self, later: Totals) -> Array:
        """Return the growth of output, capital and labour to a later state, (3,) ln points."""
        return np.log([later.output / self.output, later.capital / self.capital, later.labour / self.labour])


@dataclass(frozen=True)
class Units:
    """What n producing units made and used at one production, and the components of their ln TFP.

    Shapes (n,) and (n, len(COMPONENTS)); output and capital in bn VND at 2010 prices, labour in workers.
    """

    weight: Array
    output: Array
    log_capital: Array
    log_labour: Array
    components: Array

    def totals(self) -> Totals:
        """Add the units up."""
        w = self.weight
        return Totals(
            weighted_sum(w, self.output),
            weighted_sum(w, np.exp(self.log_capital)),
            weighted_sum(w, np.exp(self.log_labour)),
        )

    def joined(self, others: Units) -> Units:
        """Return these units followed by others."""
        return Units(
            np.concatenate((self.weight, others.weight)),
            np.concatenate((self.output, others.output)),
            np.concatenate((self.log_capital, others.log_capital)),
            np.concatenate((self.log_labour, others.log_labour)),
            np.concatenate((self.components, others.components)),
        )

    def only(self, keep: Flag | slice) -> Units:
        """Return the units where `keep` holds, or those of a slice (without copying them)."""
        return Units(
            self.weight[keep], self.output[keep], self.log_capital[keep], self.log_labour[keep], self.components[keep]
        )


@dataclass(frozen=True)
class Continuing:
    """The units that produced at two successive productions: their totals, and what moved their output.

    within: (len(COMPONENTS),) what each component of their ln TFP added to ln output; capital_use, labour_use: what their
    growing ln capital and ln labour would have added at a share of one.
    """

    before: Totals
    now: Totals
    within: Array
    capital_use: float
    labour_use: float

    @classmethod
    def of(cls, before: Units, now: Units) -> Continuing:
        """Compare the same units, row by row."""
        w = log_mean_weights(before.output, now.output, now.weight)
        return cls(
            before=before.totals(),
            now=now.totals(),
            within=np.einsum("i,ij->j", w, now.components - before.components),
            capital_use=weighted_sum(w, now.log_capital - before.log_capital),
            labour_use=weighted_sum(w, now.log_labour - before.log_labour),
        )

    @classmethod
    def together(cls, parts: Sequence[Continuing]) -> Continuing:
        """Return several groups of units as one, split as exactly as each.

        A unit weighs L(y1, y0) / L(Y1, Y0), so a group's sums move to the whole by the ratio of their L(Y1, Y0).
        """
        before, now = all_totals([part.before for part in parts]), all_totals([part.now for part in parts])
        outputs = np.array([(part.now.output, part.before.output) for part in parts])
        weights = log_mean(outputs[:, 0], outputs[:, 1]) / log_mean(np.array(now.output), np.array(before.output))
        return cls(
            before,
            now,
            within=np.einsum("i,ij->j", weights, np.array([part.within for part in parts])),
            capital_use=weighted_sum(weights, np.array([part.capital_use for part in parts])),
            labour_use=weighted_sum(weights, np.array([part.labour_use for part in parts])),
        )


@dataclass(frozen=True)
class QuarterGrowth:
    """Growth between two successive productions: of all units, and of those that continue with its sources."""

    before: Totals
    now: Totals
    stayed: Continuing

    @property
    def total(self) -> Array:
        """Return the growth of output, capital and labour of all units, (3,) ln points."""
        return self.before.growth_to(self.now)

    @property
    def continuing(self) -> Array:
        """Return the growth of output, capital and labour of the units that continue, (3,) ln points."""
        return self.stayed.before.growth_to(self.stayed.now)


def log_mean(a: Array, b: Array) -> Array:
    """Return the logarithmic mean (a - b) / ln(a/b) of positive numbers; a where both are equal."""
    ratio = np.log(a / b)
    close = np.abs(ratio) < 1e-4
    exact = (a - b) / np.where(close, 1.0, ratio)
    series = np.sqrt(a * b) * (1.0 + ratio**2 / 24.0)
    return np.where(close, series, exact)


def log_mean_weights(before: Array, now: Array, weight: Array) -> Array:
    """Return the weights with which the units' growth adds up to the growth of their total."""
    total = log_mean(np.array(weighted_sum(weight, now)), np.array(weighted_sum(weight, before)))
    return weight * log_mean(now, before) / total


def quarter_growth(before: Units, now: Units, total_before: Totals, total_now: Totals) -> QuarterGrowth:
    """Split the growth between two productions.

    `before` and `now` hold the units that continue, row by row; the totals hold all units of their own production.
    """
    return QuarterGrowth(total_before, total_now, Continuing.of(before, now))


def all_totals(parts: Sequence[Totals]) -> Totals:
    """Return the totals of all the units of several groups."""
    return Totals(
        sum(part.output for part in parts), sum(part.capital for part in parts), sum(part.labour for part in parts)
    )


def all_growth(parts: Sequence[QuarterGrowth]) -> QuarterGrowth:
    """Return the growth of all the units of several groups."""
    return QuarterGrowth(
        all_totals([part.before for part in parts]),
        all_totals([part.now for part in parts]),
        Continuing.together([part.stayed for part in parts]),
    )


@dataclass(frozen=True)
class YearGrowth:
    """Growth of annual flows over the year before, ln points.

    output, capital, labour: growth of the year's output, mean capital and mean labour; tfp: the residual at the model's
    own capital share; sources: its exact split, by the names of SOURCES.
    """

    output: float
    capital: float
    labour: float
    tfp: float
    sources: dict[str, float]

    def tfp_at(self, capital_share: float, capital_growth: float | None = None) -> float:
        """Return the residual at another capital share or with another growth of capital."""
        capital = self.capital if capital_growth is None else capital_growth
        return self.output - capital_share * capital - (1.0 - capital_share) * self.labour


def chaining(levels: Array) -> Array:
    """Return what each of seven quarterly growth rates weighs in the growth of the annual sum.

    levels: (8,) quarterly levels of two years. With w_q the logarithmic-mean weights of the pairs (q, q + 4), ln of the ratio
    of annual sums is sum w_q ln(level[q+4] / level[q]), and each of these is the sum of four quarterly rates.
    """
    first, second = levels[:QUARTERS], levels[QUARTERS:]
    pair = log_mean_weights(first, second, np.ones(QUARTERS))
    rates = np.arange(1, 2 * QUARTERS)
    spans = (rates[:, None] > np.arange(QUARTERS)) & (rates[:, None] <= np.arange(QUARTERS) + QUARTERS)
    result: Array = spans @ pair
    return result


def year_growth(totals: Sequence[Totals], quarters: Sequence[QuarterGrowth], capital_share: float) -> YearGrowth:
    """Join the growth of eight successive quarters into that of the second year over the first.

    totals: the 8 quarters of both years; quarters: the 7 growths between them.
    """
    levels = np.array([(t.output, t.capital, t.labour) for t in totals])
    chain = np.column_stack([chaining(levels[:, k]) for k in range(3)])
    total = np.einsum("jk,jk->k", chain, np.array([q.total for q in quarters]))
    continuing = np.einsum("jk,jk->k", chain, np.array([q.continuing for q in quarters]))
    shares = np.array([1.0, -capital_share, -(1.0 - capital_share)])
    by_output = chain[:, 0]
    within = by_output @ np.array([q.stayed.within for q in quarters])
    used = capital_share * np.array([q.stayed.capital_use for q in quarters])
    used += (1.0 - capital_share) * np.array([q.stayed.labour_use for q in quarters])
    reallocation = by_output @ used + shares[1:] @ continuing[1:]
    sources = dict(zip(COMPONENTS, within.tolist(), strict=True))
    sources["reallocation"] = float(reallocation)
    sources["entry_exit"] = float(shares @ (total - continuing))
    return YearGrowth(float(total[0]), float(total[1]), float(total[2]), float(shares @ total), sources)
