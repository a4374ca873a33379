"""The form of a sweep file: every entry that a planner may write.

Enters: the tree of a sweep file, short forms written out. Leaves: the same, typed. What one entry alone cannot know (is
there such a lever, does it take this value?) is checked in `reading`.
"""

from typing import Annotated, Final, TypeAlias

from pydantic import Field

from model.reading.doors import Bilingual, Door, Strict, Title, one_of, refusal, text, whole_number
from model.reading.nodes import Scalar
from model.vocabulary import FIRST_YEAR, LAST_YEAR

GRID: Final = "grid"
DESIGNS: Final = (GRID, "latin_hypercube", "sobol")
SEQUENCES: Final = ("sobol", "latin_hypercube")
FULL: Final = "full"
"""Short for a parameter's whole range in parameters.yaml, by its distribution."""
MOST_VALUES: Final = 1_000
MOST_POINTS: Final = 1_000_000
MOST_REPLICATES: Final = 100_000
MOST_SCENARIOS: Final = 100


def _plain(written: object) -> object:
    if isinstance(written, str | int | float | bool):
        return written
    raise refusal("plain_value_expected")


Written: TypeAlias = Annotated[Scalar, Door(_plain, {"type": ["string", "number", "boolean"]})]


class Range(Strict):
    """Values between two bounds; for a parameter the bounds of parameters.yaml are meant where none are written."""

    low: Written = None
    high: Written = None
    steps: Annotated[int | None, whole_number(2, MOST_VALUES)] = None


class Entry(Strict):
    """What one lever or parameter takes: a list of values, or a range."""

    from_: Annotated[int | None, whole_number(FIRST_YEAR, LAST_YEAR)] = Field(default=None, alias="from")
    values: Annotated[list[Written], Field(min_length=1, max_length=MOST_VALUES)] | None = None
    range: Range | None = None


class SweepFile(Strict):
    """A whole sweep: which scenarios, what is varied in them, how often each is run, and what is kept."""

    title: Title
    about: Bilingual = Bilingual(en="", vi="")
    scenarios: Annotated[list[Annotated[str, text(1, 200)]], Field(min_length=1, max_length=MOST_SCENARIOS)]
    vary: dict[str, Entry] = Field(default_factory=dict)
    design: Annotated[str, one_of(DESIGNS)] = GRID
    points: Annotated[int | None, whole_number(1, MOST_POINTS)] = None
    replicates: Annotated[int, whole_number(1, MOST_REPLICATES)] = 20
    parameters: Annotated[str, one_of(("sampled", "central"))] = "sampled"
    draws: Annotated[int | None, whole_number(1, MOST_REPLICATES)] = None
    sequence: Annotated[str, one_of(SEQUENCES)] = "sobol"
    years: Annotated[int | None, whole_number(FIRST_YEAR, LAST_YEAR)] = None
    outcomes: Annotated[list[Annotated[str, text(1, 100)]], Field(min_length=1)] | None = None
    seed: Annotated[int, whole_number(0, 2**63 - 1)] = 1
