"""`pillars check`: read scenario and data files and say all that is wrong with them."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.cli import Parser
    from model.reading.problems import Problem



def check_sweep(path: Path) -> list[Problem]:
    """Say all that is wrong with a sweep file."""
    from experiments.sweeps import reading

    return reading.check_sweep(path)


KINDS: Mapping[str, Callable[[Path], list[Problem]]] = {"scenarios": check_sweep}
"""Files of the experiments' own kinds: the top-level entry that marks a kind → what checks such a file."""


def add(parser: Parser) -> None:
    """Declare the arguments."""
    parser.option("paths", key="help.paths", nargs="+", metavar="PATH")
    parser.option("--json", key="help.json", action="store_true")


def main(arguments: argparse.Namespace) -> int:
    """Print every problem; 2 if there is one."""
    from experiments.telling.messages import say
    from model.reading.checking import check_paths

    problems, language = check_paths(arguments.paths, KINDS), arguments.language
    if arguments.json:
        print(json.dumps({"problems": [problem.as_dict(language) for problem in problems]}, ensure_ascii=False))
    elif problems:
        print("\n".join(problem.render(language) for problem in problems))
        print(say("check.bad", language, problems=len(problems)), file=sys.stderr)
    else:
        print(say("check.good", language))
    return 2 if problems else 0
