"""`pillars verify`: check the files of a run or a sweep and run it again."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.cli import Parser
    from experiments.folders.verify import Finding


def add(parser: Parser) -> None:
    """Declare the arguments."""
    parser.option("run", key="help.verify.folder", type=Path, metavar="RUN")
    parser.option("--files-only", key="help.files_only", action="store_true")
    parser.option("--all", key="help.verify.all", dest="every", action="store_true")
    parser.option("--scenarios", key="help.schema.folder", type=Path, metavar="DIR", default=Path("scenarios"))
    parser.option("--workers", key="help.workers", type=int, metavar="W")
    parser.option("--json", key="help.json", action="store_true")
    parser.option("--quiet", key="help.quiet", action="store_true")


def main(arguments: argparse.Namespace) -> int:
    """Print what was found; 1 if the folder is not what it says it is."""
    from experiments.telling.messages import say

    findings = _findings(arguments)
    bad = any(finding.bad for finding in findings)
    lines = [(finding.bad, say(finding.key, arguments.language, **finding.values)) for finding in findings]
    if arguments.json:
        listed = [{"bad": spoils, "message": text} for spoils, text in lines]
        print(json.dumps({"run": str(arguments.run), "holds": not bad, "findings": listed}, ensure_ascii=False))
    else:
        print("\n".join(text for spoils, text in lines if spoils or not arguments.quiet))
    return 1 if bad else 0


def _findings(arguments: argparse.Namespace) -> list[Finding]:
    """Verify a sweep or a run, whichever the folder holds."""
    from experiments.folders import verify
    from experiments.sweeps import verify as sweep

    how = {"files_only": arguments.files_only, "workers": arguments.workers}
    if sweep.is_sweep(arguments.run):
        return sweep.verify(arguments.run, arguments.scenarios, every=arguments.every, **how)
    return verify.verify(arguments.run, arguments.scenarios, **how)
