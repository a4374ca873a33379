"""Run one replicate and hand over what it leaves.

Enters: a scenario, a replicate number, what it believes. Leaves: plain arrays, so that a result costs little to send between
processes and the model that made it can be freed.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from model.books.measures import outcomes
from model.books.yearbook import Yearbook
from model.country import Country
from model.government.ledger import LedgerRow
from model.places.facts import Draw
from model.province import Province
from model.scenario import Scenario

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class RunResult:
    """What one replicate of one scenario left.

    years: (y,); outcomes: {name: (y,)} in the units of `outcomes.yaml`, not a number where an outcome needs an earlier year;
    ledger: rows by year and line, nominal bn VND; communes: {quantity: (y, communes)}; groups: {size, sector, kind: (y, n)}
    year-end value added, bn VND a year at 2010 prices; provinces: of a country, the same for each of its provinces.
    """

    place: str
    years: npt.NDArray[np.int64]
    outcomes: Mapping[str, Array]
    ledger: tuple[LedgerRow, ...]
    communes: Mapping[str, Array]
    groups: Mapping[str, Array]
    provinces: tuple[RunResult, ...] = ()


def run_replicate(
    scenario: Scenario, replicate: int, draw: Draw | None = None, *, seed: int = 1, years_to: int | None = None
) -> RunResult:
    """Run one replicate to the end of the scenario's period (or `years_to`) and return what it left.

    draw: what the replicate believes, by default the central values. Luck is keyed by (seed, replicate) and place alone.
    """
    run = _run_country if scenario.place.provinces else _run_province
    return run(scenario, draw, seed, replicate, years_to or scenario.end)


def _run_province(scenario: Scenario, draw: Draw | None, seed: int, replicate: int, last_year: int) -> RunResult:
    province = Province(scenario, draw, seed=seed, replicate=replicate)
    province.run(last_year)
    return of_province(province)


def _run_country(scenario: Scenario, draw: Draw | None, seed: int, replicate: int, last_year: int) -> RunResult:
    country = Country(scenario, draw, seed=seed, replicate=replicate)
    country.run(last_year)
    provinces = tuple(of_province(province) for province in country.provinces)
    whole = collect(scenario.place.name, country.yearbook, country.ledger_rows())
    del country
    gc.collect()  # a model and its agents hold each other, and the arrays of 34 provinces weigh a gigabyte
    return replace(whole, provinces=provinces)


def of_province(province: Province) -> RunResult:
    """Copy what a province left."""
    return collect(province.scenario.place.name, province.yearbook, province.government.ledger.rows)


def collect(place: str, book: Yearbook, ledger: Sequence[LedgerRow]) -> RunResult:
    """Copy a yearbook into plain arrays."""
    years = sorted(book.rows)
    first = years[0]
    return RunResult(
        place=place,
        years=np.array(years),
        outcomes={name: np.array([book.rows[year][name] for year in years]) for name in outcomes()},
        ledger=tuple(ledger),
        communes={name: np.array([book.communes[year][name] for year in years]) for name in book.communes[first]},
        groups={name: np.array([book.groups[year][name] for year in years]) for name in book.groups[first]},
    )
