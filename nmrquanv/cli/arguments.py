"""What can be written on the command line, and the checks that need no data."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from nmrquanv import __version__
from nmrquanv.cli.study_arguments import add_study
from nmrquanv.cli.typed import number, positive, whole

POLARITIES = ("auto", "positive", "negative", "both")
_COMMANDS = """commands:
  info PATH             say what a data set is
  pick PATH...          find peaks and write them (JSON, CSV, XLSX, JCAMP-DX...)
  convert PATH          write the processed spectrum (JCAMP-DX, Bruker, CSV)
  simulate              write synthetic spectra with known lines
  train                 train or retrain a model
  bench accuracy        measure the finders on simulated spectra
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


Check = Callable[[argparse.Namespace], None]


def _window(parser: argparse.ArgumentParser) -> Check:
    parser.description = "Find peaks in 1D NMR spectra. Without a command the window opens."
    parser.epilog = _COMMANDS
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="data set to open")

    def check(arguments: argparse.Namespace) -> None:
        for path in arguments.paths:
            if not os.path.exists(path):
                parser.error(f"'{path}' is neither a command nor a file or folder")

    return check


def _info(parser: argparse.ArgumentParser) -> Check:
    parser.description = "Say what a data set is: nucleus, field, axis, sources, processing."
    parser.add_argument("path", type=Path, metavar="PATH")
    parser.add_argument("--json", dest="is_json", action="store_true", help="as JSON")
    _add_reading(parser)
    return _no_check


def _pick(parser: argparse.ArgumentParser) -> Check:
    from nmrquanv.io.tables.formats import FORMATS, format_of

    endings = ", ".join(form.ending for form in FORMATS)
    parser.description = "Find peaks and write them, in any of several formats."
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument(
        "--model",
        default="quanv",
        help="quanv (default), cnn, classical, a model of your library, or the path of a card",
    )
    _add_reading(parser)
    parser.add_argument(
        "--region",
        type=_region,
        metavar="HIGH:LOW",
        help="search only between these chemical shifts, ppm; negative ones too (-60:-140)",
    )
    parser.add_argument("--polarity", choices=POLARITIES, default="auto", help="default auto")
    thresholds = parser.add_argument_group("thresholds (defaults as in a new window)")
    thresholds.add_argument(
        "--min-snr", type=_not_negative, metavar="N", help="height / sigma (default 6)"
    )
    thresholds.add_argument(
        "--min-height",
        type=_fraction,
        metavar="F",
        help="fraction of the tallest line outside solvent and water, such as 0.01 or 1%%"
        " (default 0.1%%)",
    )
    thresholds.add_argument(
        "--min-confidence", type=_fraction, metavar="F", help="0 to 1 (default 0.55)"
    )
    thresholds.add_argument(
        "--satellites",
        dest="shows_satellites",
        action="store_true",
        help="write 13C satellites too, as peaks of the class 'satellite'",
    )
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument(
        "-o", "--output", metavar="FILE", help=f"its ending says the format ({endings}), or -"
    )
    place.add_argument("--output-dir", type=Path, metavar="DIR", help="one file for each PATH")
    parser.add_argument(
        "--format",
        choices=[form.name for form in FORMATS],
        default="json",
        help="of standard output and of files in DIR: %(choices)s (default json)",
    )
    _add_overwriting(parser)

    def check(arguments: argparse.Namespace) -> None:
        output = arguments.output
        if output is None:
            return
        if len(arguments.paths) > 1:
            parser.error("several PATHs need --output-dir DIR")
        if output != "-" and format_of(Path(output)) is None:
            parser.error(f"--output must end in one of {endings}, or be -; got '{output}'")
        if output != "-" and not _has_folder(output):
            parser.error(f"the folder of --output '{output}' does not exist")

    return check


def _convert(parser: argparse.ArgumentParser) -> Check:
    from nmrquanv.io.spectra_formats import SPECTRUM_FORMATS

    parser.description = "Process a data set as the window does and write the spectrum."
    parser.add_argument("path", type=Path, metavar="PATH")
    _add_reading(parser)
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help="file or new folder")
    parser.add_argument(
        "--format",
        choices=[form.name for form in SPECTRUM_FORMATS],
        help="default: by the ending of FILE (.jdx, .csv; bruker without one)",
    )
    _add_overwriting(parser)

    def check(arguments: argparse.Namespace) -> None:
        ending = Path(arguments.output).suffix.lower()
        by_ending = {form.ending: form.name for form in SPECTRUM_FORMATS}
        arguments.format = arguments.format or by_ending.get(ending)
        if arguments.format is None:
            parser.error(f"no format of spectra ends in '{ending}': give one with --format")
        if not _has_folder(arguments.output):
            parser.error(f"the folder of --output '{arguments.output}' does not exist")

    return check


def _simulate(parser: argparse.ArgumentParser) -> Check:
    parser.description = "Write synthetic spectra as Bruker folders, NAME.truth.json beside them."
    parser.add_argument("--seed", type=whole(0), required=True, help="same seed, same spectra")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR")
    parser.add_argument("--kind", default="mixed", help="clean, noisy, crowded...; default mixed")
    parser.add_argument("--count", type=whole(1), default=1, metavar="N", help="default 1")
    return _no_check


