"""`pillars profile`: show what is known of a place, from where, and what was imputed."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.cli import Parser


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
    return {**head, "imputed_inputs": len(place.imputed), "facts": facts}


def lines(place: Any, language: str) -> list[str]:
    """Return the facts as a table."""
    from experiments.telling.grid import Grid
    from experiments.telling.messages import name_of, say
    from experiments.telling.numbers import format_number

    people = format_number(place.facts.population_resident, language, 0)
    title = place.title[language]
    written = [say("profile.head", language, place=title, communes=len(place.communes), people=people)]
    entries = place.register.entries
    written += [say("profile.imputed", language, imputed=len(place.imputed), facts=len(entries)), ""]
    grid = Grid(
        [name_of("column", name, language) for name in ("name", "value", "unit", "year", "confidence", "source")]
    )
    for name, entry in entries.items():
        mark = "*" if name in place.imputed else ""
        grid.add(
            [name, number(entry.value, language) + mark, entry.unit, str(entry.year), entry.confidence, entry.source]
        )
    return written + grid.lines()


def number(value: float, language: str) -> str:
    """Write a fact: whole numbers whole, others to five significant digits."""
    from experiments.telling.numbers import format_number

    if value == int(value) and abs(value) >= 1:
        return format_number(value, language, 0)
    decimals = next((places for places in range(1, 7) if round(value, places) == float(f"{value:.5g}")), 6)
    return format_number(value, language, decimals)
