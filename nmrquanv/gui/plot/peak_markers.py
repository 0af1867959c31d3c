"""Marks of the working list, one for each peak, as ONE layer with its own hit test.

Colour and shape of a mark say who agrees on the peak (``session/agreement.py``); a check over it
says that a person confirmed it. A mark stands clear of the trace beside its line, joined to the
line's top by a thin stem. Where marks would touch, only the tallest lines have one; the others
come back on zooming.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from nmrquanv.gui import theme
from nmrquanv.gui.plot.marked_peaks import Listed, MarkedPeaks, Marks
from nmrquanv.gui.plot.overlay import Overlay
from nmrquanv.gui.plot.peak_labels import (
    LEAST_STRIP,
    Label,
    LabelPictures,
    distinct_texts,
    label_font,
    label_spacing,
    label_text,
    longest_texts,
    strip_height,
)
from nmrquanv.gui.plot.stamps import MARKER_SIZE, Stamps
from nmrquanv.gui.plot.trace import Trace
from nmrquanv.gui.plot.view_box import SpectrumViewBox
from nmrquanv.gui.view_state import Hit, ViewState
from nmrquanv.session.agreement import Agreement
from nmrquanv.session.derived import Remembered
from nmrquanv.spectra.peaks import Peak

MARKER_STACK = 24.0
"""Room that a mark and its check take over a peak, pixels."""

MARKER_ROOM = 9.0
"""Least distance of two marks, pixels."""

_MIDDLE = 4.0 + MARKER_SIZE / 2
_TOP = 4.0 + MARKER_SIZE
_CHECK = _TOP + 5.0
_BESIDE = 6
"""How far to its sides a mark stands clear of the trace, pixels."""

_HALO = 9.0
_SAME_LINE = 4.0
"""How far a finder's tick may stand from the peak that it means, pixels."""


