"""The facts of a place by name, and `Draw`: the parameters and the facts that one replicate believes.

Enters: a place's profile through `place`. Leaves: `Facts`, floats in model units. Values, years, sources and confidence
live in the profiles alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from model.parameters import Parameters
from model.vocabulary import SECTORS


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Hold one value of every fact of a place, in model units; all are of the start of 2021 unless said otherwise.

    Money is nominal billion VND of 2020; shares are 0..1; growth per year; `*_share` of GRDP unless said otherwise.
    """

    population_resident: float  # persons
    population_growth: float
    grdp_nominal: float  # 2020
    deflator: float  # 2020, against 2010 = 1
    employment: float  # persons, 2020
    labour_growth: float

    # The parts of GRDP; with product_tax_share they add to 1
    share_agriculture: float
    share_industry: float  # with energy, without construction
    share_construction: float
    share_services: float
    product_tax_share: float

    # Enterprises, without the enclave
    enterprises: float
    enterprise_workers: float  # persons
    enterprise_value_added_share: float
    enclave_share: float
    enclave_electronics_share: float  # of the enclave
    enclave_growth: float
    enclave_workers: float  # persons
    telecom_share: float  # core digital activity outside enterprises

    investment_ratio: float  # of GRDP
    capital_output_ratio: float  # years of GRDP
    budget_ratio: float  # local budget expenditure, of GRDP

    # Enterprises by size: share of their number, mean workers before raking to enterprise_workers
    size_share_micro: float
    size_share_small: float
    size_share_medium: float
    size_share_large: float
    size_mean_micro: float
    size_mean_small: float
    size_mean_medium: float
    size_mean_large: float

    # Enterprises by sector: share of their number, share of their value added
    sector_share_agriculture: float
    sector_share_industry: float
    sector_share_construction: float
    sector_share_trade: float
    sector_share_transport: float
    sector_share_tourism: float
    sector_share_health: float
    sector_share_ict: float
    sector_share_services: float
    sector_value_added_agriculture: float
    sector_value_added_industry: float
    sector_value_added_construction: float
    sector_value_added_trade: float
    sector_value_added_transport: float
    sector_value_added_tourism: float
    sector_value_added_health: float
    sector_value_added_ict: float
    sector_value_added_services: float

    # Enterprises by owner: share of their number
    state_share: float
    foreign_share: float

    # Enterprises at or above a rung of the digital ladder, share of their size class
    rung1_share_micro: float
    rung1_share_small: float
    rung1_share_medium: float
    rung1_share_large: float
    rung2_share_micro: float
    rung2_share_small: float
    rung2_share_medium: float
    rung2_share_large: float
    rung3_share_micro: float
    rung3_share_small: float
    rung3_share_medium: float
    rung3_share_large: float

    # People, communes, services; indices 0..1
    skill_mean: float
    skill_sd: float
    resident_skill: float
    access: float
    coverage_5g: float
    services_provided: float
    platform_quality: float
    commune_capacity: float
    capacity_spread: float
    teams_per_1000: float  # members of community digital teams per 1,000 residents
    online_uptake: float
    cashless: float
    hdi: float
    hdi_income_index: float
    publications: float  # a year
    patents: float  # a year
    public_staff: float  # persons
    national_rd_share: float  # of GDP
    proximity: float  # weight of the nation's knowledge that reaches here, 0..1
    ward_population_weight: float  # against 1 for a rural commune


GROWTH_RATES: Final = ("population_growth", "labour_growth", "enclave_growth")
"""Facts that grow for decades: 6 for 6 % would do so without anybody noticing."""
ABOVE_ZERO: Final = (
    "population_resident", "grdp_nominal", "deflator", "employment", "enterprises", "enterprise_workers",
    "enterprise_value_added_share", "capital_output_ratio", "hdi_income_index",
    *(f"sector_value_added_{sector}" for sector in SECTORS),
)  # fmt: skip
"""Facts that the model divides by or takes the logarithm of."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Join the parameters and the facts that one replicate runs with; of a country, its provinces' facts by place as well."""

    parameters: Parameters
    facts: Facts
    provinces: Mapping[str, Facts] = field(default_factory=dict)
