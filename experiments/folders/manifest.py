"""The manifest of a run: what went in, what came out, with which versions, and the hashes of all of it.

Enters: an ensemble and the files of its folder. Leaves: JSON-able data, and manifest.json. Only its block `made` holds a
time; `sha256` covers everything else.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from experiments.errors import SPOILT, UNREADABLE, DamagedRun
from experiments.folders.folder import MANIFEST
from experiments.folders.parquet import content_hash, file_hash

FORMAT = "three-pillars run"
FORMAT_VERSION = 1
OUTSIDE_THE_HASH = ("made", "sha256")
PACKAGES = (
    "three-pillars", "numpy", "scipy", "mesa", "pyyaml", "pydantic", "pyarrow", "matplotlib", "XlsxWriter",
)  # fmt: skip


def digest(data: object) -> str:
    """Return the SHA-256 of JSON-able data, whatever the order of its keys."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


@functools.cache
def code_hash() -> str:
    """Return the SHA-256 of the model's own files: the same code gives the same numbers."""
    import model

    root = Path(model.__file__).parent
    files = sorted(path for path in root.rglob("*") if path.suffix in (".py", ".yaml") and path.is_file())
    return digest({path.relative_to(root).as_posix(): file_hash(path) for path in files})


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that numbers can depend on."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def identity(
    hashes: Sequence[tuple[str, str]], settings: Mapping[str, Any], question: Mapping[str, Any] | None = None
) -> str:
    """Return what makes two runs the same: scenarios (label, sha256), settings, what was asked, and the model's code."""
    asked = {"question": dict(question)} if question else {}
    scenarios = [list(pair) for pair in hashes]
    return digest({"scenarios": scenarios, "settings": dict(settings), "code": code_hash(), **asked})


def settings_of(ensemble: Any) -> dict[str, Any]:
    """Return the settings that a replay needs."""
    names = ("replicates", "seed", "central", "years_to")
    return {name: getattr(ensemble, name) for name in names}


def build(
    ensemble: Any,
    folder: Path,
    kept: Mapping[str, str],
    made: Mapping[str, Any],
    question: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Describe an ensemble and the files already written into its folder.

    kept: label → its file under inputs/; question: what was asked of the runs, if they answer one.
    """
    cards = ensemble.scenarios
    data: dict[str, Any] = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "identity": identity([(card.label, card.sha256) for card in cards], settings_of(ensemble), question),
        "settings": settings_of(ensemble),
        "question": dict(question or {}),
        "scenarios": [card.as_dict() for card in cards],
        "places": [place.as_dict() for place in ensemble.places.values()],
        "units": dict(ensemble.units),
        "counts": _counts(ensemble),
        "imputed_inputs": {card.label: len(card.imputed) for card in cards},
        "inputs": {name: known for card in cards for name, known in card.files.items()},
        "replay": dict(kept),
        "code_sha256": code_hash(),
        "versions": versions(),
        "platform": {"system": platform.system(), "machine": platform.machine()},
        "outcomes_sha256": content_hash(ensemble.outcomes),
        "outputs": output_hashes(folder),
    }
    data["sha256"] = digest(data)
    data["made"] = {"at": datetime.now(UTC).isoformat(timespec="seconds"), **made}
    return data


def _counts(ensemble: Any) -> dict[str, int]:
    runs = len(ensemble.scenarios) * ensemble.replicates
    return {"runs": runs, "failed": ensemble.failures.num_rows, "rows": ensemble.outcomes.num_rows}


def output_hashes(folder: Path) -> dict[str, dict[str, Any]]:
    """Return size and SHA-256 of every file of a run folder but the manifest."""
    return {
        name: {"bytes": (folder / name).stat().st_size, "sha256": file_hash(folder / name)} for name in files_of(folder)
    }


def files_of(folder: Path) -> list[str]:
    """Name the files of a folder but the manifest, in order; what a dot hides (locks, unfinished files) is left out."""
    paths = (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file())
    shown = (path.as_posix() for path in paths if not any(part.startswith(".") for part in path.parts))
    return [name for name in shown if name != MANIFEST]


def write(data: Mapping[str, Any], folder: Path) -> None:
    """Write manifest.json."""
    text = json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")


def read(folder: Path, kind: str = FORMAT, version: int = FORMAT_VERSION) -> dict[str, Any]:
    """Read the manifest of a run, or of another kind of folder that we leave.

    Raises DamagedRun if there is none, if it is not ours, or if it does not match its own hash.
    """
    data = _parsed(folder)
    if data.get("format") != kind:
        raise DamagedRun("run.not_a_run", folder=str(folder))
    if data.get("format_version") != version:
        raise DamagedRun("run.other_format", folder=str(folder), version=str(data.get("format_version")))
    covered = {name: value for name, value in data.items() if name not in OUTSIDE_THE_HASH}
    if digest(covered) != data.get("sha256"):
        raise DamagedRun("run.damaged", file=MANIFEST, problem=SPOILT)
    return data


def _parsed(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DamagedRun("run.not_a_run", folder=str(folder)) from None
    except (OSError, ValueError) as error:
        raise DamagedRun("run.damaged", file=MANIFEST, problem=UNREADABLE) from error
    if not isinstance(data, dict):
        raise DamagedRun("run.not_a_run", folder=str(folder))
    return data


def is_of(folder: Path, kind: str) -> bool:
    """See whether a folder has a manifest of that format."""
    try:
        return _parsed(folder).get("format") == kind
    except DamagedRun:
        return False


def is_run(folder: Path) -> bool:
    """See whether a folder holds a run of ours."""
    return is_of(folder, FORMAT)


def holds(folder: Path, wanted: str) -> bool:
    """See whether a folder holds the run of that identity."""
    return is_run(folder) and _parsed(folder).get("identity") == wanted
