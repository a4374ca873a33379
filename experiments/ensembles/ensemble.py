"""Many runs of one or more scenarios under shared luck and shared parameter draws.

Enters: scenarios, replicates, a seed. Leaves: `Ensemble`, tables and the cards that explain them. The same scenarios,
replicates and seed give the same tables whatever the workers.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from experiments.ensembles import adapters, tables
from experiments.ensembles.cards import PlaceCard, ScenarioCard
from experiments.ensembles.plan import Array, labels, tasks, unit_rows
from experiments.ensembles.pool import Runner, Tick, Work, execute, limit_threads, silent
from experiments.ensembles.records import Failure, Record
from experiments.ensembles.summary import differences, pairs_of, scenario_names, summarise
from experiments.errors import WrongUsage
from model.vocabulary import LAST_YEAR

MOST_REPLICATES = 100_000


@dataclass(frozen=True, repr=False)
class Ensemble:
    """Hold everything a run found.

    outcomes: wide, a row a (scenario, replicate, year); ledger: nominal billion VND by line; communes: statistics over
    replicates by year; groups: who produces; draws: what each replicate believed; failures: runs that went wrong;
    provinces: of a country, the outcomes of its provinces, wide, a row a (scenario, place, replicate, year).
    """

    scenarios: tuple[ScenarioCard, ...]
    places: Mapping[str, PlaceCard]
    units: Mapping[str, str]
    replicates: int
    seed: int
    central: bool
    years_to: int | None
    outcomes: pa.Table
    ledger: pa.Table
    communes: pa.Table
    groups: pa.Table
    draws: pa.Table
    failures: pa.Table
    parameters: pa.Table = field(default_factory=lambda: pa.table({}))
    provinces: pa.Table = field(default_factory=lambda: pa.table({}))

    @cached_property
    def summary(self) -> pa.Table:
        """Return p05, p50, p95 and mean by scenario, outcome and year."""
        return summarise(self.outcomes)

    @cached_property
    def differences(self) -> pa.Table:
        """Return paired differences to the first scenario of each place."""
        return differences(self.outcomes, [pair for pair in self.pairs if set(pair) <= set(self.finished)])

    @cached_property
    def finished(self) -> tuple[str, ...]:
        """Name the scenarios of which at least one run succeeded."""
        return scenario_names(self.outcomes)

    @property
    def labels(self) -> tuple[str, ...]:
        """Name the scenarios."""
        return tuple(card.label for card in self.scenarios)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Pair every scenario with the first one of its place."""
        return pairs_of(self.labels, [card.place for card in self.scenarios])

    @property
    def tidy(self) -> pa.Table:
        """Return the outcomes one value a row, with place and unit."""
        places = {card.label: card.place for card in self.scenarios}
        own = tables.tidy(self.outcomes, places, self.units)
        if not self.provinces.num_rows:
            return own
        return pa.concat_tables([own, tables.tidy(self.provinces, places, self.units)]).unify_dictionaries()

    @property
    def province_summary(self) -> pa.Table:
        """Return p05, p50, p95 and mean of a country's provinces by place, scenario, outcome and year."""
        places = self.provinces["place"]
        parts = []
        for place in dict.fromkeys(places.to_pylist()):
            table = summarise(self.provinces.filter(pc.equal(places, place)).drop_columns("place"))
            parts.append(table.add_column(0, "place", pa.array([place] * table.num_rows)))
        return pa.concat_tables(parts)

    def __repr__(self) -> str:
        """Say in a line what ran: the tables themselves would fill a notebook."""
        runs = f"{self.replicates} replicates, seed {self.seed}, {self.failures.num_rows} failed"
        return f"<Ensemble of {', '.join(self.labels)}: {runs}>"

    def card(self, label: str) -> ScenarioCard:
        """Return the card of a scenario; KeyError if there is none of that label."""
        for card in self.scenarios:
            if card.label == label:
                return card
        raise KeyError(label)


