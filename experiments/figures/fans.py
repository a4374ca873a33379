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

MOST_BANDS = 4
LABEL_WIDTH = 20


def fan(axes: Axes, basis: Basis, outcome: str, *, named: bool) -> None:
    """Draw an outcome of every scenario, its targets, and at the right end (if `named`) whose line is whose."""
    ends = []
    for scenario in basis.scenarios:
        series, colour = basis.level(scenario, outcome), basis.colour(scenario)
        draw_series(axes, series, colour, banded=len(basis.scenarios) <= MOST_BANDS)
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


def draw_series(axes: Axes, series: Series, colour: str, *, banded: bool) -> None:
    """Draw a median and its band."""
    if banded:
        axes.fill_between(series.years, series.low, series.high, color=colour, alpha=0.16, linewidth=0)
    axes.plot(series.years, series.middle, color=colour, linewidth=2.0, solid_capstyle="round")


def draw_targets(axes: Axes, basis: Basis, outcome: str) -> None:
    """Mark every published target: a bar over its years from bound to bound, an arrow where one side is open."""
    for target in basis.targets(outcome):
        if target["year"] > basis.last_year:
            continue
        draw_target(axes, basis, target)


def draw_target(axes: Axes, basis: Basis, target: Mapping[str, Any]) -> None:
    """Draw one target and say what it is."""
    first, last = target["first_year"] - 0.35, target["year"] + 0.35
    bounds = [value for value in (target["low"], target["high"]) if value is not None]
    low, high = axes.get_ylim()
    reach = 0.06 * (high - low)
    axes.set_ylim(min(low, min(bounds) - reach), max(high, max(bounds) + 2.2 * reach))
    if len(bounds) == 2:
        axes.fill_between([first, last], *bounds, facecolor="none", edgecolor=TARGET, hatch="////", linewidth=0.8, zorder=4)
    else:
        axes.plot([first, last], bounds * 2, color=TARGET, linewidth=2.4, solid_capstyle="butt", zorder=5)
        up = target["low"] is not None
        middle = (first + last) / 2
        tip = (middle, bounds[0] + (reach if up else -reach))
        axes.annotate("", tip, (middle, bounds[0]), arrowprops={"arrowstyle": "-|>", "color": TARGET, "linewidth": 1.2}, zorder=5)
    text = basis.say("figure.target", bound="–".join(basis.number(value).rstrip("0").rstrip(".,") for value in bounds))
    axes.annotate(
        text, (first, max(bounds)), xytext=(0, 4 if len(bounds) == 2 else 12), textcoords="offset points", ha="center",
        va="bottom", fontsize=7.5, color=TARGET,
    )  # fmt: skip


def several(basis: Basis, names: Sequence[str], title: str, subtitle: str, *more: str) -> Figure | None:
    """Draw outcomes side by side, lines named in the last panel."""
    shown = [name for name in names if basis.has(name) and not np.isnan(basis.level(basis.reference, name).middle).all()]
    if not shown:
        return None
    figure = new_figure(3.7 * len(shown) + 1.9, 5.2)
    right = 1 - 1.75 / figure.get_figwidth()
    for axes, name in zip(panels(figure, 1, len(shown), right=right, left=0.5 / figure.get_figwidth(), wspace=0.32), shown, strict=True):
        fan(axes, basis, name, named=name == shown[-1])
    head(figure, title, subtitle)
    note(figure, basis.note(*more))
    return figure


def told(basis: Basis, outcome: str) -> dict[str, object]:
    """Return what a title says of an outcome: its name, the year, and every scenario's median."""
    series = {scenario: basis.level(scenario, outcome) for scenario in basis.scenarios}
    year = years_worth_telling([int(one) for one in series[basis.reference].years], basis.last_year)
    values = "; ".join(f"{basis.number(one.at(year))} ({basis.short(scenario)})" for scenario, one in series.items())
    return {"place": basis.place_title, "outcome": basis.name(outcome), "unit": basis.unit(outcome), "year": str(year), "values": values}


def productivity(basis: Basis) -> Figure | None:
    """Draw GRDP growth, TFP growth and TFP's share of growth over five years."""
    names = ("grdp_growth", "tfp_growth", "tfp_share_5y")
    if not basis.has("tfp_growth"):
        return None
    return several(basis, names, basis.say("figure.title", **told(basis, "tfp_growth")), basis.say("figure.productivity"))


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
