"""Known limits of government and communes: T11 pipeline, T22 execution, T23 lease or build, T24 uptake.

Enters: nothing. Leaves: one `Limit` each. They drive the model's own government, programme, infrastructure and communes.
"""

from __future__ import annotations

import math
from dataclasses import replace

import mesa
import numpy as np
import numpy.typing as npt
from scipy import stats

from experiments.verification.limit import Check, Curve, Limit, largest_gap
from experiments.verification.stage import beliefs, quiet, scenario
from model.draws import Luck
from model.dynamics import QUARTER, QUARTERS
from model.government.agent import Government
from model.government.infrastructure import Infrastructure
from model.government.programme import Programme
from model.province import Province
from model.vocabulary import LINES

Array = npt.NDArray[np.float64]


def pipeline() -> Limit:
    """T11: what one quarter's money completes spreads over time as an Erlang density."""
    lines, checks = [], []
    for lag, stages in ((3.0, 2), (12.0, 2), (6.0, 4)):
        line = impulse(lag, stages)
        mean = float(line.at @ line.got) / float(line.got.sum())
        variance = float((line.at - mean) ** 2 @ line.got) / float(line.got.sum())
        name = f"mean lag {lag:g} years, {stages} stages"
        # Money comes evenly over a quarter and is counted by quarters: two uniform spreads of a quarter each.
        checks += [
            Check(f"largest gap, {name}", 0.0, largest_gap((line,)), 1e-9),
            Check(f"mean lag, {name}", lag, mean, 1e-6),
            Check(f"variance, {name}", lag**2 / stages + QUARTER**2 / 6.0, variance, 1e-4),
        ]
        lines.append(line)
    return Limit(
        "T11", "Pipeline of research", "a unit of money in one quarter, then none", tuple(checks), tuple(lines)
    )


def impulse(lag: float, stages: int) -> Curve:
    """Pay one unit for applied research in the first quarter; return what is completed in each quarter since."""
    p = beliefs(quiet(), {"lag_applied": lag, "erlang_stages": float(stages)}).parameters
    programme = Programme(p, instrument_scale=1.0)
    nothing = dict.fromkeys(LINES, 0.0)
    programme.open(nothing, 1.0, "build", 1.0)
    got = []
    for quarter in range(round(15 * lag * QUARTERS)):
        programme.step(nothing | {"applied_research": float(quarter == 0)}, 1.0, QUARTER)
        got.append(programme.completed_applied)
    end: Array = QUARTER * np.arange(1.0, len(got) + 1)
    done = (erlang_area(end, lag, stages) - erlang_area(end - QUARTER, lag, stages)) / QUARTER
    expected = np.diff(done, prepend=0.0)
    title = f"T11 pipeline, mean lag {lag:g}, {stages} stages"
    return Curve(title, "years", "completed a quarter", end - QUARTER, expected, np.array(got))


def erlang_area(t: Array, lag: float, stages: int) -> Array:
    """Return the area up to `t` under the distribution function of an Erlang lag."""
    scale = lag / stages
    area: Array = t * stats.gamma.cdf(t, stages, scale=scale) - lag * stats.gamma.cdf(t, stages + 1, scale=scale)
    return area


def execution() -> Limit:
    """T22: a small allocation is spent whole; a huge one fills the capacity and no more."""
    shares = np.concatenate(([1e-6, 1e-4], np.linspace(0.002, 0.12, 40), [0.3, 1.0]))
    spent = np.array([executed_of(share) for share in shares])
    capacity = scenario().central().parameters.execution_capacity
    closed = capacity * -np.expm1(-shares / capacity)
    seen = slice(2, -2)
    line = Curve(
        "T22 execution", "allocated, share of the budget", "executed, share of the budget",
        shares[seen], closed[seen], spent[seen],
    )  # fmt: skip
    checks = (
        Check("spent of a millionth of the budget, share of it", 1.0, spent[0] / shares[0], 1e-4),
        Check("spent of the whole budget, share of capacity", 1.0, spent[-1] / capacity, 1e-12),
        Check("largest gap of the curve, relative", 0.0, float(np.max(np.abs(spent / closed - 1.0))), 1e-9),
    )
    return Limit("T22", "Execution", "A → 0: S = A; A → ∞: S = X", checks, (line,))


