"""The difference between two scenarios taken apart: by player, by source of TFP growth, by combination of pillars.

Enters: the answer of an explanation. Leaves: figures; every bar's length is a mean over replicates, the bars of a panel
add up to its total, and lines reach two Monte-Carlo standard errors to either side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.basis import Basis
from experiments.figures.rows import BAR, GAIN, LOSS, TOTAL, Bar, beyond, dress_rows, waterfall
from experiments.figures.style import COLOURS, INK, PAPER, head, inside, new_figure, note, panels, wrap
from experiments.folders.workbook import label
from experiments.questions.answers import Answer
from experiments.questions.parts import ALL, SOURCE, TFP
from experiments.telling.explaining import NOTHING, marks, player_name, players_of, years
from experiments.telling.messages import name_of
from experiments.telling.numbers import decimals_for, format_number

Row = Mapping[str, Any]

MOST_PANELS = 3
ERRORS = 2.0
"""Standard errors that an error line reaches."""
NAME_WIDTH = 24


def who_did_it(answer: Answer, basis: Basis) -> Figure:
    """Draw the contribution of every player to the first outcomes asked for, and their sum."""
    players = players_of(answer)
    outcomes = [one for one in answer.asked["outcomes"] if answer.rows("totals", outcome=one)][:MOST_PANELS]
    names = [wrap(player_name(one, basis.language), NAME_WIDTH) for one in players] + [basis.say("explain.total")]
    figure = new_figure(3.0 * len(outcomes) + 2.3, 0.36 * len(names) + 2.75)
    below = head(figure, _headline(answer, basis, outcomes[0]), basis.say("figure.waterfall", **_pair(basis)))
    grid = _beside(figure, below, len(outcomes))
    for axes, outcome in zip(grid, outcomes, strict=True):
        found = {row["player"]: row for row in answer.rows("parts", outcome=outcome)}
        total = answer.rows("totals", outcome=outcome)[0]
        rows = [(found[one], COLOURS[1 + place % (len(COLOURS) - 1)]) for place, one in enumerate(players)]
        _fall(axes, basis, rows, total)
        _dress(axes, basis, total, names, named=axes is grid[0])
    note(figure, basis.note(basis.say("figure.means"), basis.say("figure.errors"), basis.say("explain.signs"), intervals=False))
    return figure


def _pair(basis: Basis) -> dict[str, str]:
    return {"second": basis.short(basis.scenarios[1]), "first": basis.short(basis.reference)}


def _beside(figure: Figure, below: float, count: int, names: float = 1.75) -> list[Axes]:
    """Lay panels side by side, with room for the names of the rows at the left (inches)."""
    width = figure.get_figwidth()
    return panels(figure, below, 1, count, left=names / width, right=1 - 0.25 / width, wspace=0.12)


def _fall(axes: Axes, basis: Basis, rows: Sequence[tuple[Row, str]], total: Row) -> None:
    decimals = decimals_for([total["mean"], *(row["mean"] for row, _ in rows)], 2)
    bars = [_bar(basis, row, colour, decimals) for row, colour in rows]
    waterfall(axes, [*bars, _bar(basis, total, TOTAL, decimals, whole=True)])


def _bar(basis: Basis, row: Row, colour: str, decimals: int, *, whole: bool = False) -> Bar:
    text = format_number(row["mean"], basis.language, decimals, signed=True) + (
        marks(row) if "sign_mixed" in row else ""
    )
    return Bar("", row["mean"], ERRORS * (row["standard_error"] or 0.0), text, colour, whole)


def _dress(axes: Axes, basis: Basis, row: Row, names: Sequence[str], *, named: bool) -> None:
    unit = basis.unit(row["outcome"])
    points = basis.say("figure.points") if unit == "%" else unit
    title = wrap(basis.name(row["outcome"]), 36)
    dress_rows(axes, title, f"{points}, {years(row)}", names, basis.language, named=named)


def _headline(answer: Answer, basis: Basis, outcome: str) -> str:
    """Say what the difference in an outcome is and which player did most of it."""
    total = answer.rows("totals", outcome=outcome)[0]
    parts = answer.rows("parts", outcome=outcome)
    most = max(parts, key=lambda row: abs(row["mean"]))
    decimals = decimals_for([total["mean"], most["mean"]], 2)
    values = {
        one: format_number(row["mean"], basis.language, decimals, signed=True)
        for one, row in (("total", total), ("part", most))
    }
    words = {
        "place": basis.place_title,
        "outcome": inside(basis.name(outcome)),
        "unit": basis.unit(outcome),
        "years": years(total),
    }
    return basis.say("figure.waterfall.title", **words, **values, player=player_name(most["player"], basis.language))


def by_source(answer: Answer, basis: Basis) -> Figure | None:
    """Draw the difference in TFP growth by source."""
    rows = answer.rows("mechanisms", player=ALL)
    largest = max((abs(row["mean"]) for row in rows), default=0.0)
    shown = [row for row in rows if abs(row["mean"]) > NOTHING * largest]
    total = answer.rows("totals", outcome=TFP)
    if not shown or not total:
        return None
    names = [_source(row, basis) for row in shown] + [basis.say("explain.total")]
    figure = new_figure(8.6, 0.32 * len(names) + 2.75)
    below = head(figure, _source_title(shown, total[0], basis), basis.say("figure.by_source", **_pair(basis)))
    (axes,) = _beside(figure, below, 1, names=2.6)
    _fall(axes, basis, [(row, GAIN if row["mean"] >= 0 else LOSS) for row in shown], total[0])
    _dress(axes, basis, total[0], names, named=True)
    note(figure, basis.note(basis.say("figure.means"), basis.say("figure.errors"), intervals=False))
    return figure


def _source(row: Row, basis: Basis) -> str:
    return label(_outcomes(), f"{SOURCE}{row['mechanism']}", basis.language)


def _outcomes() -> Mapping[str, Any]:
    from experiments.ensembles.adapters import outcomes

    return outcomes()


def _source_title(rows: Sequence[Row], total: Row, basis: Basis) -> str:
    most = max(rows, key=lambda row: abs(row["mean"]))
    decimals = decimals_for([total["mean"], most["mean"]], 2)
    values = {
        one: format_number(row["mean"], basis.language, decimals, signed=True)
        for one, row in (("total", total), ("part", most))
    }
    return basis.say(
        "figure.by_source.title", place=basis.place_title, years=years(total), source=_source(most, basis), **values
    )


def combinations(answer: Answer, basis: Basis) -> Figure | None:
    """Draw every combination of the pillars' money: what it brings, and what its pillars bring alone, added up."""
    outcomes = [one for one in answer.asked["outcomes"] if len(answer.rows("combinations", outcome=one)) > 2][
        :MOST_PANELS
    ]
    if not outcomes:
        return None
    rows = {one: [row for row in answer.rows("combinations", outcome=one) if row["pillars"]] for one in outcomes}
    names = [
        " + ".join(name_of("player", one, basis.language) for one in row["pillars"].split("+"))
        for row in rows[outcomes[0]]
    ]
    figure = new_figure(3.0 * len(outcomes) + 2.9, 0.36 * len(names) + 2.75)
    below = head(figure, _synergy_title(rows[outcomes[0]][-1], basis), basis.say("figure.combinations", **_pair(basis)))
    grid = _beside(figure, below, len(outcomes), names=2.45)
    for axes, outcome in zip(grid, outcomes, strict=True):
        _combined(axes, basis, rows[outcome])
        _dress(axes, basis, rows[outcome][0], [wrap(name, 30) for name in names], named=axes is grid[0])
    note(figure, basis.note(basis.say("figure.means"), basis.say("figure.errors"), basis.say("figure.synergy"), intervals=False))
    return figure


