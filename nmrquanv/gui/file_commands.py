"""What a person does with a document's file besides saving: find data, remove, put back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QMessageBox, QWidget

from nmrquanv.gui.dialogs.of_document import close_with
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
        self.question: QMessageBox | QFileDialog | None = None
        for name, do in (
            ("find_data", self.find_data),
            ("remove_from_file", self.remove),
            ("put_back", self.put_back),
        ):
            actions[name].triggered.connect(lambda _=False, do=do: do())
        workspace.rereading.data_found.connect(self._on_data_found)
        workspace.rereading.data_differ.connect(self._on_data_differ)
        workspace.rereading.place_told.connect(self._on_place_told)
        for signal in (workspace.noted, workspace.saving.noted, workspace.rereading.noted):
            signal.connect(status.say)
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
            self._status.say(f"'{name}' leaves its file with the next save; File > Put Back undoes")

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
        box = self._box(document, f"Where are the data of '{document.name}'?")
        box.setInformativeText(f"{told}, were read from:\n{place}")
        roles = QMessageBox.ButtonRole
        doing: dict[QAbstractButton, object] = {}
        if source.path:
            button = box.addButton("Look There", roles.AcceptRole)
            doing[button] = lambda: self._look(document, source.path)
        button = box.addButton("Choose a File…", roles.ActionRole)
        doing[button] = lambda: self._choose(document, QFileDialog.FileMode.ExistingFile)
        button = box.addButton("Choose a Folder…", roles.ActionRole)
        doing[button] = lambda: self._choose(document, QFileDialog.FileMode.Directory)
        self._open(document, box, doing)

    def _look(self, document: Document, path: str) -> None:
        if not document.is_closed:
            self._workspace.rereading.find_data(document, path)

    def _choose(self, document: Document, mode: QFileDialog.FileMode) -> None:
        if document.is_closed:
            return
        folder = str(document.file.parent) if document.file else ""
        dialog = QFileDialog(self._window, "Find the Data", folder)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(mode)
        dialog.fileSelected.connect(lambda path: self._look(document, path))
        dialog.finished.connect(self._forget_question)
        close_with(document, dialog)
        self.question = dialog
        dialog.open()

    @Slot(object)
    def _on_data_found(self, document: Document) -> None:
        self._status.say(f"The data of '{document.name}' were found; undo goes back to the trace")
        self.refresh()

    @Slot(object, object)
    def _on_data_differ(self, document: Document, found: FoundData) -> None:
        """Say that other data lie there, and use them only if a person says so."""
        names = ", ".join(found.changed[:5]) + (" …" if len(found.changed) > 5 else "")
        box = self._box(document, f"These are not the data that '{document.name}' was made of.")
        box.setInformativeText(
            f"Changed or missing: {names}. Peaks may not fit them. Using them is one step that "
            "can be undone."
        )
        button = box.addButton("Use Them", QMessageBox.ButtonRole.DestructiveRole)
        take = self._workspace.rereading.take_data
        self._open(document, box, {button: lambda: document.is_closed or take(document, found)})

    @Slot(object, str, object)
    def _on_place_told(self, document: Document, path: str, go: Callable[[], None]) -> None:
        """Ask before a place is looked at that only a document file tells of."""
        box = self._box(document, f"Read the data of '{document.name}'?")
        box.setInformativeText(
            f"The document does not hold what you chose. It says that it lies in:\n{path}"
        )
        self._open(document, box, {box.addButton("Read It", QMessageBox.ButtonRole.AcceptRole): go})

    def _box(self, document: Document, text: str) -> QMessageBox:
        box = QMessageBox(QMessageBox.Icon.Question, "nmrquanv", text, parent=self._window)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowModality(Qt.WindowModality.WindowModal)
        close_with(document, box)
        return box

    def _open(self, document: Document, box: QMessageBox, doing: dict) -> None:
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))

        def answered() -> None:
            self._forget_question()
            if (do := doing.get(box.clickedButton())) is not None:
                QTimer.singleShot(0, self, do)

        box.finished.connect(answered)
        self.question = box
        box.show()

    @Slot()
    def _forget_question(self, *_: object) -> None:
        self.question = None
