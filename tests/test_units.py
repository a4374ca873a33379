"""The door: what a planner writes with its unit, and what is refused with which hint."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.reading import units
from model.reading.problems import Problem
from model.reading.units import Unclear

SHARES = [
    ("3 %", 0.03),
    ("3%", 0.03),
    (" 3.5 % ", 0.035),
    ("0.125 %", 0.00125),
    ("-40 %", -0.4),
    ("+5 %", 0.05),
    (".5 %", 0.005),
    ("1e1 %", 0.1),
    ("100\u00a0%", 1.0),
    ("3 percent", 0.03),
    ("3 phần trăm", 0.03),
]


@pytest.mark.parametrize(("written", "value"), SHARES)
def test_shares(written: str, value: float) -> None:
    assert units.share(written) == value


@pytest.mark.parametrize("written", ["12 %", "12 % a year", "12 %/yr", "12 % per year", "12 %/năm", "12 % mỗi năm"])
def test_rates(written: str) -> None:
    assert units.rate(written) == 0.12


AMOUNTS = [
    ("20 m VND", 0.02),
    ("20 million VND", 0.02),
    ("20m VND", 0.02),
    ("30 bn VND", 30.0),
    ("30 billion VND", 30.0),
    ("1.5 trn VND", 1500.0),
    ("20 triệu VND", 0.02),
    ("20 triệu đồng", 0.02),
    ("30 tỷ VND", 30.0),
    ("30 tỉ đồng", 30.0),
    ("2 nghìn tỷ VND", 2000.0),
    ("500 thousand VND", 0.0005),
    ("500 nghìn VNĐ", 0.0005),
    ("20000000 VND", 0.02),
    ("20000000 ₫", 0.02),
    ("0 VND", 0.0),
    ("20 M vnd", 0.02),
]


@pytest.mark.parametrize(("written", "value"), AMOUNTS)
def test_amounts_of_money(written: str, value: float) -> None:
    assert units.money(written) == value


@pytest.mark.parametrize(("written", "value"), [(2, 2.0), (0.5, 0.5), ("half", 0.5), ("Double", 2.0), ("same", 1.0)])
def test_multipliers(written: object, value: float) -> None:
    assert units.multiplier(written) == value


REFUSED = [
    # reader, written, code, what the hint must hold
    (units.share, 3, "share_without_unit", "3 %"),
    (units.share, "3", "share_without_unit", "3 %"),
    (units.share, 0.03, "share_as_fraction", "3 %"),
    (units.share, "0.03", "share_as_fraction", "0.03 %"),
    (units.share, True, "share_expected", "3 %"),
    (units.share, None, "share_expected", "3 %"),
    (units.share, {}, "share_expected", "3 %"),
    (units.share, [3], "share_expected", "3 %"),
    (units.share, "3 ‰", "share_unit", "3 %"),
    (units.share, "3 m VND", "share_unit", "3 %"),
    (units.share, "3,5 %", "decimal_comma", "3.5 %"),
    (units.share, "1.000.000 %", "thousands", "1000000"),
    (units.share, "1_000 %", "underscore", "1000"),
    (units.share, "three %", "quantity_expected", "three"),
    (units.share, "%", "quantity_expected", "%"),
    (units.share, "", "quantity_expected", ""),
    (units.share, "1.2.3 %", "quantity_expected", "1.2.3"),
    (units.share, "1e999 %", "not_finite", "1e999"),
    (units.share, math.nan, "not_finite", "nan"),
    (units.share, math.inf, "not_finite", "inf"),
    (units.money, 20, "money_without_unit", "20 bn VND"),
    (units.money, 20.5, "money_without_unit", "20.5 bn VND"),
    (units.money, "20", "money_without_unit", "20 bn VND"),
    (units.money, "20 m", "money_without_unit", "20 m VND"),
    (units.money, "20 triệu", "money_without_unit", "20 triệu VND"),
    (units.money, "20 m USD", "money_unit", "20 m VND"),
    (units.money, "20 USD", "money_unit", "20 bn VND"),
    (units.money, "20 %", "money_unit", "20 bn VND"),
    (units.money, "20 nghìn tỷ", "money_without_unit", "20 nghìn tỷ VND"),
    (units.money, "1.500 m VND", "ambiguous_group", "1500"),
    (units.money, "1,500 m VND", "ambiguous_group", "1500"),
    (units.money, "1.500.000 VND", "thousands", "1500000"),
    (units.money, "1,5 bn VND", "decimal_comma", "1.5 bn VND"),
    (units.money, False, "money_expected", "30 bn VND"),
    (units.money, None, "money_expected", "30 bn VND"),
    (units.money, "much", "quantity_expected", "much"),
    (units.money, f"{'9' * 50} VND", "quantity_expected", "9999"),
    (units.multiplier, "twice", "multiplier_expected", "double"),
    (units.multiplier, "2 %", "multiplier_expected", "2 %"),
    (units.multiplier, True, "multiplier_expected", "true"),
    (units.multiplier, math.nan, "multiplier_expected", "nan"),
    (units.multiplier, 10**30, "multiplier_expected", "10000"),
    (units.number, "3", "number_expected", "3"),
]


@pytest.mark.parametrize(("reader", "written", "code", "hint"), REFUSED)
def test_what_is_refused(reader: object, written: object, code: str, hint: str) -> None:
    with pytest.raises(Unclear) as unclear:
        reader(written)  # type: ignore[operator]
    assert unclear.value.code == code
    problem = Problem(code, "x", 1, 1, values=unclear.value.values)
    assert hint in problem.text("en")
    assert hint in problem.text("vi") or code.endswith("expected")


@pytest.mark.parametrize("fraction", [0.0, 0.03, 0.125, 1 / 3, 1e-7, 0.1 + 0.2, 1.0, -0.4])
def test_shares_are_written_so_that_they_come_back(fraction: float) -> None:
    assert units.share(units.percent_text(fraction)) == fraction


@given(st.floats(-1, 10, allow_nan=False))
def test_any_share_comes_back(fraction: float) -> None:
    assert units.share(units.percent_text(fraction)) == fraction


@given(st.floats(0, 1e5, allow_nan=False).map(lambda amount: round(amount, 9)))
def test_any_amount_comes_back(amount: float) -> None:
    assert units.money(units.money_text(amount)) == amount


def test_amounts_are_written_in_a_unit_that_nobody_misreads() -> None:
    written = [units.money_text(amount) for amount in (30.0, 0.02, 1.5, 1.234, 0.0)]
    assert written == ["30 bn VND", "20 m VND", "1.5 bn VND", "1234 m VND", "0 VND"]


UNITS = [
    ("m VND (2024 prices)", 1e-3),
    ("thousand VND per resident and year (2024 prices)", 1e-6),
    ("billion VND", 1.0),
    ("bn VND", 1.0),
    ("trn VND", 1e3),
    ("VND", 1e-9),
    ("%", 0.01),
    ("% of budget", 0.01),
    ("share", 1.0),
    ("share of GRDP", 1.0),
    ("1/year", 1.0),
    ("km", 1.0),
    ("m", 1.0),
]


@pytest.mark.parametrize(("unit", "scale"), UNITS)
def test_units_of_the_data_files(unit: str, scale: float) -> None:
    assert units.model_scale(unit) == scale
    assert units.is_money(unit) == ("VND" in unit)


def test_fixed_values_may_carry_a_unit() -> None:
    assert units.in_unit(150, "m VND (2024 prices)") == 150.0
    assert units.in_unit("0.15 bn VND", "m VND (2024 prices)") == 150.0
    assert units.in_unit("20 %", "share") == 0.2
    assert units.in_unit("20 %", "%") == 20.0
    with pytest.raises(Unclear):
        units.in_unit("20 km", "km")
