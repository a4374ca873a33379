"""Published targets: how near each median comes, how likely each target is, and which of them pull apart.

Enters: the answer of a question about targets, and one scenario's place. Leaves: figures of rows, one row a target.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.basis import Basis
from experiments.figures.rows import dress_rows
from experiments.figures.style import FAINT, FOOT, INK, PAPER, SOFT, head, new_figure, note, panels, wrap
from experiments.questions.answers import Answer
from experiments.questions.chances import APART
from experiments.telling import screen
from experiments.telling.attaining import bound_of, turned
from experiments.telling.messages import name_of
from experiments.telling.numbers import decimals_for, format_number

Row = Mapping[str, Any]

REACHED, MISSED = "#0072b2", "#d55e00"
NAME_WIDTH = 38
FARTHEST = 160.0
"""Percent of its bound up to which a figure is drawn; what lies beyond is drawn at the edge."""


def near_and_likely(answer: Answer, basis: Basis, scenario: str) -> Figure | None:
    """Draw for each target how near the run comes to the bound, and the probability of keeping it."""
    rows = [row for row in answer.rows("targets", scenario=scenario) if row["probability"] is not None]
    if not rows:
        return None
    names = [target_name(row, basis.language) for row in rows]
    figure = new_figure(10.8, 0.46 * len(rows) + 2.7)
    joint = answer.rows("joint", scenario=scenario)[0]
    below = head(figure, _headline(rows, joint, answer, basis, scenario), basis.say("figure.targets"))
    near, likely = _two_panels(figure, below)
    _near(near, basis, rows)
    dress_rows(near, basis.say("figure.targets.near"), basis.say("figure.targets.percent"), names, basis.language)
    _likely(likely, basis, rows, answer.asked["enough"])
    dress_rows(likely, basis.say("figure.targets.likely"), "%", names, basis.language, named=False)
    likely.set_xticks([0, 25, 50, 75, 100])
    note(figure, basis.note(*_silent(answer, basis, scenario), basis.say("figure.targets.note")))
    return figure


def _two_panels(figure: Figure, below: float) -> tuple[Axes, Axes]:
    width = figure.get_figwidth()
    grid = figure.add_gridspec(
        1, 2, left=2.9 / width, right=1 - 0.3 / width, top=below - 0.62 / figure.get_figheight(),
        bottom=FOOT / figure.get_figheight(), width_ratios=[1.45, 1.0], wspace=0.68,
    )  # fmt: skip
    return figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[0, 1])


def target_name(row: Row, language: str, number: int | None = None) -> str:
    """Return a target's name in at most two lines, with its number if it has one."""
    text = row[f"name_{language}"] if number is None else f"{number}. {row[f'name_{language}']}"
    lines = wrap(text, NAME_WIDTH).split("\n")
    return "\n".join(lines[:2]) + ("…" if len(lines) > 2 else "")


def nearest_bound(row: Row) -> float:
    """Return the bound that a target's median is held against: the only one, or the nearer of two."""
    bounds = [one for one in (row["low"], row["high"]) if one is not None]
    return float(min(bounds, key=lambda one: abs(one - row["p50"])))


def _near(axes: Axes, basis: Basis, rows: Sequence[Row]) -> None:
    """Draw the 5-95 % interval and the median of what is attained, in percent of the bound."""
    axes.axvline(100.0, color=INK, linewidth=1.0)
    axes.set_xlim(0.0, FARTHEST)
    for place, row in enumerate(rows):
        bound, colour = nearest_bound(row), REACHED if row["margin"] >= 0 else MISSED
        low, middle, high = (np.clip(100.0 * row[name] / bound, 0.0, FARTHEST) for name in ("p05", "p50", "p95"))
        axes.plot([low, high], [place, place], color=colour, linewidth=5, alpha=0.3, solid_capstyle="butt")
        axes.plot(middle, place, marker="o", markersize=7, color=colour)
        beside(axes, basis, place, row, FARTHEST)
    axes.annotate(
        basis.say("figure.targets.column"), (1.0, 1.0), xycoords="axes fraction", xytext=(8, 4),
        textcoords="offset points", ha="left", va="bottom", fontsize=8, color=SOFT,
    )  # fmt: skip


