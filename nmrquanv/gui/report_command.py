"""Writes a report page of the spectrum that is shown: asks where, says what came of it."""

from __future__ import annotations

import weakref
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from nmrquanv.errors import NmrQuanvError
from nmrquanv.gui.dialogs.error import show_error
from nmrquanv.gui.dialogs.of_document import close_with
from nmrquanv.gui.plot.spectrum_view import SpectrumView
from nmrquanv.gui.status_bar import StatusBar
from nmrquanv.gui.view_state import ViewState
from nmrquanv.io.placing import Files, Placing, place
from nmrquanv.session.document import Document
from nmrquanv.session.journal import OWN, own_style
from nmrquanv.session.report_text import report_of
from nmrquanv.session.settings import Settings
from nmrquanv.spectra.multiplets.journal import STYLES, Style


def ask_report(view: SpectrumView, settings: Settings, status: StatusBar) -> None:
    """Ask for a file name and write the report of the spectrum in the plot."""
    document = view.document
    if document is None:
        return
    name = "".join(c if c.isalnum() or c in "-_. " else "_" for c in document.name).strip()
    start = Path(settings.export_folder or ".") / f"{name or 'spectrum'}-report.pdf"
    dialog = QFileDialog(view.window(), "Write a report page", str(start))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter("PDF (*.pdf)")
    dialog.setDefaultSuffix("pdf")
    part = view.view_box.limits_x if view.shows_fid else view.visible_ppm()
    known = weakref.ref(document)

    def write(chosen: str) -> None:
        still = known()
        if still is None:
            return
        try:
            write_report(Path(chosen), still, part, style_of(settings), view.state)
        except NmrQuanvError as error:
            show_error("The report could not be written", error, view.window())
            return
        settings.export_folder = str(Path(chosen).parent)
        status.say(f"Report written to {chosen}")

    dialog.fileSelected.connect(write)
    close_with(document, dialog)
    dialog.open()


def write_report(
    path: Path,
    document: Document,
    part: tuple[float, float],
    style: Style,
    state: ViewState | None = None,
) -> None:
    """Write a report, whole or not at all.

    Raises
    ------
    OverwriteError
        Measured data stand there.
    ExportError
        The place cannot be written to.
    FormatError
        The user's template has a field that does not exist.
    """
    from nmrquanv.gui.plot.report_page import report_bytes

    content = report_bytes(document, report_of(document, style), part, state)
    place(Files(path, content), Placing(document.dataset.source.path))


def style_of(settings: Settings) -> Style:
    """Return the journal's style that the user chose last."""
    if settings.journal_style == OWN:
        return own_style(settings.journal_template)
    return STYLES.get(settings.journal_style, STYLES["acs"])
