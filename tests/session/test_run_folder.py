from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from nmrquanv.errors import TrainingError
from nmrquanv.session import run_folder
from nmrquanv.session.run_folder import MIN_PEAKS, Options, check, examples_of, write_run_folder
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.starting_recipe import spectrum_recipe
from nmrquanv.training.reviewed import Correction, RunCorrections, read_examples, read_run


@pytest.fixture
def reviewed(document):
    """A document with enough reviewed peaks, one of them deleted and one not reviewed."""
    for number in range(MIN_PEAKS + 1):
        document.edit.add_peak(2.0 + 0.1 * number, snap=False)
    document.edit.add_peak(7.0)
    document.edit.add_region(3.05, 1.95)
    document.edit.delete_peaks([document.peaks.peaks[-1].id])
    return document


def test_within_a_reviewed_region_the_working_list_is_the_truth(reviewed) -> None:
    (example,) = examples_of([reviewed])
    assert len(example.peaks) == MIN_PEAKS
    assert max(p.ppm for p in example.peaks) < 3.05


def test_peaks_below_the_thresholds_are_not_the_truth(document, found) -> None:
    document.edit.set_layer_results({"quanv": found()})
    document.edit.add_region(8.0, 1.0)
    (example,) = examples_of([document])
    assert [round(p.ppm, 2) for p in example.peaks] == [7.26, 7.0, 5.0, 3.0]


def test_satellites_are_lines_for_the_training_though_they_are_hidden(document, found) -> None:
    layer = found()
    beside = Peak(5.16, 0.3, snr=15.0, fwhm_hz=2.0, confidence=0.9, peak_class="satellite")
    document.edit.set_layer_results({"quanv": replace(layer, peaks=(*layer.peaks, beside))})
    document.edit.add_region(8.0, 1.5)
    (example,) = examples_of([document])
    assert beside.ppm not in [p.ppm for p in document.shown_peaks()]
    assert beside.ppm in [p.ppm for p in example.peaks]


def test_the_run_folder_says_everything_the_training_needs(reviewed, tmp_path) -> None:
    options = Options("quanv", epochs=7, simulated_share=0.25, seed=3)
    examples = examples_of([reviewed])
    write_run_folder(tmp_path / "run", examples, options)
    run = json.loads((tmp_path / "run" / "run.json").read_text())
    entries = run.pop("examples")
    assert run == {"model": "quanv", "epochs": 7, "simulated_share": 0.25, "seed": 3}
    assert entries[0]["sha256"] == "ab" * 32
    (read,) = read_examples(tmp_path / "run", read_run(tmp_path / "run").examples)
    assert np.array_equal(read.spectrum.data, reviewed.spectrum.data)
    assert read.spectrum.axis == reviewed.spectrum.axis
    assert read.spectrum.sample.nucleus == "1H"
    assert read.regions == ((3.05, 1.95),)
    assert [x.ppm for x in read.lines] == [p.ppm for p in examples[0].peaks]


def test_what_a_person_corrected_in_the_regions_is_listed(document, found, tmp_path) -> None:
    document.edit.set_layer_results({"quanv": found()})
    ids = {round(p.ppm, 2): p.id for p in document.peaks}
    document.edit.add_region(8.0, 2.5)
    document.edit.add_peak(4.0, snap=False)
    document.edit.add_peak(2.0, snap=False)  # outside
    document.edit.move_peak(ids[5.0], 5.02)
    document.edit.move_peak(ids[5.0], 5.05)
    document.edit.delete_peaks([ids[3.0]])
    document.edit.delete_peaks([ids[1.2]])  # outside
    (example,) = examples_of([document])
    corrections = example.corrections
    assert corrections.added == (4.0,)
    assert corrections.moved == ((5.0, 5.05),)  # from where the finder had put it
    assert corrections.deleted == (3.0,)
    write_run_folder(tmp_path / "run", [replace(example, peaks=example.peaks * 4)], Options("cnn"))
    (read,) = read_run(tmp_path / "run").examples
    assert read.corrections == RunCorrections(
        (Correction(4.0),), (Correction(5.05, 5.0),), (Correction(3.0),)
    )


def test_what_is_missing_is_said_before_anything_starts(document) -> None:
    with pytest.raises(TrainingError, match="no region is marked"):
        check(examples_of([document]))
    document.edit.add_region(8.0, 1.0)
    document.edit.add_peak(7.0)
    with pytest.raises(TrainingError, match=f"hold 1 peaks, training needs {MIN_PEAKS}"):
        check(examples_of([document]))


def test_a_spectrum_without_a_frequency_is_not_trained_on(spectrum, reviewed) -> None:
    from dataclasses import replace

    axis = replace(spectrum.axis, has_hz=False)
    dataset = DataSet(spectrum.with_data(spectrum.data, axis), spectrum_recipe(), ("1",))
    reviewed.reprocess.set_dataset(dataset, dataset.recipe.run(dataset.data))
    with pytest.raises(TrainingError, match="frequency is not known"):
        check(examples_of([reviewed]))


def test_a_folder_that_cannot_be_written_is_named(reviewed, tmp_path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(TrainingError, match="file"):
        write_run_folder(tmp_path / "file", examples_of([reviewed]), Options("quanv"))


def test_options_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="range"):
        Options("quanv", epochs=0)
    with pytest.raises(ValueError, match="range"):
        Options("quanv", simulated_share=1.5)


@pytest.mark.parametrize(
    ("name", "what"), [("MAX_ARRAYS_BYTES", "made"), ("MAX_JSON_BYTES", "run")]
)
def test_what_the_training_could_not_read_is_not_written(
    reviewed, tmp_path, monkeypatch, name, what
) -> None:
    monkeypatch.setattr(run_folder, name, 1000)
    with pytest.raises(TrainingError, match=f"{what} would have .* can be read again"):
        write_run_folder(tmp_path / "run", examples_of([reviewed]), Options("quanv"))
    assert not (tmp_path / "run" / "run.json").exists()
