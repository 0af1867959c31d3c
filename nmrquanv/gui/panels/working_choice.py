"""Which layers the working list is made of: union, intersection, or one finder's."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QRadioButton, QWidget

from nmrquanv.finders import FINDERS
from nmrquanv.gui.layouts import in_column
from nmrquanv.session.working_list import COMBINATIONS

_CHOICES = (
    ("union", "Union", "Every line that one of the two compared finders has"),
    ("intersection", "Intersection", "Only lines that both compared finders have"),
    *((finder.name, finder.short, finder.what) for finder in FINDERS),
)
_BUILT_IN = tuple(choice for choice, _text, _tip in _CHOICES)


class WorkingChoice(QWidget):
    """A button for each choice; the user's own models get one when they have a layer.

    Signals
    -------
    chosen(str)
        A person clicked a choice.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[str, QRadioButton] = {}
        heading = QLabel("Working list from", self)
        heading.setForegroundRole(self.palette().ColorRole.PlaceholderText)
        self._grid = QGridLayout()
        self._grid.setSpacing(4)
        in_column(heading, self._grid, on=self, margins=0)
        for number, (choice, text, tip) in enumerate(_CHOICES):
            row, column, span = (0, number * 3, 3) if number < 2 else (1, (number - 2) * 2, 2)
            self._grid.addWidget(self._button(choice, text, tip), row, column, 1, span)

    def show_choices(self, finders: Sequence[str], choice: str) -> None:
        """Offer what these finders' layers allow, with one choice marked; empty marks none."""
        own = [finder for finder in finders if finder not in _BUILT_IN]
        if own != [name for name in self.buttons if name not in _BUILT_IN]:
            self._show_own(own)
        for name, button in self.buttons.items():
            is_possible = len(finders) > 1 if name in COMBINATIONS else name in finders
            button.setEnabled(is_possible)
            button.setChecked(name == choice)

    def _show_own(self, names: Sequence[str]) -> None:
        """Replace the buttons of the user's own models, one a row."""
        for name in [n for n in self.buttons if n not in _BUILT_IN]:
            button = self.buttons.pop(name)
            self._grid.removeWidget(button)
            button.deleteLater()
        for row, name in enumerate(names, start=2):
            button = self._button(name, name.replace("&", "&&"), "What this model of yours found")
            self._grid.addWidget(button, row, 0, 1, 6)

    def _button(self, choice: str, text: str, tip: str) -> QRadioButton:
        button = QRadioButton(text, self)
        button.setAutoExclusive(False)
        button.setToolTip(f"{tip}. What you added, moved or confirmed stays.")
        button.setAccessibleName(f"Working list: {text}")
        button.clicked.connect(lambda _=False, c=choice: self.chosen.emit(c))
        self.buttons[choice] = button
        return button
