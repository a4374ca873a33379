"""What enterprises do in a quarter: observe, climb, research, innovate, imitate, produce, grow, leave and enter.

Enters: the columns, and the `Setting` of the quarter (parameters, norms, levers, what government and communes offer, luck).
Leaves: the columns changed. Every function calls the rules for all enterprises at once and commits what they decide in its
last lines; none holds a formula of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.draws import exponential, laplace, normal
from model.dynamics import accumulate, weighted_sum
from model.enterprises import demography, digital, innovation, production
from model.enterprises.columns import Enterprises
from model.enterprises.founding import FOREIGN, LARGE, PRIVATE, by_size, size_bounds
from model.enterprises.productivity import Norms, Surroundings, components, mature_gains, skill_with_training
from model.levers import Levers
from model.parameters import Parameters
from model.vocabulary import SECTORS

Array = npt.NDArray[np.float64]
Flag = npt.NDArray[np.bool_]

INDUSTRY = SECTORS.index("industry")
TOP = 3
"""The highest rung."""


@dataclass(frozen=True)
class Offer:
    """What the government's effects mean for enterprises in a quarter; 0 everywhere under unchanged policy.

    training: rise of skill; ai, ip, linkage: rises of the hazard of rung 3, of starting R&D, of the speed of catching up;
    relief: share of the finance constraint lifted; knowledge: relative growth of the public knowledge stock.
    """

    training: float
    ai: float
    ip: float
    linkage: float
    relief: float
    knowledge: float


@dataclass(frozen=True)
class Setting:
    """Everything of a quarter that enterprises do not decide. Money at 2010 prices, bn VND."""

    parameters: Parameters
    norms: Norms
    levers: Levers
    around: Surroundings
    offer: Offer
    step_costs: Array
    """(4,) cost of the step to rung 1, 2, 3 for an enterprise of ten workers; the last repeats the third"""
    voucher_caps: Array
    """(4,) yearly cap of a voucher by size class"""
    project: float
    """size of a supported research project, a year"""
    frontier: float
    """rise of ln TFP of the frontier since the start"""
    science: float
    """ln TFP that public science has added since the start"""
    dt: float
    luck: Callable[[str], Array]
    """uniforms of all enterprises for a purpose of this quarter"""

    @property
    def priority(self) -> Array:
        """Return the priority of each sector, mean 1 over sectors."""
        weights = np.array([self.levers.priority_sectors[sector] for sector in SECTORS])
        return weights / weights.mean()


def pad(hazards: tuple[float, float, float]) -> Array:
    """Return the three hazards by present rung, 0 for those who cannot step up further."""
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


def observe(firms: Enterprises, s: Setting) -> Array:
    """Return each enterprise's predicted exposure to those who stand on its next rung or higher (eq. 9)."""
    p = s.parameters
    cells = len(s.around.access) * len(SECTORS)
    cell = firms.commune * len(SECTORS) + firms.sector
    count = np.maximum(np.bincount(cell, weights=firms.weight, minlength=cells), 1e-12)
    total = max(float(firms.weight.sum()), 1e-12)
    peers_below, all_below = np.ones(cells), 1.0
    exposure = np.zeros(len(firms))
    for rung in range(TOP):
        reached = firms.weight * (firms.rung > rung)
        peers, everyone = np.bincount(cell, weights=reached, minlength=cells) / count, float(reached.sum()) / total
        rates = spontaneous(p)[rung], imitation(p)[rung], abandonment(p)[rung + 1], s.dt
        near = digital.predicted_exposure(peers, peers_below, *rates)
        far = digital.predicted_exposure(np.array(everyone), np.array(all_below), *rates)
        here = firms.rung == rung
        exposure[here] = digital.mixed_exposure(near, far, p.network_weight)[cell[here]]
        peers_below, all_below = peers, everyone
    return exposure


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
    """Who holds a digital voucher this quarter: support (n,) bn VND a year, and the money taken in the quarter."""

    support: Array
    used: float


