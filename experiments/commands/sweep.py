"""`pillars sweep`: run a sweep file, go on with one that was stopped, or put its parts together."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.cli import Parser
    from experiments.sweeps.api import Finished
    from experiments.sweeps.crew import Crew
    from experiments.sweeps.plan import Shard
    from experiments.sweeps.running import Job

INTERRUPTED = 130
CHANGES = ("replicates", "seed", "years")
OF_RUNS = (*CHANGES, "shard", "cluster", "out", "dry_run")
ALWAYS_SAID = ("sweep.damaged", "sweep.mended")


def add(parser: Parser) -> None:
    """Declare the arguments."""
    parser.option("sweep", key="help.sweep.path", type=Path, metavar="SWEEP")
    parser.option("--replicates", key="help.sweep.replicates", type=int, metavar="N")
    parser.option("--seed", key="help.sweep.seed", type=int, metavar="S")
    parser.option("--years", key="help.sweep.years", type=int, metavar="YYYY")
    parser.option("--workers", key="help.workers", type=int, metavar="W")
    parser.option("--shard", key="help.sweep.shard", metavar="I/N")
    parser.option("--cluster", key="help.sweep.cluster", metavar="ADDRESS")
    parser.option("--out", key="help.sweep.out", type=Path, metavar="DIR")
    parser.option("--dry-run", key="help.sweep.dry_run", action="store_true")
    parser.option("--merge", key="help.sweep.merge", action="store_true")
    parser.option("--yes", key="help.sweep.yes", action="store_true")
    parser.option("--no-figures", key="help.no_figures", action="store_true")
    parser.option("--json", key="help.json", action="store_true")
    parser.option("--quiet", key="help.quiet", action="store_true")


def main(arguments: argparse.Namespace) -> int:
    """Run, go on, or merge, and print what was found; 1 if some runs failed."""
    from experiments import sweeps

    if arguments.sweep.is_dir():
        _refuse_needless(arguments)
        return _tell(sweeps.merge(arguments.sweep, figures=not arguments.no_figures), arguments)
    job, shard = _job(arguments)
    folder = _folder(arguments, job, shard)
    if arguments.merge:
        return _tell(sweeps.merge(folder, figures=not arguments.no_figures), arguments)
    with _crew(arguments) as crew:
        if not _agreed(job, folder, crew, shard, arguments):
            return 0
        return _run(job, folder, crew, shard, arguments)


def _refuse_needless(arguments: argparse.Namespace) -> None:
    """Refuse what would change how a sweep is run where only its folder is given, and nothing will run."""
    from experiments.errors import WrongUsage

    if any(getattr(arguments, name) not in (None, False) for name in OF_RUNS):
        raise WrongUsage("sweep.nothing_to_run", folder=str(arguments.sweep))


def _job(arguments: argparse.Namespace) -> tuple[Job, Shard | None]:
    """Load the sweep as the command line changes it, and say which part of it is meant."""
    from experiments.sweeps.plan import read_shard
    from experiments.sweeps.reading import load_sweep
    from experiments.sweeps.running import job_of

    shard = read_shard(arguments.shard) if arguments.shard else None
    changes = {name: getattr(arguments, name) for name in CHANGES if getattr(arguments, name) is not None}
    return job_of(load_sweep(arguments.sweep, changes)), shard


def _folder(arguments: argparse.Namespace, job: Job, shard: Shard | None) -> Path:
    """Return the folder asked for, or one under runs/ that the same call will name again."""
    from experiments.errors import WrongUsage
    from experiments.folders.store import folder_name

    if arguments.out is None and shard is not None:
        raise WrongUsage("sweep.no_out")
    out: Path | None = arguments.out
    return out or Path("runs") / folder_name(["sweep"], [job.plan.name], job.plan.identity)


@contextlib.contextmanager
def _crew(arguments: argparse.Namespace) -> Iterator[Crew]:
    from experiments.errors import WrongUsage
    from experiments.sweeps.crew import cluster_crew, local_crew

    if arguments.workers is not None and arguments.workers < 1:
        raise WrongUsage("run.workers", given=arguments.workers)
    if arguments.cluster:
        with cluster_crew(arguments.cluster) as crew:
            yield crew
    else:
        yield local_crew(arguments.workers)


def _agreed(job: Job, folder: Path, crew: Crew, shard: Shard | None, arguments: argparse.Namespace) -> bool:
    """Say what will be run and how long it will take; refuse what is too much; False for --dry-run."""
    from experiments.sweeps import estimate, screen
    from experiments.sweeps.plan import Shard

    estimate.refuse_wide(job.plan)
    if not arguments.yes:
        estimate.refuse_endless(job.plan)
    left = sum(len(job.plan.of_chunk(chunk)) for chunk in _left(job, folder, shard or Shard()))
    silent = (arguments.quiet or arguments.json) and not arguments.dry_run
    lines = screen.plan_lines(job.plan, job.sweep.axes, shard, arguments.language)
    if left and not (silent and arguments.yes):
        measured = estimate.measure(job.work, job.piece(0), left, crew.size)
        if not arguments.yes:
            estimate.refuse_long(measured, folder, crew.size)
        lines.append(screen.estimate_line(measured, crew.size, arguments.language))
    if arguments.dry_run:
        lines.append(_say(arguments, "sweep.dry", folder=str(folder)))
    if not silent:
        print("\n".join(lines), file=sys.stdout if arguments.dry_run else sys.stderr)
    return not arguments.dry_run


def _left(job: Job, folder: Path, shard: Shard) -> list[int]:
    """Return the chunks of this part that are not in the folder."""
    from experiments.sweeps import chunks

    absent = set(chunks.missing(folder, job.plan))
    return [chunk for chunk in shard.chunks(job.plan) if chunk in absent]


def _run(job: Job, folder: Path, crew: Crew, shard: Shard | None, arguments: argparse.Namespace) -> int:
    """Run; whatever stops it, say that what is done is kept."""
    from experiments.sweeps.api import carry_out
    from experiments.sweeps.desk import PLAN
    from experiments.telling.progress import bar

    def tell(key: str, **values: object) -> None:
        if not arguments.quiet or key in ALWAYS_SAID:
            print(_say(arguments, key, **values), file=sys.stderr)

    try:
        with bar(arguments.language, quiet=arguments.quiet) as progress:
            figures = not arguments.no_figures
            done = carry_out(job, folder, crew, shard=shard, figures=figures, progress=progress, tell=tell)
    except (Exception, KeyboardInterrupt) as error:
        if (folder / PLAN).is_file() and not _turned_away(error):
            print(f"\n{_say(arguments, 'sweep.kept', folder=str(folder))}", file=sys.stderr)
        if isinstance(error, KeyboardInterrupt):
            return INTERRUPTED
        raise
    return _tell(done, arguments)


def _turned_away(error: BaseException) -> bool:
    """See whether the folder was another's from the beginning, so that there is nothing of ours to go on with."""
    from experiments.errors import CannotWrite

    return isinstance(error, CannotWrite) and error.key in ("sweep.other", "write.in_use")


