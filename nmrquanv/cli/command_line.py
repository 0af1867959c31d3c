"""Find the command, run it, and turn what happens into an exit code and one line on stderr."""

from __future__ import annotations

import contextlib
import importlib
import io
import logging
import os
import sys
import warnings
from collections.abc import Sequence

from nmrquanv.cli import exit_codes
from nmrquanv.cli.arguments import parse
from nmrquanv.cli.exit_codes import complain
from nmrquanv.processes import wait_asleep


def main() -> int:
    """Run the program for the arguments of this process; return its exit code.

    Sets up what belongs to a process and not to a function: logging and warnings on stderr
    (only with ``--verbose``), and an output that never fails on a letter it cannot show.
    """
    wait_asleep()
    is_verbose = bool({"-v", "--verbose"} & set(sys.argv[1:]))
    logging.basicConfig(format="%(name)s: %(message)s")
    # The handler's level and not the logger's: the window logs to a file with a level of its own.
    for handler in logging.getLogger().handlers:
        handler.setLevel(logging.INFO if is_verbose else logging.ERROR)
    if is_verbose:
        logging.getLogger("nmrquanv").setLevel(logging.INFO)
    if not is_verbose and not sys.warnoptions:
        warnings.simplefilter("ignore")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = execute(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (head, less) has gone. Python flushes stdout once more at exit: give it a
        # place where that succeeds.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exit_codes.BROKEN_PIPE
    return code


def execute(argv: Sequence[str]) -> int:
    """Run one command line and return its exit code.

    Parameters
    ----------
    argv : sequence of str
        Without the program's name.

    Raises
    ------
    BrokenPipeError
        Whoever reads stdout has closed it.
    """
    try:
        arguments = parse(argv)
    except SystemExit as end:  # argparse has said why, or has shown the help
        return int(end.code or 0)
    try:
        command = importlib.import_module(f"nmrquanv.cli.{arguments.command}")
        return int(command.run(arguments))
    except KeyboardInterrupt:
        complain("interrupted")
        return exit_codes.INTERRUPTED
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001  (the last place that can say it in one line)
        return exit_codes.report_error(error, is_verbose=arguments.is_verbose)
