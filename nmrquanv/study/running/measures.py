"""What a run can measure besides its figures: entanglement, and real spectra.

Each takes a trained network with its best checkpoint in it and returns JSON values.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from nmrquanv.errors import TrainingError
from nmrquanv.models.quanvolution import Quanvolution1d
from nmrquanv.study.data.datasets import Spectra
from nmrquanv.study.data.study_metrics import spectrum_f1
from nmrquanv.study.running.heads import answers_to
from nmrquanv.study.running.learning import Learned

_DIGITS = 4
_STEP_POINTS = 4  # between stretches: neighbours share all but a few of their points
_BATCH = 50


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


def _rounded(values: NDArray[np.floating]) -> list[float]:
    return [round(float(value), _DIGITS) for value in values]
