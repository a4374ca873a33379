"""A place: its facts with what was imputed, its communes, what it has published and what happened there.

Enters: a folder of the scenario folder (profile.yaml, targets.yaml) and, for what the profile does not state, the
nation's profile. Leaves: `Place`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from model.data_files import FactEntry, ProfileFile
from model.facts import Facts
from model.folder import NATION, PROFILE, TARGETS, place_problem
from model.geography import CommuneRecord, communes_of
from model.loading import load_file
from model.nodes import Node, Spot, find, problem_at, spot_of_key
from model.problems import Problem, Refused
from model.register import Entry, Register
from model.registers import FACT_NAMES, fact_entry, missing, read_facts
from model.targets import Outturn, Target, read_outturns, read_targets
from model.validating import validated
from model.vocabulary import SECTORS, SIZES

__all__ = ["CommuneRecord", "Facts", "Outturn", "Place", "Target", "load_place"]

IMPUTED: Final = "imputed"
_SCALED_BY: Final = {"population": "population_resident", "grdp": "grdp_nominal"}
_NEVER_IMPUTED: Final = tuple(_SCALED_BY.values())
_ADDS_UP: Final = 0.005
_WHOLES: Final = (
    ("share_agriculture", "share_industry", "share_construction", "share_services", "product_tax_share"),
    tuple(f"size_share_{size}" for size in SIZES),
    tuple(f"sector_share_{sector}" for sector in SECTORS),
    tuple(f"sector_value_added_{sector}" for sector in SECTORS),
)


@dataclass(frozen=True)
class Place:
    """Hold a province, or the country; `imputed` names the facts that were not found but imputed by a rule."""

    name: str
    title: Mapping[str, str]
    about: Mapping[str, str]
    code: str
    register: Register[Facts]
    imputed: tuple[str, ...]
    communes: tuple[CommuneRecord, ...]
    targets: tuple[Target, ...]
    outturns: tuple[Outturn, ...]

    @property
    def facts(self) -> Facts:
        """Return the facts at their central values."""
        return self.register.central()


def load_place(folder: Path, name: str, shown_as: str | None = None) -> Place:
    """Load the place of that name; `shown_as` is the folder's name in messages.

    Raises: Refused, with all that is wrong with its files.
    """
    shown = shown_as or str(folder)
    wrong = place_problem(folder, name, Spot(shown))
    if wrong is not None:
        raise Refused([wrong])
    profile, problems = read_profile(folder / name / PROFILE, f"{shown}/{name}/{PROFILE}")
    targets, wrong_targets = _targets(folder / name / TARGETS, f"{shown}/{name}/{TARGETS}")
    entries, wrong_facts = _entries(folder, shown, name, profile)
    problems += wrong_targets + wrong_facts
    if problems or profile.form is None:
        raise Refused(problems)
    register = Register(Facts, entries)
    facts = register.central()
    code, weight = profile.form.code, facts.ward_population_weight
    about = profile.form.about
    return Place(
        name=name,
        title=profile.form.name.as_dict(),
        about=about.as_dict() if about else {"en": "", "vi": ""},
        code=code,
        register=register,
        imputed=tuple(name for name, entry in entries.items() if entry.confidence == IMPUTED),
        communes=communes_of(folder, shown, code, facts.population_resident, weight),
        targets=tuple(targets),
        outturns=tuple(profile.outturns),
    )


@dataclass(frozen=True)
class Profile:
    """Hold a profile as read: its form (None if damaged), facts and outturns, and where it stands."""

    tree: Node
    form: ProfileFile | None
    facts: Mapping[str, FactEntry]
    outturns: Sequence[Outturn]


def read_profile(path: Path, shown_as: str) -> tuple[Profile, list[Problem]]:
    """Read a profile and say all that is wrong with it, taken alone."""
    tree = load_file(path, shown_as)
    if not isinstance(tree.value, dict):
        raise Refused([problem_at("mapping_expected", tree.spot)])
    head, problems = validated(ProfileFile, tree.without("facts").without("outturns"))
    facts, wrong_facts = read_facts(tree)
    outturns, wrong_outturns = read_outturns(tree)
    return Profile(tree, head, facts, outturns), [*problems, *wrong_facts, *wrong_outturns]


def nation_problems(profile: Profile) -> list[Problem]:
    """Say what the nation's profile lacks to be the donor of every fact."""
    facts = find(profile.tree, ("facts",))
    unscaled = [name for name, fact in profile.facts.items() if fact.scale is None]
    problems = missing(facts, FACT_NAMES, ("facts",))
    for name in unscaled:
        at = ("facts", name)
        problems.append(problem_at("missing_entry", spot_of_key(find(facts, (name,))), at, entry="scale"))
    return problems


def _targets(path: Path, shown_as: str) -> tuple[list[Target], list[Problem]]:
    return read_targets(load_file(path, shown_as)) if path.exists() else ([], [])


def _entries(folder: Path, shown: str, name: str, profile: Profile) -> tuple[dict[str, Entry], list[Problem]]:
    """Return every fact as an entry, in the order of `Facts`: the place's own, else the nation's."""
    own = {fact: fact_entry(fact, form) for fact, form in profile.facts.items()}
    facts = find(profile.tree, ("facts",))
    if name == NATION:
        problems = nation_problems(profile)
        return {fact: own[fact] for fact in FACT_NAMES if fact in own}, problems or whole_problems(own, facts)
    if not set(_NEVER_IMPUTED) <= set(own):
        return own, missing(facts, _NEVER_IMPUTED, ("facts",))
    donor, problems = read_profile(folder / NATION / PROFILE, f"{shown}/{NATION}/{PROFILE}")
    problems += nation_problems(donor)
    if problems:
        return own, problems
    entries = {fact: own.get(fact) or _imputed(fact, own, donor) for fact in FACT_NAMES}
    return entries, whole_problems(entries, facts)


def _imputed(name: str, own: Mapping[str, Entry], donor: Profile) -> Entry:
    """Return the nation's fact, scaled by the place's residents or product where the nation's profile says so."""
    form = donor.facts[name]
    entry, by = fact_entry(name, form), _SCALED_BY.get(form.scale or "none")
    ratio = own[by].value / donor.facts[by].value if by else 1.0
    rule = f"national structure, scaled by {by}" if by else "national structure"
    low = None if entry.low is None else entry.low * ratio
    high = None if entry.high is None else entry.high * ratio
    return replace(entry, value=entry.value * ratio, low=low, high=high, confidence=IMPUTED, rule=rule)


def whole_problems(entries: Mapping[str, Entry], facts: Node) -> list[Problem]:
    """Say which parts of a whole do not add to it, and which rungs hold more enterprises than the one below."""
    problems = []
    for parts in _WHOLES:
        if not all(part in entries for part in parts):
            continue
        total = math.fsum(entries[part].value for part in parts)
        if abs(total - 1.0) > _ADDS_UP:
            spot = spot_of_key(find(facts, parts[:1]))
            entry = ", ".join(parts)
            problems.append(problem_at("parts_sum", spot, ("facts",), allowed="1", entry=entry, total=f"{total:.4g}"))
    for size in SIZES:
        rungs = [entries.get(f"rung{rung}_share_{size}") for rung in (1, 2, 3)]
        values = [rung.value for rung in rungs if rung is not None]
        if values != sorted(values, reverse=True):
            spot = spot_of_key(find(facts, (f"rung1_share_{size}",)))
            problems.append(problem_at("rungs_not_nested", spot, ("facts",), value=size))
    return problems
