"""The only room of the experiments that asks the model what it is: scenarios, places, outcomes, the runner.

Enters: model.scenario.Scenario and what hangs on it. Leaves: plain data (cards, tables), so that everything after a run
reads tables and never the model.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from experiments.ensembles.cards import PlaceCard, ScenarioCard
from experiments.ensembles.pool import Runner
from experiments.ensembles.records import Record
from experiments.folders import inputs

COMMUNE_FIELDS = ("code", "name", "name_en", "kind", "area_km2", "longitude", "latitude", "population")
ENTRY_COLUMNS = (
    "scope", "name", "symbol", "value", "low", "high", "unit", "distribution", "fixed_by_scenario", "meaning_en",
    "meaning_vi", "source", "confidence", "year", "rule", "note",
)  # fmt: skip


def model_runner() -> Runner:
    """Return the function that runs one replicate."""
    from model.results import run_replicate

    return run_replicate


def place_name(scenario: Any) -> str:
    """Return the name of the folder of a scenario's place."""
    name: str = scenario.place.name
    return name


def places_of(scenario: Any) -> tuple[Any, ...]:
    """Return a scenario's place and, of a country, its provinces."""
    return (scenario.place, *getattr(scenario.place, "provinces", ()))


def scenario_card(scenario: Any, label: str) -> ScenarioCard:
    """Describe a scenario as plain data; the imputed facts of a country's provinces are named province.fact."""
    place, *provinces = places_of(scenario)
    imputed = [*place.imputed, *(f"{one.name}.{fact}" for one in provinces for fact in one.imputed)]
    return ScenarioCard(
        label=label,
        name=scenario.name,
        place=place_name(scenario),
        title=dict(scenario.title),
        about=dict(scenario.about),
        start=scenario.start,
        end=scenario.end,
        sha256=scenario.sha256,
        resolved=scenario.resolved(),
        imputed=tuple(sorted(imputed)),
        facts=sum(len(one.register.entries) for one in (place, *provinces)),
        dimensions=tuple(scenario.dimensions),
        files=inputs.hashes(scenario),
    )


def place_card(scenario: Any) -> PlaceCard:
    """Describe a place as plain data: its names, what it has published as targets, and what happened."""
    place, *provinces = places_of(scenario)
    return PlaceCard(
        place.name,
        dict(place.title),
        tuple(plain(target) for target in place.targets),
        tuple(plain(outturn) for outturn in place.outturns),
        {one.name: dict(one.title) for one in provinces},
    )


def plain(thing: Any) -> Any:
    """Turn records and mappings into JSON-able data; a bound that is infinite becomes None."""
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        return {field.name: plain(getattr(thing, field.name)) for field in dataclasses.fields(thing)}
    if isinstance(thing, Mapping):
        return {str(key): plain(value) for key, value in thing.items()}
    if isinstance(thing, list | tuple):
        return [plain(value) for value in thing]
    return None if isinstance(thing, float) and not math.isfinite(thing) else thing


def communes(scenario: Any) -> list[dict[str, Any]]:
    """Return what is known of each commune of the scenario's place, in the model's order."""
    return [{name: getattr(one, name) for name in COMMUNE_FIELDS} for one in scenario.place.communes]


def units(records: Sequence[Record]) -> dict[str, str]:
    """Return the unit of every outcome that the records hold."""
    known = outcomes()
    names = dict.fromkeys(name for record in records for name in record.outcomes)
    return {name: known[name].unit if name in known else "" for name in names}


def outcomes() -> Mapping[str, Any]:
    """Return the catalogue of outcomes: name → unit, label and definition in both languages, which way is better."""
    from model.books import measures

    return measures.outcomes()


def parameter_table(scenarios: Sequence[Any], labels: Sequence[str]) -> pa.Table:
    """Return every parameter and fact in force: scope (parameters, or the place), value, range, unit, meaning, source.

    A value that a scenario fixes is a row of its own, with the scenario's label in `fixed_by_scenario`.
    """
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for scenario, label in zip(scenarios, labels, strict=True):
        registers = [(place.name, place.register) for place in places_of(scenario)]
        for scope, register in (("parameters", scenario.parameters), *registers):
            fixed = getattr(register, "fixed", {})
            for name, entry in register.entries.items():
                key = (scope, name, label if name in fixed else "")
                rows.setdefault(key, _entry(scope, entry, fixed.get(name), key[2]))
    listed = list(rows.values())
    return pa.table({name: pa.array([row[name] for row in listed], _kind(name)) for name in ENTRY_COLUMNS})


def _kind(name: str) -> pa.DataType:
    return pa.float64() if name in ("value", "low", "high") else pa.string()


def _entry(scope: str, entry: Any, fixed: float | None, label: str) -> dict[str, Any]:
    meaning = entry.meaning
    row = {name: getattr(entry, name, None) for name in ENTRY_COLUMNS}
    row |= {"scope": scope, "fixed_by_scenario": label}
    row |= {"meaning_en": meaning.get("en", ""), "meaning_vi": meaning.get("vi", "")}
    row["value"] = entry.value if fixed is None else fixed
    row["year"] = str(entry.year)
    return row
