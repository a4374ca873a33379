"""Where TFP growth comes from: the sources of each five years on top of one another, the net marked.

Enters: a basis. Leaves: one figure, a panel a scenario. The bars are means, which add up exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.ensembles.summary import Cube, cube, statistics
from experiments.figures.basis import Basis
from experiments.figures.money import readable
from experiments.figures.style import INK, dress, head, label_ends, new_figure, note, panels, wrap
from experiments.telling.numbers import format_number

Array = npt.NDArray[np.float64]

GROUPS = {
    "catch_up": (("catch_up",), "#0072b2"),
    "own_innovation": (("own_innovation",), "#56b4e9"),
    "digital": (("digital",), "#009e73"),
    "services": (("admin_cost", "connectivity"), "#8fd0a8"),
    "public_science": (("public_science",), "#cc79a7"),
    "movement": (("reallocation", "entry_exit"), "#e69f00"),
    "rest": (("rest",), "#8c8c8c"),
    "enclave": (("enclave",), "#c9c9c9"),
    "luck": (("shock", "noise"), "#5c4033"),
}
"""Sources as drawn: the model's components that each stands for, and its colour."""
TOTAL = "tfp_growth"
MOST_PANELS = 3


def sources(basis: Basis) -> Figure | None:
    """Draw the sources of TFP growth by five-year period."""
    names = [f"tfp_from_{part}" for parts, _ in GROUPS.values() for part in parts]
    if not basis.has(TOTAL, *names):
        return None
    shown = basis.scenarios[:MOST_PANELS]
    figure = new_figure(3.2 * len(shown) + 2.8, 5.4)
    width = figure.get_figwidth()
    blocks = {scenario: by_period(cube(basis.ensemble.outcomes, scenario)) for scenario in shown}
    below = head(figure, _title(basis, blocks), basis.say("figure.sources"))
    grid = panels(figure, below, 1, len(shown), left=0.6 / width, right=1 - 2.1 / width, wspace=0.12)
    for axes, (scenario, block) in zip(grid, blocks.items(), strict=True):
        bars(axes, basis, scenario, block)
    _share_height(grid)
    _name_parts(grid[-1], basis, blocks[shown[-1]])
    note(figure, basis.note(basis.say("figure.sources.note")))
    return figure


def by_period(block: Cube) -> Mapping[str, Mapping[str, Array]]:
    """Return for each period its mean by source and the quantiles of the net: period → name → (replicates,).

    Periods end with years that five divides; a first or last one may be shorter.
    """
    known = ~np.isnan(block.values[:, :, block.outcomes.index(TOTAL)]).any(axis=0)
    periods: dict[int, list[int]] = {}
    for column in np.nonzero(known)[0]:
        periods.setdefault(int(-(-block.years[column] // 5) * 5), []).append(int(column))
    named = {}
    for columns in periods.values():
        label = f"{block.years[columns[0]]}–{block.years[columns[-1]] % 100:02d}"
        named[label] = _means(block, columns)
    return named


def _means(block: Cube, columns: Sequence[int]) -> Mapping[str, Array]:
    def over(name: str) -> Array:
        values: Array = block.values[:, columns, block.outcomes.index(name)].mean(axis=1)
        return values

    parts = {group: sum(over(f"tfp_from_{part}") for part in members) for group, (members, _) in GROUPS.items()}
    return {**parts, TOTAL: over(TOTAL)}  # type: ignore[dict-item]


def bars(axes: Axes, basis: Basis, scenario: str, block: Mapping[str, Mapping[str, Array]]) -> None:
    """Draw one bar a period: what adds above zero, what takes away below, the net as a diamond with its interval."""
    for place, found in enumerate(block.values()):
        above = below = 0.0
        for group, (_, colour) in GROUPS.items():
            height = float(found[group].mean())
            floor = above if height >= 0 else below
            axes.bar(place, height, bottom=floor, width=0.72, color=colour, edgecolor="white", linewidth=0.5)
            above, below = (above + height, below) if height >= 0 else (above, below + height)
        net = statistics(found[TOTAL][:, None])
        middle, low, high = (float(net[name][0]) for name in ("mean", "p05", "p95"))
        axes.plot([place, place], [low, high], color=INK, linewidth=1.3)
        axes.plot(place, middle, marker="D", markersize=5.5, color="white", markeredgecolor=INK, markeredgewidth=1.2)
    axes.axhline(0.0, color=INK, linewidth=0.9)
    dress(axes, wrap(basis.short(scenario), 34), basis.say("figure.points_a_year"), basis.language)
    axes.set_xticks(range(len(block)), list(block))
    axes.tick_params(axis="x", labelsize=7.5)
    axes.set_xlim(-0.6, len(block) - 0.4)


def _share_height(grid: Sequence[Axes]) -> None:
    limits = [axes.get_ylim() for axes in grid]
    low, high = min(limit[0] for limit in limits), max(limit[1] for limit in limits)
    for axes in grid:
        axes.set_ylim(low, high)
        if axes is not grid[0]:
            axes.set_yticklabels([])


def _name_parts(axes: Axes, basis: Basis, block: Mapping[str, Mapping[str, Array]]) -> None:
    """Name the sources beside the last bar, with what each adds in the last period."""
    last = list(block.values())[-1]
    above = below = 0.0
    ends = []
    for group, (_, colour) in GROUPS.items():
        height = float(last[group].mean())
        floor = above if height >= 0 else below
        text = f"{basis.say(f'figure.source.{group}')} {format_number(height, basis.language, 2, signed=True)}"
        ends.append((floor + height / 2, text, readable(colour)))
        above, below = (above + height, below) if height >= 0 else (above, below + height)
    label_ends(axes, axes.get_xlim()[1], ends, size=7.5)


def _title(basis: Basis, blocks: Mapping[str, Mapping[str, Mapping[str, Array]]]) -> str:
    """Say the net TFP growth of the period that ends in 2030 (or of the last), scenario by scenario."""
    periods = list(next(iter(blocks.values())))
    period = next((name for name in periods if name.endswith("–30")), periods[-1])
    values = "; ".join(
        f"{basis.number(float(block[period][TOTAL].mean()))} ({basis.short(scenario)})"
        for scenario, block in blocks.items()
    )
    return basis.say("figure.sources.title", place=basis.place_title, period=period, values=values)
