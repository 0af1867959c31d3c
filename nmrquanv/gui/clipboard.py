"""What is copied in several forms at once, and what stays of it when the program ends."""

from __future__ import annotations

import os

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

_OURS = "application/x-nmrquanv-process"
"""Holds the number of the process that copied: not every platform knows whose the clipboard is."""


def put(data: QMimeData) -> None:
    """Put data made in Python on the clipboard."""
    data.setData(_OURS, _number())
    QGuiApplication.clipboard().setMimeData(data)


def leave() -> None:
    """Leave the plain picture or text of what was put there: data made in Python do not outlive it.

    Qt lets go of the clipboard when Python has ended already, and crashes over such data.
    """
    clipboard = QGuiApplication.clipboard()
    data = clipboard.mimeData()
    if data is None or data.data(_OURS).data() != _number():
        return
    if data.hasImage():
        clipboard.setImage(data.imageData())
    else:
        clipboard.setText(data.text())


def _number() -> bytes:
    return str(os.getpid()).encode("ascii")
