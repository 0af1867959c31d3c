import numpy as np
import pytest

from nmrquanv.models.decoding import Candidates, decode, without_duplicates
from nmrquanv.models.windows import Grid
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.lineshapes import lorentzian


def answered(positions, size=400):
    x = np.arange(size)
    gaps = np.array(positions)[:, None] - x
    probability = np.exp(-0.5 * gaps**2).max(axis=0)
    offset = np.take_along_axis(gaps, np.abs(gaps).argmin(axis=0)[None], axis=0)[0]
    return probability.astype(np.float32), offset.astype(np.float32)


def candidates(*rows):
    position, fwhm, probability, scale = (np.array(c, dtype=float) for c in zip(*rows, strict=True))
    return Candidates(position, fwhm, probability, scale.astype(np.int64))


def test_positions_come_back_below_a_tenth_of_a_point():
    true = [50.3, 58.1, 300.77]
    trace = sum(lorentzian(np.arange(400.0), 100.0, p, 7.0) for p in true)
    grid = Grid(trace, 1.0, Axis(400, 400.0, 400.0, 1.0), np.ones(400))
    found = decode(*answered(true), grid, 0, native_points=800)
    assert found.position == pytest.approx(2 * np.array(true), abs=0.2)
    assert found.fwhm[-1] == pytest.approx(14.0, rel=0.3)


def test_silence_gives_nothing():
    grid = Grid(np.zeros(400), 1.0, Axis(400, 400.0, 400.0, 1.0), np.ones(400))
    found = decode(np.zeros(400, np.float32), np.zeros(400, np.float32), grid, 0, 400)
    assert found.position.size == 0
    assert without_duplicates(Candidates.by_position([]), 6.0).position.size == 0


def test_one_line_seen_at_two_scales_is_one():
    both = candidates((100.0, 6, 0.8, 0), (100.8, 7, 0.9, 1))
    assert without_duplicates(both, 6.0).position.size == 1


def test_a_coarse_hump_over_a_resolved_multiplet_goes():
    multiplet = candidates((90, 4, 0.9, 0), (100, 4, 0.9, 0), (101, 30, 0.95, 1), (110, 4, 0.9, 0))
    assert (without_duplicates(multiplet, 4.0).scale == 0).all()


def test_a_broad_line_that_no_finer_scale_is_sure_of_stays():
    broad = candidates((90, 4, 0.25, 0), (101, 40, 0.95, 1))
    assert 40 in without_duplicates(broad, 4.0).fwhm


def test_two_close_lines_of_one_scale_stay_two():
    pair = candidates((100, 8, 0.9, 0), (103, 8, 0.9, 0))
    assert without_duplicates(pair, 8.0).position.size == 2


def test_tops_of_noise_on_a_line_too_broad_for_a_scale_go():
    broad = candidates((92, 9, 0.4, 0), (101, 36, 0.9, 1), (108, 9, 0.5, 0))
    assert list(without_duplicates(broad, 4.0).fwhm) == [36]
