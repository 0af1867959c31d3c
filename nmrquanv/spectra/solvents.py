"""Which lines of a list are the solvent's own, or water's; the tables: ``solvent_tables.py``."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nmrquanv.spectra.array_rows import middle_of
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.solvent_tables import (
    BULK_WATER_HALF_WIDTH,
    LINE_WEIGHTS,
    PATTERN_REACH,
    SolventBand,
    SolventKind,
    solvent_bands,
)
from nmrquanv.spectra.spectrum import Sample

_SEEN_SNR, _HEIGHT_FACTOR = 8.0, 1.7
_HUMP_HZ, _HUMP_COUPLINGS, _CARBON_HZ, _LINE_HZ = 6.0, 2.8, 70.0, 1.0
"""How far from its tallest line the lines of an unresolved multiplet, of one in 13C, and those that
were fitted to a single line are."""

_COUPLING_HZ, _COMPANY, _EVEN_HZ = 16.0, 0.3, 0.6
_HUMP = 1.5, 4.0
"""Width of a deuterium multiplet that is not resolved, in its couplings."""

_LONE_SNR, _LONE_HZ, _LONE_WIDTHS, _LONE_SHARE = 10.0, 4.0, 3.0, 0.15
"""What stands alone: S/N, distance to the next line, and height of one that does not count."""

_SLACK_HZ = 5.0  # couplings of the tables hold within this
_ROW, _THERE_PPM = 4, 0.01
"""So many lines at even distances are of one multiplet; so near the table one is at its place."""

_STANDARD_PPM = 0.03  # how well TMS and a solvent agree on how far a reference is off


def classified(peaks: tuple[Peak, ...], sample: Sample, sf_mhz: float) -> tuple[Peak, ...]:
    """Return the peaks with those that look like residual solvent or water marked so.

    Parameters
    ----------
    peaks : tuple of Peak
    sample : Sample
        Nucleus and solvent as the file says them.
    sf_mhz : float, MHz

    Notes
    -----
    A band of the table only says where to look. In it, the peak is chosen that is tall and near
    the tabulated shift, with the lines of its deuterium multiplet. Where lines are narrow enough to
    show that multiplet it is looked for as a pattern, within 0.15 ppm in 1H, and all lines of it
    are marked or none. A solvent without one, and water, must not be a line of a doublet or the
    middle of a triplet. A single line beyond its band, but within 0.15 ppm, is the solvent's only
    where TMS is off by as much, and it stands alone and is the only one that does: a singlet of
    the sample looks the same. Without TMS it is offered as a reference, and stays a signal.
    """
    bands = solvent_bands(sample.nucleus, sample.solvent)
    if sample.nucleus == "1H" and not _is_whole(bands, peaks):
        bands = tuple(b for b in bands if b.kind == "water")
    marks: dict[str, SolventKind] = {}
    for band in bands:
        found = _deuterated(band, peaks, sample.nucleus, sf_mhz)
        if found is None:
            found = _in_band(band, peaks, sample.nucleus, sf_mhz)
        if not found and is_movable(band, bands):
            found = _beyond(band, peaks, sf_mhz)
        marks |= dict.fromkeys(found, band.kind)
    return tuple(replace(p, peak_class=marks[p.id]) if p.id in marks else p for p in peaks)


def is_movable(band: SolventBand, bands: tuple[SolventBand, ...]) -> bool:
    """Tell whether a band is of the only line of a solvent: it may be looked for beyond it."""
    own = [b for b in bands if b.kind == "solvent"]
    return own == [band] and (band.pattern is None or band.pattern[0] == 3) and band.ppm < 9.0


def _is_whole(bands: tuple[SolventBand, ...], peaks: tuple[Peak, ...]) -> bool:
    """Tell whether a solvent of several lines has something at the place of each."""
    own = [b for b in bands if b.kind == "solvent"]
    reach = [PATTERN_REACH["1H"] if b.pattern else b.half_width_ppm for b in own]
    return len(own) < 2 or all(
        any(abs(p.ppm - b.ppm) <= r for p in peaks) for b, r in zip(own, reach, strict=True)
    )


def _spread_hz(band: SolventBand, nucleus: str, sf_mhz: float) -> float:
    """Return how far from its tallest line a solvent's other lines may be."""
    if band.kind == "water" and band.half_width_ppm == BULK_WATER_HALF_WIDTH:
        return 0.4 * band.half_width_ppm * sf_mhz
    if band.pattern is None:
        return _HUMP_HZ if band.name == "THF-d8" and nucleus == "1H" else _LINE_HZ
    if nucleus == "13C":
        return _CARBON_HZ
    count, coupling_hz = band.pattern
    return max(_HUMP_HZ if count > 3 else 0.0, _HUMP_COUPLINGS * coupling_hz)


