"""A sweep file, read and checked whole: every mistake in it and in the scenarios it names is found at once.

Enters: the path of a sweep file. Leaves: `Sweep`, or problems laid at the line they are about.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from experiments.ensembles.plan import labels
from experiments.sweeps.axes import Axis
from experiments.sweeps.entries import axis_of, combination_problems
from experiments.sweeps.form import FULL, GRID, MOST_POINTS, SweepFile
from model.places.targets import known_outcomes
from model.reading.assembly import assemble
from model.reading.folder import parent_file, scenario_folder, shown_name
from model.reading.loading import load_file
from model.reading.nodes import Node, Spot, find, node_of, problem_at, spot_of_key
from model.reading.problems import Problem, Refused, in_order, nearest, until_many
from model.reading.validating import validated
from model.scenario import Scenario
from model.vocabulary import FIRST_YEAR, LAST_YEAR

MARK: Final = "scenarios"
"""The top-level entry that tells a sweep file from others."""
MOST_RUNS: Final = 50_000_000


@dataclass(frozen=True)
class Sweep:
    """Hold one sweep, complete and checked."""

    path: Path
    form: SweepFile
    axes: tuple[Axis, ...]
    scenarios: tuple[Scenario, ...]

    @property
    def name(self) -> str:
        """Return the name of the file, without its ending."""
        return self.path.stem

    @property
    def central(self) -> bool:
        """See whether all parameters stay at their central values."""
        return self.form.parameters == "central"

    @property
    def places(self) -> list[str]:
        """Name each scenario's place."""
        return [scenario.place.name for scenario in self.scenarios]

    @property
    def labels(self) -> list[str]:
        """Return a distinct label for every scenario."""
        return labels([scenario.name for scenario in self.scenarios], self.places)

    @cached_property
    def outcomes(self) -> tuple[str, ...]:
        """Name the outcomes that are kept: those asked for, or all."""
        return tuple(dict.fromkeys(self.form.outcomes or known_outcomes()))

    @property
    def points(self) -> int:
        """Return how many combinations of values there are."""
        return grid_points(self.axes) if self.form.design == GRID else self.form.points or 1


def load_sweep(path: Path | str, changes: Mapping[str, object] | None = None) -> Sweep:
    """Load a sweep file with the scenarios it names; `changes` replaces entries, such as {"replicates": 5}.

    Raises: Refused, with all that is wrong in any of these files.
    """
    sweep, problems = read(Path(path), changes or {})
    if problems or sweep is None:
        raise Refused(problems)
    return sweep


def check_sweep(path: Path) -> list[Problem]:
    """Return all that is wrong with a sweep file."""
    try:
        return read(path, {})[1]
    except Refused as refused:
        return list(refused.problems)


def read(path: Path, changes: Mapping[str, object]) -> tuple[Sweep | None, list[Problem]]:
    """Return the sweep as far as it is sound, and all that is wrong with it.

    Raises: Refused, if the file itself cannot be read.
    """
    tree = prepared(load_file(path, str(path)), changes)
    form, problems = validated(SweepFile, tree)
    scenarios, wrong = _scenarios(tree, path)
    problems += wrong
    axes: list[Axis] = []
    years = form.years if form else None
    vary = tree.entries.get("vary", tree)
    for key, node in until_many(vary.entries.items() if vary is not tree else (), problems):
        axis, wrong = axis_of(str(key), node, _word(tree, "design", GRID), scenarios, years)
        problems += wrong
        axes += [axis] if axis else []
    problems += _outcome_problems(tree)
    if form is not None:
        problems += _policy_problems(form, tree, axes, scenarios)
    if axes and not problems:
        problems += combination_problems(axes, scenarios, vary)
    sweep = Sweep(path, form, tuple(axes), tuple(scenarios)) if form else None
    return sweep, in_order(problems)


def prepared(tree: Node, changes: Mapping[str, object]) -> Node:
    """Write the short forms of a sweep file out: a list stands for values, `full` for a parameter's own range."""
    if not isinstance(tree.value, dict):
        raise Refused([problem_at("mapping_expected", tree.spot)])
    vary = tree.entries.get("vary")
    if vary is not None and isinstance(vary.value, dict):
        entries = {key: _long(node) for key, node in vary.entries.items()}
        tree = tree.with_entry("vary", replace(vary, value=entries))
    for name, value in changes.items():
        tree = tree.with_entry(name, node_of(value, Spot(f"--{name}")))
    return tree


