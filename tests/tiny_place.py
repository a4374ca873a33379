"""A province of a few hundred enterprises: the real model, fast enough to be run many times in a test."""

import shutil
from pathlib import Path

from model.scenario import Scenario, load_scenario
from tests.datasets import SCENARIOS

PLACE = "quang_tri"
FEW = """  enterprises:
    value: 200
    unit: enterprises
    year: 2020
    source: calc
    confidence: imputed
    rule: "few, for a test"
"""


MOST_COMMUNES = 9
CODE = "44,"


def tiny_folder(folder: Path) -> Path:
    """Copy the scenario folder, leave one province with few enterprises and communes, and return its folder."""
    copied = Path(shutil.copytree(SCENARIOS, folder / "scenarios"))
    profile = copied / PLACE / "profile.yaml"
    text = profile.read_text(encoding="utf-8")
    before, rest = text.split("\n  enterprises:\n", 1)
    lines = rest.splitlines(keepends=True)
    next_fact = next(place for place, line in enumerate(lines) if line.strip() and not line.startswith("    "))
    profile.write_text(f"{before}\n{FEW}{''.join(lines[next_fact:])}", encoding="utf-8")
    communes = copied / "communes.csv"
    rows = communes.read_text(encoding="utf-8").splitlines(keepends=True)
    own = [row for row in rows if row.startswith(CODE)]
    dropped = set(own) - set(own[:: len(own) // MOST_COMMUNES])
    communes.write_text("".join(row for row in rows if row not in dropped), encoding="utf-8")
    return copied / PLACE


def written(folder: Path, name: str, text: str) -> Scenario:
    """Write a scenario file beside the province's own and load it."""
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return load_scenario(path)
