"""The learning curve while it grows: losses on the left, F1 of validation windows on the right."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QWidget

from nmrquanv.gui import theme
from nmrquanv.gui.layouts import in_row
from nmrquanv.gui.plot.axes import dress_axes


class LearningCurve(QWidget):
    """Two small plots over the epochs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._epochs: list[dict[str, Any]] = []
        self.losses, self.f1 = pg.PlotWidget(self), pg.PlotWidget(self)
        for plot, name in self._named():
            plot.setMouseEnabled(x=False, y=False)
            plot.setMenuEnabled(False)
            plot.hideButtons()
            plot.setAccessibleName(f"Learning curve: {name}")
            plot.setMinimumHeight(150)
        self.f1.setYRange(0, 1)
        # The marks differ too: not everyone tells the colours apart.
        self._train = self.losses.plot(symbol="s", symbolSize=7, symbolPen=None)
        self._val = self.losses.plot(symbol="t", symbolSize=7, symbolPen=None)
        self._f1 = self.f1.plot(symbol="d", symbolSize=7, symbolPen=None)
        self._dress()
        in_row(self.losses, self.f1, on=self, margins=0)

    def clear(self, epochs: int) -> None:
        """Begin a new curve over so many epochs."""
        self._epochs = []
        for plot in (self.losses, self.f1):
            plot.setXRange(0.7, max(2, epochs) + 0.3, padding=0)
        self._draw()

    def add(self, event: dict[str, Any]) -> None:
        """Add an epoch: ``epoch``, ``train_loss``, ``val_loss``, ``f1``."""
        self._epochs.append(event)
        self._draw()

    def count(self) -> int:
        """Return how many epochs are drawn."""
        return len(self._epochs)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of theme and of letters."""
        super().changeEvent(event)
        kinds = QEvent.Type.PaletteChange, QEvent.Type.FontChange
        if event.type() in kinds and hasattr(self, "_f1"):
            self._dress()

    def _named(self) -> tuple[tuple[pg.PlotWidget, str], ...]:
        return (self.losses, "Loss"), (self.f1, "F1, validation")

    def _dress(self) -> None:
        """Take the colours of the theme in use, and the letters of the window."""
        look, letters = theme.current(), f"{self.font().pointSizeF():g}pt"
        for plot, name in self._named():
            plot.setBackground(look.plot)
            plot.setTitle(name, color=look.muted, size=letters)
            dress_axes(plot.plotItem, self.font())
        # beside the name, where no curve can run under it
        legend = f"{_mark('■', look.cnn)} training &nbsp; {_mark('▼', look.quanv)} validation"
        self.losses.setTitle(f"Loss: &nbsp; {legend}", color=look.muted, size=letters)
        for curve, colour in (
            (self._train, look.cnn),
            (self._val, look.quanv),
            (self._f1, look.classical),
        ):
            pen = QPen(QColor(colour))
            pen.setCosmetic(True)
            curve.setPen(pen)
            curve.setSymbolBrush(QColor(colour))

    def _draw(self) -> None:
        for curve, key in (
            (self._train, "train_loss"),
            (self._val, "val_loss"),
            (self._f1, "f1"),
        ):
            known = [e for e in self._epochs if e.get(key) is not None]
            curve.setData([float(e["epoch"]) for e in known], [float(e[key]) for e in known])


def _mark(sign: str, colour: str) -> str:
    """Return a sign in a colour, for a title."""
    return f'<span style="color: {QColor(colour).name()}">{sign}</span>'
