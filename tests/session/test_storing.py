"""Everything that undo covers is in the file, and comes back as it was."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from nmrquanv.guarded import MAX_JSON_BYTES
from nmrquanv.io.document_data import Packed, dataset_of
from nmrquanv.io.document_file import document_bytes, document_of
from nmrquanv.io.document_form import DocumentFile, Manifest
from nmrquanv.session.document import Document
from nmrquanv.session.multiplet_edits import add_multiplet, set_comment
from nmrquanv.session.state import State
from nmrquanv.session.storing import packed, renamed, unpacked
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.deconvolution import Deconvolution
from nmrquanv.spectra.recipe import Recipe
from nmrquanv.spectra.spectrum import Fid, Sample, Source, Spectrum, TrueLine
from nmrquanv.spectra.starting_recipe import spectrum_recipe, starting_recipe
from nmrquanv.spectra.steps import Baseline, Magnitude, Phase
from nmrquanv.spectra.thresholds import Thresholds


def through_a_file(document: Document, spectrum: Spectrum | None = None) -> tuple[State, Packed]:
    one = packed(document.name, document.state, spectrum or document.spectrum, "0")
    manifest = Manifest("nmrquanv.document/2", "0", "2026-01-01T00:00:00Z", (one.stored,))
    back = document_of(document_bytes(DocumentFile(manifest, one.arrays)), "x.nmrq")
    again = Packed(back.manifest.spectra[0], back.arrays)
    return unpacked(again), again


@pytest.fixture
def worked_on(document, found) -> Document:
    document.edit.set_layer_results({"quanv": found(), "cnn": found("cnn", shift_ppm=0.001)})
    document.edit.choose_working("union", ("quanv", "cnn"), tolerance_hz=1.5)
    ids = [p.id for p in document.peaks]
    document.edit.add_peak(4.0)
    document.edit.move_peak(ids[1], 6.99)
    document.edit.delete_peaks([ids[2]])
    document.edit.confirm_peaks([ids[3]])
    document.edit.classify_peaks([ids[3]], "water")
    document.edit.add_integral(7.1, 6.9)
    document.edit.calibrate_integral(document.integrals[0].id, 3.0)
    document.edit.add_region(8.0, 1.5)
    added = add_multiplet(document, [ids[0], ids[3]])
    set_comment(document, str(added), "two lines that have nothing in common")
    document.edit.set_thresholds(Thresholds(3.0, 0.01, 0.2, True))
    document.reprocess.reference(7.0, 7.05)
    return document


def test_every_field_of_the_state_comes_back(worked_on, difference) -> None:
    state, _ = through_a_file(worked_on)
    plain = State(worked_on.state.processed)
    for field in fields(State):
        here, there = getattr(worked_on.state, field.name), getattr(state, field.name)
        assert difference(here, there, field.name) is None
        # a field that nothing was done to would be equal whatever became of it
        if field.name != "processed":
            assert difference(here, getattr(plain, field.name)) is not None, field.name
    assert state.found_on is state.processed


@pytest.mark.parametrize("found_on", ["nothing", "shown", "before"])
def test_whether_heights_are_old_comes_back(document, found, found_on) -> None:
    if found_on != "nothing":
        document.edit.set_layer_results({"quanv": found()})
    state = document.state
    if found_on == "before":
        state = replace(state, processed=replace_processed(state))
    one = packed("n", state, document.spectrum, "0")
    assert one.stored.found_on == found_on
    again = unpacked(one)
    assert (again.found_on is None) == (found_on == "nothing")
    assert (again.found_on is again.processed) == (found_on == "shown")


def replace_processed(state: State):
    return replace(state.processed, notes=("phased again",), is_as_read=False)


def test_a_fid_is_in_the_file_and_can_be_processed_again(qapp, difference) -> None:
    rng = np.random.default_rng(2)
    data = rng.normal(size=(2, 512)) @ np.eye(512)
    axis = Axis(512, 4000.0, 400.0, 9.5)
    source = Source("/elsewhere/10", "fid", "Bruker", "ab" * 32, ("a note",))
    fid = Fid(data[0] + 1j * data[1], axis, 400.1, 67.98, Sample("1H", "CDCl3", "t", "zg"), source)
    recipe = starting_recipe(512, "1H").with_step(Phase("manual", 10.0, 20.0))
    dataset = DataSet(fid, recipe, ("fid", "1"), (TrueLine(3.0, 1.0, -2.0),))
    document = Document(dataset, recipe.run(fid), "made")
    state, again = through_a_file(document)
    assert difference(document.state, state) is None
    anew = dataset_of(again)
    assert np.array_equal(anew.recipe.run(anew.data).spectrum.data, document.spectrum.data)


def test_lists_from_a_cleaned_trace_say_so_from_a_file_too(document) -> None:
    step = Deconvolution(1.5, 1.0, (0.0, 0.4), (0.8, 0.2), 5)
    outcome = Recipe((step,)).run(document.spectrum)
    dataset = replace(document.dataset, data=document.spectrum, recipe=Recipe())
    cleaned = Document(dataset, outcome, "cleaned")
    state, again = through_a_file(cleaned)
    assert state.processed.spectrum is not None
    assert state.processed.spectrum.remarks == (step.remark,)
    measured = dataset_of(again)
    assert measured.data.remarks == ()
    assert measured.recipe.run(measured.data).spectrum.remarks == (step.remark,)


@pytest.mark.parametrize("is_newest", [True, False])
def test_that_a_spectrum_is_of_magnitudes_comes_back(document, is_newest) -> None:
    """A file of an earlier program says it by the recipe alone."""
    spectrum = document.spectrum
    dataset = DataSet(replace(spectrum, is_magnitude=is_newest), spectrum_recipe(), ("1",))
    recipe = Recipe((Magnitude(), Baseline()))
    made = recipe.run(spectrum)
    known = replace(made, spectrum=replace(made.spectrum, is_magnitude=is_newest))
    state, again = through_a_file(Document(dataset, known, "made"))
    assert state.processed.spectrum.is_magnitude
    assert dataset_of(again).data.is_magnitude == is_newest


def test_arrays_can_be_given_other_names(worked_on, difference) -> None:
    shown = worked_on.spectrum
    one = packed("n", worked_on.state, shown.with_data(1.0 * shown.data), "0")
    other = renamed(one, "7")
    assert set(other.arrays) == {"7-shown", "7-data"}
    assert set(other.stored.arrays()) == set(other.arrays)
    assert difference(unpacked(one), unpacked(other)) is None


def test_a_restored_document_is_saved_and_has_nothing_to_undo(worked_on, qapp) -> None:
    state, _ = through_a_file(worked_on)
    document = Document.of_state(state, "again")
    assert document.is_saved
    assert not document.undo_stack.canUndo()
    assert document.shown_peaks() == worked_on.shown_peaks()
    assert document.integral_values() == worked_on.integral_values()
    document.edit.add_peak(2.0)
    assert not document.is_saved
    document.undo_stack.undo()
    assert document.is_saved


def test_the_manifest_of_many_peaks_is_far_from_its_limit(document, found) -> None:
    layer = found()
    many = tuple(replace(layer.peaks[k % 5], ppm=1.0 + k * 1e-3, id=f"{k}") for k in range(1250))
    layers = {name: replace(layer, peaks=many) for name in ("quanv", "cnn", "classical")}
    document.edit.set_layer_results(layers)
    one = packed("n", document.state, document.spectrum, "0")
    manifest = Manifest("nmrquanv.document/2", "0", "", (one.stored,))
    from nmrquanv.guarded_arrays import read_members

    content = document_bytes(DocumentFile(manifest, {}))
    assert len(read_members(content, "x")["manifest.json"]) < MAX_JSON_BYTES / 4
