"""The scenario folder: the tree under the directory that holds parameters.yaml. Nothing outside it is ever read.

Enters: the path of a scenario file, and names written in it. Leaves: paths of regular files inside the folder.
"""

import re
from pathlib import Path
from typing import Final

from model.places.geography import provinces_of
from model.reading.nodes import Spot, problem_at
from model.reading.problems import Problem, Refused, nearest

PARAMETERS: Final = "parameters.yaml"
SOURCES: Final = "sources.yaml"
PROFILE: Final = "profile.yaml"
TARGETS: Final = "targets.yaml"
NATION: Final = "viet_nam"
_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_PLACE_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
NOT_SCENARIOS: Final = frozenset({PARAMETERS, SOURCES, PROFILE, TARGETS})


def scenario_folder(file: Path, shown_as: str) -> Path:
    """Return the nearest directory above `file` that holds parameters.yaml.

    Raises: Refused, if there is none.
    """
    for directory in file.absolute().parents:
        if (directory / PARAMETERS).is_file():
            return directory
    raise Refused([problem_at("no_scenario_folder", Spot(shown_as), value=PARAMETERS)])


def places(folder: Path) -> list[str]:
    """Name the places of a scenario folder: its directories with a profile."""
    return sorted(path.parent.name for path in folder.glob(f"*/{PROFILE}"))


def place_problem(folder: Path, name: str, spot: Spot) -> Problem | None:
    """Return what is wrong with a place's name, or None if the place has a profile."""
    known = [*places(folder), *_without_profile(folder)]
    files = (folder / name, folder / name / PROFILE, folder / name / TARGETS)
    if name in known and _PLACE_NAME.fullmatch(name):
        linked = next((file for file in files if file.is_symlink()), None)
        return problem_at("linked_file", spot, ("place",), value=str(linked)) if linked else None
    suggestion = nearest(name, known)
    allowed = ", ".join((*places(folder), "…"))
    return problem_at("unknown_place", spot, ("place",), value=name, allowed=allowed, suggestion=suggestion)


def _without_profile(folder: Path) -> list[str]:
    """Name the provinces that the nation's profile stands for."""
    if not (folder / NATION / PROFILE).is_file():
        return []
    try:
        named = [province.place for province in provinces_of(folder, str(folder))]
    except Refused:
        return []
    return [name for name in named if not (folder / name / PROFILE).is_file()]


def parent_file(child: Path, written: str, folder: Path, spot: Spot) -> Path:
    """Return the file that `extends: written` in `child` names.

    Only relative paths of plain names, inside `folder`, through no symbolic link, spelt as on disk, to a regular file.
    Raises: Refused.
    """
    parts = written.split("/")
    if not written.endswith(".yaml"):
        raise _refused("extends_not_yaml", spot, written)
    if not all(part == ".." or _is_plain(part) for part in parts):
        raise _refused("extends_not_plain", spot, written)
    target = child.absolute().parent
    for part in parts:
        target = target.parent if part == ".." else target / part
        if target != folder and folder not in target.parents:
            raise _refused("extends_outside", spot, written)
        if target.is_symlink():
            raise _refused("extends_link", spot, written)
    _refuse_absent(target, written, spot)
    if target.name in NOT_SCENARIOS:
        raise _refused("extends_not_scenario", spot, written)
    return target


def shown_name(file: Path, child: Path, child_shown_as: str) -> str:
    """Return how to name `file` in messages, given how `child` is named in them."""
    here, up = Path(child_shown_as).parent, child.absolute().parent
    while up != file.parent and up not in file.parents:
        here, up = here / ".." if here.name in ("", "..") else here.parent, up.parent
    return str(here / file.relative_to(up))


def _is_plain(part: str) -> bool:
    return _PLAIN_NAME.fullmatch(part) is not None and _RESERVED.fullmatch(part) is None


def _refuse_absent(target: Path, written: str, spot: Spot) -> None:
    siblings = sorted(path.name for path in target.parent.glob("*.yaml")) if target.parent.is_dir() else []
    if target.is_file() and target.name in siblings:
        return
    known = [name for name in siblings if name not in NOT_SCENARIOS]
    suggestion = nearest(target.name, known)
    prefix = written.rpartition("/")[0]
    full = f"{prefix}/{suggestion}" if prefix and suggestion else suggestion
    raise _refused("extends_absent", spot, written, suggestion=full)


def _refused(code: str, spot: Spot, written: str, **values: object) -> Refused:
    return Refused([problem_at(code, spot, ("extends",), value=written, **values)])
