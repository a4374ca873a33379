"""The ledger: every identity is checked, and a broken one stops the run with its numbers."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.government.budget import spend
from model.government.ledger import AMOUNTS, TOTAL, Accounts, Ledger, LedgerBroken, LedgerRow, check
from model.levers import AiInstitute
from model.vocabulary import LINES
from tests.provincial import draw, levers, opened, run

GOOD = LedgerRow(2026, "talent", 100.0, 20.0, 5.0, 85.0, 60.0, 15.0, 10.0, 40.0, 15.0, 3.0, 2.0)


def test_a_good_row_passes():
    check(GOOD)


@pytest.mark.parametrize("name", AMOUNTS)
@pytest.mark.parametrize("error", [1e-6, -1e-6, float("nan"), float("inf")])
def test_a_missing_dong_is_found(name, error):
    broken = replace(GOOD, **{name: getattr(GOOD, name) + error})
    with pytest.raises(LedgerBroken) as raised:
        check(broken)
    assert raised.value.row == broken
    assert "2026, talent" in str(raised.value)


def test_rounding_passes():
    check(replace(GOOD, executed=60.0 * (1.0 + 1e-13)))


def test_a_broken_ledger_crosses_to_another_process():
    error = LedgerBroken(GOOD, "a = b", 1.0, 2.0)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_a_bad_row_is_not_written():
    ledger = Ledger()
    with pytest.raises(LedgerBroken):
        ledger.write(replace(GOOD, received=0.0))
    assert ledger.rows == []


def test_totals_add_up_the_year_and_only_it():
    ledger = Ledger()
    for row in (GOOD, replace(GOOD, line="communes"), replace(GOOD, year=2027)):
        ledger.write(row)
    assert ledger.totals(2026) == LedgerRow(2026, TOTAL, *(2 * getattr(GOOD, name) for name in AMOUNTS))
    assert ledger.totals(2040).executed == 0.0
    assert len(ledger.year(2027)) == 1


def test_accounts_close_into_rows_in_the_order_of_lines():
    announced = np.arange(len(LINES), dtype=float)
    accounts = Accounts(announced, 0.25 * announced, 0.5 * announced)
    executed = 0.5 * accounts.allocated
    accounts.book(executed, spend(executed, 0.6, np.zeros(len(LINES)), np.ones(len(LINES))))
    accounts.book(1.0, spend(1.0, 0.6, 0.1, 1.0), at=3)
    rows = accounts.close(2030, carry_over_share=1.0)
    assert [row.line for row in rows] == list(LINES)
    for row in rows:
        check(row)
    assert rows[3].lost_leakage == pytest.approx(0.06)
    assert rows[4].carried_over == pytest.approx(min(0.625 * 4, 0.75 * 4))


@st.composite
def policies(draw_from):
    """Make levers with every knob of money away from zero, changing once."""

    def some():
        weights = [draw_from(st.floats(0.05, 1.0)) for _ in LINES]
        profile = [draw_from(st.floats(0.05, 1.0)) for _ in range(4)]
        return levers(
            pillars_share=draw_from(st.floats(0.002, 0.08)),
            lines={line: weight / sum(weights) for line, weight in zip(LINES, weights, strict=True)},
            relabelled_share=draw_from(st.floats(0.01, 0.9)),
            execution_multiplier=draw_from(st.floats(0.2, 4.0)),
            execution_learning=draw_from(st.floats(0.01, 0.4)),
            leakage_multiplier=draw_from(st.floats(0.1, 3.0)),
            spending_profile=tuple(part / sum(profile) for part in profile),
            carry_over_share=draw_from(st.floats(0.05, 1.0)),
            infrastructure=draw_from(st.sampled_from(["build", "lease", "lease_then_build"])),
            platforms=draw_from(st.sampled_from(["separate", "shared"])),
            ai_institute=AiInstitute(draw_from(st.floats(0.1, 50.0)), ("industry",)),
            skill_price=draw_from(st.floats(0.01, 0.5)),
        )

    before, after = some(), some()
    return lambda year: before if year < 2024 else after


@settings(max_examples=40, deadline=None)
@given(policies(), st.floats(0.05, 0.95), st.floats(-0.1, 0.2), st.integers(0, 10_000))
def test_every_dong_is_placed_with_every_knob_turned(path, take, growth, replicate):
    office = run(opened(draw(), path(2021), replicate=replicate), path, last=2028, take=take, growth=growth)
    carried = dict.fromkeys(LINES, 0.0)
    for row in office.ledger.rows:
        assert row.announced - row.relabelled + row.carried_in == pytest.approx(row.allocated, rel=1e-9)
        assert row.executed + row.carried_over + row.returned == pytest.approx(row.allocated, rel=1e-9)
        losses = row.lost_inefficiency + row.lost_leakage + row.lost_overrun
        assert row.received + losses == pytest.approx(row.executed, rel=1e-9)
        assert min(getattr(row, name) for name in AMOUNTS) >= 0.0
        assert row.carried_in == carried[row.line]
        carried[row.line] = row.carried_over
