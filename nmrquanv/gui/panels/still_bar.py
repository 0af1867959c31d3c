"""A scroll bar that is drawn once for each of its states.

A list that gets a row more has its bars laid out and drawn several times over, each time from the
style's rules: a tenth of what an edit of a list may take.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QScrollBar, QStyle, QStyleOptionSlider, QWidget

_BAR, _HANDLE = QStyle.ComplexControl.CC_ScrollBar, QStyle.SubControl.SC_ScrollBarSlider


class StillBar(QScrollBar):
    """A scroll bar that remembers how it looked; under the mouse it is drawn as usual."""

    def __init__(self, orientation: Qt.Orientation, parent: QWidget) -> None:
        super().__init__(orientation, parent)
        self._look: tuple[object, ...] = ()
        self._picture = QPixmap()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bar."""
        ratio = self.devicePixelRatioF()
        # between whole pixels a picture would be blurred
        if self.underMouse() or self.isSliderDown() or ratio % 1:
            super().paintEvent(event)
            return
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        option.subControls = QStyle.SubControl.SC_All
        look = self._look_of(option)
        if look != self._look:
            self._look = look
            self._picture = QPixmap(self.size() * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._picture)
            self.style().drawComplexControl(_BAR, option, painter, self)
            painter.end()
        QPainter(self).drawPixmap(0, 0, self._picture)

    def _look_of(self, option: QStyleOptionSlider) -> tuple[object, ...]:
        """Return all that the picture hangs on."""
        style, at = self.style(), self.sliderPosition()
        handle = style.subControlRect(_BAR, option, _HANDLE, self)
        ends = at <= self.minimum(), at >= self.maximum()  # where an arrow has nothing to do
        state, palette = option.state.value, self.palette().cacheKey()
        ratio = self.devicePixelRatioF()
        return (handle, *ends, self.width(), self.height(), ratio, palette, state, style.name())
