"""What can be wrong with an input file, said once per language: code, place in the file, values, hint.

Enters: a problem's code and values. Leaves: `Problem`, which renders itself, and `Refused`, which carries several.
The wording stands in problems.yaml.
"""

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib import resources
from typing import Final, TypeVar

from model.reading.own_files import read_own

LONGEST_VALUE: Final = 60
MOST_PROBLEMS: Final = 100
_LONGEST_NAME: Final = 100
_CUTOFF: Final = 0.6
_SHORTEST_START: Final = 4
_LONG_CHOICE: Final = 120
Item = TypeVar("Item")

_WORDS: Final = {"True": "true", "False": "false", "None": "null"}


@functools.cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Return every message template by code and language."""
    templates: dict[str, dict[str, str]] = read_own(resources.files("model.reading").joinpath("problems.yaml"))
    return templates


def visible(text: str) -> str:
    """Return a text with every letter that a screen would not show, or would obey, escaped."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def shown(value: object) -> str:
    """Write a value for a message: whole, escaped where it could not be seen, cut to 60 characters."""
    text = value if isinstance(value, str) else _WORDS.get(str(value), repr(value))
    text = visible(text)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


@dataclass(frozen=True, slots=True)
class Problem:
    """Say what is wrong with one entry of one file.

    line and column count from 1; line 0 means the file as a whole. path is dotted, and empty for the file itself.
    """

    code: str
    file: str
    line: int
    column: int
    path: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    def text(self, language: str = "en") -> str:
        """Say in one sentence what is wrong, what is allowed and what may have been meant."""
        values = {name: shown(value) for name, value in self.values.items() if name != "allowed"}
        allowed, suggestion = str(self.values.get("allowed", "")), values.get("suggestion", "")
        sentence = catalogue()[self.code][language].format_map(values)
        if allowed and not (suggestion and len(allowed) > _LONG_CHOICE):
            sentence += catalogue()["allowed"][language].format(allowed=allowed)
        return sentence + (catalogue()["suggestion"][language].format(suggestion=suggestion) if suggestion else "")

    def render(self, language: str = "en") -> str:
        """Write `file:line:column: path: sentence`."""
        file = visible(self.file)
        spot = f"{file}:{self.line}:{self.column}" if self.line else file
        return f"{spot}: " + (f"{shown(self.path)}: " if self.path else "") + self.text(language)

    def as_dict(self, language: str = "en") -> dict[str, object]:
        """Give the same as plain data, for programs that read it."""
        return {
            "code": self.code,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "path": self.path,
            "message": self.text(language),
        }

    def __str__(self) -> str:
        return self.render()


class Refused(Exception):  # noqa: N818 - the word a planner reads
    """Refuse an input file, with all that was found wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(self.problems)

    def render(self, language: str = "en") -> str:
        """Write one line a problem, in the order of the files."""
        return "\n".join(problem.render(language) for problem in self.problems)

    def __str__(self) -> str:
        return self.render()


def until_many(items: Iterable[Item], problems: Sequence[Problem]) -> Iterator[Item]:
    """Yield items until `problems`, which the caller adds to, are as many as anyone reads."""
    for item in items:
        if len(problems) >= MOST_PROBLEMS:
            return
        yield item


def nearest(word: object, known: Sequence[str]) -> str:
    """Return the known name that `word` most likely means, or an empty text."""
    if len(str(word)) > _LONGEST_NAME:
        return ""
    plain = str(word).strip().lower().replace("-", "_").replace(" ", "_")
    close = get_close_matches(plain, known, n=1, cutoff=_CUTOFF)
    begun = [name for name in known if len(plain) >= _SHORTEST_START and name.startswith(plain)]
    return close[0] if close else begun[0] if len(begun) == 1 else ""


def in_order(problems: Iterable[Problem], first: str = "") -> list[Problem]:
    """Sort problems by place, file after file as met, those of the file `first` before others; say each once."""
    unique = {(p.file, p.line, p.column, p.code, p.path, str(p.values)): p for p in problems}
    files = dict.fromkeys([first, *(problem.file for problem in unique.values())])
    rank = {file: number for number, file in enumerate(files)}
    return sorted(unique.values(), key=lambda p: (rank[p.file], p.line, p.column))
