"""Five channels of a front end: heat maps of their forms, and the shapes that they answer to."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QImage,
    QLinearGradient,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QSizePolicy,
    QToolTip,
    QWidget,
)

from nmrquanv.gui import theme
from nmrquanv.gui.pages.page import heading
from nmrquanv.models.circuit_view import Channel, FrontEndView
from nmrquanv.models.circuits import KERNEL, N_QUBITS
from nmrquanv.models.quadratic_forms import ChannelShape
from nmrquanv.numbers import drawn, signed

_SMALLEST_MAP = 110
_SHAPE_HEIGHT, _SHAPE_AIR = 84, 6
_NUMBERS_LEFT = 28
"""Of the colour bar, pixels."""


def signed_text(value: float) -> str:
    """Return a number with its sign and two decimals."""
    return drawn(signed(value, 2))


def diverging(values: NDArray[np.float64], limit: float) -> NDArray[np.uint8]:
    """Return colours: the ground of the plot at 0, orange towards +limit, blue towards -limit.

    Parameters
    ----------
    values : (n, m) float64
    limit : float, > 0

    Returns
    -------
    (n, m, 4) uint8
        Blue, green, red, 255.
    """
    look = theme.current()
    ends = [QColor(c) for c in (look.quanv, look.plot, look.cnn)]
    stops = np.array([[c.blue(), c.green(), c.red()] for c in ends], dtype=np.float64)
    share = np.clip(values / limit, -1.0, 1.0)
    channels = [np.interp(share, (-1.0, 0.0, 1.0), stops[:, k]) for k in range(3)]
    alpha = np.full(values.shape, 255.0)
    return np.ascontiguousarray(np.stack([*channels, alpha], axis=-1).round().astype(np.uint8))


class HeatMap(QWidget):
    """One form as a square of 32 x 32 cells, the first point at the upper left."""

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form: NDArray[np.float64] | None = None
        self._limit = 1.0
        self.setAccessibleName(f"Matrix of channel {number}")
        self.setMinimumSize(_SMALLEST_MAP, _SMALLEST_MAP)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_form(self, form: NDArray[np.float64] | None, limit: float) -> None:
        """Show another form, whose colours end at ``limit``."""
        self._form, self._limit = form, limit
        self.update()

    def square(self) -> QRectF:
        """Return where the cells stand: whole pixels each, when there is room."""
        side = min(self.width(), self.height()) - 2
        side = side // KERNEL * KERNEL if side >= KERNEL else side
        return QRectF(1, max(1, (self.height() - side) // 2), side, side)

    def sizeHint(self) -> QSize:
        """Return six pixels a cell."""
        return QSize(6 * KERNEL + 2, 6 * KERNEL + 2)

    def event(self, event: QEvent) -> bool:
        """Say the value under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._text_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def _text_at(self, at: QPointF) -> str:
        square = self.square()
        if self._form is None or not square.contains(at):
            return ""
        size = square.width() / KERNEL
        row = min(KERNEL - 1, int((at.y() - square.top()) / size))
        column = min(KERNEL - 1, int((at.x() - square.left()) / size))
        value = signed_text(float(self._form[row, column]))
        return f"points {row + 1} and {column + 1}: {value}"

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cells and a frame."""
        painter = QPainter(self)
        square = self.square()
        if self._form is not None:
            colours = diverging(self._form, self._limit)
            side = colours.shape[0]
            image = QImage(colours.data, side, side, 4 * side, QImage.Format.Format_RGB32)
            painter.drawImage(square, image)
        painter.setPen(QPen(QColor(theme.current().line), 1))
        painter.drawRect(square.adjusted(-0.5, -0.5, 0.5, 0.5))


class ColourBar(QWidget):
    """What the colours of the heat maps mean."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._limit = 1.0
        self._fit()
        self.setAccessibleName("Colours of the matrices")

    def set_limit(self, limit: float) -> None:
        """Say where the colours end."""
        self._limit = limit
        self._fit()
        self.setAccessibleDescription(
            f"from {signed_text(-limit)}, blue, to {signed_text(limit)}, orange"
        )
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of the letters."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        """Be as wide as the numbers are."""
        width = self.fontMetrics().horizontalAdvance(signed_text(-self._limit))
        self.setFixedWidth(_NUMBERS_LEFT + width + _SHAPE_AIR)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bar and its numbers."""
        look = theme.current()
        painter = QPainter(self)
        line = painter.fontMetrics().height()
        bar = QRectF(8, line / 2 + 2, 14, max(20, self.height() - line - 4))
        gradient = QLinearGradient(bar.topLeft(), bar.bottomLeft())
        for place, colour in ((0.0, look.cnn), (0.5, look.plot), (1.0, look.quanv)):
            gradient.setColorAt(place, QColor(colour))
        painter.fillRect(bar, gradient)
        painter.setPen(QPen(QColor(look.line), 1))
        painter.drawRect(bar)
        painter.setPen(QColor(look.text))
        for share, value in ((0.0, self._limit), (0.5, 0.0), (1.0, -self._limit)):
            y = bar.top() + share * bar.height()
            words = signed_text(value) if value else "0"
            box = QRectF(_NUMBERS_LEFT, y - line / 2, self.width() - _NUMBERS_LEFT, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)


