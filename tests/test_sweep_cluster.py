"""A sweep on a real Dask cluster, started as a user would start it, leaves the same bytes as one process."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from experiments import stand_in
from experiments.errors import WrongUsage
from experiments.sweeps.crew import cluster_crew
from tests import killing, sweeping

pytest.importorskip("distributed")
DASK = shutil.which("dask", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
MORTAL = """
import ctypes, os, signal, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: end when the tests end, even if they are killed
os.execv(sys.argv[1], sys.argv[1:])
"""
SWEEP = """
import sys
from distributed import Client
from experiments import stand_in, sweeps
with Client(sys.argv[3], timeout=60, set_as_default=False) as client:
    client.wait_for_workers(2, timeout=60)
done = sweeps.run(sys.argv[1], sys.argv[2], cluster=sys.argv[3], figures=False, chunk=3, runner=stand_in.slow_replicate)
print(done.sha256, done.failed)
"""


def free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    with contextlib.closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A scheduler and two workers on loopback."""
    if DASK is None:
        pytest.skip("there is no dask command")
    port, place = free_port(), tmp_path_factory.mktemp("dask")
    address = f"tcp://127.0.0.1:{port}"
    local = ["--host", "127.0.0.1", "--no-dashboard"]
    worker = [DASK, "worker", address, *local, "--no-nanny", "--nthreads", "1", "--local-directory", str(place)]
    commands = [
        [DASK, "scheduler", *local, "--port", str(port)],
        worker,
        worker,
    ]
    silent: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    environment = {**os.environ, "PYTHONPATH": str(killing.ROOT)}
    started = [
        subprocess.Popen([sys.executable, "-c", MORTAL, *command], cwd=place, env=environment, start_new_session=True, **silent)
        for command in commands
    ]
    deadline = time.monotonic() + 60
    while not answers(port) and time.monotonic() < deadline:
        time.sleep(0.05)
    yield address
    for process in reversed(started):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def sweep_on(address: str, file: Path, out: Path) -> subprocess.CompletedProcess[str]:
    """Sweep in a process of its own, as a planner would."""
    command = [sys.executable, "-c", SWEEP, str(file), str(out), address]
    return subprocess.run(command, cwd=killing.ROOT, capture_output=True, text=True, check=False, timeout=120)


def test_two_workers_of_a_cluster_leave_the_same_bytes(cluster: str, shared_folder: Path, tmp_path: Path) -> None:
    file = sweeping.write(shared_folder, sweeping.GRID, "cluster")
    done = sweep_on(cluster, file, tmp_path / "cluster")
    assert done.returncode == 0, done.stderr
    whole = sweeping.swept(sweeping.load_sweep(file), tmp_path / "whole", chunk=3, runner=stand_in.slow_replicate)
    assert done.stdout.split() == [whole.sha256, "0"]
    assert sweeping.hashes(tmp_path / "cluster") == sweeping.hashes(whole.folder)


def test_an_address_where_nobody_answers_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.sweeps.crew.PATIENCE", 0.3)
    address = f"tcp://127.0.0.1:{free_port()}"
    with pytest.raises(WrongUsage, match=address), cluster_crew(address):
        pass


def test_without_dask_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(WrongUsage, match=r"three-pillars\[cluster\]"), cluster_crew("tcp://127.0.0.1:1"):
        pass
