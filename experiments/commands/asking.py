"""What the commands that ask a question of runs share: their settings, the folder they leave, the way they answer."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from experiments.cli import Parser
    from experiments.ensembles.ensemble import Ensemble
    from experiments.questions.answers import Answer, Question
    from experiments.questions.asked import Settings

Draw = Callable[..., object]
"""Draws an answer into a folder, sharing the work among `workers` processes."""


class Telling(Protocol):
    """A module that says an answer: as one object, or as lines of text."""

    def body(self, answer: Answer) -> dict[str, Any]:
        """Return the answer as one JSON-able object."""

    def lines(self, answer: Answer, language: str) -> list[str]:
        """Return the answer as lines of text."""


def add(parser: Parser, *, replicates: str, years: str = "help.years") -> None:
    """Declare the arguments that every question has; replicates, years: the messages that explain these two."""
    parser.option("--replicates", key=replicates, type=int, metavar="N")
    parser.option("--seed", key="help.seed.smallest", type=int, metavar="S")
    parser.option("--workers", key="help.workers", type=int, metavar="W")
    parser.option("--years", key=years, type=int, metavar="YYYY")
    parser.option("--central", key="help.central", action="store_true", default=None)
    parser.option("--out", key="help.out", type=Path, metavar="DIR")
    parser.option("--force", key="help.force", action="store_true")
    parser.option("--no-figures", key="help.no_figures", action="store_true")
    parser.option("--json", key="help.json", action="store_true")
    parser.option("--quiet", key="help.quiet", action="store_true")


def names(written: str) -> list[str]:
    """Read names with commas between them."""
    return [name for name in (part.strip() for part in written.split(",")) if name]


def settings(arguments: argparse.Namespace) -> Settings:
    """Return the settings that the command line gives."""
    from experiments.questions.asked import Settings

    given = vars(arguments)
    own = {name: given[name] for name in ("replicates", "seed", "central", "workers")}
    return Settings(**own, years_to=arguments.years)


def respond(question: Question, arguments: argparse.Namespace, telling: Telling, draw: Draw) -> int:
    """Run what a question takes, leave the folder, print the answer; 1 if some runs failed."""
    from experiments.folders import store
    from experiments.folders.folder import new_folder
    from experiments.questions.answers import write_answer
    from experiments.telling.progress import bar

    began = time.monotonic()
    asked = {"verb": question.verb, **question.asked}
    target, may_replace = _place(question, asked, arguments)
    with new_folder(target, may_replace) as folder:
        with bar(arguments.language, quiet=arguments.quiet) as progress:
            answer = question.answer(progress)
        told = telling.body(answer) if answer.ensemble.outcomes.num_rows else {}
        made = {"seconds": round(time.monotonic() - began, 1), "workers": arguments.workers}
        drawer = None if arguments.no_figures else _drawer(answer, draw, arguments.workers)
        store.write_run(
            answer.ensemble, question.scenarios, folder, made, drawer,
            question=asked, extra=lambda partial: write_answer(answer, told, partial / question.verb),
        )  # fmt: skip
    _tell(answer, told, target, arguments, telling)
    return 1 if answer.ensemble.failures.num_rows else 0


def _place(
    question: Question, asked: Mapping[str, Any], arguments: argparse.Namespace
) -> tuple[Path, Callable[[Path], bool]]:
    """Return the folder to write, and what says whether an existing one may be replaced."""
    from experiments.ensembles.plan import labels
    from experiments.folders import manifest, store

    places = [scenario.place.name for scenario in question.scenarios]
    names = [scenario.name for scenario in question.scenarios]
    hashes = [(label, one.sha256) for label, one in zip(labels(names, places), question.scenarios, strict=True)]
    wanted = manifest.identity(hashes, question.settings.of_result, asked)
    named = f"{question.verb}-{store.folder_name(places, names, wanted)}"

    def may_replace(folder: Path) -> bool:
        return manifest.holds(folder, wanted) or (arguments.force and manifest.is_run(folder))

    return arguments.out or Path("runs") / named, may_replace


def _drawer(answer: Answer, draw: Draw, workers: int | None) -> Callable[[Ensemble, Path], None]:
    def drawn(ensemble: Ensemble, folder: Path) -> None:
        if ensemble.outcomes.num_rows:
            draw(answer, folder, workers=workers)

    return drawn


def _tell(
    answer: Answer, told: Mapping[str, Any], folder: Path, arguments: argparse.Namespace, telling: Telling
) -> None:
    """Print the answer: one JSON object, or tables for people."""
    from experiments.questions.answers import json_text
    from experiments.telling import screen
    from experiments.telling.messages import say

    if arguments.json:
        print(json_text({"folder": str(folder), **told}))
        return
    for line in screen.failure_lines(answer.ensemble, arguments.language):
        print(line, file=sys.stderr)
    if not arguments.quiet:
        said = telling.lines(answer, arguments.language) if told else [say("run.nothing", arguments.language)]
        print("\n".join([*said, say("run.folder", arguments.language, folder=str(folder))]))
