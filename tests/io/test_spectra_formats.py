from __future__ import annotations

import nmrglue
import numpy as np
import pandas
import pytest

from nmrquanv.errors import ExportError
from nmrquanv.io import read, spectra_formats
from nmrquanv.io.spectra_formats import (
    SPECTRUM_FORMATS,
    SpectrumExport,
    spectrum_format,
    write_spectrum,
)
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.spectrum import Sample, Spectrum


@pytest.fixture
def spectrum() -> Spectrum:
    axis = Axis(2048, 5000.0, 500.0, 10.0)
    x = (axis.all_ppm()[:, None] - np.array([7.26, 1.25])) * 250.0
    data = (1 - 1j * x) / (1 + x**2) @ np.array([1e6, 3e4])
    return Spectrum(data, axis, Sample("1H", "CDCl3", "two lines"))


def test_csv_is_read_by_us_and_by_pandas(spectrum, tmp_path) -> None:
    path = tmp_path / "s.csv"
    write_spectrum(path, SpectrumExport(spectrum), spectrum_format("csv"))
    table = pandas.read_csv(path)
    assert list(table.columns) == ["ppm", "intensity", "imaginary"]
    step = spectrum.axis.point_ppm
    np.testing.assert_allclose(table["ppm"], spectrum.axis.all_ppm(), atol=0.01 * step)
    np.testing.assert_allclose(table["imaginary"], spectrum.data.imag, rtol=1e-6)
    assert path.read_text().splitlines()[1].count(".") <= 3
    back = read(path, sf_mhz=500.0, nucleus="1H").spectrum()
    np.testing.assert_allclose(back.axis.all_ppm(), spectrum.axis.all_ppm(), atol=0.01 * step)
    np.testing.assert_allclose(back.data, spectrum.data, rtol=1e-6)


def test_a_bruker_folder_is_read_by_us_and_by_nmrglue(spectrum, tmp_path) -> None:
    write_spectrum(tmp_path / "7", SpectrumExport(spectrum), spectrum_format("bruker"))
    known, data = nmrglue.bruker.read_pdata(str(tmp_path / "7" / "pdata" / "1"))
    assert known["procs"]["SF"] == 500.0
    np.testing.assert_allclose(data, spectrum.trace, atol=1e6 * 2**-29)
    back = read(tmp_path / "7").spectrum()
    np.testing.assert_allclose(back.axis.all_ppm(), spectrum.axis.all_ppm(), atol=1e-8)
    np.testing.assert_allclose(back.data, spectrum.data, atol=1e6 * 2**-28)


@pytest.mark.parametrize("name", ["csv", "jcamp"])
def test_a_text_that_is_too_large_to_be_read_again_is_not_written(
    name, spectrum, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(spectra_formats, "MAX_TEXT_BYTES", 10_000)
    form = spectrum_format(name)
    path = tmp_path / f"s{form.ending}"
    with pytest.raises(ExportError, match=f"s{form.ending}.*Bruker folder"):
        write_spectrum(path, SpectrumExport(spectrum), form)
    assert not path.exists()


@pytest.mark.parametrize("form", SPECTRUM_FORMATS, ids=lambda form: form.name)
def test_a_place_that_cannot_be_written_is_named(form, spectrum, tmp_path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match=r"file.out"):
        write_spectrum(tmp_path / "file" / f"out{form.ending}", SpectrumExport(spectrum), form)
