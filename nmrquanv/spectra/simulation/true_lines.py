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
from nmrquanv.spectra.simulation.blends import Blend
from nmrquanv.spectra.simulation.fid_synthesis import gaussian_decay, transform_at
from nmrquanv.spectra.simulation.line_table import (
    LEAST_SNR,
    NO_LINES,
    LineTable,
    merged,
    stacked,
)
from nmrquanv.spectra.simulation.scene import Scene
from nmrquanv.spectra.spectrum import TrueLine

_WIDTH_NODES = 9
"""Line shapes are computed at this many widths at most and interpolated between them."""

_SHAPE_POINTS = 81
_SHAPE_SPAN = 2.0
"""Sampling of a line shape: this many points within +- this many (rough) widths."""


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


def blended_lines(
    blends: tuple[Blend, ...], decay: NDArray[np.complex128], sw_hz: float
) -> LineTable:
    """Return the lines of what stands as one shape; ``decay`` as in :func:`processed_shapes`."""
    parts = [NO_LINES]
    for blend in blends:
        if not blend.hz.size:
            continue
        tops, n = blend.tops(decay, sw_hz), blend.hz.size
        parts.append(
            LineTable(
                (blend.hz[:, None] + tops.hz).ravel(),
                (blend.area[:, None] * tops.height).ravel(),
                np.tile(tops.fwhm_hz, n),
                np.tile(tops.is_excused, n),
            )
        )
    return LineTable.joined(parts)


def true_lines(
    scene: Scene,
    shapes: Shapes,
    experiment: Acquisition,
    sigma: float,
    blended: LineTable = NO_LINES,
) -> tuple[TrueLine, ...]:
    """Return the lines that the processed spectrum shows, highest ppm first.

    Parameters
    ----------
    scene : Scene
    shapes : Shapes
        Of the scene's lines.
    experiment : Acquisition
        For the axis, the sidebands, the quadrature images and the limits of the sweep.
    sigma : float
        Noise: lines below one sigma are not listed.
    blended : LineTable
        Of the scene's blends, from :func:`blended_lines`.
    """
    own = LineTable(
        scene.hz + shapes.apex_hz, scene.area * shapes.height, shapes.fwhm_hz, scene.is_excused
    )
    table = LineTable.joined([own, blended])
    copies = [table]
    for band in experiment.instrument.sidebands:
        for hz, share in ((-band.hz, band.lower), (band.hz, band.upper)):
            visible = np.abs(table.height) * abs(share) > LEAST_SNR * sigma
            copies.append(table.copied(visible, hz, abs(share)))
    image = abs(experiment.instrument.receiver.image)
    if image:
        visible = np.abs(table.height) * image > LEAST_SNR * sigma
        copies.append(table.mirrored(visible, experiment.centre_hz, image))
    edge = experiment.sw_hz / 2
    return tuple(
        TrueLine(hz / experiment.sf_mhz, fwhm, height, excused)
        for hz, height, fwhm, excused in sorted(merged(stacked(copies, sigma)), reverse=True)
        if abs(hz - experiment.centre_hz) < edge and abs(height) >= LEAST_SNR * sigma
    )
