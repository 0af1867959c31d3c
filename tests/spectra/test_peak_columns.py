"""Thresholds on columns say of each peak what they say of it alone."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from nmrquanv.spectra.peak_columns import PeakColumns
from nmrquanv.spectra.peaks import Peak, PeakList
from nmrquanv.spectra.thresholds import Thresholds

KNOWN = st.none() | st.floats(0, 10)
PEAKS = st.builds(
    Peak,
    ppm=st.floats(0, 10),
    height=st.floats(-10, 10),
    snr=KNOWN,
    confidence=st.none() | st.floats(0, 1),
    source=st.sampled_from(["model", "added", "moved"]),
    is_confirmed=st.booleans(),
    peak_class=st.sampled_from(["signal", "solvent", "satellite"]),
)
LIMITS = st.builds(Thresholds, st.floats(0, 10), st.floats(0, 1), st.floats(0, 1), st.booleans())


@given(st.lists(PEAKS, max_size=12), LIMITS, st.floats(0, 10))
def test_columns_agree_with_each_peak(peaks, limits, tallest) -> None:
    found = PeakList(tuple(peaks))
    columns = PeakColumns.of(found)
    assert columns.passing(limits, tallest) == found.filtered(lambda p: limits.passes(p, tallest))
    nothing = Thresholds(0.0, 0.0, 0.0, True)
    alone = (
        replace(nothing, min_snr=limits.min_snr),
        replace(nothing, min_height=limits.min_height),
        replace(nothing, min_confidence=limits.min_confidence),
        replace(nothing, shows_satellites=limits.shows_satellites),
    )
    for mask, one in zip(columns.hidden(limits, tallest), alone, strict=True):
        assert mask.tolist() == [not one.passes(p, tallest) for p in found]
