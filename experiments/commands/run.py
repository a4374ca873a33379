"""`pillars run`: run one or more scenarios and leave a run folder."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.cli import Parser
    from experiments.ensembles.ensemble import Ensemble


def add(parser: Parser) -> None:
    """Declare the arguments."""
    parser.option("scenarios", key="help.scenarios", nargs="+", metavar="SCENARIO")
    parser.option("--replicates", key="help.replicates", type=int, metavar="N")
    parser.option("--seed", key="help.seed", type=int, metavar="S")
    parser.option("--workers", key="help.workers", type=int, metavar="W")
    parser.option("--years", key="help.years", type=int, metavar="YYYY")
    parser.option("--central", key="help.central", action="store_true")
    parser.option("--out", key="help.out", type=Path, metavar="DIR")
    parser.option("--force", key="help.force", action="store_true")
    parser.option("--no-figures", key="help.no_figures", action="store_true")
    parser.option("--json", key="help.json", action="store_true")
    parser.option("--quiet", key="help.quiet", action="store_true")


def main(arguments: argparse.Namespace) -> int:
    """Run, write the folder, and print what was found; 1 if some runs failed."""
    from experiments.folders import manifest, store
    from experiments.folders.folder import new_folder

    began = time.monotonic()
    scenarios = load(arguments.scenarios)
    settings = _settings(arguments, scenarios)
    wanted = manifest.identity(_hashes(scenarios), {**settings, "years_to": arguments.years})
    target = arguments.out or Path("runs") / store.folder_name(*_names(scenarios), wanted)
    with new_folder(target, lambda folder: _may_replace(folder, wanted, force=arguments.force)) as folder:
        ensemble = _run(scenarios, settings, arguments)
        made = {"seconds": round(time.monotonic() - began, 1), "workers": arguments.workers}
        leave(ensemble, scenarios, folder, made, figures=not arguments.no_figures, workers=arguments.workers)
    _tell(ensemble, target, arguments)
    return 1 if ensemble.failures.num_rows else 0


def load(paths: Sequence[str]) -> list[Any]:
    """Load scenario files.

    Raises Refused with the problems of all of them.
    """
    from model.reading.problems import Problem, Refused
    from model.scenario import load_scenario

    scenarios, problems = [], list[Problem]()
    for path in paths:
        try:
            scenarios.append(load_scenario(path))
        except Refused as refused:
            problems.extend(refused.problems)
    if problems:
        raise Refused(problems)
    return scenarios


def _settings(arguments: argparse.Namespace, scenarios: Sequence[Any]) -> dict[str, Any]:
    """Return what the command line says, or else what the first scenario says."""
    block = scenarios[0].ensemble
    return {
        "replicates": block.replicates if arguments.replicates is None else arguments.replicates,
        "seed": block.seed if arguments.seed is None else arguments.seed,
        "central": arguments.central or block.parameters == "central",
    }


def _names(scenarios: Sequence[Any]) -> tuple[list[str], list[str]]:
    return [scenario.place.name for scenario in scenarios], [scenario.name for scenario in scenarios]


def _hashes(scenarios: Sequence[Any]) -> list[tuple[str, str]]:
    from experiments.ensembles.plan import labels

    places, names = _names(scenarios)
    return [(label, one.sha256) for label, one in zip(labels(names, places), scenarios, strict=True)]


def _may_replace(folder: Path, wanted: str, *, force: bool) -> bool:
    """See whether a folder holds the very same run, or a run of ours that the user wants replaced."""
    from experiments.folders import manifest

    return manifest.holds(folder, wanted) or (force and manifest.is_run(folder))


def _run(scenarios: Sequence[Any], settings: dict[str, Any], arguments: argparse.Namespace) -> Ensemble:
    from experiments.ensembles.ensemble import run_ensemble
    from experiments.telling.progress import bar

    with bar(arguments.language, quiet=arguments.quiet) as progress:
        return run_ensemble(
            scenarios, **settings, years_to=arguments.years, workers=arguments.workers, progress=progress
        )


def leave(
    ensemble: Ensemble,
    scenarios: Sequence[Any],
    folder: Path,
    made: Mapping[str, Any],
    *,
    figures: bool = True,
    workers: int | None = 1,
) -> None:
    """Fill an empty folder with a run: its tables, its figures and the report that shows both; made: as of `write_run`."""
    from experiments.folders.store import write_run
    from experiments.telling import report

    drawn: list[Path] = []

    def draw(ensemble: Ensemble, folder: Path) -> None:
        from experiments.figures import draw_all

        drawn.extend(draw_all(ensemble, folder, workers=workers))

    def tell(folder: Path) -> None:
        report.write(ensemble, folder, drawn)

    write_run(ensemble, scenarios, folder, made, draw if figures else None, extra=tell)


def _tell(ensemble: Ensemble, folder: Path, arguments: argparse.Namespace) -> None:
    """Print the answer: one JSON object, or tables for people."""
    from experiments.telling import screen

    if arguments.json:
        print(json.dumps(screen.as_json(ensemble, folder), ensure_ascii=False, allow_nan=False))
        return
    for line in screen.failure_lines(ensemble, arguments.language):
        print(line, file=sys.stderr)
    if not arguments.quiet:
        print("\n".join(screen.report(ensemble, folder, arguments.language)))
