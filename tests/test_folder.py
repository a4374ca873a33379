"""A folder appears whole or not at all: interrupted, killed, contested, on a full disk, over what is not ours."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from experiments.errors import CannotWrite
from experiments.folders import folder as folders
from experiments.folders.folder import new_folder


def listing(folder: Path) -> list[str]:
    """Name what stands in a folder, hidden things too."""
    return sorted(path.name for path in folder.iterdir())


def never(_: Path) -> bool:
    return False


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
        "import sys, pathlib\nfrom experiments.folders.folder import new_folder\nfrom experiments.errors import CannotWrite\n"
        "try:\n    with new_folder(pathlib.Path(sys.argv[1]), lambda _: True): pass\n"
        "except CannotWrite as refusal: print(refusal.key)\n"
    )
    with new_folder(target, never) as partial:
        (partial / "mine").write_text("")
        said = subprocess.run([sys.executable, "-c", other, str(target)], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "write.in_use"
    assert listing(target) == ["mine"]


def test_the_lock_belongs_to_who_finds_it(tmp_path: Path) -> None:
    path = tmp_path / ".one.lock"
    path.write_text("")
    with new_folder(tmp_path / "one", never):
        assert path.exists()
    assert not path.exists()
    assert folders.MANIFEST == "manifest.json"
