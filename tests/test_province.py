"""A province: its books close with every lever on, it repeats itself to the bit, and it can be stepped and looked at by hand."""

import gc
import math
import weakref
from dataclasses import fields, replace

import mesa
import numpy as np
import pytest

from experiments.verification.accounting import LAST, Audit, AuditedProvince, every_lever
from experiments.verification.stage import EVERY_LEVER, beliefs, scenario
from model import science
from model.blocks import ENCLAVE, HOME, TELECOM
from model.books import returns as returns_room
from model.books.accounts import SOURCES
from model.dynamics import QUARTER, QUARTERS, effective_time
from model.enterprises import adoption
from model.parameters import Parameters
from model.places.facts import Draw, Facts
from model.province import REPORTERS, Province
from model.results import of_province, run_replicate
from model.vocabulary import OWNERS, SECTORS

FEW = {"enterprises": 400.0}
IDENTITY = 1e-9


def small(replicate: int = 0, levers=EVERY_LEVER, changes=FEW, kind=Province) -> Province:
    place = scenario(communes=3).with_levers(levers)
    return kind(place, beliefs(place, changes), replicate=replicate)


@pytest.fixture(scope="module")
def audited() -> AuditedProvince:
    province = every_lever()
    province.run(LAST)
    return province


@pytest.fixture(scope="module")
def stepped() -> Province:
    province = small()
    for _ in range(6):
        province.step()
    return province


# Identities


def test_every_identity_holds_in_every_quarter_and_year(audited: AuditedProvince) -> None:
    assert len(audited.audit.gaps) >= 13
    assert {name: gap for name, gap in audited.audit.gaps.items() if gap > IDENTITY} == {}


def test_an_audit_notes_the_largest_gap() -> None:
    audit = Audit()
    audit.note("x", 1.0, 1.0)
    audit.note("x", 1.0, 1.5)
    audit.note("x", 2.0, 2.0)
    assert audit.gaps == {"x": pytest.approx(1 / 3)}


def test_every_source_of_productivity_is_at_work(audited: AuditedProvince) -> None:
    rows = [audited.yearbook.rows[year] for year in range(2022, LAST + 1)]
    assert [source for source in SOURCES if not any(row[f"tfp_from_{source}"] for row in rows)] == []


def test_others_never_take_the_last_workers_of_the_home_blocks() -> None:
    place = scenario(communes=3).with_levers({"outside.enclave_change": {2021: "1000 %"}})
    for changes in ({"formalisation": 2.0}, {"enclave_workers": 70_000.0}):
        province = Province(place, beliefs(place, FEW | changes))
        for _ in range(8):
            province.step()
            assert province.blocks.labour[:HOME].sum() > 0
        working = province.firms.weight @ province.firms.labour + province.blocks.labour.sum()
        assert working == pytest.approx(province.employment, rel=1e-2)
        assert np.isfinite(province.yearbook.rows[2022]["grdp"])


def test_households_formalise_by_founding_enterprises() -> None:
    """What raises founding raises the workers that come from households, and nothing else of the labour supply."""
    place = scenario(communes=2)
    plain, founding = (Province(place, beliefs(place, FEW | {"formalisation": 0.02})) for _ in range(2))
    for province, lift in ((plain, 0.0), (founding, 0.5)):
        province.effects = replace(province.effects, entry_lift=lift)
        province.invest_elsewhere(booked=0.0)
    assert plain.labour_supply == pytest.approx(plain.draw.facts.enterprise_workers * np.exp(
        (plain.draw.facts.labour_growth + 0.02) * QUARTER
    ))
    assert founding.labour_supply / plain.labour_supply == pytest.approx(np.exp(0.5 * 0.02 * QUARTER))
    assert founding.blocks.labour[:HOME].sum() < plain.blocks.labour[:HOME].sum()


def test_employment_is_enterprises_and_blocks_together(stepped: Province) -> None:
    working = stepped.firms.weight @ stepped.firms.labour + stepped.blocks.labour.sum()
    grown = math.exp(stepped.draw.facts.labour_growth * stepped.quarter * stepped.dt)
    assert working == pytest.approx(stepped.draw.facts.employment * grown, rel=IDENTITY)


def test_households_lose_the_labour_that_enterprises_gain() -> None:
    province = small(levers={}, changes=FEW | {"labour_growth": 0.0})
    before = province.blocks.labour[:HOME].sum(), province.firms.labour.sum()
    for _ in range(8):
        province.step()
    gained = province.firms.labour.sum() - before[1]
    assert gained > 0
    assert before[0] - province.blocks.labour[:HOME].sum() == pytest.approx(gained, rel=1e-6)


def test_capital_changes_hands_and_none_is_lost() -> None:
    """What investment, depreciation and booked money leave is all there after exit and entry."""
    province = small()
    for _ in range(4):
        province.step()
    alive = province.firms
    province.turn_calendar()
    setting = province.setting()
    exposure = adoption.observe(alive, setting)
    flows = returns_room.Flows()
    before = alive.weight @ alive.capital
    province.renew_enterprises(setting, exposure, flows)
    assert flows.left > 0
    assert flows.born > 0
    assert province.firms.weight @ province.firms.capital == pytest.approx(before, rel=IDENTITY)