class ShapePlot(QWidget):
    """The shapes of one channel: greatest answer as a full line, least as a dashed one."""

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shapes: tuple[ChannelShape, ...] = ()
        self._limit = 1.0
        self.setAccessibleName(f"Filters of channel {number}")
        self.setMinimumHeight(_SHAPE_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_shapes(self, shapes: tuple[ChannelShape, ...], limit: float) -> None:
        """Show other shapes, on an axis from ``-limit`` to ``limit``."""
        self._shapes, self._limit = shapes, limit
        self.update()

    def sizeHint(self) -> QSize:
        """Return as wide as a heat map."""
        return QSize(6 * KERNEL + 2, _SHAPE_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw zero and the shapes over the 32 points."""
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(look.plot))
        middle, half = self.height() / 2, self.height() / 2 - 6
        painter.setPen(QPen(QColor(look.line), 1))
        painter.drawLine(QPointF(0, middle), QPointF(self.width(), middle))
        step = (self.width() - 12) / (KERNEL - 1)
        styles = ((look.cnn, Qt.PenStyle.SolidLine), (look.quanv, Qt.PenStyle.DashLine))
        for shape, (colour, style) in reversed(tuple(zip(self._shapes, styles, strict=False))):
            pen = QPen(QColor(colour), 1.8)
            pen.setStyle(style)
            painter.setPen(pen)
            heights = shape.points / self._limit
            painter.drawPolyline(
                QPolygonF([QPointF(6 + k * step, middle - half * h) for k, h in enumerate(heights)])
            )


def shape_text(channel: Channel) -> str:
    """Return how a channel answers to its shapes, as rich text."""
    look = theme.current()
    if not channel.shapes or math.isnan(channel.shapes[0].value):
        return ""
    most, least = channel.shapes
    text = (
        f"<span style='color:{look.cnn}'>━</span> {signed_text(most.value)} &nbsp; "
        f"<span style='color:{look.quanv}'>╍</span> {signed_text(least.value)}"
    )
    if most.equals > 1:
        text += f" &nbsp; (1 of {most.equals})"
    return text


class Forms(QWidget):
    """The five channels side by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: FrontEndView | None = None
        numbers = range(1, N_QUBITS + 1)
        self.titles = [heading("", self) for _ in numbers]
        self.maps = [HeatMap(number, self) for number in numbers]
        self.plots = [ShapePlot(number, self) for number in numbers]
        self.answers = [QLabel(self) for _ in numbers]
        self.bar = ColourBar(self)
        grid = self._grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        grid.setHorizontalSpacing(14)
        for column in range(N_QUBITS):
            self.answers[column].setTextFormat(Qt.TextFormat.RichText)
            grid.addWidget(self.titles[column], 0, column)
            grid.addWidget(self.maps[column], 1, column)
            grid.addWidget(self.plots[column], 2, column)
            grid.addWidget(self.answers[column], 3, column)
            grid.setColumnStretch(column, 1)
        grid.addWidget(self.bar, 1, N_QUBITS)
        grid.setRowStretch(1, 3)
        grid.setRowStretch(2, 1)

    def set_view(self, view: FrontEndView | None) -> None:
        """Show the channels of another front end."""
        self._view = view
        self.refresh()

    def refresh(self) -> None:
        """Draw in the theme in use."""
        channels = self._view.channels if self._view is not None else ()
        matrices = [c.form for c in channels if c.form is not None]
        limit = max((float(np.abs(m).max()) for m in matrices), default=1.0) or 1.0
        heights = [float(np.abs(s.points).max()) for c in channels for s in c.shapes]
        self.bar.set_limit(limit)
        self.bar.setVisible(bool(matrices))
        self._grid.setRowStretch(1, 3 if matrices else 0)
        first = 1 + N_QUBITS * self._view.group if self._view is not None else 1
        for number, channel in enumerate(channels):
            self.titles[number].setText(
                f"Channel {number + 1}" if matrices else f"Filter {first + number}"
            )
            self.maps[number].setVisible(channel.form is not None)
            self.maps[number].set_form(channel.form, limit)
            self.plots[number].set_shapes(channel.shapes, max(heights))
            self.answers[number].setText(shape_text(channel))
            self.answers[number].setVisible(channel.form is not None)
