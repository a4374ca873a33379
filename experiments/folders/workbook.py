"""The sheets of results.xlsx: read me, summary, differences, provinces, ledger, parameters with their sources.

Enters: an ensemble. Leaves: `Sheet`s in two languages; nothing here touches a file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from experiments.ensembles.adapters import outcomes
from experiments.ensembles.summary import STATISTICS
from experiments.folders.sheets import Sheet
from experiments.telling.messages import LANGUAGES, catalogue, name_of, say

NUMBER = "#,##0.0##"
LEDGER_KEYS = ("scenario", "year", "line")


def sheets(ensemble: Any) -> list[Sheet]:
    """Return the sheets of the workbook in their order."""
    listed = [read_me(ensemble), _quantiles(ensemble, ensemble.summary, "summary")]
    if ensemble.differences.num_rows:
        listed.append(_quantiles(ensemble, ensemble.differences, "differences"))
    if ensemble.provinces.num_rows:
        listed.append(_provinces(ensemble))
    if ensemble.ledger.num_rows:
        listed.append(_ledger(ensemble))
    if ensemble.parameters.num_rows:
        listed.append(_parameters(ensemble.parameters))
    return listed


def heading(name: str) -> str:
    """Return a column's heading in both languages."""
    english, vietnamese = (name_of("column", name, language) for language in LANGUAGES)
    return english if english == vietnamese else f"{english}\n{vietnamese}"


def read_me(ensemble: Any) -> Sheet:
    """Return the sheet that says what the workbook holds and how to read it, English beside Vietnamese."""
    lines = [_explanation(ensemble, language) for language in LANGUAGES]
    return Sheet("read me", ("English", "Tiếng Việt"), lines, {})


def _explanation(ensemble: Any, language: str) -> list[str]:
    lines = [say("book.what", language)]
    for card in ensemble.scenarios:
        lines.append(f"{card.label}: {card.title.get(language, card.name)}")
        lines.append(card.about.get(language, ""))
        lines.append(say("run.imputed", language, scenario=card.label, imputed=len(card.imputed), facts=card.facts))
    lines.append(say("book.settings", language, replicates=ensemble.replicates, seed=str(ensemble.seed)))
    lines.append(interval_meaning(ensemble, language))
    lines.extend(say(key, language) for key in sorted(key for key in catalogue() if key.startswith("book.sheet.")))
    return lines


def interval_meaning(ensemble: Any, language: str) -> str:
    """Say what a 5-95 % interval of this ensemble holds, and what it does not."""
    return say("interval.central" if ensemble.central else "interval.sampled", language)


def _quantiles(ensemble: Any, table: pa.Table, name: str) -> Sheet:
    """Lay a table of quantiles out with the outcomes' names and units beside their identifiers."""
    known = outcomes()
    identifiers = table["outcome"].to_pylist()
    columns: dict[str, Sequence[Any]] = {}
    for key in table.column_names:
        columns[key] = table[key].to_pylist()
        if key == "outcome":
            for language in LANGUAGES:
                columns[f"label_{language}"] = [label(known, one, language) for one in identifiers]
            columns["unit"] = [_unit(ensemble.units.get(one, "")) for one in identifiers]
    return _sheet(name, columns, (*STATISTICS, "standard_error"))


def _unit(unit: str) -> str:
    """Return a unit in both languages, or once where they write it alike."""
    return " / ".join(dict.fromkeys(name_of("unit", unit, language) for language in LANGUAGES))


def label(known: Mapping[str, Any], outcome: str, language: str) -> str:
    """Return what people call an outcome."""
    text: str = known[outcome].label[language] if outcome in known else outcome
    return text


def _sheet(name: str, columns: Mapping[str, Sequence[Any]], numbers: Sequence[str]) -> Sheet:
    formats = {position: NUMBER for position, key in enumerate(columns) if key in numbers}
    return Sheet(name, [heading(key) for key in columns], list(columns.values()), formats)


def _provinces(ensemble: Any) -> Sheet:
    """Lay out the median of every outcome in the last year, a column a province of the country."""
    known, table = outcomes(), ensemble.province_summary
    last = table.filter(pc.equal(table["year"], pc.max(table["year"])))
    rows: dict[tuple[str, str, int], dict[str, float]] = {}
    for row in last.to_pylist():
        rows.setdefault((row["scenario"], row["outcome"], row["year"]), {})[row["place"]] = row["p50"]
    scenarios, names, years = (list(column) for column in zip(*rows, strict=True))
    columns: dict[str, Sequence[Any]] = {"scenario": scenarios, "outcome": names}
    for language in LANGUAGES:
        columns[f"label_{language}"] = [label(known, name, language) for name in names]
    columns |= {"unit": [_unit(ensemble.units.get(name, "")) for name in names], "year": years}
    places = list(dict.fromkeys(last["place"].to_pylist()))
    values = [[row.get(place) for row in rows.values()] for place in places]
    headings = [*(heading(key) for key in columns), *places]
    formats = dict.fromkeys(range(len(columns), len(headings)), NUMBER)
    return Sheet("provinces", headings, [*columns.values(), *values], formats)


def _ledger(ensemble: Any) -> Sheet:
    """Lay out the mean over replicates of every ledger line by scenario and year."""
    table = mean_ledger(ensemble.ledger)
    columns: dict[str, Sequence[Any]] = {}
    for key in table.column_names:
        columns[key] = table[key].to_pylist()
        if key == "line":
            for language in LANGUAGES:
                columns[f"line_{language}"] = [name_of("line", line, language) for line in columns[key]]
    numbers = [key for key in table.column_names if key not in LEDGER_KEYS]
    return _sheet("ledger", columns, numbers)


def mean_ledger(ledger: pa.Table) -> pa.Table:
    """Return the ledger averaged over replicates: scenario, year, line, then nominal billion VND."""
    amounts = [name for name in ledger.column_names if name not in (*LEDGER_KEYS, "replicate")]
    means = ledger.group_by(list(LEDGER_KEYS), use_threads=False).aggregate([(name, "mean") for name in amounts])
    ordered = means.select([*LEDGER_KEYS, *(f"{name}_mean" for name in amounts)])
    return ordered.rename_columns([*LEDGER_KEYS, *amounts])


def _parameters(table: pa.Table) -> Sheet:
    columns = {name: table[name].to_pylist() for name in table.column_names if not _is_blank(table[name])}
    return _sheet("parameters", columns, ("value", "low", "high"))


def _is_blank(column: pa.ChunkedArray) -> bool:
    if column.null_count == len(column):
        return True
    return bool(pa.types.is_string(column.type) and pc.all(pc.equal(pc.fill_null(column, ""), "")).as_py())
