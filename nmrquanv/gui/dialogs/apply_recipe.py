"""Asks on which open spectra a recipe is to be used; says of the others why not."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QLabel,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from nmrquanv.gui.dialogs.dialog import Button, Dialog
from nmrquanv.gui.layouts import in_column


class ApplyRecipeDialog(Dialog):
    """A list with a tick for each spectrum.

    Parameters
    ----------
    rows : sequence of (name, reason)
        Of each spectrum; it cannot be ticked where a reason stands.
    parent : QWidget or None
    """

    def __init__(self, rows: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__("Use the Recipe on Other Spectra", parent)
        self.list = QListWidget(self)
        self.list.setAccessibleName("Open spectra")
        self.add_buttons(Button.Ok | Button.Cancel)
        for name, reason in rows:
            self._add(name, reason)
        words = QLabel(
            "Every step is used but the reference, which stays each spectrum's own; automatic "
            "steps find their values anew. It can be undone in each spectrum."
            if rows
            else "No other spectrum is open."
        )
        words.setWordWrap(True)
        in_column(words, self.list, self.buttons, on=self)
        self.setMinimumSize(440, 320)
        self.list.itemChanged.connect(lambda _: self._enable())
        self._enable()

    def chosen(self) -> tuple[int, ...]:
        """Return the rows that are ticked."""
        rows = range(self.list.count())
        return tuple(
            row for row in rows if self.list.item(row).checkState() == Qt.CheckState.Checked
        )

    def _add(self, name: str, reason: str) -> None:
        item = QListWidgetItem(f"{name}: {reason}" if reason else name, self.list)
        item.setToolTip(item.text())
        flags = Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable
        item.setFlags(flags if reason else flags | Qt.ItemFlag.ItemIsEnabled)
        item.setCheckState(Qt.CheckState.Unchecked if reason else Qt.CheckState.Checked)

    def _enable(self) -> None:
        ok = self.buttons.button(Button.Ok)
        ok.setEnabled(bool(self.chosen()))
