"""The buttons under the list of steps: add, move, remove."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from nmrquanv.gui.layouts import in_row
from nmrquanv.spectra.deconvolution import Deconvolution
from nmrquanv.spectra.recipe import Step
from nmrquanv.spectra.steps import TITLES

_ARROW_WIDTH = 36


class StepButtons(QWidget):
    """A row of buttons.

    Parameters
    ----------
    offered : function
        Gives the kinds of step that can be added now.

    Signals
    -------
    added(type of Step)
    moved(int)
        By so many places.
    removed()
    shape_wanted()
        The step that is added by the line shape that it needs, in the panel that learns it.
    """

    added = Signal(object)
    moved = Signal(int)
    removed = Signal()
    shape_wanted = Signal()

    def __init__(
        self, offered: Callable[[], tuple[type[Step], ...]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._offered = offered
        self.menu = QMenu(self)
        self.add = QPushButton("Add", self)
        self.up, self.down = QPushButton("↑", self), QPushButton("↓", self)
        self.remove = QPushButton("Remove", self)
        self._build()
        self.menu.aboutToShow.connect(self._fill)
        self.up.clicked.connect(lambda: self.moved.emit(-1))
        self.down.clicked.connect(lambda: self.moved.emit(1))
        self.remove.clicked.connect(self.removed)

    def set_free(self, is_free: bool) -> None:
        """Say whether the step that is chosen can be moved and removed."""
        for button in (self.up, self.down, self.remove):
            button.setEnabled(is_free)

    def _build(self) -> None:
        self.add.setMenu(self.menu)
        for button, name in ((self.up, "Step up"), (self.down, "Step down")):
            button.setAccessibleName(name)
            button.setFixedWidth(_ARROW_WIDTH)
        for button, tip in (
            (self.add, "Add a step where it belongs"),
            (self.up, "Move the chosen step up (Alt+Up)"),
            (self.down, "Move the chosen step down (Alt+Down)"),
            (self.remove, "Remove the chosen step (Del)"),
        ):
            button.setToolTip(tip)
        in_row(self.add, self.up, self.down, self.remove, 1, on=self, margins=0, spacing=4)

    def _fill(self) -> None:
        self.menu.clear()
        for kind in self._offered():
            action = self.menu.addAction(TITLES[kind])
            action.triggered.connect(lambda _=False, k=kind: self.added.emit(k))
        needs_shape = self.menu.addAction(f"{TITLES[Deconvolution]}…")
        needs_shape.triggered.connect(self.shape_wanted)
