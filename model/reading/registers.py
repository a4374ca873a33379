"""Registers read from data files: every entry held to its form, its range to its value, its name to the known names.

Enters: trees of parameters.yaml and of profiles. Leaves: registers, or all that is wrong with the files.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Final, TypeVar

from model.parameters import Parameters
from model.places.facts import ABOVE_ZERO, GROWTH_RATES, Facts
from model.reading.data_files import FactEntry, ParameterEntry
from model.reading.doors import Strict
from model.reading.nodes import Node, Trail, find, problem_at, spot_of_key
from model.reading.problems import Problem, nearest, until_many
from model.reading.units import is_money
from model.reading.validating import validated
from model.register import Entry, Register

PARAMETER_NAMES: Final = tuple(field.name for field in fields(Parameters))
FACT_NAMES: Final = tuple(field.name for field in fields(Facts))
_COUNTS: Final = ("persons", "workers", "enterprises", "members", "a year")
_PARTS: Final = ("share", "index 0..1")
_CITED: Final = re.compile(r"\[([a-z0-9_]+(?:\s*[,;]\s*[a-z0-9_]+)*)\]")
_FASTEST: Final = 0.5  # of growth a year, either way
_GROUPED: Final = re.compile(r"[-+]?[1-9][0-9]{0,2}\.[0-9]{3}")

Form = TypeVar("Form", bound=Strict)


def read_parameters(tree: Node) -> tuple[Register[Parameters], list[Problem]]:
    """Return the register that parameters.yaml holds, in the order of the file, and what is wrong with it."""
    forms, problems = read_named(tree, ParameterEntry, PARAMETER_NAMES, "unknown_parameter")
    entries = {name: _parameter(name, form) for name, form in forms.items()}
    problems += missing(tree, PARAMETER_NAMES, ())
    problems += [problem for entry in entries.values() for problem in entry_problems(tree, (), entry)]
    return Register(Parameters, entries), problems


def read_facts(tree: Node) -> tuple[dict[str, FactEntry], list[Problem]]:
    """Return the facts that a profile states, by name, and what is wrong with them."""
    facts = find(tree, ("facts",))
    if "facts" not in tree.entries:
        return {}, [problem_at("missing_entry", tree.spot, (), entry="facts")]
    forms, problems = read_named(facts, FactEntry, FACT_NAMES, "unknown_fact", ("facts",))
    for name, form in forms.items():
        path: Trail = ("facts", name)
        of_its_kind = entry_problems(tree, path[:1], fact_entry(name, form))
        problems += of_its_kind or _fact_problems(find(tree, (*path, "value")), name, form.value)
        if form.confidence == "imputed" and not form.rule:
            problems.append(problem_at("rule_missing", spot_of_key(find(tree, path)), path))
    return forms, problems


def _fact_problems(value: Node, name: str, written: float) -> list[Problem]:
    """Check what the model needs of a fact beyond what its unit says."""
    at: Trail = ("facts", name, "value")
    if name in ABOVE_ZERO and written <= 0.0:
        return [problem_at("out_of_range", value.spot, at, value=value.value, allowed="> 0")]
    if name in GROWTH_RATES and abs(written) > _FASTEST:
        allowed = f"{-_FASTEST:g} .. {_FASTEST:g}"
        return [problem_at("out_of_range", value.spot, at, value=value.value, allowed=allowed)]
    return []


def fact_unit_problems(facts: Node, nation: Node) -> list[Problem]:
    """Say which facts are in another unit than the nation's: scaled and compared, they would be off without a word."""
    problems: list[Problem] = []
    for name, node in facts.entries.items():
        unit, meant = find(node, ("unit",)), find(nation, (name, "unit"))
        if isinstance(unit.value, str) and isinstance(meant.value, str) and unit.value != meant.value:
            at = ("facts", name, "unit")
            problems.append(problem_at("fact_unit", unit.spot, at, value=unit.value, hint=meant.value))
    return problems


def read_named(
    tree: Node, form: type[Form], known: Sequence[str], unknown_code: str, path: Trail = ()
) -> tuple[dict[str, Form], list[Problem]]:
    """Hold every entry of a mapping to a form and its name to the known names."""
    forms: dict[str, Form] = {}
    if not isinstance(tree.value, dict):
        return forms, [problem_at("mapping_expected", tree.spot, path)]
    problems: list[Problem] = []
    for name, node in until_many(tree.entries.items(), problems):
        if name not in known:
            suggestion = nearest(name, known)
            at = (*path, name)
            problems.append(problem_at(unknown_code, spot_of_key(node), at, value=name, suggestion=suggestion))
            continue
        entry, wrong = validated(form, node)
        problems += [deeper(problem, (*path, name)) for problem in wrong]
        if entry is not None:
            forms[str(name)] = entry
    return forms, problems


