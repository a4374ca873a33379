"""A province: the clock, the agents, and what each event of a quarter does to them.

Enters: a scenario, a draw of parameters and facts, a seed and a replicate. Leaves: the state after each quarter and the
yearbook of outcomes. `Province` is a `mesa.Model`: step it by hand, look at its government, communes and enterprises, or
read its `DataCollector`.
"""

from __future__ import annotations

import math

import mesa
import numpy as np
import numpy.typing as npt

from model import blocks as rest
from model import science
from model.accounts import Continuing, QuarterGrowth, Units, all_totals
from model.blocks import ENCLAVE, HOME
from model.clock import Clock
from model.commune import CommuneColumns, found_communes, live_together
from model.draws import Luck
from model.dynamics import QUARTERS, accumulate, weighted_sum
from model.enterprises import market
from model.enterprises.adoption import Vouchers
from model.enterprises.columns import Enterprises
from model.enterprises.demography import births
from model.enterprises.discovery import Research, gap_to_frontier
from model.enterprises.founding import Incumbents, Site, by_sector, entrants, found
from model.enterprises.productivity import Surroundings
from model.enterprises.setting import Offer, Setting
from model.enterprises.view import EnterpriseView
from model.facts import Draw
from model.government import Government
from model.measures import PERCENT, mean, share
from model.people import census
from model.prices import Prices
from model.quarter import pass_quarter
from model.returns import Flows, Quarter, digital_flows, returns
from model.scenario import Scenario
from model.vocabulary import COMMUNE_KINDS, SECTORS, SIZES
from model.yearbook import Yearbook

Array = npt.NDArray[np.float64]

CONTACT_SECTORS = np.isin(SECTORS, ("tourism", "transport", "trade"))
"""Sectors that a pandemic year stops from meeting their customers."""

REPORTERS = {
    "year": "year",
    "grdp": lambda m: m.output_per_year * (1.0 + m.opening.tax_ratio),
    "enterprises": lambda m: float(m.firms.weight.sum()),
    "enterprises_digital": lambda m: PERCENT * m.digital_share,
    "online_uptake": lambda m: m.people.uptake,
    "commune_capacity": lambda m: m.people.capacity,
}
"""What the DataCollector keeps each quarter, for whoever steps the model by hand."""


