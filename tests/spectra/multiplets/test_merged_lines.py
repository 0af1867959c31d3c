"""Two doublets whose inner lines are one top are no triplet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nmrquanv.spectra.multiplets.grouping import multiplets_of
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.peaks import Peak

SF = 500.0
WIDTH_HZ, BROADER_HZ = 1.5, 2.1
"""Of a line, and of two that are .8 Hz apart."""


def line(hz: float, area: float, fwhm_hz: float = WIDTH_HZ) -> Peak:
    height = area / fwhm_hz
    return Peak(hz / SF, height, snr=3000 * height, fwhm_hz=fwhm_hz, area=area, ppm_err=0.01 / SF)


def methyls(first_hz: float = 7.5, second_hz: float = 7.0, fwhm_hz: float = BROADER_HZ):
    """Return three lines: the low one, the merged one ``first_hz`` above it, the high one."""
    middle = line(470.0, 6.0, fwhm_hz)
    return [line(470.0 - first_hz, 3.0), middle, line(470.0 + second_hz, 3.0)]


def classes(*peaks: Peak) -> list[Multiplet]:
    return list(multiplets_of(peaks, SF, "1H"))


def test_a_broad_middle_line_off_the_middle_is_a_line_of_two_doublets() -> None:
    lines = methyls()
    high, low = classes(*lines)
    assert [high.kind, low.kind] == ["d", "d"]
    assert set(high.peak_ids) & set(low.peak_ids) == {lines[1].id}
    assert high.shares == pytest.approx((1.0, 0.5))
    assert low.area == pytest.approx(6.0)


def test_without_partners_their_couplings_are_as_unsure_as_the_middle_line_is_broad() -> None:
    high, low = classes(*methyls())
    assert low.couplings[0].hz == pytest.approx(7.5, abs=0.05)
    assert high.couplings[0].hz == pytest.approx(7.0, abs=0.05)
    assert all(0.3 < m.couplings[0].error_hz < 0.6 for m in (high, low))


@pytest.mark.parametrize("inner_hz", [-0.4, 0.4])
def test_partners_say_which_of_the_two_inner_lines_is_whose(inner_hz: float) -> None:
    partners = [
        line(at + side * (j + inner_hz) / 2, 1.0)
        for at, j in ((900.0, 7.5), (1200.0, 7.0))
        for side in (-1, 1)
    ]
    *_, high, low = classes(*methyls(), *partners)
    assert low.couplings[0].hz == pytest.approx(7.5 + inner_hz, abs=0.08)
    assert high.couplings[0].hz == pytest.approx(7.0 + inner_hz, abs=0.08)
    assert low.ppm * SF == pytest.approx(462.5 + (7.5 + inner_hz) / 2, abs=0.05)
    assert high.ppm * SF == pytest.approx(477.0 - (7.0 + inner_hz) / 2, abs=0.05)
    assert all(m.couplings[0].error_hz < 0.15 for m in (high, low))


@pytest.mark.parametrize(
    "lines",
    [
        methyls(7.25, 7.25),
        methyls(7.3, 7.2),
        methyls(7.3, 7.2, WIDTH_HZ),
        [replace(p, fwhm_hz=BROADER_HZ) for p in methyls(7.3, 7.2)],
    ],
)
def test_what_mirrors_itself_is_a_triplet(lines: list[Peak]) -> None:
    """One nucleus with two couplings of 7.6 and 6.9 Hz has a broad middle line, half way."""
    (whole,) = classes(*lines)
    assert whole.kind == "t"


def test_low_lines_beside_take_no_half_of_a_merged_line() -> None:
    tall = methyls()
    low = [line(490.0 + 3.0 * k, 0.2) for k in range(3)]
    found = classes(*tall, *low)
    assert all(len(m.peak_ids) == len(set(m.peak_ids)) for m in found)
    assert sorted(m.kind for m in found if m.shares) == ["d", "d"]
