"""What the experiments may refuse, each error naming a message of the catalogue and the exit code it leads to.

Nothing enters. Leaves: exceptions that the command line prints in the reader's language, without a traceback.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Name the message that fills a place in another one, so that it is said in the same language."""

    key: str


SPOILT = Words("damage.spoilt")
UNREADABLE = Words("damage.unreadable")


class Told(Exception):  # noqa: N818 - it tells somebody something; not every telling is an error
    """Carry a message of messages.yaml by key, with the values that fill it.

    `code` is the exit code of the command that met it.
    """

    code = 1

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key, values)
        self.key = key
        self.values = values

    def __str__(self) -> str:
        """Say it in English, for whoever calls from Python."""
        from experiments.telling.messages import say

        return say(self.key, "en", **self.values)


class WrongUsage(Told):
    """Refuse what the user asked for: the question cannot be answered as put."""

    code = 2


class CannotWrite(Told):
    """Refuse to write: the place is not ours, not writable, full or in use."""

    code = 3


class DamagedRun(Told):
    """Refuse a run folder that cannot be read back."""

    code = 2
