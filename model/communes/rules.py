"""The rules of communes: staff, teams, coverage, the use of online services and of cashless payment.

Enters: named quantities of one commune, or arrays over communes. Leaves: what they are at the end of the step. Every
rule is pure and element-wise; shares are 0..1, rates per year; equation numbers are those of ODD.md.
"""

from __future__ import annotations

import numpy as np

from model.dynamics import Array, Quantity, accumulate, at_least, relax


def train_staff(
    capacity: Quantity,
    effort: Quantity,
    capacity_at_start: Quantity,
    usual_effort: float,
    gain: float,
    decay: float,
    dt: float,
) -> Quantity:
    """Step the capacity of commune staff (6): training raises it, turnover lets it decay; the usual effort keeps it up.

    Exact for constant effort: d(capacity)/dt = gain x effort x (1 - capacity) - decay x (capacity - k_0), with k_0 the
    level at which the usual effort leaves capacity where it was at the start.
    """
    gained = gain * effort
    upheld = decay * capacity_at_start - gain * usual_effort * (1.0 - capacity_at_start)
    return accumulate(capacity, gained + upheld, gained + decay, dt)


def affordable_strength(strength_at_start: Quantity, wanted: float, money: float, cost: float) -> Quantity:
    """Return the team strength that is sought: `wanted` times the start's, as far as money pays what is above it.

    Mass organisations uphold the start's strength free of charge; money and cost (of a unit of strength) per resident
    and year.
    """
    sought = strength_at_start * wanted
    return sought - at_least(sought - strength_at_start - money / cost, 0.0)


def money_after_teams(strength: Quantity, strength_at_start: Quantity, money: float, cost: float) -> Quantity:
    """Return what of the commune's money, per resident and year, is left for training once teams are paid."""
    return at_least(money - cost * at_least(strength - strength_at_start, 0.0), 0.0)


def connected_share(access: Quantity, coverage_5g: Quantity, weight: float) -> Quantity:
    """Return the share of people who are online: by fixed access, or where 5G covers those without it."""
    return access + (1.0 - access) * coverage_5g * weight


def use_of_services(
    uptake: Quantity,
    ceiling: Quantity,
    own_hazard: Quantity | float,
    peer_hazard: float,
    lapse: float,
    dt: float,
) -> Quantity:
    """Step the share of people who use a service (7): those below the ceiling take it up, some of the users lapse.

    The hazard own + peer x uptake is held at the uptake predicted half a step ahead (T1) and the step then exact: for
    peer_hazard = 0 this is the closed form (T24). Above its ceiling, use only lapses.
    """
    room = uptake < ceiling
    pace = (own_hazard + peer_hazard * uptake) * (ceiling - uptake) * room - lapse * uptake
    hazard = (own_hazard + peer_hazard * (uptake + 0.5 * dt * pace)) * room
    return accumulate(uptake, hazard * ceiling, hazard + lapse, dt)


def rollout_reach(people: Array, area: Array, elasticity: float) -> Array:
    """Return how fast 5G comes to each commune against the mean over residents: dense communes come first.

    people, area: (n,) residents and km2; a rule over all communes, since it compares them.
    """
    total = float(people.sum())
    if total == 0.0:
        return np.ones_like(people)
    pull = (np.maximum(people, 1.0) / area) ** elasticity
    return np.asarray(pull * total / float((people * pull).sum()))


def files_online(uptake: Quantity, assisted: float, capacity: Quantity, base_capacity: float) -> Quantity:
    """Return the share of files that arrive online: users', and those that commune staff file for the others.

    assisted: share that a commune of base capacity files; in proportion to capacity, at most all.
    """
    helped = 1.0 - at_least(1.0 - assisted * capacity / base_capacity, 0.0)
    return uptake + (1.0 - uptake) * helped


def assisted_share(assisted: float, mandate: bool, reach: float, speed: float, dt: float) -> float:
    """Step the share of non-users' files that a fully able commune files for them, once online filing is mandatory."""
    return relax(assisted, reach if mandate else 0.0, speed, dt)
