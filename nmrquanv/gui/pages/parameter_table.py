"""The numbers that a front end learned: angles of a circuit, or points of filters."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from nmrquanv.gui.pages.circuit_drawing import degrees
from nmrquanv.gui.panels.plain_table import dress
from nmrquanv.gui.shell.scale import scaled
from nmrquanv.models.circuit_view import FrontEndView
from nmrquanv.numbers import drawn, fixed

_ROOM, _LEAST_COLUMN = 10, 90
_GATES = ("Parameter", "Gate", "Qubit", "Angle, rad", "Flip angle, °", "Remark")


class ParameterTable(QTableWidget):
    """Table of parameters.

    Signals
    -------
    parameter_chosen(int)
        From 0; -1 for none.
    """

    parameter_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        dress(self, "Parameters", _ROOM)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAlternatingRowColors(True)
        self.itemSelectionChanged.connect(self._on_selected)

    def set_view(self, view: FrontEndView | None) -> None:
        """Show the parameters of another front end."""
        self.clear()
        self.setRowCount(0)
        if view is None:
            return
        if view.kind == "circuit":
            self._show_gates(view)
        else:
            self._show_filters(view)

    def _show_gates(self, view: FrontEndView) -> None:
        turns = [gate for gate in view.gates if gate.parameter >= 0]
        self._set_columns(_GATES, len(turns))
        for row, gate in enumerate(turns):
            remark = "" if gate.has_effect else "no effect on what is measured"
            words = (
                str(gate.parameter + 1),
                gate.kind,
                str(gate.first + 1),
                drawn(fixed(gate.angle_rad, 6)),
                drawn(str(degrees(gate.angle_rad))),
                remark,
            )
            self._fill(row, words, {0, 2, 3, 4})
        header = self.horizontalHeader()
        header.setSectionResizeMode(len(_GATES) - 1, QHeaderView.ResizeMode.Stretch)

    def _show_filters(self, view: FrontEndView) -> None:
        """Show the points of filters, or of what free forms answer to most."""
        first = 1 + len(view.channels) * view.group
        names = [f"Filter {first + k}" for k in range(len(view.channels))]
        points = [channel.shapes[0].points for channel in view.channels]
        self._set_columns(("Point", *names), len(points[0]))
        for row in range(len(points[0])):
            words = (str(row + 1), *(drawn(fixed(p[row], 6)) for p in points))
            self._fill(row, words, set(range(len(words))))
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)

    def _set_columns(self, names: tuple[str, ...], rows: int) -> None:
        self.setColumnCount(len(names))
        self.setHorizontalHeaderLabels(list(names))
        self.setRowCount(rows)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setMinimumSectionSize(scaled(_LEAST_COLUMN))

    def _fill(self, row: int, words: tuple[str, ...], numbers: set[int]) -> None:
        for column, word in enumerate(words):
            item = QTableWidgetItem(word)
            side = Qt.AlignmentFlag.AlignRight if column in numbers else Qt.AlignmentFlag.AlignLeft
            item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            self.setItem(row, column, item)
            if (header := self.horizontalHeaderItem(column)) is not None:
                header.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)

    def _on_selected(self) -> None:
        rows = self.selectionModel().selectedRows()
        self.parameter_chosen.emit(rows[0].row() if rows else -1)
