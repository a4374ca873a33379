"""Enterprises observe each other, seek digital vouchers and climb the ladder (ODD eqs. 9-11).

Enters: the columns, the setting of the quarter, the voucher purse. Leaves: rungs, times and digital gains changed. Every
act calls the rules for all enterprises at once and commits what they decide in its last lines.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.enterprises import demography, digital
from model.enterprises.columns import Enterprises
from model.enterprises.founding import LARGE, PRIVATE, size_bounds
from model.enterprises.productivity import mature_gains, skill_with_training
from model.enterprises.setting import Setting
from model.levers import Levers
from model.parameters import Parameters
from model.vocabulary import SECTORS

Array = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flag = npt.NDArray[np.bool_]

TOP = 3
"""The highest rung."""


def pad(hazards: tuple[float, float, float]) -> Array:
    """Return the three hazards by present rung; none at the top (index 3) nor below the ladder (index -1)."""
    return np.array([*hazards, 0.0])


def spontaneous(p: Parameters) -> Array:
    """Return the spontaneous hazard of the next step, by present rung (4,)."""
    return pad((p.spontaneous_hazard_1, p.spontaneous_hazard_2, p.spontaneous_hazard_3))


def imitation(p: Parameters) -> Array:
    """Return the imitation coefficient of the next step, by present rung (4,)."""
    return pad((p.imitation_hazard_1, p.imitation_hazard_2, p.imitation_hazard_3))


def abandonment(p: Parameters) -> Array:
    """Return the hazard of falling back, by present rung (4,)."""
    return np.array([0.0, p.abandonment_hazard_1, p.abandonment_hazard_2, p.abandonment_hazard_3])


@dataclass(frozen=True)
class Exposure:
    """Predicted shares of peers, (n,): ahead, on the next rung or higher; behind, on one's own or higher (0 at rung 0)."""

    ahead: Array
    behind: Array


def observe(firms: Enterprises, s: Setting) -> Exposure:
    """Return each enterprise's predicted exposure to those who stand where it may step, now or once fallen back (9)."""
    p = s.parameters
    cells = len(s.around.access) * len(SECTORS)
    cell = firms.commune * len(SECTORS) + firms.sector
    count = np.maximum(np.bincount(cell, weights=firms.weight, minlength=cells), 1e-12)
    total = max(float(firms.weight.sum()), 1e-12)
    peers_below, all_below = np.ones(cells), 1.0
    seen = np.zeros((TOP + 2, cells))
    """by rung + 1: predicted share of peers on the rung above or higher; 0 above the top and, at 0, below the ladder"""
    for rung in range(TOP):
        reached = firms.weight * (firms.rung > rung)
        peers, everyone = np.bincount(cell, weights=reached, minlength=cells) / count, float(reached.sum()) / total
        rates = spontaneous(p)[rung], imitation(p)[rung], abandonment(p)[rung + 1], s.dt
        near = digital.predicted_exposure(peers, peers_below, *rates)
        far = digital.predicted_exposure(np.array(everyone), np.array(all_below), *rates)
        seen[rung + 1] = digital.mixed_exposure(near, far, p.network_weight)
        peers_below, all_below = peers, everyone
    return Exposure(ahead=seen[firms.rung + 1, cell], behind=seen[firms.rung, cell])


def choose(applicants: Flag, cost: Array, order: Array, purse: float) -> Flag:
    """Serve applicants in the order of their luck until the purse is empty.

    order: lower is served first. Nobody is served in part.
    """
    queue = np.flatnonzero(applicants)
    queue = queue[np.argsort(order[queue], kind="stable")]
    served = queue[np.cumsum(cost[queue]) <= purse * (1.0 + 1e-12)]
    chosen = np.zeros(len(applicants), dtype=np.bool_)
    chosen[served] = True
    return chosen


@dataclass(frozen=True)
class Vouchers:
    """Who holds a digital voucher this quarter: support (n,) bn VND a year, and the money taken in the quarter.

    cheaper: (n,) factor on the hazard of the step that the voucher is for, 1 without one.
    """

    support: Array
    used: float
    cheaper: Array | float = 1.0


