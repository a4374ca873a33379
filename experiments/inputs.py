"""The inputs of a run, kept beside its results, so that it can be replayed when the scenario folder has moved on.

Enters: model.scenario.Scenario. Leaves: a small scenario folder of its own: the data files as they were, and every
scenario in one file without `extends`, which a planner can open and run as well.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from experiments.parquet import file_hash

SHARED = ("parameters.yaml", "sources.yaml", "communes.csv", "provinces.csv")
NATION = "viet_nam"
OF_A_PLACE = ("profile.yaml", "targets.yaml")
HEAD = "# The scenario as it was run, with all that it extends. Kịch bản như đã chạy, gồm cả phần kế thừa.\n"


def root_of(scenario: Any) -> Path:
    """Return the scenario folder: the nearest one above the file that holds parameters.yaml."""
    from model.folder import scenario_folder

    return scenario_folder(scenario.path, str(scenario.path))


def data_files(scenario: Any) -> dict[str, Path]:
    """Return the data files that a scenario reads, by their path inside the scenario folder."""
    root = root_of(scenario)
    places = dict.fromkeys((NATION, scenario.place.name))
    names = [*SHARED, *(f"{place}/{name}" for place in places for name in OF_A_PLACE)]
    return {name: root / name for name in names if (root / name).is_file()}


def scenario_files(scenario: Any) -> dict[str, Path]:
    """Return a scenario's file and those it extends, by their path inside the scenario folder."""
    from model.loading import load_file

    root, path = root_of(scenario), scenario.path.absolute()
    found = {path.relative_to(root).as_posix(): path}
    while (extends := load_file(path).entries.get("extends")) is not None:
        path = (path.parent / str(extends.value)).resolve()
        found[path.relative_to(root.resolve()).as_posix()] = path
    return found


def hashes(scenario: Any) -> dict[str, str]:
    """Return the SHA-256 of every file that a scenario was read from."""
    files = {**data_files(scenario), **scenario_files(scenario)}
    return {name: file_hash(path) for name, path in sorted(files.items())}


def written(scenario: Any) -> dict[str, Any]:
    """Return a scenario as one would write it in a single file."""
    from model.nodes import plain
    from model.scenario_file import SECTIONS

    tree: Any = plain(scenario.parts.tree)
    for section in SECTIONS:
        tree[section] = {name: _path(path, scenario.start) for name, path in tree[section].items()}
    return {name: tree[name] for name in ("title", "about", "place", "period", *SECTIONS, "parameters", "ensemble")}


def _path(path: Mapping[int, Any], start: int) -> Any:
    """Write a lever's path: a plain value where nothing is dated, else every value with its year."""
    from model.nodes import START

    if set(path) == {START}:
        return path[START]
    opening = {start: path[START]} if START in path and start not in path else {}
    return {**opening, **{year: value for year, value in path.items() if year != START}}


def keep(scenarios: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """Write the inputs of scenarios (by label) into a folder; return where each scenario stands in it."""
    import yaml

    kept: dict[str, str] = {}
    for label, scenario in scenarios.items():
        for name, path in data_files(scenario).items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        kept[label] = f"{scenario.place.name}/{scenario.name}.yaml"
        text = yaml.safe_dump(written(scenario), allow_unicode=True, sort_keys=False, width=110)
        (folder / kept[label]).write_text(HEAD + text, encoding="utf-8", newline="\n")
    return kept
