"""Peaks that a saved model finds in simulated spectra, with the truth about each.

Runs in processes of a pool: nothing here needs torch, whose import takes longer than judging a
few spectra.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.models import library
from nmrquanv.models.answering import DenseAnswers, dense_answers
from nmrquanv.models.finder import final_lines
from nmrquanv.models.first_fit import first_fit
from nmrquanv.models.library import LoadedModel
from nmrquanv.spectra.array_rows import ArrayRows
from nmrquanv.spectra.scoring import assigned
from nmrquanv.spectra.spectrum import Spectrum, TrueLine
from nmrquanv.training.seeded import seeded_spectrum

Scored = tuple[NDArray[np.float64], NDArray[np.bool_]]


@dataclass(frozen=True, slots=True, eq=False)
class Judged(ArrayRows):
    """Refined peaks with the truth about them.

    Parameters
    ----------
    evidence : (n, k) float32
    is_right : (n,) bool
    counts : (n,) bool
        False for satellites, sidebands and lines of 3 to 6 sigma: neither right nor false.
    """

    evidence: NDArray[np.float32]
    is_right: NDArray[np.bool_]
    counts: NDArray[np.bool_]


def judged_peaks(
    spectrum: Spectrum, lines: Sequence[TrueLine], sigma: float, network: DenseAnswers
) -> Judged:
    """Find the peaks of a spectrum with known lines, fit them once, and say which are right.

    Parameters
    ----------
    spectrum : Spectrum
    lines : sequence of TrueLine
    sigma : float
        True noise: it decides which lines count.
    network : DenseAnswers

    Notes
    -----
    Right is where the *network* put the peak: the first fit holds false lines too, which shift
    the true ones, and the second fit mends that.
    """
    found = [refined for _, refined in first_fit(spectrum, network)]
    evidence = np.concatenate([f.evidence for f in found])
    position = np.concatenate([f.candidates.position for f in found])
    return Judged(evidence, *_judge(spectrum, position, lines, sigma))


def judged_settled(
    spectrum: Spectrum, lines: Sequence[TrueLine], sigma: float, model: LoadedModel
) -> Judged:
    """Settle the lines of a spectrum with known ones, and say which are right.

    Lines that no list would hold, however sure, do not count.
    """
    judged, _ = _settled(spectrum, lines, sigma, model)
    return judged


def _settled(
    spectrum: Spectrum, lines: Sequence[TrueLine], sigma: float, model: LoadedModel
) -> tuple[Judged, NDArray[np.float64]]:
    """Return the settled lines of a spectrum with the truth about each, and their scores."""
    found = final_lines(spectrum, model)
    evidence = np.concatenate([part.evidence for part in found])
    position = np.concatenate([part.marked.lines.position for part in found])
    is_right, counts = _judge(spectrum, position, lines, sigma)
    counts &= np.concatenate([part.is_clear for part in found])
    return Judged(evidence, is_right, counts), np.concatenate([part.score for part in found])


def final_scores(
    spectrum: Spectrum, lines: Sequence[TrueLine], sigma: float, model: LoadedModel
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the scores of the final peaks that count, and which are right."""
    judged, score = _settled(spectrum, lines, sigma, model)
    return score[judged.counts], judged.is_right[judged.counts]


def _judge(
    spectrum: Spectrum, position: NDArray[np.float64], lines: Sequence[TrueLine], sigma: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which positions (native points) are right, and which are right or false."""
    ppm = spectrum.axis.ppm(position)
    lines_of, counted = assigned(list(ppm), lines, spectrum.axis, sigma)
    is_right = np.array([k is not None and counted[k] for k in lines_of], dtype=bool)
    counts = np.array([k is None or counted[k] for k in lines_of], dtype=bool)
    return is_right, counts


def judged_spectra(card_path: str, seed: int, numbers: Sequence[int]) -> Judged:
    """Judge the peaks that a saved model's network finds in simulated spectra."""
    network = dense_answers(library.load(card_path).network)
    parts = []
    for number in numbers:
        made, _ = seeded_spectrum(seed, number)
        parts.append(judged_peaks(made.spectrum, made.lines, made.sigma, network))
    return Judged.joined(parts)


def settled_spectra(card_path: str, seed: int, numbers: Sequence[int]) -> Judged:
    """Judge the settled lines that a saved model finds in simulated spectra."""
    model, parts = library.load(card_path), []
    for number in numbers:
        made, _ = seeded_spectrum(seed, number)
        parts.append(judged_settled(made.spectrum, made.lines, made.sigma, model))
    return Judged.joined(parts)


def scored_spectra(card_path: str, seed: int, numbers: Sequence[int]) -> list[Scored]:
    """Score the final peaks that a saved model finds in simulated spectra."""
    model = library.load(card_path)
    result = []
    for number in numbers:
        made, _ = seeded_spectrum(seed, number)
        result.append(final_scores(made.spectrum, made.lines, made.sigma, model))
    return result
