"""Bad scenarios: each refused with its code, at its line and column, in both languages, before anything runs."""

import random
import string
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

import model
from model.problems import Problem, Refused, catalogue, nearest
from model.registers import PARAMETER_NAMES
from model.scenario import load_scenario
from model.scenario_file import SECTIONS
from model.vocabulary import LINES, SECTORS

NUMBERS = count()


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


ROOT = """title: {en: Try, vi: Thử}
place: ha_tinh
period: 2021..2030
budget:
  pillars_share: 1 %
  lines: {talent: 100 %}
"""


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


# `extends` and the folder: text, code
ABUSE = [
    ("../../etc/passwd.yaml", "extends_outside"),
    ("../../../../../../etc/hosts.yaml", "extends_outside"),
    ("../../outside.yaml", "extends_outside"),
    ("../viet_nam/../../outside.yaml", "extends_outside"),
    ("/etc/passwd.yaml", "extends_not_plain"),
    ("C:\\\\Windows\\\\x.yaml", "extends_not_plain"),
    ("\\\\\\\\server\\\\share\\\\x.yaml", "extends_not_plain"),
    ("~/x.yaml", "extends_not_plain"),
    ("~root/x.yaml", "extends_not_plain"),
    ("%2e%2e/%2e%2e/x.yaml", "extends_not_plain"),
    ("file:///etc/x.yaml", "extends_not_plain"),
    ("http://example.com/x.yaml", "extends_not_plain"),
    ("./baseline.yaml", "extends_not_plain"),
    ("a//baseline.yaml", "extends_not_plain"),
    ("baseline.yaml ", "extends_not_yaml"),
    (" baseline.yaml", "extends_not_plain"),
    ("$HOME/x.yaml", "extends_not_plain"),
    ("con.yaml", "extends_not_plain"),
    ("NUL.yaml", "extends_not_plain"),
    ("-rf.yaml", "extends_not_plain"),
    (".hidden.yaml", "extends_not_plain"),
    ("/dev/zero", "extends_not_yaml"),
    ("/proc/self/environ", "extends_not_yaml"),
    ("baseline", "extends_not_yaml"),
    ("baseline.yml", "extends_not_yaml"),
    ("Baseline.yaml", "extends_absent"),
    ("nowhere.yaml", "extends_absent"),
    ("../nowhere/baseline.yaml", "extends_absent"),
    ("profile.yaml", "extends_not_scenario"),
    ("../parameters.yaml", "extends_not_scenario"),
]


@pytest.mark.parametrize(("written", "code"), ABUSE)
def test_extends_stays_inside_the_folder(shared_folder: Path, written: str, code: str) -> None:
    problems = refusal(shared_folder, f'extends: "{written}"\n')
    assert [(p.code, p.line, p.column) for p in problems] == [(code, 1, 10)]


def test_extends_must_be_a_text(shared_folder: Path) -> None:
    assert [p.code for p in refusal(shared_folder, "extends: [baseline.yaml]\n")] == ["extends_not_yaml"]
    assert [p.code for p in refusal(shared_folder, "extends:\n")] == ["extends_not_yaml"]


def test_extends_goes_through_no_link(scenario_folder: Path) -> None:
    outside = scenario_folder.parent / "outside.yaml"
    outside.write_text(ROOT, encoding="utf-8")
    (scenario_folder / "ha_tinh" / "link.yaml").symlink_to(outside)
    (scenario_folder / "linked").symlink_to(scenario_folder.parent)
    loop = scenario_folder / "ha_tinh" / "loop.yaml"
    loop.symlink_to(loop)
    for written in ("link.yaml", "../linked/outside.yaml", "loop.yaml"):
        assert [p.code for p in refusal(scenario_folder, f"extends: {written}\n")] == ["extends_link"]


def test_a_linked_profile_is_refused(scenario_folder: Path) -> None:
    outside = scenario_folder.parent / "profile.yaml"
    (scenario_folder / "ha_tinh" / "profile.yaml").rename(outside)
    (scenario_folder / "ha_tinh" / "profile.yaml").symlink_to(outside)
    assert [p.code for p in refusal(scenario_folder, "extends: baseline.yaml\n")] == ["linked_file"]


