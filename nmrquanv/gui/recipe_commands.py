"""Saves the recipe of the spectrum that is shown, loads one, uses it on other open spectra."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog

from nmrquanv.errors import NmrQuanvError, ProcessingError
from nmrquanv.gui.actions import Slots
from nmrquanv.gui.dialogs.choose_spectra import ChooseSpectraDialog
from nmrquanv.gui.dialogs.error import show_error
from nmrquanv.gui.dialogs.of_document import close_with
from nmrquanv.gui.dialogs.questions import file_to_open, file_to_save
from nmrquanv.gui.panels.processing import Processing
from nmrquanv.gui.plot.spectrum_view import SpectrumView
from nmrquanv.gui.processing_commands import ProcessingCommands
from nmrquanv.gui.status_bar import StatusBar
from nmrquanv.io.format_files import suggested_name
from nmrquanv.io.recipe_files import ENDING, read_recipe, write_recipe
from nmrquanv.session.document import Document
from nmrquanv.session.recipe_edits import as_template, used_on, why_not
from nmrquanv.session.workspace import Workspace

ACTIONS = ("save_recipe", "load_recipe", "apply_recipe")
_TITLE = "Use the Recipe on Other Spectra"
_WORDS = (
    "Every step is used but the reference, which stays each spectrum's own; automatic steps find "
    "their values anew. It can be undone in each spectrum."
)
_FILTER = f"Recipes (*{ENDING});;All files (*)"


class RecipeCommands(QObject):
    """Does what the actions about recipes say, offers them in the panel, and joins it to the plot.

    Parameters
    ----------
    actions : dict of str to QAction
    panel : Processing
    view : SpectrumView
    workspace : Workspace
    status : StatusBar
    """

    def __init__(
        self,
        actions: dict[str, QAction],
        panel: Processing,
        view: SpectrumView,
        workspace: Workspace,
        status: StatusBar,
    ) -> None:
        super().__init__(view)
        self._view, self._workspace, self._status = view, workspace, status
        self._folder = Path()
        self.processing = ProcessingCommands(panel, view, self)
        panel.recipe_menu.addActions([actions[name] for name in ACTIONS])

    def slots(self) -> Slots:
        """Return what its actions do."""
        return dict(zip(ACTIONS, (self.save, self.load, self.ask_apply), strict=True))

    def save(self) -> None:
        """Ask for a name and save the recipe there."""
        document = self._view.document
        if document is None:
            return
        title, name = "Save the Recipe", suggested_name(document.name) + ENDING
        start = str(self._folder / name)
        dialog = file_to_save(self._view.window(), title, start, "Recipes", ENDING)
        self._open(dialog, document, self._write)

    def load(self) -> None:
        """Ask for a recipe and use it on the spectrum that is shown."""
        document = self._view.document
        if document is not None:
            window, folder = self._view.window(), str(self._folder)
            dialog = file_to_open(window, "Load a Recipe", folder, filters=(_FILTER,))
            self._open(dialog, document, self._read)

    def ask_apply(self) -> None:
        """Ask on which other open spectra the recipe of this one is to be used."""
        document = self._view.document
        if document is None:
            return
        others = [other for other in self._workspace.documents if other is not document]
        template = as_template(document.reprocess.wanted_recipe)
        reasons = [why_not(template, other.dataset) for other in others]
        rows = [(o.name, reason) for o, reason in zip(others, reasons, strict=True)]
        dialog = ChooseSpectraDialog(_TITLE, _WORDS, rows, self._view.window())
        known = [weakref.ref(other) for other in others]

        def apply() -> None:
            chosen = [known[row]() for row in dialog.chosen()]
            open_ones = [d for d in chosen if d is not None and not d.is_closed]
            for other in open_ones:
                self._use(other, lambda own: used_on(template, own))
            self._status.say(f"The recipe is used on {len(open_ones)} other spectra")

        dialog.accepted.connect(apply)
        close_with(document, dialog)
        dialog.open()

    def _open(
        self, dialog: QFileDialog, document: Document, do: Callable[[Document, Path], None]
    ) -> None:
        title = dialog.windowTitle()
        known = weakref.ref(document)

        def chosen(name: str) -> None:
            still = known()
            if still is None or still.is_closed:
                return
            self._folder = Path(name).parent
            try:
                do(still, Path(name))
            except NmrQuanvError as error:
                show_error(f"{title}: it did not work", error, self._view.window())

        dialog.fileSelected.connect(chosen)
        close_with(document, dialog)
        dialog.open()

    def _write(self, document: Document, path: Path) -> None:
        write_recipe(path, as_template(document.reprocess.wanted_recipe))
        self._status.announce(f"Recipe saved to {path}")

    def _read(self, document: Document, path: Path) -> None:
        recipe = read_recipe(path)
        if reason := why_not(recipe, document.dataset):
            raise ProcessingError(f"{path.name} cannot be used here: {reason}")
        self._use(document, lambda own: used_on(recipe, own))

    def _use(self, document: Document, make: Callable) -> None:
        name, status = document.name, self._status

        def tell(error: Exception) -> None:
            status.announce(f"{name}: {error}")

        document.processing.failed.connect(tell, Qt.ConnectionType.SingleShotConnection)
        document.reprocess.set_recipe(make(document.reprocess.wanted_recipe))