def _combined(axes: Axes, basis: Basis, rows: Sequence[Row]) -> None:
    decimals = decimals_for([row["mean"] for row in rows], 2)
    ends = []
    for place, row in enumerate(rows):
        mean, error = row["mean"], ERRORS * (row["standard_error"] or 0.0)
        several = "+" in row["pillars"]
        axes.barh(place, mean, height=BAR, color=COLOURS[1] if several else COLOURS[6], linewidth=0)
        axes.plot([mean - error, mean + error], [place, place], color=INK, linewidth=1.2)
        summed = mean - row["synergy"]
        if several:
            axes.plot(summed, place, marker="D", markersize=6, color=PAPER, markeredgecolor=INK, markeredgewidth=1.2)
        excess = format_number(row["synergy"], basis.language, decimals, signed=True)
        own = format_number(mean, basis.language, decimals, signed=True)
        text = f"{own} ({excess})" if several else own
        ends.append((max(0.0, mean + error, summed), text))
    axes.axvline(0.0, color=INK, linewidth=1.0)
    beyond(axes, ends, share=0.5)


def _synergy_title(row: Row, basis: Basis) -> str:
    """Say by how much all pillars together exceed their sum."""
    decimals = decimals_for([row["mean"], row["synergy"]], 2)
    numbers = {"effect": row["mean"], "synergy": row["synergy"], "alone": row["mean"] - row["synergy"]}
    values = {name: format_number(value, basis.language, decimals, signed=True) for name, value in numbers.items()}
    words = {"outcome": inside(basis.name(row["outcome"])), "unit": basis.unit(row["outcome"]), "years": years(row)}
    return basis.say("figure.combinations.title", place=basis.place_title, **words, **values)
