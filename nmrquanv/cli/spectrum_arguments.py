"""The command lines that read a spectrum: ``info``, ``pick``, ``convert``."""

from __future__ import annotations

import argparse
from pathlib import Path

from nmrquanv.cli.text_arguments import add_text_options, check_text_options
from nmrquanv.cli.typed import Check, fraction, has_folder, not_negative, region, whole
from nmrquanv.finders import POLARITIES, QUANV


def add_info(parser: argparse.ArgumentParser) -> Check:
    """Add the options of ``info``."""
    parser.description = "Say what a data set is: nucleus, field, axis, sources, processing."
    parser.add_argument("path", type=Path, metavar="PATH")
    parser.add_argument("--json", dest="is_json", action="store_true", help="as JSON")
    _add_reading(parser)
    return lambda arguments: check_text_options(parser, arguments)


def add_pick(parser: argparse.ArgumentParser) -> Check:
    """Add the options of ``pick``."""
    from nmrquanv.io.tables.formats import FORMATS, format_of

    endings = ", ".join(form.ending for form in FORMATS)
    parser.description = "Find peaks and write them, in any of several formats."
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument(
        "--model",
        default=QUANV,
        help="quanv (default), cnn, classical, a model of your library, or the path of a card",
    )
    _add_reading(parser)
    _add_recipe(parser)
    parser.add_argument(
        "--region",
        type=region,
        metavar="HIGH:LOW",
        help="search only between these chemical shifts, ppm; negative ones too (-60:-140)",
    )
    parser.add_argument("--polarity", choices=POLARITIES, default="auto", help="default auto")
    _add_thresholds(parser)
    _add_output(parser, endings)
    _add_batch(parser)

    def check(arguments: argparse.Namespace) -> None:
        check_text_options(parser, arguments)
        output = arguments.output
        _check_batch(parser, arguments)
        if output is None:
            return
        if len(arguments.paths) > 1:
            parser.error("several PATHs need --output-dir DIR")
        if output != "-" and format_of(Path(output)) is None:
            parser.error(f"--output must end in one of {endings}, or be -; got '{output}'")
        if output != "-" and not has_folder(output):
            parser.error(f"the folder of --output '{output}' does not exist")

    return check


def _add_thresholds(parser: argparse.ArgumentParser) -> None:
    thresholds = parser.add_argument_group(
        "thresholds",
        "what is not given: as a document file says, else your settings, else the model's card",
    )
    thresholds.add_argument(
        "--preset",
        choices=("all", "default", "main"),
        help="all: everything above the noise; default: as the model's card says; main: main lines;"
        " takes the place of your settings, single thresholds go before it",
    )
    thresholds.add_argument(
        "--min-snr", type=not_negative, metavar="N", help="height / sigma (default 6)"
    )
    thresholds.add_argument(
        "--min-height",
        type=fraction,
        metavar="F",
        help="fraction of the tallest line outside solvent and water, such as 0.01 or 1%%"
        " (default 0.1%%)",
    )
    thresholds.add_argument(
        "--min-confidence", type=fraction, metavar="F", help="0 to 1 (default 0.75)"
    )
    thresholds.add_argument(
        "--max-peaks",
        type=whole(1),
        metavar="N",
        help="the N tallest, with all lines of their multiplets (default: no maximum)",
    )
    _add_places(thresholds)
    thresholds.add_argument(
        "--satellites",
        dest="shows_satellites",
        action="store_true",
        help="write 13C satellites, sidebands and other explained lines too, with their class",
    )


def _add_places(thresholds: argparse._ArgumentGroup) -> None:
    for name, does in (("search", "list peaks only"), ("exclude", "list no peaks")):
        thresholds.add_argument(
            f"--{name}",
            dest=f"{name}d" if name.endswith("e") else f"{name}ed",
            type=region,
            action="append",
            default=[],
            metavar="HIGH:LOW",
            help=f"{does} between these chemical shifts, ppm; may be given several times",
        )


def _add_batch(parser: argparse.ArgumentParser) -> None:
    batch = parser.add_argument_group(
        "many spectra",
        "results, a table of all (batch.csv) and what made them (batch.json) stand in the output"
        " folder; the same command goes on with what is left",
    )
    batch.add_argument(
        "--recursive",
        dest="is_recursive",
        action="store_true",
        help="search all data sets below each PATH, however deep; texts only when they are named",
    )
    batch.add_argument(
        "--jobs", type=whole(1), metavar="N", help="processes (default: as many as cores)"
    )
    batch.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster: tcp://host:8786")
    batch.add_argument(
        "--events",
        dest="has_events",
        action="store_true",
        help="tell progress and result as JSON lines on standard output",
    )


def _check_batch(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    many = (arguments.is_recursive, arguments.jobs, arguments.scheduler, arguments.has_events)
    arguments.is_batch = any(many)
    if arguments.is_batch and arguments.output_dir is None:
        parser.error("--recursive, --jobs, --scheduler and --events need --output-dir DIR")
    if arguments.jobs and arguments.scheduler:
        parser.error("--jobs and --scheduler exclude each other")


def _add_output(parser: argparse.ArgumentParser, endings: str) -> None:
    from nmrquanv.io.peak_schema import LOST, NEWEST, VERSIONS
    from nmrquanv.io.tables.formats import FORMATS

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
    parser.add_argument(
        "--schema",
        type=whole(1),
        choices=sorted(VERSIONS),
        default=NEWEST,
        help=f"version of the form of JSON and CSV (default {NEWEST}); 1 leaves out {LOST}",
    )
    _add_overwriting(parser)


def add_convert(parser: argparse.ArgumentParser) -> Check:
    """Add the options of ``convert``."""
    from nmrquanv.io.spectra_formats import SPECTRUM_FORMATS

    parser.description = "Process a data set as the window does and write the spectrum."
    parser.add_argument("path", type=Path, metavar="PATH")
    _add_reading(parser)
    _add_recipe(parser)
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help="file or new folder")
    parser.add_argument(
        "--format",
        choices=[form.name for form in SPECTRUM_FORMATS],
        help="default: by the ending of FILE (.jdx, .csv; bruker without one)",
    )
    _add_overwriting(parser)

    def check(arguments: argparse.Namespace) -> None:
        check_text_options(parser, arguments)
        ending = Path(arguments.output).suffix.lower()
        by_ending = {form.ending: form.name for form in SPECTRUM_FORMATS}
        arguments.format = arguments.format or by_ending.get(ending)
        if arguments.format is None:
            parser.error(f"no format of spectra ends in '{ending}': give one with --format")
        if not has_folder(arguments.output):
            parser.error(f"the folder of --output '{arguments.output}' does not exist")

    return check


def _add_reading(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("reading")
    group.add_argument(
        "--source", metavar="fid|PROCNO", help="default: the newest processed spectrum, else fid"
    )
    add_text_options(parser)


def _add_recipe(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--recipe",
        type=Path,
        metavar="FILE",
        help="process by a recipe that was saved in the window, one for FIDs from the FID; default:"
        " as a new window does",
    )


def _add_overwriting(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--overwrite",
        dest="is_forced",
        action="store_true",
        help="replace write-protected files too, files of the measured data, and files beside a"
        " table that are not its provenance",
    )
