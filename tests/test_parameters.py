"""Registers: the parameters of the model, how they are drawn, and what is refused in their file."""

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from model.parameters import Parameters
from model.places.facts import Facts
from model.reading.checking import check_paths
from model.reading.loading import load_file
from model.reading.problems import Problem
from model.reading.registers import FACT_NAMES, PARAMETER_NAMES, cited, natural_bounds, read_parameters
from model.register import Entry, Register


@pytest.fixture(scope="module")
def register(shared_folder: Path) -> Register[Parameters]:
    register, problems = read_parameters(load_file(shared_folder / "parameters.yaml"))
    assert problems == []
    return register


def test_the_file_and_the_record_hold_the_same_names(register: Register[Parameters]) -> None:
    assert set(register.entries) == {field.name for field in fields(Parameters)}


def test_parameters_and_facts_share_no_name() -> None:
    assert not set(PARAMETER_NAMES) & set(FACT_NAMES)
    assert set(FACT_NAMES) == {field.name for field in fields(Facts)}


def test_every_parameter_says_what_it_is_in_both_languages(register: Register[Parameters]) -> None:
    for entry in register.entries.values():
        assert entry.meaning["en"], entry.name
        assert entry.meaning["vi"], entry.name
        assert entry.source, entry.name
        assert entry.symbol, entry.name
        assert entry.confidence in "HMLA", entry.name


def test_money_is_in_billions_inside(register: Register[Parameters]) -> None:
    central = register.central()
    in_millions = register.entries["step_cost_2"]
    assert in_millions.unit.startswith("m VND")
    assert central.step_cost_2 == in_millions.value / 1000
    in_thousands = register.entries["coverage_cost"]
    assert in_thousands.unit.startswith("thousand VND")
    assert central.coverage_cost == pytest.approx(in_thousands.value / 1e6)
    assert central.leakage == register.entries["leakage"].value


def test_the_ends_of_the_cube_are_the_ends_of_the_ranges(register: Register[Parameters]) -> None:
    lowest = register.draw(np.zeros(len(register.slots)))
    highest = register.draw(np.ones(len(register.slots)))
    for name in register.slots:
        entry = register.entries[name]
        assert getattr(lowest, name) == pytest.approx(entry.in_model_units(entry.low))  # type: ignore[arg-type]
        assert getattr(highest, name) == pytest.approx(entry.in_model_units(entry.high))  # type: ignore[arg-type]


def test_fixed_entries_take_no_dimension(register: Register[Parameters]) -> None:
    assert "erlang_stages" not in register.slots
    row = np.full(len(register.slots), 0.3)
    assert register.draw(row).erlang_stages == register.entries["erlang_stages"].value


def test_columns_stand_in_the_order_of_the_file(register: Register[Parameters]) -> None:
    assert register.slots == tuple(name for name, entry in register.entries.items() if not entry.is_fixed)
    row = np.full(len(register.slots), 0.5)
    moved = row.copy()
    moved[7] = 0.9
    before, after = register.draw(row), register.draw(moved)
    differing = [name for name in PARAMETER_NAMES if getattr(before, name) != getattr(after, name)]
    assert differing == [register.slots[7]]


@pytest.mark.parametrize(
    "row", [[], [0.5], np.full(500, 0.5), "bad", "high", "low", "nan"], ids=["none", "one", "many", "text", "1.1", "-.1", "nan"]
)
def test_a_row_that_is_none_is_refused(register: Register[Parameters], row: object) -> None:
    odd = {"high": 1.1, "low": -0.1, "nan": np.nan}
    if isinstance(row, str) and row in odd:
        row = np.full(len(register.slots), odd[row])
    with pytest.raises(ValueError, match=r"unit cube|could not convert"):
        register.draw(row)  # type: ignore[arg-type]


def entry(distribution: str, value: float, low: float, high: float) -> Entry:
    return Entry(name="x", value=value, unit="share", low=low, high=high, distribution=distribution)


UNIFORM = entry("uniform", 0.3, 0.1, 0.7)
LOGARITHMIC = entry("log_uniform", 0.01, 0.001, 0.1)
TRIANGULAR = entry("triangular", 2.0, 1.0, 4.0)
TWINS = [
    (UNIFORM, stats.uniform(0.1, 0.6)),
    (LOGARITHMIC, stats.loguniform(0.001, 0.1)),
    (TRIANGULAR, stats.triang(1 / 3, 1.0, 3.0)),
    (entry("triangular", 1.0, 1.0, 4.0), stats.triang(0.0, 1.0, 3.0)),
    (entry("triangular", 4.0, 1.0, 4.0), stats.triang(1.0, 1.0, 3.0)),
]


@pytest.mark.parametrize(("ours", "twin"), TWINS)
@given(probability=st.floats(0, 1))
def test_quantiles_are_those_of_scipy(ours: Entry, twin: object, probability: float) -> None:
    assert ours.quantile(probability) == pytest.approx(twin.ppf(probability), rel=1e-9, abs=1e-9)  # type: ignore[attr-defined]


