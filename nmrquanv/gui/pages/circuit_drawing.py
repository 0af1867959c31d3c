"""A quantum circuit drawn gate by gate: five wires, boxes that turn, links between wires."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QHelpEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from nmrquanv.gui import theme
from nmrquanv.models.circuit_view import FrontEndView, Gate
from nmrquanv.models.circuits import N_QUBITS
from nmrquanv.numbers import drawn

_LEFT, _RIGHT, _EDGE = 112.0, 132.0, 8.0
_COLUMN, _WIDEST = 36.0, 50.0
_PITCH, _HIGHEST = 41.0, 58.0
_BOX_HEIGHT, _BOX_GAP = 33.0, 3.0
_DOT, _TARGET = 4.0, 8.5
_TINT = {"RX": 0.16, "RY": 0.30, "RZ": 0.0}
"""How much of the accent a box has, so that axes of rotation are told apart at a glance."""


def degrees(angle_rad: float) -> int:
    """Return an angle as a flip angle within half a turn, rounded.

    A full turn more changes nothing that is measured.
    """
    turned = round(angle_rad * 57.29577951308232) % 360
    return turned - 360 if turned > 180 else turned


def gate_text(gate: Gate) -> str:
    """Return what a gate does, in one sentence."""
    if gate.parameter < 0:
        what = "is turned over" if gate.kind == "CNOT" else "changes its phase"
        return f"{gate.kind}: qubit {gate.first + 1} decides whether qubit {gate.second + 1} {what}"
    text = (
        f"{gate.kind}: turns qubit {gate.first + 1} about {gate.kind[1].lower()} by "
        f"{degrees(gate.angle_rad)}° (parameter {gate.parameter + 1})"
    )
    return text if gate.has_effect else f"{text}; has no effect on what is measured"


class CircuitDrawing(QWidget):
    """The drawing; wider than its place if it must be, so put it into a scroll area."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: FrontEndView | None = None
        self._marked = -1
        self.setAccessibleName("Circuit")

    def set_view(self, view: FrontEndView | None) -> None:
        """Show another circuit."""
        self._view, self._marked = view, -1
        if view is not None:
            turns = sum(gate.parameter >= 0 for gate in view.gates)
            self.setAccessibleDescription(
                f"{turns} rotations and {len(view.gates) - turns} links on five qubits"
            )
            self.setMinimumWidth(round(_LEFT + _RIGHT + _COLUMN * view.n_columns))
        self.updateGeometry()
        self.update()

    def mark(self, parameter: int) -> None:
        """Point out the gate that turns by a parameter; -1 for none."""
        self._marked = parameter
        self.update()

    @property
    def marked(self) -> int:
        """Parameter of the gate that is pointed out, -1 without one."""
        return self._marked

    def minimumSizeHint(self) -> QSize:
        """Return the size in which all is readable."""
        return QSize(self.minimumWidth(), round(N_QUBITS * _PITCH + 2 * _EDGE))

    def sizeHint(self) -> QSize:
        """Return the size in which all stands comfortably."""
        return QSize(self.minimumWidth(), round(N_QUBITS * 45 + 2 * _EDGE))

    # --- places --------------------------------------------------------------------------------

    def place(self, column: int, qubit: int) -> QPointF:
        """Return where a column crosses a wire."""
        width = self._column_width()
        pitch = min(_HIGHEST, (self.height() - 2 * _EDGE) / N_QUBITS)
        top = 0.5 * (self.height() - N_QUBITS * pitch)
        return QPointF(_LEFT + (column + 0.5) * width, top + (qubit + 0.5) * pitch)

    def gate_at(self, at: QPointF) -> Gate | None:
        """Return the gate at a place of the drawing."""
        half = 0.5 * self._column_width()
        for gate in self._view.gates if self._view is not None else ():
            first, second = (self.place(gate.column, q) for q in (gate.first, gate.second))
            low, high = sorted((first.y(), second.y()))
            reach = _BOX_HEIGHT / 2
            if abs(at.x() - first.x()) <= half and low - reach <= at.y() <= high + reach:
                return gate
        return None

    def _column_width(self) -> float:
        columns = max(1, self._view.n_columns if self._view is not None else 1)
        room = (self.width() - _LEFT - _RIGHT) / columns
        return max(_COLUMN, min(_WIDEST, room))

    def event(self, event: QEvent) -> bool:
        """Say what the gate under the mouse does."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            gate = self.gate_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), gate_text(gate) if gate is not None else "", self)
            return True
        return super().event(event)

    # --- drawing -------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw wires, embedding, gates and meters."""
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(look.plot))
        if self._view is None or not self._view.gates:
            return
        end = self.place(self._view.n_columns, 0).x() - 0.5 * self._column_width() + 14
        painter.setPen(QPen(QColor(look.muted), 1.2))
        for qubit in range(N_QUBITS):
            y = self.place(0, qubit).y()
            painter.drawLine(QPointF(_LEFT - 20, y), QPointF(end, y))
        self._draw_embedding(painter)
        for gate in self._view.gates:
            self._draw_gate(painter, gate)
        for qubit in range(N_QUBITS):
            self._draw_meter(painter, end, qubit)

    def _draw_embedding(self, painter: QPainter) -> None:
        """Draw the box that puts 32 points on the wires."""
        look = theme.current()
        top, bottom = self.place(0, 0).y() - 19, self.place(0, N_QUBITS - 1).y() + 19
        box = QRectF(_EDGE, top, _LEFT - _EDGE - 22, bottom - top)
        painter.setPen(QPen(QColor(look.muted), 1.2))
        painter.setBrush(QColor(look.raised))
        painter.drawRoundedRect(box, 6, 6)
        painter.setPen(QColor(look.text))
        painter.setFont(self._font(9.5))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "32 points\nof the\nspectrum")

    def _draw_gate(self, painter: QPainter, gate: Gate) -> None:
        look = theme.current()
        first, second = self.place(gate.column, gate.first), self.place(gate.column, gate.second)
        if gate.parameter >= 0:
            self._draw_turn(painter, gate, first)
            return
        ink = QColor(look.text)
        painter.setPen(QPen(ink, 1.5))
        painter.drawLine(first, second)
        painter.setBrush(ink)
        painter.drawEllipse(first, _DOT, _DOT)
        if gate.kind == "CZ":
            painter.drawEllipse(second, _DOT, _DOT)
            return
        painter.setBrush(QColor(look.plot))
        painter.drawEllipse(second, _TARGET, _TARGET)
        painter.drawLine(second - QPointF(_TARGET, 0), second + QPointF(_TARGET, 0))
        painter.drawLine(second - QPointF(0, _TARGET), second + QPointF(0, _TARGET))

    def _draw_turn(self, painter: QPainter, gate: Gate, at: QPointF) -> None:
        """Draw a box with the axis and the flip angle."""
        look = theme.current()
        width = min(self._column_width() - _BOX_GAP, 46.0)
        box = QRectF(at.x() - width / 2, at.y() - _BOX_HEIGHT / 2, width, _BOX_HEIGHT)
        is_marked = gate.parameter == self._marked
        edge = QPen(QColor(look.accent if is_marked else look.muted), 2.6 if is_marked else 1.1)
        if not gate.has_effect:
            edge.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(edge)
        tint = theme.mixed(look.accent, look.raised, _TINT[gate.kind])
        painter.setBrush(QColor(tint if gate.has_effect else look.plot))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(look.text if gate.has_effect else look.muted))
        painter.setFont(self._font(8.5, QFont.Weight.DemiBold))
        upper = QRectF(box.left(), box.top() + 2, box.width(), 15)
        painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, gate.kind)
        painter.setFont(self._font(7.5))
        lower = QRectF(box.left() - 2, box.top() + 16, box.width() + 4, 14)
        text = drawn(f"{degrees(gate.angle_rad)}°")
        painter.drawText(lower, Qt.AlignmentFlag.AlignCenter, text)

    def _draw_meter(self, painter: QPainter, x: float, qubit: int) -> None:
        """Draw the measurement at the end of a wire and the channel that it gives."""
        look = theme.current()
        y = self.place(0, qubit).y()
        box = QRectF(x, y - 14, 34, 28)
        painter.setPen(QPen(QColor(look.muted), 1.2))
        painter.setBrush(QColor(look.raised))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QPen(QColor(look.text), 1.4))
        arc = QPainterPath()
        dial = QRectF(box.center().x() - 11, box.center().y() - 5, 22, 22)
        arc.arcMoveTo(dial, 20)
        arc.arcTo(dial, 20, 140)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(arc)
        painter.drawLine(dial.center(), dial.center() + QPointF(8, -14))
        painter.setFont(self._font(9.5))
        beside = QRectF(box.right() + 8, y - 14, _RIGHT - 60, 28)
        painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter, f"channel {qubit + 1}")

    def _font(self, size: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(size)
        font.setWeight(weight)
        return font
