"""A scene: all lines of one sample, before the instrument adds its own marks."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.simulation.blends import Blend
from nmrquanv.spectra.simulation.spin_systems import Sticks


@dataclass(frozen=True, slots=True)
class Scene:
    """Lines of a sample.

    Parameters
    ----------
    hz : (n,) float64
        From 0 ppm.
    area : (n,) float64
        Signed.
    lorentz_hz, gauss_hz : (n,) float64, Hz
        Natural FWHM and that of a Gaussian spread of shifts; few different Gaussians.
    phase_deg : (n,) float64
        Of the line by itself: 90 is dispersive.
    is_excused : (n,) bool
        Satellites, humps and dispersive lines: neither missed nor false when found.
    blends : tuple of Blend
        Lines that stand as one shape, beside the others.
    """

    hz: NDArray[np.float64]
    area: NDArray[np.float64]
    lorentz_hz: NDArray[np.float64]
    gauss_hz: NDArray[np.float64]
    phase_deg: NDArray[np.float64]
    is_excused: NDArray[np.bool_]
    blends: tuple[Blend, ...] = ()

    def __len__(self) -> int:
        return int(self.hz.size)

    def scaled(self, by: float) -> Scene:
        """Return the same lines at another concentration."""
        blends = tuple(blend.scaled(by) for blend in self.blends)
        return replace(self, area=self.area * by, blends=blends)

    def voigt(self, gauss_hz: float) -> Scene:
        """Return the lines with a Gaussian part; those that have one keep theirs."""
        return replace(self, gauss_hz=np.where(self.gauss_hz == 0, gauss_hz, self.gauss_hz))

    def within(self, low_hz: float, high_hz: float) -> Scene:
        """Return the lines inside a sweep; a receiver's filter removes the others."""
        kept = (self.hz > low_hz) & (self.hz < high_hz)
        return Scene(
            self.hz[kept],
            self.area[kept],
            self.lorentz_hz[kept],
            self.gauss_hz[kept],
            self.phase_deg[kept],
            self.is_excused[kept],
            tuple(b.chosen((b.hz > low_hz) & (b.hz < high_hz)) for b in self.blends),
        )

    def with_blends(self, *blends: Blend) -> Scene:
        """Return the scene with more of what stands as one shape."""
        return replace(self, blends=(*self.blends, *blends))


def lines(
    sticks: Sticks,
    lorentz_hz: float,
    scale: float = 1.0,
    *,
    gauss_hz: float = 0.0,
    phase_deg: float = 0.0,
    is_excused: bool = False,
) -> Scene:
    """Return a scene of one multiplet, all its lines of the same width."""
    n = sticks.hz.size
    return Scene(
        sticks.hz,
        sticks.area * scale,
        np.full(n, lorentz_hz),
        np.full(n, gauss_hz),
        np.full(n, phase_deg),
        np.full(n, is_excused),
    )


def joined(*scenes: Scene) -> Scene:
    """Return all lines of several scenes as one."""
    return Scene(
        np.concatenate([s.hz for s in scenes]),
        np.concatenate([s.area for s in scenes]),
        np.concatenate([s.lorentz_hz for s in scenes]),
        np.concatenate([s.gauss_hz for s in scenes]),
        np.concatenate([s.phase_deg for s in scenes]),
        np.concatenate([s.is_excused for s in scenes]),
        tuple(blend for s in scenes for blend in s.blends),
    )


EMPTY = lines(Sticks(np.zeros(0), np.zeros(0)), 0.0)
"""A sample without lines."""
