"""The digital ladder: exposure, the hazard of a step up, falling back, the delayed gain and the dip (ODD eqs. 9-11).

Rungs: 0 paper, 1 basic tools, 2 integrated systems, 3 data-driven. Every function is element-wise.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from model.dynamics import effective_time

Number = npt.NDArray[Any]
"""A number or an array of them: rules are element-wise."""


def predicted_exposure(
    share: Number, below: Number, spontaneous: float, imitation: float, loss: float, dt: float
) -> Number:
    """Predict the share of adopters half a step ahead, F + dt/2 [(p + qF)(B - F) - loss F].

    `below` is B, the share on the rung below or higher (1 for the first rung); `loss` the rate at which adopters give up, or
    are thinned out by entrants who cannot have got so far. Plainly lagged exposure biases a quarterly
    Bass process by as much as a policy moves it (known limit T1).
    """
    inflow = (spontaneous + imitation * share) * (below - share)
    return np.clip(share + 0.5 * dt * (inflow - loss * share), 0.0, 1.0)


def mixed_exposure(peers: Number, everyone: Number, network_weight: float) -> Number:
    """Weigh the share among peers of the same commune and sector against the share in the whole province (eq. 9)."""
    return network_weight * peers + (1.0 - network_weight) * everyone


def readiness(
    labour: Number,
    skill_gap: Number,
    access_gap: Number,
    uptake_gap: Number,
    *,
    size_gradient: float,
    size_threshold: float,
    skill_gradient: float,
    access_gradient: float,
    uptake_gradient: float,
) -> Number:
    """Return the proportional-hazard factor of an enterprise's size, skill, connection and commune (eq. 9).

    The size effect is flat up to `size_threshold` workers and log-linear above, as the enterprise survey shows.
    """
    size = size_gradient * np.log(np.maximum(labour / size_threshold, 1.0))
    return np.exp(size + skill_gradient * skill_gap + access_gradient * access_gap + uptake_gradient * uptake_gap)


def finance_factor(constrained: Number, supported: Number, relief: float, multiplier: float) -> Number:
    """Return 1, or `multiplier` for a finance-constrained enterprise without support (eq. 9).

    `relief` is the share of the constraint that venture money lifts, 0..1.
    """
    return 1.0 - constrained * (1.0 - supported) * (1.0 - relief) * (1.0 - multiplier)


def step_cost(labour: Number, cost_of_ten: Number, scale: float) -> Number:
    """Return the one-off cost of a step for an enterprise of this size, in the unit of `cost_of_ten` (10 workers)."""
    return cost_of_ten * (labour / 10.0) ** scale


def subsidy(cost: Number, rate: float, cap: Number) -> Number:
    """Return the yearly support of a voucher: a share of the cost up to the cap (Decree 80/2021)."""
    return np.minimum(rate * cost, cap)


def cost_factor(cost: Number, support: Number, elasticity: float) -> Number:
    """Return the hazard factor of a cost cut by `support`: (net cost / cost)^elasticity, at most a tenth of the cost left.

    The reference cost is that of an enterprise of the same size, so that size enters once, in `readiness`.
    """
    return np.maximum(1.0 - support / cost, 0.1) ** elasticity


def step_hazard(spontaneous: Number, imitation: Number, exposure: Number, factor: Number) -> Number:
    """Return the hazard of the next step, (p + q E) x factor, per year (eq. 9)."""
    return (spontaneous + imitation * exposure) * factor


def fall_hazard(abandonment: Number, skill_gap: Number, skill_gradient: float) -> Number:
    """Return the hazard of giving a tool up, lower where skill is above the mean, per year (eq. 10)."""
    return abandonment * np.exp(-skill_gradient * skill_gap)


def chance(hazard: Number | float, dt: float) -> Number:
    """Return the probability of at least one event of a hazard within `dt` years."""
    return -np.expm1(-hazard * dt)


def moving_chance(hazard: Number, others: Number, dt: float) -> Number:
    """Return the probability of standing one rung further at the end of a step of `dt` years.

    `others` are the hazards that forestall the move or take it back within the step. Exact between two rungs,
    h/(h+o) (1 - e^-(h+o)dt): a tool can be given up in the quarter in which it was taken up, and forgetting that biases
    adoption with churn by up to a point (known limit T5).
    """
    return hazard * effective_time(hazard + others, dt)


def twice_chance(first: Number, second: Number, others: Number, dt: float) -> Number:
    """Return the probability of standing two rungs further at the end of a step of `dt` years, to fourth order in it.

    `others` are the hazards that forestall either move or take it back. One move a step alone would leave the share at
    rung 2 low by a twentieth in steps of a year (known limit T20).
    """
    return 0.5 * first * second * dt**2 * np.exp(-(first + second + others) * dt / 3.0)


def climb(uniform: Number, up: Number, up_twice: Number, down: Number, down_twice: Number) -> Number:
    """Return the rungs moved, -2..2, from one uniform.

    Up if it lies in the lowest `up`, twice if in the lowest `up_twice`; down if in the highest `down`, twice if in the highest
    `down_twice`.
    """
    risen = np.where(uniform < up, 1.0, 0.0) + np.where(uniform < up_twice, 1.0, 0.0)
    return risen - np.where(uniform > 1.0 - down, 1.0, 0.0) - np.where(uniform > 1.0 - down_twice, 1.0, 0.0)


def mature_gain(
    rung: Number,
    skill_ratio: Number,
    innovating: Number,
    gains: Number,
    *,
    skill_complementarity: float,
    innovation_complementarity: float,
) -> Number:
    """Return the ln-TFP gain of a rung once matured (eq. 11).

    `gains` holds the cumulated gain of rungs 0..3. What rungs 2 and 3 add is cut by `innovation_complementarity` in an
    enterprise that does not innovate: digital tools then only digitise the old process.
    """
    level = np.asarray(rung).astype(np.intp)
    basic = gains[np.minimum(level, 1)]
    advanced = gains[level] - basic
    kept = 1.0 - innovation_complementarity * (1.0 - innovating)
    return (basic + advanced * kept) * np.maximum(skill_ratio, 0.0) ** skill_complementarity


def maturing_gain(gain: Number, target: Number, move: Number, dt: float, maturation: float) -> Number:
    """Move the gain towards its mature level, with time constant `maturation` in years (eq. 11).

    `move` are the rungs moved in the step: they come, on average, in its middle. Who falls back loses the surplus at once.
    """
    kept = np.where(move == 0.0, np.exp(-dt / maturation), np.exp(-0.5 * dt / maturation))
    matured = target + (gain - target) * kept
    return np.where(move < 0.0, np.minimum(matured, target), matured)


def adoption_dip(rung: Number, years_on_rung: Number, depth: float, duration: float) -> Number:
    """Return the passing loss of ln TFP after stepping on rung 2 or 3 (eq. 11, J-curve)."""
    return depth * np.exp(-years_on_rung / duration) * (rung >= 2)
