"""Bad scenarios: each refused with its code, at its line and column, in both languages, before anything runs."""

from pathlib import Path

import pytest

from tests.refusals import ROOT, refusal

# Each stands below a first line `extends: baseline.yaml`: text, code, line, column.
BAD_ENTRIES = [
    # Names
    ("bugdet: {}\n", "unknown_entry", 2, 1),
    ("budget: {pillars_shar: 3 %}\n", "unknown_entry", 2, 10),
    ("pillars_share: 3 %\n", "unknown_entry", 2, 1),
    ("budget: {digital_teams: double}\n", "unknown_entry", 2, 10),
    ("delivery: {infrastucture: lease}\n", "unknown_entry", 2, 12),
    ("title: {en: x, vi: y, fr: z}\n", "unknown_entry", 2, 23),
    ("ensemble: {replicate: 3}\n", "unknown_entry", 2, 12),
    ("2026: {}\n", "unknown_entry", 2, 1),
    ("budget: {lines: {reserch: 100 %}}\n", "unknown_line", 2, 18),
    ("budget: {lines: {2026: {Talent: 100 %}}}\n", "unknown_line", 2, 25),
    ("budget: {lines: {2026: {tаlent: 100 %}}}\n", "unknown_line", 2, 25),  # a Cyrillic а
    ("delivery: {priority_sectors: {turism: 2}}\n", "unknown_sector", 2, 31),
    ("delivery: {voucher_caps: {micro: 1 m VND, tiny: 1 m VND}}\n", "unknown_size", 2, 43),
    ("delivery: {voucher_caps: {micro: 1 m VND, large: 1 m VND}}\n", "unknown_size", 2, 43),
    ("delivery: {infrastructure: rent}\n", "unknown_choice", 2, 28),
    ("delivery: {infrastructure: {2026: Lease}}\n", "unknown_choice", 2, 35),
    ("delivery: {platforms: true}\n", "unknown_choice", 2, 23),
    ("delivery: {digitising_order: data_frist}\n", "unknown_choice", 2, 30),
    ("ensemble: {parameters: drawn}\n", "unknown_choice", 2, 24),
    ("place: ha_tin\n", "unknown_place", 2, 8),
    ("place: ../ha_tinh\n", "unknown_place", 2, 8),
    ("place: /etc\n", "unknown_place", 2, 8),
    ("place: Hà Tĩnh\n", "unknown_place", 2, 8),
    ("parameters: {leakge: 0.2}\n", "unknown_parameter", 2, 14),
    ("parameters: {2026: 0.2}\n", "unknown_parameter", 2, 14),
    # Kinds
    ("budget: 3 %\n", "mapping_expected", 2, 9),
    ("budget: [1]\n", "mapping_expected", 2, 1),
    ("budget:\n", "mapping_expected", 2, 8),
    ("title: Ha Tinh\n", "mapping_expected", 2, 8),
    ("parameters: [leakage]\n", "mapping_expected", 2, 1),
    ("ensemble: 100\n", "mapping_expected", 2, 11),
    ("delivery: {ai_institute: big}\n", "mapping_expected", 2, 26),
    ("budget: {lines: 20 %}\n", "mapping_expected", 2, 17),
    ("title: {en: 3, vi: y}\n", "text_expected", 2, 13),
    ("title: {en: x, vi: ''}\n", "empty_text", 2, 20),
    ("title: {en: x, vi: null}\n", "text_expected", 2, 20),
    (f"title: {{en: {'x' * 500}, vi: y}}\n", "text_too_long", 2, 13),
    ("place: 42\n", "text_expected", 2, 8),
    ("budget: {spending_profile: 25 %}\n", "list_expected", 2, 28),
    ("budget: {spending_profile: [50 %, 50 %]}\n", "too_few", 2, 10),
    ("budget: {spending_profile: [10 %, 10 %, 10 %, 10 %, 60 %]}\n", "too_many", 2, 10),
    ("outside: {e_invoice_mandate: 1}\n", "truth_expected", 2, 30),
    ("outside: {e_invoice_mandate: {2024: maybe}}\n", "truth_expected", 2, 37),
    ("ensemble: {replicates: 10.5}\n", "whole_number_expected", 2, 24),
    ("ensemble: {replicates: many}\n", "whole_number_expected", 2, 24),
    ("ensemble: {seed: true}\n", "whole_number_expected", 2, 18),
    ("parameters: {leakage: lots}\n", "quantity_expected", 2, 23),
    ("parameters: {leakage: [0.1, 0.2]}\n", "number_expected", 2, 23),
    ("parameters: {leakage: true}\n", "number_expected", 2, 23),
    ("parameters: {leakage: null}\n", "number_expected", 2, 23),
    ("parameters: {step_cost_2: 3 km}\n", "money_unit", 2, 27),
    # Units and numbers
    ("budget: {pillars_share: 3}\n", "share_without_unit", 2, 25),
    ("budget: {pillars_share: {2026: 0.03}}\n", "share_as_fraction", 2, 32),
    ("budget: {pillars_share: '3 ‰'}\n", "share_unit", 2, 25),
    ("budget: {pillars_share: '3,5 %'}\n", "decimal_comma", 2, 25),
    ("budget: {pillars_share: null}\n", "share_expected", 2, 25),
    ("budget: {pillars_share: [3 %]}\n", "share_expected", 2, 10),
    ("budget: {pillars_share: three}\n", "quantity_expected", 2, 25),
    ("budget: {pillars_share: -1 %}\n", "out_of_range", 2, 25),
    ("budget: {pillars_share: 300 %}\n", "out_of_range", 2, 25),
    ("budget: {pillars_share: 1e30 %}\n", "not_finite", 2, 25),
    ("budget: {pillars_share: .nan}\n", "not_finite", 2, 25),
    ("budget: {execution_multiplier: -1}\n", "out_of_range", 2, 32),
    ("budget: {execution_multiplier: 1e9}\n", "out_of_range", 2, 32),
    ("budget: {execution_multiplier: 200 %}\n", "multiplier_expected", 2, 32),
    ("budget: {execution_multiplier: null}\n", "multiplier_expected", 2, 32),
    ("budget: {execution_learning: 12}\n", "share_without_unit", 2, 30),
    ("budget: {leakage_multiplier: much}\n", "multiplier_expected", 2, 30),
    ("budget: {carry_over_share: 101 %}\n", "out_of_range", 2, 28),
    ("delivery: {counterpart_share: 100 %}\n", "out_of_range", 2, 31),
    ("delivery: {voucher_caps: {micro: 20, small: 50 m VND, medium: 100 m VND}}\n", "money_without_unit", 2, 34),
    ("delivery: {voucher_caps: {micro: 20 m USD, small: 5 m VND, medium: 1 m VND}}\n", "money_unit", 2, 34),
    ("delivery: {voucher_caps: {micro: 20 trn VND, small: 5 m VND, medium: 1 m VND}}\n", "out_of_range", 2, 34),
    ("delivery: {voucher_caps: {micro: 20.000.000 VND, small: 5 m VND, medium: 1 m VND}}\n", "thousands", 2, 34),
    ("delivery: {voucher_caps: {micro: 1.500 m VND, small: 5 m VND, medium: 1 m VND}}\n", "ambiguous_group", 2, 34),
    ("delivery: {voucher_caps: {micro: -1 m VND, small: 5 m VND, medium: 1 m VND}}\n", "out_of_range", 2, 34),
    ("delivery: {voucher_caps: {micro: 20 m VND}}\n", "missing_entry", 2, 12),
    ("delivery: {priority_sectors: {tourism: -2}}\n", "out_of_range", 2, 40),
    ("delivery: {ai_institute: {2027: {minimum_scale: 20, sectors: [ict]}}}\n", "money_without_unit", 2, 49),
    ("delivery: {ai_institute: {2027: {minimum_scale: 20 bn VND}}}\n", "missing_entry", 2, 27),
    ("delivery: {ai_institute: {minimum_scale: 20 bn VND, sectors: []}}\n", "too_few", 2, 53),
    ("delivery: {ai_institute: {minimum_scale: 20 bn VND, sectors: [ict, ict]}}\n", "repeated_item", 2, 53),
    ("delivery: {ai_institute: {minimum_scale: 20 bn VND, sectors: [itc]}}\n", "unknown_sector", 2, 63),
    ("outside: {enclave_growth: 900 %}\n", "out_of_range", 2, 27),
    ("outside: {brain_drain: 1.000.000 %}\n", "thousands", 2, 24),
    ("parameters: {leakage: 0.9}\n", "parameter_range", 2, 23),
    ("parameters: {step_cost_2: 5000}\n", "parameter_range", 2, 27),
    ("parameters: {step_cost_2: 5 bn VND}\n", "parameter_range", 2, 27),
    ("parameters: {access: 1.2}\n", "parameter_range", 2, 22),
    ("parameters: {enterprises: -5}\n", "parameter_range", 2, 27),
    ("ensemble: {replicates: 0}\n", "out_of_range", 2, 24),
    ("ensemble: {replicates: 1000000000}\n", "out_of_range", 2, 24),
    ("ensemble: {seed: -1}\n", "out_of_range", 2, 18),
    # Years
    ("period: 2021-2035\n", "period_expected", 2, 9),
    ("period: 2035\n", "period_expected", 2, 9),
    ("period: [2021, 2035]\n", "period_expected", 2, 1),
    ("period: 2020..2035\n", "period_start", 2, 9),
    ("period: 2025..2035\n", "period_start", 2, 9),
    ("period: 2021..2020\n", "period_end", 2, 9),
    ("period: 2021..2099\n", "period_end", 2, 9),
    ("period: 2021..12021\n", "period_expected", 2, 9),
    ("budget: {pillars_share: {2062: 3 %}}\n", "not_a_year", 2, 26),
    ("budget: {pillars_share: {2020: 3 %}}\n", "not_a_year", 2, 26),
    ("budget: {pillars_share: {20266: 3 %}}\n", "not_a_year", 2, 26),
    ("budget: {pillars_share: {２０２６: 3 %}}\n", "not_a_year", 2, 26),
    ("budget: {pillars_share: {٢٠٢٦: 3 %}}\n", "not_a_year", 2, 26),
    ("budget: {pillars_share: {soon: 3 %}}\n", "not_a_year", 2, 26),
    ("budget: {pillars_share: {2026.5: 3 %}}\n", "not_a_year", 2, 26),
    ("budget: {lines: {2206: {talent: 100 %}}}\n", "not_a_year", 2, 18),
    ("communes: {digital_teams: 2, from: soon}\n", "not_a_year", 2, 36),
    ("communes: {digital_teams: 2, from: 2020}\n", "not_a_year", 2, 36),
    ("communes: {from: 2026}\n", "from_without_value", 2, 12),
    ("communes: {digital_teams: {2026: 2}, from: 2026}\n", "from_with_path", 2, 38),
    ("communes: {digital_teams: doubel, from: 2026}\n", "multiplier_expected", 2, 27),
    # The policy as a whole
    ("budget: {lines: {talent: 99 %}}\n", "lines_sum", 2, 10),
    ("budget: {lines: {2026: {talent: 60 %, platforms: 60 %}}}\n", "lines_sum", 2, 18),
    ("budget: {lines: {}}\n", "lines_sum", 2, 10),
    ("budget: {spending_profile: [10 %, 20 %, 30 %, 30 %]}\n", "profile_sum", 2, 10),
    ("budget: {lines: {2026: {talent: 80 %, ai_institute: 20 %}}}\n", "institute_not_described", 2, 39),
    ("outside: {pandemic: true}\n", "impulse_without_year", 2, 21),
    ("outside: {enclave_change: -40 %}\n", "impulse_without_year", 2, 27),
    ("outside: {demand_shock: 5 %}\n", "impulse_without_year", 2, 25),
]


