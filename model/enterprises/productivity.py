"""Assemble an enterprise's ln TFP from its components, one column a source.

Enters: the columns of the enterprises and what they see around them. Leaves: matured digital gains and the table of
components in the order of `accounts.COMPONENTS`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.enterprises import digital, production
from model.enterprises.columns import Enterprises
from model.parameters import Parameters

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Norms:
    """Means at founding that the rules measure against."""

    level: Array
    """(9,) ln TFP level by sector, raked to the sector's value added"""
    skill: float
    rung: float
    research_intensity: float
    """mean R&D per value added over all enterprises"""
    performer_intensity: float
    """R&D per value added of a performer"""
    research_ratio: float
    """R&D stock per value added of a performer"""
    access: float
    """mean connection over enterprises"""
    uptake: float
    """mean use of online services over enterprises"""


@dataclass(frozen=True)
class Surroundings:
    """What enterprises see of their communes, one value a commune: connection, use of online services, 5G coverage."""

    access: Array
    uptake: Array
    coverage: Array


def cumulated_gains(p: Parameters) -> Array:
    """Return the cumulated mature gain of rungs 0..3, ln points."""
    return np.cumsum([0.0, p.digital_gain_1, p.digital_gain_2, p.digital_gain_3])


def skill_with_training(own: Array, training: float) -> Array:
    """Return an enterprise's skill once the province's training is added, 0..1."""
    return np.clip(own + training, 0.0, 1.0)


def relative_skill(own: Array, training: float, founders: float) -> Array:
    """Return skill with training over the founders' mean; 1 for all where founders have none, and so give no measure."""
    return skill_with_training(own, training) / founders if founders > 0.0 else np.ones_like(own)


def mature_gains(firms: Enterprises, p: Parameters, mean_skill: float, training: float) -> Array:
    """Return the matured digital gain of every enterprise at its rung."""
    return digital.mature_gain(
        firms.rung,
        relative_skill(firms.skill, training, mean_skill),
        (firms.since_broad < p.innovation_memory).astype(np.float64),
        cumulated_gains(p),
        skill_complementarity=p.skill_complementarity,
        innovation_complementarity=p.innovation_complementarity,
    )


def components(firms: Enterprises, p: Parameters, around: Surroundings, science: float, shock: Array) -> Array:
    """Return every enterprise's ln-TFP components, (n, 10); shock holds one value a sector."""
    uptake = around.uptake[firms.commune]
    dip = digital.adoption_dip(firms.rung, firms.years_on_rung, p.adoption_dip, p.adoption_dip_duration)
    wedge = production.admin_wedge(
        firms.labour, uptake, firms.rung >= 1, p.admin_cost, p.admin_cost_size_decay, p.admin_saving
    )
    connected = p.connectivity_effect * around.coverage[firms.commune] * uptake
    sources: tuple[Array | float, ...] = (
        firms.imitated, firms.innovated, firms.gain - dip, -wedge, connected, science, firms.noise, shock[firms.sector],
    )  # fmt: skip
    table = np.zeros(firms.components.shape)
    for index, values in enumerate(sources):
        table[:, index] = values
    return table


def relative_tfp(firms: Enterprises, table: Array) -> Array:
    """Return every enterprise's ln TFP against the level of its sector, from its components (n, 10)."""
    total: Array = np.einsum("ij->i", table)  # several times faster than a sum along so short an axis
    return firms.standing + total
