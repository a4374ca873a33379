"""The smallest different world: one thing more, and exactly one thing differs."""

from dataclasses import fields

import numpy as np
import pytest

from experiments.verification.stage import EVERY_LEVER, NO_MONEY, NO_TURNOVER, beliefs, scenario
from experiments.verification.worlds import faults
from model.draws import Luck
from model.province import Province
from model.results import run_replicate
from model.vocabulary import SIZES

ENDS = ("received", "lost_inefficiency", "lost_leakage", "lost_overrun", "carried_over", "returned", "relabelled")
PURPOSES = (
    "climb", "voucher/apply", "voucher/order", "grant/apply", "grant/order", "performer", "innovate", "innovate/step",
    "risk/project", "risk/outcome", "noise", "size", "exit",
)  # fmt: skip


def ends_of(result, year: int) -> float:
    """Where the year's money went, nominal bn VND; what came from the year before is not this year's."""
    rows = [row for row in result.ledger if row.year == year]
    return sum(getattr(row, name) for row in rows for name in ENDS) - sum(row.carried_in for row in rows)


@pytest.mark.parametrize("year", [2021, 2022])
def test_one_more_billion_of_budget_is_one_more_billion_in_the_ledgers_ends(year: int) -> None:
    place = scenario(communes=2).with_levers(EVERY_LEVER)
    draw = beliefs(place, {"enterprises": 300.0})
    before = run_replicate(place, 0, draw, years_to=2022)
    budget = sum(row.announced for row in before.ledger if row.year == year) / place.levers(year).pillars_share
    richer = place.with_levers(
        {"budget.pillars_share": {year: f"{100 * (place.levers(year).pillars_share + 1 / budget):.12f} %"}}
    )
    after = run_replicate(richer, 0, draw, years_to=2022)
    assert ends_of(after, year) - ends_of(before, year) == pytest.approx(1.0, rel=1e-6)


def worlds(number: int) -> Province:
    place = scenario(communes=2)
    province = Province(place, beliefs(place, {"enterprises": float(number)}))
    for _ in range(4):
        province.step()
    return province


def test_one_enterprise_more_changes_no_other_ones_luck() -> None:
    fewer, more = worlds(100), worlds(101)
    for purpose in PURPOSES:
        one, other = (
            dict(zip(p.firms.identity.tolist(), p.luck_of(p.firms)(purpose), strict=True))
            for p in (fewer, more)
        )
        shared = set(one) & set(other)
        assert len(shared) > 90
        assert all(one[who] == other[who] for who in shared), purpose


def test_a_new_purpose_shifts_nobodys_luck() -> None:
    luck, other = Luck(1, 0, "x"), Luck(1, 0, "x")
    other.uniforms("a new mechanism", 3, 1000)
    assert np.array_equal(luck.uniforms("climb", 3, 50), other.uniforms("climb", 3, 50))


LOCAL = NO_TURNOVER | {
    "enterprises": 600.0, "network_weight": 1.0, "size_gradient": 0.0, "reallocation_elasticity": 0.0,
    "voucher_application_rate": 0.0, "grant_application_rate": 0.0, "absorption": 0.0, "size_noise": 0.0,
}  # fmt: skip
"""Enterprises meet only within their commune: no market for labour, no common purse; and no budget that follows GRDP."""


@pytest.fixture(scope="module")
def with_and_without():
    """A province, and the same in which the teams of the first commune were never formed; four years on."""
    place = scenario(communes=4).with_levers(NO_MONEY)
    provinces = [Province(place, beliefs(place, LOCAL)) for _ in range(2)]
    provinces[1].communes[0].team = provinces[1].communes[0].team_at_start = 0.0
    for province in provinces:
        province.run(2024)
    return provinces


def test_a_lever_switched_off_in_a_commune_is_felt_there(with_and_without) -> None:
    one, other = (province.communes[0] for province in with_and_without)
    assert other.uptake < one.uptake


def test_it_leaves_the_other_communes_untouched_to_the_bit(with_and_without) -> None:
    for one, other in zip(*(province.communes[1:] for province in with_and_without), strict=True):
        for name in (
            "access",
            "skill",
            "capacity",
            "team",
            "coverage_5g",
            "uptake",
            "cashless",
            "connection",
            "files_online",
        ):
            assert getattr(one, name) == getattr(other, name), name


def test_it_leaves_enterprises_elsewhere_untouched_to_the_bit(with_and_without) -> None:
    one, other = (province.firms.only(province.firms.commune > 0) for province in with_and_without)
    for field in fields(one):
        assert np.array_equal(getattr(one, field.name), getattr(other, field.name)), field.name


def test_faults_are_named() -> None:
    province = worlds(60)
    assert faults(province) == []
    province.yearbook.rows[2021]["enterprises_digital"] = 101.0
    province.yearbook.rows[2021]["grdp"] = float("nan")
    assert faults(province) == ["2021 grdp = nan", "2021 enterprises_digital = 101.0"]


def test_no_size_class_is_forgotten() -> None:
    assert {f"exit_hazard_{size}" for size in SIZES} <= set(NO_TURNOVER)