@pytest.mark.parametrize(("text", "code", "line", "column"), BAD_ENTRIES)
def test_a_bad_entry_is_refused_where_it_stands(
    shared_folder: Path, text: str, code: str, line: int, column: int
) -> None:
    problems = refusal(shared_folder, "extends: baseline.yaml\n" + text)
    assert [(p.code, p.line, p.column) for p in problems] == [(code, line, column)], [str(p) for p in problems]
    assert problems[0].text("vi") != problems[0].text("en")
    assert "{" not in problems[0].text("en").replace("{2028", "")
    assert len(problems[0].render("vi")) < 500


@pytest.mark.parametrize(
    ("old", "new", "missing", "line"),
    [
        ("title: {en: Try, vi: Thử}\n", "", "title", 1),
        ("title: {en: Try, vi: Thử}\n", "title: {en: Try}\n", "vi", 1),
        ("place: ha_tinh\n", "", "place", 1),
        ("period: 2021..2030\n", "", "period", 1),
        ("  pillars_share: 1 %\n", "", "pillars_share", 4),
        ("  lines: {talent: 100 %}\n", "", "lines", 4),
    ],
)
def test_a_scenario_of_its_own_says_everything_once(
    shared_folder: Path, old: str, new: str, missing: str, line: int
) -> None:
    problems = refusal(shared_folder, ROOT.replace(old, new))
    assert [(p.code, p.values["entry"], p.line) for p in problems] == [("missing_entry", missing, line)]


