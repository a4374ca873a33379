"""The published JSON schema of a sweep file, by which editors complete and check it as it is typed.

Enters: the form of a sweep and what its entries mean (guide.yaml). Leaves: a JSON schema, draft 7.
"""

from __future__ import annotations

import json
from importlib import resources
from typing import Any, Final

from experiments.sweeps.form import FULL, SweepFile
from experiments.sweeps.levers import known
from model.reading.loading import load_bytes
from model.reading.nodes import plain
from model.reading.schema import DIALECT

FILE: Final = "sweep.schema.json"
GUIDE: Final = "guide.yaml"


def guide() -> dict[str, dict[str, str]]:
    """Return what every entry means, in both languages."""
    content = resources.files("experiments.sweeps").joinpath(GUIDE).read_bytes()
    meanings: Any = plain(load_bytes(content, GUIDE))
    return dict(meanings)


def sweep_schema() -> dict[str, Any]:
    """Return the JSON schema of a sweep file; every entry has its meaning in both languages."""
    schema = SweepFile.model_json_schema(ref_template="#/definitions/{model}")
    definitions: dict[str, Any] = schema.pop("$defs")
    _explain(schema, "")
    for name in ("Entry", "Range"):
        _explain(definitions[name], f"{name}.")
    definitions["Entry"]["properties"]["range"]["anyOf"].append({"const": FULL})
    definitions["Varied"] = {"anyOf": [{"$ref": "#/definitions/Entry"}, {"type": "array", "minItems": 1}, {"const": FULL}]}
    names = {name: {"$ref": "#/definitions/Varied"} for name in known()}
    schema["properties"]["vary"] |= {"properties": names, "additionalProperties": False}
    tidy: dict[str, Any] = _without_titles({**schema, "definitions": definitions})
    return {"$schema": DIALECT, "title": "A sweep of Three Pillars", **tidy}


def sweep_schema_text() -> str:
    """Return the schema as the text of its file."""
    return json.dumps(sweep_schema(), indent=1, ensure_ascii=False) + "\n"


def _explain(part: dict[str, Any], prefix: str) -> None:
    """Give every entry of one part its meaning; a reference ignores what stands beside it in draft 7."""
    part.pop("description", None)
    for name, entry in part["properties"].items():
        meaning = guide()[prefix + name]
        content = {"allOf": [entry]} if "$ref" in entry else entry
        part["properties"][name] = {**content, "description": f"{meaning['en']}\n{meaning['vi']}"}


def _without_titles(value: Any, *, names: bool = False) -> Any:
    """Drop the titles and empty defaults that pydantic makes up; `names`: the keys are entries' own names."""
    if isinstance(value, list):
        return [_without_titles(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _without_titles(inner, names=key in ("properties", "definitions"))
        for key, inner in value.items()
        if names or not _made_up(key, inner)
    }


def _made_up(key: str, value: Any) -> bool:
    return (key == "title" and isinstance(value, str)) or (key == "default" and value is None)
