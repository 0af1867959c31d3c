"""What a search, and the first look before it, take once all is loaded, in a process of its own.

``python -m nmrquanv.bench.search_speed POINTS LINES`` (or ``PATH``, of a data set) prints it as
JSON, seconds of the processor; ``nmrquanv bench speed`` starts this and puts the goals beside.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from nmrquanv.finders import QUANV
from nmrquanv.io import read
from nmrquanv.models.finder import find_peaks
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.picking import pick_classical
from nmrquanv.spectra.spectrum import Sample, Spectrum

_SWEEP_HZ, _SF_MHZ, _MIDDLE_PPM = 8000.0, 500.13, 12.0
_WIDTHS_HZ = (0.9, 1.3)
_LOG_SNR, _SPREAD = 5.0, 1.2
_WARM = (4096, 3)


def main(argv: list[str]) -> int:
    """Search a spectrum, made or read, with the QuanvNN, and print what it took.

    The first look of the window is classical picking.
    """
    warm = lines_in_noise(*_WARM)
    find_peaks(warm, QUANV)  # what is loaded and kept at the first time
    pick_classical(warm)
    told = {
        "seconds": _seconds(find_peaks, _spectrum(argv), QUANV),
        "first_look": _seconds(pick_classical, _spectrum(argv)),
    }
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
    return 0


def _spectrum(argv: list[str]) -> Spectrum:
    """Return the spectrum anew: it keeps what was found out about its noise."""
    return read(Path(argv[0])).spectrum() if len(argv) == 1 else lines_in_noise(*map(int, argv))


def _seconds(work: Callable[..., object], *what: object) -> float:
    began = time.process_time()
    work(*what)
    return time.process_time() - began


def lines_in_noise(points: int, lines: int) -> Spectrum:
    """Return Lorentzian lines of 1 Hz, some hundred sigma tall, at random places in noise."""
    rng = np.random.default_rng([points, lines])
    axis = Axis(points, _SWEEP_HZ, _SF_MHZ, _MIDDLE_PPM)
    data = rng.normal(size=points) + 1j * rng.normal(size=points)
    place = rng.uniform(0.1, 0.9, lines) * points
    half = 0.5 * rng.uniform(*_WIDTHS_HZ, lines) / axis.point_hz
    height = np.exp(rng.normal(_LOG_SNR, _SPREAD, lines))
    for at, wide, tall in zip(place, half, height, strict=True):
        data += tall / (1.0 + 1j * (np.arange(points) - at) / wide)
    return Spectrum(data, axis, Sample("1H"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
