"""Run folders: whole or not there, the same bytes each time, harmless to open, and damage never goes unseen."""

import csv
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from experiments import folder as folders
from experiments import manifest
from experiments.ensemble import Ensemble, run_ensemble
from experiments.errors import CannotWrite, DamagedRun
from experiments.folder import new_folder
from experiments.parquet import content_hash, read_table, write_table
from experiments.sheets import Sheet, harmless, write_book, write_csv
from experiments.store import folder_name, read_run, write_run
from tests.fake_model import run_replicate, scenarios, without_files

PAYLOADS = (
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(\"http://x\")", "=cmd|' /C calc'!A0", "http://example.org",
    "mailto:a@b", "internal:Sheet1!A1", "=\0", "ordinary", "Hà Tĩnh", "12", "1e5", "{=1+1}", "\n=1",
)  # fmt: skip


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


def listing(folder: Path) -> list[str]:
    """Name what stands in a folder, hidden things too."""
    return sorted(path.name for path in folder.iterdir())


def never(_: Path) -> bool:
    return False


# the folder appears whole


def test_a_folder_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "runs" / "one"
    with new_folder(target, never) as partial:
        (partial / "a").write_text("1")
        assert not target.exists()
    assert (target / "a").read_text() == "1"
    assert listing(target.parent) == ["one"]


def break_off(partial: Path, error: type[BaseException]) -> None:
    """Write something and fail."""
    (partial / "a").write_text("1")
    raise error


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_broken_run_leaves_nothing(tmp_path: Path, error: type[BaseException]) -> None:
    with pytest.raises(error), new_folder(tmp_path / "one", never) as partial:
        break_off(partial, error)
    assert listing(tmp_path) == []


def test_what_a_killed_process_left_is_cleared(tmp_path: Path) -> None:
    (tmp_path / ".one.partial-dead").mkdir()
    (tmp_path / ".one.partial-dead" / "a").write_text("torn")
    with new_folder(tmp_path / "one", never):
        pass
    assert listing(tmp_path) == ["one"]


def test_a_run_that_was_stepping_aside_when_the_power_went_comes_back(tmp_path: Path) -> None:
    (tmp_path / ".one.retired").mkdir()
    (tmp_path / ".one.retired" / "manifest.json").write_text("{}")
    with pytest.raises(ValueError, match="stop"), new_folder(tmp_path / "one", never):
        raise ValueError("stop")
    assert (tmp_path / "one" / "manifest.json").exists()


def test_a_replaced_run_is_gone_and_the_new_one_is_there(tmp_path: Path) -> None:
    target = tmp_path / "one"
    target.mkdir()
    (target / "old").write_text("")
    with new_folder(target, lambda _: True) as partial:
        (partial / "new").write_text("")
    assert listing(target) == ["new"]
    assert listing(tmp_path) == ["one"]


def test_an_old_run_stays_if_the_new_one_cannot_take_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "one"
    target.mkdir()
    (target / "old").write_text("")
    replace = Path.replace

    def failing(self: Path, other: Path) -> Path:
        if ".partial-" in self.name:
            raise OSError(28, "No space left on device")
        return replace(self, other)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(CannotWrite, match="full"), new_folder(target, lambda _: True):
        pass
    assert listing(target) == ["old"]
    assert listing(tmp_path) == ["one"]


def occupied(target: Path) -> None:
    target.mkdir()
    (target / "letters.txt").write_text("not a run")


def a_file(target: Path) -> None:
    target.write_text("a file")


def a_link(target: Path) -> None:
    (target.parent / "elsewhere").mkdir()
    target.symlink_to(target.parent / "elsewhere")


def another_run(target: Path) -> None:
    target.mkdir()
    (target / "manifest.json").write_text("{}")


def under_a_file(target: Path) -> None:
    target.parent.rmdir()
    target.parent.write_text("a file where a folder should be")


@pytest.mark.parametrize(
    ("prepare", "key"),
    [
        (occupied, "write.foreign"),
        (a_file, "write.foreign"),
        (a_link, "write.link"),
        (another_run, "write.other_run"),
        (under_a_file, "write.refused"),
    ],
)
def test_what_is_not_ours_is_never_touched(tmp_path: Path, prepare: Callable[[Path], None], key: str) -> None:
    (tmp_path / "in").mkdir()
    prepare(tmp_path / "in" / "target")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(CannotWrite) as refusal, new_folder(tmp_path / "in" / "target", never):
        pytest.fail("began to write")
    assert refusal.value.key == key
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs a file system that nobody may write")
def test_a_place_that_cannot_be_written_is_refused() -> None:
    with pytest.raises(CannotWrite, match="Cannot write"), new_folder(Path("/proc/runs/one"), never):
        pytest.fail("began to write")


def test_only_one_process_writes_a_folder(tmp_path: Path) -> None:
    target = tmp_path / "one"
    other = (
        "import sys, pathlib\nfrom experiments.folder import new_folder\nfrom experiments.errors import CannotWrite\n"
        "try:\n    with new_folder(pathlib.Path(sys.argv[1]), lambda _: True): pass\n"
        "except CannotWrite as refusal: print(refusal.key)\n"
    )
    with new_folder(target, never) as partial:
        (partial / "mine").write_text("")
        said = subprocess.run([sys.executable, "-c", other, str(target)], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "write.in_use"
    assert listing(target) == ["mine"]


def test_a_full_disk_says_so(tmp_path: Path, ensemble: Ensemble, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("experiments.store.write_table", full)
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


# harmless to open


@pytest.mark.parametrize("payload", PAYLOADS)
def test_csv_text_is_never_a_formula(tmp_path: Path, payload: str) -> None:
    path = tmp_path / "t.csv"
    write_csv(pa.table({"text": [payload, "x"], "value": [-1.5, None]}), path)
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[1][0] == harmless(payload)
    assert not rows[1][0].startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\0"))
    assert rows[1][1] == "-1.5"
    assert rows[2][1] == ""


def test_coded_text_is_made_harmless_too(tmp_path: Path) -> None:
    write_csv(pa.table({"text": pa.array(["=1", "b", "=1"]).dictionary_encode()}), tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text(encoding="utf-8").split() == ['"text"', '"\'=1"', '"b"', '"\'=1"']


@pytest.mark.parametrize("payload", PAYLOADS)
def test_workbook_text_is_never_a_formula_or_a_link(tmp_path: Path, payload: str) -> None:
    import openpyxl

    path = tmp_path / "t.xlsx"
    write_book([Sheet("sheet", ["text", "value"], [[payload, "x" * 40_000], [2.5, float("nan")]], {1: "0.0"})], path)
    page = openpyxl.load_workbook(path)["sheet"]
    cell = page.cell(2, 1)
    assert cell.data_type != "f"
    assert cell.hyperlink is None
    assert page.cell(2, 2).value == 2.5
    assert page.cell(3, 2).value is None
    with zipfile.ZipFile(path) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


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


def test_the_lock_belongs_to_who_finds_it(tmp_path: Path) -> None:
    path = tmp_path / ".one.lock"
    path.write_text("")
    with new_folder(tmp_path / "one", never):
        assert path.exists()
    assert not path.exists()
    assert folders.MANIFEST == "manifest.json"
