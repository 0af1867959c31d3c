"""Asks which version of our own form a peak list is written in."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget

from nmrquanv.gui.dialogs.export_choices import ExportChoice
from nmrquanv.io.peak_schema import LOST, NEWEST, VERSIONS


class SchemaBox(QComboBox):
    """Versions of ``nmrquanv.peaks``, the newest first."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Version of the list's form")
        for version in sorted(VERSIONS, reverse=True):
            told = "all of it" if version == NEWEST else "for older programs"
            self.addItem(f"{version}: {told}", version)

    def version(self, choice: ExportChoice) -> int:
        """Return the chosen version, of what has versions."""
        return int(self.currentData()) if choice.has_versions else NEWEST

    def lost(self, choice: ExportChoice) -> str:
        """Return what a choice leaves out in this version."""
        if self.version(choice) < NEWEST:
            return "; ".join(part for part in (choice.loses, LOST) if part)
        return choice.loses
