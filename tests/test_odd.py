"""ODD.md keeps step with the code: every lever has its place in it, every equation it numbers is cited where it is coded."""

import re
from pathlib import Path

import model
from model.reading.scenario_file import SECTIONS
from model.vocabulary import LINES

ROOT = Path(model.__file__).parent
ODD = (ROOT / "ODD.md").read_text(encoding="utf-8")
UNNUMBERED = {21, 22, 24}
"""The accounts, which the whole of model/books is about; model/books/outcomes.yaml is (24)."""


def test_every_lever_and_budget_line_says_where_it_acts() -> None:
    table = ODD[ODD.index("## 7.1") : ODD.index("## 8.")]
    levers = [name for form in SECTIONS.values() for name in form.model_fields if name != "from_"]
    assert [name for name in (*levers, *LINES) if f"`{name}`" not in table] == []


def test_the_equations_are_numbered_once_and_cited_by_the_code() -> None:
    numbered = [int(number) for number in re.findall(r"^\((\d+)\) ", ODD, re.MULTILINE)]
    assert numbered == list(range(1, 25))
    assert set(numbered) - cited() <= UNNUMBERED


def cited() -> set[int]:
    """Read the numbers that the model's docstrings cite: eq. 14, eqs. 9-11, or (14) where the module speaks of ODD."""
    numbers = set[int]()
    for path in ROOT.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for group in re.findall(r"eqs?\. ((?:\d+(?:-\d+)?(?:, | and )?)+)", text):
            for first, last in re.findall(r"(\d+)(?:-(\d+))?", group):
                numbers |= set(range(int(first), int(last or first) + 1))
        numbers |= {int(number) for number in re.findall(r"\((\d{1,2})\)", text) if "ODD" in text}
    return numbers


def test_the_rooms_that_are_named_exist() -> None:
    named = re.findall(r"`((?:model/)?[a-z_]+/[a-z_/]+(?:\.[a-z]+)?)`", ODD)
    missing = [name for name in named if not any((ROOT.parent / f"{name}{end}").exists() for end in ("", ".py"))]
    assert missing == []
