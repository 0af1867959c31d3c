"""Asks the finders of the program, as a search in the background does."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol, TypedDict, Unpack

from nmrquanv.finders import Polarity, known_finder
from nmrquanv.progress import Report
from nmrquanv.spectra.kept_patterns import FIRST_LOOK
from nmrquanv.spectra.peaks import PeakList
from nmrquanv.spectra.spectrum import Spectrum

_STEPS_A_FINDER = 1000


class AskedHow(TypedDict):
    """What is said to a finder besides the spectrum; see ``find_peaks``."""

    region: tuple[float, float] | None
    polarity: Polarity
    one_window: bool
    report: Report


class FindPeaks(Protocol):
    """A function that finds peaks, such as ``nmrquanv.models.finder.find_peaks``."""

    def __call__(self, spectrum: Spectrum, model: str, **how: Unpack[AskedHow]) -> PeakList:
        """Return all candidates."""
        ...


def find_with_models(spectrum: Spectrum, model: str, **how: Unpack[AskedHow]) -> PeakList:
    """Call the finder of the program; torch is imported here, in the worker thread."""
    from nmrquanv.models.finder import find_peaks
    from nmrquanv.spectra.kept_patterns import learn

    found = find_peaks(spectrum, model, **how)
    learn(found, spectrum)
    return found


def look_at_once(spectrum: Spectrum, model: str, **how: Unpack[AskedHow]) -> PeakList:
    """Return what classical picking sees, for the time until a finder answers; not grouped."""
    from nmrquanv.spectra.picking import pick_classical

    seen = pick_classical(
        spectrum, region=how["region"], polarity=how["polarity"], report=how["report"]
    )
    settings = {**seen.provenance.settings, FIRST_LOOK: True}
    return replace(seen, provenance=replace(seen.provenance, settings=settings))


def part_of(report: Report, number: int, count: int, finder: str) -> Report:
    """Return the report of one finder among several; its start is told at once."""
    known = known_finder(finder)
    named = finder if known is None else known.short

    def part(done: int, total: int, text: str) -> None:
        share = round(_STEPS_A_FINDER * done / total) if total > 0 else 0
        words = f"{named}: {text}" if text else named
        report(number * _STEPS_A_FINDER + share, count * _STEPS_A_FINDER, words)

    part(0, 1, "starting")
    return part
