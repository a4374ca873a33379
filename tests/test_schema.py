"""The published schema: in step with the form, complete, and of one mind with the loader."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from model.reading.loading import load_text
from model.reading.nodes import plain
from model.reading.problems import Refused
from model.reading.scenario_file import SECTIONS, ScenarioFile
from model.reading.schema import guide, scenario_schema, schema_text
from model.scenario import load_scenario
from model.vocabulary import DIGITISING_ORDERS, LINES, SECTORS

ROOT = Path(__file__).parent.parent
SCHEMA: dict[str, Any] = json.loads(schema_text())


def accepts(schema: dict[str, Any], value: Any) -> bool:
    """Check a value against the part of JSON schema that ours uses."""
    if "$ref" in schema:
        return accepts(SCHEMA["definitions"][schema["$ref"].rsplit("/", 1)[1]], value)
    kinds = {"string": str, "number": (int, float), "integer": int, "boolean": bool, "object": dict, "array": list}
    kinds["null"] = type(None)
    checks = [
        all(accepts(part, value) for part in schema.get("allOf", [])),
        "anyOf" not in schema or any(accepts(part, value) for part in schema["anyOf"]),
        "enum" not in schema or value in schema["enum"],
        "const" not in schema or value == schema["const"],
    ]
    if "type" in schema:
        names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        fits = [isinstance(value, kinds[name]) and (name == "boolean" or not isinstance(value, bool)) for name in names]
        checks.append(any(fits))
    if isinstance(value, str):
        checks.append(re.search(schema.get("pattern", ""), value) is not None)
        checks.append(schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", 10**9))
    if isinstance(value, int | float):
        checks.append(schema.get("minimum", value) <= value <= schema.get("maximum", value))
    if isinstance(value, list):
        checks.append(schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", 10**9))
        checks.extend(accepts(schema.get("items", {}), item) for item in value)
    if isinstance(value, dict):
        checks.append(len(value) >= schema.get("minProperties", 0))
        checks.append(all(name in value for name in schema.get("required", [])))
        checks.extend(_accepts_entry(schema, str(name), inner) for name, inner in value.items())
    return all(checks)


def _accepts_entry(schema: dict[str, Any], name: str, value: Any) -> bool:
    if name in schema.get("properties", {}):
        return accepts(schema["properties"][name], value)
    for pattern, inner in schema.get("patternProperties", {}).items():
        if re.search(pattern, name):
            return accepts(inner, value)
    further = schema.get("additionalProperties", True)
    return further if isinstance(further, bool) else accepts(further, value)


def test_the_stored_schema_is_in_step() -> None:
    stored = ROOT / "scenarios" / "scenario.schema.json"
    assert stored.is_file(), "write it with: pillars schema --write"
    assert stored.read_text(encoding="utf-8") == schema_text(), "renew it with: pillars schema --write"


def test_every_entry_is_explained_in_both_languages_with_its_unit() -> None:
    parts = {"": SCHEMA, "AiInstituteBlock": SCHEMA["definitions"]["AiInstituteBlock"]}
    parts |= {section: SCHEMA["definitions"][form.__name__] for section, form in SECTIONS.items()}
    parts["ensemble"] = SCHEMA["definitions"]["Ensemble"]
    for part in parts.values():
        for name, entry in part["properties"].items():
            english, vietnamese, unit = entry["description"].split("\n")
            assert english != vietnamese, name
            assert unit == f"[{entry['unit']}]", name


def test_the_guide_explains_nothing_that_does_not_exist() -> None:
    known = set(ScenarioFile.model_fields) | {"AiInstituteBlock.minimum_scale", "AiInstituteBlock.sectors"}
    known |= {f"{section}.{name.rstrip('_')}" for section, form in SECTIONS.items() for name in form.model_fields}
    known |= {"ensemble.replicates", "ensemble.parameters", "ensemble.seed"}
    assert {str(name) for name in guide().entries} == known


def test_editors_can_complete_lines_sectors_and_choices() -> None:
    budget, delivery = SCHEMA["definitions"]["Budget"], SCHEMA["definitions"]["Delivery"]
    assert set(budget["properties"]["lines"]["anyOf"][0]["properties"]) == set(LINES)
    assert set(delivery["properties"]["priority_sectors"]["anyOf"][0]["properties"]) == set(SECTORS)
    assert delivery["properties"]["digitising_order"]["anyOf"][0]["enum"] == list(DIGITISING_ORDERS)
    assert "leakage" in SCHEMA["properties"]["parameters"]["properties"]
    assert delivery["properties"]["voucher_rate"]["default"] == "50 %"


def test_a_fresh_schema_shares_nothing_with_the_last() -> None:
    first = scenario_schema()
    first["properties"].clear()
    assert scenario_schema()["properties"]


def test_every_scenario_fits_the_schema() -> None:
    files = [
        file
        for file in sorted((ROOT / "scenarios").glob("*/*.yaml"))
        if file.name not in ("profile.yaml", "targets.yaml") and file.parent.name != "sweeps"
    ]
    assert files
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert accepts(SCHEMA, plain(load_text(text, file.name))), file
        assert text.startswith("# yaml-language-server: $schema=../scenario.schema.json\n"), file


def test_the_examples_and_defaults_fit_their_own_entries() -> None:
    for definition in (SCHEMA, *SCHEMA["definitions"].values()):
        for name, entry in definition["properties"].items():
            for example in (*entry.get("examples", []), *([entry["default"]] if "default" in entry else [])):
                assert accepts(entry, example), (name, example)


BOTH_REFUSE = [
    "bugdet: {}",
    "budget: {pillars_shar: 3 %}",
    "budget: {pillars_share: 3}",
    "budget: {pillars_share: 0.03}",
    "budget: {pillars_share: {20266: 3 %}}",
    "budget: {pillars_share: {}}",
    "budget: {lines: {reserch: 100 %}}",
    "budget: {spending_profile: [50 %, 50 %]}",
    "budget: {execution_multiplier: -1}",
    "budget: {execution_multiplier: twice}",
    "delivery: {infrastructure: rent}",
    "delivery: {voucher_caps: {micro: 20, small: 20, medium: 20}}",
    "delivery: {voucher_caps: {micro: 20 m USD, small: 1 VND, medium: 1 VND}}",
    "delivery: {priority_sectors: {turism: 2}}",
    "delivery: {ai_institute: big}",
    "delivery: {ai_institute: {minimum_scale: 20 bn VND}}",
    "delivery: {ai_institute: {minimum_scale: 20 bn VND, sectors: []}}",
    "outside: {pandemic: {2023: 1}}",
    "outside: {e_invoice_mandate: maybe}",
    "ensemble: {replicates: 0}",
    "ensemble: {seed: 1.5}",
    "ensemble: {parameters: drawn}",
    "parameters: {leakge: 0.2}",
    "period: 2021-2035",
    "period: 2020..2035",
    "title: x",
    "place: 42",
]
BOTH_ACCEPT = [
    "budget: {pillars_share: 3 %}",
    "budget: {pillars_share: {2026: 3%, 2030: 2.5 %}}",
    "budget: {pillars_share: 3 phần trăm}",
    "budget: {lines: {talent: 100 %}}",
    "budget: {lines: {2026: {talent: 100 %}}}",
    "budget: {spending_profile: null}",
    "budget: {spending_profile: [25 %, 25 %, 25 %, 25 %]}",
    "budget: {execution_multiplier: double}",
    "budget: {execution_learning: 12 % a year}",
    "delivery: {voucher_caps: {micro: 20 triệu VND, small: 0.5 tỷ đồng, medium: 1 bn VND}}",
    "delivery: {priority_sectors: {}}",
    "delivery: {ai_institute: {2027: {minimum_scale: 20 bn VND, sectors: [ict]}, 2030: none}}",
    "communes: {digital_teams: double, from: 2026}",
    "outside: {enclave_change: {2028: -40 %}}",
    "outside: {pandemic: {2023: true}}",
    "ensemble: {replicates: 3, parameters: central, seed: 0}",
    "parameters: {leakage: 20 %, step_cost_2: 150}",
    "period: 2021..2060",
]


@pytest.mark.parametrize("text", BOTH_REFUSE)
def test_what_the_schema_refuses_the_loader_refuses(shared_folder: Path, text: str) -> None:
    assert not accepts(SCHEMA, plain(load_text(f"extends: baseline.yaml\n{text}\n", "x")))
    file = shared_folder / "ha_tinh" / "schema_case.yaml"
    file.write_text(f"extends: baseline.yaml\n{text}\n", encoding="utf-8")
    with pytest.raises(Refused):
        load_scenario(file)


@pytest.mark.parametrize("text", BOTH_ACCEPT)
def test_what_the_schema_accepts_the_loader_accepts(shared_folder: Path, text: str) -> None:
    assert accepts(SCHEMA, plain(load_text(f"extends: baseline.yaml\n{text}\n", "x")))
    file = shared_folder / "ha_tinh" / "schema_case.yaml"
    file.write_text(f"extends: baseline.yaml\n{text}\n", encoding="utf-8")
    load_scenario(file)
