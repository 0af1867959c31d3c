"""Closing a spectrum or the window: asks about work that would be lost, then stops everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMessageBox

from nmrquanv.session import child_run, jobs
from nmrquanv.session.document import Document

if TYPE_CHECKING:
    from nmrquanv.gui.main_window import MainWindow


class Closing(QObject):
    """Nothing here blocks: a question is a window-modal box, and its answer closes again."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._has_agreed = False
        self.question: QMessageBox | None = None

    def close_document(self, document: Document | None) -> None:
        """Close a spectrum; ask first when peaks were edited and not exported."""
        if document is None:
            return
        if not document.has_unexported_edits:
            self._close(document)
        else:
            self._ask(
                f"Close '{document.name}' without exporting?",
                "Your changes to its peaks, integrals and processing will be lost.",
                lambda: self._close(document),
            )

    def may_close(self) -> bool:
        """Tell whether the window may close now; otherwise ask, and close on the answer."""
        edited = self._window.workspace.with_unexported_edits()
        reasons = []
        if edited:
            names = ", ".join(f"'{document.name}'" for document in edited)
            reasons.append(f"There are changes in {names} that no file has.")
        if self._window.retraining.is_running:
            reasons.append("A retraining is running; it will be stopped and forgotten.")
        if self._has_agreed or not reasons:
            return True
        self._ask("Quit nevertheless?", "\n".join(reasons), self._quit)
        return False

    def stop_everything(self) -> None:
        """Cancel what runs, wait until it has stopped, and let the documents go."""
        window = self._window
        window.finding.cancel()
        window.workspace.cancel_opening()
        window.retraining.cancel()
        jobs.shut_down()
        child_run.shut_down()
        for document in window.workspace.documents:
            window.workspace.close(document)

    def _close(self, document: Document) -> None:
        self._window.finding.cancel(document)
        self._window.workspace.close(document)

    def agree(self) -> None:
        """Let the window close without another question."""
        self._has_agreed = True

    def _quit(self) -> None:
        self.agree()
        self._window.close()

    def _ask(self, title: str, text: str, on_yes: Callable[[], None]) -> None:
        if self.question is not None:
            self.question.raise_()
            return
        buttons = QMessageBox.StandardButton
        box = QMessageBox(QMessageBox.Icon.Question, "nmrquanv", title, parent=self._window)
        box.setInformativeText(text)
        box.setStandardButtons(buttons.Discard | buttons.Cancel)
        box.button(buttons.Discard).setText("Quit" if "Quit" in title else "Close")
        box.setDefaultButton(buttons.Cancel)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowModality(Qt.WindowModality.WindowModal)
        self.question = box

        def answered(result: int) -> None:
            self.question = None
            if result == buttons.Discard:
                on_yes()

        box.finished.connect(answered)
        box.show()
