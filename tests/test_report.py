"""The report of a run: one page in two languages that stands alone, escapes what it is given and says what the tables say."""

import base64
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from experiments.ensembles.cards import ScenarioCard
from experiments.ensembles.ensemble import Ensemble, run_ensemble
from experiments.figures import draw_all
from experiments.telling import report
from experiments.telling.numbers import format_number
from experiments.telling.screen import name
from tests.fake_model import run_replicate, scenarios, without_files

VOID = {"meta", "img"}
HOSTILE = ('</title><script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}", "javascript:alert(1)", "a & b")
SWAPPED = str.maketrans({",": ".", ".": ","})


class Page(HTMLParser):
    """Read a page strictly: every element is closed in its order; cells are kept by language and row."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.rows: dict[str, list[list[str]]] = {}
        self.language = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.language = dict(attrs).get("id") or self.language
        if tag == "tr":
            self.rows.setdefault(self.language, []).append([])
        if tag in ("th", "td"):
            self.rows[self.language][-1].append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("th", "td"):
            self.rows[self.language][-1][-1] += data

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for found, attributes in self.elements if found == tag]


def fake(*pushes: float) -> Ensemble:
    with pytest.MonkeyPatch.context() as patch:
        without_files(patch)
        return run_ensemble(scenarios(*pushes), replicates=4, runner=run_replicate)


def page_of(ensemble: Ensemble, folder: Path, figures: bool = False) -> tuple[str, Page]:
    report.write(ensemble, folder, draw_all(ensemble, folder / "figures") if figures else ())
    text = (folder / report.PAGE).read_text(encoding="utf-8")
    return text, Page(text)


@pytest.fixture(scope="module")
def pair() -> Ensemble:
    return fake(0.0, 2.0)


def test_the_page_loads_nothing_and_runs_nothing(pair: Ensemble, tmp_path: Path) -> None:
    text, page = page_of(pair, tmp_path)
    assert page.named("script") == page.named("link") == page.named("iframe") == []
    policies = [meta["content"] for meta in page.named("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    assert policies == ["default-src 'none'; img-src data:; style-src 'unsafe-inline'"]
    assert not re.search(r"https?://|url\(|@import", text)
    assert [anchor["href"] for anchor in page.named("a")] == ["#en", "#vi"]
    assert [section["id"] for section in page.named("section")] == ["vi", "en"]


def test_both_languages_have_the_same_numbers(pair: Ensemble, tmp_path: Path) -> None:
    _, page = page_of(pair, tmp_path)
    english, vietnamese = (
        [cell for row in page.rows[language] for cell in row[1:] if re.search("[0-9]", cell)] for language in ("en", "vi")
    )
    numbers = [re.findall(r"[−+0-9.,]*[0-9]", cell.translate(SWAPPED)) for cell in vietnamese]
    assert numbers == [re.findall(r"[−+0-9.,]*[0-9]", cell) for cell in english]
    assert len(english) > 10


def test_the_numbers_are_those_of_the_tables(pair: Ensemble, tmp_path: Path) -> None:
    _, page = page_of(pair, tmp_path)
    (row,) = [row for row in page.rows["en"] if row[0].startswith("Digital economy share")]
    levels = [one for one in pair.summary.to_pylist() if (one["outcome"], one["year"]) == KEY]
    (change,) = [one for one in pair.differences.to_pylist() if (one["outcome"], one["year"]) == KEY]
    assert row[1:] == [*(written(level) for level in levels), written(change, signed=True)]


KEY = ("digital_share", 2024)


def written(quantiles: dict[str, float], *, signed: bool = False) -> str:
    low, middle, high = (format_number(quantiles[key], "en", 1, signed=signed) for key in ("p05", "p50", "p95"))
    return f"{middle} [{low}; {high}]"


def test_one_scenario_has_its_own_table_and_targets_are_told_whole(tmp_path: Path) -> None:
    one = fake(0.0)
    text, page = page_of(one, tmp_path)
    assert "Trung vị [5 %; 95 %]" in text
    (place,) = one.places.values()
    assert {name(target, "vi") for target in place.targets if target["outcome"]} <= {row[0] for row in page.rows["vi"]}
    assert "Not modelled, so the model is silent on: Rice." in text


def test_hostile_names_are_shown_and_never_obeyed(pair: Ensemble, tmp_path: Path) -> None:
    def card(old: ScenarioCard, text: str) -> ScenarioCard:
        return replace(old, title={"en": text, "vi": text}, about={"en": text, "vi": text})

    for text in HOSTILE:
        hostile = replace(pair, scenarios=tuple(card(old, text) for old in pair.scenarios))
        written, page = page_of(hostile, tmp_path)
        assert page.named("script") == page.named("img") == []
        assert len(page.named("a")) == 2
        assert written.count(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;")) >= 4


def test_figures_are_held_whole_with_their_message(pair: Ensemble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.figures.style.DOTS", 200)
    _, page = page_of(pair, tmp_path, figures=True)
    images = page.named("img")
    assert len(images) == len(list((tmp_path / "figures").rglob("*.svg")))
    for image in images:
        kind, _, content = str(image["src"]).partition(";base64,")
        assert kind == "data:image/svg+xml"
        root = ET.fromstring(base64.b64decode(content))
        assert root.findtext("{http://www.w3.org/2000/svg}title") == image["alt"]
        assert "Tĩnh" in str(image["alt"]) or "Ha Tinh" in str(image["alt"])


def test_a_figure_that_is_smaller_as_a_picture_is_held_as_one(tmp_path: Path) -> None:
    (tmp_path / "map.svg").write_text("<svg><title>A &amp; B</title>" + " " * 100 + "</svg>", encoding="utf-8")
    (tmp_path / "map.png").write_bytes(b"PNG")
    assert report.picture(tmp_path / "map.svg") == report.Picture("A & B", "data:image/png;base64,UE5H")


def test_a_run_that_failed_whole_still_has_a_page(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        without_files(patch)
        broken = [replace(one, mischief=(0, "break")) for one in scenarios(0.0)]
        failed = run_ensemble(broken, replicates=1, runner=run_replicate)
    text, page = page_of(failed, tmp_path)
    assert page.rows == {}
    assert "1 of 1 runs failed" in text
