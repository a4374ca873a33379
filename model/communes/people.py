"""The census: what communes and public services come to for the whole province.

Enters: the communes and the government's effects. Leaves: means weighted by residents, and the lowest decile of communes,
because an average hides the remote ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from model.communes.agent import CommuneColumns
from model.dynamics import weighted_sum
from model.government.effects import Effects
from model.parameters import Parameters

if TYPE_CHECKING:
    from model.state import ProvinceState

Array = npt.NDArray[np.float64]
LOWEST_DECILE = 10
"""Percentile of communes that is reported beside the mean."""
OF_LOWEST = "_lowest_decile"
LOWEST_OF = ("uptake", "capacity", "team")
"""The quantities of which it is reported."""


@dataclass(frozen=True)
class People:
    """Shares 0..1 over residents, unless said otherwise."""

    uptake: float
    """who use online services (latent)"""
    uptake_lowest_decile: float
    files_online: float
    """of files, those filed online"""
    users: float
    """who say in a survey that they used an online service"""
    cashless: float
    """of payments; needs a payer who pays cashless and an enterprise at rung 1"""
    coverage: float
    """covered by 5G"""
    skill: float
    capacity: float
    """of commune staff, index"""
    capacity_lowest_decile: float
    team: float
    """strength of community digital teams, index"""
    team_lowest_decile: float
    provided: float
    """of services, those provided online"""
    quality: float
    """of services, index"""
    staff_time_saved: float


def all_people(parts: Sequence[People], residents: Array, communes: Mapping[str, Array]) -> People:
    """Return the people of several places as those of one.

    residents: (places,); communes: every quantity of all their communes, of which the lowest decile is taken.
    """
    names = [field.name for field in fields(People) if not field.name.endswith(OF_LOWEST)]
    weights = residents / residents.sum()
    means = {name: weighted_sum(weights, np.array([getattr(part, name) for part in parts])) for name in names}
    low = {f"{name}{OF_LOWEST}": float(np.percentile(communes[name], LOWEST_DECILE)) for name in LOWEST_OF}
    return People(**means, **low)


def census(province: ProvinceState, communes: CommuneColumns, merchants: float) -> People:
    """Count the communes; `merchants` is the share of enterprises that take cashless payment (rung 1 or higher)."""
    return count(communes, province.commune_shares, province.effects, province.draw.parameters, merchants)


def count(communes: CommuneColumns, shares: Array, effects: Effects, p: Parameters, merchants: float) -> People:
    """Weigh the communes by their shares of residents; without communes everything is 0."""
    c = communes
    table = np.array((c.uptake, c.files_online, c.cashless, c.coverage_5g, c.skill, c.capacity, c.team))
    if not table.shape[1]:
        shares, table = np.zeros(1), np.zeros((len(table), 1))
    uptake, files, cashless, coverage, skill, capacity, team = (shares * table).sum(axis=1).tolist()
    low = np.percentile(table, LOWEST_DECILE, axis=1).tolist()
    return People(
        uptake=uptake,
        uptake_lowest_decile=low[0],
        files_online=files,
        users=uptake * p.people_per_file,
        cashless=cashless * merchants,
        coverage=coverage,
        skill=skill,
        capacity=capacity,
        capacity_lowest_decile=low[5],
        team=team,
        team_lowest_decile=low[6],
        provided=effects.services_provided,
        quality=effects.service_quality,
        staff_time_saved=p.staff_time_per_file * files * effects.process_index,
    )
