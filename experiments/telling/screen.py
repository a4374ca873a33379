"""What `pillars run` prints: the key outcomes, the comparison, the targets, and what all of it says and does not say.

Enters: an ensemble. Leaves: lines of text in one language, or the same as one JSON-able object.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from experiments.ensembles.adapters import outcomes
from experiments.ensembles.cards import PlaceCard
from experiments.ensembles.ensemble import Ensemble
from experiments.ensembles.summary import STATISTICS
from experiments.folders.workbook import interval_meaning, label
from experiments.questions.goals import attained, is_met
from experiments.telling.grid import Grid, folded
from experiments.telling.messages import name_of, say
from experiments.telling.numbers import MISSING, decimals_for, exactly, format_number
from experiments.telling.provinces import provinces

KEY_OUTCOMES = (
    "grdp_growth", "labour_productivity", "tfp_growth", "tfp_share_5y", "digital_share", "digital_share_without_enclave",
    "enterprises_digital", "enterprises_rung2", "enterprises_innovating_strict", "enterprises_innovating_broad", "rd_share",
    "online_services_used", "online_services_people", "cashless_share", "coverage_5g", "commune_capacity",
    "commune_capacity_lowest_decile", "commune_uptake_lowest_decile", "budget_executed", "executed_share", "hdi",
)  # fmt: skip
YEARS_OF_ONE = (2025, 2030)
YEARS_OF_SEVERAL = (2030, 2035)
WIDTH = 100

Row = Mapping[str, Any]
Index = Mapping[tuple[str, str, int], Row]


def report(ensemble: Ensemble, folder: Path, language: str) -> list[str]:
    """Return everything that is printed after a run."""
    if ensemble.outcomes.num_rows == 0:
        return [say("run.nothing", language), say("run.folder", language, folder=str(folder))]
    lines = heads(ensemble, language)
    lines += one_scenario(ensemble, language) if len(ensemble.scenarios) == 1 else comparison(ensemble, language)
    lines += provinces(ensemble, language)
    lines += targets(ensemble, language)
    lines += ["", *wrapped(interval_meaning(ensemble, language)), *wrapped(say("run.says", language))]
    lines += [say("run.report", language, folder=str(folder))]
    return lines


def heads(ensemble: Ensemble, language: str) -> list[str]:
    """Say which scenarios ran, how often, and how much of what went in was imputed."""
    lines = []
    for card in ensemble.scenarios:
        lines.append(f"{card.title.get(language, card.name)} ({card.label})")
        lines.append("  " + say("run.imputed.short", language, imputed=len(card.imputed), facts=card.facts))
    settings = {"replicates": ensemble.replicates, "seed": str(ensemble.seed)}
    return [*lines, say("run.central" if ensemble.central else "run.sampled", language, **settings)]


def by_key(table: pa.Table) -> Index:
    """Index a table of quantiles by (scenario, outcome, year)."""
    return {(row["scenario"], row["outcome"], row["year"]): row for row in table.to_pylist()}


def shown_outcomes(ensemble: Ensemble) -> list[str]:
    """Name the key outcomes that the run has."""
    return [name for name in KEY_OUTCOMES if name in ensemble.units]


def years_shown(ensemble: Ensemble, wished: Sequence[int]) -> list[int]:
    """Return those of the wished years that the run has, and its last."""
    found = set(ensemble.outcomes["year"].to_pylist())
    return sorted({year for year in (*wished, max(found)) if year in found})


def outcome_title(ensemble: Ensemble, name: str, language: str) -> str:
    """Return an outcome's name with its unit."""
    return f"{label(outcomes(), name, language)}, {name_of('unit', ensemble.units.get(name, ''), language)}"


def one_scenario(ensemble: Ensemble, language: str) -> list[str]:
    """Return the table of one scenario as lines."""
    return ["", say("table.one", language), *one_grid(ensemble, language).lines()]


def one_grid(ensemble: Ensemble, language: str) -> Grid:
    """Return the table of one scenario: median and 5-95 % interval by year."""
    years, index = years_shown(ensemble, YEARS_OF_ONE), by_key(ensemble.summary)
    grid = Grid(["", *(str(year) for year in years)])
    for name in shown_outcomes(ensemble):
        rows = [index.get((ensemble.labels[0], name, year)) for year in years]
        decimals = decimals_for(_numbers(rows, ("p50",)))
        grid.add([outcome_title(ensemble, name, language), *(interval(row, language, decimals) for row in rows)])
    return grid


def comparison(ensemble: Ensemble, language: str, names: Sequence[str] | None = None) -> list[str]:
    """Return the tables that set every scenario against the first of its place, year by year; names: of which outcomes."""
    lines: list[str] = []
    for reference, other in ensemble.pairs:
        lines += ["", say("table.compare", language, scenario=other, reference=reference)]
        for grid in compared_grids(ensemble, (reference, other), language, names):
            lines += ["", *grid.lines()]
    if not ensemble.pairs:
        lines += ["", say("table.apart", language)]
    return lines


def compared_grids(
    ensemble: Ensemble, pair: tuple[str, str], language: str, names: Sequence[str] | None = None
) -> list[Grid]:
    """Return the tables that set the second scenario of a pair against the first, one a year."""
    wanted, years = names or shown_outcomes(ensemble), years_shown(ensemble, YEARS_OF_SEVERAL)
    return [_compared(ensemble, pair, year, wanted, language) for year in years]


