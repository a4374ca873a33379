"""The project's own data, for tests: its folder, its places, its tables, each read once."""

import csv
from functools import cache
from pathlib import Path
from typing import Any

from model.places.place import Place, load_place
from model.reading.loading import load_file
from model.reading.nodes import plain
from model.scenario import Scenario, load_scenario

SCENARIOS = Path(__file__).parents[1] / "scenarios"
PROVINCES = ("ha_tinh", "thanh_hoa", "quang_tri", "thai_nguyen")
PLACES = (*PROVINCES, "viet_nam")


@cache
def read(name: str) -> Any:
    """Return a YAML file of the scenario folder as plain data, through the project's own reader."""
    return plain(load_file(SCENARIOS / name))


@cache
def place(name: str) -> Place:
    """Load a place once."""
    return load_place(SCENARIOS, name)


@cache
def scenario(where: str, name: str) -> Scenario:
    """Load a scenario once."""
    return load_scenario(SCENARIOS / where / f"{name}.yaml")


def table(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with (SCENARIOS / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def texts() -> list[Path]:
    """Return every data and scenario file."""
    return sorted(path for path in SCENARIOS.rglob("*") if path.suffix in {".yaml", ".csv", ".json"})


def scenario_files() -> list[Path]:
    """Return every scenario file."""
    data = {"profile.yaml", "targets.yaml"}
    return sorted(path for path in SCENARIOS.glob("*/*.yaml") if path.name not in data and path.parent.name != "sweeps")


def is_vietnamese(text: str) -> bool:
    """See whether a text of more than two words carries Vietnamese letters."""
    return len(text.split()) < 3 or any(ord(letter) > 127 for letter in text)
