"""Scenarios against the first of them: paired differences with intervals, every outcome and year.

Enters: two or more scenarios of one place. Leaves: an `Answer`. Replicate r of all of them shares its luck and its
parameters, so a difference is taken replicate by replicate; B - A is A - B with its sign turned, to the last digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from experiments.ensembles.ensemble import Ensemble, run_ensemble
from experiments.ensembles.summary import STATISTICS
from experiments.errors import WrongUsage
from experiments.questions.answers import Answer, Progress, Question
from experiments.questions.asked import Settings, known_outcomes, of_one_place

VERB = "compare"
SHOWN = (
    "tfp_growth", "digital_share", "enterprises_rung2", "enterprises_innovating_strict", "grdp_growth",
    "labour_productivity", "online_services_used", "commune_capacity",
)  # fmt: skip
"""What is shown of all that is compared, unless somebody asks for other outcomes."""


def ask(
    scenarios: Sequence[Any], settings: Settings | None = None, *, outcomes: Sequence[str] | None = None
) -> Question:
    """Ask how scenarios of one place differ from the first of them.

    outcomes: which are shown (all are in the tables). Raises WrongUsage if there are fewer than two, if they are of several
    places, or if there is no such outcome.
    """
    if len(scenarios) < 2:
        raise WrongUsage("compare.too_few", given=len(scenarios))
    of_one_place(scenarios)
    asked = {"outcomes": list(known_outcomes(outcomes, SHOWN))}
    filled = (settings or Settings()).filled(scenarios)

    def answer(progress: Progress | None = None) -> Answer:
        ensemble = run_ensemble(scenarios, **filled.of_run, progress=progress)
        return Answer(VERB, asked, ensemble, {"differences": difference_table(ensemble)})

    return Question(VERB, asked, scenarios, filled, answer)


def difference_table(ensemble: Ensemble) -> pa.Table:
    """Return the paired differences: scenario, against, outcome, unit, year, p05, p50, p95, mean, standard_error, replicates.

    Years in which an outcome is undefined are left out.
    """
    table = ensemble.differences
    table = table.filter(pc.is_valid(table["p50"]))
    units = pa.array([ensemble.units[name] for name in table["outcome"].to_pylist()], pa.string())
    columns = {"scenario": table["scenario"], "against": table["reference"], "outcome": table["outcome"], "unit": units}
    rest = ("year", *STATISTICS, "standard_error", "replicates")
    return pa.table({**columns, **{name: table[name] for name in rest}})
