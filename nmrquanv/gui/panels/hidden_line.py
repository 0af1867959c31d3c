"""How many peaks each kind of threshold hides: a click shows them in the plot as rings."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QWidget

from nmrquanv.gui.panels.still_label import StillButton
from nmrquanv.gui.view_state import ViewState
from nmrquanv.session.shown_peaks import HIDING, HiddenCounts

_WORDS = {
    "snr": "S/N",
    "height": "height",
    "confidence": "conf.",
    "number": "number",
    "place": "region",
}
_SHARES = {"snr": 6, "height": 7, "confidence": 7, "number": 7, "place": 7}
_SELDOM = ("number", "place")
"""Shown only where they hide something: nobody has asked for them otherwise."""


class HiddenLine(QWidget):
    """A line of the thresholds' panel; one kind is shown at a time."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._state: ViewState | None = None
        self.by_kind = {kind: StillButton(f"0000 {_WORDS[kind]}", self) for kind in HIDING}
        layout, rows = QGridLayout(self), (QHBoxLayout(), QHBoxLayout())
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(2)
        layout.setVerticalSpacing(0)
        layout.setColumnStretch(1, 1)
        self.title = QLabel("Hidden by", self)
        layout.addWidget(self.title, 0, 0)
        for number, row in enumerate(rows):
            row.setSpacing(2)
            layout.addLayout(row, number, 1)
        for kind, button in self.by_kind.items():
            button.setFlat(True)
            button.setCheckable(True)
            button.setToolTip("Show these peaks in the plot as rings, or no longer")
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda is_on, k=kind: self._on_clicked(k, is_on))
            rows[kind in _SELDOM].addWidget(button, _SHARES[kind])
        self.show_counts(HiddenCounts())

    def follow(self, state: ViewState) -> None:
        """Change and follow what is shown."""
        self._state = state
        state.hiding_changed.connect(self._on_hiding_changed)

    def show_counts(self, counts: HiddenCounts) -> None:
        """Show how many peaks each threshold hides on its own."""
        found = {
            "snr": counts.by_snr,
            "height": counts.by_height,
            "confidence": sum(counts.by_confidence.values()),
            "number": counts.by_number,
            "place": counts.by_place,
        }
        for kind, button in self.by_kind.items():
            button.setText(f"{found[kind]} {_WORDS[kind]}")
            button.setEnabled(found[kind] > 0)
            button.setVisible(kind not in _SELDOM or found[kind] > 0)

    def _on_clicked(self, kind: str, is_on: bool) -> None:
        if self._state is not None:
            self._state.show_hiding(kind if is_on else "")

    @Slot()
    def _on_hiding_changed(self) -> None:
        for kind, button in self.by_kind.items():
            button.setChecked(self._state is not None and self._state.hiding == kind)