def beside(axes: Axes, basis: Basis, place: int, row: Row, at: float) -> None:
    """Write a row's median and its published bound at the right of the axes."""
    median = format_number(row["p50"], basis.language, decimals_for([row["p50"]]))
    bound = bound_of(row, basis.language) if "reading" in row else screen.bound(row, basis.language)
    axes.annotate(
        f"{median}  |  {bound}", (at, place), xytext=(8, 0), textcoords="offset points", ha="left",
        va="center", fontsize=8, color=INK, annotation_clip=False,
    )  # fmt: skip


def _likely(axes: Axes, basis: Basis, rows: Sequence[Row], enough: float) -> None:
    """Draw each probability with two standard errors, and the one that is enough."""
    axes.axvline(100.0 * enough, color=SOFT, linewidth=0.9, linestyle=(0, (4, 3)))
    axes.set_xlim(-4.0, 122.0)
    for place, row in enumerate(rows):
        chance, error = 100.0 * row["probability"], 200.0 * row["standard_error"]
        colour = REACHED if row["probability"] >= enough else MISSED
        axes.plot(
            [max(chance - error, 0.0), min(chance + error, 100.0)],
            [place, place],
            color=colour,
            linewidth=1.6,
            alpha=0.6,
        )
        axes.plot(chance, place, marker="o", markersize=7, color=colour)
        axes.annotate(
            f"{format_number(chance, basis.language, 0)} %", (104, place), va="center", ha="left", fontsize=8.5,
            color=colour, fontweight="bold", annotation_clip=False,
        )  # fmt: skip


def _headline(rows: Sequence[Row], joint: Row, answer: Answer, basis: Basis, scenario: str) -> str:
    """Say how many targets are likely enough, and how likely all are together."""
    likely = sum(row["probability"] >= answer.asked["enough"] for row in rows)
    enough, together = (100.0 * value for value in (answer.asked["enough"], joint["probability"]))
    chances = {"enough": format_number(enough, basis.language, 0), "joint": format_number(together, basis.language, 0)}
    words = {"place": basis.place_title, "scenario": basis.short(scenario), "likely": likely, "targets": len(rows)}
    return basis.say("figure.targets.title", **words, **chances)


def _silent(answer: Answer, basis: Basis, scenario: str) -> list[str]:
    """Say on how many targets the figure is silent; names would crowd out what the note must say."""
    probabilities = [row["probability"] for row in answer.rows("targets", scenario=scenario)]
    counts = {"targets": probabilities.count(None), "registered": len(probabilities)}
    return [basis.say("figure.targets.silent", **counts)] if counts["targets"] else []


def pairs(answer: Answer, basis: Basis, scenario: str) -> Figure | None:
    """Draw which targets come together and which pull apart, across the replicates of one scenario."""
    rows = answer.rows("pairs", scenario=scenario)
    names = list(dict.fromkeys([row["target"] for row in rows] + [row["other"] for row in rows]))
    if len(names) < 2:
        return None
    known = {row["target"]: row for row in answer.rows("targets", scenario=scenario)}
    figure = new_figure(3.1 + 0.62 * len(names), 2.75 + 0.46 * len(names))
    below = head(
        figure,
        basis.say("figure.pairs.title", place=basis.place_title, scenario=basis.short(scenario)),
        basis.say("figure.pairs"),
    )
    width = figure.get_figwidth()
    (axes,) = panels(figure, below, 1, 1, left=2.9 / width, right=1 - 0.15 / width, bottom=1.0 / figure.get_figheight())
    for row in rows:
        _cell(axes, basis, names.index(row["other"]), names.index(row["target"]), row)
    axes.set_xlim(-0.5, len(names) - 1.5)
    axes.set_ylim(len(names) - 0.5, -0.5)
    numbered = [target_name(known[name], basis.language, place) for place, name in enumerate(names, start=1)]
    axes.set_yticks(range(len(names)), numbered, fontsize=8.5)
    axes.set_xticks(range(len(names) - 1), [str(place) for place in range(1, len(names))], fontsize=8.5)
    axes.xaxis.tick_top()
    axes.tick_params(length=0, labelcolor=INK)
    for spine in axes.spines.values():
        spine.set_visible(False)
    note(figure, basis.note(basis.say("figure.pairs.note"), intervals=False))
    return figure


