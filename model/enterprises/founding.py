"""Found the enterprises of a place, and later found the entrants.

Enters: a place's facts, the parameters, keyed luck. Leaves: `Enterprises`, raked so that their workers and their value
added by sector equal the facts, and `Norms`, the means at founding against which the rules measure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from model.books.accounts import COMPONENTS
from model.draws import Luck, exponential, normal
from model.enterprises.columns import MEMORY, Enterprises, identities
from model.enterprises.demography import size_class
from model.enterprises.production import output_at_ratio
from model.enterprises.productivity import Norms, Surroundings, components, mature_gains, relative_tfp
from model.parameters import Parameters
from model.places.facts import Draw, Facts
from model.vocabulary import OWNERS, SECTORS, SIZES

Array = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

FOUNDING = -1
"""The quarter in which founders draw their luck."""

PRIVATE, STATE, FOREIGN = range(len(OWNERS))
LARGE = SIZES.index("large")
NEVER = 1e3
"""Years since an innovation that never was."""

LARGEST_INTENSITY = 0.5
"""R&D per value added above which a performer would not be believed."""

FLOAT_COLUMNS = (
    "capital", "standing", "imitated", "innovated", "noise", "years_on_rung", "gain", "since_strict", "since_broad",
    "research_stock", "skill", "output", "log_capital", "log_labour",
)  # fmt: skip


def by_size(values: object, stem: str) -> Array:
    """Read the four values of a quantity that the register holds by size class."""
    return np.array([getattr(values, f"{stem}_{size}") for size in SIZES])


def by_sector(values: object, stem: str) -> Array:
    """Read the nine values of a quantity that the register holds by sector."""
    return np.array([getattr(values, f"{stem}_{sector}") for sector in SECTORS])


def size_bounds(p: Parameters) -> Array:
    """Return the largest micro, small and medium enterprise (workers, Decree 80/2021)."""
    return np.array([p.size_bound_micro, p.size_bound_small, p.size_bound_medium])


def performing_share(labour: Array, p: Parameters) -> Array:
    """Return the share doing R&D among enterprises of a size, by the classes of the survey that counted them."""
    bounds = np.array([p.survey_bound_micro, p.survey_bound_small, p.survey_bound_medium])
    share: Array = by_size(p, "rd_performers")[size_class(labour, bounds)]
    return share


def truncated_pareto_mean(exponent: float, low: float, high: float) -> float:
    """Return the mean of a power law with density x^-(exponent+1) on [low, high]."""
    steps = np.exp(np.linspace(np.log(low), np.log(high), 513))
    density = steps**-exponent
    return float(np.trapezoid(density * steps, np.log(steps)) / np.trapezoid(density, np.log(steps)))


def truncated_pareto(uniform: Array, exponent: float, low: float, high: float) -> Array:
    """Turn uniforms into sizes of a power law on [low, high]; exponent 0 is log-uniform."""
    if abs(exponent) < 1e-12:
        return low * (high / low) ** uniform
    return low * np.exp(-np.log1p(uniform * np.expm1(exponent * np.log(low / high))) / exponent)


def matching_exponent(mean: float, low: float, high: float) -> float:
    """Return the exponent with which a power law on [low, high] has this mean (clipped to what is possible)."""
    steepest, flattest = 12.0, -12.0
    mean = float(np.clip(mean, truncated_pareto_mean(steepest, low, high), truncated_pareto_mean(flattest, low, high)))
    gap = lambda exponent: truncated_pareto_mean(exponent, low, high) - mean  # noqa: E731
    return float(brentq(gap, flattest - 1e-6, steepest + 1e-6, xtol=1e-6))


def pick(uniform: Array, shares: Array) -> Whole:
    """Return the class that each uniform falls in, classes having these shares."""
    edges = np.cumsum(shares)[:-1] / np.sum(shares)
    return np.searchsorted(edges, uniform, side="right").astype(np.int64)


def rake_to_total(labour: Array, weight: Array, total: float) -> Array:
    """Scale sizes to a total of workers, none below one worker.

    If the total is below one worker each, every enterprise has one.
    """
    for _ in range(40 if len(labour) else 0):
        labour = np.maximum(labour * (total / np.sum(weight * labour)), 1.0)
    return labour


def founding_sizes(uniform: Array, classes: Whole, facts: Facts, p: Parameters) -> Array:
    """Draw workers within each size class so that its mean is the fact."""
    edges = np.concatenate(([1.0], size_bounds(p), [p.largest_enterprise]))
    labour = np.ones(len(uniform))
    for index, mean in enumerate(by_size(facts, "size_mean")):
        rows = classes == index
        low, high = edges[index], edges[index + 1]
        labour[rows] = truncated_pareto(uniform[rows], matching_exponent(mean, low, high), low, high)
    return labour


def founding_rungs(uniform: Array, size: Whole, facts: Facts) -> Whole:
    """Place founders on the ladder by the shares of their size class at or above each rung."""
    rungs = np.zeros(len(uniform), dtype=np.int64)
    for level in (1, 2, 3):
        rungs[uniform < by_size(facts, f"rung{level}_share")[size]] = level
    return rungs


def owners(uniform: Array, labour: Array, facts: Facts) -> Whole:
    """Give state and foreign owners with a chance in proportion to size, at most nine in ten together."""
    lean = labour / labour.mean() if len(labour) else labour
    foreign = np.minimum(facts.foreign_share * lean, 0.6)
    state = np.minimum(facts.state_share * lean, 0.3)
    return np.where(uniform < foreign, FOREIGN, np.where(uniform < foreign + state, STATE, PRIVATE))


def standing_deviation(labour: Array, p: Parameters) -> Array:
    """Return the spread of permanent productivity: what passing fluctuation leaves of the whole spread."""
    return np.sqrt(p.tfp_dispersion**2 - passing_deviation(labour, p) ** 2)


def passing_deviation(labour: Array, p: Parameters) -> Array:
    """Return the stationary spread of passing productivity, at most the whole spread however noisy and persistent it is.

    Above the reference size it falls with size as the spread of growth does: large enterprises average over more lines.
    """
    at_reference = min(p.tfp_noise / np.sqrt(1.0 - p.tfp_persistence**2), p.tfp_dispersion)
    spread: Array = at_reference * np.maximum(labour / p.size_noise_reference, 1.0) ** -p.size_noise_exponent
    return spread


def correlated_skill(normal_skill: Array, normal_standing: Array, facts: Facts, p: Parameters) -> Array:
    """Draw own skill, correlated with permanent productivity, within 0..1."""
    rho = p.skill_productivity_correlation
    lean = rho * normal_standing + np.sqrt(1.0 - rho**2) * normal_skill
    return np.clip(facts.skill_mean + facts.skill_sd * lean, 0.0, 1.0)


@dataclass(frozen=True)
class Site:
    """Where enterprises are founded.

    commune_shares: (communes,) chance of each commune; around: what is seen there; value_added: (9,) bn VND a year at 2010
    prices to which sectors are raked; business_rd: bn VND a year that all performers spend.
    """

    commune_shares: Array
    around: Surroundings
    value_added: Array
    business_rd: float


def found(draw: Draw, luck: Luck, site: Site, number: int) -> tuple[Enterprises, Norms]:
    """Found the enterprises of a place and return them with the norms at founding."""
    p, facts = draw.parameters, draw.facts

    def u(purpose: str) -> Array:
        return luck.uniforms(f"founder/{purpose}", FOUNDING, number)

    firms = blank(number, cohort=0)
    firms.labour[:] = founding_sizes(u("size"), pick(u("class"), by_size(facts, "size_share")), facts, p)
    firms.labour[:] = rake_to_total(firms.labour, firms.weight, facts.enterprise_workers)
    size = size_class(firms.labour, size_bounds(p))
    firms.commune[:] = pick(u("commune"), site.commune_shares)
    firms.sector[:] = pick(u("sector"), by_sector(facts, "sector_share"))
    firms.owner[:] = owners(u("owner"), firms.labour, facts)
    firms.rung[:] = founding_rungs(u("rung"), size, facts)
    firms.years_on_rung[:] = exponential(u("years")) * p.gain_maturation
    firms.performs[:] = u("performs") < performing_share(firms.labour, p)
    firms.constrained[:] = constrained(u("constrained"), firms.owner, size, p)
    endow(firms, draw, u("standing"), u("skill"), u("noise"))
    recall_innovations(firms, p, u("strict"), u("broad"))
    return firms, settle_founders(firms, draw, site)


def blank(number: int, cohort: int) -> Enterprises:
    """Return `number` enterprises of one cohort with one worker and nothing else."""
    columns: dict[str, Any] = {name: np.zeros(number) for name in FLOAT_COLUMNS}
    columns |= {name: np.zeros(number, dtype=np.int64) for name in ("commune", "sector", "owner", "rung")}
    columns |= {name: np.zeros(number, dtype=np.bool_) for name in ("performs", "constrained")}
    return Enterprises(
        identity=identities(cohort, number),
        weight=np.ones(number),
        labour=np.ones(number),
        past_tfp=np.zeros((number, MEMORY)),
        components=np.zeros((number, len(COMPONENTS))),
        **columns,
    )


def constrained(uniform: Array, owner: Whole, size: Whole, p: Parameters) -> npt.NDArray[np.bool_]:
    """Say which private small and medium enterprises lack finance."""
    return (uniform < p.finance_constrained_share) & (owner == PRIVATE) & (size < LARGE)


def endow(firms: Enterprises, draw: Draw, u_standing: Array, u_skill: Array, u_noise: Array) -> None:
    """Give enterprises their permanent and passing productivity and their skill."""
    p = draw.parameters
    z = normal(u_standing)
    firms.standing[:] = standing_deviation(firms.labour, p) * z
    firms.noise[:] = passing_deviation(firms.labour, p) * normal(u_noise)
    firms.skill[:] = correlated_skill(normal(u_skill), z, draw.facts, p)


def recall_innovations(firms: Enterprises, p: Parameters, u_strict: Array, u_broad: Array) -> None:
    """Give enterprises the time since their last innovation, as a long past at the mean hazards leaves it."""
    firms.since_strict[:] = exponential(u_strict) / p.innovation_hazard
    others = exponential(u_broad) / (p.innovation_hazard * (p.broad_innovation_multiple - 1.0))
    firms.since_broad[:] = np.minimum(firms.since_strict, others)


@dataclass(frozen=True)
class Incumbents:
    """What entrants find: the chance of each commune and sector, the share at rung 1, the incumbents' median ln-TFP gain."""

    commune_shares: Array
    sector_shares: Array
    rung1_share: float
    median_gain: float
    mean_weight: float