class PeakMarkers(Overlay):
    """Everything that marks a peak of the working list."""

    def __init__(self, view_box: SpectrumViewBox, trace: Trace, state: ViewState) -> None:
        super().__init__(view_box, z=30)
        self._trace, self._state = trace, state
        self._working = MarkedPeaks.of(())
        self._selected: frozenset[str] = frozenset()
        self._moving: tuple[str, float] | None = None
        self._decimals = 3
        self.told: Callable[[float], float] = float
        self.strip = LEAST_STRIP
        self._stamps, self._pictures, self._remembered = Stamps(), LabelPictures(), Remembered()
        state.labels_changed.connect(self.redraw)
        state.hovered_changed.connect(self.redraw)

    # --- what is marked ------------------------------------------------------------------------

    def set_working(self, peaks: Listed, decimals: int, agreement: Agreement | None = None) -> None:
        """Show the working list; chemical shifts with so many decimals."""
        self._working, self._decimals = MarkedPeaks.of(peaks, agreement), decimals
        self.fit_labels()
        self._state.set_hovered(None)
        self.redraw()

    def fit_labels(self) -> None:
        """Make room for the chemical shifts in the letters of now."""
        texts = longest_texts(self._working.peaks, self.label_of, self._decimals)
        self.strip = strip_height(texts, self.label_font())

    def set_selected(self, ids: Iterable[str]) -> None:
        """Emphasise these peaks of the working list."""
        self._selected = frozenset(ids)
        self.redraw()

    def set_moving(self, peak_id: str | None, ppm: float = 0.0) -> None:
        """Show one peak elsewhere while it is dragged."""
        self._moving = None if peak_id is None else (peak_id, ppm)
        self.redraw()

    @property
    def working(self) -> tuple[Peak, ...]:
        """The peaks of the working list that are shown, highest ppm first."""
        return self._working.peaks

    def signs(self) -> NDArray[np.float64]:
        """Return the sign of each of :attr:`working`: +1 or -1."""
        return self._working.sign

    @property
    def agreement(self) -> Agreement:
        """Who stands behind each of :attr:`working`."""
        return self._working.agreement

    # --- hit test ------------------------------------------------------------------------------

    def hit(self, at: QPointF, reach: float = 8.0) -> Hit | None:
        """Return the nearest mark that is drawn within reach."""
        drawn = self.drawn()
        if not len(drawn):
            return None
        x, apex, foot = (part[drawn] for part in self.places())
        # along its own height a mark is hit anywhere, its stem too; sideways by distance
        up = (apex - at.y()) * self._working.sign[drawn]
        top = (apex - foot) * self._working.sign[drawn] + _TOP + 2.0
        beyond = np.maximum(np.maximum(-2.0 - up, up - top), 0.0)
        distance = np.hypot(x - at.x(), beyond)
        nearest = int(distance.argmin())
        if distance[nearest] > reach:
            return None
        return Hit(self._working.peaks[drawn[nearest]], None)

    def peak_under(self, x: float, sign: float) -> Peak | None:
        """Return the peak whose line stands at an x, pixels; of a sign."""
        if not self._working.peaks:
            return None
        apart = np.abs(self.places().x - x)
        apart[self._working.sign != sign] = np.inf
        nearest = int(apart.argmin())
        return self._working.peaks[nearest] if apart[nearest] <= _SAME_LINE else None

    def peak_beside(self, at: QPointF, reach: float) -> Peak | None:
        """Return the peak whose line, from its mark to the baseline, is nearest within reach."""
        if not self._working.peaks:
            return None
        x, _, foot = self.places()
        sign, zero = self._working.sign, float(self.y_px(0.0))
        up, height = (zero - at.y()) * sign, (zero - foot) * sign + _TOP
        apart = np.where((up >= -_BESIDE) & (up <= height), np.abs(x - at.x()), np.inf)
        nearest = int(apart.argmin())
        return self._working.peaks[nearest] if apart[nearest] <= reach else None

    def ids_in(self, box: QRectF) -> tuple[str, ...]:
        """Return the ids of the peaks whose marks, drawn or thinned out, are in a box of pixels."""
        x, _, foot = self.places()
        y = foot - self._working.sign * _MIDDLE
        inside = (x >= box.left()) & (x <= box.right()) & (y >= box.top()) & (y <= box.bottom())
        return tuple(self._working.peaks[i].id for i in np.flatnonzero(inside))

    # --- where marks stand ---------------------------------------------------------------------

    def places(self) -> Marks:
        """Return where the peaks' tops and marks are; remembered while view and peaks stay."""
        moving = self._moving or ()
        # which peak is moved hangs on the list, and not on its places alone
        whose = self._working if moving else self._working.where
        parts = (whose, *self._view_parts(), self.strip, *moving)
        return self._remembered.get("places", parts, lambda: self._placed(moving))

    def _view_parts(self) -> tuple[object, ...]:
        rect, view = self.boundingRect(), self.view_box.state["viewRange"]
        inverted = self.view_box.state["xInverted"]
        trace = (self._trace.values, *self._trace.limits())
        return (*trace, *view[0], *view[1], rect.width(), rect.height(), inverted)

    def _placed(self, moving: tuple[str, float] | tuple[()]) -> Marks:
        working, rect = self._working, self.boundingRect()
        ppm = working.ppm
        if moving:
            ids = np.array([p.id == moving[0] for p in working.peaks], dtype=bool)
            ppm = np.where(ids, moving[1], ppm)
        is_up = working.sign > 0
        x = np.atleast_1d(self.x_px(ppm))
        top, bottom = rect.top() + self.strip + MARKER_STACK, rect.bottom() - MARKER_STACK
        least = np.where(is_up, min(top, bottom), rect.top() + self.strip)
        most = np.where(is_up, rect.bottom() - 1.0, bottom)
        apex = np.clip(self.y_px(self._trace.apex(ppm, working.sign)), least, most)
        highest, lowest = self._remembered.get(
            "silhouette", self._view_parts(), lambda: self._trace.silhouette(_BESIDE)
        )
        column = np.clip(x, 0, len(highest) - 1).astype(np.intp)
        clear = np.where(is_up, np.minimum(apex, highest[column]), np.maximum(apex, lowest[column]))
        return Marks(x, apex, np.clip(clear, least, most))

    def drawn(self) -> NDArray[np.intp]:
        """Return which peaks have a mark in the view, as places in the list."""
        x, emphasis = self.places().x, self._emphasis()
        width = self.boundingRect().width()
        return self._remembered.get(
            "drawn",
            (self._working.where, x, width, emphasis.tobytes()),
            lambda: self._working.apart(x, width, MARKER_ROOM, emphasis),
        )

    def in_view(self) -> int:
        """Return how many peaks the view holds, those without a mark counted."""
        x = self.places().x
        return int(np.count_nonzero((x >= 0) & (x <= self.boundingRect().width())))

    # --- drawing -------------------------------------------------------------------------------

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw stems, marks and labels, the selected ones with a halo."""
        drawn = self.drawn()
        if not len(drawn):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        places = Marks(*(part[drawn] for part in self.places()))
        sign, kind = self._working.sign[drawn], self._working.agreement.kind[drawn]
        self._paint_halos(painter, drawn, places, sign)
        self._paint_stems(painter, places, sign)
        confirmed = np.array([self._working.peaks[i].is_confirmed for i in drawn], dtype=bool)
        for number, name in enumerate(self._working.agreement.kinds):
            ours = kind == number
            middle = places.foot[ours] - sign[ours] * _MIDDLE
            self._stamps.put_shapes(painter, name, places.x[ours], middle)
            ours &= confirmed
            over = places.foot[ours] - sign[ours] * _CHECK
            self._stamps.put_checks(painter, name, places.x[ours], over)
        if self._state.has_labels:
            self._pictures.paint(painter, self._labels(), self.strip, self.label_font())

    def _paint_halos(
        self, painter: QPainter, drawn: NDArray[np.intp], places: Marks, sign: NDArray[np.float64]
    ) -> None:
        emphasis, accent = self._emphasis()[drawn], QColor(theme.current().accent)
        ground = QColor(accent)
        ground.setAlphaF(0.22)
        for i in np.flatnonzero(emphasis).tolist():
            painter.setPen(QPen(accent, 2.0 if emphasis[i] == 2 else 1.2))
            painter.setBrush(ground if emphasis[i] == 2 else Qt.BrushStyle.NoBrush)
            middle = places.foot[i] - sign[i] * _MIDDLE
            painter.drawEllipse(QPointF(places.x[i], middle), _HALO, _HALO)

    def _paint_stems(self, painter: QPainter, places: Marks, sign: NDArray[np.float64]) -> None:
        """Join marks that stand off their lines with them."""
        apart = np.abs(places.apex - places.foot) > 2.0
        ends = (places.apex - 2.0 * sign)[apart], (places.foot - 4.0 * sign)[apart]
        self._stamps.put_stems(painter, QColor(theme.current().muted), places.x[apart], *ends)

    def _emphasis(self) -> NDArray[np.intp]:
        """Return 2 for selected peaks of the list, 1 for the one under the mouse, else 0."""
        hovered = self._state.hovered
        under = hovered.peak.id if hovered is not None and hovered.layer is None else None
        if under is None and not self._selected:
            return np.zeros(len(self._working.peaks), dtype=np.intp)
        selected = self._selected
        levels = [2 if p.id in selected else int(p.id == under) for p in self._working.peaks]
        return np.array(levels, dtype=np.intp)

    # --- labels --------------------------------------------------------------------------------

    def label_font(self) -> QFont:
        """Return the font of the chemical shifts."""
        return label_font(self.scene().font() if self.scene() is not None else QFont())

    def placed_labels(self) -> list[tuple[Peak, float, float]]:
        """Return which peaks get a label, where it stands and where its peak is (x, pixels)."""
        if not self._state.has_labels:
            return []
        peaks = self._working.peaks
        return [(peaks[i], at, x) for i, at, x in self._label_places()]

    def _label_places(self) -> list[tuple[int, float, float]]:
        """Return place in the list, where the label stands and where its peak is (x, pixels)."""
        emphasis = self._emphasis()
        x, width = self.places().x, self.boundingRect().width()
        spacing = label_spacing(self.label_font())
        parts = (self._working.where, x, spacing, width, emphasis.tobytes())
        return self._remembered.get(
            "labels", parts, lambda: self._working.labelled(x, width, spacing, emphasis)
        )

    def _labels(self) -> list[Label]:
        """Return the labels to draw; the emphasised ones lead down to their peaks."""
        placed, emphasis, foot = self._label_places(), self._emphasis(), self.places().foot
        peaks = [self._working.peaks[i] for i, _, _ in placed]
        texts = distinct_texts([(p, self._number_now(p)) for p in peaks], self._decimals)
        return [
            Label(text, at, x, float(foot[i]) - _MIDDLE - _HALO if emphasis[i] else None)
            for text, (i, at, x) in zip(texts, placed, strict=True)
            if text
        ]

    def _number_now(self, peak: Peak) -> float:
        """Return the number of where a peak is; while it is dragged, of where it would be put."""
        moving = self._moving
        return self.told(moving[1] if moving and moving[0] == peak.id else peak.ppm)

    def label_of(self, peak: Peak) -> str:
        """Return what is written over a peak; while it is dragged, where it is now."""
        return label_text(peak, self._number_now(peak), self._decimals)
