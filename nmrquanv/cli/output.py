"""Results on standard output: bytes in UTF-8 with LF, whatever the terminal or the system."""

from __future__ import annotations

import sys


def write_out(result: str | bytes) -> None:
    """Write a result to standard output, unchanged, and flush it.

    Raises
    ------
    BrokenPipeError
        Whoever reads it has gone.
    """
    sys.stdout.flush()
    data = result.encode("utf-8", "replace") if isinstance(result, str) else result
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
