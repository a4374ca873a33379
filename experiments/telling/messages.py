"""Every sentence that a person reads, in English and Vietnamese, by key.

Enters: messages.yaml and messages_*.yaml. Leaves: filled-in text.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

from experiments.errors import Words
from experiments.telling.numbers import format_number
from model.reading.own_files import read_own

LANGUAGES = ("en", "vi")
CATALOGUES = tuple(sorted(Path(__file__).parent.glob("messages*.yaml")))


@functools.cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Read the catalogues: key → language → text."""
    entries: dict[str, dict[str, str]] = {}
    for path in CATALOGUES:
        entries |= read_own(path)
    return entries


def say(key: str, language: str, **values: object) -> str:
    """Return the message `key` in `language`, its placeholders filled with `values`.

    Whole and real numbers are written as the language writes them. Raises KeyError for an unknown key.
    """
    return catalogue()[key][language].format(**{name: _shown(value, language) for name, value in values.items()})


def known(key: str) -> bool:
    """Tell whether the catalogue holds `key`."""
    return key in catalogue()


def name_of(family: str, word: str, language: str) -> str:
    """Return what people call `word` of a `family` (lines, units, groups); the word itself if it has no name."""
    key = f"{family}.{word}"
    return catalogue()[key][language] if key in catalogue() else word


def _shown(value: object, language: str) -> object:
    if isinstance(value, Words):
        return say(value.key, language)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return format_number(value, language, 0 if isinstance(value, int) else 2)
