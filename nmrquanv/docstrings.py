"""Spares a program the notes that scipy writes into its docstrings while it is imported.

scipy 1.16 and later take some 800 docstrings apart and put them together again, to say in each
which array libraries it works with: two fifths of what importing it (or nmrglue) takes, for texts
that neither the window nor the command line shows. For who uses nmrquanv in Python they stay.
"""

from __future__ import annotations

import importlib
import sys
from collections import defaultdict

_WRITER, _NOTED = "scipy._lib._docscrape", "FunctionDoc"


class _AsWritten(defaultdict[str, list[str]]):
    """A docstring whose parts are all empty, and which comes out as it went in."""

    def __init__(self, function: object) -> None:
        super().__init__(list)
        self._text = getattr(function, "__doc__", None) or ""

    def __str__(self) -> str:
        return f"\n{self._text}"  # scipy takes the first line, the signature, off


def leave_as_written() -> None:
    """Let what of scipy is imported from now on keep its docstrings as they were written.

    Where scipy has no such notes (another version, all of it imported before), nothing changes.
    """
    if "scipy._lib._array_api" in sys.modules:
        return
    try:
        writer = importlib.import_module(_WRITER)
    except ImportError:
        return
    if hasattr(writer, _NOTED):
        setattr(writer, _NOTED, _AsWritten)
