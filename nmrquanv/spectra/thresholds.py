"""What a peak must pass to be shown and exported: least S/N, height, confidence; the defaults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Measured(Protocol):
    """What thresholds ask of a peak; see :class:`nmrquanv.spectra.peaks.Peak`."""

    @property
    def height(self) -> float:
        """Signed, intensity."""

    @property
    def snr(self) -> float | None:
        """In units of the noise sigma."""

    @property
    def confidence(self) -> float | None:
        """0 to 1."""

    @property
    def top_ppm(self) -> float | None:
        """Of the visible top that the peak marks."""

    @property
    def peak_class(self) -> str:
        """What the line is."""

    @property
    def is_users(self) -> bool:
        """Whether a person added, moved or confirmed it."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What a peak must pass to be shown and exported.

    Parameters
    ----------
    min_snr : float
        In units of the noise sigma.
    min_height : float
        Fraction (0 to 1) of the spectrum's tallest line outside solvent and water.
    min_confidence : float
        0 to 1; peaks without a confidence pass, and visible tops.
    shows_satellites : bool
        Whether 13C satellites pass; without it they are hidden however tall they are.

    Notes
    -----
    The defaults are ours, chosen on simulated spectra of their own seeds: the mean F1 is flat
    from S/N 5 to 6 and confidence 0.5 to 0.6. A least height costs lines of impurities; 0.1 %
    keeps the very small ones of real spectra of 50,000 sigma out of the first view.
    """

    min_snr: float = 6.0
    min_height: float = 0.001
    min_confidence: float = 0.55
    shows_satellites: bool = False

    def __post_init__(self) -> None:
        if self.min_snr < 0 or not 0 <= self.min_height <= 1 or not 0 <= self.min_confidence <= 1:
            raise ValueError(f"thresholds out of range: {self}")

    def passes(self, peak: Measured, tallest: float) -> bool:
        """Tell whether a peak passes; what a person added, moved or confirmed always does."""
        if peak.is_users:
            return True
        if peak.peak_class == "satellite" and not self.shows_satellites:
            return False
        return (
            (peak.snr is None or peak.snr >= self.min_snr)
            and abs(peak.height) >= self.min_height * tallest
            and (
                peak.confidence is None
                or peak.top_ppm is not None
                or peak.confidence >= self.min_confidence
            )
        )
