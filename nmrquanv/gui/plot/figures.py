"""Writes the view as a figure for a publication: PNG, SVG or PDF, white, measured in millimetres.

Drawn anew by ``QPainter`` (``figure_drawing.py``), not copied from the screen: line widths and
letters have the size that a journal asks for, whatever the window's size and theme.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QImageWriter, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from nmrquanv.errors import ExportError
from nmrquanv.finders import stacked
from nmrquanv.gui.plot.axis_scale import scale_of
from nmrquanv.gui.plot.figure_base import UNITS_PER_MM
from nmrquanv.gui.plot.figure_content import Figure, FigureIntegral, FigureLane, FigureStyle
from nmrquanv.gui.plot.figure_drawing import FigureDrawing
from nmrquanv.gui.plot.integrals import DrawnIntegral, drawn_integrals
from nmrquanv.gui.plot.multiplets import DrawnMultiplet, drawn_multiplets
from nmrquanv.gui.plot.stack_figure import StackDrawing, StackFigure
from nmrquanv.gui.view_state import ViewState
from nmrquanv.io.placing import Files, Placing, place
from nmrquanv.session.agreement import Agreements
from nmrquanv.session.document import Document
from nmrquanv.session.working_list import unburied
from nmrquanv.spectra.fitted_trace import fitted_trace, shapes_of
from nmrquanv.spectra.line_tops import line_tops
from nmrquanv.spectra.solvent_tables import SolventBand, solvent_bands

AnyFigure = Figure | StackFigure
_INCH_MM = 25.4
_CURVE_POINTS = 300
_PDF_DPI = 1200
_MAX_PIXELS = 200_000_000
"""Of a PNG: about as much as an image of 800 MB in memory."""


def figure_of(
    document: Document,
    shown_ppm: tuple[float, float],
    shown_heights: tuple[float, float] | None = None,
    state: ViewState | None = None,
) -> Figure:
    """Return the figure of what a document shows now.

    Parameters
    ----------
    document : Document
    shown_ppm : (float, float), ppm
        The visible part; either order.
    shown_heights : (float, float) or None, intensity
        Bottom and top of the view; None fits the visible part of all curves.
    state : ViewState or None
        What the screen shows of lanes, solvents, fit and the axis; None shows none, in ppm.
    """
    spectrum = document.spectrum
    high, low = max(shown_ppm), min(shown_ppm)
    shown = document.shown_peaks().peaks
    fit = None
    if state is not None and state.has_fit:
        fit = fitted_trace(spectrum.axis, shown, shapes=shapes_of(document.layers))
    if shown_heights is None:
        part = spectrum.axis.span(high, low)
        trace = spectrum.trace[part]
        curves = (trace,) if fit is None else (trace, fit.values[part], trace - fit.values[part])
        shown_heights = _fitting_heights(curves)
    integrals = tuple(
        one
        for one in _integrals(drawn_integrals(document))
        if one.low_ppm < high and one.high_ppm > low
    )
    unit = state.unit if state is not None else "ppm"
    inside = [i for i, p in enumerate(shown) if low <= p.ppm <= high]
    return Figure(
        spectrum,
        high,
        low,
        shown_heights[0],
        shown_heights[1],
        tuple(shown[i] for i in inside),
        Agreements().of(document).part(inside),
        len(document.layers),
        integrals,
        _multiplets(document),
        scale_of(spectrum.axis, unit, spectrum.sample.nucleus),
        _lanes(document, state, (high, low)) if state is not None else (),
        _bands(document, (high, low)) if state is not None and state.has_solvents else (),
        fit,
    )


def _lanes(
    document: Document, state: ViewState, ends: tuple[float, float]
) -> tuple[FigureLane, ...]:
    """Return the lanes that the screen shows, of the peaks in view."""
    lanes = []
    for name in stacked(n for n in document.layers if state.is_shown(n)):
        places = unburied(
            document.shown_layer(name), document.tombstones, document.peaks
        ).positions_ppm()
        inside = places[(places <= ends[0]) & (places >= ends[1])]
        lanes.append(FigureLane(name, tuple(inside.tolist())))
    return tuple(lanes)


def _bands(document: Document, ends: tuple[float, float]) -> tuple[SolventBand, ...]:
    bands = solvent_bands(document.sample.nucleus, document.sample.solvent)
    return tuple(band for band in bands if ends[1] <= band.ppm <= ends[0])


def _multiplets(document: Document) -> tuple[DrawnMultiplet, ...]:
    lines = line_tops(document.spectrum, document.peaks)
    return drawn_multiplets(document.multiplets, lines, document.spectrum.axis.sf_mhz)


def _integrals(drawn: Sequence[DrawnIntegral]) -> list[FigureIntegral]:
    """Return integrals as the screen has them, with curves that a page can show."""
    largest = max((abs(float(d.so_far[-1])) for d in drawn), default=0.0) or 1.0
    result = []
    for one in drawn:
        step = max(1, len(one.ppm) // _CURVE_POINTS)
        ppm = [*one.ppm[:-1:step].tolist(), float(one.ppm[-1])]
        share = [*(one.so_far[:-1:step] / largest).tolist(), float(one.so_far[-1] / largest)]
        curve = tuple(zip(ppm, share, strict=True))
        ends = one.integral.high_ppm, one.integral.low_ppm
        result.append(FigureIntegral(*ends, one.text, curve))
    return result


def _fitting_heights(curves: Sequence[NDArray[np.float64]]) -> tuple[float, float]:
    """Return bottom and top that show curves whole, with some air."""
    values = np.concatenate(curves)
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    air = 0.04 * (high - low) or 1.0
    return low - air, high + air


def write_figure(
    path: Path, figure: AnyFigure, style: FigureStyle | None = None, *, is_forced: bool = False
) -> int:
    """Write a figure as PNG, SVG or PDF, by the path's ending, whole or not at all.

    Returns
    -------
    int
        How many labels were left out because there was no room for them.

    Raises
    ------
    OverwriteError
        Files stand there that nobody may have meant to replace; ``is_forced`` replaces them.
    ExportError
        Another ending, an impossible size, or a place that cannot be written to.
    """
    style = style or FigureStyle()
    makers: dict[str, Callable[[AnyFigure, FigureStyle], tuple[bytes, int]]]
    makers = {".png": png_bytes, ".svg": svg_bytes, ".pdf": pdf_bytes}
    make = makers.get(path.suffix.lower())
    if make is None:
        raise ExportError(
            f"cannot write a figure to '{path}': the name must end in .png, .svg or .pdf"
        )
    data, left_out = make(figure, style)
    first, *others = figure.sources
    place(Files(path, data), Placing(first, is_forced, tuple(others)))
    return left_out


def png_bytes(figure: AnyFigure, style: FigureStyle) -> tuple[bytes, int]:
    """Return a PNG file that knows its resolution, and the number of labels left out."""
    width, height = (round(mm * style.dpi / _INCH_MM) for mm in (style.width_mm, style.height_mm))
    if width < 1 or height < 1 or width * height > _MAX_PIXELS:
        raise ExportError(
            f"a figure of {width} x {height} pixels cannot be made: choose another size or fewer "
            "dots per inch"
        )
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.setDotsPerMeterX(round(style.dpi / _INCH_MM * 1000))
    image.setDotsPerMeterY(round(style.dpi / _INCH_MM * 1000))
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    painter.scale(
        width / (style.width_mm * UNITS_PER_MM), height / (style.height_mm * UNITS_PER_MM)
    )
    left_out = _drawn(painter, figure, style)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(data.data()), left_out


def svg_bytes(figure: AnyFigure, style: FigureStyle) -> tuple[bytes, int]:
    """Return an SVG file measured in millimetres, and the number of labels left out."""
    size = QSize(round(style.width_mm * UNITS_PER_MM), round(style.height_mm * UNITS_PER_MM))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(round(_INCH_MM * UNITS_PER_MM))
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setTitle(figure.title)
    painter = QPainter(generator)
    painter.fillRect(QRectF(0, 0, size.width(), size.height()), Qt.GlobalColor.white)
    left_out = _drawn(painter, figure, style)
    painter.end()
    return bytes(data.data()), left_out


def pdf_bytes(figure: AnyFigure, style: FigureStyle) -> tuple[bytes, int]:
    """Return a PDF of one page of the figure's size, and the number of labels left out."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_PDF_DPI)
    size = QSizeF(style.width_mm, style.height_mm)
    exact = QPageSize.SizeMatchPolicy.ExactMatch
    writer.setPageSize(QPageSize(size, QPageSize.Unit.Millimeter, "figure", exact))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setTitle(figure.title)
    writer.setCreator("nmrquanv")
    painter = QPainter(writer)
    unit = _PDF_DPI / _INCH_MM / UNITS_PER_MM
    painter.scale(unit, unit)
    left_out = _drawn(painter, figure, style)
    painter.end()
    return bytes(data.data()), left_out


def _drawn(painter: QPainter, figure: AnyFigure, style: FigureStyle) -> int:
    """Paint a figure, and return how many labels found no room."""
    if isinstance(figure, StackFigure):
        return StackDrawing(painter, figure, style).draw()
    return FigureDrawing(painter, figure, style).draw()
