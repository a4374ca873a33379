"""Scenarios: what a file means, how it extends another, and that it comes back whole from being written."""

import pickle
import time
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from model.levers import AiInstitute, Levers
from model.reading.policy import paths
from model.reading.scenario_file import IMPULSES
from model.scenario import Scenario, load_scenario
from model.vocabulary import (
    LINES,
    PILLAR_OF,
    SECTORS,
)

ROOT = """title: {en: Try, vi: Thử}
place: ha_tinh
period: 2021..2030
budget:
  pillars_share: 1 %
  lines: {talent: 60 %, platforms: 40 %}
"""


def written(folder: Path, name: str, text: str) -> Scenario:
    file = folder / "ha_tinh" / f"{name}.yaml"
    file.write_text(text, encoding="utf-8")
    return load_scenario(file)


@pytest.fixture(scope="module")
def programme(shared_folder: Path) -> Scenario:
    return load_scenario(shared_folder / "ha_tinh" / "programme.yaml")


def policy(scenario: Scenario) -> dict[str, object]:
    return {key: value for key, value in scenario.resolved().items() if key not in ("name", "title", "about")}


def test_a_scenario_without_levers_has_them_all_at_rest(shared_folder: Path) -> None:
    levers = written(shared_folder, "rest", ROOT).levers(2021)
    assert set(levers.lines) == set(LINES)
    assert levers.lines["talent"] == 0.6
    assert levers.lines["infrastructure"] == 0.0
    assert levers.voucher_caps == {"micro": 0.02, "small": 0.05, "medium": 0.1, "large": 0.0}
    assert levers.priority_sectors == dict.fromkeys(SECTORS, 1.0)
    assert (levers.pillars_share, levers.counterpart_share, levers.voucher_rate) == (0.01, 0.3, 0.5)
    assert levers.relabelled_share is levers.execution_learning is levers.spending_profile is None
    assert levers.ai_institute is levers.frontier_growth is levers.enclave_growth is None
    assert (levers.infrastructure, levers.platforms, levers.digitising_order) == ("build", "separate", "together")
    assert (levers.execution_multiplier, levers.digital_teams, levers.national_package) == (1.0, 1.0, 1.0)
    assert (levers.e_invoice_mandate, levers.pandemic, levers.demand_shock) == (False, False, 0.0)


def test_mandates_come_in_their_years(shared_folder: Path) -> None:
    scenario = written(shared_folder, "mandates", ROOT)
    assert [scenario.levers(year).e_invoice_mandate for year in (2021, 2022, 2030)] == [False, True, True]
    assert [scenario.levers(year).online_filing_mandate for year in (2022, 2023)] == [False, True]


def test_dated_values_hold_until_the_next_date(shared_folder: Path) -> None:
    text = ROOT.replace("pillars_share: 1 %", "pillars_share: {2021: 1 %, 2026: 3 %, 2028: 2.5 %}")
    scenario = written(shared_folder, "dated", text)
    shares = [scenario.levers(year).pillars_share for year in range(2021, 2031)]
    assert shares == [0.01] * 5 + [0.03] * 2 + [0.025] * 3


