"""Lines that stand as one shape: exchange against Bloch and McConnell, hidden couplings."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import expm

from nmrquanv.spectra.simulate import Simulated, acquire
from nmrquanv.spectra.simulation.acquisitions import Acquisition
from nmrquanv.spectra.simulation.blends import Blend
from nmrquanv.spectra.simulation.exchange import (
    FASTEST,
    SLOWEST,
    coalescence_rate,
    exchanging_sites,
    two_sites,
)
from nmrquanv.spectra.simulation.instrument import FieldSpread, Instrument
from nmrquanv.spectra.simulation.scene import EMPTY, joined
from nmrquanv.spectra.simulation.unresolved import NARROWEST, WIDEST, bump, unresolved

SW_HZ, TD, CENTRE = 5000.0, 32768, 2500.0
STEADY = np.ones(TD, dtype=np.complex128)
ZERO, ONE, SOUND = np.zeros(1), np.ones(1), Instrument()


def sites(of_coalescence: float, share: float = 0.5, width_hz: float = 1.0) -> Blend:
    rate = of_coalescence * coalescence_rate(40.0)
    return two_sites(ZERO, ONE, 40.0, share, rate, width_hz)


def measured(blend: Blend, instrument: Instrument = SOUND) -> Simulated:
    experiment = Acquisition(
        500.0, CENTRE, SW_HZ, TD, 2 * TD, 0.0, 1e5, receiver_deg=50.0, instrument=instrument
    )
    return acquire(np.random.default_rng(0), EMPTY.with_blends(blend), experiment)


def test_the_fid_is_that_of_bloch_and_mcconnell() -> None:
    share, rate, width = 0.7, 55.0, 1.3
    blend = two_sites(ZERO, ONE, 40.0, share, rate, width)
    from_a, from_b = 2 * rate * (1 - share), 2 * rate * share
    matrix = np.array([[-from_a, from_b], [from_a, -from_b]], dtype=complex)
    for i, hz in enumerate((-(1 - share) * 40.0, share * 40.0)):
        matrix[i, i] += -np.pi * width - 2j * np.pi * hz  # higher shifts turn backwards
    expected = [(expm(matrix * k / SW_HZ) @ [share, 1 - share]).sum() for k in (0, 7, 60, 500)]
    fid = blend.decays(0.0, SW_HZ, 501)
    np.testing.assert_allclose(fid[[0, 7, 60, 500]], expected, atol=1e-10)


def test_slow_exchange_shows_two_lines_broadened_by_the_rate_over_pi() -> None:
    of_coalescence = 0.04
    tops = sites(of_coalescence).tops(STEADY, SW_HZ)
    broadening = of_coalescence * coalescence_rate(40.0) / np.pi
    assert tops.hz == pytest.approx([-20.0, 20.0], abs=0.1)
    assert tops.fwhm_hz == pytest.approx(1.0 + broadening, rel=0.03)
    assert not tops.is_excused.any()


def test_the_rarer_site_is_the_broader_line() -> None:
    tops = sites(0.05, share=0.8).tops(STEADY, SW_HZ)
    rate = 0.05 * coalescence_rate(40.0)
    assert tops.hz == pytest.approx([-8.0, 32.0], abs=0.2)
    assert tops.fwhm_hz == pytest.approx(1 + 2 * rate * np.array([0.2, 0.8]) / np.pi, rel=0.05)
    assert tops.height[0] > 4 * tops.height[1]


@pytest.mark.parametrize("share", [0.5, 0.8])
def test_fast_exchange_shows_one_line_at_the_mean(share: float) -> None:
    tops = sites(20.0, share).tops(STEADY, SW_HZ)
    counted = ~tops.is_excused
    assert tops.hz[counted] == pytest.approx([0.0], abs=0.3)
    rate = 20.0 * coalescence_rate(40.0)
    expected = 1.0 + 4 * np.pi * share * (1 - share) * 40.0**2 * share * (1 - share) / (
        2 * rate * share * (1 - share)
    )
    assert tops.fwhm_hz[counted][0] == pytest.approx(expected, rel=0.15)


def test_beyond_coalescence_one_line_counts_before_it_two_do() -> None:
    counts = [int((~sites(r).tops(STEADY, SW_HZ).is_excused).sum()) for r in (0.5, 0.97, 1.1, 4)]
    assert counts == [2, 1, 1, 1]
    near = sites(0.97).tops(STEADY, SW_HZ)
    assert near.hz[~near.is_excused] == pytest.approx([0.0], abs=0.5)


@pytest.mark.parametrize(
    "instrument",
    [
        SOUND,
        Instrument(dead_points=1.3),
        Instrument(has_filter=True),
        Instrument(field=FieldSpread((0.0, 0.8), (0.0, 0.6), (0.7, 0.3))),
    ],
    ids=["plain", "delay", "filter", "lopsided"],
)
def test_the_truth_of_a_blend_is_what_the_trace_shows(instrument: Instrument) -> None:
    blend = two_sites(np.array([1200.0, 3100.0]), np.array([1.0, 2.0]), 40.0, 0.6, 30.0, 1)
    made = measured(blend, instrument)
    assert len(made.lines) == 4
    axis, trace = made.spectrum.axis, made.spectrum.trace
    for line in made.lines:
        near = round(float(axis.point(line.ppm)))
        around = trace[near - 20 : near + 21]
        assert line.height == pytest.approx(around.max(), rel=0.02)
        assert abs(int(np.argmax(around)) - 20) <= 2


def test_drawn_rates_reach_from_slow_to_fast() -> None:
    counts = []
    for seed in range(80):
        blend = exchanging_sites(np.random.default_rng(seed), 500.0, 1.0)
        assert blend.amplitude.sum() == pytest.approx(1.0)
        tops = blend.chosen(np.arange(blend.hz.size) == 0).tops(STEADY, SW_HZ)
        counts.append(int((~tops.is_excused).sum()))
    assert 0.2 < np.mean(np.array(counts) == 1) < 0.8
    assert set(counts) == {1, 2}
    assert SLOWEST < 0.1
    assert FASTEST > 10


@pytest.mark.parametrize("widths", [NARROWEST, 3.5, WIDEST])
def test_a_bump_has_one_top_of_the_width_asked_for(widths: float) -> None:
    for seed in range(12):
        sticks = unresolved(np.random.default_rng(seed), widths)
        assert sticks.hz.size > 3
        x = np.linspace(-3 * widths, 3 * widths, 2001)
        line = (sticks.area / (1 + 4 * (x[:, None] - sticks.hz) ** 2)).sum(axis=1)
        assert np.ptp(x[line > 0.5 * line.max()]) == pytest.approx(widths, rel=0.12)
        inside = line[line > 0.9 * line.max()]
        assert np.ptp(np.flatnonzero(line > 0.9 * line.max())) == inside.size - 1


def test_lines_of_a_bump_count_as_one_each() -> None:
    for seed in range(12):
        blend = bump(np.random.default_rng(seed), 500.0, 1.0)
        made = measured(blend)
        own = made.lines
        assert len(own) == blend.hz.size
        for line in own:
            assert 0.9 * NARROWEST < line.fwhm_hz < 1.1 * WIDEST


def test_blends_are_scaled_joined_and_left_out_with_their_scene() -> None:
    blend = sites(0.1)
    scene = joined(EMPTY.with_blends(blend), EMPTY.with_blends(blend)).scaled(3.0)
    assert [b.area[0] for b in scene.blends] == [3.0, 3.0]
    assert all(b.hz.size == 0 for b in scene.within(100.0, 200.0).blends)
