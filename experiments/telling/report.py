"""The report of a run: one page in both languages, to read offline and to print, that loads nothing and runs nothing.

Enters: an ensemble, and the figures drawn from it. Leaves: report.html, with the same numbers as the screen and the tables.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from experiments.ensembles.ensemble import Ensemble
from experiments.folders.workbook import interval_meaning
from experiments.telling import screen
from experiments.telling.grid import Grid
from experiments.telling.messages import say
from experiments.telling.provinces import province_grids

PAGE = "report.html"
TEMPLATE = "report.html.j2"
LANGUAGES = ("vi", "en")
"""In the order of the page: the readers are in Viet Nam."""
KINDS = {".svg": "image/svg+xml", ".png": "image/png"}
_TITLE = re.compile(rb"<title>(.*?)</title>", re.DOTALL)
_HEAD_BYTES = 4096
_LINES = re.compile(rb'<path d="[^"]*"')
_DECIMALS = re.compile(rb"(\.[0-9]{2})[0-9]+")


@dataclass(frozen=True)
class Table:
    """Hold a table and the sentence above it; the heading of its first column is a heading of the whole."""

    caption: str
    grid: Grid


@dataclass(frozen=True)
class Picture:
    """Hold a figure: its message, and the whole file as an address."""

    message: str
    address: str


@dataclass(frozen=True)
class Scenario:
    """Hold what is said of one scenario."""

    title: str
    about: str
    imputed: str


@dataclass(frozen=True)
class Part:
    """Hold the report in one language."""

    language: str
    title: str
    settings: str
    scenarios: Sequence[Scenario]
    results: Sequence[Table]
    targets: Sequence[Table]
    target_notes: Sequence[str]
    pictures: Sequence[Picture]
    sure: Sequence[str]

    def say(self, key: str, **values: object) -> str:
        """Return a message in the language of the part."""
        return say(key, self.language, **values)


def write(ensemble: Ensemble, folder: Path, figures: Sequence[Path] = ()) -> None:
    """Write report.html into a folder; figures: files in folders named by language, each as SVG and PNG."""
    parts = [part(ensemble, language, figures) for language in LANGUAGES]
    text = environment().get_template(TEMPLATE).render(parts=parts, version=_version())
    (folder / PAGE).write_text(text, encoding="utf-8", newline="\n")


def environment() -> Environment:
    """Return what fills in the page: every text is escaped, none may be missing."""
    loader = PackageLoader("experiments.telling", ".")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def part(ensemble: Ensemble, language: str, figures: Sequence[Path]) -> Part:
    """Return the report in one language."""
    places = ", ".join(place.title.get(language, place.name) for place in ensemble.places.values())
    settings = {"replicates": ensemble.replicates, "seed": str(ensemble.seed)}
    targets, notes = _targets(ensemble, language)
    return Part(
        language=language,
        title=say("report.title", language, places=places),
        settings=say("run.central" if ensemble.central else "run.sampled", language, **settings),
        scenarios=_scenarios(ensemble, language),
        results=_results(ensemble, language),
        targets=targets,
        target_notes=notes,
        pictures=[picture(path) for path in figures if path.suffix == ".svg" and path.parent.name == language],
        sure=[interval_meaning(ensemble, language), say("run.says", language), *screen.failure_lines(ensemble, language)],
    )


def _scenarios(ensemble: Ensemble, language: str) -> list[Scenario]:
    said = []
    for card in ensemble.scenarios:
        imputed = say("run.imputed", language, scenario=card.label, imputed=len(card.imputed), facts=card.facts)
        title = f"{card.label}: {card.title.get(language, card.name)}"
        said.append(Scenario(title, card.about.get(language, ""), imputed))
    return said


def _results(ensemble: Ensemble, language: str) -> list[Table]:
    """Return the tables of the screen: of one scenario, or of every scenario against the first of its place; of provinces."""
    if ensemble.outcomes.num_rows == 0:
        return []
    provinces = [captioned(grid) for grid in province_grids(ensemble, language)]
    if len(ensemble.scenarios) == 1:
        return [Table(say("table.one", language), screen.one_grid(ensemble, language)), *provinces]
    compared = [
        Table(say("table.compare", language, scenario=pair[1], reference=pair[0]), grid)
        for pair in ensemble.pairs
        for grid in screen.compared_grids(ensemble, pair, language)
    ]
    return compared + provinces


def captioned(grid: Grid) -> Table:
    """Return a grid whose first heading is of the whole as a table with a caption."""
    caption, *others = grid.headings
    return Table(caption, Grid(["", *others], grid.rows))


def _targets(ensemble: Ensemble, language: str) -> tuple[list[Table], list[str]]:
    tables, notes = [], []
    for place in ensemble.places.values() if ensemble.outcomes.num_rows else ():
        grid, silent = screen.target_grid(ensemble, place, language)
        tables += [captioned(grid)] if grid.rows else []
        notes += silent
    return tables, notes


def picture(svg: Path) -> Picture:
    """Return a figure whole, as SVG or as PNG: whichever is smaller."""
    file = min(svg, svg.with_suffix(".png"), key=lambda path: path.stat().st_size)
    content = base64.b64encode(_LINES.sub(_shorter, file.read_bytes())).decode("ascii")
    return Picture(_message(svg), f"data:{KINDS[file.suffix]};base64,{content}")


def _shorter(line: re.Match[bytes]) -> bytes:
    """Return the line of a drawing to a hundredth of a point: nobody sees more, and maps become half as large."""
    return _DECIMALS.sub(rb"\1", line[0])


def _message(svg: Path) -> str:
    """Return the message that a figure was saved with."""
    with svg.open("rb") as file:
        found = _TITLE.search(file.read(_HEAD_BYTES))
    return unescape(found[1].decode("utf-8")).strip() if found else svg.stem


def _version() -> str:
    try:
        return version("three-pillars")
    except PackageNotFoundError:
        return ""
