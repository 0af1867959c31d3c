"""Save, Save As and Revert: asks for a name where there is none, and shows what failed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from nmrquanv.gui.actions import Slots
from nmrquanv.gui.dialogs.error import show_error
from nmrquanv.gui.dialogs.of_document import close_with
from nmrquanv.gui.dialogs.questions import file_to_save
from nmrquanv.gui.pages.page import Page
from nmrquanv.gui.status_bar import StatusBar
from nmrquanv.gui.view_memory import ViewMemory
from nmrquanv.io.document_options import ENDING
from nmrquanv.io.format_files import bare_name
from nmrquanv.session.document import Document
from nmrquanv.session.settings import Settings
from nmrquanv.session.workspace import Workspace

if TYPE_CHECKING:
    from nmrquanv.gui.dialogs.save_as import SaveAsDialog


class Saves(QObject):
    """What the user saves; nothing here blocks, and writing goes on in the background."""

    def __init__(
        self,
        workspace: Workspace,
        settings: Settings,
        views: ViewMemory,
        status: StatusBar,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._workspace, self._settings, self._views = workspace, settings, views
        self._status, self._window = status, window
        self._page: Page | None = None  # where Ctrl+S was pressed, if in one beside the window
        self._waiting: set[Path] = set()
        self._then: Callable[[], None] | None = None
        self.dialog: QFileDialog | None = None
        self.content: SaveAsDialog | None = None
        workspace.saving.saved.connect(self._on_saved)
        workspace.saving.failed.connect(self._on_failed)

    def slots(self) -> Slots:
        """Return what its actions do."""
        return {
            name: getattr(self, name) for name in ("save", "save_as", "save_together", "revert")
        }

    def save(self) -> None:
        """Save the file of the current document; ask for a name where it has none."""
        window = QApplication.activeWindow()
        self._page = window if isinstance(window, Page) else None
        document = self._workspace.current
        if document is None:
            return
        if document.file is None:
            self._ask_name(document, lambda path: self._save(document, path))
        else:
            self._save(document)

    def _save(self, document: Document, path: Path | None = None) -> None:
        self._views.keep()
        self._workspace.save(document, path)

    def save_as(self) -> None:
        """Save the file of the current document under another name, and go on with that."""
        document = self._workspace.current
        if document is not None:
            self._ask_content(document, self._workspace.files.of(document))

    def save_together(self) -> None:
        """Save all open spectra, or those that a person chooses, in one file."""
        if self._workspace.current is not None:
            self._ask_content(self._workspace.current, self._workspace.documents)

    def _ask_content(self, document: Document, chosen: Sequence[Document]) -> None:
        """Ask what a file is to hold, then for its name."""
        from nmrquanv.gui.dialogs.save_as import SaveAsDialog

        workspace = self._workspace
        choice = workspace.saving.choice_of(document)
        dialog = SaveAsDialog(workspace.documents, chosen, choice, self._window)

        def ask_name() -> None:
            documents, wanted = dialog.documents(), dialog.choice()
            if not documents:
                return

            def save(path: Path) -> None:
                self._views.keep()
                workspace.files.save(documents, path, workspace.current, wanted)

            self._ask_name(documents[0], save)

        dialog.accepted.connect(ask_name)
        dialog.finished.connect(self._forget_content)
        close_with(document, dialog)
        self.content = dialog
        dialog.open()

    @Slot()
    def _forget_content(self, *_: object) -> None:
        self.content = None

    def revert(self) -> None:
        """Go back to what is saved; undo takes that back."""
        if self._workspace.current is not None:
            self._workspace.current.edit.revert()

    def save_all(self, documents: Sequence[Document], then: Callable[[], None]) -> None:
        """Save documents, asking once for a name for those that have none; then go on.

        What fails is shown, and nothing goes on; nor does it without a name.
        """
        unnamed = [document for document in documents if document.file is None]
        workspace = self._workspace
        firsts = {document.file: document for document in documents if document.file is not None}

        def start(path: Path | None) -> None:
            self._views.keep()
            self._then = then
            self._waiting = {*firsts, *([path] if path is not None else [])}
            for document in firsts.values():
                workspace.save(document)
            if path is not None:
                workspace.files.save(unnamed, path, workspace.current)

        if unnamed:
            self._ask_name(unnamed[0], start)
        else:
            start(None)

    def _ask_name(self, document: Document, take: Callable[[Path], None]) -> None:
        folder = document.file.parent if document.file else Path(self._settings.save_folder)
        name = document.file.name if document.file else file_name(document.name)
        start = str(folder / name)
        dialog = file_to_save(self._window, "Save the Document", start, "Documents", ENDING)

        def chosen(path: str) -> None:
            self._settings.save_folder = str(Path(path).parent)
            take(Path(path))

        dialog.fileSelected.connect(chosen)
        dialog.finished.connect(self._forget_dialog)
        self.dialog = dialog
        dialog.open()

    @Slot()
    def _forget_dialog(self, *_: object) -> None:
        self.dialog = None

    @Slot(object)
    def _on_saved(self, path: Path) -> None:
        self._status.announce(f"Saved {path}")
        if self._page is not None:
            self._page.say(f"Saved {path}")
            self._page = None
        self._waiting.discard(path)
        if not self._waiting and self._then is not None:
            then, self._then = self._then, None
            # once the job has told its end: what follows may close the window
            QTimer.singleShot(0, self, then)

    @Slot(object, object)
    def _on_failed(self, path: Path, error: Exception) -> None:
        self._waiting, self._then = set(), None
        show_error(f"'{path.name}' is not saved", error, self._window)


def file_name(name: str) -> str:
    """Return what a document's file is called at first: its name without what no file can have."""
    plain = re.sub(r"[^\w .+-]+", "_", bare_name(name)).strip(" .")
    return f"{plain[:60] or 'spectrum'}{ENDING}"
