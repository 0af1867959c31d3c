"""Which parameters of a step a person can set, between what, and when each is shown."""

from __future__ import annotations

from dataclasses import dataclass

from nmrquanv.gui.panels.step_words import BASELINE_TITLES, SHAPE_TITLES, points_text
from nmrquanv.spectra.deconvolution import Deconvolution
from nmrquanv.spectra.recipe import (
    Apodization,
    Baseline,
    Reference,
    Smoothing,
    Step,
    Truncation,
    ZeroFill,
)

_LEAST_SI, _MOST_SI = 1 << 10, 1 << 20
_LINES = ("exponential", "gaussian", "traf")


@dataclass(frozen=True, slots=True)
class StepField:
    """One parameter as it is set: by slider and number, or of a list of ``choices``.

    Parameters
    ----------
    name, title : str
        Of the step's attribute; what stands before it.
    reach, limits : (float, float)
        Of the slider and of the number; None for the same.
    choices : tuple of (value, text)
        A list in place of a slider.
    only : tuple of str
        The choices of the step's first field with which it is shown; empty for all.
    """

    name: str
    title: str
    reach: tuple[float, float] = (0.0, 1.0)
    limits: tuple[float, float] | None = None
    decimals: int = 0
    suffix: str = ""
    is_log: bool = False
    choices: tuple[tuple[object, str], ...] = ()
    only: tuple[str, ...] = ()
    tip: str = ""


FIELDS: dict[type[Step], tuple[StepField, ...]] = {
    Truncation: (
        StepField(
            "points", "Points kept", (16, 65536), (2, 1 << 24), is_log=True,
            tip="Complex points of the FID that are kept; the rest is cut off",
        ),
    ),
    Apodization: (
        StepField("shape", "Window", choices=tuple(SHAPE_TITLES.items())),
        StepField(
            "lb_hz", "Line broadening", (-5, 20), (-50, 500), 2, " Hz", only=_LINES,
            tip="LB: width added to every line, for less noise; negative sharpens",
        ),
        StepField(
            "gaussian_hz", "Gaussian width", (0, 20), (0, 1000), 2, " Hz", only=("gaussian",),
            tip="Width of the Gaussian that lines become when LB takes their own width away",
        ),
        StepField(
            "start_deg", "Begins at", (0, 90), None, 0, "°", only=("sine bell",),
            tip="0: sine bell, 90: cosine bell (SSB 2)",
        ),
        StepField(
            "power", "Power", choices=((1, "Sine"), (2, "Squared sine")), only=("sine bell",),
        ),
        StepField("rise", "Rises over", (0, 0.5), (0, 1), 2, only=("trapezoid",),
              tip="Share of the acquisition time"),
        StepField("fall", "Falls over", (0, 0.5), (0, 1), 2, only=("trapezoid",),
              tip="Share of the acquisition time"),
    ),
    ZeroFill: (
        StepField(
            "si", "Size, SI", tip="Complex points; twice TD or more shows all detail",
            choices=tuple(
                (1 << n, points_text(1 << n))
                for n in range(_LEAST_SI.bit_length() - 1, _MOST_SI.bit_length())
            ),
        ),
    ),
    Deconvolution: (
        StepField(
            "fwhm_hz", "Line width", (0.1, 20), (0.001, 10_000), 2, " Hz", is_log=True,
            tip="Half width of the Lorentzians that usual lines become; narrower raises the noise",
        ),
    ),
    Baseline: (
        StepField("mode", "Method", choices=tuple(BASELINE_TITLES.items())),
        StepField("order", "Order", (0, 12), None, only=("polynomial",)),
        StepField(
            "period", "Shortest wave", (0.02, 4), None, 2, " sweeps", is_log=True,
            only=("arpls", "snip"), tip="Faster waves are left in; longer is stiffer",
        ),
    ),
    Smoothing: (
        StepField(
            "width_points", "Window", (3, 99), (3, 9999), 0, " points",
            tip="Odd; lines narrower than it grow broader",
        ),
        StepField("order", "Polynomial", choices=((0, "Mean"), (2, "Quadratic"), (4, "Quartic"))),
    ),
    Reference: (
        StepField(
            "shift_ppm", "Shift", (-0.5, 0.5), (-500, 500), 4, " ppm",
            tip="Added to every chemical shift; peaks and integrals move along",
        ),
    ),
}  # fmt: skip
"""By kind; a kind that is missing here has a form of its own, or no parameters."""
