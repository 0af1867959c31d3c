"""Bruker FIDs of real numbers: lines, direction and sign, against the lines that were put in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nmrquanv.io import read
from nmrquanv.spectra.processing import fourier_transform, zero_fill
from nmrquanv.spectra.spectrum import Fid, Spectrum

SetParameter = Callable[[Path, str, object], None]

COUNT, SW_HZ, SF_MHZ, SFO1_MHZ = 2048, 4000.0, 400.13, 400.1320
LINES = ((1210.0, 1000.0), (-830.0, 400.0), (255.0, -300.0))
"""Hz from the middle of the sweep, and height."""


def signal(times_s: np.ndarray, shift_hz: float = 0.0) -> np.ndarray:
    """Return the complex signal of the lines, as a receiver with two channels has it."""
    total = np.zeros(times_s.size, dtype=complex)
    for hz, height in LINES:
        total += height * np.exp((2j * np.pi * (hz + shift_hz) - 15.0) * times_s)
    return total


def stored(folder: Path, set_parameter: SetParameter, numbers: np.ndarray, mode: int) -> Path:
    """Write the numbers of a FID and what is said of them."""
    np.round(numbers * 1000).astype("<i4").tofile(folder / "fid")
    values = {"AQ_mod": mode, "TD": numbers.size, "SW_h": SW_HZ, "SFO1": SFO1_MHZ, "BF1": SF_MHZ,
              "O1": 2000.0, "SW": SW_HZ / SFO1_MHZ, "NC": 0, "DTYPA": 0, "BYTORDA": 0,
              "GRPDLY": 0, "DIGMOD": 0}  # fmt: skip
    for key, value in values.items():
        set_parameter(folder / "acqus", key, value)
    set_parameter(folder / "pdata" / "1" / "procs", "SF", SF_MHZ)
    return folder


def qseq(folder: Path, set_parameter: SetParameter) -> Path:
    """Two channels in turn, half a dwell time apart."""
    times_s = np.arange(COUNT) / (2 * SW_HZ)
    both = signal(times_s)
    numbers = np.where(np.arange(COUNT) % 2 == 0, both.real, both.imag)
    return stored(folder, set_parameter, numbers, 2)


def qf(folder: Path, set_parameter: SetParameter, side: int) -> Path:
    """One channel, with the transmitter at an edge of the sweep."""
    times_s = np.arange(COUNT) / (2 * SW_HZ)
    stored(folder, set_parameter, signal(times_s, side * SW_HZ / 2).real, 0)
    transmitter_ppm = (SFO1_MHZ - SF_MHZ) / SF_MHZ * 1e6
    left_ppm = transmitter_ppm + (SW_HZ / SF_MHZ if side == 1 else 0.0)
    set_parameter(folder / "pdata" / "1" / "procs", "OFFSET", left_ppm)
    return folder


def spectrum_of(folder: Path) -> Spectrum:
    data = read(folder, source="fid").data
    assert isinstance(data, Fid)
    return fourier_transform(zero_fill(data, 8192))


def require_lines(spectrum: Spectrum, middle_ppm: float) -> None:
    """Hold every line's place, height and sign against what was put in, and find no other."""
    trace = spectrum.trace
    left = trace.copy()
    for hz, height in LINES:
        at = spectrum.axis.point(middle_ppm + hz / SF_MHZ)
        near = np.arange(round(at) - 12, round(at) + 13)
        top = near[np.abs(trace[near]).argmax()]
        assert abs(top - at) <= 0.6
        assert np.sign(trace[top]) == np.sign(height)
        assert abs(trace[top] / trace.max() - height / 1000) < 0.03
        left[round(at) - 400 : round(at) + 401] = 0
    inner = slice(400, -400)  # the band's edges ring
    assert np.abs(left[inner]).max() < 0.02 * trace.max()


MIDDLE_PPM = (SFO1_MHZ - SF_MHZ) / SF_MHZ * 1e6


def test_a_sequential_fid_has_its_lines_where_they_are(
    expno: Path, set_parameter: SetParameter
) -> None:
    folder = qseq(expno, set_parameter)
    require_lines(spectrum_of(folder), MIDDLE_PPM)
    data = read(folder, source="fid")
    assert "AQ_mod qseq" in " ".join(data.source.notes)
    assert data.recipe.steps[4].mode == "automatic"


@pytest.mark.parametrize("side", [1, -1])
def test_one_channel_lies_on_the_side_that_the_operators_offset_says(
    expno: Path, set_parameter: SetParameter, side: int
) -> None:
    spectrum = spectrum_of(qf(expno, set_parameter, side))
    require_lines(spectrum, MIDDLE_PPM + side * SW_HZ / 2 / SF_MHZ)
    known = " ".join(spectrum.source.notes)
    assert ("left edge" if side == -1 else "right edge") in known
    assert "mirror" not in known


def test_without_an_offset_the_side_is_said_to_be_a_guess(
    expno: Path, set_parameter: SetParameter
) -> None:
    folder = qf(expno, set_parameter, 1)
    set_parameter(folder / "pdata" / "1" / "procs", "OFFSET", None)
    spectrum = spectrum_of(folder)
    require_lines(spectrum, MIDDLE_PPM + SW_HZ / 2 / SF_MHZ)
    assert "mirror image" in " ".join(spectrum.source.notes)


def test_the_complex_fid_has_the_spectrum_of_the_real_transform(
    expno: Path, set_parameter: SetParameter
) -> None:
    folder = qseq(expno, set_parameter)
    numbers = np.fromfile(folder / "fid", "<i4") * np.resize([1, 1, -1, -1], COUNT)
    wanted = np.fft.fft(numbers, 16384)[:8192]  # +sw/2 first
    got = spectrum_of(folder).data
    inner = slice(800, -800)
    assert np.abs(got[inner] - wanted[inner]).max() < 0.005 * np.abs(wanted).max()