def seek_vouchers(firms: Enterprises, s: Setting, purse: float) -> Vouchers:
    """Let private small and medium enterprises apply for digital vouchers (Decree 80/2021) while the purse lasts."""
    p = s.parameters
    luck, order = s.luck("voucher/apply"), s.luck("voucher/order")
    size = demography.size_class(firms.labour, size_bounds(p))
    eligible = (firms.owner == PRIVATE) & (size < LARGE) & (firms.rung < TOP)
    applies = eligible & (luck < digital.chance(p.voucher_application_rate, s.dt))
    cost = digital.step_cost(firms.labour, s.step_costs[firms.rung], p.step_cost_scale)
    support = digital.subsidy(cost, s.levers.voucher_rate, s.voucher_caps[size])
    spent = support * firms.weight * s.dt
    chosen = choose(applies & (support > 0), spent, order / s.priority[firms.sector], purse)
    return Vouchers(np.where(chosen, support, 0.0), float(spent[chosen].sum()))


def climb(firms: Enterprises, s: Setting, exposure: Array, vouchers: Vouchers) -> None:
    """Let enterprises step up the digital ladder or fall back, and their gain mature (eqs. 9-11)."""
    p, rung = s.parameters, firms.rung
    skill_gap = skill_with_training(firms.skill, s.offer.training) - s.norms.skill
    factor = digital.readiness(
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
    supported = vouchers.support > 0
    factor *= digital.finance_factor(firms.constrained, supported, s.offer.relief, p.finance_constrained_multiplier)
    cost = digital.step_cost(firms.labour, s.step_costs[rung], p.step_cost_scale)
    factor *= digital.cost_factor(cost, vouchers.support, p.step_cost_elasticity)
    factor *= np.where((rung == TOP - 1) & served_by_ai(firms, s.levers), 1.0 + s.offer.ai, 1.0)
    step = digital.step_hazard(spontaneous(p)[rung], imitation(p)[rung], exposure, factor)
    step += np.where(rung == 0, mandate_hazard(s), 0.0)
    fall = digital.fall_hazard(abandonment(p)[rung], skill_gap, p.abandonment_skill_gradient)
    move = digital.climb(s.luck("climb"), digital.chance(step, s.dt), digital.chance(fall, s.dt))
    firms.rung = rung + move.astype(np.int64)
    firms.years_on_rung = np.where(move != 0, 0.0, firms.years_on_rung + s.dt)
    firms.since_broad = np.where((move > 0) & (firms.rung >= 2), 0.0, firms.since_broad + s.dt)
    target = mature_gains(firms, p, s.norms.skill, s.offer.training)
    firms.gain = digital.maturing_gain(firms.gain, target, move < 0, float(np.exp(-s.dt / p.gain_maturation)))


def served_by_ai(firms: Enterprises, levers: Levers) -> Flag:
    """Say which enterprises the AI institute serves."""
    sectors = levers.ai_institute.sectors if levers.ai_institute else ()
    return np.array([sector in sectors for sector in SECTORS])[firms.sector]


def mandate_hazard(s: Setting) -> float:
    """Return the hazard that the e-invoice mandate adds to the first step, per year."""
    return float(-np.log1p(-s.parameters.mandate_compliance)) if s.levers.e_invoice_mandate else 0.0


@dataclass(frozen=True)
class Research:
    """The quarter's R&D: spending and grants (n,) bn VND a year, supported enterprises, and the grant money taken."""

    spending: Array
    grant: Array
    supported: Flag
    used: float


def research(firms: Enterprises, s: Setting, purse: float) -> Research:
    """Start and stop R&D, award grants while the purse lasts, and build the R&D stock (eq. 12)."""
    p, cf = s.parameters, s.levers.counterpart_share
    commit_performers(firms, s)
    counterpart = cf * s.project
    active = firms.performs | (firms.since_broad < p.innovation_memory)
    eligible = active & (firms.owner != FOREIGN) & innovation.can_carry(counterpart, firms.output, p.grant_affordability)
    applies = eligible & (s.luck("grant/apply") < digital.chance(p.grant_application_rate, s.dt))
    size = innovation.grant_size(s.project, cf)
    spent = size * firms.weight * s.dt
    chosen = choose(applies & (size > 0), spent, s.luck("grant/order") / s.priority[firms.sector], purse)
    grant = np.where(chosen, size, 0.0)
    spending = innovation.research(
        firms.output, firms.performs, s.norms.performer_intensity, grant, np.where(chosen, counterpart, 0.0),
        p.grant_additionality,
    )  # fmt: skip
    real = np.maximum(spending, 0.0) / (1.0 + s.levers.skill_price)
    firms.research_stock = accumulate(firms.research_stock, real, p.rd_depreciation, s.dt)
    return Research(real, grant, chosen, float(spent[chosen].sum()))


def commit_performers(firms: Enterprises, s: Setting) -> None:
    """Let enterprises take up or give up formal R&D, at hazards that keep the shares of the survey under no policy."""
    p = s.parameters
    share = by_size(p, "rd_performers")[demography.size_class(firms.labour, size_bounds(p))]
    start = p.performer_exit * share / (1.0 - share) * (1.0 + s.offer.ip)
    hazard = np.where(firms.performs, p.performer_exit, start)
    firms.performs = firms.performs ^ (s.luck("performer") < digital.chance(hazard, s.dt))


def innovate(firms: Enterprises, s: Setting, work: Research) -> None:
    """Let innovations arrive, strict and broad, and raise ln TFP (eq. 13)."""
    p, norms = s.parameters, s.norms
    skill_lead = (skill_with_training(firms.skill, s.offer.training) - norms.skill) / norms.skill
    hazard = innovation.arrival_hazard(
        p.innovation_hazard,
        innovation.effort(work.spending / np.maximum(firms.output, 1e-12), p.informal_rd_intensity, norms.research_intensity),
        firms.rung - norms.rung,
        s.offer.knowledge,
        skill_lead,
        firms.imitated + firms.innovated,
        rd_elasticity=p.innovation_rd_elasticity,
        digital=p.complementarity_digital,
        knowledge=p.complementarity_knowledge,
        skill=p.complementarity_skill,
        fishing_out=p.fishing_out,
    )
    luck = s.luck("innovate")
    strict = luck < digital.chance(hazard, s.dt)
    broad = luck < digital.chance(hazard * p.broad_innovation_multiple, s.dt)
    risky = work.supported & (s.luck("risk/project") < s.levers.high_risk_share)
    step = innovation.innovation_gain(
        exponential(s.luck("innovate/step")), s.luck("risk/outcome"), risky, p.innovation_step, p.high_risk_success,
        p.high_risk_payoff,
    )  # fmt: skip
    firms.innovated = firms.innovated + np.where(strict, step, 0.0)
    firms.since_strict = np.where(strict, 0.0, firms.since_strict + s.dt)
    firms.since_broad = np.where(broad, 0.0, firms.since_broad)


def gap_to_frontier(firms: Enterprises, s: Setting) -> Array:
    """Return each enterprise's distance to the frontier of its kind, ln points (eq. 14)."""
    return s.parameters.frontier_gap + s.frontier - s.science - firms.imitated - firms.innovated


def imitate(firms: Enterprises, s: Setting) -> None:
    """Let enterprises catch up with the frontier, and their passing productivity fluctuate (eqs. 14, 16)."""
    p = s.parameters
    speed = innovation.catch_up_speed(
        p.catch_up_speed,
        skill_with_training(firms.skill, s.offer.training) / s.norms.skill,
        innovation.research_lead(firms.research_stock, firms.output, s.norms.research_ratio),
        np.where(firms.sector == INDUSTRY, s.offer.linkage, 0.0),
        skill_complementarity=p.skill_complementarity,
        absorption=p.absorption,
    )
    firms.imitated = firms.imitated + innovation.catch_up(gap_to_frontier(firms, s), speed, s.dt)
    firms.noise = innovation.fluctuation(firms.noise, normal(s.luck("noise")), p.tfp_persistence, p.tfp_noise, s.dt)


def produce(firms: Enterprises, s: Setting, shock: Array) -> None:
    """Let every enterprise produce with the labour and capital it has (eq. 17); shock is the year's, by sector."""
    p = s.parameters
    firms.components = components(firms, p, s.around, s.science, shock)
    log_tfp = s.norms.level[firms.sector] + firms.standing + firms.components.sum(axis=1)
    firms.log_capital, firms.log_labour = np.log(firms.capital), np.log(firms.labour)
    firms.output = np.exp(production.log_output(log_tfp, firms.log_capital, firms.log_labour, p.capital_share))
    firms.past_tfp = np.column_stack((firms.past_tfp[:, 1:], log_tfp))


def equip(newborn: Enterprises, s: Setting, shock: Array, capital_output: float) -> None:
    """Give entrants the capital with which they produce at the place's capital-output ratio; they produce next quarter."""
    p = s.parameters
    newborn.gain = mature_gains(newborn, p, s.norms.skill, s.offer.training)
    table = components(newborn, p, s.around, s.science, shock)
    log_tfp = s.norms.level[newborn.sector] + newborn.standing + table.sum(axis=1)
    newborn.capital = capital_output * production.output_at_ratio(log_tfp, newborn.labour, capital_output, p.capital_share)
    newborn.past_tfp = np.repeat(log_tfp[:, None], newborn.past_tfp.shape[1], axis=1)


def grow(firms: Enterprises, s: Setting, investment: float, booked: Array) -> None:
    """Draw labour towards rising productivity, and invest (eqs. 18, 19); `share_labour` then meets the supply.

    investment: share of output; booked: (n,) public money that became capital this quarter, bn VND.
    """
    p = s.parameters
    change = firms.past_tfp[:, -1] - firms.past_tfp[:, 0]
    mean_change = float(np.average(change, weights=firms.weight * firms.labour)) if len(firms) else 0.0
    pull = production.labour_pull(change, mean_change, p.reallocation_elasticity, s.dt)
    shock = production.size_shock(
        laplace(s.luck("size")), firms.labour, p.size_noise, p.size_noise_exponent, p.size_noise_reference, s.dt
    )
    firms.labour = np.maximum(firms.labour * np.exp(pull + shock), 1.0)
    firms.capital = accumulate(firms.capital, investment * firms.output, p.capital_depreciation, s.dt) + booked


def share_labour(firms: Enterprises, supply: float) -> None:
    """Scale labour to the supply of the enterprises (workers)."""
    firms.labour = firms.labour * (supply / max(weighted_sum(firms.weight, firms.labour), 1e-12))


def leavers(firms: Enterprises, s: Setting) -> Flag:
    """Say who leaves the market this quarter (eq. 20)."""
    p = s.parameters
    size = demography.size_class(firms.labour, size_bounds(p))
    own = firms.standing + firms.imitated + firms.innovated + firms.noise
    centre = float(np.average(own, weights=firms.weight)) if len(firms) else 0.0
    hazard = demography.exit_hazard(by_size(p, "exit_hazard")[size], own - centre, p.exit_selection)
    return s.luck("exit") < digital.chance(hazard, s.dt)


def replace_leavers(firms: Enterprises, leaves: Flag, newborn: Enterprises) -> Enterprises:
    """Take leavers out and let the newborn in; capital changes hands and none is lost.

    What leavers had beyond the newborn's needs is sold to those who stay, in proportion to their capital (and bought from
    them where it falls short).
    """
    stay = firms.only(~leaves)
    staying = weighted_sum(stay.weight, stay.capital)
    freed = weighted_sum(firms.weight[leaves], firms.capital[leaves]) - weighted_sum(newborn.weight, newborn.capital)
    stay.capital = stay.capital * max(1.0 + freed / max(staying, 1e-12), 0.0)
    return stay.joined(newborn)
