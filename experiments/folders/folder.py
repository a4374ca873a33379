"""A run folder that is whole or not there: made beside its place, put there in one step.

Enters: the place of the folder. Leaves: the folder, or CannotWrite and no trace. Whoever writes holds a lock, so that two
processes never write one run.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from experiments.errors import CannotWrite

MANIFEST = "manifest.json"
INPUTS = "inputs"
_FULL = (errno.ENOSPC, errno.EDQUOT)


@contextlib.contextmanager
def new_folder(target: Path, may_replace: Callable[[Path], bool]) -> Iterator[Path]:
    """Give an empty folder to fill; on leaving without error it becomes `target`, otherwise it is removed.

    may_replace: told the existing folder, says whether it may be replaced. Raises CannotWrite at once if `target` cannot be
    written, is in use, or holds something that may not be replaced.
    """
    _refuse_foreign(target, may_replace)
    with writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
    with locked(target.with_name(f".{target.name}.lock"), target):
        _refuse_foreign(target, may_replace)
        partial = _begin(target)
        try:
            yield partial
            with writing(target):
                _make_durable(partial)
                _put(partial, target)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def _begin(target: Path) -> Path:
    """Make the empty folder beside the target, after clearing what a killed process left there."""
    with writing(target):
        _remove_leftovers(target)
        partial = Path(tempfile.mkdtemp(prefix=_prefix(target), dir=target.parent))
        partial.chmod(0o755)  # mkdtemp keeps others out; a run is for everybody who may read its parent
        return partial


@contextlib.contextmanager
def writing(target: Path) -> Iterator[None]:
    """Turn whatever the system answers to writing at `target` into CannotWrite."""
    try:
        yield
    except OSError as error:
        key = "write.full" if error.errno in _FULL else "write.refused"
        raise CannotWrite(key, folder=str(target), problem=error.strerror or str(error)) from error


def _prefix(target: Path) -> str:
    return f".{target.name}.partial-"


def _refuse_foreign(target: Path, may_replace: Callable[[Path], bool]) -> None:
    """Refuse a target that exists and that we may not replace; a link is never followed."""
    if target.name in ("", ".."):
        raise CannotWrite("write.foreign", folder=str(target))
    if target.is_symlink():
        raise CannotWrite("write.link", folder=str(target))
    if target.exists() and not (target.is_dir() and (_is_empty(target) or may_replace(target))):
        key = "write.other_run" if (target / MANIFEST).is_file() else "write.foreign"
        raise CannotWrite(key, folder=str(target))


def _is_empty(folder: Path) -> bool:
    with writing(folder):
        return not any(folder.iterdir())


def _remove_leftovers(target: Path) -> None:
    """Remove what a killed process left of this very folder; the lock says that nobody is writing it now."""
    for leftover in target.parent.glob(f"{glob.escape(_prefix(target))}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    retired = _retired(target)
    if retired.exists() and not target.exists():
        retired.replace(target)
    shutil.rmtree(retired, ignore_errors=True)


def _retired(target: Path) -> Path:
    return target.with_name(f".{target.name}.retired")


def _put(partial: Path, target: Path) -> None:
    """Put the finished folder in its place; an older run steps aside and is then removed."""
    retired = _retired(target)
    if target.exists():
        target.replace(retired)
    try:
        partial.replace(target)
    except OSError:
        if retired.exists():
            retired.replace(target)
        raise
    sync(target.parent)
    shutil.rmtree(retired, ignore_errors=True)


def _make_durable(folder: Path) -> None:
    """Have every file and folder written through to the disk before the run takes its name."""
    for path in sorted(folder.rglob("*"), reverse=True):
        sync(path)
    sync(folder)


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, written through to the disk."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def locked(path: Path, target: Path, *, shared: bool = False, kept: bool = False) -> Iterator[None]:
    """Hold the lock file; the system lets go of it when the process ends, however it ends.

    shared: others may hold it as well, if they share it too; kept: the file stays for the next. Raises CannotWrite.
    """
    with writing(target):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _try_lock(descriptor, shared=shared) or not _still_there(descriptor, path):
            raise CannotWrite("write.in_use", folder=str(target))
        try:
            yield
        finally:
            if not kept:
                with contextlib.suppress(OSError):
                    path.unlink()
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int, *, shared: bool) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows, whose locks cannot be shared
        return shared or _try_windows_lock(descriptor)
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _try_windows_lock(descriptor: int) -> bool:
    import msvcrt

    operation, mode = getattr(msvcrt, "locking"), getattr(msvcrt, "LK_NBLCK")  # noqa: B009 - absent elsewhere
    try:
        operation(descriptor, mode, 1)
    except OSError:
        return False
    return True


def _still_there(descriptor: int, path: Path) -> bool:
    """See whether the lock we hold is the file others find (the last owner may just have removed it)."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except OSError:
        return False
