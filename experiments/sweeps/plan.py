"""The plan of a sweep: which run has which number, which runs a chunk holds, and what makes two sweeps the same.

Enters: a sweep. Leaves: `Plan`, all numbers and words, which survives in plan.json: results are put together from it and
the chunks alone. A run's place follows from its number, so a plan of a million runs is no larger than one of ten.
"""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from experiments.ensembles import adapters
from experiments.ensembles.cards import PlaceCard, ScenarioCard
from experiments.errors import WrongUsage
from experiments.folders import manifest
from experiments.sweeps.axes import unit_of
from experiments.sweeps.entries import registered
from experiments.sweeps.levers import PARAMETERS, is_parameter
from experiments.sweeps.reading import Sweep
from experiments.telling.messages import LANGUAGES, name_of

FORMAT: Final = 1
FEWEST_CHUNKS, MOST_CHUNKS, LARGEST_CHUNK = 256, 4096, 50
NUMBERS_COME_FROM: Final = ("numpy", "scipy", "mesa")
"""Packages another version of which may give other digits: chunks of two versions never mix."""


@dataclass(frozen=True, slots=True)
class Run:
    """Name one run: `draw` is the row of parameters it believes, the replicate's own unless draws are crossed."""

    number: int
    point: int
    position: int
    draw: int
    replicate: int


@dataclass(frozen=True)
class AxisCard:
    """Describe one axis: its values are numbers in `unit`, or words where `unit` is None."""

    key: str
    since: int | None
    unit: str | None
    label: Mapping[str, str]


