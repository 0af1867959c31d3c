"""Dialogs and menus about one document: they close when it does."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from nmrquanv.errors import NmrQuanvError
from nmrquanv.gui.dialogs.error import show_error
from nmrquanv.gui.dialogs.questions import file_to_save
from nmrquanv.session.document import Document
from nmrquanv.session.settings import Settings

KINDS = {".pdf": "PDF", ".py": "Python"}


def close_with(document: Document, window: QWidget) -> None:
    """Close a dialog or a menu when its document is destroyed: nothing is left to answer for."""
    document.destroyed.connect(window.close)


def ask_where(
    document: Document,
    words: tuple[str, str, str],
    write: Callable[[Path, Document], None],
    settings: Settings,
    window: QWidget,
) -> None:
    """Ask for a file beside the last export, and write it there if its document is still open.

    Parameters
    ----------
    document : Document
    words : tuple of str
        The title, what the file is called first, and what is said where it cannot be written.
    write : callable
        Takes the place and the document; raises what went wrong.
    settings : Settings
        Remembers the folder.
    window : QWidget
    """
    title, name, failed = words
    ending = Path(name).suffix
    start = Path(settings.export_folder or ".") / name
    dialog = file_to_save(window, title, str(start), KINDS[ending], ending)
    known = weakref.ref(document)

    def chosen(place: str) -> None:
        still = known()
        if still is None:
            return
        try:
            write(Path(place), still)
        except NmrQuanvError as error:
            show_error(failed, error, window)
            return
        settings.export_folder = str(Path(place).parent)

    dialog.fileSelected.connect(chosen)
    close_with(document, dialog)
    dialog.open()
