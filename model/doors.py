"""Types of the entries of input files: each reads what a planner writes, and describes itself to editors.

Enters: a plain value of the file. Leaves: the value in model units, or an error whose type is a code of the catalogue.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from model import units
from model.nodes import START
from model.problems import nearest
from model.units import Unclear
from model.vocabulary import FIRST_YEAR, LAST_YEAR

YEAR_PATTERN: Final = "^20(2[1-9]|[345][0-9]|60)$"
_PER_CENT: Final = r"^\s*[-+]?[0-9]*\.?[0-9]+([eE][-+]?[0-9]+)?\s*(%|percent|per cent|phần trăm)\s*"
_MONEY: Final = (
    r"^\s*[0-9]*\.?[0-9]+\s*(thousand|m|mn|million|bn|billion|trn|trillion|nghìn|ngàn|triệu|tỷ|tỉ"
    r"|nghìn tỷ|ngàn tỷ|nghìn tỉ|ngàn tỉ)?\s*(VND|VNĐ|đồng|₫|đ)\s*$"
)


class Strict(BaseModel):
    """Accept the declared entries and no others, and no value of another kind."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, frozen=True, strict=True)


def refuse(code: str, **values: object) -> PydanticCustomError:
    """Make the error that becomes the problem of that code."""
    # The message is never shown (the catalogue has the wording), so it is the code.
    return PydanticCustomError(code, "refused", dict(values))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Door:
    """Read one quantity and hold it to a range in model units; `optional` lets null through.

    low, high: inclusive; `allowed` is the same range as a planner would write it.
    """

    read: Callable[[object], float]
    json_schema: Mapping[str, object]
    low: float
    high: float
    allowed: str
    optional: bool = False

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.enter)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        described = dict(self.json_schema)
        return {"anyOf": [described, {"type": "null"}]} if self.optional else described

    def enter(self, written: object) -> float | None:
        """Return the quantity in model units."""
        if written is None and self.optional:
            return None
        try:
            value = self.read(written)
        except Unclear as unclear:
            raise refuse(unclear.code, **unclear.values) from None
        if not self.low <= value <= self.high:
            raise refuse("out_of_range", value=written, allowed=self.allowed)
        return value


def _share(low: float, high: float, read: Callable[[object], float] = units.share) -> Door:
    example = "3 %" if read is units.share else "12 %"
    schema = {"type": "string", "pattern": _PER_CENT, "examples": [example]}
    return Door(read, schema, low, high, f"{low * 100:.4g} % .. {high * 100:.4g} %")


def _optional(door: Door) -> Door:
    return Door(door.read, door.json_schema, door.low, door.high, door.allowed, optional=True)


_MULTIPLIER_SCHEMA: Final = {
    "anyOf": [{"type": "number", "minimum": 0, "maximum": 100}, {"enum": list(units.MULTIPLIERS)}]
}
_MONEY_SCHEMA: Final = {"type": "string", "pattern": _MONEY, "examples": ["20 m VND", "30 bn VND"]}

Share = Annotated[float, _share(0.0, 1.0)]
SignedShare = Annotated[float, _share(-1.0, 10.0)]
OptionalShare = Annotated[float | None, _optional(_share(0.0, 1.0))]
OptionalRate = Annotated[float | None, _optional(_share(0.0, 10.0, units.rate))]
OptionalGrowth = Annotated[float | None, _optional(_share(-0.5, 1.0, units.rate))]
LossRate = Annotated[float, _share(0.0, 1.0, units.rate)]
Multiplier = Annotated[float, Door(units.multiplier, _MULTIPLIER_SCHEMA, 0.0, 100.0, "0 .. 100")]
Money = Annotated[float, Door(units.money, _MONEY_SCHEMA, 0.0, 100_000.0, "0 .. 100 trn VND")]
VoucherCap = Annotated[float, Door(units.money, _MONEY_SCHEMA, 0.0, 10.0, "0 .. 10 bn VND")]


