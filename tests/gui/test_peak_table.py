from __future__ import annotations

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QGuiApplication, QImage
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QToolTip

from nmrquanv.gui.panels.peak_table import PeakTable
from nmrquanv.gui.panels.peak_table_columns import COLUMNS, UNKNOWN, PeakRows
from nmrquanv.gui.panels.peak_table_model import PeakTableModel
from nmrquanv.gui.panels.peak_table_painting import MARGIN, row_font
from nmrquanv.gui.panels.thresholds import ThresholdsPanel
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.peaks import Peak, PeakList

COLUMN = {column.key: number for number, column in enumerate(COLUMNS)}


@pytest.fixture
def table(document, qtbot) -> PeakTable:
    panel = PeakTable()
    qtbot.addWidget(panel)
    panel.set_document(document)
    panel.resize(900, 300)
    panel.show()
    qtbot.waitExposed(panel)
    yield panel
    panel.hide()


def texts(table: PeakTable, key: str) -> list[str]:
    return [table.model.index(row, COLUMN[key]).data() for row in range(table.model.rowCount())]


def click(qtbot, table: PeakTable, row: int, key: str = "number", *, times: int = 1, keys=None):
    where = table.view.visualRect(table.model.index(row, COLUMN[key])).center()
    modifier = keys or Qt.KeyboardModifier.NoModifier
    qtbot.mouseClick(table.view.viewport(), Qt.MouseButton.LeftButton, modifier, where)
    if times == 2:
        qtbot.mouseDClick(table.view.viewport(), Qt.MouseButton.LeftButton, modifier, where)


def edit(qtbot, table: PeakTable, row: int, key: str, text: str) -> None:
    click(qtbot, table, row, key, times=2)
    editor = table.view.findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    editing = QAbstractItemView.State.EditingState
    qtbot.waitUntil(lambda: table.view.state() != editing)


def test_the_model_keeps_qt_s_rules(document, qtmodeltester) -> None:
    model = PeakTableModel()
    model.set_rows(PeakRows(document.peaks, document.spectrum.axis, 100.0))
    qtmodeltester.check(model)
    model.sort(COLUMN["snr"])
    qtmodeltester.check(model)


def test_it_shows_what_passes_the_thresholds_highest_ppm_first(table) -> None:
    assert texts(table, "ppm") == ["7.2600", "7.0000", "5.0000", "3.0000"]
    assert texts(table, "hz") == ["2904.00", "2800.00", "2000.00", "1200.00"]
    relative = [float(text) for text in texts(table, "rel")]
    assert relative == pytest.approx([300, 100, 50, 20], rel=1e-3)
    assert texts(table, "snr") == ["15000", "5000", "2500", "1000"]
    assert texts(table, "class") == ["solvent", "signal", "signal", "signal"]


def test_without_a_frequency_all_values_in_hz_are_unknown(make_document, table) -> None:
    document = make_document(has_hz=False)
    document.edit.add_peak(5.0)
    table.set_document(document)
    for key in ("hz", "fwhm", "area", "confidence"):
        assert texts(table, key) == [UNKNOWN]
    assert texts(table, "ppm") == ["5.0000"]


