"""A province as it stands: its founding, and everything that can be read from it.

Enters: a scenario, a draw of parameters and facts, a seed and a replicate. Leaves: a government, communes, enterprises and
the rest of the economy at the start of the scenario's first year; `province` lets quarters pass over them.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from model import blocks as rest
from model import science
from model.blocks import ENCLAVE
from model.books.accounts import Units
from model.books.measures import PERCENT, mean, share
from model.books.yearbook import Yearbook
from model.clock import Clock
from model.communes.agent import CommuneColumns, found_communes
from model.communes.people import census
from model.draws import Luck
from model.dynamics import weighted_sum
from model.enterprises.columns import Enterprises
from model.enterprises.discovery import gap_to_frontier
from model.enterprises.founding import Site, by_sector, found
from model.enterprises.productivity import Surroundings
from model.enterprises.setting import Chances, Offer, Setting, chances
from model.enterprises.view import EnterpriseView
from model.government.agent import Government
from model.places.facts import Draw
from model.prices import Prices
from model.scenario import Scenario
from model.vocabulary import COMMUNE_KINDS, SECTORS, SIZES

Array = npt.NDArray[np.float64]


class ProvinceState(Clock):
    """A province as founded and as it stands; its subclass `Province` lets quarters pass."""

    def __init__(self, scenario: Scenario, draw: Draw | None = None, *, seed: int = 1, replicate: int = 0) -> None:
        """Found the place at the start of the scenario's first year.

        draw: what this replicate believes; the central values by default. seed and replicate key all luck.
        """
        super().__init__(scenario, seed)
        self.draw = draw or scenario.central()
        self.luck = Luck(seed, replicate, scenario.place.name)
        self.levers = scenario.levers(scenario.start)
        self.prices = Prices(self.draw.facts.deflator, self.draw.parameters.price_growth)
        self._found_government()
        self._found_communes()
        self._found_economy()
        self.yearbook = Yearbook(self.totals.capital)

    # Founding

    def _found_government(self) -> None:
        facts = self.draw.facts
        self.government = Government(self, self.draw, facts.population_resident, self.luck)
        self.effects = self.government.open_books(self.levers, facts.grdp_nominal, self.scenario.start)
        self.grdp_last_year = facts.grdp_nominal

    def _found_communes(self) -> None:
        place = self.scenario.place
        self.communes = found_communes(self, place, self.draw, self.luck)
        self.lived = CommuneColumns(self.communes, self.draw.parameters)
        """the communes as columns, as the last quarter left them"""
        # Without communes enterprises stand nowhere in particular, where nothing is on offer.
        population = np.array([record.population for record in place.communes] or [1.0])
        self.commune_shares = population / population.sum()
        self.commune_kinds = np.array([COMMUNE_KINDS.index(record.kind) for record in place.communes] or [0])

    def _found_economy(self) -> None:
        p, facts = self.draw.parameters, self.draw.facts
        self.opening = rest.reconcile(facts, p, by_sector(facts, "sector_value_added"))
        site = Site(
            self.commune_shares, self.around(), self.opening.enterprises, p.business_rd_share * self.opening.grdp
        )
        self.firms, self.norms = found(self.draw, self.luck, site, round(facts.enterprises))
        self.people = census(self, self.lived, self.digital_share)
        self.uptake_at_start = self.people.uptake
        self.blocks = rest.open_blocks(self.opening.outputs, self.opening.workers, p, facts.capital_output_ratio)
        self.frontier = 0.0
        """rise of the frontier's ln TFP since the start"""
        self.formalised = 0.0
        """rise of the ln of enterprises' workers by what households have formalised since the start"""
        self.sector_shock = np.zeros(len(SECTORS))
        self.demand_shock = 0.0
        self.programme_capital = 0.0
        """what the programme's digital and research outlays have built, bn VND at 2010 prices"""
        self.elsewhere = science.Elsewhere(facts.national_rd_share * p.national_public_rd_share, facts.proximity)
        self.settle_science()
        self.block_units = self._blocks_as_units()
        """the blocks as they last produced"""
        self.totals = self.units().totals()

    def settle_science(self) -> None:
        """Take the present pace of public science for that of a long past: only what exceeds it will count."""
        self.knowledge = self._science_inflow() / self.draw.parameters.rd_depreciation
        """ln TFP owed to public science"""
        self.knowledge_at_start = self.knowledge

    # What there is

    @property
    def residents(self) -> float:
        """Return this year's residents."""
        return self.government.residents

    @property
    def employment(self) -> float:
        """Return the persons employed when the quarter under way began."""
        return self._employed(self.years)

    def _employed(self, years: float) -> float:
        facts = self.draw.facts
        return facts.employment * math.exp(facts.labour_growth * years)

    @property
    def frontier_pace(self) -> float:
        """Return the growth of the frontier's ln TFP, per year."""
        pace = self.levers.frontier_growth
        return self.draw.parameters.frontier_growth if pace is None else pace

    @property
    def digital_share(self) -> float:
        """Return the share of enterprises at rung 1 or higher, 0..1."""
        return share(self.firms.weight, self.firms.rung >= 1) / PERCENT

    @property
    def output_per_year(self) -> float:
        """Return value added at the present pace, bn VND at 2010 prices a year, without product taxes."""
        return weighted_sum(self.firms.weight, self.firms.output) + float(self.blocks.output.sum())

    @property
    def science(self) -> float:
        """Return the ln TFP that public science has added since the start."""
        return self.knowledge - self.knowledge_at_start

    def mean_gap(self) -> float:
        """Return the mean distance of enterprises to the frontier of their kind, ln points."""
        return mean(gap_to_frontier(self.firms, self.lead), self.firms.weight)

    def around(self) -> Surroundings:
        """Return what enterprises see of their communes."""
        nowhere = np.zeros(1)
        seen = (self.lived.connection, self.lived.uptake, self.lived.coverage_5g)
        return Surroundings(*(column if len(column) else nowhere for column in seen))

    def enterprise(self, index: int) -> EnterpriseView:
        """Return an agent's view of one enterprise."""
        return EnterpriseView(self, index)

    def luck_of(self, firms: Enterprises) -> Chances:
        """Return the luck of these enterprises in this quarter."""
        return chances(self.luck, firms, self.quarter)

    def setting(self) -> Setting:
        """Return everything of this quarter that enterprises do not decide."""
        p, effects = self.draw.parameters, self.effects
        costs = [self.prices.from_2024(cost) for cost in (p.step_cost_1, p.step_cost_2, p.step_cost_3, p.step_cost_3)]
        caps = [self.prices.real(self.levers.voucher_caps[size], self.year) for size in SIZES]
        return Setting(
            parameters=p,
            norms=self.norms,
            levers=self.levers,
            around=self.around(),
            offer=Offer(
                training=effects.training,
                ai=effects.ai_lift,
                ip=effects.ip_lift,
                linkage=effects.linkage_lift * self.enclave_share,
                relief=effects.venture_relief,
                knowledge=effects.knowledge_ratio,
            ),
            step_costs=np.array(costs),
            voucher_caps=np.array(caps),
            project=self.prices.from_2024(p.grant_project_size),
            frontier=self.frontier - 0.5 * self.dt * self.frontier_pace,
            science=self.science,
            dt=self.dt,
            luck=self.luck_of(self.firms),
        )

    @property
    def lead(self) -> float:
        """Return the distance of the frontier from an enterprise that has covered none of it, ln points."""
        return self.draw.parameters.frontier_gap + self.frontier - self.science

    @property
    def enclave_share(self) -> float:
        """Return the enclave's share of value added."""
        return float(self.blocks.output[ENCLAVE]) / self.output_per_year

    def units(self) -> Units:
        """Return every producing unit as it last produced: enterprises (output 0 before their first), then blocks."""
        return self.firm_units().joined(self.block_units)

    def firm_units(self) -> Units:
        """Return the enterprises as they last produced."""
        firms = self.firms
        return Units(firms.weight, firms.output, firms.log_capital, firms.log_labour, firms.components)

    def _blocks_as_units(self) -> Units:
        return rest.as_units(self.blocks, self.draw.parameters, self.science, self.connection, self.demand_shock)

    @property
    def connection(self) -> float:
        """Return the level effect of 5G coverage times use on the home blocks' ln TFP."""
        return self.draw.parameters.connectivity_effect * self.people.coverage * self.people.uptake

    @property
    def reached(self) -> float:
        """Return the value added per year of all whom public science reaches: everybody but the enclave."""
        return self.output_per_year - float(self.blocks.output[ENCLAVE])

    @property
    def finished_science(self) -> float:
        """Return the public research that the last quarter finished here, bn VND a year at 2010 prices."""
        return (self.effects.completions_applied + self.effects.completions_basic) / self.dt

    def _science_inflow(self) -> float:
        p = self.draw.parameters
        local = science.kept(p, self.effects.capture, self.finished_science, self.reached)
        return local + science.received(p, self.elsewhere, self.levers.national_package)

    @property
    def labour_supply(self) -> float:
        """Return the workers with whom enterprises (without the enclave) produce next quarter.

        Their share grows as households formalise, until the home blocks are left with what the opening leaves them at least.
        """
        facts, after = self.draw.facts, self.years + self.dt
        formal = facts.enterprise_workers * math.exp(facts.labour_growth * after + self.formalised)
        at_home = self._employed(after) - float(self.blocks.labour[rest.HOME :].sum())
        return min(formal, rest.MOST * at_home)
