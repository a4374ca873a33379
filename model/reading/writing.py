"""Write a scenario as a file that a planner can read and change: the way back through the door.

Enters: a scenario. Leaves: YAML text, complete (without `extends`), that loads as the same policy.
"""

from typing import Any, Final

import yaml

from model.levers import AiInstitute
from model.reading.policy import dated, paths
from model.reading.scalars import Misread, read_plain
from model.reading.scenario_file import IMPULSES
from model.reading.units import money_text, percent_text
from model.scenario import Scenario

_IN_PERCENT: Final = frozenset({
    "pillars_share", "lines", "relabelled_share", "execution_learning", "spending_profile", "carry_over_share",
    "high_risk_share", "counterpart_share", "voucher_rate", "frontier_growth", "enclave_growth", "enclave_change",
    "skill_price", "brain_drain", "demand_shock",
})  # fmt: skip
_SCHEMA_LINE: Final = "# yaml-language-server: $schema=../scenario.schema.json\n"


def scenario_text(scenario: Scenario) -> str:
    """Return the scenario as the text of a file of its own, with every lever that is not at rest."""
    parts: dict[str, Any] = {
        "title": scenario.title,
        "about": scenario.about,
        "place": scenario.place.name,
        "period": f"{scenario.start}..{scenario.end}",
    }
    for section, name, path in paths(scenario.parts.form):
        steps = dated(name, path, scenario.start, scenario.end)
        if steps or name not in IMPULSES:
            written = {year: _written(name, value) for year, value in steps.items()}
            is_plain = list(steps) == [scenario.start] and name not in IMPULSES
            parts.setdefault(section, {})[name] = written[scenario.start] if is_plain else written
    parts["parameters"] = {**scenario.parameters.fixed, **scenario.place.register.fixed}
    parts["ensemble"] = scenario.ensemble.model_dump()
    text: str = yaml.dump(parts, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)
    return _SCHEMA_LINE + text


def _written(name: str, value: Any) -> Any:
    """Write one lever's value with its unit; entries of a mapping that say nothing are left out."""
    if isinstance(value, AiInstitute):
        return {"minimum_scale": money_text(value.minimum_scale), "sectors": list(value.sectors)}
    if name == "ai_institute":
        return "none"
    if name == "voucher_caps":
        return {size: money_text(cap) for size, cap in value.items() if size != "large"}
    if name == "priority_sectors":
        return {sector: _bare(weight) for sector, weight in value.items() if weight != 1.0}
    if name == "lines":
        return {line: percent_text(share) for line, share in value.items() if share > 0.0}
    if isinstance(value, tuple):
        return [percent_text(share) for share in value]
    return percent_text(value) if name in _IN_PERCENT and value is not None else _bare(value)


def _bare(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


class _Dumper(yaml.SafeDumper):
    """Write text in quotes where YAML 1.2 would read it as something else."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write every value out."""
        return True


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    try:
        is_plain = read_plain(text) == text
    except Misread:
        is_plain = False
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if is_plain else '"')


_Dumper.add_representer(str, _represent_text)
