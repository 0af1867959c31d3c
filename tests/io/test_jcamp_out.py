from __future__ import annotations

import json

import nmrglue
import numpy as np
import pytest

from nmrquanv.io import read
from nmrquanv.io.jcamp_out import spectrum_jcamp
from nmrquanv.io.jcamp_words import MAX_LINE
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.recipe import Recipe
from nmrquanv.spectra.spectrum import Sample, Spectrum
from nmrquanv.spectra.starting_recipe import spectrum_recipe

AXIS = Axis(5000, 6000.0, 399.87, 13.2)


def spectrum(axis: Axis = AXIS, *, is_complex: bool = True, title: str = "a $$ b") -> Spectrum:
    rng = np.random.default_rng(3)
    data = rng.normal(0, 1e6, axis.size) + 1j * rng.normal(0, 1e6, axis.size)
    return Spectrum(data if is_complex else data.real, axis, Sample("13C", "CDCl3", title))


def through_nmrglue(content: bytes, path):
    path.write_bytes(content)
    return nmrglue.jcampdx.read(str(path))


@pytest.mark.parametrize("is_complex", [True, False])
def test_nmrglue_reads_every_point_and_the_axis(tmp_path, is_complex) -> None:
    made = spectrum(is_complex=is_complex)
    known, values = through_nmrglue(spectrum_jcamp(made, spectrum_recipe()), tmp_path / "s.jdx")
    if is_complex:
        real, imaginary = values
        np.testing.assert_allclose(imaginary, made.data.imag, atol=0.01)
    else:
        real = values
        unit = nmrglue.jcampdx.guess_udic(known, values)
        assert unit[0]["obs"] == pytest.approx(399.87)
        assert unit[0]["label"] == "13C"
        shifts = np.linspace(float(known["FIRSTX"][0]), float(known["LASTX"][0]), AXIS.size)
        np.testing.assert_allclose(shifts / 399.87, AXIS.all_ppm(), atol=1e-9)
    np.testing.assert_allclose(real, made.trace, atol=0.01)
    assert Recipe.from_dict(json.loads(known["$NQRECIPE"][0])) == spectrum_recipe()
    assert known["TITLE"] == ["a $ $ b"]


def test_without_a_frequency_the_axis_is_ppm_and_nothing_is_in_hz() -> None:
    axis = Axis(100, 4000.0, 400.0, 10.0, has_hz=False)
    text = spectrum_jcamp(spectrum(axis, is_complex=False)).decode()
    assert "##XUNITS= PPM" in text
    assert "##FIRSTX= 10.0" in text
    assert "$SF" not in text
    assert "FREQUENCY" not in text


@pytest.mark.parametrize("is_complex", [True, False])
def test_lines_are_short_and_titles_end_no_block(is_complex) -> None:
    text = spectrum_jcamp(spectrum(title="x\n##END=\n", is_complex=is_complex)).decode()
    assert text.count("\n##END=\n") == 1
    table = [line for line in text.splitlines() if not line.startswith("##")]
    assert max(map(len, table)) <= MAX_LINE
    assert "##TITLE= x ##END=" in text


def test_nothing_but_zeros_is_written_as_zeros(tmp_path) -> None:
    flat = Spectrum(np.zeros(64), Axis(64, 400.0, 400.0, 1.0), Sample("1H"))
    _, values = through_nmrglue(spectrum_jcamp(flat), tmp_path / "s.jdx")
    assert not values.any()


@pytest.mark.parametrize("is_complex", [True, False])
def test_we_read_what_we_wrote(tmp_path, is_complex) -> None:
    made = spectrum(is_complex=is_complex)
    (tmp_path / "s.jdx").write_bytes(spectrum_jcamp(made))
    back = read(tmp_path / "s.jdx").spectrum()
    np.testing.assert_allclose(back.trace, made.trace, atol=0.01)
    if is_complex:
        np.testing.assert_allclose(back.data.imag, made.data.imag, atol=0.01)
    np.testing.assert_allclose(back.axis.all_ppm(), AXIS.all_ppm(), atol=1e-9)
    assert back.axis.sf_mhz == pytest.approx(AXIS.sf_mhz, abs=1e-9)
    assert (back.sample.nucleus, back.sample.solvent) == ("13C", "CDCl3")
