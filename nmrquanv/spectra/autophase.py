"""Find ph0 and ph1 of a complex spectrum without a person.

The phase of each tall line is read off the line itself (``line_phase.py``), modulo 180 degrees,
so that lines of either sign count alike and a rolling baseline does not matter. A straight line
through these phases, robust against the odd distorted line, gives ph0 and ph1; they are taken only
where they are better than what is there (``phase_judgement.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.line_detection import DETECT_NOISES, Scale, best_scale
from nmrquanv.spectra.line_phase import fit_cluster
from nmrquanv.spectra.phase_judgement import JudgedLines, is_same, why_worse
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.spectra.straight_phase import LinePhase, dept_votes, straight_phase, upright_share

Floats = NDArray[np.float64]

_TALLEST, _SEGMENTS = 14, 24
"""Clusters looked at: the tallest lines, and the tallest of each segment of the sweep."""

_WINDOW_WIDTHS = (10, 7, 5, 3)
_MIN_WINDOW, _MAX_WINDOW = 24, 1500
_MAX_LINES, _MAX_POINTS = 12, 240
_LEAST_NEIGHBOUR = 0.01
"""Neighbours below this share of the cluster's tallest line are left to the background."""

_SAME_POINTS = 2.0
"""Centres of clusters closer than this are one line's."""

_WATER_PPM, _WATER_VOTE = (4.3, 5.2), 0.3
"""Where protons of water stand between 0 and 60 degrees C, whatever the solvent is called; a
suppressed one often points down, so that it has less of a say than other lines."""

_PHASE_FLOOR_DEG = 1.5
"""No line's phase is trusted better than this: lines are never quite Lorentzian."""


@dataclass(frozen=True, slots=True)
class FoundPhase:
    """What automatic phasing found.

    Parameters
    ----------
    ph0_deg, ph1_deg : float, degrees
        Bruker's PHC0 and PHC1.
    notes : tuple of str
        Why the angles may be wrong, for the status bar.
    """

    ph0_deg: float
    ph1_deg: float
    notes: tuple[str, ...] = ()


def _choose(tops: NDArray[np.intp], lines: Floats) -> list[int]:
    """Return the lines to look at: the tallest of all, and the tallest of each segment."""
    segments = tops * _SEGMENTS // lines.size
    firsts = np.sort([np.flatnonzero(segments == s)[0] for s in np.unique(segments)])
    floor = max(0.003 * lines[tops[0]], DETECT_NOISES * float(np.median(lines)))
    spread = [int(tops[i]) for i in firsts if lines[tops[i]] > floor]
    return list(dict.fromkeys([int(top) for top in tops[:_TALLEST]] + spread))


def _window(scale: Scale, top: int, width: int) -> tuple[int, int, NDArray[np.intp]]:
    """Return the stretch to fit around a line, and all lines that matter in it.

    Where lines crowd the stretch is shortened until none need be left out.
    """
    tops = scale.tops[scale.lines[scale.tops] > _LEAST_NEIGHBOUR * scale.lines[top]]
    for widths in _WINDOW_WIDTHS:
        reach = int(np.clip(widths * width, _MIN_WINDOW, _MAX_WINDOW))
        near = tops[np.abs(tops - top) <= 1.2 * reach]
        if near.size <= _MAX_LINES:
            break
    return max(0, top - reach), min(scale.lines.size, top + reach + 1), near[:_MAX_LINES]


