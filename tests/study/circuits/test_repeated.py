"""Noisy circuits in a search: none of it changes nothing, more of it costs peaks."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from nmrquanv.errors import ModelError
from nmrquanv.models import library
from nmrquanv.models.answering_front_ends import Circuits
from nmrquanv.models.circuits import SAME_PADDING
from nmrquanv.models.finder import find_peaks
from nmrquanv.progress import Cancelled
from nmrquanv.spectra.simulate import Simulated, simulate_seed
from nmrquanv.spectra.thresholds import Thresholds
from nmrquanv.study.circuits.noise_channels import NoisyEvaluator
from nmrquanv.study.circuits.noise_model import NOISE_PRESETS, NoiseModel
from nmrquanv.study.circuits.noisy_circuits import NoisyCircuits
from nmrquanv.study.circuits.repeated import Repeated, survey

SHOWN = Thresholds(shows_satellites=True)
HARSH = NoiseModel(readout_flip=0.3, depolarising_2q=0.3, shots=32)


@pytest.fixture(scope="module")
def made() -> Simulated:
    return simulate_seed(3, "clean", points=16_384)


@pytest.fixture(scope="module")
def circuits() -> Circuits:
    front_end = library.load("quanv").network.front_end
    assert isinstance(front_end, Circuits)
    return front_end


@pytest.fixture
def traces() -> np.ndarray:
    rng = np.random.default_rng(2)
    traces = rng.normal(size=(3, 200))
    traces[0, :90] = 0.0
    return traces


def region_of(made: Simulated) -> tuple[float, float]:
    """Return a stretch around the tallest line."""
    middle = max(made.lines, key=lambda x: abs(x.height)).ppm
    return middle + 0.6, middle - 0.6


def numbers(peaks) -> list[tuple[float, ...]]:
    return [(p.ppm, p.height, p.fwhm_hz, p.snr, p.confidence) for p in peaks]


def test_no_noise_and_infinitely_many_shots_give_exactly_the_bundled_list(made) -> None:
    bundled = find_peaks(made.spectrum, "quanv").passing(SHOWN)
    told = survey(made.spectrum, Repeated(NoiseModel(), repeats=9))
    assert numbers(one.peak for one in told.peaks) == numbers(bundled)
    assert told.extra == (0,)
    assert all(one.found == one.runs == 1 for one in told.peaks)
    assert all(one.ppm_sd == 0 and one.shift_ppm == 0 for one in told.peaks)
    assert [one.confidence for one in told.peaks] == [p.confidence for p in bundled]
    assert "every repetition is the same" in told.words()


def test_without_noise_pulled_back_circuits_are_the_exact_ones(circuits, traces) -> None:
    noisy = NoisyCircuits.of(circuits, NoiseModel(), np.random.default_rng(0))
    assert noisy.out_channels == circuits.out_channels
    assert noisy(traces) == pytest.approx(circuits(traces), abs=1e-10)


@pytest.mark.parametrize("strength", NOISE_PRESETS)
def test_noise_is_that_of_the_study(circuits, traces, strength) -> None:
    noise = NoiseModel.from_dict(NOISE_PRESETS[strength].to_dict() | {"shots": 0})
    found = NoisyCircuits.of(circuits, noise, np.random.default_rng(0))(traces)
    padded = np.pad(traces, ((0, 0), SAME_PADDING))
    rows = np.lib.stride_tricks.sliding_window_view(padded, 32, axis=1).reshape(-1, 32)
    weights = torch.from_numpy(circuits.weights.copy())
    wanted = NoisyEvaluator(noise).evaluate(torch.from_numpy(rows), list(circuits.tables), weights)
    both = found.reshape(found.shape[0], -1).T, wanted.numpy()
    assert both[0] == pytest.approx(both[1], abs=1e-9)


def test_shots_scatter_as_the_binomial_says_and_empty_stretches_do_not(circuits, traces) -> None:
    exact = circuits(traces)
    noisy = NoisyCircuits.of(circuits, NoiseModel(shots=400), np.random.default_rng(1))
    draws = np.stack([noisy(traces) for _ in range(200)])
    assert draws.mean(axis=0) == pytest.approx(exact, abs=0.02)
    seen = draws.var(axis=0)
    wanted = (1 - exact**2) / 400
    is_empty = (exact == 0).all(axis=0)
    assert is_empty.any()
    assert (seen[:, is_empty] == 0).all()
    ratio = seen[:, ~is_empty].mean() / wanted[:, ~is_empty].mean()
    assert ratio == pytest.approx(1.0, abs=0.05)


def test_circuits_are_counted(circuits, traces) -> None:
    noisy = NoisyCircuits.of(circuits, NoiseModel(shots=1), np.random.default_rng(0))
    answer = noisy(traces)
    speaks = (circuits(traces) != 0).any(axis=0)
    assert noisy.circuits == int(speaks.sum()) * answer.shape[0] // 5


def test_the_library_keeps_its_exact_circuits(made, circuits, traces) -> None:
    before = circuits(traces)
    survey(made.spectrum, Repeated(HARSH, 1, region=region_of(made)))
    assert library.load("quanv").network.front_end is circuits
    assert np.array_equal(circuits(traces), before)


def test_harsh_noise_costs_peaks_and_mild_noise_leaves_error_bars() -> None:
    made = simulate_seed(5, "crowded", points=16_384)
    middle = float(np.median([x.ppm for x in made.lines]))
    region = (middle + 0.15, middle - 0.15)
    mild = survey(made.spectrum, Repeated(NoiseModel(shots=4096), 2, region=region))
    harsh = survey(made.spectrum, Repeated(HARSH, 2, region=region))
    assert [one.runs for one in mild.peaks] == [2] * len(mild.peaks)
    assert len(mild.extra) == 2
    rates = [np.mean([one.rate.value for one in s.peaks]) for s in (mild, harsh)]
    sure = [np.nanmean([one.confidence for one in s.peaks]) for s in (mild, harsh)]
    assert rates[0] > 0.9
    assert rates[1] < rates[0]
    assert sure[1] < sure[0]
    always = [one for one in mild.peaks if one.found == 2]
    assert any(one.ppm_sd > 0 for one in always)
    width = made.spectrum.axis.sf_mhz
    assert all(one.ppm_sd * width < (one.peak.fwhm_hz or 1.0) for one in always)
    assert mild.circuits > 0
    assert f"Of {len(mild.peaks)} peaks" in mild.words()
    assert json.loads(json.dumps(mild.to_rows()))[0]["repetitions"] == 2


def test_repetitions_are_others_and_the_same_at_every_call(made) -> None:
    asked = Repeated(NoiseModel(shots=256), 2, region=region_of(made))
    one, again = survey(made.spectrum, asked), survey(made.spectrum, asked)
    assert any(x.ppm_sd > 0 for x in one.peaks)
    assert [(x.found, x.ppm_sd) for x in one.peaks if x.found == 2] == [
        (x.found, x.ppm_sd) for x in again.peaks if x.found == 2
    ]


def test_a_model_without_a_circuit_is_refused(made) -> None:
    with pytest.raises(ModelError, match="no quantum circuit"):
        survey(made.spectrum, Repeated(NoiseModel(shots=9), model="cnn"))


def test_it_tells_where_it_is_and_can_be_cancelled(made) -> None:
    texts = []

    def report(done: int, total: int, text: str) -> None:
        texts.append(text)
        if text.startswith("repetition 1"):
            raise Cancelled

    with pytest.raises(Cancelled):
        survey(made.spectrum, Repeated(HARSH, 2), report)
    assert texts[-1] == "repetition 1 of 2"


def test_a_search_is_repeated_once_at_least() -> None:
    with pytest.raises(ValueError, match="once at least"):
        Repeated(HARSH, repeats=0)
