"""The figures of an answer, in both languages.

Enters: an answer. Leaves: figures/en and figures/vi, each figure as PNG and SVG; nothing here runs the model.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from matplotlib.figure import Figure

from experiments.ensembles.pool import context
from experiments.figures.basis import Basis
from experiments.figures.bottlenecks import bottlenecks
from experiments.figures.chances import near_and_likely, otherwise, pairs
from experiments.figures.compare import comparison
from experiments.figures.gains import who_gains
from experiments.figures.side_by_side import difference, side_by_side
from experiments.figures.style import house_style, save
from experiments.figures.waterfall import by_source, combinations, who_did_it
from experiments.questions.answers import Answer
from experiments.telling.messages import LANGUAGES

Drawn = Iterator[tuple[str, Figure | None]]
Make = Callable[[Answer, Basis], Drawn]

MOST_OUTCOMES = 3
"""Outcomes that are drawn one by one; the small multiples show all that were asked for."""


def draw_comparison(
    answer: Answer, folder: Path, languages: Sequence[str] = LANGUAGES, workers: int | None = 1
) -> list[Path]:
    """Draw how the scenarios compare: fans side by side, differences one by one and as small multiples."""
    return _draw_all(answer, folder, languages, workers, _compared)


def draw_targets(
    answer: Answer, folder: Path, languages: Sequence[str] = LANGUAGES, workers: int | None = 1
) -> list[Path]:
    """Draw what each scenario attains of its targets, and what holds the others back."""
    return _draw_all(answer, folder, languages, workers, _attained)


def draw_explanation(
    answer: Answer, folder: Path, languages: Sequence[str] = LANGUAGES, workers: int | None = 1
) -> list[Path]:
    """Draw who did it, by which source, in which combination, and who gains."""
    return _draw_all(answer, folder, languages, workers, _explained)


def _draw_all(answer: Answer, folder: Path, languages: Sequence[str], workers: int | None, make: Make) -> list[Path]:
    """Draw in every language; workers: processes that share the work (None: one a processor)."""
    tasks = [(answer, folder, place, language, make) for language in languages for place in answer.ensemble.places]
    if min(workers or os.cpu_count() or 1, len(tasks)) <= 1:
        return [path for task in tasks for path in _draw(*task)]
    with ProcessPoolExecutor(min(workers or os.cpu_count() or 1, len(tasks)), mp_context=context()) as pool:
        return [path for paths in pool.map(_draw, *zip(*tasks, strict=True)) for path in paths]


def _draw(answer: Answer, folder: Path, place: str, language: str, make: Make) -> list[Path]:
    basis, paths = Basis(answer.ensemble, place, language), list[Path]()
    with house_style():
        for name, figure in make(answer, basis) if basis.scenarios else ():
            paths += save(figure, folder / language, name) if figure is not None else []
    return paths


def _compared(answer: Answer, basis: Basis) -> Drawn:
    shown = [name for name in answer.asked["outcomes"] if basis.has(name)]
    for outcome in shown[:MOST_OUTCOMES]:
        yield f"side_by_side_{outcome}", side_by_side(basis, outcome)
        yield f"difference_{outcome}", difference(basis, outcome)
    yield "differences", comparison(basis, shown)


def _attained(answer: Answer, basis: Basis) -> Drawn:
    several = len(answer.ensemble.scenarios) > 1
    for scenario in basis.scenarios:
        mark = f"_{scenario.replace('/', '_')}" if several else ""
        yield f"targets{mark}", near_and_likely(answer, basis, scenario)
        yield f"targets_together{mark}", pairs(answer, basis, scenario)
        yield f"targets_otherwise{mark}", otherwise(answer, basis, scenario)
        yield f"targets_bottlenecks{mark}", bottlenecks(answer, basis, scenario)


def _explained(answer: Answer, basis: Basis) -> Drawn:
    yield "waterfall", who_did_it(answer, basis)
    yield "pillars_together", combinations(answer, basis)
    yield "tfp_by_source", by_source(answer, basis)
    yield "who_gains", who_gains(answer, basis)
