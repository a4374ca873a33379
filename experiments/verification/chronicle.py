"""What happened to every enterprise of a province: the record from which facts about single enterprises are read.

Enters: a baseline scenario. Leaves: `Chronicle`, whose properties are the numbers that surveys and registers report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import stats

from experiments.verification.stage import scenario
from model.enterprises.adoption import TOP
from model.enterprises.columns import Enterprises
from model.enterprises.demography import size_class
from model.enterprises.discovery import INDUSTRY
from model.enterprises.founding import STATE, size_bounds
from model.enterprises.productivity import cumulated_gains, mature_gains
from model.province import Province
from model.vocabulary import SECTORS

Array = npt.NDArray[np.float64]
Flag = npt.NDArray[np.bool_]

FIRST, LAST = 2021, 2027
SMALL, MEDIUM = 1, 2
INTEGRATED = 2
"""The rung of integrated systems: what stands here or higher is a digital solution, below it a basic tool."""
ASKED_SECTORS = [SECTORS.index(name) for name in SECTORS if name not in ("agriculture", "health")]
"""The sectors of the enterprise survey, which asks neither farms nor hospitals (nor enterprises of the state)."""


@dataclass
class Chronicle:
    """A province and what its enterprises looked like at the end of every year, by identity.

    users, fallen: those who ever had a tool, or gave one up, while small or medium; dropped: the first year after FIRST in
    which somebody gave a digital solution up, by identity.
    """

    province: Province
    years: dict[int, Enterprises] = field(default_factory=dict)
    users: set[int] = field(default_factory=set)
    fallen: set[int] = field(default_factory=set)
    dropped: dict[int, int] = field(default_factory=dict)

    def classes(self, firms: Enterprises) -> npt.NDArray[np.intp]:
        """Return the size classes of enterprises."""
        return size_class(firms.labour, size_bounds(self.province.draw.parameters))

    def step(self) -> None:
        """Let a quarter pass and note who has tools and who gave one up."""
        known, rungs, year = self.province.firms.identity, self.province.firms.rung.copy(), self.province.year
        self.province.step()
        now = self.province.firms
        was = now.rung.copy()
        _, old, new = np.intersect1d(known, now.identity, assume_unique=True, return_indices=True)
        was[new] = rungs[old]
        medium, fell = np.isin(self.classes(now), (SMALL, MEDIUM)), now.rung < was
        self.users.update(now.identity[medium & (np.maximum(was, now.rung) > 0)].tolist())
        self.fallen.update(now.identity[medium & fell].tolist())
        if year > FIRST:
            for identity in now.identity[fell & (was >= INTEGRATED)].tolist():
                self.dropped.setdefault(identity, year)

    def share_dropped(self) -> float:
        """Return the share of small and medium users, still there, that have given a tool up within the years seen."""
        now = set(self.years[LAST].identity.tolist()) & self.users
        return 100.0 * len(self.fallen & now) / len(now)

    def share_dropped_solutions(self, years: int) -> float:
        """Return the share of the first year's small and medium users of solutions that gave one up within `years`, percent.

        Only those still there are asked, as in a survey.
        """
        first, last = self.years[FIRST], FIRST + years
        users = (first.rung >= INTEGRATED) & np.isin(self.classes(first), (SMALL, MEDIUM))
        there = np.intersect1d(first.identity[users], self.years[last].identity)
        return 100.0 * float(np.mean([self.dropped.get(identity, LAST + 1) <= last for identity in there.tolist()]))

    def share_between(self, rung: int, year: int, low: float, high: float) -> float:
        """Return the share at a rung or higher at a year's end of enterprises between two bounds of workers, percent."""
        firms = self.years[year]
        here = (firms.labour >= low) & (firms.labour < high)
        return 100.0 * float(np.mean(firms.rung[here] >= rung))

    def asked(self, year: int, workers: float, sectors: Sequence[int] = ASKED_SECTORS) -> Enterprises:
        """Return whom an enterprise survey asks at a year's end: no state enterprises, none below so many workers."""
        firms = self.years[year]
        return firms.only((firms.labour >= workers) & (firms.owner != STATE) & np.isin(firms.sector, sectors))

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
        """Return the share doing R&D among the enterprises asked, of at least so many workers, percent."""
        return 100.0 * float(self.asked(year, workers).performs.mean())

    def innovators(self, workers: float, year: int) -> float:
        """Return the share that innovated strictly within the survey's memory among the enterprises asked, percent."""
        memory = self.province.draw.parameters.innovation_memory
        return 100.0 * float(np.mean(self.asked(year, workers).since_strict < memory))

    def broad_innovators_of_industry(self, year: int) -> float:
        """Return the share of industrial enterprises that innovated in the broad sense within the survey's memory, percent."""
        memory = self.province.draw.parameters.innovation_memory
        return 100.0 * float(np.mean(self.asked(year, 0.0, [INDUSTRY]).since_broad < memory))

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
