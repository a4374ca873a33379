"""One finished run, packed for the journey from a worker process: plain arrays by name.

Enters: what model.results returns. Leaves: `Record`, or `Failure` when the run went wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from model.vocabulary import COMMUNE_KINDS, SECTORS, SIZES

Array = npt.NDArray[Any]
Columns = Mapping[str, Array]

ALWAYS_THERE = "grdp"
"""The outcome that is a number in every year of every run; others may need an earlier year, or somebody to be counted."""

GROUPINGS = {"size": SIZES, "sector": SECTORS, "kind": COMMUNE_KINDS}


@dataclass(frozen=True)
class Record:
    """Hold one run's results.

    outcomes: name → (years,); ledger: column → (rows,); communes: name → (years, communes), in single precision, as the
    country has 3,321 of them; groups: columns `year`,
    `grouping`, `group`, `value_added` → (rows,); provinces: of a country, the outcomes of each province by place.
    """

    position: int
    replicate: int
    years: npt.NDArray[np.int32]
    outcomes: Columns
    ledger: Columns
    communes: Columns
    groups: Columns
    provinces: Mapping[str, Columns] = field(default_factory=dict)


@dataclass(frozen=True)
class Failure:
    """Say which run went wrong, where and how."""

    position: int
    replicate: int
    stage: str
    message: str


class Unsound(Exception):  # noqa: N818 - a state of the results
    """Refuse a result that is not a number where it must be one."""


def record(position: int, replicate: int, result: Any) -> Record:
    """Pack a model.results.RunResult.

    Raises Unsound if an outcome is infinite or product is not a number.
    """
    return Record(
        position,
        replicate,
        np.asarray(result.years, dtype=np.int32),
        sound(result.outcomes),
        columns(result.ledger),
        {name: np.asarray(values, dtype=np.float32) for name, values in result.communes.items()},
        groups(result.years, result.groups),
        {part.place: sound(part.outcomes) for part in getattr(result, "provinces", ())},
    )


def sound(outcomes: Columns) -> dict[str, Array]:
    """Return outcomes in double precision.

    Raises Unsound if one is infinite, or if product, which every year has, is not a number.
    """
    found = {name: np.asarray(values, dtype=np.float64) for name, values in outcomes.items()}
    endless = [name for name, values in found.items() if np.isinf(values).any()]
    if endless:
        raise Unsound("infinite: " + ", ".join(endless))
    if np.isnan(found.get(ALWAYS_THERE, 0.0)).any():
        raise Unsound(f"not a number: {ALWAYS_THERE}")
    return found


def groups(years: Array, value_added: Columns) -> Columns:
    """Lay value added by group out as columns; value_added: grouping → (years, groups), in the vocabulary's order."""
    parts = []
    for grouping, block in value_added.items():
        names = GROUPINGS[grouping]
        parts.append(
            (
                np.repeat(years, len(names)),
                np.full(block.size, grouping, dtype=object),
                np.tile(np.array(names, dtype=object), len(years)),
                np.asarray(block, dtype=np.float64).ravel(),
            )
        )
    if not parts:
        return {}
    joined = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return dict(zip(("year", "grouping", "group", "value_added"), joined, strict=True))


def columns(rows: Any) -> Columns:
    """Turn a list of equal dataclass rows into one array a field."""
    if not rows:
        return {}
    if not is_dataclass(rows[0]):
        message = f"ledger rows are {type(rows[0]).__name__}, not a dataclass"
        raise TypeError(message)
    names = [field.name for field in fields(rows[0])]
    return {name: np.array([getattr(row, name) for row in rows]) for name in names}
