from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMenu, QToolButton, QWidget

from nmrquanv.gui import theme
from nmrquanv.gui.app import make_window
from nmrquanv.gui.dialogs.choose_data_set import ChooseDataSetDialog
from nmrquanv.gui.dialogs.error_dialog import ErrorDialog
from nmrquanv.gui.dialogs.text_import import TextImportDialog
from nmrquanv.gui.number_box import NumberBox, NumberDialog
from nmrquanv.gui.plot.context_menu import ask_reference
from nmrquanv.session.document import Document
from nmrquanv.spectra.dataset import DataSet
from nmrquanv.spectra.starting_recipe import spectrum_recipe


def open_in(qtbot, window, path) -> None:
    with qtbot.waitSignal(window.workspace.opened, timeout=20_000):
        window.opening.open_paths([str(path)])


def test_the_empty_window_offers_examples_and_nothing_that_needs_data(window) -> None:
    assert window.pages.currentWidget() is window.welcome
    assert not window.find_controls.button.isEnabled()
    assert not window.actions_by_id["export"].isEnabled()
    assert window.actions_by_id["open_file"].isEnabled()
    assert not any(dock.isVisible() for dock in window.docks.values())


def test_widgets_are_made_in_their_places(qapp, make_main_window) -> None:
    """One that moves takes on the style sheet anew, with all in it: it was a fifth of the start."""
    seen = Counter[QEvent.Type]()

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            seen[event.type()] += 1
            return False

    make_main_window()  # with the sheet of the first one
    watch = Watch()
    qapp.installEventFilter(watch)
    window = make_main_window()
    qapp.removeEventFilter(watch)
    assert seen[QEvent.Type.ParentChange]
    assert seen[QEvent.Type.StyleChange] < 2 * len(window.findChildren(QWidget))


def test_a_folder_opens_and_says_what_it_is(qtbot, window, menthol) -> None:
    open_in(qtbot, window, menthol)
    assert window.pages.currentWidget() is window.view
    assert window.status.facts.text() == "¹H  ·  500.13 MHz  ·  CDCl3"
    assert window.status.source.text().startswith("1r, PROCNO 1  ·  32")
    assert window.source_box.currentText() == "1r, PROCNO 1"
    assert [window.source_box.itemData(i) for i in range(window.source_box.count())] == ["fid", "1"]
    assert "menthol" in window.windowTitle()
    assert window.settings.recent_files == (menthol,)
    assert window.find_controls.button.isEnabled()


def test_dropped_folders_are_opened(qtbot, window, menthol) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(menthol)])
    at, copy = QPointF(50, 50), Qt.DropAction.CopyAction
    left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(at.toPoint(), copy, data, left, plain)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    with qtbot.waitSignal(window.workspace.opened, timeout=20_000):
        QApplication.sendEvent(window, QDropEvent(at, copy, data, left, plain))


