"""The figures of a sweep: what an outcome becomes as levers and parameters are varied.

Enters: the plan of a sweep and its summary. Leaves: one figure an outcome: over one entry a line with its band, over the grid
of two a map, over more (or over points of a random design) one panel an entry. Bands go around medians. Where points are held
against each other without a band, they show means: all points share their luck, and the difference of two means is the mean
difference, while a median may jump from one replicate to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import AbstractPathEffect, withStroke

from experiments.ensembles.adapters import outcomes
from experiments.figures.style import (
    COLOURS,
    INK,
    PAPER,
    SOFT,
    dress,
    head,
    house_style,
    inside,
    new_figure,
    note,
    panels,
    save,
    wrap,
)
from experiments.folders.workbook import label
from experiments.sweeps.form import GRID
from experiments.sweeps.plan import AxisCard, Plan
from experiments.telling.messages import LANGUAGES, name_of, say
from experiments.telling.numbers import decimals_for, decimals_of_step, exactly, format_number

Array = npt.NDArray[np.float64]

LEVELS: Final = "viridis"
OUTLINED: Final[list[AbstractPathEffect]] = [withStroke(linewidth=2.0, foreground="#00000088")]
"""Light lines and figures are read on light colours too."""
MOST_AXES, MOST_TICKS, MOST_NUMBERS, FEWEST_FOR_LINES = 6, 11, 49, 2


@dataclass(frozen=True)
class Surface:
    """Hold what one figure draws from: the rows of one outcome, in one language."""

    plan: Plan
    table: pa.Table
    outcome: str
    language: str

    @cached_property
    def years(self) -> list[int]:
        """Return the years shown."""
        return sorted(pc.unique(self.table["year"]).to_pylist())

    @property
    def place(self) -> str:
        """Name the places."""
        return ", ".join(place.title.get(self.language, place.name) for place in self.plan.places)

    @property
    def unit(self) -> str:
        """Return the outcome's unit in words."""
        return name_of("unit", self.plan.units[self.outcome], self.language)

    @property
    def name(self) -> str:
        """Return what people call the outcome."""
        return label(outcomes(), self.outcome, self.language)

    def say(self, key: str, **values: object) -> str:
        """Return a message."""
        return say(key, self.language, **values)

    def ends(self, low: float, high: float) -> tuple[str, str]:
        """Write both ends of a range with three digits, or as many as tell them apart."""
        decimals = max(decimals_for([low, high], 3), decimals_for([high - low], 1))
        return format_number(low, self.language, decimals), format_number(high, self.language, decimals)

    def axis(self, axis: AxisCard) -> str:
        """Return what people call an axis, with its unit and first year."""
        unit = f", {axis.unit}" if axis.unit else ""
        since = " " + self.say("sweep.since", year=str(axis.since)) if axis.since else ""
        return f"{axis.label[self.language]}{unit}{since}"

    def tick(self, axis: AxisCard, value: object) -> str:
        """Write a value of an axis."""
        if not isinstance(value, float):
            return name_of("value", str(value), self.language)
        return exactly(float(f"{value:.3g}"), self.language)

    def short(self, scenario: str) -> str:
        """Return a scenario's title."""
        return next(card.title.get(self.language, scenario) for card in self.plan.scenarios if card.label == scenario)

    def at(self, scenario: str, year: int) -> pa.Table:
        """Return the rows of a scenario in a year, one a point."""
        chosen = pc.and_(pc.equal(self.table["scenario"], scenario), pc.equal(self.table["year"], year))
        return self.table.filter(chosen)


def draw_sweep(plan: Plan, summary: pa.Table, folder: Path, shown: Sequence[str]) -> list[Path]:
    """Draw a figure for each outcome shown, in every language; return the files. summary: as results.py writes it."""
    make = kind_of(plan)
    paths: list[Path] = []
    if make is None:
        return paths
    with house_style():
        for name in shown:
            table = _shown(summary.filter(pc.and_(pc.equal(summary["outcome"], name), pc.is_valid(summary["p50"]))))
            for language in LANGUAGES if table.num_rows else ():
                surface = Surface(plan, table, name, language)
                figure = make(surface)
                note(figure, _note(surface))
                paths += save(figure, folder / language, name)
    return paths


def _shown(table: pa.Table) -> pa.Table:
    """Return the rows of the years shown: 2030 if the sweep has it, and the last."""
    last = pc.max(table["year"])
    return table.filter(pc.or_(pc.equal(table["year"], 2030), pc.equal(table["year"], last)))


