"""The communes: one Mesa agent each, and how they are founded.

Enters: the place's communes, the draw, luck; each quarter, the terms that the province sets for all (`CommuneRates`).
Leaves: capacity, team strength, 5G coverage, use of online services and of cashless payment, by commune.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic

import mesa
import numpy as np
from scipy.special import ndtri

from model.communes.rules import (
    affordable_strength,
    connected_share,
    files_online,
    money_after_teams,
    rollout_reach,
    train_staff,
    use_of_services,
)
from model.dynamics import Array, Quantity, at_least, at_most, relax, saturating, within_unit

if TYPE_CHECKING:
    from model.draws import Luck
    from model.parameters import Parameters
    from model.places.facts import Draw
    from model.places.place import CommuneRecord, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class CommuneRates:
    """Hold what the province sets for all its communes in a quarter. Money is bn VND at 2010 prices.

    digital_teams: strength of teams wanted, against the start's; money: per resident and year; team_cost: of a unit of
    strength, per resident and year; training_scale: money at which training effort is 1 - 1/e; usual_effort: training
    effort at the start; literacy: lift of residents' skill; rollout: hazard of 5G coverage; services: quality times
    provision; push: factor on autonomous uptake; assisted: share of non-users' files a fully able commune files.
    """

    dt: float
    digital_teams: float
    money: float
    team_cost: float
    training_scale: float
    usual_effort: float
    literacy: float
    rollout: float
    services: float
    push: float
    assisted: float


@dataclass(frozen=True, slots=True)
class Start:
    """Hold what a commune has at the start: shares and indices 0..1; team in units of reference strength.

    reach: how fast 5G comes here against the mean of the province.
    """

    access: float
    skill: float
    capacity: float
    team: float
    coverage_5g: float
    uptake: float
    cashless: float
    reach: float


class Communal(Generic[Quantity]):
    """What a commune is and does, written once: for one commune (floats) and for columns of them (arrays).

    access: share with fixed internet; skill: residents' digital skill; capacity: of commune staff; team: strength of
    community digital teams (1 = team_reference members per 1,000); uptake: share who use online services; cashless: share
    who pay cashless; coverage_5g; reach: how fast 5G comes here; assisted: share of non-users' files filed for them at full
    capacity.
    """

    parameters: Parameters
    access: Quantity
    skill: Quantity
    skill_at_start: Quantity
    capacity: Quantity
    capacity_at_start: Quantity
    team: Quantity
    team_at_start: Quantity
    coverage_5g: Quantity
    uptake: Quantity
    cashless: Quantity
    reach: Quantity
    assisted: float

    @property
    def connection(self) -> Quantity:
        """Return the share of residents who are online."""
        return connected_share(self.access, self.coverage_5g, self.parameters.coverage_access_weight)

    @property
    def files_online(self) -> Quantity:
        """Return the share of files that arrive online."""
        return files_online(self.uptake, self.assisted, self.capacity, self.parameters.capacity_base)

    def live_quarter(self, rates: CommuneRates) -> None:
        """Let a quarter pass."""
        money = self.staff_teams(rates.digital_teams, rates.money, rates.team_cost, rates.dt)
        effort = saturating(money, rates.training_scale)
        self.train(effort, rates.usual_effort, rates.literacy, rates.dt)
        self.roll_out(rates.rollout, rates.dt)
        self.adopt_services(rates.services, rates.push, rates.dt)
        self.pay_cashless(rates.push, rates.dt)
        self.assisted = rates.assisted

    def staff_teams(self, wanted: float, money: float, cost: float, dt: float) -> Quantity:
        """Strengthen the teams as far as money pays for it; return what is left of it, per resident and year."""
        sought = affordable_strength(self.team_at_start, wanted, money, cost)
        self.team = relax(self.team, sought, self.parameters.team_turnover, dt)
        return money_after_teams(self.team, self.team_at_start, money, cost)

    def train(self, effort: Quantity, usual_effort: float, literacy: float, dt: float) -> None:
        """Train staff; residents' skill follows the literacy campaigns."""
        p = self.parameters
        trained = train_staff(
            self.capacity, effort, self.capacity_at_start, usual_effort, p.capacity_gain, p.capacity_decay, dt
        )
        self.capacity = at_least(trained, at_most(self.capacity_at_start, p.capacity_base))
        self.skill = within_unit(self.skill_at_start + literacy)

    def roll_out(self, hazard: float, dt: float) -> None:
        """Let 5G reach more of those it does not cover, sooner where people live densely."""
        self.coverage_5g = relax(self.coverage_5g, 1.0, hazard * self.reach, dt)

    def adopt_services(self, services: float, push: float, dt: float) -> None:
        """Let residents take up online services, helped by the teams, as far as connection, skill and quality allow."""
        p = self.parameters
        ceiling = self.connection * self.skill * services
        hazard = p.uptake_autonomous * push + p.uptake_team * self.team
        self.uptake = use_of_services(self.uptake, ceiling, hazard, p.uptake_peer, p.uptake_lapse, dt)

    def pay_cashless(self, push: float, dt: float) -> None:
        """Let residents take up cashless payment, as far as they are connected."""
        p = self.parameters
        ceiling = self.connection * p.cashless_ceiling
        hazard = p.cashless_autonomous * push
        self.cashless = use_of_services(self.cashless, ceiling, hazard, p.cashless_peer, p.uptake_lapse, dt)


