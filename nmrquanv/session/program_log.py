"""The log of the program: where it is, what it says. It names formats of data, never the data."""

from __future__ import annotations

from pathlib import Path

from nmrquanv.errors import FormatError
from nmrquanv.guarded import read_regular
from nmrquanv.paths import home, user_data

LOG_BYTES = 1_000_000
_SHOWN = 200_000
_SLACK = 100_000


def log_path() -> Path:
    """Return the file; the one before has ``.1`` after its name."""
    return user_data() / "nmrquanv.log"


def log_text() -> str:
    """Return the newest part of the log, oldest line first, with ``~`` for the home folder."""
    parts = []
    for path in (Path(f"{log_path()}.1"), log_path()):
        try:
            parts.append(read_regular(path, LOG_BYTES + _SLACK).decode("utf-8", "replace"))
        except (OSError, FormatError):
            continue
    text = "".join(parts)
    newest = text[-_SHOWN:]
    whole = newest if newest == text else newest.partition("\n")[2]
    return whole.replace(str(home()), "~") or "The log is empty."
