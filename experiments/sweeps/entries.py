"""One entry of `vary`, from what is written to an axis: every value is tried on every scenario before anything runs.

Enters: the node of an entry. Leaves: an axis, or problems laid at the value they are about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from experiments.sweeps.axes import Axis, Listed, Registered, Spanned, changed, number_and_unit
from experiments.sweeps.form import GRID, Entry, Range
from experiments.sweeps.levers import PARAMETERS, is_parameter, known, meant
from model.reading.nodes import Node, Scalar, Trail, find, problem_at, spot_of_key
from model.reading.problems import Problem, Refused, until_many
from model.reading.validating import validated
from model.register import Entry as RegisterEntry
from model.scenario import Scenario

WORDS_FIRST: Final = float("-inf")


def axis_of(
    key: str, node: Node, design: str, scenarios: Sequence[Scenario], years: int | None
) -> tuple[Axis | None, list[Problem]]:
    """Return what an entry of `vary` means, and what is wrong with it beyond its form."""
    at: Trail = ("vary", key)
    if key not in known():
        return None, [problem_at("unknown_lever", spot_of_key(node), at, value=key, suggestion=meant(key))]
    form, _ = validated(Entry, node)
    if form is None:
        return None, []
    problems = _since_problems(form, key, node, scenarios, years)
    if (form.values is None) == (form.range is None):
        return None, [*problems, problem_at("values_or_range", spot_of_key(node), at)]
    axis: Axis | None
    if form.values is not None:
        axis, wrong = Listed(key, form.from_, tuple(form.values)), _repeated(form.values, node, at)
    else:
        axis, wrong = _ranged(key, form, node, design, scenarios)
    problems += wrong
    if axis is not None and not problems:
        problems += _value_problems(axis, node, scenarios)
    return axis, problems


def _since_problems(
    form: Entry, key: str, node: Node, scenarios: Sequence[Scenario], years: int | None
) -> list[Problem]:
    """Check the year from which a lever takes its values."""
    if is_parameter(key):
        if form.from_ is None:
            return []
        return [problem_at("since_needless", spot_of_key(node.entries["from"]), ("vary", key, "from"))]
    if form.from_ is None:
        return [problem_at("since_missing", spot_of_key(node), ("vary", key))]
    last = years or min((scenario.end for scenario in scenarios), default=form.from_)
    if form.from_ <= last:
        return []
    value, allowed = node.entries["from"], f"≤ {last}"
    return [problem_at("out_of_range", value.spot, ("vary", key, "from"), value=form.from_, allowed=allowed)]


def _repeated(values: Sequence[Scalar], node: Node, at: Trail) -> list[Problem]:
    """Refuse a value that stands in a list twice."""
    items = find(node, ("values",)).items
    return [
        problem_at("repeated_item", items[index].spot, (*at, "values", index))
        for index, value in enumerate(values)
        if value in values[:index]
    ]


def _ranged(
    key: str, form: Entry, node: Node, design: str, scenarios: Sequence[Scenario]
) -> tuple[Axis | None, list[Problem]]:
    """Return the axis of a range: its steps in a grid, else the whole of it."""
    part, at, where = form.range or Range(), ("vary", key, "range"), node.entries["range"]
    span, problems = _span(key, form.from_, part, where, scenarios)
    if span is None:
        return None, problems
    if design == GRID and part.steps is None:
        problems.append(problem_at("steps_missing", spot_of_key(where), at))
    if design != GRID and part.steps is not None:
        problems.append(problem_at("steps_needless", spot_of_key(where.entries["steps"]), (*at, "steps"), value=design))
    if problems:
        return None, problems
    return (span if part.steps is None else Listed(key, form.from_, span.steps(part.steps))), []


def _span(
    key: str, since: int | None, part: Range, where: Node, scenarios: Sequence[Scenario]
) -> tuple[Spanned | Registered | None, list[Problem]]:
    """Return the range that is written, or else the one that the parameter has."""
    at = ("vary", key, "range")
    if part.low is None and part.high is None and is_parameter(key):
        entry = registered(key, scenarios)
        if entry is not None and entry.is_fixed:
            return None, [problem_at("range_unknown", spot_of_key(where), at, value=key.removeprefix(PARAMETERS))]
        return (Registered(key, entry) if entry else None), []
    if part.low is None or part.high is None:
        return None, [problem_at("range_bounds", spot_of_key(where), at)]
    low, high = number_and_unit(part.low), number_and_unit(part.high)
    if low is None or high is None or low[1] != high[1]:
        values = {"low": part.low, "high": part.high}
        return None, [problem_at("range_units", spot_of_key(where), at, **values)]
    if low[0] >= high[0]:
        return None, [problem_at("range_reversed", spot_of_key(where), at, value=f"{part.low} .. {part.high}")]
    return Spanned(key, since, low[0], high[0], low[1]), []


def registered(key: str, scenarios: Sequence[Scenario]) -> RegisterEntry | None:
    """Return the parameter or fact of that name, as the first scenario knows it."""
    name = key.removeprefix(PARAMETERS)
    for scenario in scenarios:
        return {**scenario.parameters.entries, **scenario.place.register.entries}.get(name)
    return None


def _value_problems(axis: Axis, node: Node, scenarios: Sequence[Scenario]) -> list[Problem]:
    """Try the values of an axis one by one on every scenario, and lay what is refused at the value."""
    problems: list[Problem] = []
    for value, spot, at in until_many(_tried(axis, node), problems):
        for scenario in scenarios:
            try:
                changed(scenario, [axis], [value])
            except Refused as refused:
                problems += [problem_at(one.code, spot.spot, at, **one.values) for one in refused.problems]
    return problems


def _tried(axis: Axis, node: Node) -> Iterator[tuple[Scalar, Node, Trail]]:
    """Yield every value of a list, or the bounds of a range, with where it stands."""
    at: Trail = ("vary", axis.key)
    items = find(node, ("values",)).items if "values" in node.entries else []
    if items and isinstance(axis, Listed):
        for index, value in enumerate(axis.values):
            yield value, items[index], (*at, "values", index)
        return
    part = node.entries["range"]
    for name, probability in (("low", 0.0), ("high", 1.0)):
        yield axis.at(probability), part.entries.get(name, part), (*at, "range", name)


def combination_problems(axes: Sequence[Axis], scenarios: Sequence[Scenario], vary: Node) -> list[Problem]:
    """Try all highest and all lowest values together: lines may be too much together that are each little."""
    problems = []
    for choose in (max, min):
        values = [choose(_candidates(axis), key=_size) for axis in axes]
        for scenario in scenarios:
            try:
                changed(scenario, axes, values)
            except Refused as refused:
                problems += [problem_at(one.code, spot_of_key(vary), ("vary",), **one.values) for one in refused.problems]
    return problems


def _candidates(axis: Axis) -> Sequence[Scalar]:
    return axis.values if isinstance(axis, Listed) else (axis.at(0.0), axis.at(1.0))


def _size(value: Scalar) -> float:
    parts = number_and_unit(value)
    return float(parts[0]) if parts else WORDS_FIRST
