"""The levers in force in one year: what the government, the communes and the enterprises are told of policy.

Enters: nothing; `scenario` fills them. Leaves: a flat, frozen record per year.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class AiInstitute:
    """Describe the AI research institute: money below its minimum scale does nothing.

    minimum_scale: nominal billion VND a year; sectors: those whose enterprises it serves.
    """

    minimum_scale: float
    sectors: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Levers:
    """Hold every lever in force in one year, in model units (shares 0..1, rates per year, nominal billion VND).

    None means: the value comes from the parameter (or the place's fact) of that meaning.
    """

    pillars_share: float
    lines: Mapping[str, float]  # over all LINES, adds to 1
    relabelled_share: float | None
    execution_multiplier: float
    execution_learning: float | None
    leakage_multiplier: float
    spending_profile: tuple[float, ...] | None  # four quarters, adds to 1
    carry_over_share: float

    infrastructure: str
    platforms: str
    digitising_order: str
    high_risk_share: float
    counterpart_share: float
    voucher_rate: float
    voucher_caps: Mapping[str, float]  # over all SIZES, 0 for large
    priority_sectors: Mapping[str, float]  # over all SECTORS
    ai_institute: AiInstitute | None

    digital_teams: float

    frontier_growth: float | None
    enclave_growth: float | None
    enclave_change: float
    skill_price: float
    national_package: float
    e_invoice_mandate: bool
    online_filing_mandate: bool
    central_platforms: bool
    brain_drain: float
    demand_shock: float
    pandemic: bool

    def of_part(self, share: float) -> "Levers":
        """Return the levers of a part of the place: an amount of money for the whole place becomes its share of that."""
        if self.ai_institute is None:
            return self
        scale = self.ai_institute.minimum_scale * share
        return replace(self, ai_institute=replace(self.ai_institute, minimum_scale=scale))
