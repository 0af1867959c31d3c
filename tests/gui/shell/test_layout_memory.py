"""The layout stays: sizes, closed docks, columns, the folder of exports; and can be reset."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QByteArray, QPoint, Qt
from PySide6.QtWidgets import QApplication

from nmrquanv.gui.panels.peak_table_columns import COLUMNS
from nmrquanv.session.settings import Settings
from nmrquanv.spectra.peaks import Peak, PeakList

KEYS = [column.key for column in COLUMNS]


@pytest.fixture
def start(make_main_window, qtbot, make_document):
    """Open a window with a spectrum, as large as asked; the settings are those of all."""

    def started(width: int = 1280, height: int = 800):
        window = make_main_window()
        window.resize(width, height)
        document = make_document()
        peaks = [Peak(0.1 * n + 1, 10.0, snr=500.0, finder="classical") for n in range(40)]
        document.edit.set_layer_results({"classical": PeakList(tuple(peaks))})
        window.workspace._add([document])
        qtbot.waitUntil(window.docks["peaks"].isVisible)
        qtbot.wait(50)  # the docks share the room in the event loop
        return window

    return started


def close(window) -> None:
    window.closing.agree()
    window.close()


def shown(window) -> dict[str, bool]:
    return {name: not dock.isHidden() for name, dock in window.docks.items()}


def column(window, key: str) -> tuple[int, int, bool]:
    view, number = window.peak_table.view, KEYS.index(key)
    place = view.horizontalHeader().visualIndex(number)
    return place, view.columnWidth(number), view.isColumnHidden(number)


def test_closed_docks_and_sizes_are_there_at_the_next_start(start, qtbot) -> None:
    window = start()
    window.docks["integrals"].close()
    window.docks["comparison"].close()
    window.resizeDocks([window.docks["peaks"]], [330], Qt.Orientation.Vertical)
    qtbot.waitUntil(lambda: abs(window.docks["peaks"].height() - 330) < 40)
    before, size = shown(window), window.docks["peaks"].height()
    close(window)
    again = start()
    assert shown(again) == before
    assert not before["integrals"]
    assert abs(again.docks["peaks"].height() - size) <= 3
    again.actions_by_id["reset_layout"].trigger()
    qtbot.waitUntil(lambda: again.docks["peaks"].height() < 260)
    assert shown(again) == {name: name != "spectra" for name in again.docks}


def test_what_was_closed_stays_closed_when_the_last_spectrum_goes(start, qtbot) -> None:
    window = start()
    window.docks["multiplets"].close()
    window.workspace.close(window.workspace.current)
    assert not any(shown(window).values())
    window.workspace.open_synthetic(3)
    qtbot.waitUntil(lambda: window.docks["peaks"].isVisible(), timeout=20_000)
    qtbot.waitUntil(lambda: not shown(window)["multiplets"])
    assert shown(window)["integrals"]


def test_a_window_closed_without_a_spectrum_forgets_no_layout(start, make_main_window) -> None:
    window = start()
    window.docks["multiplets"].close()
    close(window)
    close(make_main_window())
    assert not shown(start())["multiplets"]


def test_a_layout_that_cannot_be_restored_gives_the_usual_one(start, settings) -> None:
    settings.window_state = QByteArray(b"not a layout")
    assert shown(start()) == {name: name != "spectra" for name in start().docks}


def test_a_kept_layout_has_the_corners_of_today(start, qtbot) -> None:
    window, corner = start(), Qt.Corner.BottomLeftCorner
    window.setCorner(corner, Qt.DockWidgetArea.LeftDockWidgetArea)  # as it was
    close(window)
    again = start()
    assert again.corner(corner) == Qt.DockWidgetArea.BottomDockWidgetArea
    again.docks["spectra"].show()
    qtbot.waitUntil(lambda: again.docks["peaks"].x() < again.docks["spectra"].width())


def test_columns_keep_order_and_absence_and_the_width_that_a_person_gave(start, qtbot) -> None:
    window = start()
    view, header = window.peak_table.view, window.peak_table.view.horizontalHeader()
    header.moveSection(header.visualIndex(KEYS.index("snr")), 0)
    view.setColumnHidden(KEYS.index("hz"), True)
    edge = QPoint(
        header.sectionViewportPosition(KEYS.index("ppm")) + view.columnWidth(1) - 1,
        header.height() // 2,
    )
    drag(header.viewport(), edge, edge + QPoint(60, 0))
    wide = column(window, "ppm")[1]
    close(window)
    again = start()
    assert column(again, "snr")[0] == 0
    assert column(again, "hz")[2]
    assert column(again, "ppm")[1] == wide
    again.actions_by_id["reset_layout"].trigger()
    assert column(again, "snr")[0] == KEYS.index("snr")
    assert not column(again, "hz")[2]


def drag(widget, start: QPoint, end: QPoint, before_release: Callable[[], object] = bool) -> None:
    """Drag with the button held, which Qt's own test events do not say between the ends."""
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtTest import QTest

    left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(widget, left, plain, start)
    for at in (start + QPoint(5, 0), end):
        where = QPointF(widget.mapToGlobal(at))
        move = QMouseEvent(
            QEvent.Type.MouseMove, QPointF(at), where, Qt.MouseButton.NoButton, left, plain
        )
        QApplication.sendEvent(widget, move)
    before_release()
    QTest.mouseRelease(widget, left, plain, end)


