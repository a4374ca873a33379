"""Numbers as people read them: 1,234.5 in English and 1.234,5 in Vietnamese. Files never use these.

Enters: floats. Leaves: text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

MINUS = "\N{MINUS SIGN}"
MISSING = "\N{EN DASH}"
NO_BREAK = "\N{NO-BREAK SPACE}"
_INTERVAL = re.compile(r"\[[^\[\]]{1,30}\]")
_SWAP = str.maketrans({",": ".", ".": ","})
MOST_DECIMALS = 4


def format_number(value: float, language: str, decimals: int = 1, *, signed: bool = False) -> str:
    """Write `value` with thousands separators and `decimals` places; a dash where there is none (nan)."""
    if not math.isfinite(value):
        return MISSING
    rounded = round(value, decimals) + 0.0  # turns -0.0 into 0.0
    text = f"{abs(rounded):,.{decimals}f}"
    if language == "vi":
        text = text.translate(_SWAP)
    return _sign(rounded, signed=signed) + text


def _sign(value: float, *, signed: bool) -> str:
    if value < 0:
        return MINUS
    return "+" if signed and value > 0 else ""


def whole(text: str) -> str:
    """Keep every number and its % sign on one line, and every interval, wherever the text is broken."""
    return _INTERVAL.sub(lambda found: found[0].replace(" ", NO_BREAK), text.replace(" %", f"{NO_BREAK}%"))


def exactly(value: float, language: str) -> str:
    """Write a number with the decimals it was published with, and no more."""
    decimals = next((places for places in range(MOST_DECIMALS) if round(value, places) == value), MOST_DECIMALS)
    return format_number(value, language, decimals)


def decimals_for(values: Iterable[float], digits: int = 3) -> int:
    """Choose the decimals that show `digits` significant digits of the largest of `values` (at most four)."""
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    if largest == 0.0:
        return 1
    return min(max(digits - 1 - math.floor(math.log10(largest)), 0), MOST_DECIMALS)


def decimals_of_step(step: float) -> int:
    """Choose the decimals that write the marks of a scale, `step` apart, without rounding (at most four)."""
    return next((d for d in range(MOST_DECIMALS) if math.isclose(round(step, d), step, rel_tol=1e-6)), MOST_DECIMALS)
