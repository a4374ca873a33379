"""Known limits of the books: T13 identities with every lever on, T14 Hulten's theorem, T15 Melitz-Polanec.

Enters: nothing. Leaves: one `Limit` each. T13 and T15 are runs of a province in which every lever is away from its default.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from experiments.verification.limit import AT_MOST, Check, Curve, Limit
from experiments.verification.stage import EVERY_LEVER, NEVER, scenario
from model.blocks import HOME
from model.books import returns
from model.books.accounts import COMPONENTS, SOURCES, Units, quarter_growth, year_growth
from model.books.measures import PERCENT
from model.books.turnover import Roll
from model.dynamics import QUARTERS, accumulate
from model.enterprises import production
from model.enterprises.adoption import Vouchers
from model.enterprises.discovery import Research
from model.enterprises.setting import Setting
from model.government.ledger import AMOUNTS
from model.places.facts import Draw
from model.province import Province
from model.vocabulary import LINES

Array = npt.NDArray[np.float64]

LAST = 2026
TINY = 1e-30
"""A complex step: no difference of near numbers is taken, so that a derivative is exact to rounding."""
IDENTITY = 1e-9
"""Largest relative gap of an identity."""


@dataclass
class Audit:
    """Go through a province's books after each quarter; gaps: the largest relative gap of each identity so far."""

    gaps: dict[str, float] = field(default_factory=dict)
    income: float = 0.0
    """wages and surplus of the year so far"""
    booked: float = 0.0
    """vouchers and grants of the year so far that became enterprises' equipment, at the ledger's prices"""

    def note(self, identity: str, left: float, right: float) -> None:
        """Note how far the two sides of an identity are apart, relative to the larger."""
        gap = abs(left - right) / max(abs(left), abs(right), 1e-300) if left != right else 0.0
        self.gaps[identity] = max(self.gaps.get(identity, 0.0), gap)

    def quarter(self, province: Province, produced: Units) -> None:
        """Check what was produced in the quarter: by whom, from what, and to whom it goes."""
        log_tfp = rebuilt(province, produced)
        made = produced.weight * produced.output
        self.note("output = A K^alpha L^(1-alpha)", float(made.sum()), paid(province, produced, log_tfp, 0.0, 0.0))
        wages = paid(province, produced, log_tfp, 0.0, TINY)
        surplus = paid(province, produced, log_tfp, TINY, 0.0)
        self.note("production = wages + surplus at marginal products", float(made.sum()), wages + surplus)
        self.income += province.dt * (wages + surplus)

    def capital(self, province: AuditedProvince) -> None:
        """Check that enterprises' capital is what it was, worn and added to, and what the ledger paid for, whoever owns it."""
        p, received = province.draw.parameters, province.government.received_real
        grown = accumulate(province.capital_before, province.invested, p.capital_depreciation, province.dt)
        after = float(province.firms.weight @ province.firms.capital)
        given = received["sme_vouchers"] + received["innovation_grants"]
        self.note("capital = worn + invested + vouchers + grants", after, grown + given)

    def year(self, province: Province, year: int) -> None:
        """Check the year's row against its parts."""
        row, book = province.yearbook.rows[year], province.yearbook
        taxes = self.income * province.opening.tax_ratio
        self.note("GRDP of the yearbook = wages + surplus + taxes", self.income + taxes, row["grdp"])
        self.income = 0.0
        firms = province.firms
        value = float((firms.weight * firms.output).sum())
        for name, groups in book.groups[year].items():
            self.note(f"value added by {name} = all", float(groups.sum()), value)
        if year in book.growth:
            split = sum(row[f"tfp_from_{source}"] for source in SOURCES)
            self.note("sources = TFP growth", split, row["tfp_growth"])
            accounted = row["tfp_growth"] + province.draw.parameters.capital_share * row["capital_growth"]
            accounted += (1.0 - province.draw.parameters.capital_share) * row["labour_growth"]
            self.note("TFP + capital + labour = growth of output", accounted, 100.0 * book.growth[year].output)
        self.ledger(province, year)

    def ledger(self, province: Province, year: int) -> None:
        """Check the year's ledger, line by line."""
        rows = province.government.ledger.year(year)
        received = sum(row.received for row in rows if row.line in ("sme_vouchers", "innovation_grants"))
        self.note("equipment of enterprises = what the ledger says arrived", self.booked, received)
        self.booked = 0.0
        for row in rows:
            placed = row.executed + row.carried_over + row.returned
            self.note("allocated = executed + carried over + returned", row.allocated, placed)
            losses = row.lost_inefficiency + row.lost_leakage + row.lost_overrun
            self.note("executed = received + losses", row.executed, row.received + losses)
            given = row.announced - row.relabelled + row.carried_in
            self.note("allocated = announced - relabelled + carried in", row.allocated, given)
        total = province.government.ledger.totals(year)
        share = province.scenario.levers(year).pillars_share * province.government.treasury.plan.budget
        self.note("lines add up to the share of the budget", sum(row.announced for row in rows), share)
        for name in AMOUNTS:
            self.note("lines add up to the total", sum(getattr(row, name) for row in rows), getattr(total, name))


