"""The soft instruments (eq. 5): stocks of effort that fade, their intensity, and thresholds."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.government.instruments import (
    SOFT_LINES,
    Instruments,
    captured_share,
    drained_skill,
    effective_share,
    intensity,
    rewarded_outputs,
)

RESIDENTS = 1e6
SCALE = 2e-5


def spending(money):
    return dict.fromkeys(SOFT_LINES, money)


def test_they_open_steady():
    efforts = Instruments(0.3, SCALE)
    efforts.open(spending(40.0), RESIDENTS)
    before = dict(efforts.intensities)
    for _ in range(40):
        efforts.step(spending(10.0), RESIDENTS, 0.25)
    assert efforts.intensities == pytest.approx(before, rel=1e-12)
    assert before["talent"] == pytest.approx(1.0 - math.exp(-2.0))


def test_effort_fades_at_its_rate():
    efforts = Instruments(0.3, SCALE)
    efforts.open(spending(20.0), RESIDENTS)
    for _ in range(8):
        efforts.step(spending(0.0), RESIDENTS, 0.25)
    assert efforts.stocks["ip_support"] == pytest.approx(20.0 / 0.3 * math.exp(-0.6))


def test_spending_for_long_reaches_the_steady_intensity():
    efforts = Instruments(0.3, SCALE)
    for _ in range(400):
        efforts.step(spending(5.0), RESIDENTS, 0.25)
    assert efforts.intensities["talent"] == pytest.approx(1.0 - math.exp(-1.0), rel=1e-9)


@given(st.floats(0.0, 1e-3), st.floats(0.0, 1e-3))
def test_more_effort_is_never_less_intense(stock, more):
    assert 0.0 <= intensity(stock, 0.3, SCALE) <= intensity(stock + more, 0.3, SCALE) <= 1.0


def test_only_money_above_the_minimum_scale_works():
    assert effective_share(10.0, 20.0) == 0.0
    assert effective_share(20.0, 20.0) == 0.0
    assert effective_share(40.0, 20.0) == 0.5
    assert effective_share(40.0, 0.0) == 1.0
    assert effective_share(0.0, 20.0) == 0.0


def test_intermediaries_recapture_what_leaves():
    assert captured_share(0.4, 0.0) == 0.4
    assert captured_share(0.4, 0.5) == 0.7
    assert captured_share(0.4, 1.0) == 1.0


def test_brain_drain_is_made_good_by_schooling():
    drained = 0.0
    for _ in range(1000):
        drained = drained_skill(drained, 0.004, 0.08, 0.25)
    assert drained == pytest.approx(0.05)
    for _ in range(4):
        drained = drained_skill(drained, 0.0, 0.08, 0.25)
    assert drained == pytest.approx(0.05 * math.exp(-0.08))


def test_rewards_buy_outputs():
    assert rewarded_outputs(5.0, 2.0, 0.3) == pytest.approx(10.0)
