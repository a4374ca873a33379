"""Money or bottleneck: what each missed target's probability would be if one limit were lifted.

Enters: the answer of a question about targets. Leaves: one figure a scenario: targets down, remedies across, the verdict
at the right.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from experiments.figures.basis import Basis
from experiments.figures.chances import target_name
from experiments.figures.style import FAINT, INK, PAPER, SOFT, head, new_figure, note, panels, wrap
from experiments.questions.answers import Answer
from experiments.questions.remedies import REMEDIES, YEARS
from experiments.telling.numbers import decimals_for, format_number

Row = Mapping[str, Any]

COLUMNS = ("as_it_is", *REMEDIES)
DEEP = (0x00, 0x72, 0xB2)
"""The colour of a probability of one, red, green, blue; of zero: white."""
FAINTLY = 0.3
"""Probability up to which the shade is pale enough for grey print."""


def bottlenecks(answer: Answer, basis: Basis, scenario: str) -> Figure | None:
    """Draw every missed target's chance under every remedy."""
    rows = answer.rows("remedies", scenario=scenario) if "remedies" in answer else []
    targets = list(dict.fromkeys(row["target"] for row in rows))
    if not targets:
        return None
    known = {row["target"]: row for row in answer.rows("targets", scenario=scenario)}
    figure = new_figure(10.8, 0.46 * len(targets) + 2.9)
    below = head(figure, _title(rows, basis, scenario), basis.say("figure.remedies", since=str(answer.asked["since"])))
    width = figure.get_figwidth()
    (axes,) = panels(figure, below, 1, 1, left=2.9 / width, right=1 - 2.05 / width)
    for place, target in enumerate(targets):
        own = {row["remedy"]: row for row in rows if row["target"] == target}
        _row(axes, basis, place, known[target], own)
    _dress(axes, basis, [target_name(known[target], basis.language) for target in targets])
    note(figure, basis.note(basis.say("figure.remedies.note"), intervals=False))
    return figure


def _row(axes: Axes, basis: Basis, place: int, target: Row, own: Mapping[str, Row]) -> None:
    first = next(iter(own.values()))
    _cell(axes, basis, place, 0, first["as_it_is"], _median(target, basis))
    for column, remedy in enumerate(REMEDIES, start=1):
        if remedy in own:
            year = f" ({own[remedy]['year']})" if remedy == YEARS else ""
            _cell(axes, basis, place, column, own[remedy]["probability"], _median(own[remedy], basis) + year)
    verdict = wrap(basis.say(f"verdict.{first['verdict']}"), 26)
    axes.text(
        len(COLUMNS) - 0.38, place, verdict, ha="left", va="center", fontsize=8.5, fontweight="bold", clip_on=False
    )


def _median(row: Row, basis: Basis) -> str:
    return format_number(row["p50"], basis.language, decimals_for([row["p50"]]))


def _cell(axes: Axes, basis: Basis, place: int, column: int, chance: float, median: str) -> None:
    """Draw a probability as shade and number, with the median that goes with it below."""
    red, green, blue = (round(255 + (deep - 255) * chance) for deep in DEEP)
    colour = f"#{red:02x}{green:02x}{blue:02x}"
    corner = (column - 0.48, place - 0.45)
    axes.add_patch(Rectangle(corner, 0.96, 0.9, facecolor=colour, edgecolor=FAINT, linewidth=0.8))
    light = chance > 0.7
    text = f"{format_number(100 * chance, basis.language, 0)} %"
    axes.text(
        column,
        place - 0.12,
        text,
        ha="center",
        va="center",
        fontsize=9,
        fontweight="bold",
        color=PAPER if light else INK,
    )
    axes.text(
        column,
        place + 0.27,
        median,
        ha="center",
        va="center",
        fontsize=6.8,
        color=PAPER if light else INK if chance > FAINTLY else SOFT,
    )


def _dress(axes: Axes, basis: Basis, names: list[str]) -> None:
    axes.set_xlim(-0.5, len(COLUMNS) - 0.5)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_yticks(range(len(names)), names, fontsize=8.5)
    axes.set_xticks(
        range(len(COLUMNS)), [wrap(basis.say(f"remedy.{one}"), 16) for one in COLUMNS], fontsize=9, fontweight="bold"
    )
    axes.xaxis.tick_top()
    axes.tick_params(length=0, labelcolor=INK, pad=4)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _title(rows: list[dict[str, Any]], basis: Basis, scenario: str) -> str:
    """Count the missed targets by what would bring them within reach."""
    verdicts = {row["target"]: row["verdict"] for row in rows}
    counts = {verdict: list(verdicts.values()).count(verdict) for verdict in dict.fromkeys(verdicts.values())}
    said = "; ".join(f"{basis.say(f'verdict.{verdict}')}: {count}" for verdict, count in counts.items())
    return basis.say(
        "figure.remedies.title",
        place=basis.place_title,
        scenario=basis.short(scenario),
        missed=len(verdicts),
        verdicts=said[:1].upper() + said[1:],
    )