@given(low=st.floats(-1e6, 1e6), width=st.floats(0, 1e6), mode=st.floats(0, 1), probability=st.floats(0, 1))
def test_a_triangular_draw_stays_in_its_range(low: float, width: float, mode: float, probability: float) -> None:
    high = low + width
    drawn = entry("triangular", min(high, low + mode * width), low, high).quantile(probability)
    assert low - 1e-6 <= drawn <= high + 1e-6


def test_a_range_of_no_width_gives_its_only_value() -> None:
    assert entry("triangular", 2.0, 2.0, 2.0).quantile(0.5) == 2.0
    assert entry("fixed", 2.0, 1.0, 3.0).quantile(0.9) == 2.0


def test_fixing_keeps_the_column_but_not_the_dimension(register: Register[Parameters]) -> None:
    fixed = register.fix({"leakage": 0.3, "step_cost_2": 150})
    assert fixed.slots == register.slots
    assert "leakage" not in fixed.dimensions
    row = np.full(len(register.slots), 0.9)
    assert fixed.draw(row).leakage == 0.3
    assert fixed.central().step_cost_2 == 0.15
    assert register.fixed == {}
    assert fixed.fix({"leakage": 0.1}).fixed == {"leakage": 0.1, "step_cost_2": 150}


REFUSED = [
    # what stands in the entry of `leakage`, what stands there instead, code
    ("distribution:", "distribution: gaussian  #", "unknown_choice"),
    ("distribution:", "distribtion:", "unknown_entry"),
    ("value:", "value: much  #", "number_expected"),
    ("value:", "value: 20 %  #", "number_expected"),
    ("value:", "value: 1e30  #", "out_of_range"),
    ("value:", "value: 0.9  #", "out_of_range"),
    ("value:", "value: -0.1  #", "out_of_range"),
    ("value:", "value: true  #", "number_expected"),
    ("range:", "range: [0.5, 0]  #", "range_reversed"),
    ("range:", "range: [0.1]  #", "too_few"),
    ("range:", "range: [0.1, 0.2, 0.3]  #", "too_many"),
    ("range:", "range: 0.2  #", "list_expected"),
    ("range:", "note:", "unknown_entry"),
    ("unit:", "unit: ''  #", "empty_text"),
    ("source:", 'source: "Somebody [nobody_2020]"\n  #', "unknown_source"),
    ("confidence:", "confidence: sure  #", "unknown_choice"),
    ("symbol:", "symbol: 3  #", "text_expected"),
]


def damaged(folder: Path, name: str, old: str, new: str) -> list[Problem]:
    """Change one line of an entry of parameters.yaml and return what is then wrong with the file."""
    file = folder / "parameters.yaml"
    lines = file.read_text(encoding="utf-8").split("\n")
    start = lines.index(f"{name}:")
    at = next(number for number in range(start, len(lines)) if lines[number].strip().startswith(old))
    lines[at] = lines[at].replace(old, new, 1)
    file.write_text("\n".join(lines), encoding="utf-8")
    return check_paths([file])


@pytest.mark.parametrize(("old", "new", "code"), REFUSED)
def test_a_bad_parameter_is_refused(scenario_folder: Path, old: str, new: str, code: str) -> None:
    problems = damaged(scenario_folder, "leakage", old, new)
    assert code in [problem.code for problem in problems]
    assert all(problem.path.startswith("leakage") for problem in problems)
    assert all(problem.line > 100 for problem in problems)


def test_a_logarithmic_range_must_be_positive(scenario_folder: Path) -> None:
    problems = damaged(scenario_folder, "spontaneous_hazard_1", "range:", "range: [0, 0.04]  #")
    assert [problem.code for problem in problems] == ["range_not_positive"]


def test_a_drawn_parameter_needs_a_range(scenario_folder: Path) -> None:
    problems = damaged(scenario_folder, "erlang_stages", "distribution:", "distribution: uniform  #")
    assert [problem.code for problem in problems] == ["range_missing"]


def test_an_unknown_or_missing_parameter_is_refused(scenario_folder: Path) -> None:
    file = scenario_folder / "parameters.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("\nleakage:", "\nleakge:"), encoding="utf-8")
    problems = {problem.code: problem for problem in check_paths([file])}
    assert set(problems) == {"unknown_parameter", "missing_entry"}
    assert problems["unknown_parameter"].values["suggestion"] == "leakage"
    assert problems["missing_entry"].values["entry"] == "leakage"


def test_sources_are_cited_in_brackets() -> None:
    assert cited("From 9.1 to 19.2 [a_1, b]; judgement [c]. [9.1 to 19.2] [See]") == ["a_1", "b", "c"]
    assert cited("assumption: nobody knows") == []


@pytest.mark.parametrize(
    ("unit", "bounds"),
    [
        ("share of GRDP", (0.0, 1.0)),
        ("index 0..1", (0.0, 1.0)),
        ("persons", (0.0, np.inf)),
        ("billion VND", (0.0, np.inf)),
        ("1/year", (-np.inf, np.inf)),
    ],
)
def test_units_alone_set_bounds(unit: str, bounds: tuple[float, float]) -> None:
    assert natural_bounds(unit) == bounds