def missing(tree: Node, names: Iterable[str], path: Trail) -> list[Problem]:
    """Name the entries that a mapping should have and has not."""
    absent = [name for name in names if name not in tree.entries]
    return [problem_at("missing_entry", spot_of_key(tree), path, entry=name) for name in absent]


def fact_entry(name: str, form: FactEntry) -> Entry:
    """Return a fact as an entry of a register."""
    low, high = form.range or (None, None)
    return Entry(
        name=name, value=form.value, unit=form.unit, low=low, high=high, distribution=form.distribution,
        source=form.source, confidence=form.confidence, year=years_text(form.year), note=form.note, rule=form.rule,
    )  # fmt: skip


def years_text(years: tuple[int, int]) -> str:
    """Write a year or a span of years."""
    return str(years[0]) if years[0] == years[1] else f"{years[0]}..{years[1]}"


def entry_problems(tree: Node, path: Trail, entry: Entry) -> list[Problem]:
    """Check one entry's range, distribution and unit against its value."""
    at: Trail = (*path, entry.name)
    node = find(tree, at)
    return _range_problems(node, at, entry) + _unit_problems(find(node, ("value",)), at, entry)


def _range_problems(node: Node, at: Trail, entry: Entry) -> list[Problem]:
    if entry.low is None or entry.high is None:
        if entry.is_fixed:
            return []
        return [problem_at("range_missing", spot_of_key(node), at, value=entry.distribution)]
    shown, spot = f"{entry.low:g} .. {entry.high:g}", find(node, ("range",)).spot
    if entry.low > entry.high:
        return [problem_at("range_reversed", spot, (*at, "range"), value=shown)]
    if not entry.low <= entry.value <= entry.high:
        value = find(node, ("value",))
        return [problem_at("out_of_range", value.spot, (*at, "value"), value=entry.value, allowed=shown)]
    if entry.distribution == "log_uniform" and entry.low <= 0:
        return [problem_at("range_not_positive", spot, (*at, "range"), value=shown)]
    return []


def _unit_problems(value: Node, at: Trail, entry: Entry) -> list[Problem]:
    lowest, highest = natural_bounds(entry.unit)
    written = value.text or ""
    if not lowest <= entry.value <= highest:
        allowed = f"{lowest:g} .. {highest:g}"
        return [problem_at("out_of_range", value.spot, (*at, "value"), value=entry.value, allowed=allowed)]
    if lowest == 0.0 and highest > 1.0 and _GROUPED.fullmatch(written):
        whole, other = written.replace(".", ""), f"{entry.value:g}"
        return [problem_at("ambiguous_group", value.spot, (*at, "value"), value=written, hint=whole, other=other)]
    return []


def cited(source: str) -> list[str]:
    """Return the keys of sources.yaml that a text names in brackets."""
    return [key for keys in _CITED.findall(source) for key in re.split(r"\s*[,;]\s*", keys)]


def natural_bounds(unit: str) -> tuple[float, float]:
    """Return the bounds that a fact's unit alone sets: shares 0..1, counts and money from 0."""
    if unit.startswith(_PARTS):
        return 0.0, 1.0
    return (0.0 if is_money(unit) or unit.startswith(_COUNTS) else -math.inf), math.inf


def _parameter(name: str, form: ParameterEntry) -> Entry:
    low, high = form.range or (None, None)
    meaning: Mapping[str, str] = {"en": form.meaning.en, "vi": form.meaning.vi}
    return Entry(
        name=name, value=form.value, unit=form.unit, low=low, high=high, distribution=form.distribution,
        source=form.source, confidence=form.confidence, symbol=form.symbol, meaning=meaning,
    )  # fmt: skip


def deeper(problem: Problem, path: Trail) -> Problem:
    """Return a problem of an entry as one of the tree that holds the entry at `path`."""
    prefix = ".".join(str(step) for step in path)
    full = f"{prefix}.{problem.path}" if problem.path else prefix
    return Problem(problem.code, problem.file, problem.line, problem.column, full, problem.values)