def _train(parser: argparse.ArgumentParser) -> Check:
    parser.description = (
        "Train a model. Progress and result are JSON lines on standard output; a line 'stop' on"
        " standard input ends the run with the best weights so far."
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--run", type=Path, metavar="FOLDER", help="run folder from the window")
    what.add_argument("--config", type=Path, metavar="FILE", help="training config (JSON)")
    parser.add_argument("--output", type=Path, metavar="DIR", help="with --config: for the model")
    parser.add_argument(
        "--device",
        default="cpu",
        metavar="NAME",
        help="with --config: where torch trains, such as cuda (default: cpu)",
    )

    def check(arguments: argparse.Namespace) -> None:
        if (arguments.config is None) != (arguments.output is None):
            parser.error("--config FILE and --output DIR go together")

    return check


_BENCH = """Measure finders side by side on seeded simulated spectra that no training has seen: ten
kinds, close pairs, noise without lines, confidence, seconds. Prints tables (Markdown)."""


def _bench(parser: argparse.ArgumentParser) -> Check:
    parser.description = _BENCH
    parser.add_argument("what", choices=("accuracy", "ablation"))
    parser.add_argument(
        "--models",
        nargs="+",
        default=["quanv", "cnn", "classical"],
        metavar="NAME",
        help="models or paths of cards; differences are those of the first from each other one",
    )
    parser.add_argument(
        "--spectra", type=whole(1), default=40, metavar="N", help="of each kind (default 40)"
    )
    parser.add_argument(
        "--parts", nargs="+", choices=("spectra", "pairs", "noise", "timing"), help="default all"
    )
    parser.add_argument(
        "--seeds",
        dest="has_seeds",
        action="store_true",
        help="models called NAME-s1, NAME-s2... are seeds of one method: report their mean too",
    )
    parser.add_argument(
        "--workers", type=whole(1), metavar="N", help="processes (default: as many as cores)"
    )
    parser.add_argument(
        "--json",
        nargs="?",
        const="-",
        metavar="FILE",
        help="write all figures there too; without FILE to standard output, in place of the tables",
    )
    parser.add_argument(
        "--cards",
        type=Path,
        nargs="+",
        default=[],
        metavar="CARD",
        help="write the figures into these cards too",
    )
    ablation = parser.add_argument_group("ablation: the front ends, from the logs of training")
    ablation.add_argument(
        "--logs", type=Path, metavar="DIR", help="default: the program's own training/ablation"
    )

    def check(arguments: argparse.Namespace) -> None:
        if arguments.what == "accuracy" and arguments.logs:
            parser.error("--logs belongs to 'bench ablation'")
        target = arguments.json
        if target not in (None, "-") and not _has_folder(target):
            parser.error(f"the folder of --json '{target}' does not exist")

    return check


_BUILDERS: dict[str, Callable[[argparse.ArgumentParser], Check]] = {
    "info": _info,
    "pick": _pick,
    "convert": _convert,
    "simulate": _simulate,
    "train": _train,
    "bench": _bench,
    "study": add_study,
}


def _has_folder(name: str) -> bool:
    """Tell whether the folder of a file to be written exists; names that cannot be have none."""
    return os.path.isdir(os.path.dirname(os.path.abspath(name)))


def _no_check(arguments: argparse.Namespace) -> None:
    """Accept: the parser has checked all there is."""


def _add_reading(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("reading")
    group.add_argument(
        "--source", metavar="fid|PROCNO", help="default: the newest processed spectrum, else fid"
    )
    group.add_argument(
        "--sf-mhz", type=positive, metavar="MHZ", help="spectrometer frequency, for text files"
    )
    group.add_argument("--nucleus", help="such as 1H, for text files")


def _add_overwriting(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--overwrite",
        dest="is_forced",
        action="store_true",
        help="replace write-protected files too, files of the measured data, and files beside a"
        " table that are not its provenance",
    )


_REGION = re.compile(r"[^:]*\d[^:]*:[^:]*\d[^:]*")


def _join_regions(argv: list[str]) -> list[str]:
    """Return the words with ``--region -60:-140`` made one: argparse takes -60: for an option."""
    joined: list[str] = []
    for word in argv:
        if joined and joined[-1] == "--region" and _REGION.fullmatch(word):
            joined[-1] += f"={word}"
        else:
            joined.append(word)
    return joined


def _region(text: str) -> tuple[float, float]:
    high, colon, low = text.partition(":")
    expected = "HIGH:LOW in ppm, such as 9:-1"
    if not colon:
        raise argparse.ArgumentTypeError(f"expected {expected}, got '{text}'")
    limits = number(high, expected), number(low, expected)
    if limits[0] == limits[1]:
        raise argparse.ArgumentTypeError(f"expected {expected}, got '{text}'")
    return max(limits), min(limits)


def _not_negative(text: str) -> float:
    value = number(text, "a number of at least 0")
    if value < 0:
        raise argparse.ArgumentTypeError(f"expected a number of at least 0, got '{text}'")
    return value


def _fraction(text: str) -> float:
    expected = "0 to 1, or 0% to 100%"
    value = number(text.removesuffix("%"), expected) / (100 if text.endswith("%") else 1)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"expected {expected}, got '{text}'")
    return value
