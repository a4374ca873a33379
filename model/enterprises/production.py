"""Output, administrative cost, reallocation of labour and capital (ODD eqs. 8, 17-19). Every function is element-wise."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Number = npt.NDArray[Any]


def admin_wedge(
    labour: Number, uptake: Number, online: Number, cost: float, size_decay: float, saving: float
) -> Number:
    """Return the loss of ln output to administrative work (eq. 8).

    It falls with size above ten workers and, for an enterprise at rung 1 or more, with the use of online services.
    """
    by_size = cost * np.maximum(labour / 10.0, 1.0) ** -size_decay
    return by_size * (1.0 - saving * uptake * online)


def log_output(log_tfp: Number, log_capital: Number, log_labour: Number, capital_share: float) -> Number:
    """Return ln value added per year (eq. 17)."""
    return log_tfp + capital_share * log_capital + (1.0 - capital_share) * log_labour


def output_at_ratio(log_tfp: Number, labour: Number, capital_output: float, capital_share: float) -> Number:
    """Return value added per year when capital stands at a given ratio to it: [A r^alpha L^(1-alpha)]^(1/(1-alpha))."""
    return np.exp((log_tfp + capital_share * np.log(capital_output)) / (1.0 - capital_share)) * labour


def labour_pull(tfp_change: Number, mean_change: float, elasticity: float, dt: float) -> Number:
    """Return the change of ln labour that one year's relative change of ln TFP attracts (eq. 18).

    Changes, not levels: persistent level differences would concentrate labour without limit.
    """
    return dt * elasticity * (tfp_change - mean_change)


def size_shock(shock: Number, labour: Number, deviation: float, exponent: float, reference: float) -> Number:
    """Return the random change of ln labour: Laplace motion, smaller for larger enterprises (eq. 18)."""
    return shock * deviation * (labour / reference) ** -exponent
