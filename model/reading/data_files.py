"""The forms of the data files: parameters.yaml, sources.yaml, and a place's profile.yaml and targets.yaml.

Enters: one entry of a tree. Leaves: the same, typed. What one entry alone cannot know (are its source and its outcome
registered?) is checked in `registers` and `place`.
"""

import re
from typing import Annotated, Final, TypeAlias

from pydantic import Field

from model.reading.doors import Bilingual, Door, Strict, Title, one_of, refusal, text
from model.register import DISTRIBUTIONS

OF_FACTS: Final = ("seed", "found", "recalled", "derived", "imputed")
OF_PARAMETERS: Final = ("H", "M", "L", "A")
BY_STRUCTURE: Final = "structure"  # of sectors: raked, see model/places/structure.py
SCALES: Final = ("none", "population", "grdp", BY_STRUCTURE)
BOUNDS: Final = ("at_least", "at_most", "within")
DECIDED: Final = ("pillars_share",)  # levers that a target may speak of: decisions, not results
_HIGHEST: Final = 1e15
_YEARS: Final = re.compile(r"\s*([0-9]{4})\s*(?:\.\.\s*([0-9]{4})\s*)?")


def _number(written: object) -> float:
    if isinstance(written, bool) or not isinstance(written, int | float):
        raise refusal("number_expected", value=written)
    if not abs(written) <= _HIGHEST:
        raise refusal("out_of_range", value=written, allowed=f"{-_HIGHEST:g} .. {_HIGHEST:g}")
    return float(written)


def _years(written: object) -> tuple[int, int]:
    match = None if isinstance(written, bool) else _YEARS.fullmatch(str(written))
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not 1900 <= first <= last <= 2100:
        raise refusal("years_expected", value=written)
    return first, last


def _value_or_range(written: object) -> tuple[float, float]:
    if isinstance(written, list):
        if len(written) != 2:
            raise refusal("too_many" if len(written) > 2 else "too_few", allowed=2)
        return _number(written[0]), _number(written[1])
    return _number(written), _number(written)


Number: TypeAlias = Annotated[float, Door(_number, {"type": "number"})]
Range: TypeAlias = Annotated[list[Number], Field(min_length=2, max_length=2)]
Years: TypeAlias = Annotated[tuple[int, int], Door(_years, {"type": ["integer", "string"]})]
Values: TypeAlias = Annotated[tuple[float, float], Door(_value_or_range, {"type": ["number", "array"]})]
Words: TypeAlias = Annotated[str, text(1, 4000)]
Label: TypeAlias = Annotated[str, text(1, 200)]
Distribution: TypeAlias = Annotated[str, one_of(DISTRIBUTIONS)]


class ParameterEntry(Strict):
    """One behavioural parameter."""

    symbol: Label
    value: Number
    range: Range | None = None
    distribution: Distribution
    unit: Label
    meaning: Title
    source: Words
    confidence: Annotated[str, one_of(OF_PARAMETERS)]


class FactEntry(Strict):
    """One fact of a place."""

    value: Number
    unit: Label
    year: Years
    source: Label
    confidence: Annotated[str, one_of(OF_FACTS)]
    range: Range | None = None
    distribution: Distribution = "fixed"
    scale: Annotated[str, one_of(SCALES)] | None = None
    note: Words = ""
    rule: Words = ""


class OutturnEntry(Strict):
    """One thing that happened: compared with, never used to run."""

    outcome: Label
    year: Years
    value: Number
    unit: Label
    source: Label
    confidence: Annotated[str, one_of(OF_FACTS)]
    note: Words = ""


class ProfileFile(Strict):
    """What is known of a place; facts and outturns are read one by one."""

    name: Title
    code: Label
    about: Bilingual | None = None


class Reason(Strict):
    """Why a target is not modelled."""

    reason: Title


class TargetEntry(Strict):
    """One published target."""

    id: Label
    name: Title
    definition: Bilingual
    outcome: Label | None = None
    bound: Annotated[str, one_of(BOUNDS)] | None = None
    value: Values | None = None
    unit: Label
    year: Years
    source: Label
    note: Words = ""
    not_modelled: Reason | None = None
    lever: Annotated[str, one_of(DECIDED)] | None = None


class SourceEntry(Strict):
    """One document that figures come from."""

    title: Words
    publisher: Words
    url: Annotated[str, text(0, 1000)] | None = None
    year: Years | None = None
    note: Words = ""
