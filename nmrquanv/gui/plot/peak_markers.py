"""Markers of all layers and of the working list, as ONE layer with its own hit test.

A mark of the working list is a tick over its peak with the chemical shift on top; a confirmed
peak has a full head, one that a person added or moved an open one. Layers' markers stack above,
each finder with its own colour and shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from nmrquanv.finders import stacked
from nmrquanv.gui import theme
from nmrquanv.gui.plot.label_places import place_labels
from nmrquanv.gui.plot.marked_peaks import MarkedPeaks, Places
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
from nmrquanv.gui.plot.stamps import TICK_LENGTH, Stamps
from nmrquanv.gui.plot.trace import Trace
from nmrquanv.gui.plot.view_box import SpectrumViewBox
from nmrquanv.gui.view_state import Hit, ViewState
from nmrquanv.session.remembered import Remembered
from nmrquanv.spectra.peaks import Peak, PeakList

MARKER_STACK = 50.0
"""Room that tick and markers take over a peak, pixels."""

_TICK = (4.0, 4.0 + TICK_LENGTH)
_FIRST_MARKER, _MARKER_STEP = 20.0, 11.5
_MOST_LABEL_SHIFT = 60.0
_SAME_LINE = 4.0
"""How far a finder's mark may stand from the peak that it means, pixels."""


