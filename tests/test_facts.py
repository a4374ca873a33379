"""Stylised facts: every one of the thirty-three is read, from something that exists, and reads what its survey would ask."""

from types import SimpleNamespace

import numpy as np
import pytest
import yaml

from experiments.verification import facts
from experiments.verification.chronicle import FIRST, LAST, Chronicle
from experiments.verification.stage import NO_TURNOVER, SCENARIOS, beliefs, quiet
from experiments.verification.trials import TRIALS, overruns
from model.books.measures import outcomes
from model.enterprises.columns import Enterprises
from model.enterprises.founding import PRIVATE, STATE
from model.province import Province
from model.vocabulary import SECTORS

READINGS = [(entry, reading) for entry in facts.entries() for reading in entry["readings"]]
NAMES = [f"{entry['fact']}: {reading['what']}" for entry, reading in READINGS]
AGRICULTURE, INDUSTRY, TRADE = (SECTORS.index(name) for name in ("agriculture", "industry", "trade"))


def test_all_thirty_three_facts_are_read() -> None:
    assert [entry["fact"] for entry in facts.entries()] == list(range(1, 34))
    assert all(entry["readings"] for entry in facts.entries())


@pytest.mark.parametrize(("entry", "reading"), READINGS, ids=NAMES)
def test_a_reading_has_a_source_a_band_with_its_reason_and_something_to_read(entry, reading) -> None:
    known = yaml.safe_load((SCENARIOS / "sources.yaml").read_text(encoding="utf-8"))
    assert set(entry["sources"]) <= set(known)
    low, high = reading["within"]
    assert low < high
    assert reading["band"]
    read = reading["read"]
    if read["from"] in ("nation", "places", "provinces"):
        assert {read["outcome"], read.get("over", read["outcome"])} <= set(outcomes())
    elif read["from"] == "trial":
        assert read["measure"] in TRIALS
    else:
        assert callable(getattr(Chronicle, read["measure"]))


RUN = SimpleNamespace(
    years=np.array([2021, 2022, 2023]),
    outcomes={"part": np.array([1.0, 2.0, 6.0]), "whole": np.array([10.0, 20.0, 30.0])},
)


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        ({"outcome": "part", "years": [2022]}, 2.0),
        ({"outcome": "part", "years": [2021, 2023]}, 3.0),
        ({"outcome": "part", "slope": [2021, 2023]}, 2.5),
        ({"outcome": "part", "over": "whole", "years": [2022, 2023]}, 16.0),
    ],
)
def test_an_outcome_is_read_in_a_year_over_years_as_a_rise_or_as_a_share(read, expected) -> None:
    assert facts.of_run(read, RUN) == pytest.approx(expected)


def small(changes: dict[str, float]) -> Chronicle:
    """A chronicle of six enterprises that nothing has happened to."""
    place = quiet()
    return Chronicle(Province(place, beliefs(place, NO_TURNOVER | {"enterprises": 6.0} | changes)))


def at_end(told: Chronicle, year: int, **columns: list) -> Enterprises:
    """Write what the enterprises were at the end of a year."""
    firms = told.province.firms.only(np.ones(6, np.bool_))
    for name, values in columns.items():
        setattr(firms, name, np.array(values))
    told.years[year] = firms
    return firms


WORKERS = [3.0, 12.0, 20.0, 60.0, 150.0, 900.0]


def test_a_survey_asks_neither_the_state_nor_farms_nor_those_too_small() -> None:
    told = small({})
    at_end(
        told, 2023, labour=WORKERS, owner=[PRIVATE, STATE, PRIVATE, PRIVATE, PRIVATE, PRIVATE],
        sector=[TRADE, TRADE, AGRICULTURE, INDUSTRY, TRADE, INDUSTRY], performs=[True, True, True, False, True, False],
        since_strict=[0.0, 0.0, 0.0, 2.9, 3.1, 9.0], since_broad=[0.0, 0.0, 0.0, 2.0, 1.0, 9.0],
    )  # fmt: skip
    assert told.asked(2023, 20.0).labour.tolist() == [60.0, 150.0, 900.0]
    assert told.performers(20.0, 2023) == pytest.approx(100 / 3)
    assert told.innovators(5.0, 2023) == pytest.approx(100 / 3)
    assert told.broad_innovators_of_industry(2023) == pytest.approx(50.0)


def test_shares_are_read_between_bounds_of_workers() -> None:
    told = small({})
    at_end(told, 2025, labour=WORKERS, rung=[3, 3, 1, 2, 3, 0])
    assert told.share_between(3, 2025, 10, 50) == pytest.approx(50.0)
    assert told.share_between(2, 2025, 50, 250) == pytest.approx(100.0)


def test_solutions_given_up_are_counted_of_their_users_who_are_still_there() -> None:
    told = small({})
    workers = [12.0, 12.0, 12.0, 60.0, 12.0, 900.0]  # the last is large by law
    first = at_end(told, FIRST, labour=workers, rung=[2, 2, 3, 2, 1, 2])
    told.years[FIRST + 3] = first.only(np.arange(6) != 0)
    told.dropped = {int(first.identity[row]): year for row, year in ((0, 2022), (1, 2024), (2, 2025), (5, 2022))}
    assert told.share_dropped_solutions(3) == pytest.approx(100 / 3)


@pytest.mark.parametrize(("year", "noted"), [(FIRST, False), (FIRST + 1, True)])
def test_who_falls_from_a_solution_is_noted_once_after_the_first_year(year: int, noted: bool) -> None:
    lasting = dict.fromkeys((f"spontaneous_hazard_{rung}" for rung in (1, 2, 3)), 0.0)
    falling = {"abandonment_hazard_2": 1e4, "abandonment_hazard_1": 0.0, "imitation_hazard_2": 0.0}
    told = small(lasting | falling | {"enterprise_workers": 6 * 30.0, "size_noise": 0.0})
    told.province.quarter = 4 * (year - FIRST)
    told.province.firms.rung = np.array([2, 2, 1, 1, 0, 0])
    told.province.firms.labour = np.full(6, 30.0)
    identity = told.province.firms.identity.tolist()
    told.step()
    told.step()
    assert told.fallen == set(identity[:2])
    assert told.users >= set(identity[:4])
    assert told.dropped == (dict.fromkeys(identity[:2], year) if noted else {})


def test_the_chronicle_sees_as_many_years_as_facts_ask_for() -> None:
    asked = [reading["read"] for _, reading in READINGS if reading["read"].get("measure") == "share_dropped_solutions"]
    assert {read["arguments"][0] for read in asked} == {3, LAST - FIRST}


def test_overruns_are_capped_and_would_have_the_published_mean_without_the_cap() -> None:
    far, capped, uncapped = overruns()
    assert far == pytest.approx(18.0 + 2.07, abs=0.3)
    assert capped < 400.0
    assert uncapped == pytest.approx(447.0, abs=1e-6)
