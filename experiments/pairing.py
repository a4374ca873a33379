"""What shared luck is worth: `python -m experiments.pairing A.yaml B.yaml`.

Enters: two scenarios of one place. Leaves: for each outcome, how far the difference B - A spreads when replicate r of both
shares its luck and its parameters, how far when B has a seed of its own, and how many runs of each kind would tell the mean
difference to a tenth.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from experiments.ensembles.ensemble import Ensemble, run_ensemble
from experiments.ensembles.summary import cube
from experiments.folders.workbook import label
from experiments.questions.answers import table
from experiments.questions.asked import Settings, known_outcomes, of_one_place
from experiments.questions.comparison import SHOWN
from experiments.telling.grid import Grid
from experiments.telling.messages import say
from experiments.telling.numbers import MISSING, decimals_for, format_number

TENTH = 0.1
"""The standard error, as a share of the mean difference, that counts as knowing it."""


@dataclass(frozen=True)
class Pairing:
    """Hold one outcome's difference in replicates: with shared luck, and with a seed of its own."""

    outcome: str
    paired: np.ndarray
    apart: np.ndarray

    @property
    def row(self) -> dict[str, Any]:
        """Return mean difference, both variances, their ratio, and the runs of each kind that tell the mean to a tenth."""
        mean = float(self.paired.mean())
        spread = {"paired": float(self.paired.var(ddof=1)), "apart": float(self.apart.var(ddof=1))}
        runs = {f"runs_{name}": variance / (TENTH * mean) ** 2 if mean else None for name, variance in spread.items()}
        ratio = spread["apart"] / spread["paired"] if spread["paired"] else None
        return {"outcome": self.outcome, "mean": mean, **spread, "ratio": ratio, **runs}


def pairing(first: Any, second: Any, settings: Settings, outcomes: Sequence[str] | None = None) -> pa.Table:
    """Measure in the last year run; columns: outcome, mean, paired, apart (variances), ratio, runs_paired, runs_apart."""
    of_one_place([first, second])
    filled = settings.filled([first, second])
    together = run_ensemble([first, second], **filled.of_run)
    alone = run_ensemble([second], **replace(filled, seed=filled.seed + 1).of_run)
    ends = [_last(together, label) for label in together.labels] + [_last(alone, alone.labels[0])]
    names = [name for name in known_outcomes(outcomes, SHOWN) if name in together.units]
    return table([Pairing(name, ends[1][name] - ends[0][name], ends[2][name] - ends[0][name]).row for name in names])


def _last(ensemble: Ensemble, scenario: str) -> dict[str, np.ndarray]:
    block = cube(ensemble.outcomes, scenario)
    return {name: block.values[:, -1, place] for place, name in enumerate(block.outcomes)}


def lines(found: pa.Table, language: str) -> list[str]:
    """Write the table for people."""
    from experiments.ensembles.adapters import outcomes

    columns = ("mean", "paired", "apart", "ratio", "runs_paired", "runs_apart")
    grid = Grid([say("pairing.head", language), *(say(f"pairing.{name}", language) for name in columns)])
    for row in found.to_pylist():
        cells = [_cell(row[name], language, whole=name not in ("mean", "paired", "apart")) for name in columns]
        grid.add([label(outcomes(), row["outcome"], language), *cells])
    return [*grid.lines(), say("pairing.note", language)]


def _cell(value: float | None, language: str, *, whole: bool) -> str:
    if value is None:
        return MISSING
    return format_number(value, language, 0 if whole else decimals_for([value], 2))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure two scenario files and print the table."""
    from experiments.commands.run import load

    parser = argparse.ArgumentParser(prog="python -m experiments.pairing", description=__doc__)
    parser.add_argument("first", metavar="A")
    parser.add_argument("second", metavar="B")
    parser.add_argument("--replicates", type=int, metavar="N")
    parser.add_argument("--years", type=int, metavar="YYYY", default=None)
    parser.add_argument("--workers", type=int, metavar="W")
    parser.add_argument("--lang", choices=("en", "vi"), default="en")
    given = parser.parse_args(arguments)
    first, second = load([given.first, given.second])
    settings = Settings(replicates=given.replicates, years_to=given.years, workers=given.workers)
    print("\n".join(lines(pairing(first, second, settings), given.lang)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
