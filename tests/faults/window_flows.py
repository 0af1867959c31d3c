"""Flows for dialogs, menus, pages and runs that come and go; run by ``event_loop_flows.py``."""

from __future__ import annotations

from driving import SECOND, Stage, Steps
from input_events import click, is_there, press
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QMenu, QWidget

from nmrquanv.gui.plot.context_menu import ContextMenu, ask_reference
from nmrquanv.gui.shell.guide import Guide
from nmrquanv.gui.shell.palette import Palette

_OPENERS = (
    "settings", "export", "open_file", "open_folder", "open_synthetic", "keys", "about", "retrain",
    "models", "save_as", "save_together", "palette", "shortcuts", "guide", "log", "export_history",
)  # fmt: skip


def _found(stage: Stage) -> Steps:
    yield stage.open()
    stage.settings.finders = ["classical", "quanv"]
    yield stage.find()


def dialogs_come_and_go(stage: Stage) -> Steps:
    """Open every dialog of the window and close it by Escape, twice."""
    yield from _found(stage)
    counts = []
    for _ in range(2):
        for action in _OPENERS:
            stage.do(action)
            yield lambda: stage.shown(QDialog)
            (dialog,) = stage.shown(QDialog)
            press(dialog, Qt.Key.Key_Escape)
            yield lambda: not stage.shown(QDialog)
            yield None
        counts.append(len(stage.window.findChildren(QDialog)))
    assert counts[0] == counts[-1], f"dialogs stay behind: {counts}"


def dialogs_answered(stage: Stage) -> Steps:
    """Say OK in the dialogs that then change something."""
    yield from _found(stage)
    for action in ("settings", "open_synthetic"):
        stage.do(action)
        yield lambda: stage.shown(QDialog)
        buttons = stage.shown(QDialog)[0].findChild(QDialogButtonBox)
        ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        click(ok, ok.rect().center())
        yield lambda: not stage.shown(QDialog)
    yield lambda: len(stage.window.workspace.documents) == 2
    stage.do("palette")
    yield lambda: stage.shown(Palette)
    (palette,) = stage.shown(Palette)
    palette.field.setText("user guide")
    press(palette.field, Qt.Key.Key_Return)
    yield lambda: stage.shown(Guide) and not stage.window.findChildren(Palette)
    press(stage.shown(Guide)[0], Qt.Key.Key_Escape)
    yield lambda: not stage.window.findChildren(Guide)


def dialogs_when_the_window_closes(stage: Stage) -> Steps:
    """Close the window under every dialog."""
    for action in ("export", "open_file", "keys", "retrain"):
        yield stage.open()
        stage.do(action)
        yield lambda: stage.shown(QDialog)
        stage.close()
        yield lambda: not stage.shown(QDialog)
        yield None
        stage.new_window()
        yield None


def dialogs_when_their_document_closes(stage: Stage) -> Steps:
    """Close a document under the dialogs and menus about it: they go with it."""

    def export() -> None:
        stage.do("export")

    def reference() -> None:
        ask_reference(stage.window.view, 3.43)

    def label() -> None:
        stage.window.view.editing.select_all()
        _menu_at_a_peak(stage)._ask_label(stage.window.view.markers.working[0])

    def menu() -> None:
        _menu_at_a_peak(stage).show_at(QPoint(200, 200))

    def question() -> None:
        stage.document.edit.add_integral(3.5, 3.3)
        stage.do("close")

    def save_as() -> None:
        stage.do("save_as")

    for open_one in (export, reference, label, menu, question, save_as):
        yield from _found(stage)
        open_one()
        yield lambda: stage.shown(QDialog) + stage.shown(QMenu)
        stage.window.work.close(stage.document)
        yield lambda: not stage.shown(QDialog) + stage.shown(QMenu)
        yield None


def _menu_at_a_peak(stage: Stage) -> ContextMenu:
    view = stage.window.view
    peak = view.markers.working[0]
    at = QPointF(float(view.trace.x_px(peak.ppm)), float(view.trace.y_px(peak.height)) - 10)
    return ContextMenu(view, at, stage.window.actions_by_id)


def one_file_of_two(stage: Stage) -> Steps:
    """Save two spectra in one file, close, remove, put back and open again, twice."""
    workspace, path = stage.window.workspace, stage.folder / "two.nmrq"
    for _ in range(2):
        yield stage.open()
        yield stage.open(SECOND)
        stage.document.edit.add_peak(2.0)
        workspace.files.save(workspace.documents, path, stage.document)
        yield lambda: not stage.document.has_unsaved_edits
        stage.close_document()
        yield lambda: len(workspace.documents) == 1
        yield stage.open(path)  # the one that was closed comes back
        stage.do("remove_from_file")
        yield lambda: len(workspace.documents) == 1
        yield None
        stage.do("put_back")
        yield lambda: len(workspace.documents) == 2
        stage.window.saves.save()
        yield lambda: not stage.document.has_unsaved_edits
        assert not stage.window.isWindowModified()
        for _ in range(2):
            stage.close_document()
            yield None
        stage.window.opening.open_paths([str(path), str(path)])
        yield lambda: len(workspace.documents) == 2 and not workspace.is_opening
        for _ in range(2):
            stage.close_document()
            yield None
        yield lambda: not workspace.documents
        path.unlink()


