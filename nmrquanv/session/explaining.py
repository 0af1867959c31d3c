"""Explains a peak, or why there is none: what the search made of a place, what hides its line.

The search's part is looked at again in the background (:mod:`nmrquanv.models.explain`); what the
document says of it - thresholds, deletions, classes - is read when that has come.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from nmrquanv.finders import known_finder
from nmrquanv.numbers import fixed
from nmrquanv.progress import Report
from nmrquanv.session.document import Document
from nmrquanv.session.jobs import Job, Lane
from nmrquanv.spectra.peaks import Peak, PeakList
from nmrquanv.spectra.picking import is_looked_for, polarity_of
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.spectra.thresholds import Limits
from nmrquanv.spectra.top_near import TopNear, peak_near, sign_here, top_near

if TYPE_CHECKING:
    from nmrquanv.models.drawn_place import Settled
    from nmrquanv.models.explained import Explanation

_AROUND_WIDTHS, _AROUND_POINTS = 12.0, 60.0


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """What one rule of the document says of a line.

    Parameters
    ----------
    name, text : str
    passes : bool
    """

    name: str
    text: str
    passes: bool


@dataclass(frozen=True, slots=True)
class PlaceStanding:
    """How a place stands in a document.

    Parameters
    ----------
    headline : str
        Whether a line is listed there, and if not, why.
    verdicts : tuple of RuleVerdict
        What each threshold says of it; empty where no list has a line.
    peak : Peak or None
        Of the working list, else of the finder's layer.
    """

    headline: str
    verdicts: tuple[RuleVerdict, ...] = ()
    peak: Peak | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """All that is told of a place.

    Parameters
    ----------
    ppm : float, ppm
    finder : str
        Whose search is explained.
    top : TopNear or None
    found : Explanation or None
        None for a finder that has no network.
    final : Peak or None
        The line that the finder's list has there.
    standing : PlaceStanding
    seen : ((k,) float64, ppm; (k,) float64)
        The trace about the place.
    is_sought : bool
        Whether the search looked for lines that point that way.
    """

    ppm: float
    finder: str
    top: TopNear | None
    found: Explanation | None
    final: Peak | None
    standing: PlaceStanding
    seen: tuple[NDArray[np.float64], NDArray[np.float64]]
    is_sought: bool = True

    @property
    def story(self) -> tuple[str, ...]:
        """What is told of the search, a sentence for each step."""
        from nmrquanv.models.explain_words import NOT_SOUGHT, story, top_told

        told: tuple[str, ...] = (top_told(self.top),)
        if self.found is not None:
            told = story(self.found, self.top, self.final)
        return told if self.is_sought else (*told, NOT_SOUGHT)


def peak_at(document: Document, peaks: PeakList, ppm: float) -> Peak | None:
    """Return the line of a list that stands at a place of a document's spectrum."""
    return peak_near(peaks, ppm, document.spectrum.axis)


def standing_of(document: Document, finder: str, ppm: float) -> PlaceStanding:
    """Return how a place stands in a document, for the lines of one finder."""
    listed = peak_at(document, document.peaks, ppm)
    layer = document.layers.get(finder, PeakList())
    peak = listed or peak_at(document, layer, ppm)
    stone = next((t for t in document.state.tombstones if t.covers(ppm)), None)
    if peak is None:
        if stone is not None:
            return PlaceStanding(f"You {stone.reason} the peak that stood here.", peak=stone.peak)
        return PlaceStanding("No list has a line here.")
    rules = verdicts(document, peak)
    is_shown = document.shown_peaks().find(peak.id) is not None
    if listed is None:
        by = f"{_title(finder)} has a line here"
        if stone is not None:
            return PlaceStanding(f"{by}; you {stone.reason} it.", rules, peak)
        choice = document.working_choice
        return PlaceStanding(f"{by}, which the list made of '{choice}' has not.", rules, peak)
    if peak.is_users:
        return PlaceStanding("Listed: a person added, moved or confirmed it.", rules, peak)
    failed = [rule.name for rule in rules if not rule.passes]
    if is_shown and failed:
        text = f"Listed although {' and '.join(failed)} would hide it: its multiplet needs it."
        return PlaceStanding(text, rules, peak)
    if is_shown:
        return PlaceStanding(f"Listed: found by {_title(peak.finder)}.", rules, peak)
    hiders = " and ".join(failed) or "the maximum number of peaks"
    return PlaceStanding(f"A candidate, hidden by {hiders}.", rules, peak)


