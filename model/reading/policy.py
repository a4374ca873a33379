"""A scenario's dated paths, year by year.

Enters: the typed form of a scenario. Leaves: the levers in force in a year, and each path in its shortest form.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from model.levers import AiInstitute, Levers
from model.reading.nodes import START, Node, Trail, find, problem_at
from model.reading.problems import Problem
from model.reading.scenario_file import IMPULSES, SECTIONS, AiInstituteBlock, ScenarioFile
from model.vocabulary import LINES, SECTORS, SIZES

_AI_LINE: Final = "ai_institute"


def paths(form: ScenarioFile) -> Iterator[tuple[str, str, Mapping[int, Any]]]:
    """Yield the section, the name and the dated path of every lever."""
    for section, kind in SECTIONS.items():
        part = getattr(form, section)
        for name in kind.model_fields:
            if name != "from_":
                yield section, name, getattr(part, name)


def in_force(name: str, path: Mapping[int, Any], year: int) -> Any:
    """Return what a lever is in a year: the value of the last date, or of that very year for an impulse."""
    if name in IMPULSES:
        return path.get(year, IMPULSES[name])
    return path[max((date for date in path if date <= year), default=START)]


def levers_of(form: ScenarioFile, year: int) -> Levers:
    """Return every lever in force in a year."""
    return Levers(**{name: _in_full(name, in_force(name, path, year)) for _, name, path in paths(form)})


def shortest(name: str, path: Mapping[int, Any], start: int, end: int) -> dict[int, Any]:
    """Return the path as the model sees it: the years of the period in which something changes."""
    values = {year: _in_full(name, in_force(name, path, year)) for year in range(start, end + 1)}
    if name in IMPULSES:
        return {year: value for year, value in values.items() if value != IMPULSES[name]}
    return {year: value for year, value in values.items() if year == start or value != values[year - 1]}


def dated(name: str, path: Mapping[int, Any], start: int, end: int) -> dict[int, Any]:
    """Return the path with every date written in it, changing or not: a later date of a parent stays in force unless restated."""
    first = set() if name in IMPULSES else {start}
    dates = sorted(first | {date for date in path if start <= date <= end})
    return {date: _in_full(name, in_force(name, path, date)) for date in dates}


def policy_problems(form: ScenarioFile, tree: Node) -> list[Problem]:
    """Say what is wrong with levers that are each right by themselves."""
    problems = []
    for section, name, path in paths(form):
        node = find(tree, (section, name))
        if name in IMPULSES:
            if path.get(START, IMPULSES[name]) != IMPULSES[name]:
                value = find(node, (START,)).value
                problems.append(problem_at("impulse_without_year", node.spot, (section, name), value=value))
        elif START not in path and min(path) > form.period[0]:
            first = find(node, (min(path),))
            at = (section, name, min(path))
            problems.append(problem_at("starts_late", first.key_spot or first.spot, at, value=form.period[0]))
    return problems + _institute_problems(form, tree)


def _institute_problems(form: ScenarioFile, tree: Node) -> list[Problem]:
    """Refuse money for an AI institute that is not described; once, at the first date it is given."""
    lines, blocks = form.budget.lines, form.delivery.ai_institute
    for year in range(form.period[0], form.period[1] + 1):
        dates = [date for date in lines if date <= year]
        if dates and lines[max(dates)].get(_AI_LINE, 0.0) > 0.0 and in_force(_AI_LINE, blocks, year) is None:
            at: Trail = ("budget", "lines", max(dates), _AI_LINE)
            spot = find(tree, at).key_spot or find(tree, at).spot
            return [problem_at("institute_not_described", spot, at, year=year)]
    return []


def _in_full(name: str, value: Any) -> Any:
    """Return a lever's value as the model reads it: mappings over every line, size or sector."""
    if name == "lines":
        return {line: value.get(line, 0.0) for line in LINES}
    if name == "voucher_caps":
        return {size: value.get(size, 0.0) for size in SIZES}
    if name == "priority_sectors":
        return {sector: value.get(sector, 1.0) for sector in SECTORS}
    if isinstance(value, AiInstituteBlock):
        sectors = tuple(sector for sector in SECTORS if sector in value.sectors)
        return AiInstitute(value.minimum_scale, sectors)
    return tuple(value) if isinstance(value, list) else value
