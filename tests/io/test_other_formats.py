"""Spinsolve, NMRPipe and SIMPSON: axes, direction and sign; damage is refused."""

from __future__ import annotations

import struct
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from nmrquanv.errors import FormatError
from nmrquanv.io import data_sets, outline, read
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.spectrum import Fid, Spectrum

FIDS = ["Spinsolve", "NMRPipe", "SIMPSON", "SIMPSON, packed"]


@pytest.fixture
def made(originals: ModuleType, tmp_path: Path) -> dict[str, Path]:
    """Write each format whole."""
    paths = {}
    for number, name in enumerate([*FIDS, "NMRPipe, spectrum"]):
        original = originals.ORIGINALS[name]
        original.write(tmp_path / str(number))
        paths[name] = tmp_path / str(number) / original.opened
    return paths


@pytest.mark.parametrize("name", FIDS)
def test_a_fid_has_the_highest_ppm_first(
    made: dict[str, Path], originals: ModuleType, name: str
) -> None:
    wanted = originals.fid()
    data = read(made[name], sf_mhz=originals.SF_MHZ)
    assert isinstance(data.data, Fid)
    assert np.abs(data.data.data - wanted.data).max() < 1e-3 * np.abs(wanted.data).max()
    assert data.data.axis.sw_hz == pytest.approx(originals.SW_HZ)
    if not name.startswith("SIMPSON"):  # which knows no reference
        assert data.data.axis.limits_ppm == pytest.approx(wanted.axis.limits_ppm, abs=1e-4)
        assert data.sample.nucleus == "1H"
    assert data.source.notes == ()
    assert data.sources == ("fid",)
    assert outline(made[name], sf_mhz=originals.SF_MHZ).source == data.source
    where = made[name].parent if made[name].is_file() else made[name]
    assert data_sets(where) == (str(made[name]),)
    with pytest.raises(FormatError, match="its only source is fid"):
        read(made[name], source="1")


def test_an_nmrpipe_spectrum_in_either_byte_order(
    made: dict[str, Path], originals: ModuleType
) -> None:
    wanted, path = originals.spectrum(), made["NMRPipe, spectrum"]
    for swap in (False, True):
        if swap:
            path.write_bytes(np.fromfile(path, "<f4").byteswap().tobytes())
        data = read(path).data
        assert isinstance(data, Spectrum)
        assert data.axis.limits_ppm == pytest.approx(wanted.axis.limits_ppm, abs=1e-4)
        assert np.abs(data.data - wanted.data).max() < 1e-6 * np.abs(wanted.data).max()


def test_simpson_says_that_it_knows_no_frequency(made: dict[str, Path]) -> None:
    data = read(made["SIMPSON"])
    assert data.data.axis.sf_mhz == 400.0
    assert "does not say the MHz" in data.source.notes[0]
    assert read(made["SIMPSON"], sf_mhz=100.0, nucleus="13C").sample.nucleus == "13C"


def test_a_simpson_spectrum_runs_upwards(tmp_path: Path, originals: ModuleType) -> None:
    """Its line at -1000 Hz is right of the middle here."""
    numbers = np.zeros(64, dtype=complex)
    numbers[16] = 5 + 1j
    path = tmp_path / "a.spe"
    path.write_text(originals.simpson_text(numbers, "SPE"))
    data = read(path, sf_mhz=100.0).data
    assert isinstance(data, Spectrum)
    top = int(data.trace.argmax())
    assert data.axis.hz(float(data.axis.ppm(top))) == pytest.approx(-1000.0)


def test_packed_simpson_numbers_are_those_that_nmrglue_unpacks(
    made: dict[str, Path], originals: ModuleType
) -> None:
    from nmrglue.fileio import simpson

    wanted = simpson.read_binary(str(made["SIMPSON, packed"]))[1].ravel().conj()
    got = read(made["SIMPSON, packed"]).data.data
    assert np.array_equal(got.astype(np.complex64), wanted)
    assert np.allclose(wanted, originals.fid().data, rtol=1e-5, atol=1e-3)


