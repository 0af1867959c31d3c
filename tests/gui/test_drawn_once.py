"""What an edit leaves as it is is neither placed nor drawn anew."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QImage, QPalette
from PySide6.QtWidgets import QApplication, QDockWidget, QScrollBar, QWidget

from nmrquanv.gui.main_window import MainWindow
from nmrquanv.gui.panels.peak_table import PeakTable
from nmrquanv.gui.panels.peak_table_painting import RowPainter
from nmrquanv.gui.panels.still_bar import StillBar
from nmrquanv.gui.plot.marked_peaks import MarkedPeaks
from nmrquanv.gui.plot.spectrum_view import SpectrumView
from nmrquanv.spectra.peaks import Peak


def settle() -> None:
    for _ in range(3):
        QApplication.sendPostedEvents()
        QApplication.processEvents()


class Painted(QObject):
    """Counts by kind of widget what is painted."""

    def __init__(self) -> None:
        super().__init__()
        self.count: Counter[str] = Counter()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
            self.count[type(watched).__name__] += 1
        return False


@pytest.fixture
def counted(monkeypatch):
    """Return what counts the calls of a method of a class."""

    def counted(kind: type, name: str) -> list[int]:
        calls, method = [0], getattr(kind, name)

        def count(self, *args):
            calls[0] += 1
            return method(self, *args)

        monkeypatch.setattr(kind, name, count)
        return calls

    return counted


@pytest.fixture
def view(qtbot, document) -> SpectrumView:
    view = SpectrumView()
    qtbot.addWidget(view)
    view.resize(900, 500)
    view.show()
    view.set_document(document)
    qtbot.waitExposed(view)
    return view


def test_an_edit_in_a_panel_draws_no_dock_and_not_the_window(
    window: MainWindow, menthol, qtbot
) -> None:
    with qtbot.waitSignal(window.workspace.current_changed, timeout=20_000):
        window.workspace.open(menthol)
    document = window.workspace.current
    document.edit.add_peak(3.0, snap=False)
    qtbot.waitUntil(lambda: window.peak_table.view.isVisible())
    settle()
    watch = Painted()
    for widget in (window, *window.findChildren(QDockWidget), window.peak_table):
        widget.installEventFilter(watch)
    drawn = []
    for ppm in (6.0, 7.0, 8.0):  # something else may be drawn late, once
        watch.count.clear()
        document.edit.add_peak(ppm, snap=False)
        settle()
        drawn.append(watch.count.copy())
    assert set(drawn[0]) & set(drawn[1]) & set(drawn[2]) == {"PeakTable"}


def test_what_is_said_of_a_peak_moves_no_mark_and_no_label(view: SpectrumView, counted) -> None:
    document = view.document
    view.grab()
    marks, labels = counted(MarkedPeaks, "apart"), counted(MarkedPeaks, "labelled")
    before = view.grab().toImage()
    document.edit.confirm_peaks([document.peaks.peaks[1].id])
    assert view.grab().toImage() != before
    assert marks == labels == [0]
    document.edit.delete_peaks([document.peaks.peaks[1].id])
    view.grab()
    assert labels == [1]


def test_a_dragged_peak_is_told_from_another_in_the_same_places(view: SpectrumView) -> None:
    first, second = (Peak(p, 50.0, source="added") for p in (5.0, 3.0))
    for dragged, number in ((first, 0), (second, 1)):
        view.markers.set_working([first, second], 3)
        view.markers.set_moving(None)
        at_rest = view.markers.places().x[number]
        view.markers.set_moving(dragged.id, 4.0)
        assert view.markers.places().x[number] != at_rest


@pytest.fixture
def table(document, qtbot) -> PeakTable:
    document.edit.set_layer_results({})
    for number in range(40):
        document.edit.add_peak(9.0 - 0.1 * number, snap=False)
    panel = PeakTable()
    qtbot.addWidget(panel)
    panel.set_document(document)
    panel.resize(900, 200)
    panel.show()
    qtbot.waitExposed(panel)
    settle()
    return panel


def test_a_row_is_drawn_when_it_says_something_else(table: PeakTable, document, counted) -> None:
    table.view.viewport().grab()
    drawn = counted(RowPainter, "_draw")
    document.edit.delete_peaks([document.peaks.peaks[-1].id])
    table.view.viewport().grab()
    assert drawn == [0], "a row out of sight has gone"
    document.edit.label_peak(document.peaks.peaks[1].id, "H-3")
    labelled = table.view.viewport().grab().toImage()
    assert drawn == [1]
    document.edit.label_peak(document.peaks.peaks[1].id, "H-4")
    assert table.view.viewport().grab().toImage() != labelled


def test_rows_follow_colours_letters_and_columns(table: PeakTable) -> None:
    before = table.view.viewport().grab().toImage()
    palette = table.view.palette()
    palette.setColor(QPalette.ColorRole.Text, Qt.GlobalColor.red)
    table.view.setPalette(palette)
    red = table.view.viewport().grab().toImage()
    assert red != before
    table.view.setColumnWidth(1, table.view.columnWidth(1) + 30)
    wider = table.view.viewport().grab().toImage()
    assert wider != red
    font = table.view.font()
    font.setPointSizeF(1.2 * font.pointSizeF())
    table.view.setFont(font)
    assert table.view.viewport().grab().toImage() != wider


def levels(widget: QWidget) -> np.ndarray:
    """Return the colours of a widget, ``(height, width, 4)``."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    shape = image.height(), image.width(), 4
    return np.frombuffer(bytes(image.constBits()), np.uint8).reshape(shape).astype(int)


