"""A document: one data set, its processing, and everything the user did with it.

For builders of widgets::

    document.spectrum, .fid, .dataset, .recipe, .notes, .name, .has_hz, .sample, .true_lines
    document.layers["quanv"]        a finder's result: all candidates, never edited
    document.shown_layer("quanv")   the same as the thresholds show it
    document.peaks                  the ONE working list: all candidates
    document.shown_peaks()          those that pass the thresholds; what is drawn and listed
    document.export_peaks(...)      shown peaks with full provenance
    document.is_saved, .file        whether the file holds the present state, and which file
    document.undo_stack             QUndoStack; every method that changes something pushes ONE step

Every change is announced by a ``*_changed`` signal after it is complete; widgets connect to
those and read the properties anew. ``shown_peaks_changed`` stands for every change that can
alter ``shown_peaks()``. A drag passes the same ``gesture`` (from ``commands.new_gesture()``) to
each call, so that it becomes one undo step. Processing runs in the background: ``set_recipe``
and ``set_step`` return at once, ``document.processing`` tells how it goes, and recipe and
spectrum change together when it has succeeded. Peaks are named by ``Peak.id``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from nmrquanv.session import edits
from nmrquanv.session.shown_peaks import ShownPeaks
from nmrquanv.session.state import Region, State, Tombstone
from nmrquanv.session.state_holder import StateHolder, shift_ppm
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.integrals import Integral, area, nuclei
from nmrquanv.spectra.measuring import measured, snapped
from nmrquanv.spectra.peaks import Peak, PeakClass, PeakList, Thresholds
from nmrquanv.spectra.recipe import Outcome
from nmrquanv.spectra.solvents import classified
from nmrquanv.spectra.spectrum import Fid, Sample, TrueLine


class Document(StateHolder):
    """One opened data set with its undo stack.

    Signals and processing are :class:`~nmrquanv.session.state_holder.StateHolder`'s.

    Parameters
    ----------
    dataset : DataSet
    outcome : Outcome
        Of the data set's own recipe.
    name : str
        Shown in the list of spectra.
    thresholds : Thresholds or None
        To start with.
    """

    def __init__(
        self,
        dataset: DataSet,
        outcome: Outcome,
        name: str = "",
        thresholds: Thresholds | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(dataset, outcome, thresholds, parent)
        self.name = name or dataset.sample.title or dataset.source.path
        self._loaded_fid: Fid | None = None
        self.file: Path | None = None
        self.view: dict[str, Any] = {}  # how it is looked at; no edit, its file keeps it
        self.has_file_edits = False  # another selection of spectra is in its file than is open
        self._shown = ShownPeaks()

    @classmethod
    def of_state(cls, state: State, name: str, parent: QObject | None = None) -> Document:
        """Return a document that begins with a stored state."""
        processed = state.processed
        assert processed.spectrum is not None
        outcome = Outcome(processed.spectrum, processed.recipe, processed.notes)
        document = cls(processed.dataset, outcome, name, state.thresholds, parent)
        document.begin_with(state)
        return document

    # What it is now -------------------------------------------------------------------------

    @property
    def dataset(self) -> DataSet:
        """The data as read from the chosen source."""
        return self._state.processed.dataset

    @property
    def fid(self) -> Fid | None:
        """The FID, if it is the source or was loaded for viewing (``Workspace.load_fid``)."""
        data = self.dataset.data
        return data if isinstance(data, Fid) else self._loaded_fid

    @property
    def sample(self) -> Sample:
        """Nucleus, solvent, title, pulse program."""
        return self.dataset.sample

    @property
    def has_hz(self) -> bool:
        """Whether Hz may be shown: the file or the user said the reference frequency."""
        return self._spectrum.axis.has_hz

    @property
    def notes(self) -> tuple[str, ...]:
        """Fallbacks taken while reading and processing, for the status bar."""
        return self.dataset.notes + self._state.processed.notes

    @property
    def true_lines(self) -> tuple[TrueLine, ...]:
        """Of a synthetic spectrum, where they are after re-referencing."""
        shift = shift_ppm(self.recipe)
        return tuple(replace(t, ppm=t.ppm + shift) for t in self.dataset.true_lines)

    @property
    def sigma(self) -> float:
        """Noise of the trace, intensity."""
        return self._spectrum.noise.sigma

    @property
    def layers(self) -> Mapping[str, PeakList]:
        """Each finder's newest result: all candidates, never edited."""
        return self._state.layers

    @property
    def peaks(self) -> PeakList:
        """The working list: all candidates."""
        return self._state.peaks

    @property
    def thresholds(self) -> Thresholds:
        """What a peak must pass to be shown and exported."""
        return self._state.thresholds

    @property
    def tombstones(self) -> tuple[Tombstone, ...]:
        """Where the user deleted a peak, oldest first."""
        return tuple(t for t in self._state.tombstones if t.reason == "deleted")

    @property
    def working_choice(self) -> str:
        """``"union"``, ``"intersection"``, or the finder whose layer the working list follows."""
        return self._state.working_choice

    @property
    def integrals(self) -> tuple[Integral, ...]:
        """Highest ppm first."""
        return self._state.integrals

    @property
    def reviewed_regions(self) -> tuple[Region, ...]:
        """Highest ppm first; they never overlap."""
        return self._state.regions

    @property
    def has_stale_peaks(self) -> bool:
        """Whether the spectrum changed since the newest search: heights and widths are old."""
        return self._state.found_on not in (None, self._state.processed)

    @property
    def has_unsaved_edits(self) -> bool:
        """Whether closing would lose work: the state differs from what the file holds.

        Without a file: from what was read, where a person has worked on it; a search can be
        repeated.
        """
        if self.is_saved or self.file is not None:
            return self.has_file_edits or not self.is_saved
        return edits.has_own_work(self._state)

    # What is shown and exported -------------------------------------------------------------

    def shown_peaks(self) -> PeakList:
        """Return the peaks of the working list that pass the thresholds."""
        return self._shown.of(self._state, "", self.peaks)

    def shown_layer(self, finder: str) -> PeakList:
        """Return a finder's peaks that pass the thresholds; empty if it has no layer."""
        layer = self.layers.get(finder)
        return PeakList() if layer is None else self._shown.of(self._state, finder, layer)

    def reference_height(self) -> float:
        """Return the height to which ``thresholds.min_height`` is relative."""
        return edits.reference_height(self._state)

    def hidden_counts(self) -> tuple[int, int, int, int]:
        """Return how many peaks of the working list each threshold hides on its own.

        S/N, height, confidence, and being satellites.
        """
        return self._shown.hidden_counts(self._state)

    def integral_values(self) -> dict[str, tuple[float, float | None]]:
        """Return area (intensity x Hz) and number of nuclei (None: not set) of each integral."""
        numbers = nuclei(self._spectrum, self.integrals)
        return {i.id: (area(self._spectrum, i), numbers[i.id]) for i in self.integrals}

    def export_peaks(self, *, leave_out_solvent: bool = False) -> PeakList:
        """Return the shown peaks with all that says how they came about.

        Parameters
        ----------
        leave_out_solvent : bool
            Leave out lines of solvent and water.
        """
        shown = self.shown_peaks()
        if leave_out_solvent:
            shown = shown.filtered(lambda p: p.peak_class not in ("solvent", "water"))
        return replace(shown, provenance=edits.provenance(self._state, leave_out_solvent))

    def found_peaks(self) -> PeakList:
        """Return what the chosen finders say and the thresholds let pass, unedited."""
        return edits.passing(self._state, edits.candidates(self._state, self.spectrum.axis))

    # The user's peaks -----------------------------------------------------------------------

    def add_peak(
        self,
        ppm: float,
        snap: bool = True,
        *,
        reach_ppm: float | None = None,
        gesture: int | None = None,
    ) -> str:
        """Add a peak where the user clicked and return its id.

        Parameters
        ----------
        snap : bool
            True: at the local maximum (or minimum) within reach; False: exactly there.
        reach_ppm : float or None
            How far the maximum may be; a view passes some pixels' worth.
        """
        peak = self._measured(ppm, snap, reach_ppm)
        self._push("Add Peak", edits.added(self._state, peak), gesture)
        return peak.id

    def move_peak(
        self,
        peak_id: str,
        ppm: float,
        gesture: int | None = None,
        *,
        snap: bool = False,
        reach_ppm: float | None = None,
    ) -> None:
        """Move a peak of the working list; the place that a model gave it stays empty."""
        old = self.peaks.find(peak_id)
        if old is None:
            return
        here = self._measured(ppm, snap, reach_ppm)
        new = replace(
            here,
            id=old.id,
            label=old.label,
            finder=old.finder,
            is_confirmed=old.is_confirmed,
            source="added" if old.source == "added" else "moved",
        )
        if new.ppm != old.ppm:
            state = edits.moved(self._state, old, new, self._spectrum.axis)
            self._push("Move Peak", state, gesture)

    def delete_peaks(self, ids: Iterable[str]) -> None:
        """Delete peaks; no search brings them back until :meth:`restore_deleted`."""
        ids = self._present(ids)
        if ids:
            state = edits.deleted(self._state, ids, self._spectrum.axis)
            self._push(_counted("Delete", ids), state)

    def restore_deleted(self) -> None:
        """Bring back everything that was deleted."""
        if self.tombstones:
            state = edits.restored(self._state, self._spectrum.axis)
            self._push("Restore Deleted Peaks", state)

    def confirm_peaks(self, ids: Iterable[str], is_confirmed: bool = True) -> None:
        """Say that a person agrees with these peaks, or no longer does."""
        ids = self._present(ids)
        if any(p.is_confirmed != is_confirmed for p in self.peaks if p.id in ids):
            text = _counted("Confirm" if is_confirmed else "Unconfirm", ids)
            self._push(text, edits.changed(self._state, ids, is_confirmed=is_confirmed))

    def label_peak(self, peak_id: str, label: str) -> None:
        """Give a peak the user's own text."""
        peak = self.peaks.find(peak_id)
        if peak is not None and peak.label != label:
            self._push("Label Peak", edits.changed(self._state, [peak_id], label=label))

    def classify_peaks(self, ids: Iterable[str], peak_class: PeakClass) -> None:
        """Call peaks signal, solvent, water or satellite; later searches obey."""
        ids = self._present(ids)
        if any(p.peak_class != peak_class for p in self.peaks if p.id in ids):
            state = edits.with_class(self._state, ids, peak_class, self._spectrum.axis)
            self._push(f"Mark as {peak_class.capitalize()}", state)

    # Finders' results -----------------------------------------------------------------------

    def set_layer_results(
        self, results: Mapping[str, PeakList], region: tuple[float, float] | None = None
    ) -> None:
        """Take over what finders found; ``region`` (ppm) if they looked at a part only."""
        if results:
            state = edits.with_results(self._state, results, region, self._spectrum.axis)
            self._push("Find Peaks", state)

    def import_layer(self, name: str, peaks: PeakList) -> None:
        """Put a list of elsewhere beside the finders' layers; the working list follows the same."""
        self._push("Import Peaks", edits.with_import(self._state, name, peaks, self._spectrum.axis))

    def choose_working(
        self,
        choice: str,
        finders: tuple[str, ...] = (),
        tolerance_hz: float | None = None,
    ) -> None:
        """Make the working list from one finder, or from the union or intersection of several.

        Parameters
        ----------
        choice : str
            ``"union"``, ``"intersection"`` or a finder.
        finders : tuple of str
            For union and intersection; empty takes all layers.
        tolerance_hz : float or None
            Greatest distance of a pair; None takes half the line's width.
        """
        state = replace(
            self._state, working_choice=choice, combined=finders, tolerance_hz=tolerance_hz
        )
        self._push(f"Work with {choice}", edits.recomposed(state, self._spectrum.axis))

    def set_thresholds(self, thresholds: Thresholds, gesture: int | None = None) -> None:
        """Change what is shown; no model runs again."""
        if thresholds != self.thresholds:
            state = edits.with_thresholds(self._state, thresholds, self._spectrum.axis)
            self._push("Change Thresholds", state, gesture)

    # Integrals and regions ------------------------------------------------------------------

    def add_integral(self, high_ppm: float, low_ppm: float) -> str:
        """Integrate a stretch and return the integral's id."""
        integral = Integral(max(high_ppm, low_ppm), min(high_ppm, low_ppm))
        self._push("Add Integral", edits.with_integral(self._state, integral))
        return integral.id

    def change_integral(
        self, integral_id: str, high_ppm: float, low_ppm: float, gesture: int | None = None
    ) -> None:
        """Move the ends of an integral."""
        old = next((i for i in self.integrals if i.id == integral_id), None)
        if old is not None:
            new = replace(old, high_ppm=max(high_ppm, low_ppm), low_ppm=min(high_ppm, low_ppm))
            self._push("Change Integral", edits.with_integral(self._state, new), gesture)

    def calibrate_integral(self, integral_id: str, n_h: float) -> None:
        """Set one integral to a number of nuclei (H in 1H); the others follow it."""
        if any(i.id == integral_id for i in self.integrals):
            self._push("Set Integral", edits.with_integral_set(self._state, integral_id, n_h))

    def remove_integral(self, integral_id: str) -> None:
        """Remove an integral."""
        left = tuple(i for i in self.integrals if i.id != integral_id)
        if len(left) < len(self.integrals):
            self._push("Remove Integral", replace(self._state, integrals=left))

    def add_region(self, high_ppm: float, low_ppm: float) -> None:
        """Call a stretch reviewed: all its lines are in the working list, and no others."""
        region = Region(max(high_ppm, low_ppm), min(high_ppm, low_ppm))
        self._push("Mark as Reviewed", edits.with_region(self._state, region))

    def remove_region(self, region_id: str) -> None:
        """Take a reviewed stretch back."""
        left = tuple(r for r in self.reviewed_regions if r.id != region_id)
        if len(left) < len(self.reviewed_regions):
            self._push("Remove Reviewed Region", replace(self._state, regions=left))

    # The FID --------------------------------------------------------------------------------

    def show_fid(self, fid: Fid) -> None:
        """Take a FID that was read for viewing only; not an edit."""
        self._loaded_fid = fid
        self.fid_changed.emit()

    def _measured(self, ppm: float, snap: bool, reach_ppm: float | None) -> Peak:
        at = snapped(self._spectrum, ppm, reach_ppm) if snap else ppm
        peak = measured(self._spectrum, at, self.sigma, is_on_top=snap)
        among = (*self.peaks, peak)
        return classified(among, self.sample, self._spectrum.axis.sf_mhz)[-1]

    def _present(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Return those ids that the working list has, each once."""
        return tuple(i for i in dict.fromkeys(ids) if self.peaks.find(i) is not None)


def _counted(verb: str, ids: tuple[str, ...]) -> str:
    return f"{verb} Peak" if len(ids) == 1 else f"{verb} {len(ids)} Peaks"
