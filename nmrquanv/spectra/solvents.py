"""Where residual solvent and water are expected, by nucleus and solvent.

A band is an expectation from a table, not a finding: it says where a line may be the solvent's.
References in real files are off by up to 0.05 ppm, and the bands are wide enough for that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.spectrum import Sample

SolventKind = Literal["solvent", "water"]


@dataclass(frozen=True, slots=True)
class SolventBand:
    """A stretch of chemical shift in which a line may be the solvent's or water's.

    Parameters
    ----------
    name : str
        What is written beside it: ``"CDCl3"`` or ``"water"``.
    kind : "solvent" | "water"
    ppm : float, ppm
        Tabulated position.
    half_width_ppm : float, ppm, > 0
        Holds the deuterium multiplet and the usual error of a reference.
    """

    name: str
    kind: SolventKind
    ppm: float
    half_width_ppm: float

    @property
    def high_ppm(self) -> float:
        """The band's left edge."""
        return self.ppm + self.half_width_ppm

    @property
    def low_ppm(self) -> float:
        """The band's right edge."""
        return self.ppm - self.half_width_ppm

    def holds(self, ppm: float) -> bool:
        """Tell whether a chemical shift lies in the band."""
        return abs(ppm - self.ppm) <= self.half_width_ppm


# G. R. Fulmer et al., Organometallics 2010, 29, 2176, tables 1 and 2; pyridine from the chart of
# Cambridge Isotope Laboratories, whose shifts of its lines UCLA has in its notes on NMR solvents
# (WebSpectra). Name: residual 1H, water in it, 13C (all ppm).
_TABLE: dict[str, tuple[tuple[float, ...], float | None, tuple[float, ...]]] = {
    "CDCl3": ((7.26,), 1.56, (77.16,)),
    "DMSO-d6": ((2.50,), 3.33, (39.52,)),
    "C6D6": ((7.16,), 0.40, (128.06,)),
    "CD3OD": ((3.31,), 4.87, (49.00,)),
    "acetone-d6": ((2.05,), 2.84, (29.84, 206.26)),
    "CD3CN": ((1.94,), 2.13, (1.32, 118.26)),
    "D2O": ((), 4.79, ()),
    "CD2Cl2": ((5.32,), 1.52, (53.84,)),
    "THF-d8": ((1.72, 3.58), 2.46, (25.31, 67.21)),
    "toluene-d8": ((2.08, 6.97, 7.01, 7.09), 0.43, (20.43, 125.13, 127.96, 128.87, 137.48)),
    "pyridine-d5": ((7.22, 7.58, 8.74), 4.96, (123.87, 135.91, 150.35)),
}
_OTHER_NAMES = {
    "chloroform": "CDCl3",
    "cdcl": "CDCl3",
    "dmso": "DMSO-d6",
    "dimethylsulfoxide": "DMSO-d6",
    "benzene": "C6D6",
    "meod": "CD3OD",
    "methanol": "CD3OD",
    "acetone": "acetone-d6",
    "cd3cocd3": "acetone-d6",
    "acetonitrile": "CD3CN",
    "mecn": "CD3CN",
    "h2o": "D2O",
    "d2o": "D2O",
    "water": "D2O",
    "urine": "D2O",
    "plasma": "D2O",
    "dichloromethane": "CD2Cl2",
    "methylenechloride": "CD2Cl2",
    "thf": "THF-d8",
    "tetrahydrofuran": "THF-d8",
    "tol": "toluene-d8",
    "toluene": "toluene-d8",
    "pyr": "pyridine-d5",
    "pyridine": "pyridine-d5",
}
_PROTON_HALF_WIDTH, _CARBON_HALF_WIDTH = 0.045, 0.9
# water moves with temperature, pH and concentration; bulk water is broad as well
_WATER_HALF_WIDTH, _BULK_WATER_HALF_WIDTH = 0.10, 0.25
# Lines and J(H,D), J(C,D) of the solvent's own multiplets: Fulmer 2010, and Cambridge Isotopes'
# chart. D is a spin 1: one gives 1:1:1, two 1:2:3:2:1, three 1:3:6:7:6:3:1.
PATTERNS: dict[str, dict[str, tuple[int, float]]] = {
    "1H": {
        "DMSO-d6": (5, 1.9), "CD3OD": (5, 1.65), "acetone-d6": (5, 2.2), "CD3CN": (5, 2.5),
    },
    "13C": {
        "CDCl3": (3, 32.0), "DMSO-d6": (7, 21.0), "C6D6": (3, 24.3), "CD3OD": (7, 21.4),
        "acetone-d6": (7, 19.4), "CD3CN": (7, 21.0), "CD2Cl2": (5, 27.2),
    },
}  # fmt: skip
_SPIN_ONE = {3: (1, 1, 1), 5: (1, 2, 3, 2, 1), 7: (1, 3, 6, 7, 6, 3, 1)}
PATTERN_REACH = {"1H": 0.15, "13C": 1.2}
"""How far a reference that nobody has set yet may be off, ppm."""

