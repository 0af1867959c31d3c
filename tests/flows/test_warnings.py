"""What the program says by itself: outside its scope, lines to reference by, lines that point down.

Everything is done by mouse and keys.
"""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialogButtonBox

from nmrquanv.gui.dialogs.reference import OffersDialog
from nmrquanv.session.negative_lines import WARNING
from nmrquanv.spectra.recipe import Apodization, Phase, ZeroFill
from tests.flows.processing_user import LEFT, after, chosen, field, menu_entry, pressed

WAIT_MS = 60_000
OK, CANCEL = QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Cancel


def searched(user) -> str:
    """Find peaks, and return what stands above their table."""
    user.find()
    user.show_panel("peaks")
    notes = user.window.peak_table.notes
    return notes.text() if notes.isVisible() else ""


def offers(user) -> OffersDialog:
    """Ask for the lines that the spectrum can be referenced by."""
    menu_entry(user, "Analysis", "Reference by")
    return user.dialog(OffersDialog)


def test_a_spectrum_out_of_phase_is_warned_of_and_phasing_it_ends_the_warning(at_fid) -> None:
    user, document = at_fid, at_fid.document
    user.choose_finders("classical")
    assert "phase" not in searched(user)
    right = document.recipe.step(Phase).ph0_deg
    user.show_panel("processing")
    chosen(user, Phase)
    spin = user.window.processing.phase.ph0.spin
    after(user, lambda: user.type_into(spin, f"{right + 25.0:.3f}"))
    told = searched(user)
    assert told.startswith("⚠ Lines lean as if the phase were")
    assert "phase the spectrum" in told.replace("\n", " ")  # what to do
    user.show_panel("processing")
    after(user, lambda: user.type_into(spin, f"{right:.3f}"))
    assert "phase" not in searched(user)


def test_lines_of_few_points_are_warned_of_and_filling_with_zeros_helps(at_fid) -> None:
    user, document = at_fid, at_fid.document
    user.choose_finders("classical")
    usual = document.recipe.step(ZeroFill).si
    chosen(user, ZeroFill)
    box = field(user, ZeroFill, "si").box
    while document.recipe.step(ZeroFill).si > 4096:
        box.setFocus()
        after(user, lambda: user.qtbot.keyClick(box, Qt.Key.Key_Up))
    told = searched(user)
    assert "points broad" in told
    assert "zero-fill" in told  # what to do
    while document.recipe.step(ZeroFill).si < usual:
        box.setFocus()
        after(user, lambda: user.qtbot.keyClick(box, Qt.Key.Key_Down))
    assert "points broad" not in searched(user)


def test_lines_that_apodization_made_broad_are_warned_of_where_a_network_lists_them(at_fid) -> None:
    user = at_fid
    user.choose_finders("cnn")
    chosen(user, Apodization)
    spin = field(user, Apodization, "lb_hz").spin
    after(user, lambda: user.type_into(spin, "50"))
    told = searched(user)
    assert "Hz broad" in told
    assert "in the training of CNN" in told.replace("\n", " ")
    assert "apodize less" in told.replace("\n", " ")
    user.choose_finders("classical")
    user.find()
    user.show_panel("comparison")
    user.click(user.window.comparison.working.buttons["classical"])
    user.show_panel("peaks")
    assert "Hz broad" not in user.window.peak_table.notes.text(), "this one was not trained"
    user.choose_finders("cnn")
    user.show_panel("processing")
    after(user, lambda: user.type_into(spin, "1"))
    user.find()
    user.show_panel("comparison")
    user.click(user.window.comparison.working.buttons["cnn"])
    assert "Hz broad" not in user.window.peak_table.notes.text()


