"""A model of a few lines in the shape of the real one, so that experiments can be tested in milliseconds."""

from __future__ import annotations

import hashlib
import json
import os
import signal
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
import pytest

from model.government.ledger import LedgerRow
from model.register import Entry, Register
from model.vocabulary import COMMUNE_KINDS, LINES, SECTORS, SIZES

OUTCOMES = (
    "grdp", "grdp_growth", "tfp_growth", "digital_share", "enterprises_digital", "enterprises_rung2",
    "enterprises_rung3", "online_services_used", "commune_capacity", "coverage_5g", "executed_share",
)  # fmt: skip


@dataclass(frozen=True)
class Beliefs:
    """Two parameters."""

    slope: float
    noise: float


@dataclass(frozen=True)
class FakeFacts:
    """One fact."""

    level: float


@dataclass(frozen=True)
class FakeDraw:
    """What a replicate believes."""

    parameters: Beliefs
    facts: FakeFacts


@dataclass(frozen=True)
class FakeCommune:
    """One commune."""

    code: str
    name: str
    name_en: str
    kind: str
    area_km2: float
    longitude: float
    latitude: float
    population: float


def entry(name: str, value: float, low: float, high: float) -> Entry:
    return Entry(
        name=name, value=value, unit="1", low=low, high=high, distribution="uniform", source="=HYPERLINK(1)",
        confidence="A", symbol=name[0], meaning={"en": f"the {name}", "vi": f"độ {name}"},
    )  # fmt: skip


COMMUNES = tuple(
    FakeCommune(
        f"{i:05d}", f"Xã Đức Thọ {i}", f"Duc Tho {i}", COMMUNE_KINDS[i % 2], 20.0, 105.5 + i / 50, 18 + i % 7 / 10, 9e3
    )
    for i in range(12)
)
TARGETS = (
    {
        "id": "digital", "name": {"en": "Digital economy 20 %", "vi": "Kinh tế số 20 %"}, "definition": {"en": "", "vi": ""},
        "outcome": "digital_share", "bound": "at_least", "low": 20.0, "high": None, "unit": "%", "first_year": 2023,
        "year": 2023, "source": "s", "note": "", "not_modelled": None,
    },
    {
        "id": "rice", "name": {"en": "Rice", "vi": "Lúa"}, "definition": {"en": "", "vi": ""}, "outcome": None,
        "bound": None, "low": None, "high": None, "unit": "%", "first_year": 2030, "year": 2030, "source": "s", "note": "",
        "not_modelled": {"en": "no rice", "vi": "không có lúa"},
    },
)  # fmt: skip


@dataclass(frozen=True)
class FakePlace:
    """A place of twelve communes."""

    name: str = "ha_tinh"
    title: dict[str, str] = field(default_factory=lambda: {"en": "Ha Tinh", "vi": "Hà Tĩnh"})
    imputed: tuple[str, ...] = ("level",)
    communes: tuple[FakeCommune, ...] = COMMUNES
    targets: tuple[dict[str, Any], ...] = TARGETS
    outturns: tuple[dict[str, Any], ...] = ()
    register: Register[Any] = field(
        default_factory=lambda: Register(FakeFacts, {"level": entry("level", 10.0, 8.0, 12.0)})
    )


@dataclass(frozen=True)
class FakeEnsemble:
    """The ensemble block."""

    replicates: int = 6
    parameters: str = "sampled"
    seed: int = 1


