"""What a refusal says: the right name suggested, both languages complete, and never a crash instead."""

import pickle
import random
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from model.reading.problems import Problem, Refused, catalogue, nearest
from model.reading.registers import PARAMETER_NAMES
from model.reading.scenario_file import SECTIONS
from model.scenario import load_scenario
from model.vocabulary import LINES, SECTORS
from tests.refusals import ROOT, refusal

MISSPELT = 120
"""Names that are misspelt, of every kind equally many."""


def misspelt(word: str, edits: int, chance: random.Random) -> str:
    """Return a word with letters changed, dropped, added or exchanged."""
    while True:
        letters = list(word)
        for _ in range(edits):
            at = chance.randrange(len(letters))
            kind = chance.choice(("change", "drop", "add", "swap"))
            if kind == "change":
                letters[at] = chance.choice(string.ascii_lowercase)
            elif kind == "drop" and len(letters) > 2:
                del letters[at]
            elif kind == "add":
                letters.insert(at, chance.choice(string.ascii_lowercase))
            elif at + 1 < len(letters):
                letters[at], letters[at + 1] = letters[at + 1], letters[at]
        if "".join(letters) != word:
            return "".join(letters)


def misspellings() -> Iterator[tuple[str, str]]:
    """Yield scenarios with one name misspelt, and the name that was meant."""
    chance = random.Random(57)
    levers = [(section, name) for section, form in SECTIONS.items() for name in form.model_fields if name != "from_"]
    for turn in range(MISSPELT):
        kind, edits = turn % 4, 1 + turn // 4 % 2
        if kind == 0:
            section, name = chance.choice(levers)
            yield f"{section}: {{{misspelt(name, edits, chance)}: 1}}\n", name
        elif kind == 1:
            name = chance.choice(LINES)
            yield f"budget: {{lines: {{{misspelt(name, edits, chance)}: 100 %}}}}\n", name
        elif kind == 2:
            name = chance.choice(PARAMETER_NAMES)
            yield f"parameters: {{{misspelt(name, edits, chance)}: 0.1}}\n", name
        else:
            name = chance.choice((*SECTIONS, "parameters", "ensemble", "period", "place"))
            yield f"{misspelt(name, edits, chance)}: 1\n", name


def test_the_right_name_is_suggested_for_95_in_100_misspellings(shared_folder: Path) -> None:
    right = 0
    for text, meant in misspellings():
        problems = refusal(shared_folder, "extends: baseline.yaml\n" + text)
        right += any(str(p.values.get("suggestion", "")).split(".")[-1] == meant for p in problems)
    assert right >= 0.95 * MISSPELT


def test_words_are_suggested_for_choices_and_places(shared_folder: Path) -> None:
    cases = {
        "delivery: {digitising_order: proces_first}\n": "process_first",
        "delivery: {priority_sectors: {turism: 2}}\n": "tourism",
        "place: hatinh\n": "ha_tinh",
        "place: Thanh Hoa\n": "thanh_hoa",
        "pillars_share: 3 %\n": "budget.pillars_share",
        "budget: {leakage: 2}\n": "leakage_multiplier",
    }
    for text, meant in cases.items():
        (problem,) = refusal(shared_folder, "extends: baseline.yaml\n" + text)
        assert problem.values["suggestion"] == meant
        assert f"'{meant}'?" in problem.text("en")
        assert f"'{meant}'?" in problem.text("vi")


def test_nothing_is_suggested_for_nonsense() -> None:
    assert nearest("zzzzzz", SECTORS) == ""
    assert nearest("", SECTORS) == ""


PIECES = [*"{}[]:,#&*!|>'\"%@`-?\n\t ", "  ", ": ", "2026", "3 %", "1e9", "null", "é", "\u202e", "\x00", "<<", "~"]


def mutated(text: str, chance: random.Random) -> str:
    """Return a text damaged in a few places."""
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(text) + 1)
        kind = chance.randrange(4)
        if kind == 0:
            text = text[:at] + chance.choice(PIECES) + text[at:]
        elif kind == 1:
            text = text[:at] + text[at + chance.randint(1, 8) :]
        elif kind == 2:
            other = chance.randrange(len(text) + 1)
            text = text[:at] + text[other : other + 20] + text[at:]
        else:
            lines = text.split("\n")
            chance.shuffle(lines)
            text = "\n".join(lines)
    return text


@pytest.mark.parametrize(("turns", "seed"), [(150, 1), pytest.param(300, 2, marks=pytest.mark.slow)])
def test_damaged_scenarios_are_refused_or_load_but_never_crash(shared_folder: Path, turns: int, seed: int) -> None:
    chance = random.Random(seed)
    sources = [(shared_folder / "ha_tinh" / f"{name}.yaml").read_text(encoding="utf-8") for name in ("baseline", "programme")]
    file = shared_folder / "ha_tinh" / f"fuzz_{seed}.yaml"
    messages: list[str] = []
    for _ in range(turns):
        file.write_text(mutated(chance.choice([*sources, ROOT]), chance), encoding="utf-8", newline="")
        try:
            load_scenario(file)
        except Refused as refused:
            messages.append(refused.render("en") + refused.render("vi"))
    file.unlink()
    assert all(messages)
    assert len(messages) > turns / 2


def test_every_message_is_in_both_languages_with_the_same_places() -> None:
    for code, texts in catalogue().items():
        assert set(texts) == {"en", "vi"}, code
        places = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in texts.values()]
        assert places[0] == places[1], code
        assert not texts["en"].endswith("."), code


def test_messages_show_values_whole_escaped_and_cut() -> None:
    long = Problem("unknown_line", "x.yaml", 3, 4, "budget.lines", {"value": "a" * 200})
    assert f"'{'a' * 59}…' is not a budget line" in str(long)
    hidden = Problem("unknown_line", "x.yaml", 3, 4, "budget.lines", {"value": "a\x1b[31m\u202eb"})
    assert str(hidden) == "x.yaml:3:4: budget.lines: 'a\\x1b[31m\\u202eb' is not a budget line"
    truth = Problem("unknown_choice", "x.yaml", 3, 4, "", {"value": True, "allowed": "a, b"})
    assert str(truth) == "x.yaml:3:4: 'true' is not one of the choices; allowed: a, b"
    whole = Problem("empty_file", "x.yaml", 0, 0)
    assert str(whole) == "x.yaml: the file is empty"


def test_a_long_choice_is_left_out_where_a_name_is_suggested() -> None:
    values = {"value": "talnt", "allowed": ", ".join(LINES)}
    assert "allowed" in Problem("unknown_line", "x", 1, 1, values=values).text()
    suggested = Problem("unknown_line", "x", 1, 1, values={**values, "suggestion": "talent"})
    assert suggested.text() == "'talnt' is not a budget line; did you mean 'talent'?"


def test_a_refusal_survives_a_process_pool() -> None:
    refused = Refused([Problem("unknown_line", "x.yaml", 3, 4, "budget.lines", {"value": "a"})])
    again = pickle.loads(pickle.dumps(refused))
    assert again.problems == refused.problems
    assert again.problems[0].as_dict("vi") == {
        "code": "unknown_line",
        "file": "x.yaml",
        "line": 3,
        "column": 4,
        "path": "budget.lines",
        "message": "'a' không phải là dòng chi ngân sách",
    }
