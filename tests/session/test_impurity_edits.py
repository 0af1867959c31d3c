"""Impurities of a document: offered, marked in one step, left out of the journal; its solvent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nmrquanv.session import impurity_edits as edits
from nmrquanv.session import multiplet_edits
from nmrquanv.session.document import Document
from nmrquanv.session.journal import journal_of
from nmrquanv.spectra.multiplets.journal import STYLES
from nmrquanv.spectra.peaks import Peak
from nmrquanv.spectra.simulation.spin_systems import first_order

SF = 400.0


@pytest.fixture
def with_ether(document, found) -> Document:
    """Lines at 7.0, 5.0, 3.0 of the compound, and diethyl ether."""
    peaks = [replace(p, fwhm_hz=1.0, area=p.height) for p in found()]
    for ppm, couplings, nuclei in ((3.48, [(7.0, 3)], 4), (1.21, [(7.0, 2)], 6)):
        sticks = first_order(ppm * SF, couplings, nuclei)
        peaks += [
            Peak(hz / SF, area, snr=500.0, fwhm_hz=1.0, area=area, ppm_err=1e-5, confidence=0.9,
                 finder="quanv")
            for hz, area in zip(sticks.hz, sticks.area, strict=True)
        ]  # fmt: skip
    document.edit.set_layer_results({"quanv": replace(found(), peaks=tuple(peaks))})
    return document


def test_ether_is_offered_whole_marked_and_left_out_of_the_journal(with_ether) -> None:
    document = with_ether
    multiplet_edits.find_multiplets(document)
    (ether,), _ = edits.offered_impurities(document)
    assert ether.name == "diethyl ether"
    assert edits.mark_impurities(document, [ether]) == 7
    assert sum(p.peak_class == "impurity" for p in document.peaks) == 7
    assert edits.offered_impurities(document)[0] == ()
    journal = journal_of(document, STYLES["acs"])
    assert "1.21" not in journal.plain
    assert "1.21 t: impurity" in journal.left_out
    document.undo_stack.undo()
    assert "1.21 (t" in journal_of(document, STYLES["acs"]).plain


def test_marked_impurities_outlive_a_new_search(with_ether) -> None:
    document = with_ether
    edits.mark_impurities(document, edits.offered_impurities(document)[0])
    marked = {round(p.ppm, 4) for p in document.peaks if p.peak_class == "impurity"}
    document.edit.set_layer_results(dict(document.layers))
    again = {round(p.ppm, 4) for p in document.peaks if p.peak_class == "impurity"}
    assert again == marked
    assert len(marked) >= 7


def test_another_solvent_has_other_lines_in_one_step(with_ether) -> None:
    document = with_ether
    solvent = [p.ppm for p in document.peaks if p.peak_class == "solvent"]
    assert solvent == pytest.approx([7.26], abs=0.01)
    count = document.undo_stack.count()
    document.reprocess.set_solvent("CD2Cl2")
    assert document.undo_stack.count() == count + 1
    assert document.sample.solvent == document.spectrum.sample.solvent == "CD2Cl2"
    assert not [p for p in document.peaks if p.peak_class == "solvent"]
    assert not document.has_stale_peaks
    document.undo_stack.undo()
    assert document.sample.solvent == "CDCl3"
    assert [p.ppm for p in document.peaks if p.peak_class == "solvent"] == solvent
