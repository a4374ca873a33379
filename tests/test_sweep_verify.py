"""Verification of sweeps: an honest one holds, every kind of change is named, and the replay needs nothing but the folder."""

import json
import shutil
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from experiments import stand_in
from experiments.cli import main
from experiments.errors import DamagedRun
from experiments.folders import manifest
from experiments.folders.verify import Finding
from experiments.sweeps import chunks, verify
from experiments.sweeps.desk import read_plan
from experiments.sweeps.plan import read_shard
from experiments.sweeps.verify import SAMPLE, sample
from tests import sweeping

BODY = sweeping.GRID.replace("replicates: 4", "replicates: 10")
"""120 runs: more than are run again unless all are asked for."""


@pytest.fixture(scope="module")
def honest(shared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep whose file stands elsewhere than most, changed by the command line, run by the stand-in."""
    file = shared_folder / "mine.yaml"
    head = sweeping.HEAD.replace("../", "")
    file.write_text(head + BODY, encoding="utf-8")
    sweep = sweeping.load_sweep(file, {"seed": 5, "years": 2028})
    return sweeping.swept(sweep, tmp_path_factory.mktemp("runs") / "honest", chunk=7).folder


@pytest.fixture
def out(honest: Path, tmp_path: Path) -> Path:
    """A copy of the sweep, to be tampered with."""
    return Path(shutil.copytree(honest, tmp_path / "out"))


def findings(folder: Path, scenarios: Path = Path("nowhere"), **settings: Any) -> list[Finding]:
    return verify.verify(folder, scenarios, **{"workers": 1, "runner": stand_in.run_replicate, **settings})


def keys(found: list[Finding]) -> list[str]:
    return [finding.key for finding in found]


def signed(folder: Path, **changes: object) -> None:
    """Write the manifest anew, as if whoever changed the folder had known how: hashes of files and its own hash fit."""
    data = {**manifest.read(folder, verify.FORMAT), **changes, "outputs": manifest.output_hashes(folder)}
    covered = {name: value for name, value in data.items() if name not in manifest.OUTSIDE_THE_HASH}
    manifest.write({**data, "sha256": manifest.digest(covered)}, folder)


def test_an_honest_sweep_holds(honest: Path) -> None:
    found = findings(honest)
    assert keys(found) == ["verify.files_good", "verify.plan_same", "verify.sample_same"]
    assert found[-1].values["all"] == 120
    assert SAMPLE - 7 < int(str(found[-1].values["runs"])) < SAMPLE + 7
    assert keys(findings(honest, every=True))[-1] == "verify.same"
    assert keys(findings(honest, files_only=True)) == ["verify.files_good"]


def test_a_sample_reaches_from_the_first_chunk_to_the_last() -> None:
    def plan(runs: int, size: int) -> Any:
        return SimpleNamespace(chunks=-(-runs // size), chunk=size)

    million = sample(plan(1_000_000, 50))
    assert (million[0], million[-1], len(million)) == (0, 19_999, 2)
    small = sample(plan(1_000, 4))
    assert (small[0], small[-1], len(set(small))) == (0, 249, 25)
    assert sample(plan(30, 7)) == sample(plan(30, 7), every=True) == list(range(5))


def test_the_command_says_what_it_found(
    honest: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "verify", partial(verify.verify, runner=stand_in.run_replicate))
    assert main(["verify", str(honest), "--workers", "1", "--all", "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "every hash holds" in said
    assert "the same, byte for byte (120 runs)" in said
    assert main(["verify", str(honest), "--files-only", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["holds"] is True


@pytest.mark.parametrize("name", ["summary.csv", "plan.json", "chunks/000003.parquet", "inputs/ha_tinh/programme.yaml"])
def test_a_changed_file_is_named(out: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (out / name).write_bytes((out / name).read_bytes() + b" ")
    assert main(["verify", str(out), "--quiet"]) == 1
    assert name in capsys.readouterr().out


def test_missing_and_foreign_files_are_named(out: Path) -> None:
    (out / "chunks" / "000000.parquet").unlink()
    (out / "letter.txt").write_text("hello")
    assert keys(findings(out)) == ["verify.file_missing", "verify.file_extra"]


def test_changed_inputs_are_said_and_do_not_matter(honest: Path, scenario_folder: Path) -> None:
    programme = scenario_folder / "ha_tinh" / "programme.yaml"
    programme.write_text(programme.read_text(encoding="utf-8").replace("3 %", "2 %"), encoding="utf-8")
    found = findings(honest, scenario_folder)
    assert ("verify.input_changed", "ha_tinh/programme.yaml") in {(one.key, one.values.get("file")) for one in found}
    assert keys(found)[-1] == "verify.sample_same"


def test_another_code_is_said_and_its_plan_still_known(honest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest, "code_hash", lambda: "0" * 64)
    assert keys(findings(honest)) == ["verify.files_good", "verify.code_changed", "verify.plan_same", "verify.sample_same"]


def test_inputs_that_are_not_those_of_the_plan_are_named(out: Path) -> None:
    kept = out / "inputs" / "sweeps" / "mine.yaml"
    kept.write_text(kept.read_text(encoding="utf-8").replace("0.06", "0.055"), encoding="utf-8")
    signed(out)
    found = findings(out)
    assert [(one.key, one.values["file"]) for one in found if one.bad] == [
        ("verify.plan_different", "plan.json"),
        ("verify.plan_different", "points.parquet"),
    ]


def test_a_chunk_that_comes_out_otherwise_is_named_with_the_largest_difference(out: Path) -> None:
    plan = read_plan(out)
    table = chunks.read_chunk(out, plan, 0)
    values = table["tfp_share"].to_numpy().copy()
    values[-1] *= 1.5
    forged = table.set_column(table.column_names.index("tfp_share"), "tfp_share", [values])
    chunks.write_chunk(forged, out, plan, 0, "all")
    signed(out)
    found = [one for one in findings(out) if one.bad]
    assert keys(found) == ["verify.chunk_different", "verify.largest"]
    assert found[0].values["file"] == "chunks/000000.parquet"
    assert (found[1].values["outcome"], found[1].values["year"]) == ("tfp_share", "2028")


def test_a_sweep_without_results_is_refused_and_says_how_to_go_on(
    out: Path, shared_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (out / "manifest.json").unlink()
    assert main(["verify", str(out), "--lang", "en"]) == 2
    assert f"`pillars sweep {out}` puts the results together" in capsys.readouterr().err
    part = sweeping.swept(sweeping.loaded(shared_folder), tmp_path / "part", shard=read_shard("1/2"))
    with pytest.raises(DamagedRun, match="chunks are missing"):
        findings(part.folder)
