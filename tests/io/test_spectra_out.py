"""Bruker folders that we write: read back by us and by nmrglue to the same values."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nmrquanv import writing
from nmrquanv.errors import ExportError
from nmrquanv.io import read
from nmrquanv.io.spectra_out import write_bruker
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.recipe import Apodization, Phase, ZeroFill
from nmrquanv.spectra.spectrum import Fid, Sample, Spectrum
from nmrquanv.spectra.starting_recipe import fid_recipe


def test_both_forms_come_back_through_our_reader(
    tmp_path: Path, small_fid: Fid, small_spectrum: Spectrum
) -> None:
    recipe = fid_recipe(small_fid, lb_hz=0.7, si=1024, ph0_deg=12.5, ph1_deg=-40.0)
    folder = write_bruker(tmp_path / "1", small_fid, small_spectrum, "Größe: 3 µl", recipe)
    assert sorted(p.name for p in folder.iterdir()) == ["acqu", "acqus", "fid", "pdata"]
    for source, wanted in (("fid", small_fid), ("1", small_spectrum)):
        back = read(folder, source=source).data
        assert np.abs(back.data - wanted.data).max() <= 2.0**-29 * np.abs(wanted.data).max()
        assert back.axis.limits_ppm == pytest.approx(wanted.axis.limits_ppm, abs=1e-9)
        assert back.axis.sf_mhz == wanted.axis.sf_mhz
        assert back.sample == replace(wanted.sample, title="Größe: 3 µl")
        assert back.source.notes == ()
    fid = read(folder, source="fid")
    assert isinstance(fid.data, Fid)
    assert fid.data.group_delay_points == small_fid.group_delay_points
    assert fid.data.sfo1_mhz == pytest.approx(small_fid.sfo1_mhz, abs=1e-9)
    for kind in (Apodization, ZeroFill, Phase):
        assert fid.recipe.step(kind) == recipe.step(kind)
    assert read(folder).data.time_points == small_spectrum.time_points


def test_nmrglue_reads_the_same_values(
    tmp_path: Path, small_fid: Fid, small_spectrum: Spectrum
) -> None:
    import nmrglue

    folder = write_bruker(tmp_path / "1", small_fid, small_spectrum, "")
    parameters, raw = nmrglue.bruker.read(str(folder), read_pulseprogram=False)
    theirs = np.conj(raw) * 2.0 ** parameters["acqus"]["NC"]
    assert np.array_equal(theirs, read(folder, source="fid").data.data)
    parameters, parts = nmrglue.bruker.read_pdata(str(folder / "pdata" / "1"), all_components=True)
    assert np.array_equal(parts[0] + 1j * parts[1], read(folder).data.data)
    assert parameters["procs"]["OFFSET"] == pytest.approx(small_spectrum.axis.offset_ppm)


def test_real_data_survive_a_round_trip_bit_by_bit(both_kinds: list[Path], tmp_path: Path) -> None:
    first = both_kinds[0]
    fid, spectrum = read(first, source="fid"), read(first, source="1")
    assert isinstance(fid.data, Fid)
    assert isinstance(spectrum.data, Spectrum)
    folder = write_bruker(tmp_path / "1", fid.data, spectrum.data, fid.sample.title, fid.recipe)
    assert np.array_equal(read(folder, source="fid").data.data, fid.data.data)
    assert np.array_equal(read(folder, source="1").data.data, spectrum.data.data)
    assert read(folder, source="fid").recipe == fid.recipe


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    exponent=st.integers(-30, 30),
    offset_ppm=st.floats(-300, 400),
    sf_mhz=st.floats(20, 1300),
    name=st.integers(0, 10**9),
)
def test_precision_does_not_depend_on_scale_or_place(
    tmp_path: Path, exponent: int, offset_ppm: float, sf_mhz: float, name: int
) -> None:
    axis = Axis(64, 5000.0, sf_mhz, offset_ppm)
    data = np.random.default_rng(name).normal(size=64) * 10.0**exponent
    folder = tmp_path / f"{exponent} {offset_ppm} {sf_mhz} {name}"
    if folder.exists():
        return
    back = read(write_bruker(folder, None, Spectrum(data, axis), "")).data
    assert np.abs(back.data.real - data).max() <= 2.0**-29 * np.abs(data).max()
    assert back.axis.offset_ppm == offset_ppm
    assert not (folder / "pdata" / "1" / "1i").exists()


def test_one_form_alone_is_enough(tmp_path: Path, small_fid: Fid, small_spectrum: Spectrum) -> None:
    assert read(write_bruker(tmp_path / "a", small_fid, None, "")).sources == ("fid",)
    assert read(write_bruker(tmp_path / "b", None, small_spectrum, "")).sources == ("1",)
    no_delay = replace(small_fid, group_delay_points=0.0)
    back = read(write_bruker(tmp_path / "c", no_delay, None, "")).data
    assert isinstance(back, Fid)
    assert back.group_delay_points == 0


def test_hostile_names_stay_inside_their_brackets(tmp_path: Path, small_spectrum: Spectrum) -> None:
    sample = Sample("1H", "D2O>\n##$SF= 1", "t", "zg<30>")
    folder = write_bruker(tmp_path / "1", None, replace(small_spectrum, sample=sample), "t")
    back = read(folder).data
    assert back.axis.sf_mhz == small_spectrum.axis.sf_mhz
    assert back.sample.solvent == "D2O) ##$SF= 1"


def test_refusals_leave_nothing_behind(
    tmp_path: Path, small_fid: Fid, small_spectrum: Spectrum, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ExportError, match="neither a FID nor a spectrum"):
        write_bruker(tmp_path / "1", None, None, "")
    no_mhz = replace(small_spectrum, axis=replace(small_spectrum.axis, has_hz=False))
    with pytest.raises(ExportError, match="frequency is unknown"):
        write_bruker(tmp_path / "1", None, no_mhz, "")
    (tmp_path / "taken").mkdir()
    with pytest.raises(ExportError, match="exists already"):
        write_bruker(tmp_path / "taken", small_fid, None, "")
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match="cannot be written"):
        write_bruker(tmp_path / "file" / "1", small_fid, None, "")

    def fail(path: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing.disk, "replace", fail)
    with pytest.raises(ExportError, match="no space left"):
        write_bruker(tmp_path / "1", small_fid, None, "")
    assert sorted(p.name for p in tmp_path.iterdir() if "nmrquanv" not in p.name) == [
        "file",
        "taken",
    ]