@pytest.mark.parametrize(("old", "new"), [("NP=512", "NP=513"), ("END", ""), ("\nEND", "~\nEND")])
def test_damaged_packed_simpson_files_are_refused(
    made: dict[str, Path], old: str, new: str
) -> None:
    path = made["SIMPSON, packed"]
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(FormatError, match="packed characters"):
        read(path)


def test_a_spinsolve_folder_opens_by_any_file_inside(made: dict[str, Path]) -> None:
    for name in ("data.1d", "acqu.par"):
        assert read(made["Spinsolve"] / name).source.format == "Magritek Spinsolve"
    sample = read(made["Spinsolve"]).sample
    assert (sample.solvent, sample.title, sample.pulse_program) == ("CDCl3", "lines", "1D")


def spinsolve_1d(kind: int, data: np.ndarray, before: np.ndarray | None = None) -> bytes:
    """Return a ``.1d`` file."""
    head = b"SORPATAD1.1V" + struct.pack("<5I", kind, data.size, 1, 1, 1)
    floats = data.astype(np.complex64).tobytes()
    return head + (b"" if before is None else before.astype("<f4").tobytes()) + floats


def test_spinsolves_own_spectrum_is_a_source(made: dict[str, Path], originals: ModuleType) -> None:
    """Its lowest ppm stands first, and each point's ppm in front."""
    folder, wanted = made["Spinsolve"], originals.spectrum()
    ppm = wanted.axis.all_ppm()
    low_first = spinsolve_1d(504, wanted.data[::-1], ppm[::-1])
    (folder / "spectrum.1d").write_bytes(low_first)
    text = (folder / "acqu.par").read_text()
    lowest_hz = wanted.axis.limits_ppm[1] * originals.SF_MHZ
    lines = [line for line in text.splitlines() if not line.startswith("lowestFrequency")]
    (folder / "acqu.par").write_text("\n".join([*lines, f"lowestFrequency = {lowest_hz}"]) + "\n")
    data = read(folder, source="spectrum")
    assert isinstance(data.data, Spectrum)
    assert np.allclose(data.data.axis.all_ppm(), ppm, atol=0.05 * wanted.axis.point_ppm)
    assert np.abs(data.data.data - wanted.data).max() < 1e-6 * np.abs(wanted.data).max()
    assert (data.source.notes, data.sources) == ((), ("fid", "spectrum"))
    assert read(folder).source.kind == "fid"
    assert read(folder / "spectrum.1d").source.kind == "spectrum"
    (folder / "spectrum.1d").write_bytes(spinsolve_1d(504, wanted.data[::-1], ppm[::-1] + 1))
    assert "do not fit acqu.par" in read(folder, source="spectrum").source.notes[0]
    (folder / "data.1d").unlink()
    assert read(folder).source.kind == "spectrum"


def test_spinsolve_data_without_times(made: dict[str, Path], originals: ModuleType) -> None:
    wanted = originals.fid().data
    (made["Spinsolve"] / "data.1d").write_bytes(spinsolve_1d(501, wanted))
    data = read(made["Spinsolve"]).data
    assert np.abs(data.data - wanted).max() < 1e-6 * np.abs(wanted).max()


def test_a_real_spinsolve_spectrum_is_the_transform_of_its_fid(shared_data: Path | None) -> None:
    if shared_data is None:
        return
    folder = shared_data / "spinsolve_1h"
    fid, spectrum = read(folder, source="fid").data, read(folder, source="spectrum").data
    assert isinstance(fid, Fid)
    numbers = fid.data.copy()
    numbers[0] /= 2
    ours = np.fft.fftshift(np.fft.fft(numbers, spectrum.axis.size))
    ppm = fid.axis.resized(spectrum.axis.size).all_ppm()
    top, other = int(np.abs(ours).argmax()), int(np.abs(spectrum.data).argmax())
    assert abs(ppm[top] - spectrum.axis.ppm(other)) < 0.1 * spectrum.axis.point_ppm
    place = spectrum.axis.point(ppm[1:])  # the first point is beyond the spectrum's
    assert np.allclose(place, np.arange(place.size), atol=0.1)
    scale = np.abs(ours).max() / np.abs(spectrum.data).max()
    assert np.abs(scale * spectrum.data[:-1] - ours[1:]).max() < 0.02 * np.abs(ours).max()


