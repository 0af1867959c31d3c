"""FIDs of real numbers, of Bruker and JCAMP-DX: places and signs of the lines that were put in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nmrquanv.errors import FormatError
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
    return stored(folder, set_parameter, in_turn(), 2)


def qf(folder: Path, set_parameter: SetParameter, side: int) -> Path:
    """One channel, with the transmitter at an edge of the sweep."""
    times_s = np.arange(COUNT) / (2 * SW_HZ)
    stored(folder, set_parameter, signal(times_s, side * SW_HZ / 2).real, 0)
    transmitter_ppm = (SFO1_MHZ - SF_MHZ) / SF_MHZ * 1e6
    left_ppm = transmitter_ppm + (SW_HZ / SF_MHZ if side == 1 else 0.0)
    set_parameter(folder / "pdata" / "1" / "procs", "OFFSET", left_ppm)
    return folder


def jcamp(path: Path, numbers: np.ndarray, **labels: object) -> Path:
    """Write a FID of real numbers as JCAMP-DX; only the labels of the standard unless others."""
    known = {"TITLE": "a FID", "JCAMP-DX": "5.0", "DATA TYPE": "NMR FID", "DATA CLASS": "XYDATA",
             ".OBSERVE FREQUENCY": SFO1_MHZ, ".OBSERVE NUCLEUS": "^1H", "XUNITS": "SECONDS",
             "YUNITS": "ARBITRARY UNITS", "FIRSTX": 0, "XFACTOR": 1, "YFACTOR": 0.001,
             "LASTX": (numbers.size - 1) / (2 * SW_HZ), "NPOINTS": numbers.size,
             **labels}  # fmt: skip
    head = "\n".join(f"##{label}= {value}" for label, value in known.items())
    whole = [str(round(float(number) * 1000)) for number in numbers]
    rows = "\n".join(" ".join([str(i), *whole[i : i + 8]]) for i in range(0, len(whole), 8))
    path.write_text(f"{head}\n##XYDATA= (X++(Y..Y))\n{rows}\n##END=\n", encoding="utf-8")
    return path


def in_turn() -> np.ndarray:
    """Return the numbers of two channels in turn, half a dwell time apart."""
    both = signal(np.arange(COUNT) / (2 * SW_HZ))
    return np.where(np.arange(COUNT) % 2 == 0, both.real, both.imag)


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


@pytest.mark.parametrize(("key", "value"), [("OFFSET", None), ("SF", "0"), ("SF", "-400")])
def test_without_an_offset_and_its_frequency_the_side_is_said_to_be_a_guess(
    expno: Path, set_parameter: SetParameter, key: str, value: str | None
) -> None:
    folder = qf(expno, set_parameter, 1)
    set_parameter(folder / "pdata" / "1" / "procs", key, value)
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


@pytest.mark.parametrize(
    "labels", [{".ACQUISITION MODE": "SEQUENTIAL"}, {"$AQ_mod": 2, "$SW_h": SW_HZ}]
)
def test_a_sequential_fid_of_jcamp_is_what_the_vendors_is(
    tmp_path: Path, expno: Path, set_parameter: SetParameter, labels: dict[str, object]
) -> None:
    private = {"$SFO1": SFO1_MHZ, "$SF": SF_MHZ, "$BF1": SF_MHZ}
    data = read(jcamp(tmp_path / "a.dx", in_turn(), **private, **labels)).data
    vendors = read(qseq(expno, set_parameter), source="fid").data
    require_lines(spectrum_of(tmp_path / "a.dx"), MIDDLE_PPM)
    assert data.axis.size == vendors.axis.size
    assert data.axis.limits_ppm == pytest.approx(vendors.axis.limits_ppm, abs=1e-9)
    assert np.abs(data.data - vendors.data / 1000).max() < 1e-6 * np.abs(data.data).max()
    assert "qseq" in " ".join(data.source.notes)


@pytest.mark.parametrize("side", [0, 1, -1])
def test_one_channel_of_jcamp_lies_where_offset_says_or_is_said_to_be_a_guess(
    tmp_path: Path, side: int
) -> None:
    numbers = signal(np.arange(COUNT) / (2 * SW_HZ), (side or 1) * SW_HZ / 2).real
    left_ppm = MIDDLE_PPM + (0.0 if side == -1 else SW_HZ / SF_MHZ)
    known = {"$SFO1": SFO1_MHZ, "$SF": SF_MHZ, "$OFFSET": left_ppm} if side else {}
    spectrum = spectrum_of(jcamp(tmp_path / "a.dx", numbers, **known))
    middle_ppm = (MIDDLE_PPM if side else 0.0) + (side or 1) * SW_HZ / 2 / SF_MHZ
    require_lines(spectrum, middle_ppm)
    assert ("mirror image" in " ".join(spectrum.source.notes)) == (side == 0)


@pytest.mark.parametrize("labels", [{".ACQUISITION MODE": "SIMULTANEOUS"}, {"$AQ_mod": 3}])
def test_the_real_part_alone_of_a_complex_fid_is_refused(
    tmp_path: Path, labels: dict[str, object]
) -> None:
    path = jcamp(tmp_path / "a.dx", signal(np.arange(COUNT) / SW_HZ).real, **labels)
    with pytest.raises(FormatError, match="real part alone of a complex FID"):
        read(path)


def test_a_jcamp_fid_loses_the_receivers_offset_as_the_vendors_does(tmp_path: Path) -> None:
    def offset_of(**said: int) -> float:
        with_offset = signal(np.arange(COUNT) / SW_HZ).real + 50.0
        path = jcamp(tmp_path / "a.dx", with_offset)
        text = path.read_text(encoding="utf-8")
        rows = text[text.index("##XYDATA") :].split("##END=")[0].split("\n", 1)[1]
        labels = {
            "SYMBOL": "X, R, I",
            "VAR_DIM": ", ".join([str(COUNT)] * 3),
            "UNITS": "SECONDS, A, A",
            "FACTOR": "1, 0.001, 0.001",
            "FIRST": "0, 0, 0",
            "LAST": f"{(COUNT - 1) / SW_HZ}, 0, 0",
            **{f"${k}": v for k, v in said.items()},
        }
        head = text.split("##XUNITS")[0] + "".join(f"##{k}= {v}\n" for k, v in labels.items())
        pages = [f"##PAGE= N={n}\n##DATA TABLE= (X++({s}..{s})), XYDATA\n{rows}" for n, s in
                 ((1, "R"), (2, "I"))]  # fmt: skip
        path.write_text(f"{head}{''.join(pages)}##END NTUPLES=\n##END=\n", encoding="utf-8")
        return abs(read(path).data.data[-COUNT // 4 :].mean())

    assert offset_of(AQ_mod=1, BC_mod=0) > 60
    assert offset_of(AQ_mod=3, BC_mod=2) > 60
    assert offset_of(AQ_mod=1, BC_mod=2) < 1


def test_a_complex_fid_that_was_cut_after_its_real_part_is_said_to_be_cut(tmp_path: Path) -> None:
    path = jcamp(tmp_path / "a.dx", in_turn())
    text = path.read_text(encoding="utf-8").replace(
        "##XYDATA= (X++(Y..Y))", "##DATA TABLE= (X++(R..R)), XYDATA"
    )
    labels = {"SYMBOL": "X, R, I", "VAR_DIM": ", ".join([str(COUNT)] * 3), "FACTOR": "1, 1, 1",
              "FIRST": "0, 0, 0", "LAST": "1, 0, 0", "UNITS": "SECONDS, A, A"}  # fmt: skip
    head = "".join(f"##{k}= {v}\n" for k, v in labels.items())
    path.write_text(text.replace("##XUNITS", f"{head}##XUNITS"), encoding="utf-8")
    with pytest.raises(FormatError, match="imaginary part that the file speaks of is missing"):
        read(path)