def test_the_solvents_line_is_offered_declined_and_accepted(user, menthol) -> None:
    document = user.open(menthol)
    before = document.spectrum.axis.offset_ppm
    dialog = offers(user)
    text = dialog.list.item(0).text()
    assert text.startswith("CDCl3: 7.28")
    assert "→ 7.26 ppm" in text
    assert "TMS: no line" in dialog.reasons.text()
    pressed(user, dialog, CANCEL)
    assert document.spectrum.axis.offset_ppm == before
    assert document.undo_stack.count() == 0
    dialog = offers(user)
    at = dialog.list.visualItemRect(dialog.list.item(0)).center()
    user.qtbot.mouseClick(dialog.list.viewport(), LEFT, pos=at)
    moved = float(text.split("(")[1].split(" ppm")[0])
    with user.qtbot.waitSignal(document.spectrum_changed, timeout=WAIT_MS):
        pressed(user, dialog, OK)
    assert document.spectrum.axis.offset_ppm - before == pytest.approx(moved, abs=1e-4)
    assert user.window.status.message.text() == "Referenced by CDCl3"
    user.undo()
    user.qtbot.waitUntil(lambda: document.spectrum.axis.offset_ppm == before)


def test_where_analyte_lines_lie_over_the_solvent_nothing_is_offered_and_why_is_told(
    at_fid,
) -> None:
    dialog = offers(at_fid)
    assert dialog.list.isHidden()
    assert dialog.buttons.button(OK) is None
    assert "CDCl3: the lines near it are of a multiplet or overlap others" in dialog.reasons.text()
    at_fid.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    at_fid.qtbot.waitUntil(lambda: not dialog.isVisible())
    assert at_fid.document.undo_stack.count() == 0


def lines_painted(user) -> int:
    """Return how many lines across the plot are there for the least S/N."""
    view = user.view

    def look() -> np.ndarray:
        image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        pixels = np.frombuffer(image.constBits(), np.uint32)
        return pixels.reshape(image.height(), image.width()).copy()

    with_it = look()
    menu_entry(user, "View", "Line of Least S/N")
    user.qtbot.wait(30)
    rows = np.flatnonzero((with_it != look()).mean(axis=1) > 0.2)
    menu_entry(user, "View", "Line of Least S/N")
    return int((np.diff(rows, prepend=-9) > 1).sum())


def dragged_to(user, height: float) -> None:
    """Drag the tag of the least S/N."""
    view, line = user.view, user.view.layers.threshold
    start = line.tag().center()
    end = start.x(), float(view.trace.y_px(height))
    user.mouse.drag(view, (start.x(), start.y()), end, steps=6)


def test_in_a_dept_the_threshold_has_a_line_below_that_moves_with_it(user, examples) -> None:
    document = user.open(next((examples / "bruker_dept135_caryophyllene_oxide").iterdir()))
    user.choose_finders("classical")
    user.find()
    down = sorted(-p.height for p in document.shown_peaks() if p.height < 0)
    assert len(down) >= 5
    level = 1.05 * down[len(down) // 2]
    dragged_to(user, level)
    line = user.view.layers.threshold
    assert line.limit.snr * line.limit.sigma == pytest.approx(level, rel=0.05)
    assert line.limit.is_both
    assert lines_painted(user) == 2
    left = sum(p.height < 0 for p in document.shown_peaks())
    assert 0 < left <= len(down) // 2
    assert WARNING not in user.window.status.notes.text()
    user.undo()
    assert sum(p.height < 0 for p in document.shown_peaks()) == len(down)


def test_a_line_that_points_down_in_a_proton_spectrum_is_a_fault_and_gets_no_line(at_fid) -> None:
    user, document, view = at_fid, at_fid.document, at_fid.view
    chosen(user, Phase)
    trace = after(user, lambda: user.click(user.window.processing.phase.flip_button))
    user.press(Qt.Key.Key_F)
    user.press(Qt.Key.Key_F)
    place = float(document.spectrum.axis.ppm(int(trace.argmin())))
    user.press(Qt.Key.Key_P)
    user.mouse.click(view, user.mouse.place(view, place, 0.6 * float(trace.min())))
    assert [p.height < 0 for p in document.shown_peaks()] == [True]
    assert WARNING in user.window.status.notes.text()
    user.undo()
    assert WARNING not in user.window.status.notes.text()
    user.redo()
    user.choose_finders("classical")
    user.find()
    assert not view.layers.threshold.limit.is_both
