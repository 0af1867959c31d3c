"""The steps against analytic lines, against nmrglue, and against TopSpin's own spectra."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmrquanv import io
from nmrquanv.errors import ProcessingError
from nmrquanv.spectra import processing
from nmrquanv.spectra.apodization import apodize, window
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.recipe import Apodization, Baseline, Magnitude, Recipe, Smoothing, Truncation
from nmrquanv.spectra.spectrum import Fid, Spectrum
from nmrquanv.spectra.starting_recipe import fid_recipe

SW_HZ = 5000.0


def make_fid(hz: float, fwhm_hz: float, td: int = 8192, delay: float = 0.0) -> Fid:
    """One line of unit amplitude at ``hz`` from the centre, positive towards low ppm."""
    t = np.arange(td) / SW_HZ - delay / SW_HZ
    data = np.where(t >= -1e-12, np.exp(2j * np.pi * hz * t - np.pi * fwhm_hz * t), 0)
    return Fid(data, Axis(td, SW_HZ, 500.0, 5.0), 500.0, delay)


def test_lorentzian_has_the_analytic_position_height_width_and_area():
    fid = processing.zero_fill(make_fid(612.5, 4.0), 131072)
    spectrum = processing.fourier_transform(apodize(fid, Apodization(1.0)))
    trace = spectrum.trace - 0.5  # half of the first point, which a sum has and an integral not
    top = int(trace.argmax())
    assert spectrum.axis.ppm(top) == pytest.approx(0.0 - 612.5 / 500, abs=1e-4)
    assert trace[top] == pytest.approx(SW_HZ / (np.pi * 5.0), rel=1e-3)
    above = np.flatnonzero(trace > trace[top] / 2)
    assert np.ptp(above) * spectrum.axis.point_hz == pytest.approx(5.0, abs=0.1)
    assert trace.sum() * spectrum.axis.point_hz == pytest.approx(SW_HZ / 2, rel=1e-2)


def test_transform_keeps_energy():
    fid = make_fid(-300.0, 2.0)
    spectrum = processing.fourier_transform(fid)
    energy = np.sum(np.abs(fid.data) ** 2)
    assert np.sum(np.abs(spectrum.data) ** 2) / fid.data.size == pytest.approx(energy)


def test_zero_filling_and_cutting_keep_sweep_and_offset():
    fid = make_fid(100.0, 2.0)
    for si in (4096, 32768):
        filled = processing.zero_fill(fid, si)
        assert filled.data.size == si
        assert filled.axis.limits_ppm[0] == fid.axis.limits_ppm[0]
        assert filled.axis.sw_hz == fid.axis.sw_hz
    assert not np.any(processing.zero_fill(fid, 32768).data[8192:])
    with pytest.raises(ProcessingError):
        processing.zero_fill(fid, 1)


@settings(max_examples=25)
@given(st.integers(1, 120), st.floats(-2000, 2000))
def test_a_group_delay_is_taken_out(delay, hz):
    late = make_fid(hz, 20.0, 4096, float(delay))
    prompt = make_fid(hz, 20.0, 4096)
    late = processing.fourier_transform(late).data * np.exp(-1j * np.pi * delay)
    prompt = processing.fourier_transform(prompt).data
    assert np.abs(late - prompt).max() < 0.01 * np.abs(prompt).max()


def test_apodization_counts_time_from_the_group_delay():
    with_delay = apodize(make_fid(10.0, 3.0, delay=70.0), Apodization(2.0))
    without = apodize(make_fid(10.0, 3.0), Apodization(2.0))
    assert np.allclose(with_delay.data[70:], without.data[:-70])


@given(st.floats(-400, 400), st.floats(-400, 400))
def test_phasing_forth_and_back(ph0, ph1):
    spectrum = processing.fourier_transform(make_fid(612.5, 4.0, 512))
    back = processing.phase(processing.phase(spectrum, ph0, ph1), -ph0, -ph1)
    assert np.allclose(back.data, spectrum.data)
    preview = processing.phase_trace(spectrum.data, ph0, ph1)
    assert np.allclose(preview, processing.phase(spectrum, ph0, ph1).trace)


def test_preview_of_a_decimated_trace_is_the_decimated_trace():
    data = processing.fourier_transform(make_fid(612.5, 4.0)).data
    whole = processing.phase_trace(data, 33.0, 140.0)
    assert np.allclose(processing.phase_trace(data[::8], 33.0, 140.0), whole[::8])


def test_phase_has_nmrglues_sign():
    import nmrglue.process.proc_base as proc

    spectrum = processing.fourier_transform(make_fid(612.5, 4.0, 512))
    theirs = proc.ps(spectrum.data, p0=25.0, p1=-70.0)
    assert np.allclose(processing.phase(spectrum, 25.0, -70.0).data, theirs)


def test_turning_by_180_degrees_needs_no_imaginary_part():
    spectrum = Spectrum(np.arange(8.0), Axis(8, 100.0, 400.0, 1.0))
    turned = processing.phase(spectrum, 180.0, 0.0)
    assert not turned.is_complex
    assert np.array_equal(turned.data, -spectrum.data)
    assert processing.phase(spectrum, 360.0, 0.0).data is spectrum.data


@pytest.mark.parametrize("size", [1024, 1025, 3000])
def test_missing_imaginary_part_comes_from_the_real_one(size):
    fid = make_fid(-700.0, 60.0, size // 2)
    spectrum = processing.fourier_transform(processing.zero_fill(fid, size))
    completed = processing.with_imaginary(spectrum.trace)
    assert np.array_equal(completed.real, spectrum.trace)
    assert np.abs(completed - spectrum.data).max() < 2e-3 * np.abs(spectrum.data).max()


BOTH = {
    "menthol": "bruker_1h_menthol/10",
    "cyclosporin": "bruker_1h_cyclosporin/1",
    "urine": "bruker_1h_urine/10",
    "caryophyllene oxide 13C": "bruker_13c_caryophyllene_oxide/11",
    "caryophyllene oxide DEPT": "bruker_dept135_caryophyllene_oxide/12",
}


@pytest.mark.parametrize("name", BOTH)
def test_fid_processed_with_the_operators_phase_is_1r_plus_i_1i(
    name: str, examples: Path, shared_data: Path | None
):
    """The unchanged part, 1i, agrees to 1e-6; 1r also carries the operator's baseline."""
    path = (shared_data or examples) / BOTH[name]
    if not path.is_dir():  # urine is not bundled: the four others stand for it
        path = examples / BOTH["menthol"]
    fid, stored = io.read(path, source="fid"), io.read(path, source="1").spectrum()
    ours = fid.recipe.with_step(Baseline(is_on=False)).apply(fid.data)
    assert ours.axis.size == stored.axis.size
    assert ours.axis.point(stored.axis.offset_ppm) == pytest.approx(0, abs=0.1)
    product = np.vdot(ours.data, stored.data)
    norms = np.linalg.norm(ours.data) * np.linalg.norm(stored.data)
    assert np.abs(product) / norms >= 0.999
    assert abs(np.degrees(np.angle(product))) < 1.0
    imaginary = np.corrcoef(ours.data.imag, stored.data.imag)[0, 1]
    assert imaginary > 1 - 1e-9


