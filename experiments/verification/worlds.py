"""Known limits of worlds: T19 scale, T25 symmetry, T26 extremes.

Enters: nothing. Leaves: one `Limit` each. Enterprises are split, permuted and taken away; money, access and skill are put
to their ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields

import numpy as np
import numpy.typing as npt
from scipy import stats

from experiments.verification.limit import AT_LEAST, Check, Limit
from experiments.verification.stage import EVERY_LEVER, beliefs, scenario, with_communes
from model.books import measures
from model.enterprises.columns import Enterprises
from model.enterprises.setting import EVERYBODY, Chances
from model.province import Province
from model.scenario import Scenario
from model.vocabulary import SIZES

Array = npt.NDArray[np.float64]

SMALL = {"enterprises": 800.0}
LAST = 2025
RUNS = 30
"""Replicates of a comparison of means."""


class SplitProvince(Province):
    """A province in which every enterprise stands twice, at half the weight."""

    def _found_economy(self) -> None:
        super()._found_economy()
        firms = self.firms
        twin = firms.only(np.ones(len(firms), np.bool_))
        twin.identity = twin.identity + len(firms)
        both = firms.joined(twin)
        both.weight = both.weight / 2.0
        self.firms = both
        self.totals = self.units().totals()


TOTALS: Mapping[str, Callable[[Province], float]] = {
    "ln output": lambda m: float(np.log(m.output_per_year)),
    "ln enterprises": lambda m: float(np.log(m.firms.weight.sum())),
    "share at rung 1 or higher": lambda m: m.digital_share,
    "share at rung 2 or higher": lambda m: measures.share(m.firms.weight, m.firms.rung >= 2),
    "mean digital gain": lambda m: weighted(m, m.firms.gain),
    "mean ln TFP by imitation": lambda m: weighted(m, m.firms.imitated),
    "mean ln TFP by innovation": lambda m: weighted(m, m.firms.innovated),
    "R&D performers": lambda m: measures.share(m.firms.weight, m.firms.performs),
    "mean R&D stock": lambda m: weighted(m, m.firms.research_stock),
}


def weighted(province: Province, values: Array) -> float:
    """Return the mean over enterprises, by weight."""
    return float(np.average(values, weights=province.firms.weight))


def ends(kind: type[Province], of: Scenario, replicates: range) -> dict[str, Array]:
    """Run replicates of a kind of province; return each total at the end, (n,)."""
    found = []
    for replicate in replicates:
        province = kind(of, beliefs(of, SMALL), replicate=replicate)
        province.run(LAST)
        found.append([total(province) for total in TOTALS.values()])
    return dict(zip(TOTALS, np.array(found).T, strict=True))


def scale(runs: int = RUNS) -> Limit:
    """T19: every enterprise split in two of half the weight, the same aggregates."""
    place = scenario(communes=3).with_levers(EVERY_LEVER)
    whole, halves = (ends(kind, place, range(runs)) for kind in (Province, SplitProvince))
    checks = [
        Check(f"{name}: difference of means, standard errors", 0.0, z_score(whole[name], halves[name]), 3.5)
        for name in TOTALS
    ]
    checks.append(Check("halves that share their luck: largest relative gap of any total", 0.0, twice_the_same(), 1e-9))
    return Limit("T19", "Scale", f"every lever on, {runs} runs to {LAST} each", tuple(checks))


def z_score(a: Array, b: Array) -> float:
    """Return the difference of two means in standard errors of it."""
    return float((b.mean() - a.mean()) / np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / len(a)))


class MirroredProvince(SplitProvince):
    """A province of halves that share their luck: each pair lives one life."""

    def luck_of(self, firms: Enterprises) -> Chances:
        """Return the luck of enterprises: the founder's own, for either of its halves."""
        founders = round(self.draw.facts.enterprises)
        return lambda purpose, rows=EVERYBODY: self.luck.of(firms.identity[rows] % founders, purpose, self.quarter)


class ShuffledProvince(Province):
    """A province whose enterprises stand in another order in the columns, each with its own luck."""

    def _found_economy(self) -> None:
        super()._found_economy()
        order = np.argsort(self.luck.uniforms("shuffle", 0, len(self.firms)))
        self.firms = Enterprises(**{f.name: getattr(self.firms, f.name)[order] for f in fields(self.firms)})


class RenumberedProvince(ShuffledProvince):
    """A province whose enterprises have changed their numbers, and so their luck, with each other."""

    def _found_economy(self) -> None:
        super()._found_economy()
        self.firms.identity = np.arange(len(self.firms))


def twice_the_same() -> float:
    """Return the largest relative gap of any total between enterprises and pairs of halves that share their luck."""
    place = scenario(communes=3)
    calm = SMALL | {"entry_rate": 0.0, "voucher_application_rate": 0.0, "grant_application_rate": 0.0}
    provinces = [kind(place, beliefs(place, calm)) for kind in (Province, MirroredProvince)]
    for province in provinces:
        province.run(LAST)
    whole, halves = (np.array([total(province) for total in TOTALS.values()]) for province in provinces)
    return float(np.max(np.abs(halves / whole - 1.0)))


def states(province: Province) -> dict[int, list[float]]:
    """Return the numbers of every enterprise by its identity."""
    firms = province.firms
    names = ("labour", "capital", "imitated", "innovated", "noise", "rung", "gain", "research_stock", "output")
    table = np.column_stack([getattr(firms, name) for name in names]).astype(float).tolist()
    return dict(zip(firms.identity.tolist(), table, strict=True))