def test_every_lever_is_read_from_its_entry(shared_folder: Path) -> None:
    text = """title: {en: All, vi: Tất cả}
about: {en: Everything, vi: Mọi thứ}
place: ha_tinh
period: 2021..2030
budget:
  pillars_share: 2 %
  lines: {talent: 50 %, ai_institute: 50 %}
  relabelled_share: 10 %
  execution_multiplier: double
  execution_learning: 20 %
  leakage_multiplier: half
  spending_profile: [25 %, 25 %, 25 %, 25 %]
  carry_over_share: 40 %
delivery:
  infrastructure: lease_then_build
  platforms: shared
  digitising_order: data_first
  high_risk_share: 10 %
  counterpart_share: 20 %
  voucher_rate: 60 %
  voucher_caps: {micro: 10 triệu VND, small: 20 m VND, medium: 1 tỷ VND}
  priority_sectors: {tourism: 2, health: half}
  ai_institute: {minimum_scale: 20 bn VND, sectors: [ict, industry]}
communes: {digital_teams: triple}
outside:
  frontier_growth: 1 %
  enclave_growth: -2 %
  enclave_change: {2021: -10 %}
  skill_price: 15 %
  national_package: double
  e_invoice_mandate: true
  online_filing_mandate: true
  central_platforms: false
  brain_drain: 1 %
  demand_shock: {2021: -5 %}
  pandemic: {2021: true}
parameters: {leakage: 20 %, step_cost_2: 0.15 bn VND, access: 0.8}
ensemble: {replicates: 1e3, parameters: central, seed: 7}
"""
    scenario = written(shared_folder, "all", text)
    assert scenario.levers(2021) == Levers(
        pillars_share=0.02,
        lines={line: 0.5 if line in ("talent", "ai_institute") else 0.0 for line in LINES},
        relabelled_share=0.1,
        execution_multiplier=2.0,
        execution_learning=0.2,
        leakage_multiplier=0.5,
        spending_profile=(0.25, 0.25, 0.25, 0.25),
        carry_over_share=0.4,
        infrastructure="lease_then_build",
        platforms="shared",
        digitising_order="data_first",
        high_risk_share=0.1,
        counterpart_share=0.2,
        voucher_rate=0.6,
        voucher_caps={"micro": 0.01, "small": 0.02, "medium": 1.0, "large": 0.0},
        priority_sectors={sector: {"tourism": 2.0, "health": 0.5}.get(sector, 1.0) for sector in SECTORS},
        ai_institute=AiInstitute(20.0, ("industry", "ict")),
        digital_teams=3.0,
        frontier_growth=0.01,
        enclave_growth=-0.02,
        enclave_change=-0.1,
        skill_price=0.15,
        national_package=2.0,
        e_invoice_mandate=True,
        online_filing_mandate=True,
        central_platforms=False,
        brain_drain=0.01,
        demand_shock=-0.05,
        pandemic=True,
    )
    assert scenario.central().parameters.leakage == 0.2
    assert scenario.central().parameters.step_cost_2 == 0.15
    assert scenario.central().facts.access == scenario.place.facts.access == 0.8
    assert scenario.ensemble.model_dump() == {"replicates": 1000, "parameters": "central", "seed": 7}
    assert scenario.title["vi"] == "Tất cả"
    assert scenario.about["en"] == "Everything"


def test_impulses_act_only_in_their_years(shared_folder: Path) -> None:
    text = ROOT + "outside: {enclave_change: {2028: -40 %}, demand_shock: {2025: -5 %, 2026: 2 %}, pandemic: {2023: true}}\n"
    scenario = written(shared_folder, "impulses", text)
    years = range(2021, 2031)
    assert {year for year in years if scenario.levers(year).enclave_change} == {2028}
    assert [scenario.levers(year).demand_shock for year in (2024, 2025, 2026, 2027)] == [0.0, -0.05, 0.02, 0.0]
    assert {year for year in years if scenario.levers(year).pandemic} == {2023}


def test_the_levers_are_exactly_those_of_the_record() -> None:
    declared = {name for names in IMPULSES for name in [names]}
    assert declared < {field.name for field in fields(Levers)}


def test_every_entry_of_the_form_is_a_lever(programme: Scenario) -> None:
    assert {name for _, name, _ in paths(programme.parts.form)} == {field.name for field in fields(Levers)}


def test_teams_from_a_year_are_a_dated_path(shared_folder: Path) -> None:
    short = written(shared_folder, "short", ROOT + "communes: {digital_teams: double, from: 2026}\n")
    long = written(shared_folder, "long", ROOT + "communes: {digital_teams: {2021: 1, 2026: 2}}\n")
    assert [short.levers(year).digital_teams for year in (2025, 2026)] == [1.0, 2.0]
    assert short.sha256 == long.sha256


def test_a_child_dates_what_its_parent_says_plainly(shared_folder: Path) -> None:
    written(shared_folder, "parent", ROOT)
    child = written(
        shared_folder,
        "child",
        "extends: parent.yaml\nbudget: {pillars_share: {2026: 3 %}, lines: {2027: {talent: 100 %}}}\n",
    )
    assert [child.levers(year).pillars_share for year in (2025, 2026)] == [0.01, 0.03]
    assert [child.levers(year).lines["platforms"] for year in (2026, 2027)] == [0.4, 0.0]
    assert child.title == {"en": "Try", "vi": "Thử"}


def test_a_plain_value_replaces_the_parents_path(shared_folder: Path) -> None:
    written(shared_folder, "dated_parent", ROOT.replace("1 %\n", "{2021: 1 %, 2026: 3 %}\n"))
    child = written(shared_folder, "plain_child", "extends: dated_parent.yaml\nbudget: {pillars_share: 2 %}\n")
    assert {child.levers(year).pillars_share for year in range(2021, 2031)} == {0.02}


