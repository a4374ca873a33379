"""Why one scenario differs from another: the parts add up, whatever does nothing gets nothing, equals get the same."""

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import experiments
from experiments import explanation, shapley
from experiments.answers import Answer
from experiments.asked import Settings
from experiments.cli import main
from experiments.coalitions import Design
from experiments.errors import Told, WrongUsage
from experiments.figures.questions import draw_explanation
from experiments.players import Contrast, contrast, money_of, percent
from experiments.records import Failure
from experiments.shapley import NOBODY, coalitions, mean_along, random_orders, synergy, values
from experiments.summary import differences
from experiments.telling import explaining
from model.scenario import Scenario, load_scenario
from model.vocabulary import LINES
from tests.tiny_place import tiny_folder, written

LAST = 2024
NEW = """
extends: baseline.yaml
budget:
  pillars_share: {2022: 4 %}
  lines: {2022: {applied_research: 20 %, talent: 10 %, innovation_grants: 25 %, sme_vouchers: 25 %, infrastructure: 20 %}}
  execution_learning: {2022: 50 %, 2024: null}
delivery: {platforms: {2022: shared}, infrastructure: {2022: lease}}
"""
"""Learning to spend begins after 2025, so execution_learning differs and does nothing."""
SMALL = """
extends: baseline.yaml
delivery: {platforms: {2022: shared}}
outside: {brain_drain: {2022: 1 %}}
"""
TOLERANCE = 1e-9


# the split itself, on toy games


def game(players: str, worth: Callable[[frozenset[str]], float]) -> dict[frozenset[str], np.ndarray]:
    return {some: np.array([worth(some)]) for some in coalitions(players)}


def test_an_additive_game_gives_everyone_their_own() -> None:
    own = {"a": 1.0, "b": -2.0, "c": 0.5}
    parts = values("abc", game("abc", lambda some: sum(own[one] for one in some)))
    assert {name: float(part[0]) for name, part in parts.items()} == pytest.approx(own)


def test_the_glove_game_has_the_split_of_the_textbooks() -> None:
    """One left glove (a), two right ones: a pair is worth 1; Shapley gives 2/3, 1/6, 1/6."""
    parts = values("abc", game("abc", lambda some: float("a" in some and len(some) > 1)))
    assert [float(parts[name][0]) for name in "abc"] == pytest.approx([2 / 3, 1 / 6, 1 / 6])


def test_who_never_changes_anything_gets_exactly_nothing_and_equals_get_the_same() -> None:
    worth = game("abcd", lambda some: 0.1 * len(some - {"d"}) ** 3 + 7e5)
    parts = values("abcd", worth)
    assert parts["d"][0] == 0.0
    assert parts["a"][0] == pytest.approx(parts["b"][0], rel=1e-12)


def test_the_sum_of_two_games_is_split_as_each_is() -> None:
    first, second = game("abc", lambda some: len(some) ** 2), game("abc", lambda some: float("b" in some))
    both = {some: first[some] + second[some] for some in first}
    for name in "abc":
        assert values("abc", both)[name] == pytest.approx(values("abc", first)[name] + values("abc", second)[name])


@given(st.lists(st.floats(-1e3, 1e3), min_size=16, max_size=16), st.floats(-1e9, 1e9))
def test_the_parts_add_up_in_every_game(worths: list[float], level: float) -> None:
    worth = {some: np.array([level + value]) for some, value in zip(coalitions("abcd"), worths, strict=True)}
    total = worth[frozenset("abcd")] - worth[NOBODY]
    steps = max(abs(float(worth[some][0] - worth[other][0])) for some, other in itertools.combinations(worth, 2))
    for parts in (values("abcd", worth), mean_along(random_orders("abcd", 1, 0), worth)):
        assert float(sum(parts.values())[0]) == pytest.approx(float(total[0]), rel=TOLERANCE, abs=1e-12 * steps)


def test_all_orders_together_give_the_exact_split() -> None:
    worth = game("abc", lambda some: {"": 0, "a": 1, "ab": 5, "abc": 6}.get("".join(sorted(some)), 2))
    orders = list(itertools.permutations("abc"))
    exact, sampled = values("abc", worth), mean_along(orders, worth)
    assert all(sampled[name] == pytest.approx(exact[name]) for name in "abc")


