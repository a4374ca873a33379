"""A sweep file: what is refused, with the place and the likely cause, and what its schema tells editors."""

from pathlib import Path

import pytest

from experiments.commands.check import KINDS
from experiments.sweeps.reading import check_sweep, load_sweep
from experiments.sweeps.schema import guide, sweep_schema, sweep_schema_text
from model.reading.checking import check_paths
from model.reading.problems import Problem, Refused
from tests import sweeping

ROOT = Path(__file__).parents[1]


def problems(folder: Path, body: str, head: str = sweeping.HEAD) -> list[Problem]:
    return check_sweep(sweeping.write(folder, body, "wrong", head))


def vary(entry: str, more: str = "") -> str:
    return f"vary:\n  {entry}\n{more}"


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
