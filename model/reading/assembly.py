"""Put a scenario together from its files: the merged tree, its form, its place, the parameters and what it fixes.

Enters: a scenario file, or changes to a scenario. Leaves: `Parts`, or `Refused` with every mistake in any of the files.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from model.parameters import Parameters
from model.places.place import Place, load_place
from model.reading.folder import PARAMETERS, place_problem, scenario_folder, shown_name
from model.reading.inheritance import DEFAULTS, Reading, inherited, merged, prepared, with_defaults
from model.reading.loading import load_file
from model.reading.nodes import START, Key, Node, Spot, find, is_digits, node_of, plain, problem_at, spot_of_key
from model.reading.policy import policy_problems
from model.reading.problems import Problem, Refused, in_order, nearest, until_many
from model.reading.registers import FACT_NAMES, natural_bounds, read_parameters
from model.reading.scenario_file import ELSEWHERE, SECTIONS, ScenarioFile
from model.reading.units import Unclear, in_unit
from model.reading.validating import validated
from model.register import Entry, Register

# What a form needs to be complete, where a file is too damaged to give it: only to check its other parts.
_STAND_IN: Final = node_of(
    {
        "title": {"en": "-", "vi": "-"},
        "place": "-",
        "period": "2021..2060",
        "budget": {"pillars_share": {START: "0 %"}, "lines": {START: {"applied_research": "100 %"}}},
    },
    Spot(DEFAULTS),
)


@dataclass(frozen=True)
class Parts:
    """Hold what a scenario is made of; `tree` is what was written, merged and with places."""

    path: Path
    shown_as: str
    tree: Node
    form: ScenarioFile
    place: Place
    parameters: Register[Parameters]


@dataclass(frozen=True)
class _Surroundings:
    """What stands beside a scenario file, as far as it could be loaded."""

    path: Path
    shown_as: str
    parameters: Register[Parameters] | None
    place: Place | None = None


def assemble(path: Path, shown_as: str) -> Parts:
    """Read a scenario file and all that it needs.

    Raises: Refused.
    """
    if not path.is_file():
        load_file(path, shown_as)
    folder = scenario_folder(path, shown_as)
    reading = inherited(path.absolute(), folder, shown_as)
    reading = replace(reading, tree=with_defaults(reading.tree))
    parameters: Register[Parameters] | None = None
    problems: list[Problem] = []
    try:
        shown = shown_name(folder / PARAMETERS, path, shown_as)
        parameters, problems = read_parameters(load_file(folder / PARAMETERS, shown))
    except Refused as refused:
        problems = list(refused.problems)
    return _together(reading, _Surroundings(path, shown_as, parameters), problems)


def assemble_changed(parts: Parts, changes: Mapping[str, object]) -> Parts:
    """Return a scenario's parts with entries changed, by dotted path.

    Raises: Refused.
    """
    child, problems = prepared(node_of(_nested(changes), Spot(parts.shown_as)))
    reading = Reading(merged(parts.tree, child), tuple(problems))
    parameters = replace(parts.parameters, fixed={})
    place = replace(parts.place, register=replace(parts.place.register, fixed={}))
    return _together(reading, _Surroundings(parts.path, parts.shown_as, parameters, place), [])


def _together(reading: Reading, around: _Surroundings, problems: list[Problem]) -> Parts:
    """Check everything that can be checked, then refuse or join the parts."""
    tree = reading.tree
    form, wrong = validated(ScenarioFile, tree, ELSEWHERE)
    place, wrong_place = _place(tree, around)
    fixed, wrong_fixed = _fixed(tree, around.parameters, place)
    checked = form or validated(ScenarioFile, _repaired(tree, wrong))[0]
    wrong_policy = policy_problems(checked, tree) if checked else []
    if not reading.whole:
        wrong = [problem for problem in wrong if problem.code != "missing_entry"]
    found = [*reading.problems, *wrong, *wrong_policy, *wrong_place, *wrong_fixed, *problems]
    if found or form is None or place is None or around.parameters is None:
        raise Refused(in_order((_at_home(problem, tree) for problem in found), tree.spot.file))
    parameters = around.parameters.fix({name: value for name, value in fixed.items() if name not in FACT_NAMES})
    facts = place.register.fix({name: value for name, value in fixed.items() if name in FACT_NAMES})
    return Parts(around.path, around.shown_as, tree, form, replace(place, register=facts), parameters)


def _place(tree: Node, around: _Surroundings) -> tuple[Place | None, list[Problem]]:
    node = tree.entries.get("place")
    if node is None or not isinstance(node.value, str):
        return None, []
    if around.place is not None and around.place.name == node.value:
        return around.place, []
    folder = scenario_folder(around.path, around.shown_as)
    wrong = place_problem(folder, node.value, node.spot)
    if wrong is not None:
        return None, [wrong]
    try:
        shown = shown_name(folder / PARAMETERS, around.path, around.shown_as)
        return load_place(folder, node.value, str(Path(shown).parent)), []
    except Refused as refused:
        return None, list(refused.problems)


def _fixed(
    tree: Node, parameters: Register[Parameters] | None, place: Place | None
) -> tuple[dict[str, float], list[Problem]]:
    """Return the values that the scenario fixes, in the units of their entries, and what is wrong with them."""
    entries = {**(parameters.entries if parameters else {}), **(place.register.entries if place else {})}
    fixed: dict[str, float] = {}
    problems: list[Problem] = []
    for name, node in until_many(find(tree, ("parameters",)).entries.items(), problems):
        if str(name) in entries:
            try:
                fixed[str(name)] = _fixed_value(node, entries[str(name)])
            except Refused as refused:
                problems += refused.problems
        elif parameters is not None and (place is not None or name not in FACT_NAMES):
            suggestion = nearest(name, list(entries))
            at = ("parameters", name)
            problems.append(problem_at("unknown_parameter", spot_of_key(node), at, value=name, suggestion=suggestion))
    return fixed, problems


def _fixed_value(node: Node, entry: Entry) -> float:
    at = ("parameters", entry.name)
    try:
        value = in_unit(plain(node), entry.unit)
    except Unclear as unclear:
        raise Refused([problem_at(unclear.code, node.spot, at, **unclear.values)]) from None
    low, high = natural_bounds(entry.unit)
    low, high = low if entry.low is None else entry.low, high if entry.high is None else entry.high
    if not low <= value <= high:
        allowed = f"{low:g} .. {high:g}"
        values = {"value": node.value, "allowed": allowed, "unit": entry.unit}
        raise Refused([problem_at("parameter_range", node.spot, at, **values)])
    return value


def _repaired(tree: Node, problems: list[Problem]) -> Node:
    """Return the tree with stand-ins and defaults for all that is wrong, so that the rest can be checked."""
    bad = {tuple(problem.path.split(".")[:2]) for problem in problems}
    good = _STAND_IN
    if "period" in tree.entries and ("period",) not in bad:
        good = good.with_entry("period", tree.entries["period"])
    for section in SECTIONS:
        levers: dict[Key, Node] = {
            name: node
            for name, node in find(tree, (section,)).entries.items()
            if name in ELSEWHERE and (section, name) not in bad
        }
        good = merged(good, Node({section: Node(levers, tree.spot)}, tree.spot))
    return with_defaults(good)


def _at_home(problem: Problem, tree: Node) -> Problem:
    """Lay what the defaults cannot give at the scenario that lacks it."""
    if problem.file != DEFAULTS:
        return problem
    return replace(problem, file=tree.spot.file, line=tree.spot.line, column=tree.spot.column)


def _nested(changes: Mapping[str, object]) -> dict[Key, object]:
    """Turn dotted paths into nested mappings; a last step that is a year stays one."""
    tree: dict[Key, object] = {}
    for dotted, value in changes.items():
        steps: list[Key] = [int(step) if is_digits(step) else step for step in dotted.split(".")]
        branch = tree
        for step in steps[:-1]:
            inner = branch.setdefault(step, {})
            if not isinstance(inner, dict):
                inner = branch[step] = {}
            branch = inner
        branch[steps[-1]] = value
    return tree
