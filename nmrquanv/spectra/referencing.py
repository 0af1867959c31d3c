"""Where a spectrum may be referenced: the line of its solvent, TMS or DSS, if one is surely there.

A line is offered only where it looks like what it should be: with the solvent's own deuterium
multiplet where it has one, alone where it is a single line, and with nothing of the sample on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nmrquanv.spectra.array_rows import middle_of
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.solvent_tables import (
    PATTERN_REACH,
    SolventBand,
    known_solvent,
    solvent_bands,
    solvents,
)
from nmrquanv.spectra.solvents import has_company, is_movable, pattern_around
from nmrquanv.spectra.spectrum import Sample

_STANDARDS = {"1H": ("TMS", "DSS"), "13C": ("TMS", "DSS"), "29Si": ("TMS",)}
"""At 0 ppm by definition: R. K. Harris et al., Pure Appl. Chem. 2008, 80, 59."""

_LEAST_SNR = 10.0
_LEAST_LINES = 3
_OVERLAP_HEIGHT = 0.15
"""A line of this share of a candidate's height, within its reach, moves or hides it."""

_ALONE_HZ, _ALONE_WIDTHS = 4.0, 3.0


@dataclass(frozen=True, slots=True)
class KnownShift:
    """A shift that one may reference to: ``"CDCl3"`` at 7.26 ppm."""

    name: str
    ppm: float


@dataclass(frozen=True, slots=True)
class Offer:
    """A line that may be one of known shift.

    Parameters
    ----------
    name : str
        Of solvent or standard.
    found_ppm, known_ppm : float, ppm
        Where it stands, and where it belongs.
    lines : int
        Of its multiplet, that were found.
    snr : float or None
        Of the tallest.
    """

    name: str
    found_ppm: float
    known_ppm: float
    lines: int
    snr: float | None

    @property
    def shift_ppm(self) -> float:
        """What every chemical shift grows by."""
        return self.known_ppm - self.found_ppm


@dataclass(frozen=True, slots=True)
class Offers:
    """What a spectrum may be referenced by, best first, and why not by others."""

    offers: tuple[Offer, ...]
    reasons: tuple[str, ...]


def known_shifts(nucleus: str) -> tuple[KnownShift, ...]:
    """Return the shifts to choose from: TMS and DSS, then every solvent of the table."""
    standards = [KnownShift(name, 0.0) for name in _STANDARDS.get(nucleus, ())]
    bands = [
        band
        for name in solvents()
        for band in solvent_bands(nucleus, name)
        if band.kind == "solvent"
    ]
    return (*standards, *(KnownShift(band.name, band.ppm) for band in bands))


def offers(peaks: Sequence[Peak], sample: Sample, sf_mhz: float) -> Offers:
    """Return by which lines a spectrum may be referenced.

    Parameters
    ----------
    peaks : sequence of Peak
        Found anywhere in it.
    sample : Sample
        Nucleus and solvent.
    sf_mhz : float, MHz
    """
    nucleus, found, reasons = sample.nucleus, list[Offer](), list[str]()
    reach = PATTERN_REACH.get(nucleus, 0.0)
    solvent = [b for b in solvent_bands(nucleus, sample.solvent) if b.kind == "solvent"]
    own = tuple(solvent)
    if not solvent:
        named = known_solvent(sample.solvent) or sample.solvent
        reasons.append(
            f"{named}: has no {nucleus} line in the table" if named else "the solvent is not known"
        )
    standard = "DSS" if known_solvent(sample.solvent) == "D2O" else "TMS"
    if nucleus in _STANDARDS:
        solvent.append(SolventBand(standard, "solvent", 0.0, reach))
    for band in solvent:
        at_ppm = band.tallest_ppm(sf_mhz)
        near = [
            p
            for p in peaks
            if abs(p.ppm - at_ppm) <= reach and (p.snr is None or p.snr >= _LEAST_SNR)
        ]
        if not near:
            reasons.append(f"{band.name}: no line within {reach:g} ppm of {band.ppm:g} ppm")
            continue
        if band.pattern is None:
            made, why = _single(band, near, peaks, sf_mhz)
        else:
            made, why = _multiplet(band, near, peaks, (band.pattern, sf_mhz))
            if not made and nucleus == "1H" and is_movable(band, own):
                made, _ = _single(band, near, peaks, sf_mhz)  # too close to be resolved
        found += made
        if not made:
            reasons.append(f"{band.name}: {why}")
    found.sort(key=lambda offer: (-offer.lines, abs(offer.shift_ppm)))
    return Offers(tuple(found), tuple(reasons))


def _single(
    band: SolventBand, near: Sequence[Peak], peaks: Sequence[Peak], sf_mhz: float
) -> tuple[list[Offer], str]:
    """Return the lines that stand alone near a band, or why there is none."""
    made = []
    for peak in near:
        reach_hz = max(_ALONE_HZ, _ALONE_WIDTHS * (peak.fwhm_hz or 0.0))
        beside = _others(peaks, (peak,), peak.ppm, reach_hz / sf_mhz)
        if not beside and not has_company(peak, tuple(peaks), sf_mhz):
            made.append(Offer(band.name, peak.ppm, band.ppm, 1, peak.snr))
    return made, "the lines near it are of a multiplet or overlap others"


def _multiplet(
    band: SolventBand,
    near: Sequence[Peak],
    peaks: Sequence[Peak],
    about: tuple[tuple[int, float], float],
) -> tuple[list[Offer], str]:
    """Return the deuterium multiplets near a band, or why there is none."""
    pattern, sf_mhz = about
    made: dict[tuple[str, ...], Offer] = {}
    why = "no lines near it fit its deuterium multiplet"
    for middle in near:
        ids = pattern_around(middle, tuple(peaks), pattern, sf_mhz)
        if len(ids) < _LEAST_LINES:
            continue
        own = tuple(p for p in peaks if p.id in ids)
        reach_ppm = (pattern[0] // 2 + 0.5) * pattern[1] / sf_mhz
        if _others(peaks, own, middle.ppm, reach_ppm):
            why = "a line of something else overlaps its multiplet"
            continue
        place = middle_of((p.ppm for p in own), (p.height for p in own))
        made[ids] = Offer(band.name, place, band.ppm, len(own), middle.snr)
    return list(made.values()), why


def _others(peaks: Sequence[Peak], own: Sequence[Peak], ppm: float, reach_ppm: float) -> list[Peak]:
    """Return the lines within reach of a place that are not its own and not small beside them."""
    ids, tallest = {p.id for p in own}, max(abs(p.height) for p in own)
    return [
        p
        for p in peaks
        if p.id not in ids
        and abs(p.ppm - ppm) <= reach_ppm
        and abs(p.height) > _OVERLAP_HEIGHT * tallest
    ]
