"""The top row of the page of several spectra: undo and redo, its figure copied or exported."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAction, QKeySequence, QUndoStack
from PySide6.QtWidgets import QToolButton, QWidget

from nmrquanv.gui.bars import REDO_KEYS, UNDO_KEYS
from nmrquanv.gui.icons import icon
from nmrquanv.gui.layouts import in_row
from nmrquanv.gui.menu_texts_and_keys import TABLE
from nmrquanv.gui.plot.stack_plot import StackPlot
from nmrquanv.gui.shell.scale import ICON
from nmrquanv.session.settings import Settings

_ICONS = {"<undo>": "undo", "<redo>": "redo", "export": "export"}


class StackBar(QWidget):
    """Four actions of the page, by the ids of the main window's, with the usual keys of these.

    Parameters
    ----------
    undo_stack : QUndoStack
        Of the stack.
    plot : StackPlot
        Whose figure it is.
    settings : Settings
    page : QWidget
        In which the keys hold.

    Signals
    -------
    said(str)
        What was done.
    """

    said = Signal(str)

    def __init__(
        self, undo_stack: QUndoStack, plot: StackPlot, settings: Settings, page: QWidget
    ) -> None:
        super().__init__(page)
        self._plot, self._settings, self._page = plot, settings, page
        self.actions_by_id: dict[str, QAction] = {
            "<undo>": undo_stack.createUndoAction(self, "Undo"),
            "<redo>": undo_stack.createRedoAction(self, "Redo"),
            "copy_figure": QAction("Copy Figure", self),
            "export": QAction("Export Figure…", self),
        }
        keys = {"<undo>": UNDO_KEYS, "<redo>": REDO_KEYS}
        tips = {"export": "Write what the plot shows as PNG, SVG or PDF"}
        for name, action in self.actions_by_id.items():
            action.setShortcuts([QKeySequence(k) for k in keys.get(name) or TABLE[name].shortcuts])
            page.addAction(action)
            if name not in keys:
                tip = tips.get(name, TABLE[name].tip)
                action.setToolTip(f"{tip} ({TABLE[name].shortcuts[0]})")
        self.actions_by_id["copy_figure"].triggered.connect(self._copy)
        self.actions_by_id["export"].triggered.connect(self._export)
        self.buttons = {name: self._button(action) for name, action in self.actions_by_id.items()}
        undo, redo, copy, export = self.buttons.values()
        in_row(undo, redo, 1, copy, export, on=self, margins=0)
        self.apply_theme()

    def apply_theme(self) -> None:
        """Draw the icons in the colours of the theme in use."""
        for name, drawing in _ICONS.items():
            self.actions_by_id[name].setIcon(icon(drawing))

    def refresh(self) -> None:
        """Offer a figure where there is something to be seen."""
        has_any = self._plot.figure() is not None
        for name in ("copy_figure", "export"):
            self.actions_by_id[name].setEnabled(has_any)

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setIconSize(QSize(ICON, ICON))
        return button

    def _copy(self) -> None:
        from nmrquanv.gui.plot.figure_content import FigureStyle
        from nmrquanv.gui.plot.figure_copy import COPIED, put_figure

        figure = self._plot.figure()
        if figure is not None and put_figure(figure, FigureStyle(), self._page):
            self.said.emit(COPIED)

    def _export(self) -> None:
        from nmrquanv.gui.dialogs.stack_export import StackExportDialog

        figure = self._plot.figure()
        if figure is not None:
            StackExportDialog(figure, self._settings, self._page).open()
