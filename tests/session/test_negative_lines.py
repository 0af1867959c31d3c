"""Lines that point down are meant in some experiments, and a fault in 1H."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nmrquanv.session.document import Document
from nmrquanv.session.negative_lines import WARNING, are_meant, warning_of
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.picking import is_signed, signs
from nmrquanv.spectra.starting_recipe import spectrum_recipe


@pytest.mark.parametrize(
    ("program", "is_both"),
    [("zg30", False), ("noesypr1d", False), ("dept135", True), ("noediff", True), ("", False)],
)
def test_the_pulse_program_says_whether_they_are_meant(spectrum, program, is_both) -> None:
    sample = replace(spectrum.sample, pulse_program=program)
    assert is_signed(sample) == is_both
    assert (len(signs(replace(spectrum, sample=sample))) == 2) == is_both


def pointing_down(document, found, polarity: str) -> None:
    layer = found()
    down = replace(layer.peaks[2], height=-layer.peaks[2].height)
    settings = {**layer.provenance.settings, "polarity": polarity}
    provenance = replace(layer.provenance, settings=settings)
    peaks = (*layer.peaks[:2], down, *layer.peaks[3:])
    document.edit.set_layer_results({"quanv": replace(layer, peaks=peaks, provenance=provenance)})


def test_in_1h_they_are_warned_of_unless_asked_for(document, found) -> None:
    assert warning_of(document) == ""
    pointing_down(document, found, "auto")
    assert warning_of(document) == WARNING
    pointing_down(document, found, "both")
    assert warning_of(document) == ""


def test_in_a_dept_they_are_meant(spectrum, found, qapp) -> None:
    carbon = replace(spectrum.sample, nucleus="13C", pulse_program="dept135")
    measured = replace(spectrum, sample=carbon)
    dataset = DataSet(measured, spectrum_recipe(), ("1",))
    document = Document(dataset, dataset.recipe.run(measured), "dept")
    pointing_down(document, found, "auto")
    assert are_meant(document)
    assert warning_of(document) == ""