def rebuilt(province: Province, produced: Units) -> Array:
    """Return ln TFP of enterprises and home blocks from level and components, and of others from what they made."""
    alpha, firms, blocks = province.draw.parameters.capital_share, province.firms, province.blocks
    number = len(produced.output) - len(blocks.output)
    own = np.zeros(len(produced.output))
    there = produced.output[:number] > 0
    own[:number][there] = (province.norms.level[firms.sector] + firms.standing)[:number][there]
    own[number : number + HOME] = blocks.level[:HOME]
    log_tfp: Array = own + produced.components.sum(axis=1)
    away = slice(number + HOME, None)
    used = alpha * produced.log_capital[away] + (1.0 - alpha) * produced.log_labour[away]
    log_tfp[away] = np.log(np.maximum(produced.output[away], NEVER)) - used
    return log_tfp


def paid(province: Province, produced: Units, log_tfp: Array, more_capital: float, more_labour: float) -> float:
    """Return what capital or labour is paid at its marginal product, by a complex step; without a step, what is made."""
    log_output = production.log_output(
        log_tfp, produced.log_capital + more_capital * 1j, produced.log_labour + more_labour * 1j,
        province.draw.parameters.capital_share,
    )  # fmt: skip
    made = (produced.weight * np.exp(log_output))[produced.output > 0].sum()
    step = more_capital + more_labour
    return float(made.imag / step) if step else float(made.real)


class AuditedProvince(Province):
    """A province whose books are gone through as it runs."""

    audit: Audit
    capital_before: float
    invested: float
    """a year"""

    def produce(self, setting: Setting, work: Research) -> returns.Flows:
        """Produce, then have the quarter audited: who leaves afterwards has produced."""
        flows = super().produce(setting, work)
        self.audit.quarter(self, self.units())
        firms = self.firms
        self.capital_before = float(firms.weight @ firms.capital)
        self.invested = self.opening.investment * float(firms.weight @ firms.output)
        return flows

    def invest(self, setting: Setting, vouchers: Vouchers, work: Research) -> None:
        """Invest, and note the money that enterprises turn into equipment at the prices at which the ledger pays them."""
        super().invest(setting, vouchers, work)
        weight, price = self.firms.weight, self.government.treasury.plan.terms.price
        for line, support in (("sme_vouchers", vouchers.support), ("innovation_grants", work.grant)):
            self.audit.booked += self.dt * float(weight @ support) * float(price[LINES.index(line)])

    def keep_books(self, flows: returns.Flows) -> None:
        """Keep the books, then have the year audited if it ends."""
        super().keep_books(flows)
        self.audit.capital(self)
        if self.quarter_of_year == QUARTERS - 1:
            self.audit.year(self, self.year)


