"""Solvent and impurities by mouse and keys."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from nmrquanv.gui.dialogs.impurities import ImpuritiesDialog
from nmrquanv.gui.dialogs.reference import OffersDialog
from nmrquanv.io.spectra_formats import SpectrumExport, spectrum_format, write_spectrum
from nmrquanv.spectra.simulate import acquire
from nmrquanv.spectra.simulation.acquisitions import usual_experiment
from nmrquanv.spectra.simulation.scene import joined, lines
from nmrquanv.spectra.simulation.spin_systems import first_order
from tests.flows.processing_user import added, after, menu_entry

MHZ = 400.13
SIGNALS = (
    (7.26, [], 0.3), (7.80, [(8.0, 1)], 2), (6.90, [(8.0, 1)], 2),
    (3.48, [(7.0, 3)], 4), (1.21, [(7.0, 2)], 6), (2.17, [], 2),
)  # fmt: skip
"""Chloroform and a ring; diethyl ether, and a line where acetone's would be."""


@pytest.fixture
def at_ether(user, tmp_path):
    """A person who has searched a spectrum of a sample with diethyl ether in it."""
    rng = np.random.default_rng(3)
    scene = joined(*(lines(first_order(x * MHZ, js, n), 1.0) for x, js, n in SIGNALS))
    made = acquire(rng, scene, usual_experiment(rng, MHZ, 3000.0, 65536)).spectrum
    made = replace(made, sample=replace(made.sample, nucleus="1H", solvent="CDCl3"))
    write_spectrum(tmp_path / "made", SpectrumExport(made), spectrum_format("bruker"))
    user.open(tmp_path / "made")
    user.choose_finders("classical")
    user.find()
    user.qtbot.wait(300)  # the first document lays the docks out, a moment later
    return user


def test_impurities_are_ticked_marked_and_the_solvent_changed(at_ether) -> None:
    user, document = at_ether, at_ether.document
    user.press(Qt.Key.Key_M)
    menu_entry(user, "Analysis", "Solvent and")
    dialog = user.dialog(ImpuritiesDialog)
    names = [dialog.tree.topLevelItem(k).text(0) for k in range(dialog.tree.topLevelItemCount())]
    assert names == ["diethyl ether", "Single lines: a shift proves nothing"]
    hints = dialog.tree.topLevelItem(1)
    told = [hints.child(k).text(0) for k in range(hints.childCount())]
    assert "acetone" in told
    places = {hints.child(k).text(2).split()[0] for k in range(hints.childCount())}
    assert f"{len(places)} single line" in dialog.state_text.text(), "each line counts once"
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
    user.qtbot.keyClick(dialog.solvent_box, Qt.Key.Key_Home)
    assert document.sample.solvent == ""
    assert "say above which it is" in dialog.state_text.text()
    assert dialog.tree.isColumnHidden(4), "there are no ratios"
    user.undo()
    user.undo()
    assert document.sample.solvent.startswith("CDCl3")
    assert dialog.solvent_box.currentData() == "CDCl3"
    user.qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_where_no_line_has_a_known_shift_there_is_nothing_to_agree_to(at_ether) -> None:
    """A greyed OK stood beside Cancel, and the status bar went on looking for lines."""
    user = at_ether
    said = user.window.status.message
    menu_entry(user, "Analysis", "Reference by")
    dialog = user.dialog(OffersDialog)
    assert said.text() == "1 line to reference by"
    user.leave(dialog)
    menu_entry(user, "Analysis", "Solvent and")
    dialog = user.dialog(ImpuritiesDialog)
    dialog.solvent_box.setFocus()
    user.qtbot.keyClick(dialog.solvent_box, Qt.Key.Key_Home)
    user.leave(dialog)
    menu_entry(user, "Analysis", "Reference by")
    dialog = user.dialog(OffersDialog)
    assert [b.text().replace("&", "") for b in dialog.buttons.buttons()] == ["Close"]
    assert said.text() == "No line to reference by"
    user.leave(dialog)


def test_of_magnitudes_no_ratio_of_areas_is_told(at_ether) -> None:
    user, document = at_ether, at_ether.document
    menu_entry(user, "Analysis", "Solvent and")
    dialog = user.dialog(ImpuritiesDialog)
    assert "in ratio" in dialog.state_text.text()
    assert not dialog.tree.isColumnHidden(4)
    user.show_panel("processing")
    after(user, lambda: added(user, "Magnitude"))
    assert document.spectrum.is_magnitude
    user.find()
    assert [one.name for one in dialog.chosen()] == ["diethyl ether"]
    assert "no ratio" in dialog.state_text.text()
    assert dialog.tree.isColumnHidden(4)
    user.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
