"""Thresholds by name: everything above the noise, what one wants to see first, main lines only."""

from __future__ import annotations

from types import MappingProxyType

from nmrquanv.spectra.thresholds import Thresholds

PRESETS = MappingProxyType(
    {
        "all": Thresholds(min_snr=5.0, min_height=0.0, min_confidence=0.4),
        "default": Thresholds(),
        "main": Thresholds(min_snr=20.0, min_height=0.03),
    }
)
"""``all`` was chosen on simulated spectra of their own seeds, where S/N 5, no least height and a
confidence of 0.3 to 0.5 are equal beyond chance."""