def kind_of(plan: Plan) -> Callable[[Surface], Figure] | None:
    """Return what draws a sweep: none if nothing is varied."""
    if not plan.axes:
        return None
    if len(plan.axes) == 1:
        return curves
    return maps if len(plan.axes) == 2 and plan.design == GRID else clouds


def _head(figure: Figure, surface: Surface, subtitle: str, statistic: str) -> float:
    """Say between which medians (p50) or means the outcome lies in the last year shown."""
    year = surface.years[-1]
    middle = surface.table.filter(pc.equal(surface.table["year"], year))[statistic].to_numpy()
    low, high = surface.ends(float(middle.min()), float(middle.max()))
    values = {"place": surface.place, "outcome": inside(surface.name), "unit": surface.unit, "year": str(year)}
    return head(figure, surface.say("figure.sweep.title", low=low, high=high, **values), subtitle)


def _note(surface: Surface) -> str:
    plan = surface.plan
    runs = {"runs": plan.runs, "points": plan.points, "replicates": plan.per_scenario}
    names = "; ".join(f"{card.label}: {surface.short(card.label)}" for card in plan.scenarios)
    rests_on = surface.say("figure.sweep.central" if plan.central else "figure.sweep.sampled")
    spread = [] if kind_of(plan) is curves else [_spread(surface)]
    return " ".join([surface.say("figure.sweep.note", scenarios=names, **runs), *spread, rests_on])


def _spread(surface: Surface) -> str:
    """Say how far the replicates of a point lie apart in the last year: means alone would look too sure."""
    last = surface.table.filter(pc.equal(surface.table["year"], surface.years[-1]))
    low, high = surface.ends(pc.min(last["p05"]).as_py(), pc.max(last["p95"]).as_py())
    return surface.say("figure.sweep.spread", year=str(surface.years[-1]), low=low, high=high, unit=surface.unit)


def maps(surface: Surface) -> Figure:
    """Draw an outcome over the grid of two entries: colours, numbers or contour lines; a row a scenario, a column a year."""
    scenarios, years = surface.plan.labels, surface.years
    figure = new_figure(5.3 * len(years) + 0.9, 3.9 * len(scenarios) + 2.2)
    across, up = reversed(surface.plan.axes)
    large = surface.plan.points > MOST_NUMBERS
    below = _head(figure, surface, surface.say("figure.sweep.map" if large else "figure.sweep.table"), "mean")
    middle = surface.table["mean"].to_numpy()
    limits = (float(middle.min()), float(middle.max()))
    grid = panels(
        figure, below, len(scenarios), len(years), left=0.95 / figure.get_figwidth(), right=0.97, wspace=0.28, hspace=0.42
    )
    for axes, (scenario, year) in zip(grid, ((one, year) for one in scenarios for year in years), strict=True):
        _map(axes, surface, surface.at(scenario, year), across, up)
        title = f"{year}" if len(scenarios) == 1 else f"{wrap(surface.short(scenario), 44)}, {year}"
        axes.set_title(title, y=1.0, pad=5)
    for axes in grid:
        for drawn in axes.collections:
            if drawn.get_array() is not None and len(scenarios) * len(years) > 1 and _is_mesh(drawn):
                drawn.set_clim(*limits)
    return figure


def _is_mesh(drawn: object) -> bool:
    return type(drawn).__name__ == "QuadMesh"