def test_nmrpipes_delay_is_taken_out(made: dict[str, Path]) -> None:
    header = bytearray(made["NMRPipe"].read_bytes())
    header[160:164] = struct.pack("<f", 3.5)
    made["NMRPipe"].write_bytes(header)
    data = read(made["NMRPipe"])
    assert isinstance(data.data, Fid)
    assert data.data.group_delay_points == 3.5


def changed(path: Path, at: int, new: bytes) -> Path:
    raw = bytearray(path.read_bytes())
    raw[at : at + len(new)] = new
    path.write_bytes(raw)
    return path


BINARY = [
    ("NMRPipe", 36, struct.pack("<f", 2), "2 dimensions"),
    ("NMRPipe", 396, struct.pack("<f", 1e9), "truncated or damaged"),
    ("NMRPipe", 396, struct.pack("<f", 3.5), "truncated or damaged"),
    ("NMRPipe", 400, struct.pack("<f", 0), "not set"),
    ("NMRPipe", 476, struct.pack("<f", np.nan), "header is damaged"),
    ("NMRPipe", 224, struct.pack("<f", 1), "truncated|real numbers"),
    ("Spinsolve", 16, struct.pack("<I", 1 << 31), "truncated or damaged"),
    ("Spinsolve", 20, struct.pack("<I", 7), "not 1D data"),
    ("Spinsolve", 12, struct.pack("<I", 7), "data of type 7"),
]


@pytest.mark.parametrize(("name", "at", "new", "why"), BINARY)
def test_headers_that_claim_too_much_are_refused(
    made: dict[str, Path], name: str, at: int, new: bytes, why: str
) -> None:
    path = made[name] / "data.1d" if name == "Spinsolve" else made[name]
    with pytest.raises(FormatError, match=why):
        read(changed(path, at, new))


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("NP=512", "NP=513", "not 513 rows|no END"),
        ("NP=512", "NP=100", "no END"),
        ("NP=512", "NP=99999999999", "missing or impossible"),
        ("SW=4000.0", "SW=nan", "missing or impossible"),
        ("TYPE=FID", "TYPE=FOO", "not FID or SPE"),
        ("TYPE=FID", "NI=4\nTYPE=FID", "two dimensions"),
        ("TYPE=FID", "FORMAT=BINARY\nTYPE=FID", "packed characters"),
        ("TYPE=FID", "FORMAT=BINARY\nPREC=DOUBLE\nTYPE=FID", "neither text nor packed"),
        ("DATA", "DATE", "without its line DATA"),
        ("END", "", "no END"),
    ],
)
def test_damaged_simpson_texts_are_refused(
    made: dict[str, Path], old: str, new: str, why: str
) -> None:
    path = made["SIMPSON"]
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(FormatError, match=why):
        read(path)


def top_ppm(data: DataSet) -> float:
    spectrum = data.spectrum()
    return float(spectrum.axis.ppm(int(np.abs(spectrum.trace).argmax())))


def test_real_files_have_their_lines_in_their_places(shared_data: Path | None) -> None:
    if shared_data is None:
        return
    menthol = read(shared_data / "bruker_1h_menthol" / "10")
    pipe = shared_data / "nmrpipe"
    for name in ("menthol.ft1", "menthol.fid"):
        point = menthol.data.axis.point_ppm
        assert top_ppm(read(pipe / name)) == pytest.approx(top_ppm(menthol), abs=1.1 * point)
    assert (
        np.abs(menthol.data.axis.all_ppm() - read(pipe / "menthol.ft1").data.axis.all_ppm()).max()
        < 0.1 * menthol.data.axis.point_ppm
    )
    assert top_ppm(read(shared_data / "spinsolve_1h")) == pytest.approx(2.71, abs=0.01)
    lines = read(shared_data / "simpson" / "three_lines.fid", sf_mhz=100.0)
    stored = read(shared_data / "simpson" / "three_lines.spe", sf_mhz=100.0)
    for data in (lines, stored):
        assert top_ppm(data) == pytest.approx(-40.0, abs=0.1)
