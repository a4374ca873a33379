"""What `pillars sweep` prints: the plan and the estimate before, lowest and highest medians after.

Enters: a plan, an estimate, a summary. Leaves: lines of text in one language, or the same as JSON-able data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from experiments.ensembles.adapters import outcomes
from experiments.folders.workbook import label
from experiments.sweeps.axes import Axis, Listed, number_and_unit
from experiments.sweeps.estimate import Estimate
from experiments.sweeps.plan import AxisCard, Plan, Shard
from experiments.telling.grid import Grid
from experiments.telling.messages import name_of, say
from experiments.telling.numbers import decimals_for, exactly, format_number
from experiments.telling.screen import KEY_OUTCOMES, wrapped
from model.reading.nodes import Scalar

MOST_SHOWN: Final = 12
MINUTE, HOUR = 60.0, 3600.0


def shown_outcomes(plan: Plan) -> list[str]:
    """Name the outcomes that are printed and drawn: those asked for, or of many the key ones."""
    if len(plan.outcomes) <= MOST_SHOWN:
        return list(plan.outcomes)
    return [name for name in KEY_OUTCOMES if name in plan.outcomes][:MOST_SHOWN]


def plan_lines(plan: Plan, axes: Sequence[Axis], shard: Shard | None, language: str) -> list[str]:
    """Say what will be run."""
    draws = say("sweep.plan.draws", language, draws=plan.draws) if plan.draws else ""
    numbers = {"runs": plan.runs, "points": plan.points, "scenarios": len(plan.labels), "chunks": plan.chunks}
    whole = say("sweep.plan", language, **numbers, replicates=plan.replicates, draws=draws).replace(" )", ")")
    lines = [plan.title[language], whole]
    lines += [f"  {axis_name(card, language)}: {_values(axis, language)}" for card, axis in zip(plan.axes, axes, strict=True)]
    if shard is not None:
        lines.append(say("sweep.plan.shard", language, shard=f"{shard.number}/{shard.of}", runs=shard.runs(plan)))
    return lines


def axis_name(axis: AxisCard, language: str) -> str:
    """Return what people call an axis, and from when it holds."""
    since = " " + say("sweep.since", language, year=str(axis.since)) if axis.since else ""
    return f"{axis.label[language]} [{axis.key}]{since}"


def _values(axis: Axis, language: str) -> str:
    if not isinstance(axis, Listed):
        first, last = (told(axis.at(end), language) for end in (0.0, 1.0))
        return say("sweep.plan.range", language, first=first, last=last)
    values = [told(value, language) for value in axis.values]
    if len(values) <= 5:
        return ", ".join(values)
    return say("sweep.plan.list", language, first=values[0], last=values[-1], count=len(values))


def told(value: Scalar, language: str) -> str:
    """Write a varied value as people say it: a number with its unit, or what a word of scenario files means."""
    number = number_and_unit(value)
    if number is None:
        return name_of("value", str(value).lower(), language)
    return f"{exactly(float(number[0]), language)} {number[1] or ''}".rstrip()


def estimate_line(estimate: Estimate, workers: int, language: str) -> str:
    """Say how long it will take and how much it will write."""
    megabytes = format_number(estimate.size / 1e6, language, 1)
    each = format_number(estimate.per_run, language, 2 if estimate.per_run >= 0.1 else 4)
    values = {"time": duration(estimate.seconds, language), "workers": workers, "each": each, "size": megabytes}
    return say("sweep.estimate", language, **values)


def duration(seconds: float, language: str) -> str:
    """Write a time as people would: seconds, minutes or hours."""
    if seconds < 2 * MINUTE:
        return say("sweep.seconds", language, seconds=format_number(seconds, language, 0))
    if seconds < 2 * HOUR:
        return say("sweep.minutes", language, minutes=format_number(seconds / MINUTE, language, 0))
    return say("sweep.hours", language, hours=format_number(seconds / HOUR, language, 1))


def report(plan: Plan, data: Mapping[str, Any], summary: pa.Table, folder: Path, language: str) -> list[str]:
    """Return everything that is printed when a sweep is complete."""
    counts = data["counts"]
    lines = [plan.title[language], say("sweep.done", language, runs=counts["runs"], points=counts["points"])]
    for card in plan.scenarios:
        lines += _extremes(plan, summary, card.label, language)
    interval = say("interval.central" if plan.central else "interval.sampled", language)
    lines += ["", *wrapped(interval), *wrapped(say("run.says", language))]
    return [
        *lines,
        say("sweep.hash", language, sha256=data["outcomes_sha256"]),
        say("run.folder", language, folder=str(folder)),
    ]


def _extremes(plan: Plan, summary: pa.Table, scenario: str, language: str) -> list[str]:
    """Return the table of lowest and highest medians of one scenario."""
    headings = (say("sweep.lowest", language), say("sweep.highest", language))
    grid = Grid(["", *headings] if plan.axes else ["", name_of("column", "p50", language)])
    own = summary.filter(pc.and_(pc.equal(summary["scenario"], scenario), pc.is_valid(summary["p50"])))
    for name in shown_outcomes(plan):
        rows = own.filter(pc.equal(own["outcome"], name))
        for year in _years(rows):
            at = rows.filter(pc.equal(rows["year"], year)).sort_by("p50").to_pylist()
            ends = (at[0], at[-1]) if plan.axes else (at[0],)
            title = f"{label(outcomes(), name, language)}, {name_of('unit', plan.units[name], language)}, {year}"
            grid.add([title, *(_extreme(plan, row, language) for row in ends)])
    title = say("sweep.table", language, scenario=scenario) if plan.axes else scenario
    return ["", title, *grid.lines()] if grid.rows else []


def _years(rows: pa.Table) -> list[int]:
    years: list[int] = pc.unique(rows["year"]).to_pylist()
    return sorted({year for year in (2030, max(years)) if year in years}) if years else []


def _extreme(plan: Plan, row: Mapping[str, Any], language: str) -> str:
    """Write a median with its interval and the values at which it is found."""
    low, middle, high = (row[name] for name in ("p05", "p50", "p95"))
    decimals = decimals_for([middle])
    numbers = [format_number(value, language, decimals) for value in (middle, low, high)]
    where = ", ".join(_at(row[axis.key], axis, language) for axis in plan.axes)
    return f"{numbers[0]} [{numbers[1]}; {numbers[2]}]" + (f" ({where})" if where else "")


def _at(value: object, axis: AxisCard, language: str) -> str:
    if not isinstance(value, float):
        return told(str(value), language)
    return f"{exactly(value, language)} {axis.unit or ''}".rstrip()


def as_json(plan: Plan, data: Mapping[str, Any], summary: pa.Table, folder: Path) -> dict[str, Any]:
    """Return a complete sweep as one object: what it is, its counts and hash, and the summary of the outcomes shown."""
    chosen = pc.is_in(summary["outcome"], pa.array(shown_outcomes(plan)))
    axes = [{"name": axis.key, "from": axis.since, "unit": axis.unit} for axis in plan.axes]
    head = {"folder": str(folder), "sweep": plan.name, "scenarios": list(plan.labels), "axes": axes}
    return {
        **head,
        "counts": data["counts"],
        "imputed_inputs": data["imputed_inputs"],
        "outcomes_sha256": data["outcomes_sha256"],
        "summary": summary.filter(chosen).to_pylist(),
    }
