"""The few facts that provinces_facts.csv states of provinces without a profile, held to what a profile's facts are held to.

Enters: provinces_facts.csv and provinces.csv of the scenario folder. Leaves: facts by province, or all that is wrong with the
file, each problem at the cell it is about.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import Final

from model.places.geography import Row, parsed, provinces_of, read_rows
from model.reading.folder import NATION, PROFILE
from model.reading.loading import load_file
from model.reading.nodes import Key, Node, find, problem_at
from model.reading.problems import Refused
from model.reading.registers import fact_entry, fact_unit_problems, read_facts
from model.reading.scalars import Misread, read_plain
from model.register import Entry

STATED: Final = "provinces_facts.csv"
_OF_A_FACT: Final = ("value", "unit", "year", "source", "confidence", "rule")
_COLUMNS: Final = ("province_code", "fact", *_OF_A_FACT)


def stated_rows(folder: Path, shown_as: str) -> tuple[Row, ...]:
    """Return the lines of provinces_facts.csv; none where there is no such file.

    Raises: Refused, if it is no table or lacks a column.
    """
    path = folder / STATED
    return read_rows(path, f"{shown_as}/{STATED}", _COLUMNS) if path.is_file() else ()


def stated_facts(folder: Path, shown_as: str) -> dict[str, dict[str, Entry]]:
    """Return what provinces_facts.csv states, by province and fact.

    Raises: Refused, with all that is wrong with it.
    """
    rows = stated_rows(folder, shown_as)
    known = {province.code for province in provinces_of(folder, shown_as)} if rows else set()
    found: dict[str, dict[str, Entry]] = {}
    profile = folder / NATION / PROFILE
    nation = find(load_file(profile, f"{shown_as}/{NATION}/{PROFILE}"), ("facts",)) if rows else None
    for row, entry in parsed(rows, partial(_stated, known, nation)):
        own = found.setdefault(row.cells["province_code"], {})
        if entry.name in own:
            raise Refused([problem_at("repeated_id", row.at("fact"), ("fact",), value=entry.name)])
        own[entry.name] = entry
    return found


def _stated(known: Collection[str], nation: Node | None, row: Row) -> tuple[Row, Entry]:
    """Return the fact of a line; known: the codes of the provinces, nation: its facts, each in the unit that holds."""
    fact = Node(_written(row), row.at("fact"), row.at("fact"))
    facts = Node({row.cells["fact"]: fact}, row.spot)
    forms, problems = read_facts(Node({"facts": facts}, row.spot))
    problems = problems or fact_unit_problems(facts, nation or facts)
    code = row.cells["province_code"]
    if code not in known:
        problems.append(problem_at("unknown_province", row.at("province_code"), ("province_code",), value=code))
    if problems:
        raise Refused(problems)
    name, form = forms.popitem()
    return row, fact_entry(name, form)


def _written(row: Row) -> dict[Key, Node]:
    """Return the cells of a fact that are not empty; its value is read as YAML reads a number."""
    cells: dict[Key, Node] = {column: Node(row.cells[column], row.at(column)) for column in _OF_A_FACT if row.cells[column]}
    text, spot = row.cells["value"], row.at("value")
    if not text:
        return cells
    try:
        return {**cells, "value": Node(read_plain(text), spot, spot, text)}
    except Misread as misread:
        wrong = problem_at(misread.code, spot, ("value",), value=misread.value, hint=misread.hint)
        raise Refused([wrong]) from None
