"""Sweeps: many runs of scenarios in which levers and parameters are varied, in a folder that survives anything.

    from experiments import sweep, sweeps

    done = sweep("scenarios/sweeps/small.yaml", "runs/small", workers=2)
    done.summary                       # one row a (scenario, point, outcome, year)
    sweeps.read("runs/small").results  # every value

Rooms, in the order in which they know of each other: form, levers, axes, entries, reading (the file); design, plan (what is
run); work, crew (who runs it); chunks, desk, running (what is kept); points, results, screen (what is found).
"""

from __future__ import annotations

from experiments.sweeps.api import Finished, load, merge, read, run

__all__ = ["Finished", "load", "merge", "read", "run"]