@pytest.mark.parametrize("column", [c.key for c in COLUMNS])
def test_a_click_on_a_header_sorts_and_a_second_click_turns_it_round(table, qtbot, column):
    header = table.view.horizontalHeader()
    middle = header.sectionViewportPosition(COLUMN[column]) + header.sectionSize(0) // 2
    seen = []
    for _ in range(2):
        qtbot.mouseClick(
            header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(middle, header.height() // 2)
        )
        seen.append(
            [
                COLUMNS[COLUMN[column]].value(table.model.row_at(row))
                for row in range(table.model.rowCount())
            ]
        )
    assert sorted(map(str, seen[0])) == sorted(map(str, seen[1]))
    orders = [seen[0] == sorted(seen[0]), seen[0] == sorted(seen[0], reverse=True)]
    assert any(orders)
    assert seen[1] == sorted(seen[1], reverse=orders[0])


def test_unknown_values_stand_last_in_either_order() -> None:
    peaks = PeakList(tuple(Peak(p, 1.0, confidence=c) for p, c in ((1, 0.2), (2, None), (3, 0.9))))
    model = PeakTableModel()
    model.set_rows(PeakRows(peaks, Axis(64, 4000, 400, 9), 1.0))
    for order in Qt.SortOrder:
        model.sort(COLUMN["confidence"], order)
        assert model.index(2, COLUMN["confidence"]).data() == UNKNOWN


def test_a_click_on_a_row_tells_the_plot_and_the_plot_selects_without_an_echo(table, qtbot):
    ids = [p.id for p in table._document.shown_peaks()]
    with qtbot.waitSignal(table.selection_changed) as signal:
        click(qtbot, table, 1)
    assert signal.args == [(ids[1],)]
    with qtbot.assertNotEmitted(table.selection_changed):
        table.select([ids[3], ids[0]])
    assert set(table.selected_ids()) == {ids[0], ids[3]}


def test_the_selection_is_kept_by_peak_through_sorting_and_edits(table, qtbot) -> None:
    document = table._document
    wanted = document.shown_peaks().peaks[2].id
    table.select([wanted])
    table.model.sort(COLUMN["height"])
    assert table.selected_ids() == (wanted,)
    document.edit.add_peak(8.0, snap=False)
    assert table.selected_ids() == (wanted,)
    document.undo_stack.undo()
    assert table.selected_ids() == (wanted,)


def test_del_deletes_in_one_undo_step_and_goes_to_the_next_row(table, qtbot) -> None:
    document = table._document
    click(qtbot, table, 1)
    click(qtbot, table, 2, keys=Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(table.view, Qt.Key.Key_Delete)
    assert texts(table, "ppm") == ["7.2600", "3.0000"]
    assert table.selected_ids() == (document.shown_peaks().peaks[1].id,)
    document.undo_stack.undo()
    assert len(texts(table, "ppm")) == 4


def resets_and_changes(model: PeakTableModel) -> tuple[list[str], list[tuple[int, int]]]:
    resets, changes = [], []
    model.modelReset.connect(lambda: resets.append("reset"))
    model.dataChanged.connect(lambda a, b, *_: changes.append((a.row(), b.row())))
    return resets, changes


def test_confirming_one_peak_changes_its_row_alone(table) -> None:
    resets, changes = resets_and_changes(table.model)
    document = table._document
    document.edit.confirm_peaks([document.shown_peaks().peaks[2].id])
    assert (resets, changes) == ([], [(2, 2)])
    assert texts(table, "source") == ["model", "model", "model ✓", "model"]
    document.undo_stack.undo()
    assert changes == [(2, 2)] * 2


def test_an_edit_that_moves_a_row_makes_the_table_anew(table) -> None:
    document = table._document
    ids = [p.id for p in document.shown_peaks()]
    document.edit.label_peak(ids[3], "b")
    table.model.sort(COLUMN["label"])
    resets, _ = resets_and_changes(table.model)
    document.edit.label_peak(ids[1], "c")
    assert resets == ["reset"]
    assert texts(table, "label") == ["", "", "b", "c"]


def test_another_reference_of_heights_changes_every_row(table) -> None:
    document, model = table._document, table.model
    resets, changes = resets_and_changes(model)
    model.set_rows(PeakRows(document.shown_peaks(), document.spectrum.axis, 200.0))
    assert (resets, changes) == ([], [(0, 3)])
    relative = [float(text) for text in texts(table, "rel")]
    assert relative == pytest.approx([150, 50, 25, 10], rel=1e-3)


def test_space_confirms_and_space_again_takes_it_back(table, qtbot) -> None:
    click(qtbot, table, 1)
    qtbot.keyClick(table.view, Qt.Key.Key_Space)
    assert table._document.shown_peaks().peaks[1].is_confirmed
    assert texts(table, "source")[1] == "model ✓"
    qtbot.keyClick(table.view, Qt.Key.Key_Space)
    assert not table._document.shown_peaks().peaks[1].is_confirmed


def test_a_label_is_typed_into_the_table(table, qtbot) -> None:
    edit(qtbot, table, 1, "label", "H-3")
    assert table._document.shown_peaks().peaks[1].label == "H-3"
    assert texts(table, "label")[1] == "H-3"


def test_typing_another_ppm_moves_the_peak(table, qtbot) -> None:
    before = table._document.shown_peaks().peaks[2].id
    edit(qtbot, table, 2, "ppm", "5,01")
    moved = table._document.peaks.find(before)
    assert moved.ppm == pytest.approx(5.01, abs=1e-9)
    assert moved.source == "moved"
    assert table._document.undo_stack.undoText() == "Move Peak"


@pytest.mark.parametrize("leave", [Qt.Key.Key_Return, None])
@pytest.mark.parametrize("text", ["five", "5.0.1", "5 1", "90000"])
def test_a_refused_ppm_changes_nothing_and_says_why(table, qtbot, text, leave) -> None:
    steps = table._document.undo_stack.count()
    click(qtbot, table, 2, "ppm", times=2)
    editor = table.view.findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, text)
    if leave is None:
        QApplication.sendEvent(editor, QFocusEvent(QEvent.Type.FocusOut))
    else:
        qtbot.keyClick(editor, leave)
        assert editor.text() == text
        assert table.view.state() == QAbstractItemView.State.EditingState
    assert "is no" in QToolTip.text() or "is not" in QToolTip.text()
    QToolTip.hideText()
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert texts(table, "ppm")[2] == "5.0000"
    assert table._document.undo_stack.count() == steps


def test_ctrl_c_copies_all_displayed_columns_as_tsv(table, qtbot) -> None:
    table.view.setColumnHidden(COLUMN["area"], True)
    click(qtbot, table, 0)
    qtbot.keyClick(table.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    rows = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert rows[0] == [c.title for c in COLUMNS if c.key != "area"]
    assert [row[1] for row in rows[1:]] == ["7.2600", "7.0000", "5.0000", "3.0000"]
    assert {len(row) for row in rows} == {len(COLUMNS) - 1}


def test_with_several_rows_selected_only_those_are_copied(table) -> None:
    ids = [p.id for p in table._document.shown_peaks()]
    table.select(ids[1:3])
    table.copy()
    assert len(QGuiApplication.clipboard().text().splitlines()) == 3


def test_a_double_click_on_a_number_shows_the_peak_in_the_plot(table, qtbot) -> None:
    with qtbot.waitSignal(table.show_ppm) as signal:
        click(qtbot, table, 2, "number", times=2)
    assert signal.args[0] == pytest.approx(5.0)


def test_an_empty_table_says_why(make_document, document, qtbot) -> None:
    panel = PeakTable()
    qtbot.addWidget(panel)
    assert "Open a spectrum" in panel.empty_text.text()
    panel.set_document(make_document())
    assert "Find peaks" in panel.empty_text.text()
    document.edit.set_thresholds(type(document.thresholds)(1e6, 1.0, 1.0))
    panel.set_document(document)
    assert "All 5 candidates" in panel.empty_text.text()


@pytest.mark.measures_time
def test_two_thousand_peaks_are_shown_and_sorted_at_once(make_document, qtbot) -> None:
    document = make_document()
    peaks = tuple(Peak(9 - i / 250, 100.0 + i, snr=100.0, confidence=0.9) for i in range(2000))
    panel = PeakTable()
    qtbot.addWidget(panel)
    panel.set_document(document)
    document.edit.set_layer_results({"quanv": PeakList(peaks)})
    start = time.perf_counter()
    panel._refresh()
    panel.model.sort(COLUMN["height"])
    assert panel.model.rowCount() == 2000
    assert time.perf_counter() - start < 0.5


def test_a_document_that_is_left_no_longer_changes_the_table(document, make_document, qtbot):
    panel = PeakTable()
    qtbot.addWidget(panel)
    panel.set_document(document)
    panel.set_document(make_document())
    document.edit.delete_peaks([document.shown_peaks().peaks[0].id])
    assert panel.model.rowCount() == 0


class Paints(QObject):
    """Counts how often a widget is painted, and how often one is laid out anew."""

    def __init__(self) -> None:
        super().__init__()
        self.paints = self.layouts = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.paints += event.type() == QEvent.Type.Paint
        self.layouts += event.type() == QEvent.Type.LayoutRequest
        return False


def test_a_deleted_peak_makes_the_table_be_painted_once(table, qtbot) -> None:
    watch = Paints()
    table.view.viewport().installEventFilter(watch)
    qtbot.waitUntil(lambda: table.view.isVisible())
    for _ in range(3):
        QApplication.sendPostedEvents()
        QApplication.processEvents()
    watch.paints = 0
    table._document.edit.delete_peaks([table.model.peak_at(1).id])
    for _ in range(3):
        QApplication.sendPostedEvents()
        QApplication.processEvents()
    assert watch.paints == 1


def ink(table: PeakTable, row: int, key: str) -> QImage:
    return table.view.viewport().grab(table.view.visualRect(cell(table, row, key))).toImage()


def cell(table: PeakTable, row: int, key: str):
    return table.model.index(row, COLUMN[key])


def test_rows_are_drawn_by_what_they_say(table, qtbot) -> None:
    first, second = ink(table, 0, "ppm"), ink(table, 1, "ppm")
    assert first != second
    plain = ink(table, 1, "snr")
    table._document.edit.confirm_peaks([table.model.peak_at(1).id])
    assert ink(table, 1, "snr") != plain
    click(qtbot, table, 1)
    chosen = ink(table, 1, "label")
    assert chosen.pixelColor(3, 3) == table.view.palette().highlight().color()
    table.view.setColumnHidden(COLUMN["hz"], True)
    assert table.view.columnViewportPosition(COLUMN["height"]) > 0
    assert ink(table, 0, "height").pixelColor(1, 1) == table.view.palette().base().color()


def test_a_confirmed_row_is_not_cut(table) -> None:
    metrics = {}
    for confirmed in (False, True):
        table._document.edit.confirm_peaks(table.model.ids(), confirmed)
        font = row_font(table.view.font(), table.model.peak_at(1))
        metrics[confirmed] = QFontMetricsF(font)
    for number, column in enumerate(COLUMNS[:-1]):
        for row in range(table.model.rowCount()):
            text = column.said(table.model.row_at(row))
            room = table.view.columnWidth(number) - 2 * MARGIN
            assert metrics[True].horizontalAdvance(text) <= room, (column.key, text)


def test_a_tick_of_a_slider_lays_nothing_out_anew(document, qtbot) -> None:
    panel = ThresholdsPanel()
    qtbot.addWidget(panel)
    panel.set_document(document)
    panel.show()
    qtbot.waitExposed(panel)
    for _ in range(3):
        QApplication.sendPostedEvents()
    watch = Paints()
    panel.installEventFilter(watch)
    before = panel.count_text.text()
    panel.min_height.slider.setValue(panel.min_height.slider.maximum())
    QApplication.sendPostedEvents()
    assert panel.count_text.text() != before
    assert panel.min_height.note.text().startswith("hides")
    assert panel.min_height.note.accessibleName() == panel.min_height.note.text()
    assert watch.layouts == 0


def test_one_peak_that_comes_or_goes_leaves_the_rest_of_the_table_alone(
    document, qtmodeltester, table
) -> None:
    resets, moves = [], []
    table.model.modelReset.connect(lambda: resets.append(1))
    table.model.rowsInserted.connect(lambda _p, first, last: moves.append((first, last)))
    table.model.rowsRemoved.connect(lambda _p, first, last: moves.append((first, last)))
    kept = table.model.ids()[2]
    table.select([kept])
    added = document.edit.add_peak(6.0, snap=False)
    assert moves == [(2, 2)]
    assert texts(table, "number") == ["1", "2", "3", "4", "5"]
    assert table.selected_ids() == (kept,)
    document.edit.delete_peaks([added])
    assert moves == [(2, 2), (2, 2)]
    assert texts(table, "number") == ["1", "2", "3", "4"]
    assert resets == []
    document.edit.delete_peaks([kept])
    assert table.selected_ids() == ()
    document.edit.delete_peaks(table.model.ids()[:2])
    assert resets == [1]
    qtmodeltester.check(table.model)


def test_columns_fit_the_list_that_takes_the_place_of_a_first_look(table, document) -> None:
    """A first look knows lines alone; "unresolved" of the network's list was cut after it."""
    layer = document.layers["quanv"]
    peaks = tuple(replace(p, kind="unresolved", least_lines=3) for p in layer.peaks)
    document.edit.set_layer_results({"another": replace(layer, peaks=peaks)})
    document.edit.choose_working("another")
    assert texts(table, "kind")[0] == "unresolved, ≥ 3"
    assert table.view.columnWidth(COLUMN["kind"]) >= table.view.sizeHintForColumn(COLUMN["kind"])
    header = table.view.horizontalHeader()  # an empty last column asks for no more than its title
    assert header.sectionSize(COLUMN["label"]) < header.defaultSectionSize()
