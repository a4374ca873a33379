"""The figures of a run, in both languages.

Enters: an ensemble, fresh or read back from a run folder; no figure ever runs the model. Leaves: figures/en and figures/vi,
each figure as PNG and SVG.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from matplotlib.figure import Figure

from experiments.ensembles.ensemble import Ensemble
from experiments.ensembles.pool import context
from experiments.figures.basis import Basis
from experiments.figures.compare import comparison
from experiments.figures.fans import adoption, digital_economy, innovation, productivity, services
from experiments.figures.maps import maps
from experiments.figures.money import money
from experiments.figures.sources import sources
from experiments.figures.style import house_style, save
from experiments.telling.messages import LANGUAGES

FIGURES: Mapping[str, Callable[[Basis], Figure | None]] = {
    "comparison": comparison,
    "productivity": productivity,
    "tfp_sources": sources,
    "digital_economy": digital_economy,
    "adoption": adoption,
    "innovation": innovation,
    "services": services,
    "communes": maps,
    "money": money,
}


def draw_all(
    ensemble: Ensemble, folder: Path, languages: Sequence[str] = LANGUAGES, workers: int | None = 1
) -> list[Path]:
    """Draw every figure that the run has the tables for, in every language; return the files.

    workers: processes that share the languages and places (None: one a processor); the files are the same with any number.
    """
    several = len(ensemble.places) > 1
    bases = [Basis(ensemble, place, language) for language in languages for place in ensemble.places]
    tasks = [
        (basis, folder / basis.language, f"{basis.place}_" if several else "") for basis in bases if basis.scenarios
    ]
    if min(workers or os.cpu_count() or 1, len(tasks)) <= 1:
        return [path for task in tasks for path in draw(*task)]
    with ProcessPoolExecutor(min(workers or os.cpu_count() or 1, len(tasks)), mp_context=context()) as pool:
        return [path for paths in pool.map(draw, *zip(*tasks, strict=True)) for path in paths]


def draw(basis: Basis, folder: Path, prefix: str = "") -> list[Path]:
    """Draw the figures of one place in one language into a folder."""
    paths: list[Path] = []
    with house_style():
        for name, make in FIGURES.items():
            figure = make(basis)
            if figure is not None:
                paths += save(figure, folder, prefix + name)
    return paths
