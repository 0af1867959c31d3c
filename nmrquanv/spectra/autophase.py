"""Find ph0 and ph1 of a complex spectrum without a person.

The phase of each tall line is read off the line itself (``line_phase.py``), modulo 180 degrees,
so that lines of either sign count alike and a rolling baseline does not matter. A straight line
through these phases, robust against the odd distorted line, gives ph0 and ph1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.line_detection import DETECT_NOISES, Scale, best_scale
from nmrquanv.spectra.line_phase import ClusterFit, fit_cluster
from nmrquanv.spectra.spectrum import Spectrum

Floats = NDArray[np.float64]

PH1_PRIOR_DEG = 200.0
"""Standard deviation expected of ph1: settles what few lines leave open."""

PH1_LIMIT_DEG = 540.0
"""Largest ph1 that is tried: beyond it a wrong group delay is the likelier reason."""

_TALLEST, _SEGMENTS = 14, 24
"""Clusters looked at: the tallest lines, and the tallest of each segment of the sweep."""

_WINDOW_WIDTHS = 10
_MIN_WINDOW, _MAX_WINDOW = 24, 1500
_MAX_LINES, _MAX_POINTS = 12, 240
_LEAST_NEIGHBOUR = 0.01
"""Neighbours below this share of the cluster's tallest line are left to the background."""

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


@dataclass(frozen=True, slots=True)
class LinePhase:
    """The phase of one cluster of lines.

    Parameters
    ----------
    fraction : float
        Place in the sweep: ``k / SI``.
    phase_deg, error_deg : float, degrees
        Modulo 180, and its standard error.
    height : float
        Magnitude of the tallest line.
    area : float
        Signed with respect to ``phase_deg``.
    """

    fraction: float
    phase_deg: float
    error_deg: float
    height: float
    area: float


def _choose(tops: NDArray[np.intp], lines: Floats) -> list[int]:
    """Return the lines to look at: the tallest of all, and the tallest of each segment."""
    segments = tops * _SEGMENTS // lines.size
    firsts = np.sort([np.flatnonzero(segments == s)[0] for s in np.unique(segments)])
    floor = max(0.003 * lines[tops[0]], 1.5 * DETECT_NOISES * float(np.median(lines)))
    spread = [int(tops[i]) for i in firsts if lines[tops[i]] > floor]
    return list(dict.fromkeys([int(top) for top in tops[:_TALLEST]] + spread))


