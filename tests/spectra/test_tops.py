"""The tops of a trace: what is one, what is a wiggle, where a shoulder lies."""

import numpy as np
import pytest

from nmrquanv.spectra.quiet import quiet_sigma
from nmrquanv.spectra.tops import Sight, tops_of

POINTS, POINT_HZ = 8192, 0.25


@pytest.fixture
def noise():
    return np.random.default_rng(5).normal(size=POINTS)


def _line(at, fwhm, height):
    return height / (1 + (2 * (np.arange(POINTS) - at) / fwhm) ** 2)


def test_the_quiet_parts_tell_the_noise(noise):
    assert quiet_sigma(noise + _line(4000, 30, 1e4)) == pytest.approx(1.0, rel=0.15)


@pytest.mark.parametrize(("height", "is_top"), [(15.0, False), (30.0, True)])
def test_a_top_stands_twenty_sigma(noise, height, is_top):
    tops = tops_of(noise + _line(3000, 12, height), Sight(1.0, POINT_HZ))
    assert (np.abs(tops.top - 3000) < 3).any() == is_top


def test_a_top_is_half_a_percent_of_the_tallest(noise):
    trace = noise + _line(3000, 12, 1e4)
    for height, is_top in ((35.0, False), (80.0, True)):
        tops = tops_of(trace + _line(6000, 12, height), Sight(1.0, POINT_HZ))
        assert (np.abs(tops.top - 6000) < 4).any() == is_top


@pytest.mark.parametrize("offset", [-1e5, -300.0, 300.0, 1e5])
def test_an_offset_moves_no_top(noise, offset):
    """Nor turns it into a wiggle, with a cut FID of any length."""
    trace = noise + _line(3000, 12, 1e3) + _line(3300, 12, 60) + _line(6000, 12, 200)
    trace += 12 * np.cos(np.arange(POINTS) / 5) * (np.abs(np.arange(POINTS) - 3000) < 40)
    for sight in (Sight(1.0, POINT_HZ), Sight(1.0, POINT_HZ, 0.5)):
        moved = tops_of(trace + offset, sight)
        assert moved.top.tolist() == tops_of(trace, sight).top.tolist() != []


@pytest.mark.parametrize("height", [60.0, 100.0, 300.0])
def test_a_line_on_a_hump_is_not_as_tall_as_the_hump(noise, height):
    """What of the hump stands above a floor over 201 points is 56."""
    hump = 2000 * np.exp(-(((np.arange(POINTS) - 4000) / 600) ** 2))
    tops = tops_of(noise + hump + _line(3990, 6, height), Sight(1.0, 0.5))
    on_top = np.flatnonzero(np.abs(tops.maximum - 3990) < 3)
    assert tops.is_top[on_top].all()
    for seen in (tops.above, tops.rise):
        assert seen[on_top] == pytest.approx([height + 56], abs=6)
    assert tops.width[on_top] < 40


@pytest.mark.parametrize(("fwhm", "height"), [(100, 300.0), (600, 2000.0), (1200, 200.0)])
def test_a_broad_line_is_as_tall_as_it_is_however_broad(noise, fwhm, height):
    tops = tops_of(noise + _line(4000, fwhm, height), Sight(1.0, 0.5))
    assert tops.above.max() == pytest.approx(height, rel=0.05)


def test_a_ripple_on_a_flank_is_no_top(noise):
    ripple = 4 * np.cos(np.arange(POINTS) / 5) * (np.abs(np.arange(POINTS) - 4000) < 40)
    tops = tops_of(noise + _line(4000, 60, 400) + ripple, Sight(1.0, POINT_HZ))
    assert tops.top.size == 1


def test_a_shoulder_is_seen_without_a_maximum(noise):
    trace = 0.1 * noise + _line(4000, 20, 1000) + _line(4018, 20, 300)
    tops = tops_of(trace, Sight(0.1, POINT_HZ))
    assert tops.top.size == 1
    assert np.abs(tops.shoulder - 4018).min() <= 2


@pytest.mark.parametrize("is_length_known", [True, False])
def test_wiggles_of_a_cut_fid_are_no_tops_but_lines_beside_are(is_length_known):
    td, sw_hz = 2048, 2048 * 4 * POINT_HZ / 4
    t = np.arange(td) / sw_hz
    fid = np.exp(2j * np.pi * 10 * t - t / 0.9) + 0.1 * np.exp(-2j * np.pi * 90.3 * t - t / 0.3)
    trace = np.fft.fftshift(np.fft.fft(fid, POINTS)).real
    duration = td / sw_hz
    point_hz = sw_hz / POINTS
    sight = Sight(1e-3 * trace.max(), point_hz, duration if is_length_known else None)
    tops = tops_of(trace, sight)
    hz = (tops.top - POINTS / 2) * point_hz
    assert sorted(np.round(hz)) == [-90, 10]


def test_nothing_and_next_to_nothing_have_no_tops():
    for trace in (np.zeros(2), np.zeros(500), np.arange(500.0)):
        assert tops_of(trace, Sight(1.0, POINT_HZ)).top.size == 0