def test_booked_money_is_what_the_ledger_says_arrived(audited: AuditedProvince) -> None:
    """Vouchers and grants stand once in capital and once in the ledger."""
    rows = [row for row in audited.government.ledger.rows if row.line in ("sme_vouchers", "innovation_grants")]
    assert all(row.received > 0 for row in rows)
    assert audited.programme_capital > 0


def test_opening_output_is_grdp_without_taxes() -> None:
    province = small()
    facts = province.draw.facts
    assert province.output_per_year * (1 + province.opening.tax_ratio) == pytest.approx(
        facts.grdp_nominal / facts.deflator, rel=1e-6
    )


# The same twice


def test_two_runs_are_equal_to_the_bit() -> None:
    place = scenario(communes=3).with_levers(EVERY_LEVER)
    one, two = (run_replicate(place, 2, beliefs(place, FEW), seed=5, years_to=2023) for _ in range(2))
    assert all(np.array_equal(one.outcomes[name], two.outcomes[name], equal_nan=True) for name in one.outcomes)
    assert one.ledger == two.ledger
    assert all(np.array_equal(one.communes[name], two.communes[name]) for name in one.communes)
    assert all(np.array_equal(one.groups[name], two.groups[name]) for name in one.groups)


@pytest.mark.parametrize("other", [{"replicate": 3}, {"seed": 6}])
def test_another_seed_or_replicate_is_another_history(other: dict[str, int]) -> None:
    place = scenario(communes=2)
    key = {"replicate": 2, "seed": 5}
    one = Province(place, beliefs(place, FEW), **key)
    two = Province(place, beliefs(place, FEW), **(key | other))
    assert not np.array_equal(one.firms.labour, two.firms.labour)


def test_running_further_does_not_change_what_was() -> None:
    place = scenario(communes=2)
    short, long = (run_replicate(place, 0, beliefs(place, FEW), years_to=year) for year in (2022, 2024))
    for name, values in short.outcomes.items():
        assert np.array_equal(values, long.outcomes[name][: len(values)], equal_nan=True), name


# By hand


def test_the_clock_counts_quarters() -> None:
    province = small()
    seen = []
    for _ in range(6):
        seen.append((province.year, province.quarter_of_year, province.opens_year, province.closes_year))
        province.step()
    assert seen[0] == (2021, 0, True, False)
    assert seen[3] == (2021, 3, False, True)
    assert seen[5] == (2022, 1, False, False)
    assert province.years == 1.5


def test_stepping_by_hand_is_running() -> None:
    by_hand, run = small(), small()
    while by_hand.year <= 2022:
        by_hand.step()
    run.run(2022)
    assert of_province(by_hand).outcomes.keys() == of_province(run).outcomes.keys()
    for name, values in of_province(run).outcomes.items():
        assert np.array_equal(values, of_province(by_hand).outcomes[name], equal_nan=True), name


def test_levers_of_a_year_are_in_force_from_its_first_quarter(stepped: Province) -> None:
    assert stepped.levers.pillars_share == 0.03
    assert small().levers.pillars_share == 0.015


def test_the_data_collector_keeps_every_quarter(stepped: Province) -> None:
    table = stepped.datacollector.get_model_vars_dataframe()
    assert set(table.columns) == set(REPORTERS)
    assert len(table) == stepped.quarter + 1
    assert table["enterprises"].iloc[-1] == len(stepped.firms)
    assert table["grdp"].iloc[0] == pytest.approx(stepped.opening.grdp, rel=1e-6)
    assert table["enterprises_digital"].iloc[-1] == pytest.approx(100 * stepped.digital_share)


def test_mesa_finds_the_agents(stepped: Province) -> None:
    assert isinstance(stepped, mesa.Model)
    assert stepped.government in stepped.agents
    assert all(commune in stepped.agents for commune in stepped.communes)


def test_what_happens_outside_arrives() -> None:
    province = small()
    frontier, enclave, telecom = province.frontier, province.blocks.output[ENCLAVE], province.blocks.output[TELECOM]
    for _ in range(QUARTERS):
        province.step()
    assert province.frontier == pytest.approx(frontier + province.draw.parameters.frontier_growth)
    grown = {ENCLAVE: province.draw.facts.enclave_growth, TELECOM: province.draw.parameters.telecom_growth}
    for block, before in ((ENCLAVE, enclave), (TELECOM, telecom)):
        assert province.blocks.output[block] == pytest.approx(before * math.exp(grown[block]))


def test_a_lever_overrides_the_growth_of_frontier_and_enclave() -> None:
    levers = {"outside.frontier_growth": {2021: "5 %"}, "outside.enclave_growth": {2021: "-3 %"}}
    province = small(levers=levers)
    enclave = province.blocks.output[ENCLAVE]
    for _ in range(QUARTERS):
        province.step()
    assert province.frontier == pytest.approx(0.05)
    assert province.blocks.output[ENCLAVE] == pytest.approx(enclave * math.exp(-0.03))


