"""Which published targets a scenario hits: each, all together, by other definitions, and what would have to change.

Enters: scenarios. Leaves: an `Answer`: one row for every registered target of each scenario's place, modelled or not, and
behind it the joint probability, the pairs, the other readings and the remedies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from experiments.answers import Answer
from experiments.asked import Settings
from experiments.chances import Chance, chance, correlation, joint, relation
from experiments.ensemble import Ensemble, run_ensemble
from experiments.errors import WrongUsage
from experiments.goals import Array, Target, attained, is_met, margin
from experiments.parts import table
from experiments.readings import PUBLISHED, reading_row, readings
from experiments.remedies import REMEDIES, SINCE, YEARS, variants
from experiments.summary import cube, statistics

ENOUGH = 0.8
"""Probability from which a target counts as reached, unless somebody says otherwise."""
MORE_YEARS = 2045
"""The year to which "more years" looks: that of Resolution 57's long-term goals."""
NOTHING = "nothing"
"""The verdict where no remedy is enough."""


@dataclass(frozen=True)
class Sheet:
    """Hold what one scenario attains of the targets that can be held against its run."""

    ensemble: Ensemble
    scenario: str

    @property
    def targets(self) -> tuple[Target, ...]:
        """Return every registered target of the scenario's place."""
        return self.ensemble.places[self.ensemble.card(self.scenario).place].targets

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

    def met(self, target: Target) -> Any:
        """See which replicates meet a target."""
        return is_met(target, self.attained[target["id"]])

    def chance(self, target: Target) -> Chance:
        """Return the probability of a target."""
        return chance(self.met(target))

    def joint(self) -> Chance:
        """Return the probability of all targets together."""
        return joint(np.stack([self.met(target) for target in self.held]) if self.held else np.empty((0, 0), dtype=bool))


def targets(
    scenarios: Sequence[Any], settings: Settings | None = None, *, enough: float = ENOUGH, since: int = SINCE, remedies: bool = True
) -> Answer:
    """Return which targets each scenario hits, how surely, and what holds the others back.

    enough: the probability that counts as reached; since: the year from which a remedy lifts its limit; remedies: whether
    to run them. Raises WrongUsage.
    """
    if not 0.0 < enough <= 1.0:
        raise WrongUsage("targets.enough", given=enough)
    asked = settings or Settings()
    if remedies and asked.years_to is None:
        asked = replace(asked, years_to=MORE_YEARS)
    ensemble = run_ensemble(scenarios, **asked.of_run(scenarios))
    sheets = [Sheet(ensemble, label) for label in ensemble.labels if label in ensemble.finished]
    found = {sheet.scenario: _remedies(sheet, one, asked, enough, since) if remedies else [] for sheet, one in _pairs(sheets, scenarios)}
    tables = {
        "targets": table([row for sheet in sheets for row in target_rows(sheet)]),
        "joint": table([joint_row(sheet) for sheet in sheets]),
        "pairs": table([row for sheet in sheets for row in pair_rows(sheet)]),
        "readings": table([row for sheet in sheets for row in reading_rows(sheet)]),
        "remedies": table([row for rows in found.values() for row in rows]),
    }
    return Answer("targets", {"enough": enough, "since": since, "remedies": remedies}, ensemble, tables)


def _pairs(sheets: Sequence[Sheet], scenarios: Sequence[Any]) -> list[tuple[Sheet, Any]]:
    by_label = dict(zip(sheets[0].ensemble.labels, scenarios, strict=True)) if sheets else {}
    return [(sheet, by_label[sheet.scenario]) for sheet in sheets]


def target_rows(sheet: Sheet) -> list[dict[str, Any]]:
    """Return one row for every registered target: how likely, by how much, or why nothing can be said."""
    return [{"scenario": sheet.scenario, **_words(target), **_figures(sheet, target)} for target in sheet.targets]


def _words(target: Target) -> dict[str, Any]:
    names = {f"name_{language}": target["name"].get(language, "") for language in ("en", "vi")}
    kept = ("outcome", "bound", "low", "high", "unit", "first_year", "year")
    return {"target": target["id"], **names, **{name: target[name] for name in kept}}


def _figures(sheet: Sheet, target: Target) -> dict[str, Any]:
    """Return what a run says of a target; without a figure, why not."""
    modelled = target["outcome"] is not None or bool(target.get("lever"))
    reason = {} if modelled else dict(target["not_modelled"] or {})
    if target["id"] not in sheet.attained:
        blank = dict.fromkeys(("probability", "standard_error", "margin", "p05", "p50", "p95"))
        return {"modelled": modelled, **blank, "replicates": 0, "status": "beyond" if modelled else "not_modelled", **_said(reason)}
    values, found = sheet.attained[target["id"]], sheet.chance(target)
    error = 0.0 if target.get("lever") else found.standard_error
    spread = {name: float(number[0]) for name, number in statistics(values[:, None]).items() if name != "mean"}
    own = {"probability": found.probability, "standard_error": error}
    near = {"margin": float(margin(target, np.array([spread["p50"]]))[0]), **spread, "replicates": values.size}
    return {"modelled": modelled, **own, **near, "status": "decided" if target.get("lever") else "run", **_said(reason)}


