"""Fast sums against slow ones."""

from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.spectra.simulation.fid_synthesis import gaussian_decay, sum_of_decays, transform_at


@pytest.mark.parametrize("td", [1, 255, 256, 1000, 4096])
@pytest.mark.parametrize("n", [0, 1, 700])
def test_sum_of_decays_is_the_direct_sum(td: int, n: int) -> None:
    rng = np.random.default_rng(5)
    frequency, decay = rng.uniform(-0.5, 0.5, n), rng.uniform(0, 0.01, n)
    amplitude = rng.standard_normal(n) + 1j * rng.standard_normal(n)
    t = np.arange(td)
    direct = np.exp((2j * np.pi * frequency - decay) * t[:, None]) @ amplitude
    fast = sum_of_decays(frequency, decay, amplitude, td)
    assert fast.shape == (td,)
    np.testing.assert_allclose(fast, direct, atol=1e-10)


def test_transform_at_the_bins_is_the_fft() -> None:
    rng = np.random.default_rng(6)
    signal = rng.standard_normal(1000) + 1j * rng.standard_normal(1000)
    frequency = np.fft.fftfreq(1000)
    np.testing.assert_allclose(
        transform_at(signal, frequency, np.zeros(1000)), np.fft.fft(signal), atol=1e-9
    )


def test_transform_at_between_the_bins_of_a_decaying_signal() -> None:
    signal = np.ones(5000, dtype=np.complex128)
    z = np.exp(-2j * np.pi * 0.0123 - 0.004)
    expected = (1 - z**5000) / (1 - z)
    np.testing.assert_allclose(
        transform_at(signal, np.array([0.0123]), np.array([0.004])), [expected], rtol=1e-12
    )


def test_gaussian_decay_makes_a_line_of_its_width() -> None:
    decay = gaussian_decay(20.0, 8192, 4000.0).astype(np.complex128)
    half = transform_at(decay, np.array([0.0, 10.0 / 4000.0]), np.zeros(2)).real - 0.5
    assert half[1] / half[0] == pytest.approx(0.5, rel=1e-6)
