"""What each step of a recipe does to a FID or a spectrum."""

from __future__ import annotations

from dataclasses import replace

from nmrquanv.spectra import processing
from nmrquanv.spectra.apodization import apodize
from nmrquanv.spectra.autophase import autophase
from nmrquanv.spectra.baseline_curves import subtract_baseline
from nmrquanv.spectra.deconvolution import Deconvolution, deconvolve
from nmrquanv.spectra.spectrum import Fid, Spectrum
from nmrquanv.spectra.steps import (
    Apodization,
    Baseline,
    FourierTransform,
    GroupDelay,
    Magnitude,
    Phase,
    Reference,
    Smoothing,
    Step,
    Truncation,
    ZeroFill,
)

_DOING: dict[type[Step], str] = {
    GroupDelay: "Removing the group delay",
    Truncation: "Truncation",
    Apodization: "Apodization",
    ZeroFill: "Zero filling",
    FourierTransform: "Fourier transform",
    Phase: "Phasing",
    Magnitude: "Magnitude",
    Deconvolution: "Cleaning lines of their common shape",
    Baseline: "Correcting the baseline",
    Smoothing: "Smoothing",
    Reference: "Referencing",
}


def doing(step: Step) -> str:
    """Return what a step does, for the progress line."""
    return _DOING[type(step)]


def step_of_fid(fid: Fid, step: Step, time_points: float | None) -> Fid | Spectrum:
    """Return what a step makes of a FID; the spectrum after the transform.

    Parameters
    ----------
    fid : Fid
    step : Step
    time_points : float, points, or None
        How many points of the FID carry signal.
    """
    match step:
        case GroupDelay():
            return fid if step.is_on else replace(fid, group_delay_points=0.0)
        case FourierTransform():
            return processing.fourier_transform(fid, time_points)
        case Truncation(is_on=True):
            return processing.zero_fill(fid, min(int(step.points), fid.data.size))
        case Apodization(is_on=True):
            return apodize(fid, step)
        case ZeroFill(is_on=True):
            return processing.zero_fill(fid, int(step.si))
        case _:
            return fid


def step_of_spectrum(
    spectrum: Spectrum, step: Step, shift_ppm: float = 0.0
) -> tuple[Spectrum, Step, tuple[str, ...]]:
    """Return what a step that is on makes of a spectrum, with what it found, and notes.

    Parameters
    ----------
    spectrum : Spectrum
    step : Step
    shift_ppm : float, ppm
        What steps before it have added to the chemical shifts of the data as read.
    """
    notes: tuple[str, ...] = ()
    match step:
        case Phase():
            if step.mode == "automatic":
                found = autophase(spectrum, (step.ph0_deg, step.ph1_deg))
                step = replace(step, ph0_deg=found.ph0_deg, ph1_deg=found.ph1_deg)
                notes = found.notes
            flip = 180.0 if step.is_flipped else 0.0
            spectrum = processing.phase(spectrum, step.ph0_deg + flip, step.ph1_deg)
        case Magnitude():
            spectrum = processing.magnitude(spectrum)
        case Deconvolution():
            spectrum = deconvolve(spectrum, step)
        case Baseline():
            spectrum = subtract_baseline(spectrum, step, shift_ppm)
        case Smoothing():
            spectrum = processing.smooth(spectrum, step.width_points, step.order)
        case Reference():
            spectrum = processing.reference(spectrum, step.shift_ppm)
    return spectrum, step, notes
