"""The slow twin agrees with the columns in every state of every enterprise."""

from dataclasses import fields

import numpy as np
import pytest

from experiments.verification.stage import EVERY_LEVER, beliefs, scenario
from model.enterprises.agent import Enterprise
from model.levers import Levers
from model.province import Province
from model.twin import Twin

QUARTERS = 20
DIGITS = 12
"""Both compute in double precision, whose sums differ in the last of sixteen digits; twenty quarters leave more than these."""
LIVELY = {
    "enterprises": 250.0, "innovation_hazard": 0.2, "rd_performers_micro": 0.1, "rd_performers_small": 0.2,
    "voucher_application_rate": 1.0, "budget_ratio": 0.06,
}  # fmt: skip
"""Few enterprises that do much, and too little money for all of them: purses run out and luck and priority decide."""


@pytest.fixture(scope="module")
def pair():
    """A small province with every lever on, in columns and as agents, after twenty quarters."""
    place = scenario(communes=3).with_levers(EVERY_LEVER)
    draw = beliefs(place, LIVELY)
    columns, agents = Province(place, draw), WatchedTwin(place, draw)
    for _ in range(QUARTERS):
        columns.step()
        agents.step()
    return columns, agents


class WatchedTwin(Twin):
    """A twin that counts who applied for public money and who was served."""

    def __init__(self, *given) -> None:
        self.wished, self.served = (dict.fromkeys(("sme_vouchers", "innovation_grants"), 0) for _ in range(2))
        super().__init__(*given)

    def award(self, line, name, wishes, s):
        used = super().award(line, name, wishes, s)
        self.wished[line] += sum(wish > 0 for wish in wishes)
        self.served[line] += sum(getattr(agent, name) > 0 for agent in self.crowd)
        return used


def test_every_lever_is_on() -> None:
    usual = scenario(communes=3)
    place, years = usual.with_levers(EVERY_LEVER), range(2021, 2021 + QUARTERS // 4)
    for lever in (field.name for field in fields(Levers)):
        values = [(getattr(usual.levers(year), lever), getattr(place.levers(year), lever)) for year in years]
        assert any(before != after or after is True for before, after in values), lever


def test_every_mechanism_was_at_work(pair) -> None:
    columns, agents = pair
    assert agents.served["sme_vouchers"] > 20
    assert agents.served["innovation_grants"] > 5
    assert all(agents.served[line] < agents.wished[line] for line in agents.wished)
    assert set(np.unique(columns.firms.rung)) == {0, 1, 2, 3}
    assert (columns.firms.cohort > 0).any()
    assert (columns.firms.cohort == 0).sum() < LIVELY["enterprises"]
    assert (columns.firms.since_strict < 3).any()
    effects = columns.effects
    assert all(
        getattr(effects, name) > 0 for name in ("ai_lift", "ip_lift", "linkage_lift", "venture_relief", "entry_lift")
    )


def test_the_same_enterprises_are_there(pair) -> None:
    columns, agents = pair
    for name in ("identity", "commune", "sector", "owner", "rung", "performs", "constrained"):
        assert np.array_equal(getattr(columns.firms, name), getattr(agents.firms, name)), name


def test_every_number_of_every_enterprise_agrees(pair) -> None:
    columns, agents = pair
    for field in fields(columns.firms):
        one, other = getattr(columns.firms, field.name), getattr(agents.firms, field.name)
        np.testing.assert_allclose(other, one, rtol=10.0**-DIGITS, atol=10.0**-DIGITS, err_msg=field.name)


def test_every_outcome_of_every_year_agrees(pair) -> None:
    columns, agents = pair
    for year, row in columns.yearbook.rows.items():
        for name, value in row.items():
            assert agents.yearbook.rows[year][name] == pytest.approx(value, rel=1e-9, abs=1e-9, nan_ok=True), (
                year,
                name,
            )


def test_agents_are_mesa_agents_of_the_model(pair) -> None:
    _, agents = pair
    assert len(agents.crowd) == len(agents.firms)
    assert all(isinstance(agent, Enterprise) for agent in agents.crowd)
    assert agents.datacollector.get_model_vars_dataframe().shape[0] == QUARTERS + 1


def test_those_who_left_are_no_longer_agents(pair) -> None:
    _, agents = pair
    assert {int(agent.own.identity) for agent in agents.crowd} == set(agents.firms.identity.tolist())


def test_a_twin_without_enterprises_runs() -> None:
    place = scenario(communes=2)
    twin = Twin(place, beliefs(place, {"enterprises": 0.0, "entry_rate": 0.0}))
    twin.step()
    assert len(twin.crowd) == 0
