"""Enterprises produce, grow or shrink, invest, leave and are replaced (ODD eqs. 17-20).

Enters: the columns, the setting of the quarter. Leaves: output, labour, capital and the roll of enterprises changed. Every
act calls the rules for all enterprises at once and commits what they decide in its last lines.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from model.draws import laplace_motion
from model.dynamics import accumulate, weighted_sum
from model.enterprises import demography, digital, production
from model.enterprises.columns import Enterprises, memory
from model.enterprises.founding import by_size, size_bounds
from model.enterprises.productivity import components, relative_tfp
from model.enterprises.setting import Setting

Array = npt.NDArray[np.float64]
Flag = npt.NDArray[np.bool_]


def produce(firms: Enterprises, s: Setting, shock: Array) -> None:
    """Let every enterprise produce with the labour and capital it has (eq. 17); shock is the year's, by sector."""
    p = s.parameters
    firms.components = components(firms, p, s.around, s.science, shock)
    log_tfp = s.norms.level[firms.sector] + relative_tfp(firms, firms.components)
    firms.log_capital, firms.log_labour = np.log(firms.capital), np.log(firms.labour)
    firms.output = np.exp(production.log_output(log_tfp, firms.log_capital, firms.log_labour, p.capital_share))
    firms.past_tfp = np.column_stack((firms.past_tfp[:, 1:], log_tfp))


def equip(newborn: Enterprises, s: Setting, shock: Array, capital_output: float) -> None:
    """Give entrants the capital with which they produce at the place's capital-output ratio; they produce next quarter."""
    p = s.parameters
    table = components(newborn, p, s.around, s.science, shock)
    log_tfp = s.norms.level[newborn.sector] + relative_tfp(newborn, table)
    newborn.capital = capital_output * production.output_at_ratio(
        log_tfp, newborn.labour, capital_output, p.capital_share
    )
    newborn.past_tfp = np.repeat(log_tfp[:, None], memory(s.dt), axis=1)


def grow(firms: Enterprises, s: Setting, investment: float, booked: Array) -> None:
    """Draw labour towards rising productivity, and invest (eqs. 18, 19); `share_labour` then meets the supply.

    investment: share of output; booked: (n,) public money that became capital this quarter, bn VND.
    """
    p = s.parameters
    change = firms.past_tfp[:, -1] - firms.past_tfp[:, 0]
    mean_change = float(np.average(change, weights=firms.weight * firms.labour)) if len(firms) else 0.0
    pull = production.labour_pull(change, mean_change, p.reallocation_elasticity, s.dt)
    shock = production.size_shock(
        laplace_motion(s.luck("size"), s.dt), firms.labour, p.size_noise, p.size_noise_exponent, p.size_noise_reference
    )
    firms.labour = np.maximum(firms.labour * np.exp(pull + shock), 1.0)
    firms.capital = accumulate(firms.capital, investment * firms.output, p.capital_depreciation, s.dt) + booked


def share_labour(firms: Enterprises, supply: float) -> None:
    """Scale labour to the supply of the enterprises (workers)."""
    firms.labour = firms.labour * (supply / max(weighted_sum(firms.weight, firms.labour), 1e-12))


def leavers(firms: Enterprises, s: Setting) -> Flag:
    """Say who leaves the market this quarter (eq. 20)."""
    p = s.parameters
    size = demography.size_class(firms.labour, size_bounds(p))
    own = firms.standing + firms.imitated + firms.innovated + firms.noise
    centre = float(np.average(own, weights=firms.weight)) if len(firms) else 0.0
    hazard = demography.exit_hazard(by_size(p, "exit_hazard")[size], own - centre, p.exit_selection)
    return s.luck("exit") < digital.chance(hazard, s.dt)


def replace_leavers(firms: Enterprises, leaves: Flag, newborn: Enterprises) -> Enterprises:
    """Take leavers out and let the newborn in; capital changes hands and none is lost.

    What leavers had beyond the newborn's needs is sold to those who stay, in proportion to their capital (and bought from
    them where it falls short).
    """
    freed = weighted_sum(firms.weight[leaves], firms.capital[leaves]) - weighted_sum(newborn.weight, newborn.capital)
    renewed = firms.renewed(np.flatnonzero(~leaves), newborn)
    old = slice(len(renewed) - len(newborn))
    staying = weighted_sum(renewed.weight[old], renewed.capital[old])
    renewed.capital[old] *= max(1.0 + freed / max(staying, 1e-12), 0.0)
    return renewed