def test_extends_may_not_go_in_a_circle(scenario_folder: Path) -> None:
    for name, parent in (("a", "b"), ("b", "c"), ("c", "a"), ("own", "own")):
        (scenario_folder / "ha_tinh" / f"{name}.yaml").write_text(f"extends: {parent}.yaml\n", encoding="utf-8")
    for name, line in (("a", "c"), ("own", "own")):
        with pytest.raises(Refused) as refused:
            load_scenario(scenario_folder / "ha_tinh" / f"{name}.yaml")
        (problem,) = refused.value.problems
        assert (problem.code, Path(problem.file).stem) == ("extends_cycle", line)


def test_extends_may_not_be_longer_than_sixteen(scenario_folder: Path) -> None:
    folder = scenario_folder / "ha_tinh"
    for number in range(20):
        (folder / f"link_{number}.yaml").write_text(f"extends: link_{number + 1}.yaml\n", encoding="utf-8")
    (folder / "link_20.yaml").write_text("extends: baseline.yaml\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_scenario(folder / "link_0.yaml")
    assert [p.code for p in refused.value.problems] == ["extends_too_long"]
    assert load_scenario(folder / "link_10.yaml").end == 2045


def test_a_file_outside_a_scenario_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "alone.yaml").write_text(ROOT, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_scenario(tmp_path / "alone.yaml")
    assert [p.code for p in refused.value.problems] == ["no_scenario_folder"]


def test_scenarios_that_are_no_files(scenario_folder: Path) -> None:
    for name, code in (("nowhere.yaml", "no_such_file"), (".", "not_a_file")):
        with pytest.raises(Refused) as refused:
            load_scenario(scenario_folder / "ha_tinh" / name)
        assert [p.code for p in refused.value.problems] == [code]


_OPENED: list[str] = []
_WATCHING: list[bool] = []


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and _WATCHING:
        _OPENED.append(str(arguments[0]))


def test_nothing_outside_the_folder_is_opened(shared_folder: Path) -> None:
    sys.addaudithook(_watch)
    refusal(shared_folder, "extends: baseline.yaml\nbudget: {pillars_share: 3}\n")  # everything of ours is imported
    _WATCHING.append(True)
    try:
        for written, _ in ABUSE:
            refusal(shared_folder, f'extends: "{written}"\nplace: "{written}"\n')
    finally:
        _WATCHING.clear()
    assert _OPENED
    ours = (str(shared_folder), str(Path(model.__file__).parent))
    assert [path for path in _OPENED if not path.startswith(ours)] == []


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
    for turn in range(200):
        kind, edits = turn % 4, 1 + turn % 2
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


def test_the_right_name_is_suggested(shared_folder: Path) -> None:
    right = 0
    for text, meant in misspellings():
        problems = refusal(shared_folder, "extends: baseline.yaml\n" + text)
        right += any(str(p.values.get("suggestion", "")).split(".")[-1] == meant for p in problems)
    assert right >= 190


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


def mutated(text: str, chance: random.Random) -> str:
    """Return a text damaged in a few places."""
    pieces = [*"{}[]:,#&*!|>'\"%@`-?\n\t ", "  ", ": ", "2026", "3 %", "1e9", "null", "é", "\u202e", "\x00", "<<", "~"]
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(text) + 1)
        kind = chance.randrange(4)
        if kind == 0:
            text = text[:at] + chance.choice(pieces) + text[at:]
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


@pytest.mark.parametrize(("turns", "seed"), [(150, 1), pytest.param(2000, 2, marks=pytest.mark.slow)])
def test_damaged_scenarios_are_refused_or_run_but_never_crash(shared_folder: Path, turns: int, seed: int) -> None:
    chance = random.Random(seed)
    sources = [(shared_folder / "ha_tinh" / name).read_text(encoding="utf-8") for name in ("baseline.yaml", "programme.yaml")]
    sources.append(ROOT)
    file = shared_folder / "ha_tinh" / f"fuzz_{seed}.yaml"
    refused = 0
    for _ in range(turns):
        file.write_text(mutated(chance.choice(sources), chance), encoding="utf-8", newline="")
        try:
            load_scenario(file)
        except Refused as refusing:
            refused += 1
            assert refusing.render("en")
            assert refusing.render("vi")
    file.unlink()
    assert refused > turns / 2


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


def test_a_refusal_survives_a_process_pool() -> None:
    import pickle

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
