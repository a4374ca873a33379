"""Known limits of markets: T12 replicator and CES, T21 Gibrat's law with a Pareto tail.

Enters: nothing. Leaves: one `Limit` each. The model's own acts (produce, grow, leave, enter) move the enterprises of a
province in which everything else is at rest.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from experiments.verification.limit import AT_LEAST, Check, Curve, Limit
from experiments.verification.stage import AT_REST, beliefs, middle, quiet
from model.dynamics import QUARTER, QUARTERS
from model.enterprises import market
from model.enterprises.columns import Enterprises
from model.enterprises.demography import births
from model.enterprises.founding import Incumbents, by_sector, entrants
from model.enterprises.setting import Setting, chances
from model.province import Province
from model.vocabulary import SECTORS, SIZES

Array = npt.NDArray[np.float64]

NUMBER = 30
ELASTICITY = 0.5


def rivals() -> tuple[Enterprises, Setting, Array]:
    """Return a few large enterprises at rest, their setting, and a fitness for each (growth of ln TFP, per year)."""
    place = quiet()
    facts = {"enterprises": float(NUMBER), "enterprise_workers": 3e4, "reallocation_elasticity": ELASTICITY}
    province = Province(place, beliefs(place, AT_REST | facts))
    firms, number = province.firms, len(province.firms)
    firms.labour[:] = 1000.0 * (1.0 + np.arange(number) / number)
    fitness = np.linspace(-0.04, 0.06, number)
    even = replace(province.setting(), luck=middle(number))
    return firms, even, fitness


def compete(firms: Enterprises, s: Setting, years: float, pace: Array) -> list[Array]:
    """Let ln TFP grow at each enterprise's own pace; return the shares of labour at each production."""
    supply, shares = float(firms.labour.sum()), []
    for _ in range(round(years * QUARTERS)):
        firms.noise = firms.noise + pace * s.dt
        market.produce(firms, s, np.zeros(len(SECTORS)))
        shares.append(firms.labour / supply)
        market.grow(firms, s, 0.0, np.zeros(len(firms)))
        market.share_labour(firms, supply)
    return shares


def replicator() -> Limit:
    """T12: constant fitness makes shares grow as a replicator's; a lasting rise of A moves them as CES demand does."""
    firms, s, fitness = rivals()
    history = np.arange(firms.past_tfp.shape[1]) * s.dt
    firms.past_tfp = firms.past_tfp[:, -1:] + fitness[:, None] * (history - history[-1])
    shares = np.array(compete(firms, s, 20.0, fitness))
    t = np.arange(len(shares)) / QUARTERS
    closed = shares[0] * np.exp(ELASTICITY * np.outer(t, fitness))
    closed /= closed.sum(axis=1, keepdims=True)
    lines = tuple(
        Curve(f"T12 replicator, {name}", "years", "share of labour", t, closed[:, row], shares[:, row])
        for name, row in (("the least fit", 0), ("the fittest", -1))
    )
    mean = shares @ fitness
    variance = shares @ fitness**2 - mean**2
    slope = float((np.gradient(mean, t) / (ELASTICITY * variance))[1:-1].mean())
    checks = (
        Check("largest gap of any share over 20 years", 0.0, float(np.abs(shares - closed).max()), 1e-4),
        Check("Fisher: d(mean fitness)/dt over chi x variance", 1.0, slope, 1e-4),
        Check("CES: elasticity of relative size to a lasting rise of A", ELASTICITY, ces_elasticity(), 1e-4),
    )
    return Limit("T12", "Replicator and CES", "constant fitness; once-for-all differences of A", checks, lines)


def ces_elasticity() -> float:
    """Raise ln TFP once, differently; return the slope of ln size on it after two years (sigma - 1 of CES demand)."""
    firms, s, rise = rivals()
    before = np.log(firms.labour)
    compete(firms, s, QUARTER, rise / QUARTER)
    compete(firms, s, 2.0, np.zeros(len(firms)))
    return float(np.polyfit(rise, np.log(firms.labour) - before, 1)[0])


