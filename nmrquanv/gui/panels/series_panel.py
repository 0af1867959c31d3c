"""One region in every spectrum of a stack: a table, and a plot against value or number."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QPushButton,
    QTableWidgetItem,
    QWidget,
)

from nmrquanv.gui import theme
from nmrquanv.gui.layouts import in_column, in_row
from nmrquanv.gui.panels.peak_table_columns import UNKNOWN
from nmrquanv.gui.panels.plain_table import PlainTable
from nmrquanv.gui.plot.axes import dress_axes
from nmrquanv.gui.plot.stack_layers import colours
from nmrquanv.numbers import fixed, significant
from nmrquanv.session.stack import QUANTITIES, RegionSeries, Stack
from nmrquanv.spectra.integrals import MAGNITUDES

_TITLES = {"area": "Area", "height": "Height", "shift": "Shift / ppm"}
_SYMBOLS = {"o": "●", "s": "■", "t": "▼", "d": "◆", "t1": "▲", "x": "✕", "star": "★"}
"""Of the regions' lines: as pyqtgraph names them, and as the heads of their columns show them."""

_SHIFT_DECIMALS, _MOST_NUMBERS = 4, 8


class SeriesPanel(QWidget):
    """What stands in the regions of a stack.

    Signals
    -------
    show_ppm(float)
        A person chose a column: show the middle of its region.
    remove_wanted(int)
        The number of a region.
    """

    show_ppm = Signal(float)
    remove_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stack, self._series = Stack(), RegionSeries((), ())
        self.quantity = QComboBox(self)
        self.remove_button = QPushButton("Remove Region", self)
        self.table = PlainTable(1, "Regions compared", self)
        self.plot = pg.PlotWidget(self)
        self.empty_text = QLabel(
            "No regions yet.\nPress Region and drag over a signal: it is measured in every "
            "spectrum of the stack.", self,
        )  # fmt: skip
        self.caution = QLabel(f"No areas where – stands: {MAGNITUDES}.", self)
        self._build()
        self.quantity.currentIndexChanged.connect(lambda _: self._refresh())
        self.remove_button.clicked.connect(self._on_remove)
        self.table.currentCellChanged.connect(self._on_cell_chosen)
        self.apply_theme()

    def show_stack(self, stack: Stack) -> None:
        """Measure a stack anew."""
        self._stack, self._series = stack, RegionSeries.of(stack)
        self._refresh()

    def apply_theme(self) -> None:
        """Take the colours of the theme in use."""
        look = theme.current()
        self.plot.setBackground(look.plot)
        dress_axes(self.plot.plotItem, self.font())
        self._refresh()

    def _build(self) -> None:
        self.quantity.setAccessibleName("What is compared")
        for name in QUANTITIES:
            self.quantity.addItem(_TITLES[name].removesuffix(" / ppm"), name)
        self.remove_button.setToolTip("Remove the region of the selected column")
        self.plot.setAccessibleName("What stands in the regions, over the values")
        self.plot.setMouseEnabled(x=False, y=False)
        self.plot.setMenuEnabled(False)
        for part in (self.plot, self.plot.viewport()):
            part.setAcceptDrops(False)  # the page takes files, also over the plot
        self.plot.hideButtons()
        self.plot.setMinimumHeight(140)
        self.empty_text.setWordWrap(True)
        self.empty_text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.caution.setWordWrap(True)
        row = in_row(self.quantity, 1, self.remove_button)
        in_column(
            row,
            self.caution,
            (self.empty_text, 1),
            (self.table, 1),
            (self.plot, 1),
            on=self,
            margins=0,
        )

    def _refresh(self) -> None:
        regions, quantity = self._stack.regions, str(self.quantity.currentData())
        has_any = bool(regions)
        self.empty_text.setVisible(not has_any)
        has_magnitudes = not all(trace.has_areas for trace in self._series.traces)
        self.caution.setVisible(has_any and quantity == "area" and has_magnitudes)
        for widget in (self.table, self.plot, self.quantity, self.remove_button):
            widget.setVisible(has_any)
        if has_any:
            self._fill(quantity)
            self._draw(quantity)

    def _fill(self, quantity: str) -> None:
        regions, series = self._stack.regions, self._series
        heads = [
            f"{_SYMBOLS[_symbol(number)]} {fixed(high, 3)}–{fixed(low, 3)}"
            for number, (high, low) in enumerate(regions)
        ]
        with QSignalBlocker(self.table):
            self.table.setColumnCount(1 + len(regions))
            self.table.setHorizontalHeaderLabels(["Spectrum", *heads])
            self.table.setRowCount(len(series.traces))
            for row, trace in enumerate(series.traces):
                self._put(row, 0, trace.label or trace.name, is_text=True)
                for column in range(len(regions)):
                    value = series.value(row, column, quantity)
                    self._put(row, 1 + column, _shown(value, quantity))

    def _put(self, row: int, column: int, text: str, *, is_text: bool = False) -> None:
        item = QTableWidgetItem(text)
        item.setFlags(Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled)
        if not is_text:
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.table.setItem(row, column, item)

    def _draw(self, quantity: str) -> None:
        """Draw one line for each region; marks differ as well as colours."""
        series, places = self._series, self._series.places()
        self.plot.clear()
        self.plot.setLabel("left", _TITLES[quantity])
        title = f"Value ({series.unit})" if series.unit else "Value"
        self.plot.setLabel("bottom", title if series.has_values else "Number in the stack")
        step = None if series.has_values else max(1, len(places) // _MOST_NUMBERS)
        self.plot.getAxis("bottom").setTickSpacing(step, step)
        for number in range(len(self._stack.regions)):
            known = [
                (place, value)
                for row, place in enumerate(places)
                if (value := series.value(row, number, quantity)) is not None
            ]
            colour = colours()[number % len(colours())]
            pen = QPen(QColor(colour))
            pen.setCosmetic(True)
            self.plot.plot(
                [place for place, _ in known], [value for _, value in known], pen=pen,
                symbol=_symbol(number), symbolSize=8, symbolBrush=colour,
                symbolPen=None,
            )  # fmt: skip

    def _chosen(self) -> int | None:
        number = self.table.currentColumn() - 1
        return number if 0 <= number < len(self._stack.regions) else None

    def _on_cell_chosen(self, _row: int, column: int, *_: int) -> None:
        if 0 < column <= len(self._stack.regions):
            high, low = self._stack.regions[column - 1]
            self.show_ppm.emit(0.5 * (high + low))

    def _on_remove(self) -> None:
        number = self._chosen()
        self.remove_wanted.emit(len(self._stack.regions) - 1 if number is None else number)


def _symbol(number: int) -> str:
    """Return what a region's line is marked with."""
    return tuple(_SYMBOLS)[number % len(_SYMBOLS)]


def _shown(value: float | None, quantity: str) -> str:
    if value is None:
        return UNKNOWN
    return fixed(value, _SHIFT_DECIMALS) if quantity == "shift" else significant(value, 4)
