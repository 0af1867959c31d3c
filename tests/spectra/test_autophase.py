"""Automatic phase on every real FID, judged by the lines' own symmetry, and on known errors."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import least_squares
from scipy.signal import find_peaks

from nmrquanv import io
from nmrquanv.spectra import processing
from nmrquanv.spectra.autophase import FoundPhase, autophase
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.line_detection import best_scale
from nmrquanv.spectra.line_phase import fit_cluster
from nmrquanv.spectra.recipe import Baseline, Phase, Recipe, ZeroFill
from nmrquanv.spectra.spectrum import Sample, Spectrum

FIDS = {
    "menthol": "bruker_1h_menthol/10",
    "cyclosporin": "bruker_1h_cyclosporin/1",
    "aspirin": "bruker_1h_aspirin_fidonly/1",
    "caryophyllene oxide 13C": "bruker_13c_caryophyllene_oxide/11",
    "caryophyllene oxide DEPT": "bruker_dept135_caryophyllene_oxide/12",
    "urine": "bruker_1h_urine/10",
    "ethylindanone": "varian_1h_ethylindanone.fid",
    "azithromycin": "varian_1h_azithromycin.fid",
}


def automatic(name: str, examples: Path, shared: Path | None) -> Spectrum:
    """Phase a FID automatically, without its baseline corrected, zero-filled twofold."""
    path = (shared or examples) / FIDS[name]
    if not path.exists():  # not bundled: a bundled one stands for it
        path = examples / FIDS["cyclosporin"]
    found = io.read(path, source="fid")
    si = 1 << (2 * found.data.data.size - 1).bit_length()
    recipe = (
        found.recipe.with_step(Phase()).with_step(Baseline(is_on=False)).with_step(ZeroFill(si))
    )
    return recipe.apply(found.data)


def residual_phase(data: NDArray[np.complex128], top: int) -> tuple[float, float, int]:
    """Return (degrees, rms of the fit, lines fitted) for the line at a point.

    A second opinion to the package's own fit: scipy's least squares, another window, neighbours
    from the magnitude.
    """
    magnitude = np.abs(data) / np.abs(data[top])
    right = top + np.flatnonzero(magnitude[top:] < 0.5)[0]
    left = top - np.flatnonzero(magnitude[top::-1] < 0.5)[0]
    half_width = max((right - left) / 2 / np.sqrt(3), 1.0)  # of the magnitude: sqrt 3 wider
    reach = int(12 * half_width) + 3
    x = np.arange(max(0, top - reach), min(data.size, top + reach + 1))
    y = data[x] / np.abs(data[top])
    near = find_peaks(magnitude[x], height=0.03, prominence=0.02)[0] + x[0]
    if not 1 <= (n := near.size) <= 5:
        return np.nan, np.nan, n
    flat = np.stack([np.ones(x.size), (x - top) / reach], axis=1)

    def residual(q: NDArray[np.float64]) -> NDArray[np.float64]:
        lines = np.exp(1j * q[-1]) / (1 + 1j * (x[:, None] - q[:n]) / np.exp(q[n:-1]))
        design = np.hstack([lines, flat, 1j * flat])
        design = np.vstack([design.real, design.imag])
        target = np.concatenate([y.real, y.imag])
        return design @ np.linalg.lstsq(design, target, rcond=1e-8)[0] - target

    start = np.concatenate([near, np.full(n, np.log(half_width)), [0.0]])
    room = np.concatenate([np.full(n, 3 * half_width), np.full(n, 3.0), [1.5]])
    fit = least_squares(residual, start, bounds=(start - room, start + room), max_nfev=40)
    return float(np.degrees(fit.x[-1])), float(np.sqrt(2 * fit.cost / x.size)), n


def readable_phases(spectrum: Spectrum, count: int = 10) -> NDArray[np.float64]:
    """Return (place, residual phase) of the tallest lines whose own shape shows their phase.

    Lines that merge with many others, or that are no Lorentzians, show none.
    """
    data = np.asarray(spectrum.data)
    magnitude = np.abs(data)
    tops = find_peaks(magnitude, prominence=0.01 * magnitude.max())[0]
    found = []
    for top in tops[np.argsort(-magnitude[tops])][:40]:
        degrees, rms, lines = residual_phase(data, int(top))
        if 1 <= lines <= 5 and rms < 0.035:
            found.append((top / data.size, degrees))
        if len(found) == count:
            break
    return np.array(found)


@pytest.mark.parametrize("name", [name for name in FIDS if "DEPT" not in name])
def test_tall_lines_of_a_real_fid_are_in_phase(name, examples, shared_data):
    found = readable_phases(automatic(name, examples, shared_data))
    assert len(found) >= 3
    assert np.abs(found[:, 1]).max() <= 5.0


def test_dept_is_phased_as_well_as_a_straight_phase_can(examples, shared_data):
    """Its lines differ from any straight phase by up to 10 degrees: couplings vary from CH to CH.

    Asked for is the straight line itself: within 5 degrees of the least-squares one at each.
    """
    spectrum = automatic("caryophyllene oxide DEPT", examples, shared_data)
    found = readable_phases(spectrum)
    assert len(found) == 10
    best = np.polyval(np.polyfit(found[:, 0], found[:, 1], 1), found[:, 0])
    assert np.abs(best).max() <= 5.0
    assert np.sqrt(np.mean(found[:, 1] ** 2)) < 8.0


def test_dept_has_ch2_down_and_ch3_up(examples, shared_data):
    spectrum = automatic("caryophyllene oxide DEPT", examples, shared_data)
    at = {ppm: spectrum.trace[round(spectrum.axis.point(ppm))] for ppm in (17.012, 39.760)}
    assert at[17.012] > 0 > at[39.760]


@pytest.mark.parametrize("name", FIDS)
def test_phasing_twice_changes_nothing_that_shows(name, examples, shared_data):
    once = automatic(name, examples, shared_data)
    again = autophase(once)
    magnitude = np.abs(once.data)
    tops = np.flatnonzero(magnitude > 0.1 * magnitude.max()) / magnitude.size
    change = again.ph0_deg + again.ph1_deg * tops
    assert np.abs(change).max() < 2.0
    assert autophase(once) == again


@pytest.mark.parametrize("name", FIDS)
def test_a_second_run_is_the_first_one_to_the_last_digit(name, examples, shared_data):
    """Once on what it made itself, once as the window does it: from the data, with its angles."""
    once = automatic(name, examples, shared_data)
    assert autophase(once) == FoundPhase(0.0, 0.0)
    path = (shared_data or examples) / FIDS[name]
    found = io.read(path if path.exists() else examples / FIDS["cyclosporin"], source="fid")
    first = found.recipe.with_step(Phase()).with_step(Baseline(is_on=False)).run(found.data)
    assert first.recipe.run(found.data).recipe == first.recipe


@pytest.mark.parametrize("angles", [(3.0, -6.0), (-2.5, 4.0), (2.0, 2.0)])
def test_a_phase_that_is_better_than_what_is_found_stays_and_that_is_said(angles, monkeypatch):
    spectrum = synthetic(COMB, 0, 0)
    monkeypatch.setattr("nmrquanv.spectra.autophase.straight_phase", lambda phases: angles)
    found = autophase(spectrum)
    assert (found.ph0_deg, found.ph1_deg) == (0.0, 0.0)
    assert "declined" in " ".join(found.notes)
    monkeypatch.undo()
    assert not autophase(spectrum).notes


def test_what_a_person_set_better_stays_when_automatic_is_switched_on(monkeypatch):
    spectrum = synthetic(COMB, 40, -80)
    monkeypatch.setattr("nmrquanv.spectra.autophase.straight_phase", lambda _: (46.0, -85.0))
    outcome = Recipe((Phase("automatic", 40.0, -80.0),)).run(spectrum)
    assert outcome.recipe.step(Phase) == Phase("automatic", 40.0, -80.0)
    assert "declined" in " ".join(outcome.notes)


def test_lines_of_both_signs_in_phase_are_not_turned_over():
    """As in an APT, of which nobody but the operator knows which way up it is."""
    signs = [1, -1, -1, 1, -1, -1]
    lines = [(x, s * h, w) for (x, h, w), s in zip(COMB, signs, strict=True)]
    spectrum = synthetic(lines, 0, 0)
    found = autophase(spectrum)
    turned = found.ph0_deg + found.ph1_deg * 0.5
    assert abs((turned + 180) % 360 - 180) < 3
    upside_down = spectrum.with_data(-spectrum.data)
    found = autophase(upside_down)
    turned = found.ph0_deg + found.ph1_deg * 0.5
    assert abs((turned + 180) % 360 - 180) < 3


@pytest.mark.measures_time
def test_it_takes_less_than_a_second_at_64k(examples, shared_data):
    spectrum = automatic("urine", examples, shared_data)
    autophase(spectrum)
    started = time.perf_counter()
    autophase(spectrum)
    assert time.perf_counter() - started < 2.0  # twice the promise: test machines are shared


def synthetic(
    lines: list[tuple[float, float, float]],
    ph0: float,
    ph1: float,
    *,
    sigma: float = 0.3,
    roll: float = 0.0,
    program: str = "",
) -> Spectrum:
    """Make lines (place in the sweep, height, FWHM in points of 8192) with a phase error."""
    td, size = 8192, 16384
    t = np.arange(td)
    rng = np.random.default_rng(11)
    fid = sigma * (rng.normal(size=td) + 1j * rng.normal(size=td))
    for place, height, fwhm in lines:
        rate = np.pi * fwhm / td
        fid = fid + height * rate * np.exp(2j * np.pi * (place - 0.5) * t - rate * t) * 10_000
    fid[:5] += roll * 10_000 / 5 * np.array([1, -1j, -1, 1j, 1]) * 2
    data = np.fft.fftshift(np.fft.fft(fid, size))
    data *= np.exp(-1j * np.deg2rad(ph0 + ph1 * np.arange(size) / size))
    axis = Axis(size, 25_000.0, 100.0, 230.0)
    return Spectrum(data, axis, Sample("13C", pulse_program=program), time_points=td)


COMB = [(0.12, 0.5, 4), (0.3, 1.0, 3), (0.42, 0.3, 3), (0.7, 0.8, 5), (0.72, 0.9, 3), (0.9, 0.4, 4)]


def error_deg(spectrum: Spectrum, places: list[float], ph0: float, ph1: float) -> float:
    """Return the largest error of the found phase at some places, sign included."""
    found = autophase(spectrum)
    x = np.array(places)
    off = found.ph0_deg - ph0 + (found.ph1_deg - ph1) * x
    return float(np.abs((off + 180) % 360 - 180).max())


@pytest.mark.parametrize("roll", [0.0, 0.1])
@pytest.mark.parametrize(("ph0", "ph1"), [(0, 0), (130, -180), (-75, 200), (179, 40), (20, -540)])
def test_known_phase_errors_are_undone_whatever_the_roll(ph0, ph1, roll):
    spectrum = synthetic(COMB, ph0, ph1, roll=roll)
    assert error_deg(spectrum, [line[0] for line in COMB], ph0, ph1) < 3.0


@pytest.mark.parametrize(("ph0", "ph1"), [(60, 0), (-150, 170), (100, -120)])
def test_lines_of_both_signs_are_phased(ph0, ph1):
    signs = [1, 1, -1, 1, -1, 1]
    lines = [(x, s * h, w) for (x, h, w), s in zip(COMB, signs, strict=True)]
    assert error_deg(synthetic(lines, ph0, ph1), [line[0] for line in lines], ph0, ph1) < 3.0


def test_a_spectrum_that_is_all_negative_is_turned_up():
    lines = [(x, -h, w) for x, h, w in COMB]
    found = autophase(synthetic(lines, 0, 0))
    assert abs(abs(found.ph0_deg) - 180) < 3
    assert abs(found.ph1_deg) < 3


def test_a_huge_distorted_water_line_does_not_decide():
    spectrum = synthetic(COMB, 40, 30)
    water = synthetic([(0.5, 300, 12)], 40 + 70, 30, sigma=0.0)
    both = spectrum.with_data(spectrum.data + water.data)
    assert error_deg(both, [line[0] for line in COMB], 40, 30) < 5.0


def test_one_line_alone_gives_no_ph1():
    found = autophase(synthetic([(0.35, 1.0, 4)], 77, 0))
    assert abs(found.ph1_deg) < 1
    assert found.ph0_deg + 0.35 * found.ph1_deg == pytest.approx(77, abs=1)


def test_broad_lines_alone_are_phased():
    lines = [(0.3, 1.0, 60), (0.55, 0.7, 90)]
    assert error_deg(synthetic(lines, -50, 60, sigma=1.0), [0.3, 0.55], -50, 60) < 5.0


@pytest.mark.parametrize("seed", range(5))
def test_noise_is_left_alone_and_said_so(seed):
    rng = np.random.default_rng(seed)
    data = rng.normal(size=16384) + 1j * rng.normal(size=16384)
    found = autophase(Spectrum(data, Axis(16384, 5000.0, 400.0, 10.0)))
    assert (found.ph0_deg, found.ph1_deg) == (0.0, 0.0)
    assert found.notes


def test_a_constant_or_empty_trace_does_no_harm():
    for data in (np.zeros(512), np.ones(512), np.zeros(512, dtype=complex)):
        found = autophase(Spectrum(data, Axis(512, 5000.0, 400.0, 10.0)))
        assert np.isfinite([found.ph0_deg, found.ph1_deg]).all()


def test_phase_after_baseline_finds_the_same(examples, shared_data):
    spectrum = automatic("caryophyllene oxide 13C", examples, shared_data)
    turned = processing.phase(spectrum, 25.0, -40.0)
    direct = autophase(turned)
    flat = Recipe((Baseline("automatic"),)).apply(turned)
    after = autophase(flat)
    assert after.ph0_deg + 0.7 * after.ph1_deg == pytest.approx(
        direct.ph0_deg + 0.7 * direct.ph1_deg, abs=3
    )


def test_cluster_of_three_overlapping_lines_gives_its_phase_and_positions():
    x = np.arange(400.0)
    truth = [(180.0, 3.0, 1.0), (190.0, 3.0, 0.6), (197.0, 5.0, 0.8)]
    y = sum(a / (1 + 1j * (x - p) / w) for p, w, a in truth) * np.exp(0.9j)
    y = y + 0.05 - 0.02j + (0.0001 + 0.0002j) * x  # a sloping complex baseline
    start = np.array([181.0, 189.0, 198.0])
    fit = fit_cluster(np.asarray(y), x, start, np.full(3, 4.0))
    assert (fit.phase - 0.9 + np.pi / 2) % np.pi == pytest.approx(np.pi / 2, abs=1e-3)
    assert np.sort(fit.positions) == pytest.approx([180, 190, 197], abs=0.05)


def test_lines_are_detected_on_any_baseline_and_measured_as_wide_as_they_are():
    for roll in (0.0, 0.5):
        scale = best_scale(synthetic([(0.25, 1.0, 20), (0.6, 0.5, 20)], 90, 0, roll=roll))
        places = np.sort(scale.tops[:2]) / scale.lines.size
        assert places == pytest.approx([0.25, 0.6], abs=2e-3)
        assert scale.tops.size == 2


def measured(lines: list[tuple[float, float, float]], ph0: float, axis: Axis) -> Spectrum:
    """Transform lines (ppm, amplitude, Hz) as they are measured: truncated, little noise."""
    td = axis.size
    t_s = np.arange(td) / axis.sw_hz
    rng = np.random.default_rng(3)
    fid = 7e-4 * (rng.normal(size=td) + 1j * rng.normal(size=td))
    middle_ppm = axis.offset_ppm - axis.sw_hz / axis.sf_mhz / 2
    for ppm, amplitude, fwhm_hz in lines:
        hz = (ppm - middle_ppm) * axis.sf_mhz
        fid = fid + amplitude * np.exp((-2j * np.pi * hz - np.pi * fwhm_hz) * t_s)
    fid[0] /= 2
    fid *= np.exp(-1j * np.deg2rad(ph0))
    nucleus = "31P" if axis.sf_mhz < 200 else "1H"
    data = np.fft.fftshift(np.fft.fft(fid, 2 * td))
    return Spectrum(
        data, axis.resized(2 * td), Sample(nucleus, "CDCl3", "", "zg30"), time_points=td
    )


@pytest.mark.parametrize("ph0", range(-180, 180, 30))
@pytest.mark.parametrize("lines", [[(-5.0, 1.0, 2.0)], [(-5.0, 1.0, 1.5), (-5.6, 1.0, 1.5)]])
def test_lines_of_the_same_sign_never_point_down(lines, ph0):
    """Among a line's own feet and wiggles the fit may give either sign to the tallest."""
    spectrum = measured(lines, ph0, Axis(8192, 32_396.0, 161.98, 100.0))
    found = autophase(spectrum)
    turned = processing.phase(spectrum, found.ph0_deg, found.ph1_deg).trace
    assert turned.max() > -2 * turned.min()


@pytest.mark.parametrize("ph0", [48, -70, 170])
@pytest.mark.parametrize("share", [-5.0, -30.0, -100.0])
def test_suppressed_water_that_points_down_does_not_turn_the_others_over(ph0, share):
    lines = [(3.509, 1.0, 1.5), (3.197, 1.0, 1.5), (1.2, 0.5, 1.5), (4.65, share, 4.0)]
    spectrum = measured(lines, ph0, Axis(16384, 10_327.7, 500.13, 14.975))
    found = autophase(spectrum)
    turned = processing.phase(spectrum, found.ph0_deg, found.ph1_deg)
    for ppm, amplitude, _ in lines:
        at = round(turned.axis.point(ppm))
        near = turned.trace[at - 3 : at + 4]
        assert np.sign(near[np.abs(near).argmax()]) == np.sign(amplitude), ppm