def _in_band(
    band: SolventBand, peaks: tuple[Peak, ...], nucleus: str, sf_mhz: float
) -> tuple[str, ...]:
    """Return the ids of the line that is tall and near the table's shift, and of its parts."""
    inside = [p for p in peaks if band.holds(p.ppm)]
    spread_hz = _spread_hz(band, nucleus, sf_mhz)
    is_water = band.kind == "water"
    if nucleus == "1H" and not is_water:
        inside = [p for p in inside if _may_be_own(p, band, peaks, (sf_mhz, spread_hz))]
    if not inside:
        return ()
    weight = [
        abs(p.height) * np.exp(-(((p.ppm - band.ppm) / _reach_ppm(p, band)) ** 2)) for p in inside
    ]
    best = inside[int(np.argmax(weight))]
    is_bulk = band.half_width_ppm == BULK_WATER_HALF_WIDTH
    if is_water and not is_bulk and has_company(best, peaks, sf_mhz):
        return ()
    among = peaks if band.pattern else inside
    return tuple(p.id for p in among if abs(p.ppm - best.ppm) * sf_mhz <= spread_hz)


def _beyond(band: SolventBand, peaks: tuple[Peak, ...], sf_mhz: float) -> tuple[str, ...]:
    """Return the id of the one line near a band that TMS, off by as much, says to be its."""
    near = [p for p in peaks if abs(p.ppm - band.ppm) <= PATTERN_REACH["1H"]]
    lone = [p for p in near if not band.holds(p.ppm) and _is_lone(p, peaks, sf_mhz)]
    if len(lone) != 1:
        return ()
    height = abs(lone[0].height)
    if any(band.holds(p.ppm) and abs(p.height) > _LONE_SHARE * height for p in near):
        return ()
    off = lone[0].ppm - band.ppm
    has_witness = any(
        abs(p.ppm - off) <= _STANDARD_PPM and _is_lone(p, peaks, sf_mhz)
        for p in peaks
        if abs(p.ppm) <= PATTERN_REACH["1H"]
    )
    return (lone[0].id,) if has_witness else ()


def _is_lone(peak: Peak, peaks: tuple[Peak, ...], sf_mhz: float) -> bool:
    """Tell whether a peak is a clear single line with nothing beside it."""
    reach_hz = max(_LONE_HZ, _LONE_WIDTHS * (peak.fwhm_hz or 0.0))
    return (peak.snr or 0.0) >= _LONE_SNR and not (
        has_company(peak, peaks, sf_mhz)
        or any(
            other.id != peak.id
            and abs(other.ppm - peak.ppm) * sf_mhz < reach_hz
            and abs(other.height) > _LONE_SHARE * abs(peak.height)
            for other in peaks
        )
    )


def _may_be_own(
    peak: Peak, band: SolventBand, peaks: tuple[Peak, ...], scale: tuple[float, float]
) -> bool:
    """Tell whether a line may be a solvent's: no multiplet needs it, or it is at its place in one.

    There the multiplet keeps the line, and the line says that it may be the solvent's.
    """
    sf_mhz, apart_hz = scale
    if _is_in_row(peak, peaks, sf_mhz, apart_hz):
        return abs(peak.ppm - band.ppm) <= _THERE_PPM
    return not _is_coupled(peak, peaks, sf_mhz, apart_hz)


def _is_in_row(peak: Peak, peaks: tuple[Peak, ...], sf_mhz: float, apart_hz: float) -> bool:
    """Tell whether a peak is one of four lines and more that stand evenly: a quartet, a sextet."""
    away = [(other.ppm - peak.ppm) * sf_mhz for other in peaks]
    for step in (hz for hz in away if apart_hz < abs(hz) < _COUPLING_HZ):
        count = 1
        for sign in (1, -1):
            k = 1
            while any(abs(hz - sign * k * step) < _EVEN_HZ for hz in away):
                k, count = k + 1, count + 1
        if count >= _ROW:
            return True
    return False


def _is_coupled(peak: Peak, peaks: tuple[Peak, ...], sf_mhz: float, apart_hz: float) -> bool:
    """Tell whether a peak looks like half of a doublet or the middle of a triplet.

    Lines nearer than ``apart_hz`` or its own width are parts of itself.
    """
    if not peak.height:
        return False
    apart_hz = max(apart_hz, peak.fwhm_hz or 0.0)
    beside = [
        ((other.ppm - peak.ppm) * sf_mhz, abs(other.height / peak.height))
        for other in peaks
        if apart_hz < abs(other.ppm - peak.ppm) * sf_mhz < _COUPLING_HZ
        and abs(other.height) > _COMPANY * abs(peak.height)
    ]
    if any(1 / _HEIGHT_FACTOR < share < _HEIGHT_FACTOR for _, share in beside):
        return True
    left = [(hz, share) for hz, share in beside if hz > 0]
    return any(
        abs(hz + other) < _EVEN_HZ and 1 / _HEIGHT_FACTOR < share / its_share < _HEIGHT_FACTOR
        for hz, share in left
        for other, its_share in beside
        if other < 0
    )