def test_without_a_budget_what_is_missing_is_laid_at_the_scenario(shared_folder: Path) -> None:
    problems = refusal(shared_folder, "title: {en: x, vi: y}\nplace: ha_tinh\nperiod: 2021..2030\n")
    assert {(p.code, p.line, Path(p.file).parent.name) for p in problems} == {("missing_entry", 1, "ha_tinh")}
    assert {p.values["entry"] for p in problems} == {"pillars_share", "lines"}


def test_a_path_that_starts_late_is_refused(shared_folder: Path) -> None:
    problems = refusal(shared_folder, ROOT.replace("pillars_share: 1 %", "pillars_share: {2025: 1 %, 2026: 3 %}"))
    assert [(p.code, p.line, p.column) for p in problems] == [("starts_late", 5, 19)]


def test_ten_mistakes_give_ten_messages(shared_folder: Path) -> None:
    text = """extends: baseline.yaml
title: {en: Ten, vi: ''}
place: ha_tin
period: 2020..2035
bugdet: 1
budget:
  pillars_share: {2021: 0.03, 2026: 300 %}
  lines: {2026: {talent: 30 %, platforms: 60 %}}
delivery:
  infrastructure: leese
outside:
  pandemic: true
parameters: {step_cst_2: 3}
"""
    problems = refusal(shared_folder, text)
    assert [(p.line, p.column, p.code) for p in problems] == [
        (2, 22, "empty_text"),
        (3, 8, "unknown_place"),
        (4, 9, "period_start"),
        (5, 1, "unknown_entry"),
        (7, 25, "share_as_fraction"),
        (7, 37, "out_of_range"),
        (8, 11, "lines_sum"),
        (10, 19, "unknown_choice"),
        (12, 13, "impulse_without_year"),
        (13, 14, "unknown_parameter"),
    ]


