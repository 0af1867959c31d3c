"""Files and folders that are dropped on a window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QObject, QTimer
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

_KINDS = (QEvent.Type.DragEnter, QEvent.Type.Drop)


def dropped_paths(data: QMimeData) -> tuple[str, ...]:
    """Return the local files and folders of something that is dragged."""
    return tuple(url.toLocalFile() for url in data.urls() if url.isLocalFile())


class Drops(QObject):
    """Lets a window take files and folders.

    Parameters
    ----------
    window : QWidget
    take : callable
        Gets the paths, once the file manager has its answer: it may open a dialog.
    """

    def __init__(self, window: QWidget, take: Callable[[tuple[str, ...]], object]) -> None:
        super().__init__(window)
        self._take = take
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Say yes to files, and hand them over."""
        if event.type() not in _KINDS or not isinstance(event, QDropEvent):
            return False
        if paths := dropped_paths(event.mimeData()):
            event.acceptProposedAction()
            if event.type() == QEvent.Type.Drop:
                QTimer.singleShot(0, self, lambda: self._take(paths))
        return True
