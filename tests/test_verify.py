"""Verification: an honest run holds, every kind of change is named, and the replay needs nothing but the folder."""

import json
import shutil
from pathlib import Path

import pyarrow as pa
import pytest

from experiments import load
from experiments.cli import main
from experiments.ensembles.ensemble import run_ensemble
from experiments.folders import inputs, manifest, verify
from experiments.folders.store import read_run, write_run
from model.scenario import load_scenario
from tests.fake_model import run_replicate as fake_run
from tests.fake_model import scenarios as fake_scenarios
from tests.fake_model import without_files


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory, shared_folder: Path) -> Path:
    """A small run of the real model: two years, two replicates, two scenarios."""
    folder = tmp_path_factory.mktemp("runs") / "honest"
    pair = load(shared_folder / "ha_tinh" / "baseline.yaml", shared_folder / "ha_tinh" / "programme.yaml")
    ensemble = run_ensemble(pair, replicates=2, years_to=2022)
    folder.mkdir()
    write_run(ensemble, pair, folder, {})
    return folder


@pytest.fixture
def run(honest: Path, tmp_path: Path) -> Path:
    """A copy of the run, to be tampered with."""
    return Path(shutil.copytree(honest, tmp_path / "run"))


def keys(findings: list[verify.Finding]) -> list[str]:
    return [finding.key for finding in findings]


def test_an_honest_run_holds(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(run), "--workers", "1", "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "every hash holds" in said
    assert "the same, byte for byte (4 runs)" in said


def test_the_answer_for_programs(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(run), "--files-only", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["holds"] is True
    assert [finding["bad"] for finding in answer["findings"]] == [False]


@pytest.mark.parametrize("name", ["summary.csv", "results.xlsx", "results.parquet", "inputs/ha_tinh/baseline.yaml"])
def test_a_changed_file_is_named(run: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (run / name).write_bytes((run / name).read_bytes() + b" ")
    assert main(["verify", str(run), "--quiet"]) == 1
    assert name in capsys.readouterr().out


def test_missing_and_foreign_files_are_named(run: Path) -> None:
    (run / "summary.csv").unlink()
    (run / "letter.txt").write_text("hello")
    findings = verify.check_files(run, manifest.read(run))
    assert keys(findings) == ["verify.file_missing", "verify.file_extra"]
    assert [finding.bad for finding in findings] == [True, False]


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(tmp_path), "--lang", "vi"]) == 2
    assert "không phải thư mục" in capsys.readouterr().err


def test_changed_and_vanished_inputs_are_said_and_do_not_matter(run: Path, scenario_folder: Path) -> None:
    programme = scenario_folder / "ha_tinh" / "programme.yaml"
    programme.write_text(programme.read_text(encoding="utf-8").replace("3 %", "2 %"), encoding="utf-8")
    (scenario_folder / "sources.yaml").unlink()
    data = manifest.read(run)
    findings = verify.check_inputs(scenario_folder, data)
    assert {(finding.key, finding.values["file"]) for finding in findings} == {
        ("verify.input_changed", "ha_tinh/programme.yaml"),
        ("verify.input_gone", "sources.yaml"),
    }
    assert not any(finding.bad for finding in findings)
    assert keys(verify.replay(run, data, workers=1)) == ["verify.same"]


def test_changed_code_and_packages_are_said(run: Path) -> None:
    data = manifest.read(run)
    assert verify.check_code(data) == []
    data["code_sha256"] = "0" * 64
    data["versions"]["numpy"] = "1.0"
    assert keys(verify.check_code(data)) == ["verify.code_changed", "verify.version_changed"]


def test_different_results_are_named_with_the_largest_difference(run: Path) -> None:
    then = read_run(run).outcomes
    row = then.num_rows - 1
    column = then["grdp"].to_pylist()
    column[row] *= 1.5
    now = then.set_column(then.column_names.index("grdp"), "grdp", pa.array(column))
    findings = verify.compare(run, manifest.read(run), now)
    assert keys(findings) == ["verify.different", "verify.largest"]
    assert findings[1].values["outcome"] == "grdp"
    assert findings[1].values["scenario"] == "programme"
    assert findings[1].values["year"] == "2022"
    assert verify.largest_difference(then, then) is None
    assert verify.largest_difference(then, then.slice(0, 2)) is None


def test_kept_scenarios_are_the_policies_that_ran(honest: Path, shared_folder: Path) -> None:
    data = manifest.read(honest)
    for card in data["scenarios"]:
        kept = load_scenario(honest / "inputs" / data["replay"][card["label"]])
        assert kept.sha256 == card["sha256"]
        assert kept.resolved() == card["resolved"]


def test_a_variation_made_in_code_is_kept_and_replayed(tmp_path: Path, shared_folder: Path) -> None:
    baseline = load_scenario(shared_folder / "ha_tinh" / "baseline.yaml")
    varied = baseline.with_levers({"budget.pillars_share": {2023: "7.3 %"}, "parameters.leakage": 0.2}, name="varied")
    kept = inputs.keep({"varied": varied}, tmp_path)
    assert load_scenario(tmp_path / kept["varied"]).sha256 == varied.sha256
    assert set(inputs.scenario_files(varied)) == {"ha_tinh/baseline.yaml"}


def test_a_chain_of_scenarios_is_hashed_to_its_root(shared_folder: Path) -> None:
    done_well = load_scenario(shared_folder / "ha_tinh" / "programme_done_well.yaml")
    assert {"ha_tinh/programme_done_well.yaml", "ha_tinh/programme.yaml", "ha_tinh/baseline.yaml"} <= set(
        inputs.hashes(done_well)
    )
    assert {"parameters.yaml", "communes.csv", "ha_tinh/profile.yaml", "viet_nam/profile.yaml"} <= set(
        inputs.hashes(done_well)
    )


def test_a_replay_that_fails_is_different(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_files(monkeypatch)
    other = run_ensemble(fake_scenarios(0.0), replicates=2, runner=fake_run)
    assert keys(verify.compare(run, manifest.read(run), other.outcomes)) == ["verify.different"]