def _said(reason: Mapping[str, str]) -> dict[str, str | None]:
    return {f"reason_{language}": reason.get(language) for language in ("en", "vi")}


def joint_row(sheet: Sheet) -> dict[str, Any]:
    """Return the probability that every target the run can be held against is met in the same replicate."""
    found = sheet.joint()
    smallest = min((sheet.chance(target).probability for target in sheet.held), default=None)
    return {
        "scenario": sheet.scenario, "targets": len(sheet.held), "registered": len(sheet.targets),
        "probability": found.probability, "standard_error": found.standard_error, "smallest": smallest,
    }  # fmt: skip


def pair_rows(sheet: Sheet) -> list[dict[str, Any]]:
    """Return for every pair of targets how likely both are, and whether replicates that do better by one do by the other."""
    rows = []
    for place, first in enumerate(sheet.held):
        for second in sheet.held[place + 1 :]:
            margins = [margin(target, sheet.attained[target["id"]]) for target in (first, second)]
            met, correlated = [sheet.met(first), sheet.met(second)], correlation(*margins)
            both = chance(met[0] & met[1])
            pair = {"scenario": sheet.scenario, "target": first["id"], "other": second["id"]}
            found = {"both": both.probability, "standard_error": both.standard_error, "correlation": correlated}
            rows.append({**pair, **found, "relation": relation(*met, correlated)})
    return rows


def reading_rows(sheet: Sheet) -> list[dict[str, Any]]:
    """Return every other reading of each target, after the register's own, with its probability and verdict."""
    block = cube(sheet.ensemble.outcomes, sheet.scenario)
    rows = []
    for target in sheet.held:
        found = [] if target.get("lever") else readings(target, sheet.targets, block)
        for reading in found if len(found) > 1 else []:
            values = reading.values[~np.isnan(reading.values)]
            chances, median = chance(is_met(reading.target, values)), float(np.median(values)) if values.size else np.nan
            own = {"probability": chances.probability, "standard_error": chances.standard_error, "p50": median}
            near = {"margin": float(margin(reading.target, np.array([median]))[0]), "by_register": reading.name == PUBLISHED}
            rows.append({"scenario": sheet.scenario, "target": target["id"], **reading_row(reading), **own, **near})
    return rows


def _remedies(sheet: Sheet, scenario: Any, asked: Settings, enough: float, since: int) -> list[dict[str, Any]]:
    """Run the scenario without its limits, one at a time, and see which brings each missed target within reach.

    Targets of years before `since` are past help.
    """
    missed = [one for one in sheet.held if not one.get("lever") and sheet.chance(one).probability < enough]
    missed = [one for one in missed if one["year"] >= max(since, scenario.start + 1)]
    if not missed:
        return []
    own = {name: getattr(sheet.ensemble, name) for name in ("replicates", "seed", "central")}
    last = max(target["year"] for target in missed)
    lifted = variants(scenario, last, since)
    ensemble = run_ensemble(list(lifted.values()), **{**asked.of_run([scenario]), **own, "years_to": last})
    by_remedy = {remedy: Sheet(ensemble, one.name) for remedy, one in lifted.items() if one.name in ensemble.finished}
    return [row for target in missed for row in remedy_rows(target, sheet, by_remedy, enough)]


def remedy_rows(target: Target, sheet: Sheet, by_remedy: Mapping[str, Sheet], enough: float) -> list[dict[str, Any]]:
    """Return what each remedy makes of a target that is missed, and which is the first that brings it within reach."""
    found = {remedy: (one.attained[target["id"]], target["year"]) for remedy, one in by_remedy.items() if target["id"] in one.attained}
    found[YEARS] = later(target, sheet, enough)
    chances = {remedy: chance(is_met(target, values)) for remedy, (values, _) in found.items()}
    verdict = next((one for one in REMEDIES if one in found and chances[one].probability >= enough), NOTHING)
    head = {"scenario": sheet.scenario, "target": target["id"], "as_it_is": sheet.chance(target).probability}
    rows = []
    for remedy, (values, year) in found.items():
        own = {"probability": chances[remedy].probability, "standard_error": chances[remedy].standard_error}
        rows.append({**head, "remedy": remedy, **own, "p50": float(np.median(values)), "year": year, "verdict": verdict})
    return rows


def later(target: Target, sheet: Sheet, enough: float) -> tuple[Array, int]:
    """Return what is attained in the first year in which the bound is likely enough to be kept, else in the best year."""
    last = int(sheet.ensemble.outcomes["year"].to_numpy().max())
    best = sheet.attained[target["id"]], target["year"]
    for delay in range(1, last - target["year"] + 1):
        moved = {**target, "first_year": target["first_year"] + delay, "year": target["year"] + delay}
        values = attained(sheet.ensemble, sheet.scenario, moved)
        if is_met(target, values).mean() > is_met(target, best[0]).mean():
            best = values, moved["year"]
        if is_met(target, best[0]).mean() >= enough:
            break
    return best
