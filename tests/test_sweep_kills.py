"""A sweep that is killed, at any moment and in any part, leaves nothing wrong behind and ends with the same bytes."""

import os
import random
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from experiments import stand_in
from experiments.errors import CannotWrite
from experiments.sweeps import Finished
from tests import killing, sweeping

psutil = pytest.importorskip("psutil")

MANY = """
vary:
  budget.pillars_share: {from: 2026, range: {low: 1 %, high: 4 %, steps: 8}}
replicates: 12
years: 2030
outcomes: [tfp_share, digital_share]
parameters: central
"""


@pytest.fixture(scope="module")
def file(shared_folder: Path) -> Path:
    return sweeping.write(shared_folder, MANY, "kills")


@pytest.fixture(scope="module")
def calm(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """The sweep that nobody disturbed."""
    sweep = sweeping.load_sweep(file)
    return sweeping.swept(sweep, tmp_path_factory.mktemp("calm") / "out", chunk=2, runner=stand_in.slow_replicate)


def begun(file: Path, out: Path) -> subprocess.Popen[bytes]:
    """Start a sweep, or go on with it, and wait until it has written a few chunks more."""
    before = len(list(out.glob("chunks/*.parquet")))
    process = killing.start(killing.quick(file, out))
    deadline = time.monotonic() + 30
    while len(list(out.glob("chunks/*.parquet"))) < before + 3:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return process


def descendants(process: subprocess.Popen[bytes]) -> list[Any]:
    return psutil.Process(process.pid).children(recursive=True)


def workers(process: subprocess.Popen[bytes]) -> list[Any]:
    """Return the processes that do the work: those that the fork server has forked."""
    return [child for child in descendants(process) if child.parent().pid != process.pid]


def test_killed_at_random_moments_it_ends_with_the_same_bytes(file: Path, calm: Finished, tmp_path: Path) -> None:
    out = tmp_path / "place" / "out"
    found = killing.run_through(killing.quick(file, out), out, 3, (0.4, 2.4), random.Random(1))
    assert found.kills == 3
    assert sweeping.hashes(out) == sweeping.hashes(calm.folder)


def test_a_sweep_under_way_is_left_alone_by_others_and_survives_the_loss_of_parent_and_worker(
    file: Path, calm: Finished, tmp_path: Path
) -> None:
    out, sweep = tmp_path / "out", sweeping.load_sweep(file)
    process = begun(file, out)
    with pytest.raises(CannotWrite, match="Another process"):
        sweeping.swept(sweep, out, runner=stand_in.slow_replicate)

    children = descendants(process)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []

    process = begun(file, out)
    workers(process)[-1].kill()
    _, error = process.communicate(timeout=60)
    assert process.returncode == 0, error
    assert sweeping.hashes(out) == sweeping.hashes(calm.folder)
