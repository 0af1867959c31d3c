"""The journal's line by mouse and keys: written, copied, and a published one held against it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from nmrquanv.gui.dialogs.journal import JournalDialog
from nmrquanv.gui.dialogs.published import PublishedDialog
from tests.flows.peak_user import integral_typed, integrated

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def with_multiplets(user, menthol):
    """A person who has menthol's multiplets on the screen."""
    user.open(menthol)
    user.choose_finders("classical")
    user.find()
    user.press(Qt.Key.Key_M)
    return user


def test_the_text_follows_style_and_document_and_is_copied_as_rich_text(with_multiplets) -> None:
    user = with_multiplets
    user.press(Qt.Key.Key_J, CTRL)
    dialog = user.dialog(JournalDialog)
    assert dialog.text.toPlainText().startswith("1H NMR (500 MHz, CDCl3) δ 3.4")
    assert "0.83 (d, J = 7.0 Hz)" in dialog.text.toPlainText()
    user.click(dialog.copy_button)
    data = QGuiApplication.clipboard().mimeData()
    assert "<sup>1</sup>H NMR" in data.html()
    assert "<i>J</i> = 7.0 Hz" in data.html()
    assert data.text().startswith("¹H NMR (500 MHz, CDCl3)")
    dialog.style_box.setFocus()
    user.qtbot.keyClick(dialog.style_box, Qt.Key.Key_Down)
    assert dialog.text.toPlainText().startswith("δH (500 MHz; CDCl3)")
    user.qtbot.keyClick(dialog.style_box, Qt.Key.Key_End)
    assert dialog.own.isVisible()
    user.type_into(dialog.parts[0], "{nope}: ")
    assert "'nope' that does not exist" in dialog.notes.toPlainText()
    assert not dialog.copy_button.isEnabled()
    user.type_into(dialog.parts[0], "{iso}{nuc}: ")
    assert dialog.text.toPlainText().startswith("1H: ")
    assert user.window.settings.journal_template[0] == "{iso}{nuc}: "
    count = dialog.text.toPlainText().count("(")
    user.undo()
    assert dialog.text.toPlainText().count("(") < count
    user.leave(dialog)


def test_the_text_of_each_style_is_pasted_back_and_all_of_it_is_found(with_multiplets) -> None:
    user, qtbot = with_multiplets, with_multiplets.qtbot
    user.zoom(3.7, 3.1)
    integrated(user, 3.50, 3.36)
    integral_typed(user, "H", "1")
    user.press(Qt.Key.Key_J, CTRL)
    dialog, texts = user.dialog(JournalDialog), []
    for _ in range(4):
        user.click(dialog.copy_button)
        texts.append(QGuiApplication.clipboard().text())
        dialog.style_box.setFocus()
        qtbot.keyClick(dialog.style_box, Qt.Key.Key_Down)
    user.leave(dialog)
    assert len(set(texts)) == 4
    assert all("1H" in text and "3H" in text for text in texts)
    user.press(Qt.Key.Key_J, CTRL | Qt.KeyboardModifier.ShiftModifier)
    dialog = user.dialog(PublishedDialog)
    printed = texts[0].count("(") - 1
    for text in texts:
        QGuiApplication.clipboard().setText(text)
        dialog.text.setFocus()
        qtbot.keyClick(dialog.text, Qt.Key.Key_A, CTRL)
        qtbot.keyClick(dialog.text, Qt.Key.Key_V, CTRL)
        words = [dialog.table.item(r, 0).text() for r in range(dialog.table.rowCount())]
        assert words[:printed] == ["found"] * printed, text
        assert set(words[printed:]) <= {"extra"}
        drawn = user.view.layers.published.comparison
        assert next(f.signal.nuclei for f in drawn.signals) == 1
    user.leave(dialog)


def test_signals_that_are_too_close_become_one_range_by_a_click(with_multiplets) -> None:
    user, document = with_multiplets, with_multiplets.document
    user.press(Qt.Key.Key_J, CTRL)
    dialog = user.dialog(JournalDialog)
    before, multiplets = dialog.text.toPlainText(), document.multiplets
    doubts = dialog.notes.toPlainText().count("so close to another signal")
    user.click(dialog.join_button)
    assert dialog.notes.toPlainText().count("so close to another signal") < doubts
    text = dialog.text.toPlainText()
    assert text.count("(") < before.count("(")
    assert "1.69–1.61 (m)" in text
    assert "1.69–1.66 (m)" in before
    assert "2.01–1.96 (m)" in text
    assert "0.83 (d, J = 7.0 Hz)" in text
    assert not dialog.join_button.isEnabled()
    lines = {i for m in multiplets for i in m.peak_ids}
    assert {i for m in document.multiplets for i in m.peak_ids} == lines
    user.undo()
    assert document.multiplets == multiplets
    assert dialog.text.toPlainText() == before
    user.leave(dialog)


def test_a_pasted_line_is_found_missing_or_extra_and_drawn(with_multiplets) -> None:
    user = with_multiplets
    user.press(Qt.Key.Key_J, CTRL | Qt.KeyboardModifier.ShiftModifier)
    dialog = user.dialog(PublishedDialog)
    QGuiApplication.clipboard().setText(
        "1H NMR (500 MHz, CDCl3) δ 6.10 (s, 1H), 3.43 (m, 1H), 0.83 (d, J = 7.0 Hz, 3H)."
    )
    dialog.text.setFocus()
    user.qtbot.keyClick(dialog.text, Qt.Key.Key_V, CTRL)
    assert [dialog.table.item(r, 0).text() for r in range(3)] == ["missing", "found", "found"]
    assert dialog.table.item(2, 4).text() == "0.831"
    assert "2 found" in dialog.verdict.text().replace("<b>", "").replace("</b>", "")
    drawn = user.view.layers.published.comparison
    assert [f.is_found for f in drawn.signals] == [False, True, True]
    assert len(drawn.extra) == dialog.table.rowCount() - 3
    where = dialog.table.visualItemRect(dialog.table.item(0, 1)).center()
    user.qtbot.mouseClick(dialog.table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    high, low = user.view.visible_ppm()
    assert high > 6.10 > low
    user.leave(dialog)
    assert user.view.layers.published.comparison is None
