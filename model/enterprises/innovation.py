"""Research and development, innovation and catch-up (ODD eqs. 12-16). Every function is element-wise."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from model.dynamics import effective_time

Number = npt.NDArray[Any]


def grant_size(project: float, counterpart: float) -> float:
    """Return the public share of a supported project: at most one less the required counterpart (eq. 12)."""
    return project * (1.0 - counterpart)


def can_carry(counterpart_cost: float, value_added: Number, affordability: float) -> Number:
    """Say whether an enterprise can put up the counterpart: at most `affordability` of its annual value added.

    Who has not produced yet carries no project, even where no counterpart is asked.
    """
    return (value_added > 0.0) & (counterpart_cost <= affordability * value_added)


def research(
    value_added: Number, performs: Number, intensity: float, grant: Number, counterpart: Number, additionality: float
) -> Number:
    """Return the enterprise's R&D, bn VND a year (eq. 12).

    Own R&D of a performer counts towards the counterpart; a grant adds itself and what it induces, which is negative
    where it crowds out, though never more than there is.
    """
    own = intensity * value_added * performs
    return grant + np.maximum(np.maximum(own, counterpart) + additionality * grant, 0.0)


def effort(research_intensity: Number, informal: float, mean_intensity: float) -> Number:
    """Return innovation effort relative to the mean at founding.

    Informal effort keeps enterprises without R&D innovating, as nine in ten innovators of the survey do.
    """
    return (informal + research_intensity) / (informal + mean_intensity)


def arrival_hazard(
    base: float,
    relative_effort: Number,
    rung_lead: Number,
    knowledge_lead: float,
    skill_lead: Number,
    covered: Number,
    *,
    rd_elasticity: float,
    digital: float,
    knowledge: float,
    skill: float,
    fishing_out: float,
) -> Number:
    """Return the hazard of a strict innovation, per year (eq. 13).

    `rung_lead` and `skill_lead` are measured against the mean at founding, `knowledge_lead` is the relative growth of the
    public knowledge stock, `covered` the distance to the frontier already covered (ln points).
    """
    complements = np.maximum(1.0 + digital * rung_lead, 0.0) * np.maximum(1.0 + skill * skill_lead, 0.0)
    known = max(1.0 + knowledge * knowledge_lead, 0.0)
    return base * relative_effort**rd_elasticity * complements * known * np.exp(-fishing_out * covered)


def arrivals(hazard: Number, dt: float) -> Number:
    """Return how many innovations to expect in a step of `dt` years that has any: h dt/(1 - e^(-h dt))."""
    return dt / effective_time(hazard, dt)


def innovation_gain(
    draw: Number, risk: Number, risky: Number, mean_step: float, success: float, payoff: float
) -> Number:
    """Return the rise of ln TFP from an innovation: exponential, or rare and large in a high-risk project (eq. 13).

    `draw` is an exponential variate of mean 1, `risk` a uniform, `risky` says which projects are high-risk.
    """
    bold = np.where(risk < success, payoff, 0.0)
    return mean_step * draw * np.where(risky, bold, 1.0)


def catch_up_speed(
    base: float,
    skill_ratio: Number,
    research_lead: Number,
    linkage: Number,
    *,
    skill_complementarity: float,
    absorption: float,
) -> Number:
    """Return the speed of catching up, per year (eq. 14): skill, absorptive R&D and links with foreign firms raise it."""
    absorptive = np.maximum(1.0 + absorption * research_lead, 0.0)
    return base * np.maximum(skill_ratio, 0.0) ** skill_complementarity * absorptive * (1.0 + linkage)


def catch_up(gap: Number, speed: Number, dt: float) -> Number:
    """Return the rise of ln TFP by imitation within `dt`: the exact step of da/dt = c (frontier - a)^+ (eq. 14)."""
    return np.maximum(gap, 0.0) * -np.expm1(-speed * dt)


def research_lead(stock: Number, value_added: Number, mean_ratio: float) -> Number:
    """Return the R&D stock per value added relative to the mean performer's at founding, bounded to 3."""
    return np.minimum(stock / np.maximum(value_added, 1e-12) / mean_ratio, 3.0)


def fluctuation(noise: Number, shock: Number, persistence: float, spread: Number | float, dt: float) -> Number:
    """Return next quarter's passing productivity: the exact step of a mean-reverting process (eq. 16).

    `persistence` is that of one year, rho = persistence^dt; the shock's variance keeps the stationary deviation at `spread`
    whatever the step.
    """
    rho = persistence**dt
    return rho * noise + spread * np.sqrt(1.0 - rho**2) * shock
