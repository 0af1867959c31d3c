"""What other peak pickers reach on the ten kinds of spectra.

Measured by us on other simulated spectra of the same ten kinds (6 of each, the same rules of
scoring, each picker with the settings that it is shipped with), so the spectra are not paired
with those of our benchmark; see README.
"""

from __future__ import annotations

from nmrquanv.study.benchmark_spectra import BENCHMARK_KINDS

SOURCE = "measured by us on other simulated spectra of the same ten kinds; see README"

_F1 = {
    "scipy prominence": (0.93, 0.85, 0.80, 0.81, 0.40, 0.66, 0.77, 0.79, 0.49, 0.60),
    "GSD + optimisation": (0.62, 0.81, 0.74, 0.58, 0.56, 0.66, 0.71, 0.67, 0.66, 0.26),
    "DEEP Picker 1D": (0.54, 0.78, 0.71, 0.51, 0.30, 0.71, 0.55, 0.66, 0.58, 0.26),
    "metabodecon": (0.94, 0.82, 0.85, 0.88, 0.86, 0.42, 0.65, 0.89, 0.91, 0.79),
    "nmrespy": (0.95, 0.72, 0.87, 0.82, 0.85, 0.71, 0.58, 0.80, 0.92, 0.69),
}

PEERS = {name: dict(zip(BENCHMARK_KINDS, figures, strict=True)) for name, figures in _F1.items()}
"""F1 of each peer on each kind."""

ERRORS_FWHM = {
    "scipy prominence": 0.021,
    "GSD + optimisation": 0.031,
    "DEEP Picker 1D": 0.044,
    "metabodecon": 0.023,
    "nmrespy": 0.031,
}
"""Position error of clean lines, FWHM."""


def best_peer(kind: str) -> tuple[str, float]:
    """Return the peer with the greatest F1 on a kind, and that F1."""
    name = max(PEERS, key=lambda peer: PEERS[peer][kind])
    return name, PEERS[name][kind]
