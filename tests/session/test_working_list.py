from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmrquanv.session.working_list import (
    combined,
    half_width_ppm,
    merged,
    replaced_in_region,
    restored,
    unburied,
)
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.peaks import Peak, PeakList, Provenance
from nmrquanv.spectra.user_marks import ClassMark, Tombstone

AXIS = Axis(65536, 4000.0, 400.0, 10.0)
HZ = 1 / 400.0


def line(ppm: float, **fields) -> Peak:
    return Peak(ppm, fields.pop("height", 10.0), fwhm_hz=2.0, finder="quanv", **fields)


def stone(peak: Peak) -> Tombstone:
    return Tombstone(peak.ppm, half_width_ppm(peak, AXIS), peak)


def test_half_width_is_half_the_fwhm_but_never_below_the_resolution() -> None:
    assert half_width_ppm(line(1.0), AXIS) == pytest.approx(1 * HZ)
    unknown = replace(line(1.0), fwhm_hz=None)
    assert half_width_ppm(unknown, AXIS) == pytest.approx(1.5 * AXIS.point_ppm)


@pytest.mark.parametrize(
    "work", [{"source": "added"}, {"source": "moved"}, {"is_confirmed": True}, {"label": "OH"}]
)
def test_a_new_search_keeps_what_bears_a_persons_work(work) -> None:
    mine = line(3.0, **work)
    result = merged(PeakList((line(5.0),)), PeakList((mine,)), (), (), AXIS)
    assert result.find(mine.id) == mine
    assert result.positions_ppm().tolist() == [5.0, 3.0]


def test_a_new_search_does_not_double_a_confirmed_line() -> None:
    mine = line(3.0, is_confirmed=True)
    result = merged(PeakList((line(3.0 + 0.4 * HZ),)), PeakList((mine,)), (), (), AXIS)
    assert result.peaks == (mine,)


@pytest.mark.parametrize("is_confirmed", [False, True])
def test_no_line_is_lost_whose_id_another_line_has_taken_over(is_confirmed) -> None:
    first, second = line(5.0), line(3.0)
    old = replace(second, id=first.id, is_confirmed=is_confirmed)
    result = merged(PeakList((first, second)), PeakList((old,)), (), (), AXIS)
    assert result.positions_ppm().tolist() == [5.0, 3.0]
    assert result.peaks[1].id == first.id != result.peaks[0].id


def test_a_deletion_beside_a_confirmed_line_does_not_cost_the_next_one() -> None:
    gone, mine, next_one = line(3.0), line(3.0 - 0.9 * HZ), line(3.0 - 1.8 * HZ)
    current = PeakList((replace(mine, is_confirmed=True), next_one))
    layer = PeakList((gone, mine, next_one))
    result = merged(layer, current, (stone(gone),), (), AXIS)
    assert result.peaks == current.peaks


def test_peaks_without_a_persons_work_are_taken_anew_under_their_old_id() -> None:
    old = line(3.0, height=10.0)
    new = line(3.0 + 0.2 * HZ, height=12.0)
    (peak,) = merged(PeakList((new,)), PeakList((old, line(2.0))), (), (), AXIS)
    assert (peak.id, peak.ppm, peak.height) == (old.id, new.ppm, 12.0)


def test_what_was_deleted_stays_deleted_within_half_a_line_width() -> None:
    gone = line(3.0)
    candidates = PeakList((line(3.0 + 0.9 * HZ), line(3.0 - 1.1 * HZ)))
    result = merged(candidates, PeakList(), (stone(gone),), (), AXIS)
    assert [p.ppm for p in result] == [candidates.peaks[1].ppm]


def test_a_tombstone_does_not_swallow_the_neighbour_that_the_user_left() -> None:
    gone, left = line(3.0), line(3.0 - 0.8 * HZ)
    candidates = PeakList((line(3.0 + 0.1 * HZ), line(3.0 - 0.75 * HZ)))
    result = merged(candidates, PeakList((left,)), (stone(gone),), (), AXIS)
    assert [p.id for p in result] == [left.id]


def test_a_mark_says_what_a_line_is_in_later_searches() -> None:
    mark = ClassMark(3.0, HZ, "solvent")
    result = merged(PeakList((line(3.0), line(5.0))), PeakList(), (), (mark,), AXIS)
    assert [p.peak_class for p in result] == ["signal", "solvent"]


