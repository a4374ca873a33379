"""How much the machinery of sweeps costs beside the model: `python -m experiments.bench`.

Enters: how many runs. Leaves: a few lines: time a run beyond the model, memory as runs grow, time to look at finished chunks,
to put results together, and to lay out a plan of a million runs. The model is replaced by a stand-in that takes no time.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from experiments import stand_in
from experiments.ensembles.pool import Tick
from experiments.sweeps import chunks, results
from experiments.sweeps.axes import Spanned
from experiments.sweeps.crew import local_crew
from experiments.sweeps.plan import Shard, plan_of
from experiments.sweeps.reading import Sweep, load_sweep
from experiments.sweeps.running import Job, compute, job_of

FILE = "sweeps/small.yaml"
LAST = 2035
SHARDS = 64
OUTCOMES = 10
"""As many outcomes as a sweep file usually names."""


def sized(scenarios: Path, points: int, replicates: int, outcomes: int | None = OUTCOMES) -> Sweep:
    """Return a sweep of that size: one lever over any value, as many points as asked for."""
    sweep = load_sweep(scenarios / FILE)
    axis = Spanned("budget.pillars_share", 2026, Decimal(1), Decimal(4), "%")
    size = {"design": "latin_hypercube", "points": points, "replicates": replicates, "years": LAST}
    from model.places.targets import known_outcomes

    names = list(known_outcomes())[:outcomes]
    form = sweep.form.model_copy(update={**size, "outcomes": names})
    return Sweep(sweep.path, form, (axis,), sweep.scenarios)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds that a piece of work takes, and what it returns."""
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def bare(job: Job) -> float:
    """Return the seconds that the stand-in itself takes for all runs."""
    scenario = job.sweep.scenarios[0]
    draw = scenario.central()
    began = time.perf_counter()
    for number in range(job.plan.runs):
        run = job.plan.run(number)
        job.runner(scenario, run.replicate, draw, seed=job.plan.seed, years_to=job.plan.years_to)
    return time.perf_counter() - began


def memory() -> float:
    """Return the megabytes of memory that this process holds now; nan where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return float("nan")
    return pages * 4096 / 1e6


def overhead(scenarios: Path, runs: int, replicates: int, workers: int) -> list[str]:
    """Measure the time a run beyond the model, the memory on the way, a second look at the chunks, and the merging."""
    job = job_of(sized(scenarios, runs // replicates, replicates), runner=stand_in.run_replicate)
    seen: list[tuple[int, float]] = []

    def progress(_runs: int) -> Tick:
        done = 0

        def tick(more: int) -> None:
            nonlocal done
            done += more
            seen.append((done, memory()))

        return tick

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "sweep"
        model = bare(job)
        took, _ = timed(lambda: compute(job, place, local_crew(workers), progress=progress))
        look, found = timed(lambda: chunks.look(place, job.plan, range(job.plan.chunks)))
        merging, _ = timed(lambda: results.merge(place, job.plan, {}))
    first = next(held for done, held in seen if done >= runs // 10)
    beyond = 1000 * (took - model / workers) / runs
    head = f"{runs} runs, {replicates} a point, {workers} workers"
    return [
        f"{head}: {beyond:.2f} ms a run beyond the model",
        f"  memory: {first:.0f} MB after {runs // 10} runs, {seen[-1][1]:.0f} MB after {runs}, {memory():.0f} MB when merged",
        f"  {len(found.whole)} chunks looked at in {look:.2f} s; results put together in {merging:.2f} s",
    ]


def plan_of_a_million(scenarios: Path) -> str:
    """Measure the layout of a plan of a million runs, and see that shards part it without gap or overlap."""
    before = memory()
    took, plan = timed(lambda: plan_of(sized(scenarios, 50_000, 20)))
    parts, shared = timed(lambda: [list(Shard(number, SHARDS).chunks(plan)) for number in range(1, SHARDS + 1)])
    whole = sorted(chunk for part in shared for chunk in part) == list(range(plan.chunks))
    size = f"{plan.runs} runs in {plan.chunks} chunks laid out in {took + parts:.2f} s, {memory() - before:.0f} MB"
    return f"{size}; {SHARDS} shards make the whole: {'yes' if whole else 'NO'}"


def main(arguments: list[str] | None = None) -> int:
    """Print the measurements."""
    parser = argparse.ArgumentParser(prog="python -m experiments.bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000, help="runs to measure with (default: 10000)")
    parser.add_argument("--scenarios", type=Path, default=Path("scenarios"), help="the scenario folder")
    given = parser.parse_args(arguments)
    for replicates, workers in ((20, 1), (20, 2), (1, 1)):
        print("\n".join(overhead(given.scenarios, given.runs, replicates, workers)), flush=True)
    print(plan_of_a_million(given.scenarios))
    return 0


if __name__ == "__main__":
    sys.exit(main())