def _cell(axes: Axes, basis: Basis, row: int, column: int, pair: Row) -> None:
    """Draw one pair: blue comes together, orange pulls apart, the stronger the darker; pale where it is not clear."""
    correlated = pair["correlation"]
    if correlated is None or np.isnan(correlated):
        axes.text(column, row, "–", ha="center", va="center", fontsize=8, color=SOFT)
        return
    clear = pair["relation"] != "unclear"
    colour = REACHED if correlated > 0 else MISSED
    strength = min(1.0, 0.15 + 0.75 * abs(correlated)) if clear else 0.08
    axes.add_patch(_square(column, row, colour, strength))
    text = format_number(correlated, basis.language, 2, signed=True) + (" ×" if pair["relation"] == APART else "")
    dark = clear and strength > 0.6
    axes.text(column, row, text, ha="center", va="center", fontsize=8, color=PAPER if dark else INK if clear else SOFT)


def _square(column: int, row: int, colour: str, strength: float) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((column - 0.48, row - 0.46), 0.96, 0.92, facecolor=colour, alpha=strength, linewidth=0)


def reading_name(row: Row, language: str) -> str:
    """Return what a reading is called."""
    return name_of("reading", row["reading"], language)


def otherwise(answer: Answer, basis: Basis, scenario: str) -> Figure | None:
    """Draw every reading of the targets that can be read otherwise: its probability, the register's own filled."""
    rows = answer.rows("readings", scenario=scenario)
    if not rows:
        return None
    known = {row["target"]: row for row in answer.rows("targets", scenario=scenario)}
    heads = {
        place: target_name(known[row["target"]], basis.language) for place, row in enumerate(rows) if row["by_register"]
    }
    turning = {"turned": len({target for target, _ in turned(rows, answer.asked["enough"])}), "read": len(heads)}
    figure = new_figure(10.8, 0.27 * len(rows) + 2.6)
    below = head(
        figure,
        basis.say("figure.readings.title", place=basis.place_title, scenario=basis.short(scenario), **turning),
        basis.say("figure.readings"),
    )
    width = figure.get_figwidth()
    (axes,) = panels(figure, below, 1, 1, left=5.6 / width, right=1 - 1.7 / width)
    axes.axvline(100.0 * answer.asked["enough"], color=SOFT, linewidth=0.9, linestyle=(0, (4, 3)))
    for place, row in enumerate(rows):
        _reading_row(axes, basis, place, row, answer.asked["enough"])
    for place, text in heads.items():
        axes.axhline(place - 0.5, color=FAINT, linewidth=0.8)
        axes.annotate(
            text, (0.0, place - 0.36), xycoords=("figure fraction", "data"), xytext=(14, 0), textcoords="offset points",
            ha="left", va="top", fontsize=8.5, fontweight="bold", annotation_clip=False,
        )  # fmt: skip
    names = [reading_name(row, basis.language) for row in rows]
    dress_rows(axes, basis.say("figure.targets.likely"), "%", names, basis.language)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(-3, 103)
    note(figure, basis.note(basis.say("figure.readings.note"), intervals=False))
    return figure


def _reading_row(axes: Axes, basis: Basis, place: int, row: Row, enough: float) -> None:
    chance, colour = 100.0 * row["probability"], REACHED if row["probability"] >= enough else MISSED
    error = 200.0 * row["standard_error"]
    axes.plot(
        [max(chance - error, 0.0), min(chance + error, 100.0)], [place, place], color=colour, linewidth=1.4, alpha=0.5
    )
    face = colour if row["by_register"] else PAPER
    axes.plot(chance, place, "o", markersize=6.5, color=face, markeredgecolor=colour, markeredgewidth=1.6)
    beside(axes, basis, place, row, 103.0)
