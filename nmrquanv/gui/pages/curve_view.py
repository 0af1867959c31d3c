"""The specification curve: every setting a point, and a click or an arrow key shows its runs."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPen
from PySide6.QtWidgets import QWidget

from nmrquanv.gui import theme
from nmrquanv.gui.layouts import in_column
from nmrquanv.gui.pages.page import explanation
from nmrquanv.gui.plot.axes import dress_axes
from nmrquanv.numbers import fixed
from nmrquanv.session.study_catalogue import KeptCurvePoint

_HEIGHT, _WIDTH = 220, 300
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_ASK = "Click on a point, or press the arrow keys, to see the runs of that setting."


def _signed(share: float) -> str:
    """Return a share in per cent, a gain with its plus."""
    return f"{'+' if share > 0 else ''}{fixed(100 * share, 1)}"


class CurveView(QWidget):
    """Plot of all settings, lowest first, and below it the runs of the chosen one.

    Parameters
    ----------
    points : sequence of KeptCurvePoint
    """

    chosen = Signal(int)
    """Number of the setting whose runs are shown."""

    def __init__(self, points: Sequence[KeptCurvePoint], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points = tuple(points)
        self._index = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Specification curve")
        self.setAccessibleDescription(_ASK)
        self.plot = pg.PlotWidget(self)
        self.runs = explanation(_ASK, self, _WIDTH)
        self.runs.setAccessibleName("Runs of the chosen setting")
        self.runs.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._marks = pg.ScatterPlotItem(size=8, hoverable=True, tip=None)
        self._mark = pg.ScatterPlotItem(size=14)
        self._build()
        self._marks.sigClicked.connect(self._on_clicked)

    @property
    def index(self) -> int:
        """Place of the chosen setting on the curve, -1 for none."""
        return self._index

    def choose(self, index: int) -> None:
        """Show the runs of the setting at a place on the curve."""
        if not self._points:
            return
        self._index = max(0, min(index, len(self._points) - 1))
        point = self._points[self._index]
        self._mark.setData([self._index], [100 * point.mean])
        self.runs.setText(words(point))
        self.chosen.emit(point.number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go along the curve with the arrow keys, and to its ends."""
        key = Qt.Key(event.key())
        if key in _STEPS:
            self.choose(self._index + _STEPS[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.choose(0 if key == Qt.Key.Key_Home else len(self._points) - 1)
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        look = theme.current()
        self.plot.setBackground(look.plot)
        self.plot.setMouseEnabled(x=False, y=False)
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        self.plot.setFixedHeight(_HEIGHT)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.setAccessibleName("Difference of F1 by setting")
        dress_axes(self.plot.plotItem, self.font())
        for side, title in (("left", "F1 against the CNN, %"), ("bottom", "settings, sorted")):
            self.plot.setLabel(side, title, color=look.text)
        zero = QPen(QColor(look.muted))
        zero.setCosmetic(True)
        self.plot.addItem(pg.InfiniteLine(0.0, 0.0, pen=zero))
        middle = [100 * p.mean for p in self._points]
        bars = self._bars(QColor(look.muted))
        self._marks.setData(list(range(len(middle))), middle)
        self._marks.setBrush(QColor(look.quanv))
        self._marks.setPen(QColor(look.plot))
        self._mark.setBrush(QColor(0, 0, 0, 0))
        ring = QPen(QColor(look.accent), 2)
        ring.setCosmetic(True)
        self._mark.setPen(ring)
        for item in (*bars, self._marks, self._mark):
            self.plot.addItem(item)
        in_column(self.plot, self.runs, on=self, margins=0)

    def _bars(self, colour: QColor) -> list[pg.PlotDataItem]:
        """Return the intervals, as one broken line."""
        x = [float(k) for k in range(len(self._points)) for _ in range(2)]
        y = [100 * end for p in self._points for end in (p.low, p.high)]
        return [pg.PlotDataItem(x, y, connect="pairs", pen=colour)]

    @Slot(object, object, object)
    def _on_clicked(self, _marks: object, spots: Sequence[pg.SpotItem], _event: object) -> None:
        if len(spots):
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.choose(int(spots[0].index()))


def words(point: KeptCurvePoint) -> str:
    """Return a setting and its runs as text."""
    head = f"Setting {point.number}: {point.label}. F1 against the CNN {_signed(point.mean)} %"
    if point.low < point.high:
        head += f" ({_signed(point.low)} to {_signed(point.high)})"
    runs = "; ".join(
        f"seed {seed}: QuanvNN {fixed(quanv, 3)}, CNN {fixed(cnn, 3)}"
        for seed, quanv, cnn in point.runs
    )
    again = f"nmrquanv study robustness --tier standard --point {point.number} --output DIR"
    return f"{head}.\n{runs}.\nAgain: {again}"
