"""A miniature country for tests: three provinces, one with a profile of its own, a few hundred enterprises in all."""

import csv
import shutil
from pathlib import Path
from typing import Any

import yaml

from tests.datasets import SCENARIOS, read, table

SHRUNK = 1500.0
"""How many times smaller than Viet Nam."""
COUNTED = ("billion VND", "persons", "enterprises", "a year")
RESIDENTS = {"01": 40_000, "24": 15_000, "42": 10_000}
OWN = {
    "population_resident": 9_000.0, "grdp_nominal": 600.0, "employment": 5_000.0, "enterprises": 50.0,
    "enterprise_workers": 800.0, "enclave_share": 0.12, "enclave_electronics_share": 0.0, "enclave_workers": 40.0,
    "publications": 0.5, "patents": 0.02, "public_staff": 30.0,
}  # fmt: skip
STATED = {
    "01": {"enclave_share": 0.02, "enclave_electronics_share": 0.9, "enclave_workers": 80.0, "proximity": 0.4},
    "24": {"enclave_share": 0.2, "enclave_electronics_share": 0.9, "enclave_workers": 300.0, "enterprises": 90.0},
}
POLICY = {
    "title": {"en": "Miniature", "vi": "Thu nhỏ"},
    "about": {"en": "A small country.", "vi": "Một nước nhỏ."},
    "place": "viet_nam",
    "period": "2021..2030",
    "budget": {
        "pillars_share": {2021: "1 %", 2022: "3 %"},
        "lines": {"applied_research": "40 %", "basic_research": "10 %", "sme_vouchers": "25 %", "infrastructure": "25 %"},
    },
}


def miniature(folder: Path) -> Path:
    """Write the scenario folder of a small country, and return it."""
    for place in ("viet_nam", "ha_tinh"):
        (folder / place).mkdir(parents=True)
    for name in ("parameters.yaml", "sources.yaml"):
        shutil.copy(SCENARIOS / name, folder / name)
    _write(folder / "communes.csv", [row for row in table("communes.csv") if row["province_code"] in RESIDENTS][::10])
    _write(folder / "provinces.csv", [_province(row) for row in table("provinces.csv") if row["province_code"] in RESIDENTS])
    _write(folder / "provinces_facts.csv", [_fact(code, *item) for code, own in STATED.items() for item in own.items()])
    nation, own = _smaller(read("viet_nam/profile.yaml")), read("ha_tinh/profile.yaml")
    for fact, value in OWN.items():
        entry = {**own["facts"].get(fact, nation["facts"][fact]), "value": value}
        own["facts"][fact] = {name: entry[name] for name in entry if name not in ("range", "distribution", "scale")}
    _dump(folder / "viet_nam" / "profile.yaml", nation)
    _dump(folder / "ha_tinh" / "profile.yaml", own)
    _dump(folder / "viet_nam" / "programme.yaml", POLICY)
    return folder


def _province(row: dict[str, str]) -> dict[str, str]:
    return {**row, "population_registered_2025": str(RESIDENTS[row["province_code"]])}


def _fact(code: str, fact: str, value: float) -> dict[str, Any]:
    unit = read("viet_nam/profile.yaml")["facts"][fact]["unit"]
    filler = {"year": "2020", "source": "assumption", "confidence": "imputed", "rule": "For a test."}
    return {"province_code": code, "province_en": "-", "fact": fact, "value": value, "unit": unit, **filler}


def _smaller(nation: dict[str, Any]) -> dict[str, Any]:
    facts = {name: dict(fact) for name, fact in nation["facts"].items()}
    for fact in facts.values():
        if fact["unit"] in COUNTED:
            fact["value"] /= SHRUNK
    return {**nation, "facts": facts}


def _dump(path: Path, content: Any) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