def run_ensemble(
    scenarios: Sequence[Any],
    *,
    replicates: int | None = None,
    seed: int | None = None,
    workers: int | None = 1,
    years_to: int | None = None,
    central: bool | None = None,
    progress: Callable[[int], Tick] | None = None,
    runner: Runner | None = None,
) -> Ensemble:
    """Run every scenario `replicates` times and gather the tables.

    What is None comes from the first scenario's `ensemble` block; workers None means one a processor; progress is given the
    number of runs and returns what to call with the number of runs just done. Raises WrongUsage.
    """
    if not scenarios:
        raise WrongUsage("run.no_scenario")
    settings = scenarios[0].ensemble
    replicates = settings.replicates if replicates is None else replicates
    seed = settings.seed if seed is None else seed
    central = settings.parameters == "central" if central is None else central
    check(scenarios, replicates, seed, workers, years_to)
    limit_threads()
    rows = [None if central else unit_rows(replicates, len(scenario.slots), seed) for scenario in scenarios]
    work = Work(scenarios, rows, seed, years_to, runner or adapters.model_runner())
    plan = tasks(len(scenarios), replicates)
    results = execute(work, plan, workers or os.cpu_count() or 1, (progress or silent)(len(plan)))
    return gather(scenarios, rows, results, replicates=replicates, seed=seed, central=central, years_to=years_to)


def check(scenarios: Sequence[Any], replicates: int, seed: int, workers: int | None, years_to: int | None) -> None:
    """Refuse a number that means nothing, before anything runs."""
    if workers is not None and workers < 1:
        raise WrongUsage("run.workers", given=workers)
    if not 1 <= replicates <= MOST_REPLICATES:
        raise WrongUsage("run.replicates", given=replicates, most=MOST_REPLICATES)
    if not 0 <= seed < 2**63:
        raise WrongUsage("run.seed", given=str(seed))
    for scenario in scenarios:
        if years_to is not None and not scenario.start <= years_to <= LAST_YEAR:
            years = {"given": str(years_to), "start": str(scenario.start), "last": str(LAST_YEAR)}
            raise WrongUsage("run.years", scenario=scenario.name, **years)
    names = labels([scenario.name for scenario in scenarios], [adapters.place_name(one) for one in scenarios])
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise WrongUsage("run.twice", scenario=", ".join(twice))


def gather(
    scenarios: Sequence[Any], rows: Sequence[Array | None], results: Sequence[Record | Failure], **settings: Any
) -> Ensemble:
    """Make the tables of results that came back; settings: replicates, seed, central, years_to."""
    names = labels([scenario.name for scenario in scenarios], [adapters.place_name(one) for one in scenarios])
    records = [result for result in results if isinstance(result, Record)]
    failures = [result for result in results if isinstance(result, Failure)]
    communes = {name: adapters.communes(scenario) for name, scenario in zip(names, scenarios, strict=True)}
    return Ensemble(
        scenarios=tuple(adapters.scenario_card(one, name) for one, name in zip(scenarios, names, strict=True)),
        places={adapters.place_name(one): adapters.place_card(one) for one in scenarios},
        units=adapters.units(records),
        outcomes=tables.outcome_table(records, names),
        ledger=tables.ledger_table(records, names),
        communes=tables.commune_table(records, names, communes),
        groups=tables.group_table(records, names),
        draws=tables.draw_table(names, _beliefs(scenarios, rows, settings["replicates"])),
        failures=tables.failure_table(failures, names, settings["seed"]),
        parameters=adapters.parameter_table(scenarios, names),
        provinces=tables.province_table(records, names),
        **settings,
    )


def _beliefs(scenarios: Sequence[Any], rows: Sequence[Array | None], replicates: int) -> list[list[dict[str, float]]]:
    """Return the parameters and facts of every replicate of every scenario, by name."""
    found = []
    for scenario, own in zip(scenarios, rows, strict=True):
        draws = [scenario.central()] * replicates if own is None else [scenario.draw(row) for row in own]
        found.append([{**asdict(draw.parameters), **asdict(draw.facts)} for draw in draws])
    return found
