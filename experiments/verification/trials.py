"""Trials with the model: what an evaluator would have found, had the trial been held in the model's world.

Enters: nothing; central beliefs. Leaves: one number each, in the unit of the published one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.integrate import quad

from experiments.verification.stage import ALL_ON_PAPER, NO_TURNOVER, EvenProvince, beliefs, quiet, scenario
from model import science
from model.books.returns import Flows
from model.draws import Luck
from model.dynamics import QUARTER, QUARTERS
from model.enterprises import discovery
from model.enterprises.columns import Enterprises
from model.enterprises.discovery import Research
from model.enterprises.setting import Setting
from model.government.delivery import cost_factors, extreme_cost
from model.places.facts import Draw
from model.province import Province
from model.results import RunResult, run_replicate
from model.scenario import Scenario
from model.vocabulary import LINES, SIZES

Array = npt.NDArray[np.float64]

PERCENT = 100.0


def pair(name: str, levers: Mapping[str, object], last: int) -> tuple[RunResult, RunResult]:
    """Run a scenario with central beliefs, and again with levers changed; shared luck."""
    base = scenario(name)
    before, after = (run_replicate(one, 0, years_to=last) for one in (base, base.with_levers(levers)))
    return before, after


def copied(firms: Enterprises) -> Enterprises:
    """Return the enterprises on paper of their own."""
    return firms.only(np.ones(len(firms), np.bool_))


def assisted_uptake() -> float:
    """Help people for a year in one of two communes that are alike, well connected and skilled; difference, points."""
    place = quiet(communes=2)
    changes = {"access": 0.95, "resident_skill": 0.95, "commune_access_spread": 0.0, "commune_skill_spread": 0.0}
    province = Province(place, beliefs(place, changes | {"operator_rollout": 0.0, "ward_premium": 0.0}))
    province.government.set_budget(place.start, province.levers, province.grdp_last_year)
    rates = replace(province.government.commune_rates(QUARTER), services=1.0)
    for commune, team in zip(province.communes, (1.0, 0.0), strict=True):
        commune.team = commune.team_at_start = team
        for _ in range(QUARTERS):
            commune.live_quarter(rates)
    return PERCENT * (province.communes[0].uptake - province.communes[1].uptake)


def pushed_and_left() -> float:
    """Put everybody on rung 2, as a campaign would; return the share still there (or higher) two years later, percent."""
    place = quiet()
    everyone = {f"rung{rung}_share_{size}": 1.0 for rung in (1, 2) for size in SIZES}
    province = EvenProvince(place, beliefs(place, everyone | NO_TURNOVER | {"enterprises": 4000.0}))
    for _ in range(2 * QUARTERS):
        province.step()
    return PERCENT * float(np.mean(province.firms.rung >= 2))


def spread_years() -> float:
    """Let basic tools spread from nobody, without a mandate; return the years from 10 to 90 % of those who get there."""
    place = quiet()
    changes = ALL_ON_PAPER | NO_TURNOVER | {"enterprises": 6000.0, "abandonment_hazard_1": 0.0}
    province = EvenProvince(place, beliefs(place, changes))
    shares = [0.0]
    for _ in range(40 * QUARTERS):
        province.levers = replace(province.levers, e_invoice_mandate=False)
        province.step()
        shares.append(province.digital_share)
    low, high = (np.interp(share, shares, np.arange(len(shares)) / QUARTERS) for share in (0.1, 0.9))
    return float(high - low)


GRANTS = {
    "budget.lines": {2022: {"innovation_grants": "100 %"}, 2023: {"applied_research": "100 %"}},
    "budget.pillars_share": {2022: "1 %"},
}
NO_GRANTS = {"budget.lines": {2022: {"applied_research": "100 %"}}, "budget.pillars_share": {2022: "1 %"}}


class Watched(Province):
    """A province that remembers who ever held a grant, by identity."""

    def __init__(self, of: Scenario, draw: Draw) -> None:
        self.supported: set[int] = set()
        super().__init__(of, draw)

    def produce(self, setting: Setting, work: Research) -> Flows:
        """Produce, and note who is supported."""
        self.supported |= set(self.firms.identity[work.supported].tolist())
        return super().produce(setting, work)


def granted() -> tuple[Watched, Watched, list[int]]:
    """Run Ha Tinh to the end of 2022 with a year of grants and without; return both, and who was supported."""
    provinces = []
    for levers in (GRANTS, NO_GRANTS):
        of = scenario("ha_tinh/baseline").with_levers(levers)
        provinces.append(Watched(of, beliefs(of, {"skill_price_elasticity": 0.0, "public_return": 0.0})))
        provinces[-1].run(2022)
    return provinces[0], provinces[1], sorted(provinces[0].supported)


def effect_on(supported: list[int], one: Province, other: Province) -> float:
    """Return the mean difference of ln TFP, between two worlds, of those supported who are still in both."""
    here, there = gained(one.firms), gained(other.firms)
    return float(np.mean([here[who] - there[who] for who in supported if who in here and who in there]))


def gained(firms: Enterprises) -> dict[int, float]:
    """Return ln TFP gained by imitation, innovation and digital tools, by identity."""
    return dict(zip(firms.identity.tolist(), (firms.imitated + firms.innovated + firms.gain).tolist(), strict=True))


def additionality() -> float:
    """Give grants in one quarter and compare with none, all else equal; private R&D induced per VND of grant."""
    of = scenario("ha_tinh/programme")
    province = Province(of)
    province.run(2025)
    s, firms = province.setting(), province.firms
    given, none = (discovery.research(copied(firms), s, purse) for purse in (math.inf, 0.0))
    private = (given.spending - given.grant) - none.spending
    return float(private.sum() / given.grant.sum())


def subsidy_productivity() -> float:
    """Return what a year of grants added to the ln TFP of those supported, three years on, percent."""
    one, other, supported = granted()
    for province in (one, other):
        province.run(2025)
    return PERCENT * effect_on(supported, one, other)


def research_lag() -> float:
    """Return the mean lag, in years, of what a year of R&D adds to the ln TFP of those who do it."""
    one, other, supported = granted()
    rises, highest = [], 0.0
    while one.year <= 2032:
        for province in (one, other):
            province.step()
        effect = effect_on(supported, one, other)
        rises.append(max(effect - highest, 0.0))
        highest = max(effect, highest)
    # The year of grants is centred half a year before the first of these quarters ends.
    lags = 0.5 + QUARTER * np.arange(len(rises))
    return float(lags @ rises / max(sum(rises), 1e-12))


def execution() -> float:
    """Return the executed share of the allocation in the first year of the provinces' programmes, mean, percent."""
    shares = []
    for place in ("ha_tinh", "thanh_hoa", "quang_tri", "thai_nguyen"):
        of = scenario(f"{place}/programme")
        result = run_replicate(of, 0, beliefs(of, {"enterprises": 2000.0}), years_to=2026)
        shares.append(float(result.outcomes["executed_share"][-1]))
    return float(np.mean(shares))


