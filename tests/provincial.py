"""A small made-up province for tests: what its parameters, facts and levers are, and easy ways to change them."""

from dataclasses import replace
from types import SimpleNamespace

import mesa
import numpy as np

from model.communes.agent import Commune
from model.draws import Luck
from model.government.agent import Government
from model.levers import Levers
from model.vocabulary import LINES, SECTORS

PARAMETERS = {
    "business_rd_share": 0.001, "rd_depreciation": 0.15, "skill_price_elasticity": 0.3, "local_capture": 0.4,
    "lag_applied": 3.0, "lag_basic": 12.0, "leakage": 0.15, "relabelling": 0.25,
    "uptake_autonomous": 0.02, "uptake_peer": 0.5, "uptake_team": 0.2, "uptake_lapse": 0.05,
    "cashless_autonomous": 0.03, "cashless_peer": 0.45, "cashless_ceiling": 0.95,
    "capacity_base": 0.2, "capacity_gain": 0.3, "capacity_decay": 0.1, "team_turnover": 0.25, "team_upkeep": 4e-3,
    "team_reference": 5.0, "coverage_access_weight": 0.5, "assisted_filing": 0.55, "assisted_filing_speed": 0.5,
    "pandemic_uptake_push": 2.0, "commune_access_spread": 0.08, "commune_skill_spread": 0.06,
    "commune_team_spread": 0.3, "ward_premium": 0.08,
    "execution_capacity": 0.02, "execution_learning": 0.12, "execution_base_year": 2025.0,
    "spending_profile_1": 0.12, "spending_profile_2": 0.18, "spending_profile_3": 0.20, "spending_profile_4": 0.50,
    "efficiency": 0.65, "gestation": 2.0, "erlang_stages": 2.0,
    "overrun_tail_probability": 0.18, "overrun_body_median": 1.05, "overrun_body_gsd": 1.2,
    "overrun_tail_threshold": 1.5, "overrun_tail_mean": 5.47, "overrun_cap": 5.0, "project_size": 20.0,
    "sharing_saving": 0.25, "sharing_stall_probability": 0.15, "fragmentation_penalty": 0.25,
    "digitising_threshold": 0.9, "central_platform_lift": 0.1, "lease_price": 0.3, "operating_cost": 0.15,
    "economic_life": 5.0, "lease_lag": 0.25, "instrument_decay": 0.3, "instrument_scale": 2e-5,
    "platform_scale": 1.5e-4, "coverage_cost": 1e-3, "operator_rollout": 0.15, "operator_rollout_start": 2024.0,
    "rollout_density_elasticity": 0.3,
    "literacy_gain": 0.15, "training_gain": 0.1, "ai_gain": 1.0, "venture_gain": 1.0, "startup_gain": 0.3,
    "intermediary_gain": 0.3, "ip_gain": 1.0, "linkage_gain": 0.3, "publication_cost": 0.3,
    "publication_knowledge": 0.5, "provision_gain": 0.5, "skill_renewal": 0.08, "price_growth": 0.03,
}  # fmt: skip

FACTS = {
    "population_growth": 0.006, "grdp_nominal": 90_000.0, "deflator": 1.6, "budget_ratio": 0.22, "skill_mean": 0.4,
    "resident_skill": 0.45, "access": 0.7, "coverage_5g": 0.0, "services_provided": 0.5, "platform_quality": 0.4,
    "commune_capacity": 0.35, "capacity_spread": 0.08, "teams_per_1000": 4.0, "online_uptake": 0.05, "cashless": 0.2,
    "publications": 200.0, "patents": 10.0,
}  # fmt: skip

RESIDENTS = 1.3e6

EVEN_LINES = dict.fromkeys(LINES, 1.0 / len(LINES))

LEVERS = Levers(
    pillars_share=0.01,
    lines=EVEN_LINES,
    relabelled_share=None,
    execution_multiplier=1.0,
    execution_learning=None,
    leakage_multiplier=1.0,
    spending_profile=None,
    carry_over_share=0.0,
    infrastructure="build",
    platforms="separate",
    digitising_order="together",
    high_risk_share=0.0,
    counterpart_share=0.3,
    voucher_rate=0.5,
    voucher_caps={"micro": 0.02, "small": 0.05, "medium": 0.1, "large": 0.0},
    priority_sectors=dict.fromkeys(SECTORS, 1.0),
    ai_institute=None,
    digital_teams=1.0,
    frontier_growth=None,
    enclave_growth=None,
    enclave_change=0.0,
    skill_price=0.0,
    national_package=1.0,
    e_invoice_mandate=False,
    online_filing_mandate=False,
    central_platforms=False,
    brain_drain=0.0,
    demand_shock=0.0,
    pandemic=False,
)


def parameters(**changes):
    return SimpleNamespace(**PARAMETERS | changes)


def draw(facts=None, **changes):
    return SimpleNamespace(parameters=parameters(**changes), facts=SimpleNamespace(**FACTS | (facts or {})))


def levers(**changes):
    return replace(LEVERS, **changes)


def only(line):
    """Give all the money to one line."""
    return dict.fromkeys(LINES, 0.0) | {line: 1.0}


def more(line, shares=EVEN_LINES, weight=0.5):
    """Give one line `weight` of the money and the others the rest in proportion."""
    return {name: (1.0 - weight) * share + weight * (name == line) for name, share in shares.items()}


def government(given=None, residents=RESIDENTS, replicate=0):
    return Government(mesa.Model(rng=1), given or draw(), residents, Luck(1, replicate))


def calm(**changes):
    """Return a draw without luck in costs, so that flows repeat year after year."""
    return draw(overrun_tail_probability=0.0, overrun_body_median=1.1, overrun_body_gsd=1.0, **changes)


def run(office, path, last=2030, growth=0.10, take=1.0, every=None):
    """Run an opened government to the end of `last`; `path(year)` gives the levers, `every` sees each quarter."""
    grdp = FACTS["grdp_nominal"]
    for year in range(2021, last + 1):
        office.set_budget(year, path(year), grdp)
        for quarter in range(4):
            office.execute(quarter)
            office.deliver(0.25)
            for line in ("sme_vouchers", "innovation_grants"):
                office.settle(line, take * office.purse(line))
            if every:
                every(office, year, quarter)
        office.close_year()
        grdp *= 1.0 + growth
    return office


def opened(given=None, start=LEVERS, **kwargs):
    office = government(given, **kwargs)
    office.open_books(start, FACTS["grdp_nominal"])
    return office


def place(wards=3, rural=7, population=20_000.0):
    kinds = ["ward"] * wards + ["commune"] * rural
    records = [
        SimpleNamespace(code=str(i), kind=kind, population=population * (1.0 + 0.1 * i), area_km2=20.0 + 7.0 * i)
        for i, kind in enumerate(kinds)
    ]
    return SimpleNamespace(communes=tuple(records))


def weighted_mean(communes: list[Commune], name):
    weights = np.array([c.record.population for c in communes])
    return float(weights @ np.array([getattr(c, name) for c in communes]) / weights.sum())
