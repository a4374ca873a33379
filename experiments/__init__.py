"""Many runs of the model, and everything that is read from their tables.

For whoever works in Python: `run(paths or scenarios, ...)` returns an `Ensemble` of arrow tables; `write(...)` leaves the
folder that `pillars run` would; `read(folder)` gives the ensemble of such a folder back.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.ensemble import Ensemble
    from model.scenario import Scenario

__all__ = ["load", "read", "run", "write"]


def load(*paths: str | Path) -> list[Scenario]:
    """Load scenario files; Refused carries the problems of all of them."""
    from experiments.commands.run import load as load_all

    return load_all([str(path) for path in paths])


def run(*scenarios: str | Path | Scenario, workers: int | None = 1, **settings: Any) -> Ensemble:
    """Run scenarios, given as files or loaded, and return their tables.

    settings: replicates, seed, years_to, central, progress, as in `experiments.ensemble.run_ensemble`. With more than one
    worker, call it under `if __name__ == "__main__":`, as every program that starts processes must.
    """
    from experiments.ensemble import run_ensemble

    return run_ensemble(_loaded(scenarios), workers=workers, **settings)


def write(
    ensemble: Ensemble, scenarios: Sequence[str | Path | Scenario], folder: str | Path, *, figures: bool = True
) -> None:
    """Write an ensemble and the inputs of its scenarios as a run folder; CannotWrite if the folder is not free."""
    from experiments.folder import new_folder
    from experiments.store import write_run

    with new_folder(Path(folder), lambda _: False) as partial:
        write_run(ensemble, _loaded(scenarios), partial, {}, _draw if figures else None)


def read(folder: str | Path) -> Ensemble:
    """Read a run folder back; DamagedRun if it is not one, or not as it was written."""
    from experiments.store import read_run

    return read_run(Path(folder))


def _draw(ensemble: Ensemble, folder: Path) -> None:
    from experiments.figures import draw_all

    draw_all(ensemble, folder)


def _loaded(scenarios: Sequence[str | Path | Scenario]) -> list[Scenario]:
    """Load what is given as a path; leave what is a scenario already."""
    return [load(one)[0] if isinstance(one, str | Path) else one for one in scenarios]
