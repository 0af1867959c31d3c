"""The learning curve while it grows: losses on the left, F1 of validation windows on the right."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QWidget

from nmrquanv.gui import theme
from nmrquanv.gui.layouts import in_row


class LearningCurve(QWidget):
    """Two small plots over the epochs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._epochs: list[dict[str, Any]] = []
        look = theme.current()
        self.losses, self.f1 = pg.PlotWidget(self), pg.PlotWidget(self)
        for plot, name in ((self.losses, "Loss"), (self.f1, "F1, validation")):
            plot.setBackground(look.plot)
            plot.setMouseEnabled(x=False, y=False)
            plot.setMenuEnabled(False)
            plot.hideButtons()
            plot.setTitle(name, color=look.muted, size="9pt")
            plot.setAccessibleName(f"Learning curve: {name}")
            for side in ("left", "bottom"):
                axis = plot.getAxis(side)
                axis.setPen(QColor(look.muted))
                axis.setTextPen(QColor(look.text))
            plot.setMinimumHeight(150)
        self.f1.setYRange(0, 1)
        self.losses.addLegend(offset=(-4, 2), labelTextColor=look.text)
        # The marks differ too: not everyone tells the colours apart.
        self._train = self._curve(self.losses, look.cnn, "s", "training")
        self._val = self._curve(self.losses, look.quanv, "t", "validation")
        self._f1 = self._curve(self.f1, look.classical, "d", None)
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

    @staticmethod
    def _curve(plot: pg.PlotWidget, colour: str, symbol: str, name: str | None) -> Any:
        pen = QPen(QColor(colour))
        pen.setCosmetic(True)
        return plot.plot(
            pen=pen, symbol=symbol, symbolSize=7, symbolBrush=colour, symbolPen=None, name=name
        )

    def _draw(self) -> None:
        for curve, key in (
            (self._train, "train_loss"),
            (self._val, "val_loss"),
            (self._f1, "f1"),
        ):
            known = [e for e in self._epochs if e.get(key) is not None]
            curve.setData([float(e["epoch"]) for e in known], [float(e[key]) for e in known])
