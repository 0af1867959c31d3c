import numpy as np
import pytest

from nmrquanv.bench.kinds import (
    BENCHMARK_KINDS as STUDY_KINDS,
)
from nmrquanv.bench.kinds import (
    BENCHMARK_SEED,
    SpectrumTask,
    outcomes_on,
)
from nmrquanv.bench.shipped_finders import find_as_shipped
from nmrquanv.spectra.simulation.acquisitions import BENCHMARK_KINDS
from nmrquanv.training.benchmark_set import SEED, comparison, f1_scores

N = len(BENCHMARK_KINDS)


def test_the_spectra_are_those_of_the_benchmark():
    assert BENCHMARK_SEED == SEED
    assert STUDY_KINDS == BENCHMARK_KINDS


def test_the_figures_are_those_of_the_benchmark():
    ours = f1_scores(["classical"], range(2))
    for row, kind in zip(ours, BENCHMARK_KINDS, strict=False):
        task = SpectrumTask(BENCHMARK_SEED, kind, 0, ("classical",), find_as_shipped)
        (theirs,) = outcomes_on(task)
        assert row == [theirs.f1]


def test_a_model_beside_itself_has_forgotten_nothing():
    f1 = np.random.default_rng(1).uniform(0.5, 1.0, 4 * N)
    same = comparison(np.column_stack([f1, f1]))
    assert same["difference"] == 0
    assert same["interval"] == [0, 0]
    assert same["old"] == same["new"]
    assert same["old"]["f1"] == pytest.approx(f1.mean(), abs=1e-4)


def test_a_loss_on_one_kind_is_found_there_and_in_the_mean():
    rng = np.random.default_rng(2)
    old = rng.uniform(0.8, 0.9, 4 * N)
    new = old.copy()
    new[3::N] -= 0.3
    told = comparison(np.column_stack([old, new]))
    lost = {k: told["old"]["kinds"][k] - told["new"]["kinds"][k] for k in BENCHMARK_KINDS}
    assert lost.pop(BENCHMARK_KINDS[3]) == pytest.approx(0.3, abs=2e-4)
    assert all(value == 0 for value in lost.values())
    assert told["difference"] == pytest.approx(-0.03, abs=1e-4)
    assert told["spectra"] == 4 * N


def test_the_interval_is_that_of_the_paired_differences():
    # Large common scatter, small differences: only pairs can tell.
    rng = np.random.default_rng(3)
    old = rng.uniform(0.2, 0.9, 40 * N)
    difference = rng.normal(-0.01, 0.05, old.size)
    low, high = comparison(np.column_stack([old, old + difference]))["interval"]
    half = 1.96 * 0.05 / np.sqrt(old.size)
    assert (high - low) / 2 == pytest.approx(half, rel=0.15)
    assert low < -0.01 < high < 0
