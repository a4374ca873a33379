"""The battery: all known limits by name, run side by side.

Enters: the number of worker processes. Leaves: the limits in the order of the table of mechanisms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

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


def limits(workers: int) -> Iterator[Limit]:
    """Run every limit and yield them in order; the longest are started first."""
    with ProcessPoolExecutor(workers, mp_context=get_context("forkserver")) as pool:
        order = sorted(LIMITS, key=lambda name: LONGEST.index(name) if name in LONGEST else len(LONGEST))
        pending = {name: pool.submit(find, name) for name in order}
        for name in LIMITS:
            yield pending[name].result()


LONGEST = ("T16", "T5", "T20", "T17", "T19", "T25", "T21", "T2")


def find(name: str) -> Limit:
    """Run one limit."""
    return LIMITS[name]()
