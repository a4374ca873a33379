"""How every figure looks: sizes, colours, titles, notes, labels that do not collide, and files that are the same each time.

Enters: axes and words. Leaves: figures, and PNG and SVG files. matplotlib's objects only: no pyplot, no global state.
"""

from __future__ import annotations

import contextlib
import textwrap
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from experiments.telling.numbers import format_number, whole

INK, SOFT, FAINT, PAPER = "#222222", "#5f5f5f", "#d9d9d9", "#ffffff"
COLOURS = ("#5f6b76", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#56b4e9")
"""Of scenarios, the reference first: told apart by colour-blind readers too (after Okabe and Ito 2008)."""
TARGET = "#111111"
DOTS = 150
FOOT = 0.88
"""Inches below the panels, for the years and the note."""
MOST_LINES = 3
SETTINGS: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "text.parse_math": False,
    "text.color": INK,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": SOFT,
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "svg.hashsalt": "three-pillars",
    "svg.fonttype": "none",
    "hatch.linewidth": 0.6,
}


@contextlib.contextmanager
def house_style() -> Iterator[None]:
    """Draw in the house style, and leave matplotlib's settings as they were."""
    with mpl.rc_context(SETTINGS):
        yield


def new_figure(width: float = 10.0, height: float = 5.6) -> Figure:
    """Return an empty figure of that size in inches."""
    figure = Figure(figsize=(width, height), facecolor=PAPER, dpi=DOTS)
    FigureCanvasAgg(figure)
    return figure


def panels(figure: Figure, below: float, rows: int, columns: int, **spacing: Any) -> list[Axes]:
    """Lay out a grid of axes between title and note.

    below: where the title ends (what `head` returns); spacing overrides the other margins, in shares of the figure.
    """
    height = figure.get_figheight()
    margins = {"left": 0.075, "right": 0.975, "top": below - 0.62 / height, "bottom": FOOT / height}
    grid = figure.add_gridspec(rows, columns, **{**margins, **spacing})
    return [figure.add_subplot(grid[row, column]) for row in range(rows) for column in range(columns)]


def head(figure: Figure, title: str, subtitle: str) -> float:
    """Write the message of a figure and, under it, what is shown; return where that ends, as a share of the height."""
    width, height = figure.get_figwidth(), figure.get_figheight()
    left, top = 0.18 / width, 1 - 0.14 / height
    figure.set_label(whole(title))
    lines = balanced(whole(title), int(width * 9.4))
    figure.text(left, top, "\n".join(lines), ha="left", va="top", fontsize=12.5, fontweight="bold", linespacing=1.25)
    top -= (0.235 * len(lines) + 0.05) / height
    lines = textwrap.wrap(whole(subtitle), int(width * 13.2), max_lines=MOST_LINES, placeholder=" …")
    figure.text(left, top, "\n".join(lines), ha="left", va="top", fontsize=9, color=SOFT, linespacing=1.3)
    return top - 0.17 * len(lines) / height


def note(figure: Figure, text: str) -> None:
    """Write the note at the foot of a figure: what the figure rests on."""
    width, height = figure.get_figwidth(), figure.get_figheight()
    wrapped = textwrap.fill(
        whole(text), int(width * 16.2), max_lines=MOST_LINES + 1, placeholder=" …", break_on_hyphens=False
    )
    figure.text(
        0.18 / width, 0.12 / height, wrapped, ha="left", va="bottom", fontsize=7.2, color=SOFT, linespacing=1.35
    )


def dress(axes: Axes, title: str, unit: str, language: str) -> None:
    """Give axes their title, unit, light horizontal lines, and numbers of the reader's language."""
    axes.set_title(title, y=1.0, pad=16)  # a fixed place: matplotlib would search for one at every drawing
    write_unit(axes, unit)
    axes.grid(axis="y", color=FAINT, linewidth=0.6)
    axes.tick_params(length=0, labelsize=8)
    axes.spines["left"].set_visible(False)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(tick_writer(axes, language)))


def write_unit(axes: Axes, unit: str) -> None:
    """Write a unit between the title of axes and their top, however tall they are."""
    axes.annotate(
        unit, (0.0, 1.0), xycoords="axes fraction", xytext=(0, 4), textcoords="offset points", ha="left", va="bottom",
        fontsize=8, color=SOFT, annotation_clip=False,
    )  # fmt: skip


