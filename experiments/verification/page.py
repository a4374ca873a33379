"""The page that shows a verification, once in English and once in Vietnamese, with the same numbers.

Enters: limits and readings of facts, in English. Leaves: the pages' text. Limits and facts are put into Vietnamese by
`texts.vi.yaml`; names of single checks stay as the tables have them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, select_autoescape

from experiments.telling.messages import name_of, say
from experiments.verification.facts import INSIDE, NOT_APPLICABLE, OUTSIDE, Reading
from experiments.verification.limit import Check, Curve, Limit
from model.reading.own_files import read_own

PAGES = {"en": "index.html", "vi": "index.vi.html"}
VIETNAMESE = Path(__file__).resolve().parent / "texts.vi.yaml"


def render(language: str, limits: Sequence[Limit], readings: Sequence[Reading]) -> str:
    """Return the page in a language."""
    if language == "vi":
        limits, readings = [limit_in_vietnamese(limit) for limit in limits], in_vietnamese(readings)
    other = next(page for tongue, page in PAGES.items() if tongue != language)
    return environment().get_template("verification.html.j2").render(
        language=language, other=other, limits=limits, readings=readings, score=score(readings),
        say=lambda key, **values: say(f"verification.{key}", language, **values),
        name=lambda family, word: name_of(family, word, language),
        number=partial(shown, language=language), asked=asked, file_of=file_of,
    )  # fmt: skip


def environment() -> Environment:
    """Return what fills in the page."""
    loader = PackageLoader("experiments.verification", ".")
    return Environment(loader=loader, autoescape=select_autoescape(default=True), trim_blocks=True, lstrip_blocks=True)


@cache
def vietnamese() -> Mapping[str, Mapping[Any, Any]]:
    """Return the Vietnamese of limits by name, and of facts by number."""
    return dict(read_own(VIETNAMESE))


def limit_in_vietnamese(limit: Limit) -> Limit:
    """Return a limit with title and setting in Vietnamese."""
    return replace(limit, **vietnamese()["limits"].get(limit.name, {}))


def in_vietnamese(readings: Sequence[Reading]) -> list[Reading]:
    """Return the readings, in the order of their facts, with everything that is said in Vietnamese."""
    seen: dict[int, int] = {}
    translated = []
    for reading in readings:
        fact, place = vietnamese()["facts"][reading.fact], seen.get(reading.fact, 0)
        seen[reading.fact] = place + 1
        own = {"outside": "", "reason": ""} | fact["readings"][place]
        translated.append(replace(reading, name=fact["name"], told=fact.get("input", ""), **own))
    return translated


def score(readings: Sequence[Reading]) -> dict[str, int]:
    """Count the readings by verdict."""
    return {verdict: sum(one.verdict == verdict for one in readings) for verdict in (INSIDE, OUTSIDE, NOT_APPLICABLE)}


def shown(value: float, language: str = "en") -> str:
    """Write a number with the digits that matter in a table."""
    text = f"{value:.4g}"
    return text.replace(".", ",") if language == "vi" else text


def asked(check: Check) -> float:
    """Return the tolerance that the table of mechanisms asks for."""
    return check.tolerance if check.asked is None else check.asked


def file_of(curve: Curve) -> str:
    """Return the name of a curve's figure, without its ending."""
    return re.sub(r"[^a-z0-9]+", "_", curve.title.lower()).strip("_")
