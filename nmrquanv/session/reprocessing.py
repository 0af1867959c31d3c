"""How a document's spectrum changes: its recipe, its reference, its source.

Reached as ``document.reprocess``. A recipe runs in the background: ``set_recipe`` and ``set_step``
return at once, ``document.processing`` tells how it goes, and recipe and spectrum change together
when it has succeeded; one undo step. The spectra of older steps are kept up to a limit.
"""

from __future__ import annotations

import weakref
from typing import Protocol

from nmrquanv.session import state_changes
from nmrquanv.session.processing_run import ProcessingRun
from nmrquanv.session.solvent_change import with_solvent
from nmrquanv.session.state import Processed, State
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.recipe import Outcome, Recipe, Reference, Step
from nmrquanv.spectra.spectrum import Spectrum

SPECTRA_LIMIT_BYTES = 256 * 1024**2
"""Older spectra beyond this leave the undo stack and are computed again when needed."""


class Reprocessable(Protocol):
    """Whose spectrum changes: a document."""

    @property
    def state(self) -> State:
        """The present one."""

    @property
    def recipe(self) -> Recipe:
        """What gave the spectrum."""

    def push(self, text: str, state: State, gesture: int | None = None) -> None:
        """Put another state in the place of the present one: one undo step."""

    def announce_spectrum(self) -> None:
        """Say that a spectrum that had been dropped is there again."""


class Reprocessing:
    """The changes of one document's spectrum, and the spectrum shown.

    Parameters
    ----------
    document : Reprocessable
    run : ProcessingRun
        Runs recipes in the background.
    processed : Processed
        With the spectrum shown at first.
    """

    def __init__(self, document: Reprocessable, run: ProcessingRun, processed: Processed) -> None:
        # not a strong one: a document goes when nobody needs it, not when cycles are collected
        self._document: Reprocessable = weakref.proxy(document)
        self._run = run
        self._is_taking_over = False
        self.revision = 0
        self.begin_with(processed)

    def begin_with(self, processed: Processed) -> None:
        """Take the spectrum that is shown at first."""
        if processed.spectrum is None:
            raise ValueError("a document begins with a spectrum")
        self.spectrum: Spectrum = processed.spectrum
        self._with_spectra = [processed]

    @property
    def wanted_recipe(self) -> Recipe:
        """The recipe that was asked for last: being worked on, or the present one."""
        return self._run.wanted or self._document.recipe

    def set_step(self, step: Step, gesture: int | None = None) -> None:
        """Change one processing step of the recipe that was asked for last."""
        self.set_recipe(self.wanted_recipe.with_step(step), gesture)

    def set_recipe(self, recipe: Recipe, gesture: int | None = None) -> None:
        """Process anew in the background; one undo step when it has succeeded.

        On failure (``processing.failed``) the document stays as it was.
        """
        dataset = self._document.state.processed.dataset

        def take_over(outcome: Outcome) -> None:
            processed = Processed(
                dataset, outcome.recipe, outcome.spectrum, outcome.notes, is_as_read=False
            )
            self._is_taking_over = True
            try:
                self._push_processed("Change Processing", processed, gesture)
            finally:
                self._is_taking_over = False

        self._run.start(dataset.data, recipe, take_over, is_gesture=gesture is not None)

    def reference(self, peak_ppm: float, new_ppm: float) -> None:
        """Give what is at ``peak_ppm`` the chemical shift ``new_ppm``.

        Peaks, integrals and regions move along; one undo step.
        """
        by_ppm = new_ppm - peak_ppm
        if by_ppm == 0:
            return
        wanted, now = self._run.wanted, self._document.state.processed
        step = Reference(self._document.recipe.shift_ppm + by_ppm)
        axis = self.spectrum.axis.shifted(by_ppm)
        spectrum = self.spectrum.with_data(self.spectrum.data, axis)
        recipe = self._document.recipe.with_step(step)
        self._push_processed(
            "Reference", Processed(now.dataset, recipe, spectrum, now.notes, is_as_read=False)
        )
        if wanted is not None:
            self.set_recipe(wanted.with_step(step))

    def set_solvent(self, solvent: str) -> None:
        """Say that the sample is in another solvent; classes are looked for anew, one undo step."""
        state = self._document.state
        changed = with_solvent(state, self.spectrum, solvent)
        if changed is not state:
            self._document.push("Change Solvent", changed)

    def set_dataset(self, dataset: DataSet, outcome: Outcome, text: str = "Change Source") -> None:
        """Show other data of the same sample (FID or PROCNO); one undo step.

        The user's reference is kept, so that peaks stay on their lines.
        """
        by_ppm = self._document.recipe.shift_ppm - outcome.recipe.shift_ppm
        recipe, spectrum = outcome.recipe, outcome.spectrum
        if by_ppm:
            recipe = recipe.with_step(Reference(self._document.recipe.shift_ppm))
            spectrum = spectrum.with_data(spectrum.data, spectrum.axis.shifted(by_ppm))
        self._push_processed(text, Processed(dataset, recipe, spectrum, outcome.notes))

    def _push_processed(self, text: str, processed: Processed, gesture: int | None = None) -> None:
        by_ppm = processed.recipe.shift_ppm - self._document.recipe.shift_ppm
        self._document.push(
            text, state_changes.with_processed(self._document.state, processed, by_ppm), gesture
        )

    def show(self, processed: Processed) -> None:
        """Change over to other data: what was being computed from the old is of no use."""
        if not self._is_taking_over:
            self._run.cancel()
        if processed.spectrum is None:
            self._recompute(processed)
            return
        self.spectrum = processed.spectrum
        self.revision += 1
        self._with_spectra = [p for p in self._with_spectra if p is not processed]
        self._with_spectra.append(processed)
        self._trim()

    def _recompute(self, processed: Processed) -> None:
        """Compute a spectrum again that had been dropped to save memory."""

        def take_over(outcome: Outcome) -> None:
            processed.spectrum = outcome.spectrum
            if self._document.state.processed is processed:
                self._is_taking_over = True
                self.show(processed)
                self._is_taking_over = False
                self._document.announce_spectrum()

        self._run.start(processed.dataset.data, processed.recipe, take_over)

    def _trim(self) -> None:
        """Drop the spectra that were not shown for longest, beyond the limit."""
        total = 0
        for processed in reversed(tuple(self._with_spectra)):
            total += processed.spectrum.data.nbytes if processed.spectrum is not None else 0
            is_present = processed is self._document.state.processed
            if total > SPECTRA_LIMIT_BYTES and not is_present:
                processed.spectrum = None
                self._with_spectra.remove(processed)
