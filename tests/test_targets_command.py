"""Published targets: every one is listed, chances keep the laws of chance, remedies lift one limit each."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

import experiments
from experiments import attainment, chances, readings, remedies, scorecard
from experiments.answers import Answer
from experiments.asked import Settings
from experiments.chances import chance, correlation, joint, ranks, relation
from experiments.cli import main
from experiments.commands import run as command
from experiments.commands.targets import probability
from experiments.errors import WrongUsage
from experiments.figures.questions import draw_targets
from experiments.goals import attained, is_met, margin
from experiments.readings import Reading
from experiments.summary import Cube
from experiments.telling import attaining
from model.reading.problems import Refused
from model.scenario import Scenario, load_scenario
from tests.datasets import place
from tests.fake_model import FakePlace, run_replicate, scenarios, without_files
from tests.tiny_place import tiny_folder, written

values = st.lists(st.floats(-50, 50), min_size=1, max_size=60).map(np.array)
OPEN = {"low": None, "high": None}


def target(name: str = "t", outcome: str | None = "digital_share", **changes: Any) -> dict[str, Any]:
    own = {
        "id": name,
        "name": {"en": f"Target {name}", "vi": f"Chỉ tiêu {name}"},
        "outcome": outcome,
        "bound": "at_least",
    }
    years = {"low": 10.0, "high": None, "unit": "%", "first_year": 2023, "year": 2023, "not_modelled": None}
    return {**own, **years, **changes}


# chances


@given(values, st.lists(st.floats(-60, 60), min_size=2, max_size=5))
def test_a_higher_bar_is_never_more_likely(attained: np.ndarray, bars: list[float]) -> None:
    least = [chance(is_met({**OPEN, "low": bar}, attained)).probability for bar in sorted(bars)]
    most = [chance(is_met({**OPEN, "high": bar}, attained)).probability for bar in sorted(bars)]
    assert least == sorted(least, reverse=True)
    assert most == sorted(most)


@given(st.lists(st.lists(st.booleans(), min_size=12, max_size=12), min_size=1, max_size=5))
def test_all_together_is_no_likelier_than_the_least_likely(met: list[list[bool]]) -> None:
    flags = [np.array(row) for row in met]
    assert joint(flags).probability <= min(chance(row).probability for row in flags)


def test_a_probability_has_its_monte_carlo_error_even_at_the_ends() -> None:
    half, never = chance(np.array([True, False] * 20)), chance(np.zeros(40, dtype=bool))
    assert half.probability == 0.5
    assert half.standard_error == pytest.approx((0.5 * 0.5 / 40) ** 0.5, rel=0.05)
    assert never.probability == 0.0
    assert 0.005 < never.standard_error < 0.03
    assert chance(np.zeros(400, dtype=bool)).standard_error < never.standard_error
    assert np.isnan(chance(np.zeros(0, dtype=bool)).probability)
    assert np.isnan(joint([]).probability)


@given(values, st.integers(0, 2**31))
def test_rank_correlation_is_spearmans(first: np.ndarray, seed: int) -> None:
    second = np.random.default_rng(seed).normal(size=first.size).round(1)
    own = correlation(first, second)
    if len(set(first)) > 1 and len(set(second)) > 1:
        assert own == pytest.approx(spearmanr(first, second).statistic, abs=1e-9)
    else:
        assert np.isnan(own)


def test_equal_values_share_their_rank() -> None:
    assert ranks(np.array([3.0, 1.0, 3.0])).tolist() == [2.5, 1.0, 2.5]


def test_relations_are_named_only_where_they_are_clear() -> None:
    yes, no = np.ones(40, dtype=bool), np.zeros(40, dtype=bool)
    half = np.arange(40) < 20
    assert relation(yes, no, 0.9) == chances.TOGETHER
    assert relation(yes, yes, -0.9) == chances.CONFLICT
    assert relation(half, ~half, -0.9) == chances.APART
    assert relation(yes, yes, 0.1) == relation(yes, yes, float("nan")) == chances.UNCLEAR
    assert relation(yes[:2], yes[:2], 1.0) == chances.UNCLEAR
    assert relation(np.zeros(0, dtype=bool), np.zeros(0, dtype=bool), 1.0) == chances.UNCLEAR


@pytest.mark.parametrize(
    ("low", "high", "value", "expected"),
    [(20, None, 12, -8), (None, 30, 12, 18), (15, 20, 17, 2), (15, 20, 22, -2), (15, 20, 14, -1)],
)
def test_the_margin_is_the_distance_to_the_nearer_bound(low: Any, high: Any, value: float, expected: float) -> None:
    assert margin({"low": low, "high": high}, np.array([float(value)]))[0] == expected


# readings


def cube(**columns: list[float]) -> Cube:
    years = np.arange(2025, 2031)
    block = np.array([columns[name] for name in columns]).T[None, :, :]
    return Cube(np.array([0]), years, tuple(columns), block)


GROWING = {"grdp": [100.0, 108.0, 116.0, 126.0, 136.0, 147.0], "tfp_growth": [9.0, 4.0, 4.1, 4.2, 4.3, 4.4]}


def five_years(**changes: Any) -> dict[str, Any]:
    return target(outcome="tfp_share_5y", low=55.0, first_year=2030, year=2030, **changes)


def found(goal: Mapping[str, Any], others: list[Any], block: Cube) -> dict[str, Reading]:
    return {reading.name: reading for reading in readings.readings(goal, others, block)}


def test_tfp_shares_by_other_accounts_are_over_the_same_five_years() -> None:
    block = cube(tfp_share_5y=[0.0] * 5 + [54.0], tfp_growth_alpha_low=GROWING["tfp_growth"], **GROWING)
    low = found(five_years(), [], block)["alpha_low"]
    assert low.values[0] == pytest.approx(100 * sum(GROWING["tfp_growth"][1:]) / (100 * np.log(1.47)))
    assert (low.low, low.unit) == (55.0, "%")


def test_by_growth_asks_for_the_share_of_the_published_growth() -> None:
    growth = target("g", "grdp_growth", low=10.0, first_year=2026, year=2030)
    block = cube(tfp_share_5y=[54.0] * 6, **GROWING)
    reading = found(five_years(), [growth], block)["by_growth"]
    assert reading.low == pytest.approx(0.55 * 100 * np.log(1.10))
    assert reading.values[0] == pytest.approx(np.mean(GROWING["tfp_growth"][1:]))
    assert "by_growth" not in found(five_years(), [], block)


def test_the_readings_share_is_the_models_own(tiny: Answer) -> None:
    """Two roads to one number: the five-year share from growth rates, and the outcome tfp_share_5y."""
    block = scorecard.cube(tiny.ensemble.outcomes, "programme")
    own = readings.mean_over(block, "tfp_share_5y", 2030, 2030)
    growth = readings._growth_of_output(block, 2030)
    tfp = readings.mean_over(block, "tfp_growth", 2026, 2030)
    assert 100 * tfp / growth == pytest.approx(own, rel=1e-9)


def test_a_range_may_also_mean_its_lower_end() -> None:
    goal = target(low=15.0, high=20.0, bound="within", first_year=2030, year=2030)
    block = cube(digital_share=[25.0] * 6, digital_share_core=[9.0] * 6)
    both = found(goal, [], block)
    assert list(both) == ["as_published", "at_least_low", "core"]
    assert not is_met(both["as_published"].bounds, both["as_published"].values)[0]
    assert is_met(both["at_least_low"].bounds, both["at_least_low"].values)[0]


def test_readings_name_outcomes_that_exist() -> None:
    known = experiments.adapters.outcomes()
    named = {name for outcome, others in readings.OTHERS.items() for name in (outcome, *others.values())}
    assert named | {f"tfp_growth_{account}" for account in readings.ACCOUNTS} <= set(known)


# a scenario's scorecard, by a fake model


TARGETS = (
    target("easy", low=-100.0),
    target("half", low=12.0),
    target("mean", first_year=2022, year=2024, low=11.0),
    target("never", low=1e9),
    target("later", first_year=2040, year=2040),
    target("decided", None, low=3.0, lever="pillars_share", not_modelled={"en": "a decision", "vi": "quyết định"}),
    target("silent", None, bound=None, low=None, not_modelled={"en": "no rice", "vi": "không có lúa"}),
)


def with_targets(*goals: Mapping[str, Any], pushes: tuple[float, ...] = (0.0,)) -> list[Any]:
    return [Announcing(**vars(replace(one, place=FakePlace(targets=goals)))) for one in scenarios(*pushes)]


class Announcing(type(scenarios(0.0)[0])):  # type: ignore[misc]
    """A fake scenario that announces three percent from 2022."""

    def resolved(self) -> dict[str, Any]:
        return {**super().resolved(), "levers": {"budget": {"pillars_share": {"2021": 0.01, "2022": 0.03}}}}


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    without_files(monkeypatch)


def ask(*pushes: float, goals: tuple[Any, ...] = TARGETS, **settings: Any) -> Answer:
    given = Settings(**{"replicates": 16, "runner": run_replicate, **settings})
    return attainment.ask(with_targets(*goals, pushes=pushes or (0.0,)), given, remedies=False).answer(None)


@pytest.mark.usefixtures("fake")
def test_every_registered_target_has_a_row() -> None:
    rows = {row["target"]: row for row in ask().rows("targets")}
    assert list(rows) == [goal["id"] for goal in TARGETS]
    assert rows["easy"]["probability"] == 1.0
    assert rows["never"]["probability"] == 0.0
    assert 0.0 < rows["half"]["probability"] < 1.0
    assert rows["half"]["margin"] == pytest.approx(rows["half"]["p50"] - 12.0)
    assert [rows[name]["status"] for name in ("half", "later", "decided", "silent")] == [
        "run", "beyond", "decided", "not_modelled",
    ]  # fmt: skip
    assert rows["silent"]["reason_vi"] == "không có lúa"
    assert [rows[name]["modelled"] for name in ("later", "decided", "silent")] == [True, True, False]


@pytest.mark.usefixtures("fake")
def test_a_decision_is_held_against_the_scenarios_own_lever() -> None:
    decided = {row["target"]: row for row in ask().rows("targets")}["decided"]
    assert (decided["probability"], decided["standard_error"], decided["p50"]) == (1.0, 0.0, 3.0)
    early = target("decided", None, low=3.0, lever="pillars_share", first_year=2021, year=2021)
    assert ask(goals=(early,)).rows("targets")[0]["probability"] == 0.0


@pytest.mark.usefixtures("fake")
def test_averages_are_taken_over_the_targets_years() -> None:
    ensemble = ask().ensemble
    values = attained(ensemble, "baseline", TARGETS[2])
    block = scorecard.cube(ensemble.outcomes, "baseline")
    assert values == pytest.approx(block.values[:, 1:4, block.outcomes.index("digital_share")].mean(axis=1))


@pytest.mark.usefixtures("fake")
def test_the_joint_probability_counts_what_can_be_held_against_the_run() -> None:
    row = ask().rows("joint")[0]
    assert (row["targets"], row["registered"]) == (5, 7)
    assert row["probability"] <= row["smallest"] == 0.0
    easy = ask(goals=TARGETS[:3]).rows("joint")[0]
    assert 0.0 < easy["probability"] <= easy["smallest"]


@pytest.mark.usefixtures("fake")
def test_pairs_hold_every_two_targets_once() -> None:
    rows = ask().rows("pairs")
    assert len(rows) == 5 * 4 // 2
    twins = next(row for row in rows if (row["target"], row["other"]) == ("easy", "half"))
    assert twins["relation"] == "together"
    assert twins["correlation"] == pytest.approx(1.0)


@pytest.mark.usefixtures("fake")
def test_several_scenarios_each_have_their_card() -> None:
    answer = ask(0.0, 5.0)
    by_scenario = [answer.rows("targets", scenario=name, target="half")[0] for name in ("baseline", "programme_1")]
    assert by_scenario[0]["probability"] < by_scenario[1]["probability"] == 1.0
    told = attaining.body(answer)
    assert [run["scenario"] for run in told["runs"]] == ["baseline", "programme_1"]


@pytest.mark.usefixtures("fake")
def test_the_object_has_the_shape_that_was_promised() -> None:
    told = attaining.body(ask())
    promised = {"target", "year", "bound", "unit", "probability", "standard_error", "margin", "modelled", "reason"}
    assert all(promised <= set(row) for row in told["targets"])
    assert told["joint"] <= min(row["probability"] for row in told["targets"] if row["probability"] is not None)
    rows = {row["target"]: row for row in told["targets"]}
    assert (rows["half"]["bound"], rows["half"]["value"], rows["half"]["reason"]) == ("at_least", 12.0, None)
    assert rows["silent"]["reason"]["en"] == "no rice"
    assert "decision" in rows["decided"]["reason"]["en"]
    assert rows["later"]["probability"] is None
    ranged = attaining.body(ask(goals=(target(low=1.0, high=2.0, bound="within"), target("t2", low=None, high=3.0))))
    assert [row["value"] for row in ranged["targets"]] == [[1.0, 2.0], 3.0]


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize("enough", [0.0, -0.1, 1.2, float("nan")])
def test_a_probability_that_is_none_is_refused(enough: float) -> None:
    with pytest.raises(WrongUsage) as refused:
        attainment.ask(with_targets(*TARGETS), enough=enough)
    assert refused.value.key == "targets.enough"


@pytest.mark.parametrize(("written", "read"), [("80 %", 0.8), ("80", 0.8), ("0.8", 0.8), ("62,5 %", 0.625), ("1", 1.0)])
def test_probabilities_are_read_as_people_write_them(written: str, read: float) -> None:
    assert probability(written) == pytest.approx(read)


@pytest.mark.usefixtures("fake")
def test_the_command_prints_and_refuses(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "load", lambda _: with_targets(*TARGETS))
    monkeypatch.setattr("experiments.adapters.model_runner", lambda: run_replicate)
    monkeypatch.chdir(tmp_path)
    options = ["--replicates", "8", "--workers", "1", "--no-figures", "--no-remedies", "--lang", "vi"]
    assert main(["targets", "a.yaml", *options, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["targets"]) == len(TARGETS)
    assert main(["targets", "a.yaml", *options]) == 0
    assert "Chỉ tiêu half" in capsys.readouterr().out
    assert main(["targets", "a.yaml", *options, "--enough", "0"]) == 2
    with pytest.raises(SystemExit) as left:
        main(["targets", "a.yaml", *options, "--enough", "likely"])
    assert left.value.code == 2
    with pytest.raises(SystemExit):
        main(["targets"])


# the real model, in a tiny province


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_folder(tmp_path_factory.mktemp("targets"))


@pytest.fixture(scope="module")
def tiny(folder: Path) -> Answer:
    return experiments.targets(folder / "programme.yaml", replicates=2, years_to=2032)


def test_all_that_the_province_published_is_listed(tiny: Answer) -> None:
    registered = [goal.id for goal in place("quang_tri").targets]
    assert [row["target"] for row in tiny.rows("targets")] == registered
    told = attaining.body(tiny)
    assert told["joint"] <= min(row["probability"] for row in told["targets"] if row["modelled"])
    assert all(row["reason"] for row in told["targets"] if not row["modelled"])


def test_each_missed_target_to_come_is_tried_with_every_remedy(tiny: Answer) -> None:
    chances_now = {row["target"]: row for row in tiny.rows("targets") if row["probability"] is not None}
    expected = {name for name, row in chances_now.items() if row["probability"] < 0.8 and row["year"] >= 2026}
    rows = tiny.rows("remedies")
    assert {row["target"] for row in rows} == expected
    for name in expected:
        own = {row["remedy"]: row for row in rows if row["target"] == name}
        assert list(own) == list(remedies.REMEDIES)
        assert own["years"]["year"] in (2031, 2032)
        assert {row["as_it_is"] for row in own.values()} == {chances_now[name]["probability"]}
        reached = [one for one in remedies.REMEDIES if own[one]["probability"] >= 0.8]
        assert own["years"]["verdict"] == (reached[0] if reached else "nothing")


def test_ranges_and_ambiguous_words_are_read_otherwise_too(tiny: Answer) -> None:
    read = {row["target"]: [] for row in tiny.rows("readings")}
    for row in tiny.rows("readings"):
        read[row["target"]].append(row["reading"])
    assert read["grdp_growth_congress"] == ["as_published", "at_least_low"]
    assert read["digital_share"] == ["as_published", "core", "digitised", "without_enclave"]
    assert read["innovating_enterprises"] == ["as_published", "strict"]
    assert {"one_year", "alpha_low", "alpha_high", "by_growth"} <= set(read["tfp_share"])
    registered = {row["target"]: row["probability"] for row in tiny.rows("targets")}
    for row in tiny.rows("readings"):
        if row["by_register"]:
            assert row["probability"] == registered[row["target"]]


def test_a_remedy_lifts_its_limit_and_no_other(folder: Path) -> None:
    own = load_scenario(folder / "programme.yaml")
    lifted = remedies.variants(own, 2030)
    before, after = own.levers(2025), own.levers(2030)
    assert all(one.levers(2025) == before for one in lifted.values())
    assert lifted["execution"].levers(2030) == replace(after, execution_multiplier=100.0)
    assert lifted["money"].levers(2030).pillars_share == pytest.approx(10 * after.pillars_share)
    assert lifted["money"].levers(2030).execution_multiplier == 100.0
    assert lifted["skills"].levers(2030) == replace(after, brain_drain=-1.0)
    row = np.full(len(own.slots), 0.5)
    assert lifted["skills"].draw(row).facts == replace(own.draw(row).facts, resident_skill=1.0)
    assert lifted["skills"].central().parameters == own.central().parameters


def test_more_than_all_the_budget_is_not_announced(folder: Path) -> None:
    rich = written(folder, "rich", "extends: programme.yaml\nbudget: {pillars_share: {2026: 30 %}}\n")
    assert remedies.variants(rich, 2030)["money"].levers(2030).pillars_share == 1.0


def test_skill_to_spare_reaches_firms_and_people(folder: Path) -> None:
    from model.results import run_replicate as real

    own: Scenario = load_scenario(folder / "programme.yaml")
    skilled = remedies.variants(own, 2028, since=2023)["skills"]
    runs = [real(one, 0, one.central(), years_to=2025) for one in (own, skilled)]
    for outcome in ("skill_enterprises", "skill_residents", "online_services_used"):
        assert runs[1].outcomes[outcome][-1] > runs[0].outcomes[outcome][-1]


def test_a_target_that_the_register_calls_a_decision_names_a_lever(folder: Path, tmp_path: Path) -> None:
    assert {goal.id: goal.lever for goal in place("ha_tinh").targets}["budget_share"] == "pillars_share"
    bad = tiny_folder(tmp_path)
    text = (
        (bad / "targets.yaml")
        .read_text(encoding="utf-8")
        .replace("    unit: rank\n", "    unit: rank\n    lever: taxes\n")
    )
    (bad / "targets.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match="taxes"):
        load_scenario(bad / "programme.yaml")


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_answer_is_told_with_verdicts_and_reasons(tiny: Answer, language: str) -> None:
    text = "\n".join(attaining.lines(tiny, language))
    words = (
        ("more time", "strict:", "named products") if language == "en" else ("thêm thời gian", "nghĩa hẹp:", "có tên")
    )
    assert all(word in text for word in words)


def test_figures_are_drawn_from_the_answer_alone(tiny: Answer, tmp_path: Path) -> None:
    drawn = {path.stem for path in draw_targets(tiny, tmp_path, ("vi",))}
    assert drawn == {"targets", "targets_together", "targets_otherwise", "targets_bottlenecks"}
