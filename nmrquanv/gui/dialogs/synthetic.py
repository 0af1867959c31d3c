"""Asks which synthetic spectrum to make: its kind, and the seed that makes it again."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QWidget,
)

from nmrquanv.gui.dialogs.dialog import Button, Dialog
from nmrquanv.gui.layouts import in_column, in_form
from nmrquanv.gui.number_box import WholeBox, are_settled

KINDS = {
    "clean": "Clean small molecule",
    "noisy": "Noisy",
    "crowded": "Crowded",
    "range": "Tall and small lines together",
    "dirty": "Phase errors and rolling baseline",
    "broad": "Broad lines",
    "benchtop": "Benchtop magnet",
    "shim": "Badly shimmed",
    "13C": "Carbon-13",
    "mixed": "Anything, noise alone too",
}
_MOST_SEED = 2**31 - 1


class SyntheticDialog(Dialog):
    """Two fields; the same kind and seed always give the same spectrum."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Synthetic spectrum", parent)
        self.kind, self.seed = QComboBox(self), WholeBox(self)
        self.add_buttons(Button.Ok | Button.Cancel)
        self._build()

    def accept(self) -> None:
        """Go on, unless what was typed is no seed."""
        if are_settled(self):
            super().accept()

    def chosen_kind(self) -> str:
        """Return the kind as ``simulate`` knows it."""
        return str(self.kind.currentData())

    def chosen_seed(self) -> int:
        """Return the seed."""
        return self.seed.whole()

    def _build(self) -> None:
        for kind, text in KINDS.items():
            self.kind.addItem(text, kind)
        self.seed.set_up((0, _MOST_SEED), 1, name="Seed")
        words = QLabel("Its lines are known exactly and can be shown beside what the finders find.")
        words.setWordWrap(True)
        form = in_form(("&Kind", self.kind), ("&Seed", self.seed))
        in_column(words, form, self.buttons, on=self, width=380)
