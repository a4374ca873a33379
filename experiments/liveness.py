"""Every lever moves something: change one at a time, and name the outcome that it moves most.

Enters: a scenario (a place's programme) and `liveness.yaml`, one change for every lever. Leaves: a table of lever, place, the
outcome moved most relative to its level, and by how much. `python -m experiments.liveness SCENARIO...` prints it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from experiments.ensembles.plan import Array
from experiments.ensembles.pool import Tick, limit_threads, unheard
from experiments.telling.progress import bar
from model.books.measures import outcomes
from model.places.facts import Draw
from model.reading.own_files import read_own
from model.results import RunResult, run_replicate
from model.scenario import Scenario, load_scenario
from model.vocabulary import LINES

FROM = 2026
"""Year in which every change is made."""

ROUNDING = 1e-9
"""The largest change, in an outcome's unit, that is the rounding of sums and moves nothing."""

PARTS = (
    "tfp_from_", "melitz_", "budget_", "executed_share", "tfp_growth_alpha", "tfp_growth_capital", "tfp_share_alpha",
    "tfp_share_capital",
)  # fmt: skip
"""Parts of a split, the ledger, and the bands of growth accounting: they count only where nothing else moves."""

AI_INSTITUTE = {"minimum_scale": "1 bn VND", "sectors": ["industry", "ict", "services"]}
"""The institute that a raised line of that name pays for, where the programme has none."""


@dataclass(frozen=True)
class Moved:
    """What a lever moved most: the widest change in any year, in the outcome's unit, and how many outcomes moved at all."""

    lever: str
    place: str
    outcome: str
    unit: str
    change: float
    moved: int


@cache
def plan() -> dict[str, Any]:
    """Return the changes, as written in `liveness.yaml`."""
    content: dict[str, Any] = read_own(files("experiments").joinpath("liveness.yaml"))
    return content


def changes(scenario: Scenario) -> dict[str, Mapping[str, object]]:
    """Return one change for every lever and every budget line, as `Scenario.with_levers` takes it.

    A choice that the scenario has made already is left out.
    """
    points = float(str(plan()["line_points"]).removesuffix("%")) / 100.0
    levers = {name: change for name, change in plan()["levers"].items() if not already(scenario, change)}
    return {**levers, **{f"budget.lines.{line}": raised_line(scenario, line, points) for line in LINES}}


def already(scenario: Scenario, change: Mapping[str, object]) -> bool:
    """Say whether a change leaves every lever as the scenario has it."""
    changed = scenario.with_levers(change)
    return all(changed.levers(year) == scenario.levers(year) for year in range(scenario.start, scenario.end + 1))


def raised_line(scenario: Scenario, line: str, points: float) -> dict[str, object]:
    """Give one line new money from 2026, `points` of what all lines had (0..1); the other lines keep theirs."""
    levers = scenario.levers(FROM)
    money = dict(levers.lines) | {line: levers.lines[line] + points}
    percent = {name: round(100.0 * share / (1.0 + points), 6) for name, share in money.items() if share > 0}
    percent[line] += 100.0 - sum(percent.values())
    change: dict[str, object] = {
        "budget.lines": {FROM: {name: f"{share:.6f} %" for name, share in percent.items()}},
        "budget.pillars_share": {FROM: f"{100.0 * levers.pillars_share * (1.0 + points):.9f} %"},
    }
    if line == "ai_institute" and levers.ai_institute is None:
        change["delivery.ai_institute"] = {FROM: AI_INSTITUTE}
    return change


def moved_most(lever: str, before: RunResult, after: RunResult) -> Moved:
    """Return the outcome that differs most between two runs, relative to its level.

    `PARTS`, which may be as good as nought or move by definition, count only where nothing else moves.
    """
    widest = {name: widest_gap(before.outcomes[name], after.outcomes[name]) for name in outcomes()}
    differs = [name for name, gap in widest.items() if abs(gap) > ROUNDING]
    results = [name for name in differs if not name.startswith(PARTS)] or differs
    if not results:
        return Moved(lever, before.place, "", "", 0.0, 0)

    def relative(name: str) -> float:
        return abs(widest[name]) / max(float(np.nanmax(np.abs(before.outcomes[name]))), 1e-12)

    most = max(results, key=relative)
    return Moved(lever, before.place, most, outcomes()[most].unit, widest[most], len(differs))


def widest_gap(before: Array, after: Array) -> float:
    """Return the widest change in any year in which both are known, with its sign; 0 if there is no such year."""
    gap = (after - before)[~np.isnan(after - before)]
    return float(gap[np.argmax(np.abs(gap))]) if len(gap) else 0.0


def _one(task: tuple[Scenario, Draw | None, int]) -> RunResult:
    limit_threads()
    scenario, draw, years_to = task
    return run_replicate(scenario, 0, draw, years_to=years_to)


def table(scenario: Scenario, years_to: int | None = None, workers: int = 1, tick: Tick = unheard) -> list[Moved]:
    """Try every lever on a programme at central parameters; return what each moved most."""
    return moves(scenario, changes(scenario), years_to, workers, tick=tick)


def moves(
    scenario: Scenario,
    todo: Mapping[str, Mapping[str, object]],
    years_to: int | None = None,
    workers: int = 1,
    draw: Draw | None = None,
    tick: Tick = unheard,
) -> list[Moved]:
    """Run a scenario once as it is and once for every change; return what each moved most.

    draw: what is believed in all these runs, by default the central values; tick: told of every run that is done.
    """
    last = years_to or int(plan()["years"])
    variants = [scenario, *(scenario.with_levers(change) for change in todo.values())]
    tasks = [(variant, draw, last) for variant in variants]
    results = []
    with ExitStack() as stack:
        each = map if workers == 1 else stack.enter_context(ProcessPoolExecutor(workers)).map
        for result in each(_one, tasks):
            results.append(result)
            tick(1)
    return [moved_most(lever, results[0], result) for lever, result in zip(todo, results[1:], strict=True)]


def rendered(rows: Iterable[Moved]) -> str:
    """Return the table as text, one line a lever and place."""
    form = "{:44} {:12} {:34} {:>+12.4g} {:26} {:>4}"
    head = "{:44} {:12} {:34} {:>12} {:26} {:>4}".format("lever", "place", "moves most", "by", "unit", "all")
    return "\n".join(
        [head, *(form.format(r.lever, r.place, r.outcome or "NOTHING", r.change, r.unit, r.moved) for r in rows)]
    )


def main() -> int:
    """Print the table for the scenarios named; 1 if a lever moves nothing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenarios", nargs="+", type=Path)
    parser.add_argument("--years", type=int)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    scenarios = [load_scenario(path) for path in arguments.scenarios]
    with bar("en", quiet=False) as begun:
        tick = begun(sum(1 + len(changes(scenario)) for scenario in scenarios))
        rows = [row for scenario in scenarios for row in table(scenario, arguments.years, arguments.workers, tick)]
    print(rendered(rows))
    return int(any(row.moved == 0 for row in rows))


if __name__ == "__main__":
    raise SystemExit(main())
