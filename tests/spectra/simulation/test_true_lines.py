"""True lines against closed formulas of line shapes, and the rule of merging."""

from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.spectra.simulation.acquisitions import Acquisition
from nmrquanv.spectra.simulation.instrument import Instrument, Sideband
from nmrquanv.spectra.simulation.scene import Scene, joined, lines
from nmrquanv.spectra.simulation.spin_systems import Sticks
from nmrquanv.spectra.simulation.true_lines import Shapes, processed_shapes, true_lines

SW_HZ, TD = 5000.0, 32768
STEADY = np.ones(TD, dtype=np.complex128)


def _scene(hz: list[float], area: list[float], width_hz: float, gauss_hz: float = 0.0) -> Scene:
    return lines(Sticks(np.array(hz), np.array(area)), width_hz, gauss_hz=gauss_hz)


def _experiment(instrument: Instrument | None = None) -> Acquisition:
    return Acquisition(
        500.0, 2500.0, SW_HZ, TD, TD, 0.0, 100.0, instrument=instrument or Instrument()
    )


def _flat_shapes(scene: Scene, fwhm_hz: float) -> Shapes:
    n = len(scene)
    return Shapes(np.ones(n), np.full(n, fwhm_hz), np.zeros(n))


@pytest.mark.parametrize("width_hz", [1.0, 4.0, 25.0])
def test_lorentzian_height_and_width(width_hz: float) -> None:
    shapes = processed_shapes(_scene([1000.0], [1.0], width_hz), STEADY, SW_HZ)
    assert shapes.fwhm_hz[0] == pytest.approx(width_hz, rel=2e-3)
    assert shapes.height[0] == pytest.approx(SW_HZ / (np.pi * width_hz), rel=2e-3)
    assert shapes.apex_hz[0] == pytest.approx(0.0, abs=1e-3 * width_hz)


def test_line_broadening_adds_to_the_width() -> None:
    weight = np.exp(-np.pi * 0.7 / SW_HZ * np.arange(TD)) + 0j
    shapes = processed_shapes(_scene([1000.0], [1.0], 1.1), weight, SW_HZ)
    assert shapes.fwhm_hz[0] == pytest.approx(1.8, rel=2e-3)


def test_voigt_width_agrees_with_olivero_and_longbothum() -> None:
    # J. Quant. Spectrosc. Radiat. Transfer 17 (1977) 233: right to 0.02 %
    lorentz, gauss = 2.0, 3.0
    expected = 0.5346 * lorentz + np.sqrt(0.2166 * lorentz**2 + gauss**2)
    shapes = processed_shapes(_scene([0.0], [1.0], lorentz, gauss), STEADY, SW_HZ)
    assert shapes.fwhm_hz[0] == pytest.approx(expected, rel=3e-3)


def test_truncation_makes_a_sinc_of_the_acquisition_time() -> None:
    # the real part is sin(x)/x with x = 2 pi f (acquisition time), 1/2 at x = 1.8955
    shapes = processed_shapes(_scene([0.0], [1.0], 1e-3), STEADY, SW_HZ)
    assert shapes.fwhm_hz[0] == pytest.approx(1.8955 / np.pi * SW_HZ / TD, rel=0.01)


def test_many_widths_are_interpolated_well() -> None:
    widths = np.geomspace(0.5, 20.0, 40)
    scene = joined(*(_scene([0.0], [1.0], float(w)) for w in widths))
    shapes = processed_shapes(scene, STEADY, SW_HZ)
    np.testing.assert_allclose(shapes.fwhm_hz, widths, rtol=0.02)
    np.testing.assert_allclose(shapes.height, SW_HZ / (np.pi * widths), rtol=0.02)


def test_lines_closer_than_half_a_width_are_one_at_their_weighted_mean() -> None:
    scene = _scene([1000.0, 1000.4, 1003.0], [3.0, 1.0, 2.0], 1.0)
    found = true_lines(scene, _flat_shapes(scene, 1.0), _experiment(), sigma=0.01)
    assert [line.ppm * 500.0 for line in found] == pytest.approx([1003.0, 1000.1])


def test_height_and_width_of_merged_lines_are_those_of_the_envelope() -> None:
    scene = _scene([1000.0, 1000.45], [1.0, 1.0], 1.0)
    (line,) = true_lines(scene, _flat_shapes(scene, 1.0), _experiment(), sigma=0.01)
    x = np.linspace(-3, 3, 60001)
    envelope = 1 / (1 + (2 * (x - 0.225)) ** 2) + 1 / (1 + (2 * (x + 0.225)) ** 2)
    assert line.height == pytest.approx(envelope.max(), rel=0.03)
    above = x[envelope > envelope.max() / 2]
    assert line.fwhm_hz == pytest.approx(above[-1] - above[0], rel=0.04)


def test_a_narrow_line_on_the_flank_of_a_broad_one_stays() -> None:
    broad, narrow = _scene([1000.0], [5.0], 20.0), _scene([1004.0], [1.0], 1.0)
    scene = joined(broad, narrow)
    shapes = Shapes(np.ones(2), np.array([20.0, 1.0]), np.zeros(2))
    assert len(true_lines(scene, shapes, _experiment(), sigma=0.01)) == 2


def test_lines_of_opposite_sign_are_not_merged() -> None:
    scene = _scene([1000.0, 1000.1], [1.0, -1.0], 1.0)
    assert len(true_lines(scene, _flat_shapes(scene, 1.0), _experiment(), sigma=0.01)) == 2


def test_sidebands_are_listed_and_excused() -> None:
    instrument = Instrument(sidebands=(Sideband(20.0, 0.01, 0.02),))
    scene = _scene([1000.0], [100.0], 1.0)
    found = true_lines(scene, _flat_shapes(scene, 1.0), _experiment(instrument), sigma=0.1)
    assert [line.ppm * 500.0 for line in found] == pytest.approx([1020.0, 1000.0, 980.0])
    assert [line.is_excused for line in found] == [True, False, True]
    assert [line.height for line in found] == pytest.approx([2.0, 100.0, 1.0])


def test_lines_below_the_noise_are_not_listed() -> None:
    scene = _scene([1000.0, 1100.0], [1.0, 0.09], 1.0)
    assert len(true_lines(scene, _flat_shapes(scene, 1.0), _experiment(), sigma=0.1)) == 1
