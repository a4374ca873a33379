"""A table of text: the first column to the left, the others to the right, as wide as they need.

Enters: rows of words. Leaves: lines.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

GAP = "  "
RULE = "─"


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
        cells = [self.headings, *self.rows]
        widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
        written = [GAP.join(_padded(row, widths)).rstrip() for row in cells]
        return [written[0], RULE * (sum(widths) + len(GAP) * (len(widths) - 1)), *written[1:]]


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes: combining marks none, wide letters two."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def _padded(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    first, *rest = (" " * (wide - width(text)) for text, wide in zip(row, widths, strict=True))
    return [row[0] + first, *(space + text for space, text in zip(rest, row[1:], strict=True))]
