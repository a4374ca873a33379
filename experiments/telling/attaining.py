"""What `pillars targets` prints: each target's chance and margin, all together, and what holds the missed ones back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from experiments.questions.answers import Answer
from experiments.questions.chances import APART, CONFLICT, TOGETHER, UNCLEAR
from experiments.questions.remedies import REMEDIES, YEARS
from experiments.questions.scorecard import BEYOND, DECIDED, NOT_MODELLED
from experiments.telling import screen
from experiments.telling.grid import Grid
from experiments.telling.messages import LANGUAGES, name_of, say
from experiments.telling.numbers import MISSING, decimals_for, format_number

Row = Mapping[str, Any]

SIGNS = {TOGETHER: "+", CONFLICT: "\N{MINUS SIGN}", APART: "×", UNCLEAR: "·"}
"""How two targets stand to each other, as one letter."""
TURNED = " *"


def body(answer: Answer) -> dict[str, Any]:
    """Return the answer as one JSON-able object; of several scenarios, a list of such objects under `runs`."""
    runs = [_of_scenario(answer, row) for row in answer.rows("joint")]
    return runs[0] if len(runs) == 1 else {"runs": runs}


def _of_scenario(answer: Answer, joint: Row) -> dict[str, Any]:
    scenario = joint["scenario"]
    kept = {"targets": [_target(row) for row in answer.rows("targets", scenario=scenario)]}
    own = {"scenario": scenario, "replicates": answer.ensemble.replicates}
    found = {"joint": joint["probability"], "joint_standard_error": joint["standard_error"]}
    return {
        **own,
        **kept,
        **found,
        **{name: _rest(answer, name, scenario) for name in answer if name not in ("targets", "joint")},
    }


def _rest(answer: Answer, name: str, scenario: str) -> list[dict[str, Any]]:
    return [
        {key: value for key, value in row.items() if key != "scenario"} for row in answer.rows(name, scenario=scenario)
    ]


def _target(row: Row) -> dict[str, Any]:
    """Return a target as the register writes it, with its chance; `reason` says why there is none."""
    low, high = row["low"], row["high"]
    value = [low, high] if None not in (low, high) else low if high is None else high
    names = {"target": row["target"], "name": {language: row[f"name_{language}"] for language in LANGUAGES}}
    published = {
        "first_year": row["first_year"],
        "year": row["year"],
        "bound": row["bound"],
        "value": value,
        "unit": row["unit"],
    }
    figures = ("probability", "standard_error", "margin", "p05", "p50", "p95", "modelled", "status")
    return {
        **names,
        "outcome": row["outcome"],
        **published,
        **{name: row[name] for name in figures},
        "reason": reason(row),
    }


def reason(row: Row) -> dict[str, str] | None:
    """Say in both languages why a target has no figure, or whose decision it is."""
    if row["status"] in (BEYOND, DECIDED):
        return {language: say(f"targets.{row['status']}", language) for language in LANGUAGES}
    return {language: row[f"reason_{language}"] for language in LANGUAGES} if row["status"] == NOT_MODELLED else None


def lines(answer: Answer, language: str) -> list[str]:
    """Return the tables of every scenario and what they rest on."""
    written = screen.heads(answer.ensemble, language)
    for row in answer.rows("joint"):
        written += _scenario(answer, row, language)
    known = "targets.error.central" if answer.ensemble.central else "targets.error.sampled"
    return [*written, "", *screen.wrapped(say(known, language)), *screen.wrapped(say("run.says", language))]


def _scenario(answer: Answer, joint: Row, language: str) -> list[str]:
    scenario = joint["scenario"]
    rows = answer.rows("targets", scenario=scenario)
    names = numbered(rows, language)
    written = ["", *_chances(rows, names, scenario, language)]
    written += screen.wrapped(say("targets.joint", language, **_joint_words(joint, language)))
    written += _pairs(answer.rows("pairs", scenario=scenario), names, language)
    written += _readings(answer.rows("readings", scenario=scenario), names, answer.asked["enough"], language)
    if "remedies" in answer:
        written += _remedies(answer.rows("remedies", scenario=scenario), names, answer.asked, language)
    return written + _silent(rows, language)


def numbered(rows: Sequence[Row], language: str) -> dict[str, str]:
    """Return the names of the targets that have a figure, by identifier, with the numbers the figures give them."""
    held = [row for row in rows if row["probability"] is not None]
    return {row["target"]: f"{place}. {_called(row, language)}" for place, row in enumerate(held, 1)}


def _called(row: Row, language: str) -> str:
    text: str = row[f"name_{language}"] or row["target"]
    return text


def bound_of(row: Row, language: str) -> str:
    """Write the bound of a reading, rounded where it is computed and not published."""
    sides = {side: None if row[side] is None else round(row[side], 2) for side in ("low", "high")}
    return screen.bound({**row, **sides, "first_year": 0, "year": 0}, language).rsplit(" (", 1)[0]


def percent(probability: float | None, language: str) -> str:
    """Write a probability in percent."""
    return MISSING if probability is None else f"{format_number(100.0 * probability, language, 0)} %"


def _chances(rows: Sequence[Row], names: Mapping[str, str], scenario: str, language: str) -> list[str]:
    columns = (say(f"targets.{one}", language) for one in ("bound", "chance", "median", "margin"))
    grid = Grid([say("targets.table", language, scenario=scenario), *columns])
    for row in rows:
        if row["target"] in names:
            digits = decimals_for([row["p50"], row["margin"]])
            error = format_number(100.0 * row["standard_error"], language, 0)
            chance = f"{percent(row['probability'], language)} ± {error}"
            near = format_number(row["margin"], language, digits, signed=True)
            attained = screen.interval(row, language, digits)
            grid.add([names[row["target"]], screen.bound(row, language), chance, attained, near])
    return grid.lines()


def _joint_words(joint: Row, language: str) -> dict[str, object]:
    error = format_number(100 * (joint["standard_error"] or 0.0), language, 0)
    chances = {name: percent(joint[name], language) for name in ("probability", "smallest")}
    return {"targets": joint["targets"], "registered": joint["registered"], "error": error, **chances}


def _pairs(rows: Sequence[Row], names: Mapping[str, str], language: str) -> list[str]:
    """Lay out how every two targets stand to each other, one sign a pair."""
    if not rows:
        return []
    signs = {frozenset((row["target"], row["other"])): SIGNS[row["relation"]] for row in rows}
    grid = Grid([say("targets.pairs", language), *(str(place) for place in range(1, len(names)))])
    for place, (target, name) in enumerate(names.items()):
        known = [signs[frozenset((target, other))] for other in list(names)[:place]]
        grid.add([name, *known, *[""] * (len(names) - 1 - place)])
    return ["", *grid.lines(), *screen.wrapped(say("targets.pairs.note", language, **SIGNS))]


def _readings(rows: Sequence[Row], names: Mapping[str, str], enough: float, language: str) -> list[str]:
    """Set every other reading beside the register's own, and mark those that turn the verdict."""
    columns = (say(f"targets.{one}", language) for one in ("bound", "chance", "median"))
    grid = Grid([say("targets.readings", language), *columns])
    turning = turned(rows, enough)
    for row in rows:
        mark = TURNED if (row["target"], row["reading"]) in turning else ""
        text = names[row["target"]] if row["by_register"] else f"  {name_of('reading', row['reading'], language)}{mark}"
        median = format_number(row["p50"], language, decimals_for([row["p50"]]))
        grid.add([text, bound_of(row, language), percent(row["probability"], language), median])
    if not grid.rows:
        return []
    return ["", *grid.lines(), *([say("targets.turned", language)] if turning else [])]