def test_default_recipe_of_a_delayed_fid_gives_absorption_lines():
    fid = make_fid(612.5, 4.0, delay=67.98)
    spectrum = fid_recipe(fid, ph0_deg=0.0, ph1_deg=0.0).apply(fid)
    top = int(spectrum.trace.argmax())
    assert abs(np.degrees(np.angle(spectrum.data[top]))) < 5


TIMES = np.arange(1000) / 1000.0


def test_windows_are_those_of_nmrglue():
    import nmrglue.process.proc_base as proc

    ones = np.ones(1000)
    ours = {
        shape: window(step, TIMES)
        for shape, step in {
            "em": Apodization(3.0),
            "gm": Apodization(-2.0, "gaussian", gaussian_hz=4.0),
            "sp": Apodization(shape="sine bell", start_deg=30.0, power=2),
            "tm": Apodization(shape="trapezoid", rise=100 / 999, fall=250 / 999),
        }.items()
    }
    assert ours["em"] == pytest.approx(proc.em(ones, 3.0 / 1000))
    assert ours["gm"] == pytest.approx(proc.gm(ones, g1=2e-3, g2=4e-3 * 0.60056 / 0.6), rel=1e-3)
    assert ours["sp"] == pytest.approx(proc.sp(ones, off=30 / 180, end=1.0, pow=2), abs=1e-12)
    assert ours["tm"] == pytest.approx(proc.tm(ones, 100, 250), abs=0.011)


