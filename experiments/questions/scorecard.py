"""One scenario against the published targets of its place: each, all together, in pairs, and read otherwise.

Enters: an ensemble. Leaves: rows: one for every registered target, modelled or not; the joint probability; the pairs; the
other readings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from experiments.ensembles.ensemble import Ensemble
from experiments.ensembles.summary import cube, statistics
from experiments.questions.chances import Chance, Flags, chance, correlation, joint, relation
from experiments.questions.goals import Array, Target, attained, is_met, margin
from experiments.questions.readings import PUBLISHED, Reading, readings
from experiments.telling.messages import LANGUAGES

Row = dict[str, Any]

RUN, DECIDED, BEYOND, NOT_MODELLED = "run", "decided", "beyond", "not_modelled"
"""Where a target's figure comes from: the runs, the scenario's own lever; or why it has none."""
FIGURES = ("probability", "standard_error", "margin", "p05", "p50", "p95")


@dataclass(frozen=True, eq=False)
class Scorecard:
    """Hold what one scenario attains of the targets that can be held against its run."""

    ensemble: Ensemble
    scenario: str

    @property
    def targets(self) -> tuple[Target, ...]:
        """Return every registered target of the scenario's place."""
        return self.ensemble.places[self.ensemble.card(self.scenario).place].targets

    @property
    def last_year(self) -> int:
        """Return the last year that was run."""
        return int(self.ensemble.outcomes["year"].to_numpy().max())

    @cached_property
    def attained(self) -> Mapping[str, Array]:
        """Return what is attained, by target, over the replicates in which all of it is defined."""
        found = {target["id"]: attained(self.ensemble, self.scenario, target) for target in self.targets}
        known = {name: values for name, values in found.items() if values.size and not np.isnan(values).all()}
        whole = ~np.isnan(np.stack(list(known.values()))).any(axis=0) if known else np.empty(0, dtype=bool)
        return {name: values[whole] for name, values in known.items()}

    @property
    def held(self) -> list[Target]:
        """Return the targets that the run can be held against."""
        return [target for target in self.targets if target["id"] in self.attained]

    def met(self, target: Target) -> Flags:
        """See which replicates meet a target."""
        return is_met(target, self.attained[target["id"]])

    def chance(self, target: Target) -> Chance:
        """Return the probability of a target; of a decision it has no error."""
        found = chance(self.met(target))
        return Chance(found.probability, 0.0) if target.get("lever") else found

    def margins(self, target: Target) -> Array:
        """Return by how much each replicate meets or misses a target."""
        return margin(target, self.attained[target["id"]])

    def joint(self) -> Chance:
        """Return the probability of all targets together."""
        return joint([self.met(target) for target in self.held])


def target_rows(card: Scorecard) -> list[Row]:
    """Return one row for every registered target: how likely, by how much, or why nothing can be said."""
    return [{"scenario": card.scenario, **_words(target), **_figures(card, target)} for target in card.targets]


def _words(target: Target) -> Row:
    names = {f"name_{language}": target["name"].get(language, "") for language in LANGUAGES}
    kept = ("outcome", "bound", "low", "high", "unit", "first_year", "year")
    return {"target": target["id"], **names, **{name: target[name] for name in kept}}


def _figures(card: Scorecard, target: Target) -> Row:
    """Return what a run says of a target; without a figure, why not."""
    decided = bool(target.get("lever"))
    modelled = decided or target["outcome"] is not None
    why = target["not_modelled"] or {}
    reasons = {f"reason_{language}": why.get(language) for language in LANGUAGES}
    if target["id"] not in card.attained:
        status = BEYOND if modelled else NOT_MODELLED
        return {"modelled": modelled, "status": status, **dict.fromkeys(FIGURES), "replicates": 0, **reasons}
    values, found = card.attained[target["id"]], card.chance(target)
    quantiles = {name: float(number[0]) for name, number in statistics(values[:, None]).items() if name != "mean"}
    own = {"probability": found.probability, "standard_error": found.standard_error}
    near = {"margin": float(margin(target, np.array([quantiles["p50"]]))[0]), **quantiles, "replicates": values.size}
    return {"modelled": modelled, "status": DECIDED if decided else RUN, **own, **near, **reasons}


def joint_row(card: Scorecard) -> Row:
    """Return the probability that every target the run can be held against is met in the same replicate."""
    found = card.joint()
    smallest = min((card.chance(target).probability for target in card.held), default=None)
    counts = {"targets": len(card.held), "registered": len(card.targets)}
    chances = {"probability": found.probability, "standard_error": found.standard_error, "smallest": smallest}
    return {"scenario": card.scenario, **counts, **chances}


def pair_rows(card: Scorecard) -> list[Row]:
    """Return for every pair of targets how likely both are, and whether what is good for one is good for the other."""
    held = card.held
    return [_pair(card, first, second) for place, first in enumerate(held) for second in held[place + 1 :]]


def _pair(card: Scorecard, first: Target, second: Target) -> Row:
    met, correlated = (card.met(first), card.met(second)), correlation(card.margins(first), card.margins(second))
    both = chance(met[0] & met[1])
    found = {"both": both.probability, "standard_error": both.standard_error, "correlation": correlated}
    names = {"scenario": card.scenario, "target": first["id"], "other": second["id"]}
    return {**names, **found, "relation": relation(*met, correlated)}


def reading_rows(card: Scorecard) -> list[Row]:
    """Return what each target may also mean, after the register's own reading, with probability and margin."""
    block = cube(card.ensemble.outcomes, card.scenario)
    rows = []
    for target in card.held:
        found = [] if target.get("lever") else readings(target, card.targets, block)
        rows += [_reading(card, target, reading) for reading in found if len(found) > 1]
    return rows


def _reading(card: Scorecard, target: Target, reading: Reading) -> Row:
    values = reading.values[~np.isnan(reading.values)]
    median = float(np.median(values)) if values.size else np.nan
    found = chance(is_met(reading.bounds, values))
    names = {"scenario": card.scenario, "target": target["id"], "reading": reading.name, "outcome": reading.outcome}
    figures = {"probability": found.probability, "standard_error": found.standard_error, "p50": median}
    near = {"margin": float(margin(reading.bounds, np.array([median]))[0]), "by_register": reading.name == PUBLISHED}
    return {**names, "unit": reading.unit, "low": reading.low, "high": reading.high, **figures, **near}
