"""What the tests of sweeps share: a sweep file in a copy of the scenario folder, and quick ways to run it."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from experiments import stand_in
from experiments.sweeps import Finished, run
from experiments.sweeps.reading import Sweep, load_sweep

HEAD = 'title: {en: "A sweep", vi: "Phép quét"}\nscenarios: [../ha_tinh/programme.yaml]\n'
GRID = """
vary:
  budget.pillars_share: {from: 2026, range: {low: 1 %, high: 4 %, steps: 4}}
  parameters.catch_up_speed: {values: [0.03, 0.05, 0.06]}
replicates: 4
years: 2030
outcomes: [tfp_share, digital_share]
"""


def write(folder: Path, body: str = GRID, name: str = "sweep", head: str = HEAD) -> Path:
    """Write a sweep file into a scenario folder."""
    path = folder / "sweeps" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(head + body, encoding="utf-8")
    return path


def loaded(folder: Path, body: str = GRID, **changes: int) -> Sweep:
    """Write a sweep file and load it."""
    return load_sweep(write(folder, body, f"sweep_{hashlib.sha256(body.encode()).hexdigest()[:8]}"), changes)


def swept(sweep: Sweep, out: Path, **settings: Any) -> Finished:
    """Run a sweep with the stand-in for the model, without figures."""
    return run(sweep, out, **{"workers": 1, "figures": False, "runner": stand_in.run_replicate, **settings})


def hashes(folder: Path, *, chunks: bool = True) -> Mapping[str, str]:
    """Return the hash of every file of a sweep's folder that must not depend on how it came about."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json"]
    shown = [path for path in files if not any(part.startswith(".") for part in path.relative_to(folder).parts)]
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(shown)
        if chunks or (path.parent.name != "chunks" and path.name != "plan.json")
    }


def leftovers(folder: Path) -> list[str]:
    """Name the unfinished files in a sweep's folder."""
    files = [path for path in folder.rglob(".*") if path.is_file()]
    return sorted(path.name for path in files)
