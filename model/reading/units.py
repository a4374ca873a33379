"""The door: what a planner writes with its unit becomes a number in model units.

Enters: text such as "3 %", "20 m VND" or "30 tỷ VND". Leaves: shares 0..1, rates per year, billion VND, multipliers; or
`Unclear`, with a code of the catalogue and a hint. Decimal arithmetic, so that "3 %" is exactly 0.03.
"""

import functools
import math
import re
from decimal import Decimal
from typing import Final

_HUGE: Final = 1e18
_LONGEST: Final = 40
_LONGEST_TEXT: Final = 100
_NUMBER: Final = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
_THOUSANDS: Final = re.compile(r"[-+]?[0-9]{1,3}([.,][0-9]{3}){2,}|[-+]?[0-9]{1,3}(,[0-9]{3})+\.[0-9]+")
_ONE_GROUP: Final = re.compile(r"[-+]?[1-9][0-9]{0,2}[.,][0-9]{3}")
_COMMA: Final = re.compile(r"[-+]?[0-9]+,[0-9]+")
_PARTS: Final = re.compile(r"\s*([-+]?[0-9.,_]+(?:[eE][-+]?[0-9]+)?)\s*(.*?)\s*", re.DOTALL)

_MAGNITUDES: Final = {
    "": Decimal("1e-9"),
    "thousand": Decimal("1e-6"), "nghìn": Decimal("1e-6"), "ngàn": Decimal("1e-6"),
    "m": Decimal("1e-3"), "mn": Decimal("1e-3"), "million": Decimal("1e-3"), "triệu": Decimal("1e-3"),
    "bn": Decimal(1), "billion": Decimal(1), "tỷ": Decimal(1), "tỉ": Decimal(1),
    "trn": Decimal(1000), "trillion": Decimal(1000), "nghìn tỷ": Decimal(1000), "ngàn tỷ": Decimal(1000),
    "nghìn tỉ": Decimal(1000), "ngàn tỉ": Decimal(1000),
}  # fmt: skip
_CURRENCY: Final = ("vnd", "vnđ", "đồng", "₫", "đ")
_PER_CENT: Final = ("%", "percent", "per cent", "phần trăm")
_A_YEAR: Final = re.compile(r"\s*(a year|per year|/\s*year|/\s*yr|/\s*năm|một năm|mỗi năm)$")
MULTIPLIERS: Final = {"half": 0.5, "same": 1.0, "double": 2.0, "triple": 3.0}


class Unclear(Exception):  # noqa: N818
    """Refuse a quantity; `code` and `values` belong to the catalogue of problems."""

    def __init__(self, code: str, **values: object) -> None:
        self.code, self.values = code, values
        super().__init__(code, values)


def share(written: object) -> float:
    """Read a share, such as "3 %", as a fraction of one."""
    if isinstance(written, bool) or not isinstance(written, str | int | float):
        raise Unclear("share_expected", value=written)
    if not isinstance(written, str):
        raise _share_without_unit(written, _decimal(written))
    number, unit = split(written)
    if unit in _PER_CENT:
        return _finite(number / 100, written)
    if not unit:
        raise _share_without_unit(written, number)
    raise Unclear("share_unit", value=written, hint=f"{_tidy(number)} %")


def rate(written: object) -> float:
    """Read a rate per year, such as "12 %" or "12 % a year", as a fraction of one per year."""
    short = isinstance(written, str) and len(written) <= _LONGEST_TEXT
    return share(_A_YEAR.sub("", str(written).strip().lower()) if short else written)


def money(written: object) -> float:
    """Read an amount, such as "20 m VND" or "1.5 trn VND", in billion VND."""
    if isinstance(written, bool) or not isinstance(written, str | int | float):
        raise Unclear("money_expected", value=written)
    if not isinstance(written, str):
        raise Unclear("money_without_unit", value=written, hint=f"{_tidy(_decimal(written))} bn VND")
    number, unit = split(written, whole_groups=True)
    return _finite(number * _magnitude(unit, written, number), written)


def multiplier(written: object) -> float:
    """Read a bare number, or one of half, same, double, triple."""
    if isinstance(written, str) and written.strip().lower() in MULTIPLIERS:
        return MULTIPLIERS[written.strip().lower()]
    return number(written, "multiplier_expected")


def number(written: object, code: str = "number_expected") -> float:
    """Read a bare finite number."""
    if isinstance(written, bool) or not isinstance(written, int | float) or not abs(written) < _HUGE:
        raise Unclear(code, value=written)
    return float(written)


