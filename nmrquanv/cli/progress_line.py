"""How far long work is, for a person: on standard error, beside whatever else is said there."""

from __future__ import annotations

import sys
import time

from nmrquanv.cli.exit_codes import one_line

_TELL_S = 20.0


class ProgressLine:
    """One changing line on a terminal, else a line now and then."""

    def __init__(self) -> None:
        self._told = -_TELL_S
        self._is_open = False

    def show(self, text: str) -> None:
        """Show how far it is now."""
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{text:60s}")
            self._is_open = True
        elif time.monotonic() - self._told >= _TELL_S:
            self._told = time.monotonic()
            sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def say(self, text: str) -> None:
        """Say something that stays, on a line of its own."""
        sys.stderr.write(("\n" if self._is_open else "") + one_line(text) + "\n")
        sys.stderr.flush()
        self._is_open = False
