"""Known limits of policy: T16 how much it can do, T17 complementarity, T18 no policy, no effect.

Enters: nothing (T16: how many pairs of runs, where). Leaves: one `Limit` each. Pairs of runs share parameters and luck.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

import numpy as np
import numpy.typing as npt

from experiments.ensembles.plan import unit_rows
from experiments.verification.limit import AT_LEAST, AT_MOST, Check, Limit
from experiments.verification.stage import ALL_ON_PAPER, NEVER, NO_TURNOVER, NOBODY_MOVES, beliefs, quiet, scenario
from model.enterprises.columns import Enterprises
from model.province import Province
from model.results import RunResult, run_replicate
from model.scenario import Scenario
from model.vocabulary import LINES

Array = npt.NDArray[np.float64]

PLACES = ("ha_tinh", "thanh_hoa", "quang_tri", "thai_nguyen")
MOST = 0.3
"""Percentage points of annual TFP growth above which a provincial programme is not believed."""
FROM, TO = 2026, 2030
HIGHEST_RETURN = 0.6
"""Upper end of the prior of `public_return`."""


def policy_bound(pairs: int = 3, places: Sequence[str] = PLACES) -> Limit:
    """T16: the programmes of the provinces move TFP growth by hundredths of a point, whatever is believed."""
    checks = []
    for place in places:
        base, programme = scenario(f"{place}/baseline"), scenario(f"{place}/programme")
        both = [(run(base, row), run(programme, row)) for row in range(pairs)]
        lifts = [mean(after, "tfp_growth") - mean(before, "tfp_growth") for before, after in both]
        # What research returns a year cannot exceed the money it received so far, times the highest return.
        excess = [science_lift(before, after) - science_bound(before, after) for before, after in both]
        checks += [
            Check(f"{place}: mean rise of TFP growth {FROM}-{TO}, points", MOST, float(np.mean(lifts)), 0.0, AT_MOST),
            Check(f"{place}: largest rise of {pairs} draws, points", MOST, max(lifts), 0.0, AT_MOST),
            Check(f"{place}: rise by public science over its bound, points", 0.0, max(excess), 1e-12, AT_MOST),
        ]
    return Limit("T16", "Policy bound", "3 % programme against baseline, sampled beliefs, shared luck", tuple(checks))


def run(of: Scenario, row: int) -> RunResult:
    """Run one replicate with sampled beliefs to the end of the window."""
    return run_replicate(of, row, of.draw(unit_rows(row + 1, len(of.slots), 1)[row]), years_to=TO)


def mean(result: RunResult, outcome: str) -> float:
    """Return the mean of an outcome over the window."""
    return float(result.outcomes[outcome][result.years >= FROM].mean())


def science_lift(before: RunResult, after: RunResult) -> float:
    """Return the rise of annual TFP growth by public science, points."""
    return mean(after, "tfp_from_public_science") - mean(before, "tfp_from_public_science")


def science_bound(before: RunResult, after: RunResult) -> float:
    """Return the most that the money received for research could add to annual TFP growth, points."""
    money = sum(
        received(after, year) - min(received(before, year), received(after, year)) for year in range(FROM, TO + 1)
    )
    return 100.0 * HIGHEST_RETURN * money / mean(after, "grdp_nominal") / (TO - FROM + 1)


def received(result: RunResult, year: int) -> float:
    """Return the research money that arrived in a year, nominal bn VND."""
    lines = ("applied_research", "basic_research")
    return sum(row.received for row in result.ledger if row.year == year and row.line in lines)


COMPLEMENTS = {"complementarity_digital": 0.3, "innovation_complementarity": 0.5}
APART = dict.fromkeys(COMPLEMENTS, 0.0)
NO_DETOURS = NO_TURNOVER | ALL_ON_PAPER | {"reallocation_elasticity": 0.0, "absorption": 0.0, "size_noise": 0.0}
"""No way for one pillar to reach the other but the complementarities."""
TOOLS = {"spontaneous_hazard_1": 0.8, "spontaneous_hazard_2": 0.4}
IDEAS, NO_IDEAS = {"innovation_hazard": 0.3}, {"innovation_hazard": NEVER}


def complementarity(number: int = 500, years: int = 8) -> Limit:
    """T17: digital tools and innovation together do more than apart, if and only if they are complements."""
    crowd = {"enterprises": float(number)}
    apart, together = (cross_difference(of | crowd, years) for of in (APART, COMPLEMENTS))
    each = [cross_difference(APART | {name: value} | crowd, years) for name, value in COMPLEMENTS.items()]
    checks = (
        Check("cross-difference of mean ln TFP, no complementarity", 0.0, apart, 1e-12),
        Check("cross-difference, both complementarities", 1e-4, together, 0.0, AT_LEAST),
        Check("cross-difference, digital tools raise innovation only", 1e-5, each[0], 0.0, AT_LEAST),
        Check("cross-difference, innovation raises the digital gain only", 1e-5, each[1], 0.0, AT_LEAST),
    )
    return Limit("T17", "Complementarity", "digital tools on or off, innovation on or off, shared luck", checks)


def cross_difference(changes: Mapping[str, float], years: int) -> float:
    """Return f11 - f10 - f01 + f00 of the mean ln TFP gained, digital tools and innovation on or off."""
    tools, none = NOBODY_MOVES | TOOLS | dict(changes), NOBODY_MOVES | dict(changes)
    ways = (tools | IDEAS, tools | NO_IDEAS, none | IDEAS, none | NO_IDEAS)
    both, tools_alone, ideas_alone, neither = (gained(way, years) for way in ways)
    return both - tools_alone - ideas_alone + neither


def gained(changes: Mapping[str, float], years: int) -> float:
    """Return the mean ln TFP that enterprises have gained in some years by imitation, innovation and digital tools."""
    place = quiet()
    province = Province(place, beliefs(place, NO_DETOURS | dict(changes)))
    province.run(place.start + years - 1)
    firms = province.firms
    return float(np.mean(firms.imitated + firms.innovated + firms.gain))


POWERLESS = dict.fromkeys(
    (
        "public_return", "step_cost_elasticity", "innovation_rd_elasticity", "absorption", "complementarity_knowledge",
        "training_gain", "ai_gain", "venture_gain", "startup_gain", "intermediary_gain", "ip_gain", "linkage_gain",
        "literacy_gain", "capacity_gain", "provision_gain", "publication_knowledge",
    ),
    0.0,
) | {"finance_constrained_multiplier": 1.0, "platform_scale": 1e30, "coverage_cost": 1e30, "publication_cost": 1e30}  # fmt: skip
"""Every elasticity, gain and return of policy is nought: money buys nothing that works."""

UNTIL = 2026
TRIPLE = {"budget.pillars_share": {2023: "3 %"}}
UNBOOKED = dict.fromkeys(LINES, 0.0) | {"applied_research": 40.0, "talent": 30.0, "communes": 30.0}
NO_CAPITAL = {"budget.lines": {2021: {line: f"{share} %" for line, share in UNBOOKED.items()}}}
"""Money for lines that leave no capital in the accounts."""
BOOKED = ("capital", "log_capital", "output", "research_stock")
"""What the capital that vouchers, grants and works leave in the accounts moves, even if it earns nothing."""
CAPITAL = (
    "equipment that money bought is capital in the accounts and no elasticity of policy; in logarithms, to rounding"
)


def null_policy() -> Limit:
    """T18: a policy whose every elasticity is nought, or which changes nothing, changes no bit."""
    base = scenario(communes=3)
    again, stuck = {"budget.pillars_share": {2023: "1 %"}}, {"execution_capacity": 0.0}
    usual, tripled = pair(base, TRIPLE, {})
    bare, booked = pair(base, TRIPLE, POWERLESS)
    counts = {
        "powerless money, no capital booked: outcomes": differing(
            *pair(base.with_levers(NO_CAPITAL), TRIPLE, POWERLESS)
        ),
        "powerless money: states of enterprises but booked capital": moved_states(bare.firms, booked.firms),
        "the levers in force written again: outcomes": differing(usual, of_run(base.with_levers(again), {})),
        "nothing can be executed: outcomes": differing(*pair(base, TRIPLE, stuck)),
        "before its first year: outcomes": differing(usual, tripled, last=2022),
    }
    checks = [Check(f"{name} that differ", 0.0, count, 0.0) for name, count in counts.items()]
    more = "powerless money: output but for what its capital yields, ln points"
    checks.append(Check(more, 0.0, unexplained(bare, booked), 1e-12, asked=0.0, why=CAPITAL))
    checks.append(Check("with its elasticities: outcomes that differ", 20.0, differing(usual, tripled), 0.0, AT_LEAST))
    return Limit("T18", "Null policy", "3 % of the budget from 2023 against 1 %, shared luck; counts", tuple(checks))


def pair(base: Scenario, levers: Mapping[str, object], changes: Mapping[str, float]) -> tuple[Province, Province]:
    """Run a place under its levers and with some of them changed."""
    return of_run(base, changes), of_run(base.with_levers(levers), changes)


def differing(before: Province, after: Province, last: int = UNTIL) -> float:
    """Count the outcomes (but for those of the budget) of the years to `last` that differ in any bit."""
    rows, others = before.yearbook.rows, after.yearbook.rows
    years = [year for year in rows if year <= last]
    names = [name for name in rows[last] if not name.startswith("budget_") and name not in MONEY]
    return float(sum(any(differs(rows[year][name], others[year][name]) for year in years) for name in names))


def unexplained(before: Province, after: Province) -> float:
    """Return the largest difference of an enterprise's ln output that its capital does not explain."""
    alpha, there = before.draw.parameters.capital_share, before.firms.output > 0.0
    richer = np.log(after.firms.output[there] / before.firms.output[there])
    capital = (after.firms.log_capital - before.firms.log_capital)[there]
    return float(np.abs(richer - alpha * capital).max())


MONEY = ("rd_share", "rd_private_share", "executed_share")
"""Outcomes that say where money goes, whether or not it works."""


def differs(a: float, b: float) -> bool:
    """Say whether two numbers differ; not-a-number equals itself."""
    return a != b and not (np.isnan(a) and np.isnan(b))


def moved_states(before: Enterprises, after: Enterprises) -> float:
    """Count the columns of enterprises, but for booked capital and what it yields, that differ in any bit."""
    names = [field.name for field in fields(before) if field.name not in BOOKED]
    return float(sum(not np.array_equal(getattr(before, name), getattr(after, name)) for name in names))


def of_run(of: Scenario, changes: Mapping[str, float]) -> Province:
    """Run a small province to the end of UNTIL and return it."""
    province = Province(of, beliefs(of, {"enterprises": 1500.0} | dict(changes)))
    province.run(UNTIL)
    return province
