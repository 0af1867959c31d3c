"""What a person can do with a document's peaks; each is one undo step, whose text stands here.

Reached as ``document.edit``: ``document.edit.delete_peaks(ids)``. A drag passes the same
``gesture`` (from ``undo.new_gesture()``) to each call, so that it becomes one step. The pure
changes of state are in ``state_changes.py``; changes of recipe and data in ``reprocessing.py``.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Protocol

from nmrquanv.session import state_changes
from nmrquanv.session.state import State
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.integrals import Integral
from nmrquanv.spectra.peaks import Peak, PeakClass, PeakList
from nmrquanv.spectra.snapping import measured, snapped
from nmrquanv.spectra.solvents import classified, may_be_solvent
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.spectra.thresholds import Thresholds
from nmrquanv.spectra.user_marks import Region


class Editable(Protocol):
    """What is edited: a document."""

    @property
    def state(self) -> State:
        """The present one."""

    @property
    def saved_state(self) -> State:
        """The one that was read, or saved last."""

    @property
    def spectrum(self) -> Spectrum:
        """The processed spectrum."""

    def push(self, text: str, state: State, gesture: int | None = None) -> None:
        """Put another state in the place of the present one: one undo step."""


class Editing:
    """The edits of one document."""

    def __init__(self, document: Editable) -> None:
        # not a strong one: a document goes when nobody needs it, not when cycles are collected
        self._document: Editable = weakref.proxy(document)

    @property
    def _state(self) -> State:
        return self._document.state

    @property
    def _peaks(self) -> PeakList:
        return self._document.state.peaks

    @property
    def _spectrum(self) -> Spectrum:
        return self._document.spectrum

    @property
    def _axis(self) -> Axis:
        return self._document.spectrum.axis

    def _push(self, text: str, state: State, gesture: int | None = None) -> None:
        self._document.push(text, state, gesture)

    def revert(self) -> None:
        """Go back to what is saved; one undo step, so that nothing is lost by it."""
        saved = self._document.saved_state
        if self._state is not saved:
            self._push("Revert", saved)

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
        self._push("Add Peak", state_changes.added(self._state, peak), gesture)
        return peak.id

    def move_peak(
        self,
        peak_id: str,
        ppm: float,
        gesture: int | None = None,
        *,
        snap: bool = False,
        reach_ppm: float | None = None,
        instead_of: str | None = None,
    ) -> None:
        """Move a peak of the working list; the place that a model gave it stays empty.

        Another one, whose line it stands for from now on, leaves the list.
        """
        old = self._peaks.find(peak_id)
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
            state = state_changes.moved(self._state, old, new, self._axis)
            if instead_of is not None:
                state = replace(state, peaks=state.peaks.remove([instead_of]))
            self._push("Move Peak", state, gesture)

    def delete_peaks(self, ids: Iterable[str]) -> None:
        """Delete peaks; no search brings them back until :meth:`restore_deleted`."""
        ids = self._present(ids)
        if ids:
            state = state_changes.deleted(self._state, ids, self._axis)
            self._push(_counted("Delete", ids), state)

    def reject_peak(self, peak: Peak) -> None:
        """Say of a finder's peak that the list does not have: there is none."""
        if self._peaks.find(peak.id) is None:
            listed = state_changes.added(self._state, peak)
            self._push("Reject Peak", state_changes.deleted(listed, [peak.id], self._axis))

    def restore_deleted(self) -> None:
        """Bring back everything that was deleted."""
        if any(t.reason == "deleted" for t in self._state.tombstones):
            state = state_changes.restored(self._state, self._axis)
            self._push("Restore Deleted Peaks", state)

    def confirm_peaks(self, ids: Iterable[str], is_confirmed: bool = True) -> None:
        """Say that a person agrees with these peaks, or no longer does."""
        ids = self._present(ids)
        chosen = set(ids)
        if any(p.is_confirmed != is_confirmed for p in self._peaks if p.id in chosen):
            text = _counted("Confirm" if is_confirmed else "Unconfirm", ids)
            self._push(text, state_changes.changed(self._state, ids, is_confirmed=is_confirmed))

    def label_peak(self, peak_id: str, label: str) -> None:
        """Give a peak the user's own text."""
        peak = self._peaks.find(peak_id)
        if peak is not None and peak.label != label:
            self._push("Label Peak", state_changes.changed(self._state, [peak_id], label=label))

    def classify_peaks(self, ids: Iterable[str], peak_class: PeakClass) -> None:
        """Call peaks signal, solvent, water or satellite; later searches obey."""
        ids = self._present(ids)
        chosen = set(ids)
        if any(p.peak_class != peak_class for p in self._peaks if p.id in chosen):
            state = state_changes.with_class(self._state, ids, peak_class, self._axis)
            self._push(f"Mark as {peak_class.capitalize()}", state)

    # Finders' results -----------------------------------------------------------------------

    def set_layer_results(
        self, results: Mapping[str, PeakList], region: tuple[float, float] | None = None
    ) -> None:
        """Take over what finders found; ``region`` (ppm) if they looked at a part only."""
        if results:
            state = state_changes.with_results(self._state, results, region, self._axis)
            self._push("Find Peaks", state)

    def import_layer(self, name: str, peaks: PeakList) -> None:
        """Put a list of elsewhere beside the finders' layers; the working list follows the same."""
        self._push(
            "Import Peaks",
            state_changes.with_import(self._state, name, peaks, self._axis),
        )

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
        self._push(f"Work with {choice}", state_changes.recomposed(state, self._axis))

    def set_thresholds(self, thresholds: Thresholds, gesture: int | None = None) -> None:
        """Change what is shown; no model runs again."""
        if thresholds != self._state.thresholds:
            state = state_changes.with_thresholds(self._state, thresholds, self._axis)
            self._push("Change Thresholds", state, gesture)

    # Integrals and regions ------------------------------------------------------------------

    def add_integral(self, high_ppm: float, low_ppm: float) -> str:
        """Integrate a stretch and return the integral's id."""
        integral = Integral(max(high_ppm, low_ppm), min(high_ppm, low_ppm))
        self._push("Add Integral", state_changes.with_integral(self._state, integral))
        return integral.id

    def import_integrals(
        self,
        integrals: Iterable[Integral],
        text: str = "Import Integrals",
        gesture: int | None = None,
    ) -> int:
        """Add integrals of elsewhere in one step, but those that stand there already.

        Returns
        -------
        int
            How many were added.
        """
        state, before = self._state, len(self._state.integrals)
        for integral in integrals:
            state = state_changes.with_imported_integral(state, integral, self._axis)
        added = len(state.integrals) - before
        if added:
            self._push(text, state, gesture)
        return added

    def change_integral(
        self, integral_id: str, high_ppm: float, low_ppm: float, gesture: int | None = None
    ) -> None:
        """Move the ends of an integral."""
        old = next((i for i in self._state.integrals if i.id == integral_id), None)
        if old is not None:
            new = replace(old, high_ppm=max(high_ppm, low_ppm), low_ppm=min(high_ppm, low_ppm))
            self._push("Change Integral", state_changes.with_integral(self._state, new), gesture)

    def calibrate_integral(self, integral_id: str, n_h: float) -> None:
        """Set one integral to a number of nuclei (H in 1H); the others follow it."""
        if any(i.id == integral_id for i in self._state.integrals):
            self._push(
                "Set Integral", state_changes.with_integral_set(self._state, integral_id, n_h)
            )

    def remove_integrals(self, ids: Iterable[str]) -> None:
        """Remove integrals, in one step."""
        gone = set(ids)
        left = tuple(i for i in self._state.integrals if i.id not in gone)
        if len(left) < len(self._state.integrals):
            many = "s" * (len(self._state.integrals) - len(left) > 1)
            self._push(f"Remove Integral{many}", replace(self._state, integrals=left))

    def add_region(self, high_ppm: float, low_ppm: float) -> None:
        """Call a stretch reviewed: all its lines are in the working list, and no others."""
        region = Region(max(high_ppm, low_ppm), min(high_ppm, low_ppm))
        self._push("Mark as Reviewed", state_changes.with_region(self._state, region))

    def remove_region(self, region_id: str) -> None:
        """Take a reviewed stretch back."""
        left = tuple(r for r in self._state.regions if r.id != region_id)
        if len(left) < len(self._state.regions):
            self._push("Remove Reviewed Region", replace(self._state, regions=left))

    def _measured(self, ppm: float, snap: bool, reach_ppm: float | None) -> Peak:
        at = snapped(self._spectrum, ppm, reach_ppm) if snap else ppm
        peak = measured(self._spectrum, at, self._spectrum.noise, is_on_top=snap)
        sample, sf_mhz = self._state.processed.dataset.sample, self._axis.sf_mhz
        if not may_be_solvent(peak.ppm, sample, sf_mhz):
            return peak  # the whole list need not be asked
        return classified((*self._peaks, peak), sample, sf_mhz)[-1]

    def _present(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Return those ids that the working list has, each once."""
        known = {peak.id for peak in self._peaks}
        return tuple(i for i in dict.fromkeys(ids) if i in known)


def _counted(verb: str, ids: tuple[str, ...]) -> str:
    return f"{verb} Peak" if len(ids) == 1 else f"{verb} {len(ids)} Peaks"
