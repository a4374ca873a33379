"""The outcomes: each one's home. Names, units and definitions stand in `outcomes.yaml`; here is how each is computed.

Enters: the province at the end of a year and the year's flows. Leaves: one row of outcomes, in the unit of `outcomes.yaml`
(shares and growth in percent). An outcome that needs an earlier year is not a number in the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import yaml

from model import accounts
from model.accounts import QUARTERS, SOURCES, QuarterGrowth, Roll, Totals, YearGrowth
from model.blocks import ENCLAVE, HOME, TELECOM
from model.enterprises.columns import Enterprises
from model.enterprises.demography import size_class
from model.enterprises.founding import size_bounds
from model.vocabulary import COMMUNE_KINDS, SECTORS, SIZES

if TYPE_CHECKING:
    from model.province import Province

Array = npt.NDArray[np.float64]
PERCENT = 100.0
MILLION = 1e3
"""Million VND in a billion."""
ICT = SECTORS.index("ict")
FIVE_YEARS = 5
UNKNOWN = float("nan")


@dataclass(frozen=True)
class Outcome:
    """What an outcome is: unit, name and definition in both languages, and whether a planner wishes it up or down."""

    name: str
    unit: str
    label: Mapping[str, str]
    definition: Mapping[str, str]
    better: str


@cache
def outcomes() -> Mapping[str, Outcome]:
    """Return every outcome by name, in the order of `outcomes.yaml`."""
    entries = yaml.safe_load(files("model").joinpath("outcomes.yaml").read_text(encoding="utf-8"))
    return {name: Outcome(name=name, **entry) for name, entry in entries.items()}


@dataclass
class Flows:
    """Flows of one year so far, bn VND at 2010 prices unless said otherwise."""

    output: float = 0.0
    """value added without product taxes"""
    grdp: float = 0.0
    core: float = 0.0
    digitised: float = 0.0
    enclave: float = 0.0
    enclave_core: float = 0.0
    private_research: float = 0.0
    public_research: float = 0.0
    born: float = 0.0
    """enterprises"""
    left: float = 0.0
    stock: float = 0.0
    """sum over quarters of the number of enterprises"""
    publications: float = 0.0
    patents: float = 0.0

    def add(self, other: Flows) -> None:
        """Add a quarter's flows."""
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))


def digital_flows(province: Province) -> Flows:
    """Return a quarter's output and its digital parts, by the value-added method (eq. 23)."""
    firms, blocks, facts, p = province.firms, province.blocks, province.draw.facts, province.draw.parameters
    content = np.array([0.0, p.digital_content_1, p.digital_content_2, p.digital_content_3])
    value = firms.weight * firms.output
    ict = firms.sector == ICT
    at_home = p.digital_content_home + p.digital_content_1 * (province.people.uptake - province.uptake_at_start)
    enclave_core = facts.enclave_electronics_share * float(blocks.output[ENCLAVE])
    dt = province.dt
    output = dt * (float(value.sum()) + float(blocks.output.sum()))
    return Flows(
        output=output,
        grdp=output * (1.0 + province.opening.tax_ratio),
        core=dt * (float(value[ict].sum()) + float(blocks.output[TELECOM]) + enclave_core),
        digitised=dt * (float((value * content[firms.rung])[~ict].sum()) + at_home * float(blocks.output[:HOME].sum())),
        enclave=dt * float(blocks.output[ENCLAVE]),
        enclave_core=dt * enclave_core,
    )


