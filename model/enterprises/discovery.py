"""Enterprises do research, innovate and imitate (ODD eqs. 12-16).

Enters: the columns, the setting of the quarter, the purse of innovation grants. Leaves: R&D stocks, innovations and ln TFP
changed. Every act calls the rules for all enterprises at once and commits what they decide in its last lines.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.draws import exponential, normal
from model.dynamics import accumulate
from model.enterprises import digital, innovation
from model.enterprises.adoption import choose
from model.enterprises.columns import Enterprises
from model.enterprises.founding import FOREIGN, passing_deviation, performing_share
from model.enterprises.productivity import relative_skill
from model.enterprises.setting import Setting
from model.vocabulary import SECTORS

Array = npt.NDArray[np.float64]
Flag = npt.NDArray[np.bool_]

INDUSTRY = SECTORS.index("industry")


@dataclass(frozen=True)
class Research:
    """The quarter's R&D: spending and grants (n,), bn VND a year at the start's price of skills; who is supported; money used."""

    spending: Array
    grant: Array
    supported: Flag
    used: float


def no_research(number: int) -> Research:
    """Return the R&D of enterprises that do none."""
    return Research(np.zeros(number), np.zeros(number), np.zeros(number, np.bool_), 0.0)


def research(firms: Enterprises, s: Setting, purse: float) -> Research:
    """Start and stop R&D, award grants while the purse lasts, and build the R&D stock (eq. 12)."""
    p, cf = s.parameters, s.levers.counterpart_share
    commit_performers(firms, s)
    counterpart = cf * s.project
    active = firms.performs | (firms.since_broad < p.innovation_memory)
    eligible = (
        active & (firms.owner != FOREIGN) & innovation.can_carry(counterpart, firms.output, p.grant_affordability)
    )
    applicants = np.flatnonzero(eligible & (s.luck("grant/apply") < digital.chance(p.grant_application_rate, s.dt)))
    size = innovation.grant_size(s.project, cf)
    spent = size * firms.weight[applicants] * s.dt
    order = s.luck("grant/order", applicants) / s.priority[firms.sector[applicants]]
    served = choose(np.full(len(applicants), size > 0), spent, order, purse)
    chosen = np.zeros(len(firms), np.bool_)
    chosen[applicants[served]] = True
    grant = np.where(chosen, size, 0.0)
    # Grants and counterparts are work of researchers, paid at today's price of skills; own budgets are money, and buy less.
    intensity = s.norms.performer_intensity / (1.0 + s.levers.skill_price)
    spending = innovation.research(
        firms.output, firms.performs, intensity, grant, np.where(chosen, counterpart, 0.0), p.grant_additionality
    )
    firms.research_stock = accumulate(firms.research_stock, spending, p.rd_depreciation, s.dt)
    return Research(spending, grant, chosen, float(spent[served].sum()))


def commit_performers(firms: Enterprises, s: Setting) -> None:
    """Let enterprises take up or give up formal R&D, at hazards that keep the shares of the survey under no policy."""
    p = s.parameters
    share = performing_share(firms.labour, p)
    start = p.performer_exit * share / (1.0 - share) * (1.0 + s.offer.ip)
    hazard = np.where(firms.performs, p.performer_exit, start)
    firms.performs = firms.performs ^ (s.luck("performer") < digital.chance(hazard, s.dt))


def innovate(firms: Enterprises, s: Setting, work: Research) -> None:
    """Let innovations arrive, strict and broad, and raise ln TFP (eq. 13)."""
    p, norms = s.parameters, s.norms
    hazard = innovation.arrival_hazard(
        p.innovation_hazard,
        innovation.effort(
            work.spending / np.maximum(firms.output, 1e-12), p.informal_rd_intensity, norms.research_intensity
        ),
        firms.rung - norms.rung,
        s.offer.knowledge,
        relative_skill(firms.skill, s.offer.training, norms.skill) - 1.0,
        firms.imitated + firms.innovated,
        rd_elasticity=p.innovation_rd_elasticity,
        digital=p.complementarity_digital,
        knowledge=p.complementarity_knowledge,
        skill=p.complementarity_skill,
        fishing_out=p.fishing_out,
    )
    luck = s.luck("innovate")
    strict = np.flatnonzero(luck < digital.chance(hazard, s.dt))
    broad = luck < digital.chance(hazard * p.broad_innovation_multiple, s.dt)
    risky = work.supported[strict] & (s.luck("risk/project", strict) < s.levers.high_risk_share)
    step = innovation.innovation_gain(
        exponential(s.luck("innovate/step", strict)), s.luck("risk/outcome", strict), risky, p.innovation_step,
        p.high_risk_success, p.high_risk_payoff,
    )  # fmt: skip
    firms.innovated = firms.innovated.copy()
    firms.innovated[strict] += innovation.arrivals(hazard[strict], s.dt) * step
    firms.since_strict = firms.since_strict + s.dt
    firms.since_strict[strict] = 0.0
    firms.since_broad = np.where(broad, 0.0, firms.since_broad)


def gap_to_frontier(firms: Enterprises, lead: float) -> Array:
    """Return each enterprise's distance to the frontier of its kind, ln points (eq. 14).

    lead: distance of the frontier from an enterprise that has covered none of it.
    """
    return lead - firms.imitated - firms.innovated


def imitate(firms: Enterprises, s: Setting) -> None:
    """Let enterprises catch up with the frontier, and their passing productivity fluctuate (eqs. 14, 16)."""
    p = s.parameters
    speed = innovation.catch_up_speed(
        p.catch_up_speed,
        relative_skill(firms.skill, s.offer.training, s.norms.skill),
        innovation.research_lead(firms.research_stock, firms.output, s.norms.research_ratio),
        np.where(firms.sector == INDUSTRY, s.offer.linkage, 0.0),
        skill_complementarity=p.skill_complementarity,
        absorption=p.absorption,
    )
    firms.imitated = firms.imitated + innovation.catch_up(gap_to_frontier(firms, s.lead), speed, s.dt)
    spread = passing_deviation(firms.labour, p)
    firms.noise = innovation.fluctuation(firms.noise, normal(s.luck("noise")), p.tfp_persistence, spread, s.dt)
