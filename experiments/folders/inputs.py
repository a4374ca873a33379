"""The inputs of a run, kept beside its results, so that it can be replayed when the scenario folder has moved on.

Enters: model.scenario.Scenario. Leaves: a small scenario folder of its own: the data files as they were, and every
scenario in one file without `extends`, which a planner can open and run as well.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from experiments.folders.parquet import file_hash

SHARED = ("parameters.yaml", "sources.yaml", "communes.csv", "provinces.csv", "provinces_facts.csv")
NATION = "viet_nam"
OF_A_PLACE = ("profile.yaml", "targets.yaml")
HEAD = "# The scenario as it was run, with all that it extends. Kịch bản như đã chạy, gồm cả phần kế thừa.\n"


def root_of(scenario: Any) -> Path:
    """Return the scenario folder: the nearest one above the file that holds parameters.yaml."""
    from model.reading.folder import scenario_folder

    return scenario_folder(scenario.path, str(scenario.path))


def data_files(scenario: Any) -> dict[str, Path]:
    """Return the data files that a scenario reads, by their path inside the scenario folder."""
    from model.reading.folder import places as profiled

    root = root_of(scenario)
    # The country, and a province that is imputed from what the others leave of it, rest on every profile.
    alone = (NATION, scenario.place.name)
    places = alone if scenario.place.name in set(profiled(root)) - {NATION} else tuple(profiled(root))
    names = [*SHARED, *(f"{place}/{name}" for place in places for name in OF_A_PLACE)]
    return {name: root / name for name in names if (root / name).is_file()}


def scenario_files(scenario: Any) -> dict[str, Path]:
    """Return a scenario's file and those it extends, by their path inside the scenario folder."""
    from model.reading.loading import load_file

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


def keep(scenarios: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """Write the inputs of scenarios (by label) into a folder; return where each scenario stands in it."""
    from model.reading.writing import scenario_text

    kept: dict[str, str] = {}
    for label, scenario in scenarios.items():
        for name, path in data_files(scenario).items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        kept[label] = f"{scenario.place.name}/{scenario.name}.yaml"
        (folder / kept[label]).parent.mkdir(parents=True, exist_ok=True)
        (folder / kept[label]).write_text(HEAD + scenario_text(scenario), encoding="utf-8", newline="\n")
    return kept
