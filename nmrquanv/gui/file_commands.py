"""What a person does with a document's file besides saving: find data, remove, put back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from nmrquanv.gui.actions import connect_actions
from nmrquanv.gui.dialogs.of_document import close_with
from nmrquanv.gui.dialogs.questions import (
    Answer,
    Role,
    ask,
    file_to_open,
    show_question,
    where_answers,
)
from nmrquanv.gui.status_bar import StatusBar
from nmrquanv.numbers import fixed
from nmrquanv.session.data_search import FoundData
from nmrquanv.session.document import Document
from nmrquanv.session.workspace import Workspace


class FileCommands(QObject):
    """Connects the actions about document files, and enables those that can be used.

    Parameters
    ----------
    actions : dict of str to QAction
    workspace : Workspace
    status : StatusBar
    window : QWidget
    """

    def __init__(
        self,
        actions: dict[str, QAction],
        workspace: Workspace,
        status: StatusBar,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._actions, self._workspace = actions, workspace
        self._status, self._window = status, window
        self.question: QDialog | None = None
        slots = {
            "find_data": self.find_data,
            "remove_from_file": self.remove,
            "put_back": self.put_back,
        }
        connect_actions(actions, slots)
        workspace.rereading.data_found.connect(self._on_data_found)
        workspace.rereading.data_differ.connect(self._on_data_differ)
        workspace.rereading.place_told.connect(self._on_place_told)
        for signal in (workspace.noted, workspace.saving.noted, workspace.rereading.noted):
            signal.connect(status.announce)
        for signal in (workspace.documents_changed, workspace.saving.saved):
            signal.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self, *_: object) -> None:
        """Enable what can be done with the document that is shown."""
        document, files = self._workspace.current, self._workspace.files
        is_away = document is not None and document.dataset.elsewhere is not None
        self._actions["find_data"].setEnabled(is_away)
        can_remove = document is not None and files.can_remove(document)
        self._actions["remove_from_file"].setEnabled(can_remove)
        name = files.removed_name.replace("&", "&&")
        self._actions["put_back"].setEnabled(bool(name))
        self._actions["put_back"].setText(f"Put '{name}' &Back" if name else "Put Removed &Back")

    def remove(self) -> None:
        """Take the spectrum that is shown out of its file, with the next save."""
        document = self._workspace.current
        if document is not None and self._workspace.files.can_remove(document):
            name = document.name
            self._workspace.remove_from_file(document)
            told = f"'{name}' leaves its file with the next save; File > Put Back undoes"
            self._status.announce(told)

    def put_back(self) -> None:
        """Open the spectrum again that was removed last."""
        self._workspace.put_back()

    def find_data(self) -> None:
        """Ask where the measured data of the document are; nothing is looked at before that."""
        document = self._workspace.current
        if document is None or document.dataset.elsewhere is None:
            return
        source = document.dataset.source
        size = sum(file.size_bytes for file in document.dataset.files)
        told = f"{source.format} data ({source.kind}), {fixed(size / (1 << 20), 1)} MB"
        place = source.path or "a place that the document does not tell"
        look = partial(self._look, document, source.path) if source.path else None
        self._ask(
            document,
            f"Where are the data of '{document.name}'?",
            f"{told}, were read from:\n{place}",
            *where_answers(look, partial(self._choose, document)),
        )

    def _look(self, document: Document, path: str) -> None:
        if not document.is_closed:
            self._workspace.rereading.find_data(document, path)

    def _choose(self, document: Document, mode: QFileDialog.FileMode) -> None:
        if document.is_closed:
            return
        folder = str(document.file.parent) if document.file else ""
        dialog = file_to_open(self._window, "Find the Data", folder, mode)
        dialog.fileSelected.connect(lambda path: self._look(document, path))
        close_with(document, dialog)
        show_question(self, dialog)

    @Slot(object)
    def _on_data_found(self, document: Document) -> None:
        self._status.say(f"The data of '{document.name}' were found; undo goes back to the trace")
        self.refresh()

    @Slot(object, object)
    def _on_data_differ(self, document: Document, found: FoundData) -> None:
        """Say that other data lie there, and use them only if a person says so."""
        names = ", ".join(found.changed[:5]) + (" …" if len(found.changed) > 5 else "")
        take = self._workspace.rereading.take_data
        self._ask(
            document,
            f"These are not the data that '{document.name}' was made of.",
            f"Changed or missing: {names}. Peaks may not fit them. Using them is one step that "
            "can be undone.",
            ("Use Them", Role.DestructiveRole, lambda: document.is_closed or take(document, found)),
        )

    @Slot(object, str, object)
    def _on_place_told(self, document: Document, path: str, go: Callable[[], None]) -> None:
        """Ask before a place is looked at that only a document file tells of."""
        self._ask(
            document,
            f"Read the data of '{document.name}'?",
            f"The document does not hold what you chose. It says that it lies in:\n{path}",
            ("Read It", Role.AcceptRole, go),
        )

    def _ask(self, document: Document, question: str, told: str, *answers: Answer) -> None:
        close_with(document, ask(self, self._window, (question, told), answers))
