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
    """Return the hazard of falling back, by present rung (6,): none at 0, nor beyond the ladder (4, 5 and index -1)."""
    return np.array([0.0, p.abandonment_hazard_1, p.abandonment_hazard_2, p.abandonment_hazard_3, 0.0, 0.0])


def rates_of_share(p: Parameters, rung: int) -> tuple[float, float, float]:
    """Return what moves the share above a rung, per year: spontaneous, imitation, loss (entrants start at rung 0 or 1)."""
    thinned = p.entry_rate if rung > 0 else 0.0
    return spontaneous(p)[rung], imitation(p)[rung], abandonment(p)[rung + 1] + thinned


@dataclass(frozen=True)
class Exposure:
    """What enterprises see of each other: the predicted share of peers, by rung and by commune and sector.

    seen: (TOP + 2, cells), by rung + 1: peers on the rung above or higher; 0 above the top and, at 0, below the ladder.
    """

    seen: Array

    def above(self, level: Whole, cell: Whole) -> Array:
        """Return the exposure to those above a rung, -1..TOP, in a cell of peers; (n,) each."""
        return self.seen[level + 1, cell]


def cells(firms: Enterprises) -> Whole:
    """Return each enterprise's cell of peers: its commune and sector."""
    return firms.commune * len(SECTORS) + firms.sector


def observe(firms: Enterprises, s: Setting) -> Exposure:
    """Return the predicted shares of those who stand above each rung (9)."""
    p, number = s.parameters, len(s.around.access) * len(SECTORS)
    cell = cells(firms)
    count = np.maximum(np.bincount(cell, weights=firms.weight, minlength=number), 1e-12)
    total = max(float(firms.weight.sum()), 1e-12)
    peers_below, all_below = np.ones(number), 1.0
    seen = np.zeros((TOP + 2, number))
    for rung in range(TOP):
        reached = firms.weight * (firms.rung > rung)
        peers, everyone = np.bincount(cell, weights=reached, minlength=number) / count, float(reached.sum()) / total
        rates = rates_of_share(p, rung)
        near = digital.predicted_exposure(peers, peers_below, *rates, s.dt)
        far = digital.predicted_exposure(np.array(everyone), np.array(all_below), *rates, s.dt)
        seen[rung + 1] = digital.mixed_exposure(near, far, p.network_weight)
        peers_below, all_below = peers, everyone
    return Exposure(seen)


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


def no_vouchers(number: int) -> Vouchers:
    """Return the vouchers of enterprises that hold none."""
    return Vouchers(np.zeros(number), 0.0)


def seek_vouchers(firms: Enterprises, s: Setting, purse: float) -> Vouchers:
    """Let private small and medium enterprises apply for digital vouchers (Decree 80/2021) while the purse lasts."""
    p = s.parameters
    size = demography.size_class(firms.labour, size_bounds(p))
    eligible = (firms.owner == PRIVATE) & (size < LARGE) & (firms.rung < TOP)
    applicants = np.flatnonzero(eligible & (s.luck("voucher/apply") < digital.chance(p.voucher_application_rate, s.dt)))
    order = s.luck("voucher/order", applicants) / s.priority[firms.sector[applicants]]
    cost = digital.step_cost(firms.labour[applicants], s.step_costs[firms.rung[applicants]], p.step_cost_scale)
    offered = digital.subsidy(cost, s.levers.voucher_rate, s.voucher_caps[size[applicants]])
    spent = offered * firms.weight[applicants] * s.dt
    chosen = choose(offered > 0, spent, order, purse)
    support, cheaper = np.zeros(len(firms)), np.ones(len(firms))
    support[applicants[chosen]] = offered[chosen]
    cheaper[applicants[chosen]] = digital.cost_factor(cost[chosen], offered[chosen], p.step_cost_elasticity)
    return Vouchers(support, float(spent[chosen].sum()), cheaper)


def climb(firms: Enterprises, s: Setting, exposure: Exposure, vouchers: Vouchers) -> None:
    """Let enterprises step up the digital ladder or fall back, and their gain mature (eqs. 9-11)."""
    p, rung, no = s.parameters, firms.rung, np.zeros(len(firms), np.bool_)
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
    cell, higher, advised = cells(firms), np.minimum(rung + 1, TOP), served_by_ai(firms, s.levers)
    supported, alone = (ready * financed(firms, s, support) for support in (vouchers.support > 0, no))
    step = step_hazard(s, rung, exposure.above(rung, cell), supported * vouchers.cheaper, advised)
    onward = step_hazard(s, higher, exposure.above(higher, cell), alone, advised)
    again = step_hazard(s, rung - 1, exposure.above(rung - 1, cell), alone, advised)
    forgetful = digital.fall_hazard(np.array(1.0), skill_gap, p.abandonment_skill_gradient)
    further, fall, slip, loss = (abandonment(p)[rung + level] * forgetful for level in (-1, 0, 1, 2))
    move = digital.climb(
        s.luck("climb"),
        digital.moving_chance(step, fall + slip, s.dt), digital.twice_chance(step, onward, fall + slip + loss, s.dt),
        digital.moving_chance(fall, step + again, s.dt), digital.twice_chance(fall, further, step + again, s.dt),
    )  # fmt: skip
    moved = move != 0.0
    firms.rung = rung + move.astype(np.int64)
    firms.years_on_rung = np.where(moved, 0.5 * s.dt, firms.years_on_rung + s.dt)
    firms.since_broad = np.where((move > 0.0) & (firms.rung >= 2), 0.0, firms.since_broad + s.dt)
    target = mature_gains(firms, p, s.norms.skill, s.offer.training)
    firms.gain = digital.maturing_gain(firms.gain, target, move, s.dt, p.gain_maturation)


def financed(firms: Enterprises, s: Setting, supported: Flag) -> Array:
    """Return what is left of each enterprise's hazards of a step when finance constrains it."""
    return digital.finance_factor(
        firms.constrained, supported, s.offer.relief, s.parameters.finance_constrained_multiplier
    )


def step_hazard(s: Setting, level: Whole, exposure: Array, ready: Array, advised: Flag) -> Array:
    """Return the hazard of a step up from a rung, per year (eq. 9); none from below the ladder (-1) or from its top.

    ready: factor of each enterprise's own readiness and finance; advised: whom the AI institute helps to the top.
    """
    p = s.parameters
    helped = np.where((level == TOP - 1) & advised, 1.0 + s.offer.ai, 1.0)
    hazard = digital.step_hazard(spontaneous(p)[level], imitation(p)[level], exposure, ready * helped)
    return hazard + np.where(level == 0, mandate_hazard(s), 0.0)


def served_by_ai(firms: Enterprises, levers: Levers) -> Flag:
    """Say which enterprises the AI institute serves."""
    sectors = levers.ai_institute.sectors if levers.ai_institute else ()
    return np.array([sector in sectors for sector in SECTORS])[firms.sector]


def mandate_hazard(s: Setting) -> float:
    """Return the hazard that the e-invoice mandate adds to the first step, per year."""
    return float(-np.log1p(-s.parameters.mandate_compliance)) if s.levers.e_invoice_mandate else 0.0
