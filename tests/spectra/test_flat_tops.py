"""A line that a limit cut flat is one peak, on the middle of what is flat."""

from __future__ import annotations

import numpy as np
import pytest

import nmrquanv as nq
from nmrquanv.spectra.flat_tops import flat_runs, with_flat_tops
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.spectrum import Spectrum

POINTS = np.arange(1 << 13)


def line(at: float, fwhm: float, height: float):
    return height / (1.0 + (2.0 * (POINTS - at) / fwhm) ** 2)


def cut(limit: float, *lines, sign: float = 1.0, sigma: float = 1e-3) -> Spectrum:
    noise = np.random.default_rng(1).normal(0.0, sigma, POINTS.size)
    trace = sign * np.minimum(sum(lines) + noise, limit)
    ppm = np.linspace(10.0, 0.0, POINTS.size)
    return Spectrum.from_arrays(ppm, trace, sf_mhz=400.0, nucleus="1H")


def seen(spectrum: Spectrum, finder: str) -> list[tuple[float, float, str]]:
    return [
        (round(float(spectrum.axis.point(p.ppm)), 1), round(p.height, 3), p.kind)
        for p in nq.find_peaks(spectrum, finder)
    ]


@pytest.mark.parametrize("finder", ["quanv", "cnn", "classical"])
@pytest.mark.parametrize(("limit", "sign"), [(0.6, 1.0), (0.3, 1.0), (0.6, -1.0)])
def test_a_flat_top_is_one_peak_on_its_middle_and_its_neighbours_stay(finder, limit, sign) -> None:
    spectrum = cut(limit, line(3000.0, 6.0, 1.0), line(3036.0, 6.0, 0.2), sign=sign)
    flat, neighbour = seen(spectrum, finder)
    assert flat == (3000.0, pytest.approx(sign * limit, abs=0.002), "top")
    assert neighbour == (
        pytest.approx(3036.0, abs=0.2),
        pytest.approx(sign * 0.2, abs=0.01),
        "line",
    )


def test_each_flat_line_is_one_also_where_few_points_are_flat() -> None:
    narrow = cut(0.6, line(3000.0, 3.0, 1.0), line(3009.0, 3.0, 1.0))
    assert flat_runs(narrow) == ((2999, 3001), (3008, 3010))
    assert [(at, kind) for at, _, kind in seen(narrow, "quanv")] == [
        (3000.0, "top"), (3009.0, "top"),
    ]  # fmt: skip
    assert "cut flat over 3 points" in " ".join(nq.find_peaks(narrow, "quanv").notes)
    broad = cut(0.1, line(3000.0, 40.0, 1.0), line(3120.0, 40.0, 1.0))
    ((at, height, kind),) = seen(broad, "quanv")
    assert (round(at), kind) == (3060, "top")
    assert height == pytest.approx(0.1, abs=0.01)


def test_what_is_known_of_a_flat_line_is_that_it_is_somewhere_on_it() -> None:
    spectrum = cut(0.3, line(3000.0, 40.0, 1.0))
    (peak,) = nq.find_peaks(spectrum, "quanv")
    ((first, last),) = flat_runs(spectrum)
    assert peak.ppm_err == pytest.approx((last - first) * spectrum.axis.point_ppm / 12**0.5)
    assert peak.top_ppm == peak.ppm
    assert peak.snr == pytest.approx(300.0, rel=0.1)


def test_equal_points_of_a_round_top_are_no_flat_top() -> None:
    assert flat_runs(cut(np.inf, line(3000.5, 6.0, 1.0), sigma=0.0)) == ()
    noise = np.random.default_rng(1).normal(0.0, 1e-3, POINTS.size)
    for fwhm, equal in ((35.0, 3), (60.0, 5)):
        rounded = np.round(line(3000.0, fwhm, 1.0) + noise, 2)
        assert np.count_nonzero(rounded == rounded.max()) == equal
        ppm = np.linspace(10.0, 0.0, POINTS.size)
        assert flat_runs(Spectrum.from_arrays(ppm, rounded, sf_mhz=400.0)) == (), fwhm


def test_a_trace_of_zeros_and_a_step_have_no_flat_top() -> None:
    ppm = np.linspace(10.0, 0.0, POINTS.size)
    for trace in (np.zeros(POINTS.size), np.where(POINTS < 4000, 1.0, 0.0)):
        assert flat_runs(Spectrum.from_arrays(ppm, trace, sf_mhz=400.0)) == ()


def test_a_line_with_a_top_of_its_own_beside_a_flat_one_is_another() -> None:
    spectrum = cut(0.6, line(3000.0, 6.0, 1.0))
    ppm = spectrum.axis.ppm
    on_flat = [Peak(ppm(2998.2), 0.4, area=1.0), Peak(ppm(3001.9), 0.3, area=0.5)]
    shoulder = Peak(ppm(3004.0), 0.1, top_ppm=ppm(3004.0))
    other, top = with_flat_tops([*on_flat, shoulder], spectrum)
    assert other is shoulder
    assert (top.kind, top.area) == ("top", 1.5)
