"""Check files without running anything: scenarios, profiles, targets, parameters, sources, whole folders.

Enters: paths. Leaves: every problem found. Rooms outside `model` may bring kinds of files of their own.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias

from model.places.geography import COMMUNES, commune_problems
from model.places.place import load_place
from model.places.stated import STATED, stated_facts, stated_rows
from model.places.targets import read_targets
from model.reading.data_files import SourceEntry
from model.reading.folder import NATION, PARAMETERS, PROFILE, SOURCES, TARGETS, scenario_folder, shown_name
from model.reading.loading import load_file
from model.reading.nodes import Node, Trail, find, problem_at
from model.reading.problems import Problem, Refused, in_order, nearest
from model.reading.registers import cited, deeper, read_parameters
from model.reading.validating import validated
from model.scenario import load_scenario

Checker: TypeAlias = Callable[[Path], list[Problem]]
_NONE: Final[Mapping[str, Checker]] = MappingProxyType({})
_FIGURES: Final = ("facts", "outturns")
_OTHER_ROOMS: Final = ("sweep", "scenarios", "vary")  # entries that mark files which rooms outside `model` read


def check_paths(paths: Iterable[Path | str], kinds: Mapping[str, Checker] = _NONE) -> list[Problem]:
    """Return all that is wrong with files, and with all YAML files and tables below folders.

    kinds: for files of another kind than ours, a checker by the top-level entry that marks the kind.
    """
    problems: list[Problem] = []
    for path in paths:
        for file in _files(Path(path)):
            problems += check_file(file, kinds)
    return in_order(problems)


def check_file(file: Path, kinds: Mapping[str, Checker] = _NONE) -> list[Problem]:
    """Return all that is wrong with one file."""
    try:
        return _check(file, kinds)
    except Refused as refused:
        return list(refused.problems)


def read_sources(file: Path, shown_as: str) -> tuple[tuple[str, ...], list[Problem]]:
    """Return the keys of sources.yaml, and what is wrong with it."""
    tree = load_file(file, shown_as)
    if not isinstance(tree.value, dict):
        return (), [problem_at("mapping_expected", tree.spot)]
    problems: list[Problem] = []
    for name, node in tree.entries.items():
        problems += [deeper(problem, (name,)) for problem in validated(SourceEntry, node)[1]]
    return tuple(str(name) for name in tree.entries), problems


def _files(path: Path) -> Sequence[Path]:
    if not path.is_dir():
        return [path]
    found = (file for file in path.rglob("*") if file.suffix in {".yaml", ".yml"} or file.name in (COMMUNES, STATED))
    return sorted(file for file in found if not any(part.startswith(".") for part in file.relative_to(path).parts))


def _check(file: Path, kinds: Mapping[str, Checker]) -> list[Problem]:
    shown = str(file)
    if file.name == COMMUNES:
        return commune_problems(file.parent, str(file.parent))
    if file.name == STATED:
        return _check_stated(file)
    tree = load_file(file, shown)
    if file.name == PARAMETERS:
        return read_parameters(tree)[1] + _uncited(tree, file)
    if file.name == SOURCES:
        return read_sources(file, shown)[1]
    if file.name == TARGETS:
        return read_targets(tree)[1] + _unregistered(find(tree, ("targets",)), ("targets",), file)
    if file.name == PROFILE:
        return _check_profile(tree, file)
    for mark, check in kinds.items():
        if mark in tree.entries:
            return check(file)
    if not any(mark in tree.entries for mark in _OTHER_ROOMS):
        load_scenario(file)
    return []


def _check_stated(file: Path) -> list[Problem]:
    """Check the facts of provinces without a profile: each by itself, and whether they fit into the nation."""
    folder, shown, known = file.parent, str(file.parent), _sources_beside(file)
    cited_in = [(row.cells["source"], row.at("source")) for row in stated_rows(folder, shown)]
    problems = [
        _unknown_source(Node(source, spot), ("source",), source, known)
        for source, spot in cited_in
        if known is not None and source and source not in known
    ]
    try:
        stated_facts(folder, shown)
        load_place(folder, NATION, shown)
    except Refused as refused:
        problems += [problem for problem in refused.problems if Path(problem.file) == file]
    return problems


def _check_profile(tree: Node, file: Path) -> list[Problem]:
    problems: list[Problem] = []
    for figures in _FIGURES:
        if figures in tree.entries:
            problems += _unregistered(find(tree, (figures,)), (figures,), file)
    try:
        folder = scenario_folder(file, str(file))
        shown = Path(shown_name(folder / PARAMETERS, file, str(file))).parent
        load_place(folder, file.absolute().parent.name, str(shown))
    except Refused as refused:
        problems += refused.problems
    return problems


def _unregistered(figures: Node, path: Trail, file: Path) -> list[Problem]:
    """Say which figures name a source that sources.yaml does not register."""
    known = _sources_beside(file)
    if known is None:
        return []
    named = figures.entries.items() if figures.entries else enumerate(figures.items)
    sources = [(name, node.entries["source"]) for name, node in named if "source" in node.entries]
    return [
        _unknown_source(source, (*path, name, "source"), source.value, known)
        for name, source in sources
        if isinstance(source.value, str) and source.value not in known
    ]


def _uncited(tree: Node, file: Path) -> list[Problem]:
    """Say which keys in brackets, in the sources of parameters, sources.yaml does not register."""
    known = _sources_beside(file)
    if known is None:
        return []
    sources = [(name, find(node, ("source",))) for name, node in tree.entries.items()]
    return [
        _unknown_source(source, (name, "source"), key, known)
        for name, source in sources
        for key in cited(str(source.value))
        if key not in known
    ]


def _unknown_source(node: Node, path: Trail, key: str, known: Sequence[str]) -> Problem:
    suggestion = nearest(key, known)
    return problem_at("unknown_source", node.spot, path, value=key, register=SOURCES, suggestion=suggestion)


def _sources_beside(file: Path) -> tuple[str, ...] | None:
    """Return the registered keys, or None where there is no register to hold them to."""
    register = scenario_folder(file, str(file)) / SOURCES
    if not register.exists():
        return None
    try:
        return read_sources(register, str(register))[0]
    except Refused:
        return None
