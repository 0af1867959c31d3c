"""The figure of the view on the clipboard: as a picture, as SVG and as PDF, for whatever pastes."""

from __future__ import annotations

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from nmrquanv.errors import NmrQuanvError
from nmrquanv.gui import clipboard
from nmrquanv.gui.dialogs.error import show_error
from nmrquanv.gui.plot.figure_content import FigureStyle, usual_decimals
from nmrquanv.gui.plot.figures import AnyFigure, figure_of, pdf_bytes, png_bytes, svg_bytes
from nmrquanv.gui.plot.spectrum_view import SpectrumView
from nmrquanv.gui.status_bar import StatusBar

COPIED = "The figure is on the clipboard: as picture, SVG and PDF"
NOT_FID = "it shows the whole spectrum, not the FID in the plot"
"""Told of figures that are made while the FID is shown."""


def mime_of(figure: AnyFigure, style: FigureStyle) -> QMimeData:
    """Return a figure in all forms that other programs paste.

    Raises
    ------
    ExportError
        The size is impossible.
    """
    picture, _ = png_bytes(figure, style)
    data = QMimeData()
    data.setImageData(QImage.fromData(picture))
    data.setData("image/png", picture)
    data.setData("image/svg+xml", svg_bytes(figure, style)[0])
    data.setData("application/pdf", pdf_bytes(figure, style)[0])
    return data


def copy_figure(view: SpectrumView, decimals: int, status: StatusBar) -> None:
    """Put what the plot shows on the clipboard, as the export dialog would write it at first.

    Parameters
    ----------
    view : SpectrumView
    decimals : int
        Of the chemical shifts; 0 leaves it to the nucleus.
    status : StatusBar
        Says that it is done.
    """
    document = view.document
    if document is None:
        return
    state = view.state
    style = FigureStyle(
        has_labels=state.has_labels,
        has_multiplets=state.has_multiplets,
        decimals=decimals or usual_decimals(document.sample.nucleus),
    )
    part = document.spectrum.axis.limits_ppm if view.shows_fid else view.visible_ppm()
    heights = None if view.shows_fid else view.view_box.current_view().y
    if put_figure(figure_of(document, part, heights, state), style, view.window()):
        status.say(f"{COPIED}; {NOT_FID}" if view.shows_fid else COPIED)


def put_figure(figure: AnyFigure, style: FigureStyle, window: QWidget) -> bool:
    """Put a figure on the clipboard; False, and said over a window, where it cannot be made."""
    try:
        data = mime_of(figure, style)
    except NmrQuanvError as error:
        show_error("The figure could not be copied", error, window)
        return False
    clipboard.put(data)
    return True
