"""The histograms of the thresholds' panel count what the working list has."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmrquanv.models.cards import read_card
from nmrquanv.models.library import find_card
from nmrquanv.session import candidate_counts
from nmrquanv.session.candidate_counts import by_confidence, by_snr, reliability
from nmrquanv.session.derived import Remembered


def test_every_candidate_counts_once_and_the_threshold_divides_them(document, found) -> None:
    document.edit.set_layer_results({"quanv": found()})
    snr = by_snr(document)
    assert sum(snr.counts) == len(document.peaks) == 5
    assert snr.limit == pytest.approx(0.778, abs=1e-3)
    assert sum(snr.counts[: snr.below]) == 0
    document.edit.set_thresholds(replace(document.thresholds, min_snr=2000.0))
    hidden = document.hidden_counts().by_snr
    assert sum((snr := by_snr(document)).counts[: snr.below]) == hidden == 2
    sure = by_confidence(document)
    assert sum(sure.counts) == 5
    assert sure.counts[22] == 5  # all have 0.9
    assert sure.limit == document.limits("quanv").min_confidence


def test_the_curve_is_that_of_the_models_card(document, found) -> None:
    document.edit.set_layer_results({"quanv": found()})
    told = read_card(find_card("quanv")).metrics["confidence"]["reliability"]
    assert by_confidence(document).curve == tuple((a, b) for a, b, _ in told)
    assert reliability("classical") == ()
    assert reliability("a model that is gone") == ()


def test_what_is_remembered_is_counted_again_when_the_list_changes(document, found) -> None:
    known = Remembered()
    document.edit.set_layer_results({"quanv": found()})
    assert by_snr(document, known) == by_snr(document)
    document.edit.set_thresholds(replace(document.thresholds, min_snr=2000.0))
    assert by_snr(document, known) == by_snr(document)
    gone = next(iter(document.peaks)).id
    document.edit.delete_peaks((gone,))
    assert sum(by_snr(document, known).counts) == len(document.peaks) == 4
    assert by_confidence(document, known) == by_confidence(document)


@given(st.lists(st.one_of(st.floats(-0.5, 1.5), st.integers(0, 25).map(lambda i: i / 25))))
def test_what_is_counted_is_what_numpys_histogram_counts(values: list[float]) -> None:
    given = np.array(values, dtype=np.float64)
    expected = np.histogram(np.clip(given, 0.0, 1.0), 25, (0.0, 1.0))[0]
    assert candidate_counts._counts(given, (0.0, 1.0), 25) == tuple(expected.tolist())
