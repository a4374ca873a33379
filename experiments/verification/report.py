"""What a verification leaves: tables to read and to load, a figure for every curve, and a page that shows them all.

Enters: limits and readings of facts. Leaves: a folder with index.html, index.vi.html, limits.csv, facts.csv and figures.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from experiments.figures.style import COLOURS, FAINT, SOFT, house_style, new_figure, save
from experiments.verification.facts import Reading
from experiments.verification.limit import Check, Curve, Limit
from experiments.verification.page import PAGES, asked, file_of, render, shown

LIMITS, FACTS = "limits.csv", "facts.csv"
MODEL, CLOSED = COLOURS[1], COLOURS[2]

LIMIT_COLUMNS = (
    "limit", "title", "setting", "what", "sense", "expected", "got", "tolerance", "tolerance_asked", "why", "holds",
)  # fmt: skip
FACT_COLUMNS = (
    "fact", "name", "what", "published", "low", "high", "unit", "got", "verdict", "why", "band", "input", "sources",
)  # fmt: skip


def write(folder: Path, limits: Sequence[Limit], readings: Sequence[Reading]) -> None:
    """Write everything into a folder."""
    write_table(folder / LIMITS, LIMIT_COLUMNS, [limit_row(limit, check) for limit in limits for check in limit.checks])
    write_table(folder / FACTS, FACT_COLUMNS, [fact_row(reading) for reading in readings])
    curves = [curve for limit in limits for curve in limit.curves]
    for curve in curves:
        draw(curve, folder / "figures")
    for language, page in PAGES.items():
        (folder / page).write_text(render(language, limits, readings), encoding="utf-8")


def write_table(path: Path, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write a table as CSV, readable in a spreadsheet."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


def limit_row(limit: Limit, check: Check) -> list[Any]:
    """Return a check as a row of the table of limits."""
    about = (limit.name, limit.title, limit.setting, check.what, check.sense)
    numbers = (check.expected, check.got, check.tolerance, asked(check))
    return [*about, *numbers, check.why, yes_or_no(check.holds)]


def fact_row(reading: Reading) -> list[Any]:
    """Return a reading as a row of the table of facts."""
    return [
        reading.fact, reading.name, reading.what, reading.published, reading.low, reading.high, reading.unit, reading.got,
        reading.verdict, reading.why, reading.band, reading.told, " ".join(reading.sources),
    ]  # fmt: skip


def yes_or_no(holds: bool) -> str:
    """Say yes or no."""
    return "yes" if holds else "NO"


def draw(curve: Curve, folder: Path) -> None:
    """Draw the model against the closed form."""
    with house_style():
        figure = new_figure(7.0, 4.4)
        axes = figure.add_axes((0.11, 0.13, 0.86, 0.76))
        axes.plot(curve.at, curve.expected, color=CLOSED, linewidth=1.6, label="closed form", zorder=3)
        step = max(len(curve.at) // 40, 1)
        axes.plot(curve.at[::step], curve.got[::step], "o", color=MODEL, markersize=4, label="model", zorder=4)
        axes.set_xlabel(curve.across)
        axes.set_ylabel(curve.up)
        axes.grid(color=FAINT, linewidth=0.6)
        axes.legend(frameon=False, labelcolor=SOFT, loc="best")
        gap = float(abs(curve.got - curve.expected).max())
        axes.set_title(f"{curve.title}: largest gap {gap:.2g}")
        save(figure, folder, file_of(curve))


def lines_of(limit: Limit) -> list[str]:
    """Return a limit as lines of a table for the screen."""
    lines = []
    for check in limit.checks:
        expected = f"{check.sense} {shown(check.expected)}" if check.sense != "=" else shown(check.expected)
        cells = (
            limit.name,
            cut(f"{limit.title}: {check.what}", 84),
            expected,
            shown(check.got),
            shown(check.tolerance),
            shown(asked(check)),
        )
        lines.append(LIMIT_LINE.format(*cells, yes_or_no(check.holds)))
    return lines


def lines_of_fact(reading: Reading) -> list[str]:
    """Return a reading as a line of a table for the screen, and one below it if there is something to explain."""
    band = f"{shown(reading.low)} .. {shown(reading.high)}"
    what = cut(f"{reading.name}: {reading.what}", 78)
    source = ", ".join(reading.sources)
    found = f"{cut(reading.published, 34):<34} {band:>16} {shown(reading.got):>9}  {reading.verdict:<14} {source}"
    return [f"{reading.fact:>2} {what:<78} {found}", *([f"     {reading.why}"] if reading.why else [])]


def cut(text: str, width: int) -> str:
    """Shorten a text to a width, with an ellipsis."""
    return text if len(text) <= width else f"{text[: width - 1]}…"


LIMIT_LINE = "{:<4} {:<84} {:>10} {:>10} {:>10} {:>10}  {}"
LIMIT_HEAD = LIMIT_LINE.format("", "limit", "expected", "got", "tolerance", "asked for", "holds")
FACT_HEAD = f"{'':>2} {'fact':<78} {'published':<34} {'band':>16} {'model':>9}  {'verdict':<14} source"
