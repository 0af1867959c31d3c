"""Bruker data sets that are odd, broken or implausible: read as they are meant, or with a note."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nmrquanv.errors import FormatError
from nmrquanv.io import data_sets, read
from nmrquanv.spectra.recipe import Apodization, Baseline
from nmrquanv.spectra.spectrum import Fid, Spectrum

SetParameter = Callable[[Path, str, object], None]


def correlation(first: np.ndarray, second: np.ndarray) -> complex:
    return complex(np.vdot(first, second) / np.linalg.norm(first) / np.linalg.norm(second))


@pytest.mark.parametrize("length", [0, 4000, 4095, 4100])
def test_a_1r_that_does_not_fit_si_is_refused(expno: Path, length: int) -> None:
    path = expno / "pdata" / "1" / "1r"
    path.write_bytes((path.read_bytes() * 2)[:length])
    for where, source in ((expno, "1"), (path, None)):
        with pytest.raises(FormatError, match=rf"1r: .*SI = 1024.*the file has {length}"):
            read(where, source=source)


@pytest.mark.parametrize(
    ("file", "key", "value"),
    [
        ("procs", "SI", "0"),
        ("procs", "SI", "-5"),
        ("procs", "SI", "1e12"),
        ("procs", "SF", "1e-300"),
        ("procs", "SW_p", None),
        ("procs", "OFFSET", "inf"),
        ("procs", "NC_proc", "100000"),
        ("procs", "BYTORDP", "7"),
        ("procs", "DTYPP", "9"),
        ("acqus", "TD", "-8192"),
        ("acqus", "TD", "1e300"),
        ("acqus", "SFO1", None),
        ("acqus", "SW_h", "-1"),
        ("acqus", "BYTORDA", None),
        ("acqus", "AQ_mod", "17"),
    ],
)
def test_impossible_parameters_are_refused_with_file_and_name(
    expno: Path, set_parameter: SetParameter, file: str, key: str, value: str | None
) -> None:
    is_fid = file == "acqus"
    path = expno / "acqus" if is_fid else expno / "pdata" / "1" / "procs"
    set_parameter(path, key, value)
    with pytest.raises(FormatError) as caught:
        read(expno, source="fid" if is_fid else "1")
    assert str(expno) in str(caught.value)
    assert any(word in str(caught.value) for word in (key, "axis", "sf_mhz"))


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("SF", "0", "procs has no SF: 0 ppm is at BF1"),
        ("SF", "nan", "procs has no SF: 0 ppm is at BF1"),
        ("SF", None, "procs has no SF: 0 ppm is at BF1"),
        ("SF", "-500", "SF = -500 MHz of procs is far from SFO1: 0 ppm is at BF1"),
        ("LB", "none", "starting values are defaults"),
        ("SI", "1e300", "starting values are defaults"),
        ("PHC0", "<>", "starting values are defaults"),
    ],
)
def test_a_sound_fid_opens_whatever_procs_say(
    expno: Path, set_parameter: SetParameter, key: str, value: str | None, says: str
) -> None:
    wanted = read(expno, source="fid")
    set_parameter(expno / "pdata" / "1" / "procs", key, value)
    data = read(expno, source="fid")
    assert np.array_equal(data.data.data, wanted.data.data)
    assert any(says in note for note in data.source.notes)
    if key == "SF":  # as without procs
        (expno / "pdata" / "1" / "procs").unlink()
        assert data.data.axis == read(expno, source="fid").data.axis


@pytest.mark.parametrize("value", ["0", "nan", None, "-400.13"])
def test_a_1r_without_sf_has_its_hz_from_bf1_and_says_so(
    expno: Path, set_parameter: SetParameter, value: str | None
) -> None:
    wanted = read(expno, source="1")
    set_parameter(expno / "pdata" / "1" / "procs", "SF", value)
    data = read(expno, source="1")
    assert np.array_equal(data.data.data, wanted.data.data)
    assert data.data.axis.limits_ppm == pytest.approx(wanted.data.axis.limits_ppm, abs=1e-3)
    assert data.source.notes == (
        "procs has no SF: the ppm are from OFFSET and BF1, is the reference right?",
    )
    set_parameter(expno / "acqus", "BF1", None)
    with pytest.raises(FormatError, match=r"procs: .*SF"):
        read(expno, source="1")


def test_a_fid_without_acqus_is_refused_and_its_spectrum_is_not(expno: Path) -> None:
    (expno / "acqus").unlink()
    with pytest.raises(FormatError, match=r"acqus: the file is missing"):
        read(expno, source="fid")
    wanted = read(expno, source="1")
    assert wanted.source.notes == ("acqus is missing: solvent and pulse program are unknown",)
    (expno / "acqus").write_bytes(b"nothing")
    data = read(expno)
    assert data.data.axis == wanted.data.axis
    assert "acqus cannot be read" in data.source.notes[0]


def test_a_spectrum_on_its_own_does_without_acqus(expno: Path) -> None:
    for name in ("acqus", "acqu", "fid"):
        (expno / name).unlink()
    data = read(expno / "pdata" / "1")
    assert isinstance(data.data, Spectrum)
    assert "acqus is missing" in data.source.notes[0]


def test_a_spectrum_without_procs_is_refused(expno: Path) -> None:
    (expno / "pdata" / "1" / "procs").unlink()
    with pytest.raises(FormatError, match=r"procs: the file is missing"):
        read(expno, source="1")


@pytest.mark.parametrize("path", ["fid", "pdata/1/1r"])
def test_zeros_throughout_are_no_measurement(expno: Path, path: str) -> None:
    (expno / path).write_bytes(bytes((expno / path).stat().st_size))
    with pytest.raises(FormatError, match="only zeros"):
        read(expno / path)


def arrayed(expno: Path, set_parameter: SetParameter, td: int = 400) -> np.ndarray:
    """Make ``ser`` of three rows of the FID, each at a block of 1024 bytes; return the numbers."""
    numbers = np.fromfile(expno / "fid", "<i4")[:td]
    rows = np.zeros((3, 512), dtype="<i4")
    rows[:, :td] = numbers * np.array([1, -1, 2])[:, None] // 4
    rows.tofile(expno / "ser")
    (expno / "fid").unlink()
    (expno / "acqu2s").write_text("##$TD= 3\n")
    (expno / "vdlist").write_text("0.001\n0.5\n\n2\n")
    set_parameter(expno / "acqus", "TD", td)
    return rows[:, :td]


def test_rows_of_arrayed_data_are_offered_one_by_one(
    expno: Path, set_parameter: SetParameter
) -> None:
    scale = 2.0 ** float((expno / "acqus").read_text().split("##$NC= ")[1].split("\n")[0])
    rows = arrayed(expno, set_parameter)
    data = read(expno)
    assert data.source.kind == "row 1"
    assert data.sources == ("row 1", "row 2", "row 3", "1")
    assert "row 1 of 3 FIDs" in data.source.notes[0]
    for number, numbers in enumerate(rows):
        data = read(expno, source=f"row {number + 1}")
        assert isinstance(data.data, Fid)
        wanted = (numbers[0::2] - 1j * numbers[1::2]) * scale
        assert np.array_equal(data.data.data, wanted)
    assert "vdlist 2 s" in data.source.notes[0]
    assert read(expno, source="1").source.kind == "1"
    with pytest.raises(FormatError, match=r"no source 'row 4'.*row 1, row 2, row 3, 1$"):
        read(expno, source="row 4")


def test_two_dimensional_spectra_give_their_first_fid_or_are_refused(
    expno: Path, set_parameter: SetParameter
) -> None:
    arrayed(expno, set_parameter)
    (expno / "pdata" / "1" / "1r").rename(expno / "pdata" / "1" / "2rr")
    data = read(expno / "pdata" / "1")
    assert data.source.kind == "row 1"
    assert "PROCNO 1 holds no spectrum (1r): row 1 is shown" in data.source.notes[0]
    (expno / "ser").unlink()
    with pytest.raises(FormatError, match=r"two-dimensional.*pdata/1/2rr"):
        read(expno / "pdata" / "1")


def test_a_renamed_folder_is_still_bruker(expno: Path, tmp_path: Path) -> None:
    renamed = expno.rename(tmp_path / "menthol, crude.fid")
    assert read(renamed).source.format == "Bruker"


def test_read_only_copies_read_the_same(
    both_kinds: list[Path], copied: Callable[[Path], Path]
) -> None:
    folder = copied(both_kinds[-1])
    assert read(folder).source.sha256 == read(both_kinds[-1]).source.sha256


def test_a_broken_1r_does_not_hide_a_good_fid(expno: Path, set_parameter: SetParameter) -> None:
    """Nor a good PROCNO; what was asked for by name is refused all the same."""
    path = expno / "pdata" / "1" / "1r"
    path.write_bytes(b"")
    for opened in (expno, expno / "pdata" / "1", expno / "acqus"):
        data = read(opened)
        assert data.source.kind == "fid"
        assert "PROCNO 1 cannot be shown" in data.source.notes[0]
        assert data.source.notes[0].endswith("the FID is")
        assert data.sources == ("fid", "1")
    for opened, source in ((path, None), (expno, "1")):
        with pytest.raises(FormatError, match="truncated"):
            read(opened, source=source)


@pytest.mark.parametrize("with_acqus", [True, False])
def test_a_flat_folder_of_1r_and_procs_is_read(
    expno: Path, tmp_path: Path, with_acqus: bool
) -> None:
    wanted = read(expno)
    flat = tmp_path / "flat" / "menthol"
    flat.mkdir(parents=True)
    for name in ("1r", "1i", "procs"):
        shutil.copy(expno / "pdata" / "1" / name, flat)
    if with_acqus:
        shutil.copy(expno / "acqus", flat)
    for opened in (flat, flat / "1r", flat / "procs", flat.parent):
        data = read(opened)
        assert data.source.kind == "1"
        assert data.data.axis == wanted.data.axis
        assert np.array_equal(data.data.data, wanted.data.data)
        assert data.sample.nucleus == ("1H" if with_acqus else "")
    assert data_sets(flat.parent) == (str(flat),)


def processed_as_the_operator(folder: Path) -> Spectrum:
    data = read(folder, source="fid")
    return data.recipe.with_step(Baseline(is_on=False)).apply(data.data)


def test_a_spectrum_that_the_operator_turned_round_is_turned_round(
    expno: Path, set_parameter: SetParameter
) -> None:
    wanted = processed_as_the_operator(expno)
    numbers = np.fromfile(expno / "fid", "<i4")
    numbers[1::2] *= -1
    numbers.tofile(expno / "fid")
    set_parameter(expno / "pdata" / "1" / "procs", "REVERSE", "yes")
    assert np.allclose(processed_as_the_operator(expno).data, wanted.data)
    set_parameter(expno / "pdata" / "1" / "procs", "REVERSE", "no")
    assert not np.allclose(processed_as_the_operator(expno).data, wanted.data, rtol=0.1)


def test_a_delay_in_phc1_is_not_taken_out_twice(expno: Path, set_parameter: SetParameter) -> None:
    procs = expno / "pdata" / "1" / "procs"
    set_parameter(procs, "PHC1", 9.0)
    set_parameter(procs, "PKNL", "yes")
    wanted = processed_as_the_operator(expno)
    set_parameter(procs, "PKNL", "no")
    set_parameter(procs, "PHC1", 9.0 + 360 * 3.5)
    assert np.allclose(processed_as_the_operator(expno).data, wanted.data)
    assert "PKNL = no" in read(expno, source="fid").source.notes[0]
    set_parameter(procs, "PHC1", 9.0)
    assert np.allclose(processed_as_the_operator(expno).data, wanted.data)


@pytest.mark.parametrize("offset_of", ["sweep", "strip"])
@pytest.mark.parametrize("sweep_of", ["sweep", "strip"])
@pytest.mark.parametrize("first", [0, 256])
def test_a_strip_transform_keeps_its_lines_where_they_are(
    expno: Path, set_parameter: SetParameter, first: int, sweep_of: str, offset_of: str
) -> None:
    whole = read(expno).data
    folder = expno / "pdata" / "1"
    for name in ("1r", "1i"):
        np.fromfile(folder / name, "<i4")[first : first + 512].tofile(folder / name)
    strip = {"SI": 512, "STSI": 512, "STSR": first, "FTSIZE": 1024}
    if offset_of == "strip":
        strip["OFFSET"] = float(whole.axis.ppm(first))
    if sweep_of == "strip":
        strip["SW_p"] = whole.axis.sw_hz / 2
    for key, value in strip.items():
        set_parameter(folder / "procs", key, value)
    data = read(expno).data
    assert data.axis.limits_ppm == pytest.approx(
        (whole.axis.ppm(first), whole.axis.ppm(first + 511)), abs=1e-9
    )
    assert "strip transform" in " ".join(data.source.notes)
    assert np.array_equal(data.trace, whole.trace[first : first + 512])


def test_a_1r_in_the_time_domain_is_no_spectrum(expno: Path, set_parameter: SetParameter) -> None:
    set_parameter(expno / "pdata" / "1" / "procs", "FT_mod", 0)
    assert read(expno).source.kind == "fid"
    (expno / "fid").unlink()
    with pytest.raises(FormatError, match="holds the time domain"):
        read(expno)


def test_no_window_means_no_line_broadening(expno: Path, set_parameter: SetParameter) -> None:
    procs = expno / "pdata" / "1" / "procs"
    set_parameter(procs, "LB", 0.7)
    for window, lb_hz, is_noted in ((0, 0.0, False), (1, 0.7, False), (3, 0.3, True)):
        set_parameter(procs, "WDW", window)
        data = read(expno, source="fid")
        assert data.recipe.step(Apodization) == Apodization(lb_hz)
        assert any("window" in note for note in data.source.notes) == is_noted


@pytest.mark.parametrize(("mode", "bc_mod", "is_off"), [(1, 2, True), (1, 0, False), (3, 2, False)])
def test_the_offset_of_analogue_receivers_makes_no_line(
    expno: Path, set_parameter: SetParameter, mode: int, bc_mod: int, is_off: bool
) -> None:
    wanted = read(expno, source="fid").data.data
    numbers = np.fromfile(expno / "fid", "<i4")
    share = int(np.abs(numbers).max() // 50)
    (numbers + share).astype("<i4").tofile(expno / "fid")
    set_parameter(expno / "acqus", "AQ_mod", mode)
    set_parameter(expno / "pdata" / "1" / "procs", "BC_mod", bc_mod)
    left = np.abs((read(expno, source="fid").data.data - wanted).mean())
    whole = share * np.sqrt(2) * np.abs(wanted).max() / np.abs(numbers).max()
    assert (left < 0.2 * whole) == is_off


IMPLAUSIBLE = [
    ("fid", "procs", "SF", 500.4, "SF = 500.4 and BF1"),
    ("fid", "acqus", "SW_h", 2500.0, "SW x SFO1"),
    ("fid", "acqus", "O1", 9000.0, "BF1 + O1"),
    ("fid", "procs", "PHC1", 1e9, "no usual phase"),
    ("1", "procs", "SW_p", 2500.0, "SW_p = 2500 and SW_h = 9014"),
    ("1", "procs", "OFFSET", 19.0, "the transmitter at"),
    ("1", "procs", "AXNUC", "<13C>", "AXNUC"),
    ("1", "procs", "BYTORDP", 1, "byte order"),
    ("fid", "acqus", "BYTORDA", 1, "byte order"),
]


@pytest.mark.parametrize(("source", "file", "key", "value", "words"), IMPLAUSIBLE)
def test_what_does_not_fit_is_shown_with_a_note(
    examples: Path, copied: Callable[[Path], Path], set_parameter: SetParameter,
    source: str, file: str, key: str, value: object, words: str,
) -> None:  # fmt: skip
    folder = copied(examples / "bruker_1h_menthol" / "10")
    assert read(folder, source=source).source.notes == ()
    place = folder / "acqus" if file == "acqus" else folder / "pdata" / "1" / "procs"
    set_parameter(place, key, value)
    assert any(words in note for note in read(folder, source=source).source.notes)


def test_a_1i_of_another_size_is_not_used(expno: Path) -> None:
    """A damaged scale made every peak vanish in its noise."""
    wanted = read(expno).data.data
    path = expno / "pdata" / "1" / "1i"
    (np.fromfile(path, "<i4") // 10_000).astype("<i4").tofile(path)
    data = read(expno).data
    assert "1i is not of the same size as 1r" in data.source.notes[0]
    assert abs(correlation(data.data, wanted)) > 0.9999


@pytest.mark.parametrize(
    ("file", "key", "value"),
    [("procs", "SF", 1e9), ("procs", "SF", 1e-5), ("procs", "SW_p", 1e12), ("acqus", "SW_h", 1e9)],
)
def test_axes_that_no_magnet_has_are_refused(
    expno: Path, set_parameter: SetParameter, file: str, key: str, value: float
) -> None:
    is_fid = file == "acqus"
    set_parameter(expno / "acqus" if is_fid else expno / "pdata" / "1" / "procs", key, value)
    with pytest.raises(FormatError, match="impossible"):
        read(expno, source="fid" if is_fid else "1")


def test_real_data_are_read_without_a_doubt(examples: Path, shared_data: Path | None) -> None:
    for folder in {examples, shared_data or examples}:
        for path in data_sets(folder):
            try:
                notes = " ".join(read(path).source.notes)
            except FormatError:
                continue
            assert "do not fit" not in notes, path
            assert "unusual" not in notes, path
            assert "transmitter" not in notes, path
            assert "look as if" not in notes, path
