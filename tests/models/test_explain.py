"""An explanation tells what the search did: the same answers, fits and confidences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nmrquanv.bench.second.hard_kinds import second_spectrum
from nmrquanv.models import library
from nmrquanv.models.drawn_place import Settled, drawn_place
from nmrquanv.models.explain import explain, explanation
from nmrquanv.models.explain_words import EVIDENCE_WORDS, story
from nmrquanv.models.final_evidence import FINAL_EVIDENCE
from nmrquanv.models.finder import final_lines, find_peaks
from nmrquanv.models.first_fit import Where
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.fitted_trace import fitted_trace, shapes_of
from nmrquanv.spectra.spectrum import Sample, Spectrum
from nmrquanv.spectra.top_near import peak_near, top_near

LINES = ((8.0, 40.0), (6.5, 3.0), (6.495, 2.0), (4.0, 400.0), (3.2, 0.25), (2.0, -30.0))
EMPTY = 5.2


@pytest.fixture(scope="module")
def spectrum() -> Spectrum:
    axis = Axis(16384, 4000.0, 400.0, 9.5)
    offset = axis.all_ppm()[:, None] - np.array([p for p, _ in LINES])
    x = offset * 400.0
    data = ((1 - 1j * x) / (1 + x**2)) @ np.array([h for _, h in LINES])
    noise = np.random.default_rng(1).normal(0, 0.02, (2, axis.size))
    return Spectrum(data + noise[0] + 1j * noise[1], axis, Sample("1H", "CDCl3"))


@pytest.fixture(scope="module", params=["quanv", "cnn"])
def found(request, spectrum):
    """A model, and what it finds."""
    model = request.param
    return library.load(model), find_peaks(spectrum, model, polarity="both")


def test_it_comes_to_the_judgement_that_the_search_began_with_but_for_lines_far_away(
    spectrum, found
) -> None:
    loaded, peaks = found
    final = {part.sign: part for part in final_lines(spectrum, loaded, Where(polarity="both"))}
    for ppm, height in LINES[:1] + LINES[3:]:
        peak = peak_near(peaks, ppm, spectrum.axis)
        assert peak is not None
        told = explain(spectrum, loaded, peak.ppm, sign=np.sign(height))
        assert told.line is not None
        part = final[np.sign(height)]
        place = part.marked.lines.position
        own = int(np.argmin(np.abs(place - spectrum.axis.point(peak.ppm))))
        first = part.evidence[own, FINAL_EVIDENCE.index("first_logit")]
        assert told.line.score == pytest.approx(1 / (1 + np.exp(-first)), abs=0.05)
        assert told.line.confidence is None  # settled lines are judged once more
        assert told.line.ppm == pytest.approx(peak.ppm, abs=1e-3)
        assert told.was_seen
        assert {name for name, _ in told.evidence} == EVIDENCE_WORDS.keys()
        sure = f"with confidence {peak.confidence:.2f}."
        assert story(told, None, peak)[-1].endswith(sure)


def test_what_is_drawn_adds_up(spectrum, found) -> None:
    told = explain(spectrum, found[0], 8.0)
    drawn = told.drawn
    assert drawn.ppm[0] > 8.0 > drawn.ppm[-1]
    size = np.abs(drawn.trace).max()
    assert np.abs(drawn.trace - drawn.fitted).max() < 0.03 * size
    assert np.abs(drawn.line - drawn.fitted).max() < 0.03 * size
    assert drawn.rest.max() < drawn.trace.min()


def test_what_is_drawn_has_the_shape_that_the_list_was_fitted_with() -> None:
    """The first fit does not know the field's shape: beside it every line leaves a bump."""
    made = second_spectrum("lopsided", 0, 40904).spectrum
    loaded = library.load("quanv")
    peaks, settled = find_peaks(made, "quanv"), Settled()
    for ppm in (3.3616, 4.3176):
        peak = peak_near(peaks, ppm, made.axis)
        drawn = explain(made, loaded, peak.ppm, settled=settled).drawn
        assert drawn.is_listed
        assert np.abs(drawn.trace - drawn.fitted).max() < 0.02 * peak.height
        assert drawn.line.max() == pytest.approx(peak.height, rel=0.02)
        fit = fitted_trace(made.axis, peaks, shapes=shapes_of({"quanv": peaks}))
        span = made.axis.span(drawn.ppm[0], drawn.ppm[-1])
        assert fit.values[span] == pytest.approx(drawn.fitted, abs=0.01 * peak.height)
        own = min(fit.single, key=lambda line: abs(line.ppm[line.ppm.size // 2] - peak.ppm))
        there = np.interp(own.ppm, drawn.ppm[::-1], drawn.line[::-1])
        inside = np.abs(own.ppm - peak.ppm) < 3 * own.width_ppm
        assert own.values[inside] == pytest.approx(there[inside], abs=0.05 * peak.height)


def test_a_candidate_that_was_left_out_is_drawn_as_tried_and_is_no_part_of_the_sum(
    spectrum, found
) -> None:
    loaded, _ = found
    ended = next(part for part in final_lines(spectrum, loaded) if part.sign > 0)
    at = float(spectrum.axis.point(EMPTY))
    (line,) = np.flatnonzero(
        np.isclose(spectrum.axis.ppm(ended.marked.lines.position), 8.0, atol=1e-3)
    )
    tried = ended.marked.lines.chosen(np.array([line]))
    tried = replace(tried, position=np.array([at]))
    drawn = drawn_place(spectrum, (at, 40.0), 1.0, ended.marked.lines, tried)
    assert not drawn.is_listed
    assert drawn.line.max() == pytest.approx(float(tried.height[0]), rel=0.02)
    assert np.abs(drawn.fitted).max() < 0.1 * drawn.line.max()


def test_a_place_without_a_line_says_why(spectrum, found) -> None:
    told = explain(spectrum, found[0], EMPTY)
    assert told.line is None
    assert not told.was_seen
    words = story(told, top_near(spectrum, EMPTY), None)
    assert "no maximum here" in words[0] or "no maximum that stands clear" in words[0]
    assert "No candidate" in words[-1]
    assert any("hold no signal" in word for word in words)


def test_a_candidate_of_another_grid_is_merged_into_the_line(spectrum, found) -> None:
    """A coarse grid sees the tall line too; it does not become a second one."""
    told = explain(spectrum, found[0], 4.0)
    seen = [grid for grid in told.grids if grid.candidate_ppm is not None]
    assert len(seen) > 1
    assert told.line is not None
    peaks = [p for p in found[1] if abs(p.ppm - 4.0) < 0.01]
    assert len(peaks) == 1


def test_the_trace_is_told_as_it_is(spectrum) -> None:
    top = top_near(spectrum, 8.0005)
    assert top.is_here
    assert top.is_top
    assert top.ppm == pytest.approx(8.0, abs=1e-3)
    assert top.above_snr == pytest.approx(2000, rel=0.1)
    assert not top_near(spectrum, 7.9).is_here
    down = top_near(spectrum, 2.0, -1.0)
    assert down.is_here
    assert not (up := top_near(spectrum, 2.0)) or not up.is_here


def test_the_classical_finder_has_no_windows(spectrum) -> None:
    assert explanation(spectrum, "classical", 8.0) is None
