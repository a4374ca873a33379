"""What the README says works: its files load and run, its commands exist, in both languages alike."""

import re
from pathlib import Path

import pytest

from experiments.commands import COMMANDS
from model.reading.checking import check_paths
from model.results import run_replicate
from model.scenario import load_scenario

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.vi.md")
NAMED_FILE = re.compile(r"`(scenarios/[\w/]+\.yaml)`[^`]*?\n```yaml\n(.*?)```", re.DOTALL)
COMMAND = re.compile(r"`pillars (\w+)")


def written_files(readme: str) -> dict[str, str]:
    """The files that a README tells its reader to write, by path."""
    return dict(NAMED_FILE.findall((ROOT / readme).read_text(encoding="utf-8")))


@pytest.fixture
def with_readme_files(scenario_folder: Path) -> Path:
    """A copy of the scenario folder in which a reader has written what the README shows."""
    for path, content in written_files("README.md").items():
        target = scenario_folder / Path(path).relative_to("scenarios")
        target.parent.mkdir(exist_ok=True)
        target.write_text(content, encoding="utf-8")
    return scenario_folder


def test_both_readmes_show_the_same_files() -> None:
    assert written_files("README.md") == written_files("README.vi.md")
    assert set(written_files("README.md")) == {
        "scenarios/ha_tinh/my_programme.yaml",
        "scenarios/small_example/profile.yaml",
        "scenarios/small_example/baseline.yaml",
    }


def test_the_files_shown_are_right(with_readme_files: Path) -> None:
    assert check_paths([with_readme_files / "ha_tinh" / "my_programme.yaml", with_readme_files / "small_example"]) == []


def test_the_scenario_shown_runs_and_differs_from_its_parent(with_readme_files: Path) -> None:
    mine = load_scenario(with_readme_files / "ha_tinh" / "my_programme.yaml")
    parent = load_scenario(with_readme_files / "ha_tinh" / "baseline.yaml")
    ours, theirs = (run_replicate(scenario, 0, years_to=2026).outcomes for scenario in (mine, parent))
    assert ours["budget_announced"][-1] == pytest.approx(3 * theirs["budget_announced"][-1], rel=1e-9)
    assert ours["enterprises_rung2"][-1] > theirs["enterprises_rung2"][-1]


def test_a_province_added_by_one_profile_runs(with_readme_files: Path) -> None:
    scenario = load_scenario(with_readme_files / "small_example" / "baseline.yaml")
    result = run_replicate(scenario, 0, years_to=2023)
    assert len(scenario.place.communes) == 56
    assert len(scenario.place.imputed) > 60
    assert result.outcomes["grdp_growth"][-1] > 0
    assert result.outcomes["grdp_nominal"][0] == pytest.approx(19_000, rel=0.15)


@pytest.mark.parametrize("readme", READMES)
def test_every_command_named_exists(readme: str) -> None:
    named = set(COMMAND.findall((ROOT / readme).read_text(encoding="utf-8"))) - {"COMMAND"}
    assert named <= set(COMMANDS)
    assert {"run", "check", "compare", "targets", "explain", "sweep", "verify", "profile"} <= named


@pytest.mark.parametrize("readme", READMES)
def test_every_scenario_named_is_there(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    paths = set(re.findall(r"scenarios/[\w/]+\.yaml", text)) - set(written_files(readme))
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []
