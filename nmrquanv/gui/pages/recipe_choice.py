"""A list of recipes to choose from: the usual processing, or one that was saved."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QComboBox, QWidget

from nmrquanv.gui.dialogs.questions import file_to_open
from nmrquanv.io.recipe_files import ENDING
from nmrquanv.session.settings import Settings


class RecipeChoice(QComboBox):
    """Asks for a file where a saved recipe is wanted; it joins the list.

    Parameters
    ----------
    settings : Settings
        Where the dialog begins.
    parent : QWidget or None
    """

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setAccessibleName("Recipe")
        self.setToolTip("How all are processed: as a new window does, or by a saved recipe")
        self.addItem("Usual processing", "")
        self.addItem("Recipe from a file…", None)
        self.activated.connect(lambda _: self._on_activated())

    def path(self) -> str:
        """Return the file of the recipe; empty for the usual processing."""
        return str(self.currentData() or "")

    def set_path(self, path: str) -> None:
        """Choose a recipe that was saved."""
        self.insertItem(1, Path(path).name.removesuffix(ENDING), path)
        self.setCurrentIndex(1)

    def _on_activated(self) -> None:
        if self.currentData() is not None:
            return
        self.setCurrentIndex(0)
        kinds = (f"Recipes (*{ENDING})",)
        dialog = file_to_open(self, "Recipe", self._settings.last_folder, filters=kinds)
        dialog.fileSelected.connect(self.set_path)
        dialog.open()