def _map(axes: Axes, surface: Surface, rows: pa.Table, across: AxisCard, up: AxisCard) -> None:
    """Draw one map; the values of both entries stand evenly spaced, whatever their distances."""
    columns, column = _places(rows, across)
    lines, line = _places(rows, up)
    values = np.full((len(lines), len(columns)), np.nan)
    values[line, column] = rows["mean"].to_numpy()
    axes.pcolormesh(np.arange(len(columns)), np.arange(len(lines)), values, cmap=LEVELS, shading="nearest")
    if values.size <= MOST_NUMBERS:
        _write_values(axes, surface, values)
    elif min(values.shape) >= FEWEST_FOR_LINES and np.ptp(values[~np.isnan(values)]) > 0:
        drawn = axes.contour(values, colors=PAPER, linewidths=0.9, path_effects=OUTLINED)
        marks = np.array(list(drawn.levels))
        decimals = decimals_of_step(float(np.ptp(marks)) / max(len(marks) - 1, 1))
        written = axes.clabel(drawn, fontsize=7.5, fmt=lambda value: format_number(float(value), surface.language, decimals))
        for text in written:
            text.set_path_effects(OUTLINED)
    axes.set_xlabel(wrap(surface.axis(across), 62), fontsize=8)
    axes.set_ylabel(wrap(surface.axis(up), 46), fontsize=8)
    for values_of, card, set_ticks in ((columns, across, axes.set_xticks), (lines, up, axes.set_yticks)):
        step = -(-len(values_of) // MOST_TICKS)
        shown = list(range(0, len(values_of), step))
        set_ticks(shown, [surface.tick(card, values_of[place]) for place in shown])
    axes.tick_params(length=0, labelsize=7.5)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _places(rows: pa.Table, axis: AxisCard) -> tuple[list[object], npt.NDArray[np.int64]]:
    """Return the values of an axis (numbers from small to large, words as listed) and where each row stands among them."""
    own = rows[axis.key].to_pylist()
    values = sorted(set(own)) if axis.unit is not None else list(dict.fromkeys(own))
    index = {value: place for place, value in enumerate(values)}
    return values, np.array([index[value] for value in own])


def _write_values(axes: Axes, surface: Surface, values: Array) -> None:
    """Write every value into its cell, dark on light and light on dark."""
    known = values[~np.isnan(values)]
    middle = (known.min() + known.max()) / 2
    decimals = decimals_for(known, 3)
    for (line, column), value in np.ndenumerate(values):
        text = format_number(float(value), surface.language, decimals)
        axes.text(column, line, text, ha="center", va="center", fontsize=7.5, color=INK if value > middle else PAPER)


def curves(surface: Surface) -> Figure:
    """Draw an outcome over one entry: medians and 5-95 % bands of every scenario, a panel a year."""
    (axis,) = surface.plan.axes
    years = surface.years
    figure = new_figure(4.6 * len(years) + 1.0, 4.6)
    below = _head(figure, surface, surface.say("figure.sweep.curves"), "p50")
    for axes, year in zip(panels(figure, below, 1, len(years), left=0.09, wspace=0.25), years, strict=True):
        for place, scenario in enumerate(surface.plan.labels):
            rows, colour = surface.at(scenario, year), COLOURS[(place + 1) % len(COLOURS)]
            _curve(axes, surface, rows, axis, colour)
        dress(axes, str(year), surface.unit, surface.language)
        axes.set_xlabel(wrap(surface.axis(axis), 56), fontsize=8)
    return figure


def _curve(axes: Axes, surface: Surface, rows: pa.Table, axis: AxisCard, colour: str) -> None:
    """Draw one scenario: a line over numbers, points over words."""
    low, middle, high = (rows[name].to_numpy() for name in ("p05", "p50", "p95"))
    values, where = _places(rows, axis)
    if axis.unit is None:
        axes.errorbar(where, middle, yerr=[middle - low, high - middle], fmt="o", color=colour, capsize=0, linewidth=1.5)
        axes.set_xticks(range(len(values)), [surface.tick(axis, value) for value in values])
        return
    order = np.argsort(where, kind="stable")
    at = rows[axis.key].to_numpy()[order]
    axes.fill_between(at, low[order], high[order], color=colour, alpha=0.16, linewidth=0)
    axes.plot(at, middle[order], color=colour, linewidth=2.0, marker="o", markersize=3)
    axes.xaxis.set_major_formatter(lambda value, _place: surface.tick(axis, float(value)))


def clouds(surface: Surface) -> Figure:
    """Draw every point's mean over each entry in turn, in the last year: a slope in one panel is what that entry does."""
    shown = surface.plan.axes[:MOST_AXES]
    columns = min(len(shown), 3)
    figure = new_figure(3.5 * columns + 0.9, 2.9 * -(-len(shown) // columns) + 1.9)
    below = _head(figure, surface, surface.say("figure.sweep.clouds", year=str(surface.years[-1])), "mean")
    grid = panels(figure, below, -(-len(shown) // columns), columns, wspace=0.3, hspace=0.75)
    for axes, axis in zip(grid, shown, strict=False):
        for place, scenario in enumerate(surface.plan.labels):
            rows = surface.at(scenario, surface.years[-1])
            values, where = _places(rows, axis)
            at = where if axis.unit is None else rows[axis.key].to_numpy()
            axes.scatter(at, rows["mean"].to_numpy(), s=9, color=COLOURS[(place + 1) % len(COLOURS)], alpha=0.7, linewidths=0)
            if axis.unit is None:
                axes.set_xticks(range(len(values)), [surface.tick(axis, value) for value in values])
        dress(axes, "", surface.unit, surface.language)
        axes.set_xlabel(wrap(surface.axis(axis), 42), fontsize=7.5, color=SOFT)
    for axes in grid[len(shown) :]:
        axes.set_axis_off()
    return figure
