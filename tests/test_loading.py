"""The safe part of YAML: what is read, how it is read, and that everything else is refused at its line."""

import os
from pathlib import Path

import pytest
import yaml

from model.reading.loading import DEEPEST, MOST_BYTES, MOST_NODES, load_bytes, load_file, load_text
from model.reading.nodes import Node, dotted, find, node_of, plain, spot_of_key
from model.reading.problems import Problem, Refused
from model.reading.scalars import read_plain


def problems_of(text: str | bytes) -> list[Problem]:
    with pytest.raises(Refused) as refused:
        load_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"), "x.yaml")
    return list(refused.value.problems)


REFUSED = [
    # text, code, line, column
    ("a: &here 1\n", "anchor", 1, 4),
    ("a: 1\nb: *here\n", "alias", 2, 4),
    ("*here : 1\n", "alias", 1, 1),
    ("&here a: 1\n", "anchor", 1, 1),
    ("a: 1\n<<: {b: 2}\n", "merge_key", 2, 1),
    ("a: !!int 3\n", "tag", 1, 4),
    ("a: !!python/object/apply:os.system [ls]\n", "tag", 1, 4),
    ("a: !mine 3\n", "tag", 1, 4),
    ("a: !!binary aGk=\n", "tag", 1, 4),
    ("a: 1\nb: 2\na: 3\n", "repeated_key", 3, 1),
    ("2021: 1\n'2021': 2\n", "repeated_key", 2, 1),
    ("{a: {b: 1, b: 2}}\n", "repeated_key", 1, 12),
    ("đ: 1\n\u0111: 2\n", "repeated_key", 2, 1),
    ("e\u0301: 1\n\u00e9: 2\n", "repeated_key", 2, 1),
    ("[" * 200 + "]" * 200, "too_deep", 1, DEEPEST + 1),
    ("[" * 100_000, "too_deep", 1, DEEPEST + 1),
    ("{" * 100_000, "too_deep", 1, DEEPEST + 1),
    ("".join("  " * depth + "a:\n" for depth in range(DEEPEST + 5)) + "  " * 30 + "1\n", "too_deep", 17, 33),
    ("a: .nan\n", "not_finite", 1, 4),
    ("a: .NaN\n", "not_finite", 1, 4),
    ("a: -.inf\n", "not_finite", 1, 4),
    ("a: nan\n", "not_finite", 1, 4),
    ("a: Infinity\n", "not_finite", 1, 4),
    ("a: 1e999\n", "not_finite", 1, 4),
    ("a: 1.000.000\n", "thousands", 1, 4),
    ("a: [1, 12.345.678]\n", "thousands", 1, 8),
    ("a: 1,500.25\n", "thousands", 1, 4),
    ("a: 1,5\n", "decimal_comma", 1, 4),
    ("a: {b: 1,5}\n", "split_number", 1, 10),
    ("a: 1_000\n", "underscore", 1, 4),
    ("a: 010\n", "leading_zero", 1, 4),
    ("a: -007\n", "leading_zero", 1, 4),
    ("a: no\n", "old_truth", 1, 4),
    ("a: Yes\n", "old_truth", 1, 4),
    ("a: ON\n", "old_truth", 1, 4),
    ("a: off\n", "old_truth", 1, 4),
    (f"a: {'9' * 60}\n", "number_too_long", 1, 4),
    ("? [1, 2]\n: 3\n", "key_not_text", 1, 3),
    ("? {a: 1}\n: 3\n", "key_not_text", 1, 3),
    ("a: 1\n---\nb: 2\n", "second_document", 2, 1),
    ("%TAG ! tag:x,2000:\n---\na: 1\n", "directive", 1, 1),
    ("%YAML 1.1\n---\na: 1\n", "directive", 1, 1),
    ("", "empty_file", 1, 1),
    ("# only a comment\n", "empty_file", 1, 1),
    ("a:\n\tb: 1\n", "syntax_tab", 2, 1),
    ("a: b: c\n", "syntax_colon", 1, 5),
    ("a: [1, 2\n", "syntax_unclosed", 2, 1),
    ("a: {b: 1\n", "syntax_unclosed", 2, 1),
    ('a: "b\n', "syntax_unclosed", 2, 1),
    ("a: @b\n", "syntax", 1, 4),
    ("a: % 3\n", "syntax", 1, 4),
    ("- a\nb: c\n", "syntax", 2, 1),
    ("a: 1\n b: 2\n", "syntax_colon", 2, 3),
    ('a: "\\ud800"\n', "syntax", 1, 7),
    ('a: "\\u202e"\n', "unseen_character", 1, 4),
    ('a: "\\0"\n', "unseen_character", 1, 4),
    ("a: 1\nb: x\u202ey\n", "unseen_character", 2, 5),
    ("a: x\x00y\n", "unseen_character", 1, 5),
    ("a: x\x1by\n", "unseen_character", 1, 5),
    ("a: x\u200by\n", "unseen_character", 1, 5),
    ("a: x\u2028y\n", "unseen_character", 1, 5),
    ("a: x\x85y\n", "unseen_character", 1, 5),
    ("a: b\ufeffc\n", "unseen_character", 1, 5),
    ("a: \ufffe\n", "unseen_character", 1, 4),
    ("a: Tỉnh\n".encode() + b"b: \xe0\n", "encoding", 2, 4),
    ("a: Hà Tĩnh\n".encode("utf-16"), "encoding", 1, 1),
    ("a: Hà Tĩnh\n".encode("utf-16-be"), "encoding", 1, 10),
    ("a: \ud800\n", "encoding", 1, 4),
    (b"a: \xff\n", "encoding", 1, 4),
]


