"""What a place hands in to the statistics office: flows, a survey of enterprises, people, the ledger.

Enters: a province at the end of a quarter or a year. Leaves: `Quarter` and `Returns`, which add up: the country's are
those of its provinces together, so that every outcome is computed by the same code for a province and for the country.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from model.blocks import ENCLAVE, HOME, TELECOM
from model.books import accounts
from model.books.accounts import QuarterGrowth, Totals
from model.books.turnover import Roll, all_rolls
from model.communes.people import People, all_people
from model.enterprises.demography import size_class
from model.enterprises.discovery import gap_to_frontier
from model.enterprises.founding import size_bounds
from model.enterprises.productivity import skill_with_training
from model.government.ledger import LedgerRow, added
from model.parameters import Parameters
from model.places.facts import Facts
from model.vocabulary import SECTORS

if TYPE_CHECKING:
    from model.province import Province

Array = npt.NDArray[np.float64]
Flag = npt.NDArray[np.bool_]
Kind = npt.NDArray[np.int8]

ICT = SECTORS.index("ict")


@dataclass
class Flows:
    """Flows of one quarter, or of one year so far, bn VND at 2010 prices unless said otherwise."""

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
        """Add the flows of another quarter or place."""
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))

    @classmethod
    def together(cls, parts: Iterable[Flows]) -> Flows:
        """Return the flows of several places as those of one."""
        total = cls()
        for part in parts:
            total.add(part)
        return total


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


@dataclass(frozen=True)
class Quarter:
    """One quarter's books: its flows, the totals of its production, their growth, the programme's capital so far."""

    flows: Flows
    totals: Totals
    growth: QuarterGrowth
    programme_capital: float

    @classmethod
    def together(cls, parts: Sequence[Quarter]) -> Quarter:
        """Return the books of several places as those of one."""
        return cls(
            Flows.together(part.flows for part in parts),
            accounts.all_totals([part.totals for part in parts]),
            accounts.all_growth([part.growth for part in parts]),
            sum(part.programme_capital for part in parts),
        )


@dataclass(frozen=True)
class Survey:
    """What is asked of every enterprise at the end of a year; (n,) each, weights say how many enterprises a row stands for.

    own: ln TFP against the sector's; gap: distance to the frontier, ln points; value: value added per year, bn VND;
    strict, broad: innovated within the survey's memory; kind: of the commune.
    """

    weight: Array
    labour: Array
    size: Kind
    sector: Kind
    kind: Kind
    rung: Kind
    strict: Flag
    broad: Flag
    performs: Flag
    own: Array
    gap: Array
    skill: Array
    value: Array

    @classmethod
    def together(cls, parts: Sequence[Survey]) -> Survey:
        """Return the enterprises of several places as those of one."""
        return cls(**{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(cls)})


def survey(province: Province) -> Survey:
    """Ask every enterprise of a province."""
    firms, p = province.firms, province.draw.parameters
    return Survey(
        weight=firms.weight,
        labour=firms.labour,
        size=size_class(firms.labour, size_bounds(p)).astype(np.int8),
        sector=firms.sector.astype(np.int8),
        kind=province.commune_kinds[firms.commune].astype(np.int8),
        rung=firms.rung.astype(np.int8),
        strict=firms.since_strict < p.innovation_memory,
        broad=firms.since_broad < p.innovation_memory,
        performs=firms.performs,
        own=firms.standing + firms.imitated + firms.innovated + firms.noise,
        gap=gap_to_frontier(firms, province.lead),
        skill=skill_with_training(firms.skill, province.effects.training),
        value=firms.weight * firms.output,
    )


COMMUNE_QUANTITIES = ("uptake", "capacity", "coverage_5g", "team", "skill", "cashless")


def commune_table(province: Province) -> dict[str, Array]:
    """Return what every commune of a province has, one array a quantity."""
    return {name: np.array([getattr(commune, name) for commune in province.communes]) for name in COMMUNE_QUANTITIES}


def roll(province: Province) -> Roll:
    """Return who produced in the year's last quarter, with ln TFP."""
    firms = province.firms
    there = firms.output > 0
    return Roll(firms.identity[there], firms.past_tfp[there, -1], (firms.weight * firms.output)[there])


@dataclass(frozen=True)
class Returns:
    """What a place hands in at the end of a year.

    grdp_nominal: of the year; grdp_at_start: of the year before the run, bn VND at 2010 prices; employment, residents,
    residents_at_start: persons; ledger: sum over lines; communes: {quantity: (communes,)}.
    """

    year: int
    parameters: Parameters
    facts: Facts
    grdp_nominal: float
    grdp_at_start: float
    employment: float
    residents: float
    residents_at_start: float
    flows: Flows
    survey: Survey
    roll: Roll
    people: People
    ledger: LedgerRow
    communes: Mapping[str, Array]

    @classmethod
    def together(cls, parts: Sequence[Returns], facts: Facts) -> Returns:
        """Return what several places hand in as from one, of which `facts` are known."""
        names = parts[0].communes
        communes = {name: np.concatenate([part.communes[name] for part in parts]) for name in names}
        return cls(
            year=parts[0].year,
            parameters=parts[0].parameters,
            facts=facts,
            grdp_nominal=sum(part.grdp_nominal for part in parts),
            grdp_at_start=sum(part.grdp_at_start for part in parts),
            employment=sum(part.employment for part in parts),
            residents=sum(part.residents for part in parts),
            residents_at_start=sum(part.residents_at_start for part in parts),
            flows=Flows.together(part.flows for part in parts),
            survey=Survey.together([part.survey for part in parts]),
            roll=all_rolls([part.roll for part in parts]),
            people=all_people([part.people for part in parts], np.array([part.residents for part in parts]), communes),
            ledger=added([part.ledger for part in parts]),
            communes=communes,
        )


def returns(province: Province, flows: Flows) -> Returns:
    """Return what a province hands in for the year that its last quarter ends; `flows` are the year's."""
    facts, year = province.draw.facts, province.year
    return Returns(
        year=year,
        parameters=province.draw.parameters,
        facts=facts,
        grdp_nominal=province.prices.nominal(flows.grdp, year),
        grdp_at_start=province.opening.grdp,
        employment=province.employment,
        residents=province.residents,
        residents_at_start=facts.population_resident,
        flows=flows,
        survey=survey(province),
        roll=roll(province),
        people=province.people,
        ledger=province.government.ledger.totals(year),
        communes=commune_table(province),
    )
