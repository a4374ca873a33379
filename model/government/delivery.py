"""The rules of delivery: overruns, lease or build, shared or separate platforms, the order of digitising.

Enters: money, times and choices. Leaves: cost factors, prices, shares and indices. Every rule is pure; equation numbers
are those of ODD.md.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from scipy.special import ndtri

from model.dynamics import Array, Quantity, at_least, within_unit
from model.parameters import Parameters

MOST_PROJECTS: Final = 64
"""Projects a line starts in a year at most: beyond it the mean no longer moves."""

PARTS: Final = ("process", "infrastructure", "data")
"""What digitising a public service consists of."""


# --- Overruns (4) ---------------------------------------------------------------------------------------------------


def project_count(money: float, project_size: float) -> int:
    """Return how many projects a year's money starts: at least one, at most MOST_PROJECTS."""
    return int(min(MOST_PROJECTS, max(1.0, math.ceil(money / project_size))))


def usual_cost(rank: Array, median: float, spread: float) -> Array:
    """Return the cost over plan of an ordinary project: lognormal, `spread` its geometric standard deviation."""
    deviation: Array = ndtri(rank)
    return median * spread**deviation


def extreme_cost(rank: Array, threshold: float, mean: float) -> Array:
    """Return the cost over plan of a project that gets out of hand: Pareto from the threshold on, with that mean."""
    return threshold * (1.0 - rank) ** (-1.0 / pareto_exponent(threshold, mean))


def pareto_exponent(threshold: float, mean: float) -> float:
    """Return the exponent of the Pareto distribution that starts at `threshold` and has that mean (above it)."""
    return mean / (mean - threshold)


def cost_factors(luck: Array, p: Parameters) -> Array:
    """Turn one uniform a project into its cost over plan: an ordinary body and a capped tail (Flyvbjerg)."""
    body_share = 1.0 - p.overrun_tail_probability
    in_body = luck < body_share
    factors = np.empty_like(luck)
    rank = luck[in_body] / body_share
    factors[in_body] = usual_cost(rank, p.overrun_body_median, p.overrun_body_gsd)
    rank = (luck[~in_body] - body_share) / (1.0 - body_share) if body_share < 1.0 else luck[~in_body]
    factors[~in_body] = extreme_cost(rank, p.overrun_tail_threshold, p.overrun_tail_mean)
    return np.minimum(factors, p.overrun_cap)


def year_cost_factor(luck: Array, money: float, project_size: float, p: Parameters) -> float:
    """Return how much more than planned a year's projects cost on average; at least 1.

    luck: MOST_PROJECTS uniforms, of which the projects take the first. What one project saves pays for another, but a
    year never delivers more than its money.
    """
    projects = project_count(money, project_size)
    return max(1.0, float(np.mean(cost_factors(luck[:projects], p))))


def expected_cost_factor(p: Parameters) -> float:
    """Return the mean of `cost_factors` (the cap is felt in the tail alone); at least 1."""
    threshold, tail = p.overrun_tail_threshold, p.overrun_tail_probability
    exponent = pareto_exponent(threshold, p.overrun_tail_mean)
    body = p.overrun_body_median * math.exp(math.log(p.overrun_body_gsd) ** 2 / 2.0)
    cut = (threshold / p.overrun_cap) ** (exponent - 1.0)
    extreme = threshold * (1.0 + (1.0 - cut) / (exponent - 1.0))
    return float(max(1.0, (1.0 - tail) * body + tail * extreme))


# --- Lease or build (5) ---------------------------------------------------------------------------------------------


def leased_share(choice: str, years: float, gestation: float) -> float:
    """Return which share of new infrastructure money is leased, `years` after the choice was made.

    build: none; lease: all; lease_then_build: half until what is being built can serve, then falling to none over
    another gestation.
    """
    if choice == "build":
        return 0.0
    if choice == "lease":
        return 1.0
    return 0.5 * min(1.0, max(0.0, 2.0 - years / gestation))


def upkeep_share(money: float, need: float) -> float:
    """Return which share of a year's infrastructure money keeps up what is built: need comes first."""
    return 0.0 if need <= 0.0 else 1.0 if need >= money else need / money


def maintained_share(money: float, need: float) -> float:
    """Return which share of what is built can be kept in service with a year's money."""
    return 1.0 if need <= money else money / need


# --- Platforms ------------------------------------------------------------------------------------------------------


def sunk_share(choice: str, stalled: bool, years: float, saving: float, gestation: float) -> float:
    """Return which share of platform money a stalled sharing programme loses, `years` after it was chosen."""
    return saving if choice == "shared" and stalled and years < gestation else 0.0


def assets_per_dong(choice: str, stalled: bool, saving: float) -> float:
    """Return how much more a dong buys when systems are shared and the sharing works."""
    return 1.0 / (1.0 - saving) if choice == "shared" and not stalled else 1.0


def fragmentation(choice: str, stalled: bool) -> float:
    """Return whether systems stand apart: 1 if they are separate or sharing has stalled, else 0."""
    return 0.0 if choice == "shared" and not stalled else 1.0


def digitising_weights(order: str, indices: dict[str, float], threshold: float) -> dict[str, float]:
    """Split new platform money over the parts: all to the first until it is far enough, then equally.

    order: together, or one of PARTS with `_first`; indices: how far each part is, 0..1.
    """
    first = order.removesuffix("_first")
    if first not in indices or indices[first] >= threshold:
        return dict.fromkeys(indices, 1.0 / len(indices))
    return {part: float(part == first) for part in indices}


def with_central_lift(index: Quantity, lift: float) -> Quantity:
    """Let national platforms supply a share of what an index lacks (a negative lift takes it back)."""
    return within_unit(index + lift * (1.0 - index))


def service_quality(process: Quantity, infrastructure: Quantity, data: Quantity, penalty: Quantity | float) -> Quantity:
    """Return the quality of public services (5): data counts only on digitised processes.

    penalty: share of quality lost to systems that stand apart.
    """
    return (1.0 - penalty) * (process + infrastructure + data * process) / 3.0


def balanced_index(quality: float) -> float:
    """Return the index that all three parts have when they are equal and quality, without penalty, is as given."""
    return math.sqrt(1.0 + 3.0 * quality) - 1.0


# --- 5G -------------------------------------------------------------------------------------------------------------


def rollout_hazard(year: int, operators: float, start: float, public: float) -> float:
    """Return the yearly hazard that a resident not yet covered by 5G becomes so: none before operators start.

    public: what public infrastructure adds (or takes away) against the start.
    """
    return at_least(operators + public, 0.0) if year >= start else 0.0