@pytest.mark.parametrize(("text", "code", "line", "column"), REFUSED)
def test_what_is_refused(text: str | bytes, code: str, line: int, column: int) -> None:
    problem = problems_of(text)[0]
    assert (problem.code, problem.line, problem.column) == (code, line, column)
    assert problem.text("vi") != problem.text("en")
    assert len(problem.render()) < 300


def test_an_alias_bomb_is_refused_at_its_first_anchor() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + level)}: &{chr(98 + level)} [{', '.join([f'*{chr(97 + level)}'] * 9)}]\n" for level in range(8)
    )
    problems = problems_of(bomb)
    assert (problems[0].code, problems[0].line, problems[0].column) == ("anchor", 1, 4)
    assert len(problems) <= 100


def test_a_merge_bomb_is_refused() -> None:
    bomb = "a0: &a0 {x: 1}\n" + "".join(
        f"a{level}: &a{level}\n  <<: [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 9)
    )
    assert {problem.code for problem in problems_of(bomb)} == {"anchor", "alias", "merge_key"}


def test_too_many_entries_are_refused() -> None:
    text = "a: [" + "1, " * (MOST_NODES + 10) + "]"
    assert [problem.code for problem in problems_of(text)] == ["too_many_entries"]


def test_a_large_text_is_refused_unread() -> None:
    assert [problem.code for problem in problems_of("a" * (MOST_BYTES + 1))] == ["too_large"]


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    (tmp_path / "large.yaml").write_bytes(b"a" * (MOST_BYTES + 1))
    with pytest.raises(Refused) as refused:
        load_file(tmp_path / "large.yaml")
    assert refused.value.problems[0].code == "too_large"


def test_files_that_are_none() -> None:
    cases = {"/no/such/file.yaml": "no_such_file", "/dev/zero": "not_a_file", "/tmp": "not_a_file", "a\0b": "file_name"}
    for path, code in cases.items():
        with pytest.raises(Refused) as refused:
            load_file(Path(path))
        assert refused.value.problems[0].code == code, path


