"""Thresholds by name, one click each, and the way to the impurities beside them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

_PRESETS = (
    ("all", "All lines", "Everything that stands above the noise, impurities too"),
    ("main", "Main lines", "The tall lines alone"),
)


class PresetButtons(QWidget):
    """A row of buttons.

    Signals
    -------
    chosen(str)
        Name of the preset that was clicked.
    impurities_wanted()
    """

    chosen = Signal(str)
    impurities_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.by_name = {name: QPushButton(text, self) for name, text, _ in _PRESETS}
        self.impurities = QPushButton("Impurities…", self)
        self.impurities.setToolTip("Which solvent it is, and which common impurities show")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for name, _, tip in _PRESETS:
            button = self.by_name[name]
            button.setToolTip(f"{tip} (one undo step)")
            button.clicked.connect(partial(self._on_clicked, name))
            row.addWidget(button)
        row.addWidget(self.impurities)
        self.impurities.clicked.connect(lambda: self.impurities_wanted.emit())

    def _on_clicked(self, name: str) -> None:
        self.chosen.emit(name)
