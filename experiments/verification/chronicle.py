"""What happened to every enterprise of a province: the record from which facts about single enterprises are read.

Enters: a baseline scenario. Leaves: `Chronicle`, whose properties are the numbers that surveys and registers report.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import stats

from experiments.verification.stage import scenario
from model.enterprises.adoption import TOP
from model.enterprises.columns import Enterprises
from model.enterprises.demography import size_class
from model.enterprises.founding import size_bounds
from model.enterprises.productivity import cumulated_gains, mature_gains
from model.province import Province

Array = npt.NDArray[np.float64]
Flag = npt.NDArray[np.bool_]

FIRST, LAST = 2021, 2027
SMALL, MEDIUM, LARGE = 1, 2, 3


@dataclass
class Chronicle:
    """A province and what its enterprises looked like at the end of every year, by identity.

    fallen, climbed: identities of those who ever gave a tool up, or ever had one, while small or medium.
    """

    province: Province
    years: dict[int, Enterprises] = field(default_factory=dict)
    fallen: set[int] = field(default_factory=set)
    users: set[int] = field(default_factory=set)
    cohort: set[int] = field(default_factory=set)

    def classes(self, firms: Enterprises) -> npt.NDArray[np.intp]:
        """Return the size classes of enterprises."""
        return size_class(firms.labour, size_bounds(self.province.draw.parameters))

    def step(self) -> None:
        """Let a quarter pass and note who gave a tool up."""
        before = self.province.firms
        rung = dict(zip(before.identity.tolist(), before.rung.tolist(), strict=True))
        self.province.step()
        now = self.province.firms
        medium = np.isin(self.classes(now), (SMALL, MEDIUM))
        for identity, new in zip(now.identity[medium].tolist(), now.rung[medium].tolist(), strict=True):
            old = rung.get(identity, new)
            if old or new:
                self.users.add(identity)
            if new < old:
                self.fallen.add(identity)

    def share_dropped(self) -> float:
        """Return the share of small and medium users, still there, that have given a tool up within the years seen."""
        now = set(self.years[LAST].identity.tolist()) & self.users
        return 100.0 * len(self.fallen & now) / len(now)

    def share_at(self, rung: int, year: int, sizes: tuple[int, ...]) -> float:
        """Return the share of enterprises of some sizes at a rung or higher at a year's end, percent."""
        firms = self.years[year]
        here = np.isin(self.classes(firms), sizes)
        return 100.0 * float(np.mean(firms.rung[here] >= rung))

    def size_slope(self, low: float, high: float, rung: int, year: int) -> float:
        """Return the slope of the log-odds of standing at a rung on ln(workers), between two bounds of workers."""
        firms = self.years[year]
        here = (firms.labour >= low) & (firms.labour < high)
        size, has = np.log(firms.labour[here]), (firms.rung[here] >= rung).astype(float)
        return logistic_slope(size, has)

    @cached_property
    def growth(self) -> tuple[Array, Array]:
        """Return ln size at the start and its growth over a year, of all who stay, in all pairs of years."""
        pairs = [self.paired(year) for year in range(FIRST, LAST)]
        start, end = (np.concatenate(part) for part in zip(*pairs, strict=True))
        return start, end - start

    def paired(self, year: int) -> tuple[Array, Array]:
        """Return ln size at the ends of two successive years of those who are there in both."""
        before, now = self.years[year], self.years[year + 1]
        _, old, new = np.intersect1d(before.identity, now.identity, return_indices=True)
        return np.log(before.labour[old]), np.log(now.labour[new])

    def size_variance_exponent(self) -> float:
        """Return how fast the spread of growth falls with size: ln sd on ln size over bins, sign turned."""
        size, growth = self.growth
        large = size > np.log(5.0)
        bins = np.digitize(size[large], np.quantile(size[large], np.linspace(0, 1, 9)[1:-1]))
        middle = [size[large][bins == one].mean() for one in range(8)]
        spread = [np.log(growth[large][bins == one].std()) for one in range(8)]
        return -float(np.polyfit(middle, spread, 1)[0])

    def growth_kurtosis(self) -> float:
        """Return the excess kurtosis of growth within size bins: 0 of a normal law, 3 of a Laplace law."""
        size, growth = self.growth
        here = (size > np.log(8.0)) & (size < np.log(30.0))
        return float(stats.kurtosis(growth[here]))

    def exit_rate(self, sizes: tuple[int, ...]) -> float:
        """Return the mean share of enterprises of some sizes that are gone a year later, percent."""
        gone = []
        for year in range(FIRST, LAST):
            before, now = self.years[year], self.years[year + 1]
            here = np.isin(self.classes(before), sizes)
            gone.append(1.0 - np.isin(before.identity[here], now.identity).mean())
        return 100.0 * float(np.mean(gone))

    def survival(self, years: int) -> float:
        """Return the share of the first year's entrants still there `years` later, percent."""
        first, later = self.years[FIRST], self.years[FIRST + years]
        born = first.identity[first.cohort > 0]
        return 100.0 * float(np.isin(born, later.identity).mean())

    def performers(self, workers: float, year: int) -> float:
        """Return the share doing R&D among enterprises of at least so many workers, percent."""
        firms = self.years[year]
        return 100.0 * float(firms.performs[firms.labour >= workers].mean())

    def top_gain(self) -> float:
        """Return what the step to rung 3 adds to the mature productivity of those who stand there, percent."""
        firms = self.years[LAST].only(self.years[LAST].rung == TOP)
        return 100.0 * float(np.mean(self.mature(firms) - self.mature(lowered(firms, 2))))

    def ladder_gain(self) -> float:
        """Return what the whole ladder adds to the mature productivity of the best placed, percent."""
        return 100.0 * float(cumulated_gains(self.province.draw.parameters)[-1])

    def mature(self, firms: Enterprises) -> Array:
        """Return the mature gains of enterprises."""
        province = self.province
        return mature_gains(firms, province.draw.parameters, province.norms.skill, training=0.0)

    def research_productivity(self) -> float:
        """Return the yearly change of innovations per unit of research as the distance covered grows, percent."""
        p = self.province.draw.parameters
        covered = [np.mean(firms.imitated + firms.innovated) for firms in (self.years[FIRST], self.years[LAST])]
        return -100.0 * p.fishing_out * float(covered[1] - covered[0]) / (LAST - FIRST)


def lowered(firms: Enterprises, rung: int) -> Enterprises:
    """Return the same enterprises on another rung."""
    copy = firms.only(np.ones(len(firms), np.bool_))
    copy.rung[:] = rung
    return copy


def logistic_slope(x: Array, y: Array) -> float:
    """Return the slope of a logistic regression by Newton's method."""
    design, beta = np.column_stack((np.ones(len(x)), x - x.mean())), np.zeros(2)
    for _ in range(25):
        chance = 1.0 / (1.0 + np.exp(-design @ beta))
        weight = np.maximum(chance * (1.0 - chance), 1e-9)
        beta = beta + np.linalg.solve(design.T @ (weight[:, None] * design), design.T @ (y - chance))
    return float(beta[1])


def chronicle(name: str = "thanh_hoa/baseline") -> Chronicle:
    """Run a baseline with central beliefs and keep every year's enterprises."""
    told = Chronicle(Province(scenario(name)))
    while told.province.year <= LAST:
        year, ends = told.province.year, told.province.closes_year
        told.step()
        if ends:
            told.years[year] = told.province.firms.only(np.ones(len(told.province.firms), np.bool_))
    return told
