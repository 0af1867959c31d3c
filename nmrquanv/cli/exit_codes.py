"""Exit codes, and errors as one line on stderr."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterable

from nmrquanv.errors import NmrQuanvError, OverwriteError, SeveralDataSetsError, kind_of

DONE = 0
"""Also with an empty list of peaks."""
FAULT = 1
"""A fault of the program."""
USAGE = 2
"""The command line cannot be followed: an option, a model's name, a place to write, or a folder
with several data sets of which one must be chosen."""
UNREADABLE = 3
"""An input cannot be read or processed."""
INTERRUPTED = 130
"""Ctrl+C (128 + SIGINT)."""
BROKEN_PIPE = 141
"""The reader of stdout has gone (128 + SIGPIPE)."""


CODES = {"choice": USAGE, "input": UNREADABLE, "fault": FAULT}
"""By what an error asks for."""


class UsageError(NmrQuanvError):
    """An argument does not fit the data; it takes reading the data to know that."""


def one_line(text: str) -> str:
    """Return a text without line breaks and control characters, which file headers may hold."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))


def complain(message: str) -> None:
    """Write one line to stderr."""
    sys.stderr.write(f"nmrquanv: {one_line(message)}\n")


def with_option(message: str) -> str:
    """Return what is said of an error; of files that are not replaced with the option to do so."""
    return message.replace(OverwriteError.ADVICE, f"{OverwriteError.ADVICE}, or give --overwrite")


def report_error(error: Exception, *, is_verbose: bool) -> int:
    """Say an error on stderr and return the exit code that it stands for."""
    if is_verbose:
        traceback.print_exception(error)
    code = USAGE if isinstance(error, UsageError) else CODES[kind_of(error)]
    if code == FAULT:
        more = "" if is_verbose else "; --verbose shows where"
        complain(f"fault in the program: {type(error).__name__}: {error}{more}")
    elif isinstance(error, OSError):
        complain(f"{error.filename or 'a file'}: {error.strerror or error}")
    else:
        complain(with_option(str(error)))
    if isinstance(error, SeveralDataSetsError):
        sys.stderr.writelines(f"  {one_line(choice)}\n" for choice in error.choices)
    return code


def gravest(codes: Iterable[int]) -> int:
    """Return the code of the gravest failure.

    A fault of the program before an unreadable input, before a choice to be made.
    """
    return max(codes, key=(DONE, USAGE, UNREADABLE, FAULT).index, default=DONE)
