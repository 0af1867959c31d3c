"""What to know of the spectrum before trusting the list, above the peak table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

_SHOWN = 2


class ListNotes(QLabel):
    """The search's notes, the first two in full and all in the tool tip; hidden without any."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setAccessibleName("Notes on the spectrum")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setContentsMargins(8, 4, 8, 4)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.show_notes(())

    def show_notes(self, notes: Sequence[str]) -> None:
        """Show notes, or nothing."""
        lines = [f"⚠ {note[:1].upper()}{note[1:]}." for note in notes]
        left = len(lines) - _SHOWN
        more = [f"… and {left} more (in the tool tip)"] if left > 0 else []
        self.setText("\n".join(lines[:_SHOWN] + more))
        self.setToolTip("\n\n".join(lines))
        self.setAccessibleDescription("\n".join(lines))
        self.setVisible(bool(lines))
