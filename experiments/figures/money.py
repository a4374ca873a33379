"""Where the money went: every allocated dong as received, lost (three kinds), carried over or returned, year by year.

Enters: a basis (its ledger). Leaves: one figure, a panel a scenario.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.basis import Basis
from experiments.figures.style import dress, head, label_ends, new_figure, note, panels, show_years, wrap
from experiments.folders.workbook import mean_ledger
from experiments.telling.messages import name_of

Array = npt.NDArray[np.float64]

PARTS = {
    "received": "#009e73",
    "lost_inefficiency": "#e69f00",
    "lost_leakage": "#d55e00",
    "lost_overrun": "#cc79a7",
    "carried_over": "#56b4e9",
    "returned": "#b3b3b3",
}
"""In the order of the stack: executed money (received and losses) below, unspent money above."""
MOST_PANELS = 3


def money(basis: Basis) -> Figure | None:
    """Draw the fate of the allocated money."""
    if basis.ensemble.ledger.num_rows == 0:
        return None
    shown = basis.scenarios[:MOST_PANELS]
    books = {scenario: totals(basis, scenario) for scenario in shown}
    figure = new_figure(3.4 * len(shown) + 2.6, 5.2)
    width = figure.get_figwidth()
    below = head(figure, _title(basis, books), basis.say("figure.money"))
    grid = panels(figure, below, 1, len(shown), left=0.65 / width, right=1 - 1.85 / width, wspace=0.12)
    top = max(float(np.sum([book[part] for part in PARTS], axis=0).max()) for book in books.values())
    for axes, (scenario, book) in zip(grid, books.items(), strict=True):
        stack(axes, basis, scenario, book)
        axes.set_ylim(0.0, top * 1.04)
        if axes is not grid[0]:
            axes.set_yticklabels([])
    _name_parts(grid[-1], basis, books[shown[-1]])
    note(figure, basis.note(basis.say("figure.means"), intervals=False))
    return figure


def totals(basis: Basis, scenario: str) -> Mapping[str, Array]:
    """Return the ledger's amounts of a scenario over all lines by year, means over replicates; and `year`."""
    table = mean_ledger(basis.ensemble.ledger.filter(pc.equal(basis.ensemble.ledger["scenario"], scenario)))
    years = table["year"].to_numpy()
    distinct = np.unique(years)
    summed = {
        name: np.array([table[name].to_numpy()[years == year].sum() for year in distinct])
        for name in ("allocated", *PARTS)
    }
    return {"year": distinct, **summed}


def stack(axes: Axes, basis: Basis, scenario: str, book: Mapping[str, Array]) -> None:
    """Draw one bar a year, its parts on top of one another."""
    floor = np.zeros(book["year"].size)
    for part, colour in PARTS.items():
        axes.bar(book["year"], book[part], bottom=floor, width=0.78, color=colour, linewidth=0)
        floor = floor + book[part]
    unit = name_of("unit", "bn VND", basis.language)
    dress(axes, wrap(basis.short(scenario), 34), f"{unit}, {basis.say('figure.current_prices')}", basis.language)
    show_years(axes, int(book["year"][0]), int(book["year"][-1]), margin=0.5)


def _name_parts(axes: Axes, basis: Basis, book: Mapping[str, Array]) -> None:
    """Name the parts beside the last bar, each with its share of all the money of the period."""
    total = book["allocated"].sum()
    floor, ends = 0.0, []
    for part, colour in PARTS.items():
        height = float(book[part][-1])
        share = basis.number(100 * float(book[part].sum()) / total if total else 0.0, 2)
        if book[part].sum() > 0.0005 * total:
            ends.append((floor + height / 2, f"{wrap(name_of('column', part, basis.language), 22)} {share} %", colour))
        floor += height
    label_ends(axes, axes.get_xlim()[1], [(height, text, readable(colour)) for height, text, colour in ends])


def readable(colour: str) -> str:
    """Return a colour dark enough to be read as text on white (and the same hue)."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    factor = 0.72 if red + green + blue > 330 else 0.95
    return f"#{int(red * factor):02x}{int(green * factor):02x}{int(blue * factor):02x}"


def _title(basis: Basis, books: Mapping[str, Mapping[str, Array]]) -> str:
    """Say what part of the allocated money reached its purpose, scenario by scenario."""
    shares = {
        scenario: 100 * book["received"].sum() / max(book["allocated"].sum(), 1e-12) for scenario, book in books.items()
    }
    values = "; ".join(f"{basis.number(share, 2)} % ({basis.short(scenario)})" for scenario, share in shares.items())
    return basis.say("figure.money.title", place=basis.place_title, values=values)
