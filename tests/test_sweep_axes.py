"""What the entries of a sweep file mean: values, ranges, and what a scenario becomes when it takes one."""

from pathlib import Path

import pytest

from experiments.sweeps.axes import Listed, Registered, Spanned, changed, rescaled
from model.reading.units import Unclear, share
from model.scenario import Scenario
from tests import datasets, sweeping


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return datasets.scenario("ha_tinh", "programme")


def vary(entry: str, more: str = "") -> str:
    return f"vary:\n  {entry}\n{more}"


def test_a_range_in_steps_becomes_evenly_spaced_values(shared_folder: Path) -> None:
    (axis,) = sweeping.loaded(
        shared_folder, vary("budget.pillars_share: {from: 2026, range: {low: 1 %, high: 4 %, steps: 11}}")
    ).axes
    assert isinstance(axis, Listed)
    assert axis.values[:3] == ("1 %", "1.3 %", "1.6 %")
    assert (len(axis.values), axis.values[-1], axis.since) == (11, "4 %", 2026)


def test_a_list_needs_no_further_word(shared_folder: Path) -> None:
    (axis,) = sweeping.loaded(shared_folder, vary("parameters.catch_up_speed: [0.03, 0.05]")).axes
    assert axis == Listed("parameters.catch_up_speed", None, (0.03, 0.05))


def test_money_keeps_its_unit_and_no_value_looks_like_a_group_of_thousands(shared_folder: Path) -> None:
    (axis,) = sweeping.loaded(
        shared_folder,
        vary("delivery.voucher_caps.small: {from: 2026, range: {low: 1 bn VND, high: 2 bn VND, steps: 9}}"),
    ).axes
    assert isinstance(axis, Listed)
    assert axis.values[1] == "1.1250 bn vnd"


def test_full_is_the_range_and_distribution_of_parameters_yaml(shared_folder: Path) -> None:
    sweep = sweeping.loaded(
        shared_folder, vary("parameters.spontaneous_hazard_1: full", "design: sobol\npoints: 8\n")
    )
    (axis,) = sweep.axes
    entry = sweep.scenarios[0].parameters.entries["spontaneous_hazard_1"]
    assert isinstance(axis, Registered)
    assert axis.at(0.0) == pytest.approx(entry.low)
    assert axis.at(0.5) == pytest.approx(entry.quantile(0.5))
    assert axis.at(1.0) == pytest.approx(entry.high)


def test_full_in_steps_keeps_both_bounds(shared_folder: Path) -> None:
    sweep = sweeping.loaded(shared_folder, vary("parameters.spontaneous_hazard_1: {range: {steps: 3}}"))
    (axis,) = sweep.axes
    entry = sweep.scenarios[0].parameters.entries["spontaneous_hazard_1"]
    assert isinstance(axis, Listed)
    assert axis.values == pytest.approx((entry.low, entry.quantile(0.5), entry.high))


def test_a_random_design_takes_any_value_between_the_bounds(shared_folder: Path) -> None:
    (axis,) = sweeping.loaded(
        shared_folder,
        vary("budget.pillars_share: {from: 2026, range: {low: 1 %, high: 4 %}}", "design: latin_hypercube\npoints: 9\n"),
    ).axes
    assert isinstance(axis, Spanned)
    assert axis.at(0.25) == "1.75 %"


def test_a_lever_holds_its_value_from_its_year_to_the_end(scenario: Scenario) -> None:
    later = scenario.with_levers({"budget.pillars_share": {2030: "5 %"}})
    found = changed(later, [Listed("budget.pillars_share", 2027, ("2 %",))], ["2 %"])
    shares = [found.levers(year).pillars_share for year in (2025, 2026, 2027, 2030, 2035)]
    assert shares == [0.01, 0.03, 0.02, 0.02, 0.02]


