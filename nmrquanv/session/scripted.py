"""A session without a window: what a script says step by step, as a document does it.

``nmrquanv.session.script_of`` writes such scripts. Peaks are named by their chemical shift; each
search gives the same list again, so that a shift names the same peak to the last digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from nmrquanv.errors import NmrQuanvError
from nmrquanv.finders import Polarity
from nmrquanv.io import read
from nmrquanv.progress import silent_report
from nmrquanv.session import state_changes
from nmrquanv.session.asking import find_with_models
from nmrquanv.session.shown_peaks import ShownPeaks
from nmrquanv.session.solvent_change import with_solvent
from nmrquanv.session.state import Processed, State
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.facts import facts_of
from nmrquanv.spectra.peaks import Origin, Peak, PeakClass, PeakList, Provenance, new_peak_id
from nmrquanv.spectra.recipe import Recipe
from nmrquanv.spectra.spectrum import Spectrum
from nmrquanv.spectra.steps import Reference
from nmrquanv.spectra.thresholds import Thresholds

_SAME_PPM = 1e-6


class Session:
    """One spectrum, and what is done with it.

    Parameters
    ----------
    path : str
    source : str or None
        ``"fid"`` or a PROCNO.
    recipe : dict or None
        How it is processed, as ``Recipe.to_dict`` says; None as the window does.
    sf_mhz, nucleus
        What a text file does not say.

    Raises
    ------
    FormatError
        The path cannot be read.
    """

    def __init__(
        self,
        path: str,
        source: str | None = None,
        recipe: dict[str, Any] | None = None,
        *,
        sf_mhz: float | None = None,
        nucleus: str | None = None,
    ) -> None:
        self._path, self._told = path, (sf_mhz, nucleus)
        dataset = self._read(source)
        wanted = dataset.recipe if recipe is None else Recipe.from_dict(recipe)
        outcome = wanted.run(dataset.data)
        is_as_read = recipe is None
        processed = Processed(
            dataset, outcome.recipe, outcome.spectrum, outcome.notes, is_as_read=is_as_read
        )
        self._state = State(processed)

    def _read(self, source: str | None) -> DataSet:
        sf_mhz, nucleus = self._told
        return read(self._path, source=source, sf_mhz=sf_mhz, nucleus=nucleus)

    @property
    def spectrum(self) -> Spectrum:
        """The processed spectrum."""
        spectrum = self._state.processed.spectrum
        assert spectrum is not None
        return spectrum

    @property
    def peaks(self) -> PeakList:
        """The peaks that pass the thresholds, as the window shows them."""
        state = self._state
        shown = ShownPeaks().of(state, "", state.peaks)
        facts = facts_of(self.spectrum, state.processed.recipe.to_dict())
        return replace(shown, origin=Origin(facts, self.spectrum, state.peaks.peaks))

    # --- processing and finding ----------------------------------------------------------------

    def process(self, recipe: dict[str, Any]) -> None:
        """Process anew; a changed reference takes all peaks along."""
        now, wanted = self._state.processed, Recipe.from_dict(recipe)
        by_ppm = wanted.shift_ppm - now.recipe.shift_ppm
        outcome = wanted.run(now.dataset.data)
        self._take(now, outcome.recipe, outcome.spectrum, by_ppm)

    def reference(self, shift_ppm: float) -> None:
        """Move the axis, and all that stands on it, so that it is shifted by so much in all."""
        now = self._state.processed
        by_ppm = shift_ppm - now.recipe.shift_ppm
        axis = self.spectrum.axis.shifted(by_ppm)
        recipe = now.recipe.with_step(Reference(shift_ppm))
        self._take(now, recipe, self.spectrum.with_data(self.spectrum.data, axis), by_ppm)

    def _take(self, now: Processed, recipe: Recipe, spectrum: Spectrum, by_ppm: float) -> None:
        processed = Processed(now.dataset, recipe, spectrum, now.notes, is_as_read=False)
        self._state = state_changes.with_processed(self._state, processed, by_ppm)

    def choose_source(self, source: str | None) -> None:
        """Show other data of the sample, as they are processed when opened; the reference stays."""
        dataset = self._read(source)
        outcome = dataset.recipe.run(dataset.data)
        recipe, spectrum = outcome.recipe, outcome.spectrum
        by_ppm = self._state.processed.recipe.shift_ppm - recipe.shift_ppm
        if by_ppm:
            recipe = recipe.with_step(Reference(self._state.processed.recipe.shift_ppm))
            spectrum = spectrum.with_data(spectrum.data, spectrum.axis.shifted(by_ppm))
        processed = Processed(dataset, recipe, spectrum, outcome.notes)
        self._state = state_changes.with_processed(self._state, processed, 0.0)

    def set_solvent(self, solvent: str) -> None:
        """Say which solvent the sample is in; its own lines are looked for anew."""
        self._state = with_solvent(self._state, self.spectrum, solvent)

    def import_list(
        self,
        name: str,
        peaks: Sequence[dict[str, Any]],
        settings: dict[str, Any],
        sigma: float | None = None,
    ) -> None:
        """Take a list of another program as it was imported."""
        provenance = Provenance(name, settings=settings)
        layer = PeakList(tuple(Peak(**fields) for fields in peaks), provenance, sigma)
        self._state = state_changes.with_import(self._state, name, layer, self.spectrum.axis)

    def find(
        self,
        *finders: str,
        polarity: Polarity = "auto",
        region: tuple[float, float] | None = None,
        one_window: bool = False,
    ) -> None:
        """Find peaks with these finders, one after the other."""
        for number, finder in enumerate(finders, 1):
            found = find_with_models(
                self.spectrum,
                finder,
                region=region,
                polarity=polarity,
                one_window=one_window,
                report=silent_report,
            )
            self._state = state_changes.with_results(
                self._state, {finder: found}, region, self.spectrum.axis, finders[:number]
            )

    def set_thresholds(self, **limits: Any) -> None:
        """Change what is shown; what is left out, the finders' cards say."""
        thresholds = Thresholds(**limits)
        self._state = state_changes.with_thresholds(self._state, thresholds, self.spectrum.axis)

    def work_with(
        self, choice: str, finders: Sequence[str] = (), tolerance_hz: float | None = None
    ) -> None:
        """Make the list from a finder, or from the ``"union"`` or ``"intersection"`` of several."""
        state = replace(
            self._state,
            working_choice=choice,
            combined=tuple(finders),
            tolerance_hz=tolerance_hz,
        )
        self._state = state_changes.recomposed(state, self.spectrum.axis)

    # --- edits ---------------------------------------------------------------------------------

    def add(self, **fields: Any) -> None:
        """Add a peak, as it was measured where it was put."""
        self._state = state_changes.added(self._state, Peak(**{"source": "added", **fields}))

    def move(self, ppm: float, /, **fields: Any) -> None:
        """Put a peak elsewhere; the place where it was stays empty."""
        old = self._peak(ppm)
        new = Peak(**fields, id=old.id)
        self._state = state_changes.moved(self._state, old, new, self.spectrum.axis)

    def delete(self, *ppm: float) -> None:
        """Delete peaks; no search brings them back."""
        self._state = state_changes.deleted(self._state, self._ids(ppm), self.spectrum.axis)

    def reject(self, **fields: Any) -> None:
        """Say of a peak that the list does not have: there is none."""
        peak = Peak(**fields, id=new_peak_id())
        listed = state_changes.added(self._state, peak)
        self._state = state_changes.deleted(listed, [peak.id], self.spectrum.axis)

    def restore_deleted(self) -> None:
        """Bring back everything that was deleted."""
        self._state = state_changes.restored(self._state, self.spectrum.axis)

    def confirm(self, *ppm: float, is_confirmed: bool = True) -> None:
        """Agree with peaks, or no longer."""
        self._state = state_changes.changed(self._state, self._ids(ppm), is_confirmed=is_confirmed)

    def label(self, ppm: float, text: str) -> None:
        """Give a peak a text."""
        self._state = state_changes.changed(self._state, self._ids((ppm,)), label=text)

    def classify(self, peak_class: PeakClass, *ppm: float) -> None:
        """Say what peaks come from; later searches obey."""
        ids = self._ids(ppm)
        self._state = state_changes.with_class(self._state, ids, peak_class, self.spectrum.axis)

    def _ids(self, shifts: Sequence[float]) -> list[str]:
        return [self._peak(ppm).id for ppm in shifts]

    def _peak(self, ppm: float) -> Peak:
        """Return the peak at a chemical shift.

        Raises
        ------
        NmrQuanvError
            There is none: data, model or program are others than when the script was written.
        """
        nearest = min(self._state.peaks, key=lambda p: abs(p.ppm - ppm), default=None)
        if nearest is None or abs(nearest.ppm - ppm) > _SAME_PPM:
            raise NmrQuanvError(
                f"there is no peak at {ppm!r} ppm: the data, a model or the program are not those "
                "that the script was written with"
            )
        return nearest
