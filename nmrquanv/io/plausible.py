"""Parameters that are possible but do not fit each other: said in notes, with what was compared.

Nothing is refused here: real data have oddities (paramagnetic shifts, 195Pt, benchtop magnets,
odd references). What no measurement can have is refused in ``checks``.
"""

from __future__ import annotations

import numpy as np

from nmrquanv.io.bruker_parameters import Parameters
from nmrquanv.io.procpar import Procpar
from nmrquanv.spectra.axis import Axis

USUAL_PPM = {
    "1H": (-150.0, 350.0),
    "2H": (-150.0, 350.0),
    "11B": (-300.0, 300.0),
    "13C": (-300.0, 700.0),
    "15N": (-800.0, 1400.0),
    "19F": (-600.0, 500.0),
    "29Si": (-600.0, 400.0),
    "31P": (-700.0, 700.0),
}
"""Ends of sweeps that are met with, paramagnetic compounds and wide sweeps counted in."""

OTHER_PPM = (-20_000.0, 20_000.0)
"""For nuclei with wide ranges of shifts, such as 195Pt, 59Co and 207Pb."""

USUAL_MHZ = (0.5, 1300.0)
LEAST_SWEEP_HZ, LEAST_SWEEP_PPM = 20.0, 0.1
MAX_REFERENCE_PPM = 300.0
"""How far a reference (SF) is from the nominal frequency (BF1) at most, without a word."""

MAX_OFF_CENTRE, MAX_OFF_CENTRE_VARIAN = 0.02, 0.2
"""How far the transmitter is from the middle of its sweep at most, in sweeps, without a word;
Varian's reference is where the operator clicked, and need not fit the transmitter as well."""

_FrequencyPair = tuple[str, float | None, str, float | None]


def axis_notes(axis: Axis, nucleus: str) -> list[str]:
    """Return what is unusual in an axis by itself."""
    notes = []
    high, low = axis.limits_ppm
    least, most = USUAL_PPM.get(nucleus, OTHER_PPM)
    if high > most or low < least:
        notes.append(
            f"the axis, {high:.6g} to {low:.6g} ppm, reaches beyond what is usual for "
            f"{nucleus or 'any nucleus'} ({most:g} to {least:g}): are the parameters right?"
        )
    if axis.has_hz and not USUAL_MHZ[0] <= axis.sf_mhz <= USUAL_MHZ[1]:
        notes.append(f"{axis.sf_mhz:g} MHz is an unusual frequency: are the parameters right?")
    width_ppm = high - low + axis.point_ppm
    if width_ppm < LEAST_SWEEP_PPM or (axis.has_hz and axis.sw_hz < LEAST_SWEEP_HZ):
        notes.append(
            f"a sweep of {axis.sw_hz:.4g} Hz, {width_ppm:.4g} ppm, is unusually narrow: are the "
            "parameters right?"
        )
    return notes


def acquisition_notes(acqus: Parameters) -> list[str]:
    """Return what of the transmitter and the sweep in ``acqus`` does not fit."""
    sfo1, bf1, o1_hz = (_known(acqus, key) for key in ("SFO1", "BF1", "O1"))
    sw_hz, sw_ppm = _known(acqus, "SW_h"), _known(acqus, "SW")
    notes = []
    if None not in (sfo1, bf1, o1_hz):
        wanted = (bf1 or 0.0) + (o1_hz or 0.0) * 1e-6
        notes += _unequal(("SFO1", sfo1, "BF1 + O1", wanted), "MHz", 10e-6)
    if None not in (sfo1, sw_hz, sw_ppm):
        wanted = (sw_ppm or 0.0) * (sfo1 or 0.0)
        notes += _unequal(("SW_h", sw_hz, "SW x SFO1", wanted), "Hz", 2e-3)
    return notes


def reference_notes(sf_mhz: float, acqus: Parameters | None) -> list[str]:
    """Return what of the reference SF does not fit BF1."""
    bf1 = _known(acqus, "BF1") if acqus else None
    return _unequal(("SF", sf_mhz, "BF1", bf1), "MHz", MAX_REFERENCE_PPM * 1e-6)


