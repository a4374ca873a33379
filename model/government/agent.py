"""The provincial government: a Mesa agent that keeps a budget, executes it and delivers effects.

Enters: levers and GRDP, year by year. Leaves: a ledger of every dong, and the `Effects` that everybody else sees.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import mesa

from model.communes.agent import CommuneRates
from model.communes.rules import assisted_share
from model.dynamics import QUARTER, QUARTERS, at_least, relax, saturating, within_unit
from model.government.budget import BUILT_LINES, works_money
from model.government.delivery import MOST_PROJECTS, expected_cost_factor, rollout_hazard, year_cost_factor
from model.government.effects import Effects
from model.government.instruments import captured_share, drained_skill, rewarded_outputs
from model.government.plan import by_line
from model.government.platforms import Platforms, Sharing
from model.government.programme import Programme, Usual
from model.government.treasury import Treasury
from model.vocabulary import FIRST_YEAR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from model.draws import Luck
    from model.government.ledger import Ledger
    from model.levers import Levers
    from model.places.facts import Draw

PER_THOUSAND = 1000.0
"""Residents that community team members are counted by."""

NEUTRAL_PUSH = 1.0
"""Factor on autonomous uptake outside pandemic years."""


class Government(mesa.Agent):
    """One province's government.

    Call in this order: `open_books` once; then in a year's first quarter `set_budget`; in every quarter `execute(q)` (q
    = 0..3), `deliver(dt)`, and for each of the lines on demand (sme_vouchers, innovation_grants) `purse(line)` and
    `settle(line, used)`; in the last quarter `close_year()`. A step out of order raises BooksNotInOrder; a ledger that
    does not close raises LedgerBroken.

    What the levers of `open_books` put in force is history: it is long in place when the run starts, and effects
    compare with going on like that per resident. So an unchanged policy has no effect, and a choice (build or lease,
    separate or shared) that a scenario makes from its first year on is found in place, not made.

    Read: `effects` (see Effects, the last delivered), `ledger` (rows, totals), `commune_rates(dt)`,
    `research_spending_real` (the quarter's public R&D), `received_real` (by line, after all losses, this quarter),
    `residents` (this year's). Money in methods is bn VND at 2010 prices, but GRDP and the ledger are nominal.
    """

    levers: Levers
    effects: Effects

    def __init__(self, model: mesa.Model, draw: Draw, residents: float, luck: Luck) -> None:
        super().__init__(model)
        p = draw.parameters
        self.draw, self.luck = draw, luck
        self.treasury = Treasury(draw)
        self.prices = self.treasury.prices
        self.instrument_scale = self.prices.from_2024(p.instrument_scale)
        self.programme = Programme(p, self.instrument_scale)
        self.unchanged = Programme(p, self.instrument_scale)
        self.residents_at_start = self.residents = residents
        self.provided = draw.facts.services_provided
        self.assisted = 0.0
        self.drained = 0.0
        self.platform_cost = self.usual_platform_cost = 1.0
        self.quarter = 0

    # Opening

    def open_books(self, levers: Levers, grdp_nominal: float, year: int = FIRST_YEAR) -> Effects:
        """Put in place what the start's levers have long kept up; return the effects at the start: every lift is 0.

        grdp_nominal: of the year before `year`.
        """
        p = self.draw.parameters
        self.levers, self.first_year = levers, year
        plan = self.treasury.open(year, levers, grdp_nominal)
        yearly = plan.yearly()
        for programme in (self.programme, self.unchanged):
            programme.open(yearly, self.residents, levers.infrastructure, expected_cost_factor(p))
        per_resident = {line: money / self.residents for line, money in yearly.items()}
        self.usual = Usual(per_resident, plan.profile, plan.shares_of_budget(BUILT_LINES))
        self.commune_money = yearly["communes"] / QUARTERS
        self._open_platforms(levers)
        self.effects = self._read_effects(rewarded=0.0, booked=0.0, dt=QUARTER)
        return self.effects

    def _open_platforms(self, levers: Levers) -> None:
        p = self.draw.parameters
        stalls = bool(self.luck.uniforms("stall", 0, 1)[0] < p.sharing_stall_probability)
        self.sharing, self.usual_sharing = (Sharing(p, stalls, levers.platforms) for _ in range(2))
        scale = self.prices.from_2024(p.platform_scale)
        self.platforms = Platforms(p, scale, self.draw.facts.platform_quality, levers.central_platforms)

    # The year

    def set_budget(self, year: int, levers: Levers, grdp_nominal_previous: float) -> None:
        """Announce, allocate and plan the year's budget from last year's nominal GRDP; draw the year's overruns."""
        plan = self.treasury.set_year(year, levers, grdp_nominal_previous)
        self.levers = levers
        growth = self.draw.facts.population_growth
        self.residents = self.residents_at_start * math.exp(growth * (year - self.first_year))
        self.sharing.choose(levers.platforms)
        yearly, usual = plan.yearly(), self.usual.yearly(self.residents)
        self.commune_money = yearly["communes"] / QUARTERS
        self._plan_works(year, yearly, usual)

    def _plan_works(self, year: int, yearly: Mapping[str, float], usual: Mapping[str, float]) -> None:
        line = "infrastructure"
        own, unchanged = self._cost_factors(line, year, yearly[line], usual[line])
        self.programme.infrastructure.plan_year(self.levers.infrastructure, yearly[line], own)
        self.unchanged.infrastructure.plan_year(self.unchanged.infrastructure.choice, usual[line], unchanged)
        line = "platforms"
        self.platform_cost, self.usual_platform_cost = self._cost_factors(line, year, yearly[line], usual[line])

    def _cost_factors(self, line: str, year: int, own: float, usual: float) -> tuple[float, float]:
        p = self.draw.parameters
        size = self.prices.from_2024(p.project_size)
        luck = self.luck.uniforms(f"overrun/{line}", year, MOST_PROJECTS)
        return year_cost_factor(luck, own, size, p), year_cost_factor(luck, usual, size, p)

    def close_year(self) -> None:
        """Write the year's ledger; carry unspent money over (once) or return it."""
        self.treasury.close_year(self.levers.carry_over_share)

    # The quarter

    def execute(self, quarter_of_year: int) -> None:
        """Pay the quarter's share of every line and book its losses; offer the money that is on demand."""
        self.quarter = quarter_of_year
        delivered = {
            "infrastructure": self.programme.infrastructure.delivered_share,
            "platforms": self.sharing.delivered_share(self.platform_cost),
        }
        self.treasury.execute(quarter_of_year, delivered)

    def deliver(self, dt: float) -> Effects:
        """Turn what was paid into stocks, and stocks into the quarter's effects."""
        plan, p = self.treasury.plan, self.draw.parameters
        money = plan.working(self.treasury.bought)
        usual = self.usual.quarterly(self.residents, self.quarter)
        booked = self._works_above_usual()
        self.programme.step(money, self.residents, dt)
        self.unchanged.step(usual, self.residents, dt)
        self._step_platforms(money["platforms"], usual["platforms"], dt)
        self._step_people(dt)
        price = self.prices.from_2024(p.publication_cost)
        rewarded = rewarded_outputs(money["publication_rewards"], usual["publication_rewards"], price)
        self.effects = self._read_effects(rewarded, booked, dt)
        return self.effects

    def _works_above_usual(self) -> float:
        """Return the quarter's money for works above the share of the budget that was usual, at cost."""
        plan, usual = self.treasury.plan, self.usual
        own = works_money(plan.shares_of_budget(BUILT_LINES), self.programme.infrastructure.capital_share)
        unchanged = works_money(usual.works, self.unchanged.infrastructure.capital_share)
        above = own * plan.profile[self.quarter] - unchanged * usual.profile[self.quarter]
        return above * plan.budget / self.treasury.price_level

    def _step_platforms(self, money: float, usual: float, dt: float) -> None:
        own = self.sharing.assets(money, self.platform_cost)
        unchanged = self.usual_sharing.assets(usual, self.usual_platform_cost)
        inflow = (own - unchanged) / self.residents / dt
        self.platforms.step(inflow, self.levers.digitising_order, self.levers.central_platforms, dt)
        self.sharing.step(dt)
        self.usual_sharing.step(dt)

    def _step_people(self, dt: float) -> None:
        p, levers = self.draw.parameters, self.levers
        lost = levers.brain_drain * self.draw.facts.skill_mean
        self.drained = drained_skill(self.drained, lost, p.skill_renewal, dt)
        self.provided = relax(self.provided, 1.0, self._provision_rate(), dt)
        mandate = levers.online_filing_mandate
        self.assisted = assisted_share(self.assisted, mandate, p.assisted_filing, p.assisted_filing_speed, dt)

    def purse(self, line: str) -> float:
        """Return what a line on demand still offers this quarter."""
        return self.treasury.purse(line)

    def settle(self, line: str, used: float) -> None:
        """Book what enterprises took of the purse this quarter; what they leave is never executed."""
        self.treasury.settle(line, used)

    # What others see

    @property
    def ledger(self) -> Ledger:
        """Return the ledger of the years closed so far."""
        return self.treasury.ledger

    @property
    def received_real(self) -> Mapping[str, float]:
        """Return what arrived this quarter by line, after all losses and at today's price of skills."""
        return by_line(self.treasury.received)

    @property
    def research_spending_real(self) -> float:
        """Return the quarter's public spending on research and development, as executed."""
        return self.treasury.science_spending

    def commune_rates(self, dt: float) -> CommuneRates:
        """Return what the province sets for all its communes this quarter."""
        p, levers, effects = self.draw.parameters, self.levers, self.effects
        members_per_strength = p.team_reference / PER_THOUSAND
        return CommuneRates(
            dt=dt,
            digital_teams=levers.digital_teams,
            money=effects.commune_money * QUARTERS / self.residents,
            team_cost=members_per_strength * self.prices.from_2024(p.team_upkeep),
            training_scale=self.instrument_scale,
            usual_effort=saturating(self.usual.money["communes"], self.instrument_scale),
            literacy=effects.literacy,
            rollout=rollout_hazard(
                self.treasury.plan.year, p.operator_rollout, p.operator_rollout_start, effects.coverage_inflow
            ),
            services=effects.service_quality * effects.services_provided,
            push=p.pandemic_uptake_push if levers.pandemic else NEUTRAL_PUSH,
            assisted=effects.assisted_filing,
        )

    def _lift(self, line: str) -> float:
        return self.programme.instruments.intensities[line] - self.unchanged.instruments.intensities[line]

    def _provision_rate(self) -> float:
        return self.draw.parameters.provision_gain * self.programme.instruments.intensities["online_services"]

    def _knowledge_ratio(self) -> float:
        """Compare public knowledge with the usual, against all knowledge of the start: never against a tiny stock."""
        p, facts = self.draw.parameters, self.draw.facts
        business = p.business_rd_share * facts.grdp_nominal / facts.deflator / p.rd_depreciation
        known = self.unchanged.knowledge + business
        return (self.programme.knowledge - self.unchanged.knowledge) / known if known > 0.0 else 0.0

    def _coverage_inflow(self) -> float:
        p = self.draw.parameters
        added = self.programme.infrastructure.service - self.unchanged.infrastructure.service
        return added / self.residents / self.prices.from_2024(p.coverage_cost)

    def _outputs(self, rewarded: float, ratio: float, dt: float) -> tuple[float, float]:
        """Return publications and patents of the quarter; rewards bring them in the proportion of the start."""
        p, facts = self.draw.parameters, self.draw.facts
        both = facts.publications + facts.patents
        share = facts.publications / both if both > 0.0 else 1.0
        factor = dt * (1.0 + ratio) ** p.publication_knowledge
        publications = facts.publications * factor + rewarded * share
        patents = facts.patents * factor + rewarded * (1.0 - share)
        return at_least(publications, 0.0), at_least(patents, 0.0)

    def _read_effects(self, rewarded: float, booked: float, dt: float) -> Effects:
        p = self.draw.parameters
        ratio = self._knowledge_ratio()
        publications, patents = self._outputs(rewarded, ratio, dt)
        recaptured = p.intermediary_gain * self._lift("market_intermediaries")
        return Effects(
            completions_applied=self.programme.completed_applied,
            completions_basic=self.programme.completed_basic,
            knowledge=self.programme.knowledge,
            knowledge_ratio=ratio,
            capture=within_unit(captured_share(p.local_capture, recaptured)),
            training=p.training_gain * self._lift("talent") - self.drained,
            literacy=p.literacy_gain * self._lift("digital_literacy"),
            coverage_inflow=self._coverage_inflow(),
            service_quality=self.platforms.quality(self.sharing.fragmented),
            process_index=self.platforms.process,
            provision_rate=self._provision_rate(),
            services_provided=self.provided,
            assisted_filing=self.assisted,
            venture_relief=p.venture_gain * self._lift("venture_fund"),
            entry_lift=p.startup_gain * self._lift("startup_centres"),
            ip_lift=p.ip_gain * self._lift("ip_support"),
            linkage_lift=p.linkage_gain * self._lift("fdi_linkage"),
            ai_lift=p.ai_gain * self._lift("ai_institute"),
            commune_money=self.commune_money,
            publications=publications,
            patents=patents,
            platform_fragmentation=self.sharing.fragmented,
            platform_stalled=float(self.sharing.stalled),
            infrastructure_service=self.programme.infrastructure.service,
            infrastructure_booked=booked,
            skill_price=self.treasury.skill_price,
        )