def test_orders_come_with_their_reverse_and_depend_on_seed_and_replicate_alone() -> None:
    players = tuple("abcdefgh")
    first, second = random_orders(players, 1, 0)
    assert second == first[::-1]
    assert sorted(first) == list(players)
    assert random_orders(players, 1, 0) == [first, second]
    assert {random_orders(players, 1, one)[0] for one in range(5)} != {first}


def test_weights_add_up_over_all_coalitions() -> None:
    total = sum(shapley.weight(len(some), 5) for some in coalitions("abcd"))
    assert total == pytest.approx(1.0)


def test_synergy_is_what_exceeds_the_sum() -> None:
    worth = game("abc", lambda some: 10.0 + len(some) + 4.0 * (len(some) == 3))
    assert synergy(frozenset("ab"), worth)[0] == 0.0
    assert synergy(frozenset("abc"), worth)[0] == pytest.approx(4.0)


# who takes part


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_folder(tmp_path_factory.mktemp("explained"))


@pytest.fixture(scope="module")
def pair(folder: Path) -> tuple[Scenario, Scenario]:
    return load_scenario(folder / "baseline.yaml"), written(folder, "new", NEW)


@pytest.fixture(scope="module")
def small(folder: Path) -> tuple[Scenario, Scenario]:
    """Two scenarios that differ in two levers, for what does not depend on how many there are."""
    return load_scenario(folder / "baseline.yaml"), written(folder, "small", SMALL)


def against(pair: tuple[Scenario, Scenario], by: str = "pillar") -> Contrast:
    return contrast(*pair, by, LAST)


def test_pillars_take_part_by_their_money_and_levers_in_groups(pair: tuple[Scenario, Scenario]) -> None:
    found = {player.name: player.members for player in against(pair).players}
    assert list(found) == ["science", "innovation", "digital", "delivery", "execution"]
    assert found["delivery"] == ("delivery.infrastructure", "delivery.platforms")
    assert found["execution"] == ("budget.execution_learning",)
    assert set(found["science"]) == {"applied_research", "basic_research", "publication_rewards", "talent"}


def test_lines_and_levers_can_be_told_apart(pair: tuple[Scenario, Scenario]) -> None:
    lines = against(pair, "line").names
    assert {"applied_research", "sme_vouchers", "delivery"} <= set(lines)
    assert "science" not in lines
    levers = against(pair, "lever").names
    assert levers == ("science", "innovation", "digital", "execution_learning", "infrastructure", "platforms")


def test_nobody_is_the_first_scenario_and_everybody_the_second(pair: tuple[Scenario, Scenario]) -> None:
    found = against(pair)
    assert found.scenario(NOBODY) is pair[0]
    assert found.scenario(frozenset(found.names)) is pair[1]


def test_a_coalition_has_its_members_money_and_the_others_as_before(pair: tuple[Scenario, Scenario]) -> None:
    mixed = against(pair).scenario(frozenset({"science", "delivery"}))
    for year in (2021, 2022, LAST):
        money, first, second = (money_of(one, year) for one in (mixed, *pair))
        for line in LINES:
            owner = second if line in ("applied_research", "basic_research", "publication_rewards", "talent") else first
            assert money[line] == pytest.approx(owner[line], rel=1e-12, abs=1e-15)
    assert mixed.levers(LAST).platforms == "shared"
    assert mixed.levers(LAST).execution_learning == pair[0].levers(LAST).execution_learning
    assert mixed.levers(LAST).voucher_rate == pair[0].levers(LAST).voucher_rate


def test_levers_alone_leave_the_money_to_the_last_digit(pair: tuple[Scenario, Scenario]) -> None:
    found = against(pair)
    with_all_money = found.scenario(frozenset({"science", "innovation", "digital"}))
    for year in range(2021, LAST + 1):
        assert with_all_money.levers(year).pillars_share == pair[1].levers(year).pillars_share
        assert with_all_money.levers(year).lines == pair[1].levers(year).lines
        only = found.scenario(frozenset({"delivery"})).levers(year)
        assert (only.pillars_share, only.lines) == (pair[0].levers(year).pillars_share, pair[0].levers(year).lines)


def test_a_province_that_announces_nothing_is_no_division_by_zero(folder: Path) -> None:
    nothing = written(folder, "nothing", "extends: new.yaml\nbudget: {pillars_share: {2022: 0 %}}\n")
    found = contrast(nothing, load_scenario(folder / "new.yaml"), "pillar", LAST)
    mixed = found.scenario(frozenset({"science"}))
    assert sum(money_of(mixed, LAST).values()) == pytest.approx(0.3 * 0.04)
    back = contrast(load_scenario(folder / "new.yaml"), nothing, "line", LAST)
    assert back.scenario(frozenset(back.names) - {back.names[0]}).levers(LAST).pillars_share > 0


