"""Settings for known limits: the real model with its parameters, facts and levers moved to where the answer is known.

Enters: a scenario of the scenario folder and what to change. Leaves: scenarios, draws and provinces. Nothing here repeats a
rule of the model: a limit is a place in the space of parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from model.enterprises.columns import Enterprises
from model.enterprises.setting import EVERYBODY, Chances, Rows
from model.parameters import Parameters
from model.places.facts import Draw
from model.province import Province
from model.scenario import Scenario, load_scenario
from model.vocabulary import LINES, SIZES

Array = npt.NDArray[np.float64]

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
"""Where planners keep their scenarios."""

PARAMETERS = frozenset(field.name for field in fields(Parameters))

GOLDEN = (5.0**0.5 - 1.0) / 2.0
"""Its multiples, cut to 0..1, are as even as can be."""

NEVER = 1e-12
"""A hazard at which nothing happens in the age of the universe (where a rule divides by it)."""

NO_MANDATES: Mapping[str, object] = {
    "outside.e_invoice_mandate": {2021: False, 2022: False},
    "outside.online_filing_mandate": {2021: False, 2023: False},
    "outside.central_platforms": {2021: False, 2022: False},
}

NO_MONEY = {"budget.pillars_share": {2021: "0 %"}}

NOBODY_MOVES = dict.fromkeys(
    (
        "spontaneous_hazard_1", "spontaneous_hazard_2", "spontaneous_hazard_3", "imitation_hazard_1",
        "imitation_hazard_2", "imitation_hazard_3", "abandonment_hazard_1", "abandonment_hazard_2",
        "abandonment_hazard_3",
    ),
    0.0,
)  # fmt: skip
"""Nobody climbs the digital ladder or falls back."""

ALL_ALIKE = dict.fromkeys(
    (
        "size_gradient", "skill_gradient", "access_gradient", "uptake_gradient", "finance_constrained_share",
        "step_cost_elasticity", "abandonment_skill_gradient",
    ),
    0.0,
)  # fmt: skip
"""Every enterprise has the same hazards."""

NO_TURNOVER = dict.fromkeys(("entry_rate", *(f"exit_hazard_{size}" for size in SIZES)), 0.0)
"""Nobody enters or leaves."""

ALL_ON_PAPER = {f"rung{rung}_share_{size}": 0.0 for rung in (1, 2, 3) for size in SIZES}
"""Every enterprise starts at rung 0 (facts)."""

NO_LUCK = {"tfp_noise": 0.0, "tfp_dispersion": 0.0, "size_noise": 0.0}
"""Enterprises neither differ in productivity nor fluctuate."""

NO_PROGRESS = {
    "innovation_hazard": NEVER, "catch_up_speed": 0.0, "admin_cost": 0.0, "connectivity_effect": 0.0,
    "digital_gain_1": 0.0, "digital_gain_2": 0.0, "digital_gain_3": 0.0, "adoption_dip": 0.0, "public_return": 0.0,
    "rest_tfp_growth": 0.0, "formalisation": 0.0,
}  # fmt: skip
"""Nothing moves productivity, and labour grows alike everywhere."""

AT_REST = NOBODY_MOVES | NO_TURNOVER | NO_LUCK | NO_PROGRESS
"""A world where nothing happens but investment and the growth of labour."""


@cache
def scenario(name: str = "ha_tinh/baseline", communes: int | None = None) -> Scenario:
    """Load a scenario of the folder, with its first communes only if a number is given."""
    loaded = load_scenario(SCENARIOS / f"{name}.yaml")
    return loaded if communes is None else with_communes(loaded, range(communes))


def with_communes(base: Scenario, rows: range | npt.NDArray[np.int64]) -> Scenario:
    """Return the scenario with only these communes, in this order."""
    records = tuple(base.place.communes[row] for row in rows)
    return replace(base, parts=replace(base.parts, place=replace(base.place, communes=records)))


def beliefs(of: Scenario, changes: Mapping[str, float]) -> Draw:
    """Return the scenario's central draw with some parameters and facts changed (model units)."""
    central = of.central()
    own = {name: value for name, value in changes.items() if name in PARAMETERS}
    facts = {name: value for name, value in changes.items() if name not in PARAMETERS}
    return Draw(replace(central.parameters, **own), replace(central.facts, **facts))