def _reach_ppm(peak: Peak, band: SolventBand) -> float:
    """Return how far off a peak may be; one as broad as an unresolved pattern, more."""
    low, high = _HUMP
    coupling_hz = band.pattern[1] if band.pattern else 0.0
    is_hump = low * coupling_hz < (peak.fwhm_hz or 0.0) < high * coupling_hz
    return band.half_width_ppm * (1.0 if is_hump else 0.3)


def may_be_solvent(ppm: float, sample: Sample, sf_mhz: float) -> bool:
    """Tell whether a line at a place could be marked by :func:`classified`; False of most."""
    reach = PATTERN_REACH.get(sample.nucleus, 0.0)
    bands = solvent_bands(sample.nucleus, sample.solvent)
    for band in bands:
        wide = band.half_width_ppm
        if band.pattern:
            count, coupling_hz = band.pattern
            # a line of a multiplet whose middle is within reach, and a line's width more
            wide = max(wide, reach + count * coupling_hz / sf_mhz)
        elif is_movable(band, bands):
            wide = max(wide, reach)
        if abs(ppm - band.ppm) <= wide:
            return True
    return False


def _deuterated(
    band: SolventBand, peaks: tuple[Peak, ...], nucleus: str, sf_mhz: float
) -> tuple[str, ...] | None:
    """Return the ids of the solvent's own multiplet, empty if it is not there.

    None where nothing can be said: the solvent has none here, or lines are too broad to show it.
    """
    if band.pattern is None:
        return None
    coupling_hz, reach = band.pattern[1], PATTERN_REACH[nucleus]
    at_ppm = band.tallest_ppm(sf_mhz)
    near = [p for p in peaks if abs(p.ppm - at_ppm) <= reach]
    sharp = [p for p in near if p.fwhm_hz is not None and p.fwhm_hz < 0.75 * coupling_hz]
    if not sharp:
        return None
    best: tuple[float, tuple[str, ...]] = (0.0, ())
    for middle in sharp:
        ids = pattern_around(middle, peaks, band.pattern, sf_mhz)
        weight = abs(middle.height) * float(np.exp(-(((middle.ppm - at_ppm) / reach) ** 2)))
        if len(ids) > 1 and weight > best[0]:
            best = weight, ids
    if best[1]:
        return best[1]
    # a finder may have given one line to an unresolved multiplet: then the old rule decides
    tallest = max(near, key=lambda p: abs(p.height))
    return () if tallest in sharp else None


def pattern_around(
    middle: Peak, peaks: tuple[Peak, ...], pattern: tuple[int, float], sf_mhz: float
) -> tuple[str, ...]:
    """Return the ids of a deuterium multiplet's lines; empty if one is missing or does not fit."""
    count, coupling_hz = pattern
    weights = LINE_WEIGHTS[count]
    slack_hz = max(min(0.15 * coupling_hz, _SLACK_HZ), 0.25 * (middle.fwhm_hz or 0.0))
    ids = []
    for number, weight in enumerate(weights):
        at = middle.ppm + (number - count // 2) * coupling_hz / sf_mhz
        expected = abs(middle.height) * weight / max(weights)
        here = [p for p in peaks if abs(p.ppm - at) * sf_mhz <= slack_hz]
        if not here:
            seen = (middle.snr or 0.0) * weight / max(weights)
            if seen >= _SEEN_SNR:
                return ()
            continue
        line = min(here, key=lambda p: abs(p.ppm - at))
        if not expected / _HEIGHT_FACTOR <= abs(line.height) <= expected * _HEIGHT_FACTOR:
            return ()
        ids.append(line.id)
    return tuple(ids)


def solvent_offset(peaks: tuple[Peak, ...], sample: Sample) -> float:
    """Return how far the solvent's line is from where the table has it, ppm; 0 where unknown."""
    bands = [b for b in solvent_bands(sample.nucleus, sample.solvent) if b.kind == "solvent"]
    own = [p for p in peaks if p.peak_class == "solvent"]
    if len(bands) != 1 or not own:
        return 0.0
    return middle_of((p.ppm for p in own), (p.height for p in own)) - bands[0].ppm


def has_company(peak: Peak, peaks: tuple[Peak, ...], sf_mhz: float) -> bool:
    """Tell whether a peak has a neighbour of its own size as near as a coupling."""
    return any(
        other.id != peak.id
        and abs(other.ppm - peak.ppm) * sf_mhz < _COUPLING_HZ
        and abs(other.height) > _COMPANY * abs(peak.height)
        for other in peaks
    )
