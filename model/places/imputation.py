"""Provinces without a profile: what is left of the nation, shared out over them.

Enters: the nation's facts, those of the provinces with a profile, and the few that provinces_facts.csv states of the
others. Leaves: every fact of every other province, such that all provinces add up to the nation. All of them are imputed.

The rule. What can be added (residents, product, its parts, enterprises, workers) is the nation's less that of the provinces
with a profile. Where every other province states a number, the numbers are scaled to that remainder; where some do, the
others share what they leave: people and offices by residents, the parts of product, enterprises and workers by product
without the enclave. ICT, which has its seats in few cities, may be stated; other sectors have the same part of the rest
everywhere. All else (rates, indices, rungs) is the nation's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.places.facts import Facts
from model.places.geography import ProvinceRecord
from model.places.stated import STATED
from model.reading.nodes import Spot, problem_at
from model.reading.problems import Refused
from model.register import Entry
from model.vocabulary import SECTORS

Array = NDArray[np.float64]
Level = Callable[[Facts], float]

IMPUTED: Final = "imputed"
_OF_SECTOR: Final = "sector_value_added_"
_STATED_SECTOR: Final = f"{_OF_SECTOR}ict"
_TRACE: Final = 1e-300
_BY_RESIDENTS: Final = ("employment", "public_staff")
_BY_PRODUCT: Final = ("enterprises", "enterprise_workers", "publications", "patents")
_PARTS: Final = (
    "share_agriculture", "share_construction", "share_services", "product_tax_share", "enterprise_value_added_share",
    "telecom_share",
)  # fmt: skip
_ENCLAVE: Final = ("share_industry", "enclave_share", "enclave_electronics_share", "enclave_workers")
_NATIONAL: Final = "national structure"
_LEFT: Final = "what the provinces with a profile leave of the nation's"


@dataclass(frozen=True)
class Others:
    """The provinces without a profile, and what is stated of them: fact → value by province, in the fact's unit."""

    provinces: Sequence[ProvinceRecord]
    facts: Mapping[str, Mapping[str, Entry]]

    def stated(self, fact: str) -> Array:
        """Return a fact of every province in model units, (m,); not a number where it is not stated."""
        own = [self.facts.get(province.code, {}).get(fact) for province in self.provinces]
        return np.array([math.nan if entry is None else entry.in_model_units(entry.value) for entry in own])


def impute(
    nation: Mapping[str, Entry], whole: Facts, profiled: Sequence[Facts], others: Others, shown_as: str
) -> list[dict[str, Entry]]:
    """Return every fact of the other provinces, in their order.

    whole: the nation's facts at their central values. Raises: Refused, if the provinces exceed the nation.
    """
    values = shared_out(whole, profiled, others)
    exceeding = [fact for fact, value in values.items() if not (value >= 0.0).all()]
    if exceeding:
        spot = Spot(f"{shown_as}/{STATED}")
        raise Refused([problem_at("provinces_exceed", spot, (fact,), value=fact) for fact in exceeding])
    return [
        {name: _entry(entry, values, others.facts.get(province.code, {}), index) for name, entry in nation.items()}
        for index, province in enumerate(others.provinces)
    ]


def _entry(nation: Entry, values: Mapping[str, Array], stated: Mapping[str, Entry], index: int) -> Entry:
    """Return a fact of a province: shared out, or stated, or the nation's."""
    name, own = nation.name, stated.get(nation.name)
    if name in values:
        value = float(values[name][index]) / nation.in_model_units(1.0)
        ratio = value / nation.value if nation.value else 1.0
        low = None if nation.low is None else nation.low * ratio
        high = None if nation.high is None else nation.high * ratio
        moved = replace(nation, value=value, low=low, high=high, confidence=IMPUTED, rule=f"{_NATIONAL}: {_LEFT}", note="")
        return moved if own is None else replace(moved, source=own.source, year=own.year, rule=_rule(own, value))
    return own or replace(nation, confidence=IMPUTED, rule=_NATIONAL)


def _rule(stated: Entry, value: float) -> str:
    kept = math.isclose(stated.value, value, rel_tol=1e-9)
    return stated.rule if kept else f"{stated.rule} Scaled so that the provinces add up to the nation."