def verdicts(document: Document, peak: Peak) -> tuple[RuleVerdict, ...]:
    """Return what each threshold of a document says of a peak, alone."""
    limits, tallest = document.limits(peak.finder), document.reference_height()
    share = abs(peak.height) / tallest if tallest else 1.0
    rules = []
    if peak.snr is not None:
        text = f"{fixed(peak.snr, 1)}, least {fixed(limits.min_snr, 1)}"
        rules.append(RuleVerdict("S/N", text, peak.snr >= limits.min_snr))
    rules.append(_height(peak, share, limits))
    rules += _confidence(peak, limits)
    if peak.is_explained:
        parent = f", explained: {peak.peak_class}"
        rules.append(RuleVerdict("class", parent.lstrip(", "), limits.shows_satellites))
    elif peak.peak_class != "signal":
        rules.append(RuleVerdict("class", f"{peak.peak_class}, listed with the others", True))
    if limits.searched or limits.excluded:
        is_placed = limits.has_place(peak.ppm)
        text = "inside" if is_placed else "outside"
        rules.append(RuleVerdict("region", f"{text} what is searched", is_placed))
    return tuple(rules)


def _height(peak: Peak, share: float, limits: Limits) -> RuleVerdict:
    text = f"{fixed(100 * share, 3)} %, least {fixed(100 * limits.min_height, 3)} %"
    if share < limits.min_height and peak.top_ppm is not None and not limits.hides_tops:
        return RuleVerdict("height", f"{text}, but it marks a visible top: passes", True)
    return RuleVerdict("height", text, share >= limits.min_height)


def _confidence(peak: Peak, limits: Limits) -> list[RuleVerdict]:
    if peak.confidence is None:
        return [RuleVerdict("confidence", "has none: passes", True)]
    text = f"{fixed(peak.confidence, 2)}, least {fixed(limits.min_confidence, 2)}"
    if peak.top_ppm is not None and peak.confidence < limits.min_confidence:
        return [RuleVerdict("confidence", f"{text}, but it marks a visible top: passes", True)]
    return [RuleVerdict("confidence", text, peak.confidence >= limits.min_confidence)]


def _title(finder: str) -> str:
    known = known_finder(finder)
    return known.short if known is not None else finder


def about(
    spectrum: Spectrum, ppm: float, peak: Peak | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the trace about a place, some widths of its line to either side: ppm, intensity."""
    axis = spectrum.axis
    widths = _AROUND_WIDTHS * ((peak.fwhm_hz if peak is not None else None) or 0.0)
    half = max(widths / axis.sf_mhz, _AROUND_POINTS * axis.point_ppm)
    span = axis.span(ppm + half, ppm - half)
    return axis.all_ppm()[span], spectrum.trace[span]


Seen = tuple["TopNear | None", "Explanation | None", bool]


def looking(
    spectrum: Spectrum,
    layer: PeakList,
    finder: str,
    at: Peak | float,
    settled: Settled,
) -> _Look:
    """Return the function that looks at a peak or an empty place again, in a worker thread.

    It gives the top, what the finder made of it, and whether lines that point that way were sought.
    """

    def look(report: Report) -> Seen:
        report(0, 1, "looking at the trace")
        peak, ppm = (at, at.ppm) if isinstance(at, Peak) else (None, at)
        sign = sign_here(spectrum, ppm, peak)
        top = top_near(spectrum, ppm, sign)
        from nmrquanv.models.explain import explanation

        settings = layer.provenance.settings
        way = polarity_of(settings)
        found = explanation(
            spectrum, finder, ppm, sign=sign, polarity=way, settled=settled, report=report
        )
        is_here = top is not None and top.is_here
        return top, found, not is_here or is_looked_for(spectrum, settings, sign)

    return look


_Look = Callable[[Report], Seen]


class Explaining(QObject):
    """Explains one place at a time; a new one takes the place of the one before.

    Signals
    -------
    explained(Document, Explained)
    failed(Document, Exception)
    """

    explained = Signal(object, object)
    failed = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane = Lane(is_newest_first=True, parent=self)
        self._settled: Settled | None = None

    def start(self, document: Document, finder: str, ppm: float) -> None:
        """Look at a place of a document's present spectrum as a finder sees it."""
        peak = peak_at(document, document.peaks, ppm)
        layer = document.layers.get(finder, PeakList())
        peak = peak_at(document, layer, ppm) or peak
        at = peak.ppm if peak is not None else ppm
        if self._settled is None:
            from nmrquanv.models.drawn_place import Settled

            self._settled = Settled()
        asked = ppm if peak is None else peak
        job = Job(looking(document.spectrum, layer, finder, asked, self._settled))

        def take_over(seen: Seen) -> None:
            if document.is_closed:
                return
            final = peak_at(document, document.layers.get(finder, PeakList()), at)
            standing = standing_of(document, finder, at)
            line = final or peak_at(document, document.peaks, at)
            around = about(document.spectrum, at, line)
            top, found, is_sought = seen
            told = Explained(at, finder, top, found, final, standing, around, is_sought)
            self.explained.emit(document, told)

        job.succeeded.connect(take_over)
        job.failed.connect(lambda error: self.failed.emit(document, error))
        self._lane.submit(job)

    def cancel(self) -> None:
        """Stop looking."""
        self._lane.cancel()


def refreshed(document: Document, explained: Explained) -> Explained:
    """Return an explanation with what the document says now, after a threshold was moved."""
    standing = standing_of(document, explained.finder, explained.ppm)
    return replace(explained, standing=standing)
