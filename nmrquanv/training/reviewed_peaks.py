"""What a model finds in reviewed regions, judged by what the person said is there.

Outside the regions nothing is judged: there the person vouched for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nmrquanv.models.answering import DenseAnswers
from nmrquanv.models.finder import find_loaded
from nmrquanv.models.first_fit import first_fit
from nmrquanv.models.library import LoadedModel
from nmrquanv.progress import Report, silent_report
from nmrquanv.spectra.kept_patterns import as_listed
from nmrquanv.spectra.peaks import PeakList
from nmrquanv.spectra.scoring import COUNTED_SNR, Score, assigned, score
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.spectra.thresholds import Thresholds
from nmrquanv.training.judged import Judged
from nmrquanv.training.metrics import Accuracy, accuracy
from nmrquanv.training.reviewed import IGNORED_SHARE, Reviewed


def shown_peaks(model: LoadedModel, spectrum: Spectrum, report: Report = silent_report) -> PeakList:
    """Return a model's peaks of a spectrum as they are shown, satellites too."""
    found = find_loaded(spectrum, model, report=report)
    return as_listed(found, Thresholds(shows_satellites=True), spectrum)


def agreement(examples: Sequence[Reviewed], found: Sequence[PeakList]) -> Accuracy:
    """Return how well shown peaks of each spectrum agree with its reviewed lines.

    Notes
    -----
    Every line that the person marked counts, however weak: noise is set so that it does.
    """
    scores: list[Score] = []
    for example, shown in zip(examples, found, strict=True):
        for region in example.regions:
            part = example.within((region,))
            peaks = [p for p in shown if region[1] <= p.ppm <= region[0]]
            scores.append(score(peaks, part.lines, example.spectrum.axis, noise_of(part)))
    return accuracy(scores)


def judged_reviewed(example: Reviewed, network: DenseAnswers) -> Judged:
    """Find the peaks of a reviewed spectrum, fit them once, and say which are right.

    Parameters
    ----------
    example : Reviewed
        Holds a line.
    network : DenseAnswers

    Returns
    -------
    Judged
        Peaks inside the regions only. Those without a line that are weaker than what the person
        was shown do not count.
    """
    spectrum = example.spectrum
    found = [refined for _, refined in first_fit(spectrum, network)]
    evidence = np.concatenate([f.evidence for f in found])
    position = np.concatenate([f.candidates.position for f in found])
    height = np.concatenate([f.lines.height for f in found])
    ppm = np.asarray(spectrum.axis.ppm(position))
    inside = np.any([(low <= ppm) & (ppm <= high) for high, low in example.regions], axis=0)
    noise = noise_of(example)
    lines_of, _ = assigned(list(ppm[inside]), example.lines, spectrum.axis, noise)
    is_right = np.array([k is not None for k in lines_of], dtype=bool)
    shown = height[inside] >= IGNORED_SHARE * COUNTED_SNR * noise
    return Judged(evidence[inside], is_right, is_right | shown)


def noise_of(example: Reviewed) -> float:
    """Return the noise at which every line that the person marked counts, however weak."""
    return min((abs(x.height) for x in example.lines), default=1.0) / (COUNTED_SNR + 1e-3)
