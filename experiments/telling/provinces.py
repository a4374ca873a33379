"""The provinces of a country, one line each: what `pillars run` prints beside the country's own table.

Enters: an ensemble. Leaves: lines of text; none where no place of the run has provinces. All else is in provinces.csv.
"""

from __future__ import annotations

import pyarrow.compute as pc

from experiments.ensembles.ensemble import Ensemble
from experiments.telling.grid import Grid
from experiments.telling.messages import name_of, say
from experiments.telling.numbers import MISSING, format_number

SHOWN = (
    "grdp_growth", "tfp_share_5y", "digital_share", "digital_share_without_enclave", "enterprises_rung2",
    "online_services_used", "commune_capacity_lowest_decile",
)  # fmt: skip
"""Outcomes in percent, one a column."""
WISHED = 2030


def provinces(ensemble: Ensemble, language: str) -> list[str]:
    """Return the tables of the provinces as lines."""
    lines = [line for grid in province_grids(ensemble, language) for line in ("", *grid.lines())]
    return [*lines, say("table.provinces.more", language)] if lines else []


def province_grids(ensemble: Ensemble, language: str) -> list[Grid]:
    """Return a table for every scenario of a country: medians of its provinces in 2030, or in the run's last year."""
    if not ensemble.provinces.num_rows:
        return []
    table = ensemble.province_summary
    years = set(table["year"].to_pylist())
    year = WISHED if WISHED in years else max(years)
    medians: dict[str, dict[str, dict[str, float | None]]] = {}
    for row in table.filter(pc.equal(table["year"], year)).to_pylist():
        medians.setdefault(row["scenario"], {}).setdefault(row["place"], {})[row["outcome"]] = row["p50"]
    grids = []
    for card in (card for card in ensemble.scenarios if card.label in medians):
        titles = ensemble.places[card.place].provinces
        grid = Grid([say("table.provinces", language, scenario=card.label, year=str(year)), *_headings(language)])
        for place, own in medians[card.label].items():
            grid.add([titles.get(place, {}).get(language, place), *(_percent(own.get(name), language) for name in SHOWN)])
        grids.append(grid)
    return grids


def _headings(language: str) -> list[str]:
    return [name_of("province", name, language) for name in SHOWN]


def _percent(value: float | None, language: str) -> str:
    return MISSING if value is None else format_number(value, language, 1)