def _phase_at(scale: Scale, top: int, width: int, noise: float) -> LinePhase | None:
    """Return the phase of the cluster around a line; None if the fit lost the line."""
    first, last, near = _window(scale, top, width)
    stride = max(1, (last - first) // _MAX_POINTS)
    height = float(np.abs(scale.spectrum[top]))
    fit = fit_cluster(
        scale.spectrum[first:last:stride] / height,
        np.arange(first, last, stride, dtype=np.float64),
        near.astype(np.float64),
        np.full(near.size, width / 2),
        noise=noise / height,
    )
    areas = fit.amplitudes * fit.half_widths
    total = float(np.abs(areas).sum())
    if not np.isfinite(fit.phase) or total == 0:
        return None
    # The fit shares one phase out among lines of either sign; which of the two the tallest has
    # is read off the spectrum itself.
    is_negative = np.cos(scale.angles_rad[top] - fit.phase) < 0
    centre = float(np.clip((fit.positions * np.abs(areas)).sum() / total, first, last))
    # What is left over beyond the noise is smooth: neighbouring points do not count singly.
    misfit = 1 - min(1.0, 2 * (noise / height / max(fit.rms, 1e-300)) ** 2)
    unsure = np.degrees(fit.phase_err) * (1.5 + misfit * np.sqrt(width / stride))
    error = np.hypot(np.hypot(_PHASE_FLOOR_DEG, np.degrees(fit.rms)), unsure)
    return LinePhase(
        centre / scale.lines.size,
        float(np.degrees(fit.phase)) + (180.0 if is_negative else 0.0),
        float(error),
        height,
    )


def _is_known(phase: LinePhase, found: list[LinePhase], size: int) -> bool:
    """Tell whether a phase is of a line that has its say already: a foot or wiggle of it."""
    return any(abs(phase.fraction - other.fraction) * size < _SAME_POINTS for other in found)


def line_phases(scale: Scale) -> tuple[LinePhase, ...]:
    """Return the phases of the tall lines of a spectrum, all over its sweep.

    Returns
    -------
    tuple of LinePhase
        Strongest first; empty when nothing stands out of the noise.
    """
    if scale.tops.size == 0:
        return ()
    noise = float(np.median(np.abs(scale.spectrum)))
    found: list[LinePhase] = []
    done = np.zeros(scale.lines.size, dtype=bool)
    for top in _choose(scale.tops, scale.lines):
        if done[top]:
            continue
        width = scale.width(top)
        phase = _phase_at(scale, top, width, noise)
        if phase is not None and not _is_known(phase, found, scale.lines.size):
            found.append(phase)
        inside = np.abs(scale.tops - top) < _WINDOW_WIDTHS[0] * width
        for other in scale.tops[inside & (scale.lines[scale.tops] > 0.3 * scale.lines[top])]:
            done[max(0, other - width) : other + width] = True
    return tuple(found)


def _votes(phases: tuple[LinePhase, ...], spectrum: Spectrum) -> Floats:
    """Return which way each line should point: up, unless the experiment turns some over."""
    program = spectrum.sample.pulse_program.lower()
    if "dept" in program and not any(angle in program for angle in ("45", "90")):
        return dept_votes(spectrum.axis.ppm(_fractions(phases) * spectrum.axis.size))
    votes = np.ones(len(phases))
    if spectrum.sample.nucleus == "1H":
        ppm = spectrum.axis.ppm(_fractions(phases) * spectrum.axis.size)
        votes[(ppm > _WATER_PPM[0]) & (ppm < _WATER_PPM[1])] = _WATER_VOTE
    return votes


def _fractions(phases: tuple[LinePhase, ...]) -> Floats:
    return np.array([p.fraction for p in phases])


def autophase(spectrum: Spectrum, present_deg: tuple[float, float] = (0.0, 0.0)) -> FoundPhase:
    """Find the phase of a spectrum from its lines, of whichever sign.

    Parameters
    ----------
    spectrum : Spectrum
        A real one is given its imaginary part by Hilbert transform.
    present_deg : (float, float), degrees
        The ph0 and ph1 that it has now: they stay where what is found is no better.

    Returns
    -------
    FoundPhase
        The present angles, with a note, when no line stands out of the noise. Most of the signal
        points up, except in DEPT-135, where CH2 points down.
    """
    scale = best_scale(spectrum)
    phases = line_phases(scale)
    if not phases:
        note = "automatic phase: no lines found, phase left as it is"
        return FoundPhase(*present_deg, (note,))
    ph0, ph1 = straight_phase(phases)
    votes = _votes(phases, spectrum)
    if upright_share(phases, (ph0, ph1), votes, capped=True) < 0:
        ph0 += 180
    found = ((ph0 + 180) % 360 - 180, ph1)
    judged = JudgedLines(phases, votes)
    if is_same(judged, found, present_deg):
        return FoundPhase(*present_deg)
    if reason := why_worse(judged, found, present_deg):
        return FoundPhase(*present_deg, (f"automatic phase declined: {reason}",))
    return FoundPhase(*found)