DRIFT, NOISE, DEATH = 0.02, 0.25, 0.083
"""Growth of the mean size of survivors, its spread and the hazard of exit, per year, as in the table of limits."""
ENTERPRISES = 12_000
SETTLED, EVERY, YEARS = 60, 10, 100
"""Years after which sizes are measured, how often, and until when."""
FROM = 2.0
"""Size above which the tail is measured; everyone enters with one worker."""


def gibrat(number: int = ENTERPRISES) -> Limit:
    """T21: noise in proportion to size, death and entry at one size give a Pareto tail of known exponent."""
    exponent = tail_exponent()
    labour = lonely_crowd(number)
    tail = np.sort(labour[labour >= FROM])
    hill = len(tail) / float(np.log(tail / FROM).sum())
    at = np.geomspace(FROM, tail[-len(tail) // 50], 40)
    above = 1.0 - np.searchsorted(tail, at) / len(tail)
    line = Curve(
        "T21 Gibrat tail", "ln(size)", "ln(share above)", np.log(at), -exponent * np.log(at / FROM), np.log(above)
    )
    checks = (
        Check("exponent of the size tail", exponent, hill, 0.05),
        Check("enterprises in the tail", 5_000.0, float(len(tail)), 0.0, AT_LEAST),
    )
    return Limit("T21", "Gibrat tail", "only noise, exit and entry with one worker", checks, (line,))


def tail_exponent() -> float:
    """Return the exponent at which growth, to its power, makes good for death: v z - ln(1 - (noise z)^2/2) = death.

    Of Laplace motion; of Brownian motion -ln(1 - x) is x, which gives [-v + sqrt(v^2 + 2 noise^2 death)]/noise^2, 1.82.
    """
    v = DRIFT - NOISE**2 / 2.0
    return float(brentq(lambda z: v * z - math.log1p(-0.5 * (NOISE * z) ** 2) - DEATH, 0.1, 0.99 * math.sqrt(2.0) / NOISE))


def lonely_crowd(number: int) -> Array:
    """Let enterprises that start with one worker drift, fluctuate, die and be replaced; return their sizes in the end."""
    place, sizes = quiet(communes=1), []
    hazards = dict.fromkeys((f"exit_hazard_{size}" for size in SIZES), DEATH)
    gibrat = {"size_noise": NOISE, "size_noise_exponent": 0.0, "entry_rate": DEATH, "entrant_largest": 1.0}
    facts = {
        "enterprises": float(number),
        "enterprise_workers": float(number),
        "reallocation_elasticity": 0.0,
    }
    province = Province(place, beliefs(place, AT_REST | hazards | gibrat | facts))
    firms, still, draw, luck = province.firms, province.setting(), province.draw, province.luck
    firms.labour[:] = 1.0
    there = Incumbents(np.ones(1), by_sector(draw.facts, "sector_share"), 0.0, 0.0, 1.0)
    pace = math.exp((DRIFT - NOISE**2 / 2.0) * QUARTER)
    for quarter in range(YEARS * QUARTERS):
        s = replace(still, luck=chances(luck, firms, quarter))
        market.grow(firms, s, 0.0, np.zeros(len(firms)))
        market.share_labour(firms, float(firms.labour.sum()) * pace)
        leaves = market.leavers(firms, s)
        staying, chance = float(np.count_nonzero(~leaves)), float(luck.uniforms("births", quarter, 1)[0])
        newborn = entrants(draw, luck, quarter, births(DEATH, 0.0, staying, chance, QUARTER), there)
        newborn.past_tfp[:] = 0.0
        firms = market.replace_leavers(firms, leaves, newborn)
        if quarter >= SETTLED * QUARTERS and (quarter + 1) % (EVERY * QUARTERS) == 0:
            sizes.append(firms.labour)
    return np.concatenate(sizes)
