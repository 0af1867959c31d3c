"""Solvent and impurities by mouse and keys."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt

from nmrquanv.gui.dialogs.impurities import ImpuritiesDialog
from nmrquanv.spectra.peaks import Peak, PeakList, Provenance
from nmrquanv.spectra.simulation.spin_systems import first_order
from nmrquanv.spectra.steps import Magnitude
from tests.flows.processing_user import menu_entry


def _with_ether(document) -> None:
    """Give a document the lines of diethyl ether, and one where acetone's would be."""
    sf_mhz = document.spectrum.axis.sf_mhz
    peaks = [replace(p, finder="classical") for p in document.peaks if p.ppm > 6.0]
    for ppm, couplings, nuclei in ((3.48, [(7.0, 3)], 4), (1.21, [(7.0, 2)], 6), (2.17, [], 2)):
        sticks = first_order(ppm * sf_mhz, couplings, nuclei)
        height = document.reference_height()
        peaks += [
            Peak(hz / sf_mhz, height * area, snr=5000.0, fwhm_hz=1.0, area=area, ppm_err=1e-5)
            for hz, area in zip(sticks.hz, sticks.area, strict=True)
        ]
    document.edit.set_layer_results({"classical": PeakList(tuple(peaks), Provenance("classical"))})


def test_impurities_are_ticked_marked_and_the_solvent_changed(user, menthol) -> None:
    document = user.open(menthol)
    user.choose_finders("classical")
    user.find()
    _with_ether(document)
    user.press(Qt.Key.Key_M)
    menu_entry(user, "Analysis", "Solvent and")
    dialog = user.dialog(ImpuritiesDialog)
    names = [dialog.tree.topLevelItem(k).text(0) for k in range(dialog.tree.topLevelItemCount())]
    assert names == ["diethyl ether", "Single lines: a shift proves nothing"]
    hints = dialog.tree.topLevelItem(1)
    told = [hints.child(k).text(0) for k in range(hints.childCount())]
    assert "acetone" in told
    ticks = (hints, *(hints.child(k) for k in range(hints.childCount())))
    assert all(one.data(0, Qt.ItemDataRole.CheckStateRole) is None for one in ticks)
    assert [one.name for one in dialog.chosen()] == ["diethyl ether"]
    user.click(dialog.mark_button)
    assert sum(p.peak_class == "impurity" for p in document.peaks) == 7
    assert "diethyl ether" in user.window.status.message.text()
    table = user.window.multiplets.table
    assert any("impurity" in table.item(r, 5).text() for r in range(table.rowCount()))
    dialog.solvent_box.setFocus()
    user.qtbot.keyClick(dialog.solvent_box, Qt.Key.Key_Down)
    assert document.sample.solvent != "CDCl3"
    assert dialog.solvent_box.currentData() in document.sample.solvent
    assert document.sample.solvent in user.window.status.facts.text()
    user.undo()
    assert document.sample.solvent.startswith("CDCl3")
    assert dialog.solvent_box.currentData() == "CDCl3"
    dialog.close()


def test_of_magnitudes_no_ratio_of_areas_is_told(user, menthol, qtbot) -> None:
    document = user.open(menthol)
    user.choose_finders("classical")
    user.find()
    _with_ether(document)
    menu_entry(user, "Analysis", "Solvent and")
    dialog = user.dialog(ImpuritiesDialog)
    assert "in ratio" in dialog.state_text.text()
    assert not dialog.tree.isColumnHidden(4)
    document.reprocess.set_step(Magnitude())
    qtbot.waitUntil(lambda: document.spectrum.is_magnitude)
    _with_ether(document)
    assert [one.name for one in dialog.chosen()] == ["diethyl ether"]
    assert "no ratio" in dialog.state_text.text()
    assert dialog.tree.isColumnHidden(4)
    dialog.close()
