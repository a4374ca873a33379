"""Fan charts: medians and 5-95 % bands by scenario, beside the published targets.

Enters: a basis. Leaves: figures of growth and TFP, the digital economy, adoption by rung, people's use of services.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.basis import Basis, Series, years_worth_telling
from experiments.figures.style import TARGET, dress, head, label_ends, new_figure, note, panels, show_years, wrap
from experiments.telling.numbers import exactly

LABEL_WIDTH = 20
WIDE, NARROW = 0.8, 0.35
"""Years that a target's bar reaches beyond its one year, or its several."""


def fan(axes: Axes, basis: Basis, outcome: str, *, named: bool) -> None:
    """Draw an outcome of every scenario, its targets, and at the right end (if `named`) whose line is whose."""
    ends = []
    for scenario in basis.scenarios:
        series, colour = basis.level(scenario, outcome), basis.colour(scenario)
        draw_series(axes, series, colour, filled=scenario == basis.reference)
        ends.append((float(series.middle[-1]), end_label(basis, scenario, series), colour))
    dress(axes, basis.name(outcome), basis.unit(outcome), basis.language)
    show_years(axes, basis.first_year, basis.last_year)
    draw_targets(axes, basis, outcome)
    if named:
        label_ends(axes, basis.last_year, ends)
    else:
        values = [(height, text.rsplit("\n", 1)[-1], colour) for height, text, colour in ends]
        label_ends(axes, basis.last_year, values)


def end_label(basis: Basis, scenario: str, series: Series) -> str:
    """Return a scenario's title over its last median."""
    return f"{wrap(basis.short(scenario), LABEL_WIDTH)}\n{basis.number(float(series.middle[-1]))}"


def draw_series(axes: Axes, series: Series, colour: str, *, filled: bool) -> None:
    """Draw a median and its band: filled, or only its edges where another band lies under it."""
    if filled:
        axes.fill_between(series.years, series.low, series.high, color=colour, alpha=0.16, linewidth=0)
    else:
        for edge in (series.low, series.high):
            axes.plot(series.years, edge, color=colour, linewidth=0.9, linestyle=(0, (4, 2)), alpha=0.8)
    axes.plot(series.years, series.middle, color=colour, linewidth=2.0, solid_capstyle="round")


def draw_targets(axes: Axes, basis: Basis, outcome: str) -> None:
    """Mark every published target of an outcome that the run reaches."""
    for target in basis.targets(outcome):
        if target["year"] <= basis.last_year:
            name_above = not basis.level(basis.reference, outcome).at(target["year"]) > max(bounds_of(target))
            draw_target(axes, basis, target, name_above=name_above)


def bounds_of(target: Mapping[str, Any]) -> list[float]:
    """Return the bounds that a target has, one or two."""
    return [value for value in (target["low"], target["high"]) if value is not None]


def draw_target(axes: Axes, basis: Basis, target: Mapping[str, Any], *, name_above: bool) -> None:
    """Draw a target as a bar over its years from bound to bound, an arrow where one side is open, and name it."""
    margin = WIDE if target["first_year"] == target["year"] else NARROW
    span = (target["first_year"] - margin, target["year"] + margin)
    bounds = bounds_of(target)
    low, high = axes.get_ylim()
    reach = 0.06 * (high - low)
    axes.set_ylim(min(low, min(bounds) - reach), max(high, max(bounds) + 2.2 * reach))
    if len(bounds) == 2:
        axes.fill_between(
            span, bounds[0], bounds[1], facecolor="none", edgecolor=TARGET, hatch="////", linewidth=0.8, zorder=4
        )
    else:
        axes.plot(span, bounds * 2, color=TARGET, linewidth=2.4, solid_capstyle="butt", zorder=5)
        middle, tip = sum(span) / 2, bounds[0] + (reach if target["high"] is None else -reach)
        arrow = {"arrowstyle": "-|>", "color": TARGET, "linewidth": 1.2}
        axes.annotate("", (middle, tip), (middle, bounds[0]), arrowprops=arrow, zorder=5)
    text = basis.say("figure.target", bound="–".join(exactly(value, basis.language) for value in bounds))
    clear = 4 if len(bounds) == 2 or (target["high"] is None) != name_above else 14
    axes.annotate(
        text, (sum(span) / 2, max(bounds) if name_above else min(bounds)), xytext=(0, clear if name_above else -clear),
        textcoords="offset points", ha="center", va="bottom" if name_above else "top", fontsize=7.5, color=TARGET,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.8},
    )  # fmt: skip


