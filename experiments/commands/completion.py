"""`pillars completion`: print what makes a shell complete the commands and options."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.cli import Parser

SHELLS = ("bash", "zsh", "tcsh")
FILES = ("scenarios", "first", "second", "paths", "run", "out")


def add(parser: Parser) -> None:
    """Declare the arguments."""
    parser.option("shell", key="help.shell", choices=SHELLS)


def main(arguments: argparse.Namespace) -> int:
    """Print the completion script of a shell."""
    import shtab

    from experiments.cli import build_parser

    parser = build_parser(arguments.language)
    for action in _actions(parser):
        if action.dest in FILES:
            action.complete = shtab.FILE
    print(shtab.complete(parser, shell=arguments.shell))
    return 0


def _actions(parser: argparse.ArgumentParser) -> list[Any]:
    """List every argument of a parser and of its commands."""
    found: list[Any] = []
    for action in parser._actions:
        found.append(action)
        if isinstance(action, argparse._SubParsersAction):
            for own in action.choices.values():
                found.extend(_actions(own))
    return found
