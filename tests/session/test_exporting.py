from __future__ import annotations

import pytest

from nmrquanv.io.peak_tables import read_peaks
from nmrquanv.io.tables.formats import write_peaks
from nmrquanv.session.exporting import export_of


def test_an_export_carries_peaks_integrals_recipe_and_provenance(document, found, tmp_path):
    document.edit.set_layer_results({"quanv": found()})
    document.edit.add_integral(7.1, 6.9)
    document.edit.calibrate_integral(document.integrals[0].id, 3)
    document.edit.add_integral(5.1, 4.9)
    path = tmp_path / "peaks.json"
    write_peaks(path, export_of(document))
    back = read_peaks(path)
    assert back.peaks.peaks == document.shown_peaks().peaks
    assert back.peaks.provenance.card_sha256 == "c0ffee"
    assert [i.nuclei for i in back.integrals] == pytest.approx([3.0, 1.5], rel=0.05)
    assert back.spectrum.recipe == document.recipe.to_dict()
    assert document.has_unsaved_edits  # an export is no saved document


def test_solvent_and_integrals_are_left_out_on_request(document, found) -> None:
    document.edit.set_layer_results({"quanv": found()})
    document.edit.add_integral(7.1, 6.9)
    export = export_of(document, leaves_out_solvent=True, has_integrals=False)
    assert {p.peak_class for p in export.peaks} == {"signal"}
    assert export.integrals == ()
