"""Who contributed how much to a difference: Shapley values, exactly or along random orders.

Enters: the worth of coalitions of players (any arrays of one shape). Leaves: one array a player. Whatever the game, the
parts add up to the worth of all players less that of none; a player that never changes anything gets exactly 0; players
that do the same get the same. Shapley (1953); along orders: Castro, Gómez and Tejada (2009), each order with its reverse.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Coalition: TypeAlias = frozenset[str]
Order: TypeAlias = tuple[str, ...]
Worth: TypeAlias = Mapping[Coalition, Array]

NOBODY: Coalition = frozenset()


def coalitions(players: Sequence[str]) -> list[Coalition]:
    """List every coalition, small ones first."""
    sizes = range(len(players) + 1)
    return [frozenset(chosen) for size in sizes for chosen in itertools.combinations(players, size)]


def weight(others: int, players: int) -> float:
    """Return the share of all orders in which exactly the given `others` come before a player."""
    return 1.0 / (players * math.comb(players - 1, others))


def values(players: Sequence[str], worth: Worth) -> dict[str, Array]:
    """Return the Shapley value of every player, from the worth of every coalition.

    Only differences of worth enter, so that a small difference between large worths keeps its digits.
    """
    parts = {}
    for player in players:
        without = [coalition for coalition in coalitions(players) if player not in coalition]
        steps = [weight(len(some), len(players)) * (worth[some | {player}] - worth[some]) for some in without]
        parts[player] = np.sum(steps, axis=0)
    return parts


def along(order: Order, worth: Worth) -> dict[str, Array]:
    """Return what each player adds when they join in this order."""
    joined = steps(order)
    return {
        player: worth[after] - worth[before]
        for player, before, after in zip(order, joined[:-1], joined[1:], strict=True)
    }


def steps(order: Order) -> list[Coalition]:
    """List the coalitions that form as players join in this order, from nobody to all."""
    return [frozenset(order[:count]) for count in range(len(order) + 1)]


def mean_along(orders: Iterable[Order], worth: Worth) -> dict[str, Array]:
    """Return the mean of what each player adds over some orders: an unbiased estimate of the Shapley values."""
    found = [along(order, worth) for order in orders]
    return {player: np.mean([parts[player] for parts in found], axis=0) for player in found[0]}


def random_orders(players: Sequence[str], seed: int, replicate: int) -> list[Order]:
    """Draw one order and its reverse; they depend on (seed, replicate) and the players alone."""
    order = tuple(players[index] for index in np.random.default_rng([seed, replicate]).permutation(len(players)))
    return [order, order[::-1]]


def synergy(coalition: Coalition, worth: Worth) -> Array:
    """Return by how much a coalition's effect exceeds the sum of its members' effects, each alone."""
    alone = [worth[frozenset({player})] - worth[NOBODY] for player in sorted(coalition)]
    excess: Array = worth[coalition] - worth[NOBODY] - np.sum(alone, axis=0)
    return excess
