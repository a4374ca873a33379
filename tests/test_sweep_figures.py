"""The figures of sweeps: maps over a grid of two, curves over one, clouds over more; both languages, the same bytes each time."""

from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pytest
from matplotlib.collections import QuadMesh

from experiments.figures.style import house_style
from experiments.figures.surfaces import Surface, clouds, curves, draw_sweep, kind_of, maps
from experiments.sweeps import Finished
from experiments.sweeps.screen import shown_outcomes
from tests import sweeping

HEAD = 'title: {en: "A", vi: "B"}\nscenarios: [../ha_tinh/baseline.yaml, ../ha_tinh/programme.yaml]\n'
SHARE = "  budget.pillars_share: {{from: 2026, range: {{low: 1 %, high: 4 %{steps}}}}}\n"
END = "replicates: 2\nyears: 2031\noutcomes: [tfp_share]\n"
CAPACITY = "  budget.execution_multiplier: {from: 2026, range: {low: 1, high: 3, steps: 8}}\n"
PLATFORMS = "  delivery.platforms: {from: 2026, values: [shared, separate]}\n"
CASES = {
    "map": (SHARE.format(steps=", steps: 8") + CAPACITY, maps),
    "words": (SHARE.format(steps=", steps: 3") + PLATFORMS, maps),
    "curve": (SHARE.format(steps=", steps: 5"), curves),
    "kinds": (PLATFORMS, curves),
    "cloud": (
        SHARE.format(steps="") + "  parameters.catch_up_speed: full\n  outside.pandemic: {from: 2028, values: [true, false]}\n"
        "design: latin_hypercube\npoints: 8\n",
        clouds,
    ),
}  # fmt: skip


def finished(folder: Path, out: Path, name: str) -> Finished:
    head = sweeping.HEAD if name == "map" else HEAD
    path = sweeping.write(folder, f"vary:\n{CASES[name][0]}{END}", f"figure_{name}", head)
    return sweeping.swept(sweeping.load_sweep(path), out)


@pytest.mark.parametrize("name", CASES)
def test_each_kind_of_sweep_has_its_figure(shared_folder: Path, tmp_path: Path, name: str) -> None:
    done = finished(shared_folder, tmp_path / "out", name)
    assert kind_of(done.plan) is CASES[name][1]
    paths = draw_sweep(done.plan, done.summary, tmp_path / "figures", shown_outcomes(done.plan))
    assert [path.relative_to(tmp_path / "figures").as_posix() for path in paths] == [
        f"{language}/tfp_share.{kind}" for language in ("en", "vi") for kind in ("png", "svg")
    ]
    text = (tmp_path / "figures" / "vi" / "tfp_share.svg").read_text(encoding="utf-8")
    assert "Hà Tĩnh" in text
    assert "2031" in text
    if kind_of(done.plan) is not curves:
        rows = done.summary.filter(pc.equal(done.summary["year"], 2031))
        low, high = Surface(done.plan, rows, "tfp_share", "vi").ends(pc.min(rows["p05"]).as_py(), pc.max(rows["p95"]).as_py())
        assert low in text
        assert high in text


def test_a_map_shows_the_mean_of_every_point(shared_folder: Path, tmp_path: Path) -> None:
    done = finished(shared_folder, tmp_path / "out", "map")
    rows = done.summary.filter(pc.and_(pc.equal(done.summary["outcome"], "tfp_share"), pc.equal(done.summary["year"], 2031)))
    with house_style():
        figure = maps(Surface(done.plan, rows, "tfp_share", "en"))
    (mesh,) = (drawn for drawn in figure.axes[0].collections if isinstance(drawn, QuadMesh))
    share, capacity = (np.array(rows[axis.key].to_pylist(), dtype=float) for axis in done.plan.axes)
    order = np.lexsort((capacity, share))
    assert np.array_equal(np.ravel(mesh.get_array()), rows["mean"].to_numpy()[order])
    labels = [text.get_text() for text in figure.axes[0].texts]
    assert len(set(labels)) > 1


def test_a_figure_is_the_same_bytes_each_time(shared_folder: Path, tmp_path: Path) -> None:
    done = finished(shared_folder, tmp_path / "out", "kinds")
    one, two = (draw_sweep(done.plan, done.summary, tmp_path / word, ["tfp_share"]) for word in ("one", "two"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_without_anything_varied_there_is_nothing_to_draw(shared_folder: Path, tmp_path: Path) -> None:
    path = sweeping.write(shared_folder, END, "figure_none", HEAD)
    done = sweeping.swept(sweeping.load_sweep(path), tmp_path / "out", figures=True)
    assert kind_of(done.plan) is None
    assert not (tmp_path / "out" / "figures").exists()


def test_of_many_outcomes_the_key_ones_are_shown(shared_folder: Path, tmp_path: Path) -> None:
    path = sweeping.write(shared_folder, "replicates: 1\nyears: 2021\n", "figure_many")
    done = sweeping.swept(sweeping.load_sweep(path), tmp_path / "out")
    assert len(done.plan.outcomes) > 60
    assert 5 < len(shown_outcomes(done.plan)) <= 12
