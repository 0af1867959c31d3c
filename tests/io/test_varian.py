"""Varian/Agilent folders: axis, starting values and their active flags, refusals."""

from __future__ import annotations

import shutil
import struct
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nmrquanv.errors import FormatError
from nmrquanv.io import data_sets, outline, read
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.multiplets.journal import is_decoupled
from nmrquanv.spectra.recipe import (
    Apodization,
    Baseline,
    Phase,
    ZeroFill,
)
from nmrquanv.spectra.spectrum import Fid
from nmrquanv.spectra.starting_recipe import fid_recipe

SW_HZ, POINTS = 4000.0, 256
Write = Callable[..., Path]


def line(hz: float, phase_deg: float = 0.0) -> np.ndarray:
    """One line ``hz`` above the transmitter's frequency, as VnmrJ stores it."""
    t_s = np.arange(POINTS) / SW_HZ
    return 1e4 * np.exp(1j * np.deg2rad(phase_deg) - (2j * np.pi * hz + 30) * t_s)


def top_ppm(data: DataSet) -> float:
    assert isinstance(data.data, Fid)
    spectrum = fid_recipe(data.data, si=1 << 15).with_step(Baseline(is_on=False)).apply(data.data)
    return float(spectrum.axis.ppm(int(np.abs(spectrum.data).argmax())))


def test_ppm_count_from_reffrq_rfl_and_rfp(varian: Write) -> None:
    """The right edge lies rfp - rfl Hz from 0 ppm, the transmitter half a sweep above it."""
    data = read(varian(line(800.0), rfl=1000.0, rfp=400.0))
    assert top_ppm(data) == pytest.approx((-1000 + 400 + 2000 + 800) / 399.9, abs=1e-3)
    assert data.source.notes == ()
    assert data.data.axis.sf_mhz == 399.9


@pytest.mark.parametrize("changes", [{"reffrq": None, "rfl": None}, {"inactive": ("rfl",)}])
def test_without_a_reference_sfrq_and_tof_say_where_zero_is(varian: Write, changes: dict) -> None:
    data = read(varian(line(800.0), **changes))
    sf_mhz = 399.9008 - 250e-6
    assert top_ppm(data) == pytest.approx((250 + 800) / sf_mhz, abs=1e-3)
    assert "sfrq and tof" in data.source.notes[0]


@pytest.mark.parametrize("fraction", [0.1, 0.5, 0.85])
def test_rp_and_lp_phase_every_line(varian: Write, fraction: float) -> None:
    """``fraction`` is from the right edge, where the phase is rp; at the left it is rp + lp."""
    hz = (fraction - 0.5) * SW_HZ
    data = read(varian(line(hz, 30.0 - 12.0 * fraction)))
    phase = data.recipe.step(Phase)
    assert phase is not None
    assert phase.mode == "manual"
    assert isinstance(data.data, Fid)
    recipe = fid_recipe(
        data.data, lb_hz=0, si=1 << 14, ph0_deg=phase.ph0_deg, ph1_deg=phase.ph1_deg
    )
    spectrum = recipe.with_step(Baseline(is_on=False)).apply(data.data)
    assert np.angle(spectrum.data[np.abs(spectrum.data).argmax()], deg=True) == pytest.approx(
        0, abs=1.0
    )


def test_starting_values_count_only_where_active(varian: Write) -> None:
    active = read(varian(line(0))).recipe
    assert active.step(Apodization) == Apodization(0.7)
    assert active.step(ZeroFill) == ZeroFill(1024)
    folder = varian(line(0), inactive=("rp", "lp", "lb", "fn", "lsfid"), lsfid=5)
    asleep = read(folder)
    assert asleep.recipe.step(Apodization) == Apodization(0.3)
    assert asleep.recipe.step(ZeroFill) == ZeroFill(2 * POINTS)
    phase = asleep.recipe.step(Phase)
    assert phase is not None
    assert phase.mode == "automatic"
    assert asleep.data.data.size == POINTS


def test_lsfid_shifts_the_fid(varian: Write) -> None:
    data = line(300.0)
    shifted = read(varian(data, lsfid=3))
    assert np.allclose(shifted.data.data, data[3:], rtol=1e-5)
    assert "lsfid = 3" in shifted.source.notes[0]
    back = read(varian(data, lsfid=-2)).data.data
    assert back.size == POINTS + 2
    assert not back[:2].any()


