"""A table of text: the first column to the left, the others to the right, as wide as they need.

Enters: rows of words. Leaves: lines. Where a table would be wider than a screen, headings and then the first column are broken
into several lines; figures never are.
"""

from __future__ import annotations

import itertools
import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from experiments.telling.numbers import NO_BREAK, whole

GAP = "  "
RULE = "─"
WIDEST = 120
"""Columns of a screen that a table keeps to if it can."""
NARROWEST = 24
"""Columns that are left to the first column, whatever the others need."""
HEADING = 14
"""Columns down to which a heading is not broken."""
HANGING = "  "
"""How far the further lines of a first cell stand in."""


@dataclass
class Grid:
    """Collect rows under headings."""

    headings: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)

    def add(self, row: Sequence[str]) -> None:
        """Add a row; it has as many cells as there are headings."""
        self.rows.append(row)

    def lines(self) -> list[str]:
        """Return the headings, a rule and the rows."""
        widths = self._widths()
        head = [_broken(heading, wide)[::-1] for heading, wide in zip(self.headings, widths, strict=True)]
        rows = [[_broken(row[0], widths[0], HANGING), *([cell] for cell in row[1:])] for row in self.rows]
        return [*_laid(head, widths)[::-1], RULE * _total(widths), *(line for row in rows for line in _laid(row, widths))]

    def _widths(self) -> list[int]:
        """Return how wide each column is: as its cells need, or narrower where all would not fit."""
        body = [max(map(width, column)) for column in zip(*self.rows, strict=True)] or [0] * len(self.headings)
        widths = [max(width(heading), cells) for heading, cells in zip(self.headings, body, strict=True)]
        if _total(widths) > WIDEST:
            heads = [max(min(width(heading), HEADING), *map(width, whole(heading).split(" "))) for heading in self.headings]
            widths = [widths[0], *map(max, heads[1:], body[1:])]
            longest = max(width(word) for cell in (self.headings[0], *(row[0] for row in self.rows)) for word in cell.split(" "))
            widths[0] = min(widths[0], max(WIDEST - _total([0, *widths[1:]]), NARROWEST, longest))
        return widths


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes: combining marks none, wide letters two."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def folded(text: str, wide: int, hanging: str = "") -> list[str]:
    """Break a text between its words into lines of a width, the further ones standing in by `hanging`."""
    lines = textwrap.wrap(whole(text), wide, subsequent_indent=hanging, break_on_hyphens=False)
    return [line.replace(NO_BREAK, " ") for line in lines]


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(GAP) * (len(widths) - 1)


def _broken(text: str, wide: int, hanging: str = "") -> list[str]:
    """Break a text that is too wide between its words."""
    if width(text) <= wide:
        return [text]
    return folded(text, wide, hanging)


def _laid(cells: Sequence[Sequence[str]], widths: Sequence[int]) -> list[str]:
    """Lay the lines of each cell side by side, from the first down."""
    return [GAP.join(_padded(row, widths)).rstrip() for row in itertools.zip_longest(*cells, fillvalue="")]


def _padded(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    first, *rest = (" " * (wide - width(text)) for text, wide in zip(row, widths, strict=True))
    return [row[0] + first, *(space + text for space, text in zip(rest, row[1:], strict=True))]
