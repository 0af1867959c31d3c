"""nmrquanv: finds peaks in 1D NMR spectra, quantum and classical side by side.

- ``spectra``   NMR data and its mathematics: axis, processing, peaks, fitting, simulation
- ``io``        files, read and written
- ``models``    peak finders: the quanvolution, the networks, windows, ``find_peaks``
- ``training``  the torch loop
- ``session``   the running application without widgets
- ``gui``       widgets and plots
- ``cli``       ``nmrquanv [PATH...] | info | pick | simulate | train``

``from nmrquanv import read, find_peaks`` is the short way in.
"""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Import the two main functions only when they are asked for."""
    if name == "read":
        from nmrquanv.io import read

        return read
    if name == "find_peaks":
        from nmrquanv.models.finder import find_peaks

        return find_peaks
    raise AttributeError(f"module 'nmrquanv' has no attribute '{name}'")
