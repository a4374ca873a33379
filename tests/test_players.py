"""Who takes part in an explanation: money by pillar or line, levers in groups or alone; and what a coalition of them does."""

from pathlib import Path

import pytest

from experiments.errors import WrongUsage
from experiments.questions.coalitions import Design
from experiments.questions.players import contrast, money_of, percent
from experiments.questions.shapley import NOBODY
from model.scenario import Scenario, load_scenario
from model.vocabulary import LINES
from tests.contrasts import DELIVERED, LAST, against
from tests.tiny_place import tiny_folder, written


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_folder(tmp_path_factory.mktemp("explained"))


@pytest.fixture(scope="module")
def pair(folder: Path) -> tuple[Scenario, Scenario]:
    return load_scenario(folder / "baseline.yaml"), written(folder, "new", DELIVERED)


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
