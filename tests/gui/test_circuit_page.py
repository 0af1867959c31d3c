from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel

from nmrquanv.errors import ModelError
from nmrquanv.gui import theme
from nmrquanv.gui.pages import circuit as circuit_module
from nmrquanv.gui.pages import circuit_words as words
from nmrquanv.gui.pages.circuit_drawing import degrees, gate_text
from nmrquanv.gui.pages.forms import diverging
from nmrquanv.models.cards import new_card
from nmrquanv.models.circuit_view import Gate
from nmrquanv.models.circuits import ANSATZES
from nmrquanv.models.library import save_user_model
from nmrquanv.models.networks import build


def settled(qtbot, page) -> None:
    """Wait until all that was asked for is shown."""
    qtbot.waitUntil(
        lambda: not (page._later.isActive() or page._views.is_busy or page._slides.is_busy),
        timeout=30_000,
    )


def chosen(box: QComboBox, value) -> None:
    """Choose with the keys, as a user does."""
    box.setFocus()
    box.setCurrentIndex(0)
    for _ in range(box.findData(value) if not isinstance(value, int) else value):
        QTest.keyClick(box, Qt.Key.Key_Down)


@pytest.fixture
def page(qtbot, window):
    """The page over a spectrum, opened with its key."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(
        window,
        Qt.Key.Key_C,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    page = window.side_pages.circuit
    qtbot.waitExposed(page)
    settled(qtbot, page)
    return page


@pytest.fixture
def page_with_spectrum(qtbot, window, menthol):
    with qtbot.waitSignal(window.workspace.opened, timeout=20_000):
        window.opening.open_paths([menthol])
    window.actions_by_id["circuit"].trigger()
    page = window.side_pages.circuit
    qtbot.waitUntil(lambda: page.traces is not None, timeout=30_000)
    settled(qtbot, page)
    return page


def test_the_page_opens_with_its_key_and_closes_with_ctrl_w(qtbot, window, page) -> None:
    assert page.isVisible()
    assert page.view.kind == "circuit"
    assert page.summary.text() == words.CIRCUIT
    QTest.keyClick(page, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert not page.isVisible()
    assert window.isVisible()
    window.actions_by_id["circuit"].trigger()
    assert window.side_pages.circuit is page
    assert page.isVisible()


def test_without_a_spectrum_it_says_what_to_do(page) -> None:
    page.tabs.setCurrentIndex(1)
    assert page.no_window.isVisible()
    assert not page.plots.isVisible()
    assert "Open a spectrum" in page.no_window.text()


def test_every_circuit_of_the_model_can_be_chosen(qtbot, page) -> None:
    assert page.group.count() == 4
    seen = []
    for number in range(4):
        chosen(page.group, number)
        settled(qtbot, page)
        assert page.view.group == number
        seen.append([gate.angle_rad for gate in page.view.gates])
    assert len({tuple(angles) for angles in seen}) == 4


@pytest.mark.parametrize("ansatz", [a for a in ANSATZES if a != "strongly_entangling"])
def test_another_ansatz_is_there_to_look_at_and_says_so(qtbot, page, ansatz) -> None:
    assert not page.note.isVisible()
    chosen(page.ansatz, ansatz)
    settled(qtbot, page)
    assert (page.view.ansatz, page.view.is_of_model) == (ansatz, False)
    assert page.note.isVisible()
    assert "Not part of the model" in page.note.text()
    chosen(page.ansatz, "")
    settled(qtbot, page)
    assert not page.note.isVisible()


def test_a_cnn_shows_its_filters_and_says_that_it_has_no_circuit(qtbot, page) -> None:
    chosen(page.model, "cnn")
    settled(qtbot, page)
    assert "no quantum circuit" in page.summary.text()
    assert "20 ordinary filters" in page.summary.text()
    assert not page.area.isVisible()
    assert page.forms.titles[0].text() == "Filter 1"
    assert not page.forms.maps[0].isVisible()
    assert page.forms.plots[0].isVisible()
    chosen(page.group, 2)
    settled(qtbot, page)
    assert page.forms.titles[4].text() == "Filter 15"
    chosen(page.ansatz, "strongly_entangling")
    settled(qtbot, page)
    assert page.area.isVisible()
    assert page.note.isVisible()


def test_the_traces_follow_the_view_of_the_spectrum(qtbot, window, page_with_spectrum) -> None:
    page = page_with_spectrum
    window.view.view_box.show_view(x=(0.75, 1.05))
    qtbot.waitUntil(lambda: page.traces is not None and page.traces.ppm[0] < 1.06, timeout=20_000)
    settled(qtbot, page)
    high, low = window.view.visible_ppm()
    assert page.traces.ppm[[0, -1]] == pytest.approx((high, low))
    _, y = page.plots.curves[3].getData()
    assert np.array_equal(y, page.traces.channels[2])
    page.tabs.setCurrentIndex(1)
    chosen(page.extent, 1)
    settled(qtbot, page)
    width = page.traces.ppm[0] - page.traces.ppm[-1]
    assert 0 < width < high - low
    assert page.traces.ppm[100] == pytest.approx(0.9, abs=0.01)


def test_with_the_spectrum_its_traces_go(qtbot, window, page_with_spectrum) -> None:
    page = page_with_spectrum
    window.actions_by_id["close"].trigger()
    qtbot.waitUntil(lambda: page.traces is None, timeout=20_000)
    page.tabs.setCurrentIndex(1)
    assert page.no_window.isVisible()


def test_a_kept_model_is_offered_at_once(qtbot, window, page) -> None:
    card = new_card("quanv", "slots", name="mine", ansatz="two_design")
    saved = save_user_model(card, build(card))
    window.retraining.kept.emit(saved)
    assert page.model.currentData() == "quanv"
    chosen(page.model, "mine")
    settled(qtbot, page)
    assert (page.view.ansatz, page.view.is_of_model) == ("two_design", True)
    assert page.group.count() == 1
    assert not page.seen.isEnabled()
    assert "(1 of 16)" in page.forms.answers[0].text()


def test_under_the_mouse_stands_what_the_channels_answer(qtbot, page_with_spectrum) -> None:
    page = page_with_spectrum
    page.tabs.setCurrentIndex(1)
    plots = page.plots
    middle = plots.plots[2].getViewBox().sceneBoundingRect().center()
    qtbot.wait(10)
    plots.canvas.scene().sigMouseMoved.emit(QPointF(middle))
    assert "the five channels answer" in plots.reading.text()
    low, high = plots._stretch.getRegion()
    assert high - low == pytest.approx(32 * (page.traces.ppm[0] - page.traces.ppm[1]))
    plots.point_at(None)
    assert "Move the mouse" in plots.reading.text()


def test_a_row_of_the_table_points_out_its_gate(qtbot, page) -> None:
    page.tabs.setCurrentIndex(2)
    table = page.table
    assert table.rowCount() == 45
    qtbot.wait(10)
    place = table.visualItemRect(table.item(2, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert page.drawing.marked == 2
    gate = next(g for g in page.view.gates if g.parameter == 2)
    assert table.item(2, 1).text() == gate.kind
    assert float(table.item(2, 3).text().replace("−", "-")) == pytest.approx(
        gate.angle_rad, abs=1e-6
    )
    remarks = [table.item(row, 5).text() for row in range(45)]
    assert sum("no effect" in remark for remark in remarks) == 5
    drawing = page.drawing
    assert drawing.gate_at(drawing.place(gate.column, gate.first)) is gate
    image = drawing.grab().toImage()
    at = drawing.place(gate.column, gate.first)
    ratio = image.width() / drawing.width()
    edge = {image.pixelColor(round(at.x() * ratio), round((at.y() + d) * ratio)).name()
            for d in np.arange(-18, -14, 0.5)}  # fmt: skip
    assert theme.current().accent in edge


def test_failures_are_said_and_not_thrown(qtbot, page, monkeypatch) -> None:
    def fail(_choice):
        raise ModelError("the weights are gone")

    monkeypatch.setattr(circuit_module, "look", fail)
    chosen(page.group, 1)
    qtbot.waitUntil(lambda: "weights are gone" in page.note.text(), timeout=20_000)
    assert page.note.isVisible()


def test_the_page_can_be_used_with_the_keys_alone(page) -> None:
    boxes = [page.model, page.ansatz, page.group, page.extent, page.seen]
    for box in boxes:
        assert box.accessibleName()
        assert box.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert page.drawing.accessibleDescription() == "45 rotations and 15 links on five qubits"
    assert page.forms.bar.accessibleDescription().startswith("from −0.")
    mnemonics = [label.text() for label in page.findChildren(QLabel) if label.buddy() is not None]
    letters = [text[text.index("&") + 1].lower() for text in mnemonics]
    assert len(letters) == len(set(letters)) == len(boxes)


@pytest.mark.parametrize("look", ["light", "dark"])
def test_no_text_is_cut_on_a_small_screen_in_either_theme(qtbot, qapp, page, look) -> None:
    theme.apply(look, qapp)
    page.resize(1180, 740)
    for ansatz in (0, 1, 2):
        page.ansatz.setCurrentIndex(ansatz)
        settled(qtbot, page)
        for tab in range(3):
            page.tabs.setCurrentIndex(tab)
            qtbot.wait(20)
            assert page.size().height() == 740
            for label in page.findChildren(QLabel):
                if label.isVisible() and label.text():
                    need = label.heightForWidth(label.width()) if label.wordWrap() else -1
                    assert label.height() >= max(need, 1), label.text()
                    assert label.wordWrap() or label.width() >= label.sizeHint().width(), (
                        label.text()
                    )
    theme.apply("light", qapp)


def test_the_colours_of_a_matrix_say_sign_and_size(qapp) -> None:
    for look in ("light", "dark"):
        shown = theme.apply(look, qapp)
        colours = diverging(np.array([[-1.0, 0.0, 1.0, 2.0]]), 1.0)[0]
        names = [QColor(int(r), int(g), int(b)).name() for b, g, r, _ in colours]
        assert names == [shown.quanv, shown.plot, shown.cnn, shown.cnn]
    theme.apply("light", qapp)


@pytest.mark.parametrize(
    ("angle", "shown"),
    [(0, 0), (math.pi, 180), (-math.pi / 2, -90), (3 * math.pi / 2, -90), (7, 41)],
)
def test_angles_are_told_as_flip_angles(angle, shown) -> None:
    assert degrees(angle) == shown


def test_what_a_gate_does_is_one_sentence() -> None:
    turn = Gate("RY", 1, 1, 0, 4, math.pi / 2)
    assert gate_text(turn) == "RY: turns qubit 2 about y by 90° (parameter 5)"
    assert "no effect" in gate_text(Gate("RZ", 1, 1, 0, 4, 1.0, False))
    assert (
        gate_text(Gate("CNOT", 0, 4, 0)) == "CNOT: qubit 1 decides whether qubit 5 is turned over"
    )


def test_the_page_closes_with_the_main_window(qtbot, window, page) -> None:
    window.closing.agree()
    window.close()
    assert not page.isVisible()
    assert [w for w in QApplication.topLevelWidgets() if w.isVisible()] == []