_SEEN_SNR, _HEIGHT_FACTOR = 8.0, 1.7
# Reach of the residual line's own multiplet: quintets with J(H,D) near 2 Hz.
_MULTIPLET_HZ = {"DMSO-d6": 6.0, "CD3OD": 6.0, "acetone-d6": 6.0, "CD3CN": 7.0}
_COUPLING_HZ = 16.0
_HUMP = 1.5, 4.0
"""Width of a deuterium multiplet that is not resolved, in its couplings."""


def known_solvent(text: str) -> str | None:
    """Return the table's name for what a file calls its solvent, None if it is not there."""
    word = "".join(ch for ch in text.lower() if ch.isalnum())
    for name in _TABLE:
        if word == "".join(ch for ch in name.lower() if ch.isalnum()):
            return name
    if word in _OTHER_NAMES:
        return _OTHER_NAMES[word]
    start = max((k for k in _OTHER_NAMES if word.startswith(k)), key=len, default=None)
    return _OTHER_NAMES[start] if start else None


def solvent_bands(nucleus: str, solvent: str) -> tuple[SolventBand, ...]:
    """Return where solvent and water are expected; empty for other nuclei or solvents.

    Parameters
    ----------
    nucleus : str
        ``"1H"`` and ``"13C"`` are in the table.
    solvent : str
        As the file writes it (``"DMSO"``, ``"MeOD"``, ``"CDCl3"``).
    """
    name = known_solvent(solvent)
    if name is None:
        return ()
    residual, water, carbon = _TABLE[name]
    if nucleus == "13C":
        return tuple(SolventBand(name, "solvent", ppm, _CARBON_HALF_WIDTH) for ppm in carbon)
    if nucleus != "1H":
        return ()
    bands = [SolventBand(name, "solvent", ppm, _PROTON_HALF_WIDTH) for ppm in residual]
    if water is not None:
        width = _BULK_WATER_HALF_WIDTH if name == "D2O" else _WATER_HALF_WIDTH
        bands.append(SolventBand("water", "water", water, width))
    return tuple(bands)


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
    the tabulated shift, with the lines of its deuterium multiplet; water in an organic solvent
    must also stand alone, since real multiplets lie there too. Where lines are narrow enough to
    show that multiplet it is looked for as a pattern, within 0.15 ppm in 1H, and all lines of it
    are marked or none.
    """
    marks: dict[str, SolventKind] = {}
    for band in solvent_bands(sample.nucleus, sample.solvent):
        found = _deuterated(band, peaks, sample.nucleus, sf_mhz)
        if found is not None:
            marks |= dict.fromkeys(found, band.kind)
            continue
        inside = [p for p in peaks if band.holds(p.ppm)]
        if not inside:
            continue
        is_bulk_water = band.kind == "water" and band.half_width_ppm == _BULK_WATER_HALF_WIDTH
        coupling_hz = PATTERNS.get(sample.nucleus, {}).get(band.name, (0, 0.0))[1]
        weight = [
            abs(p.height) * np.exp(-(((p.ppm - band.ppm) / _reach_ppm(p, band, coupling_hz)) ** 2))
            for p in inside
        ]
        best = inside[int(np.argmax(weight))]
        spread_hz = 70.0 if sample.nucleus == "13C" else _MULTIPLET_HZ.get(band.name, 1.0)
        if is_bulk_water:
            spread_hz = 0.4 * band.half_width_ppm * sf_mhz
        elif band.kind == "water" and has_company(best, peaks, sf_mhz):
            continue
        for peak in peaks if coupling_hz else inside:
            if abs(peak.ppm - best.ppm) * sf_mhz <= spread_hz:
                marks[peak.id] = band.kind
    return tuple(replace(p, peak_class=marks[p.id]) if p.id in marks else p for p in peaks)


def _reach_ppm(peak: Peak, band: SolventBand, coupling_hz: float) -> float:
    """Return how far off a peak may be; one as broad as an unresolved pattern, more."""
    low, high = _HUMP
    is_hump = low * coupling_hz < (peak.fwhm_hz or 0.0) < high * coupling_hz
    return band.half_width_ppm * (1.0 if is_hump else 0.3)


def may_be_solvent(ppm: float, sample: Sample, sf_mhz: float) -> bool:
    """Tell whether a line at a place could be marked by :func:`classified`; False of most."""
    reach = PATTERN_REACH.get(sample.nucleus, 0.0)
    patterns = PATTERNS.get(sample.nucleus, {})
    for band in solvent_bands(sample.nucleus, sample.solvent):
        count, coupling_hz = patterns.get(band.name, (0, 0.0))
        # a line of a multiplet whose middle is within reach, and a line's width more
        wide = reach + count * coupling_hz / sf_mhz if count else 0.0
        if abs(ppm - band.ppm) <= max(band.half_width_ppm, wide):
            return True
    return False


def _deuterated(
    band: SolventBand, peaks: tuple[Peak, ...], nucleus: str, sf_mhz: float
) -> tuple[str, ...] | None:
    """Return the ids of the solvent's own multiplet, empty if it is not there.

    None where nothing can be said: the solvent has none here, or lines are too broad to show it.
    """
    count, coupling_hz = PATTERNS.get(nucleus, {}).get(band.name, (0, 0.0))
    if not count or band.kind != "solvent":
        return None
    reach = PATTERN_REACH[nucleus]
    near = [p for p in peaks if abs(p.ppm - band.ppm) <= reach]
    sharp = [p for p in near if p.fwhm_hz is not None and p.fwhm_hz < 0.75 * coupling_hz]
    if not sharp:
        return None
    best: tuple[float, tuple[str, ...]] = (0.0, ())
    for middle in sharp:
        ids = pattern_around(middle, peaks, (count, coupling_hz), sf_mhz)
        weight = abs(middle.height) * float(np.exp(-(((middle.ppm - band.ppm) / reach) ** 2)))
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
    weights = _SPIN_ONE[count]
    slack_hz = max(0.15 * coupling_hz, 0.25 * (middle.fwhm_hz or 0.0))
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
    weights = np.array([abs(p.height) for p in own])
    return float(np.average([p.ppm for p in own], weights=weights)) - bands[0].ppm


def solvents() -> tuple[str, ...]:
    """Return the solvents of the table, by name."""
    return tuple(_TABLE)


def has_company(peak: Peak, peaks: tuple[Peak, ...], sf_mhz: float) -> bool:
    """Tell whether a peak has a neighbour of its own size as near as a coupling."""
    return any(
        other.id != peak.id
        and abs(other.ppm - peak.ppm) * sf_mhz < _COUPLING_HZ
        and abs(other.height) > 0.3 * abs(peak.height)
        for other in peaks
    )
