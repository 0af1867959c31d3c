"""How far long work is, for a person: on standard error, beside whatever else is said there."""

from __future__ import annotations

import shutil
import sys
import time

from nmrquanv.cli.exit_codes import one_line

_TELL_S = 20.0


class ProgressLine:
    """One changing line on a terminal, else a line now and then."""

    def __init__(self) -> None:
        self._told = -_TELL_S
        self._is_open = False
        self._width = 0

    def show(self, text: str) -> None:
        """Show how far it is now."""
        if sys.stderr.isatty():
            text = text[: shutil.get_terminal_size().columns - 1]  # a second line would stay
            sys.stderr.write("\r" + text.ljust(self._width))
            self._is_open, self._width = True, len(text)
        elif time.monotonic() - self._told >= _TELL_S:
            self._told = time.monotonic()
            sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def say(self, text: str) -> None:
        """Say something that stays, on a line of its own."""
        self.end()
        sys.stderr.write(one_line(text) + "\n")
        sys.stderr.flush()

    def end(self) -> None:
        """Leave what is shown where it stands, and begin another line."""
        if self._is_open:
            sys.stderr.write("\n")
            sys.stderr.flush()
        self._is_open, self._width = False, 0