def tick_writer(axes: Axes, language: str) -> Callable[[float, int], str]:
    """Return what writes the ticks of the vertical axis: all with as many decimals as the finest step needs."""

    def write(value: float, _position: int) -> str:
        ticks = axes.yaxis.get_majorticklocs()
        step = abs(float(ticks[1] - ticks[0])) if len(ticks) > 1 else 1.0
        return format_number(value, language, decimals_of(step))

    return write


def decimals_of(step: float) -> int:
    """Return how many decimals a step of ticks needs to be written exactly (at most four)."""
    return next((places for places in range(5) if abs(round(step, places) - step) < 1e-3 * step), 4)


def show_years(axes: Axes, first: int, last: int, margin: float = 0.3) -> None:
    """Mark the horizontal axis with years: every fifth, and the ends where they do not crowd one."""
    axes.set_xlim(first - margin, last + margin)
    step = 5 if last - first >= 12 else 2 if last - first >= 5 else 1
    years = [year for year in range(first, last + 1) if year % step == 0]
    axes.set_xticks(years, [str(year) for year in years])
    axes.spines["bottom"].set_color(SOFT)


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move positions apart until each is `gap` from the next, staying near where they were and inside low..high."""
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    placed = [min(max(wanted[index], low), high) for index in order]
    for _ in range(200):
        moved = False
        for left in range(len(placed) - 1):
            lack = gap - (placed[left + 1] - placed[left])
            if lack > 1e-9 * max(gap, 1e-12):
                placed[left] -= lack / 2
                placed[left + 1] += lack / 2
                moved = True
        if placed and placed[0] < low:
            placed[0] = low
        if placed and placed[-1] > high:
            placed[-1] = high
        if not moved:
            break
    result = [0.0] * len(wanted)
    for position, index in enumerate(order):
        result[index] = placed[position]
    return result


def label_ends(axes: Axes, at: float, ends: Sequence[tuple[float, str, str]], size: float = 8.0) -> None:
    """Write labels (height, text, colour) at the right end of lines, moved apart so that none covers another."""
    low, high = axes.get_ylim()
    inches = axes.get_position().height * axes.figure.get_figheight()  # type: ignore[union-attr]
    lines = max((text.count("\n") + 1 for _, text, _ in ends), default=1)
    gap = (high - low) / inches * size / 72 * 1.3 * lines
    heights = spread([height for height, _, _ in ends], gap, low + gap / 2, high - gap / 2)
    for place, (_, text, colour) in zip(heights, ends, strict=True):
        axes.annotate(
            text, (at, place), xytext=(6, 0), textcoords="offset points", va="center", ha="left", fontsize=size,
            color=colour, fontweight="bold", annotation_clip=False, linespacing=1.2,
        )  # fmt: skip


def inside(name: str) -> str:
    """Write a name as it stands inside a sentence: small at the beginning, unless it is an abbreviation."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def balanced(text: str, width: int) -> list[str]:
    """Break a text into as few lines as `width` letters allow, about equally long: no line is left with one word."""

    def broken(at: int) -> list[str]:
        return textwrap.wrap(text, at, max_lines=MOST_LINES, placeholder=" …")

    fewest = broken(width)
    narrower = (broken(at) for at in range(width // 2, width))
    return next((lines for lines in narrower if len(lines) == len(fewest) and " ".join(lines) == " ".join(fewest)), fewest)


def wrap(text: str, width: int) -> str:
    """Break a text into lines of at most `width` letters, three at most."""
    return "\n".join(textwrap.wrap(text, width, max_lines=MOST_LINES, placeholder=" …"))


def save(figure: Figure, folder: Path, name: str) -> list[Path]:
    """Write a figure as PNG and SVG, its message in the SVG's title; equal figures give equal bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.png", folder / f"{name}.svg"]
    figure.savefig(paths[0], dpi=DOTS, metadata={"Software": None})
    figure.savefig(paths[1], metadata={"Date": None, "Creator": None, "Title": str(figure.get_label())})
    return paths