def processed_notes(procs: Parameters, acqus: Parameters | None) -> list[str]:
    """Return what of ``procs`` does not fit ``acqus``: sweep, reference, middle and nucleus."""
    if acqus is None:
        return []
    sw_p, sf, offset = (_known(procs, key) for key in ("SW_p", "SF", "OFFSET"))
    sw_h, sfo1 = _known(acqus, "SW_h"), _known(acqus, "SFO1")
    notes = _unequal(("SW_p", sw_p, "SW_h", sw_h), "Hz", 2e-3)
    if sf is not None:
        notes += reference_notes(sf, acqus)
    if None not in (sf, offset, sw_p, sfo1) and sf and sw_p:
        middle_ppm = (offset or 0.0) - sw_p / sf / 2
        transmitter_ppm = ((sfo1 or 0.0) - sf) / sf * 1e6
        notes += _off_centre(middle_ppm, transmitter_ppm, MAX_OFF_CENTRE * sw_p / sf)
    nuclei = procs.text("AXNUC"), acqus.text("NUC1")
    if all(nuclei) and nuclei[0] != nuclei[1]:
        notes.append(f"the nucleus is {nuclei[0]} in procs (AXNUC) and {nuclei[1]} in acqus (NUC1)")
    return notes


def unequal_notes(
    first: tuple[str, float | None],
    second: tuple[str, float | None],
    unit: str,
    tolerance: float = 2e-3,
) -> list[str]:
    """Return a note when two named numbers, where both are known, differ by more than a share."""
    return _unequal((*first, *second), unit, tolerance)


def varian_notes(procpar: Procpar, numbers: int, axis: Axis, sfrq_mhz: float) -> list[str]:
    """Return what of ``procpar`` does not fit the file's header or itself."""
    notes = _unequal(("np of the header", numbers, "np of procpar", _said(procpar, "np")), "", 0.0)
    at_s, sw_hz = _said(procpar, "at"), _said(procpar, "sw")
    if at_s and sw_hz:
        notes += _unequal(("np / (2 sw)", numbers / 2 / sw_hz, "at", at_s), "s", 0.02)
    if axis.sf_mhz == sfrq_mhz:  # stands in for reffrq, so that nothing is left to compare
        return notes
    notes += _unequal(("sfrq", sfrq_mhz, "reffrq", axis.sf_mhz), "MHz", 2e-3)
    middle_ppm = axis.offset_ppm - axis.sw_hz / axis.sf_mhz / 2
    transmitter_ppm = (sfrq_mhz - axis.sf_mhz) / axis.sf_mhz * 1e6
    most_ppm = MAX_OFF_CENTRE_VARIAN * axis.sw_hz / axis.sf_mhz
    return notes + _off_centre(middle_ppm, transmitter_ppm, most_ppm)


def _off_centre(middle_ppm: float, transmitter_ppm: float, most_ppm: float) -> list[str]:
    """Return a note when the transmitter is not in the middle of its sweep."""
    if abs(middle_ppm - transmitter_ppm) <= most_ppm:
        return []
    return [
        f"the middle of the axis is at {middle_ppm:.5g} ppm, the transmitter at "
        f"{transmitter_ppm:.5g} ppm: the axis may be wrong"
    ]


def byte_order_notes(raw: bytes, dtype: str) -> list[str]:
    """Return a note when 32-bit integers look as if they were in the other byte order.

    Notes
    -----
    The high bytes of a measurement have few values, the low ones all: an entropy of the high
    bytes of nearly 8 bits, and of less for the low ones, is the wrong way round.
    """
    if dtype[1:] != "i4" or len(raw) < 4096:
        return []
    columns = np.frombuffer(raw[: 1 << 18], np.uint8).reshape(-1, 4)
    first, last = _entropy_bits(columns[:, 0]), _entropy_bits(columns[:, 3])
    high, low = (first, last) if dtype[0] == ">" else (last, first)
    if high > 7 and low < high - 0.5:
        return ["the numbers look as if their byte order were the other one"]
    return []


def _entropy_bits(column: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> float:
    share = np.bincount(column, minlength=256) / column.size
    share = share[share > 0]
    return float(-(share * np.log2(share)).sum())


def _unequal(pair: _FrequencyPair, unit: str, tolerance: float) -> list[str]:
    """Return a note when two known numbers differ by more than a share of the second."""
    name, value, other_name, other = pair
    if value is None or other is None or abs(value - other) <= tolerance * abs(other):
        return []
    return [
        f"{name} = {value:.9g} and {other_name} = {other:.9g} {unit}".rstrip()
        + " do not fit: the axis may be wrong"
    ]


def _known(parameters: Parameters, key: str) -> float | None:
    """Return a parameter where it is a number; others are for the reader to refuse."""
    return parameters.number(key) if parameters.is_number(key) else None


def _said(procpar: Procpar, name: str) -> float | None:
    return procpar.number(name) if procpar.is_number(name) else None