def test_a_mistake_is_laid_at_the_file_it_stands_in(shared_folder: Path) -> None:
    parent = shared_folder / "ha_tinh" / "bad_parent.yaml"
    parent.write_text(ROOT.replace("1 %", "0.01"), encoding="utf-8")
    problems = refusal(shared_folder, "extends: bad_parent.yaml\nbudget: {carry_over_share: 5}\n")
    assert [(Path(p.file).name[:4], p.line, p.column) for p in problems] == [("case", 2, 28), ("bad_", 5, 18)]
    parent.unlink()


def test_a_parent_that_cannot_be_read_does_not_hide_the_childs_mistakes(shared_folder: Path) -> None:
    problems = refusal(shared_folder, "extends: nowhere.yaml\nplace: ha_tinh\nbudget: {pillars_share: 3}\n")
    assert [p.code for p in problems] == ["extends_absent", "share_without_unit"]


def test_problems_of_the_place_are_reported_too(scenario_folder: Path) -> None:
    profile = scenario_folder / "ha_tinh" / "profile.yaml"
    profile.write_text(profile.read_text(encoding="utf-8").replace("value: 1300000", "value: -1"), encoding="utf-8")
    problems = refusal(scenario_folder, "extends: baseline.yaml\nbudget: {pillars_share: 3}\n")
    assert [p.code for p in problems] == ["share_without_unit", "out_of_range"]
    assert problems[1].file.endswith("ha_tinh/profile.yaml")


@pytest.mark.parametrize("text", ["- extends: baseline.yaml\n", "extends\n", "3\n", "null\n"])
def test_a_scenario_is_a_mapping(shared_folder: Path, text: str) -> None:
    problems = refusal(shared_folder, text)
    assert ("mapping_expected", 1, 1) in [(p.code, p.line, p.column) for p in problems]


def test_parameters_that_cannot_be_read_are_reported_with_the_rest(scenario_folder: Path) -> None:
    (scenario_folder / "parameters.yaml").write_text("leakage: [", encoding="utf-8")
    problems = refusal(scenario_folder, "extends: baseline.yaml\nbudget: {pillars_share: 3}\n")
    assert [(p.code, Path(p.file).name[:4]) for p in problems] == [
        ("share_without_unit", "case"),
        ("syntax_unclosed", "para"),
    ]


def test_a_misspelt_entry_of_the_institute_is_named(shared_folder: Path) -> None:
    text = "delivery: {ai_institute: {2027: {minimum_scal: 20 bn VND, sectors: [ict]}}}\n"
    problems = refusal(shared_folder, "extends: baseline.yaml\n" + text)
    assert {(p.code, p.values.get("suggestion")) for p in problems} == {
        ("missing_entry", None),
        ("unknown_entry", "minimum_scale"),
    }
