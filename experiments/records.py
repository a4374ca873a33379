"""One finished run, packed for the journey from a worker process: plain arrays by name.

Enters: what model.results returns. Leaves: `Record`, or `Failure` when the run went wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Columns = Mapping[str, Array]


@dataclass(frozen=True)
class Record:
    """Hold one run's results.

    outcomes: name → (years,); ledger: column → (rows,); communes: name → (years, communes); groups: columns `year`,
    `grouping`, `group` and one a measure → (rows,); draw: name → value.
    """

    position: int
    replicate: int
    years: npt.NDArray[np.int32]
    outcomes: Columns
    ledger: Columns
    communes: Columns
    groups: Columns


@dataclass(frozen=True)
class Failure:
    """Say which run went wrong, where and how."""

    position: int
    replicate: int
    stage: str
    message: str


class Unsound(Exception):
    """Refuse a result that is not a number where it must be one."""


def record(position: int, replicate: int, result: Any) -> Record:
    """Pack a model.results.RunResult.

    Raises Unsound if an outcome is infinite.
    """
    outcomes = {name: np.asarray(values, dtype=np.float64) for name, values in result.outcomes.items()}
    endless = [name for name, values in outcomes.items() if np.isinf(values).any()]
    if endless:
        raise Unsound("infinite: " + ", ".join(endless))
    return Record(
        position,
        replicate,
        np.asarray(result.years, dtype=np.int32),
        outcomes,
        columns(result.ledger),
        {name: np.asarray(values, dtype=np.float64) for name, values in result.commune_years.items()},
        {name: np.asarray(values) for name, values in result.groups.items()},
    )


def columns(rows: Any) -> Columns:
    """Turn a list of equal dataclass rows into one array a field."""
    if not rows:
        return {}
    if not is_dataclass(rows[0]):
        message = f"ledger rows are {type(rows[0]).__name__}, not a dataclass"
        raise TypeError(message)
    names = [field.name for field in fields(rows[0])]
    return {name: np.array([getattr(row, name) for row in rows]) for name in names}
