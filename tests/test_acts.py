"""Acts of a province held against what can be worked out: who is served, what a mandate does, who pays, what is booked."""

import math

import numpy as np
import pytest

from experiments.verification.stage import (
    ALL_ALIKE,
    ALL_ON_PAPER,
    NO_TURNOVER,
    NOBODY_MOVES,
    EvenProvince,
    beliefs,
    quiet,
    scenario,
)
from model.blocks import PUBLIC
from model.dynamics import QUARTERS, accumulate
from model.enterprises import adoption, discovery
from model.enterprises.adoption import TOP
from model.enterprises.demography import size_class
from model.enterprises.discovery import Research
from model.enterprises.founding import FOREIGN, LARGE, PRIVATE, size_bounds
from model.province import Province

EVERYBODY_APPLIES = {"voucher_application_rate": 1e6, "grant_application_rate": 1e6, "enterprises": 3000.0}


def founded(changes: dict[str, float]) -> Province:
    place = scenario(communes=3)
    return Province(place, beliefs(place, changes))


def test_vouchers_are_for_private_small_and_medium_enterprises_below_the_top() -> None:
    province = founded(EVERYBODY_APPLIES)
    firms = province.firms
    served = adoption.seek_vouchers(firms, province.setting(), math.inf).support > 0
    size = size_class(firms.labour, size_bounds(province.draw.parameters))
    assert (served == ((firms.owner == PRIVATE) & (size < LARGE) & (firms.rung < TOP))).all()
    for excluded in (firms.owner != PRIVATE, size == LARGE, firms.rung == TOP):
        assert excluded.any()


def test_grants_are_for_active_enterprises_that_are_not_foreign_and_can_carry_them() -> None:
    province = founded(EVERYBODY_APPLIES | {"performer_exit": 0.0, "rd_performers_large": 0.5})
    firms, p, setting = province.firms, province.draw.parameters, province.setting()
    firms.output = np.linspace(0.1, 200.0, len(firms))
    active = firms.performs | (firms.since_broad < p.innovation_memory)
    able = setting.levers.counterpart_share * setting.project <= p.grant_affordability * firms.output
    served = discovery.research(firms, setting, math.inf).supported
    assert (served == (active & able & (firms.owner != FOREIGN))).all()
    assert (active & able & (firms.owner == FOREIGN)).any()
    assert (active & ~able).any()


@pytest.mark.parametrize("mandate", [True, False])
def test_a_year_of_the_mandate_leaves_on_paper_who_does_not_comply(mandate: bool) -> None:
    place = quiet().with_levers({"outside.e_invoice_mandate": {2021: mandate}})
    alike = NOBODY_MOVES | ALL_ALIKE | NO_TURNOVER | ALL_ON_PAPER | {"enterprises": 2000.0}
    province = EvenProvince(place, beliefs(place, alike))
    for _ in range(QUARTERS):
        province.step()
    compliance = province.draw.parameters.mandate_compliance if mandate else 0.0
    assert province.digital_share == pytest.approx(compliance, abs=QUARTERS / 2000)


def test_private_research_is_what_enterprises_pay_themselves_at_todays_price_of_skills() -> None:
    place = scenario(communes=3).with_levers({"outside.skill_price": {2021: "20 %"}})
    province = Province(place, beliefs(place, {"enterprises": 300.0}))
    province.step()
    number = len(province.firms)
    work = Research(np.full(number, 2.0), np.full(number, 0.5), np.ones(number, np.bool_), 0.0)
    flows = province.produce(province.setting(), work)
    assert flows.private_research == pytest.approx(0.25 * 1.2 * 1.5 * number)


def test_public_works_become_capital_of_public_services_and_of_the_programme() -> None:
    province = Province(scenario("ha_tinh/programme", communes=3))
    province.run(2026)
    p, before, own = province.draw.parameters, province.blocks.capital[PUBLIC], province.programme_capital
    grown = accumulate(
        before, province.opening.investment * province.blocks.output[PUBLIC], p.capital_depreciation, 0.25
    )
    works = province.effects.infrastructure_booked
    province.invest_elsewhere(3.0)
    assert works > 0.0
    assert province.blocks.capital[PUBLIC] == pytest.approx(grown + works)
    inflow = (3.0 + works) / 0.25
    assert province.programme_capital == pytest.approx(accumulate(own, inflow, p.capital_depreciation, 0.25))
