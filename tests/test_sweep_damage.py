"""Chunks that were cut, flipped, swapped or left half written are found, named and computed again; a full disk loses nothing."""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from experiments.errors import CannotWrite, DamagedRun
from experiments.sweeps import Finished, chunks, desk, merge, results
from experiments.sweeps.plan import Plan
from experiments.sweeps.reading import Sweep
from tests import sweeping

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def sweep(shared_folder: Path) -> Sweep:
    return sweeping.loaded(shared_folder)


@pytest.fixture(scope="module")
def whole(sweep: Sweep, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    return sweeping.swept(sweep, tmp_path_factory.mktemp("whole") / "out", chunk=8)


@pytest.fixture
def out(whole: Finished, tmp_path: Path) -> Path:
    """A copy of a complete sweep that a test may damage."""
    return Path(shutil.copytree(whole.folder, tmp_path / "out"))


def chunk(out: Path, number: int) -> Path:
    return out / "chunks" / chunks.name_of(number)


def is_refused(out: Path, plan: Plan, number: int) -> bool:
    try:
        chunks.read_chunk(out, plan, number)
    except DamagedRun:
        return True
    return False


def test_every_cut_is_noticed(out: Path, whole: Finished) -> None:
    content = chunk(out, 0).read_bytes()
    for length in np.linspace(0, len(content) - 1, 100).astype(int):
        chunk(out, 0).write_bytes(content[:length])
        assert is_refused(out, whole.plan, 0), length


def test_every_flipped_bit_is_noticed_or_harmless(out: Path, whole: Finished) -> None:
    content, table = chunk(out, 0).read_bytes(), chunks.read_chunk(out, whole.plan, 0)
    luck = np.random.default_rng(3)
    noticed = 0
    for _ in range(300):
        place, bit = int(luck.integers(len(content))), int(luck.integers(8))
        flipped = bytearray(content)
        flipped[place] ^= 1 << bit
        chunk(out, 0).write_bytes(bytes(flipped))
        if is_refused(out, whole.plan, 0):
            noticed += 1
        else:
            assert chunks.read_chunk(out, whole.plan, 0).equals(table), place
    assert noticed > 200


def zeroed(out: Path) -> None:
    content = bytearray(chunk(out, 2).read_bytes())
    content[200:712] = bytes(512)
    chunk(out, 2).write_bytes(bytes(content))


def swapped(out: Path) -> None:
    shutil.copyfile(chunk(out, 1), chunk(out, 2))


def emptied(out: Path) -> None:
    chunk(out, 2).write_bytes(b"")


def edited(out: Path) -> None:
    table = pq.read_table(chunk(out, 2))
    place = table.column_names.index("tfp_share")
    values = table["tfp_share"].to_numpy().copy()
    values[0] += 1e-9
    pq.write_table(table.set_column(place, "tfp_share", [values]), chunk(out, 2))


def of_another_plan(out: Path) -> None:
    table = pq.read_table(chunk(out, 2))
    pq.write_table(table.replace_schema_metadata({**table.schema.metadata, chunks.PLAN: b"0" * 64}), chunk(out, 2))


def of_something_else(out: Path) -> None:
    pq.write_table(pq.read_table(out / "points.parquet"), chunk(out, 2))


@pytest.mark.parametrize("damage", [zeroed, swapped, emptied, edited, of_another_plan, of_something_else])
def test_a_damaged_chunk_is_named_and_computed_again(
    sweep: Sweep, whole: Finished, out: Path, damage: Callable[[Path], None]
) -> None:
    damage(out)
    said: list[tuple[str, object]] = []
    again = sweeping.swept(sweep, out, tell=lambda key, **values: said.append((key, values.get("file"))))
    assert again.computed is not None
    assert ("sweep.damaged", "chunks/000002.parquet") in said
    assert (again.computed.runs, len(again.computed.damaged)) == (8, 1)
    assert sweeping.hashes(out) == sweeping.hashes(whole.folder)


def test_nothing_is_put_together_from_damaged_chunks(out: Path) -> None:
    emptied(out)
    (out / "manifest.json").unlink()
    with pytest.raises(DamagedRun, match="000002"):
        merge(out, figures=False)
    assert sweeping.leftovers(out) == []


def test_half_written_files_are_removed_and_never_read(sweep: Sweep, whole: Finished, out: Path) -> None:
    chunk(out, 3).unlink()
    (out / "chunks" / f".all.{chunks.name_of(3)}").write_bytes(chunk(out, 4).read_bytes()[:999])
    sweeping.swept(sweep, out)
    assert sweeping.hashes(out) == sweeping.hashes(whole.folder)
    assert [name for name in sweeping.leftovers(out) if name.endswith("parquet")] == []


def plan_edited(out: Path) -> str:
    text = (out / desk.PLAN).read_text(encoding="utf-8")
    (out / desk.PLAN).write_text(text.replace('"replicates": 4', '"replicates": 5'), encoding="utf-8")
    return desk.PLAN


def plan_lost(out: Path) -> str:
    (out / desk.PLAN).unlink()
    return desk.PLAN


def plan_garbled(out: Path) -> str:
    (out / desk.PLAN).write_bytes(b"\xff[1, 2")
    return desk.PLAN


def points_garbled(out: Path) -> str:
    (out / desk.POINTS).write_bytes(b"PAR1")
    return desk.POINTS


def points_lost(out: Path) -> str:
    (out / "points.csv").unlink()
    return "points.csv"


def inputs_lost(out: Path) -> str:
    shutil.rmtree(out / "inputs" / "ha_tinh")
    return "inputs/ha_tinh/programme.yaml"


FOUNDATIONS = [plan_edited, plan_lost, plan_garbled, points_garbled, points_lost, inputs_lost]


@pytest.mark.parametrize("damage", FOUNDATIONS)
def test_what_follows_from_the_sweep_file_is_written_again_and_no_chunk_is_lost(
    sweep: Sweep, whole: Finished, out: Path, damage: Callable[[Path], str]
) -> None:
    file = damage(out)
    said: list[tuple[str, object]] = []
    again = sweeping.swept(sweep, out, chunk=8, tell=lambda key, **values: said.append((key, values.get("file"))))
    assert ("sweep.mended", file) in said
    assert again.computed is not None
    assert (again.computed.runs, again.computed.damaged) == (0, ())
    assert sweeping.hashes(out) == sweeping.hashes(whole.folder)
    assert again.sha256 == whole.sha256
    assert not list(out.glob(".mending-*"))


def test_lost_chunks_are_computed_again(sweep: Sweep, whole: Finished, out: Path) -> None:
    shutil.rmtree(out / "chunks")
    again = sweeping.swept(sweep, out, chunk=8)
    assert again.computed is not None
    assert again.computed.runs == whole.plan.runs
    assert sweeping.hashes(out) == sweeping.hashes(whole.folder)


@pytest.mark.parametrize("damage", FOUNDATIONS)
def test_without_the_sweep_file_it_is_said_how_to_go_on(out: Path, damage: Callable[[Path], str]) -> None:
    damage(out)
    with pytest.raises(DamagedRun, match=rf"Nothing else is lost.*--out {out}"):
        merge(out, figures=False)


def test_chunks_of_another_sweep_are_not_taken_over_when_their_plan_is_lost(shared_folder: Path, out: Path) -> None:
    plan_lost(out)
    other = sweeping.loaded(shared_folder, years=2031)
    with pytest.raises(CannotWrite, match="another sweep"):
        sweeping.swept(other, out)
    assert not (out / desk.PLAN).exists()


@pytest.mark.parametrize("name", ["results.parquet", "summary.csv", "points.parquet", "manifest.json", "plan.json"])
def test_a_manifest_vouches_for_every_file(out: Path, name: str) -> None:
    assert results.read_manifest(out) is not None
    content = bytearray((out / name).read_bytes())
    content[len(content) // 2] ^= 1
    (out / name).write_bytes(bytes(content))
    assert results.read_manifest(out) is None


# A disk that refuses

FULL = """
import resource, sys
from tests import sweeping
from experiments.errors import CannotWrite
from experiments.sweeps.reading import load_sweep
sweep = load_sweep(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    sweeping.swept(sweep, __import__("pathlib").Path(sys.argv[2]), chunk=8)
except CannotWrite as error:
    print(error)
    sys.exit(3)
"""


def test_a_file_that_may_not_grow_stops_the_sweep_and_nothing_is_lost(sweep: Sweep, whole: Finished, tmp_path: Path) -> None:
    out = tmp_path / "out"
    too_little = (whole.folder / "results.csv").stat().st_size - 1
    sweeping.swept(sweep, out, chunk=8, shard="2/2")
    limited = [sys.executable, "-c", FULL, str(sweep.path), str(out), str(too_little)]
    stopped = subprocess.run(limited, capture_output=True, text=True, cwd=ROOT, check=False)
    assert stopped.returncode == 3, stopped.stderr
    assert str(out) in stopped.stdout
    assert not (out / "manifest.json").exists()
    sweeping.swept(sweep, out)
    assert sweeping.hashes(out) == sweeping.hashes(whole.folder)


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1,600 KB, where the system lets us have one."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1600k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this system mounts no disks for tests")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.skipif(shutil.which("mount") is None, reason="no mount")
def test_a_full_disk_stops_the_sweep_and_it_goes_on_when_there_is_room(
    sweep: Sweep, whole: Finished, tiny_disk: Path
) -> None:
    out = tiny_disk / "out"
    ballast = tiny_disk / "ballast"
    sweeping.swept(sweep, out, chunk=8, shard="2/2")
    left = shutil.disk_usage(tiny_disk).free
    ballast.write_bytes(bytes(left - 20_000))
    with pytest.raises(CannotWrite, match="full"):
        sweeping.swept(sweep, out)
    assert not (out / "manifest.json").exists()
    ballast.unlink()
    sweeping.swept(sweep, out)
    assert sweeping.hashes(out) == sweeping.hashes(whole.folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_that_may_not_be_written_is_refused(sweep: Sweep, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(CannotWrite):
        sweeping.swept(sweep, tmp_path / "out")
    assert resource.getrlimit(resource.RLIMIT_FSIZE)
