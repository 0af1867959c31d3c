"""What is known of lines at the end: feet of taller ones, bare tops, company."""

from types import SimpleNamespace

import numpy as np
import pytest

from nmrquanv.models import library
from nmrquanv.models.cards import FINAL_VERSION
from nmrquanv.models.final_evidence import FINAL_EVIDENCE, _at_home
from nmrquanv.models.finder import Final, Where, final_lines
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.spectra.tops import Sight, tops_of

NAMES = {name: number for number, name in enumerate(FINAL_EVIDENCE)}


def spectrum_of(lines: list[tuple[float, float, float]], size: int = 8192) -> Spectrum:
    """Return lines (point, width, height) in noise of 1."""
    x = np.arange(size)
    trace = np.random.default_rng(3).normal(size=size)
    for at, width, height in lines:
        trace += height / (1 + (2 * (x - at) / width) ** 2)
    return Spectrum(trace, Axis(size, 4000.0, 400.0, 10.0))


def found_in(spectrum: Spectrum, where: Where | None = None) -> Final:
    return final_lines(spectrum, library.load("cnn"), *([where] if where else []))[0]


@pytest.fixture(scope="module")
def few() -> Final:
    lines = [(1000.0, 6.0, 3000.0), (1060.0, 6.0, 60.0), (4000.0, 6.0, 300.0), (4009.0, 6.0, 300.0)]
    return found_in(spectrum_of([*lines, (7000.0, 6.0, 60.0)]))


def at(found: Final, name: str, point: float) -> float:
    line = int(np.argmin(np.abs(found.marked.lines.position - point)))
    assert abs(found.marked.lines.position[line] - point) < 2.0
    return float(found.evidence[line, NAMES[name]])


def test_each_line_has_its_evidence_and_all_of_it_is_finite(few: Final) -> None:
    assert few.evidence.shape == (few.marked.lines.position.size, len(FINAL_EVIDENCE))
    assert np.isfinite(few.evidence).all()


def test_a_line_in_a_tall_ones_foot_says_so(few: Final) -> None:
    in_foot, alone = (at(few, "tails", point) for point in (1060.0, 7000.0))
    # 3000 / (1 + (2 * 60 / 6)**2) = 7.5 of its 60
    assert in_foot == pytest.approx(np.log10(7.5 / 60), abs=0.1)
    assert alone < in_foot - 1
    assert at(few, "tallest_10", 1060.0) == pytest.approx(np.log10(50), abs=0.1)
    assert at(few, "tallest_3", 1060.0) == pytest.approx(-3.0)


def test_a_neighbour_is_seen_in_own_widths(few: Final) -> None:
    assert at(few, "nearest", 4000.0) == pytest.approx(1.5, abs=0.1)
    assert at(few, "nearest_height", 4000.0) == pytest.approx(0.0, abs=0.05)
    assert at(few, "marks_top", 4000.0) == 1.0


def test_what_is_known_does_not_hang_on_scale_or_offset_of_the_axis() -> None:
    lines = [(1000.0, 6.0, 300.0), (1010.0, 6.0, 100.0), (3000.0, 6.0, 50.0)]
    one = spectrum_of(lines)
    other = Spectrum(1e6 * one.trace, Axis(one.axis.size, 4000.0, 400.0, 3.0))
    a, b = found_in(one), found_in(other)
    np.testing.assert_allclose(a.evidence, b.evidence, atol=1e-3)


def test_noise_alone_and_the_papers_own_way_have_none() -> None:
    noise = Spectrum(np.random.default_rng(0).normal(size=4096), Axis(4096, 4000.0, 400.0, 10.0))
    assert found_in(noise).evidence.shape[0] == found_in(noise).score.size
    made = spectrum_of([(1000.0, 6.0, 300.0)])
    assert found_in(made, Where(one_window=True)).evidence.shape[1] == 0


def test_lines_of_a_trace_without_a_maximum_have_no_home() -> None:
    ramp = Spectrum(np.arange(32.0), Axis(32, 4000.0, 400.0, 10.0))
    tops = tops_of(ramp.trace, Sight(1.0, 125.0))
    assert tops.maximum.size == 0
    is_top, away, on_top, rise = _at_home(SimpleNamespace(tops=tops), np.array([8.0, 20.0]))
    assert (away == 5.0).all()
    assert not np.any([is_top, on_top, rise])


def test_evidence_changes_only_with_its_version(few: Final) -> None:
    """When this fails, raise ``FINAL_VERSION``: trained networks know other evidence."""
    assert (FINAL_VERSION, len(FINAL_EVIDENCE)) == (2, 47)
    pair = int(np.argmin(np.abs(few.marked.lines.position - 4000.0)))
    known = (7.22, 0, 2.5, 2.46, 2.55, 0.02, -2.23, -2.82, -4, -0.19, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0)
    company = (1.48, 50, 0, -0.69, -1, -1.79, 0, 0, 0, 0, 1, 1)
    common = (0, 0, 0.26, 0.2, 0.26, 0.2, 2.58, -0.2, 0, -0.2, 0)
    assert few.evidence[pair][1:] == pytest.approx(
        (*known, *company, 2.14, 0.99, -4, -0.19, *common)[1:], abs=0.1
    )
