"""`pillars explain`: why one scenario differs from another, by whom, by which mechanism, and for whom."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from experiments.commands import asking

if TYPE_CHECKING:
    from experiments.cli import Parser

PLAYERS = ("pillar", "line", "lever")


def add(parser: Parser) -> None:
    """Declare the arguments."""
    parser.option("first", key="help.first", metavar="A")
    parser.option("second", key="help.second", metavar="B")
    parser.option("--by", key="help.by", choices=PLAYERS, default=PLAYERS[0])
    parser.option("--outcomes", key="help.outcomes", type=asking.names, metavar="A,B")
    asking.add(parser, replicates="help.replicates.explain", years="help.years.explain")


def main(arguments: argparse.Namespace) -> int:
    """Take the difference apart, and print the parts."""
    from experiments.commands.run import load
    from experiments.figures.questions import draw_explanation
    from experiments.questions import explanation
    from experiments.telling import explaining

    first, second = load([arguments.first, arguments.second])
    question = explanation.ask(first, second, asking.settings(arguments), by=arguments.by, outcomes=arguments.outcomes)
    return asking.respond(question, arguments, explaining, draw_explanation)
