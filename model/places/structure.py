"""Sectors of enterprises where a province publishes none: the nation's, raked to the province's own structure of product.

Enters: the facts of the nation, and those of a province but for its sectors. Leaves: the province's sectors.

The rule. A sector's part in the nation's enterprises is multiplied by what the province makes, over what the nation makes,
in the sector's group: agriculture; industry without the enclave; construction; services without telecommunications. The
parts of each whole, number and value added, are then scaled to add to one; those that the province states itself stay.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from model.register import Entry
from model.vocabulary import SECTORS

WHOLES: Final = ("sector_share", "sector_value_added")
SECTOR_FACTS: Final = frozenset(f"{whole}_{sector}" for whole in WHOLES for sector in SECTORS)
RULE: Final = "national structure, raked to the province's own structure of product"
_GROUPS: Final = {
    "agriculture": ("share_agriculture", None),
    "industry": ("share_industry", "enclave_share"),
    "construction": ("share_construction", None),
}
_SERVICES: Final = ("share_services", "telecom_share")


def raked(place: Mapping[str, Entry], nation: Mapping[str, Entry]) -> dict[str, float]:
    """Return how the sectors that a province does not state compare with the nation's, ratios by fact.

    place: what it states and what is imputed already, with its structure of product; nation: every fact.
    """
    ratios: dict[str, float] = {}
    for whole in WHOLES:
        facts = {f"{whole}_{sector}": sector for sector in SECTORS}
        silent = {fact: _relative(sector, place, nation) for fact, sector in facts.items() if fact not in place}
        left = 1.0 - math.fsum(place[fact].value for fact in facts if fact in place)
        total = math.fsum(nation[fact].value * ratio for fact, ratio in silent.items())
        ratios |= {fact: left * ratio / total if total > 0.0 else 1.0 for fact, ratio in silent.items()}
    return ratios


def _relative(sector: str, place: Mapping[str, Entry], nation: Mapping[str, Entry]) -> float:
    """Compare the part of a sector's group in the province's product with that in the nation's."""
    product, apart = _GROUPS.get(sector, _SERVICES)

    def made(facts: Mapping[str, Entry]) -> float:
        return facts[product].value - (facts[apart].value if apart else 0.0)

    return max(made(place), 0.0) / made(nation) if made(nation) > 0.0 else 1.0
