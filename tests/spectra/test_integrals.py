from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.integrals import Integral, area, nuclei, running_area, why_not
from nmrquanv.spectra.spectrum import Spectrum

AXIS = Axis(32768, 4000.0, 400.0, 10.0)


def lorentzians(*lines: tuple[float, float], fwhm_hz: float = 1.0) -> Spectrum:
    hz = AXIS.all_ppm() * AXIS.sf_mhz
    trace = sum(h / (1 + ((hz - p * AXIS.sf_mhz) / (fwhm_hz / 2)) ** 2) for p, h in lines)
    return Spectrum(np.asarray(trace), AXIS)


def test_the_area_of_a_lorentzian_is_known() -> None:
    # pi/2 * height * fwhm, of which 2/pi * atan(2 w / fwhm) lies within +- w
    inside = 2 / np.pi * np.arctan(2 * 0.5 * 400 / 1.0)
    found = area(lorentzians((5.0, 7.0)), Integral(5.5, 4.5))
    assert found == pytest.approx(np.pi / 2 * 7.0 * inside, rel=1e-4)


def test_negative_lines_have_negative_areas() -> None:
    assert area(lorentzians((5.0, -7.0)), Integral(5.5, 4.5)) < -10


@given(st.lists(st.floats(0.2, 9.8), min_size=3, max_size=6, unique=True))
def test_neighbouring_integrals_add_up_wherever_they_are_cut(cuts: list[float]) -> None:
    spectrum = lorentzians((5.0, 7.0), (3.0, 2.0))
    cuts = sorted(cuts, reverse=True)
    parts = [area(spectrum, Integral(a, b)) for a, b in pairwise(cuts)]
    assert sum(parts) == pytest.approx(area(spectrum, Integral(cuts[0], cuts[-1])), abs=1e-9)


def test_the_running_area_is_drawn_from_end_to_end() -> None:
    ppm, so_far = running_area(lorentzians((5.0, 7.0)), Integral(5.503, 4.501))
    assert ppm[[0, -1]] == pytest.approx([5.503, 4.501])
    assert np.all(np.diff(ppm) < 0)
    assert so_far[0] == 0
    assert np.all(np.diff(so_far) > 0)
    assert np.interp(-5.0, -ppm, so_far) == pytest.approx(so_far[-1] / 2, rel=1e-2)


def test_an_integral_narrower_than_a_point_still_has_an_area() -> None:
    spectrum = lorentzians((5.0, 7.0))
    width_ppm = 0.3 * AXIS.point_ppm
    narrow = Integral(5.0 + width_ppm / 2, 5.0 - width_ppm / 2)
    assert area(spectrum, narrow) == pytest.approx(7.0 * width_ppm * 400.0, rel=0.05)


def test_what_lies_outside_the_axis_counts_nothing() -> None:
    spectrum = lorentzians((5.0, 7.0))
    whole = area(spectrum, Integral(*AXIS.limits_ppm))
    assert area(spectrum, Integral(50.0, -50.0)) == pytest.approx(whole)
    assert area(spectrum, Integral(50.0, 40.0)) == 0.0


def test_numbers_follow_the_integral_that_was_set() -> None:
    spectrum = lorentzians((7.0, 3.0), (5.0, 1.0))
    one, other = Integral(7.5, 6.5, set_to=6.0), Integral(5.5, 4.5)
    numbers = nuclei(spectrum, (one, other))
    assert numbers[one.id] == pytest.approx(6.0)
    assert numbers[other.id] == pytest.approx(2.0, rel=1e-2)
    shifted = Spectrum(spectrum.data * 1e6, AXIS)
    assert nuclei(shifted, (one, other))[other.id] == pytest.approx(numbers[other.id])


def test_without_a_set_integral_nothing_is_counted() -> None:
    spectrum = lorentzians((7.0, 3.0))
    only = Integral(7.5, 6.5)
    assert nuclei(spectrum, (only,)) == {only.id: None}
    empty = Integral(50.0, 40.0, set_to=1.0)
    assert nuclei(spectrum, (only, empty)) == {only.id: None, empty.id: None}


@pytest.mark.parametrize(
    "wrong",
    [
        {"high_ppm": 4.0, "low_ppm": 5.0},
        {"high_ppm": float("nan"), "low_ppm": 5.0},
        {"high_ppm": 5.0, "low_ppm": 4.0, "set_to": 0.0},
        {"high_ppm": 5.0, "low_ppm": 4.0, "set_to": float("inf")},
    ],
)
def test_an_impossible_integral_is_refused(wrong) -> None:
    with pytest.raises(ValueError, match="integral"):
        Integral(**wrong)


@pytest.mark.parametrize("below", [None, 0, 65_535, 65_536, 131_071, 199_999])
def test_one_point_below_zero_anywhere_tells_that_it_is_no_magnitude(below: int | None) -> None:
    trace = np.zeros(200_000)
    trace[100] = 1.0
    if below is not None:
        trace[below] = -1e-9
    spectrum = Spectrum(trace, Axis(trace.size, 4000.0, 400.0, 10.0))
    assert ("magnitude" in why_not(spectrum)) == (below is None)