def every_lever(draw: Draw | None = None, replicate: int = 0) -> AuditedProvince:
    """Found a small province with every lever on, its books audited."""
    place = scenario(communes=4).with_levers(EVERY_LEVER)
    province = AuditedProvince(place, draw, replicate=replicate)
    province.audit = Audit()
    return province


def identities() -> Limit:
    """T13: with every lever on, every identity holds in every quarter and year."""
    province = every_lever()
    province.run(LAST)
    checks = tuple(Check(name, 0.0, gap, IDENTITY) for name, gap in province.audit.gaps.items())
    return Limit("T13", "Growth accounting and ledger", f"every lever on, 2021 to {LAST}; relative gaps", checks)


def hulten() -> Limit:
    """T14: where marginal products are equal, TFP growth is the share-weighted growth of a, to second order."""
    steps = np.array([0.2, 0.1, 0.05, 0.025])
    gaps = np.array([hulten_gap(step) for step in steps])
    order = float(np.log2(gaps[-2] / gaps[-1]))
    closed = gaps[-1] * (steps / steps[-1]) ** 2
    line = Curve("T14 Hulten", "ln(step)", "ln(reallocation)", np.log(steps), np.log(closed), np.log(gaps))
    checks = (
        Check("order of the gap in the step", 2.0, order, 0.1),
        Check("gap at a step of 0.025", 0.0, gaps[-1], 0.025**2, AT_MOST),
    )
    return Limit("T14", "Hulten", "equal marginal products, nobody enters or leaves", checks, (line,))


def hulten_gap(step: float) -> float:
    """Move ln TFP, capital and labour of equal-priced units by `step` times a draw; return |g_A - sum of s_i a_i|."""
    rng, alpha, number = np.random.default_rng(5), 0.4, 12
    size = rng.normal(3.0, 1.0, number)
    before = units_of(size, size + 1.0, np.zeros(number), alpha)
    moves = step * rng.normal(size=(3, number))
    now = units_of(size + moves[0], size + 1.0 + moves[1], moves[2], alpha)
    path = [before] * QUARTERS + [now] * QUARTERS
    growths = [quarter_growth(a, b, a.totals(), b.totals()) for a, b in pairwise(path)]
    year = year_growth([units.totals() for units in path], growths, alpha)
    return abs(year.tfp - year.sources["catch_up"])


def units_of(log_labour: Array, log_capital: Array, log_tfp: Array, alpha: float) -> Units:
    """Return producing units whose ln TFP is all `catch_up`."""
    components = np.zeros((len(log_tfp), len(COMPONENTS)))
    components[:, COMPONENTS.index("catch_up")] = log_tfp
    output = np.exp(log_tfp + alpha * log_capital + (1.0 - alpha) * log_labour)
    return Units(np.ones(len(log_tfp)), output, log_capital, log_labour, components)


def decomposition() -> Limit:
    """T15: survivors, reallocation, entry and exit add up to the change of mean productivity, every year."""
    province = every_lever(replicate=1)
    rolls: list[Roll] = []
    gaps = []
    for year in range(province.scenario.start, LAST + 1):
        province.run(year)
        rolls.append(returns.roll(province))
        if len(rolls) > 1:
            row = province.yearbook.rows[year]
            parts = sum(row[f"melitz_{part}"] for part in ("survivors", "covariance", "entry", "exit"))
            gaps.append(parts / PERCENT - (mean_of(rolls[-1]) - mean_of(rolls[-2])))
    check = Check("largest gap, ln points", 0.0, float(np.abs(gaps).max()), 1e-12)
    return Limit("T15", "Melitz-Polanec", f"every lever on, 2022 to {LAST}", (check,))


def mean_of(roll: Roll) -> float:
    """Return the size-weighted mean of ln TFP."""
    return float(np.average(roll.productivity, weights=roll.size))
