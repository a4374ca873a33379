"""What a run leaves: one folder with tables, figures and a manifest, written whole or not at all, and read back.

Enters: an `Ensemble`. Leaves: a run folder; and from a run folder, the same `Ensemble` again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from experiments.ensembles.cards import PlaceCard, ScenarioCard
from experiments.ensembles.ensemble import Ensemble
from experiments.ensembles.tables import PLACED, split, wide
from experiments.errors import SPOILT, DamagedRun
from experiments.folders import inputs, manifest
from experiments.folders.folder import INPUTS, writing
from experiments.folders.parquet import content_hash, read_table, write_table
from experiments.folders.sheets import write_book, write_csv
from experiments.folders.workbook import sheets

TABLES = ("ledger", "communes", "groups", "draws", "parameters")
"""Kept as Parquet beside results.parquet, which holds the outcomes one value a row."""
LONGEST_NAME = 60

Draw = Callable[[Ensemble, Path], None]


def folder_name(places: list[str], names: list[str], identity: str) -> str:
    """Return a folder name that says which places and scenarios a run is of, and ends in its identity."""
    plain = re.sub(r"[^A-Za-z0-9_.]+", "-", "-".join([*dict.fromkeys(places), *names])).strip("-.")
    return f"{plain[:LONGEST_NAME].rstrip('-.')}-{identity[:8]}"


def write_run(
    ensemble: Ensemble,
    scenarios: Sequence[Any],
    folder: Path,
    made: Mapping[str, Any],
    draw: Draw | None = None,
    *,
    question: Mapping[str, Any] | None = None,
    extra: Callable[[Path], None] | None = None,
) -> dict[str, Any]:
    """Fill an empty folder with a run and return its manifest.

    scenarios: those of the ensemble, whose inputs are kept; made: what to note of this one making (seconds, workers),
    outside every hash; draw: draws the figures into a folder; question, extra: what was asked of the runs, and what writes
    its answer beside them. Raises CannotWrite.
    """
    with writing(folder):
        write_tables(ensemble, folder)
        kept = inputs.keep(dict(zip(ensemble.labels, scenarios, strict=True)), folder / INPUTS)
        if draw is not None:
            draw(ensemble, folder / "figures")
        if extra is not None:
            extra(folder)
        data = manifest.build(ensemble, folder, kept, made, question)
        manifest.write(data, folder)
    return data


def write_tables(ensemble: Ensemble, folder: Path) -> None:
    """Write the tables of an ensemble: Parquet for programs, CSV and one workbook for people."""
    tidy = ensemble.tidy
    write_table(tidy, folder / "results.parquet")
    write_csv(tidy, folder / "results.csv")
    write_csv(ensemble.summary, folder / "summary.csv")
    write_csv(ensemble.differences, folder / "differences.csv")
    if ensemble.provinces.num_rows:
        write_csv(ensemble.province_summary, folder / "provinces.csv")
    for name in TABLES:
        write_table(getattr(ensemble, name), folder / f"{name}.parquet")
    if ensemble.failures.num_rows:
        write_csv(ensemble.failures, folder / "failures.csv")
    write_book(sheets(ensemble), folder / "results.xlsx")


def read_run(folder: Path) -> Ensemble:
    """Read a run back from its folder.

    Raises DamagedRun if it is not a run, is of another format, or does not match its hashes.
    """
    data = manifest.read(folder)
    stored = {name: read_table(folder / f"{name}.parquet") for name in TABLES}
    places = {card["label"]: card["place"] for card in data["scenarios"]}
    own, provinces = split(read_table(folder / "results.parquet"), places)
    outcomes = wide(own)
    if content_hash(outcomes) != data["outcomes_sha256"]:
        raise DamagedRun("run.damaged", file="results.parquet", problem=SPOILT)
    return Ensemble(
        scenarios=tuple(ScenarioCard.from_dict(card) for card in data["scenarios"]),
        places={place["name"]: PlaceCard.from_dict(place) for place in data["places"]},
        units=data["units"],
        outcomes=outcomes,
        failures=_failures(folder),
        provinces=wide(provinces, PLACED),
        **data["settings"],
        **stored,
    )


def _failures(folder: Path) -> pa.Table:
    """Read the failures back; a run without any has no file."""
    import pyarrow.csv

    from experiments.ensembles.tables import failure_table

    path = folder / "failures.csv"
    if not path.exists():
        return failure_table([], [], 0)
    schema = failure_table([], [], 0).schema
    convert = pyarrow.csv.ConvertOptions(column_types={field.name: field.type for field in schema})
    return pyarrow.csv.read_csv(
        path, parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True), convert_options=convert
    )
