"""One enterprise as an agent that acts: the rules of this room, one number at a time.

Enters: a row of `Enterprises`, the setting of a quarter, what the enterprise sees of the others. Leaves: its state changed,
what it applies for, whether it leaves. `model.twin` steps these agents; runs in earnest use columns, which agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeAlias

import mesa
import numpy as np
import numpy.typing as npt

from model.draws import exponential, laplace_motion, normal
from model.dynamics import accumulate
from model.enterprises import demography, digital, innovation, production
from model.enterprises.adoption import TOP, abandonment, imitation, mandate_hazard, rates_of_share, spontaneous
from model.enterprises.columns import memory
from model.enterprises.discovery import INDUSTRY
from model.enterprises.founding import (
    FOREIGN,
    LARGE,
    PRIVATE,
    by_size,
    passing_deviation,
    performing_share,
    size_bounds,
)
from model.enterprises.productivity import cumulated_gains, relative_skill, skill_with_training
from model.enterprises.setting import Setting
from model.vocabulary import SECTORS

if TYPE_CHECKING:
    from model.twin import Twin

Array = npt.NDArray[np.float64]
Number: TypeAlias = Any
"""One number: the rules take a number as they take a column of them."""
Counts: TypeAlias = list[dict[tuple[int, int], float]]
"""By rung: how many enterprises of each commune and sector stand on it or higher."""


def number(value: float) -> Number:
    """Return a number as the rules see one."""
    return np.float64(value)


NONE = number(0.0)


class Enterprise(mesa.Agent):
    """One enterprise. `own` is its state, under the names of `Enterprises`; every method is one act of a quarter."""

    model: Twin

    def __init__(self, model: Twin, state: dict[str, Any]) -> None:
        super().__init__(model)
        self.own = SimpleNamespace(**state)

    def luck(self, purpose: str) -> Number:
        """Return this quarter's luck in a matter."""
        return self.model.luck.of(np.array([self.own.identity]), purpose, self.model.quarter)[0]

    @property
    def size(self) -> int:
        """Return the size class."""
        return int(demography.size_class(self.own.labour, size_bounds(self.model.draw.parameters)))

    @property
    def cell(self) -> tuple[int, int]:
        """Return whom the enterprise sees as peers: its commune and sector."""
        return int(self.own.commune), int(self.own.sector)

    @property
    def strength(self) -> Number:
        """Return ln TFP against the sector, as selection sees it."""
        return self.own.standing + self.own.imitated + self.own.innovated + self.own.noise

    @property
    def change(self) -> Number:
        """Return the change of ln TFP over a year."""
        return self.own.past_tfp[-1] - self.own.past_tfp[0]

    # Digital tools

    def observe(self, s: Setting, higher: Counts, all_higher: Sequence[float]) -> None:
        """See how many have what comes next, and how many have what would come next after falling back."""
        rung = int(self.own.rung)
        self.beyond, self.ahead, self.behind = (
            self.exposure(s, level, higher, all_higher) for level in (rung + 1, rung, rung - 1)
        )

    def exposure(self, s: Setting, rung: int, higher: Counts, all_higher: Sequence[float]) -> Number:
        """Return the predicted exposure to those above a rung; none above the top or from below the ladder."""
        if not 0 <= rung < TOP:
            return NONE
        p, cell = s.parameters, self.cell
        rates, count = (*rates_of_share(p, rung), s.dt), max(higher[0][cell], 1e-12)
        peers, below = (number(higher[level][cell] / count if level else 1.0) for level in (rung + 1, rung))
        all_, all_below = (number(all_higher[level] / all_higher[0]) for level in (rung + 1, rung))
        near, far = (
            digital.predicted_exposure(peers, below, *rates),
            digital.predicted_exposure(all_, all_below, *rates),
        )
        return digital.mixed_exposure(near, far, p.network_weight)

    def seek_voucher(self, s: Setting) -> Number:
        """Return the yearly support that the enterprise applies for, 0 if it does not."""
        p, own, self.voucher = s.parameters, self.own, NONE
        if own.owner != PRIVATE or self.size >= LARGE or own.rung >= TOP:
            return 0.0
        if self.luck("voucher/apply") >= digital.chance(p.voucher_application_rate, s.dt):
            return 0.0
        cost = digital.step_cost(own.labour, s.step_costs[own.rung], p.step_cost_scale)
        return digital.subsidy(cost, s.levers.voucher_rate, s.voucher_caps[self.size])

    def step_hazard(self, s: Setting, rung: int, exposure: Number, ready: Number, voucher: Number) -> Number:
        """Return the hazard of a step up from a rung; none from the top or from below the ladder."""
        p, own, institute = s.parameters, self.own, s.levers.ai_institute
        if not 0 <= rung < TOP:
            return NONE
        factor = digital.finance_factor(own.constrained, voucher > 0, s.offer.relief, p.finance_constrained_multiplier)
        if rung == TOP - 1 and institute and SECTORS[own.sector] in institute.sectors:
            factor = factor * (1.0 + s.offer.ai)
        hazard = digital.step_hazard(spontaneous(p)[rung], imitation(p)[rung], exposure, ready * factor)
        return hazard + (mandate_hazard(s) if rung == 0 else 0.0)

    def climb(self, s: Setting) -> None:
        """Step up the ladder, fall back or stay; let the gain mature."""
        p, own, norms, around, rung = s.parameters, self.own, s.norms, s.around, int(self.own.rung)
        gap = skill_with_training(own.skill, s.offer.training) - norms.skill
        ready: Number = digital.readiness(
            own.labour, gap, around.access[own.commune] - norms.access, around.uptake[own.commune] - norms.uptake,
            size_gradient=p.size_gradient, size_threshold=p.size_gradient_threshold, skill_gradient=p.skill_gradient,
            access_gradient=p.access_gradient, uptake_gradient=p.uptake_gradient,
        )  # fmt: skip
        cost = digital.step_cost(own.labour, s.step_costs[rung], p.step_cost_scale)
        cheaper = digital.cost_factor(cost, self.voucher, p.step_cost_elasticity)
        step = self.step_hazard(s, rung, self.ahead, ready * cheaper, self.voucher)
        onward = self.step_hazard(s, rung + 1, self.beyond, ready, NONE)
        again = self.step_hazard(s, rung - 1, self.behind, ready, NONE)
        further, fall, slip, loss = (
            digital.fall_hazard(abandonment(p)[rung + level], gap, p.abandonment_skill_gradient)
            for level in (-1, 0, 1, 2)
        )
        up, down = digital.moving_chance(step, fall + slip, s.dt), digital.moving_chance(fall, step + again, s.dt)
        up_twice = digital.twice_chance(step, onward, fall + slip + loss, s.dt)
        down_twice = digital.twice_chance(fall, further, step + again, s.dt)
        move = digital.climb(self.luck("climb"), up, up_twice, down, down_twice)
        own.rung += int(move)
        own.years_on_rung = 0.5 * s.dt if move else own.years_on_rung + s.dt
        own.since_broad = 0.0 if move > 0 and own.rung >= 2 else own.since_broad + s.dt
        own.gain = digital.maturing_gain(own.gain, self.mature_gain(s), move, s.dt, p.gain_maturation)[()]

    def mature_gain(self, s: Setting) -> Number:
        """Return what the present rung yields once mature."""
        p, own = s.parameters, self.own
        return digital.mature_gain(
            own.rung, relative_skill(own.skill, s.offer.training, s.norms.skill),
            own.since_broad < p.innovation_memory, cumulated_gains(p), skill_complementarity=p.skill_complementarity,
            innovation_complementarity=p.innovation_complementarity,
        )  # fmt: skip

    # Research and innovation

    def seek_grant(self, s: Setting) -> Number:
        """Take up or give up R&D; return the yearly grant that the enterprise applies for, 0 if it does not."""
        p, own, cf, self.grant = s.parameters, self.own, s.levers.counterpart_share, NONE
        share = performing_share(own.labour, p)
        start = p.performer_exit * share / (1.0 - share) * (1.0 + s.offer.ip)
        own.performs ^= self.luck("performer") < digital.chance(p.performer_exit if own.performs else start, s.dt)
        active = own.performs or own.since_broad < p.innovation_memory
        able = own.owner != FOREIGN and innovation.can_carry(cf * s.project, own.output, p.grant_affordability)
        applies = self.luck("grant/apply") < digital.chance(p.grant_application_rate, s.dt)
        return innovation.grant_size(s.project, cf) if active and able and applies else 0.0

    def research(self, s: Setting) -> None:
        """Spend on R&D and build the stock."""
        p, own, cost = s.parameters, self.own, s.levers.counterpart_share * s.project
        intensity = s.norms.performer_intensity / (1.0 + s.levers.skill_price)
        counterpart = cost if self.grant else 0.0
        self.spending: Number = innovation.research(
            own.output, own.performs, intensity, self.grant, number(counterpart), p.grant_additionality
        )
        own.research_stock = accumulate(own.research_stock, self.spending, p.rd_depreciation, s.dt)

    def innovate(self, s: Setting) -> None:
        """Innovate, strictly or in the broad sense, if luck will have it."""
        p, own, norms, luck = s.parameters, self.own, s.norms, self.luck("innovate")
        lead = relative_skill(own.skill, s.offer.training, norms.skill) - 1.0
        intensity = self.spending / max(own.output, 1e-12)
        hazard: Number = innovation.arrival_hazard(
            p.innovation_hazard, innovation.effort(intensity, p.informal_rd_intensity, norms.research_intensity),
            own.rung - norms.rung, s.offer.knowledge, lead, own.imitated + own.innovated,
            rd_elasticity=p.innovation_rd_elasticity, digital=p.complementarity_digital,
            knowledge=p.complementarity_knowledge, skill=p.complementarity_skill, fishing_out=p.fishing_out,
        )  # fmt: skip
        own.since_strict += s.dt
        if luck < digital.chance(hazard, s.dt):
            risky = number(self.grant > 0 and self.luck("risk/project") < s.levers.high_risk_share)
            success, payoff = p.high_risk_success, p.high_risk_payoff
            size, fortune = exponential(self.luck("innovate/step")), self.luck("risk/outcome")
            gain: Number = innovation.innovation_gain(size, fortune, risky, p.innovation_step, success, payoff)
            own.innovated += innovation.arrivals(hazard, s.dt) * gain
            own.since_strict = 0.0
        if luck < digital.chance(hazard * p.broad_innovation_multiple, s.dt):
            own.since_broad = 0.0

    def imitate(self, s: Setting) -> None:
        """Catch up with the frontier; let passing productivity fluctuate."""
        p, own, linked = s.parameters, self.own, number(s.offer.linkage if self.own.sector == INDUSTRY else 0.0)
        research_lead = innovation.research_lead(own.research_stock, own.output, s.norms.research_ratio)
        speed = innovation.catch_up_speed(
            p.catch_up_speed, relative_skill(own.skill, s.offer.training, s.norms.skill), research_lead, linked,
            skill_complementarity=p.skill_complementarity, absorption=p.absorption,
        )  # fmt: skip
        own.imitated += innovation.catch_up(s.lead - own.imitated - own.innovated, speed, s.dt)
        spread = passing_deviation(own.labour, p)
        own.noise = innovation.fluctuation(own.noise, normal(self.luck("noise")), p.tfp_persistence, spread, s.dt)

    # Production and the market

    def components(self, s: Setting, shock: Array) -> list[Number]:
        """Return the sources of ln TFP, in the order of `accounts.COMPONENTS`."""
        p, own, uptake = s.parameters, self.own, s.around.uptake[self.own.commune]
        dip = digital.adoption_dip(own.rung, own.years_on_rung, p.adoption_dip, p.adoption_dip_duration)
        cost, decay, saving = p.admin_cost, p.admin_cost_size_decay, p.admin_saving
        wedge = production.admin_wedge(own.labour, uptake, own.rung >= 1, cost, decay, saving)
        connected = p.connectivity_effect * s.around.coverage[own.commune] * uptake
        gained = [own.imitated, own.innovated, own.gain - dip, -wedge, connected, s.science, own.noise]
        return [*gained, shock[own.sector], 0.0, 0.0]

    def log_tfp(self, s: Setting, components: Sequence[Number]) -> Number:
        """Return ln TFP from its sources."""
        return s.norms.level[self.own.sector] + self.own.standing + np.sum(components)

    def produce(self, s: Setting, shock: Array) -> None:
        """Produce with the labour and capital there is."""
        own = self.own
        own.components = self.components(s, shock)
        log_tfp = self.log_tfp(s, own.components)
        own.log_capital, own.log_labour = np.log(own.capital), np.log(own.labour)
        own.output = np.exp(production.log_output(log_tfp, own.log_capital, own.log_labour, s.parameters.capital_share))
        own.past_tfp = [*own.past_tfp[1:], log_tfp]

    def grow(self, s: Setting, mean_change: Number, investment: float) -> None:
        """Draw labour towards rising productivity, and invest."""
        p, own, luck = s.parameters, self.own, laplace_motion(self.luck("size"), s.dt)
        deviation, exponent, reference = p.size_noise, p.size_noise_exponent, p.size_noise_reference
        pull = production.labour_pull(self.change, mean_change, p.reallocation_elasticity, s.dt)
        shock = production.size_shock(luck, own.labour, deviation, exponent, reference)
        own.labour = np.maximum(own.labour * np.exp(pull + shock), 1.0)
        own.capital = accumulate(own.capital, investment * own.output, p.capital_depreciation, s.dt)
        own.capital += (self.voucher + self.grant) * s.dt

    def leaves(self, s: Setting, centre: Number) -> bool:
        """Say whether the enterprise leaves the market this quarter."""
        base = by_size(s.parameters, "exit_hazard")[self.size]
        hazard = demography.exit_hazard(base, self.strength - centre, s.parameters.exit_selection)
        return bool(self.luck("exit") < digital.chance(hazard, s.dt))

    def begin(self, s: Setting, higher: Counts, all_higher: Sequence[float]) -> None:
        """Live what is left of the quarter of birth: half of it on average."""
        half = replace(s, dt=0.5 * s.dt)
        self.observe(s, higher, all_higher)
        self.voucher = self.grant = self.spending = NONE
        self.own.gain = self.mature_gain(s)
        self.climb(half)
        self.innovate(half)

    def equip(self, s: Setting, shock: Array, ratio: float) -> None:
        """Start with the capital with which one produces at the place's capital-output ratio."""
        own = self.own
        log_tfp = self.log_tfp(s, self.components(s, shock))
        own.capital = ratio * production.output_at_ratio(log_tfp, own.labour, ratio, s.parameters.capital_share)
        own.past_tfp = [log_tfp] * memory(s.dt)