def test_the_institute_goes_with_its_money(folder: Path) -> None:
    text = "extends: new.yaml\nbudget: {lines: {2023: {ai_institute: 40 %, sme_vouchers: 60 %}}}\n"
    block = "delivery: {ai_institute: {2023: {minimum_scale: 1 bn VND, sectors: [ict]}}}\n"
    second = written(folder, "institute", text + block)
    found = contrast(load_scenario(folder / "new.yaml"), second, "line", LAST)
    assert found.scenario(frozenset({"ai_institute"})).levers(LAST).ai_institute is not None
    assert found.scenario(frozenset({"sme_vouchers"})).levers(LAST).ai_institute is None


def test_what_a_scenario_fixes_counts_as_outside(folder: Path) -> None:
    text = "extends: new.yaml\nparameters: {leakage: 0.1}\noutside: {brain_drain: {2023: 1 %}}\n"
    second = written(folder, "believed", text)
    found = contrast(load_scenario(folder / "new.yaml"), second, "pillar", LAST)
    assert found.names == ("outside",)
    by_lever = contrast(load_scenario(folder / "new.yaml"), second, "lever", LAST)
    assert by_lever.names == ("brain_drain", "parameters")
    assert by_lever.scenario(frozenset({"parameters"})).parameters.fixed == second.parameters.fixed
    assert by_lever.scenario(frozenset({"brain_drain"})).parameters.fixed == {}
    assert by_lever.scenario(frozenset({"brain_drain"})).levers(LAST).brain_drain == 0.01


def test_a_shock_of_one_year_stays_in_that_year(folder: Path) -> None:
    text = "extends: new.yaml\noutside: {demand_shock: {2023: -5 %}, skill_price: {2022: 10 %, 2024: 0 %}}\n"
    found = contrast(load_scenario(folder / "new.yaml"), written(folder, "shocked", text), "lever", LAST)
    shocked = found.scenario(frozenset({"demand_shock"}))
    assert [shocked.levers(year).demand_shock for year in (2022, 2023, 2024)] == [0.0, -0.05, 0.0]
    assert shocked.levers(2023).skill_price == 0.0


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("extends: baseline.yaml\n", "explain.same"),
        ("extends: baseline.yaml\nbudget: {pillars_share: {2030: 9 %}}\n", "explain.same"),
    ],
)
def test_what_cannot_be_explained_is_refused(folder: Path, text: str, key: str) -> None:
    second = written(folder, "refused", text)
    with pytest.raises(WrongUsage) as refused:
        contrast(load_scenario(folder / "baseline.yaml"), second, "pillar", LAST)
    assert refused.value.key == key


def test_other_places_other_data_and_other_ways_to_split_are_refused(
    folder: Path, pair: tuple[Scenario, Scenario], tmp_path: Path
) -> None:
    elsewhere = load_scenario(folder.parent / "ha_tinh" / "baseline.yaml")
    other = tiny_folder(tmp_path)
    profile = other / "profile.yaml"
    profile.write_text(profile.read_text(encoding="utf-8").replace("value: 200", "value: 201"), encoding="utf-8")
    for second, by, key in (
        (elsewhere, "pillar", "compare.places"),
        (load_scenario(other / "programme.yaml"), "pillar", "compare.inputs"),
        (pair[1], "sector", "explain.by"),
    ):
        with pytest.raises(WrongUsage) as refused:
            contrast(pair[0], second, by, LAST)
        assert refused.value.key == key


def test_shares_are_written_with_every_digit() -> None:
    assert percent(0.03) == "3.0 %"
    assert float(percent(1 / 7).removesuffix(" %")) == pytest.approx(100 / 7, rel=1e-15)


def test_many_players_join_in_orders_few_in_every_combination(pair: tuple[Scenario, Scenario]) -> None:
    few, many = Design(against(pair), 1), Design(against(pair, "line"), 1)
    assert few.exact
    assert len(few.coalitions(0)) == 2**5
    assert not many.exact
    assert many.coalitions(0)[:2] == [NOBODY, many.everybody]
    assert len(many.combinations) == 8
    assert set(many.combinations.values()) <= set(many.coalitions(3))
    assert many.coalitions(0) != many.coalitions(1)


# the real model, in a tiny province


