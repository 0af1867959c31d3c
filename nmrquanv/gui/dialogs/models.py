"""The models at hand, what each learned from, and what can be done with one's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QTextBrowser,
    QWidget,
)

from nmrquanv.finders import stacked
from nmrquanv.gui.dialogs.error import show_error
from nmrquanv.gui.dialogs.model_facts import model_facts
from nmrquanv.gui.dialogs.questions import Role, ask, file_to_open, file_to_save, show_question
from nmrquanv.gui.layouts import in_column
from nmrquanv.gui.shell.scale import open_at, scaled
from nmrquanv.models.cards import ModelCard
from nmrquanv.models.library import is_bundled, list_models
from nmrquanv.models.model_files import ENDING
from nmrquanv.models.own_models import parent_of
from nmrquanv.session.model_shelf import ModelShelf
from nmrquanv.session.settings import Settings

_BUTTONS = (
    ("rename", "&Rename…", "F2", "Give your model another name"),
    ("delete", "&Delete…", "Del", "Delete your model; until you quit, that can be undone"),
    ("roll_back", "Roll &Back…", "Ctrl+B", "Use the model that this one was made from instead"),
    ("export", "&Export…", "Ctrl+E", "Write the model and its card to one file"),
    ("import_", "&Import…", "Ctrl+I", "Take a model file into your library"),
    ("undo", "&Undo", "Ctrl+Z", "Put back the model that was deleted last"),
)


class ModelsDialog(QDialog):
    """A list of all models, the chosen one's card, and buttons.

    Parameters
    ----------
    shelf : ModelShelf
        Outlives the dialog, so that a deleted model can be put back later.
    settings : Settings
        Remembers the folder of the last file.
    parent : QWidget or None
    """

    def __init__(
        self, shelf: ModelShelf, settings: Settings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Models")
        self._shelf, self._settings = shelf, settings
        self._cards: dict[str, ModelCard] = {}
        self.list = QListWidget(self)
        self.facts = QTextBrowser(self)
        self.said = QLabel(self)
        self.buttons = {name: QPushButton(text, self) for name, text, _, _ in _BUTTONS}
        self.question: QDialog | None = None
        self._build()
        self._connect()
        self.refresh()

    @property
    def chosen(self) -> ModelCard | None:
        """The card of the model that is selected."""
        item = self.list.currentItem()
        return None if item is None else self._cards.get(item.data(Qt.ItemDataRole.UserRole))

    def refresh(self, choose: str = "") -> None:
        """Read the library anew, and keep or change the selection."""
        before = choose or (self.chosen.name if self.chosen else "")
        cards = {card.name: card for card in list_models()}
        self._cards = {name: cards[name] for name in stacked(cards)}
        self.list.blockSignals(True)
        self.list.clear()
        for name, card in self._cards.items():
            item = QListWidgetItem(card.title if is_bundled(name) else name)
            item.setData(Qt.ItemDataRole.UserRole, name)
            item.setToolTip(f"{card.title}, {card.date}")
            self.list.addItem(item)
        names = list(self._cards)
        self.list.setCurrentRow(names.index(before) if before in names else 0)
        self.list.blockSignals(False)
        self._show_chosen()

    def import_file(self, path: str) -> None:
        """Take a model file into the library and show it."""
        self._shelf.import_file(Path(path))

    def _build(self) -> None:
        self.list.setAccessibleName("Models")
        self.facts.setAccessibleName("What the model is and what it learned from")
        self.facts.setOpenLinks(False)
        self.said.setWordWrap(True)
        self.said.setAccessibleName("What has been done")
        row = QHBoxLayout()
        for name, _text, keys, tip in _BUTTONS:
            button = self.buttons[name]
            button.setShortcut(QKeySequence(keys))
            button.setToolTip(f"{tip} ({keys})")
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        split = QSplitter(self)
        split.addWidget(self.list)
        split.addWidget(self.facts)
        split.setStretchFactor(1, 1)
        split.setChildrenCollapsible(False)
        split.setSizes([scaled(270), scaled(530)])
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        close.rejected.connect(self.reject)
        in_column((split, 1), row, self.said, close, on=self)
        open_at(self, 840, 480)

    def _connect(self) -> None:
        self.list.currentRowChanged.connect(self._show_chosen)
        for name, button in self.buttons.items():
            button.clicked.connect(getattr(self, f"_{name}"))
        self._shelf.done.connect(self._on_done)
        self._shelf.failed.connect(self._on_failed)

    @Slot()
    def _show_chosen(self, *_: object) -> None:
        card = self.chosen
        is_own = card is not None and not is_bundled(card.name)
        parent = parent_of(card) if card is not None else None
        if card is not None:
            named = parent.name if parent else ""
            self.facts.setHtml(model_facts(card, named, is_own=is_own))
        for name in ("rename", "delete"):
            self.buttons[name].setEnabled(is_own)
        self.buttons["roll_back"].setEnabled(is_own and parent is not None)
        self.buttons["export"].setEnabled(card is not None)
        self.buttons["undo"].setEnabled(self._shelf.can_undo)
        back = self._shelf.undo_text
        self.buttons["undo"].setToolTip(f"Put back '{back}'" if back else "Nothing was deleted")

    def _rename(self) -> None:
        card = self.chosen
        if card is None:
            return
        dialog = QInputDialog(self)
        dialog.setWindowTitle("Rename the Model")
        dialog.setLabelText("Name")
        dialog.setTextValue(card.name)
        dialog.textValueSelected.connect(lambda text: self._shelf.rename(card.name, text))
        show_question(self, dialog)

    def _delete(self) -> None:
        card = self.chosen
        if card is not None:
            told = "Spectra that it was used on keep its peaks. Until you quit, you can undo this."
            self._ask(
                f"Delete '{card.name}'?", told, "Delete", lambda: self._shelf.remove(card.name)
            )

    def _roll_back(self) -> None:
        card = self.chosen
        parent = parent_of(card) if card is not None else None
        if card is None or parent is None:
            return
        told = (
            f"'{parent.name}' takes its place where it is chosen for Find peaks, and '{card.name}' "
            "is deleted. Until you quit, you can undo this."
        )
        title = f"Go back from '{card.name}' to '{parent.name}'?"
        self._ask(title, told, "Roll Back", lambda: self._shelf.roll_back(card.name))

    def _export(self) -> None:
        card = self.chosen
        if card is None:
            return
        start = str(Path(self._settings.last_folder, f"{card.name}{ENDING}"))
        dialog = file_to_save(self, "Export the Model", start, "Models", ENDING)
        dialog.fileSelected.connect(lambda path: self._shelf.export(card.name, Path(path)))
        show_question(self, dialog)

    def _import_(self) -> None:
        kinds = (f"Models (*{ENDING})", "All files (*)")
        folder = self._settings.last_folder
        dialog = file_to_open(self, "Import a Model", folder, filters=kinds)
        dialog.fileSelected.connect(self.import_file)
        show_question(self, dialog)

    def _undo(self) -> None:
        self._shelf.undo()

    def _ask(self, title: str, text: str, words: str, do: Callable[[], object]) -> None:
        ask(self, self, (title, text), ((words, Role.AcceptRole, do),))

    @Slot(str, str)
    def _on_done(self, told: str, name: str) -> None:
        self.said.setText(told)
        self.refresh(name)

    @Slot(str, object)
    def _on_failed(self, told: str, error: Exception) -> None:
        self.refresh()
        show_error(told, error, self)
