"""Signals of whole molecules: exact where couplings are strong, first order elsewhere."""

import numpy as np
import pytest

from nmrquanv.spectra.simulation.spin_systems import transitions
from nmrquanv.spectra.spin_system import SpinSystem

SF_MHZ = 500.0


def system(shifts_hz, couplings, counts=None):
    n = len(shifts_hz)
    matrix = np.zeros((n, n))
    for (i, j), value in couplings.items():
        matrix[i, j] = matrix[j, i] = value
    count = np.array(counts or [1] * n)
    names = tuple(f"H{k}" for k in range(n))
    return SpinSystem("1H", names, np.array(shifts_hz) / SF_MHZ, count, matrix)


def lines(signal):
    return signal.shift_ppm * SF_MHZ + signal.offset_hz


def test_a_strongly_coupled_pair_shows_the_lines_of_its_hamiltonian():
    made = system([1000.0, 1012.0], {(0, 1): 9.0})
    assert made.clusters(SF_MHZ) == [[0, 1]]
    (signal,) = made.signals(SF_MHZ)
    middle, away = 1006.0, np.hypot(12.0, 9.0)
    expected = middle + np.array([-away - 9, -away + 9, away - 9, away + 9]) / 2
    np.testing.assert_allclose(lines(signal), expected, atol=1e-6)
    inner = (1 + 9 / away) / 4
    np.testing.assert_allclose(signal.weight, [0.5 - inner, inner, inner, 0.5 - inner], atol=1e-6)


def test_far_spins_are_doublets_and_a_methyl_group_splits_into_a_quartet():
    made = system([600.0, 2100.0], {(0, 1): 7.0}, [3, 1])
    methyl, quartet = made.signals(SF_MHZ)
    np.testing.assert_allclose(lines(methyl), [596.5, 603.5], atol=1e-6)
    np.testing.assert_allclose(lines(quartet), 2100 + np.array([-10.5, -3.5, 3.5, 10.5]), atol=1e-6)
    np.testing.assert_allclose(quartet.weight, [0.125, 0.375, 0.375, 0.125], atol=1e-9)


def test_a_far_partner_moves_a_strong_pair_as_the_whole_hamiltonian_does():
    couplings = {(0, 1): 12.0, (0, 2): 4.0, (1, 2): 9.0}
    made = system([1000.0, 1030.0, 4000.0], couplings)
    pair = next(s for s in made.signals(SF_MHZ) if len(s.offset_hz) > 4)
    exact = transitions([1000.0, 1030.0, 4000.0], made.coupling_hz)
    near = exact.hz < 2000
    np.testing.assert_allclose(lines(pair), exact.hz[near], atol=0.05)
    np.testing.assert_allclose(pair.weight, exact.area[near] / exact.area[near].sum(), atol=2e-3)


def test_a_chain_too_long_to_solve_is_cut_at_its_weakest_bonds():
    shifts = np.arange(12) * 20.0
    couplings = {(k, k + 1): 8.0 if k != 5 else 3.0 for k in range(11)}
    made = system(shifts, couplings)
    clusters = made.clusters(SF_MHZ)
    assert [0, 1, 2, 3, 4, 5] in clusters
    assert sorted(k for c in clusters for k in c) == list(range(12))
    assert sum(len(s.offset_hz) > 4 for s in made.signals(SF_MHZ)) == 2


@pytest.mark.parametrize("sf_mhz", [60.0, 300.0, 900.0])
def test_all_weight_stands_at_every_field(sf_mhz):
    made = system([600.0, 640.0, 2100.0], {(0, 1): 12.0, (1, 2): 7.0}, [1, 1, 3])
    for signal in made.signals(sf_mhz):
        assert signal.weight.sum() == pytest.approx(1.0)
        assert (signal.offset_hz * signal.weight).sum() == pytest.approx(0.0, abs=1e-6)


def test_a_ring_with_two_kinds_of_neighbours_is_solved_as_a_whole():
    ortho, para, across = 8.6, 0.4, 2.5
    couplings = {(0, 2): ortho, (1, 3): ortho, (0, 3): para, (1, 2): para}
    shifts = [3925.0, 3925.0, 3445.0, 3445.0]
    made = system(shifts, couplings | {(0, 1): across, (2, 3): across})
    low, high = made.signals(SF_MHZ)
    exact = transitions(shifts, made.coupling_hz)
    for signal, part in ((low, exact.hz < 3700), (high, exact.hz > 3700)):
        strong = exact.area[part] > 0.02 * exact.area[part].max()
        np.testing.assert_allclose(lines(signal), exact.hz[part][strong], atol=0.02)


def test_protons_that_a_file_names_one_by_one_are_one_signal_where_they_are_equivalent():
    couplings = {(k, n): 7.0 for k in (0, 1, 2) for n in (3, 4)}
    made = system([600.0, 600.0, 600.0, 1900.0, 1900.0], couplings).joined()
    assert made.count.tolist() == [3, 2]
    assert [len(s.offset_hz) for s in made.signals(SF_MHZ)] == [3, 4]


def test_protons_of_one_shift_that_neighbours_tell_apart_stay_two():
    couplings = {(0, 2): 8.6, (1, 2): 0.4}
    assert len(system([3580.0, 3580.0, 3450.0], couplings).joined().names) == 3
