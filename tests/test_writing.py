"""A scenario written as a file comes back whole, whatever its levers."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from model.reading.units import money_text, percent_text
from model.reading.writing import scenario_text
from model.scenario import Scenario, load_scenario
from model.vocabulary import DIGITISING_ORDERS, INFRASTRUCTURE_CHOICES, LINES, PLATFORM_CHOICES, SECTORS, SIZES


@pytest.fixture(scope="module")
def programme(shared_folder: Path) -> Scenario:
    return load_scenario(shared_folder / "ha_tinh" / "programme.yaml")


shares = st.integers(0, 10_000).map(lambda basis_points: percent_text(basis_points / 10_000))
multipliers = st.one_of(st.sampled_from(["half", "double", 1, 3]), st.floats(0, 100, allow_nan=False))
years = st.integers(2022, 2045)


@st.composite
def splits(draw: st.DrawFn) -> dict[str, str]:
    """Budget lines in whole parts of a thousand, without the institute, which needs a block."""
    cuts = sorted(draw(st.lists(st.integers(0, 1000), min_size=3, max_size=3)))
    parts = [b - a for a, b in zip([0, *cuts], [*cuts, 1000], strict=True)]
    lines = draw(st.permutations([line for line in LINES if line != "ai_institute"]))[:4]
    return {line: percent_text(part / 1000) for line, part in zip(lines, parts, strict=True)}


def dated(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.one_of(values, st.dictionaries(years, values, min_size=1, max_size=3))


caps = st.fixed_dictionaries({
    size: st.integers(0, 10**10).map(lambda amount: money_text(amount / 1e9)) for size in SIZES if size != "large"
})
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "budget.pillars_share": dated(shares),
        "budget.lines": dated(splits()),
        "budget.relabelled_share": dated(st.one_of(st.none(), shares)),
        "budget.execution_multiplier": dated(multipliers),
        "budget.execution_learning": dated(shares),
        "budget.carry_over_share": dated(shares),
        "delivery.infrastructure": dated(st.sampled_from(INFRASTRUCTURE_CHOICES)),
        "delivery.platforms": dated(st.sampled_from(PLATFORM_CHOICES)),
        "delivery.digitising_order": dated(st.sampled_from(DIGITISING_ORDERS)),
        "delivery.voucher_caps": dated(caps),
        "delivery.priority_sectors": dated(st.dictionaries(st.sampled_from(SECTORS), multipliers, max_size=3)),
        "delivery.ai_institute": dated(
            st.one_of(st.just("none"), st.just({"minimum_scale": "20 bn VND", "sectors": ["ict", "industry"]}))
        ),
        "communes.digital_teams": dated(multipliers),
        "outside.frontier_growth": dated(st.one_of(st.none(), st.just("1.5 %"))),
        "outside.enclave_change": st.dictionaries(years, st.just("-40 %"), min_size=1, max_size=2),
        "outside.pandemic": st.dictionaries(years, st.booleans(), min_size=1, max_size=2),
        "outside.central_platforms": dated(st.booleans()),
        "parameters.leakage": st.floats(0, 0.5, allow_nan=False),
        "ensemble.seed": st.integers(0, 2**63 - 1),
        "title.en": st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"]), min_size=1, max_size=40),
        "period": st.integers(2021, 2060).map(lambda end: f"2021..{end}"),
    },
)


@settings(max_examples=60, deadline=None)
@given(changes=CHANGES)
@example(changes={"outside.central_platforms": {2022: False, 2023: True}})  # the defaults name 2022 as well
def test_a_scenario_comes_back_whole_from_its_file(
    programme: Scenario, shared_folder: Path, changes: dict[str, object]
) -> None:
    scenario = programme.with_levers(changes, name="round_trip")
    file = shared_folder / "ha_tinh" / "round_trip.yaml"
    file.write_text(scenario_text(scenario), encoding="utf-8")
    again = load_scenario(file)
    assert again.resolved() == scenario.resolved()
    assert again.sha256 == scenario.sha256
    for year in (scenario.start, scenario.end):
        assert again.levers(year) == scenario.levers(year)


@given(path=st.dictionaries(years, st.integers(0, 100), min_size=0, max_size=6))
@settings(max_examples=40, deadline=None)
def test_a_path_is_the_step_function_a_reader_would_draw(programme: Scenario, path: dict[int, int]) -> None:
    scenario = programme.with_levers({"budget.carry_over_share": {2021: "7 %", **{y: f"{v} %" for y, v in path.items()}}})
    expected = 7
    for year in range(2021, scenario.end + 1):
        expected = path.get(year, expected)
        assert scenario.levers(year).carry_over_share == pytest.approx(expected / 100, abs=1e-15)


def test_blocks_quarters_and_odd_words_come_back(programme: Scenario, shared_folder: Path) -> None:
    scenario = programme.with_levers({
        "delivery.ai_institute": {"minimum_scale": "20.5 bn VND", "sectors": ["ict", "health"]},
        "budget.spending_profile": ["10 %", "20 %", "30 %", "40 %"],
        "communes": {"digital_teams": 2, "from": None},
        "title": {"en": "no", "vi": "1.000.000"},
        "about": {"en": "2021: 'x' # y", "vi": "10e3"},
    })
    file = shared_folder / "ha_tinh" / "odd_words.yaml"
    file.write_text(scenario_text(scenario), encoding="utf-8")
    again = load_scenario(file)
    assert again.sha256 == scenario.sha256
    assert (again.title, again.about) == (scenario.title, scenario.about)
    assert "minimum_scale: 20.5 bn VND" in file.read_text(encoding="utf-8")
