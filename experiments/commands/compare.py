"""`pillars compare`: by how much scenarios differ from the first of them."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from experiments.commands import asking

if TYPE_CHECKING:
    from experiments.cli import Parser


def add(parser: Parser) -> None:
    """Declare the arguments."""
    parser.option("scenarios", key="help.compared", nargs="+", metavar="SCENARIO")
    parser.option("--outcomes", key="help.outcomes", type=asking.names, metavar="A,B")
    asking.add(parser, replicates="help.replicates.compare")


def main(arguments: argparse.Namespace) -> int:
    """Compare, and print the differences."""
    from experiments.commands.run import load
    from experiments.figures.questions import draw_comparison
    from experiments.questions import comparison
    from experiments.telling import comparing

    question = comparison.ask(load(arguments.scenarios), asking.settings(arguments), outcomes=arguments.outcomes)
    return asking.respond(question, arguments, comparing, draw_comparison)
