"""``nmrquanv pick PATH...``: find peaks and write them, without the window."""

from __future__ import annotations

import argparse
import contextlib
import logging
import sys
from pathlib import Path

from nmrquanv.batch.one_search import found
from nmrquanv.batch.plan import of_paths
from nmrquanv.batch.wanted import Wanted
from nmrquanv.cli.exit_codes import DONE, complain, gravest, report_error
from nmrquanv.cli.output import write_out
from nmrquanv.docstrings import leave_as_written
from nmrquanv.errors import ExportError, LackingError, ModelError, OverwriteError, system_errors_as
from nmrquanv.io.peak_tables import PeakExport
from nmrquanv.io.recipe_files import read_recipe
from nmrquanv.io.tables.formats import format_named, write_peaks
from nmrquanv.session.settings_table import saved_thresholds
from nmrquanv.spectra.presets import PRESETS
from nmrquanv.spectra.thresholds import LIMITS, Thresholds

_log = logging.getLogger(__name__)


def run(arguments: argparse.Namespace) -> int:
    """Pick every path; one that cannot be read is reported and the others go on.

    Returns
    -------
    int
        0, or the code of the gravest failure.
    """
    wanted = _wanted(arguments)
    leave_as_written()
    if arguments.is_batch:
        from nmrquanv.cli.pick_batch import run_batch

        return run_batch(arguments, wanted)
    if arguments.output == "-":
        # Nothing but the result may reach standard output, whatever a library prints.
        with contextlib.redirect_stdout(sys.stderr):
            export = _find(arguments.paths[0], wanted)
        write_out(format_named(arguments.format).content(export))
        return DONE
    if arguments.output is not None:
        export = _find(arguments.paths[0], wanted)
        write_peaks(Path(arguments.output), export, is_forced=arguments.is_forced)
        return DONE
    return _pick_all(arguments, wanted)


def _pick_all(arguments: argparse.Namespace, wanted: Wanted) -> int:
    """Write one file for each path into the output folder."""
    folder: Path = arguments.output_dir
    with system_errors_as(ExportError, f"cannot make the folder '{folder}': …; choose another"):
        folder.mkdir(parents=True, exist_ok=True)
    ending = format_named(arguments.format).ending
    codes = [DONE]
    for task in of_paths(arguments.paths, arguments.source).tasks:
        try:
            export = _find(task.path, wanted, task.source)
            write_peaks(folder / (task.name + ending), export, is_forced=arguments.is_forced)
        except (LackingError, OverwriteError) as error:
            codes.append(report_error(error, is_verbose=arguments.is_verbose))
        except (ModelError, ExportError):
            raise  # the next path would meet it again
        except Exception as error:  # noqa: BLE001  (one bad file must not end a long batch)
            codes.append(report_error(error, is_verbose=arguments.is_verbose))
    return gravest(codes)


def _find(path: str | Path, wanted: Wanted, source: str | None = None) -> PeakExport:
    export = found(path, wanted, source)
    origin = export.peaks.origin
    if origin is not None:
        shown, candidates = len(export.peaks), len(origin.candidates)
        _log.info("%s: %d of %d candidates pass", path, shown, candidates)
    for note in export.peaks.notes:
        complain(f"{path}: note: {note}")
    return export


def _wanted(arguments: argparse.Namespace) -> Wanted:
    """Return what the arguments ask for.

    A preset takes the place of what documents and the user's settings say of thresholds.
    """
    given = {name: getattr(arguments, name) for name in LIMITS}
    said = Thresholds(
        **given,
        shows_satellites=arguments.shows_satellites,
        searched=tuple(arguments.searched),
        excluded=tuple(arguments.excluded),
    )
    preset = arguments.preset
    return Wanted(
        model=arguments.model,
        region=arguments.region,
        polarity=arguments.polarity,
        thresholds=said if preset is None else said.over(PRESETS[preset]),
        usual=saved_thresholds() if preset is None else Thresholds(),
        asks_documents=preset is None,
        recipe=read_recipe(arguments.recipe) if arguments.recipe is not None else None,
        source=arguments.source,
        sf_mhz=arguments.sf_mhz,
        nucleus=arguments.nucleus,
        text=arguments.text,
        form=arguments.format,
        schema=arguments.schema,
        is_forced=arguments.is_forced,
    )