@pytest.mark.parametrize("kind", ["f4", "i4", "i2"])
def test_every_number_type_reads_as_nmrglue_does(varian: Write, kind: str) -> None:
    import nmrglue

    folder = varian(line(300.0), kind)
    _, theirs = nmrglue.varian.read(str(folder))
    assert np.array_equal(read(folder).data.data, theirs)
    assert np.allclose(theirs, line(300.0), atol=1.5)


def test_an_outline_says_what_the_data_set_will_be(varian: Write, shared_data: Path | None) -> None:
    folders = [varian(line(300.0))]
    folders += sorted(shared_data.glob("varian_*.fid")) if shared_data else []
    for folder in folders:
        said, data = outline(folder), read(folder)
        assert (said.axis, said.sample, said.recipe) == (data.data.axis, data.sample, data.recipe)
        assert said.source == data.source


@pytest.mark.parametrize("damage", ["one line less", "no quotes", "cp1252", "count"])
def test_a_procpar_that_stops_nmrglue_is_read_where_it_is_whole(varian: Write, damage: str) -> None:
    folder = varian(line(300.0))
    wanted = read(folder)
    lines = (folder / "procpar").read_text().split("\n")
    if damage == "one line less":
        del lines[-2]
    elif damage == "no quotes":
        lines = [text.replace('"', "") for text in lines]
    elif damage == "count":
        lines = [text.replace('1 "', '999999999 "') for text in lines]
    else:
        lines += ["who 2 2 8 0 0 2 1 8 1 64", '1 "M\xfcller"', "0 "]
    (folder / "procpar").write_bytes("\n".join(lines).encode("cp1252"))
    got = read(folder)
    assert got.data.axis == wanted.data.axis
    assert (got.sample, got.recipe) == (wanted.sample, wanted.recipe)


@pytest.mark.measures_time
def test_an_odd_count_and_further_bytes_do_not_matter(varian: Write) -> None:
    """nmrglue 0.12 cannot pair an odd count; what follows the block is neither read nor hashed."""
    folder = varian(line(300.0))
    wanted = read(folder)
    with (folder / "fid").open("ab") as stream:
        stream.truncate(100 << 30)
    started = time.process_time()
    assert read(folder).source == wanted.source
    assert time.process_time() - started < 1
    with (folder / "fid").open("rb") as stream:
        raw = stream.read(2108)
    odd = struct.pack(">6i2hi", 1, 1, 511, 4, 2044, 2072, 0, 0x19, 1)
    (folder / "fid").write_bytes(odd + raw[32:])
    assert np.array_equal(read(folder).data.data, wanted.data.data[:255])


def test_sample_is_described(varian: Write) -> None:
    sample = read(varian(line(0))).sample
    assert (sample.nucleus, sample.solvent) == ("1H", "cdcl3")
    assert (sample.title, sample.pulse_program) == ("a sample from Zürich", "s2pul")


def test_any_file_inside_and_any_name_of_the_folder_will_do(varian: Write, tmp_path: Path) -> None:
    folder = varian(line(0)).rename(tmp_path / "renamed")
    for inside in ("", "fid", "procpar", "text"):
        assert read(folder / inside, source="fid").source.format == "Varian/Agilent"
    with pytest.raises(FormatError, match="its only source is fid"):
        read(folder, source="1")


def test_a_missing_procpar_or_fid_is_named(varian: Write) -> None:
    folder = varian(line(0))
    (folder / "procpar").rename(folder / "saved")
    for path in (folder, folder / "fid"):
        with pytest.raises(FormatError, match="without its procpar"):
            read(path)
    (folder / "saved").rename(folder / "procpar")
    (folder / "fid").unlink()
    with pytest.raises(FormatError, match="procpar without the file fid"):
        read(folder)


@pytest.mark.parametrize("length", [0, 20, 60, 2107])
def test_a_truncated_fid_is_refused(varian: Write, length: int) -> None:
    folder = varian(line(0))
    raw = (folder / "fid").read_bytes()
    assert len(raw) == 2108
    (folder / "fid").write_bytes(raw[:length])
    with pytest.raises(FormatError, match="truncated"):
        read(folder)


@pytest.mark.parametrize("name", ["fn", "lb", "rp", "lp"])
@pytest.mark.parametrize("value", ["nan", "x", ""])
def test_a_sound_fid_opens_whatever_was_processed(varian: Write, name: str, value: str) -> None:
    wanted = read(varian(line(800.0)))
    data = read(varian(line(800.0), **{name: value}))
    assert np.array_equal(data.data.data, wanted.data.data)
    assert data.data.axis == wanted.data.axis
    (note,) = data.source.notes
    assert note.startswith("starting values are defaults")
    assert f"{name} = " in note


