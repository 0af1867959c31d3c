"""Everything of a document that can be undone, as one immutable value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from nmrquanv.finders import QUANV
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.integrals import Integral
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.peaks import PeakList
from nmrquanv.spectra.recipe import Recipe
from nmrquanv.spectra.reference_height import reference_height
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.spectra.thresholds import Ranges, Thresholds
from nmrquanv.spectra.user_marks import ClassMark, LoggedEdit, Region, Tombstone


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
