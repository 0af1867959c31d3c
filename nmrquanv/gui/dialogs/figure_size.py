"""Fields for the size of a figure: millimetres, and dots per inch of a picture."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from nmrquanv.gui.layouts import in_row
from nmrquanv.gui.number_box import NumberBox
from nmrquanv.gui.plot.figure_content import FigureStyle

_WIDTHS_MM = (84.0, 170.0)


class FigureSize(QWidget):
    """Width and height in a row; ``dpi`` stands where its owner puts it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.width_mm, self.height_mm = NumberBox(self), NumberBox(self)
        self.dpi = NumberBox(parent)
        style = FigureStyle()
        for spin, value, low, high, suffix, name in (
            (self.width_mm, style.width_mm, 30, 1000, " mm", "Width"),
            (self.height_mm, style.height_mm, 20, 1000, " mm", "Height"),
            (self.dpi, style.dpi, 50, 2400, " dpi", "Dots per inch"),
        ):
            spin.set_up((low, high), value, suffix=suffix, name=name)
        self.width_mm.setToolTip(
            "Most journals: {:.0f} mm for a column, {:.0f} mm for a page".format(*_WIDTHS_MM)
        )
        self.dpi.setToolTip("300 for a page, 600 where the journal asks for line art")
        in_row(self.width_mm, QLabel("×", self), self.height_mm, 1, on=self, margins=0)

    def sized(self) -> FigureStyle:
        """Return the style of a figure of this size."""
        return FigureStyle(self.width_mm.value(), self.height_mm.value(), self.dpi.value())