@pytest.fixture(scope="module")
def answer(pair: tuple[Scenario, Scenario]) -> Answer:
    return explanation.ask(*pair, Settings(replicates=2, years_to=LAST)).answer(None)


def assert_adds_up(answer: Answer) -> None:
    for total in answer.rows("totals"):
        parts = [row["mean"] for row in answer.rows("parts", outcome=total["outcome"])]
        assert abs(sum(parts) - total["mean"]) <= TOLERANCE * max(abs(total["mean"]), *map(abs, parts)), total
    assert len(answer.rows("totals")) > 60


def test_the_parts_add_up_to_the_difference_of_every_outcome(answer: Answer) -> None:
    assert_adds_up(answer)


def test_the_total_is_the_difference_of_the_runs_themselves(answer: Answer) -> None:
    for total in answer.rows("totals"):
        assert total["mean"] == pytest.approx(total["second"] - total["first"], rel=1e-6, abs=1e-9)
    compared = differences(answer.ensemble.outcomes, answer.ensemble.pairs).to_pylist()
    (grdp,) = (row for row in compared if (row["outcome"], row["year"]) == ("grdp", LAST))
    assert answer.rows("totals", outcome="grdp")[0]["mean"] == grdp["mean"]


def test_a_lever_that_does_nothing_gets_exactly_nothing(answer: Answer) -> None:
    rows = answer.rows("parts", player="execution")
    assert {row["mean"] for row in rows} == {0.0}
    assert {row["standard_error"] for row in rows} == {0.0}
    assert not any(row["sign_mixed"] or row["sign_turns"] for row in rows)


def test_sources_add_up_to_tfp_growth_and_players_to_each_source(answer: Answer) -> None:
    total = answer.rows("totals", outcome="tfp_growth")[0]
    everyone = answer.rows("mechanisms", player="all")
    assert sum(row["mean"] for row in everyone) == pytest.approx(total["mean"], rel=TOLERANCE)
    for row in everyone:
        own = [one for one in answer.rows("mechanisms", mechanism=row["mechanism"]) if one["player"] != "all"]
        largest = max(abs(one["mean"]) for one in own)
        assert sum(one["mean"] for one in own) == pytest.approx(row["mean"], rel=TOLERANCE, abs=TOLERANCE * largest)


def test_every_grouping_adds_up_to_the_same_gain(answer: Answer) -> None:
    sums = {
        grouping: sum(row["mean"] for row in answer.rows("gains", grouping=grouping, player="all"))
        for grouping in ("size", "sector", "kind")
    }
    assert sums["sector"] == pytest.approx(sums["size"], rel=1e-7)
    assert sums["kind"] == pytest.approx(sums["size"], rel=1e-7)


def test_all_eight_combinations_are_shown_with_their_synergy(answer: Answer) -> None:
    rows = {row["pillars"]: row for row in answer.rows("combinations", outcome="enterprises_rung2")}
    assert len(rows) == 8
    assert rows[""]["mean"] == 0.0
    alone = sum(rows[pillar]["mean"] for pillar in ("science", "innovation", "digital"))
    every = rows["science+innovation+digital"]
    assert every["synergy"] == pytest.approx(every["mean"] - alone, rel=1e-9, abs=1e-12)
    assert rows["digital"]["synergy"] == 0.0


def test_growth_is_explained_over_the_years_of_the_difference_levels_in_the_last(answer: Answer) -> None:
    years = {row["outcome"]: (row["first_year"], row["year"]) for row in answer.rows("totals")}
    assert years["tfp_growth"] == years["tfp_from_catch_up"] == (2022, LAST)
    assert years["grdp"] == years["digital_share"] == (LAST, LAST)


@pytest.mark.slow
def test_single_lines_add_up_as_well(pair: tuple[Scenario, Scenario]) -> None:
    by_line = explanation.ask(*pair, Settings(replicates=1, years_to=2022), by="line").answer(None)
    assert_adds_up(by_line)
    assert not by_line.asked["exact"]
    assert {row["sign_turns"] for row in by_line.rows("parts")} == {None}
    assert len({row["player"] for row in by_line.rows("parts")}) > 6


