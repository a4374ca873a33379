"""Many runs of the model, and everything that is read from their tables.

For whoever works in Python: `run(paths or scenarios, ...)` returns an `Ensemble` of arrow tables; `write(...)` leaves the
folder that `pillars run` would; `read(folder)` gives the ensemble of such a folder back; `sweep(file, out)` runs a sweep.
`compare`, `targets` and `explain` ask what the commands of these names ask, and return an `Answer`: arrow tables by name, the
first of which a notebook shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.ensembles.ensemble import Ensemble
    from experiments.questions.answers import Answer
    from experiments.sweeps import Finished
    from model.scenario import Scenario

__all__ = ["compare", "explain", "load", "read", "run", "sweep", "targets", "write"]


def load(*paths: str | Path) -> list[Scenario]:
    """Load scenario files; Refused carries the problems of all of them."""
    from experiments.commands.run import load as load_all

    return load_all([str(path) for path in paths])


def run(*scenarios: str | Path | Scenario, workers: int | None = 1, **settings: Any) -> Ensemble:
    """Run scenarios, given as files or loaded, and return their tables.

    settings: replicates, seed, years_to, central, progress, as in `experiments.ensembles.ensemble.run_ensemble`. With more
    than one worker, call it under `if __name__ == "__main__":`, as every program that starts processes must.
    """
    from experiments.ensembles.ensemble import run_ensemble

    return run_ensemble(_loaded(scenarios), workers=workers, **settings)


def compare(*scenarios: str | Path | Scenario, outcomes: Sequence[str] | None = None, **settings: Any) -> Answer:
    """Compare scenarios of one place with the first of them; table `differences`.

    outcomes: which to show (all are in the table); settings: as of `experiments.questions.asked.Settings`. Raises WrongUsage.
    """
    from experiments.questions import comparison
    from experiments.questions.asked import Settings

    return comparison.ask(_loaded(scenarios), Settings(**settings), outcomes=outcomes).answer(None)


def targets(*scenarios: str | Path | Scenario, remedies: bool = True, **settings: Any) -> Answer:
    """Return which published targets scenarios hit; tables `targets`, `joint`, `pairs`, `readings`, `remedies`.

    remedies: whether to run what would bring missed targets within reach; settings: as of `experiments.questions.asked.Settings`,
    and enough, since as of `experiments.questions.attainment.ask`. Raises WrongUsage.
    """
    from experiments.questions import attainment
    from experiments.questions.asked import Settings

    asked = {name: settings.pop(name) for name in ("enough", "since") if name in settings}
    return attainment.ask(_loaded(scenarios), Settings(**settings), remedies=remedies, **asked).answer(None)


def explain(
    first: str | Path | Scenario,
    second: str | Path | Scenario,
    *,
    by: str = "pillar",
    outcomes: Sequence[str] | None = None,
    **settings: Any,
) -> Answer:
    """Explain why the second scenario differs from the first; tables `parts`, `totals`, `combinations`, `mechanisms`, `gains`.

    by: pillar, line or lever; outcomes: which to show (all are in the tables); settings: as of
    `experiments.questions.asked.Settings`, years_to being the year explained. Raises WrongUsage.
    """
    from experiments.questions import explanation
    from experiments.questions.asked import Settings

    pair = _loaded((first, second))
    return explanation.ask(pair[0], pair[1], Settings(**settings), by=by, outcomes=outcomes).answer(None)


def write(
    ensemble: Ensemble, scenarios: Sequence[str | Path | Scenario], folder: str | Path, *, figures: bool = True
) -> None:
    """Write an ensemble and the inputs of its scenarios as a run folder; CannotWrite if the folder is not free."""
    from experiments.commands.run import leave
    from experiments.folders.folder import new_folder

    with new_folder(Path(folder), lambda _: False) as partial:
        leave(ensemble, _loaded(scenarios), partial, {}, figures=figures)


def read(folder: str | Path) -> Ensemble:
    """Read a run folder back; DamagedRun if it is not one, or not as it was written."""
    from experiments.folders.store import read_run

    return read_run(Path(folder))


def sweep(file: str | Path, out: str | Path, **settings: Any) -> Finished:
    """Run a sweep file into a folder, or go on with it there, and return what is in it.

    settings: workers, cluster, shard, figures, progress, tell, as in `experiments.sweeps.run`; of workers the same holds
    as for `run`.
    """
    from experiments import sweeps

    return sweeps.run(file, out, **settings)


def _loaded(scenarios: Sequence[str | Path | Scenario]) -> list[Scenario]:
    """Load what is given as a path; leave what is a scenario already."""
    return [load(one)[0] if isinstance(one, str | Path) else one for one in scenarios]