def _tell(done: Finished, arguments: argparse.Namespace) -> int:
    """Print the answer: one JSON object, or tables for people; 1 if some runs failed."""
    from experiments.sweeps import chunks, screen

    counts = {"failed": done.failed, "runs": done.plan.runs}
    if done.failed:
        print(_say(arguments, "sweep.failed", **counts), file=sys.stderr)
    if done.data is None:
        left = {"left": len(chunks.missing(done.folder, done.plan)), "chunks": done.plan.chunks}
        answer: dict[str, Any] = {"folder": str(done.folder), "complete": False, **left}
        text = _say(arguments, "sweep.part_done", **left)
    elif done.failed == done.plan.runs:
        answer, text = {"folder": str(done.folder), "counts": done.data["counts"]}, _say(arguments, "run.nothing")
    else:
        answer = screen.as_json(done.plan, done.data, done.summary, done.folder)
        text = "\n".join(screen.report(done.plan, done.data, done.summary, done.folder, arguments.language))
    if arguments.json:
        print(json.dumps(answer, ensure_ascii=False, allow_nan=False))
    elif not arguments.quiet:
        print(text)
    return 1 if done.failed else 0


def _say(arguments: argparse.Namespace, key: str, **values: object) -> str:
    from experiments.telling.messages import say

    return say(key, arguments.language, **values)