@pytest.mark.parametrize("name", ["a\nb.yaml", "\x1b[31mred.yaml", "x\u202ey.yaml", "\udcff.yaml"])
def test_a_name_that_cannot_be_shown_is_refused_and_never_printed_raw(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("a: 1\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_file(tmp_path / name)
    assert refused.value.problems[0].code == "file_name"
    assert refused.value.render("vi").isprintable()


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(Refused) as refused:
        load_file(tmp_path / "pipe.yaml")
    assert refused.value.problems[0].code == "not_a_file"


def test_several_mistakes_are_reported_at_once() -> None:
    text = "a: &x 1\nb: *x\nc: no\nd: 010\na: 2\ne: !t 1\nf: 1.000.000\n"
    assert [(p.line, p.code) for p in problems_of(text)] == [
        (1, "anchor"),
        (2, "alias"),
        (3, "old_truth"),
        (4, "leading_zero"),
        (5, "repeated_key"),
        (6, "tag"),
        (7, "thousands"),
    ]


def test_no_more_than_a_hundred_problems() -> None:
    assert len(problems_of("".join(f"a{n}: no\n" for n in range(500)))) == 100


def test_a_repeated_key_names_its_first_line() -> None:
    assert "first at line 1" in problems_of("a: 1\nb: 2\na: 3\n")[0].text()


NUMBERS = [
    ("1", 1),
    ("-3", -3),
    ("+3", 3),
    ("0", 0),
    ("1.5", 1.5),
    (".5", 0.5),
    ("1.", 1.0),
    ("1e6", 1e6),
    ("1e-3", 1e-3),
    ("1.5E+2", 150.0),
    ("-0.0", 0.0),
    ("true", True),
    ("False", False),
    ("null", None),
    ("~", None),
    ("", None),
    ("3 %", "3 %"),
    ("1:30", "1:30"),
    ("2021..2035", "2021..2035"),
    ("2025-07-01", "2025-07-01"),
    ("0x10", "0x10"),
    ("1e", "1e"),
    ("y", "y"),
]


@pytest.mark.parametrize(("text", "value"), NUMBERS)
def test_scalars_are_those_of_yaml_1_2(text: str, value: object) -> None:
    read = read_plain(text)
    assert read == value
    assert type(read) is type(value)


def test_text_in_quotes_stays_text() -> None:
    assert plain(load_text("a: '010'\nb: \"no\"\nc: '1e6'\n", "x")) == {"a": "010", "b": "no", "c": "1e6"}


def test_years_are_numbers_in_keys_and_other_keys_are_text() -> None:
    assert plain(load_text("2021: a\n'2022': b\n20266: c\n1.5: d\ntrue: e\n", "x")) == {
        2021: "a",
        2022: "b",
        "20266": "c",
        "1.5": "d",
        "true": "e",
    }


def test_a_byte_order_mark_is_no_trouble() -> None:
    assert plain(load_bytes(b"\xef\xbb\xbfa: 1\n", "x")) == {"a": 1}


def test_text_is_composed() -> None:
    assert plain(load_text("a: Ha\u0300 Ti\u0303nh\n", "x")) == {"a": "Hà Tĩnh"}


def test_windows_line_ends_keep_lines_and_columns() -> None:
    tree = load_bytes("a: 1\r\nb:\r\n  c: tỉnh\r\n".encode(), "x")
    node = find(tree, ("b", "c"))
    assert (node.spot.line, node.spot.column, spot_of_key(node).column) == (3, 6, 3)


def test_columns_count_letters_not_bytes() -> None:
    tree = load_text("{tỉnh: Hà Tĩnh, xã: 1}\n", "x")
    assert (tree.entries["xã"].spot.column, spot_of_key(tree.entries["xã"]).column) == (21, 17)


def test_the_same_as_pyyaml_where_both_speak() -> None:
    text = Path(__file__).parent.parent.joinpath("scenarios/ha_tinh/profile.yaml").read_text(encoding="utf-8")
    assert plain(load_text(text, "x")) == yaml.safe_load(text)


def test_find_stops_where_a_path_ends() -> None:
    tree = load_text("a: {b: [1, 2]}\n", "x")
    assert find(tree, ("a", "b", 1)).value == 2
    assert find(tree, ("a", "c", 1)) is tree.entries["a"]
    assert find(tree, ("a", "b", 7)) is tree.entries["a"].entries["b"]


def test_programs_can_make_trees() -> None:
    tree = node_of({"a": [1, "x"], "b": {2021: None}, "c": {1, 2}.__class__}, load_text("a: 1", "x").spot)
    assert plain(tree)["a"] == [1, "x"]  # type: ignore[index]
    assert isinstance(tree.entries["c"].value, str)
    assert isinstance(tree, Node)


def test_paths_leave_out_the_first_years_stand_in() -> None:
    assert dotted(("budget", "lines", -1, "talent")) == "budget.lines.talent"
    assert dotted(("outturns", 0, "source")) == "outturns.0.source"
