"""JEOL Delta: FIDs come out phased with the right sign, spectra as they are; damage is refused."""

from __future__ import annotations

import struct
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from nmrquanv.errors import FormatError
from nmrquanv.io import data_sets, outline, read
from nmrquanv.spectra.recipe import Baseline
from nmrquanv.spectra.spectrum import Fid, Spectrum


@pytest.fixture
def parameters(originals: ModuleType) -> dict[str, object]:
    return originals.jeol_parameters()


@pytest.fixture
def path(originals: ModuleType, tmp_path: Path) -> Path:
    originals._jeol(tmp_path / "jeol")
    return tmp_path / "jeol" / "a.jdf"


def test_a_fid_is_read_with_its_axis_and_sample(path: Path, originals: ModuleType) -> None:
    wanted = originals.fid()
    data = read(path)
    assert isinstance(data.data, Fid)
    assert np.allclose(data.data.data, wanted.data)
    assert data.data.axis.limits_ppm == pytest.approx(wanted.axis.limits_ppm)
    assert (data.sample.nucleus, data.sample.solvent) == ("1H", "CDCl3")
    assert (data.sample.title, data.sample.pulse_program) == ("lines", "single_pulse")
    assert data.source.notes == ()
    assert data.sources == ("fid",)
    assert outline(path).source == data.source
    assert data_sets(path.parent) == (str(path),)
    with pytest.raises(FormatError, match="its only source is fid"):
        read(path, source="1")


def test_nmrglue_reads_the_same_numbers_and_parameters(path: Path) -> None:
    import nmrglue

    known, theirs = nmrglue.jeol.read(str(path))
    assert np.array_equal(read(path).data.data, np.conj(theirs))
    assert known["parameters"]["x_sweep"] == read(path).data.axis.sw_hz


def test_big_endian_files_are_the_same(
    tmp_path: Path, path: Path, originals: ModuleType, parameters: dict[str, object]
) -> None:
    import nmrglue

    wanted = read(path)
    turned = tmp_path / "turned.jdf"
    data = originals.fid().data.conj()
    turned.write_bytes(originals.jdf(data, parameters, is_fid=True, title="lines", order=">"))
    assert turned.read_bytes() != path.read_bytes()
    found = read(turned)
    assert np.array_equal(found.data.data, wanted.data.data)
    assert (found.data.axis, found.sample) == (wanted.data.axis, wanted.sample)
    assert found.data.group_delay_points == wanted.data.group_delay_points
    assert np.array_equal(found.data.data, np.conj(nmrglue.jeol.read(str(turned))[1]))


