"""Results on standard output: bytes in UTF-8 with LF, whatever the terminal or the system."""

from __future__ import annotations

import sys


def write_out(text: str) -> None:
    """Write a result to standard output, unchanged, and flush it.

    Raises
    ------
    BrokenPipeError
        Whoever reads it has gone.
    """
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()
