"""One quarter, on one page: the ordered events of section 3 of ODD.md. Nothing is computed here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.enterprises import adoption, discovery

if TYPE_CHECKING:
    from model.province import Province


def pass_quarter(province: Province) -> None:
    """Let a quarter pass."""
    government, firms = province.government, province.firms

    # 1. Calendar: the year's levers, the frontier, people and labour, the outside world
    province.turn_calendar()

    # 2. Budget and execution
    if province.opens_year:
        government.set_budget(province.year, province.levers, province.grdp_last_year)
    government.execute(province.quarter_of_year)

    # 3. Procurement and pipeline: money becomes stocks, stocks become effects
    province.effects = government.deliver(province.dt)

    # 4. Communes: staff, teams, coverage, use of services and of cashless payment
    province.live_in_communes()

    # 5. Enterprises observe each other as the last quarter left them
    setting = province.setting()
    exposure = adoption.observe(firms, setting)

    # 6. Digital choices
    vouchers = adoption.seek_vouchers(firms, setting, government.purse("sme_vouchers"))
    government.settle("sme_vouchers", vouchers.used)
    adoption.climb(firms, setting, exposure, vouchers)

    # 7. Research and grants
    work = discovery.research(firms, setting, government.purse("innovation_grants"))
    government.settle("innovation_grants", work.used)

    # 8. Innovation, imitation, public science
    discovery.innovate(firms, setting, work)
    discovery.imitate(firms, setting)
    province.absorb_public_science()

    # 9. Production, then labour and capital move
    flows = province.produce(setting, work)
    province.invest(setting, vouchers, work)

    # 10. Exit and entry
    province.renew_enterprises(setting, exposure, flows)

    # 11. Statistics
    province.keep_books(flows)
