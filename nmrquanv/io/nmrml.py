"""nmrML documents (``.nmrML``), one-dimensional: the FID, and the spectra made of it.

The form is the schema of version 1.0.rc1 (nmrml.org). It leaves open which way a FID turns: the
converters store Bruker's and Varian's as the instruments do, so that the instrument's name decides.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.io.checks import checked_axis, require_signal
from nmrquanv.io.files import one_line, sha256
from nmrquanv.io.nmrml_text import NmrmlText, Part, is_nmrml, read_document, unpacked
from nmrquanv.io.outlines import Asked, Outline, TimeDomain
from nmrquanv.io.plausible import axis_notes
from nmrquanv.io.readers import files_of
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.processing import with_imaginary
from nmrquanv.spectra.spectrum import Sample, Source
from nmrquanv.spectra.starting_recipe import spectrum_recipe, starting_recipe

FORMAT = "nmrML"
FILES = files_of(FORMAT)
ENDINGS = (*FILES, ".xml")
"""The last says little: such files are looked into, and not missed where they are none."""

_ELEMENTS = {"hydrogen": "1H", "carbon": "13C", "nitrogen": "15N", "fluorine": "19F",
             "phosphorus": "31P", "silicon": "29Si", "boron": "11B", "oxygen": "17O",
             "deuterium": "2H"}  # fmt: skip


def recognise(path: Path) -> Path | None:
    """Return a file that begins as nmrML does."""
    return path if path.is_file() and is_nmrml(path) else None


def data_sets_at(path: Path) -> tuple[Path, ...]:
    """Return the file, if it is one."""
    return (path,) if path.suffix.lower() in ENDINGS and recognise(path) else ()


def outline(path: Path, asked: Asked) -> Outline:
    """Outline the FID or a spectrum of a document; without a source the first spectrum.

    Raises
    ------
    FormatError
        It is damaged, of more dimensions, holds no numbers, or no such source.
    """
    raw, document = read_document(path)
    found: dict[str, Part] = {}
    if "".join(document.whole.text).strip():
        found["fid"] = document.whole
    for number, part in enumerate(document.spectra, start=1):
        if "".join(part.text).strip():
            found["spectrum" if len(document.spectra) == 1 else f"spectrum {number}"] = part
    if not found or document.whole.attributes.keys() & {"nmrML/acquisition/acquisitionMultiD"}:
        raise FormatError(f"{path}: nmrML without numbers of one dimension: choose a 1D data set")
    default = next((name for name in found if name != "fid"), "fid")
    source = asked.chosen(tuple(found), default)
    origin = Source(str(asked.opened), source, FORMAT, sha256(raw))
    make = _fid if source == "fid" else _spectrum
    return make(path, document, found[source], origin, tuple(found))


def _spectrum(
    path: Path, document: NmrmlText, part: Part, origin: Source, sources: tuple[str, ...]
) -> Outline:
    """Outline a spectrum: heights between two edges, or pairs of shift and height."""
    numbers = unpacked(path, part, "spectrumDataArray")
    shifts, heights = _pairs(numbers, part.number("spectrum1D", "numberOfDataPoints"))
    sf_mhz, notes = _sf_mhz(path, document)
    edges = _edges(path, part) if shifts is None else (float(shifts[0]), float(shifts[-1]))
    axis = _axis_between(path, document, edges, heights.size, sf_mhz)
    sample = _sample(document, path)
    notes += axis_notes(axis, sample.nucleus)
    is_rising = edges[0] < edges[1]

    def load() -> tuple[NDArray[Any], tuple[str, ...]]:
        data = heights[::-1] if is_rising else heights
        require_signal(data, path)
        if np.iscomplexobj(data):
            return data.astype(np.complex128), ()
        whole = with_imaginary(data.astype(np.float64))
        return whole, ("no imaginary part: by Hilbert transform",)

    return Outline(axis, sample, _noted(origin, notes), spectrum_recipe(), sources, load)


def _pairs(
    numbers: NDArray[np.number], count: float | None
) -> tuple[NDArray[np.float64] | None, NDArray[np.number]]:
    """Return shifts, where they stand beside the heights, and heights."""
    if np.iscomplexobj(numbers):
        first, second = numbers.real, numbers.imag
    elif count is not None and numbers.size == 2 * count:
        first, second = numbers[::2], numbers[1::2]
    else:
        return None, numbers
    shifts = first.astype(np.float64)
    with np.errstate(all="ignore"):
        steps = np.diff(shifts)
        is_even = np.ptp(steps) < 0.2 * abs(steps.mean())
    if is_even:
        return shifts, second
    return None, numbers if np.iscomplexobj(numbers) else first + 1j * second


def _edges(path: Path, part: Part) -> tuple[float, float]:
    """Return the ppm of first and last point, as the document says them."""
    first, last = (part.number("xAxis", key) for key in ("startValue", "endValue"))
    unit = part.of("xAxis", "unitName").lower()
    if first is None or last is None or first == last or (unit and "million" not in unit
                                                          and unit != "ppm"):  # fmt: skip
        raise FormatError(f"{path}: nmrML: a spectrum without an axis in ppm: the file is damaged")
    return first, last


def _axis_between(
    path: Path, document: NmrmlText, edges: tuple[float, float], size: int, sf_mhz: float
) -> Axis:
    """Return the axis of a spectrum.

    Notes
    -----
    The second edge is the last point, or, in files of the nmrML converters, one point beyond it:
    the sweep of the measurement tells.
    """
    high, low = max(edges), min(edges)
    step_ppm = (high - low) / (size - 1)
    sweep_hz = document.whole.number("sweepWidth")
    if sweep_hz is not None:
        beyond_ppm = (high - low) / size
        wanted_ppm = sweep_hz / sf_mhz / size
        if abs(beyond_ppm - wanted_ppm) < abs(step_ppm - wanted_ppm):
            step_ppm = beyond_ppm
            high = high if edges[0] > edges[1] else high - step_ppm
    return checked_axis(path, size, step_ppm * size * sf_mhz, sf_mhz, high)


def _fid(
    path: Path, document: NmrmlText, part: Part, origin: Source, sources: tuple[str, ...]
) -> Outline:
    """Outline the FID."""
    numbers = unpacked(path, part, "fidData")
    if not np.iscomplexobj(numbers) and numbers.size % 2:
        raise FormatError(
            f"{path}: nmrML: {numbers.size} numbers are no pairs: the file is damaged"
        )
    td = numbers.size if np.iscomplexobj(numbers) else numbers.size // 2
    sweep_hz, notes = document.whole.number("sweepWidth"), list[str]()
    middle_mhz = document.whole.number("irradiationFrequency")
    if sweep_hz is None or middle_mhz is None or min(sweep_hz, middle_mhz) <= 0:
        raise FormatError(f"{path}: nmrML without sweepWidth or irradiationFrequency: damaged")
    axis = _fid_axis(path, document, td, notes)
    delay = document.whole.number("groupDelay") or 0.0
    if not 0 <= delay < td:
        notes.append(f"a group delay of {delay:g} points is impossible: taken as 0")
        delay = 0.0
    is_turned = _is_varian(document, notes)
    sample = _sample(document, path)
    notes += axis_notes(axis, sample.nucleus)

    def load() -> tuple[NDArray[Any], tuple[str, ...]]:
        with np.errstate(all="ignore"):
            data = numbers.astype(np.complex128 if np.iscomplexobj(numbers) else np.float64)
        require_signal(data, path)
        whole = data if np.iscomplexobj(data) else data.view(np.complex128)
        return whole if is_turned else whole.conj(), ()

    return Outline(
        axis,
        sample,
        _noted(origin, notes),
        starting_recipe(td, sample.nucleus),
        sources,
        load,
        TimeDomain(middle_mhz, delay),
    )


def _fid_axis(path: Path, document: NmrmlText, td: int, notes: list[str]) -> Axis:
    """Return the axis of the FID's transform, with a spectrum's reference or the nominal one."""
    sweep_hz = document.whole.number("sweepWidth") or 0.0
    middle_mhz = document.whole.number("irradiationFrequency") or 0.0
    for part in document.spectra:
        first, last = (part.number("xAxis", key) for key in ("startValue", "endValue"))
        if first is not None and last is not None:
            high = max(first, last)
            sf_mhz = (middle_mhz + sweep_hz * 0.5e-6) / (1 + high * 1e-6)
            return checked_axis(path, td, sweep_hz, sf_mhz, high)
    sf_mhz, said = _sf_mhz(path, document)
    notes += said
    high = (middle_mhz - sf_mhz) / sf_mhz * 1e6 + sweep_hz / (2 * sf_mhz)
    return checked_axis(path, td, sweep_hz, sf_mhz, high)


def _sf_mhz(path: Path, document: NmrmlText) -> tuple[float, list[str]]:
    """Return the frequency of 0 ppm, with a note where it is only the nominal one."""
    field_mhz = document.whole.number("effectiveExcitationField")
    middle_mhz = document.whole.number("irradiationFrequency")
    if field_mhz and field_mhz > 0:
        return field_mhz, []
    if middle_mhz and middle_mhz > 0:
        return middle_mhz, ["effectiveExcitationField is missing: Hz are from the transmitter's"]
    raise FormatError(f"{path}: nmrML without effectiveExcitationField: the file is damaged")


def _is_varian(document: NmrmlText, notes: list[str]) -> bool:
    """Tell whether the FID turns as Varian's do; Bruker's turn the other way."""
    said = " ".join(
        value for found in document.whole.attributes.values() for value in found.values()
    ).lower()
    is_varian, is_bruker = ("varian" in said or "agilent" in said), "bruker" in said
    if is_varian == is_bruker:
        notes.append("the instrument's make is not said: the spectrum may be a mirror image")
    return is_varian and not is_bruker


def _noted(origin: Source, notes: list[str]) -> Source:
    return Source(origin.path, origin.kind, origin.format, origin.sha256, tuple(notes))


def _sample(document: NmrmlText, path: Path) -> Sample:
    """Return what the document says of sample and experiment."""
    whole = document.whole
    pulses = [found.get("value", "") for place, found in whole.attributes.items()
              if "/pulseSequence/" in place and found.get("value")]  # fmt: skip
    return Sample(
        _nucleus(whole.of("acquisitionNucleus", "name")),
        whole.of("fieldFrequencyLock", "fieldFrequencyLockName") or whole.of("solvent", "name"),
        whole.of("sample", "name") or one_line(path.stem),
        one_line(pulses[0]) if pulses else "",
    )


def _nucleus(name: str) -> str:
    """Return ``hydrogen atom``, ``carbon-13`` or ``13C`` in the usual form."""
    usual = re.fullmatch(r"(\d{1,3})\s*-?([A-Z][a-z]?)", name.strip())
    if usual:
        return usual[1] + usual[2]
    words = re.fullmatch(r"([a-z]+)(?:[- ]?(\d{1,3}))?(?: atom)?", name.strip().lower())
    known = _ELEMENTS.get(words[1], "") if words else ""
    if words and words[2] and known:
        return words[2] + known.lstrip("0123456789")
    return known
