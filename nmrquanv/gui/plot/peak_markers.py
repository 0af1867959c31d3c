"""Markers of all layers and of the working list, as ONE layer with its own hit test.

A mark of the working list is a tick over its peak with the chemical shift on top; a confirmed
peak has a full head, one that a person added or moved an open one. Layers' markers stack above,
each finder with its own colour and shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QTransform

from nmrquanv.finders import stacked
from nmrquanv.gui import theme
from nmrquanv.gui.panels.layer_swatch import layer_shape
from nmrquanv.gui.plot.label_places import place_labels
from nmrquanv.gui.plot.overlay import Overlay
from nmrquanv.gui.plot.peak_labels import (
    LEAST_STRIP,
    Label,
    label_font,
    label_spacing,
    label_text,
    paint_labels,
    strip_height,
)
from nmrquanv.gui.plot.trace import Trace
from nmrquanv.gui.plot.view_box import SpectrumViewBox
from nmrquanv.gui.view_state import Hit, ViewState
from nmrquanv.spectra.peaks import Peak, PeakList

MARKER_STACK = 50.0
"""Room that tick and markers take over a peak, pixels."""

_TICK = (4.0, 13.0)
_FIRST_MARKER, _MARKER_STEP = 20.0, 11.5
_MARKER_SIZE = 10.0
_CELL = 7.0
_MOST_LABEL_SHIFT = 60.0
_FLIPPED = QTransform.fromScale(1.0, -1.0)


@dataclass(frozen=True, slots=True)
class _Layer:
    """Peaks as arrays, so that culling and the hit test need no loop."""

    peaks: tuple[Peak, ...]
    ppm: NDArray[np.float64]
    height: NDArray[np.float64]
    sign: NDArray[np.float64]

    @classmethod
    def of(cls, peaks: Iterable[Peak]) -> _Layer:
        kept = tuple(peaks)
        height = np.array([p.height for p in kept], dtype=np.float64)
        ppm = np.array([p.ppm for p in kept], dtype=np.float64)
        return cls(kept, ppm, height, np.where(height < 0, -1.0, 1.0))


class PeakMarkers(Overlay):
    """Everything that marks a peak."""

    def __init__(self, view_box: SpectrumViewBox, trace: Trace, state: ViewState) -> None:
        super().__init__(view_box, z=30)
        self._trace, self._state = trace, state
        self._layers: dict[str, _Layer] = {}
        self._working = _Layer.of(())
        self._selected: frozenset[str] = frozenset()
        self._moving: tuple[str, float] | None = None
        self._decimals = 3
        self.strip = LEAST_STRIP
        self._placed_key: object = None
        self._placed = (np.zeros(0, dtype=np.intp), np.zeros(0))
        state.labels_changed.connect(self.update)
        state.hovered_changed.connect(self.update)

    # --- what is marked ------------------------------------------------------------------------

    def set_layers(self, layers: Mapping[str, PeakList]) -> None:
        """Show these finders' results, and no others."""
        self._layers = {name: _Layer.of(layers[name]) for name in stacked(layers)}
        self._forget_hover()

    def set_working(self, peaks: Iterable[Peak], decimals: int) -> None:
        """Show the working list; chemical shifts with so many decimals."""
        self._working, self._decimals = _Layer.of(peaks), decimals
        texts = (self.label_of(peak) for peak in self._working.peaks if peak.label)
        self.strip = strip_height(texts, self.label_font())
        self._forget_hover()

    def set_selected(self, ids: Iterable[str]) -> None:
        """Emphasise these peaks of the working list."""
        self._selected = frozenset(ids)
        self.update()

    def set_moving(self, peak_id: str | None, ppm: float = 0.0) -> None:
        """Show one peak elsewhere while it is dragged."""
        self._moving = None if peak_id is None else (peak_id, ppm)
        self.update()

    @property
    def working(self) -> tuple[Peak, ...]:
        """The peaks of the working list that are shown, highest ppm first."""
        return self._working.peaks

    def _forget_hover(self) -> None:
        self._state.set_hovered(None)
        self.update()

    # --- hit test ------------------------------------------------------------------------------

    def hit(self, at: QPointF, reach: float = 8.0) -> Hit | None:
        """Return the nearest marker within reach; the working list wins a tie."""
        best: tuple[float, Hit] | None = None
        for name, layer, low, high in self._stack():
            if not layer.peaks:
                continue
            x, apex = self._apex(layer)
            # along its own height a marker is hit anywhere; sideways by distance
            up = (apex - at.y()) * layer.sign
            beyond = np.maximum(np.maximum(low - up, up - high), 0.0)
            distance = np.hypot(x - at.x(), beyond)
            nearest = int(distance.argmin())
            bonus = 0.5 if name is None else 0.0
            if distance[nearest] <= reach and (best is None or distance[nearest] - bonus < best[0]):
                best = (float(distance[nearest]) - bonus, Hit(layer.peaks[nearest], name))
        return None if best is None else best[1]

    def ids_in(self, box: QRectF) -> tuple[str, ...]:
        """Return the ids of the working list's marks in a box of pixels."""
        if not self._working.peaks:
            return ()
        x, apex = self._apex(self._working)
        y = apex - self._working.sign * _TICK[0]
        inside = (x >= box.left()) & (x <= box.right()) & (y >= box.top()) & (y <= box.bottom())
        return tuple(self._working.peaks[i].id for i in np.flatnonzero(inside))

    def _stack(self) -> list[tuple[str | None, _Layer, float, float]]:
        """Return name, layer and where over the apex its marks stand, lowest first."""
        places: list[tuple[str | None, _Layer, float, float]] = [
            (None, self._working, -2.0, _TICK[1] + 2)
        ]
        for number, (name, layer) in enumerate(self._layers.items()):
            middle = _FIRST_MARKER + number * _MARKER_STEP
            places.append((name, layer, middle - 5.0, middle + 5.0))
        return places

    def _apex(self, layer: _Layer) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return where peaks end on the trace, in pixels, kept inside the view."""
        ppm = layer.ppm
        if self._moving is not None and layer is self._working:
            ids = np.array([p.id == self._moving[0] for p in layer.peaks])
            ppm = np.where(ids, self._moving[1], ppm)
        rect = self.boundingRect()
        y = self.y_px(self._trace.apex(ppm, layer.sign))
        top, bottom = rect.top() + self.strip + MARKER_STACK, rect.bottom() - MARKER_STACK
        highest = np.where(layer.sign > 0, min(top, bottom), rect.top() + self.strip)
        lowest = np.where(layer.sign > 0, rect.bottom() - 1.0, bottom)
        return np.atleast_1d(self.x_px(ppm)), np.clip(y, highest, lowest)

    # --- drawing -------------------------------------------------------------------------------

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw layers, ticks and labels, the selected ones last."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for name, layer, low, high in self._stack():
            if name is not None and layer.peaks:
                self._paint_layer(painter, name, layer, (low + high) / 2)
        if self._working.peaks:
            self._paint_working(painter)

    def _paint_layer(self, painter: QPainter, name: str, layer: _Layer, up: float) -> None:
        x, apex = self._apex(layer)
        seen = self._apart(x, apex, layer)
        upright = layer_shape(name, _MARKER_SIZE)
        flipped = _FLIPPED.map(upright)
        colour = theme.layer_colour(name)
        painter.setPen(QPen(QColor(theme.current().plot), 1))
        painter.setBrush(colour)
        # one by one: a path of hundreds of marks takes Qt several times as long
        for i in seen:
            sign = layer.sign[i]
            glyph = upright if sign > 0 else flipped
            painter.drawPath(glyph.translated(x[i], apex[i] - sign * up))
        hovered = self._state.hovered
        if hovered is not None and hovered.layer == name:
            i = next((k for k, p in enumerate(layer.peaks) if p.id == hovered.peak.id), None)
            if i is not None:
                painter.setPen(QPen(QColor(theme.current().text), 1.5))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(QPointF(x[i], apex[i] - layer.sign[i] * up), 8.0, 8.0)

    def _apart(
        self, x: NDArray[np.float64], apex: NDArray[np.float64], layer: _Layer
    ) -> NDArray[np.intp]:
        """Return which markers to draw: of those that would cover each other, the tallest."""
        seen = np.flatnonzero((x > -8) & (x < self.boundingRect().width() + 8))
        tallest_first = seen[np.argsort(-np.abs(layer.height[seen]), kind="stable")]
        cells = np.stack([x[tallest_first] // _CELL, apex[tallest_first] // _CELL], axis=1)
        _, first = np.unique(cells, axis=0, return_index=True)
        return tallest_first[first]

    def _paint_working(self, painter: QPainter) -> None:
        x, apex = self._apex(self._working)
        seen = np.flatnonzero((x > -3) & (x < self.boundingRect().width() + 3))
        look = theme.current()
        peaks, emphases = self._working.peaks, self._emphases()
        for i in sorted(seen.tolist(), key=lambda k: emphases.get(peaks[k].id, 0)):
            peak, sign = peaks[i], self._working.sign[i]
            emphasis = emphases.get(peak.id, 0)
            colour = QColor(look.accent if emphasis else look.text)
            painter.setPen(QPen(colour, 3.0 if emphasis else 1.4))
            tip, head = apex[i] - sign * _TICK[0], apex[i] - sign * _TICK[1]
            painter.drawLine(QPointF(x[i], tip), QPointF(x[i], head))
            if peak.is_users:
                painter.setBrush(colour if peak.is_confirmed else QColor(look.plot))
                painter.setPen(QPen(colour, 1.4))
                painter.drawEllipse(QPointF(x[i], head), 3.0, 3.0)
        if self._state.has_labels:
            paint_labels(painter, self._labels(apex), self.strip, self.label_font())

    def _emphases(self) -> dict[str, int]:
        """Return 2 for the ids of selected peaks, 1 for the one under the mouse; none has 0."""
        hovered = self._state.hovered
        is_ours = hovered is not None and hovered.layer is None
        under_mouse = {hovered.peak.id: 1} if hovered is not None and is_ours else {}
        return under_mouse | dict.fromkeys(self._selected, 2)

    def label_font(self) -> QFont:
        """Return the font of the chemical shifts."""
        return label_font(self.scene().font() if self.scene() is not None else QFont())

    def placed_labels(self) -> list[tuple[Peak, float, float]]:
        """Return which peaks get a label, where it stands and where its peak is (x, pixels)."""
        if not self._working.peaks or not self._state.has_labels:
            return []
        x, _ = self._apex(self._working)
        width = self.boundingRect().width()
        inside = np.flatnonzero((x >= 0) & (x <= width))
        peaks = [self._working.peaks[i] for i in inside]
        height, emphases = np.abs(self._working.height[inside]), self._emphases()
        boost = np.array([emphases.get(p.id, 0) for p in peaks])
        priority = height / max(float(height.max(initial=0.0)), 1e-300) + 10.0 * boost
        spacing = label_spacing(self.label_font())
        wanted, limits = x[inside], (spacing / 2, width - spacing / 2)
        key = (wanted.tobytes(), priority.tobytes(), spacing, width)
        if key != self._placed_key:
            self._placed = place_labels(wanted, priority, spacing, limits, _MOST_LABEL_SHIFT)
            self._placed_key = key
        kept, position = self._placed
        return [
            (peaks[k], float(at), float(x[inside[k]])) for k, at in zip(kept, position, strict=True)
        ]

    def _labels(self, apex: NDArray[np.float64]) -> list[Label]:
        """Return the labels to draw; the emphasised ones lead down to their peaks."""
        placed, emphases = self.placed_labels(), self._emphases()
        ids = {peak.id for peak, _, _ in placed if peak.id in emphases}
        apex_of = {p.id: apex[i] for i, p in enumerate(self._working.peaks) if p.id in ids}
        return [
            Label(
                self.label_of(peak),
                at,
                peak_x,
                float(apex_of[peak.id]) - _TICK[1] if peak.id in ids else None,
            )
            for peak, at, peak_x in placed
        ]

    def label_of(self, peak: Peak) -> str:
        """Return what is written over a peak; while it is dragged, where it is now."""
        is_moving = self._moving is not None and self._moving[0] == peak.id
        ppm = self._moving[1] if self._moving is not None and is_moving else peak.ppm
        return label_text(peak, ppm, self._decimals)
