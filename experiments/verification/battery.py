"""The battery: all known limits by name, run side by side.

Enters: a pool of processes. Leaves: the limits in the order of the table of mechanisms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future

from experiments.verification import accounting, diffusion, growth, markets, money, pace, policy, worlds
from experiments.verification.limit import Limit

LIMITS: Mapping[str, Callable[[], Limit]] = {
    "T1": diffusion.bass_limit,
    "T2": diffusion.finite_numbers_limit,
    "T3": diffusion.logistic_limit,
    "T4": diffusion.exponential_limit,
    "T5": diffusion.churn_limit,
    "T6": diffusion.invasion_limit,
    "T7": diffusion.ladder_limit,
    "T8": growth.solow,
    "T9": growth.nelson_phelps,
    "T10": growth.knowledge_stock,
    "T11": money.pipeline,
    "T12": markets.replicator,
    "T13": accounting.identities,
    "T14": accounting.hulten,
    "T15": accounting.decomposition,
    "T16": policy.policy_bound,
    "T17": policy.complementarity,
    "T18": policy.null_policy,
    "T19": worlds.scale,
    "T20": pace.time_step,
    "T21": markets.gibrat,
    "T22": money.execution,
    "T23": money.lease_or_build,
    "T24": money.uptake,
    "T25": worlds.symmetry,
    "T26": worlds.extremes,
}
"""Every known limit of the table of mechanisms."""


LONGEST = ("T20", "T25", "T16", "T19", "T5", "T17", "T2", "T1")
"""What to start first, so that nobody waits for it alone."""


def submit(pool: Executor) -> dict[str, Future[Limit]]:
    """Hand every limit to the pool, the longest first."""
    order = sorted(LIMITS, key=lambda name: LONGEST.index(name) if name in LONGEST else len(LONGEST))
    return {name: pool.submit(find, name) for name in order}


def results(pending: Mapping[str, Future[Limit]]) -> Iterator[Limit]:
    """Yield the limits in the order of the table as they are found."""
    for name in LIMITS:
        yield pending[name].result()


def find(name: str) -> Limit:
    """Run one limit."""
    return LIMITS[name]()