def _compared(ensemble: Ensemble, pair: tuple[str, str], year: int, names: Sequence[str], language: str) -> Grid:
    reference, other = pair
    levels, changes = by_key(ensemble.summary), by_key(ensemble.differences)
    grid = Grid([str(year), reference, other, say("table.difference", language)])
    for name in names:
        first, second = levels.get((reference, name, year)), levels.get((other, name, year))
        change = changes.get((other, name, year))
        if first is None or second is None or change is None:
            continue
        level_decimals = decimals_for(_numbers([first, second], ("p50",)))
        decimals = max(decimals_for(_numbers([change], STATISTICS), 2), level_decimals)
        both = [interval(row, language, level_decimals) for row in (first, second)]
        grid.add([outcome_title(ensemble, name, language), *both, interval(change, language, decimals, signed=True)])
    return grid


def targets(ensemble: Ensemble, language: str) -> list[str]:
    """Return each place's published targets beside what is attained, and name those that cannot be compared."""
    lines: list[str] = []
    for place in ensemble.places.values():
        grid, notes = target_grid(ensemble, place, language)
        lines += ["", *grid.lines()] if grid.rows else []
        for text in notes:
            lines += wrapped(text)
    return lines


def target_grid(ensemble: Ensemble, place: PlaceCard, language: str) -> tuple[Grid, list[str]]:
    """Return a place's published targets beside the medians, and sentences that name those that cannot be compared."""
    labels = [card.label for card in ensemble.scenarios if card.place == place.name]
    grid = Grid([say("table.targets", language, place=place.title.get(language, place.name)), "", *labels])
    beyond = []
    for target in place.targets:
        medians = [_against(ensemble, label, target, language) for label in labels]
        if any(text != MISSING for text in medians):
            grid.add([name(target, language), bound(target, language), *medians])
        elif target["outcome"]:
            beyond.append(name(target, language))
    known = ("outcome", "lever")
    silent = [name(target, language) for target in place.targets if not any(map(target.get, known))]
    named = {"target.beyond": beyond, "target.not_modelled": silent}
    return grid, [say(key, language, names="; ".join(names)) for key, names in named.items() if names]


def name(target: Row, language: str) -> str:
    """Return what a target is called."""
    text: str = target["name"].get(language, target["id"])
    return text


def bound(target: Row, language: str) -> str:
    """Write a target's bound, unit and years: ≥ 20 % (2030)."""
    low, high = ("" if target[side] is None else exactly(target[side], language) for side in ("low", "high"))
    sign = f"≤ {high}" if target["low"] is None else f"≥ {low}" if target["high"] is None else f"{low}–{high}"
    years = str(target["year"])
    if target["first_year"] != target["year"]:
        years = f"{target['first_year']}–{years}"
    return f"{sign} {name_of('unit', target['unit'], language)} ({years})"


def _against(ensemble: Ensemble, scenario: str, target: Row, language: str) -> str:
    """Write the median of what is attained and in how many replicates in a hundred it keeps the bound; else a dash."""
    values = attained(ensemble, scenario, target) if scenario in ensemble.finished else np.empty(0)
    known = values[~np.isnan(values)]
    if known.size == 0:
        return MISSING
    median = float(np.median(known))
    met = format_number(100.0 * float(is_met(target, known).mean()), language, 0)
    return f"{format_number(median, language, decimals_for([median]))} ({met} %)"


def failure_lines(ensemble: Ensemble, language: str) -> list[str]:
    """Say how many runs failed, and how the first one did."""
    failed = ensemble.failures.num_rows
    if not failed:
        return []
    first = ensemble.failures.slice(0, 1).to_pylist()[0]
    runs = len(ensemble.scenarios) * ensemble.replicates
    return [say("run.failed", language, failed=failed, runs=runs, **{**first, "seed": str(first["seed"])})]


def _numbers(rows: Iterable[Row | None], names: Sequence[str]) -> list[float]:
    return [row[name] for row in rows if row is not None for name in names if row[name] is not None]


def _number(value: float | None, language: str, decimals: int, *, signed: bool = False) -> str:
    return MISSING if value is None else format_number(value, language, decimals, signed=signed)


def interval(row: Row | None, language: str, decimals: int, *, signed: bool = False) -> str:
    """Write a median with its interval; a dash where there is none."""
    if row is None or row["p50"] is None:
        return MISSING
    low, middle, high = (_number(row[name], language, decimals, signed=signed) for name in ("p05", "p50", "p95"))
    return f"{middle} [{low}; {high}]"


def wrapped(text: str, hanging: str = "") -> list[str]:
    """Break a text into lines of a screen's width, the further ones standing in by `hanging`."""
    return folded(text, WIDTH, hanging)


def as_json(ensemble: Ensemble, folder: Path) -> dict[str, Any]:
    """Return the run as one object: a scenario's quantiles, or the list of them with their differences."""
    rows = ensemble.summary.to_pylist()
    own = {card.label: [row for row in rows if row["scenario"] == card.label] for card in ensemble.scenarios}
    runs = [_json_of(card, own[card.label], ensemble, folder) for card in ensemble.scenarios]
    failures = {"failures": ensemble.failures.to_pylist()} if ensemble.failures.num_rows else {}
    if len(runs) == 1:
        return {**runs[0], **failures}
    return {"folder": str(folder), "runs": runs, "differences": ensemble.differences.to_pylist(), **failures}


def _json_of(card: Any, rows: Sequence[Row], ensemble: Ensemble, folder: Path) -> dict[str, Any]:
    kept = [
        {"outcome": row["outcome"], "unit": ensemble.units[row["outcome"]], "year": row["year"]}
        | {name: row[name] for name in STATISTICS}
        for row in rows
    ]
    return {"folder": str(folder), "scenario": card.label, "imputed_inputs": len(card.imputed), "outcomes": kept}
