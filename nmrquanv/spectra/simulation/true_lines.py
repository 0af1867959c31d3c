"""What is true of a synthetic spectrum: its lines as the processed trace shows them.

Height, width and apex of a line depend on its own decay and on all that the instrument and the
processing do to it, so they are read off the transform of that very decay.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.array_rows import ArrayRows
from nmrquanv.spectra.simulation.acquisitions import Acquisition
from nmrquanv.spectra.simulation.fid_synthesis import gaussian_decay, transform_at
from nmrquanv.spectra.simulation.scene import Scene
from nmrquanv.spectra.spectrum import TrueLine

MERGED_FWHM = 0.5
"""Lines closer than this share of the FWHM count as one."""

_WIDTH_NODES = 9
"""Line shapes are computed at this many widths at most and interpolated between them."""

_SHAPE_POINTS = 81
_SHAPE_SPAN = 2.0
"""Sampling of a line shape: this many points within +- this many (rough) widths."""

_LEAST_SNR = 1.0
"""Lines below this are not listed: scoring ignores everything below three sigma."""


@dataclass(frozen=True, slots=True)
class Shapes(ArrayRows):
    """Processed shape of each line of a scene.

    Parameters
    ----------
    height : (n,) float64
        Per unit of area.
    fwhm_hz : (n,) float64
    apex_hz : (n,) float64
        Displacement of the maximum from the line's frequency (an asymmetric field does that).
    """

    height: NDArray[np.float64]
    fwhm_hz: NDArray[np.float64]
    apex_hz: NDArray[np.float64]


def processed_shapes(scene: Scene, decay: NDArray[np.complex128], sw_hz: float) -> Shapes:
    """Return height, width and apex of every line.

    Parameters
    ----------
    scene : Scene
    decay : (td,) complex128
        What multiplies each line's own decay: instrument and apodization.
    sw_hz : float, Hz
    """
    result = Shapes(*(np.zeros(len(scene)) for _ in range(3)))
    for gauss_hz in np.unique(scene.gauss_hz):
        own = np.flatnonzero(scene.gauss_hz == gauss_hz)
        common = decay * gaussian_decay(float(gauss_hz), decay.size, sw_hz) if gauss_hz else decay
        widths = scene.lorentz_hz[own]
        nodes = np.unique(widths)
        low, high = max(float(nodes[0]), 1e-3), max(float(nodes[-1]), 1e-3)
        enough = min(_WIDTH_NODES, 3 + 2 * int(np.ceil(np.log2(high / low))))
        if nodes.size > enough:
            nodes = np.geomspace(low, high, enough)
        at_nodes = _shapes(nodes, common, sw_hz)
        place = np.log(np.maximum(nodes, 1e-3))
        where = np.log(np.maximum(widths, 1e-3))
        result.height[own] = np.exp(np.interp(where, place, np.log(at_nodes.height)))
        result.fwhm_hz[own] = np.exp(np.interp(where, place, np.log(at_nodes.fwhm_hz)))
        result.apex_hz[own] = np.interp(where, place, at_nodes.apex_hz)
    return result


def _shapes(lorentz_hz: NDArray[np.float64], decay: NDArray[np.complex128], sw_hz: float) -> Shapes:
    """Return the shapes of lines of these widths, computed from their transforms."""
    rate = np.pi * lorentz_hz / sw_hz
    centre = transform_at(decay, np.zeros(rate.size), rate).real - 0.5 * decay[0].real
    rough = 1.0 / (np.pi * np.maximum(centre, 1e-3))  # exact for a Lorentzian, cycles per point
    grid = np.linspace(-_SHAPE_SPAN, _SHAPE_SPAN, _SHAPE_POINTS)
    frequency = rough[:, None] * grid
    shape = transform_at(decay, frequency.ravel(), np.repeat(rate, grid.size)).real
    shape = shape.reshape(frequency.shape) - 0.5 * decay[0].real
    rows = [_measure(row) for row in shape]
    height, fwhm, apex = (np.array(column) for column in zip(*rows, strict=True))
    scale = rough * sw_hz * (grid[1] - grid[0])
    middle = (grid.size - 1) / 2
    return Shapes(height, fwhm * scale, (middle - apex) * scale)


def _measure(shape: NDArray[np.float64]) -> tuple[float, float, float]:
    """Return height, FWHM and position of the maximum of a sampled line, in points.

    Notes
    -----
    The maximum is that of a parabola through the three highest points; half height is found by
    linear interpolation on the first crossing to either side.
    """
    top = int(np.clip(np.argmax(shape), 1, shape.size - 2))
    left, here, right = shape[top - 1 : top + 2]
    bend = left - 2 * here + right
    shift = 0.5 * (left - right) / bend if bend < 0 else 0.0
    height = here - 0.25 * (left - right) * shift
    below = shape < height / 2
    after = top + int(np.argmax(below[top:])) if below[top:].any() else shape.size - 1
    before = top - int(np.argmax(below[top::-1])) if below[: top + 1].any() else 0
    high = after - _crossing(shape[after], shape[after - 1], height / 2)
    low = before + _crossing(shape[before], shape[before + 1], height / 2)
    return float(height), float(high - low), float(top + shift)


def _crossing(below: float, above: float, level: float) -> float:
    """Return how far from the lower of two neighbouring points the level is reached, 0 to 1."""
    rise = above - below
    return float(np.clip((level - below) / rise, 0.0, 1.0)) if rise > 0 else 0.0


def true_lines(
    scene: Scene, shapes: Shapes, experiment: Acquisition, sigma: float
) -> tuple[TrueLine, ...]:
    """Return the lines that the processed spectrum shows, highest ppm first.

    Parameters
    ----------
    scene : Scene
    shapes : Shapes
        Of the scene's lines.
    experiment : Acquisition
        For the axis, the sidebands and the limits of the sweep.
    sigma : float
        Noise: lines below one sigma are not listed.
    """
    table = _Table(
        scene.hz + shapes.apex_hz, scene.area * shapes.height, shapes.fwhm_hz, scene.is_excused
    )
    copies = [table]
    for band in experiment.instrument.sidebands:
        for hz, share in ((-band.hz, band.lower), (band.hz, band.upper)):
            visible = np.abs(table.height) * abs(share) > _LEAST_SNR * sigma
            copies.append(table.copied(visible, hz, abs(share)))
    merged = _merged(_stacked(copies, sigma))
    edge = experiment.sw_hz / 2
    return tuple(
        TrueLine(hz / experiment.sf_mhz, fwhm, height, excused)
        for hz, height, fwhm, excused in sorted(merged, reverse=True)
        if abs(hz - experiment.centre_hz) < edge and abs(height) >= _LEAST_SNR * sigma
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """Lines as columns: Hz, signed height, FWHM in Hz, excused."""

    hz: NDArray[np.float64]
    height: NDArray[np.float64]
    fwhm_hz: NDArray[np.float64]
    is_excused: NDArray[np.bool_]

    def copied(self, which: NDArray[np.bool_], by_hz: float, share: float) -> _Table:
        """Return excused copies of some lines, displaced and scaled."""
        return _Table(
            self.hz[which] + by_hz,
            self.height[which] * share,
            self.fwhm_hz[which],
            np.ones(int(which.sum()), dtype=bool),
        )


def _stacked(tables: list[_Table], sigma: float) -> _Table:
    """Return all rows that could matter, by frequency."""
    hz = np.concatenate([t.hz for t in tables])
    height = np.concatenate([t.height for t in tables])
    order = np.argsort(hz, kind="stable")
    order = order[np.abs(height[order]) > 0.1 * _LEAST_SNR * sigma]
    fwhm = np.concatenate([t.fwhm_hz for t in tables])
    excused = np.concatenate([t.is_excused for t in tables])
    return _Table(hz[order], height[order], fwhm[order], excused[order])


def _merged(table: _Table) -> list[tuple[float, float, float, bool]]:
    """Merge lines of one sign that are closer than half of the narrower one's FWHM.

    Returns
    -------
    list of (hz, height, fwhm_hz, is_excused)

    Notes
    -----
    Position: mean weighted by height. For components of variance v around it and FWHM w the
    common apex is lower than the sum of heights by 1 + 4 v/w^2, and the width grows as
    w^2 + 12 v: both exact to first order in v for a Lorentzian, and within 3 % for two equal
    lines half a FWHM apart. A cluster is excused when the larger part of it is.
    """
    clusters: list[list[float]] = []  # hz, height, fwhm, variance sum, excused height
    for hz, height, fwhm, excused in zip(
        table.hz.tolist(),
        table.height.tolist(),
        table.fwhm_hz.tolist(),
        table.is_excused.tolist(),
        strict=True,
    ):
        for cluster in reversed(clusters[-4:]):
            near = hz - cluster[0] < MERGED_FWHM * min(fwhm, cluster[2])
            if near and (height > 0) == (cluster[1] > 0):
                total = cluster[1] + height
                cluster[3] += cluster[1] * height / total * (hz - cluster[0]) ** 2
                cluster[0] += (hz - cluster[0]) * height / total
                cluster[2] = (cluster[2] * cluster[1] + fwhm * height) / total
                cluster[1] = total
                cluster[4] += abs(height) if excused else 0.0
                break
        else:
            clusters.append([hz, height, fwhm, 0.0, abs(height) if excused else 0.0])
    result = []
    for hz, height, fwhm, spread, excused_height in clusters:
        variance = spread / height
        apex = height / (1 + 4 * variance / fwhm**2)
        width = float(np.sqrt(fwhm**2 + 12 * variance))
        result.append((hz, apex, width, excused_height > 0.5 * abs(height)))
    return result
