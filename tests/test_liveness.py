"""Every lever moves something, everywhere it applies."""

from dataclasses import replace

import numpy as np
import pytest

from experiments import liveness
from model.places.facts import Draw
from model.results import run_replicate
from model.scenario import Scenario, load_scenario
from model.vocabulary import LINES

ENTERPRISES = 1000
LAST = 2027

NAMED = {
    "thanh_hoa": (
        "delivery.infrastructure", "delivery.platforms", "delivery.digitising_order", "delivery.high_risk_share",
        "budget.lines.ai_institute", "budget.lines.publication_rewards", "budget.lines.basic_research",
        "delivery.priority_sectors",
    ),
    "ha_tinh": (
        "budget.pillars_share", "budget.lines.infrastructure", "budget.lines.market_intermediaries",
        "budget.lines.ip_support", "budget.lines.platforms", "budget.lines.sme_vouchers", "budget.lines.talent",
        "delivery.priority_sectors",
    ),
    "quang_tri": (
        "budget.lines.venture_fund", "budget.lines.communes", "communes.digital_teams", "budget.lines.talent",
        "delivery.platforms",
    ),
    "thai_nguyen": (
        "delivery.counterpart_share", "budget.lines.startup_centres", "budget.lines.digital_literacy",
        "delivery.platforms", "delivery.infrastructure", "budget.lines.fdi_linkage", "budget.lines.infrastructure",
    ),
}  # fmt: skip
"""Levers that the provinces' own documents name."""


def programme(place: str) -> Scenario:
    return load_scenario(f"scenarios/{place}/programme.yaml")


def small(scenario: Scenario) -> Draw:
    """Central values with few enterprises, so that a run is quick."""
    draw = scenario.central()
    return Draw(draw.parameters, replace(draw.facts, enterprises=ENTERPRISES))


@pytest.fixture(scope="module")
def ha_tinh() -> list[liveness.Moved]:
    scenario = programme("ha_tinh")
    return liveness.moves(scenario, liveness.changes(scenario), years_to=LAST, draw=small(scenario))


def test_every_lever_moves_an_outcome(ha_tinh: list[liveness.Moved]) -> None:
    assert [row.lever for row in ha_tinh if row.moved == 0 or row.change == 0.0] == []


def test_every_line_and_every_lever_is_tried(ha_tinh: list[liveness.Moved]) -> None:
    levers = {row.lever.partition(" ")[0] for row in ha_tinh}
    assert {f"budget.lines.{line}" for line in LINES} <= levers
    written = {lever.partition(" ")[0] for lever in liveness.plan()["levers"]}
    assert written <= levers


@pytest.mark.parametrize("place", sorted(set(NAMED) - {"ha_tinh"}))
def test_levers_that_a_province_names_are_live_there(place: str) -> None:
    scenario = programme(place)
    chosen = {
        lever: change for lever, change in liveness.changes(scenario).items() if lever.partition(" ")[0] in NAMED[place]
    }
    assert {lever.partition(" ")[0] for lever in chosen} == set(NAMED[place])
    rows = liveness.moves(scenario, chosen, years_to=LAST, draw=small(scenario))
    assert [row.lever for row in rows if row.moved == 0] == []


def test_new_money_for_one_line_leaves_the_other_lines_theirs() -> None:
    scenario = programme("ha_tinh")
    raised = scenario.with_levers(liveness.raised_line(scenario, "talent", 0.2))
    before, after = scenario.levers(2030), raised.levers(2030)
    assert after.pillars_share == pytest.approx(1.2 * before.pillars_share, rel=1e-6)
    for line in LINES:
        gained = 0.2 * before.pillars_share if line == "talent" else 0.0
        money = before.lines[line] * before.pillars_share + gained
        assert after.lines[line] * after.pillars_share == pytest.approx(money, rel=1e-5, abs=1e-9)


def test_a_choice_already_made_is_left_out() -> None:
    scenario = programme("ha_tinh")
    assert liveness.already(scenario, {"delivery.platforms": {2026: "separate"}})
    assert not liveness.already(scenario, {"delivery.platforms": {2026: "shared"}})


def test_the_widest_change_keeps_its_sign_and_skips_unknown_years() -> None:
    unknown = float("nan")
    assert liveness.widest_gap(np.array([unknown, 1.0, 2.0]), np.array([unknown, 1.5, -3.0])) == -5.0
    assert liveness.widest_gap(np.array([unknown]), np.array([unknown])) == 0.0


def test_rounding_moves_nothing() -> None:
    run = run_replicate(programme("ha_tinh"), 0, small(programme("ha_tinh")), years_to=2022)
    other = {name: values + 1e-12 for name, values in run.outcomes.items()}
    assert liveness.moved_most("none", run, replace(run, outcomes=other)).moved == 0
    other["rd_share"] = run.outcomes["rd_share"] + np.array([0.0, 0.5])
    assert liveness.moved_most("one", run, replace(run, outcomes=other)) == liveness.Moved(
        "one", run.place, "rd_share", "%", pytest.approx(0.5), 1
    )
