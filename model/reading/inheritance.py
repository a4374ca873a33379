"""`extends`: a scenario is a dated difference to another, down to defaults.yaml.

Enters: a scenario file. Leaves: one tree in which every lever is a path of dated values, each entry still knowing the
file and line it came from. A path merges with its parent's year by year; a plain value replaces the parent's path.
"""

from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Final

from model.reading.folder import parent_file, shown_name
from model.reading.loading import load_bytes, load_file
from model.reading.nodes import START, Key, Node, is_digits, problem_at, spot_of_key
from model.reading.problems import Problem, Refused
from model.reading.scenario_file import ELSEWHERE, MAPPINGS, SECTIONS
from model.vocabulary import FIRST_YEAR, LAST_YEAR

DEFAULTS: Final = "defaults.yaml"
LONGEST_CHAIN: Final = 16
_DEEP: Final = ("title", "about", "parameters", "ensemble")


@dataclass(frozen=True)
class Reading:
    """Hold a tree as far as it could be read; `whole` is False when a file of the chain is missing from it."""

    tree: Node
    problems: tuple[Problem, ...]
    whole: bool = True


def inherited(file: Path, folder: Path, shown_as: str) -> Reading:
    """Return the file's tree merged over all that it extends, and the problems met on the way.

    Raises: Refused, if the file itself cannot be read.
    """
    return _chain(file, folder, shown_as, ())


def with_defaults(tree: Node) -> Node:
    """Return a scenario's tree merged over defaults.yaml."""
    return merged(defaults(), tree)


def defaults() -> Node:
    """Return the tree that every scenario extends in the end."""
    content = resources.files("model.reading").joinpath(DEFAULTS).read_bytes()
    tree, _ = prepared(load_bytes(content, DEFAULTS))
    return tree


def _chain(file: Path, folder: Path, shown_as: str, children: tuple[Path, ...]) -> Reading:
    tree, problems = prepared(load_file(file, shown_as))
    written = tree.entries.get("extends")
    if written is None:
        return Reading(tree, tuple(problems))
    chain = (*children, file)
    try:
        parent = _parent(file, folder, written, chain)
        base = _chain(parent, folder, shown_name(parent, file, shown_as), chain)
    except Refused as refused:
        return Reading(tree.without("extends"), (*problems, *refused.problems), whole=False)
    return Reading(merged(base.tree, tree.without("extends")), (*problems, *base.problems), base.whole)


def _parent(file: Path, folder: Path, written: Node, chain: tuple[Path, ...]) -> Path:
    if not isinstance(written.value, str):
        raise Refused([problem_at("extends_not_yaml", written.spot, ("extends",), value=written.value)])
    parent = parent_file(file, written.value, folder, written.spot)
    if any(parent.samefile(child) for child in chain):
        raise Refused([problem_at("extends_cycle", written.spot, ("extends",), value=written.value)])
    if len(chain) >= LONGEST_CHAIN:
        allowed = f"≤ {LONGEST_CHAIN}"
        raise Refused(
            [problem_at("extends_too_long", written.spot, ("extends",), value=written.value, allowed=allowed)]
        )
    return parent


def prepared(tree: Node) -> tuple[Node, list[Problem]]:
    """Return a file's tree with every lever as a path, and what is wrong with its shape."""
    if not isinstance(tree.value, dict):
        return Node({}, tree.spot), [problem_at("mapping_expected", tree.spot)]
    tree, problems = _dated_from(tree)
    for section in SECTIONS:
        part = tree.entries.get(section)
        if part is not None and isinstance(part.value, dict):
            levers = {name: _as_path(name, node) for name, node in part.entries.items()}
            tree = tree.with_entry(section, replace(part, value=levers))
    return tree, problems


def merged(base: Node, child: Node) -> Node:
    """Return the child's entries over the base's."""
    entries = dict(base.entries)
    for name, node in child.entries.items():
        entries[name] = _part(name, entries.get(name), node)
    return replace(child, value=entries)


def _dated_from(tree: Node) -> tuple[Node, list[Problem]]:
    """Turn `communes: {digital_teams: double, from: 2026}` into a dated path."""
    communes = tree.entries.get("communes")
    if communes is None or "from" not in communes.entries:
        return tree, []
    since, teams = communes.entries["from"], communes.entries.get("digital_teams")
    rest = communes.without("from")
    if since.value is None:
        return tree.with_entry("communes", rest), []
    path = ("communes", "from")
    if teams is None or isinstance(teams.value, dict):
        code = "from_without_value" if teams is None else "from_with_path"
        return tree.with_entry("communes", rest), [problem_at(code, spot_of_key(since), path)]
    if isinstance(since.value, bool) or not isinstance(since.value, int):
        return tree.with_entry("communes", rest), [problem_at("not_a_year", since.spot, path, **_not_a_year(since))]
    dated = Node({since.value: replace(teams, key_spot=since.spot)}, teams.spot, teams.key_spot)
    return tree.with_entry("communes", rest.with_entry("digital_teams", dated)), []


def _not_a_year(node: Node) -> dict[str, object]:
    return {"value": node.value, "allowed": f"{FIRST_YEAR} .. {LAST_YEAR}"}


def _as_path(name: Key, node: Node) -> Node:
    """Return a lever's value as a path; a plain value holds from the first year."""
    if name not in ELSEWHERE or _is_path(name, node):
        return node
    return Node({START: node}, node.spot, node.key_spot)


def _is_path(name: Key, node: Node) -> bool:
    if name not in MAPPINGS:
        return isinstance(node.value, dict)
    return any(isinstance(key, int) or is_digits(key) for key in node.entries)


def _part(name: Key, base: Node | None, child: Node) -> Node:
    if base is None or not isinstance(child.value, dict) or not isinstance(base.value, dict):
        return child
    if name in SECTIONS:
        levers = dict(base.entries)
        for lever, node in child.entries.items():
            levers[lever] = _lever(levers.get(lever), node)
        return replace(child, value=levers)
    return replace(child, value={**base.entries, **child.entries}) if name in _DEEP else child


def _lever(base: Node | None, child: Node) -> Node:
    """Merge two paths by year, unless the child's was written as a plain value."""
    if base is None or START in child.entries or not child.entries:
        return child
    return replace(child, value={**base.entries, **child.entries})
