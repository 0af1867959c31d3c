"""Spectra of noise hold what they should, and every peak in them is false."""

from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.bench.noise_only import CONDITIONS, NoiseTask, make_noise, noise_on, noise_results
from nmrquanv.bench.shipped_finders import FoundPeaks
from nmrquanv.spectra.peaks import Peak, PeakList
from nmrquanv.spectra.recipe import Apodization
from nmrquanv.spectra.simulate import Simulated


def made(condition: str, seed: int = 1) -> Simulated:
    return make_noise(np.random.default_rng(seed), condition)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_there_is_no_line(condition: str) -> None:
    assert made(condition).lines == ()


@pytest.mark.parametrize(
    ("condition", "filling", "correlation"),
    # Re sum exp(i pi t / (filling / 2 * td)) / td: the real part at twofold filling is still white
    [("white", 1, 0.0), ("filled twice", 2, 0.0), ("filled four times", 4, 2 / np.pi)],
)
def test_noise_is_as_correlated_as_filling_makes_it(
    condition: str, filling: int, correlation: float
) -> None:
    seed = next(s for s in range(99) if made(condition, s).recipe.step(Apodization).lb_hz == 0)
    one = made(condition, seed)
    trace = one.spectrum.trace
    assert one.spectrum.axis.size == filling * one.fid.axis.size
    assert trace.std() == pytest.approx(one.sigma, rel=0.05)
    assert np.corrcoef(trace[1:], trace[:-1])[0, 1] == pytest.approx(correlation, abs=0.03)


def test_the_baseline_rolls() -> None:
    one = made("baseline roll")
    smooth = one.spectrum.trace.reshape(64, -1).mean(axis=1)
    assert smooth.std() > 0.5 * one.sigma


def test_uneven_noise_is_uneven() -> None:
    trace = made("uneven noise").spectrum.trace
    level = trace.reshape(32, -1).std(axis=1)
    assert level.max() / level.min() > 1.3
    even = made("filled twice").spectrum.trace.reshape(32, -1).std(axis=1)
    assert even.max() / even.min() < 1.3


def test_peaks_are_counted_for_windows() -> None:
    def find(one: Simulated, model: str) -> FoundPeaks:
        peaks = PeakList((Peak(1.0, 1.0),) if model == "seer" else ())
        return FoundPeaks(peaks, peaks)

    done = [noise_on(NoiseTask(1, c, 0, ("seer", "blind"), find)) for c in CONDITIONS]
    seer, blind = (noise_results([o[i] for o in done]) for i in range(2))
    assert [r.condition for r in seer] == [*CONDITIONS, "all"]
    assert (seer[-1].peaks, blind[-1].peaks) == (5, 0)
    windows = sum(r.windows for r in seer[:-1])
    assert seer[-1].windows == windows
    assert windows >= 5 * 32768 / 200
    assert seer[-1].per_1000 == pytest.approx(5000 / windows)
    assert seer[-1].upper > seer[-1].per_1000
    assert blind[-1].per_1000 == 0.0
    assert blind[-1].upper == pytest.approx(2995.73 / windows, rel=1e-4)