def test_public_science_returns_its_money_to_all_but_the_enclave() -> None:
    place = scenario("thai_nguyen/programme", communes=2)
    draw = beliefs(place, FEW)
    province, p = Province(place, draw), draw.parameters
    for _ in range(6):
        province.step()
    elsewhere = science.received(p, province.elsewhere, province.levers.national_package)
    before = province.knowledge
    province.absorb_public_science()
    inflow = (province.knowledge - before * math.exp(-p.rd_depreciation / 4)) / effective_time(p.rd_depreciation, 0.25)
    firms, blocks = province.firms, province.blocks
    served = float(firms.weight @ firms.output) + float(blocks.output[:ENCLAVE].sum())
    finished = 4.0 * (province.effects.completions_applied + province.effects.completions_basic)
    assert (inflow - elsewhere) * served == pytest.approx(province.effects.capture * p.public_return * finished)
    assert served < 0.8 * province.output_per_year


def test_a_shock_lasts_its_year() -> None:
    levers = {"outside.demand_shock": {2022: "-10 %"}, "outside.pandemic": {2022: True}}
    province = small(levers=levers)
    province.run(2022)
    contact = [SECTORS.index(name) for name in ("tourism", "transport", "trade")]
    lost = math.log1p(-province.draw.parameters.pandemic_contact_loss)
    assert province.demand_shock == pytest.approx(math.log(0.9))
    assert province.sector_shock[contact] == pytest.approx(math.log(0.9) + lost)
    assert province.sector_shock[SECTORS.index("ict")] == pytest.approx(math.log(0.9))
    province.step()
    assert province.demand_shock == 0.0
    assert not province.sector_shock.any()


# One enterprise


def test_the_view_of_an_enterprise_reads_its_row(stepped: Province) -> None:
    view = stepped.enterprise(5)
    state, firms = view.state, stepped.firms
    assert view.alive
    assert isinstance(view, mesa.Agent)
    assert state["labour"] == firms.labour[5]
    assert state["sector"] == SECTORS[firms.sector[5]]
    assert state["owner"] == OWNERS[firms.owner[5]]
    assert state["commune"] == stepped.communes[firms.commune[5]].record.name


def test_the_view_follows_its_enterprise_until_it_leaves() -> None:
    province = small(changes=FEW | {f"exit_hazard_{size}": 1.0 for size in ("micro", "small", "medium", "large")})
    views = [province.enterprise(row) for row in range(40)]
    for _ in range(3):
        province.step()
    for view in views:
        assert view.alive == (view.identity in set(province.firms.identity))
    gone = next(view for view in views if not view.alive)
    stays = next(view for view in views if view.alive)
    assert stays.state["identity"] == stays.identity
    with pytest.raises(LookupError, match="has left the market"):
        _ = gone.state


# Memory


def test_a_model_stepped_by_hand_is_freed_when_nobody_holds_it() -> None:
    province = small()
    province.step()
    numbers = [agent.unique_id for agent in province.agents]
    assert len(set(numbers)) == len(numbers)
    watch = weakref.ref(province)
    del province
    gc.collect()
    assert watch() is None


def test_memory_stays_flat_over_fifty_models() -> None:
    """A model that were kept would keep thousands of objects, and its arrays with them."""
    place = scenario(communes=2)
    draw = beliefs(place, {"enterprises": 100.0})
    alive = []
    for replicate in range(50):
        run_replicate(place, replicate, draw, years_to=2021)
        if replicate in (9, 49):
            gc.collect()
            alive.append(len(gc.get_objects()))
    assert alive[1] - alive[0] < 200



# Results


def test_a_result_covers_every_year_and_every_commune() -> None:
    place = scenario(communes=3)
    result = run_replicate(place, 0, beliefs(place, FEW), years_to=2023)
    assert result.years.tolist() == [2021, 2022, 2023]
    assert result.place == "ha_tinh"
    assert all(values.shape == (3,) for values in result.outcomes.values())
    assert all(values.shape == (3, 3) for values in result.communes.values())
    assert {name: values.shape for name, values in result.groups.items()} == {
        "size": (3, 4),
        "sector": (3, 9),
        "kind": (3, 3),
    }
    assert {row.year for row in result.ledger} == {2021, 2022, 2023}


# Nothing that does nothing


class Noted:
    """Stand in for a record, and note what of it is read."""

    def __init__(self, record: object) -> None:
        self.record, self.read = record, set()

    def __getattr__(self, name: str) -> object:
        self.read.add(name)
        return getattr(self.record, name)


OF_PLACES = {"ward_population_weight"}
"""Facts that places are made of: the residents of communes."""


def test_the_model_reads_every_parameter_and_every_fact() -> None:
    """An entry that nothing reads would take a place in every draw, and a planner who sets it would wonder."""
    place = scenario(communes=3).with_levers(EVERY_LEVER)
    given = beliefs(place, FEW)
    draw = Draw(Noted(given.parameters), Noted(given.facts))
    Province(place, draw).run(2027)
    assert {field.name for field in fields(Parameters)} - draw.parameters.read == {"spillover_distance"}  # of a country
    assert {field.name for field in fields(Facts)} - draw.facts.read == OF_PLACES