def test_whole_numbers_in_the_other_order_of_bytes_are_told(varian: Write) -> None:
    rng = np.random.default_rng(1)
    numbers = 1e5 * (rng.normal(size=1024) + 1j * rng.normal(size=1024))
    folder = varian(numbers, kind="i4", np=2048)
    assert not any("byte order" in note for note in read(folder).source.notes)
    raw = (folder / "fid").read_bytes()
    turned = np.frombuffer(raw[60:], ">i4").astype("<i4").tobytes()
    (folder / "fid").write_bytes(raw[:60] + turned)
    assert any("byte order" in note for note in read(folder).source.notes)


def test_arrayed_data_are_refused(varian: Write) -> None:
    with pytest.raises(FormatError, match=r"arrayed.*\(4 FIDs"):
        read(varian(line(0), arraydim=4))


def test_rows_of_an_array_are_offered_one_by_one(varian: Write) -> None:
    folder = varian(line(300.0), arraydim=3)
    raw = (folder / "fid").read_bytes()
    header = struct.pack(">6i2hi", 3, *struct.unpack(">6i2hi", raw[:32])[1:])
    block = np.frombuffer(raw[60:], ">f4")
    blocks = [raw[32:60] + (block * factor).astype(">f4").tobytes() for factor in (1, 2, 4)]
    (folder / "fid").write_bytes(header + b"".join(blocks))
    first = read(folder)
    assert first.source.kind == "row 1"
    assert first.sources == ("row 1", "row 2", "row 3")
    assert "row 1 of 3 FIDs" in first.source.notes[0]
    assert np.array_equal(read(folder, source="row 3").data.data, 4 * first.data.data)
    with pytest.raises(FormatError, match="no source 'row 4': choose one of row 1, row 2"):
        read(folder, source="row 4")
    (folder / "fid").write_bytes(header + b"".join(blocks)[:-9])
    with pytest.raises(FormatError, match="truncated: the header says 6260 bytes"):
        read(folder)


@pytest.mark.parametrize("values", [{"sw": 0}, {"sw": "x"}, {"sfrq": None}, {"reffrq": 1e-9}])
def test_impossible_parameters_are_refused(varian: Write, values: dict) -> None:
    with pytest.raises(FormatError, match="procpar: "):
        read(varian(line(0), **values))


def test_samples_stand_upright_with_chloroform_in_its_place(
    shared_data: Path | None, varian: Write
) -> None:
    """On real samples where they are there, else on a line at 7.26 ppm (rp + lp f = 18.1)."""
    hz = 7.26 * 399.9 - 1000.0
    folders = [varian(line(hz, 30.0 - 12.0 * (0.5 + hz / SW_HZ)))]
    if shared_data is not None:
        folders += [shared_data / f"varian_1h_{n}.fid" for n in ("ethylindanone", "azithromycin")]
    for folder in folders:
        data = read(folder)
        spectrum = data.recipe.with_step(Baseline(is_on=False)).apply(data.data)
        assert spectrum.trace.min() > -0.02 * spectrum.trace.max()
        here = spectrum.axis.span(7.32, 7.20)
        top = here.start + int(spectrum.trace[here].argmax())
        assert spectrum.axis.ppm(top) == pytest.approx(7.265, abs=0.015)


def test_before_reffrq_rfl_and_rfp_counted_from_sfrq(varian: Write) -> None:
    data = read(varian(line(800.0), reffrq=None, rfl=1000.0, rfp=400.0))
    assert top_ppm(data) == pytest.approx((-1000 + 400 + 2000 + 800) / 399.9008, abs=1e-3)
    assert data.source.notes == ("reffrq is not set: the ppm axis is from rfl, rfp and sfrq",)


def test_a_header_without_the_data_bit_is_read(varian: Write) -> None:
    folder = varian(line(300.0), "i4")
    wanted = read(folder)
    raw = bytearray((folder / "fid").read_bytes())
    raw[26:28] = struct.pack(">H", 0x4104)
    (folder / "fid").write_bytes(raw)
    assert np.array_equal(read(folder).data.data, wanted.data.data)


