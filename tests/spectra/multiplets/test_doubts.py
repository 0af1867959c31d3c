"""Which signals are too close to say whose lines are whose."""

from __future__ import annotations

from nmrquanv.spectra.multiplets.doubts import close_groups
from nmrquanv.spectra.multiplets.grouping import multiplet_of
from nmrquanv.spectra.peaks import Peak

MHZ = 500.0
DOUBLET = ((2.010, 100.0), (1.996, 100.0))
QUARTET = ((1.990, 30.0), (1.976, 90.0), (1.962, 90.0), (1.948, 30.0))


def signals(*rows: tuple[tuple[float, float], ...]):
    """Return a signal of each row of lines (ppm, height), and the groups that are close."""
    found, peaks = [], {}
    for number, row in enumerate(rows):
        lines = [
            Peak(ppm, height, snr=1e3, fwhm_hz=1.0, area=height, ppm_err=1e-5, id=f"{number}{k}")
            for k, (ppm, height) in enumerate(row)
        ]
        peaks |= {p.id: p for p in lines}
        found.append(multiplet_of(lines, MHZ))
    return [tuple(found.index(m) for m in group) for group in close_groups(found, peaks, MHZ)]


def test_an_unexplained_signal_goes_with_its_neighbours() -> None:
    assert signals(DOUBLET, ((1.990, 40.0),), ((1.984, 60.0),)) == [(0, 1, 2)]


def test_two_patterns_keep_their_own_lines() -> None:
    assert signals(DOUBLET, QUARTET) == []


def test_what_is_far_or_minor_is_no_part_of_a_signal() -> None:
    assert signals(DOUBLET, ((1.980, 40.0),)) == []
    assert signals(DOUBLET, ((1.990, 3.0),)) == []
    assert signals(((1.990, 3.0),), ((1.984, 2.0),)) == [(0, 1)]