def test_a_header_in_the_other_order_is_refused_as_such(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[:8] = b"RMN.LEOJ"
    raw[176:208] = struct.pack("<8I", *struct.unpack_from(">8I", raw, 176))
    path.write_bytes(raw)
    with pytest.raises(FormatError, match="other order of bytes"):
        read(path)


@pytest.mark.parametrize(
    ("orders", "factors", "points"),
    [("2 54 73", "8  2", 19.65625), ("1 101", "4", 12.5), ("2 9 5", "4  2", 1.5)],
)
def test_the_filters_delay_is_from_orders_and_factors(
    tmp_path: Path, originals: ModuleType, parameters: dict[str, object],
    orders: str, factors: str, points: float,
) -> None:  # fmt: skip
    """Measured on a real FID: 19.65625 points take out its first-order phase."""
    parameters |= {"orders": orders, "factors": factors}
    path = tmp_path / "a.jdf"
    path.write_bytes(originals.jdf(originals.fid().data, parameters, is_fid=True, title="x"))
    assert read(path).data.group_delay_points == points
    parameters["digital_filter"] = "FALSE"
    path.write_bytes(originals.jdf(originals.fid().data, parameters, is_fid=True, title="x"))
    assert read(path).data.group_delay_points == 0
    parameters |= {"digital_filter": "TRUE", "orders": "3 5"}
    path.write_bytes(originals.jdf(originals.fid().data, parameters, is_fid=True, title="x"))
    assert "delay is unknown" in read(path).source.notes[0]


def test_a_processed_file_is_a_spectrum_already(tmp_path: Path, originals: ModuleType) -> None:
    originals._jeol_spectrum(tmp_path / "jeol")
    data = read(tmp_path / "jeol" / "a.jdf")
    wanted = originals.spectrum()
    assert isinstance(data.data, Spectrum)
    assert data.sources == ("spectrum",)
    assert data.data.axis.limits_ppm[0] == pytest.approx(wanted.axis.offset_ppm, abs=0.01)
    assert np.allclose(data.data.data, wanted.data)


@pytest.mark.parametrize(
    ("name", "nucleus"), [("Carbon13", "13C"), ("1H", "1H"), ("Fluorine19", "19F")]
)
def test_nuclei_have_their_usual_names(
    tmp_path: Path, originals: ModuleType, parameters: dict[str, object], name: str, nucleus: str
) -> None:
    parameters["x_domain"] = name
    path = tmp_path / "a.jdf"
    path.write_bytes(originals.jdf(originals.fid().data, parameters, is_fid=True, title="x"))
    assert read(path).sample.nucleus == nucleus


DAMAGE = [
    (12, b"\2", "of 2 dimensions"),
    (176, struct.pack(">I", 1 << 30), "no size of a spectrum"),
    (176, struct.pack(">I", 4000), "truncated"),
    (180, struct.pack(">I", 1 << 31), "dimensions"),
    (240, struct.pack(">I", 9999), "no size of a spectrum"),
    (8, b"\7", "an unknown kind"),
    (24, b"\1", "FID of real numbers"),
    (33, b"\x0d", "neither seconds nor ppm"),
    (1284, b"\xff\xff\xff\xff", "truncated"),
    (1212, b"\xff\xff\xff\xff", "parameters are claimed"),
    (1360 + 8, b"\xff\xff\xff\x7f", "parameters are claimed"),
]


@pytest.mark.parametrize(("at", "new", "why"), DAMAGE)
def test_damaged_headers_are_refused(path: Path, at: int, new: bytes, why: str) -> None:
    raw = bytearray(path.read_bytes())
    raw[at : at + len(new)] = new
    path.write_bytes(raw)
    with pytest.raises(FormatError, match=why):
        read(path)


@pytest.mark.parametrize("at", [48, 408, 424, 552, 680, 808, 1000])  # title, place, authors ...
@pytest.mark.parametrize(
    ("text", "read_as"),
    [("L\u00f6sung".encode("cp1252"), "L\u00f6sung"), ("L\u00f6sung".encode(), "L\u00f6sung"),
     ("\u8a66\u6599".encode("shift_jis"), "")],
)  # fmt: skip
def test_a_text_in_any_encoding_damages_nothing(
    path: Path, at: int, text: bytes, read_as: str
) -> None:
    wanted = read(path)
    raw = bytearray(path.read_bytes())
    raw[at : at + len(text) + 1] = text + b"\0"
    path.write_bytes(raw)
    data = read(path)
    assert np.array_equal(data.data.data, wanted.data.data)
    assert data.data.axis == wanted.data.axis
    if at == 48 and read_as:
        assert data.sample.title == read_as


def test_a_text_whose_unit_has_a_power_is_a_text_all_the_same(path: Path) -> None:
    """nmrglue repeats it 10^9 times, or takes it for damaged."""
    wanted, raw = read(path), bytearray(path.read_bytes())
    at = raw.index(b"solvent\0") - 36
    for power in (-3, 9):
        struct.pack_into("<h", raw, at + 4, power)
        path.write_bytes(raw)
        data = read(path)
        assert data.sample.solvent == "CDCl3"
        assert np.array_equal(data.data.data, wanted.data.data)


DOUBTFUL = [
    ("_jeol_spectrum", 240, struct.pack(">I", 300), "points between their ends"),
    ("_jeol_spectrum", 272, struct.pack(">d", 0.0), "points between their ends"),
    ("_jeol_spectrum", 33, bytes([28]), "the FID lasts -"),
    ("_jeol", 336, struct.pack(">d", 0.0), "the FID lasts 0 s"),
    ("_jeol", 336, struct.pack(">d", float("nan")), "the FID lasts nan s"),
    ("_jeol", 240, struct.pack(">I", 300), "the points over their time"),
]


@pytest.mark.parametrize(("maker", "at", "new", "says"), DOUBTFUL)
def test_an_axis_that_the_header_contradicts_is_told(
    tmp_path: Path, originals: ModuleType, maker: str, at: int, new: bytes, says: str
) -> None:
    getattr(originals, maker)(tmp_path / "jeol")
    path = tmp_path / "jeol" / "a.jdf"
    assert not any(says in note for note in read(path).source.notes)
    raw = bytearray(path.read_bytes())
    raw[at : at + len(new)] = new
    path.write_bytes(raw)
    assert any(says in note for note in read(path).source.notes)


def test_a_digital_filter_without_its_stages_is_told(
    path: Path, originals: ModuleType, parameters: dict[str, object]
) -> None:
    del parameters["orders"]
    path.write_bytes(originals.jdf(originals.fid().data, parameters, is_fid=True, title="x"))
    assert "delay is unknown" in read(path).source.notes[0]
    parameters["digital_filter"] = "FALSE"
    path.write_bytes(originals.jdf(originals.fid().data, parameters, is_fid=True, title="x"))
    assert read(path).source.notes == ()


def test_real_files_agree_with_their_makers_own_processing(shared_data: Path | None) -> None:
    if shared_data is None:
        return
    data = read(shared_data / "jeol" / "rutin-1h.jdf")
    spectrum = data.recipe.with_step(Baseline(is_on=False)).apply(data.data)
    theirs = read(shared_data / "jeol" / "rutin-1h-processed-by-jeol.jdx").data
    tops = [float(s.axis.ppm(int(s.trace.argmax()))) for s in (spectrum, theirs)]
    assert tops[0] == pytest.approx(tops[1], abs=0.001)
    assert spectrum.trace.min() > -0.02 * spectrum.trace.max()
    stored = read(shared_data / "odd" / "jeol_processed_209715pts.jdf").data
    here = stored.axis.span(2.6, 2.4)
    top = here.start + int(stored.data.real[here].argmax())
    assert stored.axis.ppm(top) == pytest.approx(2.462, abs=0.005)
    assert not any("do not fit" in note for d in (data, stored) for note in d.source.notes)
