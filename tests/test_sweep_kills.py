"""A sweep that is killed, at any moment and in any part, leaves nothing wrong behind and ends with the same bytes."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
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


COMMAND = """
import signal, sys
from experiments import cli, stand_in
from experiments.ensembles import adapters
adapters.model_runner = lambda: stand_in.slow_replicate
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has the programs behind an & ignore it
sys.exit(cli.main())
"""


def begun(command: Sequence[str], out: Path) -> subprocess.Popen[bytes]:
    """Start a sweep, or go on with it, and wait until it has written a few chunks more."""
    before = len(list(out.glob("chunks/*.parquet")))
    process = killing.start(command)
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
    process = begun(killing.quick(file, out), out)
    with pytest.raises(CannotWrite, match="Another process"):
        sweeping.swept(sweep, out, runner=stand_in.slow_replicate)

    children = descendants(process)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []

    process = begun(killing.quick(file, out), out)
    workers(process)[-1].kill()
    _, error = process.communicate(timeout=60)
    assert process.returncode == 0, error
    assert sweeping.hashes(out) == sweeping.hashes(calm.folder)


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_end_the_command_says_what_is_kept_and_leaves_nobody_behind(
    file: Path, tmp_path: Path, sent: signal.Signals
) -> None:
    out = tmp_path / "out"
    options = ["--out", str(out), "--workers", "2", "--no-figures", "--yes", "--lang", "en"]
    process = begun([sys.executable, "-c", COMMAND, "sweep", str(file), *options], out)
    children = descendants(process)
    process.send_signal(sent)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"goes on from there" in error
    assert b"Warning" not in error
    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []
