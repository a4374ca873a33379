"""What a run says about its scenarios and places, as plain data that survives in the manifest.

Enters: model.scenario.Scenario. Leaves: `ScenarioCard` and `PlaceCard`, which figures, reports and tables read in its stead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

Text = Mapping[str, str]


@dataclass(frozen=True)
class ScenarioCard:
    """Name and describe one scenario of a run; `label` is distinct within the run."""

    label: str
    name: str
    place: str
    title: Text
    about: Text
    start: int
    end: int
    sha256: str
    resolved: Mapping[str, Any]
    imputed: tuple[str, ...]
    facts: int
    dimensions: tuple[str, ...]
    files: Mapping[str, str]

    def as_dict(self) -> dict[str, Any]:
        """Give the card as JSON-able data."""
        return {**asdict(self), "imputed": list(self.imputed), "dimensions": list(self.dimensions)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ScenarioCard:
        """Read a card back from the manifest."""
        tuples = {"imputed": tuple(data["imputed"]), "dimensions": tuple(data["dimensions"])}
        return cls(**{**data, **tuples})


@dataclass(frozen=True)
class PlaceCard:
    """Name one place of a run, with its published targets and what happened there; of a country, its provinces' names."""

    name: str
    title: Text
    targets: tuple[Mapping[str, Any], ...]
    outturns: tuple[Mapping[str, Any], ...]
    provinces: Mapping[str, Text] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Give the card as JSON-able data."""
        return {**asdict(self), "targets": list(self.targets), "outturns": list(self.outturns)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> PlaceCard:
        """Read a card back from the manifest."""
        lists = tuple(data["targets"]), tuple(data["outturns"])
        return cls(data["name"], data["title"], *lists, data.get("provinces", {}))
