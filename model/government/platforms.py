"""The platforms of public administration: processes, systems and data, shared between offices or apart.

Enters: real money above (or below) what is usual, per resident; whether systems are shared; what comes first. Leaves:
the quality of services and how far processes are digitised, both 0..1, once works are completed (4). What is in place at
the start is kept up by the running budgets that keep it up today, so that usual money leaves quality as it was.
"""

from __future__ import annotations

from model.dynamics import accumulate, at_least, relax, saturating, saturating_stock
from model.government.delivery import (
    PARTS,
    assets_per_dong,
    balanced_index,
    digitising_weights,
    fragmentation,
    service_quality,
    sunk_share,
    with_central_lift,
)
from model.government.pipeline import Pipeline
from model.parameters import Parameters


class Sharing:
    """Follow one choice of shared or separate systems; a sharing programme stalls or does not, once a run."""

    def __init__(self, parameters: Parameters, stalled: bool, choice: str) -> None:
        self.parameters = parameters
        self.stalls = stalled
        self.choice = choice
        self.years = 0.0
        self.fragmented = fragmentation(choice, stalled)

    @property
    def stalled(self) -> bool:
        """See whether systems should be shared and are not."""
        return self.stalls and self.choice == "shared"

    @property
    def sunk(self) -> float:
        """Return which share of the money the stalled programme loses now."""
        p = self.parameters
        return sunk_share(self.choice, self.stalls, self.years, p.sharing_saving, p.gestation)

    def delivered_share(self, cost_factor: float) -> float:
        """Return which share of the money overruns and a stalled programme leave."""
        return (1.0 - self.sunk) / cost_factor

    def assets(self, money: float, cost_factor: float) -> float:
        """Return what money buys now, counted in separate systems."""
        per_dong = assets_per_dong(self.choice, self.stalls, self.parameters.sharing_saving)
        return money * self.delivered_share(cost_factor) * per_dong

    def choose(self, choice: str) -> None:
        """Take the year's choice; a new one starts its clock."""
        if choice != self.choice:
            self.choice, self.years = choice, 0.0

    def step(self, dt: float) -> None:
        """Let a quarter pass: systems grow together, or apart, as fast as works are done."""
        apart = fragmentation(self.choice, self.stalls)
        self.fragmented = relax(self.fragmented, apart, 1.0 / self.parameters.gestation, dt)
        self.years += dt


class Platforms:
    """Keep what was added to each part since the start, bn VND at 2010 prices per resident."""

    def __init__(self, parameters: Parameters, scale: float, quality: float, central: bool) -> None:
        """Open at the quality found (before the penalty of fragmentation), equal in all parts; scale per resident."""
        self.parameters = parameters
        self.scale = scale
        self.stock_at_start = saturating_stock(balanced_index(quality), scale)
        self.works = Pipeline(parameters.gestation, round(parameters.erlang_stages))
        self.added = dict.fromkeys(PARTS, 0.0)
        self.central_at_start = central
        self.central = central
        self._read()

    def _read(self) -> None:
        start, scale = self.stock_at_start, self.scale
        lift = self.parameters.central_platform_lift * (self.central - self.central_at_start)
        own = {part: saturating(at_least(start + added, 0.0), scale) for part, added in self.added.items()}
        self.process = with_central_lift(own["process"], lift)
        self.infrastructure = with_central_lift(own["infrastructure"], lift)
        self.data = own["data"]

    def step(self, inflow: float, order: str, central: bool, dt: float) -> None:
        """Take money per resident and year above the usual; what is completed of it goes in the order chosen.

        Less than usual is missed equally.
        """
        p, completed = self.parameters, self.works.step(inflow, dt) / dt
        indices = {"process": self.process, "infrastructure": self.infrastructure, "data": self.data}
        order = order if completed > 0.0 else "together"
        weights = digitising_weights(order, indices, p.digitising_threshold)
        for part, weight in weights.items():
            self.added[part] = accumulate(self.added[part], completed * weight, 1.0 / p.economic_life, dt)
        self.central = central
        self._read()

    def quality(self, fragmented: float) -> float:
        """Return the quality of services now, with systems fragmented to that degree (5)."""
        penalty = self.parameters.fragmentation_penalty * fragmented
        return service_quality(self.process, self.infrastructure, self.data, penalty)
