"""A sweep file: what it may say, what each entry means, and what is refused, with the place and the likely cause."""

from pathlib import Path

import pytest

from experiments.commands.check import KINDS
from experiments.sweeps.axes import Listed, Registered, Spanned, changed, rescaled
from experiments.sweeps.reading import check_sweep, load_sweep
from experiments.sweeps.schema import guide, sweep_schema, sweep_schema_text
from model.checking import check_paths
from model.problems import Problem, Refused
from model.scenario import Scenario
from model.units import Unclear, share
from tests import datasets, sweeping

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return datasets.scenario("ha_tinh", "programme")


def problems(folder: Path, body: str, head: str = sweeping.HEAD) -> list[Problem]:
    return check_sweep(sweeping.write(folder, body, "wrong", head))


def vary(entry: str, more: str = "") -> str:
    return f"vary:\n  {entry}\n{more}"


# What entries mean


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


# What is refused


SHARE, SPEED, PLATFORMS = "budget.pillars_share", "parameters.catch_up_speed", "delivery.platforms"
SCALE = "delivery.ai_institute.minimum_scale"
FROM_TO = "{from: 2026, range: {low: %s, high: %s, steps: 3}}"
SOBOL = "design: sobol\npoints: 4\n"


@pytest.mark.parametrize(
    ("key", "entry", "code", "where", "hint"),
    [
        ("budget.pilars_share", "{from: 2026, values: [1 %]}", "unknown_lever", "", "budget.pillars_share"),
        ("pillars_share", "{from: 2026, values: [1 %]}", "unknown_lever", "", "budget.pillars_share"),
        ("catch_up_speed", "[0.03]", "unknown_lever", "", SPEED),
        ("sme_vouchers", "{from: 2026, values: [5 %]}", "unknown_lever", "", "budget.lines.sme_vouchers"),
        ("budget.lines", "{from: 2026, values: [5 %]}", "unknown_lever", "", ""),
        (SHARE, "[1 %]", "since_missing", "", "from"),
        (SPEED, "{from: 2026, values: [0.03]}", "since_needless", ".from", "from"),
        (SHARE, "{from: 2036, values: [1 %]}", "out_of_range", ".from", "2035"),
        (SHARE, "{from: 2026}", "values_or_range", "", "values"),
        (SHARE, "{from: 2026, values: [1 %], range: {low: 1 %, high: 2 %, steps: 2}}", "values_or_range", "", "range"),
        (SHARE, "{from: 2026, values: []}", "too_few", ".values", "1"),
        (SHARE, "{from: 2026, values: [[1 %]]}", "plain_value_expected", ".values.0", "scenarios"),
        (SHARE, "{from: 2026, values: [2 %, 2 %]}", "repeated_item", ".values.1", "twice"),
        (SHARE, "{from: 2026, values: [2]}", "share_without_unit", ".values.0", "2 %"),
        (SHARE, "{from: 2026, values: [120 %]}", "out_of_range", ".values.0", "100 %"),
        (PLATFORMS, "{from: 2026, values: [shared, seperate]}", "unknown_choice", ".values.1", "separate"),
        (SPEED, "[0.9]", "parameter_range", ".values.0", "0.06"),
        (SHARE, "{from: 2026, range: {low: 1 %, steps: 3}}", "range_bounds", ".range", "high"),
        (SHARE, FROM_TO % ("1 %", "4"), "range_units", ".range", "4"),
        (SHARE, FROM_TO % ("few", "many"), "range_units", ".range", "few"),
        (SHARE, FROM_TO % ("4 %", "1 %"), "range_reversed", ".range", "4 % .. 1 %"),
        (SHARE, FROM_TO % ("1 %", "400 %"), "out_of_range", ".range.high", "100 %"),
        (SHARE, "{from: 2026, range: {low: 1 %, high: 4 %}}", "steps_missing", ".range", "steps"),
        ("parameters.capital_band_low", "full", "range_unknown", ".range", "capital_band_low"),
        (SCALE, "{from: 2026, values: [20 bn VND]}", "not_described", ".values.0", "2026"),
    ],
)
def test_a_mistake_in_an_entry_is_refused_where_it_stands(
    shared_folder: Path, key: str, entry: str, code: str, where: str, hint: str
) -> None:
    (found,) = problems(shared_folder, vary(f"{key}: {entry}"))
    assert (found.code, found.path) == (code, f"vary.{key}{where}")
    assert (found.line, found.column > 0) == (4, True)
    assert hint in found.text("en")
    assert found.text("vi") != found.text("en")


