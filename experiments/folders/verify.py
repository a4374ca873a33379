"""Whether a run folder is what it says it is: hash every file, run the scenarios again, compare.

Enters: a run folder (for that of a sweep, see sweeps/verify.py). Leaves: findings, good and bad. The replay uses the inputs
kept in the folder, so it does not matter whether the scenario files have changed since; if they have, it is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from experiments.ensembles.ensemble import run_ensemble
from experiments.ensembles.pool import Runner
from experiments.ensembles.summary import outcome_names
from experiments.ensembles.tables import split, wide
from experiments.folders import manifest
from experiments.folders.folder import INPUTS
from experiments.folders.parquet import content_hash, file_hash, read_table


@dataclass(frozen=True)
class Finding:
    """Say one thing that was found: a message's key and values, and whether it spoils the run."""

    key: str
    values: Mapping[str, object]
    bad: bool = False


def found(key: str, *, bad: bool = False, **values: object) -> Finding:
    """Make a finding."""
    return Finding(key, values, bad)


def verify(
    folder: Path, scenarios: Path, *, files_only: bool = False, workers: int | None = None, runner: Runner | None = None
) -> list[Finding]:
    """Check the files of a run, then run it again; what is wrong with the files ends it there.

    scenarios: the scenario folder used now, to say what has changed in it. Raises DamagedRun if it is not a run.
    """
    data = manifest.read(folder)
    findings = check_files(folder, data)
    if files_only or spoilt(findings):
        return findings
    return [*findings, *check_inputs(scenarios, data), *check_code(data), *replay(folder, data, workers, runner)]


def spoilt(findings: Sequence[Finding]) -> bool:
    """See whether anything found is bad."""
    return any(finding.bad for finding in findings)


def check_files(folder: Path, data: Mapping[str, Any]) -> list[Finding]:
    """Compare every file of the folder with the manifest."""
    recorded: Mapping[str, Mapping[str, Any]] = data["outputs"]
    findings = [_file(folder, name, known["sha256"]) for name, known in recorded.items()]
    wrong = [finding for finding in findings if finding is not None]
    wrong += [found("verify.file_extra", file=name) for name in manifest.files_of(folder) if name not in recorded]
    if any(finding.bad for finding in wrong):
        return wrong
    return [*wrong, found("verify.files_good", files=len(recorded))]


def _file(folder: Path, name: str, known: str) -> Finding | None:
    path = folder / name
    if not path.is_file():
        return found("verify.file_missing", bad=True, file=name)
    return None if file_hash(path) == known else found("verify.file_bad", bad=True, file=name)


def check_inputs(root: Path, data: Mapping[str, Any]) -> list[Finding]:
    """Say which scenario and data files have changed since the run, in the scenario folder that is used now."""
    findings = []
    for name, known in data["inputs"].items() if root.is_dir() else ():
        if not (root / name).is_file():
            findings.append(found("verify.input_gone", file=name))
        elif file_hash(root / name) != known:
            findings.append(found("verify.input_changed", file=name))
    return findings


def check_code(data: Mapping[str, Any]) -> list[Finding]:
    """Say whether the model's code or the packages under it have changed since the run."""
    findings = [] if data["code_sha256"] == manifest.code_hash() else [found("verify.code_changed")]
    now = manifest.versions()
    for package, then in data["versions"].items():
        if now.get(package) != then:
            findings.append(found("verify.version_changed", package=package, then=then, now=now.get(package, "-")))
    return findings


def replay(folder: Path, data: Mapping[str, Any], workers: int | None, runner: Runner | None = None) -> list[Finding]:
    """Run the kept scenarios again and compare the outcomes with the stored ones, byte for byte."""
    from model.scenario import load_scenario

    scenarios = [load_scenario(folder / INPUTS / data["replay"][card["label"]]) for card in data["scenarios"]]
    return compare(folder, data, run_ensemble(scenarios, **data["settings"], workers=workers, runner=runner).outcomes)


def compare(folder: Path, data: Mapping[str, Any], now: pa.Table) -> list[Finding]:
    """Compare outcomes with those of the folder; where they differ, name the largest relative difference."""
    if content_hash(now) == data["outcomes_sha256"]:
        return [found("verify.same", runs=data["counts"]["runs"])]
    places = {card["label"]: card["place"] for card in data["scenarios"]}
    then = wide(split(read_table(folder / "results.parquet"), places)[0])
    largest = largest_difference(then, now)
    detail = [] if largest is None else [found("verify.largest", bad=True, **largest)]
    return [found("verify.different", bad=True), *detail]


def largest_difference(then: pa.Table, now: pa.Table) -> dict[str, object] | None:
    """Return where two tables of the same rows differ most, relative to the size; None if their rows are not the same."""
    if then.column_names != now.column_names or then.num_rows != now.num_rows:
        return None
    best: tuple[float, dict[str, object]] = (0.0, {})
    for name in outcome_names(then):
        old, new = then[name].to_numpy(), now[name].to_numpy()
        scale = np.maximum(np.maximum(np.abs(old), np.abs(new)), np.finfo(float).tiny)
        gap = np.where(np.isnan(old) & np.isnan(new), 0.0, np.nan_to_num(np.abs(old - new) / scale, nan=1.0))
        row = int(gap.argmax()) if gap.size else 0
        if gap.size and gap[row] > best[0]:
            where = {"scenario": then["scenario"][row].as_py(), "year": str(then["year"][row].as_py())}
            best = (
                float(gap[row]),
                {"outcome": name, **where, "then": repr(float(old[row])), "now": repr(float(new[row]))},
            )
    return best[1] or None
