"""A place: its facts with what was imputed, its communes, what it has published and what happened there.

Enters: a folder of the scenario folder (profile.yaml, targets.yaml) and, for what the profile does not state, the
nation's profile. Leaves: `Place`; the country's holds all provinces, those without a profile imputed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from model.places.facts import Facts
from model.places.geography import CommuneRecord, ProvinceRecord, communes_of, provinces_of
from model.places.imputation import IMPUTED, Others, impute
from model.places.stated import stated_facts
from model.places.structure import RULE as SECTORS_RULE
from model.places.structure import SECTOR_FACTS, raked
from model.places.targets import Outturn, Target, read_outturns, read_targets
from model.places.wholes import whole_problems
from model.reading.data_files import BY_STRUCTURE, FactEntry, ProfileFile
from model.reading.folder import NATION, PROFILE, TARGETS, place_problem, places
from model.reading.loading import load_file
from model.reading.nodes import Node, Spot, find, problem_at, spot_of_key
from model.reading.problems import Problem, Refused
from model.reading.registers import FACT_NAMES, fact_entry, fact_unit_problems, missing, read_facts
from model.reading.validating import validated
from model.register import Entry, Register

__all__ = ["CommuneRecord", "Facts", "Outturn", "Place", "Target", "load_place"]

_NO_PROFILE: Final = {
    "en": "No profile: every fact is imputed from the nation's structure and the few that are known of the province.",
    "vi": "Chưa có hồ sơ: mọi số liệu được ước đoán từ cơ cấu cả nước và vài số đã biết của tỉnh.",
}
_SCALED_BY: Final = {"population": "population_resident", "grdp": "grdp_nominal"}
_NEVER_IMPUTED: Final = tuple(_SCALED_BY.values())
_FAR_OFF: Final = 100.0


@dataclass(frozen=True)
class Place:
    """Hold a province, or the country; `imputed` names the facts that were not found but imputed by a rule.

    inherited: the facts taken from the nation's, scaled or not; provinces: of the country, in the order of their codes.
    """

    name: str
    title: Mapping[str, str]
    about: Mapping[str, str]
    code: str
    register: Register[Facts]
    imputed: tuple[str, ...]
    communes: tuple[CommuneRecord, ...]
    targets: tuple[Target, ...]
    outturns: tuple[Outturn, ...]
    inherited: frozenset[str] = frozenset()
    provinces: tuple["Place", ...] = ()

    @property
    def facts(self) -> Facts:
        """Return the facts at their central values."""
        return self.register.central()

    def facts_within(self, nation: Facts, drawn: Facts, quantiles: Mapping[str, float]) -> Facts:
        """Return the facts of a province when the nation's are `drawn` instead of central (`nation`).

        Inherited facts move with the nation's; a fact of its own that is uncertain lies at the nation's quantile of it.
        """
        values = {}
        for name, entry in self.register.entries.items():
            if name in self.inherited:
                value = entry.in_model_units(entry.value)
                central = getattr(nation, name)
                values[name] = value * (getattr(drawn, name) / central) if central else value
            else:
                at = quantiles.get(name)
                values[name] = entry.in_model_units(entry.value if at is None else entry.quantile(at))
        return Facts(**values)


def load_place(folder: Path, name: str, shown_as: str | None = None) -> Place:
    """Load the place of that name; `shown_as` is the folder's name in messages.

    A province without a profile is imputed. Raises: Refused, with all that is wrong with its files.
    """
    shown = shown_as or str(folder)
    wrong = place_problem(folder, name, Spot(shown))
    if wrong is not None:
        raise Refused([wrong])
    if name not in places(folder):
        return next(place for place in load_place(folder, NATION, shown_as).provinces if place.name == name)
    profile, problems = read_profile(folder / name / PROFILE, f"{shown}/{name}/{PROFILE}")
    targets, wrong_targets = _targets(folder / name / TARGETS, f"{shown}/{name}/{TARGETS}")
    entries, wrong_facts = _entries(folder, shown, name, profile)
    problems += wrong_targets + wrong_facts
    if problems or profile.form is None:
        raise Refused(problems)
    register, about = Register(Facts, entries), profile.form.about
    provinces = _provinces(folder, shown, entries) if name == NATION else ()
    return Place(
        name=name,
        title=profile.form.name.as_dict(),
        about=about.as_dict() if about else {"en": "", "vi": ""},
        code=profile.form.code,
        register=register,
        imputed=_imputed_names(entries),
        communes=_communes(folder, shown, profile.form.code, register.central(), provinces, profile.code_spot),
        targets=tuple(targets),
        outturns=tuple(profile.outturns),
        inherited=frozenset(entries).difference(profile.facts) if name != NATION else frozenset(),
        provinces=provinces,
    )


def _communes(
    folder: Path, shown: str, code: str, facts: Facts, provinces: tuple[Place, ...] = (), code_spot: Spot | None = None
) -> tuple[CommuneRecord, ...]:
    if provinces:
        return tuple(commune for province in provinces for commune in province.communes)
    return communes_of(folder, shown, code, facts.population_resident, facts.ward_population_weight, code_spot)


def _imputed_names(entries: Mapping[str, Entry]) -> tuple[str, ...]:
    return tuple(name for name, entry in entries.items() if entry.confidence == IMPUTED)


def _provinces(folder: Path, shown: str, nation: Mapping[str, Entry]) -> tuple[Place, ...]:
    """Load the country's provinces: those with a profile, and the others imputed so that all add up to the nation."""
    records, profiled = provinces_of(folder, shown), set(places(folder))
    loaded = {record.code: load_place(folder, record.place, shown) for record in records if record.place in profiled}
    others = Others([record for record in records if record.code not in loaded], stated_facts(folder, shown))
    whole = Register(Facts, nation).central()
    found = impute(nation, whole, [place.facts for place in loaded.values()], others, shown)
    for record, entries in zip(others.provinces, found, strict=True):
        loaded[record.code] = _imputed_place(folder, shown, record, entries)
    return tuple(loaded[record.code] for record in records)


