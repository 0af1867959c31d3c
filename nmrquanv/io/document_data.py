"""What the spectra of a document file are: data sets, to be searched anew or shown.

As a format among others, a document file gives the data of one of its spectra with the recipe that
showed it; the window restores everything else too (``nmrquanv.session.storing``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from nmrquanv.errors import FormatError
from nmrquanv.guarded_arrays import Array
from nmrquanv.io.document_file import read_document
from nmrquanv.io.document_form import StoredSpectrum
from nmrquanv.io.document_options import is_document_file
from nmrquanv.io.outlines import Asked, Outline, TimeDomain
from nmrquanv.io.stored_data import StoredData, StoredFile, StoredTrace
from nmrquanv.spectra.data_files import DataFile, Elsewhere
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.recipe import Recipe
from nmrquanv.spectra.spectrum import Fid, Spectrum
from nmrquanv.spectra.steps import Magnitude
from nmrquanv.spectra.thresholds import Thresholds

FORMAT = "nmrquanv documents"


@dataclass(frozen=True, slots=True, eq=False)
class Packed:
    """A spectrum with its arrays, on its way to a file or from one; named as in its manifest."""

    stored: StoredSpectrum
    arrays: Mapping[str, Array]


def recognise(path: Path) -> Path | None:
    """Return the path if it is a document file."""
    return path if is_document_file(path) and path.is_file() else None


def data_sets_at(path: Path) -> tuple[Path, ...]:
    """Return the path if it is a document file."""
    return (path,) if recognise(path) is not None else ()


def sources(path: Path) -> tuple[str, ...]:
    """Return the numbers of the spectra in a document file, from 1, as sources.

    Raises
    ------
    FormatError
        It cannot be read.
    """
    return _numbers(len(read_document(path).manifest.spectra))


def outline(path: Path, asked: Asked) -> Outline:
    """Outline one spectrum of a document file; without a source the one that was shown.

    Raises
    ------
    FormatError
        It cannot be read, or has no spectrum of this number.
    """
    document = read_document(path)
    spectra = document.manifest.spectra
    numbers = _numbers(len(spectra))
    wanted = asked.source or numbers[document.manifest.current]
    if wanted not in numbers:
        raise FormatError(f"{path}: there is no spectrum {wanted!r}: it has {len(spectra)}")
    dataset = dataset_of(Packed(spectra[numbers.index(wanted)], document.arrays))
    data = dataset.data
    return Outline(
        axis=data.axis,
        sample=data.sample,
        source=replace(data.source, notes=dataset.notes),
        recipe=dataset.recipe,
        sources=numbers,
        load=lambda: (data.data, ()),
        fid=TimeDomain(data.sfo1_mhz, data.group_delay_points) if isinstance(data, Fid) else None,
        time_points=data.time_points if isinstance(data, Spectrum) else None,
        is_complex=isinstance(data, Fid) or data.is_complex,
        is_magnitude=isinstance(data, Spectrum) and data.is_magnitude,
    )


def stored_thresholds(path: Path, source: str | None) -> Thresholds:
    """Return what a document file says of one spectrum's thresholds; nothing of other files.

    Raises
    ------
    FormatError
        It cannot be read.
    """
    if recognise(path) is None:
        return Thresholds()
    manifest = read_document(path).manifest
    numbers = _numbers(len(manifest.spectra))
    wanted = numbers.index(source) if source in numbers else manifest.current
    return manifest.spectra[wanted].thresholds


def _numbers(count: int) -> tuple[str, ...]:
    return tuple(str(number + 1) for number in range(count))


def dataset_of(one: Packed) -> DataSet:
    """Return the data of a stored spectrum with the recipe that shows it: to be searched anew."""
    dataset = stored_dataset(one.stored, one.arrays)
    return replace(dataset, recipe=Recipe.from_dict(one.stored.recipe))


def stored_dataset(stored: StoredSpectrum, arrays: Mapping[str, Array]) -> DataSet:
    """Return the data: those that were measured, or the trace where those are elsewhere."""
    data = stored.data
    found: Fid | Spectrum
    if data.fid is not None:
        fid = data.fid
        found = Fid(
            arrays[fid.points],
            fid.axis,
            fid.sfo1_mhz,
            fid.group_delay_points,
            data.sample,
            data.source,
        )
    else:
        found = stored_spectrum(data.trace or stored.shown, stored, arrays)
    return DataSet(
        found,
        Recipe.from_dict(data.recipe),
        data.sources,
        data.true_lines,
        tuple(_data_file(file, arrays) for file in data.files),
        _elsewhere(data),
    )


def _data_file(file: StoredFile, arrays: Mapping[str, Array]) -> DataFile:
    content = arrays[file.content] if file.content else None
    return DataFile(file.name, file.size_bytes, file.sha256, content)


def _elsewhere(data: StoredData) -> Elsewhere | None:
    if data.elsewhere is None:
        return None
    recipes = (data.elsewhere.recipe, data.elsewhere.shown)
    return Elsewhere(*(Recipe.from_dict(recipe) for recipe in recipes))


def stored_spectrum(
    trace: StoredTrace, stored: StoredSpectrum, arrays: Mapping[str, Array]
) -> Spectrum:
    """Return a trace of a stored spectrum with what is known of it."""
    data = stored.data
    shown = stored.recipe if data.elsewhere is None else data.elsewhere.shown
    recipe = Recipe.from_dict(shown) if trace is stored.shown else Recipe()
    is_magnitude = trace.is_magnitude or recipe.active(Magnitude) is not None  # older files
    known = (data.sample, data.source, trace.time_points, recipe.remarks, is_magnitude)
    return Spectrum(arrays[trace.points], trace.axis, *known)
