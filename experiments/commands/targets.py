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
    parser.option("--enough", key="help.enough", metavar="PERCENT", default="80 %")
    parser.option("--since", key="help.since", type=int, metavar="YYYY", default=2026)
    parser.option("--no-remedies", key="help.no_remedies", action="store_true")
    asking.add(parser, replicates="help.replicates.compare", years="help.years.targets")


def main(arguments: argparse.Namespace) -> int:
    """Hold the scenarios against their targets, and print the chances."""
    from experiments import attainment
    from experiments.commands.run import load
    from experiments.figures.questions import draw_targets
    from experiments.telling import attaining

    question = attainment.ask(
        load(arguments.scenarios), asking.settings(arguments), enough=probability(arguments.enough),
        since=arguments.since, remedies=not arguments.no_remedies,
    )  # fmt: skip
    return asking.respond(question, arguments, attaining, draw_targets)


def probability(written: str) -> float:
    """Read a probability as a planner writes it: "80 %"; a bare number is taken as percent from 1 on, else as a share.

    Raises WrongUsage.
    """
    from experiments.errors import WrongUsage

    try:
        number = float(written.removesuffix("%").strip().replace(",", "."))
    except ValueError:
        raise WrongUsage("targets.enough", given=written) from None
    return number / 100.0 if "%" in written or number > 1.0 else number
