"""What instruments do to a FID, against what they were told to do."""

from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.spectra.simulation.instrument import (
    GROUP_DELAY_POINTS,
    FieldSpread,
    Instrument,
    Sideband,
    baseline_points,
    digitally_filtered,
    envelope,
)


def test_a_perfect_magnet_leaves_the_fid_alone() -> None:
    factor = envelope(np.random.default_rng(0), Instrument(), 2048, 5000.0)
    np.testing.assert_allclose(factor, 1.0, atol=1e-12)


def test_parts_of_the_field_keep_the_intensity() -> None:
    field = FieldSpread((0.0, 1.0), (0.0, 0.5), (0.7, 0.3)).with_part(
        FieldSpread((5.0,), (20.0,)), 0.04
    )
    assert sum(field.share) == pytest.approx(1.0)
    assert field.share[-1] == pytest.approx(0.04)


def test_a_positive_offset_moves_the_line_to_higher_frequency() -> None:
    # fft index 0 after fftshift is the highest ppm, so higher shifts turn backwards
    instrument = Instrument(field=FieldSpread((3.0,), (0.0,), (1.0,)))
    factor = envelope(np.random.default_rng(0), instrument, 1000, 1000.0)
    spectrum = np.abs(np.fft.fftshift(np.fft.fft(factor)))
    assert int(np.argmax(spectrum)) == 500 - 3


def test_the_field_wanders_as_much_as_asked() -> None:
    sw_hz, td = 5000.0, 1 << 17
    instrument = Instrument(drift_hz=0.2, drift_corner_hz=5.0)
    factor = envelope(np.random.default_rng(1), instrument, td, sw_hz)
    np.testing.assert_allclose(np.abs(factor), 1.0, atol=1e-9)
    wander_hz = np.diff(np.unwrap(np.angle(factor))) * sw_hz / (2 * np.pi)
    assert wander_hz.std() == pytest.approx(0.2, rel=0.15)


def test_sidebands_stand_at_their_distance_and_height() -> None:
    instrument = Instrument(sidebands=(Sideband(20.0, 0.01, 0.03),))
    factor = envelope(np.random.default_rng(0), instrument, 5000, 5000.0)
    spectrum = np.fft.fftshift(np.fft.fft(factor)) / 5000
    assert spectrum[2500 - 20] == pytest.approx(0.03)
    assert spectrum[2500 + 20] == pytest.approx(0.01)


def test_the_baseline_rolls_as_much_as_asked() -> None:
    instrument = Instrument(baseline=0.05, baseline_points=6)
    wrong = baseline_points(np.random.default_rng(2), instrument, height=1000.0)
    wave = np.fft.fft(wrong, 4096).real
    assert wave.std() == pytest.approx(50.0, rel=0.05)
    assert not baseline_points(np.random.default_rng(2), Instrument(), 1000.0).size


def test_the_digital_filter_only_delays_the_middle_of_the_sweep() -> None:
    td = 4096
    t = np.arange(td)
    line = np.exp((2j * np.pi * 0.21 - 0.01) * t)
    plain = np.fft.fftshift(np.fft.fft(line))
    delayed = np.fft.fftshift(np.fft.fft(digitally_filtered(line)))
    delayed *= np.exp(2j * np.pi * GROUP_DELAY_POINTS * (t / td - 0.5))
    middle = slice(int(0.05 * td), int(0.95 * td))
    assert np.abs(delayed - plain)[middle].max() < 0.01 * np.abs(plain).max()
    assert np.abs(delayed[0]) < 0.6 * np.abs(plain[0])
