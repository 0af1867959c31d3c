"""Undo that can be trusted: any edits, undone, redone, saved and reopened in any order.

After every step the document's state, its last saved state and what undo would bring back are
those that were there before; ``NMRQUANV_LONG=1`` replays 2,000 edits, the usual form 400.
"""

from __future__ import annotations

import os
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from nmrquanv.io.document_data import Packed
from nmrquanv.io.document_file import document_bytes, document_of
from nmrquanv.io.document_form import DocumentFile, Manifest
from nmrquanv.session import jobs
from nmrquanv.session.document import Document
from nmrquanv.session.exporting import export_of
from nmrquanv.session.state import State
from nmrquanv.session.storing import packed, unpacked
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.peaks import Peak, PeakList, Provenance
from nmrquanv.spectra.spectrum import Sample, Source, Spectrum
from nmrquanv.spectra.starting_recipe import spectrum_recipe
from nmrquanv.spectra.steps import Phase
from nmrquanv.spectra.thresholds import Thresholds

STEPS = 100 if os.environ.get("NMRQUANV_LONG") else 40
EXAMPLES = 20 if os.environ.get("NMRQUANV_LONG") else 10

REOPEN_EVERY = 5
"""Edits: the tool leaves most rules out of most of its runs, and this one must not be."""

PPM = st.floats(0.5, 9.0, allow_nan=False).map(lambda x: round(x, 3))
FINDERS = ("quanv", "cnn", "classical")


def made() -> Spectrum:
    axis = Axis(2048, 4000.0, 400.0, 9.5)
    x = (axis.all_ppm()[:, None] - np.array([7.26, 7.0, 5.0, 3.0])) * 400.0
    data = ((1 - 1j * x) / (1 + x**2)) @ np.array([300.0, 100.0, 50.0, 20.0])
    noise = np.random.default_rng(1).normal(0, 0.02, (2, 2048))
    source = Source("made", "1", "simulated", "ab" * 32)
    return Spectrum(data + noise[0] + 1j * noise[1], axis, Sample("1H", "CDCl3"), source)


SPECTRUM = made()


def layer(finder: str, shift: float, count: int) -> PeakList:
    peaks = [
        Peak(ppm + shift, height, snr=height / 0.02, fwhm_hz=2.0, confidence=0.9, finder=finder)
        for ppm, height in ((7.26, 300.0), (7.0, 100.0), (5.0, 50.0), (3.0, 20.0))[:count]
    ]
    return PeakList(tuple(peaks), Provenance(finder, "c0ffee", {"polarity": "auto"}), 0.02)


def told(state: State) -> tuple[object, ...]:
    """Return a state as values that can be compared."""
    values = tuple(
        getattr(state, field.name)
        for field in fields(State)
        if field.name not in ("processed", "found_on", "layers")
    )
    processed = state.processed
    return (
        *values,
        dict(state.layers),
        processed.recipe,
        processed.notes,
        processed.is_as_read,
        state.found_on is None,
        state.found_on is processed,
    )


