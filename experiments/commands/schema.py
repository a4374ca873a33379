"""`pillars schema`: print the schema of scenario or sweep files, or write both, or see whether those written are current."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.cli import Parser

KINDS = ("scenario", "sweep")


def add(parser: Parser) -> None:
    """Declare the arguments."""
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--write", action="store_true", help=parser.say("help.schema.write"))
    choice.add_argument("--check", action="store_true", help=parser.say("help.schema.check"))
    parser.option("--of", key="help.schema.of", choices=KINDS, default=KINDS[0])
    parser.option("--scenarios", key="help.schema.folder", type=Path, metavar="DIR", default=Path("scenarios"))


def main(arguments: argparse.Namespace) -> int:
    """Print one schema, or write or check all; 1 if a written one is out of date."""
    if arguments.check:
        return max([_check(kind, arguments) for kind in KINDS])
    if arguments.write:
        return max([_write(kind, arguments) for kind in KINDS])
    print(text_of(arguments.of), end="")
    return 0


def text_of(kind: str) -> str:
    """Return the text of a schema."""
    from experiments.sweeps.schema import sweep_schema_text
    from model.reading.schema import schema_text

    return schema_text() if kind == KINDS[0] else sweep_schema_text()


def _file(kind: str, arguments: argparse.Namespace) -> Path:
    folder: Path = arguments.scenarios
    return folder / f"{kind}.schema.json"


def _check(kind: str, arguments: argparse.Namespace) -> int:
    from experiments.telling.messages import say

    file = _file(kind, arguments)
    same = file.is_file() and file.read_text(encoding="utf-8") == text_of(kind)
    print(say("schema.same" if same else "schema.stale", arguments.language, file=str(file)))
    return 0 if same else 1


def _write(kind: str, arguments: argparse.Namespace) -> int:
    from experiments.folders.folder import writing
    from experiments.telling.messages import say

    file = _file(kind, arguments)
    with writing(file):
        file.write_text(text_of(kind), encoding="utf-8", newline="\n")
    print(say("schema.written", arguments.language, file=str(file)))
    return 0
