"""What to keep when the program itself is wrong: a file with everything a programmer needs, and nothing on the screen.

Enters: an exception. Leaves: the path of a report.
"""

from __future__ import annotations

import platform
import sys
import tempfile
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path


def report_bug(error: BaseException, arguments: Sequence[str]) -> str:
    """Write the report into the current folder, or where that is not possible into the temporary one; return its path."""
    name = f"pillars-error-{datetime.now(UTC):%Y%m%dT%H%M%S}.txt"
    text = "\n".join(
        [
            f"pillars {' '.join(arguments)}",
            f"python {sys.version}",
            f"on {platform.platform()}",
            "".join(traceback.format_exception(error)),
        ]
    )
    for folder in (Path.cwd(), Path(tempfile.gettempdir())):
        try:
            (folder / name).write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError:
            continue
        return str(folder / name)
    return "-"