TALENT, MOST = "budget.lines.talent: {from: 2026, values: [50 %]}", "{range: {steps: 1000}}"


@pytest.mark.parametrize(
    ("entry", "more", "code", "path", "hint"),
    [
        (f"{SHARE}: {FROM_TO % ('1 %', '4 %')}", SOBOL, "steps_needless", f"vary.{SHARE}.range.steps", "sobol"),
        (f"{SPEED}: full", "design: sobol\n", "points_missing", "design", "sobol"),
        (f"{SPEED}: [0.03]", "points: 4\n", "points_needless", "points", "grid"),
        (f"{SPEED}: [0.03]", "design: gird\n", "unknown_choice", "design", "grid"),
        (f"{SPEED}: [0.03]", "draws: 3\nparameters: central\n", "draws_central", "draws", "sampled"),
        (f"{SPEED}: [0.03]", "replicates: 0\n", "out_of_range", "replicates", "100000"),
        (f"{SPEED}: [0.03]", "seed: -1\n", "out_of_range", "seed", "0 .."),
        (f"{SPEED}: [0.03]", "years: 2090\n", "out_of_range", "years", "2060"),
        (f"{SPEED}: [0.03]", "outcomes: [tfp_shar]\n", "unknown_outcome", "outcomes.0", "tfp_share"),
        (f"{SPEED}: [0.03]", "replicate: 4\n", "unknown_entry", "replicate", "replicates"),
        (f"{SPEED}: {MOST}", "replicates: 100000\n", "too_many_runs", "replicates", "100000000"),
        (
            f"{SPEED}: {MOST}\n  parameters.public_return: {MOST}\n  parameters.leakage: [0.1, 0.2]",
            "", "too_many_points", "vary", "2000000",
        ),
        (f"{TALENT}\n  budget.lines.platforms: {{from: 2026, values: [60 %]}}", "", "lines_over", "vary", "110 %"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_whole_is_refused_where_it_stands(
    shared_folder: Path, entry: str, more: str, code: str, path: str, hint: str
) -> None:
    (found,) = problems(shared_folder, vary(entry, more))
    assert (found.code, found.path) == (code, path)
    assert found.line > 0
    assert hint in found.text("en")
    assert found.text("vi") != found.text("en")


def test_a_random_design_of_nothing_is_refused(shared_folder: Path) -> None:
    (found,) = problems(shared_folder, SOBOL)
    assert (found.code, found.path) == ("vary_missing", "design")


def test_a_line_takes_all_only_if_told_so(shared_folder: Path, scenario: Scenario) -> None:
    axis = Listed("budget.lines.talent", 2026, ("100 %",))
    assert changed(scenario, [axis], ["100 %"]).levers(2026).lines["talent"] == 1.0
    with pytest.raises(Unclear):
        rescaled({"talent": "100 %"}, {"talent": "60 %"})


@pytest.mark.parametrize(
    ("listed", "code", "path"),
    [
        ("[../ha_tinh/programe.yaml]", "extends_absent", "scenarios.0"),
        ("[../../elsewhere.yaml]", "extends_outside", "scenarios.0"),
        ("[/etc/passwd]", "extends_not_yaml", "scenarios.0"),
        ("[../ha_tinh/profile.yaml]", "extends_not_scenario", "scenarios.0"),
        ("[../ha_tinh/programme.yaml, ../ha_tinh/programme.yaml]", "repeated_item", "scenarios.1"),
        ("[]", "too_few", "scenarios"),
        ("programme.yaml", "list_expected", "scenarios"),
    ],
)
def test_a_scenario_is_a_file_of_the_scenario_folder(shared_folder: Path, listed: str, code: str, path: str) -> None:
    head = f'title: {{en: "A", vi: "B"}}\nscenarios: {listed}\n'
    (found,) = problems(shared_folder, vary("parameters.catch_up_speed: [0.03]"), head)
    assert (found.code, found.path) == (code, path)


def test_what_is_wrong_in_a_scenario_is_said_of_the_scenario(scenario_folder: Path) -> None:
    programme = scenario_folder / "ha_tinh" / "programme.yaml"
    programme.write_text(programme.read_text(encoding="utf-8").replace("{2026: 3 %}", "{2026: 300 %}"), encoding="utf-8")
    (found,) = problems(scenario_folder, vary("parameters.catch_up_speed: [0.03]"))
    assert found.file.endswith("programme.yaml")
    assert found.path == "budget.pillars_share.2026"


def test_all_mistakes_are_said_at_once(shared_folder: Path) -> None:
    body = vary(
        "budget.pilars_share: {from: 2026, values: [1 %]}\n  delivery.platforms: {from: 2026, values: [sharde]}",
        "replicates: none\noutcomes: [tfp_shar]\nyers: 2030\n",
    )
    codes = [problem.code for problem in problems(shared_folder, body)]
    assert sorted(codes) == ["unknown_choice", "unknown_entry", "unknown_lever", "unknown_outcome", "whole_number_expected"]


def test_loading_raises_what_checking_lists(shared_folder: Path) -> None:
    path = sweeping.write(shared_folder, vary("budget.pilars_share: {from: 2026, values: [1 %]}"), "raises")
    with pytest.raises(Refused) as refused:
        load_sweep(path)
    assert list(refused.value.problems) == check_sweep(path)


def test_what_the_command_line_changes_is_checked_too(shared_folder: Path) -> None:
    path = sweeping.write(shared_folder)
    assert load_sweep(path, {"replicates": 7}).form.replicates == 7
    with pytest.raises(Refused) as refused:
        load_sweep(path, {"replicates": 0})
    assert refused.value.problems[0].file == "--replicates"


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, shared_folder: Path) -> None:
    assert [problem.code for problem in check_sweep(tmp_path / "none.yaml")] == ["no_such_file"]
    assert [problem.code for problem in check_sweep(sweeping.write(shared_folder, "", "list", "[1, 2]"))] == ["mapping_expected"]


def test_the_scenario_folder_with_its_sweeps_is_sound() -> None:
    sweeps = sorted((ROOT / "scenarios" / "sweeps").glob("*.yaml"))
    assert sweeps
    assert [str(problem) for problem in check_paths([ROOT / "scenarios" / "sweeps"], KINDS)] == []


# The schema that editors read


def test_the_stored_schema_is_in_step() -> None:
    stored = ROOT / "scenarios" / "sweep.schema.json"
    assert stored.read_text(encoding="utf-8") == sweep_schema_text(), "renew it with: pillars schema --write"


def test_every_entry_is_explained_in_both_languages() -> None:
    schema = sweep_schema()
    parts = [schema, schema["definitions"]["Entry"], schema["definitions"]["Range"]]
    entries = [entry for part in parts for entry in part["properties"].values()]
    assert len(entries) == len(guide())
    for entry in entries:
        english, vietnamese = entry["description"].split("\n")
        assert english != vietnamese


def test_editors_can_complete_what_may_be_varied() -> None:
    names = sweep_schema()["properties"]["vary"]["properties"]
    assert {"budget.pillars_share", "budget.lines.talent", "delivery.platforms", "parameters.catch_up_speed"} <= set(names)
    assert "budget.lines" not in names