@given(
    st.lists(st.floats(0.5, 9.0), max_size=12, unique=True),
    st.lists(st.tuples(st.floats(0.5, 9.0), st.booleans()), max_size=12, unique_by=lambda x: x[0]),
    st.lists(st.floats(0.5, 9.0), max_size=4),
)
def test_merging_keeps_the_users_peaks_and_searching_again_changes_nothing(new, old, deleted):
    current = PeakList(tuple(line(ppm, is_confirmed=mine) for ppm, mine in old))
    stones = tuple(stone(line(ppm)) for ppm in deleted)
    candidates = PeakList(tuple(line(ppm) for ppm in new))
    once = merged(candidates, current, stones, (), AXIS)
    assert {p for p in current if p.is_confirmed} <= set(once)
    assert len(once) <= len(candidates) + sum(mine for _, mine in old)
    # the neighbours that kept a candidate alive are themselves taken anew: from then on it rests
    twice = merged(candidates, once, stones, (), AXIS)
    assert merged(candidates, twice, stones, (), AXIS).peaks == twice.peaks


def test_union_and_intersection_agree_with_what_is_common() -> None:
    first = PeakList((line(5.0, confidence=0.9), line(3.0, confidence=0.8)))
    second = PeakList((line(3.0 + 0.1 * HZ, confidence=0.5), line(1.0, confidence=0.7)))
    union = combined([first, second], "union", None, AXIS)
    both = combined([first, second], "intersection", None, AXIS)
    assert [p.confidence for p in union] == [0.9, 0.8, 0.7]
    assert [p.confidence for p in both] == [0.5]
    assert len(combined([first, second], "intersection", 0.01, AXIS)) == 0


def test_a_search_in_a_region_replaces_only_that_region() -> None:
    old = PeakList((line(5.0), line(3.0), line(1.0)), Provenance("quanv", settings={"a": 1}), 0.1)
    new = PeakList((line(3.1), line(2.9)), Provenance("quanv", settings={"region": [3.5, 2.5]}))
    layer = replaced_in_region(old, new, (3.5, 2.5))
    assert layer.positions_ppm().tolist() == [5.0, 3.1, 2.9, 1.0]
    assert layer.sigma == 0.1
    assert layer.provenance.settings == {"a": 1, "found_again": [{"region": [3.5, 2.5]}]}


def test_restoring_prefers_what_the_layers_have_now_and_else_brings_the_peak_back() -> None:
    gone, own = line(3.0), line(2.0, source="added")
    now = line(3.0 + 0.2 * HZ)
    result = restored(PeakList((now,)), PeakList(), (stone(gone), stone(own)), AXIS)
    assert [p.id for p in result] == [now.id, own.id]


def test_a_tombstone_keeps_away_what_is_nearer_to_it_than_to_a_peak_that_stands() -> None:
    stone = Tombstone(5.0, 0.01, Peak(5.0, 1.0))
    found = PeakList(tuple(Peak(x, 1.0) for x in (5.002, 5.009, 5.02, 3.0)))
    left = unburied(found, (stone,), PeakList((Peak(5.01, 1.0),)))
    assert [p.ppm for p in left] == [5.02, 5.009, 3.0]
    assert [p.ppm for p in unburied(found, (stone,), PeakList())] == [5.02, 3.0]
    assert unburied(found, (), PeakList()) is found
    assert unburied(found, (Tombstone(1.0, 0.01, Peak(1.0, 1.0)),), PeakList()) is found


PLACES = st.lists(st.sampled_from([i / 8 for i in range(9)]), max_size=6)


@given(PLACES, PLACES, PLACES, st.sampled_from([0.0, 0.125, 0.2]))
def test_tombstones_cover_what_the_rule_says_of_each_peak(found, stones, standing, half) -> None:
    peaks, others = (PeakList(tuple(Peak(x, 1.0) for x in places)) for places in (found, standing))
    buried = tuple(Tombstone(x, half, Peak(x, 1.0)) for x in stones)

    def stays(peak: Peak) -> bool:
        covering = [abs(peak.ppm - t.ppm) for t in buried if t.covers(peak.ppm)]
        nearest = min((abs(peak.ppm - p.ppm) for p in others), default=float("inf"))
        return not covering or nearest < min(covering)

    assert unburied(peaks, buried, others).peaks == peaks.filtered(stays).peaks