def test_words_for_columns_may_say_anything(start, settings) -> None:
    settings.peak_columns = ("-hz", "gone", "snr:x", "snr", "ppm:0", "area:99999", "ppm:140", "hz")
    window = start()
    assert column(window, "hz")[0] == 0
    assert column(window, "hz")[2]
    assert [column(window, key)[0] for key in ("snr", "ppm", "area")] == [1, 2, 3]


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (2560, 1440)])
def test_the_plot_has_two_thirds_and_a_large_screen_gives_the_table_more(
    start, width, height
) -> None:
    window = start(width, height)
    room = window.status.geometry().top() - window.tool_bar.geometry().bottom()
    assert window.view.height() >= 2 / 3 * room
    assert window.view.width() >= 2 / 3 * width
    view = window.peak_table.view
    rows = view.viewport().height() // view.verticalHeader().defaultSectionSize()
    assert rows >= (4 if height == 800 else 12)
    last = view.horizontalHeader().logicalIndex(len(KEYS) - 1)
    right = view.columnViewportPosition(last) + view.columnWidth(last)
    assert right >= view.viewport().width() - 2


def rows_shown(window) -> int:
    view = window.peak_table.view
    return view.viewport().height() // view.verticalHeader().defaultSectionSize()


def test_a_window_that_is_made_larger_gives_the_table_its_part(start, qtbot) -> None:
    """One that was maximised after a start at 1280 x 800 kept seven rows, also next time."""
    window = start()
    window.docks["integrals"].raise_()
    window.resize(2560, 1440)
    window.docks["peaks"].raise_()
    qtbot.waitUntil(lambda: rows_shown(window) >= 12)
    window.resize(1280, 800)
    qtbot.waitUntil(lambda: window.view.height() > 2 * window.docks["peaks"].height())
    close(window)
    again = start()
    qtbot.wait(50)
    again.resize(2560, 1440)
    qtbot.waitUntil(lambda: rows_shown(again) >= 12)


def test_a_height_that_was_dragged_stays_as_the_window_grows(start, qtbot) -> None:
    window = start()
    dock = window.docks["peaks"]
    edge = QPoint(dock.geometry().center().x(), dock.geometry().top() - 2)
    before = dock.height()
    drag(window, edge, edge - QPoint(0, 60), lambda: qtbot.wait(20))
    assert dock.height() > before + 40
    dragged = dock.height()
    window.resize(2560, 1440)
    qtbot.wait(100)
    assert abs(dock.height() - dragged) <= 3


def test_exports_go_where_the_last_one_went(document, settings, qtbot, tmp_path) -> None:
    from nmrquanv.gui.dialogs.export import ExportDialog

    settings.last_folder = str(tmp_path / "data")
    (tmp_path / "out").mkdir()
    dialog = ExportDialog(document, settings)
    qtbot.addWidget(dialog)
    assert dialog.chosen_path().parent == tmp_path / "data"
    dialog.path.setText(str(tmp_path / "out" / "a.csv"))
    dialog.export_button.click()
    assert (tmp_path / "out" / "a.csv").exists()
    settings.last_folder = str(tmp_path / "elsewhere")
    settings.save()
    again = ExportDialog(document, Settings(settings.path))
    qtbot.addWidget(again)
    assert again.chosen_path().parent == tmp_path / "out"
