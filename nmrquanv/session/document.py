"""A document: one data set, its processing, and everything the user did with it.

For builders of widgets::

    document.spectrum, .fid, .dataset, .recipe, .notes, .name, .has_hz, .sample, .true_lines
    document.layers["quanv"]        a finder's result, never edited; ``shown_layer``: what passes
    document.peaks                  the ONE working list: all candidates
    document.shown_peaks()          those that pass the thresholds; ``.shown``: as columns
    document.edit, .reprocess       what a person can do (``document_edits``, ``reprocessing``)
    document.processing             how a recipe that runs in the background goes
    document.is_saved, .file        whether the file holds the present state, and which file
    document.undo_stack             QUndoStack; whatever changes something pushes ONE step

A ``*_changed`` signal follows every complete change; widgets then read the properties anew.
``shown_peaks_changed`` stands for all that can alter ``shown_peaks()``; ``changed`` comes last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from nmrquanv.session import integral_edits, state_changes
from nmrquanv.session.derived import Remembered
from nmrquanv.session.document_edits import Editing
from nmrquanv.session.edit_log import EditLog
from nmrquanv.session.multiplet_edits import followed
from nmrquanv.session.processing_run import ProcessingRun
from nmrquanv.session.reprocessing import Reprocessing
from nmrquanv.session.shown_peaks import HiddenCounts, ShownPeaks
from nmrquanv.session.state import Processed, State
from nmrquanv.session.undo import Edit
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.integrals import Integral
from nmrquanv.spectra.multiplets.multiplet import Multiplet
from nmrquanv.spectra.peaks import PeakList
from nmrquanv.spectra.recipe import Outcome, Recipe
from nmrquanv.spectra.spectrum import Fid, Sample, Spectrum, TrueLine
from nmrquanv.spectra.thresholds import Limits, Thresholds
from nmrquanv.spectra.user_marks import Region, Tombstone


class Document(QObject):
    """One opened data set with its undo stack.

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

    dataset_changed = Signal()
    spectrum_changed = Signal()
    recipe_changed = Signal()
    layers_changed = Signal()
    peaks_changed = Signal()
    thresholds_changed = Signal()
    shown_peaks_changed = Signal()
    integrals_changed = Signal()
    multiplets_changed = Signal()
    regions_changed = Signal()
    notes_changed = Signal()
    fid_changed = Signal()
    changed = Signal()
    saved_changed = Signal()

    def __init__(
        self,
        dataset: DataSet,
        outcome: Outcome,
        name: str = "",
        thresholds: Thresholds | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.name = name or dataset.sample.title or dataset.source.path
        self.file: Path | None = None
        self.view: dict[str, Any] = {}  # how it is looked at; no edit, its file keeps it
        self.has_file_edits = False  # another selection of spectra is in its file than is open
        self.is_closed = False
        processed = Processed(dataset, outcome.recipe, outcome.spectrum, outcome.notes)
        self._state = self._saved = State(processed, thresholds=thresholds or Thresholds())
        self._log = EditLog()
        self._loaded_fid: Fid | None = None
        self.shown, self._remembered = ShownPeaks(), Remembered()
        self.undo_stack = QUndoStack(self)
        self.processing = ProcessingRun(self)
        self.edit = Editing(self)
        self.reprocess = Reprocessing(self, self.processing, processed)

    @classmethod
    def of_state(cls, state: State, name: str, parent: QObject | None = None) -> Document:
        """Return a document that begins with a stored state."""
        if (processed := state.processed).spectrum is None:
            raise ValueError("a document begins with a spectrum")
        shown = Outcome(processed.spectrum, processed.recipe, processed.notes)
        document = cls(processed.dataset, shown, name, parent=parent)
        document._state = document._saved = state
        document.reprocess.begin_with(processed)
        return document

    # The state, and how it changes ----------------------------------------------------------

    @property
    def state(self) -> State:
        """Everything that undo and redo swap."""
        return self._state

    def push(self, text: str, state: State, gesture: int | None = None) -> None:
        """Put another state in the place of the present one: one undo step of that text."""
        state = self._log.logged(self._state, followed(self._state, state), text, gesture)
        self.undo_stack.push(Edit(self, text, state, gesture))

    def show_state(self, state: State) -> None:
        """Put a state in the place of the present one and announce what differs.

        Only undo commands call this.
        """
        old, self._state = self._state, state
        if state.processed is not old.processed:
            self.reprocess.show(state.processed)
        for name in state.differences(old):
            getattr(self, name).emit()
        self.changed.emit()

    def announce_spectrum(self) -> None:
        """Say that a spectrum that had been dropped to save memory is there again."""
        self.spectrum_changed.emit()
        self.changed.emit()

    @property
    def is_saved(self) -> bool:
        """Whether the present state is the one that was read, or saved last."""
        return self._state is self._saved

    @property
    def saved_state(self) -> State:
        """The state that was read, or saved last."""
        return self._saved

    def mark_saved(self, state: State | None = None) -> None:
        """Say that a state (None: the present one) is safe in the document's file."""
        self._saved = state or self._state
        stack = self.undo_stack
        (stack.setClean if self.is_saved else stack.resetClean)()
        self.saved_changed.emit()

    def dispose(self) -> None:
        """Let go of everything; the document is closed."""
        self.is_closed = True
        self.processing.close()
        self.undo_stack.clear()

    # What it is now -------------------------------------------------------------------------

    @property
    def dataset(self) -> DataSet:
        """The data as read from the chosen source."""
        return self._state.processed.dataset

    @property
    def spectrum(self) -> Spectrum:
        """The processed spectrum."""
        return self.reprocess.spectrum

    @property
    def recipe(self) -> Recipe:
        """What gave the spectrum; automatic steps hold what they found."""
        return self._state.processed.recipe

    @property
    def fid(self) -> Fid | None:
        """The FID, if it is the source or was loaded for viewing (``Workspace.load_fid``)."""
        data = self.dataset.data
        return data if isinstance(data, Fid) else self._loaded_fid

    def show_fid(self, fid: Fid) -> None:
        """Take a FID that was read for viewing only; not an edit."""
        self._loaded_fid = fid
        self.fid_changed.emit()

    @property
    def sample(self) -> Sample:
        """Nucleus, solvent, title, pulse program."""
        return self.dataset.sample

    @property
    def has_hz(self) -> bool:
        """Whether Hz may be shown: the file or the user said the reference frequency."""
        return self.spectrum.axis.has_hz

    @property
    def notes(self) -> tuple[str, ...]:
        """Fallbacks taken while reading and processing, for the status bar."""
        return self.dataset.notes + self._state.processed.notes

    @property
    def true_lines(self) -> tuple[TrueLine, ...]:
        """Of a synthetic spectrum, where they are after re-referencing."""
        shift = self.recipe.shift_ppm
        return tuple(replace(t, ppm=t.ppm + shift) for t in self.dataset.true_lines)

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
    def multiplets(self) -> tuple[Multiplet, ...]:
        """Highest ppm first; see ``multiplet_edits.py``."""
        return self._state.multiplets

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

        Without a file: from what was read, by a person's work; a search can be repeated.
        """
        if self.is_saved or self.file is not None:
            return self.has_file_edits or not self.is_saved
        parts, asked = state_changes.own_work(self._state), state_changes.has_own_work
        return self._remembered.get("own work", parts, lambda: asked(self._state))

    # What is shown and exported -------------------------------------------------------------

    def shown_peaks(self) -> PeakList:
        """Return the peaks of the working list that pass the thresholds."""
        return self.shown.working(self._state).peaks

    def shown_layer(self, finder: str) -> PeakList:
        """Return a finder's peaks that pass the thresholds; empty if it has no layer."""
        layer = self.layers.get(finder)
        return PeakList() if layer is None else self.shown.of(self._state, finder, layer)

    def reference_height(self) -> float:
        """Return the height to which ``thresholds.min_height`` is relative."""
        return state_changes.reference_height(self._state)

    def limits(self, finder: str = "") -> Limits:
        """Return what a finder's peaks must pass; without a name the first working layer's."""
        return state_changes.limits(self._state, finder)

    def hidden_counts(self) -> HiddenCounts:
        """Return how many peaks of the working list each threshold hides on its own."""
        return self.shown.hidden_counts(self._state)

    def integral_values(self) -> dict[str, tuple[float | None, float | None]]:
        """Return area (intensity x Hz) and number of nuclei of each; None where not known."""
        return integral_edits.values(self)

    def export_peaks(self, *, leave_out_solvent: bool = False) -> PeakList:
        """Return the shown peaks with how they came about, solvent, water and impurities or not."""
        left_out = ("solvent", "water", "impurity") if leave_out_solvent else ()
        shown = self.shown_peaks().filtered(lambda p: p.peak_class not in left_out)
        return replace(shown, provenance=state_changes.provenance(self._state, leave_out_solvent))