@dataclass(frozen=True)
class Plan:
    """Hold everything about a sweep but its results; draws is None unless every draw meets every replicate."""

    identity: str
    name: str
    title: Mapping[str, str]
    about: Mapping[str, str]
    design: str
    axes: tuple[AxisCard, ...]
    points: int
    draws: int | None
    replicates: int
    sequence: str
    central: bool
    seed: int
    years_to: int | None
    outcomes: tuple[str, ...]
    units: Mapping[str, str]
    chunk: int
    scenarios: tuple[ScenarioCard, ...]
    places: tuple[PlaceCard, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """Name the scenarios."""
        return tuple(card.label for card in self.scenarios)

    @property
    def per_scenario(self) -> int:
        """Return the number of runs of one scenario at one point."""
        return (self.draws or 1) * self.replicates

    @property
    def per_point(self) -> int:
        """Return the number of runs at one point."""
        return len(self.scenarios) * self.per_scenario

    @property
    def runs(self) -> int:
        """Return the number of runs."""
        return self.points * self.per_point

    @property
    def chunks(self) -> int:
        """Return the number of chunks."""
        return -(-self.runs // self.chunk)

    @property
    def keys(self) -> tuple[str, ...]:
        """Name the columns that tell runs and years apart."""
        crossed = () if self.draws is None else ("draw",)
        return ("scenario", "point", *crossed, "replicate", "year")

    def run(self, number: int) -> Run:
        """Return the run of that number: point after point, at each scenario after scenario, draw after draw."""
        point, rest = divmod(number, self.per_point)
        position, rest = divmod(rest, self.per_scenario)
        draw, replicate = divmod(rest, self.replicates)
        return Run(number, point, position, draw if self.draws else replicate, replicate)

    def of_chunk(self, chunk: int) -> range:
        """Return the numbers of the runs of a chunk."""
        return range(chunk * self.chunk, min((chunk + 1) * self.chunk, self.runs))

    def years(self) -> int:
        """Return the number of years of the longest run."""
        return max((self.years_to or card.end) - card.start + 1 for card in self.scenarios)

    def as_dict(self) -> dict[str, Any]:
        """Give the plan as JSON-able data."""
        data = {field.name: adapters.plain(getattr(self, field.name)) for field in fields(self)}
        cards = {"scenarios": [card.as_dict() for card in self.scenarios], "places": [card.as_dict() for card in self.places]}
        return {**data, **cards}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Plan:
        """Read a plan back."""
        own = {
            "axes": tuple(AxisCard(**axis) for axis in data["axes"]),
            "outcomes": tuple(data["outcomes"]),
            "scenarios": tuple(ScenarioCard.from_dict(card) for card in data["scenarios"]),
            "places": tuple(PlaceCard.from_dict(place) for place in data["places"]),
        }
        return cls(**{**data, **own})


@dataclass(frozen=True)
class Shard:
    """Name one of several processes that share a sweep without speaking to each other: number 1..of."""

    number: int = 1
    of: int = 1

    def chunks(self, plan: Plan) -> Iterator[int]:
        """Yield the numbers of the chunks that are this shard's: every `of`-th."""
        return iter(range(self.number - 1, plan.chunks, self.of))

    def runs(self, plan: Plan) -> int:
        """Return the number of runs of this shard."""
        return sum(len(plan.of_chunk(chunk)) for chunk in self.chunks(plan))

    @property
    def name(self) -> str:
        """Return what to call the shard in file names."""
        return f"{self.number}-of-{self.of}"


def read_shard(text: str) -> Shard:
    """Read "2/4"; raise WrongUsage if it is not one of so many."""
    match = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text.strip())
    number, of = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= number <= of:
        raise WrongUsage("sweep.shard", given=text)
    return Shard(number, of)


def plan_of(sweep: Sweep, *, chunk: int | None = None, runner: str = "") -> Plan:
    """Return the plan of a sweep; the chunk size never changes a result."""
    form, known = sweep.form, adapters.outcomes()
    central = form.parameters == "central"
    runs = sweep.points * len(sweep.scenarios) * (form.draws or 1) * form.replicates
    cards = [adapters.scenario_card(one, label) for one, label in zip(sweep.scenarios, sweep.labels, strict=True)]
    return Plan(
        identity=identity_of(sweep, cards, runner, manifest.code_hash(), versions()),
        name=sweep.name,
        title=form.title.as_dict(),
        about=form.about.as_dict(),
        design=form.design,
        axes=tuple(AxisCard(axis.key, axis.since, unit_of(axis), _label(axis.key, sweep)) for axis in sweep.axes),
        points=sweep.points,
        draws=form.draws,
        replicates=form.replicates,
        sequence=form.sequence,
        central=central,
        seed=form.seed,
        years_to=form.years,
        outcomes=sweep.outcomes,
        units={name: known[name].unit for name in sweep.outcomes},
        chunk=chunk or chunk_size(runs),
        scenarios=tuple(cards),
        places=tuple({one.place.name: adapters.place_card(one) for one in sweep.scenarios}.values()),
    )


def chunk_size(runs: int) -> int:
    """Return how many runs a chunk holds: few, so that little is lost, but not too many files."""
    return max(1, min(-(-runs // FEWEST_CHUNKS), LARGEST_CHUNK), -(-runs // MOST_CHUNKS))


def versions() -> dict[str, str]:
    """Return the versions of the packages that numbers come from."""
    return {name: importlib.metadata.version(name) for name in NUMBERS_COME_FROM}


def identity_of(
    sweep: Sweep, cards: Sequence[ScenarioCard], runner: str, code: str, packages: Mapping[str, str]
) -> str:
    """Return the SHA-256 of everything that results depend on; code: of the model, packages: their versions."""
    form = sweep.form
    names = ("design", "points", "replicates", "parameters", "draws", "sequence", "seed")
    what_counts = {
        "format": FORMAT,
        "scenarios": [[card.label, card.sha256] for card in cards],
        "axes": [axis.as_dict() for axis in sweep.axes],
        "settings": {name: getattr(form, name) for name in names},
        "years": form.years,
        "outcomes": list(sweep.outcomes),
        "code": code,
        "packages": dict(packages),
        "runner": runner,
    }
    return manifest.digest(what_counts)


def _label(key: str, sweep: Sweep) -> dict[str, str]:
    """Return what people call a lever or parameter, in both languages."""
    if is_parameter(key):
        entry = registered(key, sweep.scenarios)
        name = key.removeprefix(PARAMETERS)
        return {language: (entry.meaning.get(language) if entry else None) or name for language in LANGUAGES}
    lever, _, part = key.rpartition(".") if key.count(".") > 1 else (key, "", "")
    return {language: _called(lever, part, language) for language in LANGUAGES}


def _called(lever: str, part: str, language: str) -> str:
    """Name a lever, and the part of it that is varied."""
    whole = name_of("lever", lever, language)
    return f"{whole}: {name_of('line', part, language)}" if part else whole
