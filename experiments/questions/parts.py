"""The difference between two scenarios taken apart, replicate by replicate: by player, by mechanism, by who gains.

Enters: the runs of all coalitions. Leaves: tables. In each of them the parts add up to the whole: players to the
difference of every outcome, sources to the difference in TFP growth, groups to that in value added.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from experiments.ensembles import adapters
from experiments.ensembles.plan import Array
from experiments.ensembles.records import Record
from experiments.ensembles.summary import standard_error, statistics
from experiments.errors import Told
from experiments.questions import shapley
from experiments.questions.answers import table
from experiments.questions.coalitions import Played
from experiments.questions.shapley import NOBODY, Coalition

ALL = "all"
"""Stands for all players together."""
SOURCE = "tfp_from_"
TFP = "tfp_growth"
VALUE_ADDED = "bn VND, 2010 prices"
CLEAR = 2.0
"""Standard errors from zero at which the sign of a mean is taken to be known."""


@dataclass(frozen=True)
class Quantity:
    """Name one explained number: an outcome, or the value added of a group; a mean over years first_year..year."""

    name: str
    unit: str
    first_year: int
    year: int
    grouping: str = ""

    def of(self, record: Record) -> float:
        """Return it from a run."""
        if self.grouping:
            groups = record.groups
            own = (groups["grouping"] == self.grouping) & (groups["group"] == self.name) & (groups["year"] == self.year)
            return float(groups["value_added"][own].sum())
        chosen = (record.years >= self.first_year) & (record.years <= self.year)
        return float(record.outcomes[self.name][chosen].mean())

    @property
    def keys(self) -> dict[str, Any]:
        """Return what a row says of it."""
        return {"outcome": self.name, "unit": self.unit, "first_year": self.first_year, "year": self.year}


def is_growth(name: str, unit: str) -> bool:
    """See whether an outcome is a growth rate: those are explained as means over the years of the difference."""
    return unit == "ln %" or name.endswith("_growth")


@dataclass(frozen=True)
class Split:
    """Hold a played design as numbers: arrays of (replicates, quantities)."""

    played: Played

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """List what is explained: every outcome that is known in the year explained, and the groups' value added."""
        sample, contrast = self._sample, self.played.design.contrast
        units = adapters.units([sample])
        found = []
        for name, values in sample.outcomes.items():
            known = sample.years[~np.isnan(values) & (sample.years <= contrast.last)]
            if known.size and known[-1] == contrast.last:
                first = max(contrast.since, int(known[0])) if is_growth(name, units[name]) else contrast.last
                found.append(Quantity(name, units[name], min(first, contrast.last), contrast.last))
        pairs = (
            dict.fromkeys(zip(sample.groups["grouping"], sample.groups["group"], strict=True)) if sample.groups else {}
        )
        groups = [Quantity(str(name), VALUE_ADDED, contrast.last, contrast.last, str(group)) for group, name in pairs]
        return (*found, *groups)

    @property
    def _sample(self) -> Record:
        return self.played.record(NOBODY, self.played.whole[0])

    def _worth(self, replicate: int) -> dict[Coalition, Array]:
        some = self.played.design.coalitions(replicate)
        return {one: np.array([q.of(self.played.record(one, replicate)) for q in self.quantities]) for one in some}

    @cached_property
    def worths(self) -> list[dict[Coalition, Array]]:
        """Return what every coalition attains in each whole replicate."""
        return [self._worth(replicate) for replicate in self.played.whole]

    def worth(self, coalition: Coalition) -> Array:
        """Return what a coalition attains that every replicate runs."""
        return np.stack([worth[coalition] for worth in self.worths])

    @property
    def total(self) -> Array:
        """Return the difference to be explained."""
        return self.worth(self.played.design.everybody) - self.worth(NOBODY)

    @cached_property
    def parts(self) -> dict[str, Array]:
        """Return what each player contributes."""
        pairs = zip(self.played.whole, self.worths, strict=True)
        split = [self.played.design.parts(worth, replicate) for replicate, worth in pairs]
        return {name: np.stack([part[name] for part in split]) for name in self.played.design.contrast.names}

    def ends(self, player: str) -> tuple[Array, Array] | None:
        """Return what a player adds as the first to join and as the last; None where only some orders were run."""
        if not self.played.design.exact:
            return None
        own, everybody = frozenset({player}), self.played.design.everybody
        return self.worth(own) - self.worth(NOBODY), self.worth(everybody) - self.worth(everybody - own)


