"""Scenarios side by side: one outcome, one panel a scenario, all on one scale.

Enters: a basis and an outcome. Leaves: one figure with as many fans as there are scenarios.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.basis import Basis
from experiments.figures.compare import FEW, ends, title_of_difference
from experiments.figures.compare import difference as draw_difference
from experiments.figures.fans import draw_series, draw_targets, told
from experiments.figures.style import dress, head, label_ends, new_figure, note, panels, show_years, wrap

MOST_COLUMNS = 4
TITLE_WIDTH = 34
HEADROOM = 0.07
"""Share of the height kept free above what is drawn, for the names of targets."""


def side_by_side(basis: Basis, outcome: str) -> Figure:
    """Draw an outcome's fan in every scenario, each beside the reference's median."""
    count = len(basis.scenarios)
    rows = math.ceil(count / MOST_COLUMNS)
    columns = math.ceil(count / rows)
    figure = new_figure(2.75 * columns + 1.3, 2.75 * rows + 2.0)
    below = head(
        figure, _title(basis, outcome), basis.say("figure.side_by_side", reference=basis.short(basis.reference))
    )
    width = figure.get_figwidth()
    grid = panels(figure, below, rows, columns, left=0.55 / width, right=1 - 0.6 / width, wspace=0.3, hspace=0.55)
    for axes, scenario in zip(grid, basis.scenarios, strict=False):
        _panel(axes, basis, scenario, outcome)
    _one_scale(grid[:count])
    for axes, scenario in zip(grid, basis.scenarios, strict=False):
        _values(axes, basis, scenario, outcome)
    for axes in grid[count:]:
        axes.set_axis_off()
    note(figure, basis.note(basis.say("figure.fan")))
    return figure


def _title(basis: Basis, outcome: str) -> str:
    """Say every scenario's median; of many, only between which ends they lie."""
    words = told(basis, outcome)
    if len(basis.others) > FEW:
        year = int(str(words["year"]))
        values = {scenario: basis.level(scenario, outcome).at(year) for scenario in basis.scenarios}
        words["values"] = " … ".join(ends(values, basis))
    return basis.say("figure.title", **words)


def _panel(axes: Axes, basis: Basis, scenario: str, outcome: str) -> None:
    if scenario != basis.reference:
        reference = basis.level(basis.reference, outcome)
        axes.plot(reference.years, reference.middle, color=basis.colour(basis.reference), linewidth=1.2)
    draw_series(axes, basis.level(scenario, outcome), basis.colour(scenario), filled=True)
    dress(axes, wrap(basis.short(scenario), TITLE_WIDTH), basis.unit(outcome), basis.language)
    show_years(axes, basis.first_year, basis.last_year)
    draw_targets(axes, basis, outcome)


def _one_scale(grid: Sequence[Axes]) -> None:
    """Give all panels the height of the tallest."""
    limits = [axes.get_ylim() for axes in grid]
    low, high = min(low for low, _ in limits), max(high for _, high in limits)
    for axes in grid:
        axes.set_ylim(low, high + HEADROOM * (high - low))


def _values(axes: Axes, basis: Basis, scenario: str, outcome: str) -> None:
    """Write the last median at the end of its line."""
    last = float(basis.level(scenario, outcome).middle[-1])
    label_ends(axes, basis.last_year, [(last, basis.number(last), basis.colour(scenario))])


def difference(basis: Basis, outcome: str) -> Figure:
    """Draw what one outcome differs from the reference in every other scenario, around a line of no difference."""
    figure = new_figure(9.4, 5.2)
    subtitle = basis.say("figure.comparison", reference=basis.short(basis.reference))
    below = head(figure, title_of_difference(basis, outcome), subtitle)
    (axes,) = panels(figure, below, 1, 1, left=0.075, right=0.8)
    draw_difference(axes, basis, outcome, named=True)
    note(figure, basis.note(basis.say("figure.fan"), basis.say("figure.paired")))
    return figure
