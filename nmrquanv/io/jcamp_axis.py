"""The axis of a spectrum of JCAMP-DX: where 0 ppm is, and MHz, as far as they are said.

TopSpin's X is Hz that end at 0; where 0 ppm is stands in ``$OFFSET`` and ``$SF`` then, or in
``.SHIFT REFERENCE``, which other programs write as well. Without any of them Hz count from 0 ppm.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from nmrquanv.errors import FormatError
from nmrquanv.io.bruker_parameters import Parameters
from nmrquanv.io.checks import checked_axis
from nmrquanv.io.jcamp_blocks import Block, finite
from nmrquanv.io.jcamp_parts import x_of
from nmrquanv.spectra.axis import NOMINAL_SF_MHZ, Axis

_AGREED_POINTS = 2.0
"""References that are no farther apart say the same: some count X to the end of the last point."""


def spectrum_axis(
    path: Path, block: Block, parameters: Parameters, points: int, sf_mhz: float | None = None
) -> tuple[Axis, bool, list[str]]:
    """Return the axis of a spectrum, whether the file has it from low to high, and notes.

    Parameters
    ----------
    sf_mhz : float, MHz, or None
        Of 0 ppm, where the file does not say it.

    Raises
    ------
    FormatError
        X is missing, impossible, or in Hz without a frequency.
    """
    first, last, unit = x_of(block)
    if first is None or last is None or first == last:
        raise FormatError(f"{path}: FIRSTX and LASTX are missing or equal: the file is damaged")
    step, is_rising = abs(first - last) / (points - 1), last > first
    high, mhz = max(first, last), _frequency(block, parameters, unit) or sf_mhz
    if "PPM" in unit:
        scale = mhz or NOMINAL_SF_MHZ
        axis = checked_axis(path, points, step * points * scale, scale, high)
        axis = replace(axis, has_hz=mhz is not None)
        told = reference_of(block, axis, is_rising=is_rising)
        return axis, is_rising, _notes(axis, told, "X")
    if "HZ" not in unit and "HERTZ" not in unit:
        raise FormatError(f"{path}: the axis is in {unit[:20]!r}, neither Hz nor ppm")
    if mhz is None:
        raise FormatError(
            f"{path}: says no .OBSERVE FREQUENCY, without which Hz are no ppm: give the MHz"
        )
    width_hz = step * points
    if parameters.is_number("SW_p") and parameters.number("SI", 0.0) == points:
        width_hz = parameters.positive("SW_p")
    axis = checked_axis(path, points, width_hz, mhz, high / mhz)
    told = reference_of(block, axis, is_rising=is_rising)
    if parameters.is_number("OFFSET"):
        axis = checked_axis(path, points, width_hz, mhz, parameters.number("OFFSET"))
        return axis, is_rising, _notes(axis, told, "$OFFSET")
    if told is None:
        return axis, is_rising, []
    notes = _notes(axis, told, "X, which is not followed,")
    return checked_axis(path, points, width_hz, mhz, told), is_rising, notes


def _frequency(block: Block, parameters: Parameters, unit: str) -> float | None:
    """Return the frequency of 0 ppm that a file says, MHz."""
    observed = finite(block.text(".OBSERVEFREQUENCY").upper().removesuffix("MHZ"))
    observed = observed if observed is not None and observed > 0 else None
    reference = parameters.number("SF") if parameters.is_number("SF") else None
    reference = reference if reference is not None and reference > 0 else None
    # TopSpin's Hz and SW_p are of SF; the label has the transmitter's, as X in ppm of others has
    return observed or reference if "PPM" in unit else reference or observed


def reference_of(block: Block, axis: Axis, *, is_rising: bool) -> float | None:
    """Return the highest ppm by ``.SHIFT REFERENCE``; None where it says nothing.

    Its fields are the kind, the compound, a point counted from 1 as the file has them, and the
    shift of that point (JCAMP-DX 5.01). Point 1 at 0 ppm is what writers fill in who do not know.
    """
    fields = block.text(".SHIFTREFERENCE").strip("()").split(",")
    if len(fields) < 4:
        return None
    point, ppm = finite(fields[-2]), finite(fields[-1])
    if point is None or ppm is None or not 1 <= point <= axis.size or (point, ppm) == (1, 0):
        return None
    before = axis.size - point if is_rising else point - 1
    return ppm + before * axis.point_ppm


def _notes(axis: Axis, told: float | None, name: str) -> list[str]:
    """Return what to know where ``.SHIFT REFERENCE`` says something else than another place."""
    if told is None or abs(told - axis.offset_ppm) <= _AGREED_POINTS * axis.point_ppm:
        return []
    return [
        f"the axis begins at {axis.offset_ppm:.6g} ppm by {name} and at {told:.6g} ppm by "
        ".SHIFT REFERENCE: is the reference right?"
    ]
