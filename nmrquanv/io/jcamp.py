"""JCAMP-DX: spectra and FIDs, of TopSpin and others, in all forms of tables.

TopSpin's files bring its parameters along: their X is Hz that ends at 0, and where 0 ppm is stands
only in ``$OFFSET`` and ``$SF``. Others count Hz from 0 ppm, or give ppm.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.io import unsupported
from nmrquanv.io.bruker_fid import fid_axis, is_turned, starting_values
from nmrquanv.io.bruker_parameters import Parameters, scale
from nmrquanv.io.bruker_processed import time_points
from nmrquanv.io.checks import checked_axis, require_signal
from nmrquanv.io.dates import day_of
from nmrquanv.io.files import one_line, sha256
from nmrquanv.io.group_delay import group_delay_points
from nmrquanv.io.jcamp_blocks import MAX_POINTS, Block, finite, read_blocks, table_numbers
from nmrquanv.io.outlines import Asked, Outline, TimeDomain
from nmrquanv.io.plausible import (
    acquisition_notes,
    axis_notes,
    reference_notes,
    unequal_notes,
)
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.processing import with_imaginary
from nmrquanv.spectra.spectrum import Sample, Source
from nmrquanv.spectra.starting_recipe import spectrum_recipe, starting_recipe

FORMAT = "JCAMP-DX"

_FID, _SPECTRUM = "NMR FID", "NMR SPECTRUM"
_ENDINGS = frozenset({".jdx", ".dx", ".jcamp", ".jcm", ".txt"})
"""Of files that are looked into; mail programs and browsers call such texts ``.txt``."""


def recognise(path: Path) -> Path | None:
    """Return a file of JCAMP-DX with NMR data of one dimension."""
    if not path.is_file():
        return None
    name = unsupported.nmr_format(path)
    is_ours = name is not None and name.upper().startswith(
        ("JCAMP-DX (NMR SPECTRUM)", "JCAMP-DX (NMR FID)", "JCAMP-DX (NMRSPECTRUM)")
    )
    return path if is_ours else None


def data_sets_at(path: Path) -> tuple[Path, ...]:
    """Return the file, if it is one."""
    return (path,) if path.suffix.lower() in _ENDINGS and recognise(path) else ()


def outline(path: Path, asked: Asked) -> Outline:
    """Outline the FID or spectrum of a file; of several the first spectrum.

    Raises
    ------
    FormatError
        It is damaged, of more dimensions, or no such source.
    """
    raw, blocks = read_blocks(path)
    found: dict[str, Block] = {}
    for block in blocks:
        kind = {_FID: "fid", _SPECTRUM: "spectrum", "NMRSPECTRUM": "spectrum"}.get(block.kind)
        if kind is not None:
            number = sum(name.startswith(kind) for name in found)
            found[kind if not number else f"{kind} {number + 1}"] = block
    if not found:
        raise FormatError(f"{path}: holds no NMR spectrum or FID: choose another file")
    default = next((name for name in found if name.startswith("spectrum")), next(iter(found)))
    source = asked.source or default
    if source not in found:
        raise FormatError(
            f"{path}: there is no source {source!r}: choose one of {', '.join(found)}"
        )
    block = found[source]
    if (block.number("NUMDIM") or 1) > 1:
        raise FormatError(
            f"{path}: JCAMP-DX of {block.text('NUMDIM')} dimensions, not a 1D spectrum: choose 1D"
        )
    origin = Source(str(asked.opened), source, FORMAT, sha256(raw))
    outlined = (
        _fid(path, block, origin) if source.startswith("fid") else _spectrum(path, block, origin)
    )
    said = day_of(block.text("LONGDATE")) or Parameters(path, block.private).measured
    return replace(outlined, sources=tuple(found), measured=said or day_of(block.text("DATE")))


def _tables(path: Path, block: Block) -> tuple[dict[str, str], int, dict[str, float]]:
    """Return the tables by symbol, how many numbers each has, and their factors."""
    if "DATATABLE" in block.labels:
        tables: dict[str, str] = {}
        for table in block.labels["DATATABLE"]:
            head = table.split("\n", 1)[0].upper().replace(" ", "")
            symbol = "I" if "(I..I)" in head else "R" if "(R..R)" in head else ""
            if symbol:
                tables.setdefault(symbol, table)
        count = finite(block.column("VARDIM").get("R", ""))
        factors = {s: finite(block.column("FACTOR").get(s, "")) or 1.0 for s in "RI"}
    else:
        tables = {"R": block.labels["XYDATA"][0]} if "XYDATA" in block.labels else {}
        count, factors = block.number("NPOINTS"), {"R": block.number("YFACTOR") or 1.0}
    if not tables:
        _refuse_pairs(path, block)
    if "R" not in tables or count is None:
        raise FormatError(
            f"{path}: holds no table of real numbers with their count (NPOINTS): the file is "
            "damaged"
        )
    if not (2 <= count <= MAX_POINTS and count == int(count)):
        raise FormatError(f"{path}: {count:g} points are no size of a spectrum")
    return tables, int(count), factors


def _refuse_pairs(path: Path, block: Block) -> None:
    """Refuse a block that has pairs of numbers where a spectrum has a table."""
    if "PEAKTABLE" in block.labels:
        raise FormatError(
            f"{path}: a list of peaks (PEAK TABLE), no spectrum: open the spectrum, then import it"
        )
    if "XYPOINTS" in block.labels:
        raise FormatError(
            f"{path}: its points are pairs (XYPOINTS), which are not read: export it with equal "
            "steps (XYDATA), or ppm and intensity as CSV"
        )


def _x(block: Block) -> tuple[float | None, float | None, str]:
    """Return first and last X and their unit, in capitals."""
    if "DATATABLE" in block.labels:
        first, last = (finite(block.column(label).get("X", "")) for label in ("FIRST", "LAST"))
        return first, last, block.column("UNITS").get("X", "").upper()
    return block.number("FIRSTX"), block.number("LASTX"), block.text("XUNITS").upper()


def _spectrum(path: Path, block: Block, source: Source) -> Outline:
    tables, points, factors = _tables(path, block)
    parameters = Parameters(path, block.private)
    notes: list[str] = []
    axis, is_rising = _spectrum_axis(path, block, parameters, points)
    sample = _sample(block, parameters)
    notes += _doubts(block, parameters, axis) + axis_notes(axis, sample.nucleus)
    if "I" not in tables:
        notes.append("the file has no imaginary part: by Hilbert transform")

    def load() -> tuple[NDArray[Any], tuple[str, ...]]:
        numbers = table_numbers(path, tables, points, factors)
        require_signal(numbers["R"], path)
        parts = {name: part[::-1] if is_rising else part for name, part in numbers.items()}
        if "I" in parts and np.abs(parts["I"]).any():
            require_signal(parts["I"], path)
            return parts["R"] + 1j * parts["I"], ()
        return with_imaginary(parts["R"]), ()

    return Outline(
        axis,
        sample,
        replace(source, notes=tuple(notes)),
        spectrum_recipe(),
        (),
        load,
        time_points=time_points(parameters, parameters, points),
    )


def _spectrum_axis(
    path: Path, block: Block, parameters: Parameters, points: int
) -> tuple[Axis, bool]:
    """Return the axis of a spectrum, and whether the file has it from low to high."""
    first, last, unit = _x(block)
    if first is None or last is None or first == last:
        raise FormatError(f"{path}: FIRSTX and LASTX are missing or equal: the file is damaged")
    is_rising = last > first
    step = abs(first - last) / (points - 1)
    high = max(first, last)
    obs_mhz = block.number(".OBSERVEFREQUENCY")
    if "PPM" in unit:
        sf_mhz = obs_mhz or parameters.positive("SF")
        return checked_axis(path, points, step * points * sf_mhz, sf_mhz, high), is_rising
    if "HZ" not in unit:
        raise FormatError(f"{path}: the axis is in {unit[:20]!r}, neither Hz nor ppm")
    if parameters.is_number("OFFSET") and parameters.is_number("SF"):
        width_hz = step * points
        if parameters.is_number("SW_p") and parameters.number("SI", 0.0) == points:
            width_hz = parameters.positive("SW_p")
        sf_mhz, offset_ppm = parameters.positive("SF"), parameters.number("OFFSET")
        return checked_axis(path, points, width_hz, sf_mhz, offset_ppm), is_rising
    if obs_mhz is None or obs_mhz <= 0:
        raise FormatError(f"{path}: says no .OBSERVE FREQUENCY, without which Hz are no ppm")
    return checked_axis(path, points, step * points, obs_mhz, high / obs_mhz), is_rising


def _fid(path: Path, block: Block, source: Source) -> Outline:
    tables, points, factors = _tables(path, block)
    if "I" not in tables:
        raise FormatError(
            f"{path}: a FID of real numbers, which is not supported yet: open its spectrum instead"
        )
    parameters = _fid_parameters(path, block, points)
    notes: list[str] = []
    delay, note = group_delay_points(parameters)
    if delay >= points:
        delay, note = 0.0, f"GRPDLY = {delay:g} exceeds the FID: taken as 0"
    notes += [note] if note else []
    axis = fid_axis(parameters, parameters, points, notes)
    sample = _sample(block, parameters)
    operator = starting_values(parameters, points, delay, notes)
    notes += _doubts(block, parameters, axis) + axis_notes(axis, sample.nucleus)
    turned = is_turned(parameters)

    def load() -> tuple[NDArray[Any], tuple[str, ...]]:
        numbers = table_numbers(path, tables, points, factors)
        data = (numbers["R"] + 1j * numbers["I"]) * scale(parameters, "NC")
        require_signal(data, path)
        return data if turned else data.conj(), ()

    return Outline(
        axis,
        sample,
        replace(source, notes=tuple(notes)),
        starting_recipe(points, sample.nucleus, operator),
        (),
        load,
        TimeDomain(parameters.positive("SFO1"), delay),
    )


def _doubts(block: Block, parameters: Parameters, axis: Axis) -> list[str]:
    """Return what of labels, parameters and axis does not fit."""
    first, last, unit = _x(block)
    notes = acquisition_notes(parameters) + reference_notes(axis.sf_mhz, parameters)
    observed = block.number(".OBSERVEFREQUENCY")
    notes += unequal_notes((".OBSERVE FREQUENCY", observed), ("the axis's", axis.sf_mhz), "MHz")
    if first is None or last is None or first == last:
        return notes
    if parameters.is_number("SW_p") and "SEC" not in unit:
        whole_hz = parameters.number("SW_p")
        notes += unequal_notes(("SW_p", whole_hz), ("the axis's", axis.sw_hz), "Hz")
    reach = abs(first - last) * axis.size / (axis.size - 1)
    if "SEC" in unit:
        reach = axis.size / reach
    elif "PPM" in unit:
        reach *= axis.sf_mhz
    return notes + unequal_notes(("the width of X", reach), ("the axis's", axis.sw_hz), "Hz")


def _fid_parameters(path: Path, block: Block, points: int) -> Parameters:
    """Return Bruker's parameters; what they lack from the labels of the standard."""
    values: dict[str, object] = dict(block.private)
    first, last, _ = _x(block)
    if "SFO1" not in values and block.number(".OBSERVEFREQUENCY"):
        values["SFO1"] = block.number(".OBSERVEFREQUENCY")
    values.setdefault("BF1", values.get("SFO1", ""))
    if "SW_h" not in values and first is not None and last is not None and last > first:
        values["SW_h"] = (points - 1) / (last - first)
    values.setdefault("SF", values["BF1"])
    return Parameters(path, values)


def _sample(block: Block, parameters: Parameters) -> Sample:
    nucleus = parameters.text("NUC1") or block.text(".OBSERVENUCLEUS").lstrip("^")
    solvent = parameters.text("SOLVENT") or block.text(".SOLVENTNAME")
    return Sample(
        one_line(nucleus), one_line(solvent), block.text("TITLE"), parameters.text("PULPROG")
    )
