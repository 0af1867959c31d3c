"""How much of a widget looks clearly otherwise once it has the keyboard."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

LEAST_CONTRAST = 3.0
LEAST_SHARE = 0.9
_AROUND = 6
REASON = Qt.FocusReason.TabFocusReason


def luminance(image: QImage) -> np.ndarray:
    """Return WCAG's relative luminance of each pixel: (height, width)."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    shape = image.height(), image.width(), 4
    parts = np.frombuffer(image.constBits(), np.uint8).reshape(shape)[..., 2::-1] / 255
    linear = np.where(parts <= 0.03928, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def in_window(widget: QWidget) -> QRect:
    """Return what of a widget is not cut off by what it is in, in places of its window."""
    window = widget.window()
    seen, part = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size()), widget
    while part is not window:
        part = part.parentWidget()
        seen &= QRect(part.mapTo(window, QPoint(0, 0)), part.size())
    return seen


def use_keys() -> None:
    """Let the window notice a key that does nothing there."""
    kind, plain = QEvent.Type.ShortcutOverride, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(QApplication.focusWidget(), QKeyEvent(kind, Qt.Key.Key_F35, plain))


def focus_change(widget: QWidget) -> float:
    """Return pixels that change by a contrast of 3 with the keyboard, of those around its edge.

    That is what WCAG 2.2 asks of the look of focus (2.4.13), of a line one pixel wide.
    """
    window = widget.window()
    place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
    place = place.adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND) & window.rect()
    widget.setFocus(REASON)
    use_keys()
    QApplication.processEvents()
    with_it = luminance(window.grab(place).toImage())
    widget.clearFocus()
    QApplication.processEvents()
    without = luminance(window.grab(place).toImage())
    widget.setFocus(REASON)
    low, high = np.minimum(with_it, without), np.maximum(with_it, without)
    changed = int(((high + 0.05) / (low + 0.05) >= LEAST_CONTRAST).sum())
    seen = in_window(widget)
    assert not seen.isEmpty(), f"nothing is seen of {widget} '{widget.accessibleName()}'"
    return changed / (2 * (seen.width() + seen.height()))


def is_faint(widget: QWidget) -> bool:
    """Tell whether nobody sees well that a widget has the keyboard."""
    return focus_change(widget) < LEAST_SHARE
