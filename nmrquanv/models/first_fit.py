"""From a spectrum to lines fitted once: signs, grids, search, native trace, fit, evidence.

Finding peaks, training the confidence head and judging what a person reviewed all go this way
(:func:`first_fit`), so that a model is trained on what it will see. What all lines of a spectrum
share, and what stands in the residual, is learnt between the steps of :func:`first_fit`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.finders import Polarity
from nmrquanv.models import windows as win
from nmrquanv.models.answering import Answers, SlotsAnswers
from nmrquanv.models.decoding import Candidates
from nmrquanv.models.refinement import NativeTrace, Refined, refine
from nmrquanv.models.search import search, search_slots, search_view, tiles, whole
from nmrquanv.progress import Report, shared, silent_report, standing
from nmrquanv.spectra.axis import PpmRange
from nmrquanv.spectra.picking import signs
from nmrquanv.spectra.spectrum import Spectrum


@dataclass(frozen=True, slots=True)
class Where:
    """What of a spectrum is searched.

    Parameters
    ----------
    region : (high_ppm, low_ppm) or None
        None means everywhere, and so does a region for the dense head, unless it is one window:
        what lines share, and how far they miss it, is learnt from all of them.
    polarity : "auto" | "positive" | "negative" | "both"
    one_window : bool
        The region (or the whole spectrum) as exactly one window of 200 points.
    """

    region: PpmRange | None = None
    polarity: Polarity = "auto"
    one_window: bool = False


EVERYWHERE = Where()


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A spectrum laid out for lines of one sign.

    Parameters
    ----------
    spectrum : Spectrum
    grids : tuple of Grid
        What a network sees, finest first.
    native : NativeTrace
        What lines are fitted on.
    window : Window
        How the network sees a spectrum.
    """

    spectrum: Spectrum
    grids: tuple[win.Grid, ...]
    native: NativeTrace
    window: win.Window = win.STANDARD

    @classmethod
    def of(
        cls,
        spectrum: Spectrum,
        narrow: float,
        sign: float,
        window: win.Window = win.STANDARD,
        report: Report = silent_report,
    ) -> Prepared:
        """Lay a spectrum out; ``narrow`` is the width of its narrow lines, native points."""
        grids = win.grids(spectrum, narrow, sign, window, report)
        return cls(spectrum, grids, NativeTrace.of(spectrum, narrow, sign, report), window)

    def find(
        self, network: Answers, where: Where = EVERYWHERE, report: Report = silent_report
    ) -> Candidates:
        """Let a network search, in the way that its head and the user ask for."""
        view, sign = whole(self.spectrum, where.region), self.native.sign
        if isinstance(network, SlotsAnswers):
            spans = [view] if where.one_window else tiles(self.grids[0], where.region)
            return search_slots(self.spectrum, network, spans, sign)
        if where.one_window:
            return search_view(self.spectrum, network, view, sign)
        return search(self.grids, self.spectrum, network, report, self.window)

    def fit(self, candidates: Candidates, report: Report = silent_report) -> Refined:
        """Fit candidates and collect the evidence for each."""
        return refine(self.native, candidates, self.grids[0], report)


def first_fit(
    spectrum: Spectrum,
    network: Answers,
    where: Where = EVERYWHERE,
    report: Report = silent_report,
    window: win.Window = win.STANDARD,
) -> list[tuple[Prepared, Refined]]:
    """Find and fit the lines of each sign once.

    Parameters
    ----------
    spectrum : Spectrum
    network : Answers
    where : Where
    report : Report
        May cancel.
    window : Window
        The model's.

    Returns
    -------
    list of (Prepared, Refined)
        One for each sign. The fit holds false lines too: it serves to judge them.
    """
    surveyed = standing(report, 0)
    surveyed(0, 1, "looking at the noise")
    _ = spectrum.noise
    narrow = win.narrow_width_points(spectrum, surveyed)
    chosen = signs(spectrum, where.polarity, surveyed)
    found = []
    for number, sign in enumerate(chosen):
        part = shared(report, number, len(chosen))
        prepared = Prepared.of(spectrum, narrow, sign, window, surveyed)
        hits = prepared.find(network, where, part)
        found.append((prepared, prepared.fit(hits, part)))
    return found


def scores_of(network: Answers, found: Refined) -> NDArray[np.float64]:
    """Return how sure a network is of each refined line, 0 to 1, before calibration.

    A network without a confidence head (slots) answers with its own score.
    """
    if isinstance(network, SlotsAnswers):
        return found.candidates.probability
    return network.sureness(found.evidence).astype(np.float64)