class Province(Clock):
    """One place under one scenario: a government, its communes, its enterprises, and the rest of its economy.

    A reader will want `year`, `government`, `communes` (agents), `firms` (columns; `enterprise(i)` is an agent's view of
    one), `blocks` (the rest of the economy), `people`, `yearbook.rows` (outcomes by year) and `datacollector`.
    """

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
        self.datacollector = mesa.DataCollector(model_reporters=REPORTERS)
        self.datacollector.collect(self)

    # Founding

    def _found_government(self) -> None:
        facts = self.draw.facts
        self.government = Government(self, self.draw, facts.population_resident, self.luck)
        self.effects = self.government.open_books(self.levers, facts.grdp_nominal, self.scenario.start)
        self.grdp_last_year = facts.grdp_nominal

    def _found_communes(self) -> None:
        place = self.scenario.place
        self.communes = found_communes(self, place, self.draw, self.luck)
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
        self.people = census(self, CommuneColumns(self.communes, p), self.digital_share)
        self.uptake_at_start = self.people.uptake
        self.births = [len(self.firms)]
        """enterprises born by cohort: the founders, then one cohort a quarter"""
        self.blocks = rest.open_blocks(self.opening.outputs, self.opening.workers, p, facts.capital_output_ratio)
        self.frontier = 0.0
        """rise of the frontier's ln TFP since the start"""
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

    def _employed_by_enterprises(self, years: float) -> float:
        """Return the workers of enterprises without the enclave: their share grows as households formalise."""
        p, facts = self.draw.parameters, self.draw.facts
        return facts.enterprise_workers * math.exp((facts.labour_growth + p.formalisation) * years)

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
        communes = CommuneColumns(self.communes, self.draw.parameters)
        seen = (communes.connection, communes.uptake, communes.coverage_5g)
        return Surroundings(*(column if len(column) else nowhere for column in seen))

    def enterprise(self, index: int) -> EnterpriseView:
        """Return an agent's view of one enterprise."""
        return EnterpriseView(self, index)

    def luck_of_enterprises(self, purpose: str) -> Array:
        """Return one uniform an enterprise, in the order of the rows."""
        return self.luck.for_cohorts(purpose, self.quarter, self.births)[self.firms.serial]

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
            luck=self.luck_of_enterprises,
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

    def step(self) -> None:
        """Let one quarter pass."""
        pass_quarter(self)
        self.quarter += 1
        self.datacollector.collect(self)

    # The events of a quarter, in order

    def turn_calendar(self) -> None:
        """Bring in the year's levers, move the frontier, and let shocks and FDI come."""
        if self.opens_year:
            self.levers = self.scenario.levers(self.year)
            self._set_shocks()
            rest.change_enclave(self.blocks, self.levers.enclave_change)
        self.frontier += self.dt * self.frontier_pace

    def _set_shocks(self) -> None:
        lost = self.draw.parameters.pandemic_contact_loss if self.levers.pandemic else 0.0
        self.demand_shock = math.log1p(self.levers.demand_shock)
        self.sector_shock = self.demand_shock + np.log1p(-lost * CONTACT_SECTORS)

    def live_in_communes(self) -> None:
        """Let every commune live its quarter, then count."""
        rates = self.government.commune_rates(self.dt)
        lived = live_together(self.communes, rates, self.draw.parameters)
        self.people = census(self, lived, self.digital_share)

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

    def absorb_public_science(self) -> None:
        """Let what public research has finished raise everybody's ln TFP but the enclave's."""
        self.knowledge = accumulate(
            self.knowledge, self._science_inflow(), self.draw.parameters.rd_depreciation, self.dt
        )

    def produce(self, setting: Setting, work: Research) -> Flows:
        """Let enterprises and the home blocks produce; return the quarter's flows."""
        before = self.firm_units(), self.block_units
        market.produce(self.firms, setting, self.sector_shock)
        return self.count_production(before, work)

    def count_production(self, before: tuple[Units, Units], work: Research) -> Flows:
        """Let the home blocks produce as well, and count what everybody has made since `before` (enterprises, blocks)."""
        firms = self.firms
        rest.produce(self.blocks, self.draw.parameters, self.science + self.connection, self.demand_shock)
        self.block_units = self._blocks_as_units()
        self._account(before, (self.firm_units(), self.block_units))
        flows = digital_flows(self)
        paid = self.dt * (1.0 + self.levers.skill_price)
        flows.private_research = paid * weighted_sum(firms.weight, work.spending - work.grant)
        flows.public_research = self.government.research_spending_real
        flows.publications, flows.patents = self.effects.publications, self.effects.patents
        flows.stock = float(firms.weight.sum())
        return flows

    def _account(self, before: tuple[Units, Units], now: tuple[Units, Units]) -> None:
        """Account for enterprises and blocks; entrants, who had produced nothing before, stand last among their group."""
        total = all_totals([units.totals() for units in now])
        pairs = [(old, new, slice(np.count_nonzero(old.output))) for old, new in zip(before, now, strict=True)]
        stayed = [Continuing.of(old.only(there), new.only(there)) for old, new, there in pairs if there.stop]
        self.growth = QuarterGrowth(self.totals, total, Continuing.together(stayed))
        self.totals = total

    def invest(self, setting: Setting, vouchers: Vouchers, work: Research) -> None:
        """Move labour and capital; public money that became equipment is booked where it stands."""
        booked = (vouchers.support + work.grant) * self.dt
        market.grow(self.firms, setting, self.opening.investment, booked)
        self.invest_elsewhere(weighted_sum(self.firms.weight, booked))

    def invest_elsewhere(self, booked: float) -> None:
        """Move labour and capital of the blocks; `booked` is what of the quarter's public money enterprises have booked."""
        p, facts, pace = self.draw.parameters, self.draw.facts, self.levers.enclave_growth
        away = np.array([p.telecom_growth, facts.enclave_growth if pace is None else pace])
        after = self.years + self.dt
        elsewhere = self.labour_supply + float(self.blocks.labour[HOME:].sum())
        rest.advance(self.blocks, p, away, self.opening.investment, self._employed(after) - elsewhere, self.dt)
        public = self.effects.infrastructure_booked
        self.blocks.capital[rest.PUBLIC] += public
        inflow = (booked + public) / self.dt
        self.programme_capital = accumulate(self.programme_capital, inflow, p.capital_depreciation, self.dt)

    def renew_enterprises(self, setting: Setting, flows: Flows) -> None:
        """Let enterprises leave and enter, and share the labour supply."""
        firms = self.firms
        leaves = market.leavers(firms, setting)
        newborn = self.next_cohort()
        market.equip(newborn, setting, self.sector_shock, self.draw.facts.capital_output_ratio)
        flows.born, flows.left = float(newborn.weight.sum()), float(firms.weight[leaves].sum())
        self.firms = market.replace_leavers(firms, leaves, newborn)
        market.share_labour(self.firms, self.labour_supply)

    def next_cohort(self) -> Enterprises:
        """Found the enterprises that enter this quarter, before they are equipped."""
        luck = float(self.luck.uniforms("births", self.quarter, 1)[0])
        number = births(self.draw.parameters.entry_rate, self.effects.entry_lift, len(self.firms), luck, self.dt)
        newborn = entrants(self.draw, self.luck, self.quarter, number, sum(self.births), self._incumbents())
        self.births.append(number)
        return newborn

    @property
    def labour_supply(self) -> float:
        """Return the workers with whom enterprises (without the enclave) produce next quarter."""
        return self._employed_by_enterprises(self.years + self.dt)

    def _incumbents(self) -> Incumbents:
        firms = self.firms
        there = len(firms) > 0
        return Incumbents(
            commune_shares=self.commune_shares,
            sector_shares=by_sector(self.draw.facts, "sector_share"),
            rung1_share=self.digital_share,
            median_gain=float(np.median(firms.imitated + firms.innovated)) if there else 0.0,
            mean_weight=float(firms.weight.mean()) if there else 1.0,
        )

    def keep_books(self, flows: Flows) -> None:
        """Book the quarter; at the year's end close the government's and the statistics office's books."""
        self.books = Quarter(flows, self.totals, self.growth, self.programme_capital)
        self.yearbook.record(self.books)
        if self.quarter_of_year == QUARTERS - 1:
            self.government.close_year()
            self.yearbook.close_year(returns(self, self.yearbook.flows))
            self.grdp_last_year = self.yearbook.rows[self.year]["grdp_nominal"]
