"""What the exact evaluation of the quanvolution is worth, and how long a study's run trains.

Ratios are of one run on one core, in processor time, so that they do not depend on the machine;
they stand in the benchmark's ``extra_info`` and in the terminal with ``-s``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
import torch
from pytest_benchmark.fixture import BenchmarkFixture

from nmrquanv.models.circuits import KERNEL, qnode
from nmrquanv.models.quanvolution import Quanvolution1d
from nmrquanv.study.data.datasets import PRESETS, make
from nmrquanv.study.running.learning import learn
from nmrquanv.study.running.specs import RunSpec

pytestmark = pytest.mark.measures_time

BATCH = 32
POSITIONS = 200 - KERNEL + 1


@pytest.fixture(autouse=True)
def _one_core() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def _seconds(work: Callable[[], object], rounds: int) -> float:
    """Return the least processor time of several rounds: the others were disturbed."""
    work()
    times = []
    for _ in range(rounds):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


def _traces(count: int = BATCH) -> torch.Tensor:
    return torch.tensor(make(PRESETS["hard"], count, 0).traces)


def _step(layer: torch.nn.Module, traces: torch.Tensor) -> Callable[[], None]:
    """Return one forward and backward pass of a layer, down to its weights."""
    slope = torch.randn(layer(traces).shape)

    def step() -> None:
        layer.zero_grad()
        layer(traces).backward(slope)

    return step


def test_forward_and_backward_against_lightning_qubit(benchmark: BenchmarkFixture) -> None:
    """The same gradients as lightning.qubit's adjoint method, ten thousand times as fast.

    Of lightning a few positions are timed, one circuit each (batched embedding with torch is an
    open fault there, PennyLane #7325), and their mean is taken for all 169 of a spectrum.
    """
    layer, traces = Quanvolution1d(seed=3), _traces()
    benchmark(_step(layer, traces))
    ours = _seconds(_step(layer, traces), 10) / BATCH
    circuit = qnode("strongly_entangling", 3, device="lightning.qubit", diff_method="adjoint")
    stretches = traces[0].double().unfold(0, KERNEL, 1)[::30]
    weights = layer.weights[0].detach().double().requires_grad_()

    def positions() -> None:
        for stretch in stretches:
            sum(circuit(stretch, weights)).backward()

    theirs = _seconds(positions, 2) / len(stretches) * POSITIONS
    weights.grad = None
    sum(circuit(stretches[0], weights)).backward()
    layer.zero_grad()
    layer(stretches[:1].float()).sum().backward()
    torch.testing.assert_close(layer.weights.grad[0].double(), weights.grad, rtol=1e-3, atol=1e-5)
    _note(benchmark, lightning_over_ours=theirs / ours, ours_ms=1e3 * ours, lightning_s=theirs)
    assert theirs > 1000 * ours  # far below what is measured, for busy machines


@pytest.mark.parametrize("batch", [BATCH, 256])
def test_forward_and_backward_against_a_convolution(
    benchmark: BenchmarkFixture, batch: int
) -> None:
    """One circuit does the arithmetic of a convolution with 64 filters of 32 points.

    Building the unitary and its gradient comes on top, once for each batch.
    """
    layer, traces = Quanvolution1d(seed=3), _traces(batch)
    convolution = torch.nn.Conv1d(1, 2 * KERNEL, KERNEL, bias=False)
    step, other = _step(layer, traces), _step(convolution, traces[:, None])
    benchmark(step)
    # Alternating, so that a disturbance meets both.
    pairs = [(_seconds(step, 4), _seconds(other, 4)) for _ in range(5)]
    ours, theirs = np.array(pairs).min(axis=0)
    _note(benchmark, ours_over_convolution=ours / theirs, ours_ms=1e3 * ours, conv_ms=1e3 * theirs)
    assert ours < 5 * theirs


@pytest.mark.parametrize("front_end", ["quanv", "cnn", "cnn_normalised", "quadratic"])
def test_training_on_a_thousand_spectra(benchmark: BenchmarkFixture, front_end: str) -> None:
    """A hundred epochs in under a minute of one core: two are trained here."""
    epochs = 2
    spec = RunSpec(front_end, spectra=1000, epochs=epochs)
    training, validation = (make(spec.chosen_preset(), 1000, seed) for seed in (0, 1))
    learn(RunSpec(front_end, spectra=32, epochs=1), make(spec.chosen_preset(), 32, 2), validation)
    started = time.process_time()
    benchmark.pedantic(learn, (spec, training, validation), rounds=1)
    hundred = (time.process_time() - started) / epochs * 100
    _note(benchmark, hundred_epochs_s=hundred)
    assert hundred < 240


def _note(benchmark: BenchmarkFixture, **figures: float) -> None:
    for name, value in figures.items():
        benchmark.extra_info[name] = round(float(value), 4)
    print(" ".join(f"{name}={value:.4g}" for name, value in figures.items()))  # noqa: T201
