"""A document while its spectrum is processed anew, beside its own thread."""

from __future__ import annotations

import numpy as np
import pytest

from nmrquanv.errors import ProcessingError
from nmrquanv.session import reprocessing
from nmrquanv.session.undo import new_gesture
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.recipe import (
    Apodization,
    Phase,
    Recipe,
    Reference,
)
from nmrquanv.spectra.spectrum import Fid
from nmrquanv.spectra.starting_recipe import fid_recipe


def _fid() -> Fid:
    t = np.arange(1024) / 4000.0
    data = np.exp(2j * np.pi * 300 * t - 5 * t)
    return Fid(data, Axis(1024, 4000.0, 400.0, 9.5), 400.0)


def test_processing_runs_in_the_background_and_is_undoable(document, qtbot) -> None:
    revision, before = document.reprocess.revision, document.spectrum
    with qtbot.waitSignal(document.processing.succeeded):
        document.reprocess.set_step(Phase("manual", 180.0, 0.0))
        assert document.spectrum is before
        assert document.reprocess.wanted_recipe.step(Phase) == Phase("manual", 180.0, 0.0)
    assert document.reprocess.revision == revision + 1
    assert document.spectrum.trace == pytest.approx(-before.trace)
    document.undo_stack.undo()
    assert document.spectrum is before
    assert document.recipe.step(Phase) != Phase("manual", 180.0, 0.0)


def test_two_quick_changes_of_the_recipe_are_both_kept(document, qtbot) -> None:
    with qtbot.waitSignal(document.processing.succeeded):
        document.reprocess.set_step(Phase("manual", 90.0, 0.0))
        document.reprocess.set_step(Reference(0.25))
    assert document.recipe.step(Phase) == Phase("manual", 90.0, 0.0)
    assert document.spectrum.axis.offset_ppm == 9.75
    assert document.undo_stack.count() == 1


def test_a_slider_of_the_recipe_is_one_step_and_ends_at_its_last_value(document, qtbot) -> None:
    gesture = new_gesture()
    for degrees in range(1, 21):
        document.reprocess.set_step(Phase("manual", float(degrees), 0.0), gesture)
    qtbot.waitUntil(lambda: not document.processing.is_running)
    assert document.recipe.step(Phase) == Phase("manual", 20.0, 0.0)
    assert document.undo_stack.count() == 1


def test_a_recipe_that_fails_leaves_the_document_as_it_was(document, qtbot) -> None:
    before = document.spectrum
    with qtbot.waitSignal(document.processing.failed) as signal:
        document.reprocess.set_recipe(Recipe((Apodization(1.0), *fid_recipe(_fid()).steps[3:])))
    assert isinstance(signal.args[0], ProcessingError)
    assert document.spectrum is before
    assert document.undo_stack.count() == 0
    assert document.reprocess.wanted_recipe is document.recipe


def test_referencing_while_processing_keeps_both(document, qtbot) -> None:
    document.reprocess.set_step(Phase("manual", 90.0, 0.0))
    document.reprocess.reference(7.0, 7.1)
    qtbot.waitUntil(lambda: not document.processing.is_running)
    assert document.recipe.step(Phase) == Phase("manual", 90.0, 0.0)
    assert document.spectrum.axis.offset_ppm == pytest.approx(9.6)


def test_a_source_chosen_meanwhile_leaves_nothing_of_what_was_wanted(document, qtbot) -> None:
    fid = _fid()
    recipe = fid_recipe(fid, ph0_deg=0.0)
    document.reprocess.set_step(
        Phase("manual", 180.0, 0.0)
    )  # of the spectrum, still being worked on
    document.reprocess.set_dataset(DataSet(fid, recipe, ("fid", "1")), recipe.run(fid))
    assert document.reprocess.wanted_recipe is document.recipe
    with qtbot.waitSignal(document.processing.succeeded):
        document.reprocess.set_step(Apodization(2.0))
    assert document.recipe.has_transform
    assert document.recipe.step(Apodization) == Apodization(2.0)


def test_changing_the_reference_step_moves_the_peaks(document, found, qtbot) -> None:
    document.edit.set_layer_results({"quanv": found()})
    with qtbot.waitSignal(document.processing.succeeded):
        document.reprocess.set_step(Reference(0.1))
    assert [p.ppm for p in document.peaks] == pytest.approx([7.36, 7.1, 5.1, 3.1, 1.3])


def test_peaks_found_before_the_processing_changed_are_called_stale(document, found, qtbot) -> None:
    assert not document.has_stale_peaks
    document.edit.set_layer_results({"quanv": found()})
    assert not document.has_stale_peaks
    with qtbot.waitSignal(document.processing.succeeded):
        document.reprocess.set_step(Phase("manual", 5.0, 0.0))
    assert document.has_stale_peaks
    assert document.export_peaks().provenance.settings["spectrum_changed_since"] is True
    document.undo_stack.undo()
    assert not document.has_stale_peaks


def test_spectra_that_take_too_much_memory_are_computed_again(document, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(reprocessing, "SPECTRA_LIMIT_BYTES", 1)
    before = document.spectrum.trace.copy()
    for degrees in (10.0, 20.0):
        with qtbot.waitSignal(document.processing.succeeded):
            document.reprocess.set_step(Phase("manual", degrees, 0.0))
    with qtbot.waitSignal(document.spectrum_changed):
        document.undo_stack.undo()
    with qtbot.waitSignal(document.spectrum_changed):
        document.undo_stack.undo()
    assert document.spectrum.trace == pytest.approx(before)


def test_another_source_keeps_reference_and_peaks(document, found) -> None:
    document.edit.set_layer_results({"quanv": found()})
    document.reprocess.reference(7.0, 7.1)
    fid = _fid()
    dataset = DataSet(fid, fid_recipe(fid, ph0_deg=0.0), ("fid", "1"))
    assert document.fid is None
    document.reprocess.set_dataset(dataset, dataset.recipe.run(fid))
    assert document.fid is fid
    assert document.spectrum.axis.offset_ppm == pytest.approx(9.6)
    assert [p.ppm for p in document.peaks] == pytest.approx([7.36, 7.1, 5.1, 3.1, 1.3])
    assert document.has_stale_peaks
    document.undo_stack.undo()
    assert document.fid is None