def overruns() -> tuple[float, float, float]:
    """Return the share of projects over half more than planned, by how much they are, and would be without a cap, percent."""
    p = scenario().central().parameters
    factors = cost_factors(Luck(1, 0).uniforms("overruns", 0, 200_000), p)
    far = factors > 1.5
    # So heavy a tail has no variance: its mean is integrated, not drawn.
    uncapped, _ = quad(
        lambda rank: float(extreme_cost(np.array(rank), p.overrun_tail_threshold, p.overrun_tail_mean)), 0.0, 1.0
    )
    return PERCENT * float(far.mean()), PERCENT * float(factors[far].mean() - 1.0), PERCENT * (uncapped - 1.0)


def multiplier(line: str, last: int) -> tuple[RunResult, RunResult, float]:
    """Spend one more percent of the budget on a line in 2022, all of it executed; return both runs and its real cost."""
    lines = dict.fromkeys(LINES, "0 %") | {line: "100 %"}
    reform = {"budget.execution_multiplier": 50, "budget.lines": lines, "delivery.infrastructure": "build"}
    base = scenario("ha_tinh/baseline").with_levers({"budget.pillars_share": {2021: "1 %"}, **reform})
    richer = base.with_levers({"budget.pillars_share": {2022: "5 %", 2023: "1 %"}, "budget.relabelled_share": "0 %"})
    before, after = (run_replicate(one, 0, beliefs(one, {}), years_to=last) for one in (base, richer))
    spent = [sum(row.executed for row in run.ledger if row.year == 2022) for run in (before, after)]
    price = before.outcomes["grdp_nominal"][1] / before.outcomes["grdp"][1]
    return before, after, (spent[1] - spent[0]) / price


def investment_multiplier() -> float:
    """Return the percent by which GRDP is higher four years after one percent of GRDP more for digital works."""
    before, after, cost = multiplier("infrastructure", 2026)
    lift = after.outcomes["grdp"][-1] / before.outcomes["grdp"][-1] - 1.0
    return float(lift / (cost / before.outcomes["grdp"][1]))


def research_multiplier() -> float:
    """Return the product of the 23 years after one more VND of applied research, not discounted."""
    before, after, cost = multiplier("applied_research", 2045)
    return float((after.outcomes["grdp"] - before.outcomes["grdp"]).sum() / cost)


def fading_with_distance() -> float:
    """Return how much of knowledge is lost over 500 km, percent."""
    distance = np.array([[0.0, 500.0], [500.0, 0.0]])
    return PERCENT * float(1.0 - science.closeness(distance, scenario().central().parameters.spillover_distance)[0, 1])


def enclave_linkage() -> tuple[float, float]:
    """Let the enclave of Thai Nguyen grow by half at once; return the rise of growth, and of others' output, percent."""
    before, after = pair("thai_nguyen/baseline", {"outside.enclave_change": {2023: "50 %"}}, 2026)
    rise = after.outcomes["grdp_growth"][2] - before.outcomes["grdp_growth"][2]
    local = after.groups["size"][-1].sum() / before.groups["size"][-1].sum() - 1.0
    return float(rise), PERCENT * float(local)


TRIALS: Mapping[str, Callable[[], float | tuple[float, ...]]] = {
    trial.__name__: trial
    for trial in (
        assisted_uptake, pushed_and_left, spread_years, additionality, subsidy_productivity, research_lag, execution,
        overruns, investment_multiplier, research_multiplier, fading_with_distance, enclave_linkage,
    )
}  # fmt: skip
"""Every trial by name."""
