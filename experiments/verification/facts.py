"""Stylised facts: numbers that have been observed, and what the model gives for them.

Enters: `stylised_facts.yaml` and runs of baselines. Leaves: readings, each inside its band, outside or not applicable. None
is hidden, and none decides whether the verification passes: facts are judged by readers, limits by the computer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from experiments.verification.evidence import Evidence
from model.reading.own_files import read_own
from model.results import RunResult

FACTS = Path(__file__).resolve().parent / "stylised_facts.yaml"
INSIDE, OUTSIDE, NOT_APPLICABLE = "inside", "outside", "not applicable"
UNEXPLAINED = "not explained"
STATISTICS: Mapping[str, Callable[[Sequence[float]], Any]] = {"median": np.median, "lowest": np.min, "highest": np.max}


@dataclass(frozen=True)
class Reading:
    """Hold one number of a fact: what was published, the band in which the model would agree, and what the model gives.

    reason: why the fact does not apply, if it does not; told: what of it the model was told; outside: what keeps the model
    outside the band, where that is known.
    """

    fact: int
    name: str
    what: str
    published: str
    low: float
    high: float
    unit: str
    band: str
    sources: tuple[str, ...]
    reason: str
    told: str
    outside: str
    got: float

    @property
    def verdict(self) -> str:
        """Return inside, outside or not applicable."""
        if self.reason:
            return NOT_APPLICABLE
        return INSIDE if self.low <= self.got <= self.high else OUTSIDE

    @property
    def why(self) -> str:
        """Say why the model is not held against the fact, or why it lies outside; nothing where it lies inside."""
        return {INSIDE: "", OUTSIDE: self.outside or UNEXPLAINED, NOT_APPLICABLE: self.reason}[self.verdict]


@cache
def entries() -> tuple[Mapping[str, Any], ...]:
    """Return the facts as their file states them."""
    return tuple(read_own(FACTS))


def readings(evidence: Evidence) -> list[Reading]:
    """Read every number of every fact from the evidence."""
    return [
        Reading(
            fact=entry["fact"], name=entry["name"], what=reading["what"], published=reading["published"],
            low=reading["within"][0], high=reading["within"][1], unit=reading["unit"], band=reading["band"],
            sources=tuple(entry["sources"]), reason=reading.get("reason", ""),
            told=entry.get("input", ""), outside=reading.get("outside", ""), got=number(reading["read"], evidence),
        )
        for entry in entries()
        for reading in entry["readings"]
    ]  # fmt: skip


def number(read: Mapping[str, Any], evidence: Evidence) -> float:
    """Return the number that a reading describes."""
    kind = read["from"]
    if kind == "trial":
        part: int = read.get("part", 0)
        return evidence.trials[read["measure"]][part]
    if kind in ("chronicle", "nothing"):
        return float(getattr(evidence.chronicle, read["measure"])(*read.get("arguments", ())))
    runs = {"nation": [evidence.nation], "provinces": evidence.nation.provinces, "places": evidence.places}[kind]
    return float(STATISTICS[read.get("statistic", "median")]([of_run(read, run) for run in runs]))


def of_run(read: Mapping[str, Any], run: RunResult) -> float:
    """Return an outcome of a run: its mean over years, its share of another, or its rise a year."""
    values = dict(zip(run.years.tolist(), run.outcomes[read["outcome"]].tolist(), strict=True))
    if "slope" in read:
        first, last = read["slope"]
        return float((values[last] - values[first]) / (last - first))
    years = range(read["years"][0], read["years"][-1] + 1)
    mean = float(np.mean([values[year] for year in years]))
    if "over" not in read:
        return mean
    return 100.0 * mean / of_run({"outcome": read["over"], "years": read["years"]}, run)
