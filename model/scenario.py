"""A scenario: one policy for one place, with what is believed about behaviour and facts.

Enters: a checked form and what stands beside it (`reading` makes both from files). Leaves: `Scenario`, which says what
the levers are in each year, draws what is uncertain, and names itself by a hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from model.levers import AiInstitute, Levers
from model.parameters import Parameters
from model.places.facts import Draw, Facts
from model.places.place import Place
from model.reading.assembly import Parts, assemble, assemble_changed
from model.reading.policy import levers_of, paths, shortest
from model.reading.scenario_file import SECTIONS, Ensemble
from model.register import Entry, Register

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Draw", "Ensemble", "Levers", "Scenario", "load_scenario"]

_WORDS: Final = ("title", "about", "name")


@dataclass(frozen=True, eq=False)
class Scenario:
    """Hold one scenario, complete and checked."""

    name: str
    parts: Parts
    part: float = 1.0
    """share of a country's product that the place makes, where the policy was written for the country; else 1"""

    def __repr__(self) -> str:
        """Say which scenario it is; the whole of it is in `resolved`."""
        return f"Scenario({self.name!r}, {self.path})"

    @property
    def path(self) -> Path:
        """Return the file it was loaded from."""
        return self.parts.path

    @property
    def title(self) -> dict[str, str]:
        """Return the title by language."""
        return self.parts.form.title.as_dict()

    @property
    def about(self) -> dict[str, str]:
        """Return the description by language."""
        return self.parts.form.about.as_dict()

    @property
    def start(self) -> int:
        """Return the first year of the period."""
        return self.parts.form.period[0]

    @property
    def end(self) -> int:
        """Return the last year of the period."""
        return self.parts.form.period[1]

    @property
    def ensemble(self) -> Ensemble:
        """Return how many replicates to run, with which parameters and seed."""
        return self.parts.form.ensemble

    @property
    def place(self) -> Place:
        """Return the place; its register carries the facts that the scenario fixes."""
        return self.parts.place

    @property
    def parameters(self) -> Register[Parameters]:
        """Return the parameters, with those that the scenario fixes."""
        return self.parts.parameters

    @cached_property
    def _years(self) -> dict[int, Levers]:
        return {}

    def levers(self, year: int) -> Levers:
        """Return every lever in force in a year; after the period's end the last ones hold."""
        if year not in self._years:
            self._years[year] = levers_of(self.parts.form, year).of_part(self.part)
        return self._years[year]

    @property
    def slots(self) -> tuple[str, ...]:
        """Name the columns of a row of the unit cube: uncertain parameters, then uncertain facts, fixed or not."""
        return self.parameters.slots + self.place.register.slots

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Name the parameters and facts that vary between draws."""
        return self.parameters.dimensions + self.place.register.dimensions

    def central(self) -> Draw:
        """Return the draw of central values."""
        return self._joined(self.parameters.central(), self.place.register.central(), {})

    def draw(self, row: NDArray[np.float64] | Sequence[float]) -> Draw:
        """Return the draw that a row of the unit cube stands for: one number in [0, 1] for each of `slots`."""
        first, facts = len(self.parameters.slots), self.place.register
        quantiles = dict(zip(facts.slots, (float(number) for number in row[first:]), strict=False))
        return self._joined(self.parameters.draw(row[:first]), facts.draw(row[first:]), quantiles)

    def _joined(self, parameters: Parameters, facts: Facts, quantiles: Mapping[str, float]) -> Draw:
        nation = Register(Facts, self.place.register.entries).central()
        provinces = {one.name: one.facts_within(nation, facts, quantiles) for one in self.place.provinces}
        return Draw(parameters, facts, provinces)

    def in_place(self, place: Place) -> Scenario:
        """Return the same policy for another place: a country's, for one of its provinces."""
        part = place.facts.grdp_nominal / self.place.facts.grdp_nominal if self.place.provinces else self.part
        return Scenario(self.name, replace(self.parts, place=place), part)

    def with_levers(self, changes: Mapping[str, object], name: str | None = None) -> Scenario:
        """Return the scenario with entries changed, by dotted path: {"budget.pillars_share": {2026: "3 %"}}.

        Values are written, checked and merged as those of a file that extends this one. Raises: Refused.
        """
        return Scenario(name or self.name, assemble_changed(self.parts, changes))

    def resolved(self) -> dict[str, Any]:
        """Return all that a run depends on, as plain data in model units, each path in its shortest form."""
        levers: dict[str, dict[str, Any]] = {section: {} for section in SECTIONS}
        for section, name, path in paths(self.parts.form):
            steps = shortest(name, path, self.start, self.end)
            levers[section][name] = {str(year): _plain(value) for year, value in steps.items()}
        return {
            "name": self.name,
            "title": self.title,
            "about": self.about,
            "place": self.place.name,
            "period": [self.start, self.end],
            "levers": levers,
            "fixed": {**self.parameters.fixed, **self.place.register.fixed},
            "ensemble": self.ensemble.model_dump(),
            "inputs": {"parameters": _digest(_entries(self.parameters)), "place": self._place_digest},
        }

    @cached_property
    def _place_digest(self) -> str:
        communes = [asdict(commune) for commune in self.place.communes]
        provinces = [_entries(province.register) for province in self.place.provinces]
        return _digest([self.place.code, _entries(self.place.register), communes, *provinces])

    @cached_property
    def sha256(self) -> str:
        """Return the hash of `resolved` without its words: scenarios with one hash are one policy."""
        return _digest({key: value for key, value in self.resolved().items() if key not in _WORDS})


def load_scenario(path: Path | str) -> Scenario:
    """Load a scenario file with all that it extends, its place and the parameters.

    Raises: Refused, with all that is wrong in any of these files.
    """
    return Scenario(Path(path).stem, assemble(Path(path), str(path)))


def _plain(value: Any) -> Any:
    if isinstance(value, AiInstitute):
        return {"minimum_scale": value.minimum_scale, "sectors": list(value.sectors)}
    return list(value) if isinstance(value, tuple) else value


def _entries(register: Register[Parameters] | Register[Facts]) -> dict[str, list[Any]]:
    def numbers(entry: Entry) -> list[Any]:
        return [entry.value, entry.low, entry.high, entry.distribution, entry.unit]

    return {name: numbers(entry) for name, entry in register.entries.items()}


def _digest(content: object) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