@functools.cache
def model_scale(unit: str) -> float:
    """Return what one of `unit` is in model units: money in billion VND, percent as a fraction, all else as it is."""
    word = unit.strip().lower()
    if word.startswith("%"):
        return 0.01
    match = re.match(r"(.*?)\s*\b(vnd|vnđ)\b", word)
    return float(_MAGNITUDES[match[1]]) if match and match[1] in _MAGNITUDES else 1.0


def is_money(unit: str) -> bool:
    """See whether a unit of the data files is an amount of money."""
    return bool(re.search(r"\b(vnd|vnđ)\b", unit.lower()))


def in_unit(written: object, unit: str) -> float:
    """Read a value meant for an entry of the data files: a bare number in its unit, or text that carries a unit."""
    if not isinstance(written, str):
        return number(written)
    _, suffix = split(written)
    if suffix in _PER_CENT:
        return _finite(Decimal(repr(share(written))) / Decimal(repr(model_scale(unit))), written)
    if is_money(unit):
        return _finite(Decimal(repr(money(written))) / Decimal(repr(model_scale(unit))), written)
    raise Unclear("number_expected", value=written)


def percent_text(fraction: float) -> str:
    """Write a fraction so that `share` reads exactly it back."""
    return f"{_exact(Decimal(repr(float(fraction))) * 100)} %"


def money_text(billion: float) -> str:
    """Write billion VND so that `money` reads exactly it back."""
    amount = Decimal(repr(float(billion)))
    for number, unit in ((amount, "bn"), (amount * 1000, "m"), (amount * 1_000_000, "thousand")):
        if number >= 1 and not _ONE_GROUP.fullmatch(_exact(number)):
            return f"{_exact(number)} {unit} VND"
    return f"{_exact(amount * 1_000_000_000)} VND"


def split(written: str, *, whole_groups: bool = False) -> tuple[Decimal, str]:
    """Split text into its number and its unit in lower case.

    whole_groups refuses "1.500", which a Vietnamese reader takes for one thousand five hundred.
    """
    match = _PARTS.fullmatch(written) if len(written) <= _LONGEST_TEXT else None
    if match is None:
        raise Unclear("quantity_expected", value=written)
    digits, unit = match[1], " ".join(match[2].lower().split())
    if _THOUSANDS.fullmatch(digits):
        raise Unclear("thousands", value=written, hint=re.sub(r"[.,]", "", digits))
    if whole_groups and _ONE_GROUP.fullmatch(digits):
        whole = re.sub(r"[.,]", "", digits)
        raise Unclear("ambiguous_group", value=written, hint=whole, other=_short(digits))
    if _COMMA.fullmatch(digits):
        raise Unclear("decimal_comma", value=written, hint=written.replace(",", "."))
    if "_" in digits:
        raise Unclear("underscore", value=written, hint=written.replace("_", ""))
    if not _NUMBER.fullmatch(digits) or len(digits) > _LONGEST:
        raise Unclear("quantity_expected", value=written)
    if not abs(float(digits)) < _HUGE:
        raise Unclear("not_finite", value=written)
    return Decimal(digits), unit


def _magnitude(unit: str, written: str, number: Decimal) -> Decimal:
    for currency in _CURRENCY:
        if unit.endswith(currency) and unit[: -len(currency)].strip() in _MAGNITUDES:
            return _MAGNITUDES[unit[: -len(currency)].strip()]
    begun = [word for word in _MAGNITUDES if word and (unit == word or unit.startswith(f"{word} "))]
    code = "money_without_unit" if not unit or unit in _MAGNITUDES else "money_unit"
    raise Unclear(code, value=written, hint=f"{_tidy(number)} {max(begun, key=len, default='bn')} VND")


def _share_without_unit(written: object, number: Decimal) -> Unclear:
    if 0 < abs(number) < 1:
        return Unclear(
            "share_as_fraction", value=written, hint=f"{_tidy(number * 100)} %", other=f"{_tidy(number)} %"
        )
    return Unclear("share_without_unit", value=written, hint=f"{_tidy(number)} %")


def _finite(value: Decimal, written: object) -> float:
    result = float(value)
    if not math.isfinite(result):
        raise Unclear("not_finite", value=written)
    return result


def _decimal(written: float) -> Decimal:
    if not abs(written) < _HUGE:
        raise Unclear("not_finite", value=written)
    return Decimal(repr(written))


def _short(digits: str) -> str:
    return _tidy(Decimal(digits.replace(",", ".")))


def _tidy(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _exact(number: Decimal) -> str:
    plain = _tidy(number)
    return plain if len(plain) < _LONGEST else f"{number.normalize():E}"
