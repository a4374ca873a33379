"""Figures: from tables alone, in both languages, the same bytes each time, whatever a scenario is called."""

import warnings
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pyarrow as pa
import pytest

from experiments.ensembles.ensemble import Ensemble, run_ensemble
from experiments.ensembles.summary import Cube
from experiments.figures import FIGURES, draw, draw_all
from experiments.figures.basis import Basis
from experiments.figures.money import PARTS, totals
from experiments.figures.rows import dress_rows
from experiments.figures.sources import GROUPS, by_period
from experiments.figures.style import (
    balanced,
    decimals_of,
    house_style,
    inside,
    new_figure,
    panels,
    save,
    spread,
)
from experiments.folders.store import read_run, write_run
from experiments.telling.numbers import whole
from model.books.accounts import SOURCES
from model.government.ledger import AMOUNTS
from tests.fake_model import run_replicate, scenarios, without_files

VIETNAMESE = "".join(
    f"{vowel}" for vowel in "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵđ"
)
HOSTILE = (
    "$\\frac{$", "</script><script>alert(1)</script>", "a" * 400, "=1+1", "\u202eright to left", "tab\there", "", "%(x)s {y}",
    VIETNAMESE + VIETNAMESE.upper() + "₫",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    without_files(monkeypatch)
    if "slow" not in request.keywords:
        monkeypatch.setattr("experiments.figures.style.DOTS", COARSE)


COARSE = 40
"""Dots an inch: quick to draw."""


def fake(*pushes: float, **changes: object) -> Ensemble:
    return run_ensemble(scenarios(*pushes, **changes), replicates=4, runner=run_replicate)


@pytest.fixture(scope="module")
def pair() -> Ensemble:
    """Two scenarios under the fake model."""
    with pytest.MonkeyPatch.context() as patch:
        without_files(patch)
        return fake(0.0, 1.0)


@pytest.fixture(scope="module")
def drawn(pair: Ensemble, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All figures of the pair, in both languages."""
    folder = tmp_path_factory.mktemp("drawn")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("experiments.figures.style.DOTS", COARSE)
        draw_all(pair, folder)
    return folder


def test_every_figure_in_both_languages_and_formats(drawn: Path) -> None:
    paths = [path for path in drawn.rglob("*") if path.is_file()]
    names = {path.relative_to(drawn).as_posix() for path in paths}
    made = {"comparison", "productivity", "digital_economy", "adoption", "services", "communes", "money"}
    assert names == {f"{lang}/{name}.{kind}" for lang in ("en", "vi") for name in made for kind in ("png", "svg")}
    assert made < set(FIGURES)
    for path in paths:
        assert path.stat().st_size > 3_000


def test_the_same_bytes_from_a_stored_run_without_the_model(
    pair: Ensemble, drawn: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        pytest.fail("a figure ran the model")

    monkeypatch.setattr("experiments.ensembles.adapters.model_runner", refuse)
    monkeypatch.setattr("tests.fake_model.run_replicate", refuse)
    write_run(pair, scenarios(0.0, 1.0), _new(tmp_path / "run"), {})
    again = draw_all(read_run(tmp_path / "run"), tmp_path / "again", ["vi"])
    assert {path.name for path in again} == {path.name for path in (drawn / "vi").iterdir()}
    for path in again:
        assert path.read_bytes() == (drawn / "vi" / path.name).read_bytes(), path.name


@pytest.mark.slow
def test_two_workers_draw_the_same(tmp_path: Path) -> None:
    alone = fake(0.0)
    lean = replace(alone, communes=alone.communes.slice(0, 0), ledger=alone.ledger.slice(0, 0))
    first, shared = draw_all(lean, tmp_path / "1"), draw_all(lean, tmp_path / "2", workers=2)
    assert {path.suffix for path in shared} == {".png", ".svg"}
    assert len({path.parent.name for path in shared}) == 2
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in shared]


def test_the_words_are_in_the_figure_as_text(drawn: Path) -> None:
    file = drawn / "vi" / "digital_economy.svg"
    text = " ".join("".join(ET.parse(file).getroot().itertext()).split())
    for words in (
        "Hà Tĩnh",
        "Tỷ trọng kinh tế số trong GRDP",
        "chỉ tiêu 20",
        "Số lần lặp mỗi kịch bản: 4",
        "Như trước",
    ):
        assert words in text, words
    assert "Date" not in file.read_text(encoding="utf-8")


def test_any_title_is_drawn_as_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("comparison", "adoption", "communes", "money")
    monkeypatch.setattr("experiments.figures.FIGURES", {name: FIGURES[name] for name in names})
    named = [
        replace(one, title={"en": text, "vi": text})
        for one, text in zip(scenarios(*np.arange(9.0)), HOSTILE, strict=True)
    ]
    hostile = run_ensemble([replace(one, end=2023) for one in named], replicates=2, runner=run_replicate)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(draw(Basis(hostile, "ha_tinh", "vi"), tmp_path)) == 2 * len(names)
    for path in tmp_path.glob("*.svg"):
        assert b"<script" not in path.read_bytes()
        ET.parse(path)


def test_one_scenario_has_no_comparison() -> None:
    alone = fake(0.0)
    assert not made(alone, "comparison")
    assert made(alone, "productivity", "communes", "money")


def test_titles_are_broken_into_lines_about_equally_long() -> None:
    text = "one two three four five six seven"
    assert balanced(text, 40) == [text]
    assert balanced(text, 30) == ["one two three four", "five six seven"]
    assert balanced("x" * 50 + " " + "y " * 200, 60)[-1].endswith("…")
    assert balanced("", 30) == []
    assert (inside("Tăng trưởng TFP"), inside("GRDP"), inside("")) == ("tăng trưởng TFP", "GRDP", "")


@pytest.mark.parametrize("height", [2.5, 12.0])
def test_the_unit_stands_below_the_title_however_tall_the_axes(height: float) -> None:
    with house_style():
        figure = new_figure(5, height)
        (axes,) = panels(figure, 0.9, 1, 1)
        dress_rows(axes, "Growth", "% a year", ["one"], "en")
        figure.canvas.draw()
        (unit,) = axes.texts
        assert unit.get_window_extent().y1 <= axes.title.get_window_extent().y0 + 1
        assert unit.get_window_extent().y0 >= axes.get_window_extent().y1


def test_many_scenarios_and_one_year_are_drawn() -> None:
    assert made(fake(*np.arange(8.0)), "comparison", "adoption", "money")
    assert made(fake(0.0, 1.0, end=2021), "comparison", "adoption", "money")


def test_a_run_of_nothing_has_no_figures(tmp_path: Path) -> None:
    nothing = run_ensemble(scenarios(0.0, mischief=(0, "break")), replicates=1, runner=run_replicate)
    assert draw_all(nothing, tmp_path) == []


def test_money_adds_up_in_the_figure(pair: Ensemble) -> None:
    book = totals(Basis(pair, "ha_tinh", "en"), "baseline")
    assert np.allclose(sum(book[part] for part in PARTS), book["allocated"], rtol=1e-12)
    assert set(PARTS) < set(AMOUNTS)


def test_sources_add_up_and_cover_the_model(pair: Ensemble) -> None:
    drawn = [part for parts, _ in GROUPS.values() for part in parts]
    assert sorted(drawn) == sorted(SOURCES)
    names = ("tfp_growth", *(f"tfp_from_{part}" for part in drawn))
    values = np.random.default_rng(1).normal(size=(3, 8, len(names)))
    values[:, :, 0] = values[:, :, 1:].sum(axis=2)
    values[:, 0, :] = np.nan
    blocks = by_period(Cube(np.arange(3), np.arange(2021, 2029), names, values))
    assert list(blocks) == ["2022–25", "2026–28"]
    for block in blocks.values():
        assert np.allclose(sum(block[group] for group in GROUPS), block["tfp_growth"])


def test_tfp_sources_are_drawn(pair: Ensemble) -> None:
    table = pair.outcomes
    for source in SOURCES:
        table = table.append_column(f"tfp_from_{source}", table["tfp_growth"])
    units = {**pair.units, **{f"tfp_from_{source}": "ln %" for source in SOURCES}}
    whole_run = replace(pair, outcomes=table, units=units)
    assert made(whole_run, "tfp_sources")
    assert not made(pair, "tfp_sources")


def test_labels_move_apart_and_stay_inside() -> None:
    placed = spread([5.0, 5.0, 5.1, 9.9], gap=1.0, low=0.0, high=10.0)
    ordered = sorted(placed)
    assert all(b - a > 0.99 for a, b in pairwise(ordered))
    assert min(placed) >= -1e-9
    assert max(placed) <= 10.0 + 1e-9
    assert spread([3.0], 1.0, 0.0, 10.0) == [3.0]
    assert spread([], 1.0, 0.0, 1.0) == []


@pytest.mark.parametrize(("step", "decimals"), [(5.0, 0), (2.5, 1), (0.25, 2), (0.1, 1), (1000.0, 0)])
def test_ticks_have_the_decimals_their_step_needs(step: float, decimals: int) -> None:
    assert decimals_of(step) == decimals


def test_a_number_and_its_percent_sign_stay_together() -> None:
    assert " " not in whole("3 %")
    assert " " not in whole("[+0.01; +0.13]")
    assert whole("a [b") == "a [b"


def test_all_vietnamese_letters_have_a_shape(tmp_path: Path) -> None:
    with house_style(), warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = new_figure(8, 2)
        figure.text(0.0, 0.5, VIETNAMESE + VIETNAMESE.upper() + "₫ “…” – −")
        save(figure, tmp_path, "letters")


def test_the_style_leaves_matplotlib_as_it_was() -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    with house_style():
        assert mpl.rcParams["text.parse_math"] is False
    assert dict(mpl.rcParams) == before


def test_series_are_cut_from_the_summary(pair: Ensemble) -> None:
    basis = Basis(pair, "ha_tinh", "en")
    series = basis.level("programme_1", "grdp")
    rows = [row for row in pair.summary.to_pylist() if (row["scenario"], row["outcome"]) == ("programme_1", "grdp")]
    assert list(series.middle) == [row["p50"] for row in rows]
    assert series.at(2022) == rows[1]["p50"]
    assert np.isnan(series.at(1999))
    assert isinstance(pair.communes, pa.Table)


def made(ensemble: Ensemble, *names: str) -> bool:
    """Make figures without writing them; see whether all were made."""
    with house_style():
        return all(FIGURES[name](Basis(ensemble, "ha_tinh", "vi")) is not None for name in names)


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder
