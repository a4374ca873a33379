"""What a place has published that it wants to reach, and what has happened there: compared with, never used to run.

Enters: targets.yaml and the outturns of profile.yaml. Leaves: targets and outturns, or all that is wrong with them.
"""

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Final

from model.reading.data_files import OutturnEntry, TargetEntry
from model.reading.loading import load_bytes
from model.reading.nodes import Node, find, problem_at, spot_of_key
from model.reading.problems import Problem, nearest, until_many
from model.reading.registers import deeper, missing
from model.reading.validating import validated

OUTCOMES_FILE: Final = "outcomes.yaml"


@dataclass(frozen=True, slots=True)
class Target:
    """Hold one published target; low and high are its bounds in the outcome's unit, infinite where it has none.

    year is the last year it speaks of, first_year the first (the same, unless it is an average over a period). Where
    the model does not represent it, outcome is None and not_modelled says why; it may then have no bound either. lever
    names the lever that decides it, if one does: the scenario then keeps it or not, whatever happens.
    """

    id: str
    name: Mapping[str, str]
    definition: Mapping[str, str]
    outcome: str | None
    bound: str | None
    low: float
    high: float
    unit: str
    first_year: int
    year: int
    source: str
    note: str
    not_modelled: Mapping[str, str] | None
    lever: str | None = None

    def is_met(self, value: float) -> bool:
        """See whether a value of the outcome meets the target."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Outturn:
    """Hold one figure that happened; first_year and year are the same unless it is an average over a period."""

    outcome: str
    first_year: int
    year: int
    value: float
    unit: str
    source: str
    confidence: str
    note: str


def read_targets(tree: Node) -> tuple[list[Target], list[Problem]]:
    """Return the targets that targets.yaml lists, and what is wrong with it."""
    listed = tree.entries.get("targets", tree)
    if not isinstance(listed.value, list):
        return [], [problem_at("list_expected", listed.spot, ("targets",) if "targets" in tree.entries else ())]
    targets: dict[str, Target] = {}
    problems = [_unknown(tree, name) for name in tree.entries if name != "targets"]
    for index, node in until_many(enumerate(listed.items), problems):
        form, wrong = validated(TargetEntry, node)
        problems += [deeper(problem, ("targets", index)) for problem in wrong]
        if form is None:
            continue
        problems += [deeper(problem, ("targets", index)) for problem in _sense(form, node)]
        if form.id in targets:
            spot = find(node, ("id",)).spot
            problems.append(problem_at("repeated_id", spot, ("targets", index, "id"), value=form.id))
        targets[form.id] = _target(form)
    return list(targets.values()), problems


def read_outturns(profile: Node) -> tuple[list[Outturn], list[Problem]]:
    """Return the outturns that a profile lists, and what is wrong with them."""
    listed = profile.entries.get("outturns")
    if listed is None:
        return [], []
    if not isinstance(listed.value, list):
        return [], [problem_at("list_expected", listed.spot, ("outturns",))]
    outturns: list[Outturn] = []
    problems: list[Problem] = []
    for index, node in until_many(enumerate(listed.items), problems):
        form, wrong = validated(OutturnEntry, node)
        if form is not None:
            wrong = _outcome_problems(form.outcome, node)
            outturns.append(_outturn(form))
        problems += [deeper(problem, ("outturns", index)) for problem in wrong]
    return outturns, problems


@functools.cache
def known_outcomes() -> tuple[str, ...]:
    """Name the outcomes of the model."""
    content = resources.files("model.books").joinpath(OUTCOMES_FILE).read_bytes()
    return tuple(str(name) for name in load_bytes(content, OUTCOMES_FILE).entries)


def _unknown(tree: Node, name: str | int) -> Problem:
    spot = spot_of_key(tree.entries[name])
    return problem_at("unknown_entry", spot, (name,), entry=name, suggestion="targets")


def _sense(form: TargetEntry, node: Node) -> list[Problem]:
    """Check that a target has either an outcome to compare with or a reason, and a bound that fits its value."""
    problems = [] if form.outcome is None else _outcome_problems(form.outcome, node)
    if (form.outcome is None) == (form.not_modelled is None):
        problems.append(problem_at("outcome_or_reason", node.spot, (), value=form.id))
    if form.bound is None and form.value is None and form.not_modelled is not None:
        return problems
    return problems + missing(node, ("bound", "value"), ()) + _bound_problems(form, find(node, ("value",)))


def _bound_problems(form: TargetEntry, value: Node) -> list[Problem]:
    if form.bound is None or form.value is None:
        return []
    if isinstance(value.value, list) != (form.bound == "within"):
        return [problem_at("bound_and_value", value.spot, ("value",), value=form.bound)]
    low, high = form.value
    if low > high:
        return [problem_at("range_reversed", value.spot, ("value",), value=f"{low:g} .. {high:g}")]
    return []


def _outcome_problems(outcome: str, node: Node) -> list[Problem]:
    known = known_outcomes()
    if outcome in known:
        return []
    spot = find(node, ("outcome",)).spot
    return [problem_at("unknown_outcome", spot, ("outcome",), value=outcome, suggestion=nearest(outcome, known))]


def _target(form: TargetEntry) -> Target:
    low, high = form.value or (-math.inf, math.inf)
    return Target(
        id=form.id,
        name=form.name.as_dict(),
        definition=form.definition.as_dict(),
        outcome=form.outcome,
        bound=form.bound,
        low=-math.inf if form.bound == "at_most" else low,
        high=math.inf if form.bound == "at_least" else high,
        unit=form.unit,
        first_year=form.year[0],
        year=form.year[1],
        source=form.source,
        note=form.note,
        not_modelled=form.not_modelled.reason.as_dict() if form.not_modelled else None,
        lever=form.lever,
    )


def _outturn(form: OutturnEntry) -> Outturn:
    first_year, year = form.year
    return Outturn(
        form.outcome, first_year, year, form.value, form.unit, form.source, form.confidence, form.note
    )