def entrants(draw: Draw, luck: Luck, quarter: int, number: int, found_there: Incumbents) -> Enterprises:
    """Found the cohort that enters in a quarter: small, at rung 0 or 1, a little behind the median incumbent (eq. 20)."""
    p = draw.parameters

    def u(purpose: str) -> Array:
        return luck.uniforms(f"entrant/{purpose}", quarter, number)

    firms = blank(number, cohort=quarter + 1)
    firms.weight[:] = found_there.mean_weight
    firms.labour[:] = 1.0 + (p.entrant_largest - 1.0) * u("size")
    firms.commune[:] = pick(u("commune"), found_there.commune_shares)
    firms.sector[:] = pick(u("sector"), found_there.sector_shares)
    firms.rung[:] = u("rung") < found_there.rung1_share
    firms.since_strict[:] = firms.since_broad[:] = NEVER
    size = size_class(firms.labour, size_bounds(p))
    firms.performs[:] = u("performs") < performing_share(firms.labour, p)
    firms.constrained[:] = constrained(u("constrained"), firms.owner, size, p)
    endow(firms, draw, u("standing"), u("skill"), u("noise"))
    firms.imitated[:] = found_there.median_gain - p.entrant_gap
    return firms


def settle_founders(firms: Enterprises, draw: Draw, site: Site) -> Norms:
    """Give founders their digital gain, output, capital and R&D, raked to value added by sector; return the norms."""
    p, facts = draw.parameters, draw.facts
    skill = mean(firms.skill, firms.weight, facts.skill_mean)
    firms.gain[:] = mature_gains(firms, p, skill, training=0.0)
    firms.components[:] = components(firms, p, site.around, science=0.0, shock=np.zeros(len(SECTORS)))
    log_tfp = relative_tfp(firms, firms.components)
    level = raked_level(firms, log_tfp, site.value_added, p.capital_share, facts.capital_output_ratio)
    firms.past_tfp[:] = (level[firms.sector] + log_tfp)[:, None]
    firms.log_capital[:], firms.log_labour[:] = np.log(firms.capital), np.log(firms.labour)
    value = firms.weight * firms.output
    total, performing = float(value.sum()), float(value[firms.performs].sum())
    intensity = float(min(site.business_rd / performing, LARGEST_INTENSITY)) if performing > 0 else 0.0
    firms.research_stock[:] = intensity * firms.output * firms.performs / p.rd_depreciation
    return Norms(
        level=level,
        skill=skill,
        rung=mean(firms.rung, firms.weight, 0.0),
        research_intensity=float(intensity * performing / total) if total > 0 else 0.0,
        performer_intensity=intensity,
        research_ratio=max(intensity / p.rd_depreciation, 1e-9),
        access=mean(site.around.access[firms.commune], firms.weight, 0.0),
        uptake=mean(site.around.uptake[firms.commune], firms.weight, 0.0),
    )


def mean(values: npt.NDArray[Any], weight: Array, otherwise: float) -> float:
    """Return the weighted mean, or `otherwise` where there is nothing to average."""
    return float(np.average(values, weights=weight)) if len(values) else otherwise


def raked_level(firms: Enterprises, log_tfp: Array, value_added: Array, alpha: float, ratio: float) -> Array:
    """Set output and capital at the place's capital-output ratio; return the ln TFP level by sector that rakes to the facts."""
    raw = output_at_ratio(log_tfp, firms.labour, ratio, alpha)
    sums = np.bincount(firms.sector, weights=firms.weight * raw, minlength=len(SECTORS))
    scale = np.where(sums > 0, value_added / np.where(sums > 0, sums, 1.0), 1.0)
    firms.output[:] = raw * scale[firms.sector]
    firms.capital[:] = ratio * firms.output
    return (1.0 - alpha) * np.log(scale)
