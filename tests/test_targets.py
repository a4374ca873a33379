"""Targets: their bounds, and what is refused in their file."""

import math
from pathlib import Path

import pytest

from model.places.targets import Target, read_targets
from model.reading.loading import load_file
from model.reading.problems import Problem


def write_targets(text: str, tmp_path: Path) -> tuple[list[Target], list[Problem]]:
    file = tmp_path / "targets.yaml"
    file.write_text(text, encoding="utf-8")
    return read_targets(load_file(file))


TARGET = """targets:
  - id: digital
    name: {en: Digital, vi: Số}
    definition: {en: x, vi: y}
    outcome: digital_share
    bound: within
    value: [15, 20]
    unit: "%"
    year: 2026..2030
    source: somebody
"""


def test_bounds_of_targets(tmp_path: Path) -> None:
    (target,), problems = write_targets(TARGET, tmp_path)
    assert problems == []
    assert (target.low, target.high, target.first_year, target.year) == (15.0, 20.0, 2026, 2030)
    assert [target.is_met(value) for value in (14.9, 15.0, 20.0, 20.1)] == [False, True, True, False]
    (at_least,), _ = write_targets(TARGET.replace("within", "at_least").replace("[15, 20]", "15"), tmp_path)
    assert (at_least.low, at_least.high) == (15.0, math.inf)
    (at_most,), _ = write_targets(TARGET.replace("within", "at_most").replace("[15, 20]", "15"), tmp_path)
    assert (at_most.low, at_most.high) == (-math.inf, 15.0)


BAD_TARGETS = [
    ("digital_share", "digital_shar", "unknown_outcome"),
    ("within", "inside", "unknown_choice"),
    ("within", "at_least", "bound_and_value"),
    ("[15, 20]", "15", "bound_and_value"),
    ("[15, 20]", "[20, 15]", "range_reversed"),
    ("[15, 20]", "[15, 17, 20]", "too_many"),
    ("[15, 20]", "[15]", "too_few"),
    ("[15, 20]", "[15, many]", "number_expected"),
    ("[15, 20]", "15 %", "number_expected"),
    ("2026..2030", "soon", "years_expected"),
    ("2026..2030", "2030..2026", "years_expected"),
    ("2026..2030", "20300", "years_expected"),
    ("    source: somebody\n", "", "missing_entry"),
    ("    bound: within\n", "", "missing_entry"),
    ("    outcome: digital_share\n", "", "outcome_or_reason"),
    ("    unit:", "    unti:", "unknown_entry"),
    ("    source: somebody\n", "    source: somebody\n    not_modelled: {reason: {en: x, vi: y}}\n", "outcome_or_reason"),
    ("targets:", "goals:", "list_expected"),
    ("targets:\n", "other: 1\ntargets:\n", "unknown_entry"),
    (TARGET, "targets: none\n", "list_expected"),
    (TARGET, TARGET + TARGET.partition("\n")[2], "repeated_id"),
]


@pytest.mark.parametrize(("old", "new", "code"), BAD_TARGETS)
def test_a_bad_target_is_refused(tmp_path: Path, old: str, new: str, code: str) -> None:
    _, problems = write_targets(TARGET.replace(old, new, 1), tmp_path)
    assert code in [problem.code for problem in problems]
    assert all(problem.line >= 1 for problem in problems)


def test_a_target_without_a_figure_needs_only_its_reason(tmp_path: Path) -> None:
    text = TARGET.replace("    bound: within\n    value: [15, 20]\n", "")
    text = text.replace("outcome: digital_share", "not_modelled: {reason: {en: no figure, vi: không có số}}")
    (target,), problems = write_targets(text, tmp_path)
    assert problems == []
    assert target.bound is None
