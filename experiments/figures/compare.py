"""Scenarios against the reference: paired differences of nine outcomes around a line of no difference.

Enters: a basis with at least two scenarios. Leaves: one figure of small multiples.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.basis import Basis, years_worth_telling
from experiments.figures.fans import draw_series
from experiments.figures.style import INK, dress, head, inside, label_ends, new_figure, note, panels, show_years, wrap

COMPARED = (
    "labour_productivity", "tfp_growth", "digital_share", "enterprises_rung2", "enterprises_innovating_strict", "rd_share",
    "online_services_people", "commune_capacity", "coverage_5g",
)  # fmt: skip
COLUMNS = 3
LABEL_WIDTH = 18
KEY_WIDTH = 42
FEW = 2
"""Scenarios beside the reference that can be told one by one, in a title or at the ends of lines."""


def comparison(basis: Basis, names: Sequence[str] = COMPARED) -> Figure | None:
    """Draw what differs from the reference, replicate by replicate; names: in which outcomes."""
    shown = [name for name in names if basis.has(name)]
    if not shown or not basis.others:
        return None
    keyed = len(basis.others) > FEW
    rows = math.ceil((len(shown) + keyed) / COLUMNS)
    figure = new_figure(11.4, 2.05 * rows + 2.3)
    below = head(
        figure,
        title_of_difference(basis, shown[0]),
        basis.say("figure.comparison", reference=basis.short(basis.reference)),
    )
    grid = panels(figure, below, rows, COLUMNS, left=0.06, right=0.855, wspace=0.36, hspace=0.66)
    for axes, name in zip(grid, shown, strict=False):
        difference(axes, basis, name, named=not keyed and axes in grid[COLUMNS - 1 :: COLUMNS])
    for axes in grid[len(shown) :]:
        axes.set_axis_off()
    if keyed:
        key(grid[-1], basis)
    note(figure, basis.note(basis.say("figure.fan"), basis.say("figure.paired")))
    return figure


def key(axes: Axes, basis: Basis) -> None:
    """Name many scenarios in the last cell, each in its colour, as the ends of their lines have no room."""
    for place, scenario in enumerate(basis.others):
        text = wrap(basis.short(scenario), KEY_WIDTH).split("\n")[0]
        axes.text(
            0.0, 0.95 - 0.13 * place, text, transform=axes.transAxes, va="top", fontsize=8.5, fontweight="bold",
            color=basis.colour(scenario),
        )  # fmt: skip


def difference(axes: Axes, basis: Basis, outcome: str, *, named: bool) -> None:
    """Draw the difference of one outcome: zero is the reference."""
    ends = []
    for scenario in basis.others:
        series, colour = basis.change(scenario, outcome), basis.colour(scenario)
        draw_series(axes, series, colour, filled=len(basis.others) <= COLUMNS)
        last = float(series.middle[-1])
        text = f"{wrap(basis.short(scenario), LABEL_WIDTH)}\n" if named else ""
        ends.append((last, text + basis.number(last, 2, signed=True), colour))
    axes.axhline(0.0, color=INK, linewidth=1.0)
    low, high = axes.get_ylim()
    axes.margins(y=0.12)
    if high - low < 1e-9:
        axes.set_ylim(-1.0, 1.0)
    unit = basis.unit(outcome)
    dress(axes, basis.name(outcome), basis.say("figure.points") if unit == "%" else unit, basis.language)
    show_years(axes, basis.first_year, basis.last_year)
    label_ends(axes, basis.last_year, ends, size=7.5)


def title_of_difference(basis: Basis, outcome: str) -> str:
    """Say by how much an outcome differs, with its interval, in every scenario; of many, only between which ends."""
    if len(basis.others) > FEW:
        return _range_of_differences(basis, outcome)
    parts = []
    for scenario in basis.others:
        series = basis.change(scenario, outcome)
        year = years_worth_telling([int(one) for one in series.years], basis.last_year)
        row = list(series.years).index(year)
        interval = basis.interval(*(float(part[row]) for part in (series.low, series.middle, series.high)))
        parts.append(f"{interval} ({basis.short(scenario)})")
    values = "; ".join(parts)
    return basis.say(
        "figure.difference", place=basis.place_title, outcome=basis.name(outcome), unit=basis.unit(outcome), year=str(year),
        values=values,
    )  # fmt: skip


def _range_of_differences(basis: Basis, outcome: str) -> str:
    changes = {scenario: basis.change(scenario, outcome) for scenario in basis.others}
    year = years_worth_telling([int(one) for one in changes[basis.others[0]].years], basis.last_year)
    low, high = ends({scenario: change.at(year) for scenario, change in changes.items()}, basis, signed=True)
    words = {"place": basis.place_title, "outcome": inside(basis.name(outcome)), "unit": basis.unit(outcome), "year": str(year)}
    return basis.say("figure.difference.range", **words, low=low, high=high)


def ends(values: Mapping[str, float], basis: Basis, *, signed: bool = False) -> tuple[str, str]:
    """Write the smallest and the largest of some scenarios' values, each with its scenario."""
    order = sorted(values, key=lambda scenario: values[scenario])
    digits = 2 if signed else 3
    low, high = (
        f"{basis.number(values[one], digits, signed=signed)} ({basis.short(one)})" for one in (order[0], order[-1])
    )
    return low, high