def seek_vouchers(firms: Enterprises, s: Setting, purse: float) -> Vouchers:
    """Let private small and medium enterprises apply for digital vouchers (Decree 80/2021) while the purse lasts."""
    p = s.parameters
    luck, order = s.luck("voucher/apply"), s.luck("voucher/order")
    size = demography.size_class(firms.labour, size_bounds(p))
    eligible = (firms.owner == PRIVATE) & (size < LARGE) & (firms.rung < TOP)
    applicants = np.flatnonzero(eligible & (luck < digital.chance(p.voucher_application_rate, s.dt)))
    cost = digital.step_cost(firms.labour[applicants], s.step_costs[firms.rung[applicants]], p.step_cost_scale)
    offered = digital.subsidy(cost, s.levers.voucher_rate, s.voucher_caps[size[applicants]])
    spent = offered * firms.weight[applicants] * s.dt
    chosen = choose(offered > 0, spent, order[applicants] / s.priority[firms.sector[applicants]], purse)
    support, cheaper = np.zeros(len(firms)), np.ones(len(firms))
    support[applicants[chosen]] = offered[chosen]
    cheaper[applicants[chosen]] = digital.cost_factor(cost[chosen], offered[chosen], p.step_cost_elasticity)
    return Vouchers(support, float(spent[chosen].sum()), cheaper)


def climb(firms: Enterprises, s: Setting, exposure: Exposure, vouchers: Vouchers) -> None:
    """Let enterprises step up the digital ladder or fall back, and their gain mature (eqs. 9-11)."""
    p, rung = s.parameters, firms.rung
    skill_gap = skill_with_training(firms.skill, s.offer.training) - s.norms.skill
    ready = digital.readiness(
        firms.labour,
        skill_gap,
        s.around.access[firms.commune] - s.norms.access,
        s.around.uptake[firms.commune] - s.norms.uptake,
        size_gradient=p.size_gradient,
        size_threshold=p.size_gradient_threshold,
        skill_gradient=p.skill_gradient,
        access_gradient=p.access_gradient,
        uptake_gradient=p.uptake_gradient,
    )
    step = step_hazard(firms, s, rung, exposure.ahead, ready * vouchers.cheaper, vouchers.support > 0)
    again = step_hazard(firms, s, rung - 1, exposure.behind, ready, np.zeros(len(firms), np.bool_))
    forgetful = digital.fall_hazard(np.array(1.0), skill_gap, p.abandonment_skill_gradient)
    fall, slip = abandonment(p)[rung] * forgetful, abandonment(p)[np.minimum(rung + 1, TOP)] * forgetful
    up, down = digital.moving_chance(step, fall + slip, s.dt), digital.moving_chance(fall, step + again, s.dt)
    move = digital.climb(s.luck("climb"), up, down)
    firms.rung = rung + move.astype(np.int64)
    firms.years_on_rung = np.where(move != 0, 0.0, firms.years_on_rung + s.dt)
    firms.since_broad = np.where((move > 0) & (firms.rung >= 2), 0.0, firms.since_broad + s.dt)
    target = mature_gains(firms, p, s.norms.skill, s.offer.training)
    firms.gain = digital.maturing_gain(firms.gain, target, move < 0, float(np.exp(-s.dt / p.gain_maturation)))


def step_hazard(
    firms: Enterprises, s: Setting, level: Whole, exposure: Array, ready: Array, supported: Flag
) -> Array:
    """Return the hazard of a step up from a rung, per year (eq. 9); none from below the ladder (-1) or from its top."""
    p = s.parameters
    financed = digital.finance_factor(firms.constrained, supported, s.offer.relief, p.finance_constrained_multiplier)
    advised = np.where((level == TOP - 1) & served_by_ai(firms, s.levers), 1.0 + s.offer.ai, 1.0)
    hazard = digital.step_hazard(spontaneous(p)[level], imitation(p)[level], exposure, ready * financed * advised)
    return hazard + np.where(level == 0, mandate_hazard(s), 0.0)


def served_by_ai(firms: Enterprises, levers: Levers) -> Flag:
    """Say which enterprises the AI institute serves."""
    sectors = levers.ai_institute.sectors if levers.ai_institute else ()
    return np.array([sector in sectors for sector in SECTORS])[firms.sector]


def mandate_hazard(s: Setting) -> float:
    """Return the hazard that the e-invoice mandate adds to the first step, per year."""
    return float(-np.log1p(-s.parameters.mandate_compliance)) if s.levers.e_invoice_mandate else 0.0
