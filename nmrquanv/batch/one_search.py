"""One spectrum of a batch, from its file to the bytes of its result: what a process is given."""

from __future__ import annotations

import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nmrquanv.batch.plan import Task
from nmrquanv.batch.wanted import Wanted
from nmrquanv.errors import ModelError, RegionError, kind_of
from nmrquanv.interface import export_of, find_in, processed
from nmrquanv.io.document_data import stored_thresholds
from nmrquanv.io.peak_tables import PeakExport
from nmrquanv.io.placing import Files
from nmrquanv.io.source_files import read_with_files, stamp_of
from nmrquanv.io.tables.formats import files_of, format_named
from nmrquanv.numbers import fixed
from nmrquanv.processes import describe
from nmrquanv.spectra.axis import Axis, PpmRange
from nmrquanv.spectra.data_files import DataFile
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.thresholds import Thresholds


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no result.

    Parameters
    ----------
    kind : "choice" | "input" | "fault"
        See :func:`nmrquanv.errors.kind_of`.
    message : str
        One line.
    trace : str
        Where it happened, for whoever mends the program.
    """

    kind: str
    message: str
    trace: str = ""

    @classmethod
    def of(cls, error: Exception) -> Failure:
        """Return an exception as what is told of it."""
        trace = "".join(traceback.format_exception(error))
        return cls(kind_of(error), describe(error), trace)


@dataclass(frozen=True, slots=True)
class About:
    """What a summary tells of a searched spectrum; None and empty for what is not known."""

    peaks: int
    nucleus: str | None = None
    sf_mhz: float | None = None
    solvent: str | None = None
    title: str | None = None
    source: str | None = None
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, export: PeakExport) -> About:
        """Return what is told of an export."""
        facts = export.spectrum
        about = {n: getattr(facts, n) for n in ("nucleus", "sf_mhz", "solvent", "title", "source")}
        return cls(len(export.peaks), notes=(*facts.notes, *export.peaks.notes), **about)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one spectrum.

    Parameters
    ----------
    stamp : str
        Of the data before they were read, see :func:`nmrquanv.io.source_files.stamp_of`.
    seconds : float, s
    about : About or None
        What is told of the spectrum and its peaks; None where it failed.
    files : Files or None
        What is to be written.
    inputs : sequence of DataFile
        What was read, without the contents.
    failure : Failure or None
    """

    stamp: str
    seconds: float = 0.0
    about: About | None = None
    files: Files | None = None
    inputs: Sequence[DataFile] = ()
    failure: Failure | None = None


def search(task: Task, wanted: Wanted, target: Path, card_sha256: str | None) -> Answer:
    """Read, process and search one spectrum, and make its result; fails in no other way.

    Parameters
    ----------
    task : Task
    wanted : Wanted
    target : Path
        Where the result is to go, with its ending; nothing is written there.
    card_sha256 : str or None
        The model's identity where the batch was started.
    """
    began, stamp = time.perf_counter(), ""
    try:
        stamp = stamp_of(task.path)
        dataset = _read(task.path, wanted, task.source, with_files=True)
        export = _searched(dataset, task.path, wanted, task.source)
        found = export.peaks.provenance.card_sha256
        if found != card_sha256:
            raise ModelError(f"model '{wanted.model}' is another one where this spectrum came to")
        files = files_of(target, export, format_named(wanted.form))
    except Exception as error:  # noqa: BLE001  (one bad file must not end a long batch)
        return Answer(stamp, time.perf_counter() - began, failure=Failure.of(error))
    inputs = tuple(replace(file, content=None) for file in dataset.files)
    return Answer(stamp, time.perf_counter() - began, About.of(export), files, inputs)


def found(path: str | Path, wanted: Wanted, source: str | None = None) -> PeakExport:
    """Read, process and search one data set; ``source`` goes before what is wanted of all.

    Raises
    ------
    RegionError
        The region lies outside the spectrum.
    NmrQuanvError
        As reading, processing and searching do.
    """
    dataset = _read(path, wanted, source, with_files=False)
    return _searched(dataset, path, wanted, source)


def _read(path: str | Path, wanted: Wanted, source: str | None, *, with_files: bool) -> DataSet:
    from nmrquanv.io import read

    reader = read_with_files if with_files else read
    is_of_fid = wanted.recipe is not None and wanted.recipe.has_transform
    return reader(
        path,
        source=source or wanted.source or ("fid" if is_of_fid else None),
        sf_mhz=wanted.sf_mhz,
        nucleus=wanted.nucleus,
        text=wanted.text,
    )


def _searched(dataset: DataSet, path: str | Path, wanted: Wanted, source: str | None) -> PeakExport:
    outcome = processed(dataset, wanted.recipe)
    thresholds = _thresholds(path, wanted, source or wanted.source)
    for searched in (wanted.region, *thresholds.searched):
        _check_region(outcome.spectrum.axis, searched)
    peaks = find_in(
        outcome,
        wanted.model,
        thresholds=thresholds,
        region=wanted.region,
        polarity=wanted.polarity,
    )
    return replace(export_of(peaks), schema=wanted.schema)


def _check_region(axis: Axis, region: PpmRange | None) -> None:
    high, low = axis.limits_ppm
    if region is not None and (region[0] <= low or region[1] >= high):
        raise RegionError(
            f"the region {region[0]:g}:{region[1]:g} lies outside the spectrum, which reaches from"
            f" {fixed(high, 3)} to {fixed(low, 3)} ppm"
        )


def _thresholds(path: str | Path, wanted: Wanted, source: str | None) -> Thresholds:
    """Return what the batch, the document file and the user's settings say, in this order.

    The regions of a document file count whatever else it is not asked for.
    """
    stored = stored_thresholds(Path(path), source)
    if not wanted.asks_documents:
        stored = Thresholds().with_places_of(stored)
    return wanted.thresholds.over(stored).over(wanted.usual)
