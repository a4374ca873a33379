"""Entries of a YAML file that remember where they stand.

Enters: what `loading` parsed. Leaves: `Node` trees, plain values, and the place of any path in them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from model.reading.problems import Problem

Scalar: TypeAlias = str | int | float | bool | None
Key: TypeAlias = str | int
Trail: TypeAlias = tuple[Key, ...]

START = -1  # the key of a value that holds from the first year of the period


@dataclass(frozen=True, slots=True)
class Spot:
    """Name a place in a file; line and column count from 1."""

    file: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Node:
    """Hold one value with its place, the place of its key, and, for a scalar without quotes, its text."""

    value: "Scalar | dict[Key, Node] | list[Node]"
    spot: Spot
    key_spot: Spot | None = None
    text: str | None = None

    @property
    def entries(self) -> "dict[Key, Node]":
        """Return the entries of a mapping; of anything else, none."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> "list[Node]":
        """Return the items of a list; of anything else, none."""
        return self.value if isinstance(self.value, list) else []

    def with_entry(self, key: Key, node: "Node") -> "Node":
        """Return a copy of this mapping with one entry set."""
        return replace(self, value={**self.entries, key: node})

    def without(self, key: Key) -> "Node":
        """Return a copy of this mapping without one entry."""
        return replace(self, value={name: node for name, node in self.entries.items() if name != key})


def plain(node: Node) -> object:
    """Return the node's value as plain mappings, lists and scalars."""
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [plain(child) for child in node.value]
    return node.value


def node_of(value: object, spot: Spot) -> Node:
    """Wrap a plain value given by a program, as if it all stood at one place."""
    if isinstance(value, Mapping):
        return Node({key: node_of(child, spot) for key, child in value.items()}, spot, spot)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return Node([node_of(child, spot) for child in value], spot, spot)
    if value is None or isinstance(value, str | bool | int | float):
        return Node(value, spot, spot, value if isinstance(value, str) else repr(value))
    return Node(str(value), spot, spot)


def find(node: Node, path: Sequence[Key]) -> Node:
    """Follow a path as far as it exists, and return the last entry on it."""
    for step in path:
        child = _child(node, step)
        if child is None:
            return node
        node = child
    return node


def spot_of_key(node: Node) -> Spot:
    """Return where the entry's key stands, or its value if it has no key."""
    return node.key_spot or node.spot


def is_digits(text: str) -> bool:
    """See whether a text is a whole number in the digits 0 to 9, and in no other script's."""
    return text.isascii() and text.isdecimal()


def dotted(path: Sequence[Key]) -> str:
    """Write a path as a planner reads it; the first year's stand-in is left out."""
    return ".".join(str(step) for step in path if step != START)


def problem_at(code: str, spot: Spot, path: Sequence[Key] = (), **values: object) -> Problem:
    """Make a problem of something that stands at a spot."""
    return Problem(code, spot.file, spot.line, spot.column, dotted(path), values)


def _child(node: Node, step: Key) -> Node | None:
    if isinstance(node.value, dict):
        return node.value.get(step)
    if isinstance(node.value, list) and isinstance(step, int) and 0 <= step < len(node.value):
        return node.value[step]
    return None
