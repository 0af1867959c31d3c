"""What a peak is: a place in a spectrum, what stands there, and what explains it.

A *kind* says how much the data tell of a peak; a *class* says what it comes from. Lines of the
classes in :data:`EXPLAINED` come from a taller line or from the measurement: they stand in the list
with their parent, and are shown when asked for.
"""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal

PeakSource = Literal["model", "added", "moved"]
PeakClass = Literal[
    "signal",
    "solvent",
    "water",
    "satellite",
    "impurity",
    "sideband",
    "wiggle",
    "artefact",
    "edge",
]
PeakKind = Literal["line", "top", "unresolved", "broad"]

EXPLAINED = ("satellite", "sideband", "wiggle", "artefact", "edge")
"""Classes of what a taller line or the measurement explains: hidden by class, whatever their
confidence."""

SEARCHED = ("sideband", "wiggle", "artefact", "edge")
"""Classes that a search gives with the trace at hand; no table of shifts finds them again."""

TABLED = ("solvent", "water", "satellite")
"""Classes that tables of shifts and couplings give, of positions and heights alone."""

KINDS = MappingProxyType(
    {
        "line": "a line with a fitted centre",
        "top": "a visible top whose lines are not determined: its own position",
        "unresolved": "a bump of several lines that the data do not tell apart",
        "broad": "one line much broader than the others, as exchange makes it",
    }
)
"""What each kind means, for people."""


def new_peak_id() -> str:
    """Return an identity that no other peak has."""
    return uuid.uuid4().hex[:12]


@dataclass(frozen=True, slots=True)
class Peak:
    """One line of a spectrum, or what stands for lines that the data do not tell apart.

    Parameters
    ----------
    ppm : float, ppm
    height : float, intensity
        Signed, of the interpolated or fitted line above its baseline.
    snr : float or None
        Height above the local floor over the noise where the line stands: a visible top's as the
        trace shows it, else ``|height| / sigma``.
    fwhm_hz : float or None, Hz
        Full width at half maximum of the processed line, line broadening included.
    area : float or None, intensity x Hz
        Signed.
    ppm_err : float or None, ppm
        Standard error of the position.
    confidence : float or None
        0 to 1; None for a peak that a person added or for a finder that has none.
    finder : str
        Name of the finder, or ``"user"``.
    source : "model" | "added" | "moved"
        Who is responsible for the position.
    is_confirmed : bool
        A person looked at it and agreed.
    peak_class : PeakClass
        What it comes from.
    label : str
        The user's own text.
    top_ppm : float or None, ppm
        Of the visible top that the peak marks; None for a line without one of its own. Confidence
        never hides a top.
    id : str
        Identity that survives moves and edits.
    """

    ppm: float
    height: float
    snr: float | None = None
    fwhm_hz: float | None = None
    area: float | None = None
    ppm_err: float | None = None
    confidence: float | None = None
    finder: str = "user"
    source: PeakSource = "model"
    is_confirmed: bool = False
    peak_class: PeakClass = "signal"
    label: str = ""
    top_ppm: float | None = None
    kind: PeakKind = "line"
    least_lines: int = 1
    parent_ppm: float | None = None
    id: str = field(default_factory=new_peak_id)

    def __post_init__(self) -> None:
        if not (math.isfinite(self.ppm) and math.isfinite(self.height)):
            raise ValueError(f"a peak needs a finite position and height, got {self}")
        if (self.least_lines > 1) != (self.kind == "unresolved") or self.least_lines < 1:
            raise ValueError(f"an unresolved peak, and no other, has two lines or more: {self}")

    def to_record(self, sf_mhz: float | None = None, tallest: float = 0.0) -> dict[str, Any]:
        """Return the peak under the names of the peak list's schema.

        Parameters
        ----------
        sf_mhz : float or None, MHz
            Gives ``hz``, which is None without it.
        tallest : float, intensity
            Gives ``height_rel``, which is None without it.
        """
        return {
            "id": self.id,
            "ppm": self.ppm,
            "hz": None if sf_mhz is None else self.ppm * sf_mhz,
            "height": self.height,
            "height_rel": self.height / tallest if tallest else None,
            "snr": self.snr,
            "fwhm_hz": self.fwhm_hz,
            "area": self.area,
            "ppm_err": self.ppm_err,
            "confidence": self.confidence,
            "finder": self.finder,
            "source": self.source,
            "class": self.peak_class,
            "label": self.label,
            "confirmed": self.is_confirmed,
            "kind": self.kind,
            "least_lines": self.least_lines,
            "top_ppm": self.top_ppm,
            "parent_ppm": self.parent_ppm,
        }

    def shifted(self, by_ppm: float) -> Peak:
        """Return the peak on another reference: every place that it names goes along."""
        top, parent = (None if x is None else x + by_ppm for x in (self.top_ppm, self.parent_ppm))
        return replace(self, ppm=self.ppm + by_ppm, top_ppm=top, parent_ppm=parent)

    def called(self, peak_class: PeakClass, parent_ppm: float | None = None) -> Peak:
        """Return the peak with a class; one of another class has no parent but the given one."""
        if parent_ppm is None and peak_class == self.peak_class:
            return self
        return replace(self, peak_class=peak_class, parent_ppm=parent_ppm)

    @property
    def is_explained(self) -> bool:
        """Whether a taller line or the measurement explains it; see :data:`EXPLAINED`."""
        return self.peak_class in EXPLAINED

    def said(self) -> list[str]:
        """Return the words that a plain line of a signal needs not: its class and kind."""
        named = (self.peak_class, "signal"), (self.kind, "line")
        return [word for word, usual in named if word != usual]

    @property
    def is_users(self) -> bool:
        """Whether a person added, moved or confirmed it; a new search must keep it."""
        return self.is_confirmed or self.source != "model"
