"""Everything of a document that can be undone, as one immutable value.

Words: a *tombstone* remembers a deletion, a *class mark* remembers that a person called a line
signal, solvent or water, a *reviewed region* is a stretch of the axis in which a person vouches
that every line is in the working list and that there is no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from nmrquanv.finders import QUANV
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.integrals import Integral
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.peaks import (
    Peak,
    PeakClass,
    PeakList,
    new_peak_id,
)
from nmrquanv.spectra.recipe import Recipe
from nmrquanv.spectra.reference_height import reference_height
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.spectra.thresholds import Ranges, Thresholds


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A place at which no search may put a peak again until the user restores it.

    Parameters
    ----------
    ppm : float, ppm
    half_width_ppm : float, ppm
        Half the FWHM of the peak that stood there; candidates within it stay away.
    peak : Peak
        What stood there, for restoring.
    reason : "deleted" | "moved"
        A moved peak leaves one at the place that the model had given it.
    """

    ppm: float
    half_width_ppm: float
    peak: Peak
    reason: Literal["deleted", "moved"] = "deleted"

    def covers(self, ppm: float) -> bool:
        """Tell whether a chemical shift lies within the tombstone."""
        return abs(ppm - self.ppm) <= self.half_width_ppm


@dataclass(frozen=True, slots=True)
class ClassMark:
    """The user's word on what the line at a place is; it outlives a new search."""

    ppm: float
    half_width_ppm: float
    peak_class: PeakClass


@dataclass(frozen=True, slots=True)
class LoggedEdit:
    """A step that led to the present state; see ``nmrquanv/session/edit_log.py``.

    Parameters
    ----------
    at : str
        ISO 8601, UTC.
    by : str
        The user's name; may be empty.
    text : str
        In the words of the Edit menu.
    peaks : tuple of (str, str)
        Peaks that a person touched, by id, and what happened to each.
    """

    at: str
    by: str
    text: str
    peaks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Region:
    """A reviewed stretch of the axis: only there does an unmarked line mean "no peak"."""

    high_ppm: float
    low_ppm: float
    id: str = field(default_factory=new_peak_id)

    def __post_init__(self) -> None:
        if not self.high_ppm > self.low_ppm:
            raise ValueError(f"a region runs from high to low ppm, got {self}")

    def contains(self, ppm: float) -> bool:
        """Tell whether a chemical shift lies in the region."""
        return self.low_ppm <= ppm <= self.high_ppm


@dataclass(slots=True, eq=False)
class Processed:
    """A data set, the recipe applied to it, and the spectrum that this gave.

    The spectrum alone may be dropped (None) when many large ones pile up in the undo stack; the
    recipe gives it again. ``notes`` are the fallbacks that processing took; ``is_as_read`` is
    False once the user changed the recipe.
    """

    dataset: DataSet
    recipe: Recipe
    spectrum: Spectrum | None
    notes: tuple[str, ...] = ()
    is_as_read: bool = True
    _height: tuple[Ranges, float] | None = field(default=None, init=False, repr=False)

    def reference_height(self, excluded: Ranges = ()) -> float:
        """Return the height that relative heights refer to; remembered when the spectrum goes."""
        is_known = self._height is not None and self._height[0] == excluded
        if not is_known and self.spectrum is not None:
            self._height = excluded, reference_height(self.spectrum, excluded)
        return self._height[1] if self._height is not None else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """What undo and redo swap; see :class:`nmrquanv.session.document.Document` for the parts.

    Parameters
    ----------
    processed : Processed
    found_on : Processed or None
        The one on which the newest search ran: if it is not ``processed``, heights are stale.
    combined : tuple of str
        The finders of a union or intersection; empty for all layers.
    tolerance_hz : float or None
        Greatest distance of a pair in them; None for half the line's width.
    log : tuple of LoggedEdit
        Who did what and when, oldest first.
    """

    processed: Processed
    found_on: Processed | None = None
    layers: Mapping[str, PeakList] = field(default_factory=lambda: MappingProxyType({}))
    peaks: PeakList = field(default_factory=PeakList)
    tombstones: tuple[Tombstone, ...] = ()
    marks: tuple[ClassMark, ...] = ()
    working_choice: str = QUANV
    combined: tuple[str, ...] = ()
    tolerance_hz: float | None = None
    thresholds: Thresholds = field(default_factory=Thresholds)
    integrals: tuple[Integral, ...] = ()
    multiplets: tuple[Multiplet, ...] = ()
    regions: tuple[Region, ...] = ()
    log: tuple[LoggedEdit, ...] = ()

    def shifted(self, by_ppm: float) -> State:
        """Return the state with everything that lives in ppm moved by a re-referencing."""

        def moved(peaks: PeakList) -> PeakList:
            return replace(peaks, peaks=tuple(p.shifted(by_ppm) for p in peaks))

        return replace(
            self,
            layers=MappingProxyType({name: moved(layer) for name, layer in self.layers.items()}),
            peaks=moved(self.peaks),
            tombstones=tuple(
                replace(t, ppm=t.ppm + by_ppm, peak=t.peak.shifted(by_ppm)) for t in self.tombstones
            ),
            marks=tuple(replace(m, ppm=m.ppm + by_ppm) for m in self.marks),
            thresholds=self.thresholds.shifted(by_ppm),
            integrals=tuple(i.shifted(by_ppm) for i in self.integrals),
            multiplets=tuple(m.shifted(by_ppm) for m in self.multiplets),
            regions=tuple(
                replace(r, high_ppm=r.high_ppm + by_ppm, low_ppm=r.low_ppm + by_ppm)
                for r in self.regions
            ),
        )

    def differences(self, old: State) -> tuple[str, ...]:
        """Return the signals of a document that tell what is other than in an older state."""
        was, now = old.processed, self.processed
        is_reprocessed = now is not was
        has_dataset = now.dataset is not was.dataset
        has_layers = self.layers is not old.layers
        has_peaks = self.working_choice != old.working_choice or any(
            new is not before
            for new, before in (
                (self.peaks, old.peaks),
                (self.tombstones, old.tombstones),
                (self.marks, old.marks),
            )
        )
        has_thresholds = self.thresholds != old.thresholds
        told = {
            "dataset_changed": has_dataset,
            "fid_changed": has_dataset,
            "recipe_changed": is_reprocessed,
            "notes_changed": is_reprocessed,
            "spectrum_changed": is_reprocessed and now.spectrum is not None,
            "layers_changed": has_layers,
            "peaks_changed": has_peaks,
            "thresholds_changed": has_thresholds,
            "shown_peaks_changed": has_layers or has_peaks or has_thresholds,
            "multiplets_changed": self.multiplets is not old.multiplets,
            "integrals_changed": self.integrals is not old.integrals,
            "regions_changed": self.regions is not old.regions,
        }
        return tuple(name for name, is_told in told.items() if is_told)