def shared_out(nation: Facts, profiled: Sequence[Facts], others: Others) -> dict[str, Array]:
    """Return the facts of m provinces that make them and the profiled ones add up to the nation, (m,) each."""

    def left(level: Level) -> float:
        return level(nation) - math.fsum(level(facts) for facts in profiled)

    registered = np.array([province.registered for province in others.provinces])
    people = share_out(left(lambda f: f.population_resident), others.stated("population_resident"), registered)
    product = share_out(left(lambda f: f.grdp_nominal), others.stated("grdp_nominal"), people)
    enclave = _enclave(left, others, product)
    rest = product - enclave.pop("value_added")
    values = {"population_resident": people, "grdp_nominal": product, **enclave}
    for fact in _BY_RESIDENTS:
        values[fact] = share_out(left(_level(fact)), others.stated(fact), people)
    for fact in _BY_PRODUCT:
        values[fact] = share_out(left(_level(fact)), others.stated(fact), rest)
    for fact in _PARTS:
        values[fact] = share_out(left(_part(fact)), others.stated(fact) * product, rest) / product
    industry = share_out(left(lambda f: (f.share_industry - f.enclave_share) * f.grdp_nominal), _unstated(others), rest)
    values["share_industry"] = (industry + product - rest) / product
    return values | _sectors(left, others, values["enterprise_value_added_share"] * product)


def _sectors(left: Callable[[Level], float], others: Others, value_added: Array) -> dict[str, Array]:
    """Return what every sector makes of enterprises' value added, (m,) each: ICT as stated, the others alike in the rest."""
    made = {f"{_OF_SECTOR}{sector}": left(_sector(f"{_OF_SECTOR}{sector}")) for sector in SECTORS}
    ict = share_out(made.pop(_STATED_SECTOR), others.stated(_STATED_SECTOR) * value_added, value_added) / value_added
    rest = math.fsum(made.values())
    return {_STATED_SECTOR: ict, **{sector: (1.0 - ict) * (total / rest) for sector, total in made.items()}}


def _enclave(left: Callable[[Level], float], others: Others, product: Array) -> dict[str, Array]:
    """Return the enclave's facts: its electronics and its other plants each add up, and so do its workers."""
    stated = product * others.stated("enclave_share")
    of_electronics = others.stated("enclave_electronics_share")
    electronics = share_out(left(_electronics), stated * of_electronics, product)
    plants = share_out(left(lambda f: _part("enclave_share")(f) - _electronics(f)), stated * (1.0 - of_electronics), product)
    total = electronics + plants
    return {
        "value_added": total,
        "enclave_share": total / product,
        "enclave_electronics_share": np.divide(electronics, total, out=np.zeros(len(total)), where=total > 0.0),
        "enclave_workers": share_out(left(_level("enclave_workers")), others.stated("enclave_workers"), total),
    }


def share_out(total: float, stated: Array, weights: Array) -> Array:
    """Split a total over m provinces, (m,).

    Where all state a number, these are scaled to the total; else the others share by weight what the stated ones leave.
    """
    silent = np.isnan(stated)
    known = np.where(silent, 0.0, stated)
    if not silent.any() and known.sum() > 0.0:
        scaled: Array = known * (total / known.sum())
        return scaled
    silent |= not silent.any()
    weighed = np.where(silent, weights, 0.0)
    shared: Array = known + weighed * ((total - known.sum()) / max(weighed.sum(), _TRACE))
    return shared


def _unstated(others: Others) -> Array:
    return np.full(len(others.provinces), math.nan)


def _level(fact: str) -> Level:
    return lambda facts: float(getattr(facts, fact))


def _part(fact: str) -> Level:
    return lambda facts: float(getattr(facts, fact)) * facts.grdp_nominal


def _sector(fact: str) -> Level:
    return lambda facts: float(getattr(facts, fact)) * facts.enterprise_value_added_share * facts.grdp_nominal


def _electronics(facts: Facts) -> float:
    return facts.enclave_electronics_share * facts.enclave_share * facts.grdp_nominal