def test_a_gaussian_window_makes_a_lorentzian_line_the_gaussian_that_it_says():
    fid = processing.zero_fill(
        apodize(make_fid(612.5, 4.0, 32768), Apodization(-4.0, "gaussian", gaussian_hz=6.0)), 131072
    )
    spectrum = processing.fourier_transform(fid)
    trace, top = spectrum.trace - 0.5, int(spectrum.trace.argmax())
    hz = (np.arange(trace.size) - top) * spectrum.axis.point_hz
    gaussian = np.exp(-4 * np.log(2) * (hz / 6.0) ** 2)
    assert np.abs(trace / trace[top] - gaussian).max() < 0.01


def test_traf_sharpens_and_ends_at_nothing():
    at = window(Apodization(2.0, "traf"), TIMES)
    decay = np.exp(-2 * np.pi * TIMES)
    assert at[0] == pytest.approx(1.0, abs=1e-3)
    assert at[500] == pytest.approx(1 / (2 * decay[500]), rel=0.01)
    assert (at * decay)[-1] < 2e-3

    def width(step: Apodization) -> float:
        fid = processing.zero_fill(apodize(make_fid(0.0, 2.0, 5000), step), 131072)
        trace = processing.fourier_transform(fid).trace
        return float((trace > trace.max() / 2).sum() * SW_HZ / 131072)

    assert width(Apodization(2.0, "traf")) < width(Apodization(0.0)) < width(Apodization(2.0))


def test_a_truncated_fid_is_that_of_a_shorter_measurement():
    fid, short = make_fid(612.5, 4.0), make_fid(612.5, 4.0, td=1000)
    steps = fid_recipe(short).without_step(Baseline).steps
    recipe = Recipe((steps[0], Truncation(1000), *steps[1:]))
    ours, theirs = recipe.apply(fid), Recipe(steps).apply(short)
    assert np.array_equal(ours.data, theirs.data)
    assert ours.time_points == theirs.time_points == 1000


def test_magnitude_has_no_phase_and_no_negative_point():
    spectrum = processing.fourier_transform(make_fid(612.5, 4.0))
    turned = processing.phase(spectrum, 77.0, 120.0)
    ours = Recipe((Magnitude(),)).apply(turned)
    assert np.allclose(ours.data, np.abs(spectrum.data))
    assert not ours.is_complex


def test_smoothing_lowers_the_noise_as_its_polynomial_says_and_keeps_broad_lines():
    rng = np.random.default_rng(4)
    axis = Axis(16384, SW_HZ, 500.0, 5.0)
    white = rng.normal(size=16384) + 1j * rng.normal(size=16384)
    smooth = Recipe((Smoothing(7, 2),)).apply(Spectrum(white, axis)).data
    assert smooth.real.std() == pytest.approx(np.sqrt(1 / 3), abs=0.02)  # 7 points: 7/21 kept
    assert smooth.imag.std() == pytest.approx(np.sqrt(1 / 3), abs=0.02)
    broad = processing.fourier_transform(make_fid(612.5, 60.0))
    kept = Recipe((Smoothing(7, 2),)).apply(broad)
    assert kept.trace.max() == pytest.approx(broad.trace.max(), rel=2e-3)
    with pytest.raises(ProcessingError, match="narrower"):
        Recipe((Smoothing(9999),)).apply(broad.with_data(broad.data[:512], Axis(512, 9, 9, 9)))
