"""First-order patterns are read back from their lines."""

from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.spectra.multiplets.first_order import RowLines
from nmrquanv.spectra.multiplets.patterns import is_symmetric, pattern_of
from nmrquanv.spectra.simulation.spin_systems import first_order, transitions

KINDS = {
    "s": [],
    "d": [(7.5, 1)],
    "t": [(7.0, 2)],
    "q": [(7.0, 3)],
    "quint": [(6.5, 4)],
    "sext": [(7.2, 5)],
    "sept": [(6.8, 6)],
    "dd": [(10.0, 1), (4.0, 1)],
    "dt": [(12.0, 1), (5.0, 2)],
    "td": [(8.0, 2), (3.0, 1)],
    "dq": [(11.0, 1), (6.5, 3)],
    "qd": [(7.0, 3), (2.4, 1)],
    "ddd": [(15.0, 1), (9.0, 1), (4.0, 1)],
    "dddd": [(16.2, 1), (11.1, 1), (6.6, 1), (2.9, 1)],
}


def lines_of(hz: np.ndarray, area: np.ndarray, fwhm_hz: float = 1.0, snr: float = 1e4) -> RowLines:
    noise = area.max() / snr
    return RowLines(
        hz,
        fwhm_hz * noise / area / 2,
        area,
        np.full(len(hz), 1.5 * noise),
        np.full(len(hz), fwhm_hz),
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_pattern_is_named_and_its_couplings_are_read(kind: str) -> None:
    sticks = first_order(2000.0, KINDS[kind])
    found = pattern_of(lines_of(sticks.hz, sticks.area))
    assert found is not None
    assert found.name == kind
    assert found.centre_hz == pytest.approx(2000.0, abs=1e-6)
    assert [(round(c.hz, 6), c.partners) for c in found.couplings] == KINDS[kind]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_noise_changes_neither_class_nor_couplings(kind: str) -> None:
    """The issue's aim: 95 % of the classes, J within 0.1 Hz where lines are 1.2 FWHM apart."""
    rng = np.random.default_rng(7)
    right, tries = 0, 40
    for _ in range(tries):
        couplings = [(j * rng.uniform(0.95, 1.05), n) for j, n in KINDS[kind]]
        sticks = first_order(2000.0, couplings)
        true = lines_of(sticks.hz, sticks.area, fwhm_hz=0.7, snr=200)
        noisy = RowLines(
            true.hz + true.error_hz * rng.standard_normal(len(true.hz)),
            true.error_hz,
            true.intensity + true.intensity_error * rng.standard_normal(len(true.hz)),
            true.intensity_error,
            true.fwhm_hz,
        )
        found = pattern_of(noisy)
        right += found is not None and found.name == kind
        if found is not None and found.name == kind:
            off = [abs(c.hz - j) for c, (j, _) in zip(found.couplings, couplings, strict=True)]
            assert max(off, default=0.0) < 0.1
    assert right >= 0.95 * tries


def test_intensities_that_do_not_fit_make_no_pattern() -> None:
    sticks = first_order(100.0, KINDS["t"])
    assert pattern_of(lines_of(sticks.hz, np.array([1.0, 1.0, 1.0]))) is None


def test_uneven_distances_make_no_pattern() -> None:
    assert pattern_of(lines_of(np.array([0.0, 7.0, 11.0, 20.0]), np.ones(4))) is None


def test_lines_of_different_width_are_not_one_multiplet() -> None:
    lines = lines_of(np.array([0.0, 7.0]), np.ones(2))
    wide = RowLines(
        lines.hz, lines.error_hz, lines.intensity, lines.intensity_error, np.array([1, 9.0])
    )
    assert pattern_of(lines) is not None
    assert pattern_of(wide) is None


def test_a_mild_roof_is_first_order_and_a_steep_one_is_not() -> None:
    for ratio, is_first_order in ((1.3, True), (3.5, False)):
        lines = lines_of(np.array([0.0, 8.0]), np.array([1.0, ratio]))
        assert (pattern_of(lines) is not None) is is_first_order


def test_a_strongly_coupled_system_is_not_forced_into_first_order() -> None:
    """AA'BB'-like four spins: what is named must at least be symmetric; ABX's AB part is not."""
    j = np.zeros((3, 3))
    j[1, 0], j[2, 0], j[2, 1] = 12.0, 2.0, 9.0
    sticks = transitions([1000.0, 1010.0, 1400.0], j, 0.02)
    part = sticks.hz < 1200
    lines = lines_of(sticks.hz[part], sticks.area[part], fwhm_hz=0.3)
    assert not is_symmetric(lines)
    assert pattern_of(lines) is None


def test_a_septet_without_its_outer_lines_is_still_a_septet() -> None:
    sticks = first_order(0.0, KINDS["sept"])
    found = pattern_of(lines_of(sticks.hz[1:-1], sticks.area[1:-1], snr=150.0))
    assert found is not None
    assert found.name == "sept"
    assert found.couplings[0].hz == pytest.approx(6.8)
    seen = pattern_of(lines_of(sticks.hz[1:-1], sticks.area[1:-1]))
    assert seen is None  # lines of S/N 500 would have been found


def test_a_pattern_expands_to_the_lines_it_came_from() -> None:
    sticks = first_order(50.0, KINDS["td"])
    found = pattern_of(lines_of(sticks.hz, sticks.area))
    assert found is not None
    again = first_order(found.centre_hz, [(c.hz, c.partners) for c in found.couplings])
    assert again.hz == pytest.approx(sticks.hz)
    assert again.area == pytest.approx(sticks.area)
