"""Dialogs and menus about one document: they close when it does."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from nmrquanv.session.document import Document


def close_with(document: Document, window: QWidget) -> None:
    """Close a dialog or a menu when its document is destroyed: nothing is left to answer for."""
    document.destroyed.connect(window.close)