def symmetry(runs: int = RUNS) -> Limit:
    """T25: neither the place of an enterprise in a table, nor its number, nor the order of communes matters."""
    place = scenario(communes=4).with_levers(EVERY_LEVER)
    kinds: tuple[type[Province], ...] = (Province, ShuffledProvince)
    plain, shuffled = (kind(place, beliefs(place, SMALL)) for kind in kinds)
    plain.run(LAST)
    shuffled.run(LAST)
    checks = [
        Check("rows shuffled: enterprises with other fates", 0.0, other_fates(states(plain), states(shuffled)), 0.0)
    ]
    usual, renumbered = ends(Province, place, range(runs)), ends(RenumberedProvince, place, range(100, 100 + runs))
    turned = ends(Province, with_communes(place, np.arange(4)[::-1]), range(200, 200 + runs))
    for what, other in (("enterprises renumbered", renumbered), ("communes in reverse", turned)):
        for name in ("ln output", "share at rung 2 or higher", "mean ln TFP by innovation", "mean R&D stock"):
            chance = float(stats.ks_2samp(usual[name], other[name]).pvalue)
            checks.append(Check(f"{what}: Kolmogorov-Smirnov p of {name}", 0.005, chance, 0.0, AT_LEAST))
    return Limit("T25", "Symmetry", f"every lever on, {runs} runs to {LAST} each", tuple(checks))


def other_fates(one: dict[int, list[float]], other: dict[int, list[float]]) -> float:
    """Count the enterprises that are in only one of two worlds, or not in the same state to nine digits."""
    lost = set(one) ^ set(other)
    moved = sum(not np.allclose(one[who], other[who], rtol=1e-9, atol=1e-12) for who in set(one) & set(other))
    return float(len(lost) + moved)


OUTSIDE_SHARES = ("growth", "tfp_", "melitz_", "entry_rate", "exit_rate")
"""Outcomes in percent that may be negative or exceed a hundred."""


def faults(province: Province) -> list[str]:
    """Name the outcomes of a run that are not finite, or are a share outside 0..100 %, with year and value."""
    found = []
    for year, row in province.yearbook.rows.items():
        for name, value in row.items():
            share = measures.outcomes()[name].unit == "%" and not any(stem in name for stem in OUTSIDE_SHARES)
            fine = -1e-9 <= value <= 100.0 + 1e-9 if share else np.isfinite(value) or may_lack(province, name, year)
            if not fine:
                found.append(f"{year} {name} = {value}")
    return found


def may_lack(province: Province, name: str, year: int) -> bool:
    """Say whether an outcome may not be a number: it needs earlier years, or more enterprises than there are."""
    needed = 5 if name.endswith("_5y") else 1
    early = year < province.scenario.start + needed and ("growth" in name or "tfp_" in name or "melitz" in name)
    few = len(province.firms) < 40
    return early or (few and (name == "size_tail_exponent" or name.startswith("melitz_")))


WORST: Mapping[str, tuple[Mapping[str, object], Mapping[str, float]]] = {
    "no budget": ({"budget.pillars_share": {2021: "0 %"}}, {}),
    "no budget in the province at all": ({}, {"budget_ratio": 0.0}),
    "the whole budget": ({"budget.pillars_share": {2021: "1 %", 2022: "100 %"}}, {}),
    "everyone connected": ({}, {"access": 1.0, "coverage_5g": 1.0}),
    "nobody connected": ({}, {"access": 0.0, "operator_rollout": 0.0}),
    "perfect skill": ({}, {"skill_mean": 1.0, "skill_sd": 0.0, "resident_skill": 1.0}),
    "no skill": ({}, {"skill_mean": 0.0, "skill_sd": 0.0, "resident_skill": 0.0}),
    "hardly any skill": ({}, {"skill_mean": 0.02, "skill_sd": 0.0, "resident_skill": 0.0}),
    "one enterprise": ({}, {"enterprises": 1.0, "enterprise_workers": 20.0}),
    "no enterprise": ({}, {"enterprises": 0.0, "entry_rate": 0.0}),
    "everyone leaves": ({}, {f"exit_hazard_{size}": 40.0 for size in SIZES}),
    "no enclave, no telecoms": ({}, {"enclave_share": 0.0, "telecom_share": 0.0, "enclave_workers": 0.0}),
    "everyone at the top": ({}, {f"rung{rung}_share_{size}": 1.0 for rung in (1, 2, 3) for size in SIZES}),
    "the enclave leaves": ({"outside.enclave_change": {2023: "-100 %"}}, {}),
    "a catastrophe": ({"outside.demand_shock": {2023: "-90 %"}, "outside.pandemic": {2023: True}}, {}),
}
"""Changes of levers, and of parameters and facts, that lie at an end of what can be."""


def extremes() -> Limit:
    """T26: at every end of what can be, numbers stay finite and shares stay shares."""
    place = scenario(communes=3).with_levers(EVERY_LEVER)
    checks = []
    for name, (levers, changes) in WORST.items():
        checks.append(Check(f"{name}: faults", 0.0, extreme_faults(place.with_levers(levers), changes), 0.0))
    checks.append(Check("no communes: faults", 0.0, extreme_faults(with_communes(place, range(0)), {}), 0.0))
    return Limit(
        "T26", "Extremes", f"every lever on, to {LAST}; counts of outcomes not finite or out of bounds", tuple(checks)
    )


def extreme_faults(of: Scenario, changes: Mapping[str, float]) -> float:
    """Count the faults of a run."""
    province = Province(of, beliefs(of, {"enterprises": 300.0} | dict(changes)))
    province.run(LAST)
    return float(len(faults(province)))
