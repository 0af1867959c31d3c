"""The steps of a recipe: frozen dataclasses that hold and check parameters, nothing else.

Every step but the transform has a switch, ``is_on``: one that is off keeps its place and its
parameters and does nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from nmrquanv.errors import ProcessingError
from nmrquanv.spectra.deconvolution import Deconvolution
from nmrquanv.spectra.step_checks import (
    require_finite,
    require_one_of,
    require_switch,
    require_whole,
    require_within,
)

Shape = Literal["exponential", "gaussian", "sine bell", "trapezoid", "traf"]
SHAPES: tuple[str, ...] = get_args(Shape)
BaselineMode = Literal["automatic", "polynomial", "arpls", "snip", "points"]
BASELINES: tuple[str, ...] = get_args(BaselineMode)

MAX_SI = 1 << 24
"""Largest spectrum that a recipe makes, points: 256 MiB of complex numbers."""


@dataclass(frozen=True, slots=True)
class GroupDelay:
    """Take out the delay of the digital filter (``Fid.group_delay_points``).

    Parameters
    ----------
    is_on : bool
        False shows the spectrum as a plain transform gives it, with its twisted phase.
    """

    is_on: bool = True

    def __post_init__(self) -> None:
        require_switch(self, "is_on")


@dataclass(frozen=True, slots=True)
class Truncation:
    """Keep the first points of the FID alone.

    Parameters
    ----------
    points : int, complex points, 2 to ``MAX_SI``
        As they are stored: those of the digital filter's delay count.
    """

    points: int
    is_on: bool = True

    def __post_init__(self) -> None:
        require_whole(self, "points", 2, MAX_SI)
        require_switch(self, "is_on")


@dataclass(frozen=True, slots=True)
class Apodization:
    """Multiply the FID by a window; see ``apodization.py`` for the formulas.

    Parameters
    ----------
    lb_hz : float, Hz
        Exponential and Gaussian: width added to every Lorentzian line; negative sharpens (and
        raises the noise). TRAF: the width of the lines that it is best for.
    shape : str
        One of ``SHAPES``.
    gaussian_hz : float, Hz, 0 to 1000
        Gaussian: FWHM of the Gaussian that the lines are folded with.
    start_deg : float, degrees, 0 to 90
        Sine bell: where on the sine it begins; 90 is a cosine bell (SSB 2).
    power : int, 1 or 2
        Sine bell: 2 squares it.
    rise, fall : float, shares of the acquisition time, together at most 1
        Trapezoid: how long it rises from 0, and falls to 0.
    """

    lb_hz: float = 0.3
    shape: Shape = "exponential"
    gaussian_hz: float = 1.0
    start_deg: float = 90.0
    power: int = 1
    rise: float = 0.0
    fall: float = 0.25
    is_on: bool = True

    def __post_init__(self) -> None:
        require_one_of(self, "shape", SHAPES)
        require_finite(self, "lb_hz")
        require_within(self, "gaussian_hz", 0, 1000)
        require_within(self, "start_deg", 0, 90)
        require_whole(self, "power", 1, 2)
        require_within(self, "rise", 0, 1)
        require_within(self, "fall", 0, 1)
        if self.rise + self.fall > 1:
            raise ProcessingError(
                f"Apodization: rise and fall take {self.rise + self.fall:g} of the FID together, "
                "there is only 1: make one of them shorter"
            )
        require_switch(self, "is_on")


@dataclass(frozen=True, slots=True)
class ZeroFill:
    """Append zeros up to ``si`` complex points, or cut the FID down to them.

    Parameters
    ----------
    si : int, complex points, 2 to ``MAX_SI``
    """

    si: int
    is_on: bool = True

    def __post_init__(self) -> None:
        require_whole(self, "si", 2, MAX_SI)
        require_switch(self, "is_on")


@dataclass(frozen=True, slots=True)
class FourierTransform:
    """Go from the FID to the complex spectrum."""


@dataclass(frozen=True, slots=True)
class Phase:
    """Multiply by ``exp(i pi/180 (ph0 + ph1 k/SI))``, k = 0 at the highest ppm.

    Parameters
    ----------
    mode : "manual" | "automatic"
        In automatic mode ``Recipe.run`` finds the two angles and writes them here; where those
        that stand here are better, they stay.
    ph0_deg, ph1_deg : float, degrees
        Bruker's PHC0 and PHC1.
    is_flipped : bool
        Turn the result by 180 degrees, whatever the mode.
    """

    mode: Literal["manual", "automatic"] = "automatic"
    ph0_deg: float = 0.0
    ph1_deg: float = 0.0
    is_flipped: bool = False
    is_on: bool = True

    def __post_init__(self) -> None:
        require_one_of(self, "mode", ("manual", "automatic"))
        require_finite(self, "ph0_deg", "ph1_deg")
        require_switch(self, "is_flipped")
        require_switch(self, "is_on")


@dataclass(frozen=True, slots=True)
class Magnitude:
    """Take the magnitude of every point; what is left has no phase."""

    is_on: bool = True

    def __post_init__(self) -> None:
        require_switch(self, "is_on")


LEAST_BASELINE_POINTS = 256
"""Of a spectrum whose baseline is sought: in fewer, lines leave nothing of it."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """Subtract a smooth curve that lies under the lines; see ``baseline.py``.

    Parameters
    ----------
    mode : str
        One of ``BASELINES``: ``"automatic"`` follows the parts without lines as stiffly as they
        allow; ``"polynomial"`` goes through them; ``"arpls"`` and ``"snip"`` need no such parts,
        but only lines that point up; ``"points"`` goes through what the trace has at ``anchors``.
    order : int, 0 to 12
        Of the polynomial.
    period : float, sweeps, 0.02 to 4
        Shortest wave that ``"arpls"`` and ``"snip"`` follow.
    excluded : tuple of (float, float), ppm, from high to low
        Where the trace says nothing of the baseline; the curve is led across.
    anchors : tuple of float, ppm
        Shifts here and in ``excluded`` are those of the data as read, without any reference step.
    """

    mode: BaselineMode = "automatic"
    order: int = 3
    period: float = 0.5
    excluded: tuple[tuple[float, float], ...] = ()
    anchors: tuple[float, ...] = ()
    is_on: bool = True

    def __post_init__(self) -> None:
        require_one_of(self, "mode", BASELINES)
        require_whole(self, "order", 0, 12)
        require_within(self, "period", 0.02, 4)
        for name in ("excluded", "anchors"):
            if not np.isfinite(np.asarray(getattr(self, name), dtype=np.float64)).all():
                raise ProcessingError(f"Baseline: {name} must be finite shifts")
        if any(high <= low for high, low in self.excluded):
            raise ProcessingError("Baseline: excluded regions run from high to low ppm")
        require_switch(self, "is_on")


@dataclass(frozen=True, slots=True)
class Smoothing:
    """Smooth the spectrum by polynomials over a sliding window (Savitzky and Golay).

    Parameters
    ----------
    width_points : int, odd, 3 to 9999
        Of the window; lines narrower than it grow broader.
    order : int, 0 to 6, below ``width_points``
    """

    width_points: int = 7
    order: int = 2
    is_on: bool = True

    def __post_init__(self) -> None:
        require_whole(self, "width_points", 3, 9999)
        require_whole(self, "order", 0, 6)
        if self.width_points % 2 == 0 or self.order >= self.width_points:
            raise ProcessingError(
                f"Smoothing: width_points must be odd and above order, got {self.width_points} "
                f"and order {self.order}"
            )
        require_switch(self, "is_on")


@dataclass(frozen=True, slots=True)
class Reference:
    """Add a constant to every chemical shift.

    Parameters
    ----------
    shift_ppm : float, ppm
    """

    shift_ppm: float = 0.0
    is_on: bool = True

    def __post_init__(self) -> None:
        require_finite(self, "shift_ppm")
        require_switch(self, "is_on")


Step = (
    GroupDelay
    | Truncation
    | Apodization
    | ZeroFill
    | FourierTransform
    | Phase
    | Magnitude
    | Deconvolution
    | Baseline
    | Smoothing
    | Reference
)
KINDS: tuple[type[Step], ...] = get_args(Step)
"""Every kind of step, in the order in which a new step is put into a recipe."""

TITLES: dict[type[Step], str] = {
    GroupDelay: "Group delay",
    Truncation: "Truncation",
    Apodization: "Apodization",
    ZeroFill: "Zero filling",
    FourierTransform: "Fourier transform",
    Phase: "Phase",
    Magnitude: "Magnitude",
    Deconvolution: "Reference deconvolution",
    Baseline: "Baseline correction",
    Smoothing: "Smoothing",
    Reference: "Reference shift",
}
"""What a person calls them."""

TIME_DOMAIN: tuple[type[Step], ...] = (GroupDelay, Truncation, Apodization, ZeroFill)
"""Steps that work on a FID."""


def is_on(step: Step) -> bool:
    """Tell whether a step does anything; the transform always does."""
    return isinstance(step, FourierTransform) or step.is_on
