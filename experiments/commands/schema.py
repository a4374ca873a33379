"""`pillars schema`: print the schema of scenario files, write it to its place, or see whether the written one is current."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.cli import Parser

FILE = "scenario.schema.json"


def add(parser: Parser) -> None:
    """Declare the arguments."""
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--write", action="store_true", help=parser.say("help.schema.write"))
    choice.add_argument("--check", action="store_true", help=parser.say("help.schema.check"))
    parser.option("--scenarios", key="help.schema.folder", type=Path, metavar="DIR", default=Path("scenarios"))


def main(arguments: argparse.Namespace) -> int:
    """Print, write or check; 1 if the written schema is out of date."""
    from experiments.folder import writing
    from experiments.messages import say
    from model.schema import schema_text

    text, file = schema_text(), arguments.scenarios / FILE
    if arguments.check:
        same = file.is_file() and file.read_text(encoding="utf-8") == text
        print(say("schema.same" if same else "schema.stale", arguments.language, file=str(file)))
        return 0 if same else 1
    if arguments.write:
        with writing(file):
            file.write_text(text, encoding="utf-8", newline="\n")
        print(say("schema.written", arguments.language, file=str(file)))
    else:
        print(text, end="")
    return 0
