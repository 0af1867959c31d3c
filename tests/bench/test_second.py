"""The second simulator against analysis, and its measures against finders that know the truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nmrquanv.bench.measure import MeasurePlan, measure
from nmrquanv.bench.report import markdown
from nmrquanv.bench.second.hard_kinds import SECOND_KINDS, second_spectrum
from nmrquanv.bench.second.second_measures import Miss, coverage, misses
from nmrquanv.bench.second.sites import CASES, SHAPES, site_spectrum, split_results
from nmrquanv.bench.second.spectrometer import (
    Resonance,
    Setup,
    ShimParts,
    acquire,
    merged,
    shape_of,
)
from nmrquanv.bench.second.sticks import SignalSticks, coupled, single, split
from nmrquanv.bench.shipped_finders import FoundPeaks
from nmrquanv.spectra.peaks import Peak, PeakList
from nmrquanv.spectra.spectrum import TrueLine


def test_two_coupled_spins_have_the_lines_of_the_textbook() -> None:
    away, j = 20.0, 10.0
    couplings = np.array([[0.0, j], [0.0, 0.0]])
    found = coupled(np.array([-away / 2, away / 2]), couplings)
    reach = np.hypot(away, j) / 2
    assert found.hz == pytest.approx([-reach - j / 2, -reach + j / 2, reach - j / 2, reach + j / 2])
    sine = j / (2 * reach)
    assert found.share == pytest.approx(
        np.array([1 - sine, 1 + sine, 1 + sine, 1 - sine]) / 1.45, rel=0.01
    )


def test_a_first_order_quartet_is_1_3_3_1() -> None:
    found = split([7.0, 7.0, 7.0])
    assert found.hz == pytest.approx([-10.5, -3.5, 3.5, 10.5])
    assert found.share == pytest.approx([1 / 3, 1, 1, 1 / 3])


def test_a_decay_has_its_width_and_stands_where_its_stick_is() -> None:
    setup = Setup(lb_hz=0.3, td=32_768)
    shape = shape_of(Resonance(single(), 1.0, 1.2).decay(setup.t) * setup.window, setup)
    assert shape.fwhm_hz == pytest.approx(1.5, rel=2e-3)
    assert shape.top_hz == pytest.approx(0.0, abs=1e-3)
    gauss = shape_of(Resonance(single(), 1.0, 0.0, 2.0).decay(setup.t), setup)
    assert gauss.fwhm_hz == pytest.approx(2.0, rel=2e-3)


def test_heights_positions_and_noise_are_what_is_said() -> None:
    rng = np.random.default_rng(3)
    field = ShimParts(np.array([0.0, 1.0]), np.array([0.6, 0.4]), np.array([0.3, 0.5]))
    signals = [
        Resonance(SignalSticks(np.array([-700.0]), np.ones(1)), 5000.0, 0.8),
        Resonance(SignalSticks(np.array([900.0]), np.ones(1)), 2000.0, 1.5),
    ]
    made = acquire(rng, signals, Setup(field=field), "here")
    trace, axis = made.spectrum.trace, made.spectrum.axis
    assert np.std(trace[-2000:]) == pytest.approx(made.sigma, rel=0.1)
    for line in made.lines:
        near = axis.span(line.ppm + 0.01, line.ppm - 0.01)
        top = near.start + int(np.argmax(trace[near]))
        assert abs(float(axis.point(line.ppm)) - top) <= 0.6
        assert trace[top] == pytest.approx(line.height, rel=0.03)


def test_lines_closer_than_half_a_width_are_one_at_their_mean() -> None:
    lines = [TrueLine(1.0, 1.0, 2.0), TrueLine(1.0008, 1.0, 6.0), TrueLine(1.01, 1.0, 1.0)]
    far, near = merged(lines, 500.0)
    assert (far.ppm, far.height) == (1.01, 1.0)
    assert (near.ppm, near.height) == (pytest.approx(1.0006), 8.0)


@pytest.mark.parametrize("kind", SECOND_KINDS)
def test_a_spectrum_of_every_kind_is_the_same_at_every_call(kind: str) -> None:
    first, again = second_spectrum(kind, 0), second_spectrum(kind, 0)
    assert np.array_equal(first.spectrum.data, again.spectrum.data)
    assert first.lines == again.lines
    assert sum(x.height >= 6 * first.sigma for x in first.lines) >= 8
    assert first.spectrum.noise.sigma == pytest.approx(first.sigma, rel=0.3)


def perfect(made, model: str) -> FoundPeaks:
    """Find what is there; "careless" says errors ten times too small."""
    error = {"perfect": 1.0, "careless": 0.1}[model]
    rng = np.random.default_rng(1)
    peaks = [
        Peak(
            x.ppm + 0.01 * x.fwhm_hz / made.spectrum.axis.sf_mhz * rng.normal(),
            x.height,
            ppm_err=error * 0.01 * x.fwhm_hz / made.spectrum.axis.sf_mhz,
            is_confirmed=True,
        )
        for x in made.lines
        if x.height >= 6 * made.sigma and not x.is_excused
    ]
    found = PeakList(tuple(peaks))
    return FoundPeaks(found, found)


def test_honest_errors_cover_two_thirds_and_boasting_ones_do_not() -> None:
    made = second_spectrum("unapodized", 0)
    honest = coverage(misses(made, perfect(made, "perfect").shown))
    assert sum(c.share.value * c.lines for c in honest) / sum(c.lines for c in honest) > 0.5
    boasting = coverage(misses(made, perfect(made, "careless").shown))
    assert all(c.share.value < 0.3 for c in boasting)
    bins = coverage([Miss(True, 10.0, 0.5), Miss(True, 10.0, 1.5), Miss(False, 2000.0, 0.1)])
    assert [(c.shape, c.low_snr, c.share.value, c.lines) for c in bins] == [
        ("even", 1000.0, 1.0, 1),
        ("lopsided", 6.0, 0.5, 2),
    ]


def test_a_site_wants_as_many_peaks_as_it_has_lines() -> None:
    made, sites = site_spectrum(SHAPES[2], 300.0, 0)
    assert {s.case for s in sites} == {None, *CASES}
    for site in sites:
        right = [Peak(x, 1.0) for x in site.ppm]
        assert site.is_right(right)
        assert not site.is_right(right[:-1])
        assert not site.is_right([*right, replace(right[0], id="another")])
        if site.case is not None:
            assert not site.is_right([Peak(p.ppm + 0.3 * site.fwhm_ppm, 1.0) for p in right])
    near = [float(np.abs(made.spectrum.axis.all_ppm() - x).min()) for s in sites for x in s.ppm]
    assert max(near) < made.spectrum.axis.point_ppm
    assert np.isnan(split_results([])[0].single.value)


def test_who_knows_the_truth_gets_1_in_every_kind_and_stands_in_the_table() -> None:
    result = measure(MeasurePlan(("perfect",), 1, parts=("second",), find=perfect))
    second = result.models["perfect"].second
    assert second is not None
    assert all(k.f1.value > 0.99 for k in second.kinds.values())
    assert all(s.single.value == 1.0 and s.pairs[0].value == 1.0 for s in second.splits)
    text = markdown(result)
    for word in ("| lopsided |", "| faint |", "1:10 at 1 FWHM", "| even | 6 to 15 |"):
        assert word in text
