"""Which published targets scenarios hit: each, all together, by other definitions, and what would have to change.

Enters: scenarios, of any places. Leaves: an `Answer`: one row for every registered target, modelled or not, and behind it
the joint probability, the pairs, the other readings and the remedies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from experiments.ensembles.ensemble import run_ensemble
from experiments.errors import WrongUsage
from experiments.questions.answers import Answer, Progress, Question, table
from experiments.questions.asked import Filled, Settings
from experiments.questions.chances import chance
from experiments.questions.goals import Array, Target, attained, is_met
from experiments.questions.remedies import MORE_YEARS, REMEDIES, SINCE, YEARS, variants
from experiments.questions.scorecard import Row, Scorecard, joint_row, pair_rows, reading_rows, target_rows

VERB = "targets"
ENOUGH = 0.8
"""Probability from which a target counts as reached, unless somebody says otherwise."""
NOTHING = "nothing"
"""The verdict where no remedy is enough."""


def ask(
    scenarios: Sequence[Any],
    settings: Settings | None = None,
    *,
    enough: float = ENOUGH,
    since: int = SINCE,
    remedies: bool = True,
) -> Question:
    """Ask which targets each scenario hits, how surely, and what holds the others back.

    enough: the probability that counts as reached; since: the year from which a remedy lifts its limit; remedies: whether
    to run them. Raises WrongUsage.
    """
    if not 0.0 < enough <= 1.0:
        raise WrongUsage("targets.enough", given=enough)
    given = settings or Settings()
    if remedies and given.years_to is None:
        given = replace(given, years_to=MORE_YEARS)
    asked, filled = {"enough": enough, "since": since, "remedies": remedies}, given.filled(scenarios)

    def answer(progress: Progress | None = None) -> Answer:
        ensemble = run_ensemble(scenarios, **filled.of_run, progress=progress)
        named = zip(ensemble.labels, scenarios, strict=True)
        cards = [(Scorecard(ensemble, label), one) for label, one in named if label in ensemble.finished]
        tables = {
            "targets": table([row for card, _ in cards for row in target_rows(card)]),
            "joint": table([joint_row(card) for card, _ in cards]),
            "pairs": table([row for card, _ in cards for row in pair_rows(card)]),
            "readings": table([row for card, _ in cards for row in reading_rows(card)]),
        }
        if remedies:
            helped = [row for card, one in cards for row in _remedied(card, one, filled, enough, since, progress)]
            tables["remedies"] = table(helped)
        return Answer(VERB, asked, ensemble, tables)

    return Question(VERB, asked, scenarios, filled, answer)


def missed(card: Scorecard, enough: float, since: int) -> list[Target]:
    """Return the targets that are not likely enough and that something may still help: results, not decisions, to come."""
    results = [target for target in card.held if not target.get("lever") and target["year"] >= since]
    return [target for target in results if card.chance(target).probability < enough]


def _remedied(
    card: Scorecard, scenario: Any, settings: Filled, enough: float, since: int, progress: Progress | None
) -> list[Row]:
    """Run the scenario without its limits, one at a time, and see which brings each missed target within reach."""
    short = missed(card, enough, max(since, scenario.start + 1))
    if not short:
        return []
    last = max(target["year"] for target in short)
    lifted = variants(scenario, last, since)
    ensemble = run_ensemble(list(lifted.values()), **{**settings.of_run, "years_to": last}, progress=progress)
    by_remedy = {name: Scorecard(ensemble, one.name) for name, one in lifted.items() if one.name in ensemble.finished}
    return [row for target in short for row in remedy_rows(target, card, by_remedy, enough)]


def remedy_rows(target: Target, card: Scorecard, by_remedy: Mapping[str, Scorecard], enough: float) -> list[Row]:
    """Return what each remedy makes of a target that is missed, and which is the first that brings it within reach."""
    able = {name: one for name, one in by_remedy.items() if target["id"] in one.attained}
    found = {name: (one.attained[target["id"]], target["year"]) for name, one in able.items()}
    found[YEARS] = later(target, card, enough)
    chances = {remedy: chance(is_met(target, values)) for remedy, (values, _) in found.items()}
    verdict = next((one for one in REMEDIES if one in found and chances[one].probability >= enough), NOTHING)
    head = {"scenario": card.scenario, "target": target["id"], "as_it_is": card.chance(target).probability}
    return [
        {
            **head,
            "remedy": remedy,
            "probability": chances[remedy].probability,
            "standard_error": chances[remedy].standard_error,
            "p50": float(np.median(values)),
            "year": year,
            "verdict": verdict,
        }
        for remedy, (values, year) in found.items()
    ]


def later(target: Target, card: Scorecard, enough: float) -> tuple[Array, int]:
    """Return what is attained in the first year in which the bound is likely enough to be kept, else in the run's last."""
    values, year = card.attained[target["id"]], target["year"]
    while is_met(target, values).mean() < enough and year < card.last_year:
        year += 1
        moved = {**target, "first_year": target["first_year"] + year - target["year"], "year": year}
        values = attained(card.ensemble, card.scenario, moved)
    return values, year
