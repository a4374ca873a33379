"""Published targets, by the real model in a tiny province: every one is listed, remedies lift one limit each."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import experiments
from experiments.figures.questions import draw_targets
from experiments.questions import readings, remedies, scorecard
from experiments.questions.answers import Answer
from experiments.telling import attaining
from model.reading.problems import Refused
from model.scenario import Scenario, load_scenario
from tests.datasets import place
from tests.tiny_place import tiny_folder, written

PAIRS = {("a", "b"): "together", ("a", "c"): "conflict", ("b", "c"): "exclusive"}


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


def test_the_readings_share_is_the_models_own(tiny: Answer) -> None:
    """Two roads to one number: the five-year share from growth rates, and the outcome tfp_share_5y."""
    block = scorecard.cube(tiny.ensemble.outcomes, "programme")
    own = readings.mean_over(block, "tfp_share_5y", 2030, 2030)
    growth = readings._growth_of_output(block, 2030)
    tfp = readings.mean_over(block, "tfp_growth", 2026, 2030)
    assert 100 * tfp / growth == pytest.approx(own, rel=1e-9)


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
    text = " ".join(" ".join(attaining.lines(tiny, language)).split())
    words = (
        ("more time", "strict:", "named products") if language == "en" else ("thêm thời gian", "nghĩa hẹp:", "có tên")
    )
    assert all(word in text for word in words)


def test_targets_have_numbers_and_a_sign_for_every_pair(tiny: Answer) -> None:
    lines = attaining.lines(tiny, "en")
    held = [row for row in tiny.rows("targets") if row["probability"] is not None]
    names = list(attaining.numbered(held, "en").values())
    assert names[0].startswith("1. ")
    assert names[-1].startswith(f"{len(held)}. ")
    rows = [{"target": a, "other": b, "relation": one} for (a, b), one in PAIRS.items()]
    laid = attaining._pairs(rows, {name: name for name in "abc"}, "en")
    assert [line.split() for line in laid[3:6]] == [["a"], ["b", "+"], ["c", "\N{MINUS SIGN}", "×"]]
    assert "Which come together" in "\n".join(lines)


def test_a_reading_that_turns_the_verdict_is_marked() -> None:
    rows = [
        {"target": name, "reading": reading, "by_register": reading == "own", "probability": probability}
        for name, reading, probability in (("a", "own", 0.9), ("a", "strict", 0.2), ("b", "own", 0.1), ("b", "wide", 0.7))
    ]
    assert attaining.turned(rows, 0.8) == {("a", "strict")}
    assert attaining.turned(rows, 0.5) == {("a", "strict"), ("b", "wide")}
    assert attaining.turned([], 0.5) == set()


def test_figures_are_drawn_from_the_answer_alone(tiny: Answer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.figures.style.DOTS", 40)
    drawn = {path.stem for path in draw_targets(tiny, tmp_path, ("vi",))}
    assert drawn == {"targets", "targets_together", "targets_otherwise", "targets_bottlenecks"}