@dataclass(frozen=True)
class FakeScenario:
    """A scenario whose only lever is `push`; `mischief` names a replicate and what goes wrong in it."""

    name: str = "baseline"
    push: float = 0.0
    mischief: tuple[int, str] = (-1, "")
    start: int = 2021
    end: int = 2024
    title: dict[str, str] = field(default_factory=lambda: {"en": "As before", "vi": "Như trước"})
    about: dict[str, str] = field(default_factory=lambda: {"en": "About", "vi": "Giới thiệu"})
    place: FakePlace = field(default_factory=FakePlace)
    ensemble: FakeEnsemble = field(default_factory=FakeEnsemble)
    parameters: Register[Any] = field(
        default_factory=lambda: Register(
            Beliefs, {"slope": entry("slope", 1.0, 0.5, 1.5), "noise": entry("noise", 0.3, 0.1, 0.5)}
        )
    )

    @property
    def slots(self) -> tuple[str, ...]:
        return (*self.parameters.slots, *self.place.register.slots)

    @property
    def dimensions(self) -> tuple[str, ...]:
        return self.slots

    def central(self) -> FakeDraw:
        return FakeDraw(self.parameters.central(), self.place.register.central())

    def draw(self, row: np.ndarray) -> FakeDraw:
        return FakeDraw(self.parameters.draw(row[:2]), self.place.register.draw(row[2:]))

    def resolved(self) -> dict[str, Any]:
        return {"place": self.place.name, "push": self.push, "end": self.end}

    @property
    def sha256(self) -> str:
        return hashlib.sha256(json.dumps(self.resolved()).encode()).hexdigest()


@dataclass(frozen=True)
class FakeResult:
    """What a run leaves."""

    years: np.ndarray
    outcomes: dict[str, np.ndarray]
    ledger: list[LedgerRow]
    communes: dict[str, np.ndarray]
    groups: dict[str, np.ndarray]


def run_replicate(
    scenario: FakeScenario, replicate: int, draw: FakeDraw, *, seed: int = 1, years_to: int | None = None
) -> FakeResult:
    """Run the fake model: lines with noise, the push added from the second year on."""
    misbehave(scenario, replicate)
    years = np.arange(scenario.start, (years_to or scenario.end) + 1)
    luck = np.random.default_rng([seed, replicate]).normal(size=(len(OUTCOMES), years.size)) * draw.parameters.noise
    steps = np.arange(years.size)
    lines = draw.facts.level + draw.parameters.slope * steps + scenario.push * (steps > 0) + luck
    outcomes = dict(zip(OUTCOMES, lines, strict=True))
    outcomes["grdp_growth"] = np.where(steps == 0, np.nan, outcomes["grdp_growth"])
    if scenario.mischief == (replicate, "infinite"):
        outcomes["grdp"] = outcomes["grdp"] / 0.0
    shape = (years.size, len(scenario.place.communes))
    communes = {name: np.full(shape, 0.4) + 0.01 * luck[0, :1] for name in ("uptake", "capacity", "coverage_5g")}
    groups = {
        name: np.ones((years.size, len(words))) * (1 + scenario.push)
        for name, words in (("size", SIZES), ("sector", SECTORS), ("kind", COMMUNE_KINDS))
    }
    return FakeResult(years, outcomes, ledger(years), communes, groups)


def misbehave(scenario: FakeScenario, replicate: int) -> None:
    """Do what the scenario's mischief says: break, or kill this process."""
    if scenario.mischief == (replicate, "break"):
        raise ValueError("=the books do not balance")
    if scenario.mischief == (replicate, "die"):
        os.kill(os.getpid(), signal.SIGKILL)


def ledger(years: np.ndarray) -> list[LedgerRow]:
    """Return books that balance."""
    return [
        LedgerRow(int(year), line, 10.0, 2.0, 0.0, 8.0, 6.0, 1.0, 1.0, 4.0, 1.0, 0.5, 0.5)
        for year in years
        for line in LINES
    ]


def scenarios(*pushes: float, **changes: Any) -> list[FakeScenario]:
    """Return one scenario a push, the first called baseline."""
    names = ["baseline", *(f"programme_{number}" for number in range(1, len(pushes)))]
    return [replace(FakeScenario(name=name, push=push), **changes) for name, push in zip(names, pushes, strict=True)]


def beliefs(draw: FakeDraw) -> dict[str, float]:
    return {**asdict(draw.parameters), **asdict(draw.facts)}


def without_files(patch: pytest.MonkeyPatch) -> None:
    """Let the experiments do without input files, which fake scenarios do not have."""
    from experiments.folders import inputs

    patch.setattr(inputs, "hashes", lambda scenario: {})
    patch.setattr(inputs, "keep", lambda scenarios, folder: dict.fromkeys(scenarios, "none.yaml"))
