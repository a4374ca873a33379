"""How far a batch is: count, rate and time left, on a terminal only.

Enters: a number of runs. Leaves: a bar on standard error, so that standard output holds nothing but results.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

from experiments.ensembles.pool import Tick, silent
from experiments.telling.messages import say


@contextlib.contextmanager
def bar(language: str, *, quiet: bool) -> Iterator[Callable[[int], Tick]]:
    """Give what an ensemble asks for: told the number of runs, it returns what to call as they are done."""
    if quiet or not sys.stderr.isatty():
        yield silent
        return
    from tqdm import tqdm

    with contextlib.ExitStack() as stack:

        def start(runs: int) -> Tick:
            words = {"unit": say("progress.run", language), "bar_format": say("progress.bar", language)}
            drawn = stack.enter_context(tqdm(total=runs, file=sys.stderr, smoothing=0.1, **words))

            def tick(done: int) -> None:
                drawn.update(done)

            return tick

        yield start
