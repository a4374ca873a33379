"""A province: the clock, the agents, and what each event of a quarter does to them.

Enters: a scenario, a draw of parameters and facts, a seed and a replicate. Leaves: the state after each quarter and the
yearbook of outcomes. `Province` is a `mesa.Model`: step it by hand, look at its government, communes and enterprises, or
read its `DataCollector`.
"""

from __future__ import annotations

import math
from dataclasses import replace

import mesa
import numpy as np
import numpy.typing as npt

from model import blocks as rest
from model.blocks import HOME
from model.books.accounts import Continuing, QuarterGrowth, Units, all_totals
from model.books.measures import PERCENT
from model.books.returns import Flows, Quarter, digital_flows, returns
from model.communes.agent import live_together
from model.communes.people import census
from model.dynamics import accumulate, weighted_sum
from model.enterprises import adoption, discovery, market
from model.enterprises.adoption import Exposure, Vouchers
from model.enterprises.columns import Enterprises
from model.enterprises.demography import births
from model.enterprises.discovery import Research
from model.enterprises.founding import Incumbents, by_sector, entrants
from model.enterprises.productivity import mature_gains
from model.enterprises.setting import Setting
from model.places.facts import Draw
from model.quarter import pass_quarter
from model.scenario import Scenario
from model.state import ProvinceState
from model.vocabulary import SECTORS

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


class Province(ProvinceState):
    """One place under one scenario: a government, its communes, its enterprises, and the rest of its economy.

    A reader will want `year`, `government`, `communes` (agents), `firms` (columns; `enterprise(i)` is an agent's view of
    one), `blocks` (the rest of the economy), `people`, `yearbook.rows` (outcomes by year) and `datacollector`.
    """

    def __init__(self, scenario: Scenario, draw: Draw | None = None, *, seed: int = 1, replicate: int = 0) -> None:
        """Found the place at the start of the scenario's first year.

        draw: what this replicate believes; the central values by default. seed and replicate key all luck.
        """
        super().__init__(scenario, draw, seed=seed, replicate=replicate)
        self.datacollector = mesa.DataCollector(model_reporters=REPORTERS)
        self.datacollector.collect(self)

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
        self.lived = live_together(self.communes, rates, self.draw.parameters)
        self.people = census(self, self.lived, self.digital_share)

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
        # Households formalise by founding enterprises: what raises founding raises this alike.
        self.formalised += p.formalisation * (1.0 + self.effects.entry_lift) * self.dt
        after = self.years + self.dt
        elsewhere = self.labour_supply + float(self.blocks.labour[HOME:].sum())
        rest.advance(self.blocks, p, away, self.opening.investment, self._employed(after) - elsewhere, self.dt)
        public = self.effects.infrastructure_booked
        self.blocks.capital[rest.PUBLIC] += public
        inflow = (booked + public) / self.dt
        self.programme_capital = accumulate(self.programme_capital, inflow, p.capital_depreciation, self.dt)

    def renew_enterprises(self, setting: Setting, exposure: Exposure, flows: Flows) -> None:
        """Let enterprises leave and enter, and share the labour supply."""
        firms = self.firms
        leaves = market.leavers(firms, setting)
        newborn = self.next_cohort(len(firms) - int(np.count_nonzero(leaves)))
        self.begin(newborn, setting, exposure)
        market.equip(newborn, setting, self.sector_shock, self.draw.facts.capital_output_ratio)
        flows.born, flows.left = float(newborn.weight.sum()), float(firms.weight[leaves].sum())
        self.firms = market.replace_leavers(firms, leaves, newborn)
        market.share_labour(self.firms, self.labour_supply)

    def begin(self, newborn: Enterprises, setting: Setting, exposure: Exposure) -> None:
        """Let entrants, who come in the middle of the quarter on average, climb and innovate for what is left of it."""
        half = replace(setting, dt=0.5 * setting.dt, luck=self.luck_of(newborn))
        newborn.gain = mature_gains(newborn, setting.parameters, setting.norms.skill, setting.offer.training)
        adoption.climb(newborn, half, exposure, adoption.no_vouchers(len(newborn)))
        discovery.innovate(newborn, half, discovery.no_research(len(newborn)))

    def next_cohort(self, staying: int) -> Enterprises:
        """Found the enterprises that enter this quarter, before they begin."""
        luck = float(self.luck.uniforms("births", self.quarter, 1)[0])
        number = births(self.draw.parameters.entry_rate, self.effects.entry_lift, staying, luck, self.dt)
        return entrants(self.draw, self.luck, self.quarter, number, self._incumbents())

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
        if self.closes_year:
            self.government.close_year()
            self.yearbook.close_year(returns(self, self.yearbook.flows))
            self.grdp_last_year = self.yearbook.rows[self.year]["grdp_nominal"]
