from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nmrquanv.gui.plot.label_places import place_labels

SPACING, LIMITS, MOST = 12.0, (6.0, 994.0), 60.0
places = st.lists(st.floats(0, 1000), min_size=0, max_size=60)


@given(places)
def test_labels_never_overlap_and_stay_near_their_peaks(wanted) -> None:
    wanted = np.array(sorted(wanted))
    priority = np.random.default_rng(len(wanted)).random(len(wanted))
    kept, position = place_labels(wanted, priority, SPACING, LIMITS, MOST)
    assert len(kept) == len(position)
    assert (np.diff(position) >= SPACING - 1e-6).all()
    assert (np.abs(position - wanted[kept]) <= MOST + 1e-6).all()
    if len(position):
        assert position[0] >= LIMITS[0] - 1e-6
        assert position[-1] <= LIMITS[1] + 1e-6


def test_a_lonely_label_stands_over_its_peak() -> None:
    kept, position = place_labels(np.array([100.0, 500.0]), np.ones(2), SPACING, LIMITS, MOST)
    assert kept.tolist() == [0, 1]
    assert position.tolist() == [100.0, 500.0]


def test_two_labels_at_one_place_step_aside_by_the_same_amount() -> None:
    _, position = place_labels(np.array([500.0, 500.0]), np.ones(2), SPACING, LIMITS, MOST)
    np.testing.assert_allclose(position, [494.0, 506.0])


def test_where_there_is_no_room_the_tallest_peaks_keep_their_labels() -> None:
    wanted = np.full(50, 500.0)
    priority = np.arange(50.0)
    kept, _ = place_labels(wanted, priority, SPACING, LIMITS, MOST)
    assert 8 <= len(kept) <= 11
    assert set(kept.tolist()) == set(range(50 - len(kept), 50))


def test_a_crowd_stands_as_close_as_the_farthest_shift_allows() -> None:
    kept, position = place_labels(np.full(50, 500.0), np.arange(50.0), SPACING, LIMITS, MOST)
    assert len(kept) == 2 * MOST / SPACING + 1
    np.testing.assert_allclose(position, np.arange(440.0, 561.0, SPACING))


def test_a_label_that_is_pushed_pushes_the_next() -> None:
    wanted = np.array([100.0, 104.0, 114.0, 300.0])
    _, position = place_labels(wanted, np.array([4.0, 3.0, 2.0, 1.0]), SPACING, LIMITS, MOST)
    np.testing.assert_allclose(position, [94.0, 106.0, 118.0, 300.0])


def test_a_crowd_takes_no_label_from_a_far_group() -> None:
    """The small group at 3.4 ppm in menthol had lost its labels to the methyl lines."""
    wanted = np.concatenate([np.full(3, 100.0), np.full(80, 800.0)])
    priority = np.concatenate([np.full(3, 0.01), np.full(80, 1.0)])
    kept, _ = place_labels(wanted, priority, SPACING, LIMITS, MOST)
    assert {0, 1, 2} <= set(kept.tolist())


def test_no_room_at_all_gives_no_labels() -> None:
    kept, position = place_labels(np.array([1.0]), np.ones(1), SPACING, (6.0, -6.0), MOST)
    assert len(kept) == len(position) == 0
