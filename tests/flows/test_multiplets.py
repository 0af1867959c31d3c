"""Multiplets by mouse and keys: found, made over a range, named, joined, split, undone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QToolTip

from nmrquanv.gui.dialogs.journal import JournalDialog
from nmrquanv.gui.panels import multiplet_rows as rows
from nmrquanv.gui.panels.multiplet_rows import couplings_to_type
from nmrquanv.io.spectra_formats import SpectrumExport, spectrum_format, write_spectrum
from nmrquanv.spectra.simulate import acquire
from nmrquanv.spectra.simulation.acquisitions import usual_experiment
from nmrquanv.spectra.simulation.scene import joined, lines
from nmrquanv.spectra.simulation.spin_systems import first_order
from tests.flows.processing_user import menu_entry

CARBONS = ((162.3, ((245.0, 1),)), (130.0, ()), (55.0, ()))
METHYL = (0.845, 0.815)
"""Menthol's methyl group at 0.83 ppm: a doublet that stands alone."""


@pytest.fixture
def at_menthol(user, menthol):
    """A person who has menthol's peaks on the screen."""
    user.open(menthol)
    user.choose_finders("classical")
    user.find()
    return user


def cell(user, row: int, column: int):
    table = user.window.multiplets.table
    table.scrollToItem(table.item(row, column))
    return table.visualItemRect(table.item(row, column)).center()


def click_row(user, row: int, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    viewport = user.window.multiplets.table.viewport()
    where = cell(user, row, rows.SHIFT)
    user.qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, modifiers, where)


def type_in(user, row: int, column: int, text: str, *, is_refused: bool = False) -> QLineEdit:
    table = user.window.multiplets.table
    where = cell(user, row, column)
    user.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    user.qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    editor = table.findChild(QLineEdit)
    editor.selectAll()
    user.qtbot.keyClicks(editor, text)
    user.qtbot.keyClick(editor, Qt.Key.Key_Return)
    if not is_refused:
        wait_until_typed(user)
    return editor


def wait_until_typed(user) -> None:
    editing = QAbstractItemView.State.EditingState
    table = user.window.multiplets.table
    user.qtbot.waitUntil(lambda: table.state() != editing and not table.findChildren(QLineEdit))


def row_at(user, ppm: float) -> int:
    found = user.document.multiplets
    return min(range(len(found)), key=lambda k: abs(found[k].ppm - ppm))


def test_multiplets_are_found_by_a_key_and_drawn_with_the_plot(at_menthol) -> None:
    user = at_menthol
    user.press(Qt.Key.Key_M)
    panel, document = user.window.multiplets, user.document
    user.qtbot.waitUntil(panel.isVisible)
    assert panel.table.rowCount() == len(document.multiplets) > 5
    row = row_at(user, 0.831)
    texts = [panel.table.item(row, c).text() for c in range(panel.table.columnCount())]
    assert texts[rows.KIND] == "d"
    assert texts[rows.COUPLINGS].startswith("6.9")
    assert "±" in texts[rows.COUPLINGS]
    drawn = {d.multiplet.id: d for d in user.view.layers.multiplets.drawn}
    assert set(drawn) == {m.id for m in document.multiplets}
    assert len(drawn[document.multiplets[row].id].tree) == 1
    user.undo()
    assert document.multiplets == ()
    assert panel.table.rowCount() == 0
    assert not user.view.layers.multiplets.drawn


def test_a_drag_with_the_tool_makes_a_multiplet_and_its_class_is_typed(at_menthol) -> None:
    user = at_menthol
    user.zoom(0.9, 0.75)
    user.press(Qt.Key.Key_J)
    assert user.window.actions_by_id["multiplet_tool"].isChecked()
    view, mouse = user.view, user.mouse
    mouse.drag(view, mouse.place(view, METHYL[0]), mouse.place(view, METHYL[1]))
    (made,) = user.document.multiplets
    assert (made.kind, made.is_by_hand) == ("d", True)
    panel = user.window.multiplets
    user.qtbot.waitUntil(panel.isVisible)
    assert panel.selected_ids() == (made.id,)
    editor = type_in(user, 0, rows.KIND, "dx", is_refused=True)
    assert "no class" in QToolTip.text()
    QToolTip.hideText()
    user.qtbot.keyClick(editor, Qt.Key.Key_Escape)
    wait_until_typed(user)
    type_in(user, 0, rows.KIND, "dd")
    assert user.document.multiplets[0].name == "dd"
    type_in(user, 0, rows.COUPLINGS, "7.1; 1,2")
    assert [c.hz for c in user.document.multiplets[0].couplings] == [7.1, 1.2]
    type_in(user, 0, rows.COMMENT, "Me-10")
    assert user.document.multiplets[0].comment == "Me-10"
    for _ in range(3):
        user.undo()
    assert user.document.multiplets == (made,)


