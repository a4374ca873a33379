"""Everything of a quarter that enterprises do not decide.

Enters: parameters, norms, levers, what government and communes offer, luck. Leaves: one frozen record a quarter, which
every act of the enterprises takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from model.draws import Luck
from model.enterprises.columns import Enterprises
from model.enterprises.productivity import Norms, Surroundings
from model.levers import Levers
from model.parameters import Parameters
from model.vocabulary import SECTORS

Array = npt.NDArray[np.float64]
Rows: TypeAlias = npt.NDArray[np.int64] | slice

EVERYBODY = slice(None)


class Chances(Protocol):
    """The luck of enterprises in a quarter."""

    def __call__(self, purpose: str, rows: Rows = EVERYBODY) -> Array:
        """Return one uniform for each of these rows, for a purpose; nobody's depends on who else is asked for."""


def chances(luck: Luck, firms: Enterprises, quarter: int) -> Chances:
    """Return the keyed luck of these enterprises in a quarter."""
    return lambda purpose, rows=EVERYBODY: luck.of(firms.identity[rows], purpose, quarter)


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
    """rise of ln TFP of the frontier from the start to the middle of the quarter"""
    science: float
    """ln TFP that public science has added since the start"""
    dt: float
    luck: Chances

    @property
    def lead(self) -> float:
        """Return the distance of the frontier from an enterprise that has covered none of it, ln points."""
        return self.parameters.frontier_gap + self.frontier - self.science

    @property
    def priority(self) -> Array:
        """Return the priority of each sector, mean 1 over sectors."""
        weights = np.array([self.levers.priority_sectors[sector] for sector in SECTORS])
        return weights / weights.mean()
