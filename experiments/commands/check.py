"""`pillars check`: read scenario and data files and say all that is wrong with them."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.cli import Parser


def add(parser: Parser) -> None:
    """Declare the arguments."""
    parser.option("paths", key="help.paths", nargs="+", metavar="PATH")
    parser.option("--json", key="help.json", action="store_true")


def main(arguments: argparse.Namespace) -> int:
    """Print every problem; 2 if there is one."""
    from experiments.messages import say
    from model.checking import check_paths

    checked = check_paths(arguments.paths)
    language = arguments.language
    if arguments.json:
        problems = [problem.as_dict(language) for problem in checked.problems]
        print(json.dumps({"files": len(checked.files), "problems": problems}, ensure_ascii=False))
    elif checked.problems:
        print("\n".join(problem.render(language) for problem in checked.problems))
        print(say("check.bad", language, problems=len(checked.problems), files=len(checked.files)))
    else:
        print(say("check.good", language, files=len(checked.files)))
    return 2 if checked.problems else 0