def test_paths_merge_year_by_year(shared_folder: Path) -> None:
    written(shared_folder, "a", ROOT.replace("1 %\n", "{2021: 1 %, 2026: 3 %, 2028: 4 %}\n"))
    written(shared_folder, "b", "extends: a.yaml\nbudget: {pillars_share: {2026: 2 %}}\nperiod: 2021..2029\n")
    child = written(shared_folder, "c", "extends: b.yaml\nbudget: {pillars_share: {2027: 5 %}}\ntitle: {vi: Ba}\n")
    assert [child.levers(year).pillars_share for year in range(2025, 2030)] == [0.01, 0.02, 0.05, 0.04, 0.04]
    assert child.title == {"en": "Try", "vi": "Ba"}
    assert child.end == 2029


def test_parameters_and_ensemble_merge_entry_by_entry(shared_folder: Path) -> None:
    written(shared_folder, "p", ROOT + "parameters: {leakage: 0.2, access: 0.8}\nensemble: {replicates: 7}\n")
    child = written(shared_folder, "q", "extends: p.yaml\nparameters: {leakage: 0.3}\nensemble: {seed: 5}\n")
    assert child.resolved()["fixed"] == {"leakage": 0.3, "access": 0.8}
    assert child.ensemble.model_dump() == {"replicates": 7, "parameters": "sampled", "seed": 5}


def test_a_scenario_of_another_place_can_be_extended(shared_folder: Path) -> None:
    text = "extends: ../ha_tinh/baseline.yaml\nplace: thanh_hoa\ntitle: {en: x, vi: y}\n"
    file = shared_folder / "thanh_hoa" / "borrowed.yaml"
    file.write_text(text, encoding="utf-8")
    assert load_scenario(file).place.name == "thanh_hoa"


def test_two_ways_to_say_one_policy_are_one_policy(shared_folder: Path) -> None:
    plain = written(shared_folder, "one", ROOT)
    text = ROOT.replace("pillars_share: 1 %", "pillars_share: {2021: 1.0 %, 2024: 1 %, 2040: 9 %}")
    dated = written(shared_folder, "two", text.replace("Try", "Another title"))
    assert policy(plain) == policy(dated)
    assert plain.sha256 == dated.sha256
    other = written(shared_folder, "three", ROOT.replace("pillars_share: 1 %", "pillars_share: 1.1 %"))
    assert other.sha256 != plain.sha256


def test_the_hash_covers_facts_and_parameters(scenario_folder: Path) -> None:
    before = load_scenario(scenario_folder / "ha_tinh" / "baseline.yaml")
    profile = scenario_folder / "ha_tinh" / "profile.yaml"
    profile.write_text(profile.read_text(encoding="utf-8").replace("value: 1300000", "value: 1300001"), encoding="utf-8")
    after = load_scenario(scenario_folder / "ha_tinh" / "baseline.yaml")
    assert before.sha256 != after.sha256
    assert before.resolved()["levers"] == after.resolved()["levers"]


def test_draws_follow_the_cube(programme: Scenario) -> None:
    row = np.random.default_rng(3).random(len(programme.slots))
    draw = programme.draw(row)
    first = len(programme.parameters.slots)
    assert draw.parameters == programme.parameters.draw(row[:first])
    assert draw.facts == programme.place.register.draw(row[first:])
    assert programme.dimensions == programme.slots


def test_a_fixed_value_shifts_nobody_elses_luck(programme: Scenario) -> None:
    row = np.random.default_rng(4).random(len(programme.slots))
    fixed = programme.with_levers({"parameters.leakage": 0.2, "parameters.access": 0.8})
    assert fixed.slots == programme.slots
    assert set(programme.dimensions) - set(fixed.dimensions) == {"leakage", "access"}
    free, held = programme.draw(row), fixed.draw(row)
    differing = [f.name for f in fields(free.parameters) if getattr(free.parameters, f.name) != getattr(held.parameters, f.name)]
    assert differing == ["leakage"]
    differing = [f.name for f in fields(free.facts) if getattr(free.facts, f.name) != getattr(held.facts, f.name)]
    assert differing == ["access"]


def test_a_scenario_travels_to_another_process(programme: Scenario) -> None:
    again = pickle.loads(pickle.dumps(programme))
    assert again.sha256 == programme.sha256
    assert again.levers(2026) == programme.levers(2026)


def test_loading_is_fast(shared_folder: Path) -> None:
    file = shared_folder / "ha_tinh" / "programme.yaml"
    load_scenario(file)
    best = float("inf")
    for _ in range(5):
        started = time.perf_counter()
        load_scenario(file)
        best = min(best, time.perf_counter() - started)
    assert best < 0.3


def test_the_lines_are_those_of_the_pillars() -> None:
    assert len(LINES) == 17 == len(set(LINES))
    assert set(PILLAR_OF.values()) == {"science", "innovation", "digital"}