class Yearbook:
    """Keeps the books quarter by quarter and writes one row of outcomes a year.

    rows: by year, {outcome: value}; groups: by year, value added by size class, sector and commune kind; communes: by year,
    what every commune has; growth: the annual growth accounts.
    """

    def __init__(self, province: Province) -> None:
        """Open the books on the founding state."""
        self.rows: dict[int, dict[str, float]] = {}
        self.groups: dict[int, dict[str, Array]] = {}
        self.communes: dict[int, dict[str, Array]] = {}
        self.growth: dict[int, YearGrowth] = {}
        self.totals: list[Totals] = []
        self.quarters: list[QuarterGrowth] = []
        self.booked: list[float] = []
        self.flows = Flows()
        self.roll: Roll | None = None
        self._capital_at_start = province.units().totals().capital

    def record(self, flows: Flows, totals: Totals, growth: QuarterGrowth, booked: float) -> None:
        """Book one quarter: its flows, the totals of its production, their growth, the programme's capital so far."""
        self.flows.add(flows)
        self.totals.append(totals)
        self.quarters.append(growth)
        self.booked.append(booked)

    def close_year(self, province: Province) -> None:
        """Write the row of the year that ends with this quarter."""
        year = province.year
        if len(self.totals) >= 2 * QUARTERS:
            window = slice(-2 * QUARTERS, None)
            alpha = province.draw.parameters.capital_share
            self.growth[year] = accounts.year_growth(self.totals[window], self.quarters[window][1:], alpha)
        row = size_and_price(province, self.flows)
        row |= growth_row(self, province)
        row |= melitz_row(self.roll, roll(province))
        row |= digital_row(self.flows)
        row |= enterprise_row(province, self.flows)
        row |= people_row(province)
        row |= research_row(self.flows)
        row |= budget_row(province)
        self.rows[year] = {name: float(row[name]) for name in outcomes()}
        self.groups[year] = gainers(province)
        self.communes[year] = province.commune_table()
        self.roll = roll(province)
        self.flows = Flows()

    def capital_growth(self, band: float, depreciation: float) -> float:
        """Return the growth of capital had the stock at the start been `band` times what it was."""
        missing = (band - 1.0) * self._capital_at_start
        quarters = np.arange(len(self.totals)) / QUARTERS
        stock = np.array([t.capital for t in self.totals]) + missing * np.exp(-depreciation * quarters)
        return yearly_growth(stock)

    def uncapitalised_growth(self) -> float:
        """Return the growth of capital without what the programme's digital and research outlays built."""
        return yearly_growth(np.array([t.capital for t in self.totals]) - np.array(self.booked))


def yearly_growth(quarterly: Array) -> float:
    """Return ln of the last four quarters' sum over that of the four before."""
    return float(np.log(quarterly[-QUARTERS:].sum() / quarterly[-2 * QUARTERS : -QUARTERS].sum()))


def size_and_price(province: Province, flows: Flows) -> dict[str, float]:
    """Return GRDP and productivity of the year, and their growth over the year before."""
    grdp = flows.grdp
    productivity = grdp / province.employment * MILLION
    before = province.yearbook.rows.get(province.year - 1)
    return {
        "grdp": grdp,
        "grdp_nominal": province.prices.nominal(grdp, province.year),
        "grdp_growth": PERCENT * (grdp / before["grdp"] - 1.0) if before else UNKNOWN,
        "labour_productivity": productivity,
        "labour_productivity_growth": PERCENT * (productivity / before["labour_productivity"] - 1.0)
        if before
        else UNKNOWN,
        "hdi": human_development(province, grdp),
    }


def human_development(province: Province, grdp: float) -> float:
    """Return the HDI with health and education held: the cube root of the income index moves it."""
    facts, p = province.draw.facts, province.draw.parameters
    per_head = (grdp / province.residents) / (province.opening.grdp / facts.population_resident)
    income = facts.hdi_income_index + np.log(per_head) / np.log(p.hdi_income_high / p.hdi_income_low)
    return float(facts.hdi * (max(income, 0.0) / facts.hdi_income_index) ** (1.0 / 3.0))