def test_a_still_bar_looks_as_any_other(qtbot) -> None:
    usual = QScrollBar(Qt.Orientation.Vertical)
    still = StillBar(Qt.Orientation.Vertical, None)
    for bar in (usual, still):
        qtbot.addWidget(bar)
        bar.resize(14, 150)
    seen = []
    for most, step, value, is_enabled in (
        (500, 10, 0, True), (500, 10, 250, True), (500, 10, 500, True), (20, 40, 5, True),
        (20, 40, 5, False), (0, 40, 0, True),
    ):  # fmt: skip
        for bar in (usual, still):
            bar.setRange(0, most)
            bar.setPageStep(step)
            bar.setValue(value)
            bar.setEnabled(is_enabled)
        seen.append(levels(still))
        assert np.abs(seen[-1] - levels(usual)).max() <= 2, "but for the rounding of shades"
        assert (seen[-1] == levels(still)).all()
    assert all((a != b).any() for a, b in pairwise(seen))


def test_a_still_bar_is_drawn_once_for_what_cannot_be_seen(qtbot, monkeypatch) -> None:
    bar = StillBar(Qt.Orientation.Vertical, None)
    qtbot.addWidget(bar)
    bar.resize(14, 150)
    bar.setRange(0, 5000)
    bar.setValue(2500)
    bar.grab()
    kept = bar._picture.cacheKey()
    bar.setRange(0, 5001)
    bar.grab()
    assert bar._picture.cacheKey() == kept
    bar.setValue(3000)
    bar.grab()
    assert bar._picture.cacheKey() != kept


def test_a_longer_list_does_not_draw_the_table_twice(table: PeakTable, document) -> None:
    watch = Painted()
    table.view.installEventFilter(watch)
    document.edit.add_peak(1.0, snap=False)
    settle()
    assert watch.count["PeakTableView"] == 1


def test_the_end_of_a_list_that_gets_shorter_stays_in_view(table: PeakTable, document) -> None:
    view, bar = table.view, table.view.verticalScrollBar()
    bar.setValue(bar.maximum())
    while len(document.peaks) > 20:
        document.edit.delete_peaks([document.peaks.peaks[3].id])
        settle()
        assert bar.value() == bar.maximum() > 0
        last = table.model.rowCount() - 1
        foot = view.rowViewportPosition(last) + view.rowHeight(last)
        assert 0 < foot <= view.viewport().height()


def test_a_scroll_bar_goes_and_comes_with_the_need_for_it(table: PeakTable, document) -> None:
    view = table.view
    narrow = view.viewport().width()
    gone = [p.id for p in document.peaks.peaks[2:]]
    document.edit.delete_peaks(gone)
    settle()
    assert not view.verticalScrollBar().isVisible()
    assert view.viewport().width() > narrow
    for number in range(30):
        document.edit.add_peak(9.05 - 0.1 * number, snap=False)
    settle()
    assert view.verticalScrollBar().isVisible()
    assert view.viewport().width() == narrow
