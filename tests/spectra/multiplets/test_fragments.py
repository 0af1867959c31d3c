"""Pieces of second-order systems are no multiplets of their own; those with enough for them are."""

from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.spectra.multiplets.grouping import multiplets_of
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.simulation.spin_systems import first_order, transitions

SF = 400.0


def peaks_of(hz: np.ndarray, area: np.ndarray, fwhm_hz: float = 0.8) -> list[Peak]:
    return [
        Peak(x / SF, a / fwhm_hz, snr=2000 * a, fwhm_hz=fwhm_hz, area=a, ppm_err=0.002 / SF)
        for x, a in zip(hz.tolist(), area.tolist(), strict=True)
    ]


def system(shifts_hz: list[float], **couplings: float) -> list[Peak]:
    """Return the lines of spins; ``ab=7.0`` couples the first two."""
    j = np.zeros((len(shifts_hz), len(shifts_hz)))
    for names, value in couplings.items():
        first, second = sorted("abcd".index(name) for name in names)
        j[second, first] = value
    sticks = transitions(shifts_hz, j, 0.02)
    return peaks_of(sticks.hz, sticks.area)


def signal(hz: float, *couplings: tuple[float, int], nuclei: float = 1.0) -> list[Peak]:
    sticks = first_order(hz, couplings, nuclei)
    return peaks_of(sticks.hz, sticks.area)


def found(peaks: list[Peak]) -> list[Multiplet]:
    return list(multiplets_of(peaks, SF, "1H"))


@pytest.mark.parametrize(
    "peaks",
    [
        system([1000.0, 1012.2, 992.4], ab=12.9, ac=1.4, bc=7.7),
        system([1000.0, 1007.5, 993.0], ab=13.2, ac=6.5, bc=9.1),
        system([1000.0, 1009.0, 1020.0, 1031.0], ab=11.0, bc=7.0, cd=12.0, ad=3.0),
    ],
)
def test_lines_of_a_strongly_coupled_system_are_no_small_patterns(peaks: list[Peak]) -> None:
    assert {m.kind for m in found(peaks)} <= {"m", "s"}


def test_two_pieces_that_are_split_alike_and_do_not_lean_are_one_thing() -> None:
    """The halves of a dd whose roof is too steep for first order."""
    halves = peaks_of(1000 + np.array([0.0, 5.1, 12.4, 17.5]), np.array([0.36, 0.35, 0.16, 0.13]))
    near = peaks_of(1000 + np.array([-24.0, -22.0, -12.0]), np.array([0.34, 0.38, 0.11]))
    assert "d" not in {m.kind for m in found(halves + near)}


def test_partners_that_lean_to_each_other_stay_doublets() -> None:
    peaks = system([1000.0, 1034.0], ab=8.4)
    assert [m.kind for m in found(peaks + signal(1020.0, nuclei=3.0))] == ["d", "s", "d"]


def test_a_tall_doublet_among_low_lines_is_one() -> None:
    tall = signal(1000.0, (7.0, 1), nuclei=3.0)
    low = peaks_of(1000 + np.array([-14.0, -9.5, 7.0, 11.0]), np.array([0.2, 0.33, 0.27, 0.16]))
    methine = signal(1600.0, (7.0, 3))
    kinds = {round(m.ppm * SF): m.kind for m in found(tall + low + methine)}
    assert kinds[1000] == "d"


def test_far_doublets_of_one_coupling_that_lean_as_theory_says_are_an_ab_system() -> None:
    peaks = system([1000.0, 1034.0], ab=14.2)
    (one,) = found(peaks)
    assert (one.kind, len(one.peak_ids)) == ("AB", 4)
    assert one.couplings[0].hz == pytest.approx(14.2, abs=0.05)


def test_two_that_are_strongly_coupled_to_each_other_are_m_though_their_lines_fit() -> None:
    near = system([1000.0, 1038.0, 3000.0, -800.0], ab=16.0, ac=4.5, bd=2.5)
    assert [m.kind for m in found([p for p in near if 950 < p.ppm * SF < 1080])] == ["m", "m"]
    far = system([1000.0, 1070.0, 3000.0, -800.0], ab=16.0, ac=4.5, bd=2.5)
    lines = [p for p in far if 950 < p.ppm * SF < 1110]
    assert [m.couplings[0].hz for m in found(lines)] == pytest.approx([16.0, 16.0], abs=0.1)


@pytest.mark.parametrize("side", [-1, 1])
def test_a_pattern_that_leans_to_lines_of_none_beside_it_is_one_thing_with_them(side: int) -> None:
    sticks = first_order(1000.0, ((11.9, 1), (6.5, 1), (3.3, 1)))
    lean = 1.0 + side * np.linspace(-0.4, 0.4, 8)
    ddd = peaks_of(sticks.hz, sticks.area * lean)
    beside = 1000.0 + side * np.array([14.0, 18.6, 22.3, 27.9])
    area = 0.125 * np.array([0.9, 1.6, 1.2, 0.7])
    assert [m.kind for m in found(ddd)] == ["ddd"]
    assert [m.kind for m in found(ddd + peaks_of(beside, area))] == ["m"]
    kinds = {m.kind for m in found(ddd + peaks_of(2000.0 - beside, area))}
    assert "ddd" in kinds, "they do not lean to each other"
