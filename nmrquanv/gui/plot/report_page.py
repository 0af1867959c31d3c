"""A report of one spectrum as PDF: figure, insets, journal line, tables, and how it was made.

The first page is drawn, in millimetres; what follows is text that is broken into pages.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFont,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QTextDocument,
)

from nmrquanv.gui.plot.figure_base import UNITS_PER_MM
from nmrquanv.gui.plot.figure_content import Figure, FigureStyle, usual_decimals
from nmrquanv.gui.plot.figure_drawing import FigureDrawing
from nmrquanv.gui.plot.figures import figure_of
from nmrquanv.gui.view_state import ViewState
from nmrquanv.numbers import fixed
from nmrquanv.session.document import Document
from nmrquanv.session.report_text import ReportTexts
from nmrquanv.spectra.multiplets.multiplet import Multiplet

_DPI = 600
_PAGE_MM = (210.0, 297.0)
_MARGIN_MM = 15.0
_WIDTH_MM = _PAGE_MM[0] - 2 * _MARGIN_MM
_SPECTRUM_MM, _INSET_MM, _HEAD_MM, _GAP_MM = 88.0, 50.0, 16.0, 3.0
_INSETS = 3
_LEAST_INSET_PPM = 0.02
_PT = 9.0


@dataclass(frozen=True, slots=True)
class _Page:
    """The page being painted; lengths in millimetres."""

    painter: QPainter
    writer: QPdfWriter

    @property
    def unit(self) -> float:
        """Device units of a millimetre."""
        return self.writer.logicalDpiX() / 25.4


def report_bytes(
    document: Document,
    report: ReportTexts,
    shown_ppm: tuple[float, float],
    state: ViewState | None = None,
) -> bytes:
    """Return a report as a PDF file.

    Parameters
    ----------
    document : Document
    report : ReportTexts
        Its texts.
    shown_ppm : (float, float), ppm
        The part of the spectrum that is drawn large.
    state : ViewState or None
        What the screen shows of lanes, solvents, fit and the axis; None shows none, in ppm.
    """
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setTitle(report.title)
    writer.setCreator("nmrquanv")
    painter = QPainter(writer)
    page = _Page(painter, writer)
    first = figure_of(document, shown_ppm, state=state)
    parts = inset_regions(document.multiplets)
    _first_page(page, report, (first, *(figure_of(document, p, state=state) for p in parts)))
    _text_pages(page, report)
    painter.end()
    return bytes(data.data())


def _first_page(page: _Page, report: ReportTexts, figures: Sequence[Figure]) -> None:
    """Draw the title, the first figure large, the others small, the journal line."""
    y = _MARGIN_MM
    title, facts = html.escape(report.title), html.escape(report.facts)
    _html(page, f"<h3>{title}</h3><p>{facts}</p>", y, _HEAD_MM)
    y += _HEAD_MM + _GAP_MM
    decimals = usual_decimals(figures[0].spectrum.sample.nucleus)
    style = FigureStyle(_WIDTH_MM, _SPECTRUM_MM, font_pt=6.5, decimals=decimals)
    _figure(page, figures[0], style, (_MARGIN_MM, y))
    y += _SPECTRUM_MM + _GAP_MM
    if len(figures) > 1:
        width = (_WIDTH_MM - (_INSETS - 1) * _GAP_MM) / _INSETS
        small = replace(style, width_mm=width, height_mm=_INSET_MM, font_pt=5.5)
        for number, inset in enumerate(figures[1:]):
            x = _MARGIN_MM + number * (width + _GAP_MM)
            _figure(page, inset, small, (x, y))
        y += _INSET_MM + _GAP_MM
    _html(page, report.journal, y, _PAGE_MM[1] - _MARGIN_MM - y)


def inset_regions(multiplets: tuple[Multiplet, ...]) -> list[tuple[float, float]]:
    """Return the regions that a page shows large: those of the multiplets with most lines."""
    rich = sorted(multiplets, key=lambda m: (-len(m.peak_ids), -abs(m.area)))
    ends: list[tuple[float, float]] = []
    for one in rich:
        if len(one.peak_ids) < 2 or len(ends) == _INSETS:
            break
        air = max(0.4 * (one.high_ppm - one.low_ppm), _LEAST_INSET_PPM)
        high, low = one.high_ppm + air, one.low_ppm - air
        if not any(low < other[0] and high > other[1] for other in ends):
            ends.append((high, low))
    return sorted(ends, reverse=True)


def _figure(page: _Page, figure: Figure, style: FigureStyle, at_mm: tuple[float, float]) -> None:
    painter = page.painter
    painter.save()
    painter.translate(at_mm[0] * page.unit, at_mm[1] * page.unit)
    painter.scale(page.unit / UNITS_PER_MM, page.unit / UNITS_PER_MM)
    FigureDrawing(painter, figure, style).draw()
    painter.restore()


def _document_of(page: _Page, text: str) -> QTextDocument:
    made = QTextDocument()
    made.documentLayout().setPaintDevice(page.writer)
    font = QFont("Helvetica")
    font.setStyleHint(QFont.StyleHint.SansSerif)
    font.setPointSizeF(_PT)
    made.setDefaultFont(font)
    made.setDocumentMargin(0.0)
    made.setHtml(text)
    return made


def _paint(text: QTextDocument, painter: QPainter, part: QRectF | None = None) -> None:
    """Paint a text in black, whatever the window's theme."""
    context = QAbstractTextDocumentLayout.PaintContext()
    context.palette.setColor(QPalette.ColorRole.Text, Qt.GlobalColor.black)
    if part is not None:
        painter.setClipRect(part)
        context.clip = part
    text.documentLayout().draw(painter, context)


def _html(page: _Page, text: str, y_mm: float, height_mm: float) -> None:
    """Write a text on the page at hand; what is longer than its room is shrunk into it."""
    made = _document_of(page, text)
    made.setTextWidth(_WIDTH_MM * page.unit)
    room = height_mm * page.unit
    share = min(1.0, room / max(made.size().height(), 1.0))
    page.painter.save()
    page.painter.translate(_MARGIN_MM * page.unit, y_mm * page.unit)
    if share < 1.0:
        # a narrower page of larger letters is not what a reader wants: the same text, smaller
        made.setTextWidth(_WIDTH_MM * page.unit / share**0.5)
        share = min(share**0.5, room / made.size().height())
        page.painter.scale(share, share)
    _paint(made, page.painter)
    page.painter.restore()


def _text_pages(page: _Page, report: ReportTexts) -> None:
    """Write tables and how it was made, page by page, each with its number."""
    made = _document_of(page, report.tables + report.made)
    size = QSizeF(_WIDTH_MM, _PAGE_MM[1] - 2 * _MARGIN_MM) * page.unit
    made.setPageSize(size)
    for number in range(made.pageCount()):
        page.writer.newPage()
        page.painter.save()
        page.painter.translate(_MARGIN_MM * page.unit, _MARGIN_MM * page.unit)
        page.painter.translate(0, -number * size.height())
        _paint(made, page.painter, QRectF(QPointF(0, number * size.height()), size))
        page.painter.restore()
        foot = (_PAGE_MM[1] - 0.5 * _MARGIN_MM) * page.unit
        text = f"{report.title}, page {fixed(number + 2, 0)}"
        page.painter.drawText(QPointF(_MARGIN_MM * page.unit, foot), text)
