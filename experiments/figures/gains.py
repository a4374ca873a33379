"""Who gains: the difference in enterprises' value added by size class, sector and kind of commune.

Enters: the answer of an explanation. Leaves: one figure of three panels, whose bars each add up to the same total.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.basis import Basis
from experiments.figures.rows import BAR, GAIN, LOSS, beyond, dress_rows
from experiments.figures.style import INK, head, new_figure, note, panels, wrap
from experiments.questions.answers import Answer
from experiments.questions.parts import ALL
from experiments.telling.explaining import NOTHING
from experiments.telling.messages import name_of
from experiments.telling.numbers import decimals_for, format_number

Row = Mapping[str, Any]

ERRORS = 2.0


def who_gains(answer: Answer, basis: Basis) -> Figure | None:
    """Draw each group's gain or loss."""
    rows = _moved(answer.rows("gains", player=ALL))
    if not rows:
        return None
    groupings = list(dict.fromkeys(row["grouping"] for row in rows))
    tallest = max(sum(row["grouping"] == one for row in rows) for one in groupings)
    figure = new_figure(3.6 * len(groupings) + 1.2, 0.36 * tallest + 2.6)
    width = figure.get_figwidth()
    below = head(
        figure,
        _title(rows, basis),
        basis.say("figure.gains", first=basis.short(basis.reference), second=basis.short(basis.scenarios[1])),
    )
    grid = panels(figure, below, 1, len(groupings), left=1.1 / width, right=1 - 0.25 / width, wspace=0.5)
    for axes, grouping in zip(grid, groupings, strict=True):
        own = [row for row in rows if row["grouping"] == grouping]
        _bars(axes, basis, own)
        dress_rows(
            axes,
            basis.say("figure.gains.by", grouping=basis.say(f"grouping.{grouping}")),
            _unit(own[0], basis),
            _names(own, basis),
            basis.language,
        )
    note(figure, basis.note(basis.say("figure.means"), basis.say("figure.errors"), intervals=False))
    return figure


def _moved(rows: Sequence[Row]) -> list[Row]:
    """Leave out groups in which nothing changes, such as special zones of a province that has none."""
    largest = max((abs(row["mean"]) for row in rows), default=0.0)
    return [row for row in rows if abs(row["mean"]) > NOTHING * largest]


def _unit(row: Row, basis: Basis) -> str:
    return f"{name_of('unit', row['unit'], basis.language)}, {row['year']}"


def _names(rows: Sequence[Row], basis: Basis) -> list[str]:
    return [wrap(name_of("group", row["group"], basis.language), 16) for row in rows]


def _bars(axes: Axes, basis: Basis, rows: Sequence[Row]) -> None:
    decimals, total = decimals_for([row["mean"] for row in rows], 2), sum(row["mean"] for row in rows)
    ends = []
    for place, row in enumerate(rows):
        mean, error = row["mean"], ERRORS * (row["standard_error"] or 0.0)
        axes.barh(place, mean, height=BAR, color=GAIN if mean >= 0 else LOSS, linewidth=0)
        axes.plot([mean - error, mean + error], [place, place], color=INK, linewidth=1.2)
        share = f" ({format_number(100 * mean / total, basis.language, 0)} %)" if total else ""
        ends.append((max(0.0, mean + error), format_number(mean, basis.language, decimals, signed=True) + share))
    axes.axvline(0.0, color=INK, linewidth=1.0)
    beyond(axes, ends, share=0.55)


def _title(rows: Sequence[Row], basis: Basis) -> str:
    """Say which size class, sector and kind of commune gains most."""
    most: dict[str, Row] = {}
    for row in rows:
        if row["mean"] > most.get(row["grouping"], row)["mean"] or row["grouping"] not in most:
            most[row["grouping"]] = row
    names = "; ".join(name_of("group", row["group"], basis.language) for row in most.values())
    total = sum(row["mean"] for row in rows if row["grouping"] == rows[0]["grouping"])
    value = format_number(total, basis.language, decimals_for([total], 2), signed=True)
    return basis.say("figure.gains.title", place=basis.place_title, year=str(rows[0]["year"]), total=value, names=names)
