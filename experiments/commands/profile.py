"""`pillars profile`: show what is known of a place, from where, and what was imputed."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.cli import Parser
    from experiments.telling.grid import Grid


def add(parser: Parser) -> None:
    """Declare the arguments."""
    parser.option("place", key="help.place", metavar="PLACE")
    parser.option("--scenarios", key="help.schema.folder", type=Path, metavar="DIR", default=Path("scenarios"))
    parser.option("--json", key="help.json", action="store_true")


def main(arguments: argparse.Namespace) -> int:
    """Print the facts of a place, imputed ones marked."""
    from model.places.place import load_place

    place = load_place(arguments.scenarios, arguments.place)
    if arguments.json:
        print(json.dumps(as_json(place), ensure_ascii=False))
    else:
        print("\n".join(lines(place, arguments.language)))
    return 0


def as_json(place: Any) -> dict[str, Any]:
    """Return a place as one object."""
    facts = [
        {"name": name, "value": entry.value, "unit": entry.unit, "year": str(entry.year), "source": entry.source}
        | {"confidence": entry.confidence, "low": entry.low, "high": entry.high, "rule": entry.rule, "note": entry.note}
        for name, entry in place.register.entries.items()
    ]
    head = {
        "place": place.name,
        "title": dict(place.title),
        "about": dict(place.about),
        "communes": len(place.communes),
    }
    outturns = [asdict(outturn) for outturn in place.outturns]
    return {**head, "imputed_inputs": len(place.imputed), "facts": facts, "outturns": outturns}


def lines(place: Any, language: str) -> list[str]:
    """Return the facts as a table, the rules of the imputed ones, and what has happened since."""
    from experiments.telling.messages import say
    from experiments.telling.numbers import format_number

    people = format_number(place.facts.population_resident, language, 0)
    title = place.title[language]
    written = [say("profile.head", language, place=title, communes=len(place.communes), people=people)]
    written += [say("profile.imputed", language, imputed=len(place.imputed), facts=len(place.register.entries)), ""]
    return [*written, *fact_lines(place, language), *rule_lines(place, language), *outturn_lines(place, language)]


def fact_lines(place: Any, language: str) -> list[str]:
    """Return the table of facts, imputed ones marked."""
    from experiments.telling.messages import name_of

    grid = _grid(("name", "value", "range", "unit", "year", "confidence", "source"), language)
    for name, entry in place.register.entries.items():
        shown = number(entry.value, language) + ("*" if name in place.imputed else "")
        ends = [number(end, language) for end in (entry.low, entry.high) if end is not None]
        unit = name_of("unit", entry.unit, language)
        grid.add([name, shown, "–".join(ends), unit, str(entry.year), entry.confidence, entry.source])
    return grid.lines()


def rule_lines(place: Any, language: str) -> list[str]:
    """Return the rules by which facts were imputed, each once with the facts that it gave."""
    from experiments.telling.messages import name_of, say
    from experiments.telling.screen import wrapped

    by_rule: dict[str, list[str]] = {}
    for name in place.imputed:
        by_rule.setdefault(place.register.entries[name].rule, []).append(name)
    told = [f"{', '.join(names)}: {name_of('rule', rule, language)}" for rule, names in by_rule.items()]
    rules = [line for rule in told for line in wrapped(rule, hanging="    ")]
    return ["", say("profile.rules", language), *rules] if rules else []


def outturn_lines(place: Any, language: str) -> list[str]:
    """Return the table of what has happened, which the model is compared with and never fed."""
    from experiments.telling.messages import name_of, say

    if not place.outturns:
        return []
    grid = _grid(("outcome", "value", "unit", "year", "confidence", "source"), language)
    for one in place.outturns:
        years = str(one.year) if one.first_year == one.year else f"{one.first_year}–{one.year}"
        unit = name_of("unit", one.unit, language)
        grid.add([one.outcome, number(one.value, language), unit, years, one.confidence, one.source])
    return ["", say("profile.outturns", language), "", *grid.lines()]


def _grid(columns: Sequence[str], language: str) -> Grid:
    from experiments.telling.grid import Grid
    from experiments.telling.messages import name_of

    return Grid([name_of("column", name, language) for name in columns])


def number(value: float, language: str) -> str:
    """Write a fact: whole numbers whole, others to five significant digits."""
    from experiments.telling.numbers import format_number

    if value == int(value) and abs(value) >= 1:
        return format_number(value, language, 0)
    decimals = next((places for places in range(1, 7) if round(value, places) == float(f"{value:.5g}")), 6)
    return format_number(value, language, decimals)
