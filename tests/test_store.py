"""Run folders: whole or not there, the same bytes each time, harmless to open, and damage never goes unseen."""

import csv
import json
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from experiments.ensembles.ensemble import Ensemble, run_ensemble
from experiments.errors import CannotWrite, DamagedRun
from experiments.folders import manifest
from experiments.folders.parquet import content_hash, read_table, write_table
from experiments.folders.store import folder_name, read_run, write_run
from tests.fake_model import run_replicate, scenarios, without_files


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch) -> None:
    without_files(monkeypatch)


@pytest.fixture
def ensemble() -> Ensemble:
    """Two scenarios, of which one run fails with a message that looks like a formula."""
    return run_ensemble(scenarios(0.0, 1.0, mischief=(2, "break")), replicates=5, runner=run_replicate)


def stored(ensemble: Ensemble, folder: Path) -> Path:
    """Write an ensemble without figures."""
    folder.mkdir(parents=True)
    write_run(ensemble, scenarios(*[0.0] * len(ensemble.scenarios)), folder, {"seconds": 1.0})
    return folder


def test_a_full_disk_says_so(tmp_path: Path, ensemble: Ensemble, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("experiments.folders.store.write_table", full)
    with pytest.raises(CannotWrite, match="disk is full"):
        stored(ensemble, tmp_path / "one")


def test_folder_names_are_plain_and_tell_runs_apart() -> None:
    assert (
        folder_name(["ha_tinh", "ha_tinh"], ["baseline", "programme"], "0123456789")
        == "ha_tinh-baseline-programme-01234567"
    )
    assert folder_name(["x"], ["../../etc", "a b"], "0123456789") == "x-..-..-etc-a-b-01234567"
    assert len(folder_name(["x"], ["y" * 300], "0123456789")) <= 70


# the same bytes, and back again


def test_two_writings_are_the_same_bytes(tmp_path: Path, ensemble: Ensemble) -> None:
    first, second = stored(ensemble, tmp_path / "1"), stored(ensemble, tmp_path / "2")
    names = sorted(path.name for path in first.iterdir())
    assert names == sorted(path.name for path in second.iterdir())
    for name in names:
        if name != "manifest.json":
            assert (first / name).read_bytes() == (second / name).read_bytes(), name
    data = [json.loads((folder / "manifest.json").read_text(encoding="utf-8")) for folder in (first, second)]
    assert data[0]["sha256"] == data[1]["sha256"]
    assert {key for key in data[0] if data[0][key] != data[1][key]} <= {"made"}


def test_a_run_comes_back_as_it_was(tmp_path: Path, ensemble: Ensemble) -> None:
    back = read_run(stored(ensemble, tmp_path / "1"))
    for name in (
        "outcomes",
        "ledger",
        "communes",
        "groups",
        "draws",
        "parameters",
        "failures",
        "summary",
        "differences",
    ):
        assert content_hash(getattr(back, name)) == content_hash(getattr(ensemble, name)), name
    assert back.scenarios == ensemble.scenarios
    assert back.places == ensemble.places
    assert (back.replicates, back.seed, back.central, back.years_to) == (5, 1, False, None)


def test_a_run_of_which_everything_failed_is_stored_too(tmp_path: Path) -> None:
    nothing = run_ensemble(scenarios(0.0, mischief=(0, "break")), replicates=1, runner=run_replicate)
    back = read_run(stored(nothing, tmp_path / "1"))
    assert back.outcomes.num_rows == 0
    assert back.failures.num_rows == 1


def test_the_manifest_names_every_file_and_version(tmp_path: Path, ensemble: Ensemble) -> None:
    folder = stored(ensemble, tmp_path / "1")
    data = manifest.read(folder)
    assert set(data["outputs"]) == {path.name for path in folder.iterdir()} - {"manifest.json"}
    assert data["counts"] == {"runs": 10, "failed": 2, "rows": 32}
    assert data["imputed_inputs"] == {"baseline": 1, "programme_1": 1}
    assert data["versions"]["numpy"] == np.__version__
    assert data["scenarios"][1]["resolved"]["push"] == 1.0
    assert [target["id"] for target in data["places"][0]["targets"]] == ["digital", "rice"]


def test_identity_is_scenarios_settings_and_code(ensemble: Ensemble) -> None:
    pairs = [("a", "1"), ("b", "2")]
    same = manifest.identity(pairs, {"seed": 1, "replicates": 2})
    assert same == manifest.identity(pairs, {"replicates": 2, "seed": 1})
    assert same != manifest.identity(pairs[::-1], {"seed": 1, "replicates": 2})
    assert same != manifest.identity(pairs, {"seed": 2, "replicates": 2})


def test_no_pickle_and_no_time_in_what_is_hashed(tmp_path: Path, ensemble: Ensemble) -> None:
    folder = stored(ensemble, tmp_path / "1")
    for path in folder.iterdir():
        assert not path.read_bytes().startswith(b"\x80"), path.name
    data = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert [key for key in data if "T" in str(data[key]) and str(data[key]).startswith("{'at'")] == ["made"]
    assert str(tmp_path) not in (folder / "manifest.json").read_text(encoding="utf-8")


# damage


def test_the_content_hash_ignores_encoding_and_sees_every_value() -> None:
    plain = pa.table({"word": ["a", "b", "a"], "value": [1.0, None, 3.0]})
    coded = pa.table({"word": plain["word"].dictionary_encode(), "value": plain["value"]})
    assert content_hash(plain) == content_hash(coded)
    for changed in (
        pa.table({"word": ["a", "b", "b"], "value": [1.0, None, 3.0]}),
        pa.table({"word": ["a", "b", "a"], "value": [1.0, 2.0, 3.0]}),
        pa.table({"words": ["a", "b", "a"], "value": [1.0, None, 3.0]}),
        plain.slice(0, 2),
    ):
        assert content_hash(changed) != content_hash(plain)


def test_a_flipped_bit_never_goes_unseen(tmp_path: Path, ensemble: Ensemble) -> None:
    folder = stored(ensemble, tmp_path / "1")
    path = folder / "results.parquet"
    whole, dice = path.read_bytes(), random.Random(1)
    for _ in range(60):
        damaged = bytearray(whole)
        damaged[dice.randrange(len(whole))] ^= 1 << dice.randrange(8)
        path.write_bytes(damaged)
        try:
            back = read_run(folder)
        except (DamagedRun, MemoryError):
            continue
        assert content_hash(back.outcomes) == content_hash(ensemble.outcomes)


def test_a_cut_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    write_table(pa.table({"value": np.arange(1000.0)}), path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DamagedRun, match=r"t\.parquet"):
        read_table(path)
    with pytest.raises(DamagedRun):
        read_table(tmp_path / "absent.parquet")


def edited(text: str) -> str:
    return text.replace('"replicates": 5', '"replicates": 6')


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (edited, "run.damaged"),
        (lambda text: text[:-30], "run.damaged"),
        (lambda text: "[]", "run.not_a_run"),
        (lambda text: "{}", "run.not_a_run"),
        (lambda text: text.replace('"format_version": 1', '"format_version": 99'), "run.other_format"),
    ],
)
def test_a_manifest_that_is_not_as_written_is_refused(
    tmp_path: Path, ensemble: Ensemble, change: Callable[[str], str], key: str
) -> None:
    folder = stored(ensemble, tmp_path / "1")
    path = folder / "manifest.json"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(DamagedRun) as refusal:
        read_run(folder)
    assert refusal.value.key == key


def test_a_folder_without_manifest_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(DamagedRun, match="pillars run"):
        read_run(tmp_path)
    assert not manifest.is_run(tmp_path)
    assert not manifest.holds(tmp_path, "x")


def test_the_workbook_of_a_run_has_its_sheets_in_both_languages(tmp_path: Path, ensemble: Ensemble) -> None:
    import openpyxl

    book = openpyxl.load_workbook(stored(ensemble, tmp_path / "1") / "results.xlsx")
    assert book.sheetnames == ["read me", "summary", "differences", "ledger", "parameters"]
    assert "trung vị" in [cell.value.split("\n")[-1] for cell in book["summary"][1]]
    assert book["parameters"].max_row == 4
    assert all(cell.data_type != "f" for page in book for row in page for cell in row)
    text = " ".join(str(cell.value) for row in book["read me"] for cell in row)
    assert "1 of 1 facts" in text
    assert "Như trước" in text


def test_failures_are_written_harmlessly(tmp_path: Path, ensemble: Ensemble) -> None:
    with (stored(ensemble, tmp_path / "1") / "failures.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["replicate"] for row in rows] == ["2", "2"]
    assert rows[0]["message"] == "ValueError: =the books do not balance"
