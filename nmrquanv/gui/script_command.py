"""Writes the history of the spectrum that is shown as a Python script, where one says."""

from __future__ import annotations

from pathlib import Path

from nmrquanv.errors import NmrQuanvError
from nmrquanv.gui.dialogs.error import show_error
from nmrquanv.gui.dialogs.of_document import ask_where
from nmrquanv.gui.plot.spectrum_view import SpectrumView
from nmrquanv.gui.status_bar import StatusBar
from nmrquanv.io.format_files import suggested_name
from nmrquanv.io.placing import Files, Placing, place
from nmrquanv.session.document import Document
from nmrquanv.session.script_of import script_of
from nmrquanv.session.settings import Settings

_FAILED = "The history could not be written"


def ask_script(view: SpectrumView, settings: Settings, status: StatusBar) -> None:
    """Ask for a file name and write the script; say at once where there can be none."""
    document = view.document
    if document is None:
        return
    try:
        script_of(document)
    except NmrQuanvError as error:
        show_error(_FAILED, error, view.window())
        return

    def write(chosen: Path, still: Document) -> None:
        write_script(chosen, still)
        status.announce(f"History written to {chosen}")

    words = ("Export the history as a script", f"{suggested_name(document.name)}.py", _FAILED)
    ask_where(document, words, write, settings, view.window())


def write_script(path: Path, document: Document) -> None:
    """Write the script, whole or not at all.

    Raises
    ------
    OverwriteError
        Measured data stand there.
    ExportError
        The place cannot be written to, or there can be no script.
    """
    content = script_of(document).encode("utf-8")
    place(Files(path, content), Placing(document.dataset.source.path))