def growth_row(book: Yearbook, province: Province) -> dict[str, float]:
    """Return TFP growth and share, their bands, and the exact split by source."""
    growth = book.growth.get(province.year)
    if growth is None:
        return dict.fromkeys((name for name in outcomes() if name.startswith(GROWTH_STEMS)), UNKNOWN)
    p = province.draw.parameters
    capital = {
        "capital_low": book.capital_growth(p.capital_stock_band_low, p.capital_depreciation),
        "capital_high": book.capital_growth(p.capital_stock_band_high, p.capital_depreciation),
        "uncapitalised": book.uncapitalised_growth(),
    }
    residual = {name: growth.tfp_at(p.capital_share, value) for name, value in capital.items()}
    residual["alpha_low"] = growth.tfp_at(p.capital_band_low)
    residual["alpha_high"] = growth.tfp_at(p.capital_band_high)
    row = {"capital_growth": growth.capital, "labour_growth": growth.labour, "tfp_growth": growth.tfp}
    row |= {f"tfp_growth_{name}": value for name, value in residual.items()}
    row |= {f"tfp_from_{name}": growth.sources[name] for name in SOURCES}
    row |= {f"tfp_share_{name}": value / growth.output for name, value in residual.items()}
    row |= {"tfp_share": growth.tfp / growth.output, "tfp_share_5y": five_year_share(book, province.year)}
    return {name: PERCENT * value for name, value in row.items()}


GROWTH_STEMS = ("tfp_", "capital_growth", "labour_growth")


def five_year_share(book: Yearbook, year: int) -> float:
    """Return the TFP share of the five years that end with `year`."""
    years = [book.growth[y] for y in range(year - FIVE_YEARS + 1, year + 1) if y in book.growth]
    if len(years) < FIVE_YEARS:
        return UNKNOWN
    return sum(g.tfp for g in years) / sum(g.output for g in years)


def roll(province: Province) -> Roll:
    """Return who produced in the year's last quarter, with ln TFP."""
    firms = province.firms
    there = firms.output > 0
    identity = (firms.cohort << 32) + firms.ordinal
    return Roll(identity[there], firms.past_tfp[there, -1], (firms.weight * firms.output)[there])


def melitz_row(before: Roll | None, now: Roll) -> dict[str, float]:
    """Return the Melitz-Polanec groups of the year, 100 ln points."""
    if before is None or not len(before.identity) or not len(now.identity):
        return dict.fromkeys(("melitz_survivors", "melitz_covariance", "melitz_entry", "melitz_exit"), UNKNOWN)
    parts = accounts.melitz_polanec(before, now)
    return {
        "melitz_survivors": PERCENT * parts.survivors,
        "melitz_covariance": PERCENT * parts.covariance,
        "melitz_entry": PERCENT * parts.entry,
        "melitz_exit": PERCENT * parts.exit,
    }


def digital_row(flows: Flows) -> dict[str, float]:
    """Return the digital-economy share by the value-added method."""
    digital = flows.core + flows.digitised
    return {
        "digital_share": PERCENT * digital / flows.grdp,
        "digital_share_core": PERCENT * flows.core / flows.grdp,
        "digital_share_digitised": PERCENT * flows.digitised / flows.grdp,
        "digital_share_without_enclave": PERCENT * (digital - flows.enclave_core) / (flows.grdp - flows.enclave),
    }


def share(weight: Array, condition: npt.NDArray[np.bool_]) -> float:
    """Return the weighted share of rows where `condition` holds, percent; 0 of nobody."""
    total = float(weight.sum())
    return PERCENT * float(weight[condition].sum()) / total if total > 0 else 0.0


def enterprise_row(province: Province, flows: Flows) -> dict[str, float]:
    """Return the state of the enterprises at the year's end."""
    firms, p = province.firms, province.draw.parameters
    w = firms.weight
    size = size_class(firms.labour, size_bounds(p))
    strict, broad = firms.since_strict < p.innovation_memory, firms.since_broad < p.innovation_memory
    row = {
        f"enterprises_digital_{name}": share(w[size == k], firms.rung[size == k] >= 1) for k, name in enumerate(SIZES)
    }
    return row | {
        "enterprises": float(w.sum()),
        "enterprises_digital": share(w, firms.rung >= 1),
        "enterprises_rung2": share(w, firms.rung >= 2),
        "enterprises_rung3": share(w, firms.rung >= 3),
        "enterprises_innovating_strict": share(w, strict),
        "enterprises_innovating_broad": share(w, broad),
        "rd_performers": share(w, firms.performs),
        "digital_enterprises": float(w[firms.sector == ICT].sum()),
        "science_enterprises": float(w[firms.performs & strict].sum()),
        "entry_rate": PERCENT * flows.born / max(flows.stock / QUARTERS, 1e-12),
        "exit_rate": PERCENT * flows.left / max(flows.stock / QUARTERS, 1e-12),
        "productivity_p90_p10": dispersion(firms),
        "size_tail_exponent": tail_exponent(firms.labour),
        "frontier_gap_mean": province.mean_gap(),
        "skill_enterprises": PERCENT * province.mean_skill(),
    }