def several(basis: Basis, names: Sequence[str], title: str, subtitle: str, *more: str) -> Figure | None:
    """Draw outcomes side by side, lines named in the last panel."""
    shown = [
        name for name in names if basis.has(name) and not np.isnan(basis.level(basis.reference, name).middle).all()
    ]
    if not shown:
        return None
    figure = new_figure(3.7 * len(shown) + 1.9, 5.2)
    right = 1 - 1.75 / figure.get_figwidth()
    left = 0.5 / figure.get_figwidth()
    grid = panels(figure, head(figure, title, subtitle), 1, len(shown), left=left, right=right, wspace=0.32)
    for axes, name in zip(grid, shown, strict=True):
        fan(axes, basis, name, named=name == shown[-1])
    note(figure, basis.note(basis.say("figure.fan"), *more))
    return figure


def told(basis: Basis, outcome: str) -> dict[str, object]:
    """Return what a title says of an outcome: its name, the year, and every scenario's median."""
    series = {scenario: basis.level(scenario, outcome) for scenario in basis.scenarios}
    year = years_worth_telling([int(one) for one in series[basis.reference].years], basis.last_year)
    values = "; ".join(f"{basis.number(one.at(year))} ({basis.short(scenario)})" for scenario, one in series.items())
    words = {"outcome": basis.name(outcome), "unit": basis.unit(outcome), "year": str(year), "values": values}
    return {"place": basis.place_title, **words}


def productivity(basis: Basis) -> Figure | None:
    """Draw GRDP growth, TFP growth and TFP's share of growth over five years."""
    names = ("grdp_growth", "tfp_growth", "tfp_share_5y")
    if not basis.has("tfp_growth"):
        return None
    return several(
        basis, names, basis.say("figure.title", **told(basis, "tfp_growth")), basis.say("figure.productivity")
    )


def digital_economy(basis: Basis) -> Figure | None:
    """Draw the digital economy's share of GRDP, and its parts."""
    names = ("digital_share", "digital_share_core", "digital_share_digitised")
    if not basis.has("digital_share"):
        return None
    title = basis.say("figure.title", **told(basis, "digital_share"))
    return several(basis, names, title, basis.say("figure.digital_economy"))


def adoption(basis: Basis) -> Figure | None:
    """Draw the enterprises at each rung of the digital ladder."""
    names = ("enterprises_digital", "enterprises_rung2", "enterprises_rung3")
    if not basis.has("enterprises_rung2"):
        return None
    title = basis.say("figure.title", **told(basis, "enterprises_rung2"))
    return several(basis, names, title, basis.say("figure.adoption"))


def innovation(basis: Basis) -> Figure | None:
    """Draw the enterprises that innovate, strictly and broadly, and research in GRDP."""
    names = ("enterprises_innovating_strict", "enterprises_innovating_broad", "rd_share")
    if not basis.has("enterprises_innovating_strict"):
        return None
    title = basis.say("figure.title", **told(basis, "enterprises_innovating_strict"))
    return several(basis, names, title, basis.say("figure.innovation"))


def services(basis: Basis) -> Figure | None:
    """Draw the use of online services by files and by people, and cashless payment."""
    names = ("online_services_used", "online_services_people", "cashless_share")
    if not basis.has("online_services_used"):
        return None
    title = basis.say("figure.title", **told(basis, "online_services_used"))
    return several(basis, names, title, basis.say("figure.services"))