def test_rows_are_joined_split_removed_and_copied(at_menthol) -> None:
    user = at_menthol
    user.press(Qt.Key.Key_M)
    panel, before = user.window.multiplets, user.document.multiplets
    user.qtbot.waitUntil(panel.isVisible)
    click_row(user, 1)
    assert user.view.layers.multiplets._chosen == {before[1].id}
    click_row(user, 2, Qt.KeyboardModifier.ControlModifier)
    user.click(panel.buttons["join"])
    joined = next(m for m in user.document.multiplets if m.is_by_hand)
    assert set(joined.peak_ids) == set(before[1].peak_ids) | set(before[2].peak_ids)
    assert panel.selected_ids() == (joined.id,)
    user.click(panel.buttons["split"])
    assert joined.id not in [m.id for m in user.document.multiplets]
    assert len(user.document.multiplets) == len(before)
    click_row(user, 0)
    user.qtbot.keyClick(panel.table, Qt.Key.Key_Delete)
    assert len(user.document.multiplets) == len(before) - 1
    user.qtbot.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[:3] == ["δ ppm", "Class", "J Hz"]
    assert len(lines) == len(before)


def test_selected_peaks_become_a_multiplet_that_shares_a_line(at_menthol) -> None:
    user = at_menthol
    user.press(Qt.Key.Key_M)
    found = user.document.multiplets[row_at(user, 0.831)]
    user.zoom(0.9, 0.75)
    peak_id = found.peak_ids[0]
    user.mouse.click(user.view, user.mouse.mark(user.view, peak_id))
    assert user.view.editing.selected_ids() == (peak_id,)
    user.press(Qt.Key.Key_J, Qt.KeyboardModifier.ShiftModifier)
    using = [m for m in user.document.multiplets if peak_id in m.peak_ids]
    assert [m.kind for m in using if m.is_by_hand] == ["s"]
    assert found in using
    row = row_at(user, found.ppm)
    text = user.window.multiplets.table.item(row, rows.LINES).text()
    assert "1 shared" in text


def test_the_menu_hides_multiplets_in_the_plot(at_menthol) -> None:
    user = at_menthol
    user.press(Qt.Key.Key_M)
    menu_entry(user, "View", "Multiplets")
    assert user.view.layers.multiplets.drawn == ()
    menu_entry(user, "View", "Multiplets")
    assert user.view.layers.multiplets.drawn


def test_the_menu_over_a_multiplets_name_selects_its_lines_and_removes_it(at_menthol) -> None:
    user = at_menthol
    user.press(Qt.Key.Key_M)
    user.zoom(0.9, 0.75)
    one = user.document.multiplets[row_at(user, 0.831)]
    layer = user.view.layers.multiplets
    user.qtbot.waitUntil(lambda: any(i == one.id for _, i in layer._boxes))
    box = next(box for box, i in layer._boxes if i == one.id)
    at = (box.center().x(), box.center().y())
    user.choose(user.menu_of_plot(at), "Select Its Lines")
    assert set(user.view.editing.selected_ids()) == set(one.peak_ids)
    user.choose(user.menu_of_plot(at), "Remove Multiplet")
    assert one.id not in [m.id for m in user.document.multiplets]


def test_two_methyl_groups_with_one_inner_top_are_two_doublets_with_a_tree_each(user, menthol):
    """Their couplings, 7.05 and 6.58 Hz in the published list, come from the partner's."""
    user.open(menthol)
    user.choose_finders("quanv")
    user.find()
    user.press(Qt.Key.Key_M)
    user.qtbot.waitUntil(lambda: len(user.document.multiplets) > 10)
    methyls = [m for m in user.document.multiplets if m.shares]
    assert [m.kind for m in methyls] == ["d", "d"]
    assert [m.ppm for m in methyls] == pytest.approx([0.949, 0.933], abs=1e-3)
    assert [m.couplings[0].hz for m in methyls] == pytest.approx([7.05, 6.58], abs=0.15)
    user.zoom(1.03, 0.84)
    layer = user.view.layers.multiplets
    user.qtbot.waitUntil(lambda: {m.id for m in methyls} <= {i for _, i in layer._boxes})
    first, second = (box for box, i in layer._boxes if i in {m.id for m in methyls})
    assert not first.intersects(second)


def test_a_doublet_whose_lines_hide_small_couplings_is_a_doublet(user, tmp_path) -> None:
    rng, mhz = np.random.default_rng(0), 400.13
    hidden = first_order(7.75 * mhz, ((7.7, 1), (0.7, 1), (0.6, 2)))
    others = [first_order(1.0 * mhz, ((7.5, 2),)), first_order(2.0 * mhz, ())]
    scene = joined(*(lines(sticks, 1.0) for sticks in (hidden, *others)))
    made = acquire(rng, scene, usual_experiment(rng, mhz, 5000.0, 32768)).spectrum
    write_spectrum(tmp_path / "made", SpectrumExport(made), spectrum_format("bruker"))
    user.open(tmp_path / "made")
    user.choose_finders("quanv")
    user.find()
    user.press(Qt.Key.Key_M)
    user.qtbot.waitUntil(user.window.multiplets.isVisible)
    table, row = user.window.multiplets.table, row_at(user, 7.75)
    assert table.item(row, rows.KIND).text() == "d"
    assert float(table.item(row, rows.COUPLINGS).text().split()[0]) == pytest.approx(7.7, abs=0.2)
    assert user.document.multiplets[row].ppm == pytest.approx(7.75, abs=2e-3)


