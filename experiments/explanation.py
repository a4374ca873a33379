"""Why one scenario differs from another: which money and which levers did it, by which mechanism, and who gains.

Enters: two scenarios of one place. Leaves: an `Answer` whose parts add up to the difference exactly. Every coalition of
players runs with the luck and the parameters of the same replicates, so each replicate is taken apart by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from experiments import parts
from experiments.answers import Answer
from experiments.asked import Settings, known_outcomes
from experiments.coalitions import Design, Played, play
from experiments.ensemble import Ensemble, check, gather
from experiments.players import contrast
from experiments.shapley import NOBODY

EXPLAINED = (
    "tfp_growth", "grdp", "digital_share", "enterprises_rung2", "enterprises_innovating_strict", "online_services_used",
)  # fmt: skip
"""What is shown of all that is explained, unless somebody asks for other outcomes."""


def explain(
    first: Any, second: Any, settings: Settings | None = None, *, by: str = "pillar", outcomes: Sequence[str] | None = None
) -> Answer:
    """Explain why the second scenario differs from the first, in one year.

    by: pillar, line or lever, what is told apart; outcomes: which are shown (all are in the tables). Raises WrongUsage.
    """
    asked = settings or Settings()
    shown = known_outcomes(outcomes, EXPLAINED)
    last = usual_last(first, second) if asked.years_to is None else asked.years_to
    design = Design(contrast(first, second, by, last), asked.seed_of([first, second]))
    replicates, central = asked.replicates_or(design.usual_replicates()), asked.central_of([first, second])
    check([first, second], replicates, design.seed, asked.workers, last)
    played = play(design, replicates, central=central, settings=asked)
    question = {"by": by, "exact": design.exact, "outcomes": list(shown)}
    return Answer("explain", question, two(played, central=central), parts.tables(played))


def usual_last(first: Any, second: Any) -> int:
    """Return the year to explain when nobody says: the one that most of the place's targets speak of, or the end."""
    end: int = min(first.end, second.end)
    years = [target.year for target in first.place.targets if first.start < target.year <= end]
    return max(years, key=lambda year: (years.count(year), year), default=end)


def two(played: Played, *, central: bool) -> Ensemble:
    """Return the runs of the two scenarios themselves as an ensemble."""
    design = played.design
    everybody = (NOBODY, design.everybody)
    results = [played.results[some, number] for some in everybody for number in range(played.replicates)]
    return gather(
        [design.contrast.first, design.contrast.second], [played.rows] * 2, results,
        replicates=played.replicates, seed=design.seed, central=central, years_to=design.contrast.last,
    )  # fmt: skip
