"""Bumps beside a tall line of which the judge says that they are hardly lines are explained."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.doubted import with_doubted
from nmrquanv.spectra.peaks import Peak

AXIS = Axis(32768, 8000.0, 400.0, 10.0)


def peak(hz, height, confidence=0.99, **others):
    return Peak(hz / AXIS.sf_mhz, height, snr=height, fwhm_hz=1.0, confidence=confidence, **others)


TALL = replace(peak(1000.0, 20_000.0), fwhm_hz=2.0)
BUMP = peak(1008.0, 100.0, 0.03, top_ppm=1008.0 / AXIS.sf_mhz)


def classes(*peaks, axis=AXIS):
    return [p.peak_class for p in with_doubted(peaks, axis)]


def test_a_doubted_bump_is_an_artefact_of_its_line() -> None:
    marked = with_doubted((peak(1020.0, 9000.0), TALL, BUMP), AXIS)
    assert [p.peak_class for p in marked] == ["signal", "signal", "artefact"]
    assert marked[2].parent_ppm == TALL.ppm


@pytest.mark.parametrize(
    "other",
    [
        replace(BUMP, confidence=0.3),
        replace(BUMP, confidence=None),
        replace(BUMP, ppm=1016.0 / AXIS.sf_mhz),
        replace(BUMP, height=800.0),
        replace(BUMP, height=-100.0),
        replace(BUMP, is_confirmed=True),
        replace(BUMP, source="added"),
        replace(BUMP, peak_class="solvent"),
    ],
    ids=["surer", "unjudged", "far", "tall", "negative", "confirmed", "added", "solvent"],
)
def test_what_may_be_a_line_stays_what_it_is(other) -> None:
    assert classes(TALL, other) == ["signal", other.peak_class]


def test_nothing_is_told_where_hz_are_not_known() -> None:
    assert classes(TALL, BUMP, axis=replace(AXIS, has_hz=False)) == ["signal", "signal"]