def _imputed_place(folder: Path, shown: str, record: ProvinceRecord, entries: Mapping[str, Entry]) -> Place:
    register = Register(Facts, entries)
    return Place(
        name=record.place,
        title=record.title,
        about=_NO_PROFILE,
        code=record.code,
        register=register,
        imputed=_imputed_names(entries),
        communes=_communes(folder, shown, record.code, register.central()),
        targets=(),
        outturns=(),
        inherited=frozenset(entries),
    )


@dataclass(frozen=True)
class Profile:
    """Hold a profile as read: its form (None if damaged), facts and outturns, and where it stands."""

    tree: Node
    form: ProfileFile | None
    facts: Mapping[str, FactEntry]
    outturns: Sequence[Outturn]

    @property
    def code_spot(self) -> Spot:
        """Return where the province's code stands."""
        return find(self.tree, ("code",)).spot


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
    for name in (name for name in profile.facts if _raked(name, profile) and name not in SECTOR_FACTS):
        spot, path, others = find(facts, (name, "scale")).spot, ("facts", name, "scale"), ", ".join(("none", *_SCALED_BY))
        problems.append(problem_at("unknown_choice", spot, path, value=BY_STRUCTURE, allowed=others))
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
    problems += nation_problems(donor) or fact_unit_problems(facts, find(donor.tree, ("facts",)))
    problems = problems or _proportion_problems(profile, donor)
    if problems:
        return own, problems
    nation = {fact: fact_entry(fact, form) for fact, form in donor.facts.items()}
    given = {fact: own.get(fact) or _imputed(fact, own, donor) for fact in FACT_NAMES if fact in own or not _raked(fact, donor)}
    sectors = {fact: _moved(nation[fact], ratio, SECTORS_RULE) for fact, ratio in raked(given, nation).items()}
    entries = {fact: (given | sectors)[fact] for fact in FACT_NAMES}
    return entries, whole_problems(entries, facts)


def _proportion_problems(profile: Profile, donor: Profile) -> list[Problem]:
    """Say which facts are a hundred times more or less than the nation's residents have: millions for thousands."""
    people = profile.facts["population_resident"].value / donor.facts["population_resident"].value
    problems = []
    for name, fact in profile.facts.items():
        expected = donor.facts[name].value * people
        times = fact.value / expected if donor.facts[name].scale in _SCALED_BY and expected > 0.0 else 0.0
        if times > 0.0 and not 1.0 / _FAR_OFF < times < _FAR_OFF:
            at = ("facts", name, "value")
            spot = find(profile.tree, at).spot
            problems.append(problem_at("out_of_proportion", spot, at, value=f"{fact.value:.15g}", times=f"{times:.2g}"))
    return problems


def _raked(name: str, donor: Profile) -> bool:
    return donor.facts[name].scale == BY_STRUCTURE


def _imputed(name: str, own: Mapping[str, Entry], donor: Profile) -> Entry:
    """Return the nation's fact, scaled by the place's residents or product where the nation's profile says so."""
    form = donor.facts[name]
    by = _SCALED_BY.get(form.scale or "none")
    ratio = own[by].value / donor.facts[by].value if by else 1.0
    return _moved(fact_entry(name, form), ratio, f"national structure, scaled by {by}" if by else "national structure")


def _moved(entry: Entry, ratio: float, rule: str) -> Entry:
    low = None if entry.low is None else entry.low * ratio
    high = None if entry.high is None else entry.high * ratio
    return replace(entry, value=entry.value * ratio, low=low, high=high, confidence=IMPUTED, rule=rule)