def quiet(communes: int = 2) -> Scenario:
    """Return a small place without money and without mandates."""
    return scenario(communes=communes).with_levers({**NO_MONEY, **NO_MANDATES})


EVENED = frozenset(("climb", "innovate", "innovate/step", "exit"))


class EvenProvince(Province):
    """A province in which enterprises share out evenly the luck of climbing, of innovating and of leaving.

    Each still draws a uniform number, keyed by the same luck, but together they cover the unit interval like the teeth of a
    comb: the share that moves is the chance itself, so that a curve can be held against its closed form without the noise of
    a finite number of enterprises.
    """

    def luck_of(self, firms: Enterprises) -> Chances:
        """Return the luck of enterprises, even within each rung, or among those with and without R&D."""
        own = super().luck_of(firms)

        def even(purpose: str, rows: Rows = EVERYBODY) -> Array:
            luck = own(purpose, rows)
            if purpose not in EVENED:
                return luck
            alike = firms.performs[rows] if purpose == "innovate" else firms.rung[rows]
            return evened(luck, alike.astype(np.int64), (self.quarter + 0.5) * GOLDEN % 1.0)

        return even


def evened(luck: Array, groups: npt.NDArray[np.int64], phase: float) -> Array:
    """Replace uniforms by their ranks within each group, spread evenly over (0, 1), `phase` of a tooth from its lower end.

    Phases that differ from quarter to quarter let the rounding to whole enterprises cancel out over time.
    """
    even = np.empty_like(luck)
    for group in np.unique(groups):
        rows = groups == group
        even[rows] = (rankdata(luck[rows], method="ordinal") - 1.0 + phase) / rows.sum()
    return even


EVERY_LEVER: Mapping[str, object] = {
    "budget.pillars_share": {2021: "1.5 %", 2022: "3 %"},
    "budget.lines": {
        2021: {line: f"{100.0 / len(LINES)!r} %" for line in LINES},
    },
    "budget.relabelled_share": {2022: "10 %"},
    "budget.execution_multiplier": {2022: 1.5},
    "budget.execution_learning": {2022: "20 %"},
    "budget.leakage_multiplier": {2022: 0.8},
    "budget.spending_profile": {2022: ["15 %", "20 %", "25 %", "40 %"]},
    "budget.carry_over_share": {2022: "50 %"},
    "delivery.infrastructure": {2021: "build", 2022: "lease_then_build", 2024: "lease"},
    "delivery.platforms": {2022: "shared"},
    "delivery.digitising_order": {2022: "process_first", 2023: "data_first"},
    "delivery.high_risk_share": {2022: "30 %"},
    "delivery.counterpart_share": {2022: "20 %"},
    "delivery.voucher_rate": {2022: "70 %"},
    "delivery.voucher_caps": {2022: {"micro": "30 m VND", "small": "60 m VND", "medium": "120 m VND"}},
    "delivery.priority_sectors": {2022: {"industry": 2, "tourism": 1.5}},
    "delivery.ai_institute": {2021: {"minimum_scale": "1 bn VND", "sectors": ["industry", "ict"]}},
    "communes.digital_teams": {2022: 2},
    "outside.frontier_growth": {2022: "1.2 %"},
    "outside.enclave_growth": {2022: "4 %"},
    "outside.enclave_change": {2023: "-3 %"},
    "outside.skill_price": {2022: "5 %"},
    "outside.national_package": {2022: 2},
    "outside.brain_drain": {2022: "0.5 %"},
    "outside.demand_shock": {2023: "-2 %"},
    "outside.pandemic": {2022: True},
}
"""Every lever away from its default, most of them from the second year on."""


def middle(number: int) -> Chances:
    """Return luck that is neither good nor bad."""
    return lambda _purpose, rows=EVERYBODY: np.full(number, 0.5)[rows]
