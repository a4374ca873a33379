"""What `pillars explain` prints: who did it, the pillars in every combination, by which mechanism, and who gains."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from experiments.ensembles import adapters
from experiments.ensembles.plan import Array
from experiments.folders.workbook import label
from experiments.questions.answers import Answer
from experiments.questions.parts import ALL, SOURCE, TFP
from experiments.telling import screen
from experiments.telling.grid import Grid
from experiments.telling.messages import known, name_of, say
from experiments.telling.numbers import MISSING, decimals_for, format_number

Row = Mapping[str, Any]

SHOWN_EFFECTS = 3
"""Outcomes of which the combinations of pillars are printed; the tables have all."""
MOST_ACROSS = 6
"""Players that stand side by side in a table."""
NOTHING = 1e-12
"""Part of the largest bar of a table below which a bar is not worth a line."""


def body(answer: Answer) -> dict[str, Any]:
    """Return the answer as one JSON-able object, of the outcomes asked for; the folder's tables have all of them."""
    shown = set(answer.asked["outcomes"])
    first, second = answer.ensemble.labels
    kept = {
        name: [row for row in answer.rows(name) if row["outcome"] in shown]
        for name in ("totals", "parts", "combinations")
    }
    rest = {name: answer.rows(name) for name in ("mechanisms", "gains")}
    players = {
        player: [row["member"] for row in answer.rows("players", player=player)] for player in players_of(answer)
    }
    return {
        "scenario": second, "against": first, "by": answer.asked["by"], "exact": answer.asked["exact"],
        "replicates": answer.rows("totals")[0]["replicates"], "players": players, **kept, **rest,
    }  # fmt: skip


def players_of(answer: Answer) -> list[str]:
    """Name the players in their order."""
    return list(dict.fromkeys(row["player"] for row in answer.rows("players")))


def player_name(player: str, language: str) -> str:
    """Return what people call a player: a pillar's or line's money, a group of levers, one lever."""
    for family in ("player", "line", "lever"):
        if known(f"{family}.{player}"):
            return name_of(family, player, language)
    return player


def lines(answer: Answer, language: str) -> list[str]:
    """Return the tables and what they rest on."""
    written = [*screen.heads(answer.ensemble, language), *_about(answer, language), "", *_parts(answer, language)]
    written += ["", *_combinations(answer, language), "", *_mechanisms(answer, language), "", *_gains(answer, language)]
    return [*written, "", *screen.wrapped(say("explain.error", language)), *screen.wrapped(say("run.says", language))]


def _about(answer: Answer, language: str) -> list[str]:
    first, second = answer.ensemble.labels
    total = answer.rows("totals")[0]
    written = [say("explain.head", language, first=first, second=second, year=str(total["year"]))]
    for player in players_of(answer):
        name = player_name(player, language)
        names = [name_of_member(row["member"], language) for row in answer.rows("players", player=player)]
        members = ", ".join(dict.fromkeys(names))
        written += screen.wrapped(f"  {name}: {members}" if members != name else f"  {name}", hanging="    ")
    how = "explain.exact" if answer.asked["exact"] else "explain.sampled"
    return [
        *written,
        *screen.wrapped(say(how, language, replicates=total["replicates"], asked=answer.ensemble.replicates)),
    ]


def name_of_member(member: str, language: str) -> str:
    """Return what people call a budget line, a dotted lever, or the parameters that a scenario fixes."""
    if known(f"line.{member}"):
        return name_of("line", member, language)
    return name_of("lever", member.rsplit(".", 1)[-1], language)


def years(row: Row) -> str:
    """Write the year, or the years of a mean."""
    return str(row["year"]) if row["first_year"] == row["year"] else f"{row['first_year']}–{row['year']}"


def title(row: Row, language: str) -> str:
    """Return an outcome's name with its unit and years."""
    unit = name_of("unit", row["unit"], language)
    return f"{label(adapters.outcomes(), row['outcome'], language)}, {unit} ({years(row)})"


def effect(row: Row, language: str, decimals: int) -> str:
    """Write a mean with its Monte-Carlo error."""
    error = row["standard_error"]
    shown = MISSING if error is None else format_number(error, language, decimals)
    return f"{format_number(row['mean'], language, decimals, signed=True)} ± {shown}"


def _decimals(rows: Sequence[Row]) -> int:
    """Choose the decimals that show two digits of the largest mean and of the largest error."""
    errors = [row["standard_error"] for row in rows if row["standard_error"]]
    return max(decimals_for([row["mean"] for row in rows], 2), decimals_for(errors, 2) if errors else 0)


def marks(row: Row) -> str:
    """Mark a part on whose sign the replicates disagree, or whose sign turns with what else is done."""
    return ("*" if row["sign_mixed"] else "") + ("†" if row["sign_turns"] else "")