def test_a_wide_coupling_is_found_where_an_open_spectrum_of_fluorine_has_it(user, tmp_path) -> None:
    signals = {
        "proton": ("1H", 400.13, [(4.5, ((47.3, 1), (6.0, 2))), (2.0, ())]),
        "fluorine": ("19F", 376.5, [(3.0, ((47.3, 2),))]),
    }
    for number, (name, (nucleus, mhz, made)) in enumerate(signals.items()):
        rng = np.random.default_rng(number)
        scene = joined(*(lines(first_order(ppm * mhz, list(js)), 1.0) for ppm, js in made))
        spectrum = acquire(rng, scene, usual_experiment(rng, mhz, 3000.0, 32768)).spectrum
        spectrum = replace(spectrum, sample=replace(spectrum.sample, nucleus=nucleus, title=""))
        write_spectrum(tmp_path / name, SpectrumExport(spectrum), spectrum_format("bruker"))
    user.open(tmp_path / "proton")
    user.choose_finders("classical")
    user.find()
    user.press(Qt.Key.Key_M)
    assert sorted(m.kind for m in user.document.multiplets) == ["s", "t", "t"]
    user.open(tmp_path / "fluorine")
    user.find()
    user.press(Qt.Key.Key_M)
    assert [m.kind for m in user.document.multiplets] == ["t"]
    user.press(Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    assert user.document.sample.nucleus == "1H"
    user.press(Qt.Key.Key_M)
    assert sorted(m.kind for m in user.document.multiplets) == ["dt", "s"]
    (wide,) = [m for m in user.document.multiplets if m.kind == "dt"]
    assert wide.couplings[0].hz == pytest.approx(47.3, abs=0.1)
    assert "couplings compared with" in user.window.status.message.text()
    row = row_at(user, wide.ppm)
    assert "→ F; 6." in user.window.multiplets.table.item(row, rows.COUPLINGS).text()


def test_two_lines_of_carbon_become_a_doublet_and_its_coupling_is_said_to_be_to_fluorine(
    user, tmp_path
) -> None:
    rng, mhz = np.random.default_rng(0), 100.6
    scene = joined(*(lines(first_order(ppm * mhz, js), 1.0) for ppm, js in CARBONS))
    spectrum = acquire(
        rng, scene, usual_experiment(rng, mhz, 2000.0, 65536, nucleus="13C")
    ).spectrum
    write_spectrum(tmp_path / "carbon", SpectrumExport(spectrum), spectrum_format("bruker"))
    user.open(tmp_path / "carbon")
    user.choose_finders("classical")
    user.find()
    user.zoom(168, 156)
    high, low = sorted(
        (p for p in user.document.shown_peaks() if p.ppm > 150), key=lambda p: -p.ppm
    )
    for peak, keys in ((high, user.mouse.plain), (low, user.mouse.ctrl)):
        user.mouse.click(user.view, user.mouse.mark(user.view, peak.id), keys)
    user.press(Qt.Key.Key_J, Qt.KeyboardModifier.ShiftModifier)
    (made,) = user.document.multiplets
    assert (made.kind, made.couplings[0].to) == ("d", "")
    user.qtbot.waitUntil(user.window.multiplets.isVisible)
    table = user.window.multiplets.table
    where = cell(user, 0, rows.COUPLINGS)
    user.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    user.qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    editor = table.findChild(QLineEdit)
    assert editor.text() == f"{made.couplings[0].hz:.2f}"  # the error is no part of what is typed
    user.qtbot.keyClick(editor, Qt.Key.Key_End)
    user.qtbot.keyClicks(editor, " F")
    user.qtbot.keyClick(editor, Qt.Key.Key_Return)
    wait_until_typed(user)
    assert table.item(0, rows.COUPLINGS).text().endswith("→ F")
    user.press(Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    assert "(d, JC–F = 245.0 Hz)" in user.dialog(JournalDialog).text.toPlainText()


def test_a_cell_that_is_opened_and_left_with_enter_changes_nothing(at_menthol) -> None:
    user = at_menthol
    user.press(Qt.Key.Key_M)
    before = user.document.multiplets
    row = next(k for k, m in enumerate(before) if m.couplings)
    editor = type_in(user, row, rows.COUPLINGS, couplings_to_type(before[row]))
    assert editor is not None
    assert user.document.multiplets == before
