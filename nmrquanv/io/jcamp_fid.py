"""The FID of a JCAMP-DX file, complex or of real numbers, with the recipe of the vendor's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from nmrquanv.errors import FormatError
from nmrquanv.io.bruker_fid import as_shown, delay_of, fid_axis, of_real, starting_values
from nmrquanv.io.bruker_parameters import Parameters, scale
from nmrquanv.io.checks import require_signal
from nmrquanv.io.jcamp_blocks import Block
from nmrquanv.io.jcamp_parts import doubts, sample_of_block, tables_of, x_of
from nmrquanv.io.jcamp_tables import table_numbers
from nmrquanv.io.outlines import Outline, TimeDomain
from nmrquanv.io.plausible import axis_notes
from nmrquanv.io.real_fid import REAL_MODES, detection_of
from nmrquanv.spectra.spectrum import Source
from nmrquanv.spectra.starting_recipe import starting_recipe

_ONE_CHANNEL = 0
"""AQ_mod qf: one channel, where nothing else is said of a FID of real numbers."""

_MODES = {"SIMULTANEOUS": 1, "SEQUENTIAL": 2}
"""AQ_mod of ``.ACQUISITION MODE`` (Davies and Lampen 1993)."""

_LEAST = 4
"""Numbers of the shortest FID."""


def outline_fid(path: Path, block: Block, source: Source) -> Outline:
    """Outline the FID of a block.

    Raises
    ------
    FormatError
        It is damaged, or the real part alone of a complex one.
    """
    tables, stored, factors = tables_of(path, block)
    is_real = "I" not in tables
    points = stored - stored % 2 if is_real else stored
    td = points // 2 if is_real else points
    parameters = _parameters(path, block, points, is_real=is_real)
    notes: list[str] = []
    delay = delay_of(parameters, td, notes)
    axis = fid_axis(parameters, parameters, td, notes)
    sample = sample_of_block(block, parameters)
    operator = starting_values(parameters, td, delay, notes)
    steps = (points - 1) * (0.5 if is_real else 1.0)
    notes += doubts(block, parameters, axis, steps) + axis_notes(axis, sample.nucleus)
    time_domain = TimeDomain(parameters.positive("SFO1"), delay)
    detection = detection_of(parameters, parameters, points, notes) if is_real else None
    if detection is not None:
        axis, time_domain = of_real(parameters, detection, axis, delay)
        operator = replace(operator, ph0_deg=None, ph1_deg=None)

    def load() -> tuple[NDArray[Any], tuple[str, ...]]:
        numbers, said = table_numbers(path, tables, stored, factors)
        require_signal(numbers["R"], path)
        if detection is not None:
            data = detection.as_complex(numbers["R"][:points])
        else:
            data = (numbers["R"] + 1j * numbers["I"]).conj()
        require_signal(data, path)
        return as_shown(data * scale(parameters, "NC"), parameters, parameters), said

    return Outline(
        axis,
        sample,
        replace(source, notes=tuple(notes)),
        starting_recipe(td, sample.nucleus, operator),
        (),
        load,
        time_domain,
    )


def _parameters(path: Path, block: Block, points: int, *, is_real: bool) -> Parameters:
    """Return Bruker's parameters; what they lack from the labels of the standard."""
    if is_real and "I" in block.column("VARDIM"):
        raise FormatError(
            f"{path}: the imaginary part that the file speaks of is missing: the file is cut: copy "
            "it again"
        )
    if points < _LEAST:
        raise FormatError(f"{path}: {points} numbers are no FID: the file is damaged")
    values: dict[str, object] = dict(block.private)
    first, last, _ = x_of(block)
    if "SFO1" not in values and block.number(".OBSERVEFREQUENCY"):
        values["SFO1"] = block.number(".OBSERVEFREQUENCY")
    values.setdefault("BF1", values.get("SFO1", ""))
    if "SW_h" not in values and first is not None and last is not None and last > first:
        values["SW_h"] = (points - 1) / (last - first) / (2 if is_real else 1)
    values.setdefault("SF", values["BF1"])
    if is_real:
        values.setdefault("AQ_mod", _mode(block))
    parameters = Parameters(path, values)
    if is_real and parameters.whole("AQ_mod") not in REAL_MODES:
        raise FormatError(
            f"{path}: the real part alone of a complex FID: left and right of its middle cannot "
            "be told apart: export both parts, or open its spectrum"
        )
    return parameters


def _mode(block: Block) -> int:
    """Return Bruker's AQ_mod of a FID of real numbers, as the standard's label says it."""
    return _MODES.get(block.text(".ACQUISITIONMODE").upper().split(" ")[0], _ONE_CHANNEL)
