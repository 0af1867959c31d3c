"""What can be written on the command line, and the checks that need no data."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from nmrquanv.cli.mcp import add_mcp
from nmrquanv.cli.model_arguments import add_bench, add_train
from nmrquanv.cli.spectrum_arguments import add_convert, add_info, add_pick
from nmrquanv.cli.study_arguments import add_study
from nmrquanv.cli.text_arguments import add_text_options, check_text_options
from nmrquanv.cli.typed import Check, no_check, whole
from nmrquanv.version import __version__

_COMMANDS = """commands:
  info PATH             say what a data set is
  pick PATH...          find peaks and write them (JSON, CSV, XLSX, JCAMP-DX...)
  convert PATH          write the processed spectrum (JCAMP-DX, Bruker, CSV)
  simulate              write synthetic spectra with known lines
  train                 train or retrain a model
  bench accuracy        measure the finders on simulated spectra
  bench real FOLDER     measure the finders on measured spectra, with or without lists
  bench lines FOLDER    measure the finders on the lines of known molecules
  bench multiplets      measure classes and couplings of multiplets
  bench twin PATH       measure the finders on a spectrum simulated like yours
  bench speed [PATH]    how fast the program is, with its goals
  bench batch           how many spectra a second a batch searches
  bench ablation        compare front ends by the logs of their training
  mcp FOLDER            answer other programs (Model Context Protocol), read-only
  study NAME            the paper's experiments: ansatz, convergence, ..., table, all

'nmrquanv COMMAND --help' tells more. A file that is called like a command is opened with
'nmrquanv ./info'.

exit codes: 0 done, 2 usage or several data sets to choose from, 3 unreadable input."""


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Return the command (``"window"`` when none is named) and its arguments.

    Raises
    ------
    SystemExit
        With 2 after a usage error, with 0 after ``--help`` and ``--version``.
    """
    argv = list(argv)
    place = next((i for i, word in enumerate(argv) if word == "--" or word[:1] != "-"), -1)
    name = argv.pop(place) if place >= 0 and argv[place] in _BUILDERS else "window"
    parser = _Parser(
        prog="nmrquanv" if name == "window" else f"nmrquanv {name}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"nmrquanv {__version__}")
    parser.add_argument(
        "-v", "--verbose", dest="is_verbose", action="store_true", help="show tracebacks and logs"
    )
    check = _BUILDERS.get(name, _window)(parser)
    arguments = parser.parse_args(_join_regions(argv))
    arguments.command = name
    check(arguments)
    return arguments


def _window(parser: argparse.ArgumentParser) -> Check:
    parser.description = "Find peaks in 1D NMR spectra. Without a command the window opens."
    parser.epilog = _COMMANDS
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="data set to open")
    parser.add_argument(
        "--self-test",
        dest="is_self_test",
        action="store_true",
        help="do the main job with a bundled spectrum, in a temporary folder; 0 if it works",
    )
    add_text_options(parser)

    def check(arguments: argparse.Namespace) -> None:
        check_text_options(parser, arguments)
        if arguments.is_self_test:
            if arguments.paths:
                parser.error("--self-test takes no PATH")
            arguments.command = "self_test"
        for path in arguments.paths:
            if not os.path.exists(path):
                parser.error(f"'{path}' is neither a command nor a file or folder")

    return check


def _simulate(parser: argparse.ArgumentParser) -> Check:
    parser.description = "Write synthetic spectra as Bruker folders, NAME.truth.json beside them."
    parser.add_argument("--seed", type=whole(0), required=True, help="same seed, same spectra")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR")
    parser.add_argument("--kind", default="mixed", help="clean, noisy, crowded...; default mixed")
    parser.add_argument("--count", type=whole(1), default=1, metavar="N", help="default 1")
    return no_check


_BUILDERS: dict[str, Callable[[argparse.ArgumentParser], Check]] = {
    "info": add_info,
    "pick": add_pick,
    "convert": add_convert,
    "simulate": _simulate,
    "train": add_train,
    "mcp": add_mcp,
    "bench": add_bench,
    "study": add_study,
}


_RANGE = re.compile(r"[^:]*\d[^:]*:[^:]*\d[^:]*")
_WITH_DASHES = {
    "--region": _RANGE,
    "--search": _RANGE,
    "--exclude": _RANGE,
    "--text-ends": _RANGE,
    "--text-columns": re.compile(r"-(,[-\w]+)+"),
}
"""Options whose value may begin with a dash, as -60:-140 and -,x,real do, and how it looks."""


def _join_regions(argv: list[str]) -> list[str]:
    """Return the words with ``--region -60:-140`` made one: argparse takes -60: for an option."""
    joined: list[str] = []
    for word in argv:
        form = _WITH_DASHES.get(joined[-1]) if joined else None
        if form is not None and form.fullmatch(word):
            joined[-1] += f"={word}"
        else:
            joined.append(word)
    return joined
