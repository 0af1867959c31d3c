"""``nmrquanv pick PATH...``: find peaks and write them, without the window."""

from __future__ import annotations

import argparse
import contextlib
import logging
import sys
from collections.abc import Iterable
from pathlib import Path

from nmrquanv.cli.exit_codes import DONE, UsageError, report_error
from nmrquanv.cli.output import write_out
from nmrquanv.errors import ExportError, LackingError, ModelError, OverwriteError
from nmrquanv.io.peak_tables import PeakExport
from nmrquanv.io.tables.formats import format_named, write_peaks
from nmrquanv.numbers import fixed
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.presets import PRESETS
from nmrquanv.spectra.thresholds import LIMITS, Thresholds

_log = logging.getLogger(__name__)


def run(arguments: argparse.Namespace) -> int:
    """Pick every path; one that cannot be read is reported and the others go on.

    Returns
    -------
    int
        0, or the code of the gravest failure: a fault of the program before an unreadable input
        before a choice to be made.
    """
    if arguments.output == "-":
        # Nothing but the result may reach standard output, whatever a library prints.
        with contextlib.redirect_stdout(sys.stderr):
            export = find(arguments.paths[0], arguments)
        write_out(format_named(arguments.format).content(export))
        return DONE
    if arguments.output is not None:
        export = find(arguments.paths[0], arguments)
        write_peaks(Path(arguments.output), export, is_forced=arguments.is_forced)
        return DONE
    return _pick_all(arguments)


def _pick_all(arguments: argparse.Namespace) -> int:
    """Write one file for each path into the output folder."""
    folder: Path = arguments.output_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(f"cannot make the folder '{folder}': {error.strerror}") from error
    ending = format_named(arguments.format).ending
    codes = {DONE}
    for path, name in zip(arguments.paths, output_names(arguments.paths), strict=True):
        try:
            for part, source in _parts(path, arguments.source):
                export = find(path, arguments, source)
                write_peaks(folder / (name + part + ending), export, is_forced=arguments.is_forced)
        except (LackingError, OverwriteError) as error:
            codes.add(report_error(error, is_verbose=arguments.is_verbose))
        except (ModelError, ExportError):
            raise  # the next path would meet it again
        except Exception as error:  # noqa: BLE001  (one bad file must not end a long batch)
            codes.add(report_error(error, is_verbose=arguments.is_verbose))
    gravity = {code: i for i, code in enumerate((0, 2, 3, 1))}
    return max(codes, key=lambda code: gravity[code])


def _parts(path: Path, source: str | None) -> list[tuple[str, str | None]]:
    """Return what is added to the output's name, and the source, for each spectrum of a path."""
    from nmrquanv.io.document_data import sources
    from nmrquanv.io.document_file import is_document_file

    if source is None and is_document_file(path):
        numbers = sources(path)
        return [(f"_{n}" if len(numbers) > 1 else "", n) for n in numbers]
    return [("", source)]


def find(path: Path, arguments: argparse.Namespace, source: str | None = None) -> PeakExport:
    """Read, process and pick one data set as the arguments say; ``source`` goes before theirs."""
    from nmrquanv import interface
    from nmrquanv.io import read

    dataset = read(
        path,
        source=source or arguments.source,
        sf_mhz=arguments.sf_mhz,
        nucleus=arguments.nucleus,
        text=arguments.text,
    )
    outcome = interface.processed(dataset)
    _check_region(outcome.spectrum.axis, arguments.region)
    peaks = interface.find_in(
        outcome,
        arguments.model,
        thresholds=_thresholds(path, arguments, source or arguments.source),
        region=arguments.region,
        polarity=arguments.polarity,
    )
    _log.info("%s: %d of %d candidates pass", path, len(peaks), len(peaks.candidates))
    return interface.export_of(peaks)


def _check_region(axis: Axis, region: tuple[float, float] | None) -> None:
    """Raise a UsageError when the region misses the spectrum."""
    high, low = axis.limits_ppm
    if region is not None and (region[0] <= low or region[1] >= high):
        raise UsageError(
            f"--region {region[0]:g}:{region[1]:g} lies outside the spectrum, which reaches from"
            f" {fixed(high, 3)} to {fixed(low, 3)} ppm"
        )


def _thresholds(path: Path, arguments: argparse.Namespace, source: str | None) -> Thresholds:
    """Return what arguments, preset, document file and the user's settings say, in this order.

    A preset takes the place of what document and settings say.
    """
    from nmrquanv.io.document_data import stored_thresholds
    from nmrquanv.session.settings_table import saved_thresholds

    given = {name: getattr(arguments, name) for name in LIMITS}
    said = Thresholds(**given, shows_satellites=arguments.shows_satellites)
    if arguments.preset is not None:
        return said.over(PRESETS[arguments.preset])
    return said.over(stored_thresholds(path, source)).over(saved_thresholds())


def output_names(paths: Iterable[Path]) -> list[str]:
    """Return a file name, without ending, for each path; no two are equal.

    The name is the path's last part, without the ending of a file. A Bruker number (EXPNO,
    PROCNO, and what lies inside) says little alone and gets the names above it:
    ``menthol/10/pdata/1`` becomes ``menthol_10_pdata_1``.
    """
    names: list[str] = []
    taken: set[str] = set()
    for path in paths:
        parts = [part for part in path.resolve().parts if part != path.resolve().anchor]
        last = parts.pop() if parts else "spectrum"
        name = Path(last).stem if path.is_file() or Path(last).suffix == ".fid" else last
        while parts and (name.split("_")[0].isdigit() or name.split("_")[0] in _INSIDE):
            name = f"{parts.pop()}_{name}"
        unique, number = name, 2
        while unique.casefold() in taken:
            unique, number = f"{name}_{number}", number + 1
        taken.add(unique.casefold())
        names.append(unique)
    return names


_INSIDE = frozenset({"pdata", "1r", "1i", "fid", "acqus", "procs", "procpar"})
