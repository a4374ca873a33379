"""Files made to keep the reader busy: refused as fast as any other, with no more problems than anyone reads."""

import time
from pathlib import Path

import pytest

from experiments.commands.check import KINDS
from model.reading.checking import check_paths

SECONDS = 2.0  # of processor time; the slowest takes a tenth of one when the machine is quiet
HEAD = "extends: baseline.yaml\n"
MANY = 20_000
FLOODS = {
    "unknown entries": HEAD + "".join(f"k{number}: 1\n" for number in range(MANY // 3)),
    "unknown levers": HEAD + "budget:\n" + "".join(f"  k{number}: 1\n" for number in range(MANY // 3)),
    "unknown lines": HEAD + "budget:\n  lines:\n" + "".join(f"    k{number}: 1 %\n" for number in range(MANY // 3)),
    "unknown parameters": HEAD + "parameters:\n" + "".join(f"  k{number}: 1\n" for number in range(MANY // 3)),
    "years": HEAD + "budget:\n  pillars_share:\n" + "".join(f"    {year}: 3 %\n" for year in range(3000, 9000)),
    "spaces in a rate": HEAD + f'budget: {{execution_learning: "12 %{" " * 200_000}x"}}\n',
    "spaces in money": HEAD + f'delivery: {{voucher_caps: {{micro: "1{" " * 200_000}m{" " * 200_000}x"}}}}\n',
    "a number of underscores": HEAD + f"budget: {{pillars_share: {'1_' * 100_000}x}}\n",
    "a long name": HEAD + f"place: {'h' * 500_000}\n",
    "a long list": "a: [" + "1," * 200_000 + "]\n",
}
HEAD_OF_SWEEP = "title: {en: x, vi: y}\n"
SWEEP_FLOODS = {
    "one scenario": HEAD_OF_SWEEP + f"scenarios: [{', '.join(['../ha_tinh/programme.yaml'] * 2_000)}]\n",
    "entries": HEAD_OF_SWEEP + "scenarios: [x.yaml]\nvary:\n" + "".join(f"  k{number}: [1]\n" for number in range(5_000)),
    "outcomes": HEAD_OF_SWEEP + f"scenarios: [x.yaml]\noutcomes: [{', '.join(f'k{number}' for number in range(5_000))}]\n",
}
DATA_FLOODS = {
    "targets.yaml": "targets:\n" + "- {}\n" * 5_000,
    "profile.yaml": "facts:\n" + "".join(f"  k{number}: 1\n" for number in range(MANY // 3)),
}


def refused_quickly(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    began = time.process_time()
    problems = check_paths([file], KINDS)
    assert time.process_time() - began < SECONDS
    assert 0 < len(problems) < 1_000


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_of_mistakes_in_a_scenario(shared_folder: Path, name: str) -> None:
    refused_quickly(shared_folder / "ha_tinh" / "flood.yaml", FLOODS[name])
    (shared_folder / "ha_tinh" / "flood.yaml").unlink()


@pytest.mark.parametrize("name", SWEEP_FLOODS)
def test_a_flood_of_mistakes_in_a_sweep(shared_folder: Path, name: str) -> None:
    refused_quickly(shared_folder / "sweeps" / "flood.yaml", SWEEP_FLOODS[name])
    (shared_folder / "sweeps" / "flood.yaml").unlink()


@pytest.mark.parametrize("name", DATA_FLOODS)
def test_a_flood_of_mistakes_in_a_data_file(scenario_folder: Path, name: str) -> None:
    refused_quickly(scenario_folder / "ha_tinh" / name, DATA_FLOODS[name])