@dataclass(frozen=True)
class OneOf:
    """Accept one of a few words; `code` is the problem otherwise."""

    words: Sequence[str]
    code: str = "unknown_choice"

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.enter)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", "enum": list(self.words)}

    def enter(self, written: object) -> str:
        """Return the word, if it is one of ours."""
        if isinstance(written, str) and written in self.words:
            return written
        allowed = ", ".join(self.words)
        raise refuse(self.code, value=written, allowed=allowed, suggestion=nearest(written, self.words))


def _enter_year(written: object) -> int:
    year = int(written) if isinstance(written, str) and written.isdecimal() else written
    if isinstance(year, int) and not isinstance(year, bool) and (year == START or FIRST_YEAR <= year <= LAST_YEAR):
        return year
    raise refuse("not_a_year", value=written, allowed=f"{FIRST_YEAR} .. {LAST_YEAR}")


Value = TypeVar("Value")


class Steps:
    """Mark a lever that may be a plain value or a path of dated values; nodes arrive as paths already."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._not_empty, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        plain = handler(schema)["additionalProperties"]
        path = {
            "type": "object",
            "patternProperties": {YEAR_PATTERN: plain},
            "additionalProperties": False,
            "minProperties": 1,
        }
        return {"anyOf": [plain, path]}

    @staticmethod
    def _not_empty(path: object) -> object:
        if path == {}:
            raise refuse("empty_path")
        return path


Year = Annotated[int, BeforeValidator(_enter_year)]
Dated = Annotated[dict[Year, Value], Steps()]
Text = Annotated[str, BeforeValidator(lambda written: _enter_text(written, 4000))]
Name = Annotated[str, BeforeValidator(lambda written: _enter_text(written, 200))]


def _enter_text(written: object, longest: int) -> str:
    if not isinstance(written, str):
        raise refuse("text_expected", value=written)
    if len(written) > longest:
        raise refuse("text_too_long", value=written, allowed=f"≤ {longest}")
    return written


class Bilingual(Strict):
    """Hold a text in both languages."""

    en: Text
    vi: Text

    def as_dict(self) -> dict[str, str]:
        """Return the texts by language."""
        return {"en": self.en, "vi": self.vi}


class Title(Bilingual):
    """Hold a short text in both languages, neither empty."""

    en: Name
    vi: Name

    @staticmethod
    def filled(written: str) -> str:
        """Refuse an empty text."""
        if not written.strip():
            raise refuse("empty_text")
        return written


def enter_period(written: object) -> tuple[int, int]:
    """Read "2021..2035"."""
    match = re.fullmatch(r"\s*([0-9]{4})\s*\.\.\s*([0-9]{4})\s*", written) if isinstance(written, str) else None
    if match is None:
        raise refuse("period_expected", value=written, allowed=f"{FIRST_YEAR}..2035")
    start, end = int(match[1]), int(match[2])
    if start != FIRST_YEAR:
        raise refuse("period_start", value=written, allowed=FIRST_YEAR)
    if not FIRST_YEAR <= end <= LAST_YEAR:
        raise refuse("period_end", value=written, allowed=f"{FIRST_YEAR} .. {LAST_YEAR}")
    return start, end


def whole_number(low: int, high: int) -> Any:
    """Return the annotation of a whole number from `low` to `high`, both allowed."""

    def enter(written: object) -> int:
        if isinstance(written, bool) or not isinstance(written, int):
            raise refuse("whole_number_expected", value=written)
        if not low <= written <= high:
            raise refuse("out_of_range", value=written, allowed=f"{low} .. {high}")
        return written

    return _Described(enter, {"type": "integer", "minimum": low, "maximum": high})


@dataclass(frozen=True)
class _Described:
    """Join a plain validator with the JSON schema of what it accepts."""

    enter: Callable[[object], object]
    json_schema: Mapping[str, object]

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.enter)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return dict(self.json_schema)
