"""A document's state as a document file stores it, and back.

Every field of :class:`~nmrquanv.session.state.State` is stored; what a document knows besides is
derived from it (shown peaks, areas, noise, counts), or belongs to the window.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from nmrquanv.guarded_arrays import Array
from nmrquanv.io.document_choice import completed, prepared
from nmrquanv.io.document_data import Packed, stored_dataset, stored_spectrum
from nmrquanv.io.document_file import SCHEMA, write_document
from nmrquanv.io.document_form import (
    VERSION,
    DocumentFile,
    Manifest,
    StoredPeaks,
    StoredSpectrum,
)
from nmrquanv.io.document_options import Choice
from nmrquanv.io.stored_data import StoredData, StoredElsewhere, StoredFid, StoredFile, StoredTrace
from nmrquanv.session.state import Processed, State
from nmrquanv.spectra.data_files import DataFile, Elsewhere
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.peaks import PeakList
from nmrquanv.spectra.recipe import Recipe
from nmrquanv.spectra.spectrum import Fid, Spectrum
from nmrquanv.version import __version__

_AS_THEY_ARE = (
    "tombstones", "marks", "working_choice", "combined", "tolerance_hz", "thresholds", "integrals",
    "multiplets", "regions",
)  # fmt: skip
"""Fields that a state and its stored form share, values and all."""


def packed(
    name: str,
    state: State,
    spectrum: Spectrum,
    prefix: str,
    view: Mapping[str, Any] = MappingProxyType({}),
) -> Packed:
    """Return a state in the form of a document file, with all data that are at hand.

    Parameters
    ----------
    name : str
        Of the document.
    state : State
    spectrum : Spectrum
        The processed one; the state may have dropped it.
    prefix : str
        Begins the names of its arrays: no other spectrum of the file may have it.
    view : mapping
        How the document is looked at.
    """
    processed = state.processed
    arrays: dict[str, Array] = {f"{prefix}-shown": spectrum.data}
    stored = StoredSpectrum(
        name=name,
        data=_stored_data(processed.dataset, spectrum, prefix, arrays),
        shown=_stored_trace(f"{prefix}-shown", spectrum),
        recipe=processed.recipe.to_dict(),
        notes=processed.notes,
        is_as_read=processed.is_as_read,
        found_on=_found_on(state),
        layers={finder: _stored_peaks(layer) for finder, layer in state.layers.items()},
        peaks=_stored_peaks(state.peaks),
        edits=state.log,
        view=dict(view),
        **{name: getattr(state, name) for name in _AS_THEY_ARE},
    )
    return Packed(stored, arrays)


def unpacked(one: Packed) -> State:
    """Return the state that a file holds.

    Raises
    ------
    ProcessingError
        A recipe in it is none that this program knows.
    """
    stored = one.stored
    dataset = stored_dataset(stored, one.arrays)
    spectrum = stored_spectrum(stored.shown, stored, one.arrays)
    recipe = Recipe.from_dict(stored.recipe)
    shown = Processed(dataset, recipe, spectrum, stored.notes, stored.is_as_read)
    before = Processed(dataset, recipe, None) if stored.found_on == "before" else None
    return State(
        processed=shown,
        found_on=shown if stored.found_on == "shown" else before,
        layers=MappingProxyType({finder: _peaks(x) for finder, x in stored.layers.items()}),
        peaks=_peaks(stored.peaks),
        log=stored.edits,
        **{name: getattr(stored, name) for name in _AS_THEY_ARE},
    )


def renamed(one: Packed, prefix: str) -> Packed:
    """Return the same with its arrays under other names."""
    names = {name: f"{prefix}-{name.rpartition('-')[2]}" for name in one.arrays}
    stored = one.stored
    fid, trace = stored.data.fid, stored.data.trace
    data = replace(
        stored.data,
        fid=None if fid is None else replace(fid, points=names[fid.points]),
        trace=None if trace is None else replace(trace, points=names[trace.points]),
        files=tuple(replace(f, content=names.get(f.content, "")) for f in stored.data.files),
    )
    shown = replace(stored.shown, points=names[stored.shown.points])
    arrays = {names[name]: array for name, array in one.arrays.items()}
    return Packed(replace(stored, data=data, shown=shown), arrays)


def _found_on(state: State) -> Literal["nothing", "shown", "before"]:
    if state.found_on is None:
        return "nothing"
    return "shown" if state.found_on is state.processed else "before"


def _stored_peaks(peaks: PeakList) -> StoredPeaks:
    return StoredPeaks(peaks.peaks, peaks.provenance, peaks.sigma)


def _peaks(stored: StoredPeaks) -> PeakList:
    return PeakList(stored.peaks, stored.provenance, stored.sigma)


def _stored_data(
    dataset: DataSet, shown: Spectrum, prefix: str, arrays: dict[str, Array]
) -> StoredData:
    """Return what was read, its numbers and files put to the arrays."""
    data, gone = dataset.data, dataset.elsewhere
    fid, trace, name = None, None, f"{prefix}-data"
    if isinstance(data, Spectrum) and data.data is shown.data:
        name = f"{prefix}-shown"
    arrays[name] = data.data
    if isinstance(data, Fid):
        fid = StoredFid(name, data.axis, data.sfo1_mhz, data.group_delay_points)
    else:
        trace = _stored_trace(name, data)
    return StoredData(
        sample=data.sample,
        source=data.source,
        recipe=dataset.recipe.to_dict(),
        sources=dataset.sources,
        fid=fid,
        trace=trace,
        true_lines=dataset.true_lines,
        files=_stored_files(dataset.files, prefix, arrays),
        elsewhere=None if gone is None else _stored_elsewhere(gone),
    )


def _stored_trace(name: str, spectrum: Spectrum) -> StoredTrace:
    return StoredTrace(name, spectrum.axis, spectrum.time_points, spectrum.is_magnitude)


def _stored_files(
    files: Iterable[DataFile], prefix: str, arrays: dict[str, Array]
) -> tuple[StoredFile, ...]:
    stored = []
    for number, file in enumerate(files):
        name = f"{prefix}-file{number}" if file.content is not None else ""
        if file.content is not None:
            arrays[name] = file.content
        stored.append(StoredFile(file.name, file.size_bytes, file.sha256, name))
    return tuple(stored)


def _stored_elsewhere(gone: Elsewhere) -> StoredElsewhere:
    return StoredElsewhere(gone.recipe.to_dict(), gone.shown.to_dict())


def written(path: Path, spectra: Sequence[Packed], current: int, choice: Choice) -> tuple[str, ...]:
    """Write spectra to a document file; takes a while.

    Returns
    -------
    tuple of str
        What a person should know.

    Raises
    ------
    ExportError
        The place cannot be written to.
    """
    whole, notes = zip(*(completed(one, choice) for one in spectra), strict=True)
    ready = [prepared(one, choice, path) for one in whole]
    write_document(path, _file_of(ready, current, choice))
    return tuple(filter(None, notes))


def _file_of(spectra: Sequence[Packed], current: int, choice: Choice) -> DocumentFile:
    manifest = Manifest(
        schema=f"{SCHEMA}/{VERSION}",
        program_version=__version__,
        saved=datetime.now(UTC).isoformat(timespec="seconds"),
        spectra=tuple(one.stored for one in spectra),
        current=current,
        choice=choice,
    )
    arrays = {name: array for one in spectra for name, array in one.arrays.items()}
    return DocumentFile(manifest, arrays)
