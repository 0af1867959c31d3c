"""What a peak must pass to be shown and exported, and who says so.

Four may say a limit, and the first that does is obeyed: the document, the user's settings, the
card of the finder, the program. Each says :class:`Thresholds`, in which None stands for "another
one says it"; what is applied to a finder's peaks are :class:`Limits`. Confidence belongs to each
finder, S/N and height to the whole spectrum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

CARD_THRESHOLDS = "card_thresholds"
"""In a provenance's settings: what the finder's card says."""

VISIBLE_SHARE = 0.0045
"""Of the tallest line: what visible tops rise above the local floor, at least."""

LIMITS = ("min_snr", "min_height", "min_confidence", "max_peaks")
PLACES = ("searched", "excluded")
Ranges = tuple[tuple[float, float], ...]
"""Stretches of the axis: ``(high_ppm, low_ppm)`` of each."""


class Measured(Protocol):
    """What thresholds ask of a peak; see :class:`nmrquanv.spectra.peaks.Peak`."""

    @property
    def ppm(self) -> float:
        """Chemical shift, ppm."""

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
    def is_explained(self) -> bool:
        """Whether a taller line or the measurement explains it."""

    @property
    def is_users(self) -> bool:
        """Whether a person added, moved or confirmed it."""


def _check(thresholds: Limits | Thresholds) -> None:
    """Raise a ValueError if a value cannot be."""
    snr, height, confidence, most = (getattr(thresholds, name) for name in LIMITS)
    shares = [x for x in (height, confidence) if x is not None]
    is_wrong = (snr is not None and not snr >= 0) or (most is not None and not most >= 1)
    ends = (*thresholds.searched, *thresholds.excluded)
    if is_wrong or not all(0 <= x <= 1 for x in shares) or not all(a > b for a, b in ends):
        raise ValueError(f"thresholds out of range: {thresholds}")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a finder's peaks must pass.

    Parameters
    ----------
    min_snr : float
        In units of the noise sigma.
    min_height : float
        Fraction (0 to 1) of the spectrum's tallest line outside solvent and water. Up to
        :data:`VISIBLE_SHARE` visible tops pass, however little is their line's own.
    min_confidence : float
        0 to 1; peaks without a confidence pass, and visible tops.
    shows_satellites : bool
        Whether 13C satellites and what else a taller line or the measurement explains pass; without
        it they are hidden however tall they are.
    max_peaks : int or None
        Of a list, its tallest pass and the lines of their multiplets
        (:mod:`nmrquanv.spectra.kept_patterns`); None for no maximum.
    searched, excluded : tuple of (high_ppm, low_ppm)
        Only there, where any is named, and not there.
    """

    min_snr: float
    min_height: float
    min_confidence: float
    shows_satellites: bool = False
    max_peaks: int | None = None
    searched: Ranges = ()
    excluded: Ranges = ()

    def __post_init__(self) -> None:
        _check(self)

    def has_place(self, ppm: float) -> bool:
        """Tell whether lines may be listed at a chemical shift."""
        return (not self.searched or within(ppm, self.searched)) and not within(ppm, self.excluded)

    @property
    def hides_tops(self) -> bool:
        """Whether the least height hides visible tops: of a lower one each has more than that.

        A small line on the flank of a tall one may be a visible top all the same.
        """
        return self.min_height > VISIBLE_SHARE

    def passes(self, peak: Measured, tallest: float) -> bool:
        """Tell whether a peak is shown; what a person added, moved or confirmed always is.

        Alone, that is: a maximum number of peaks is one of the list.

        Parameters
        ----------
        peak : Measured
        tallest : float, intensity
            What ``min_height`` refers to.
        """
        if peak.is_users:
            return True
        if peak.is_explained and not self.shows_satellites:
            return False
        if not self.has_place(peak.ppm):
            return False
        return (
            (peak.snr is None or peak.snr >= self.min_snr)
            and (
                abs(peak.height) >= self.min_height * tallest
                or (peak.top_ppm is not None and not self.hides_tops)
            )
            and (
                peak.confidence is None
                or peak.top_ppm is not None
                or peak.confidence >= self.min_confidence
            )
        )


