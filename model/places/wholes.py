"""What the facts of a place must add up to, and what must fit into what.

Enters: every fact of a place. Leaves: what does not fit, at the line of its profile that says so.
"""

import math
from collections.abc import Mapping
from typing import Final

from model.reading.nodes import Node, find, problem_at, spot_of_key
from model.reading.problems import Problem
from model.register import Entry
from model.vocabulary import SECTORS, SIZES

_ADDS_UP: Final = 0.005
_WHOLES: Final = (
    ("share_agriculture", "share_industry", "share_construction", "share_services", "product_tax_share"),
    tuple(f"size_share_{size}" for size in SIZES),
    tuple(f"sector_share_{sector}" for sector in SECTORS),
    tuple(f"sector_value_added_{sector}" for sector in SECTORS),
)
_FITS_INTO: Final = (
    (("enterprise_workers", "enclave_workers"), ("employment",)),
    (("enclave_share",), ("share_industry", "share_construction")),
    (("telecom_share",), ("share_services",)),
)


def whole_problems(entries: Mapping[str, Entry], facts: Node) -> list[Problem]:
    """Say which parts of a whole do not add to it, which exceed what holds them, and which rungs are not nested."""
    return [*_not_adding(entries, facts), *_exceeding(entries, facts), *_not_nested(entries, facts)]


def _not_adding(entries: Mapping[str, Entry], facts: Node) -> list[Problem]:
    problems = []
    for parts in _WHOLES:
        if not all(part in entries for part in parts):
            continue
        total = math.fsum(entries[part].value for part in parts)
        if abs(total - 1.0) > _ADDS_UP:
            spot, entry = spot_of_key(find(facts, parts[:1])), ", ".join(parts)
            problems.append(problem_at("parts_sum", spot, ("facts",), allowed="1", entry=entry, total=f"{total:.4g}"))
    return problems


def _exceeding(entries: Mapping[str, Entry], facts: Node) -> list[Problem]:
    """Hold the highest values that may be drawn of the parts against the central ones of what holds them."""
    problems = []
    for parts, holders in _FITS_INTO:
        if not all(name in entries for name in (*parts, *holders)):
            continue
        drawn = ((entries[part].value, entries[part].high) for part in parts)
        most = math.fsum(value if high is None else high for value, high in drawn)
        room = math.fsum(entries[holder].value for holder in holders)
        if most > room:
            spot, entry, allowed = spot_of_key(find(facts, parts[:1])), " + ".join(parts), f"< {' + '.join(holders)} = {room:.4g}"
            problems.append(problem_at("parts_exceed", spot, ("facts",), allowed=allowed, entry=entry, total=f"{most:.4g}"))
    return problems


def _not_nested(entries: Mapping[str, Entry], facts: Node) -> list[Problem]:
    problems = []
    for size in SIZES:
        rungs = [entries.get(f"rung{rung}_share_{size}") for rung in (1, 2, 3)]
        values = [rung.value for rung in rungs if rung is not None]
        if values != sorted(values, reverse=True):
            spot = spot_of_key(find(facts, (f"rung1_share_{size}",)))
            problems.append(problem_at("rungs_not_nested", spot, ("facts",), value=size))
    return problems
