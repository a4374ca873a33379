"""`pillars verify`: check a run folder's files and run it again."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.cli import Parser


def add(parser: Parser) -> None:
    """Declare the arguments."""
    parser.option("run", key="help.run_folder", type=Path, metavar="RUN")
    parser.option("--files-only", key="help.files_only", action="store_true")
    parser.option("--scenarios", key="help.schema.folder", type=Path, metavar="DIR", default=Path("scenarios"))
    parser.option("--workers", key="help.workers", type=int, metavar="W")
    parser.option("--json", key="help.json", action="store_true")
    parser.option("--quiet", key="help.quiet", action="store_true")


def main(arguments: argparse.Namespace) -> int:
    """Print what was found; 1 if the run is not what it says it is."""
    from experiments import manifest, verify
    from experiments.messages import say

    data = manifest.read(arguments.run)
    findings = verify.check_files(arguments.run, data)
    if not arguments.files_only and not any(finding.bad for finding in findings):
        if arguments.scenarios.is_dir():
            findings += verify.check_inputs(arguments.scenarios, data)
        findings += verify.check_code(data)
        findings += verify.replay(arguments.run, data, arguments.workers)
    bad = any(finding.bad for finding in findings)
    lines = [(finding.bad, say(finding.key, arguments.language, **finding.values)) for finding in findings]
    if arguments.json:
        listed = [{"bad": spoils, "message": text} for spoils, text in lines]
        print(json.dumps({"run": str(arguments.run), "holds": not bad, "findings": listed}, ensure_ascii=False))
    else:
        print("\n".join(text for spoils, text in lines if spoils or not arguments.quiet))
    return 1 if bad else 0