def test_files_may_be_dropped_on_the_plot_as_well(qtbot, window, menthol, examples) -> None:
    open_in(qtbot, window, menthol)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(examples / "bruker_1h_cyclosporin" / "1"))])
    enter = QDragEnterEvent(
        QPointF(90, 90).toPoint(),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(window.view.plot.viewport(), enter)
    assert enter.isAccepted()


def test_dragged_text_is_not_taken(window) -> None:
    data = QMimeData()
    data.setText("no file")
    enter = QDragEnterEvent(
        QPointF(50, 50).toPoint(),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(window, enter)
    assert not enter.isAccepted()


def test_a_folder_with_several_data_sets_asks_which(qtbot, window, examples, tmp_path) -> None:
    for number in ("10", "11"):
        shutil.copytree(examples / "bruker_1h_menthol" / "10", tmp_path / "sample" / number)
    with qtbot.waitSignal(window.workspace.choice_needed, timeout=20_000):
        window.opening.open_paths([str(tmp_path / "sample")])
    (dialog,) = window.findChildren(ChooseDataSetDialog)
    dialog.list.topLevelItem(1).setSelected(True)
    dialog.list.topLevelItem(0).setSelected(False)
    with qtbot.waitSignal(window.workspace.opened, timeout=20_000):
        dialog.accept()
    assert window.workspace.current.dataset.source.path.endswith("11")


def test_a_text_file_asks_for_its_frequency(qtbot, window, tmp_path) -> None:
    lines = "\n".join(f"{10 - 0.01 * i:.4f},{1.0 / (1 + (i - 300) ** 2):.6f}" for i in range(1000))
    (tmp_path / "a.csv").write_text("ppm,intensity\n" + lines, encoding="utf-8")
    with qtbot.waitSignal(window.workspace.text_doubtful, timeout=20_000):
        window.opening.open_paths([str(tmp_path / "a.csv")])
    (dialog,) = window.findChildren(TextImportDialog)
    dialog.frequency.setValue(400.0)
    dialog.nucleus.setCurrentText("1H")
    with qtbot.waitSignal(window.workspace.opened, timeout=20_000):
        dialog.accept()
    assert window.status.facts.text() == "¹H  ·  400.00 MHz"


def test_something_that_is_no_spectrum_gives_a_message(qtbot, window, tmp_path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Sir or Madam,\n", encoding="utf-8")
    with qtbot.waitSignal(window.workspace.open_failed, timeout=20_000):
        window.opening.open_paths([str(tmp_path / "letter.txt")])
    (dialog,) = window.findChildren(ErrorDialog)
    assert "letter.txt" in dialog.text.text() + dialog.title.text()
    dialog.close()
    assert window.pages.currentWidget() is window.welcome
    assert not window.status.progress.isVisible()


def test_a_recent_file_that_is_gone_is_forgotten(qtbot, window, tmp_path) -> None:
    window.settings.add_recent_file(str(tmp_path / "gone"))
    window.opening.fill_recent(window.recent_menu)
    with qtbot.waitSignal(window.workspace.open_failed, timeout=20_000):
        window.recent_menu.actions()[0].trigger()
    assert window.settings.recent_files == ()
    for dialog in window.findChildren(ErrorDialog):
        dialog.close()


def test_the_source_is_switched_in_the_tool_bar(qtbot, window, menthol) -> None:
    open_in(qtbot, window, menthol)
    with qtbot.waitSignal(window.workspace.current.dataset_changed, timeout=20_000):
        index = window.source_box.findData("fid")
        window.source_box.setCurrentIndex(index)
        window.source_box.activated.emit(index)
    assert window.status.source.text().startswith("from FID")
    qtbot.waitUntil(lambda: not window.status.progress.isVisible())
    assert window.source_box.currentData() == "fid"


def test_the_fid_of_a_processed_spectrum_is_read_and_shown(qtbot, window, menthol) -> None:
    open_in(qtbot, window, menthol)
    with qtbot.waitSignal(window.workspace.current.fid_changed, timeout=20_000):
        window.actions_by_id["show_fid"].trigger()
    assert window.view.shows_fid
    assert window.actions_by_id["show_fid"].isChecked()
    window.actions_by_id["show_fid"].trigger()
    assert not window.view.shows_fid


def test_closing_asks_about_edits_that_no_file_has(qtbot, window, menthol) -> None:
    open_in(qtbot, window, menthol)
    window.workspace.current.edit.add_peak(3.4)
    assert window.isWindowModified()
    window.close()
    assert window.isVisible()
    question = window.closing.question
    assert "10" in question.informativeText()
    question.button(question.StandardButton.Cancel).click()
    assert window.isVisible()
    window.close()
    question = window.closing.question
    next(b for b in question.buttons() if b.text() == "Don't Save").click()
    qtbot.waitUntil(lambda: not window.isVisible())


def test_selection_is_linked_both_ways(qtbot, window, menthol) -> None:
    open_in(qtbot, window, menthol)
    document = window.workspace.current
    first, second = document.edit.add_peak(3.43), document.edit.add_peak(0.94)
    window.view.editing.select([first])
    assert window.peak_table.selected_ids() == (first,)
    window.peak_table.view.selectRow(window.peak_table.model.row_of(second))
    assert window.view.editing.selected_ids() == (second,)


def test_undo_and_redo_by_keys(qtbot, window, menthol) -> None:
    open_in(qtbot, window, menthol)
    document = window.workspace.current
    document.edit.add_peak(3.43)
    window.view.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(document.peaks) == 0
    qtbot.keyClick(window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert len(document.peaks) == 1
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(window, Qt.Key.Key_Z, both)
    assert len(document.peaks) == 1


def test_letters_choose_tools_but_not_while_somebody_types(qtbot, window, menthol) -> None:
    open_in(qtbot, window, menthol)
    window.activateWindow()
    window.view.setFocus()
    qtbot.keyClick(window.view, Qt.Key.Key_P)
    assert window.view.view_box.tool.name == "pick"
    assert window.actions_by_id["pick_tool"].isChecked()
    qtbot.keyClick(window.view, Qt.Key.Key_Escape)
    assert window.view.view_box.tool.name == "zoom"
    field = window.thresholds_panel.min_snr.findChild(NumberBox)
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_P)
    qtbot.keyClick(field, Qt.Key.Key_Slash)
    assert window.view.view_box.tool.name == "zoom"


def test_keys_move_the_view(qtbot, window, menthol) -> None:
    open_in(qtbot, window, menthol)
    window.activateWindow()
    view = window.view
    view.setFocus()
    before = view.view_box.current_view()
    qtbot.keyClick(view, Qt.Key.Key_Asterisk)
    assert view.view_box.current_view().y[1] == pytest.approx(before.y[1] / 2)
    qtbot.keyClick(view, Qt.Key.Key_Backspace)
    assert view.view_box.current_view().y == pytest.approx(before.y)
    view.view_box.show_view(x=(1.0, 2.0))
    qtbot.keyClick(view, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(view, Qt.Key.Key_F)
    assert view.view_box.current_view().x == pytest.approx(view.view_box.limits_x)
    qtbot.keyClick(view, Qt.Key.Key_2)
    assert view.view_box.current_view().x == pytest.approx((1.0, 2.0))


def test_referencing_by_click_and_typing(qtbot, window, menthol, mouse) -> None:
    open_in(qtbot, window, menthol)
    document = window.workspace.current
    window.actions_by_id["reference_tool"].trigger()
    window.view.view_box.show_view(x=(7.0, 7.6))
    mouse.click(window.view, mouse.place(window.view, 7.285))
    (dialog,) = window.findChildren(NumberDialog)
    assert dialog.box.value() == pytest.approx(7.2845, abs=0.001)
    dialog.box.setValue(7.26)
    before = document.spectrum.axis.offset_ppm
    dialog.accept()
    assert document.spectrum.axis.offset_ppm == pytest.approx(before + 7.26 - 7.2845, abs=0.001)
    assert window.view.view_box.tool.name == "zoom"


def test_a_reference_is_given_to_the_spectrum_that_was_clicked(qtbot, window, menthol) -> None:
    open_in(qtbot, window, menthol)
    first = window.workspace.current
    dialog = ask_reference(window.view, 7.2845)
    open_in(qtbot, window, menthol)  # its reading ended while the question was open
    second = window.workspace.current
    before = first.spectrum.axis.offset_ppm, second.spectrum.axis.offset_ppm
    dialog.box.setValue(7.26)
    dialog.accept()
    assert first.spectrum.axis.offset_ppm == pytest.approx(before[0] + 7.26 - 7.2845)
    assert second.spectrum.axis.offset_ppm == before[1]


def test_the_menu_under_the_mouse_sets_an_integral(qtbot, window, menthol, mouse) -> None:
    open_in(qtbot, window, menthol)
    document = window.workspace.current
    document.edit.add_integral(3.5, 3.3)
    window.view.view_box.show_view(x=(3.0, 4.0))
    mouse.click(window.view, mouse.place(window.view, 3.4), button=mouse.right)
    (menu,) = [m for m in window.view.findChildren(QMenu) if m.isVisible()]
    texts = {action.text(): action for action in menu.actions()}
    texts["Set to n H…"].trigger()
    menu.close()
    (dialog,) = window.findChildren(NumberDialog)
    dialog.box.setValue(2.0)
    dialog.accept()
    assert document.integrals[0].set_to == 2.0


def test_a_change_of_theme_keeps_the_style(window, monkeypatch) -> None:
    window.actions_by_id["theme_light"].trigger()
    styles = []
    monkeypatch.setattr(QApplication, "setStyle", lambda *style: styles.append(style))
    window.actions_by_id["theme_dark"].trigger()
    assert styles == []


def test_themes_change_at_once_and_are_remembered(qtbot, window, menthol) -> None:
    open_in(qtbot, window, menthol)
    window.actions_by_id["theme_dark"].trigger()
    assert theme.current() is theme.DARK
    assert window.settings.theme == "dark"
    corner = window.view.plot.viewport().grab().toImage().pixelColor(3, 3).name()
    assert corner == theme.DARK.plot
    window.actions_by_id["theme_light"].trigger()
    corner = window.view.plot.viewport().grab().toImage().pixelColor(3, 3).name()
    assert corner == theme.LIGHT.plot


def test_synthetic_spectra_show_their_true_lines(qtbot, window) -> None:
    with qtbot.waitSignal(window.workspace.opened, timeout=30_000):
        window.workspace.open_synthetic(3, "clean")
    assert window.workspace.current.true_lines
    assert window.actions_by_id["true_lines"].isEnabled()
    assert window.status.source.text().startswith("synthetic")


@pytest.mark.parametrize("size", [(1280, 800), (1000, 650)])
def test_nothing_is_squeezed_out_at_common_sizes(qtbot, window, menthol, size) -> None:
    window.resize(*size)
    open_in(qtbot, window, menthol)
    qtbot.waitUntil(lambda: window.view.height() > 0.45 * size[1], timeout=2000)
    assert (window.width(), window.height()) == size
    assert window.view.width() > 0.6 * size[0]
    button = window.tool_bar.findChild(QToolButton, "qt_toolbar_ext_button")
    assert not button.isVisible()


def test_closing_the_last_spectrum_returns_to_the_welcome_page(qtbot, window, menthol) -> None:
    open_in(qtbot, window, menthol)
    window.actions_by_id["close"].trigger()
    assert window.workspace.documents == ()
    assert window.pages.currentWidget() is window.welcome
    assert Path(window.welcome.recent_buttons[0].toolTip()) == Path(menthol)


def test_a_window_of_its_own_has_the_programs_finders(qtbot, settings) -> None:
    window = make_window(settings)
    qtbot.addWidget(window)
    assert window.workspace.documents == ()
    assert not window.finding.is_running


def test_a_missing_imaginary_part_is_said_in_the_status_bar(
    qtbot, window, menthol, tmp_path
) -> None:
    shutil.copytree(menthol, tmp_path / "10")
    (tmp_path / "10" / "pdata" / "1" / "1i").unlink()
    open_in(qtbot, window, tmp_path / "10" / "pdata" / "1")
    assert window.status.notes.isVisible()
    assert "1i" in window.status.notes.text()


def test_a_long_word_of_a_file_does_not_widen_the_window(window, make_document) -> None:
    document = make_document()
    narrow = window.minimumSizeHint().width()
    sample = replace(document.sample, nucleus="x" * 300, solvent="y" * 300)
    spectrum = replace(document.spectrum, sample=sample)
    dataset = DataSet(spectrum, spectrum_recipe(), ("1",))
    wide = Document(dataset, dataset.recipe.run(spectrum), "wide")
    window.status.show_document(wide)
    assert window.status.facts.text().endswith("…")
    assert window.minimumSizeHint().width() < narrow + 600