class Editing(RuleBasedStateMachine):
    """A person at a document."""

    @initialize()
    def begin(self) -> None:
        dataset = DataSet(SPECTRUM, spectrum_recipe(), ("1",))
        self.document = Document(dataset, dataset.recipe.run(SPECTRUM), "made")
        self.edits = 0
        self.document.edit.set_layer_results({name: layer(name, 0.0, 4) for name in FINDERS})

    def teardown(self) -> None:
        if hasattr(self, "document"):
            self.document.dispose()
        jobs.shut_down()

    def _edit(self, do) -> None:
        """Do something, and see that it can be taken back and done again."""
        stack, start = self.document.undo_stack, told(self.document.state)
        index = stack.index()
        do()
        after = told(self.document.state)
        if stack.index() == index:
            assert after == start
            return
        assert stack.index() == index + 1
        stack.undo()
        assert told(self.document.state) == start
        stack.redo()
        assert told(self.document.state) == after
        self.edits += 1
        if self.edits % REOPEN_EVERY == 0:
            self.save_and_reopen()

    def _some_id(self, number: int) -> str:
        peaks = self.document.peaks.peaks
        return peaks[number % len(peaks)].id

    def _has_peaks(self) -> bool:
        return len(self.document.peaks) > 0

    @rule(ppm=PPM, snap=st.booleans())
    def add(self, ppm: float, snap: bool) -> None:
        self._edit(lambda: self.document.edit.add_peak(ppm, snap))

    @precondition(_has_peaks)
    @rule(number=st.integers(0, 50), ppm=PPM)
    def move(self, number: int, ppm: float) -> None:
        self._edit(lambda: self.document.edit.move_peak(self._some_id(number), ppm))

    @precondition(_has_peaks)
    @rule(number=st.integers(0, 50))
    def delete(self, number: int) -> None:
        self._edit(lambda: self.document.edit.delete_peaks([self._some_id(number)]))

    @rule()
    def restore(self) -> None:
        self._edit(self.document.edit.restore_deleted)

    @precondition(_has_peaks)
    @rule(number=st.integers(0, 50), is_confirmed=st.booleans())
    def confirm(self, number: int, is_confirmed: bool) -> None:
        self._edit(lambda: self.document.edit.confirm_peaks([self._some_id(number)], is_confirmed))

    @precondition(_has_peaks)
    @rule(number=st.integers(0, 50), label=st.text(max_size=5))
    def label(self, number: int, label: str) -> None:
        self._edit(lambda: self.document.edit.label_peak(self._some_id(number), label))

    @precondition(_has_peaks)
    @rule(number=st.integers(0, 50), kind=st.sampled_from(["signal", "solvent", "water"]))
    def classify(self, number: int, kind: str) -> None:
        self._edit(lambda: self.document.edit.classify_peaks([self._some_id(number)], kind))

    @rule(snr=st.floats(0, 50), height=st.floats(0, 0.5), confidence=st.floats(0, 1))
    def threshold(self, snr: float, height: float, confidence: float) -> None:
        self._edit(lambda: self.document.edit.set_thresholds(Thresholds(snr, height, confidence)))

    @rule(high=PPM, low=PPM)
    def integrate(self, high: float, low: float) -> None:
        if high != low:
            self._edit(lambda: self.document.edit.add_integral(high, low))

    @precondition(lambda self: self.document.integrals)
    @rule(number=st.integers(0, 9), nuclei=st.floats(0.5, 9))
    def calibrate(self, number: int, nuclei: float) -> None:
        integrals = self.document.integrals
        chosen = integrals[number % len(integrals)].id
        self._edit(lambda: self.document.edit.calibrate_integral(chosen, nuclei))

    @precondition(lambda self: self.document.integrals)
    @rule(number=st.integers(0, 9))
    def remove_integral(self, number: int) -> None:
        integrals = self.document.integrals
        chosen = integrals[number % len(integrals)].id
        self._edit(lambda: self.document.edit.remove_integrals([chosen]))

    @rule(high=PPM, low=PPM)
    def review(self, high: float, low: float) -> None:
        if high != low:
            self._edit(lambda: self.document.edit.add_region(high, low))

    @precondition(lambda self: self.document.reviewed_regions)
    @rule(number=st.integers(0, 9))
    def take_back_region(self, number: int) -> None:
        regions = self.document.reviewed_regions
        self._edit(lambda: self.document.edit.remove_region(regions[number % len(regions)].id))

    @rule(ppm=PPM, by=st.floats(-0.2, 0.2))
    def reference(self, ppm: float, by: float) -> None:
        self._edit(lambda: self.document.reprocess.reference(ppm, ppm + by))

    @rule(ph0=st.floats(-90, 90))
    def phase(self, ph0: float) -> None:
        document = self.document

        def do() -> None:
            document.reprocess.set_step(Phase("manual", ph0))
            document.processing._lane.wait()

        self._edit(do)

    @rule(finder=st.sampled_from(FINDERS), shift=st.floats(-0.01, 0.01), count=st.integers(0, 4))
    def find(self, finder: str, shift: float, count: int) -> None:
        self._edit(
            lambda: self.document.edit.set_layer_results({finder: layer(finder, shift, count)})
        )

    @rule(
        choice=st.sampled_from([*FINDERS, "union", "intersection"]),
        count=st.integers(2, 3),
        tolerance=st.none() | st.floats(0.5, 5.0),
    )
    def choose(self, choice: str, count: int, tolerance: float | None) -> None:
        finders = FINDERS[:count] if choice in ("union", "intersection") else ()
        self._edit(lambda: self.document.edit.choose_working(choice, finders, tolerance))

    @rule(steps=st.integers(1, 5))
    def undo_some(self, steps: int) -> None:
        stack, here = self.document.undo_stack, told(self.document.state)
        done = min(steps, stack.index())
        for _ in range(done):
            stack.undo()
        for _ in range(done):
            stack.redo()
        assert told(self.document.state) == here

    @rule()
    def save(self) -> None:
        self.document.mark_saved()
        assert self.document.is_saved

    @rule()
    def save_and_reopen(self) -> None:
        document = self.document
        one = packed(document.name, document.state, document.spectrum, "0")
        manifest = Manifest("nmrquanv.document/2", "0", "", (one.stored,))
        back = document_of(document_bytes(DocumentFile(manifest, one.arrays)), "x.nmrq")
        again = Document.of_state(unpacked(Packed(back.manifest.spectra[0], back.arrays)), "made")
        assert told(again.state) == told(document.state)
        # what is shown, exported and reopened is the same
        assert again.shown_peaks() == document.shown_peaks()
        assert export_of(again) == export_of(document)
        assert np.array_equal(again.spectrum.data, document.spectrum.data)
        document.dispose()
        self.document = again


@pytest.mark.slow
def test_any_edits_are_undone_redone_saved_and_reopened(qapp) -> None:
    run_state_machine_as_test(
        Editing,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
