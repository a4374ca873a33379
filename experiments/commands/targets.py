"""`pillars targets`: which published targets scenarios hit, how surely, and what holds the others back."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from experiments.commands import asking

if TYPE_CHECKING:
    from experiments.cli import Parser


def add(parser: Parser) -> None:
    """Declare the arguments."""
    parser.option("scenarios", key="help.scenarios", nargs="+", metavar="SCENARIO")
    parser.option("--enough", key="help.enough", type=probability, metavar="PERCENT")
    parser.option("--since", key="help.since", type=int, metavar="YYYY")
    parser.option("--no-remedies", key="help.no_remedies", action="store_true")
    asking.add(parser, replicates="help.replicates.compare", years="help.years.targets")


def main(arguments: argparse.Namespace) -> int:
    """Hold the scenarios against their targets, and print the chances."""
    from experiments.commands.run import load
    from experiments.figures.questions import draw_targets
    from experiments.questions import attainment
    from experiments.telling import attaining

    given = {"enough": arguments.enough, "since": arguments.since}
    asked = {name: value for name, value in given.items() if value is not None}
    remedies = not arguments.no_remedies
    question = attainment.ask(load(arguments.scenarios), asking.settings(arguments), **asked, remedies=remedies)
    return asking.respond(question, arguments, attaining, draw_targets)


def probability(written: str) -> float:
    """Read a probability as a planner writes it: "80 %"; of bare numbers, those above 1 are percent.

    Raises ValueError, which argparse turns into a refusal.
    """
    number = float(written.removesuffix("%").strip().replace(",", "."))
    return number / 100.0 if written.endswith("%") or number > 1.0 else number
