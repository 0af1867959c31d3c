"""A frame around the plot while it has the keyboard and nobody uses the mouse."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen

from nmrquanv.gui import theme
from nmrquanv.gui.focus_ring import are_keys_used
from nmrquanv.gui.plot.overlay import Overlay
from nmrquanv.gui.plot.view_box import SpectrumViewBox

_BY_KEYS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
_WIDTH = 2.0


class FocusFrame(Overlay):
    """Shown when a key brought the keyboard to the plot, until it goes elsewhere."""

    def __init__(self, view_box: SpectrumViewBox) -> None:
        super().__init__(view_box, z=70)
        self._is_on = False

    def show_for(self, reason: Qt.FocusReason | None) -> None:
        """Show it where a key brought the keyboard here; None: it has gone."""
        is_on = reason in _BY_KEYS and are_keys_used()
        if is_on != self._is_on:
            self._is_on = is_on
            self.redraw()

    def has_content(self) -> bool:
        """Tell whether it is shown."""
        return self._is_on

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw it on the inside of the edge."""
        painter.setPen(QPen(QColor(theme.current().accent), _WIDTH))
        by = _WIDTH / 2
        painter.drawRect(self.boundingRect().adjusted(by, by, -by, -by))