class PeakMarkers(Overlay):
    """Everything that marks a peak."""

    def __init__(self, view_box: SpectrumViewBox, trace: Trace, state: ViewState) -> None:
        super().__init__(view_box, z=30)
        self._trace, self._state = trace, state
        self._layers: dict[str, MarkedPeaks] = {}
        self._working = MarkedPeaks.of(())
        self._selected: frozenset[str] = frozenset()
        self._moving: tuple[str, float] | None = None
        self._decimals = 3
        self.strip = LEAST_STRIP
        self._stamps = Stamps()
        self._remembered = Remembered()
        state.labels_changed.connect(self.update)
        state.hovered_changed.connect(self.update)

    # --- what is marked ------------------------------------------------------------------------

    def set_layers(self, layers: Mapping[str, PeakList]) -> None:
        """Show these finders' results, and no others."""
        self._layers = {name: MarkedPeaks.of(layers[name]) for name in stacked(layers)}
        self._forget_hover()

    def set_working(self, peaks: Iterable[Peak], decimals: int) -> None:
        """Show the working list; chemical shifts with so many decimals."""
        self._working, self._decimals = MarkedPeaks.of(peaks), decimals
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
            x, apex = self._places(name)
            # along its own height a marker is hit anywhere; sideways by distance
            up = (apex - at.y()) * layer.sign
            beyond = np.maximum(np.maximum(low - up, up - high), 0.0)
            distance = np.hypot(x - at.x(), beyond)
            nearest = int(distance.argmin())
            bonus = 0.5 if name is None else 0.0
            if distance[nearest] <= reach and (best is None or distance[nearest] - bonus < best[0]):
                best = (float(distance[nearest]) - bonus, Hit(layer.peaks[nearest], name))
        return None if best is None else best[1]

    def peak_of(self, hit: Hit | None) -> Peak | None:
        """Return the peak of the working list that a mark means: its own, or the one below it."""
        if hit is None or hit.layer is None:
            return None if hit is None else hit.peak
        if not self._working.peaks:
            return None
        mark = next(i for i, p in enumerate(self._layers[hit.layer].peaks) if p.id == hit.peak.id)
        apart = np.abs(self._places(None)[0] - self._places(hit.layer)[0][mark])
        apart[self._working.sign != self._layers[hit.layer].sign[mark]] = np.inf
        nearest = int(apart.argmin())
        return self._working.peaks[nearest] if apart[nearest] <= _SAME_LINE else None

    def ids_in(self, box: QRectF) -> tuple[str, ...]:
        """Return the ids of the working list's marks in a box of pixels."""
        if not self._working.peaks:
            return ()
        x, apex = self._places(None)
        y = apex - self._working.sign * _TICK[0]
        inside = (x >= box.left()) & (x <= box.right()) & (y >= box.top()) & (y <= box.bottom())
        return tuple(self._working.peaks[i].id for i in np.flatnonzero(inside))

    def _stack(self) -> list[tuple[str | None, MarkedPeaks, float, float]]:
        """Return name, layer and where over the apex its marks stand, lowest first."""
        places: list[tuple[str | None, MarkedPeaks, float, float]] = [
            (None, self._working, -2.0, _TICK[1] + 2)
        ]
        for number, (name, layer) in enumerate(self._layers.items()):
            middle = _FIRST_MARKER + number * _MARKER_STEP
            places.append((name, layer, middle - 5.0, middle + 5.0))
        return places

    def _places(self, name: str | None) -> Places:
        """Return where a layer's peaks (None: the working list's) end on the trace, in pixels.

        Kept inside the view, and remembered while neither view nor peaks change.
        """
        layer = self._working if name is None else self._layers[name]
        moving = (self._moving or ()) if name is None else ()
        rect, view = self.boundingRect(), self.view_box.state["viewRange"]
        parts = (
            layer, self._trace.values, *self._trace.limits(), *view[0], *view[1],
            rect.width(), rect.height(), self.strip, self.view_box.state["xInverted"], *moving,
        )  # fmt: skip
        return self._remembered.get(f"places {name}", parts, lambda: self._placed(layer, moving))

    def _placed(self, layer: MarkedPeaks, moving: tuple[str, float] | tuple[()]) -> Places:
        ppm = layer.ppm
        if moving:
            ids = np.array([p.id == moving[0] for p in layer.peaks])
            ppm = np.where(ids, moving[1], ppm)
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

    def _paint_layer(self, painter: QPainter, name: str, layer: MarkedPeaks, up: float) -> None:
        x, apex = places = self._places(name)
        width = self.boundingRect().width()
        seen = self._remembered.get(
            f"apart {name}", (places, width), lambda: layer.apart(places, width)
        )
        y = apex - layer.sign * up
        for is_up in (True, False):
            ours = seen[(layer.sign[seen] > 0) == is_up]
            self._stamps.put_layer(painter, name, is_up, x[ours], y[ours])
        hovered = self._state.hovered
        if hovered is not None and hovered.layer == name:
            i = next((k for k, p in enumerate(layer.peaks) if p.id == hovered.peak.id), None)
            if i is not None:
                painter.setPen(QPen(QColor(theme.current().text), 1.5))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(QPointF(x[i], y[i]), 8.0, 8.0)

    def _paint_working(self, painter: QPainter) -> None:
        x, apex = self._places(None)
        is_seen = (x > -3) & (x < self.boundingRect().width() + 3)
        emphasis = self._emphasis()
        for level in (0, 1, 2):
            ours = np.flatnonzero(is_seen & (emphasis == level))
            if len(ours):
                self._paint_ticks(painter, ours, x, apex, is_emphasised=level > 0)
        if self._state.has_labels:
            paint_labels(painter, self._labels(apex), self.strip, self.label_font())

    def _paint_ticks(
        self, painter: QPainter, seen: NDArray[np.intp], x: NDArray[np.float64],
        apex: NDArray[np.float64], *, is_emphasised: bool,
    ) -> None:  # fmt: skip
        """Draw ticks of one emphasis, with the heads of those that a person is behind."""
        working, look = self._working, theme.current()
        colour = look.accent if is_emphasised else look.text
        middle = apex - working.sign * sum(_TICK) / 2
        wide = 3.0 if is_emphasised else 1.4
        self._stamps.put_ticks(painter, colour, wide, x[seen], middle[seen])
        users = [i for i in seen.tolist() if working.peaks[i].is_users]
        top = apex - working.sign * _TICK[1]
        for is_full in (False, True):
            ours = [i for i in users if working.peaks[i].is_confirmed == is_full]
            self._stamps.put_heads(painter, colour, is_full, x[ours], top[ours])

    def _emphases(self) -> dict[str, int]:
        """Return 2 for the ids of selected peaks, 1 for the one under the mouse; none has 0."""
        hovered = self._state.hovered
        is_ours = hovered is not None and hovered.layer is None
        under_mouse = {hovered.peak.id: 1} if hovered is not None and is_ours else {}
        return under_mouse | dict.fromkeys(self._selected, 2)

    def _emphasis(self) -> NDArray[np.intp]:
        """Return the emphasis of each peak of the working list: 0, 1 or 2."""
        emphases, peaks = self._emphases(), self._working.peaks
        if not emphases:
            return np.zeros(len(peaks), dtype=np.intp)
        return np.array([emphases.get(p.id, 0) for p in peaks], dtype=np.intp)

    def label_font(self) -> QFont:
        """Return the font of the chemical shifts."""
        return label_font(self.scene().font() if self.scene() is not None else QFont())

    def placed_labels(self) -> list[tuple[Peak, float, float]]:
        """Return which peaks get a label, where it stands and where its peak is (x, pixels)."""
        if not self._working.peaks or not self._state.has_labels:
            return []
        x, _ = places = self._places(None)
        spacing, emphasis = label_spacing(self.label_font()), self._emphasis()
        width = self.boundingRect().width()

        def placed() -> tuple[NDArray[np.intp], NDArray[np.float64]]:
            inside = np.flatnonzero((x >= 0) & (x <= width))
            height = np.abs(self._working.height[inside])
            priority = (
                height / max(float(height.max(initial=0.0)), 1e-300) + 10.0 * emphasis[inside]
            )
            limits = (spacing / 2, width - spacing / 2)
            kept, at = place_labels(x[inside], priority, spacing, limits, _MOST_LABEL_SHIFT)
            return inside[kept], at

        parts = (places, spacing, width, emphasis.tobytes())
        kept, position = self._remembered.get("labels", parts, placed)
        peaks = self._working.peaks
        return [
            (peaks[i], at, float(x[i]))
            for i, at in zip(kept.tolist(), position.tolist(), strict=True)
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
