"""What a run can measure besides its figures: entanglement, real spectra, mitigated noise.

Each takes a trained network with its best checkpoint in it and returns JSON values.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from nmrquanv.errors import TrainingError
from nmrquanv.models.quanvolution import Quanvolution1d
from nmrquanv.study.data.datasets import Spectra, first
from nmrquanv.study.data.study_metrics import TUNED_TOLERANCE, f1, spectrum_f1, tuned_threshold
from nmrquanv.study.running.heads import answers_to
from nmrquanv.study.running.learning import Learned
from nmrquanv.study.running.specs import RunSpec

_DIGITS = 4
_STEP_POINTS = 4  # between stretches: neighbours share all but a few of their points
_BATCH = 50
_PREPARED_SPECTRA = 40


def entanglement(learned: Learned, test: Spectra, threshold: float) -> dict[str, Any]:
    """Measure how the circuit changes the entanglement of each test spectrum's stretches.

    Parameters
    ----------
    learned : Learned
        With a quanvolution and the weights to measure.
    test : Spectra
    threshold : float
        From which answers count.

    Returns
    -------
    dict
        ``change``: for each spectrum, by how many bits the circuit raises the von Neumann entropy,
        mean over the 15 bipartitions and every fourth stretch; ``f1`` of each at 4 points;
        ``before_mean`` and ``after_mean`` over all spectra.

    Raises
    ------
    TrainingError
        The front end is no quanvolution.

    Notes
    -----
    Amplitude-embedded data is entangled already: only the change is the circuit's.
    """
    from nmrquanv.study.circuits.entanglement import spectrum_entropies

    layer = learned.network.front_end
    if not isinstance(layer, Quanvolution1d):
        raise TrainingError("only a quanvolution has entanglement to measure")
    device = layer.weights.device
    with torch.no_grad():
        unitary = layer.unitaries()[0]
        parts = [
            spectrum_entropies(part.to(device), unitary, _STEP_POINTS)
            for part in torch.split(torch.tensor(test.traces), _BATCH)
        ]
    before, after = (torch.cat(x).cpu().numpy() for x in zip(*parts, strict=True))
    f1 = spectrum_f1(answers_to(learned.head, learned.network, test), test, threshold)
    return {
        "change": _rounded(after - before),
        "f1": _rounded(f1),
        "before_mean": round(float(before.mean()), _DIGITS),
        "after_mean": round(float(after.mean()), _DIGITS),
    }


def real(learned: Learned, threshold: float) -> dict[str, Any]:
    """Let a network trained on synthetic spectra answer for windows of real ones.

    Returns
    -------
    dict
        As :func:`nmrquanv.study.data.real_windows.measure_answers` returns it.
    """
    from nmrquanv.study.data.real_windows import measure_answers, real_windows

    windows = real_windows()
    return measure_answers(answers_to(learned.head, learned.network, windows.spectra), threshold)


def mitigation(
    learned: Learned, spec: RunSpec, held_out: tuple[Spectra, Spectra]
) -> dict[str, Any]:
    """Test a network on its device again: without noise, mitigated, and with noisy preparation.

    Parameters
    ----------
    learned : Learned
        With a quanvolution, trained under the noise of a device.
    spec : RunSpec
        With that device.
    held_out : tuple of Spectra
        Validation, on which each way gets its own threshold, and test.

    Returns
    -------
    dict
        F1 at 4 points for each way: ``ideal`` and each of
        :data:`~nmrquanv.study.circuits.routed_noise.MITIGATIONS`; ``sample`` and
        ``sample_prepared``: of the first test spectra as they are, and prepared by noisy gates.

    Raises
    ------
    TrainingError
        The front end is no quanvolution.
    """
    from nmrquanv.study.circuits.routed_noise import MITIGATIONS, noisy_evaluator

    layer = learned.network.front_end
    if not isinstance(layer, Quanvolution1d):
        raise TrainingError("only a quanvolution runs on a device")
    validation, test = held_out
    kept, values = layer.evaluator, dict(spec.noise or {})
    found: dict[str, Any] = {}
    thresholds: dict[str, float] = {}
    try:
        for name in ("ideal", *MITIGATIONS):
            layer.evaluator = None
            if name != "ideal":
                layer.evaluator = noisy_evaluator(values, spec.ansatz, spec.seed, mitigation=name)
            known = answers_to(learned.head, learned.network, validation)
            thresholds[name], _ = tuned_threshold(known, validation)
            answers = answers_to(learned.head, learned.network, test)
            found[name] = f1(answers.above(thresholds[name]), test, TUNED_TOLERANCE)
        sample = first(test, _PREPARED_SPECTRA)
        for name, is_noisy in (("sample", False), ("sample_prepared", True)):
            layer.evaluator = noisy_evaluator(
                values, spec.ansatz, spec.seed, has_noisy_preparation=is_noisy
            )
            answers = answers_to(learned.head, learned.network, sample)
            found[name] = f1(answers.above(thresholds["none"]), sample, TUNED_TOLERANCE)
    finally:
        layer.evaluator = kept
    return found


def trainability(spec: RunSpec, test: Spectra) -> dict[str, Any]:
    """Measure how an ansatz of so many layers can be trained, whatever this network learned.

    Returns
    -------
    dict
        ``variance`` of the gradients by number of qubits, and ``fisher``: eigenvalues on five
        qubits over their mean, largest first.
    """
    from nmrquanv.study.circuits.landscape import (
        DRAWS,
        QUBITS,
        drawn_stretches,
        fisher_spectrum,
        gradient_variance,
    )

    rng = np.random.default_rng([spec.seed, spec.n_layers])
    variance = {}
    for qubits in QUBITS:
        stretches = drawn_stretches(test.traces, 2**qubits, DRAWS, rng)
        variance[str(qubits)] = gradient_variance(spec.ansatz, spec.n_layers, stretches, rng)
    return {
        "variance": variance,
        "fisher": fisher_spectrum(spec.ansatz, spec.n_layers, test.traces, rng),
    }


def _rounded(values: NDArray[np.floating]) -> list[float]:
    return [round(float(value), _DIGITS) for value in values]