def _fit_at(
    scale: Scale, top: int, noise: float, phase: float | None = None
) -> tuple[ClusterFit, int]:
    """Fit the cluster around a line; return also that line's width in points."""
    lines, tops, size = scale.lines, scale.tops, scale.lines.size
    width = scale.width(top)
    reach = int(np.clip(_WINDOW_WIDTHS * width, _MIN_WINDOW, _MAX_WINDOW))
    first, last = max(0, top - reach), min(size, top + reach + 1)
    margin = reach // 5
    near = tops[(tops >= first - margin) & (tops < last + margin)]
    near = near[lines[near] > _LEAST_NEIGHBOUR * lines[top]][:_MAX_LINES]
    stride = max(1, (last - first) // _MAX_POINTS)
    height = float(np.abs(scale.spectrum[top]))
    fit = fit_cluster(
        scale.spectrum[first:last:stride] / height,
        np.arange(first, last, stride, dtype=np.float64),
        near.astype(np.float64),
        np.full(near.size, width / 2),
        noise=noise / height,
        phase=phase,
    )
    return fit, width


def _line_phase(fit: ClusterFit, top: int, scale: Scale) -> LinePhase | None:
    """Return what a fit says of the phase around a line; None if it lost the line."""
    size, height = scale.lines.size, float(np.abs(scale.spectrum[top]))
    areas = fit.amplitudes * fit.half_widths
    total = float(np.abs(areas).sum())
    if not np.isfinite(fit.phase) or total == 0:
        return None
    nearest = int(np.argmin(np.abs(fit.positions - top)))
    sign = np.sign(areas[nearest])
    centre = float(np.clip((fit.positions * np.abs(areas)).sum() / total, 0, size))
    error = np.hypot(np.hypot(_PHASE_FLOOR_DEG, np.degrees(fit.rms)), 2 * np.degrees(fit.phase_err))
    return LinePhase(
        centre / size,
        float(np.degrees(fit.phase)),
        float(error),
        height,
        float(sign * total * height),
    )


def line_phases(spectrum: Spectrum) -> tuple[LinePhase, ...]:
    """Return the phases of the tall lines of a spectrum, all over its sweep.

    Parameters
    ----------
    spectrum : Spectrum

    Returns
    -------
    tuple of LinePhase
        Strongest first; empty when nothing stands out of the noise.
    """
    scale = best_scale(spectrum)
    if scale.tops.size == 0:
        return ()
    noise = float(np.median(np.abs(scale.spectrum)))
    found: list[LinePhase] = []
    done = np.zeros(scale.lines.size, dtype=bool)
    for top in _choose(scale.tops, scale.lines):
        if done[top]:
            continue
        fit, width = _fit_at(scale, top, noise)
        phase = _line_phase(fit, top, scale)
        if phase is not None:
            found.append(phase)
        inside = np.abs(scale.tops - top) < _WINDOW_WIDTHS * width
        for other in scale.tops[inside & (scale.lines[scale.tops] > 0.3 * scale.lines[top])]:
            done[max(0, other - width) : other + width] = True
    return tuple(found)


def _wrapped(angle_deg: Floats) -> Floats:
    """Return angles modulo 180 degrees, from -90 to 90."""
    return (angle_deg + 90) % 180 - 90


def straight_phase(phases: tuple[LinePhase, ...]) -> tuple[float, float]:
    """Return the ph0 and ph1 that bring lines into phase or antiphase.

    Parameters
    ----------
    phases : tuple of LinePhase, not empty

    Returns
    -------
    ph0_deg, ph1_deg : float, degrees

    Notes
    -----
    Maximum of the posterior with Student's t errors (3 degrees of freedom, so that a few
    distorted lines do not count) and a normal prior for ph1: a grid search, for the wrapped
    phases leave many local maxima, then reweighted least squares.
    """
    x = np.array([p.fraction for p in phases])
    angle = np.array([p.phase_deg for p in phases])
    sigma = np.array([p.error_deg for p in phases])
    height = np.array([p.height for p in phases])
    weight = np.minimum(1.0, np.sqrt(height / np.sort(height)[::-1][min(9, height.size - 1)]))
    x = x - (pivot := float((weight * x).sum() / weight.sum()))
    ph1_grid = np.arange(-PH1_LIMIT_DEG, PH1_LIMIT_DEG + 1, 4.0)
    ph0_grid = np.arange(0.0, 180.0, 4.0)
    off = _wrapped(angle + ph0_grid[:, None] + ph1_grid[:, None, None] * x)
    cost = (4 * weight * np.log1p((off / sigma) ** 2 / 3)).sum(axis=-1)
    cost = cost + (ph1_grid[:, None] / PH1_PRIOR_DEG) ** 2
    best1, best0 = np.unravel_index(int(np.argmin(cost)), cost.shape)
    values = np.array([ph0_grid[best0], ph1_grid[best1]])
    columns = np.stack([np.ones_like(x), x], axis=1)
    prior = np.array([0.0, 1 / PH1_PRIOR_DEG**2])
    for _ in range(40):
        off = _wrapped(angle + columns @ values)
        trust = 4 * weight / (3 * sigma**2) / (1 + (off / sigma) ** 2 / 3)
        normal = columns.T @ (trust[:, None] * columns) + np.diag(prior)
        values = values - np.linalg.solve(normal, columns.T @ (trust * off) + prior * values)
    return float(values[0] - values[1] * pivot), float(values[1])


def autophase(spectrum: Spectrum) -> FoundPhase:
    """Find the phase of a spectrum from its lines, of whichever sign.

    Parameters
    ----------
    spectrum : Spectrum
        A real one is given its imaginary part by Hilbert transform.

    Returns
    -------
    FoundPhase
        Both angles 0, with a note, when no line stands out of the noise.
    """
    phases = line_phases(spectrum)
    if not phases:
        return FoundPhase(0.0, 0.0, ("automatic phase: no lines found, phase left as it is",))
    ph0, ph1 = straight_phase(phases)
    if _is_upside_down(phases, ph0, ph1):
        ph0 += 180
    return FoundPhase((ph0 + 180) % 360 - 180, ph1)


def _is_upside_down(phases: tuple[LinePhase, ...], ph0: float, ph1: float) -> bool:
    """Tell whether most of the signal would point down."""
    heights = np.sort([p.height for p in phases])[::-1]
    cap = heights[min(4, heights.size - 1)]
    votes = 0.0
    for p in phases:
        angle = np.deg2rad(p.phase_deg + ph0 + ph1 * p.fraction)
        votes += float(np.sign(p.area) * np.cos(angle)) * min(p.height, cap)
    return votes < 0
