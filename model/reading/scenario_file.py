"""The form of a scenario file: every entry that a planner may write, with the kind of value it takes.

Enters: a merged tree in which every lever is a path of dated values. Leaves: the same, typed and in model units. What
the entries mean stands in scenario_guide.yaml, for editors; their defaults stand in defaults.yaml.
"""

import math
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field

from model.reading.doors import (
    Bilingual,
    Dated,
    Door,
    Period,
    Strict,
    Title,
    money,
    multiplier,
    one_of,
    optional,
    rate,
    refusal,
    share,
    text,
    whole_number,
)  # fmt: skip
from model.vocabulary import (
    DIGITISING_ORDERS,
    FIRST_YEAR,
    INFRASTRUCTURE_CHOICES,
    LAST_YEAR,
    LINES,
    PLATFORM_CHOICES,
    SECTORS,
    SMALL_AND_MEDIUM,
)  # fmt: skip

QUARTERS: Final = 4
ADDS_UP: Final = 1e-9

Share: TypeAlias = Annotated[float, share(0.0, 1.0)]
Truth: TypeAlias = Annotated[bool, Field(strict=True)]
Line: TypeAlias = Annotated[str, one_of(LINES, "unknown_line")]
Sector: TypeAlias = Annotated[str, one_of(SECTORS, "unknown_sector")]
Size: TypeAlias = Annotated[str, one_of(SMALL_AND_MEDIUM, "unknown_size")]
Weight: TypeAlias = Annotated[float, multiplier(100.0)]


def _adds_up(split: dict[str, float]) -> dict[str, float]:
    total = math.fsum(split.values())
    if abs(total - 1.0) > ADDS_UP:
        raise refusal("lines_sum", total=f"{total * 100:.10g} %")
    return split


def _profile(quarters: list[float] | None) -> list[float] | None:
    if quarters is not None and abs(math.fsum(quarters) - 1.0) > ADDS_UP:
        raise refusal("profile_sum", total=f"{math.fsum(quarters) * 100:.10g} %")
    return quarters


def _every_size(caps: dict[str, float]) -> dict[str, float]:
    absent = [size for size in SMALL_AND_MEDIUM if size not in caps]
    if absent:
        raise refusal("missing_entry", entry=", ".join(absent))
    return caps


def _each_once(sectors: list[str]) -> list[str]:
    if len(set(sectors)) < len(sectors):
        raise refusal("repeated_item")
    return sectors


def _none_or_block(written: object) -> object:
    return None if written == "none" else written

# Read against its entry of the register, which knows the unit and the range.
Override: TypeAlias = Annotated[object, Door(lambda written: written, {"type": ["number", "string"]})]


class AiInstituteBlock(Strict):
    """Describe the AI research institute."""

    minimum_scale: Annotated[float, money(100_000.0, "0 .. 100 trn VND")]
    sectors: Annotated[list[Sector], Field(min_length=1), AfterValidator(_each_once)]


Profile: TypeAlias = Annotated[
    Annotated[list[Share], Field(min_length=QUARTERS, max_length=QUARTERS)] | None, AfterValidator(_profile)
]
Institute: TypeAlias = Annotated[
    AiInstituteBlock | None,
    BeforeValidator(_none_or_block, json_schema_input_type=AiInstituteBlock | Literal["none"] | None),
]


class Budget(Strict):
    """The money: how much, for what, and how well it is spent."""

    pillars_share: Dated[Share]
    lines: Dated[Annotated[dict[Line, Share], AfterValidator(_adds_up)]]
    relabelled_share: Dated[Annotated[float | None, optional(share(0.0, 1.0))]]
    execution_multiplier: Dated[Annotated[float, multiplier(100.0)]]
    execution_learning: Dated[Annotated[float | None, optional(rate(0.0, 10.0))]]
    leakage_multiplier: Dated[Annotated[float, multiplier(100.0)]]
    spending_profile: Dated[Profile]
    carry_over_share: Dated[Share]


class Delivery(Strict):
    """The way the money is turned into something that serves."""

    infrastructure: Dated[Annotated[str, one_of(INFRASTRUCTURE_CHOICES)]]
    platforms: Dated[Annotated[str, one_of(PLATFORM_CHOICES)]]
    digitising_order: Dated[Annotated[str, one_of(DIGITISING_ORDERS)]]
    high_risk_share: Dated[Share]
    counterpart_share: Dated[Annotated[float, share(0.0, 0.99)]]
    voucher_rate: Dated[Share]
    voucher_caps: Dated[
        Annotated[dict[Size, Annotated[float, money(10.0, "0 .. 10 bn VND")]], AfterValidator(_every_size)]
    ]
    priority_sectors: Dated[dict[Sector, Weight]]
    ai_institute: Dated[Institute]


class Communes(Strict):
    """What is done in the communes."""

    digital_teams: Dated[Annotated[float, multiplier(100.0)]]
    from_: Annotated[int | None, whole_number(FIRST_YEAR, LAST_YEAR)] = Field(default=None, alias="from")


class Outside(Strict):
    """What the province does not decide."""

    frontier_growth: Dated[Annotated[float | None, optional(rate(-0.1, 0.2))]]
    enclave_growth: Dated[Annotated[float | None, optional(rate(-0.9, 1.0))]]
    enclave_change: Dated[Annotated[float, share(-1.0, 10.0)]]
    skill_price: Dated[Annotated[float, share(-0.9, 10.0)]]
    national_package: Dated[Annotated[float, multiplier(100.0)]]
    e_invoice_mandate: Dated[Truth]
    online_filing_mandate: Dated[Truth]
    central_platforms: Dated[Truth]
    brain_drain: Dated[Annotated[float, rate(0.0, 1.0)]]
    demand_shock: Dated[Annotated[float, share(-0.9, 1.0)]]
    pandemic: Dated[Truth]


class Ensemble(Strict):
    """How many replicates, with drawn or central parameters, from which seed."""

    replicates: Annotated[int, whole_number(1, 1_000_000)]
    parameters: Annotated[str, one_of(("sampled", "central"))]
    seed: Annotated[int, whole_number(0, 2**63 - 1)]


class ScenarioFile(Strict):
    """A whole scenario, after `extends`."""

    title: Title
    about: Bilingual
    extends: Annotated[str | None, text(1, 200)] = None
    place: Annotated[str, text(1, 100)]
    period: Period
    budget: Budget
    delivery: Delivery
    communes: Communes
    outside: Outside
    parameters: dict[Annotated[str, Door(str, {"type": "string"})], Override]
    ensemble: Ensemble


SECTIONS: Final[dict[str, type[Strict]]] = {
    "budget": Budget,
    "delivery": Delivery,
    "communes": Communes,
    "outside": Outside,
}
ELSEWHERE: Final = {
    name: f"{section}.{name}" for section, form in SECTIONS.items() for name in form.model_fields if name != "from_"
}
# Levers whose plain value is itself a mapping: only years among its keys make it a path.
MAPPINGS: Final = frozenset({"lines", "voucher_caps", "priority_sectors", "ai_institute"})
# Levers that act in the years that carry a date, with what they are in all other years.
IMPULSES: Final[dict[str, float | bool]] = {"enclave_change": 0.0, "demand_shock": 0.0, "pandemic": False}
