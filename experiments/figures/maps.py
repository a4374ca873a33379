"""Maps of the communes: one circle at each centroid, as large as its population, coloured by the outcome.

Enters: a basis (its table of communes). Leaves: one figure: use of online services, capacity and 5G, and, with several
scenarios, how much of it is due to the last one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure

from experiments.figures.basis import Basis, years_worth_telling
from experiments.figures.style import SOFT, head, new_figure, note
from experiments.telling.numbers import format_number

Array = npt.NDArray[np.float64]

MANY = 500
"""Communes from which on a map is of a country: larger, with circles closer to each other."""
MAPPED = ("uptake", "capacity", "coverage_5g")
LEVELS, CHANGES = "viridis", "RdBu"
NARROWEST = 1.0
"""Percentage points that a colour scale spans at least, so that equal communes look equal."""


def maps(basis: Basis) -> Figure | None:
    """Draw the communes in 2030, or in the run's last year."""
    table = basis.ensemble.communes
    if table.num_rows == 0 or not all(f"{name}_mean" in table.column_names for name in MAPPED):
        return None
    year = years_worth_telling(range(basis.first_year, basis.last_year + 1), basis.last_year)
    chosen = basis.scenarios[-1]
    levels = rows(table, chosen, year)
    words = (_title(basis, levels, chosen, year), basis.say("figure.map", scenario=basis.short(chosen)))
    figure, grid, bars = _canvas(levels, words, rows_of_maps=2 if basis.others else 1)
    for column, name in enumerate(MAPPED):
        title = basis.say(f"figure.map.{name}")
        values = 100 * levels[f"{name}_mean"].to_numpy()
        drawn = draw_map(grid[0][column], levels, values, LEVELS, limits(values))
        grid[0][column].set_title(title, y=1.0, pad=6)
        _bar(figure, bars[0][column], drawn, "%", basis.language)
        if basis.others:
            change = values - 100 * rows(table, basis.reference, year)[f"{name}_mean"].to_numpy()
            widest = max(*np.abs(np.quantile(change, (0.01, 0.99))), 0.1)
            drawn = draw_map(grid[1][column], levels, change, CHANGES, (-widest, widest))
            grid[1][column].set_title(basis.say("figure.map.change"), y=1.0, pad=6)
            _bar(figure, bars[1][column], drawn, basis.say("figure.points"), basis.language)
    note(figure, basis.note(basis.say("figure.map.note"), intervals=False))
    return figure


def rows(table: pa.Table, scenario: str, year: int) -> pa.Table:
    """Return the communes of a scenario in a year."""
    return table.filter(pc.and_(pc.equal(table["scenario"], scenario), pc.equal(table["year"], year)))


def limits(values: Array) -> tuple[float, float]:
    """Return the ends of a colour scale: of many communes, all but the outermost hundredths."""
    tail = 0.01 if values.size > MANY else 0.0
    low, high = (float(end) for end in np.quantile(values, (tail, 1.0 - tail)))
    lack = max(NARROWEST - (high - low), 0.0)
    low = max(low - lack / 2, min(low, 0.0))
    return low, max(high, low + NARROWEST)


def _canvas(
    communes: pa.Table, words: tuple[str, str], rows_of_maps: int
) -> tuple[Figure, list[list[Axes]], list[list[Axes]]]:
    """Return a figure shaped for the place, with title and subtitle, and axes for maps and for their colour bars."""
    east, north = communes["longitude"].to_numpy(), communes["latitude"].to_numpy()
    shape = (np.ptp(north) + 0.1) / ((np.ptp(east) + 0.1) * np.cos(np.radians(north.mean())))
    height = min(max(3.1 * shape, 2.3), 8.5 if communes.num_rows > MANY else 6.5)
    figure = new_figure(11.0, rows_of_maps * (height + 0.95) + 1.6)
    tall = figure.get_figheight()
    grid = figure.add_gridspec(
        3 * rows_of_maps, len(MAPPED), height_ratios=[height, 0.11, 0.55] * rows_of_maps, left=0.02, right=0.98,
        top=head(figure, *words) - 0.45 / tall, bottom=0.5 / tall, wspace=0.08, hspace=0.06,
    )  # fmt: skip
    maps_of = [
        [figure.add_subplot(grid[3 * row, column]) for column in range(len(MAPPED))] for row in range(rows_of_maps)
    ]
    bars_of = [
        [figure.add_subplot(grid[3 * row + 1, column]) for column in range(len(MAPPED))] for row in range(rows_of_maps)
    ]
    return figure, maps_of, bars_of


def draw_map(axes: Axes, communes: pa.Table, values: Array, colours: str, ends: tuple[float, float]) -> PathCollection:
    """Draw one circle a commune, the small ones on top."""
    east, north = communes["longitude"].to_numpy(), communes["latitude"].to_numpy()
    people = communes["population"].to_numpy()
    order = np.argsort(-people, kind="stable")
    largest = (60_000 if len(people) > MANY else 21_000) / max(len(people), 60)
    size = largest * people / people.max()
    drawn = axes.scatter(
        east[order], north[order], s=size[order], c=values[order], cmap=colours, vmin=ends[0], vmax=ends[1],
        edgecolors=SOFT, linewidths=0.05 if len(people) > MANY else 0.35, alpha=0.95,
    )  # fmt: skip
    axes.set_aspect(1 / np.cos(np.radians(north.mean())))
    axes.margins(0.06)
    axes.set_axis_off()
    return drawn


def _bar(figure: Figure, axes: Axes, drawn: PathCollection, unit: str, language: str) -> None:
    """Draw a colour bar with numbers of the reader's language."""
    low, high = drawn.get_clim()
    bar = figure.colorbar(drawn, cax=axes, orientation="horizontal")
    ticks = np.linspace(low or 0.0, high or 1.0, 5)
    off = 0.1 * (ticks[1] - ticks[0])
    decimals = next((places for places in range(3) if np.abs(ticks.round(places) - ticks).max() <= off), 3)
    bar.set_ticks(list(ticks), labels=[f"{format_number(tick, language, decimals)}" for tick in ticks])
    bar.outline.set_visible(False)
    axes.tick_params(length=0, labelsize=7.5)
    axes.set_xlabel(unit, fontsize=7.5, labelpad=1)
    box = axes.get_position()
    axes.set_position((box.x0 + box.width * 0.15, box.y0, box.width * 0.7, box.height))


def _title(basis: Basis, communes: pa.Table, scenario: str, year: int) -> str:
    """Say between which values the communes lie in the use of online services."""
    values = 100 * communes["uptake_mean"].to_numpy()
    low, high = (basis.number(float(value), 2) for value in np.quantile(values, (0.1, 0.9)))
    where = {"place": basis.place_title, "year": str(year), "scenario": basis.short(scenario)}
    return basis.say("figure.map.title", low=low, high=high, **where)
