"""Types of the entries of input files: each reads what a planner writes, and describes itself to editors.

Enters: a plain value of the file. Leaves: the value in model units, or an error whose type is a code of the catalogue.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, TypeVar

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from model.reading import units
from model.reading.nodes import START, is_digits
from model.reading.problems import nearest
from model.vocabulary import FIRST_YEAR, LAST_YEAR

YEAR_PATTERN: Final = "^20(2[1-9]|[345][0-9]|60)$"
_PER_CENT: Final = r"^\s*[-+]?[0-9]*\.?[0-9]+([eE][-+]?[0-9]+)?\s*(%|percent|per cent|phần trăm)"
_MONEY: Final = (
    r"^\s*[0-9]*\.?[0-9]+\s*(thousand|m|mn|million|bn|billion|trn|trillion|nghìn|ngàn|triệu|tỷ|tỉ"
    r"|nghìn tỷ|ngàn tỷ|nghìn tỉ|ngàn tỉ)?\s*(VND|VNĐ|đồng|₫|đ)\s*$"
)


class Strict(BaseModel):
    """Accept the declared entries and no others, and no value of another kind."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, frozen=True, strict=True)


def refusal(code: str, **values: object) -> PydanticCustomError:
    """Make the error that becomes the problem of that code; its wording is the catalogue's."""
    return PydanticCustomError(code, "refused", values)


@dataclass(frozen=True, eq=False)
class Door:
    """Let one kind of entry in: `enter` reads it, `json_schema` says what it accepts."""

    enter: Callable[[object], object]
    json_schema: Mapping[str, object]

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.enter)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return dict(self.json_schema)


def quantity(
    read: Callable[[object], float], schema: Mapping[str, object], low: float, high: float, allowed: str
) -> Door:
    """Return the door of a quantity from `low` to `high` in model units; `allowed` says so in a planner's."""

    def enter(written: object) -> float:
        try:
            value = read(written)
        except units.Unclear as unclear:
            raise refusal(unclear.code, **unclear.values) from None
        if not low <= value <= high:
            raise refusal("out_of_range", value=written, allowed=allowed)
        return value + 0.0  # -0.0 becomes 0.0

    return Door(enter, schema)


def share(low: float, high: float) -> Door:
    """Return the door of a share written in percent."""
    schema = {"type": "string", "pattern": _PER_CENT + r"\s*$", "examples": ["3 %"]}
    return quantity(units.share, schema, low, high, _percents(low, high))


def rate(low: float, high: float) -> Door:
    """Return the door of a rate per year written in percent."""
    schema = {"type": "string", "pattern": _PER_CENT, "examples": ["12 %"]}
    return quantity(units.rate, schema, low, high, _percents(low, high))


def money(high: float, allowed: str) -> Door:
    """Return the door of an amount of money up to `high` billion VND."""
    schema = {"type": "string", "pattern": _MONEY, "examples": ["20 m VND", "30 bn VND"]}
    return quantity(units.money, schema, 0.0, high, allowed)


def multiplier(high: float) -> Door:
    """Return the door of a multiplier: a bare number or a word."""
    number = {"type": "number", "minimum": 0, "maximum": high}
    schema = {"anyOf": [number, {"enum": list(units.MULTIPLIERS)}]}
    return quantity(units.multiplier, schema, 0.0, high, f"0 .. {high:g}")


def optional(door: Door) -> Door:
    """Return a door that also lets null in."""
    schema = {"anyOf": [dict(door.json_schema), {"type": "null"}]}
    return Door(lambda written: None if written is None else door.enter(written), schema)


def one_of(words: Sequence[str], code: str = "unknown_choice") -> Door:
    """Return the door of a word out of few; `code` is the problem otherwise."""

    def enter(written: object) -> str:
        if isinstance(written, str) and written in words:
            return written
        allowed = ", ".join(words)
        raise refusal(code, value=written, allowed=allowed, suggestion=nearest(written, words))

    return Door(enter, {"type": "string", "enum": list(words)})


def whole_number(low: int, high: int) -> Door:
    """Return the door of a whole number from `low` to `high`."""

    def enter(written: object) -> int:
        if isinstance(written, bool) or not isinstance(written, int | float) or not float(written).is_integer():
            raise refusal("whole_number_expected", value=written)
        if not low <= written <= high:
            raise refusal("out_of_range", value=written, allowed=f"{low} .. {high}")
        return int(written)

    return Door(enter, {"type": "integer", "minimum": low, "maximum": high})


def text(shortest: int, longest: int) -> Door:
    """Return the door of a text."""

    def enter(written: object) -> str:
        if not isinstance(written, str):
            raise refusal("text_expected", value=written)
        if len(written.strip()) < shortest:
            raise refusal("empty_text")
        if len(written) > longest:
            raise refusal("text_too_long", value=written, allowed=f"≤ {longest}")
        return written

    return Door(enter, {"type": "string", "minLength": shortest, "maxLength": longest})


def _percents(low: float, high: float) -> str:
    return f"{low * 100:.4g} % .. {high * 100:.4g} %"


def _year(written: object) -> int:
    year = int(written) if isinstance(written, str) and is_digits(written) and len(written) < 5 else written
    if isinstance(year, int) and (year == START or FIRST_YEAR <= year <= LAST_YEAR):
        return year
    raise refusal("not_a_year", value=written, allowed=f"{FIRST_YEAR} .. {LAST_YEAR}")


def _period(written: object) -> tuple[int, int]:
    pattern = r"\s*([0-9]{4})\s*\.\.\s*([0-9]{4})\s*"
    match = re.fullmatch(pattern, written) if isinstance(written, str) else None
    if match is None:
        raise refusal("period_expected", value=written, hint=f"{FIRST_YEAR}..2035")
    start, end = int(match[1]), int(match[2])
    if start != FIRST_YEAR:
        raise refusal("period_start", value=written, first=FIRST_YEAR)
    if not FIRST_YEAR <= end <= LAST_YEAR:
        raise refusal("period_end", value=written, allowed=f"{FIRST_YEAR} .. {LAST_YEAR}")
    return start, end


class Steps:
    """Mark a lever that may be a plain value or a path of dated values; it arrives here as a path."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_not_empty, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        plain = handler(schema)["patternProperties"][YEAR_PATTERN]
        years = {YEAR_PATTERN: plain}
        path = {"type": "object", "patternProperties": years, "additionalProperties": False, "minProperties": 1}
        return {"anyOf": [plain, path]}


def _not_empty(path: object) -> object:
    if path == {}:
        raise refusal("empty_path")
    return path


Value = TypeVar("Value")
Year = Annotated[int, Door(_year, {"type": "string", "pattern": YEAR_PATTERN})]
Period = Annotated[tuple[int, int], Door(_period, {"type": "string", "pattern": r"^\s*2021\s*\.\.\s*20[2-6][0-9]\s*$"})]
Dated = Annotated[dict[Year, Value], Steps()]


class Bilingual(Strict):
    """Hold a text in both languages."""

    en: Annotated[str, text(0, 4000)]
    vi: Annotated[str, text(0, 4000)]

    def as_dict(self) -> dict[str, str]:
        """Return the texts by language."""
        return {"en": self.en, "vi": self.vi}


class Title(Bilingual):
    """Hold a short text in both languages, neither of them empty."""

    en: Annotated[str, text(1, 300)]
    vi: Annotated[str, text(1, 300)]