def turned(rows: Sequence[Row], enough: float) -> set[tuple[str, str]]:
    """Return the readings (target, reading) that turn what the register's own reading says: likely enough or not."""
    own = {row["target"]: row["probability"] >= enough for row in rows if row["by_register"]}
    return {(row["target"], row["reading"]) for row in rows if (row["probability"] >= enough) != own[row["target"]]}


def _remedies(rows: Sequence[Row], names: Mapping[str, str], asked: Mapping[str, Any], language: str) -> list[str]:
    head = say("targets.remedies", language, since=str(asked["since"]))
    grid = Grid([head, *(say(f"remedy.{one}", language) for one in ("as_it_is", *REMEDIES, "verdict"))])
    for target in dict.fromkeys(row["target"] for row in rows):
        own = {row["remedy"]: row for row in rows if row["target"] == target}
        grid.add([names[target], *_remedy_cells(own, language)])
    note = say("targets.remedies.note", language, enough=percent(asked["enough"], language))
    return ["", *grid.lines(), *screen.wrapped(note)] if grid.rows else []


def _remedy_cells(own: Mapping[str, Row], language: str) -> list[str]:
    any_row = next(iter(own.values()))
    cells = [percent(any_row["as_it_is"], language)]
    cells += [percent(own[one]["probability"], language) if one in own else MISSING for one in REMEDIES if one != YEARS]
    cells.append(f"{percent(own[YEARS]['probability'], language)} ({own[YEARS]['year']})")
    return [*cells, say(f"verdict.{any_row['verdict']}", language)]


def _silent(rows: Sequence[Row], language: str) -> list[str]:
    """Say of every target without a figure why it has none, and of a decision that it is one."""
    found = [(row, why) for row in rows if (why := reason(row)) is not None]
    written = [f"{_called(row, language)}: {why[language]}" for row, why in found]
    return ["", *(line for text in written for line in screen.wrapped(text))] if written else []
