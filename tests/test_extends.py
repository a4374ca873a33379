"""`extends` and `place` reach nothing outside the scenario folder, and chains end."""

import sys
from pathlib import Path

import pytest

import model
from model.reading.problems import Refused
from model.scenario import load_scenario
from tests.refusals import ROOT, refusal

# `extends` and the folder: text, code
ABUSE = [
    ("../../etc/passwd.yaml", "extends_outside"),
    ("../../../../../../etc/hosts.yaml", "extends_outside"),
    ("../../outside.yaml", "extends_outside"),
    ("../viet_nam/../../outside.yaml", "extends_outside"),
    ("/etc/passwd.yaml", "extends_not_plain"),
    ("C:\\\\Windows\\\\x.yaml", "extends_not_plain"),
    ("\\\\\\\\server\\\\share\\\\x.yaml", "extends_not_plain"),
    ("~/x.yaml", "extends_not_plain"),
    ("~root/x.yaml", "extends_not_plain"),
    ("%2e%2e/%2e%2e/x.yaml", "extends_not_plain"),
    ("file:///etc/x.yaml", "extends_not_plain"),
    ("http://example.com/x.yaml", "extends_not_plain"),
    ("./baseline.yaml", "extends_not_plain"),
    ("a//baseline.yaml", "extends_not_plain"),
    ("baseline.yaml ", "extends_not_yaml"),
    (" baseline.yaml", "extends_not_plain"),
    ("$HOME/x.yaml", "extends_not_plain"),
    ("con.yaml", "extends_not_plain"),
    ("NUL.yaml", "extends_not_plain"),
    ("-rf.yaml", "extends_not_plain"),
    (".hidden.yaml", "extends_not_plain"),
    ("/dev/zero", "extends_not_yaml"),
    ("/proc/self/environ", "extends_not_yaml"),
    ("baseline", "extends_not_yaml"),
    ("baseline.yml", "extends_not_yaml"),
    ("Baseline.yaml", "extends_absent"),
    ("nowhere.yaml", "extends_absent"),
    ("../nowhere/baseline.yaml", "extends_absent"),
    ("profile.yaml", "extends_not_scenario"),
    ("../parameters.yaml", "extends_not_scenario"),
]


@pytest.mark.parametrize(("written", "code"), ABUSE)
def test_extends_stays_inside_the_folder(shared_folder: Path, written: str, code: str) -> None:
    problems = refusal(shared_folder, f'extends: "{written}"\n')
    assert [(p.code, p.line, p.column) for p in problems] == [(code, 1, 10)]


def test_extends_must_be_a_text(shared_folder: Path) -> None:
    assert [p.code for p in refusal(shared_folder, "extends: [baseline.yaml]\n")] == ["extends_not_yaml"]
    assert [p.code for p in refusal(shared_folder, "extends:\n")] == ["extends_not_yaml"]


def test_extends_goes_through_no_link(scenario_folder: Path) -> None:
    outside = scenario_folder.parent / "outside.yaml"
    outside.write_text(ROOT, encoding="utf-8")
    (scenario_folder / "ha_tinh" / "link.yaml").symlink_to(outside)
    (scenario_folder / "linked").symlink_to(scenario_folder.parent)
    loop = scenario_folder / "ha_tinh" / "loop.yaml"
    loop.symlink_to(loop)
    for written in ("link.yaml", "../linked/outside.yaml", "loop.yaml"):
        assert [p.code for p in refusal(scenario_folder, f"extends: {written}\n")] == ["extends_link"]


def test_a_linked_profile_is_refused(scenario_folder: Path) -> None:
    outside = scenario_folder.parent / "profile.yaml"
    (scenario_folder / "ha_tinh" / "profile.yaml").rename(outside)
    (scenario_folder / "ha_tinh" / "profile.yaml").symlink_to(outside)
    assert [p.code for p in refusal(scenario_folder, "extends: baseline.yaml\n")] == ["linked_file"]


def test_extends_may_not_go_in_a_circle(scenario_folder: Path) -> None:
    for name, parent in (("a", "b"), ("b", "c"), ("c", "a"), ("own", "own")):
        (scenario_folder / "ha_tinh" / f"{name}.yaml").write_text(f"extends: {parent}.yaml\n", encoding="utf-8")
    for name, line in (("a", "c"), ("own", "own")):
        with pytest.raises(Refused) as refused:
            load_scenario(scenario_folder / "ha_tinh" / f"{name}.yaml")
        (problem,) = refused.value.problems
        assert (problem.code, Path(problem.file).stem) == ("extends_cycle", line)


def test_extends_may_not_be_longer_than_sixteen(scenario_folder: Path) -> None:
    folder = scenario_folder / "ha_tinh"
    for number in range(20):
        (folder / f"link_{number}.yaml").write_text(f"extends: link_{number + 1}.yaml\n", encoding="utf-8")
    (folder / "link_20.yaml").write_text("extends: baseline.yaml\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_scenario(folder / "link_0.yaml")
    assert [p.code for p in refused.value.problems] == ["extends_too_long"]
    assert load_scenario(folder / "link_10.yaml").name == "link_10"


def test_a_file_outside_a_scenario_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "alone.yaml").write_text(ROOT, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_scenario(tmp_path / "alone.yaml")
    assert [p.code for p in refused.value.problems] == ["no_scenario_folder"]


def test_scenarios_that_are_no_files(scenario_folder: Path) -> None:
    for name, code in (("nowhere.yaml", "no_such_file"), (".", "not_a_file")):
        with pytest.raises(Refused) as refused:
            load_scenario(scenario_folder / "ha_tinh" / name)
        assert [p.code for p in refused.value.problems] == [code]


_OPENED: list[str] = []
_WATCHING: list[bool] = []


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and _WATCHING:
        _OPENED.append(str(arguments[0]))


def test_nothing_outside_the_folder_is_opened(shared_folder: Path) -> None:
    sys.addaudithook(_watch)
    refusal(shared_folder, "extends: baseline.yaml\nbudget: {pillars_share: 3}\n")  # everything of ours is imported
    _WATCHING.append(True)
    try:
        for written, _ in ABUSE:
            refusal(shared_folder, f'extends: "{written}"\nplace: "{written}"\n')
    finally:
        _WATCHING.clear()
    assert _OPENED
    ours = (str(shared_folder), str(Path(model.__file__).parent))
    assert [path for path in _OPENED if not path.startswith(ours)] == []


