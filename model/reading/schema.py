"""The published JSON schema of a scenario file, by which editors complete and check it as it is typed.

Enters: the form of a scenario, what its entries mean (scenario_guide.yaml) and their defaults. Leaves: a JSON schema.
"""

import json
from functools import cache
from importlib import resources
from typing import Any, Final

from model.reading.inheritance import DEFAULTS
from model.reading.loading import load_bytes
from model.reading.nodes import Node, find, plain
from model.reading.registers import FACT_NAMES, PARAMETER_NAMES
from model.reading.scenario_file import SECTIONS, ScenarioFile

GUIDE: Final = "scenario_guide.yaml"
DIALECT: Final = "http://json-schema.org/draft-07/schema#"


def scenario_schema() -> dict[str, Any]:
    """Return the JSON schema (draft 7) of a scenario file; every entry has its meaning, unit and default."""
    schema = ScenarioFile.model_json_schema(ref_template="#/definitions/{model}")
    definitions: dict[str, Any] = schema.pop("$defs")
    for section, form in {**SECTIONS, "ensemble": None}.items():
        part = definitions[form.__name__ if form else "Ensemble"]
        _describe(part, section)
    _describe(definitions["AiInstituteBlock"], "AiInstituteBlock")
    for words in ("Title", "Bilingual"):
        del definitions[words]["required"]
    _describe(schema, "")
    schema["properties"]["parameters"]["propertyNames"] = {"enum": [*PARAMETER_NAMES, *FACT_NAMES]}
    del schema["required"]
    tidy: dict[str, Any] = _tidy({
        "$schema": DIALECT,
        "title": "A scenario of Three Pillars",
        **{key: value for key, value in schema.items() if key not in {"title", "description"}},
        "definitions": definitions,
    })
    return tidy


def schema_text() -> str:
    """Return the schema as the text of its file."""
    return json.dumps(scenario_schema(), indent=1, ensure_ascii=False) + "\n"


@cache
def guide() -> Node:
    """Return what every entry means."""
    return load_bytes(resources.files("model.reading").joinpath(GUIDE).read_bytes(), GUIDE)


def _describe(part: dict[str, Any], section: str) -> None:
    """Give every entry of one part its meaning, unit, examples and default; nothing is required, for `extends`."""
    part.pop("description", None)
    if section in {*SECTIONS, "ensemble"}:
        part.pop("required", None)
    for name, entry in part["properties"].items():
        path = f"{section}.{name}" if section else name
        meaning: Any = plain(guide().entries[path])
        described = {
            "description": f"{meaning['en']}\n{meaning['vi']}\n[{meaning['unit']}]",
            "unit": meaning["unit"],
        }
        described |= {key: _text_keys(meaning[key]) for key in ("examples",) if key in meaning}
        described |= _default(section, name)
        # A reference ignores what stands beside it in draft 7.
        content = {"allOf": [entry]} if "$ref" in entry else {k: v for k, v in entry.items() if k != "default"}
        part["properties"][name] = {**content, **described}


def _default(section: str, name: str) -> dict[str, Any]:
    tree = load_bytes(resources.files("model.reading").joinpath(DEFAULTS).read_bytes(), DEFAULTS)
    holder = find(tree, (section,)) if section else tree
    if name not in holder.entries or name in SECTIONS or name in {"about", "ensemble"}:
        return {}
    return {"default": _text_keys(plain(holder.entries[name]))}


def _text_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _text_keys(inner) for key, inner in value.items()}
    return [_text_keys(inner) for inner in value] if isinstance(value, list) else value


def _tidy(value: Any, *, names: bool = False) -> Any:
    """Drop the titles that pydantic makes up, and turn enumerated names into properties that editors complete."""
    if isinstance(value, list):
        return [_tidy(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    kept = {
        key: _tidy(inner, names=key in {"properties", "definitions", "patternProperties"})
        for key, inner in value.items()
        if names or key != "title" or value.get("$schema") == DIALECT or not isinstance(inner, str)
    }
    if names or "propertyNames" not in kept:
        return kept
    words, content = kept.pop("propertyNames")["enum"], kept.pop("additionalProperties")
    return {**kept, "properties": dict.fromkeys(words, content), "additionalProperties": False}
