"""Nothing is cut, covered or lost where a window is small, letters are large or lines are many."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDockWidget,
    QLabel,
)

from nmrquanv.errors import FormatError
from nmrquanv.gui import theme
from nmrquanv.gui.dialogs.error_dialog import ErrorDialog
from nmrquanv.gui.dialogs.learning_curve import LearningCurve
from nmrquanv.gui.pages.forms import ColourBar, signed_text
from nmrquanv.gui.pages.stack_page import StackPage
from nmrquanv.gui.panels.comparison import Comparison
from nmrquanv.gui.panels.hidden_line import HiddenLine
from nmrquanv.gui.plot.integrals import DrawnIntegral, IntegralCurves
from nmrquanv.gui.plot.multiplets import free_foot
from nmrquanv.session import multiplet_edits as edits
from nmrquanv.session.stacking import Stacking
from nmrquanv.session.workspace import Workspace
from nmrquanv.spectra.line_tops import line_tops
from tests.gui.test_looks import cut

LARGE, SCREEN_HEIGHT = 150, 800


@pytest.fixture
def large_letters(settings) -> Iterator[None]:
    settings.ui_scale = LARGE
    yield
    settings.ui_scale = 100


def test_what_was_never_shown_has_the_letters_of_the_rest(large_letters, make_main_window) -> None:
    window = make_main_window()
    sizes = {
        (type(part).__name__, part.accessibleName() or part.text()): part.font().pointSizeF()
        for kind in (QLabel, QAbstractButton)
        for part in window.findChildren(kind)
        if not part.objectName().startswith("qt_")
    }
    usual = QApplication.font().pointSizeF()
    assert {name: size for name, size in sizes.items() if size < usual} == {}


def test_large_letters_need_no_more_than_a_small_screen(
    large_letters, make_main_window, document
) -> None:
    window = make_main_window()
    window.workspace._add([document])
    window.docks["finding"].raise_()
    QApplication.processEvents()
    assert len(window.thresholds_panel.confidences) > 1
    assert window.minimumSizeHint().height() <= SCREEN_HEIGHT


def test_the_first_page_is_as_wide_as_its_letters_are_large(window, settings) -> None:
    page = window.welcome
    window.resize(1400, 800)
    QApplication.processEvents()
    usual, height = page._page.width(), page._name.height()
    settings.ui_scale = LARGE
    QApplication.processEvents()
    assert page._page.width() > 1.3 * usual
    assert page._name.height() > 1.3 * height
    settings.ui_scale = 100


def test_words_of_a_learning_curve_follow_letters_and_theme(window, settings, qtbot) -> None:
    curve = LearningCurve(window)
    settings.ui_scale, settings.theme = LARGE, theme.DARK.name
    QApplication.processEvents()
    size = f"{window.font().pointSizeF():g}pt"
    for plot in (curve.losses, curve.f1):
        written = plot.plotItem.titleLabel.item.toHtml()
        assert theme.DARK.muted in written
        assert f"font-size:{size}" in written
    written = curve.losses.plotItem.titleLabel
    assert "■ training" in written.item.toPlainText().replace("\xa0", " ")
    assert QColor(theme.DARK.quanv).name() in written.item.toHtml()
    assert curve.losses.plotItem.legend is None, "it lay over curves that rise"
    settings.ui_scale, settings.theme = 100, theme.LIGHT.name


def test_all_of_a_circuit_and_the_heads_of_its_numbers_are_seen(
    large_letters, make_main_window, qtbot
) -> None:
    window = make_main_window()
    window.actions_by_id["circuit"].trigger()
    page = window.side_pages.circuit
    qtbot.waitUntil(lambda: page.view is not None, timeout=20_000)
    page.resize(1264, SCREEN_HEIGHT - 48)
    page.tabs.setCurrentWidget(page.table.parentWidget())
    QApplication.processEvents()
    assert page.height() <= SCREEN_HEIGHT - 48
    assert not page.area.verticalScrollBar().isVisible()
    assert page.table.isVisible()
    assert cut(page) == []


def test_details_of_an_error_have_the_letters_of_the_rest(
    large_letters, make_main_window, qtbot
) -> None:
    dialog = ErrorDialog("It failed", FormatError("'x' is none"), make_main_window())
    qtbot.addWidget(dialog)
    assert dialog.details.font().pointSizeF() == QApplication.font().pointSizeF()


def test_names_of_multiplets_stand_over_the_marks_of_their_lines(window, document) -> None:
    window.workspace._add([document])
    edits.find_multiplets(document)
    view, drawn = window.view, window.view.layers.multiplets
    view.fit_height()
    view.grab()
    boxes = {name: box for box, name in drawn._boxes}
    tallest = max((d for d in drawn.drawn if d.top_ppm < 7.2), key=lambda d: d.height)
    mark = view.markers.y_px(tallest.height) - 18.0
    assert boxes[tallest.multiplet.id].bottom() <= mark
    # without multiplets the room is the line's
    before = view.view_box.current_view().y[1]
    window.actions_by_id["multiplets"].trigger()
    view.fit_height()
    assert view.view_box.current_view().y[1] < before


def test_a_name_stands_over_the_mark_of_a_top_that_several_lines_share(window, document) -> None:
    """Each of them is lower than the top: a name over the tallest one lay on the mark."""
    window.workspace._add([document])
    view = window.view
    ids = [document.edit.add_peak(ppm, snap=False) for ppm in (4.9995, 5.0005)]
    shared = [replace(document.peaks.find(i), height=20.0) for i in ids]
    lines = line_tops(document.spectrum, document.peaks.part(shared))
    assert [height for _, height in lines.values()] == pytest.approx([50.0, 50.0], rel=0.2)
    edits.find_multiplets(document)
    view.view_box.show_view((4.9, 5.1))
    view.fit_height()
    view.grab()
    drawn = view.layers.multiplets
    boxes = {name: box for box, name in drawn._boxes}
    for one in drawn.drawn:
        if one.multiplet.id in boxes:
            foot = float(view.markers.places().foot.min())
            assert boxes[one.multiplet.id].bottom() <= foot


def test_a_name_without_room_stands_beside_the_mark(window, document) -> None:
    window.workspace._add([document])
    edits.find_multiplets(document)
    view, drawn = window.view, window.view.layers.multiplets
    view.view_box.show_view(y=(-1.0, 60.0))
    view.grab()
    one = next(d for d in drawn.drawn if 6.9 < d.top_ppm < 7.1)
    (box,) = [box for box, name in drawn._boxes if name == one.multiplet.id]
    assert box.left() > float(drawn.x_px(one.top_ppm))


def test_the_largest_integral_has_its_number_where_they_crowd(
    window, document, monkeypatch
) -> None:
    window.workspace._add([document])
    for middle in (6.85, 7.0, 7.15):
        document.edit.add_integral(middle + 0.05, middle - 0.05)
    written: dict[str, QRectF] = {}

    def note(_painter: object, box: QRectF, drawn: DrawnIntegral) -> None:
        written[drawn.text] = box

    monkeypatch.setattr(IntegralCurves, "_paint_number", staticmethod(note))
    window.view.full_view(both=True)
    window.view.grab()
    assert "100.0 %" in written
    boxes = sorted(written.values(), key=QRectF.left)
    assert all(a.right() < b.left() for a, b in itertools.pairwise(boxes))


def test_the_colour_bar_is_as_wide_as_its_numbers(large_letters, window) -> None:
    bar = ColourBar(window)
    bar.set_limit(0.65)
    room = bar.width() - 28
    assert room >= bar.fontMetrics().horizontalAdvance(signed_text(-0.65))


def test_the_head_of_a_table_is_whole_in_a_narrow_page(large_letters, window, qtbot) -> None:
    window.actions_by_id["playground"].trigger()
    page = window.side_pages.playground
    qtbot.waitExposed(page)
    page.resize(800, 700)
    header = page.table.horizontalHeader()
    for column in range(page.table.columnCount()):
        qtbot.waitUntil(
            lambda c=column: header.sectionSize(c) >= header.sectionSizeHint(c), timeout=2000
        )
    page.resize(2000, 900)
    qtbot.waitUntil(lambda: header.length() >= page.table.viewport().width() - 8, timeout=2000)


def test_the_playground_says_what_to_do(window, document) -> None:
    window.actions_by_id["playground"].trigger()
    page = window.side_pages.playground
    assert page.state.text() == "Open a spectrum first."
    window.workspace._add([document])
    page.set_document(document)
    assert page.state.text().startswith("Run")


def test_a_narrow_stack_is_mostly_plot_and_an_empty_one_says_what_to_do(qtbot, settings) -> None:
    workspace = Workspace(settings)
    page = StackPage(Stacking(workspace, workspace), settings)
    qtbot.addWidget(page)
    page.resize(900, 700)
    page.show()
    qtbot.waitExposed(page)
    assert page.plot.width() > 0.5 * page.width()
    empty = page.plot.grab().toImage()
    rect = page.plot.rect()
    middle = [
        empty.pixel(x, y)
        for x in range(rect.width() // 3, 2 * rect.width() // 3)
        for y in range(rect.center().y() - 60, rect.center().y() + 40)
    ]
    assert len(set(middle)) > 2
    page.close()


def test_an_empty_comparison_stands_at_the_top(make_document, qtbot) -> None:
    panel = Comparison()
    qtbot.addWidget(panel)
    panel.set_document(make_document())
    panel.resize(300, 700)
    panel.show()
    qtbot.waitExposed(panel)
    assert panel.first.y() < 60
    assert panel.working.geometry().bottom() < 400
    panel.hide()


def test_what_hides_stands_in_line_with_its_title(window, document, settings) -> None:
    window.workspace._add([document])
    for letters in (100, LARGE):
        settings.ui_scale = letters
        QApplication.processEvents()
        line = window.thresholds_panel.findChild(HiddenLine)
        button = line.by_kind["snr"].geometry()
        assert abs(line.title.geometry().center().y() - button.center().y()) <= 1
    settings.ui_scale = 100


def test_words_without_a_line_shape_stand_at_the_beginning(window, qtbot) -> None:
    panel = window.line_shape
    panel.set_document(None)
    window.docks["shape"].show()
    window.docks["shape"].raise_()
    qtbot.waitUntil(panel.words.isVisible)
    assert panel.words.mapTo(panel, panel.words.rect().topLeft()).x() < panel.width() / 4


def test_couplings_are_whole_in_the_table(large_letters, window, document) -> None:
    window.workspace._add([document])
    edits.find_multiplets(document)
    one = document.multiplets[0]
    edits.set_class(document, one.id, "ddd")
    edits.set_couplings(document, one.id, "14.23; 12.11; 10.45")
    window.docks["multiplets"].raise_()
    QApplication.processEvents()
    table = window.multiplets.table
    window.resize(1000, 700)
    QApplication.processEvents()
    assert table.columnWidth(2) >= table.sizeHintForColumn(2)


def test_tabs_that_were_never_shown_follow_the_size_of_the_letters(window, settings) -> None:
    tabs = window.comparison.tabs.tabBar()
    assert not tabs.isVisible()
    settings.ui_scale = LARGE
    assert tabs.font().pointSizeF() == QApplication.font().pointSizeF()
    settings.ui_scale = 100
    assert tabs.font().pointSizeF() == QApplication.font().pointSizeF()


def test_a_number_of_an_integral_stands_over_no_name_of_a_solvent(
    large_letters, make_main_window, document, monkeypatch
) -> None:
    window = make_main_window()
    window.workspace._add([document])
    document.edit.add_integral(7.4, 7.1)
    boxes: list[QRectF] = []
    monkeypatch.setattr(
        IntegralCurves,
        "_paint_number",
        staticmethod(lambda _painter, box, _drawn: boxes.append(box)),
    )
    window.view.full_view(both=True)
    window.view.grab()
    (box,) = boxes
    overlay = window.view.layers.integrals
    name = overlay.boundingRect().bottom() - 4 - window.view.fontMetrics().ascent()
    assert box.bottom() <= name
    lanes = window.view.layers.lanes
    assert all(lanes.middle(finder) < box.top() for finder in document.layers)


def test_the_plot_stays_where_it_is_when_work_begins_and_ends(window, document, settings) -> None:
    window.workspace._add([document])
    for letters in (100, LARGE):
        settings.ui_scale = letters
        QApplication.processEvents()
        before = window.view.size()
        window.status.show_progress(1, 3, "searching")
        QApplication.processEvents()
        assert window.status.cancel_button.isVisible()
        assert window.view.size() == before
        window.status.end_progress()
    settings.ui_scale = 100


def test_the_head_of_a_column_stands_over_its_numbers(window, document) -> None:
    window.workspace._add([document])
    document.edit.add_integral(7.4, 7.1)
    edits.find_multiplets(document)
    for name, panel in (("integrals", window.integrals), ("multiplets", window.multiplets)):
        window.docks[name].raise_()
        QApplication.processEvents()
        table = panel.table
        sides = [table.item(0, c).textAlignment() for c in range(table.columnCount())]
        heads = [table.horizontalHeaderItem(c).textAlignment() for c in range(len(sides))]
        assert heads == sides


def inked_rows(picture: QImage, height: int) -> int:
    """Return how many of the upper rows have ink, of the first letters."""
    columns = range(min(180, picture.width()))
    return sum(
        any(picture.pixelColor(x, y).lightness() < 90 for x in columns) for y in range(height)
    )


def title_height(dock: QDockWidget) -> int:
    """Return how many rows of a dock's title have ink."""
    QApplication.processEvents()
    return inked_rows(dock.grab().toImage(), dock.widget().y() - 3)