PROGRAM = Limits(min_snr=6.0, min_height=0.001, min_confidence=0.75)
"""Ours, chosen on simulated spectra of their own seeds: the mean F1 is flat from S/N 5 to 6, and
from confidence 0.3 to 0.75 within 0.002. Of these the highest: a doubtful line in a list costs a
chemist more than one that waits for review. A least height costs lines of impurities; 0.1 % keeps
the very small ones of real spectra of 50,000 sigma out of the first view."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What one says of limits; None, and a finder that is not named, is left to the next.

    Parameters
    ----------
    min_snr, min_height, min_confidence, max_peaks : float or None; int or None
        See :class:`Limits`.
    shows_satellites : bool
    confidences : tuple of (str, float)
        Least confidence of single finders, by name; goes before ``min_confidence``.
    searched, excluded : tuple of (high_ppm, low_ppm)
        See :class:`Limits`; where none is named, the next one's.
    """

    min_snr: float | None = None
    min_height: float | None = None
    min_confidence: float | None = None
    shows_satellites: bool = False
    confidences: tuple[tuple[str, float], ...] = ()
    max_peaks: int | None = None
    searched: Ranges = ()
    excluded: Ranges = ()

    def __post_init__(self) -> None:
        _check(self)
        if not all(0 <= value <= 1 for _, value in self.confidences):
            raise ValueError(f"thresholds out of range: {self}")

    def over(self, other: Thresholds) -> Thresholds:
        """Return what is said where ``self`` goes before ``other``."""
        said = {n: getattr(self, n) for n in LIMITS if getattr(self, n) is not None}
        said |= {n: getattr(self, n) for n in PLACES if getattr(self, n)}
        under = other.confidences if self.min_confidence is None else ()
        confidences = tuple({**dict(under), **dict(self.confidences)}.items())
        shows = self.shows_satellites or other.shows_satellites
        return replace(other, **said, shows_satellites=shows, confidences=confidences)

    def with_confidence(self, finder: str, value: float) -> Thresholds:
        """Return the thresholds with another least confidence of one finder."""
        return replace(self, confidences=tuple({**dict(self.confidences), finder: value}.items()))

    def with_places_of(self, other: Thresholds) -> Thresholds:
        """Return the thresholds with what another says of places."""
        places = {n: getattr(other, n) for n in PLACES}
        return replace(self, **places)

    def shifted(self, by_ppm: float) -> Thresholds:
        """Return the thresholds with their places moved by a re-referencing."""
        if not self.searched and not self.excluded:
            return self
        searched, excluded = (
            tuple((high + by_ppm, low + by_ppm) for high, low in ranges)
            for ranges in (self.searched, self.excluded)
        )
        return replace(self, searched=searched, excluded=excluded)

    def limits(self, finder: str = "", card: Thresholds | None = None) -> Limits:
        """Return what a finder's peaks must pass, completed by its card and by the program.

        Parameters
        ----------
        finder : str
        card : Thresholds or None
            What the finder's card says.
        """
        whole = self.over(card) if card is not None else self
        own = dict(whole.confidences).get(finder)
        confidence = whole.min_confidence if own is None else own
        said = {n: getattr(whole, n) for n in ("min_snr", "min_height", "max_peaks")}
        known = {k: v for k, v in {**said, "min_confidence": confidence}.items() if v is not None}
        places = {n: getattr(whole, n) for n in PLACES}
        return replace(PROGRAM, **known, shows_satellites=whole.shows_satellites, **places)

    def to_dict(self) -> dict[str, Any]:
        """Return what is said of all finders' peaks as JSON values, the rest left out."""
        said: dict[str, Any] = {n: getattr(self, n) for n in LIMITS}
        said = {n: value for n, value in said.items() if value is not None}
        return said | {"shows_satellites": True} if self.shows_satellites else said


def within(ppm: float, ranges: Ranges) -> bool:
    """Tell whether a chemical shift lies in one of several stretches."""
    return any(low <= ppm <= high for high, low in ranges)


def card_thresholds(settings: Mapping[str, Any]) -> Thresholds:
    """Return what a finder's card said, from a provenance's settings; nothing where none did."""
    values = settings.get(CARD_THRESHOLDS)
    if not isinstance(values, Mapping):
        return Thresholds()
    known = {n: values[n] for n in LIMITS[:3] if isinstance(values.get(n), int | float)}
    try:
        return Thresholds(**known, shows_satellites=values.get("shows_satellites") is True)
    except ValueError:  # a file of another program's making
        return Thresholds()
