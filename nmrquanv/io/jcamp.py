"""JCAMP-DX: spectra and FIDs, of TopSpin and others, in all forms of tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.io import unsupported
from nmrquanv.io.bruker_parameters import Parameters
from nmrquanv.io.bruker_processed import time_points
from nmrquanv.io.checks import require_signal
from nmrquanv.io.dates import day_of
from nmrquanv.io.files import sha256
from nmrquanv.io.jcamp_axis import spectrum_axis
from nmrquanv.io.jcamp_blocks import Block, read_blocks
from nmrquanv.io.jcamp_fid import outline_fid
from nmrquanv.io.jcamp_parts import doubts, sample_of_block, tables_of
from nmrquanv.io.jcamp_tables import table_numbers
from nmrquanv.io.outlines import Asked, Outline
from nmrquanv.io.plausible import axis_notes
from nmrquanv.io.readers import files_of
from nmrquanv.spectra.processing import with_imaginary
from nmrquanv.spectra.spectrum import Source
from nmrquanv.spectra.starting_recipe import spectrum_recipe

FORMAT = "JCAMP-DX"
FILES = files_of(FORMAT)
ENDINGS = (*FILES, ".txt")
"""The last says little: such files are looked into, and not missed where they are none."""

_FID, _SPECTRUM = "NMR FID", "NMR SPECTRUM"


def recognise(path: Path) -> Path | None:
    """Return a file of JCAMP-DX with NMR data of one dimension."""
    if not path.is_file():
        return None
    name = unsupported.nmr_format(path)
    ours = {f"JCAMP-DX ({kind})" for kind in unsupported.SPECTRAL_JCAMP}
    return path if name is not None and name.upper() in ours else None


def data_sets_at(path: Path) -> tuple[Path, ...]:
    """Return the file, if it is one."""
    return (path,) if path.suffix.lower() in ENDINGS and recognise(path) else ()


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
    source = asked.chosen(tuple(found), default)
    block = found[source]
    if (block.number("NUMDIM") or 1) > 1:
        raise FormatError(
            f"{path}: JCAMP-DX of {block.text('NUMDIM')} dimensions, not a 1D spectrum: choose 1D"
        )
    origin = Source(str(asked.opened), source, FORMAT, sha256(raw))
    outlined = (
        outline_fid(path, block, origin)
        if source.startswith("fid")
        else _spectrum(path, block, origin, asked)
    )
    said = day_of(block.text("LONGDATE")) or Parameters(path, block.private).measured
    return replace(outlined, sources=tuple(found), measured=said or day_of(block.text("DATE")))


def _spectrum(path: Path, block: Block, source: Source, asked: Asked) -> Outline:
    tables, points, factors = tables_of(path, block)
    parameters = Parameters(path, block.private)
    axis, is_rising, notes = spectrum_axis(path, block, parameters, points, asked.sf_mhz)
    sample = sample_of_block(block, parameters)
    notes += doubts(block, parameters, axis, points - 1) + axis_notes(axis, sample.nucleus)
    if "I" not in tables:
        notes.append("the file has no imaginary part: by Hilbert transform")

    def load() -> tuple[NDArray[Any], tuple[str, ...]]:
        numbers, said = table_numbers(path, tables, points, factors)
        require_signal(numbers["R"], path)
        parts = {name: part[::-1] if is_rising else part for name, part in numbers.items()}
        if "I" in parts and np.abs(parts["I"]).any():
            require_signal(parts["I"], path)
            return parts["R"] + 1j * parts["I"], said
        return with_imaginary(parts["R"]), said

    return Outline(
        axis,
        sample,
        replace(source, notes=tuple(notes)),
        spectrum_recipe(),
        (),
        load,
        time_points=time_points(parameters, parameters, points),
    )