def test_a_failed_run_costs_its_replicate_and_no_other(small: tuple[Scenario, Scenario]) -> None:
    from model.results import run_replicate

    def frail(scenario: Any, replicate: int, draw: Any, **settings: Any) -> Any:
        if replicate == 1 and scenario.name.endswith("+delivery"):
            raise ValueError("no")
        return run_replicate(scenario, replicate, draw, **settings)

    def never(*_: Any, **__: Any) -> Any:
        raise ValueError("never")

    asked = Settings(replicates=2, years_to=2022, runner=frail)
    found = explanation.ask(*small, asked).answer(None)
    assert found.rows("totals")[0]["replicates"] == 1
    assert found.ensemble.failures.num_rows == 0
    with pytest.raises(Told, match="nothing can be explained"):
        explanation.ask(*small, replace(asked, runner=never)).answer(None)


def test_a_failure_of_the_scenarios_themselves_is_reported(pair: tuple[Scenario, Scenario]) -> None:
    design = Design(against(pair), 1)
    from experiments.coalitions import Played

    filled = Settings(replicates=1, years_to=LAST).filled(pair)
    ends = {NOBODY: Failure(0, 0, "run", "a"), design.everybody: Failure(31, 0, "run", "b")}
    played = Played(design, 1, {(some, 0): ends.get(some, ends[NOBODY]) for some in design.coalitions(0)}, None)
    assert played.whole == ()
    failures = explanation.two(played, filled).failures.to_pylist()
    assert [row["scenario"] for row in failures] == ["baseline", "new"]
    with pytest.raises(TypeError):
        played.record(NOBODY, 0)


def test_the_year_explained_is_the_one_that_targets_speak_of(pair: tuple[Scenario, Scenario]) -> None:
    assert explanation.usual_last(*pair) == 2030
    asked = explanation.ask(*pair)
    assert (asked.settings.years_to, asked.settings.replicates) == (2030, 8)


# what is printed, drawn and left


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_answer_is_told_in_both_languages(answer: Answer, language: str) -> None:
    text = "\n".join(explaining.lines(answer, language))
    for word in (
        ("synergy", "micro", "TFP growth") if language == "en" else ("cộng hưởng", "siêu nhỏ", "Tăng trưởng TFP")
    ):
        assert word in text
    assert "chuyển đổi số" in text or language == "en"


def test_figures_are_drawn_from_the_answer_alone(answer: Answer, tmp_path: Path) -> None:
    paths = draw_explanation(answer, tmp_path, ("vi",))
    drawn = {path.stem for path in paths}
    assert drawn == {"waterfall", "pillars_together", "tfp_by_source", "who_gains"}
    assert all(path.stat().st_size > 10_000 for path in paths)


def test_the_command_leaves_a_folder_and_prints_one_object(
    small: tuple[Scenario, Scenario], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(one.path) for one in small]
    options = ["--replicates", "1", "--years", "2022", "--workers", "1", "--no-figures", "--out", str(tmp_path / "out")]
    assert main(["explain", *files, *options, "--outcomes", "grdp, tfp_growth", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["scenario"], found["against"], found["by"]) == ("small", "baseline", "pillar")
    assert {row["outcome"] for row in found["parts"]} == {"grdp", "tfp_growth"}
    assert found["players"] == {"delivery": ["delivery.platforms"], "outside": ["outside.brain_drain"]}
    assert {"mechanisms", "gains", "combinations", "totals"} <= set(found)
    left = tmp_path / "out"
    assert (left / "explain" / "parts.csv").is_file()
    stored = json.loads((left / "explain" / "explain.json").read_text(encoding="utf-8"))
    assert stored["parts"] == found["parts"]
    assert json.loads((left / "manifest.json").read_text(encoding="utf-8"))["question"]["verb"] == "explain"
    assert main(["explain", *files, *options, "--by", "lever", "--quiet"]) == 3
    assert main(["verify", str(left), "--files-only"]) == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--outcomes", "grpd"], "the nearest is 'grdp'"),
        (["--by", "sector"], "invalid choice"),
        (["--replicates", "0"], "--replicates"),
    ],
)
def test_wrong_questions_are_refused_before_anything_runs(
    folder: Path, options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(folder / "baseline.yaml"), str(folder / "new.yaml")]
    try:
        code = main(["explain", *files, *options, "--lang", "en"])
    except SystemExit as left:
        code = int(str(left.code))
    assert code == 2
    assert said in capsys.readouterr().err


def test_notebooks_get_tables(small: tuple[Scenario, Scenario]) -> None:
    found = experiments.explain(*small, replicates=1, years_to=2022, outcomes=["grdp"])
    assert list(found) == ["parts", "totals", "combinations", "mechanisms", "gains", "players"]
    assert found.table is found["parts"]
    assert len(found.to_pandas()) == found.table.num_rows
    assert "<table" in found._repr_html_()