def test_titles_of_docks_follow_the_size_of_the_letters(window, document, settings) -> None:
    window.workspace._add([document])

    def height() -> int:
        return title_height(window.docks["peaks"])

    usual = height()
    settings.ui_scale = 200
    assert height() > 1.5 * usual > 0
    settings.ui_scale = 100
    assert height() == usual


@pytest.mark.parametrize("letters", [100, 130, LARGE, 200])
def test_no_title_of_a_dock_lacks_the_feet_of_its_letters(
    window, document, settings, qtbot, letters
) -> None:
    settings.ui_scale = letters
    window.workspace._add([document])
    dock = window.docks["processing"]
    dock.raise_()
    qtbot.waitUntil(dock.widget().isVisible)
    label = QLabel(dock.windowTitle(), window)
    label.setFont(dock.font())
    label.adjustSize()
    assert title_height(dock) == inked_rows(label.grab().toImage(), label.height())
    settings.ui_scale = 100


def test_branches_that_lie_over_others_end_over_or_under_them_where_there_is_room() -> None:
    room, taken = QRectF(0.0, 70.0, 50.0, 30.0), [QRectF(40.0, 60.0, 50.0, 30.0)]
    assert free_foot(room, 100.0, (100.0, 100.0), []) == 100.0
    assert free_foot(room, 100.0, (100.0, 100.0), taken) is None, "no tree: it stays or is left out"
    assert free_foot(room, 100.0, (30.0, 200.0), taken) == 120.0
    assert free_foot(room, 100.0, (30.0, 110.0), taken) == 60.0
    both = [*taken, QRectF(0.0, 95.0, 50.0, 20.0)]
    assert free_foot(room, 100.0, (30.0, 200.0), both) == 60.0
    assert free_foot(room, 100.0, (90.0, 110.0), both) is None
