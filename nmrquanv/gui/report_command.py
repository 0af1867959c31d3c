"""Writes a report page of the spectrum that is shown: asks where, says what came of it."""

from __future__ import annotations

from pathlib import Path

from nmrquanv.gui.dialogs.of_document import ask_where
from nmrquanv.gui.plot.figure_copy import NOT_FID
from nmrquanv.gui.plot.spectrum_view import SpectrumView
from nmrquanv.gui.status_bar import StatusBar
from nmrquanv.gui.view_state import ViewState
from nmrquanv.io.format_files import suggested_name
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
    is_fid = view.shows_fid
    part = document.spectrum.axis.limits_ppm if is_fid else view.visible_ppm()

    def write(chosen: Path, still: Document) -> None:
        write_report(chosen, still, part, style_of(settings), view.state)
        told = f"; of its figure: {NOT_FID}" if is_fid else ""
        status.announce(f"Report written to {chosen}{told}")

    name = f"{suggested_name(document.name)}-report.pdf"
    words = ("Write a report page", name, "The report could not be written")
    ask_where(document, words, write, settings, view.window())


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