def test_a_procpar_alone_is_not_counted_as_a_data_set(varian: Write, tmp_path: Path) -> None:
    folder = varian(line(0.0))
    study = tmp_path / "sample_01"
    (study / "dirinfo" / "parlib" / "PROTON_01.par").mkdir(parents=True)
    shutil.copy(folder / "procpar", study / "dirinfo" / "parlib" / "PROTON_01.par")
    folder.rename(study / "PROTON_01.fid")
    assert data_sets(study) == (str(study / "PROTON_01.fid"),)
    assert isinstance(read(study).data, Fid)
    with pytest.raises(FormatError, match="procpar without the file fid"):
        read(study / "dirinfo" / "parlib" / "PROTON_01.par")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"np": 1024}, "np of procpar = 1024"),
        ({"at": 0.1}, "at = 0.1"),
        ({"rfl": 3500.0}, "the transmitter at"),
        ({"reffrq": 380.0}, "reffrq = 380"),
        ({"sw": 10.0}, "unusually narrow"),
        ({"reffrq": 39.99, "rfl": 14000.0}, "beyond what is usual for 1H"),
    ],
)
def test_what_does_not_fit_is_shown_with_a_note(varian: Write, values: dict, words: str) -> None:
    assert read(varian(line(0.0), at=0.064)).source.notes == ()
    notes = read(varian(line(0.0), **values)).source.notes
    assert any(words in note for note in notes), notes


@pytest.mark.parametrize("values", [{"sw": 1e9}, {"sfrq": 1e9, "reffrq": 1e9}])
def test_axes_that_no_magnet_has_are_refused(varian: Write, values: dict) -> None:
    with pytest.raises(FormatError, match="impossible"):
        read(varian(line(0.0), **values))


def arrayed(folder: Path, count: int, **entries: str) -> Path:
    """Make a data set one of several FIDs; entries are written as procpar has them."""
    raw = (folder / "fid").read_bytes()
    header = struct.pack(">6i2hi", count, *struct.unpack(">6i2hi", raw[:32])[1:])
    (folder / "fid").write_bytes(header + raw[32:] * count)
    text = (folder / "procpar").read_text()
    (folder / "procpar").write_text(text + "".join(entries.values()))
    return folder


D2 = "d2 3 1 1e9 -1e9 0 2 1 0 1 64\n3 0 0.5 2 \n0 \n"
DOF = "dof 5 1 1e9 -1e9 0 2 1 0 1 64\n2 10 -20 \n0 \n"
PW = "pw 6 1 1e9 -1e9 0 2 1 0 1 64\n2 5 10 \n0 \n"


@pytest.mark.parametrize(
    ("array", "count", "row", "said"),
    [
        ("d2", 3, 2, "arrayed: d2 = 0.5 s"),
        ("d2,pw", 6, 4, "arrayed: d2 = 0.5 s, pw = 10 µs"),  # the last the fastest
        ("(d2,pw)", 2, 2, "arrayed: d2 = 0.5 s, pw = 10 µs"),  # both together
        ("dof", 2, 2, "arrayed: dof = -20"),  # whose unit the file does not say
        ("gzlvl1", 3, 2, "arrayed: gzlvl1"),  # without its values the name alone
        ("d2", 6, 6, "arrayed: d2"),  # more FIDs than values
    ],
)
def test_a_row_says_what_was_arrayed(
    varian: Write, array: str, count: int, row: int, said: str
) -> None:
    named = f'array 2 2 8 0 0 2 1 8 1 64\n1 "{array}" \n0 \n'
    folder = arrayed(varian(line(300.0), arraydim=count), count, a=named, d=D2, p=PW, o=DOF)
    assert read(folder, source=f"row {row}").source.notes[0].endswith(f"({said})")


@pytest.mark.parametrize(
    ("dm", "dn", "is_off"),
    [("yyy", "H1", False), ("nny", "H1", False), ("nnn", "H1", True), ("yyn", "H1", True),
     ("yyy", "F19", True)],
)  # fmt: skip
def test_the_decoupler_of_protons_is_told_and_printed(
    varian: Write, dm: str, dn: str, is_off: bool
) -> None:
    folder = varian(line(0))
    text = (folder / "procpar").read_text().replace('1 "H1"', '1 "C13"')
    for name, value in (("dm", dm), ("dn", dn)):
        text += f'{name} 2 2 8 0 0 2 1 8 1 64\n1 "{value}" \n0 \n'
    (folder / "procpar").write_text(text)
    sample = read(folder).sample
    assert sample.nucleus == "13C"
    assert sample.pulse_program.startswith("s2pul")
    assert is_decoupled(sample.nucleus, sample.pulse_program) is not is_off
