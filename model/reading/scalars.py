"""Scalars without quotes: read as YAML 1.2 reads them, refused where YAML 1.1 or a Vietnamese hand means another value.

Enters: the text of one scalar. Leaves: text, number, true/false or nothing; or `Misread`, with a hint.
"""

import math
import re
from typing import Final

from model.reading.nodes import Scalar

_NOTHING: Final = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTHS: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_OLD_TRUTHS: Final = {"yes": "true", "on": "true", "no": "false", "off": "false"}
_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_LEADING_ZERO: Final = re.compile(r"[-+]?0[0-9]+")
_DECIMAL: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE: Final = re.compile(r"[-+]?\.(inf|nan)|[-+]?(inf|nan|infinity)", re.IGNORECASE)
_THOUSANDS: Final = re.compile(r"[-+]?[0-9]{1,3}(\.[0-9]{3}){2,}|[-+]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_COMMA: Final = re.compile(r"[-+]?[0-9]+,[0-9]+")
_UNDERSCORE: Final = re.compile(r"[-+]?[0-9][0-9_]*_[0-9_]*(\.[0-9]*)?")
_LONGEST_NUMBER: Final = 40
_LONGEST_LOOKALIKE: Final = 100  # what is longer is no number of a human hand, and slow to tell from one


class Misread(Exception):  # noqa: N818
    """Refuse a scalar that could be read as another value than was meant."""

    def __init__(self, code: str, value: str, hint: str = "") -> None:
        self.code, self.value, self.hint = code, value, hint
        super().__init__(code, value, hint)


def read_plain(text: str) -> Scalar:
    """Return the value of a scalar that stands without quotes."""
    if text in _NOTHING:
        return None
    if text in _TRUTHS:
        return _TRUTHS[text]
    if len(text) <= _LONGEST_LOOKALIKE:
        _refuse_lookalikes(text)
    return _number(text) if _DECIMAL.fullmatch(text) else text


def _refuse_lookalikes(text: str) -> None:
    if text.lower() in _OLD_TRUTHS:
        raise Misread("old_truth", text, _OLD_TRUTHS[text.lower()])
    if _NOT_FINITE.fullmatch(text):
        raise Misread("not_finite", text)
    if _THOUSANDS.fullmatch(text):
        raise Misread("thousands", text, re.sub(r"[.,]", "", text))
    if _COMMA.fullmatch(text):
        raise Misread("decimal_comma", text, text.replace(",", "."))
    if _UNDERSCORE.fullmatch(text):
        raise Misread("underscore", text, text.replace("_", ""))
    if _LEADING_ZERO.fullmatch(text):
        raise Misread("leading_zero", text, text.lstrip("+-0") or "0")


def _number(text: str) -> int | float:
    if len(text) > _LONGEST_NUMBER:
        raise Misread("number_too_long", text)
    if _INTEGER.fullmatch(text):
        return int(text)
    number = float(text)
    if not math.isfinite(number):
        raise Misread("not_finite", text)
    return number
