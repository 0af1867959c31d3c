"""Pairs and single lines are made as they are described, and judged right."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from nmrquanv.bench.close_pairs import PairTask, pair_results, sites_on
from nmrquanv.bench.pair_spectra import SNR, PairSpectrum, Site, make_pairs
from nmrquanv.bench.shipped_finders import FoundPeaks
from nmrquanv.spectra.peaks import Peak, PeakList
from nmrquanv.spectra.simulate import Simulated

PAIR = Site((100.0, 100.8), 1.0, 4.0, 0.8, 1.0)
SINGLE = Site((100.0,), 1.0, 4.0, 0.8, 1.0)


@pytest.fixture(scope="module", params=[False, True], ids=["even", "lopsided"])
def spectrum(request: pytest.FixtureRequest) -> PairSpectrum:
    return make_pairs(np.random.default_rng(11), is_lopsided=request.param)


def seen(spectrum: PairSpectrum, site: Site) -> tuple[float, float]:
    """Return height and FWHM (Hz) that the trace itself shows at a site."""
    axis, trace = spectrum.made.spectrum.axis, spectrum.made.spectrum.trace
    middle = round(axis.point(float(np.mean(site.hz)) / axis.sf_mhz))
    reach = int(site.reach_hz / axis.point_hz)
    fine = np.linspace(-reach, reach, 200 * reach)
    part = np.interp(fine, np.arange(-reach, reach + 1), trace[middle - reach : middle + reach + 1])
    above = fine[part >= part.max() / 2]
    return float(part.max()), float((above[-1] - above[0]) * axis.point_hz)


def test_pairs_and_singles_are_300_sigma_tall_and_as_wide_as_each_other(
    spectrum: PairSpectrum,
) -> None:
    pairs, singles = spectrum.sites[::2], spectrum.sites[1::2]
    point_hz = spectrum.made.spectrum.axis.point_hz
    assert len(pairs) == len(singles) == 12
    for pair, single in zip(pairs, singles, strict=True):
        assert pair.is_pair
        assert not single.is_pair
        (tall, wide), (tall_too, wide_too) = seen(spectrum, pair), seen(spectrum, single)
        assert tall / spectrum.made.sigma == pytest.approx(SNR, rel=0.04)
        assert tall_too / spectrum.made.sigma == pytest.approx(SNR, rel=0.04)
        assert wide_too == pytest.approx(wide, abs=0.04 * pair.fwhm_hz + 0.2 * point_hz)


def test_lines_of_pairs_are_where_they_should_be(spectrum: PairSpectrum) -> None:
    for site in spectrum.sites:
        if site.is_pair:
            apart = abs(site.hz[1] - site.hz[0])
            assert apart == pytest.approx(site.separation * site.fwhm_hz, rel=1e-6)
    counts = Counter((s.separation, s.ratio, s.is_pair) for s in spectrum.sites)
    assert set(counts.values()) == {2}
    assert len(counts) == 12
    # the truth of the simulation, made by other code, has a line at each of the wider pairs'
    true = np.array([x.ppm for x in spectrum.made.lines]) * spectrum.made.spectrum.axis.sf_mhz
    for site in spectrum.sites:
        if site.separation > 0.5 or not site.is_pair:
            for hz in site.hz:
                assert np.abs(true - hz).min() < 0.02 * site.fwhm_hz


def test_sites_stand_alone(spectrum: PairSpectrum) -> None:
    true = np.array([x.ppm for x in spectrum.made.lines]) * spectrum.made.spectrum.axis.sf_mhz
    for site in spectrum.sites:
        away = np.abs(true - np.mean(site.hz))
        assert (away <= site.reach_hz).sum() <= len(site.hz)
        assert ((away > site.reach_hz) & (away < 2 * site.reach_hz)).sum() == 0


@pytest.mark.parametrize(
    ("found", "is_right"),
    [
        ([100.0, 100.8], True),
        ([100.95, 100.1], True),
        ([100.0, 101.05], False),  # the second too far
        ([100.4], False),
        ([100.0, 100.4, 100.8], False),
        ([], False),
        ([100.0, 100.05], False),  # both at the same line
    ],
)
def test_a_pair_is_right_with_two_peaks_near_its_lines(found: list[float], is_right: bool) -> None:
    assert PAIR.is_resolved(found) == is_right


@pytest.mark.parametrize(
    ("found", "is_right"), [([100.3], True), ([], False), ([99.9, 100.1], False)]
)
def test_a_single_line_is_right_with_one_peak(found: list[float], is_right: bool) -> None:
    assert SINGLE.is_resolved(found) == is_right


def test_peaks_of_a_neighbour_are_not_the_sites() -> None:
    peaks = [Peak(100.0 / 400, 1.0), Peak(103.9 / 400, 1.0), Peak(104.1 / 400, 1.0)]
    assert SINGLE.own(peaks, 400.0) == pytest.approx([100.0, 103.9])


def knows_sites(made: Simulated, model: str) -> FoundPeaks:
    """Find the lines that the truth lists, or each of them split in two."""
    sf_mhz = made.spectrum.axis.sf_mhz
    apart = {"whole": (0.0,), "split": (-0.4, 0.4), "blind": ()}[model]
    peaks = PeakList(
        tuple(Peak(x.ppm + a * x.fwhm_hz / sf_mhz, x.height) for x in made.lines for a in apart)
    )
    return FoundPeaks(peaks, peaks)


def test_who_splits_everything_gets_no_single_line_and_who_is_blind_gets_nothing() -> None:
    models = ("whole", "split", "blind")
    outcomes = sites_on(PairTask(5, 0, models, knows_sites))
    whole, split, blind = (pair_results(o) for o in outcomes)
    for own in whole[1:]:  # at 0.5 FWHM the truth's merging may have joined the pair
        assert (own.two.value, own.one.value) == (1.0, 1.0)
    assert [r.separation for r in whole] == [0.5, 0.8, 1.2]
    assert all(r.one.value == 0.0 for r in (*split, *blind))
    assert all(r.two.value == 0.0 for r in blind)
    assert whole[0].pairs == whole[0].singles == 4
