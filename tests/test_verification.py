"""The report of a verification: tables, figures, page and exit code, with limits and evidence that cost nothing."""

import csv
import re
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from pathlib import Path

import numpy as np
import pytest

from experiments.telling.messages import known
from experiments.verification import __main__ as command
from experiments.verification import battery, report
from experiments.verification.facts import INSIDE, NOT_APPLICABLE, OUTSIDE, UNEXPLAINED, Reading, entries
from experiments.verification.limit import AT_MOST, Check, Curve, Limit
from experiments.verification.page import PAGES, vietnamese

AT = np.linspace(0.0, 1.0, 5)


def good() -> Limit:
    near = Check("near enough", 1.0, 1.001, 0.01, asked=0.001, why="because of luck")
    line = Curve("A curve: of T1", "years", "share", AT, AT, AT + 0.001)
    return Limit("T1", "Good", "at rest", (near, Check("below", 1.0, 0.5, 0.0, AT_MOST)), (line,))


def bad() -> Limit:
    return Limit("T2", "Bad", "at rest", (Check("far off", 1.0, 2.0, 0.1),))


def unfinished() -> Limit:
    return Limit("T2", "Bad", "at rest", (Check("not a number", 1.0, float("nan"), 0.1),))


def reading(got: float, reason: str = "", outside: str = "") -> Reading:
    return Reading(1, "A fact", "2021", "10 %", 9.0, 11.0, "%", "a point", ("source",), reason, "", outside, got)


class Inline(Executor):
    """Stands in for worker processes: does everything at once, here."""

    def __init__(self, *_arguments: object, **_options: object) -> None:
        """Take whatever a pool takes."""

    def submit(self, fn, /, *args, **kwargs):
        done: Future = Future()
        done.set_result(fn(*args, **kwargs))
        return done


class FakeEvidence:
    """Stands in for runs under way."""

    def evidence(self) -> None:
        return None


@pytest.fixture
def verified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, Path]]:
    """Run the command with these limits and return its exit code and its folder."""

    def run(limits: Mapping[str, Callable[[], Limit]], *options: str) -> tuple[int, Path]:
        monkeypatch.setattr(battery, "LIMITS", limits)
        monkeypatch.setattr(command, "ProcessPoolExecutor", Inline)
        monkeypatch.setattr(command, "submit", lambda _pool: FakeEvidence())
        told = [reading(10.0), reading(12.0), reading(float("nan"), "nobody measures it")]
        monkeypatch.setattr(command, "readings", lambda _evidence: told)
        return command.main(["--out", str(tmp_path / "out"), *options]), tmp_path / "out"

    return run


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_folder_holds_tables_figures_and_a_page(verified) -> None:
    code, folder = verified({"T1": good})
    assert code == 0
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {
        *PAGES.values(),
        report.LIMITS,
        report.FACTS,
        "figures/a_curve_of_t1.svg",
        "figures/a_curve_of_t1.png",
    } <= found


def test_every_check_is_a_row_with_both_tolerances(verified) -> None:
    _, folder = verified({"T1": good, "T2": bad})
    table = rows(folder / report.LIMITS)
    assert [row["what"] for row in table] == ["near enough", "below", "far off"]
    assert [row["holds"] for row in table] == ["yes", "yes", "NO"]
    assert [(row["tolerance"], row["tolerance_asked"]) for row in table] == [
        ("0.01", "0.001"),
        ("0.0", "0.0"),
        ("0.1", "0.1"),
    ]
    assert [row["why"] for row in table] == ["because of luck", "", ""]


@pytest.mark.parametrize("broken", [bad, unfinished])
def test_a_limit_that_does_not_hold_fails_the_command(verified, capsys, broken) -> None:
    code, folder = verified({"T1": good, "T2": broken})
    assert code == 1
    assert "1 of 2 known limits hold." in capsys.readouterr().out
    assert "1 of 2 known limits hold" in (folder / PAGES["en"]).read_text(encoding="utf-8")


