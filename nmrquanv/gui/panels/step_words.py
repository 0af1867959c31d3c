"""What a step of a recipe does, in a few words, and numbers of points as they are said."""

from __future__ import annotations

from nmrquanv.numbers import fixed
from nmrquanv.spectra.deconvolution import Deconvolution
from nmrquanv.spectra.recipe import (
    Apodization,
    Baseline,
    Phase,
    Reference,
    Smoothing,
    Step,
    Truncation,
    ZeroFill,
)

SHAPE_TITLES = {
    "exponential": "Exponential (EM)",
    "gaussian": "Gaussian (GM)",
    "sine bell": "Sine bell",
    "trapezoid": "Trapezoid",
    "traf": "TRAF",
}
BASELINE_TITLES = {
    "automatic": "Automatic",
    "polynomial": "Polynomial",
    "arpls": "arPLS (lines up)",
    "snip": "SNIP (lines up)",
    "points": "Through points",
}


def points_text(points: int) -> str:
    """Return a number of points as spectroscopists say it: 65536 is 64k."""
    return f"{points // 1024}k" if points % 1024 == 0 else str(points)


def told(step: Step) -> str:
    """Return the parameters of a step in a few words; empty where it has none."""
    match step:
        case Truncation():
            return f"{points_text(step.points)} points"
        case Apodization():
            return _window(step)
        case ZeroFill():
            return points_text(step.si)
        case Phase():
            turn = ", 180°" if step.is_flipped else ""
            mode = "auto, " if step.mode == "automatic" else ""
            return f"{mode}{fixed(step.ph0_deg, 1)}°, {fixed(step.ph1_deg, 1)}°{turn}"
        case Deconvolution():
            return f"{fixed(step.fwhm_hz, 2)} Hz, {step.lines} lines"
        case Baseline():
            return _baseline(step)
        case Smoothing():
            return f"{step.width_points} points"
        case Reference():
            return f"{fixed(step.shift_ppm, 4)} ppm"
        case _:
            return ""


def _window(step: Apodization) -> str:
    match step.shape:
        case "exponential":
            return f"EM {fixed(step.lb_hz, 2)} Hz"
        case "gaussian":
            return f"Gauss {fixed(step.lb_hz, 2)}, {fixed(step.gaussian_hz, 2)} Hz"
        case "sine bell":
            return f"sine{'²' if step.power == 2 else ''} from {fixed(step.start_deg, 0)}°"
        case "trapezoid":
            return f"trapezoid {fixed(step.rise, 2)}, {fixed(step.fall, 2)}"
        case _:
            return f"TRAF {fixed(step.lb_hz, 2)} Hz"


def _baseline(step: Baseline) -> str:
    own = {
        "polynomial": f"polynomial {step.order}",
        "points": f"{len(step.anchors)} points",
    }
    left_out = f", {len(step.excluded)} left out" if step.excluded else ""
    return own.get(step.mode, BASELINE_TITLES[step.mode].split(" (")[0].lower()) + left_out
