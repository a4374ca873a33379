"""Figures made of rows: what each row is stands at the left, what it says at the right, and bars or dots between.

Enters: axes and words. Leaves: axes in the house's dress, read from top to bottom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from experiments.figures.style import FAINT, INK, SOFT, decimals_of, write_unit
from experiments.telling.numbers import format_number

BAR = 0.62
"""Height of a bar; rows are 1 apart."""
GAIN, LOSS, TOTAL = "#0072b2", "#d55e00", "#444444"


@dataclass(frozen=True)
class Bar:
    """Describe one row of a waterfall: a step from where the last one ended, or (`whole`) the sum from zero."""

    name: str
    value: float
    error: float
    text: str
    colour: str
    whole: bool = False


def dress_rows(axes: Axes, title: str, unit: str, names: Sequence[str], language: str, *, named: bool = True) -> None:
    """Give axes of rows their title, unit, row names (if `named`), light vertical lines and numbers of the language."""
    axes.set_title(title, y=1.0, pad=16)
    write_unit(axes, unit)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_yticks(range(len(names)), names if named else [""] * len(names))
    axes.grid(axis="x", color=FAINT, linewidth=0.6)
    axes.tick_params(length=0, labelsize=8)
    axes.tick_params(axis="y", labelsize=8.5, labelcolor=INK)
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(axes, value, language)))


def _tick(axes: Axes, value: float, language: str) -> str:
    ticks = axes.xaxis.get_majorticklocs()
    step = abs(float(ticks[1] - ticks[0])) if len(ticks) > 1 else 1.0
    return format_number(value, language, decimals_of(step))


def waterfall(axes: Axes, bars: Sequence[Bar]) -> None:
    """Draw steps one under the other, each from where the last ended, with its error and its text beyond the bar."""
    reached, ends = 0.0, []
    for place, bar in enumerate(bars):
        start = 0.0 if bar.whole else reached
        end = start + bar.value
        axes.barh(place, bar.value, left=start, height=BAR, color=bar.colour, linewidth=0)
        axes.plot([end - bar.error, end + bar.error], [place, place], color=INK, linewidth=1.2)
        if place + 1 < len(bars):
            axes.plot([end, end], [place, place + 1], color=SOFT, linewidth=0.7, linestyle=(0, (2, 2)), zorder=0)
        ends.append((max(start, end, end + bar.error), bar.text))
        reached = end
    axes.axvline(0.0, color=INK, linewidth=1.0)
    beyond(axes, ends)


def beyond(axes: Axes, ends: Sequence[tuple[float, str]], share: float = 0.34) -> None:
    """Write each row's text to the right of where its bar ends; `share` of the width is made free for it."""
    low, high = axes.get_xlim()
    axes.set_xlim(low, high + share * (high - low))
    for place, (end, text) in enumerate(ends):
        axes.annotate(
            text, (end, place), xytext=(5, 0), textcoords="offset points", va="center", ha="left", fontsize=8,
            color=INK, annotation_clip=False,
        )  # fmt: skip
