from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.scoring import score
from nmrquanv.spectra.spectrum import TrueLine

SF_MHZ = 400.0
AXIS = Axis(65536, 4000.0, SF_MHZ, 9.5)


def lines(*hz: float, height: float = 100.0, excused: bool = False) -> tuple[TrueLine, ...]:
    return tuple(TrueLine(x / SF_MHZ, 2.0, height, excused) for x in hz)


def at(*hz: float) -> list[Peak]:
    return [Peak(x / SF_MHZ, 1.0) for x in hz]


def counts(found, known, sigma: float = 1.0) -> tuple[int, int, int]:
    result = score(found, known, AXIS, sigma)
    return result.n_right, result.n_false, result.n_missed


def test_a_peak_is_right_within_half_a_width() -> None:
    assert counts(at(1000.99), lines(1000.0)) == (1, 0, 0)
    assert counts(at(1001.01), lines(1000.0)) == (0, 1, 1)


def test_close_neighbours_narrow_what_is_right() -> None:
    # 0.4 of the distance of 1.5 Hz is 0.6 Hz.
    assert counts(at(1000.55, 1001.5), lines(1000.0, 1001.5)) == (2, 0, 0)
    assert counts(at(999.35, 1001.5), lines(1000.0, 1001.5)) == (1, 1, 1)


def test_a_second_peak_on_a_line_is_false() -> None:
    assert counts(at(1000.0, 1000.2), lines(1000.0)) == (1, 1, 0)


@pytest.mark.parametrize(
    ("height", "when_found", "when_not"),
    [(6.0, (1, 0, 0), (0, 0, 1)), (5.9, (0, 0, 0), (0, 0, 0)), (2.9, (0, 1, 0), (0, 0, 0))],
)
def test_what_counts_depends_on_how_far_a_line_stands_out(height, when_found, when_not) -> None:
    weak = lines(1000.0, height=-height)
    assert counts(at(1000.0), weak) == when_found
    assert counts([], weak) == when_not


def test_an_excused_line_is_neither_missed_nor_false_and_gives_way() -> None:
    assert counts(at(1000.0), lines(1000.0, excused=True)) == (0, 0, 0)
    assert counts([], lines(1000.0, excused=True)) == (0, 0, 0)
    both = lines(1000.0) + lines(1001.9, excused=True)
    assert counts(at(1000.5), both) == (1, 0, 0)


def test_precision_recall_f1_and_error_follow_from_the_counts() -> None:
    result = score(at(1000.4, 2000.0, 2500.0), lines(1000.0, 2000.0, 3000.0, 3500.0), AXIS, 1.0)
    assert (result.n_right, result.n_false, result.n_missed) == (2, 1, 2)
    assert result.precision == pytest.approx(2 / 3)
    assert result.recall == pytest.approx(0.5)
    assert result.f1 == pytest.approx(2 * 2 / (2 * 2 + 1 + 2))
    assert result.error_hz == pytest.approx(0.2, abs=1e-6)


def test_with_nothing_to_count_there_is_no_number() -> None:
    empty = score([], (), AXIS, 1.0)
    assert (empty.precision, empty.recall, empty.f1, empty.error_hz) == (None,) * 4


@given(st.integers(0, 2**32 - 1), st.integers(0, 30), st.integers(0, 30))
def test_every_peak_and_every_line_is_counted_once(seed, n_lines, n_peaks) -> None:
    rng = np.random.default_rng(seed)
    known = lines(*rng.uniform(0, 60, n_lines))
    right, false, missed = counts(at(*rng.uniform(0, 60, n_peaks)), known)
    assert right + false == n_peaks
    assert right + missed == n_lines
