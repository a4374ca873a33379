"""Kill a sweep at random moments and start it again until it is done: `python tests/killing.py --kills 25`.

The whole process group is killed with SIGKILL, as when the power fails. What is left in the end must be, byte for byte, what an
uninterrupted sweep leaves. `--model` runs the model itself through the command line; else a stand-in of ten milliseconds a run.
"""

import argparse
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests import sweeping  # noqa: E402

QUICK = """
import sys
from pathlib import Path
from experiments import stand_in, sweeps
sweeps.run(sys.argv[1], sys.argv[2], workers=2, figures=False, chunk=2, runner=stand_in.slow_replicate)
"""


@dataclass
class Killed:
    """Say how often a sweep was killed and how often it was started, and what stood there in the end."""

    kills: int
    starts: int
    torn: int
    same: bool


def quick(file: Path, out: Path) -> list[str]:
    """Return the command that sweeps with the stand-in."""
    return [sys.executable, "-c", QUICK, str(file), str(out)]


def real(file: Path, out: Path) -> list[str]:
    """Return the command that a planner would give."""
    command = [sys.executable, "-m", "experiments.cli", "sweep", str(file), "--out", str(out), "--workers", "2"]
    return [*command, "--no-figures", "--quiet", "--yes"]


def start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a command in a process group of its own."""
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True, stderr=subprocess.PIPE)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def run_through(command: Sequence[str], out: Path, kills: int, patience: tuple[float, float], luck: random.Random) -> Killed:
    """Start a command again and again, killing it `kills` times after a random while, and let it end at last."""
    starts, torn, done = 0, 0, 0
    while True:
        process = start(command)
        starts += 1
        if done < kills:
            try:
                process.wait(luck.uniform(*patience))
            except subprocess.TimeoutExpired:
                kill_group(process)
                done += 1
                torn += len(list(out.glob("chunks/.*"))) + len(list(out.parent.glob(f".{out.name}.partial-*")))
                continue
        _, error = process.communicate()
        if process.returncode:
            raise RuntimeError(error.decode())
        if done >= kills:
            return Killed(done, starts, torn, same=False)
        shutil.rmtree(out)  # it was quicker than we: from the beginning


def compare(file: Path, kills: int, *, model: bool, seed: int = 1) -> Killed:
    """Sweep once undisturbed and once disturbed, and compare what both leave."""
    make = real if model else quick
    with tempfile.TemporaryDirectory() as place:
        calm, rough = Path(place) / "calm" / "out", Path(place) / "rough" / "out"
        began = time.monotonic()
        subprocess.run(make(file, calm), cwd=ROOT, check=True)
        span = time.monotonic() - began
        found = run_through(make(file, rough), rough, kills, (0.1 * span, 0.9 * span), random.Random(seed))
        found.same = sweeping.hashes(calm) == sweeping.hashes(rough)
        return found


def main() -> int:
    """Kill as often as asked and say whether the results are the same."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", action="store_true", help="run the model, not the stand-in")
    parser.add_argument("--sweep", type=Path, default=ROOT / "scenarios" / "sweeps" / "small.yaml")
    given = parser.parse_args()
    found = compare(given.sweep, given.kills, model=given.model, seed=given.seed)
    same = "the same bytes" if found.same else "DIFFERENT BYTES"
    print(f"{found.kills} kills, {found.starts} starts, {found.torn} unfinished files met: {same}")
    return 0 if found.same else 1


if __name__ == "__main__":
    sys.exit(main())
