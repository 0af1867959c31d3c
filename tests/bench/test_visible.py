"""Lists held against the trace: what is unmarked, nowhere, doubled; as the project's evaluation."""

import importlib.util
from dataclasses import replace

import numpy as np
import pytest

from nmrquanv.bench.visible import judge
from nmrquanv.io import read
from nmrquanv.models.finder import find_peaks
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.spectra.thresholds import Thresholds

AXIS = Axis(8192, 2000.0, 500.0, 4.0)


@pytest.fixture
def two_lines():
    """A line at 3 ppm and one half as tall at 2 ppm, 12 points wide, sigma 1."""
    ppm = AXIS.ppm(np.arange(AXIS.size))
    hz = AXIS.sf_mhz * ppm
    trace = np.random.default_rng(2).normal(size=AXIS.size)
    for at, height in ((3.0, 2000.0), (2.0, 1000.0)):
        trace += height / (1 + ((hz - 500.0 * at) / 1.5) ** 2)
    return Spectrum(trace, AXIS)


def test_marks_on_the_tops_are_all_right(two_lines):
    found = judge(two_lines, [Peak(3.0005, 1.0), Peak(2.0, 1.0)])
    assert (found.tops, found.peaks) == (2, 2)
    assert (found.unmarked, found.nowhere, found.doubled) == ((), (), ())


def test_a_mark_on_the_flank_leaves_the_top_unmarked(two_lines):
    found = judge(two_lines, [Peak(3.0 + 2.2 / 500, 1.0), Peak(2.0, 1.0)])
    assert found.unmarked[0] == pytest.approx((3.0, 1.0), abs=2e-3)
    assert found.tall_unmarked == 1


def test_a_mark_in_the_noise_is_nowhere_and_a_second_one_doubled(two_lines):
    marks = [Peak(3.0, 1.0), Peak(3.0003, 1.0), Peak(2.0, 1.0), Peak(2.0 - 12.0 / 500, 1.0)]
    quiet = replace(two_lines, data=np.where(two_lines.trace > 30, two_lines.trace, 0.0))
    assert len(judge(two_lines, marks).doubled) == 1
    assert judge(quiet, marks).nowhere == pytest.approx([2.0 - 12.0 / 500], abs=1e-3)


def test_what_the_list_explains_counts_as_marked(two_lines):
    assert judge(two_lines, [Peak(3.0, 1.0)]).tall_unmarked == 1
    explained = judge(two_lines, [Peak(3.0, 1.0)], [Peak(2.0, 1.0)])
    assert explained.unmarked == ()
    assert [ppm for ppm, _ in explained.explained] == pytest.approx([2.0], abs=1e-3)
    assert judge(two_lines, [Peak(3.0, 1.0), Peak(2.0, 1.0)], [Peak(2.0, 1.0)]).explained == ()


def test_lines_that_point_down_are_looked_at_on_request(two_lines):
    down = replace(two_lines, data=-two_lines.trace)
    assert judge(down, []).tops == 0
    assert judge(down, [], both_signs=True).tops == 2


def _half_the_tops(spectrum):
    return find_peaks(spectrum, "classical").passing(Thresholds(min_snr=40.0)).peaks[::2]


def test_half_of_the_tops_of_a_real_spectrum(examples):
    spectrum = read(examples / "bruker_1h_cyclosporin" / "1").spectrum()
    found = judge(spectrum, _half_the_tops(spectrum))
    assert found.tops == 193
    assert 90 <= len(found.unmarked) <= 100
    assert found.nowhere == found.doubled == ()


def test_the_figures_are_those_of_the_evaluation_beside_the_checkout(examples, shared_data):
    names = ["bruker_1h_cyclosporin/1"]
    if shared_data is None:  # the evaluation's own figures for the same marks
        spectrum = read(examples / names[0]).spectrum()
        assert judge(spectrum, []).tops == 193
        return
    place = importlib.util.spec_from_file_location("tops", shared_data.parent / "eval" / "tops.py")
    evaluation = importlib.util.module_from_spec(place)
    place.loader.exec_module(evaluation)
    names += ["bruker_1h_urine/10", "varian_1h_ethylindanone.fid", "varian_1h_azithromycin.fid"]
    for name in names:
        spectrum = read(shared_data / name).spectrum()
        axis = spectrum.axis
        marks = _half_the_tops(spectrum)
        shifted = [replace(p, ppm=p.ppm + 0.004 * (k % 3)) for k, p in enumerate(marks)]
        found = judge(spectrum, shifted)
        asked = evaluation.judge(
            axis.ppm(np.arange(axis.size)),
            spectrum.trace,
            axis.sf_mhz,
            [p.ppm for p in shifted],
            aq_s=spectrum.time_points / axis.sw_hz,
        )
        assert found.tops == asked["tops"]
        assert len(found.unmarked) == len(asked["unmarked"]) > 10
        assert len(found.nowhere) == len(asked["nowhere"]) > 10
        assert len(found.doubled) == len(asked["doubled"])
