"""Bruker data sets: both sources, every kind of numbers, the choice of source, refusals."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nmrquanv.errors import FormatError
from nmrquanv.io import outline, read
from nmrquanv.spectra.recipe import Apodization, Baseline, Phase, ZeroFill
from nmrquanv.spectra.spectrum import Fid, Spectrum

SetParameter = Callable[[Path, str, object], None]


def correlation(first: np.ndarray, second: np.ndarray) -> complex:
    return complex(np.vdot(first, second) / np.linalg.norm(first) / np.linalg.norm(second))


def test_our_transform_of_the_fid_is_topspins_spectrum(both_kinds: list[Path]) -> None:
    for folder in both_kinds:
        fid, stored = read(folder, source="fid"), read(folder, source="1")
        assert isinstance(fid.data, Fid)
        ours = fid.recipe.with_step(Baseline(is_on=False)).apply(fid.data)
        likeness = correlation(ours.data, stored.data.data)
        assert abs(likeness) >= 0.999, folder
        assert abs(np.angle(likeness, deg=True)) < 1, folder
        for point in (0, ours.axis.size - 1):
            there = stored.data.axis.point(float(ours.axis.ppm(point)))
            assert there == pytest.approx(point, abs=0.1), folder


def test_numbers_are_those_that_nmrglue_reads(both_kinds: list[Path]) -> None:
    import nmrglue

    folder = both_kinds[0]
    parameters, raw = nmrglue.bruker.read(str(folder), read_pulseprogram=False)
    fid = read(folder, source="fid").data.data
    assert np.array_equal(fid, np.conj(raw) * 2.0 ** parameters["acqus"]["NC"])
    _, (real, imaginary) = nmrglue.bruker.read_pdata(
        str(folder / "pdata" / "1"), all_components=True
    )
    assert np.array_equal(read(folder, source="1").data.data, real + 1j * imaginary)


def test_zero_ppm_is_at_sf_not_at_bf1(expno: Path, set_parameter: SetParameter) -> None:
    before = read(expno, source="fid").data
    sf_mhz = before.axis.sf_mhz + 40e-6
    for name in ("SF",):
        set_parameter(expno / "pdata" / "1" / "procs", name, repr(sf_mhz))
    after = read(expno, source="fid").data
    assert after.axis.sf_mhz == sf_mhz
    moved_hz = (before.axis.offset_ppm - after.axis.offset_ppm) * sf_mhz
    assert moved_hz == pytest.approx(40, abs=1e-2)


def test_spectrum_knows_its_axis_sample_and_time_points(expno: Path, small_fid: Fid) -> None:
    spectrum = read(expno).data
    assert isinstance(spectrum, Spectrum)
    assert spectrum.axis.limits_ppm == pytest.approx(small_fid.axis.resized(1024).limits_ppm)
    assert (spectrum.sample.nucleus, spectrum.sample.solvent) == ("1H", "CDCl3")
    assert (spectrum.sample.title, spectrum.sample.pulse_program) == ("three lines", "zg30")
    assert spectrum.time_points == 256
    assert spectrum.source.kind == "1"
    assert spectrum.source.sha256 is not None
    assert spectrum.source.notes == ()


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("kind", [0, 2])
def test_every_byte_order_and_number_type_reads_the_same(
    expno: Path, set_parameter: SetParameter, order: int, kind: int
) -> None:
    wanted = [read(expno, source=source).data.data for source in ("fid", "1")]
    dtype = "<>"[order] + {0: "i4", 2: "f8"}[kind]
    processed = expno / "pdata" / "1"
    for path in (expno / "fid", processed / "1r", processed / "1i"):
        np.fromfile(path, "<i4").astype(dtype).tofile(path)
    for path, letter in ((expno / "acqus", "A"), (processed / "procs", "P")):
        set_parameter(path, f"BYTORD{letter}", order)
        set_parameter(path, f"DTYP{letter}", kind)
    for source, values in zip(("fid", "1"), wanted, strict=True):
        assert np.array_equal(read(expno, source=source).data.data, values)


def test_missing_1i_is_made_by_hilbert_transform_and_said(expno: Path) -> None:
    wanted = read(expno).data.data
    (expno / "pdata" / "1" / "1i").unlink()
    spectrum = read(expno).data
    assert "1i is missing" in spectrum.source.notes[0]
    assert abs(correlation(spectrum.data, wanted)) > 0.9999
    assert np.array_equal(spectrum.data.real, wanted.real)


def test_operators_processing_is_where_the_fid_starts(
    expno: Path, set_parameter: SetParameter
) -> None:
    procs = expno / "pdata" / "1" / "procs"
    for key, value in {"PHC0": -88.5, "PHC1": 12.25, "LB": 0.4, "SI": 512}.items():
        set_parameter(procs, key, value)
    recipe = read(expno, source="fid").recipe
    assert recipe.step(Phase) == Phase("manual", -88.5, 12.25)
    assert recipe.step(Apodization) == Apodization(0.4)
    assert recipe.step(ZeroFill) == ZeroFill(512)


@pytest.mark.parametrize(
    ("said", "is_magnitude"), [("0", 0), ("1", 0), ("2", 1), ("3", 1), ("pk", 0), ("mc", 1)]
)
def test_the_operators_magnitudes_are_known_as_such(
    expno: Path, set_parameter: SetParameter, said: str, is_magnitude: int
) -> None:
    set_parameter(expno / "pdata" / "1" / "procs", "PH_mod", said)
    assert read(expno).data.is_magnitude == bool(is_magnitude)


def test_a_fid_that_was_never_processed_is_phased_automatically(expno: Path) -> None:
    shutil.rmtree(expno / "pdata")
    data = read(expno)
    phase = data.recipe.step(Phase)
    assert phase is not None
    assert phase.mode == "automatic"
    assert any("BF1" in note for note in data.source.notes)
    assert data.sources == ("fid",)


def test_the_fid_starts_from_the_newest_or_the_opened_procno(
    expno: Path, set_parameter: SetParameter, tmp_path: Path
) -> None:
    """Also where the EXPNO has the number of another PROCNO."""
    second_procno(expno)
    for number, ph0_deg in (("1", 10.0), ("2", 20.0)):
        set_parameter(expno / "pdata" / number / "procs", "PHC0", ph0_deg)
    folder = expno.rename(tmp_path / "1")
    for opened, ph0_deg in (("", 20.0), ("fid", 20.0), ("pdata/1", 10.0), ("pdata/2/1r", 20.0)):
        phase = read(folder / opened, source="fid").recipe.step(Phase)
        assert phase == Phase("manual", ph0_deg, 0.0), opened


@pytest.mark.parametrize(("lb", "si"), [("-3", "0"), ("1e9", "-4"), ("0.3", "1e15")])
def test_unusable_starting_values_become_defaults_and_are_noted(
    expno: Path, set_parameter: SetParameter, lb: str, si: str
) -> None:
    procs = expno / "pdata" / "1" / "procs"
    set_parameter(procs, "LB", lb)
    set_parameter(procs, "SI", si)
    data = read(expno, source="fid")
    assert any("SI = " in note for note in data.source.notes)
    assert data.recipe.step(ZeroFill) == ZeroFill(512)


def second_procno(expno: Path, number: str = "2") -> Path:
    target = expno / "pdata" / number
    shutil.copytree(expno / "pdata" / "1", target)
    return target


def test_the_newest_1r_is_the_default(expno: Path) -> None:
    second_procno(expno, "7")
    os.utime(expno / "pdata" / "7" / "1r", (1e9, 1e9))
    os.utime(expno / "pdata" / "1" / "1r", (1e9 + 600, 1e9 + 600))
    assert read(expno).source.kind == "1"
    os.utime(expno / "pdata" / "7" / "1r", (1e9 + 900, 1e9 + 900))
    assert read(expno).source.kind == "7"


def test_equal_times_as_in_a_fresh_copy_give_the_highest_procno(expno: Path) -> None:
    for number in ("2", "10"):
        second_procno(expno, number)
    for number in ("1", "2", "10"):
        os.utime(expno / "pdata" / number / "1r", (1e9, 1e9))
    data = read(expno)
    assert data.source.kind == "10"
    assert data.sources == ("fid", "1", "2", "10")


def test_the_time_in_procs_outlives_copies_that_lose_file_times(expno: Path) -> None:
    second_procno(expno)
    for number, day in (("1", 20), ("2", 19)):
        procs = expno / "pdata" / number / "procs"
        stamp = f"$$ 2017-10-{day} 11:50:01.741 +0200  nmr@host\n"
        procs.write_text(procs.read_text().replace("##OWNER", stamp + "##OWNER"))
    os.utime(expno / "pdata" / "1" / "1r", (1e9, 1e9))
    assert read(expno).source.kind == "1"


def test_an_unknown_source_is_refused_with_the_choices(expno: Path) -> None:
    with pytest.raises(FormatError, match=r"no source '3'.*fid, 1$"):
        read(expno, source="3")


def test_any_file_or_folder_inside_opens_what_it_belongs_to(expno: Path) -> None:
    second_procno(expno)
    (expno / "pdata" / "2" / "notes.doc").write_bytes(b"\xd0\xcf\x11\xe0 anything")
    for inside, kind in {
        "": "2",
        "fid": "fid",
        "acqus": "2",
        "pdata": "2",
        "pdata/1": "1",
        "pdata/1/1r": "1",
        "pdata/1/procs": "1",
        "pdata/1/title": "1",
        "pdata/2/notes.doc": "2",
    }.items():
        assert read(expno / inside).source.kind == kind, inside
    assert read(expno / "pdata" / "1" / "1r", source="fid").source.kind == "fid"


def test_a_procno_without_1r_gives_the_fid_and_says_so(examples: Path) -> None:
    data = read(examples / "bruker_1h_aspirin_fidonly" / "1" / "pdata" / "1")
    assert data.source.kind == "fid"
    assert "PROCNO 1 holds no spectrum" in data.source.notes[0]
    assert isinstance(data.data, Fid)
    assert data.data.group_delay_points == pytest.approx(61 + 1 / 48)


def test_old_files_in_cp1252_keep_their_accents(expno: Path) -> None:
    (expno / "pdata" / "1" / "title").write_bytes(
        "M\u00fcller, 25 \u00b0C\r\nCDCl3".encode("cp1252")
    )
    acqus = expno / "acqus"
    acqus.write_bytes(acqus.read_bytes().replace(b"<CDCl3>", "<H\u00e9xane>".encode("cp1252")))
    sample = read(expno).sample
    assert sample.title == "M\u00fcller, 25 \u00b0C CDCl3"
    assert sample.solvent == "H\u00e9xane"


def test_a_fid_cut_on_a_sample_boundary_is_refused(expno: Path) -> None:
    raw = (expno / "fid").read_bytes()
    for length in (1600, 1603, 0):
        (expno / "fid").write_bytes(raw[:length])
        with pytest.raises(FormatError, match=rf"truncated.*TD = 512.*holds {length // 4}"):
            read(expno, source="fid")


def test_a_fid_stopped_early_and_padded_with_zeros_is_fine(expno: Path) -> None:
    numbers = np.fromfile(expno / "fid", "<i4")
    numbers[200:] = 0
    numbers.tofile(expno / "fid")
    data = read(expno, source="fid").data
    assert data.data.size == 256
    assert not data.data[100:].any()


def test_a_fid_longer_than_td_is_read_up_to_td_and_noted(
    expno: Path, set_parameter: SetParameter
) -> None:
    set_parameter(expno / "acqus", "TD", 400)
    data = read(expno, source="fid").data
    assert data.data.size == 200
    assert "first TD = 400" in data.source.notes[0]


@pytest.mark.measures_time
def test_of_a_fid_of_gigabytes_only_td_is_read_and_hashed(
    expno: Path, set_parameter: SetParameter
) -> None:
    whole = read(expno, source="fid").source.sha256
    with (expno / "fid").open("r+b") as stream:
        stream.truncate(300 << 30)
    started = time.process_time()
    assert read(expno, source="fid").source.sha256 == whole
    assert time.process_time() - started < 1


def test_floats_of_four_bytes_are_not_taken_for_eight(
    expno: Path, set_parameter: SetParameter
) -> None:
    """nmrglue 0.12 knows only those of eight."""
    wanted = read(expno).data.data
    folder = expno / "pdata" / "1"
    for name in ("1r", "1i"):
        np.fromfile(folder / name, "<i4").astype("<f4").tofile(folder / name)
    set_parameter(folder / "procs", "DTYPP", 1)
    assert read(expno).data.data == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize(
    "entry",
    [
        "##$D= (0..63)\n0 0 0\n",  # nmrglue 0.12 waits for the other sixty values for ever
        "##$NAME= <no end\n",
        "##$NAME= <no end\n\n\n",
        "##$E= (0.7)\n",
        "\n\n",  # its reading ends at a blank line
        "##$ODD= H\xe9 <\xb0> (x)\n",
        "##$EMPTY=\n",
    ],
)
def test_parameters_that_stop_nmrglue_do_not_stop_us(expno: Path, entry: str) -> None:
    wanted = read(expno, source="fid")
    path = expno / "acqus"
    text = path.read_text()
    for damaged in (entry + text, text.replace("##END=", entry), text + entry):
        path.write_bytes(damaged.encode("cp1252"))
        got = read(expno, source="fid")
        assert np.array_equal(got.data.data, wanted.data.data)
        assert got.data.axis == wanted.data.axis


def test_an_outline_says_what_the_data_set_will_be(both_kinds: list[Path]) -> None:
    """Its parameters are taken as written, those of the data through nmrglue."""
    for folder in both_kinds:
        for source in ("fid", "1"):
            said, data = outline(folder, source=source), read(folder, source=source)
            assert said.axis == data.data.axis
            assert said.sample == data.sample
            assert said.recipe == data.recipe
            assert said.source == data.source
            assert said.sources == data.sources
            assert said.complete().data.data.shape == data.data.data.shape


def test_a_broken_1r_gives_another_procno_where_there_is_no_fid(expno: Path) -> None:
    second = second_procno(expno)
    (second / "1r").write_bytes(bytes(4096))
    (expno / "fid").unlink()
    os.utime(expno / "pdata" / "1" / "1r", (1e9, 1e9))
    data = read(expno)
    assert data.source.kind == "1"
    assert "only zeros" in data.source.notes[0]
