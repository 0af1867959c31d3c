"""Asks on which open spectra something is to be used; says of the others why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from nmrquanv.gui.dialogs.dialog import Button, Dialog
from nmrquanv.gui.layouts import in_column

NO_OTHER = "No other spectrum is open."


@dataclass(frozen=True, slots=True)
class UsedPart:
    """A part of what is used, which can be left out.

    Parameters
    ----------
    key, text : str
    is_on : bool
        Whether it is ticked at first.
    is_there : bool
        Whether there is anything of it.
    """

    key: str
    text: str
    is_on: bool = True
    is_there: bool = True


class ChooseSpectraDialog(Dialog):
    """A list with a tick for each spectrum.

    Parameters
    ----------
    title, words : str
        What is used, and what it does to them.
    rows : sequence of (name, reason)
        Of each spectrum; it cannot be ticked where a reason stands.
    parent : QWidget or None
    parts : sequence of UsedPart
        A tick box for each.
    """

    def __init__(
        self,
        title: str,
        words: str,
        rows: Sequence[tuple[str, str]],
        parent: QWidget | None = None,
        parts: Sequence[UsedPart] = (),
    ) -> None:
        super().__init__(title, parent)
        self.list = QListWidget(self)
        self.list.setAccessibleName("Open spectra")
        self.parts = {part.key: QCheckBox(part.text, self) for part in parts}
        self.add_buttons(Button.Ok | Button.Cancel)
        for name, reason in rows:
            self._add(name, reason)
        for part in parts:
            box = self.parts[part.key]
            box.setChecked(part.is_on and part.is_there)
            box.setEnabled(part.is_there)
            box.toggled.connect(self._enable)
        label = QLabel(words if rows else NO_OTHER)
        label.setWordWrap(True)
        in_column(label, *self.parts.values(), self.list, self.buttons, on=self)
        self.setMinimumSize(440, 320)
        self.list.itemChanged.connect(self._enable)
        self._enable()

    def chosen(self) -> tuple[int, ...]:
        """Return the rows that are ticked."""
        rows = range(self.list.count())
        return tuple(
            row for row in rows if self.list.item(row).checkState() == Qt.CheckState.Checked
        )

    def chosen_parts(self) -> tuple[str, ...]:
        """Return the parts that are ticked."""
        return tuple(key for key, box in self.parts.items() if box.isChecked())

    def _add(self, name: str, reason: str) -> None:
        item = QListWidgetItem(f"{name}: {reason}" if reason else name, self.list)
        item.setToolTip(item.text())
        flags = Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable
        item.setFlags(flags if reason else flags | Qt.ItemFlag.ItemIsEnabled)
        item.setCheckState(Qt.CheckState.Unchecked if reason else Qt.CheckState.Checked)

    def _enable(self) -> None:
        has_part = not self.parts or bool(self.chosen_parts())
        ok = self.buttons.button(Button.Ok)
        ok.setEnabled(has_part and bool(self.chosen()))