def _long(node: Node) -> Node:
    if isinstance(node.value, list):
        return Node({"values": node}, node.spot, node.key_spot)
    if node.value == FULL:
        return Node({"range": Node({}, node.spot, node.key_spot)}, node.spot, node.key_spot)
    inner = node.entries.get("range")
    return node.with_entry("range", replace(inner, value={})) if inner is not None and inner.value == FULL else node


def _word(tree: Node, name: str, otherwise: str) -> str:
    value = tree.entries[name].value if name in tree.entries else otherwise
    return value if isinstance(value, str) else otherwise


def _scenarios(tree: Node, path: Path) -> tuple[list[Scenario], list[Problem]]:
    """Load the scenarios that the file names, each path relative to it and inside the scenario folder."""
    scenarios: list[Scenario] = []
    problems: list[Problem] = []
    for index, node in until_many(enumerate(find(tree, (MARK,)).items), problems):
        at = (MARK, index)
        try:
            file = parent_file(path, str(node.value), scenario_folder(path, str(path)), node.spot)
            if any(file == other.path for other in scenarios):
                raise Refused([problem_at("repeated_item", node.spot, at)])
            scenario = Scenario(file.stem, assemble(file, shown_name(file, path, str(path))))
        except Refused as refused:
            problems += [_relaid(problem, node, at) for problem in refused.problems]
        else:
            scenarios.append(scenario)
    return scenarios, problems


def _relaid(problem: Problem, node: Node, at: tuple[str, int]) -> Problem:
    """Call the entry `scenarios` what is wrong with a path, which `extends` would call `extends`."""
    here = (problem.file, problem.line, problem.column) == (node.spot.file, node.spot.line, node.spot.column)
    return replace(problem, path=f"{at[0]}.{at[1]}") if here and problem.path == "extends" else problem


def grid_points(axes: list[Axis] | tuple[Axis, ...]) -> int:
    """Return into how many points the values of a grid combine."""
    return math.prod(len(getattr(axis, "values", ())) or 1 for axis in axes)


def _policy_problems(form: SweepFile, tree: Node, axes: list[Axis], scenarios: list[Scenario]) -> list[Problem]:
    """Say what is wrong with entries that are each right by themselves."""
    return [
        *_design_problems(form, tree, grid_points(axes)),
        *_years_problems(form, tree, scenarios),
        *_number_problems(form, tree, axes),
    ]


def _design_problems(form: SweepFile, tree: Node, points: int) -> list[Problem]:
    if form.design == GRID:
        if form.points is not None:
            return [problem_at("points_needless", spot_of_key(tree.entries["points"]), ("points",))]
        if points > MOST_POINTS:
            vary = tree.entries["vary"]
            return [problem_at("too_many_points", spot_of_key(vary), ("vary",), value=points, allowed=f"≤ {MOST_POINTS}")]
        return []
    node = tree.entries["design"]
    problems = []
    if form.points is None:
        problems.append(problem_at("points_missing", spot_of_key(node), ("design",), value=form.design))
    if not form.vary:
        problems.append(problem_at("vary_missing", spot_of_key(node), ("design",), value=form.design))
    return problems


def _years_problems(form: SweepFile, tree: Node, scenarios: list[Scenario]) -> list[Problem]:
    first = max((scenario.start for scenario in scenarios), default=FIRST_YEAR)
    if form.years is None or form.years >= first:
        return []
    node, allowed = tree.entries["years"], f"{first} .. {LAST_YEAR}"
    return [problem_at("out_of_range", node.spot, ("years",), value=form.years, allowed=allowed)]


def _outcome_problems(tree: Node) -> list[Problem]:
    names = known_outcomes()
    problems: list[Problem] = []
    for index, node in until_many(enumerate(find(tree, ("outcomes",)).items), problems):
        if node.value not in names:
            at, suggestion = ("outcomes", index), nearest(node.value, names)
            problems.append(problem_at("unknown_outcome", node.spot, at, value=node.value, suggestion=suggestion))
    return problems


def _number_problems(form: SweepFile, tree: Node, axes: list[Axis]) -> list[Problem]:
    problems = []
    if form.draws is not None and form.parameters == "central":
        problems.append(problem_at("draws_central", spot_of_key(tree.entries["draws"]), ("draws",)))
    points = grid_points(axes) if form.design == GRID else form.points or 1
    runs = points * len(form.scenarios) * (form.draws or 1) * form.replicates
    if runs > MOST_RUNS:
        node = tree.entries.get("replicates", tree)
        problems.append(problem_at("too_many_runs", node.spot, ("replicates",), value=runs, allowed=f"≤ {MOST_RUNS}"))
    return problems