def menus_filled_anew(stage: Stage) -> Steps:
    """Choose every entry of the menus that are made anew each time, the last ones as well."""
    yield from _found(stage)
    controls = stage.window.find_controls
    for number in range(8):
        controls.menu.popup(stage.window.mapToGlobal(QPoint(60, 80)))
        yield None
        _choose(controls.menu, number)
        yield None
    for number in (0, 1):
        stage.window.recent_menu.popup(stage.window.mapToGlobal(QPoint(60, 80)))
        yield None
        _choose(stage.window.recent_menu, number)
        yield lambda: not stage.window.workspace.is_opening
    for document in stage.window.workspace.documents:
        document.mark_saved()
    for _ in stage.window.workspace.documents:
        stage.window.spectra_list._on_menu_requested(QPoint(5, 5))
        yield lambda: stage.shown(QMenu)
        _choose(stage.shown(QMenu)[0], 0)
        yield lambda: not stage.shown(QMenu)
        yield None
    assert not stage.window.workspace.documents


def _choose(menu: QMenu, number: int) -> None:
    """Choose an entry by the keys, counted from the first one that can be chosen."""
    entries = [a for a in menu.actions() if a.isEnabled() and not a.isSeparator()]
    entry = entries[number % len(entries)]
    menu.setActiveAction(entry)
    press(menu, Qt.Key.Key_Return)
    if is_there(menu):
        menu.close()


def table_edited_as_it_goes(stage: Stage) -> Steps:
    """Begin to type into the table, and take its rows away meanwhile."""
    yield from _found(stage)
    for take_away in ("undo", "find", "close"):
        table = stage.window.peak_table
        table.view.setFocus()
        stage.window.view.editing.select_all()
        yield None
        for column in range(table.model.columnCount()):
            index = table.model.index(0, column)
            if table.model.flags(index) & Qt.ItemFlag.ItemIsEditable:
                table.view.setCurrentIndex(index)
                table.view.edit(index)
        yield None
        if take_away == "undo":
            stage.window.undo.trigger()
        elif take_away == "find":
            yield stage.find()
        else:
            stage.close_document()
        yield None
        yield None


def pages_come_and_go(stage: Stage) -> Steps:
    """Open and close the pages beside the window while documents and themes change."""
    yield from _found(stage)
    pages = stage.window.side_pages
    for _ in range(2):
        stage.do("circuit")
        stage.do("study")
        stage.do("stack")
        stage.do("batch")
        stage.settings.theme = "dark"
        yield lambda: pages.circuit.view is not None
        stage.settings.theme = "light"
        yield None
        for page in (pages.circuit, pages.study, pages.stack, pages.batch):
            page.activateWindow()
            yield page.isActiveWindow
            press(page, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
            yield lambda page=page: not page.isVisible()
    stage.do("circuit")
    stage.do("stack")
    stage.close_document()
    yield None
    assert not pages.stack.stacking.stack.traces
    stage.close()
    yield None
    yield None


def runs_of_children(stage: Stage) -> Steps:
    """Retrain and study with stand-ins; close and open what shows them, then the window."""
    yield from _found(stage)
    for ppm in (3.43, 2.18, 1.70, 0.94):  # the stand-in finds chloroform alone; a part is set aside
        stage.document.edit.add_peak(ppm)
    stage.document.edit.add_region(9.0, 0.5)
    stage.do("retrain")
    dialog = stage.window.dialogs.training
    yield dialog.start_button.isEnabled
    click(dialog.start_button, dialog.start_button.rect().center())
    yield lambda: stage.window.retraining.is_undecided
    dialog.close()
    yield None
    stage.do("retrain")
    click(dialog.outcome.discard_button, dialog.outcome.discard_button.rect().center())
    yield lambda: not stage.window.retraining.is_undecided
    dialog.close()
    stage.settings.study_folder = str(stage.folder / "study")
    stage.do("study")
    page = stage.window.side_pages.study
    yield lambda: bool(page.panel._offers)
    click(page.controls.start_button, page.controls.start_button.rect().center())
    page.close()
    yield lambda: not stage.window.study_run.is_running
    stage.close()
    yield None
    yield None
    assert not [w for w in QApplication.topLevelWidgets() if _is_ours(w)]


def _is_ours(widget: QWidget) -> bool:
    return widget.isVisible() and type(widget).__module__.startswith("nmrquanv")


FLOWS = (
    dialogs_come_and_go,
    dialogs_answered,
    dialogs_when_the_window_closes,
    dialogs_when_their_document_closes,
    one_file_of_two,
    menus_filled_anew,
    table_edited_as_it_goes,
    pages_come_and_go,
    runs_of_children,
)
