"""The names that a sweep may vary: levers, entries of levers that are mappings, parameters and facts.

Enters: a name as written. Leaves: whether there is such a thing, and which one was probably meant.
"""

from __future__ import annotations

import functools
from typing import Final

from model.reading.registers import FACT_NAMES, PARAMETER_NAMES
from model.reading.scenario_file import ELSEWHERE, MAPPINGS
from model.reading.validating import suggest
from model.vocabulary import LINES, SECTORS, SMALL_AND_MEDIUM

PARAMETERS: Final = "parameters."
PARTS: Final = {
    "budget.lines": LINES,
    "delivery.voucher_caps": SMALL_AND_MEDIUM,
    "delivery.priority_sectors": SECTORS,
    "delivery.ai_institute": ("minimum_scale",),
}
"""Levers that are mappings: one entry of them is varied."""
LISTS: Final = ("spending_profile",)


@functools.cache
def known() -> tuple[str, ...]:
    """Name everything that can be varied."""
    simple = [full for name, full in ELSEWHERE.items() if name not in MAPPINGS and name not in LISTS]
    parts = [f"{lever}.{part}" for lever, names in PARTS.items() for part in names]
    return (*simple, *parts, *(PARAMETERS + name for name in (*PARAMETER_NAMES, *FACT_NAMES)))


@functools.cache
def _short() -> dict[str, str]:
    """Return what each last word means when it is written alone; levers and parameters win over lines and sectors."""
    inner = {full.rpartition(".")[2]: full for full in known() if full.count(".") > 1}
    return inner | {full.rpartition(".")[2]: full for full in known() if full.count(".") == 1}


def meant(key: str) -> str:
    """Return the name that was probably meant, or an empty text."""
    return suggest(key, known(), _short())


def is_parameter(key: str) -> bool:
    """See whether a name is of a parameter or fact, which holds for the whole run."""
    return key.startswith(PARAMETERS)
