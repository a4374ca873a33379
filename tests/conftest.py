"""What several test files share: copies of the scenario folder that a test may damage."""

import shutil
from pathlib import Path

import pytest

SCENARIOS = Path(__file__).parent.parent / "scenarios"


@pytest.fixture
def scenario_folder(tmp_path: Path) -> Path:
    """A copy of the whole scenario folder, for one test."""
    return Path(shutil.copytree(SCENARIOS, tmp_path / "scenarios"))


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the scenario folder to add files to; nobody changes what stands in it."""
    return Path(shutil.copytree(SCENARIOS, tmp_path_factory.mktemp("shared") / "scenarios"))
