"""The baseline: followed where it rolls, left where lines stand, on real FIDs and known curves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nmrquanv import io
from nmrquanv.errors import ProcessingError
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.baseline import estimate_baseline, signal_heights
from nmrquanv.spectra.baseline_curves import baseline_curve, subtract_baseline
from nmrquanv.spectra.noise import noise_sigma
from nmrquanv.spectra.processing import with_imaginary
from nmrquanv.spectra.recipe import Baseline, Phase, Recipe, Reference
from nmrquanv.spectra.spectrum import Spectrum

FIDS = (
    "bruker_1h_menthol/10",
    "bruker_1h_cyclosporin/1",
    "bruker_1h_aspirin_fidonly/1",
    "bruker_13c_caryophyllene_oxide/11",
    "bruker_dept135_caryophyllene_oxide/12",
    "bruker_1h_urine/10",
    "varian_1h_ethylindanone.fid",
    "varian_1h_azithromycin.fid",
)
SIZE = 16384
X = np.arange(SIZE)


def line(place: float, height: float, fwhm: float) -> np.ndarray:
    return height / (1 + ((X - place * SIZE) / (fwhm / 2)) ** 2)


def spectrum_of(trace: np.ndarray) -> Spectrum:
    return Spectrum(with_imaginary(trace), Axis(SIZE, 6000.0, 400.0, 12.0))


def noise(sigma: float) -> np.ndarray:
    return sigma * np.random.default_rng(5).normal(size=SIZE)


def quiet_levels(spectrum: Spectrum) -> np.ndarray:
    """Return the medians of those of 128 stretches over which the trace hardly moves."""
    trace = spectrum.trace
    sigma = noise_sigma(trace)
    stretches = np.array_split(trace, 128)
    calm = max(8 * sigma, 0.01 * np.abs(trace).max())
    return np.array([np.median(s) for s in stretches if np.ptp(s) < calm])


@pytest.mark.parametrize("name", FIDS)
def test_line_free_parts_of_a_real_fid_lie_at_zero(
    name: str, examples: Path, shared_data: Path | None
):
    path = (shared_data or examples) / name
    if not path.exists():  # not bundled: a bundled one stands for it
        path = examples / FIDS[0]
    found = io.read(path, source="fid")
    spectrum = found.recipe.with_step(Phase()).apply(found.data)
    levels = quiet_levels(spectrum)
    assert levels.size >= 20
    limit = max(0.01 * np.abs(spectrum.trace).max(), 3 * noise_sigma(spectrum.trace))
    assert np.abs(levels).max() < limit


def test_the_roll_of_13c_is_there_before_and_gone_after(examples: Path):
    found = io.read(examples / "bruker_13c_caryophyllene_oxide/11", source="fid")
    recipe = found.recipe.with_step(Phase())
    before = recipe.with_step(Baseline(is_on=False)).apply(found.data)
    after = recipe.apply(found.data)
    tallest = after.trace.max()
    assert np.ptp(quiet_levels(before)) > 0.06 * tallest
    assert np.ptp(quiet_levels(after)) < 0.005 * tallest
    assert np.array_equal(before.data.imag, after.data.imag)


ROLLS = {
    "flat": np.zeros(SIZE),
    "offset": np.full(SIZE, 4.0),
    "slope": np.linspace(-5, 3, SIZE),
    "roll": 5 * np.sin(2 * np.pi * 2.3 * X / SIZE + 0.4) + 3 * np.cos(2 * np.pi * X / SIZE),
}


@pytest.mark.parametrize("name", ROLLS)
def test_known_curve_is_found_under_lines_of_both_signs(name: str):
    lines = line(0.2, 100, 6) + line(0.21, -60, 8) + line(0.55, 90, 5) + line(0.8, -30, 10)
    found = estimate_baseline(spectrum_of(lines + ROLLS[name] + noise(0.3)))
    assert np.abs(found - ROLLS[name]).max() < 0.6


@pytest.mark.parametrize("name", ["flat", "roll"])
def test_a_broad_oh_line_keeps_its_height(name: str):
    """40 Hz wide, a few percent of the tallest: the line that baselines like to eat."""
    broad = line(0.4, 4.0, 40.0 / 6000 * SIZE)
    lines = line(0.2, 100, 5) + line(0.7, 80, 5) + broad
    spectrum = subtract_baseline(spectrum_of(lines + ROLLS[name] + noise(0.1)))
    top = slice(round(0.4 * SIZE) - 20, round(0.4 * SIZE) + 20)
    assert spectrum.trace[top].mean() == pytest.approx(broad[top].mean(), rel=0.05)


def test_feet_of_a_tall_line_are_left():
    lines = line(0.5, 10_000, 12)
    spectrum = subtract_baseline(spectrum_of(lines + noise(0.2)))
    foot = slice(round(0.5 * SIZE) + 60, round(0.5 * SIZE) + 70)
    assert spectrum.trace[foot].mean() == pytest.approx(lines[foot].mean(), rel=0.02)


def test_subtracting_twice_changes_nothing_that_shows():
    lines = line(0.2, 100, 6) + line(0.55, 90, 5)
    once = subtract_baseline(spectrum_of(lines + ROLLS["roll"] + noise(0.3)))
    twice = subtract_baseline(once)
    assert np.abs(twice.trace - once.trace).max() < 0.15


def test_lines_and_their_feet_are_marked_whatever_the_baseline():
    lines = line(0.3, 100, 6)
    for curve in ROLLS.values():
        heights = signal_heights(spectrum_of(lines + curve + noise(0.3)))
        assert heights[round(0.3 * SIZE)] == np.inf
        stands_out = lines > 0.3
        assert np.all(heights[stands_out] > 0.5 * lines[stands_out])
        assert np.mean(heights > 0.3) < 0.06


def test_noise_alone_gives_its_mean():
    spectrum = spectrum_of(noise(1.0) + 2.0)
    assert np.abs(estimate_baseline(spectrum) - 2.0).max() < 0.3


def test_a_spectrum_without_a_line_free_stretch_is_left_as_it_is():
    crowd = sum(line(place, 50, 400) for place in np.linspace(0, 1, 60))
    found = estimate_baseline(spectrum_of(crowd + noise(0.001)))
    assert np.isfinite(found).all()
    assert np.abs(found).max() <= crowd.max()


def test_a_handful_of_points_is_refused():
    with pytest.raises(ProcessingError, match="at least"):
        subtract_baseline(Spectrum(np.arange(16.0), Axis(16, 100.0, 400.0, 1.0)))


@pytest.mark.parametrize(
    "step",
    [
        Baseline("polynomial", order=2),
        Baseline("arpls", period=1.0),
        Baseline("snip", period=0.5),
        Baseline("points", anchors=tuple(np.linspace(-2.9, 11.9, 16))),
    ],
    ids=lambda step: step.mode,
)
def test_every_method_finds_a_curve_that_it_can_follow(step: Baseline):
    """A parabola under lines that point up: the noise is 0.3, the curve 2.9 high."""
    curve = 8 * (X / SIZE - 0.4) ** 2
    lines = line(0.21, 100, 6) + line(0.552, 90, 5) + line(0.83, 30, 10)
    found = baseline_curve(spectrum_of(lines + curve + noise(0.3)), step)
    inner = slice(SIZE // 50, -SIZE // 50)
    assert np.abs(found - curve)[inner].max() < 1.2
    assert np.abs(found[inner]).max() > 2.0


def test_an_excluded_region_says_nothing_of_the_baseline():
    """A hump 20 high that is no baseline, of a width that every method would follow."""
    hump = 20 * np.exp(-(((X / SIZE - 0.6) / 0.06) ** 2))
    spectrum = spectrum_of(line(0.2, 100, 6) + hump + noise(0.3))
    axis = spectrum.axis
    region = (float(axis.ppm(0.42 * SIZE)), float(axis.ppm(0.78 * SIZE)))
    middle = round(0.6 * SIZE)
    for mode in ("automatic", "polynomial", "arpls", "snip"):
        left = baseline_curve(spectrum, Baseline(mode, order=2, period=0.06, excluded=(region,)))
        assert abs(left[middle]) < 1.5, mode
    for mode in ("arpls", "snip"):  # the others see a broad line in it themselves
        assert baseline_curve(spectrum, Baseline(mode, period=0.06))[middle] > 1.7, mode


def test_regions_and_anchors_move_along_with_a_reference():
    spectrum = spectrum_of(ROLLS["roll"] + line(0.2, 100, 6) + noise(0.1))
    step = Baseline("points", anchors=(1.0, 4.0, 7.0, 11.0), excluded=((3.0, 2.0),))
    plain = Recipe((step,)).apply(spectrum)
    for recipe in (Recipe((Reference(0.7), step)), Recipe((step, Reference(0.7)))):
        assert np.array_equal(recipe.apply(spectrum).data, plain.data)


def test_one_anchor_is_a_level_and_none_is_nothing():
    spectrum = spectrum_of(np.full(SIZE, 3.0) + noise(0.01))
    assert baseline_curve(spectrum, Baseline("points", anchors=(4.0,))) == pytest.approx(
        3.0, abs=0.02
    )
    assert not baseline_curve(spectrum, Baseline("points")).any()
    assert not baseline_curve(spectrum, Baseline("points", anchors=(99.0,))).any()


def test_a_polynomial_without_anything_to_go_through_is_refused():
    spectrum = spectrum_of(line(0.5, 100, 6) + noise(0.3))
    everything = ((spectrum.axis.limits_ppm[0] + 1, spectrum.axis.limits_ppm[1] - 1),)
    for mode in ("polynomial", "arpls"):
        with pytest.raises(ProcessingError, match="exclude less"):
            baseline_curve(spectrum, Baseline(mode, excluded=everything))
