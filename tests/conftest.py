"""What several test files share: copies of the scenario folder that a test may damage, and how properties are searched.

Property tests try the same examples every time, so that a test run says something about the code alone. To look for new
ones: `pytest --hypothesis-profile=search`.
"""

import shutil
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("search", max_examples=500, deadline=None)
settings.load_profile("same")

SCENARIOS = Path(__file__).parent.parent / "scenarios"


@pytest.fixture
def scenario_folder(tmp_path: Path) -> Path:
    """A copy of the whole scenario folder, for one test."""
    return Path(shutil.copytree(SCENARIOS, tmp_path / "scenarios"))


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the scenario folder to add files to; nobody changes what stands in it."""
    return Path(shutil.copytree(SCENARIOS, tmp_path_factory.mktemp("shared") / "scenarios"))
