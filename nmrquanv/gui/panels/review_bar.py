"""What is reviewed, how far one is, and a button for each key of the review."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from nmrquanv.gui.marker_looks import finder_title, finder_word, layer_icon

LETTERS = "AB"
"""Keys that take a finder's version."""

_BUTTONS = (
    ("previous", "◀", "Previous", "Go to the line before (P)"),
    ("next", "▶", "Next", "Leave it and go to the next line (N)"),
    ("accept", "Accept", "Accept", "The line is right: confirm it (Enter)"),
    ("reject", "Reject", "Reject", "There is no line: delete it (Del)"),
)


class ReviewBar(QFrame):
    """A bar over the plot; there while something is reviewed. Where it is narrow it has two rows.

    Signals
    -------
    asked(str)
        ``"next"``, ``"previous"``, ``"accept"``, ``"reject"`` or ``"stop"``.
    version_asked(str)
        The finder whose version is to be taken.
    """

    asked = Signal(str)
    version_asked = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Review")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.progress, self.why = QLabel(self), QLabel(self)
        self.buttons = {name: self._button(name, *words) for name, *words in _BUTTONS}
        self.versions = [QToolButton(self) for _ in LETTERS]
        self.stop = self._button("stop", "Done", "End the review", "End the review (Esc)")
        self._finders: tuple[str, ...] = ()
        self._build()
        self.hide()

    def _button(self, name: str, text: str, spoken: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setAccessibleName(spoken)
        button.setToolTip(tip)
        button.clicked.connect(lambda _=False, n=name: self.asked.emit(n))
        return button

    def _build(self) -> None:
        font = self.progress.font()
        font.setBold(True)
        self.progress.setFont(font)
        self.why.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        head, choices = QHBoxLayout(), QHBoxLayout()
        for row, widgets in (
            (head, (self.buttons["previous"], self.progress, self.buttons["next"], self.why)),
            (choices, (*self.versions, self.buttons["accept"], self.buttons["reject"], self.stop)),
        ):
            row.setSpacing(6)
            for widget in widgets:
                row.addWidget(widget, int(widget is self.why))
        for number, button in enumerate(self.versions):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.clicked.connect(lambda _=False, n=number: self._on_version(n))
        self._head, self._choices, self._grid = head, choices, QGridLayout(self)
        self._grid.setContentsMargins(8, 3, 8, 3)
        self._grid.setSpacing(4)
        self._grid.setColumnStretch(0, 1)
        self._grid.addLayout(head, 0, 0)
        self._grid.addLayout(choices, 0, 1)
        self._has_two_rows = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what is written whole."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Put the choices beside what they are about, or below where there is no room."""
        margins = self._grid.contentsMargins()
        words = self.why.sizeHint().width()  # which it gives up where it must
        needed = self._head.sizeHint().width() + self._choices.sizeHint().width() + words
        room = self.width() - margins.left() - margins.right() - self._grid.spacing()
        if self._has_two_rows != (needed > room):
            self._has_two_rows = not self._has_two_rows
            side = Qt.AlignmentFlag.AlignLeft if self._has_two_rows else Qt.AlignmentFlag(0)
            self._grid.removeItem(self._choices)
            self._choices.setParent(None)
            place = (1, 0) if self._has_two_rows else (0, 1)
            self._grid.addLayout(self._choices, *place, side)

    def show_line(self, progress: str, why: str, versions: Sequence[tuple[str, bool]]) -> None:
        """Show how far one is, why the line is looked at, and who has a version of it.

        Parameters
        ----------
        progress, why : str
        versions : sequence of (finder, whether it has a line there)
        """
        self.progress.setText(progress)
        self.why.setText(why)
        self.why.setToolTip(why)
        self._finders = tuple(finder for finder, _ in versions)
        for number, button in enumerate(self.versions):
            is_there = number < len(versions)
            button.setVisible(is_there)
            if is_there:
                finder, has_line = versions[number]
                letter = LETTERS[number]
                button.setText(f"{letter}: {finder_word(finder)}{'' if has_line else ', no line'}")
                button.setIcon(layer_icon(finder))
                does = "Take its line" if has_line else "It has no line there: delete the peak"
                button.setToolTip(f"{finder_title(finder)}. {does} ({letter})")
                button.setAccessibleName(f"Take the version of {finder_title(finder)}")
        self._arrange()
        self.show()

    def _on_version(self, number: int) -> None:
        if number < len(self._finders):
            self.version_asked.emit(self._finders[number])

    def finder_of(self, letter: str) -> str | None:
        """Return the finder whose version a key takes."""
        number = LETTERS.find(letter)
        return self._finders[number] if 0 <= number < len(self._finders) else None
