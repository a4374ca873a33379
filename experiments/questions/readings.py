"""What a published target may also mean: other definitions of the same words, and what they do to the verdict.

Enters: a target and the outcomes of a run. Leaves: readings, each with its own figure a replicate and its own bounds. The
register's own reading stands first; TFP by another capital account, by one year or by growth, innovation strictly or
broadly, the digital economy by its parts, services by people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.ensembles.summary import Cube
from experiments.questions.goals import PERCENT, Array, Target, mean_over

FIVE_YEARS = 5
PUBLISHED, BY_GROWTH, AT_LEAST, ONE_YEAR = "as_published", "by_growth", "at_least_low", "one_year"
ACCOUNTS = ("alpha_low", "alpha_high", "capital_low", "capital_high", "uncapitalised")
"""Other capital accounts of TFP: the suffixes of the outcomes tfp_growth_..."""
OTHERS: Mapping[str, Mapping[str, str]] = {
    "enterprises_innovating_broad": {"strict": "enterprises_innovating_strict"},
    "enterprises_innovating_strict": {"broad": "enterprises_innovating_broad"},
    "enterprises_digital": {"integrated": "enterprises_rung2"},
    "digital_share": {
        "core": "digital_share_core",
        "digitised": "digital_share_digitised",
        "without_enclave": "digital_share_without_enclave",
    },
    "online_services_used": {"people": "online_services_people"},
    "online_services_people": {"files": "online_services_used"},
}
"""Outcomes that the words of a target may also mean: outcome → reading → outcome."""


@dataclass(frozen=True)
class Reading:
    """Hold one reading of a target: what it measures, what each replicate attains by it, between which bounds."""

    name: str
    outcome: str
    unit: str
    values: Array
    low: float | None
    high: float | None

    @property
    def bounds(self) -> Target:
        """Return the reading's bounds, as a target holds them."""
        return {"low": self.low, "high": self.high}


def readings(target: Target, others: Sequence[Target], block: Cube) -> list[Reading]:
    """Return every reading of a target that a run can be held against; others: the targets of the same place."""
    outcome = target["outcome"]
    found = [_of_outcome(PUBLISHED, outcome, target, block)]
    if target["low"] is not None and target["high"] is not None:
        found.append(_changed(found[0], AT_LEAST, low=target["low"], high=None))
    found += [_of_outcome(name, other, target, block) for name, other in OTHERS.get(outcome, {}).items()]
    if outcome == "tfp_share_5y":
        found += _shares_of_tfp(target, block)
        found += _growth_of_tfp(target, others, block)
    return [reading for reading in found if reading.values.size]


def _of_outcome(name: str, outcome: str, target: Target, block: Cube) -> Reading:
    values = np.empty(0)
    if outcome in block.outcomes:
        values = mean_over(block, outcome, target["first_year"], target["year"])
    return Reading(name, outcome, target["unit"], values, target["low"], target["high"])


def _changed(reading: Reading, name: str, *, low: float | None, high: float | None) -> Reading:
    return Reading(name, reading.outcome, reading.unit, reading.values, low, high)


def _shares_of_tfp(target: Target, block: Cube) -> list[Reading]:
    """Read the five-year share by one year alone, and by other capital accounts over the same five years."""
    found = [_of_outcome(ONE_YEAR, "tfp_share", target, block)]
    growth = _growth_of_output(block, target["year"])
    for account in ACCOUNTS:
        outcome = f"tfp_growth_{account}"
        if outcome in block.outcomes and growth.size:
            tfp = mean_over(block, outcome, target["year"] - FIVE_YEARS + 1, target["year"])
            found.append(
                Reading(account, outcome, target["unit"], PERCENT * tfp / growth, target["low"], target["high"])
            )
    return found


def _growth_of_output(block: Cube, year: int) -> Array:
    """Return the mean growth of GRDP over the five years that end with `year`, ln percent a year."""
    ends = [mean_over(block, "grdp", one, one) for one in (year - FIVE_YEARS, year)] if "grdp" in block.outcomes else []
    if not ends or not all(values.size for values in ends):
        return np.empty(0)
    growth: Array = PERCENT * np.log(ends[1] / ends[0]) / FIVE_YEARS
    return growth


def _growth_of_tfp(target: Target, others: Sequence[Target], block: Cube) -> list[Reading]:
    """Read a share of growth as the TFP growth that it asks for if the published growth of GRDP is reached as well.

    A share can be met because growth is slow; its bounds times the lowest growth that the place has published cannot.
    """
    published = [one["low"] for one in others if one["outcome"] == "grdp_growth" and one["year"] == target["year"]]
    asked = [_log_growth(low) for low in published if low is not None]
    if not asked or "tfp_growth" not in block.outcomes:
        return []
    values = mean_over(block, "tfp_growth", target["year"] - FIVE_YEARS + 1, target["year"])
    low, high = (None if side is None else side / PERCENT * min(asked) for side in (target["low"], target["high"]))
    return [Reading(BY_GROWTH, "tfp_growth", "ln %", values, low, high)]


def _log_growth(percent: float) -> float:
    """Turn growth in percent into ln percent, in which TFP growth is measured."""
    return PERCENT * float(np.log1p(percent / PERCENT))