class Commune(mesa.Agent, Communal[float]):
    """One commune: its staff, its community digital teams, its residents; record: who it is."""

    def __init__(self, model: mesa.Model, record: CommuneRecord, start: Start, parameters: Parameters) -> None:
        super().__init__(model)
        self.record = record
        self.parameters = parameters
        self.access = start.access
        self.skill = self.skill_at_start = start.skill
        self.capacity = self.capacity_at_start = start.capacity
        self.team = self.team_at_start = start.team
        self.coverage_5g = start.coverage_5g
        self.uptake = start.uptake
        self.cashless = start.cashless
        self.reach = start.reach
        self.assisted = 0.0


LIVED = ("skill", "capacity", "team", "coverage_5g", "uptake", "cashless")
"""What changes while a quarter passes, beside `assisted`, which is the same everywhere."""
GIVEN = ("access", "skill_at_start", "capacity_at_start", "team_at_start", "reach")


class CommuneColumns(Communal[Array]):
    """Communes as columns, (n,) each: what they do together is what each would do alone, in a fraction of the time."""

    def __init__(self, communes: Sequence[Commune], parameters: Parameters) -> None:
        """Copy the communes as they stand."""
        self.parameters = parameters
        self.assisted = communes[0].assisted if communes else 0.0
        for name in (*LIVED, *GIVEN):
            setattr(self, name, np.array([getattr(commune, name) for commune in communes], dtype=np.float64))

    def hand_back(self, communes: Sequence[Commune]) -> None:
        """Tell every commune what it has become."""
        for name in LIVED:
            for commune, value in zip(communes, getattr(self, name).tolist(), strict=True):
                setattr(commune, name, value)
        for commune in communes:
            commune.assisted = self.assisted


def live_together(communes: Sequence[Commune], rates: CommuneRates, parameters: Parameters) -> CommuneColumns:
    """Let a quarter pass in all communes at once, and return them as columns."""
    columns = CommuneColumns(communes, parameters)
    columns.live_quarter(rates)
    columns.hand_back(communes)
    return columns


def found_communes(model: mesa.Model, place: Place, draw: Draw, luck: Luck) -> list[Commune]:
    """Found every commune of the place, in the order of its records, with the place's means and spreads.

    The population-weighted mean of each quantity is the place's fact (but for what cutting to 0..1 takes); wards are
    better off by ward_premium.
    """
    p, facts, records = draw.parameters, draw.facts, place.communes
    people = np.array([record.population for record in records], dtype=np.float64)
    wards = np.array([float(record.kind == "ward") for record in records])

    def spread(purpose: str, deviation: float, premium: float) -> Array:
        chance = luck.uniforms(f"commune/{purpose}", 0, len(records))
        return centred(deviation * ndtri(chance) + premium * wards, people)

    access = within_unit(facts.access + spread("access", p.commune_access_spread, p.ward_premium))
    skill = within_unit(facts.resident_skill + spread("skill", p.commune_skill_spread, p.ward_premium))
    capacity = within_unit(facts.commune_capacity + spread("capacity", facts.capacity_spread, p.ward_premium))
    strength = at_least(1.0 + spread("team", p.commune_team_spread, 0.0), 0.0)
    team = strength * facts.teams_per_1000 / p.team_reference
    same = {"coverage_5g": facts.coverage_5g, "uptake": facts.online_uptake, "cashless": facts.cashless}
    areas = np.array([record.area_km2 for record in records], dtype=np.float64)
    reach = rollout_reach(people, areas, p.rollout_density_elasticity)
    columns = zip(records, *(column.tolist() for column in (access, skill, capacity, team, reach)), strict=True)
    return [
        Commune(model, record, Start(access=a, skill=s, capacity=c, team=t, reach=r, **same), p)
        for record, a, s, c, t, r in columns
    ]


def centred(deviations: Array, weights: Array) -> Array:
    """Shift deviations so that their weighted mean is nought."""
    total = float(weights.sum())
    return deviations - (float((weights * deviations).sum()) / total if total > 0.0 else 0.0)
