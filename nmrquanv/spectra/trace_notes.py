"""What to know of a spectrum that its trace tells without any peak."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmrquanv.spectra.flat_tops import flat_runs
from nmrquanv.spectra.spectrum import Spectrum

Array = NDArray[np.float64]

_ROLL_SIGMAS, _ROLL_SHARE = 12.0, 0.004


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know, and what to do about it.

    Parameters
    ----------
    kind : str
        ``"clipped"``, ``"truncated"``, ``"phase"``, ``"magnitude"``, ``"narrow"``, ``"broad"``,
        ``"faint"``, ``"strong"``, ``"baseline"``, ``"digits"`` or ``"full"``.
    text : str
    """

    kind: str
    text: str


def noise_notes(spectrum: Spectrum) -> tuple[Note, ...]:
    """Tell what makes the noise, and so every S/N, uncertain."""
    noise, found = spectrum.noise, []
    if noise.step:
        text = (
            f"the values are in steps of {noise.step:.3g}, as large as the noise: what is as "
            "small is lost in them, and S/N is uncertain; export with more digits"
        )
        found.append(Note("digits", text))
    if noise.is_full:
        text = (
            "lines fill the spectrum and leave no quiet stretch: its noise is a guess, and S/N "
            "with it; measure or export more of the sweep"
        )
        found.append(Note("full", text))
    return tuple(found)


def clipped(spectrum: Spectrum) -> Note | None:
    """Tell a trace whose tallest points are all the same: a limit that it did not pass."""
    runs = flat_runs(spectrum)
    if not runs:
        return None
    longest = max(last - first + 1 for first, last in runs)
    return Note(
        "clipped",
        f"the tallest line is cut flat over {longest} points: its height, width and place are "
        "wrong; measure or export it again with less gain",
    )


def roll(spectrum: Spectrum, level: Array) -> Note | None:
    """Tell a baseline that rolls: quiet stretches at different levels."""
    sigma, size = spectrum.noise.sigma, float(np.abs(spectrum.trace).max(initial=0.0))
    low, high = np.percentile(level, (5.0, 95.0)) if level.size else (0.0, 0.0)
    if high - low < max(_ROLL_SIGMAS * sigma, _ROLL_SHARE * size):
        return None
    return Note(
        "baseline",
        f"the baseline rolls by {(high - low) / sigma:.0f} sigma: heights and areas of broad and "
        "small lines are wrong by it; correct the baseline",
    )