def executed_of(share: float) -> float:
    """Return what of the budget is executed in the first year when `share` of it is allocated, in the ledger."""
    lines = {2021: {"applied_research": "100 %"}}
    place = quiet(communes=1).with_levers(
        {"budget.pillars_share": {2021: f"{100.0 * share:.15f} %"}, "budget.lines": lines}
    )
    draw = beliefs(place, {})
    government = Government(mesa.Model(rng=1), draw, draw.facts.population_resident, Luck(1, 0))
    government.open_books(place.levers(2021), draw.facts.grdp_nominal, 2021)
    government.set_budget(2021, place.levers(2021), draw.facts.grdp_nominal)
    for quarter in range(QUARTERS):
        government.execute(quarter)
        government.deliver(QUARTER)
    government.close_year()
    return government.ledger.totals(2021).executed / government.treasury.plan.budget


INTEREST = 0.08
LIVES = (5.0, 7.0, 10.0)
ANNUITIES = (0.400, 0.342, 0.299)
"""Rate, lives and break-even prices of the table of limits: of capital that serves whole until its life ends."""
WEAR = "the table's {price:.3f} is of capital that serves whole until its life ends; the model's wears out evenly, 1/life a year"


def lease_or_build() -> Limit:
    """T23: leasing breaks even with building at interest + wear + upkeep, whatever the life and the rate."""
    p = beliefs(quiet(), {}).parameters
    rate, upkeep = INTEREST, p.operating_cost
    checks = [
        Check(
            f"break-even price over capital cost, life {life:g}, r = {rate:.0%}", rate + 1.0 / life + upkeep,
            break_even_lease_price(life, rate, upkeep), 1e-3, asked=0.0, why=WEAR.format(price=price),
        )
        for life, price in zip(LIVES, ANNUITIES, strict=True)
    ]  # fmt: skip
    served = constant_service()
    checks.append(Check("service of the same money, leased over built, at the break-even of r = 0", 1.0, served, 1e-9))
    return Limit("T23", "Lease or build", f"constant service, upkeep {upkeep:.0%} of capital cost", tuple(checks))


def break_even_lease_price(life: float, rate: float, upkeep: float, dt: float = 1.0 / 64.0) -> float:
    """Return the lease price at which the same money is worth as much service leased as built, both discounted.

    From nothing, without gestation; service is in proportion to one over the price, so that the ratio at a price of one is it.
    """
    p = beliefs(quiet(), {}).parameters
    p = replace(p, economic_life=life, operating_cost=upkeep, lease_price=1.0, gestation=1e-4, lease_lag=1e-4)
    worth = []
    for choice in ("lease", "build"):
        works, value = Infrastructure(p), 0.0
        works.open(choice, 0.0, 1.0)
        for step in range(round(100.0 / dt)):
            before = works.service
            works.plan_year(choice, 1.0, 1.0)
            works.step(dt, dt)
            value += 0.5 * (before + works.service) * math.exp(-rate * dt * (step + 0.5))
        worth.append(value)
    return worth[0] / worth[1]


def constant_service() -> float:
    """Spend the same money on leasing, at the price at which it should serve alike, and on building; compare service."""
    p = beliefs(quiet(), {}).parameters
    p = replace(p, lease_price=1.0 / p.economic_life + p.operating_cost)
    service = []
    for choice in ("lease", "build"):
        works, money = Infrastructure(p), 100.0
        works.open(choice, 0.0, 1.0)
        for quarter in range(200 * QUARTERS):
            if quarter % QUARTERS == 0:
                works.plan_year(choice, money, 1.0)
            works.step(money * QUARTER, QUARTER)
        service.append(works.service)
    return service[0] / service[1]


def uptake() -> Limit:
    """T24: without peers, use approaches U* = a Ceiling/(a + mu) exponentially, exactly."""
    place = quiet(communes=1)
    province = Province(place, beliefs(place, {"uptake_peer": 0.0, "operator_rollout": 0.0, "online_uptake": 0.02}))
    commune, p = province.communes[0], province.draw.parameters
    province.government.set_budget(place.start, province.levers, province.grdp_last_year)
    rates = replace(province.government.commune_rates(QUARTER), services=0.7)
    ceiling, start = commune.connection * commune.skill * rates.services, commune.uptake
    taking = p.uptake_autonomous + p.uptake_team * commune.team
    fading = taking + p.uptake_lapse
    got = [commune.uptake]
    for _ in range(30 * QUARTERS):
        commune.live_quarter(rates)
        got.append(commune.uptake)
    settled, t = taking * ceiling / fading, np.arange(len(got)) / QUARTERS
    closed = settled + (start - settled) * np.exp(-fading * t)
    line = Curve("T24 uptake", "years", "share of residents", t, closed, np.array(got))
    gap = Check("largest gap over 30 years", 0.0, largest_gap((line,)), 1e-12)
    return Limit("T24", "Uptake of services", "u_P = 0, constant teams and quality", (gap,), (line,))
