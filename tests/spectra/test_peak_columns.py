"""Thresholds on columns say of each peak what they say of it alone."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nmrquanv.spectra.peak_columns import PeakColumns
from nmrquanv.spectra.peaks import Peak, PeakList
from nmrquanv.spectra.thresholds import Limits

KNOWN = st.none() | st.floats(0, 10)
PEAKS = st.builds(
    Peak,
    ppm=st.floats(0, 10),
    height=st.floats(-10, 10),
    snr=KNOWN,
    confidence=st.none() | st.floats(0, 1),
    top_ppm=st.none() | st.floats(0, 10),
    source=st.sampled_from(["model", "added", "moved"]),
    is_confirmed=st.booleans(),
    peak_class=st.sampled_from(["signal", "solvent", "satellite"]),
    finder=st.sampled_from(["one", "two", "user"]),
)
PLACES = st.lists(st.tuples(st.floats(5.5, 9), st.floats(1, 5)), max_size=2).map(tuple)
LIMITS = st.builds(
    Limits,
    st.floats(0, 10),
    st.floats(0, 1) | st.floats(0, 0.01),
    st.floats(0, 1),
    st.booleans(),
    searched=PLACES,
    excluded=PLACES,
)


EACH = [f.name for f in fields(PeakColumns) if f.name not in ("peaks", "finders", "by")]


def _but(limits: dict[str, Limits], name: str) -> dict[str, Limits]:
    """Return limits that let all pass, but for one."""
    nothing = Limits(0.0, 0.0, 0.0, True)
    return {f: replace(nothing, **{name: getattr(x, name)}) for f, x in limits.items()}


@given(
    st.lists(PEAKS, max_size=12),
    st.fixed_dictionaries({"one": LIMITS, "two": LIMITS, "user": LIMITS}),
    st.floats(0, 10),
)
def test_columns_agree_with_each_peak(peaks, limits, tallest) -> None:
    found = PeakList(tuple(peaks))
    columns = PeakColumns.of(found)
    assert columns.passing(limits, tallest) == found.filtered(
        lambda p: limits[p.finder].passes(p, tallest)
    )
    names = ("min_snr", "min_height", "min_confidence", "shows_satellites")
    *masks, by_place = columns.hidden(limits, tallest)
    for mask, name in zip(masks, names, strict=True):
        alone = _but(limits, name)
        assert mask.tolist() == [not alone[p.finder].passes(p, tallest) for p in found]
    assert by_place.tolist() == [
        not p.is_users and not limits[p.finder].has_place(p.ppm) for p in found
    ]


@given(
    st.lists(PEAKS, max_size=9), st.lists(PEAKS, max_size=3), st.integers(0, 9), st.integers(0, 3)
)
def test_columns_after_an_edit_are_those_of_the_whole_list(peaks, put, first, gone) -> None:
    old = PeakList(tuple(peaks))
    kept = [*old.peaks[:first], *old.peaks[first + gone :]]
    new = PeakList((*kept, *put))
    before = PeakColumns.of(old)
    after, whole = PeakColumns.after(before, new), PeakColumns.of(new)
    assert after.peaks is new
    for name in EACH:
        np.testing.assert_array_equal(getattr(after, name), getattr(whole, name))
    assert sorted(after.finders) == sorted(whole.finders)
    assert [after.finders[i] for i in after.by] == [p.finder for p in new]


@given(st.lists(st.tuples(PEAKS, st.booleans()), max_size=9))
def test_a_part_of_the_columns_is_that_of_the_part_of_the_list(chosen) -> None:
    whole = PeakColumns.of(PeakList(tuple(peak for peak, _ in chosen)))
    stays = {peak.id for peak, is_in in chosen if is_in}
    part = whole.part(np.array([p.id in stays for p in whole.peaks], dtype=bool))
    anew = PeakColumns.of(whole.peaks.filtered(lambda p: p.id in stays))
    assert part.peaks == anew.peaks
    assert part.peaks.positions_ppm().tolist() == anew.ppm.tolist()
    for name in EACH:
        np.testing.assert_array_equal(getattr(part, name), getattr(anew, name))
    assert [part.finders[i] for i in part.by] == [p.finder for p in anew.peaks]
