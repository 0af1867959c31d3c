"""Classical picking on the study's spectra, tuned on validation spectra as networks are trained.

Two pickers: local maxima by prominence, and local maxima of the negative second derivative. Each
has a smoothing width and a threshold; every pair of a small grid is tried.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nmrquanv.study.data.datasets import Spectra
from nmrquanv.study.data.study_metrics import Answers, tuned_threshold

PROMINENCE_WIDTHS = (0.0, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0)
DERIVATIVE_WIDTHS = (1.0, 1.4, 2.0, 2.8, 3.4, 4.0, 5.0)
"""Widths (sigma, points) of the Gaussian that smooths."""

_MOST = 24
_MAD = 0.6744897501960817  # of a standard normal distribution

Prepare = Callable[[NDArray[np.float64], float], NDArray[np.float64]]


def noise_of(traces: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the white noise of traces ``(n, points)`` from their third differences, ``(n,)``.

    Third differences of lines six points wide or more are small against those of the noise.
    """
    third = np.diff(np.asarray(traces, dtype=np.float64), 3, axis=1)
    sigma = np.median(np.abs(third), axis=1) / _MAD / np.sqrt(20.0)
    return np.asarray(np.maximum(sigma, 1e-4), dtype=np.float64)


def _smoothed(traces: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    from scipy.ndimage import gaussian_filter1d

    if width == 0:
        return traces
    return np.asarray(gaussian_filter1d(traces, width, axis=1), dtype=np.float64)


def _curvature(traces: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    from scipy.ndimage import gaussian_filter1d

    return -width * width * np.asarray(gaussian_filter1d(traces, width, axis=1, order=2))


def picked(traces: NDArray[np.float64], scale: NDArray[np.float64]) -> Answers:
    """Return the local maxima of traces, scored by their prominence over ``scale`` (n,)."""
    from scipy.signal import find_peaks

    position = np.zeros((len(traces), _MOST))
    score = np.full((len(traces), _MOST), -np.inf)
    for i, trace in enumerate(traces):
        tops, shape = find_peaks(trace, prominence=0.0)
        chosen = np.argsort(-shape["prominences"], kind="stable")[:_MOST]
        tops, n = tops[chosen], len(chosen)
        left, middle, right = trace[tops - 1], trace[tops], trace[tops + 1]
        bend = np.minimum(left - 2 * middle + right, -1e-12)
        position[i, :n] = tops + np.clip(0.5 * (left - right) / bend, -0.5, 0.5)
        score[i, :n] = shape["prominences"][chosen] / scale[i]
    return Answers(position, score)


_PICKERS: dict[str, tuple[Prepare, tuple[float, ...]]] = {
    "prominence": (_smoothed, PROMINENCE_WIDTHS),
    "second_derivative": (_curvature, DERIVATIVE_WIDTHS),
}


def tuned(
    picker: str, validation: Spectra
) -> tuple[Callable[[Spectra], Answers], dict[str, float]]:
    """Tune a picker on validation spectra.

    Parameters
    ----------
    picker : "prominence" | "second_derivative"
    validation : Spectra

    Returns
    -------
    callable
        From spectra to answers.
    dict
        ``width`` in points, ``is_relative_to_noise``, ``threshold``, ``val_f1``.
    """
    prepare, widths = _PICKERS[picker]

    def answers(spectra: Spectra, width: float, power: float) -> Answers:
        traces = spectra.traces.astype(np.float64)
        return picked(prepare(traces, width), noise_of(traces) ** power)

    best: dict[str, float] = {"val_f1": -1.0}
    for width in widths:
        for power in (0.0, 1.0):
            threshold, value = tuned_threshold(answers(validation, width, power), validation)
            if value > best["val_f1"]:
                best = {"width": width, "is_relative_to_noise": power}
                best |= {"threshold": threshold, "val_f1": value}
    width, power = best["width"], best["is_relative_to_noise"]
    return (lambda spectra: answers(spectra, width, power)), best
