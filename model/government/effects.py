"""What a quarter of government does to everybody else: one record of floats.

Enters: nothing; `government` fills it. Leaves: the only things of the government that communes, enterprises and
accounts may look at.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """Hold the effects in force during a quarter.

    A lift compares with going on as at the start: 0 at the start, and as long as real spending per resident stays what
    it was; negative when money is cut. Real money is bn VND at 2010 prices.
    """

    completions_applied: float
    """applied research finished in the quarter, real, all of it"""
    completions_basic: float
    """basic research finished in the quarter, real, all of it"""
    knowledge: float
    """stock of public knowledge, real"""
    knowledge_ratio: float
    """how far it exceeds the usual, relative to usual public plus business knowledge at the start"""
    capture: float
    """share of knowledge spillovers that stays in the province"""
    training: float
    """lift of the mean skill of enterprises, net of brain drain"""
    literacy: float
    """lift of residents' digital skill"""
    coverage_inflow: float
    """lift of the yearly hazard that a resident becomes covered by 5G"""
    service_quality: float
    """quality of public services, 0..1"""
    process_index: float
    """how far administrative processes are digitised, 0..1"""
    provision_rate: float
    """speed at which missing services are put online, a year (not a lift)"""
    services_provided: float
    """share of services provided online, 0..1"""
    assisted_filing: float
    """share of non-users' files that a commune of full capacity files for them online, 0..1"""
    venture_relief: float
    """lift of the share of finance-constrained enterprises relieved"""
    entry_lift: float
    """relative rise of entry"""
    ip_lift: float
    """relative rise of the hazard of starting R&D"""
    linkage_lift: float
    """relative rise of catching up in industry, to be multiplied by the enclave's share"""
    ai_lift: float
    """relative rise of the hazard of rung 3 in the institute's sectors"""
    commune_money: float
    """money for communes, real, a quarter's share of the year's"""
    publications: float
    """publications of the quarter"""
    patents: float
    """patents of the quarter"""
    platform_fragmentation: float
    """how far systems stand apart, 0..1"""
    platform_stalled: float
    """1 while a sharing programme has stalled, else 0"""
    infrastructure_service: float
    """digital infrastructure in service, real"""
    infrastructure_booked: float
    """money for works of the quarter above the share of the budget that was usual, real, at cost"""
    skill_price: float
    """price of researchers' time, 1 at the start"""