def tables(played: Played) -> dict[str, pa.Table]:
    """Return the tables of an explanation: parts, totals, combinations, mechanisms, gains, players.

    Raises Told if in no replicate every coalition succeeded.
    """
    if not played.whole:
        raise Told("explain.nothing")
    split = Split(played)
    return {
        "parts": table(_part_rows(split)),
        "totals": table(_total_rows(split)),
        "combinations": table(_combination_rows(split)),
        "mechanisms": table(_mechanism_rows(split)),
        "gains": table(_gain_rows(split)),
        "players": table(
            [
                {"player": player.name, "member": member}
                for player in played.design.contrast.players
                for member in player.members
            ]
        ),
    }


def spread(values: Array) -> list[dict[str, Any]]:
    """Return p05, p50, p95, mean, its standard error and the replicates, one row a column of (replicates, columns)."""
    found = {**statistics(values), "standard_error": standard_error(values)}
    columns = {name: [None if np.isnan(one) else float(one) for one in numbers] for name, numbers in found.items()}
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return [{**row, "replicates": values.shape[0]} for row in rows]


def _outcomes(split: Split) -> list[tuple[int, Quantity]]:
    return [(place, one) for place, one in enumerate(split.quantities) if not one.grouping]


def _part_rows(split: Split) -> list[dict[str, Any]]:
    found = {player: spread(values) for player, values in split.parts.items()}
    signs = {player: _signs(split, player) for player in found}
    return [
        {**quantity.keys, "player": player, **found[player][place], **signs[player][place]}
        for place, quantity in _outcomes(split)
        for player in found
    ]


def _signs(split: Split, player: str) -> list[dict[str, Any]]:
    """Say of each quantity what the player adds first and last, whether the replicates disagree on the sign of its
    part, and whether the sign turns with what else is done.
    """
    own = statistics(split.parts[player])
    mixed = (own["p05"] < 0.0) & (own["p95"] > 0.0)
    ends = split.ends(player)
    if ends is None:
        return [{"alone": None, "last": None, "sign_mixed": bool(one), "sign_turns": None} for one in mixed]
    means = [values.mean(axis=0) for values in ends]
    clear = [np.abs(values.mean(axis=0)) > CLEAR * np.nan_to_num(standard_error(values), nan=np.inf) for values in ends]
    turns = clear[0] & clear[1] & (np.sign(means[0]) * np.sign(means[1]) < 0)
    return [
        {"alone": float(alone), "last": float(last), "sign_mixed": bool(one), "sign_turns": bool(other)}
        for alone, last, one, other in zip(*means, mixed, turns, strict=True)
    ]


def _total_rows(split: Split) -> list[dict[str, Any]]:
    first, second = split.worth(NOBODY).mean(axis=0), split.worth(split.played.design.everybody).mean(axis=0)
    found = spread(split.total)
    return [
        {**quantity.keys, "first": float(first[place]), "second": float(second[place]), **found[place]}
        for place, quantity in _outcomes(split)
    ]


def _combination_rows(split: Split) -> list[dict[str, Any]]:
    """Say what every combination of pillars brings with everything else as in the first scenario, and its synergy."""
    rows = []
    worth = {some: split.worth(holders) for some, holders in split.played.design.combinations.items()}
    for some, attained in worth.items():
        effect, synergy = (
            spread(attained - worth[NOBODY]),
            spread(shapley.synergy(some, worth) if some else 0.0 * attained),
        )
        name = "+".join(pillar for pillar in split.played.design.contrast.pillars if pillar in some)
        for place, quantity in _outcomes(split):
            own = {"synergy": synergy[place]["mean"], "synergy_error": synergy[place]["standard_error"]}
            rows.append({**quantity.keys, "pillars": name, **effect[place], **own})
    return rows


def _by_player(split: Split) -> dict[str, list[dict[str, Any]]]:
    return {ALL: spread(split.total), **{player: spread(values) for player, values in split.parts.items()}}


def _mechanism_rows(split: Split) -> list[dict[str, Any]]:
    """Split the difference in TFP growth by source, for all players and for each."""
    return [
        {"mechanism": quantity.name.removeprefix(SOURCE), "player": player, **quantity.keys, **rows[place]}
        for player, rows in _by_player(split).items()
        for place, quantity in _outcomes(split)
        if quantity.name.startswith(SOURCE)
    ]


def _gain_rows(split: Split) -> list[dict[str, Any]]:
    """Split the difference in enterprises' value added by size class, sector and kind of commune."""
    return [
        {"grouping": quantity.grouping, "group": quantity.name, "player": player, "unit": quantity.unit}
        | {"year": quantity.year, **rows[place]}
        for player, rows in _by_player(split).items()
        for place, quantity in enumerate(split.quantities)
        if quantity.grouping
    ]