def dispersion(firms: Enterprises) -> float:
    """Return P90/P10 of TFP within sectors, 1 where there are fewer than two enterprises."""
    if len(firms) < 2:
        return 1.0
    own = firms.standing + firms.imitated + firms.innovated + firms.noise
    low, high = np.percentile(own, (10, 90))
    return float(np.exp(high - low))


def tail_exponent(labour: Array) -> float:
    """Return the Hill estimate of the size tail over the largest tenth; not a number below twenty enterprises."""
    count = len(labour) // 10
    if count < 2:
        return UNKNOWN
    largest = np.sort(labour)[::-1][: count + 1]
    return float(count / np.log(largest[:-1] / largest[-1]).sum())


def people_row(province: Province) -> dict[str, float]:
    """Return communes, people and services at the year's end."""
    people = province.people
    return {
        "online_services_provided": PERCENT * people.provided,
        "online_services_used": PERCENT * people.files_online,
        "online_services_people": PERCENT * people.users,
        "cashless_share": PERCENT * people.cashless,
        "coverage_5g": PERCENT * people.coverage,
        "commune_capacity": PERCENT * people.capacity,
        "commune_capacity_lowest_decile": PERCENT * people.capacity_lowest_decile,
        "team_strength": people.team,
        "team_strength_lowest_decile": people.team_lowest_decile,
        "commune_uptake_lowest_decile": PERCENT * people.uptake_lowest_decile,
        "platform_quality": PERCENT * people.quality,
        "skill_residents": PERCENT * people.skill,
        "staff_time_saved": PERCENT * people.staff_time_saved,
    }


def research_row(flows: Flows) -> dict[str, float]:
    """Return R&D over output and its private share."""
    spending = flows.private_research + flows.public_research
    return {
        "rd_share": PERCENT * spending / flows.grdp,
        "rd_private_share": PERCENT * flows.private_research / spending if spending > 0 else 0.0,
        "publications": flows.publications,
        "patents": flows.patents,
    }


LEDGER_COLUMNS = (
    "announced", "relabelled", "allocated", "executed", "carried_over", "returned", "received", "lost_inefficiency",
    "lost_leakage", "lost_overrun",
)  # fmt: skip


def budget_row(province: Province) -> dict[str, float]:
    """Return the year's ledger, nominal, and the executed share of the allocation."""
    total = province.government.ledger.totals(province.year)
    row = {f"budget_{name}": float(getattr(total, name)) for name in LEDGER_COLUMNS}
    row["executed_share"] = PERCENT * total.executed / total.allocated if total.allocated > 0 else 0.0
    return row


def by_group(group: npt.NDArray[np.integer], value: Array, number: int) -> Array:
    """Return the sum of `value` in each of `number` groups."""
    return np.bincount(group, weights=value, minlength=number).astype(np.float64)


def gainers(province: Province) -> dict[str, Array]:
    """Return the year-end value added of enterprises by size class, sector and commune kind, bn VND a year."""
    firms = province.firms
    value = firms.weight * firms.output
    size = size_class(firms.labour, size_bounds(province.draw.parameters))
    kinds = province.commune_kinds
    return {
        "size": by_group(size, value, len(SIZES)),
        "sector": by_group(firms.sector, value, len(SECTORS)),
        "kind": by_group(kinds[firms.commune], value, len(COMMUNE_KINDS)),
    }