def test_an_impulse_acts_in_its_year_only(scenario: Scenario) -> None:
    found = changed(scenario, [Listed("outside.demand_shock", 2027, ("-5 %",))], ["-5 %"])
    assert [found.levers(year).demand_shock for year in (2026, 2027, 2028)] == [0.0, -0.05, 0.0]


def test_one_line_is_raised_and_all_others_give_in_proportion(scenario: Scenario) -> None:
    before = scenario.levers(2027).lines
    after = changed(scenario, [Listed("budget.lines.talent", 2027, ("20 %",))], ["20 %"]).levers(2027).lines
    assert after["talent"] == pytest.approx(0.20)
    assert sum(after.values()) == pytest.approx(1.0, abs=1e-12)
    factors = {round(after[line] / before[line], 12) for line in before if line != "talent" and before[line] > 0}
    assert factors == {round(0.80 / (1 - before["talent"]), 12)}


def test_a_line_changes_from_its_year_on_and_again_where_the_split_changes(scenario: Scenario) -> None:
    found = changed(scenario, [Listed("budget.lines.talent", 2023, ("20 %",))], ["20 %"])
    assert found.levers(2022).lines == scenario.levers(2022).lines
    assert [found.levers(year).lines["talent"] for year in (2023, 2026, 2035)] == pytest.approx([0.2] * 3)
    assert found.levers(2023).lines["sme_vouchers"] != found.levers(2026).lines["sme_vouchers"]


def test_two_lines_together_leave_the_rest_to_the_others(scenario: Scenario) -> None:
    axes = [Listed("budget.lines.talent", 2026, ("30 %",)), Listed("budget.lines.platforms", 2028, ("40 %",))]
    found = changed(scenario, axes, ["30 %", "40 %"])
    assert found.levers(2027).lines["talent"] == pytest.approx(0.3)
    lines = found.levers(2028).lines
    assert (lines["talent"], lines["platforms"]) == pytest.approx((0.3, 0.4))
    assert sum(lines.values()) == pytest.approx(1.0, abs=1e-12)


def test_rescaling_to_the_same_share_changes_nothing() -> None:
    whole = {"talent": "30 %", "platforms": "45 %", "communes": "25 %"}
    assert {line: share(value) for line, value in rescaled(whole, {"talent": "30 %"}).items()} == pytest.approx(
        {line: share(value) for line, value in whole.items()}
    )


def test_one_entry_of_a_mapping_is_changed_and_the_others_stay(scenario: Scenario) -> None:
    axes = [
        Listed("delivery.voucher_caps.micro", 2026, ("40 m VND",)),
        Listed("delivery.voucher_caps.small", 2028, ("80 m VND",)),
    ]
    found = changed(scenario, axes, ["40 m VND", "80 m VND"])
    assert found.levers(2025).voucher_caps["micro"] == pytest.approx(0.02)
    assert found.levers(2027).voucher_caps == pytest.approx({"micro": 0.04, "small": 0.05, "medium": 0.1, "large": 0})
    assert found.levers(2030).voucher_caps == pytest.approx({"micro": 0.04, "small": 0.08, "medium": 0.1, "large": 0})


def test_a_parameter_leaves_the_luck_of_the_others_alone(scenario: Scenario) -> None:
    row = [0.3] * len(scenario.slots)
    before = scenario.draw(row)
    after = changed(scenario, [Listed("parameters.catch_up_speed", None, (0.05,))], [0.05]).draw(row)
    assert after.parameters.catch_up_speed == 0.05
    assert after.parameters.innovation_step == before.parameters.innovation_step
    assert after.facts == before.facts


def test_a_line_takes_all_only_if_told_so(shared_folder: Path, scenario: Scenario) -> None:
    axis = Listed("budget.lines.talent", 2026, ("100 %",))
    assert changed(scenario, [axis], ["100 %"]).levers(2026).lines["talent"] == 1.0
    with pytest.raises(Unclear):
        rescaled({"talent": "100 %"}, {"talent": "60 %"})
