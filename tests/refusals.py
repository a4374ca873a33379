"""Write a bad scenario and see what it is refused for."""

from itertools import count
from pathlib import Path

import pytest

from model.reading.problems import Problem, Refused
from model.scenario import load_scenario

NUMBERS = count()

# A scenario of its own, as short as it can be.
ROOT = """title: {en: Try, vi: Thử}
place: ha_tinh
period: 2021..2030
budget:
  pillars_share: 1 %
  lines: {talent: 100 %}
"""


def refusal(folder: Path, text: str, place: str = "ha_tinh") -> list[Problem]:
    """Write a scenario into the folder and return what it is refused for."""
    file = folder / place / f"case_{next(NUMBERS)}.yaml"
    file.write_text(text, encoding="utf-8")
    try:
        with pytest.raises(Refused) as refused:
            load_scenario(file)
    finally:
        file.unlink()
    return list(refused.value.problems)
