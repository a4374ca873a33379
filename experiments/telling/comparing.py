"""What `pillars compare` prints: the differences to the first scenario, with intervals."""

from __future__ import annotations

from typing import Any

from experiments.folders.workbook import interval_meaning
from experiments.questions.answers import Answer
from experiments.telling import screen
from experiments.telling.messages import say


def body(answer: Answer) -> dict[str, Any]:
    """Return the answer as one JSON-able object; every outcome and year is in it."""
    return {"scenarios": list(answer.ensemble.labels), "differences": answer.table.to_pylist()}


def lines(answer: Answer, language: str) -> list[str]:
    """Return the outcomes asked for, year by year, every scenario beside the first."""
    ensemble = answer.ensemble
    written = [*screen.heads(ensemble, language), *screen.comparison(ensemble, language, answer.asked["outcomes"])]
    return [
        *written,
        "",
        *screen.wrapped(interval_meaning(ensemble, language)),
        *screen.wrapped(say("figure.paired", language)),
    ]