def _parts(answer: Answer, language: str) -> list[str]:
    """Lay out what each player did; many players stand one under the other, a few outcomes at a time."""
    outcomes = [one for one in answer.asked["outcomes"] if answer.rows("totals", outcome=one)]
    columns: list[Sequence[str]] = [_parts_of(answer, outcome, language) for outcome in outcomes]
    players = [*(player_name(one, language) for one in players_of(answer)), say("explain.total", language)]
    head, signs = say("explain.parts", language), screen.wrapped(say("explain.signs", language))
    if len(players) <= MOST_ACROSS + 1:
        return [*Grid([head, *players], columns).lines(), *signs]
    written: list[str] = []
    for first in range(0, len(columns), SHOWN_EFFECTS):
        rows: list[Sequence[str]] = list(zip([head, *players], *columns[first : first + SHOWN_EFFECTS], strict=True))
        written += [*Grid(rows[0], rows[1:]).lines(), ""]
    return [*written[:-1], *signs]


def _parts_of(answer: Answer, outcome: str, language: str) -> list[str]:
    """Return an outcome's title, the part of every player, and the total."""
    (total,) = answer.rows("totals", outcome=outcome)
    found = {row["player"]: row for row in answer.rows("parts", outcome=outcome)}
    decimals = _decimals([total, *found.values()])
    cells = [effect(found[one], language, decimals) + marks(found[one]) for one in players_of(answer)]
    return [title(total, language), *cells, effect(total, language, decimals)]


def _combinations(answer: Answer, language: str) -> list[str]:
    """Set the pillars' money in every combination beside the sum of what each does alone."""
    outcomes = [one for one in answer.asked["outcomes"] if answer.rows("combinations", outcome=one)][:SHOWN_EFFECTS]
    rows = {one: answer.rows("combinations", outcome=one) for one in outcomes}
    synergy = say("explain.synergy", language)
    headings = [text for one in outcomes for text in (title(rows[one][0], language), synergy)]
    grid = Grid([say("explain.combinations", language, first=answer.ensemble.labels[0]), *headings])
    for place, row in enumerate(rows[outcomes[0]] if outcomes else []):
        pillars = [name_of("player", one, language) for one in row["pillars"].split("+") if one]
        cells = [text for one in outcomes for text in _effect_and_synergy(rows[one], place, language)]
        grid.add([" + ".join(pillars) or say("explain.no_pillar", language), *cells])
    return [*grid.lines(), *screen.wrapped(say("explain.synergy.note", language))] if len(grid.rows) > 1 else []


def _effect_and_synergy(rows: Sequence[Row], place: int, language: str) -> list[str]:
    row, decimals = rows[place], _decimals(rows)
    excess = {"mean": row["synergy"], "standard_error": row["synergy_error"]}
    return [effect(row, language, decimals), effect(excess, language, decimals) if "+" in row["pillars"] else ""]


def _mechanisms(answer: Answer, language: str) -> list[str]:
    first = answer.rows("mechanisms")
    if not first:
        return []
    head = say("explain.mechanisms", language, years=years(first[0]))
    named = label(adapters.outcomes(), TFP, language)
    return _by_player(answer, "mechanisms", head, _mechanism, named, language)


def _group(row: Row, language: str) -> str:
    return name_of("group", row["group"], language)


def _mechanism(row: Row, language: str) -> str:
    return label(adapters.outcomes(), f"{SOURCE}{row['mechanism']}", language)


def _gains(answer: Answer, language: str) -> list[str]:
    written: list[str] = []
    years = {row["grouping"]: str(row["year"]) for row in answer.rows("gains")}
    total = say("explain.enterprises", language)
    for grouping, year in years.items():
        head = say("explain.gains", language, grouping=say(f"grouping.{grouping}", language), year=year)
        written += [*_by_player(answer, "gains", head, _group, total, language, grouping=grouping), ""]
    return [*written[:-1], *screen.wrapped(say("explain.gains.note", language))] if written else []


def _by_player(
    answer: Answer, name: str, head: str, called: Callable[[Row, str], str], total: str, language: str, **chosen: object
) -> list[str]:
    """Lay out a table of parts: one row a part, all players together first, then each; the sum at the foot."""
    means = {
        player: np.array([row["mean"] for row in answer.rows(name, player=player, **chosen)])
        for player in (ALL, *players_of(answer))
    }
    everyone, everything = answer.rows(name, player=ALL, **chosen), means.pop(ALL)
    decimals = _decimals(everyone)
    columns = {player_name(player, language): own for player, own in means.items()}
    if len(columns) > MOST_ACROSS:
        columns = _largest(columns, say("explain.others", language))
    grid = Grid([head, say("explain.total", language), *columns])
    worth = NOTHING * max(abs(everything), default=0.0)
    for place, row in enumerate(everyone):
        if max(abs(own[place]) for own in (everything, *columns.values())) > worth:
            own = [format_number(own[place], language, decimals, signed=True) for own in columns.values()]
            grid.add([called(row, language), effect(row, language, decimals), *own])
    sums = [own.sum() for own in (everything, *columns.values())]
    grid.add([total, *(format_number(value, language, decimals, signed=True) for value in sums)])
    return grid.lines()


def _largest(columns: Mapping[str, Array], others: str) -> dict[str, Array]:
    """Keep the players with the largest parts, in their order, and add the others up."""
    order = sorted(columns, key=lambda player: -float(np.abs(columns[player]).sum()))
    shown = set(order[: MOST_ACROSS - 1])
    rest = sum((own for player, own in columns.items() if player not in shown), start=np.zeros(1))
    return {**{player: own for player, own in columns.items() if player in shown}, others: rest}