def test_facts_are_inside_outside_or_not_applicable_and_fail_nothing(verified, capsys) -> None:
    code, folder = verified({"T1": good})
    assert code == 0
    assert [row["verdict"] for row in rows(folder / report.FACTS)] == [INSIDE, OUTSIDE, NOT_APPLICABLE]
    assert rows(folder / report.FACTS)[2]["why"] == "nobody measures it"
    assert "1 readings of facts inside, 1 readings of facts outside, 1 readings" in capsys.readouterr().out


def test_a_fact_outside_its_band_says_why_and_one_inside_does_not() -> None:
    explained, unexplained = reading(12.0, outside="luck"), reading(12.0)
    assert [one.why for one in (explained, unexplained, reading(10.0, outside="luck"))] == ["luck", UNEXPLAINED, ""]
    assert [len(report.lines_of_fact(one)) for one in (explained, reading(10.0))] == [2, 1]
    assert report.lines_of_fact(explained)[1].strip() == "luck"


def test_facts_may_be_left_out(verified) -> None:
    code, folder = verified({"T1": good}, "--limits-only")
    assert code == 0
    assert rows(folder / report.FACTS) == []


def test_the_page_says_why_a_tolerance_is_another(verified) -> None:
    _, folder = verified({"T1": good})
    page = (folder / PAGES["en"]).read_text(encoding="utf-8")
    assert "because of luck" in page
    assert 'src="figures/a_curve_of_t1.png"' in page


def test_an_earlier_verification_is_replaced_and_nothing_else(verified, tmp_path, capsys) -> None:
    verified({"T1": good})
    assert verified({"T1": good})[0] == 0
    (tmp_path / "out" / PAGES["en"]).unlink()
    assert verified({"T1": good})[0] == 3
    assert str(tmp_path / "out") in capsys.readouterr().err


def test_what_takes_longest_is_among_the_limits() -> None:
    assert set(battery.LONGEST) <= set(battery.LIMITS)


# The page in both languages

WORDS = re.compile(r"\d+(?:[.,]\d+)*")


def numbers(text: str) -> list[str]:
    """The numbers of a text in either language; Vietnamese counts its months."""
    return sorted(number.replace(",", ".") for number in WORDS.findall(re.sub(r"tháng \d+", "", text)))


def test_both_pages_show_the_same_numbers_in_their_own_writing(verified) -> None:
    _, folder = verified({"T1": good, "T2": bad})
    english, other = ((folder / page).read_text(encoding="utf-8") for page in PAGES.values())
    cells = [re.findall(r'<td class="n">(.*?)</td>', page) for page in (english, other)]
    assert cells[0]
    assert [cell.replace(".", ",") for cell in cells[0]] == [cell.replace(".", ",") for cell in cells[1]]
    assert "1,001" in other
    assert "1 trên 2 giới hạn" in other
    assert PAGES["vi"] in english
    assert PAGES["en"] in other


def test_every_limit_has_a_vietnamese_title_and_setting() -> None:
    assert list(vietnamese()["limits"]) == list(battery.LIMITS)
    assert all(set(entry) == {"title", "setting"} for entry in vietnamese()["limits"].values())


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: str(entry["fact"]))
def test_every_fact_says_the_same_in_vietnamese(entry) -> None:
    other = vietnamese()["facts"][entry["fact"]]
    assert set(other) == {key for key in entry if key in ("name", "input", "readings")}
    assert numbers(other["name"]) == numbers(entry["name"])
    said = ("what", "published", "band", "outside", "reason")
    for one, its in zip(entry["readings"], other["readings"], strict=True):
        assert set(its) == {key for key in one if key in said}
        assert known(f"measure.{one['unit']}") or not one["unit"]
        for key in its:
            assert numbers(its[key]) == numbers(one[key]), (key, its[key], one[key])
