"""Zeros that a program stored behind a FID are no measured points."""

import numpy as np
import pytest

import nmrquanv as nq
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.spectrum import Fid, Sample
from nmrquanv.spectra.starting_recipe import fid_recipe

TD, SW_HZ = 1024, 4000.0


def _fid(zeros):
    t = np.arange(TD) / SW_HZ
    lines = ((500.0, 1.0), (-700.0, 2.0))
    data = sum(np.exp(-2j * np.pi * hz * t - np.pi * width * t) for hz, width in lines)
    rng = np.random.default_rng(0)
    data = data + 1e-3 * (rng.normal(size=TD) + 1j * rng.normal(size=TD))
    data = np.append(data, np.zeros(zeros))
    return Fid(data, Axis(data.size, SW_HZ, 400.0, 10.0), 400.0, 0.0, Sample("1H"))


@pytest.mark.parametrize("zeros", [0, 1024, 3072])
def test_a_fid_with_zeros_behind_it_gives_the_same_lines(zeros):
    found = nq.find_peaks(_fid(zeros))
    assert [p.ppm for p in found] == pytest.approx([6.25, 3.25], abs=0.005)
    assert any("the FID ends before the lines have decayed" in note for note in found.notes)


@pytest.mark.parametrize("zeros", [0, 1, 1024])
def test_a_fid_knows_how_many_points_were_measured(zeros):
    fid = _fid(zeros)
    assert fid.time_points == TD
    outcome = fid_recipe(fid).run(fid)
    assert outcome.spectrum.time_points == TD
    assert not any("declined" in note for note in outcome.notes)


def test_of_nothing_but_zeros_every_point_was_measured():
    empty = Fid(np.zeros(64, dtype=complex), Axis(64, SW_HZ, 400.0, 10.0), 400.0)
    assert empty.time_points == 64
    one = Fid(np.eye(1, 64)[0].astype(complex), Axis(64, SW_HZ, 400.0, 10.0), 400.0)
    assert one.time_points == 2
