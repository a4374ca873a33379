"""Verify the model: `python -m experiments.verification --out FOLDER`.

Enters: a folder to write, the number of workers. Leaves: the folder; the tables on the screen; exit code 1 if a limit does not
hold, 3 if the folder cannot be written.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from pathlib import Path

from experiments.ensembles.pool import begin_worker, context, limit_threads
from experiments.errors import CannotWrite
from experiments.folders.folder import new_folder
from experiments.verification import battery, report
from experiments.verification.evidence import submit
from experiments.verification.facts import readings
from experiments.verification.page import PAGES, score


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the battery and the facts, write the folder, and say whether every limit holds."""
    given = options().parse_args(arguments)
    limit_threads()
    try:
        with new_folder(Path(given.out), is_ours) as folder:
            return verify(folder, given.workers, facts=not given.limits_only)
    except CannotWrite as problem:
        print(problem, file=sys.stderr)
        return 3


def options() -> argparse.ArgumentParser:
    """Return the options of the command."""
    parser = argparse.ArgumentParser("python -m experiments.verification", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--out", default="runs/verification", help="folder to write (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes (default: %(default)s)")
    parser.add_argument("--limits-only", action="store_true", help="leave the stylised facts out")
    return parser


def is_ours(folder: Path) -> bool:
    """Say whether a folder holds an earlier verification, which may be replaced."""
    return (folder / report.LIMITS).is_file() and (folder / PAGES["en"]).is_file()


def verify(folder: Path, workers: int, *, facts: bool) -> int:
    """Fill the folder and print the tables; return the exit code."""
    with ProcessPoolExecutor(workers, mp_context=context(), initializer=begin_worker) as pool:
        pending = battery.submit(pool)
        evidence = submit(pool) if facts else None
        print(report.LIMIT_HEAD)
        limits = []
        for limit in battery.results(pending):
            limits.append(limit)
            print(*report.lines_of(limit), sep="\n", flush=True)
        found = readings(evidence.evidence()) if evidence else []
    if found:
        print(f"\n{report.FACT_HEAD}", *chain.from_iterable(map(report.lines_of_fact, found)), sep="\n")
    report.write(folder, limits, found)
    print(f"\n{sum(limit.holds for limit in limits)} of {len(limits)} known limits hold.")
    print(", ".join(f"{count} readings of facts {verdict}" for verdict, count in score(found).items()))
    return 0 if all(limit.holds for limit in limits) else 1


if __name__ == "__main__":
    sys.exit(main())
