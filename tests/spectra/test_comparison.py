from __future__ import annotations

import pytest

from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.comparison import DEFAULT_TOLERANCE_HZ, compare
from nmrquanv.spectra.peaks import Peak, PeakList

AXIS = Axis(16384, 4000.0, 400.0, 9.5)


def peaks(*hz: float, fwhm_hz: float | None = 2.0) -> PeakList:
    return PeakList(tuple(Peak(x / 400.0, 1.0, fwhm_hz=fwhm_hz) for x in hz))


def test_pairs_lie_within_half_a_width_of_the_first_list_s_line() -> None:
    found = compare(peaks(1000.0, 2000.0), peaks(1000.9, 2001.1), AXIS)
    assert len(found.pairs) == 1
    assert found.pairs[0].distance_ppm * 400 == pytest.approx(0.9)
    assert [p.ppm * 400 for p in found.only_first] == pytest.approx([2000.0])
    assert [p.ppm * 400 for p in found.only_second] == pytest.approx([2001.1])


def test_without_a_known_width_the_default_tolerance_holds() -> None:
    near, far = 0.99 * DEFAULT_TOLERANCE_HZ, 1.01 * DEFAULT_TOLERANCE_HZ
    assert compare(peaks(1000.0, fwhm_hz=None), peaks(1000.0 + near), AXIS).pairs
    assert not compare(peaks(1000.0, fwhm_hz=None), peaks(1000.0 + far), AXIS).pairs


def test_a_tolerance_that_is_given_overrules_the_widths() -> None:
    assert not compare(peaks(1000.0), peaks(1000.9), AXIS, 0.5).pairs
    assert compare(peaks(1000.0), peaks(1004.0), AXIS, 5.0).pairs


def test_each_peak_has_one_partner_at_most() -> None:
    found = compare(peaks(1000.0, 1000.6), peaks(1000.3), AXIS)
    assert (len(found.pairs), len(found.only_first), len(found.only_second)) == (1, 1, 0)


def test_an_empty_list_pairs_with_nothing() -> None:
    found = compare(PeakList(), peaks(1.0), AXIS)
    assert (found.pairs, found.only_first) == ((), ())
    assert len(found.only_second) == 1
