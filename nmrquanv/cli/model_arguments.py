"""The command lines that make and measure models: ``train``, ``bench``."""

from __future__ import annotations

import argparse
from pathlib import Path

from nmrquanv.cli.typed import Check, has_folder, whole
from nmrquanv.finders import BUILT_IN

_BENCH = """Measure finders side by side. accuracy: on seeded simulated spectra that no training has
seen: ten kinds, close pairs, noise without lines, confidence, seconds. real: on measured spectra:
visible tops that are unmarked, marks where nothing is seen, listed multiplets. lines: on the lines
of known molecules, exact where their spin systems are known. twin PATH: on a spectrum simulated
like yours, with your own lines. speed [PATH]: start, moves, edits, memory, pick and searches, each
with its goal; what needs many lines on a spectrum of yours, else on a made one. batch: spectra
a second of a folder of simulated ones (--spectra, --workers). Prints tables (Markdown)."""


def add_train(parser: argparse.ArgumentParser) -> Check:
    """Add the options of ``train``."""
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


def add_bench(parser: argparse.ArgumentParser) -> Check:
    """Add the options of ``bench``."""
    parser.description = _BENCH
    parser.add_argument(
        "what",
        choices=("accuracy", "real", "lines", "multiplets", "twin", "speed", "batch", "ablation"),
    )
    parser.add_argument(
        "folders",
        nargs="*",
        type=Path,
        metavar="FOLDER",
        help="real, lines, multiplets: data sets, and lists of their signals in"
        " FOLDER/ground_truth/NAME.csv; lines: spin systems too (NMReDATA .sdf, GISSMO .xml,"
        " NMR-STAR .str); twin, speed: one data set",
    )
    parser.add_argument(
        "--models",
        nargs="+",
        default=list(BUILT_IN),
        metavar="NAME",
        help="models or paths of cards; differences are those of the first from each other one",
    )
    _add_own(parser)
    _add_size(parser)
    _add_figures(parser)

    def check(arguments: argparse.Namespace) -> None:
        if arguments.what == "accuracy" and arguments.logs:
            parser.error("--logs belongs to 'bench ablation'")
        if arguments.systems and (arguments.what != "multiplets" or arguments.folders):
            parser.error("--systems belongs to 'bench multiplets' without a FOLDER")
        _check_folders(parser, arguments)
        target = arguments.json
        if target not in (None, "-") and not has_folder(target):
            parser.error(f"the folder of --json '{target}' does not exist")

    return check


_FOLDERS = {
    "real": (1, 1),
    "lines": (1, 1000),
    "multiplets": (0, 1),
    "twin": (1, 1),
    "speed": (0, 1),
}
"""How many a measurement takes; others take none."""


def _check_folders(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    """Check that a measurement has the folders that it is about, and others none."""
    least, most = _FOLDERS.get(arguments.what, (0, 0))
    if not least <= len(arguments.folders) <= most:
        parser.error(
            "'bench real' takes a FOLDER of data sets, 'bench lines' one or more, 'bench"
            " multiplets' one or none, 'bench twin' the PATH of a data set, 'bench speed' one or"
            " none; the others take none"
        )
    for folder in arguments.folders if arguments.what not in ("twin", "speed") else ():
        if not folder.is_dir():
            parser.error(f"there is no folder '{folder}'")


def _add_own(parser: argparse.ArgumentParser) -> None:
    """Add the options of one measurement alone."""
    parser.add_argument(
        "--draws", type=whole(1), default=4, metavar="N", help="twin: of noise (default 4)"
    )
    parser.add_argument(
        "--systems",
        action="store_true",
        help="multiplets: of random spin systems, second order and among each other's lines too",
    )
    ablation = parser.add_argument_group("ablation: the front ends, from the logs of training")
    ablation.add_argument(
        "--logs", type=Path, metavar="DIR", help="default: the program's own training/ablation"
    )


def _add_size(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--spectra",
        type=whole(1),
        default=40,
        metavar="N",
        help="of each kind; batch: in all (default 40)",
    )
    parser.add_argument(
        "--seed",
        type=whole(0),
        metavar="N",
        help="other spectra, pairs and noise than the benchmark's own, which have been seen often",
    )
    parser.add_argument(
        "--parts",
        nargs="+",
        choices=("spectra", "pairs", "noise", "timing", "second"),
        help="default all; second: the kinds of another simulator, that no model is trained on",
    )
    parser.add_argument(
        "--preset",
        choices=("all", "default", "main"),
        default="all",
        help="thresholds that F1 and pairs are judged with (default: all)",
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


def _add_figures(parser: argparse.ArgumentParser) -> None:
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
