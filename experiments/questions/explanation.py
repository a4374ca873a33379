"""Why one scenario differs from another: which money and which levers did it, by which mechanism, and who gains.

Enters: two scenarios of one place. Leaves: an `Answer` whose parts add up to the difference exactly. Every coalition of
players runs with the luck and the parameters of the same replicates, so each replicate is taken apart by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from experiments.ensembles.ensemble import Ensemble, gather
from experiments.questions import parts
from experiments.questions.answers import Answer, Progress, Question
from experiments.questions.asked import Filled, Settings, known_outcomes
from experiments.questions.coalitions import Design, Played, play
from experiments.questions.players import contrast
from experiments.questions.shapley import NOBODY

VERB = "explain"
EXPLAINED = (
    "tfp_growth", "grdp", "digital_share", "enterprises_rung2", "enterprises_innovating_strict", "online_services_used",
)  # fmt: skip
"""What is shown of all that is explained, unless somebody asks for other outcomes."""


def ask(
    first: Any,
    second: Any,
    settings: Settings | None = None,
    *,
    by: str = "pillar",
    outcomes: Sequence[str] | None = None,
) -> Question:
    """Ask why the second scenario differs from the first, in one year.

    by: pillar, line or lever, what is told apart; outcomes: which are shown (all are in the tables). Raises WrongUsage.
    """
    shown = known_outcomes(outcomes, EXPLAINED)
    given = settings or Settings()
    last = usual_last(first, second) if given.years_to is None else given.years_to
    given, pair = replace(given, years_to=last), [first, second]
    design = Design(contrast(first, second, by, last), given.filled(pair).seed)
    filled = given.filled(pair, design.usual_replicates())
    asked = {"by": by, "exact": design.exact, "outcomes": list(shown)}

    def answer(progress: Progress | None = None) -> Answer:
        played = play(design, filled, progress)
        return Answer(VERB, asked, two(played, filled), parts.tables(played))

    return Question(VERB, asked, pair, filled, answer)


def usual_last(first: Any, second: Any) -> int:
    """Return the year to explain when nobody says: the one that most of the place's targets speak of, or the end."""
    end: int = min(first.end, second.end)
    years = [target.year for target in first.place.targets if first.start < target.year <= end]
    return max(years, key=lambda year: (years.count(year), year), default=end)


def two(played: Played, settings: Filled) -> Ensemble:
    """Return the runs of the two scenarios themselves as an ensemble."""
    design = played.design
    ends = (NOBODY, design.everybody)
    results = [played.results[some, number] for some in ends for number in range(played.replicates)]
    placed = [replace(result, position=number // played.replicates) for number, result in enumerate(results)]
    return gather([design.contrast.first, design.contrast.second], [played.rows] * 2, placed, **settings.of_result)
