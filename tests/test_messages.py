"""What people read: both languages complete and alike, numbers as each language writes them, tables that line up."""

import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.commands import COMMANDS
from experiments.ensembles import adapters
from experiments.ensembles.tables import failure_table
from experiments.errors import SPOILT, WrongUsage
from experiments.folders.sheets import Sheet
from experiments.telling.grid import WIDEST, Grid, width
from experiments.telling.messages import LANGUAGES, catalogue, known, name_of, say
from experiments.telling.numbers import MINUS, MISSING, decimals_for, decimals_of_step, exactly, format_number
from model.government.ledger import AMOUNTS
from model.reading.units import MULTIPLIERS
from model.vocabulary import DIGITISING_ORDERS, INFRASTRUCTURE_CHOICES, LINES, PLATFORM_CHOICES

KEYS = sorted(catalogue())


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", KEYS)
def test_both_languages_say_the_same_thing(key: str) -> None:
    entry = catalogue()[key]
    assert tuple(entry) == LANGUAGES
    for text in entry.values():
        assert text == text.strip() or key.startswith("argparse.")
        assert unicodedata.normalize("NFC", text) == text
    if not key.startswith("argparse."):
        assert placeholders(entry["en"]) == placeholders(entry["vi"])


@pytest.mark.parametrize("key", [key for key in KEYS if len(catalogue()[key]["en"]) > 40])
def test_long_sentences_are_in_vietnamese(key: str) -> None:
    assert any(
        letter in "ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
        for letter in catalogue()[key]["vi"]
    )


def test_every_command_explains_itself() -> None:
    for name in COMMANDS:
        assert known(f"help.{name}")
        assert known(f"help.{name}.more")


def test_every_unit_line_and_column_has_a_name() -> None:
    for outcome in adapters.outcomes().values():
        assert known(f"unit.{outcome.unit}"), outcome.unit
    for line in LINES:
        assert known(f"line.{line}")
    for value in (*MULTIPLIERS, *INFRASTRUCTURE_CHOICES, *PLATFORM_CHOICES, *DIGITISING_ORDERS):
        assert known(f"value.{value}")
    for column in (*AMOUNTS, *adapters.ENTRY_COLUMNS):
        assert known(f"column.{column}"), column
    assert failure_table([], [], 0).num_rows == 0
    assert Sheet("a", (), (), {}).name == "a"


def test_messages_are_filled_with_numbers_of_the_language() -> None:
    assert say("run.replicates", "en", given=1_000_001, most=100_000).endswith("1,000,001 was asked for.")
    assert "1.000.001" in say("run.replicates", "vi", given=1_000_001, most=100_000)
    assert name_of("line", "not_a_line", "vi") == "not_a_line"
    with pytest.raises(KeyError):
        say("no.such.message", "en")


def test_words_inside_a_message_are_of_its_language() -> None:
    values = {"file": "a", "problem": SPOILT}
    assert say("run.damaged", "en", **values) == "a of the run is damaged: what stands in it does not match its SHA-256."
    assert "không khớp mã" in say("run.damaged", "vi", **values)


def test_a_refusal_reads_as_its_message() -> None:
    assert str(WrongUsage("run.twice", scenario="a")) == "The scenario a is given twice."


@pytest.mark.parametrize(
    ("value", "decimals", "english", "vietnamese"),
    [
        (1234567.891, 2, "1,234,567.89", "1.234.567,89"),
        (1234.5, 1, "1,234.5", "1.234,5"),
        (-0.04, 1, "0.0", "0,0"),
        (-1234.56, 1, f"{MINUS}1,234.6", f"{MINUS}1.234,6"),
        (0.5, 0, "0", "0"),
        (float("nan"), 1, MISSING, MISSING),
        (float("inf"), 1, MISSING, MISSING),
    ],
)
def test_numbers_as_each_language_writes_them(value: float, decimals: int, english: str, vietnamese: str) -> None:
    assert format_number(value, "en", decimals) == english
    assert format_number(value, "vi", decimals) == vietnamese


def test_signs_where_a_change_is_meant() -> None:
    assert format_number(1.0, "en", 1, signed=True) == "+1.0"
    assert format_number(-1.0, "en", 1, signed=True) == f"{MINUS}1.0"
    assert format_number(0.0, "en", 1, signed=True) == "0.0"


@pytest.mark.parametrize(
    ("values", "digits", "decimals"),
    [
        ([123.4], 3, 0),
        ([12.34], 3, 1),
        ([1.234], 3, 2),
        ([0.01234, -0.5], 2, 2),
        ([], 3, 1),
        ([0.0], 3, 1),
        ([1e-9], 3, 4),
    ],
)
def test_decimals_show_the_digits_that_count(values: list[float], digits: int, decimals: int) -> None:
    assert decimals_for(values, digits) == decimals


@pytest.mark.parametrize(("step", "decimals"), [(0.016, 3), (0.25, 2), (0.3 - 0.2, 1), (20.0, 0), (5.0, 0), (1e-6, 4)])
def test_marks_of_a_scale_are_written_without_rounding(step: float, decimals: int) -> None:
    assert decimals_of_step(step) == decimals


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_the_two_languages_differ_in_separators_only(value: float, decimals: int) -> None:
    swap = str.maketrans(",.", ".,")
    assert format_number(value, "vi", decimals) == format_number(value, "en", decimals).translate(swap)


def test_bounds_are_written_as_published() -> None:
    assert [exactly(value, "vi") for value in (40.0, 99.5, 0.7, 18000.0)] == ["40", "99,5", "0,7", "18.000"]


def test_tables_line_up_whatever_the_letters() -> None:
    grid = Grid(["", "giá trị"])
    grid.add(["Thừa Thiên Huế", "1"])
    grid.add(["e\N{COMBINING ACUTE ACCENT}", "1.234"])
    lines = grid.lines()
    assert len({width(line) for line in (lines[1], lines[2], lines[3])}) == 1
    assert width("e\N{COMBINING ACUTE ACCENT}") == 1
    assert width("東") == 2


def test_a_table_too_wide_for_the_screen_breaks_headings_and_first_cells_and_no_figure() -> None:
    name, figure = "a name of very many words " * 6, "1,234 [1,000; 2,000]"
    grid = Grid([name, *["published figure of the year"] * 4], [[name, *[figure] * 4], ["  short", *["1"] * 4]])
    lines = grid.lines()
    body = lines[next(at for at, line in enumerate(lines) if line.startswith("─")) + 1 :]
    assert max(map(width, lines)) <= WIDEST
    assert body[0].split("  ")[1:] == [figure] * 4
    assert " ".join(" ".join([body[0].split("  ")[0], *body[1:-1]]).split()) == name.strip()
    assert all(line.startswith("  ") for line in body[1:])
    assert body[-1].split() == ["short", *["1"] * 4]


def test_a_word_is_never_broken() -> None:
    name = "an_identifier_that_is_longer_than_the_column_left_to_it"
    lines = Grid(["name", *["figure"] * 4], [[name, *["1,234 [1,000; 2,000]"] * 4]]).lines()
    assert any(line.startswith(name) for line in lines)


def test_a_table_that_fits_is_not_broken() -> None:
    grid = Grid(["", "a heading of several words"], [["a name of several words", "1"]])
    assert len(grid.lines()) == 3
