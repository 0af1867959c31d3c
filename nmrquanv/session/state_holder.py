"""What holds a document's state: undo stack, signals, and processing in the background.

:class:`~nmrquanv.session.document.Document` builds on it and adds what the user can do.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from nmrquanv.session import edits
from nmrquanv.session.edit_log import logged
from nmrquanv.session.processing_run import ProcessingRun
from nmrquanv.session.state import LoggedEdit, Processed, State
from nmrquanv.session.undo import Edit
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.peaks import Thresholds
from nmrquanv.spectra.recipe import Outcome, Recipe, Reference, Step
from nmrquanv.spectra.spectrum import Spectrum

SPECTRA_LIMIT_BYTES = 256 * 1024**2
"""Older spectra beyond this leave the undo stack and are computed again when needed."""


def shift_ppm(recipe: Recipe) -> float:
    """Return what a recipe's reference step adds to every chemical shift."""
    step = recipe.step(Reference)
    return step.shift_ppm if step is not None else 0.0


class StateHolder(QObject):
    """A state, the steps that led to it, and the signals that tell of its changes.

    Parameters
    ----------
    dataset : DataSet
    outcome : Outcome
        Of the data set's own recipe.
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
    regions_changed = Signal()
    notes_changed = Signal()
    fid_changed = Signal()
    changed = Signal()

    def __init__(
        self,
        dataset: DataSet,
        outcome: Outcome,
        thresholds: Thresholds | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self.processing = ProcessingRun(self)
        self.revision = 0
        processed = Processed(dataset, outcome.recipe, outcome.spectrum, outcome.notes)
        self._state = State(processed, thresholds=thresholds or Thresholds())
        self._spectrum = outcome.spectrum
        self._with_spectra = [processed]
        self._is_taking_over = False
        self._saved = self._state
        self._gesture: tuple[int | None, tuple[LoggedEdit, ...]] = (None, ())
        self.is_closed = False

    def begin_with(self, state: State) -> None:
        """Take a state that was stored, before anything shows or edits the document."""
        spectrum = state.processed.spectrum
        if spectrum is None or self.undo_stack.count():
            raise ValueError("a document begins with a spectrum, and before any edit")
        self._state = self._saved = state
        self._spectrum = spectrum
        self._with_spectra = [state.processed]

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
        if self.is_saved:
            self.undo_stack.setClean()
        else:
            self.undo_stack.resetClean()

    @property
    def state(self) -> State:
        """Everything that undo and redo swap."""
        return self._state

    def revert(self) -> None:
        """Go back to what is saved; one undo step, so that nothing is lost by it."""
        if not self.is_saved:
            self._push("Revert", self.saved_state)

    @property
    def recipe(self) -> Recipe:
        """What gave the spectrum; automatic steps hold what they found."""
        return self._state.processed.recipe

    @property
    def wanted_recipe(self) -> Recipe:
        """The recipe that was asked for last: being worked on, or the present one."""
        return self.processing.wanted or self.recipe

    @property
    def spectrum(self) -> Spectrum:
        """The processed spectrum."""
        return self._spectrum

    def show_state(self, state: State) -> None:
        """Put a state in the place of the present one and announce what differs.

        Only undo commands call this.
        """
        old, self._state = self._state, state
        is_reprocessed = state.processed is not old.processed
        if is_reprocessed:
            self._show_processed(state.processed)
        if state.processed.dataset is not old.processed.dataset:
            self.dataset_changed.emit()
            self.fid_changed.emit()
        if is_reprocessed:
            self.recipe_changed.emit()
            self.notes_changed.emit()
            if state.processed.spectrum is not None:
                self.spectrum_changed.emit()
        self._announce_peaks(old, state)
        if state.integrals is not old.integrals:
            self.integrals_changed.emit()
        if state.regions is not old.regions:
            self.regions_changed.emit()
        self.changed.emit()

    def set_step(self, step: Step, gesture: int | None = None) -> None:
        """Change one processing step of the recipe that was asked for last."""
        self.set_recipe(self.wanted_recipe.with_step(step), gesture)

    def set_recipe(self, recipe: Recipe, gesture: int | None = None) -> None:
        """Process anew in the background; one undo step when it has succeeded.

        On failure (``processing.failed``) the document stays as it was.
        """
        dataset = self._state.processed.dataset

        def take_over(outcome: Outcome) -> None:
            processed = Processed(
                dataset, outcome.recipe, outcome.spectrum, outcome.notes, is_as_read=False
            )
            self._is_taking_over = True
            try:
                self._push_processed("Change Processing", processed, gesture)
            finally:
                self._is_taking_over = False

        self.processing.start(dataset.data, recipe, take_over, is_gesture=gesture is not None)

    def reference(self, peak_ppm: float, new_ppm: float) -> None:
        """Give what is at ``peak_ppm`` the chemical shift ``new_ppm``.

        Peaks, integrals and regions move along; one undo step.
        """
        by_ppm = new_ppm - peak_ppm
        if by_ppm == 0:
            return
        wanted, now = self.processing.wanted, self._state.processed
        step = Reference(shift_ppm(self.recipe) + by_ppm)
        axis = self._spectrum.axis.shifted(by_ppm)
        spectrum = self._spectrum.with_data(self._spectrum.data, axis)
        recipe = self.recipe.with_step(step)
        self._push_processed(
            "Reference", Processed(now.dataset, recipe, spectrum, now.notes, is_as_read=False)
        )
        if wanted is not None:
            self.set_recipe(wanted.with_step(step))

    def set_dataset(self, dataset: DataSet, outcome: Outcome, text: str = "Change Source") -> None:
        """Show other data of the same sample (FID or PROCNO); one undo step.

        The user's reference is kept, so that peaks stay on their lines.
        """
        by_ppm = shift_ppm(self.recipe) - shift_ppm(outcome.recipe)
        recipe, spectrum = outcome.recipe, outcome.spectrum
        if by_ppm:
            recipe = recipe.with_step(Reference(shift_ppm(self.recipe)))
            spectrum = spectrum.with_data(spectrum.data, spectrum.axis.shifted(by_ppm))
        self._push_processed(text, Processed(dataset, recipe, spectrum, outcome.notes))

    def take_state(self, text: str, state: State) -> None:
        """Go over to a state that was made from the present one; one undo step."""
        self._push(text, state)

    def dispose(self) -> None:
        """Let go of everything; the document is closed."""
        self.is_closed = True
        self.processing.close()
        self.undo_stack.clear()

    def _push(self, text: str, state: State, gesture: int | None = None) -> None:
        known, log = self._gesture
        goes_on = gesture is not None and known == gesture and log is self._state.log
        state = logged(self._state, state, text, goes_on=goes_on)
        self.undo_stack.push(Edit(self, text, state, gesture))
        self._gesture = (gesture, state.log)

    def _push_processed(self, text: str, processed: Processed, gesture: int | None = None) -> None:
        by_ppm = shift_ppm(processed.recipe) - shift_ppm(self.recipe)
        self._push(text, edits.with_processed(self._state, processed, by_ppm), gesture)

    def _show_processed(self, processed: Processed) -> None:
        """Change over to other data: what was being computed from the old is of no use."""
        if not self._is_taking_over:
            self.processing.cancel()
        if processed.spectrum is None:
            self._recompute(processed)
            return
        self._spectrum = processed.spectrum
        self.revision += 1
        self._with_spectra = [p for p in self._with_spectra if p is not processed]
        self._with_spectra.append(processed)
        self._trim()

    def _recompute(self, processed: Processed) -> None:
        """Compute a spectrum again that had been dropped to save memory."""

        def take_over(outcome: Outcome) -> None:
            processed.spectrum = outcome.spectrum
            if self._state.processed is processed:
                self._is_taking_over = True
                self._show_processed(processed)
                self._is_taking_over = False
                self.spectrum_changed.emit()
                self.changed.emit()

        self.processing.start(processed.dataset.data, processed.recipe, take_over)

    def _trim(self) -> None:
        """Drop the spectra that were not shown for longest, beyond the limit."""
        total = 0
        for processed in reversed(tuple(self._with_spectra)):
            total += processed.spectrum.data.nbytes if processed.spectrum is not None else 0
            is_present = processed is self._state.processed
            if total > SPECTRA_LIMIT_BYTES and not is_present:
                processed.spectrum = None
                self._with_spectra.remove(processed)

    def _announce_peaks(self, old: State, new: State) -> None:
        has_layers = new.layers is not old.layers
        has_thresholds = new.thresholds != old.thresholds
        has_peaks = (
            new.peaks is not old.peaks
            or new.tombstones is not old.tombstones
            or new.marks is not old.marks
            or new.working_choice != old.working_choice
        )
        if has_layers:
            self.layers_changed.emit()
        if has_peaks:
            self.peaks_changed.emit()
        if has_thresholds:
            self.thresholds_changed.emit()
        if has_layers or has_peaks or has_thresholds:
            self.shown_peaks_changed.emit()
