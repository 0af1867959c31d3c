"""Zooming and panning in the manner of NMR programs, and the road from mouse to tool.

Wheel scales the intensity about the baseline; Shift+wheel (or the wheel on the axis) zooms the
chemical shift at the cursor; a left drag zooms to a range, with Ctrl to a box; a right or middle
drag, or Space+drag, pans at constant width. A tool may take clicks and left drags first. The
user may swap what wheel and Shift+wheel do.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import HoverEvent, MouseClickEvent, MouseDragEvent
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGraphicsSceneWheelEvent

from nmrquanv.gui.plot.pointer import Handle, Pointer, Tool
from nmrquanv.gui.plot.rubber_band import RubberBand

WHEEL_STEP = 1.15
COARSE_STEP = 2.0
_GESTURE_PAUSE_S = 0.8
_MOST_VIEWS = 50


@dataclass(frozen=True, slots=True)
class View:
    """What is shown: limits of x (ppm or s) and of the intensity, each ``(low, high)``."""

    x: tuple[float, float]
    y: tuple[float, float]


class SpectrumViewBox(pg.ViewBox):
    """View of one trace; owns the history of views."""

    cursor_moved = Signal(object)
    menu_requested = Signal(object, object)
    full_view_requested = Signal()
    view_chosen = Signal()

    def __init__(self) -> None:
        super().__init__(enableMenu=False, enableMouse=False, defaultPadding=0.0)
        self.disableAutoRange()
        self.tool: Tool | None = None
        self.handles: list[Handle] = []
        self._held: Handle | None = None
        self.is_wheel_zoom = False
        self.is_space_held = False
        self.space_was_used = False
        self.band = RubberBand(self)
        self._limits_x = (0.0, 1.0)
        self._least_width = 1e-9
        self._earlier: list[View] = []
        self._last_wheel_s = 0.0
        self._drag: str | None = None
        self._is_on_handle = False

    # --- what is shown -------------------------------------------------------------------------

    def current_view(self) -> View:
        """Return the limits that are shown."""
        x, y = self.viewRange()
        return View((float(x[0]), float(x[1])), (float(y[0]), float(y[1])))

    def set_limits(self, low: float, high: float, least_width: float) -> None:
        """Keep every later view between two x, at least ``least_width`` wide; forget history."""
        self._limits_x, self._least_width = (low, high), least_width
        self._earlier.clear()

    @property
    def limits_x(self) -> tuple[float, float]:
        """The whole sweep."""
        return self._limits_x

    def show_view(
        self,
        x: tuple[float, float] | None = None,
        y: tuple[float, float] | None = None,
        *,
        remember: bool = True,
    ) -> None:
        """Show other limits; None keeps those of that direction."""
        before = self.current_view()
        after = View(self._inside(x or before.x), y or before.y)
        if after.y[1] - after.y[0] <= 0 or after == before:
            return
        if remember:
            self._remember(before)
            self.view_chosen.emit()
        self.setRange(xRange=after.x, yRange=after.y, padding=0, disableAutoRange=True)

    def previous_view(self) -> bool:
        """Go back to the view before; False when there is none."""
        if not self._earlier:
            return False
        view = self._earlier.pop()
        self.show_view(view.x, view.y, remember=False)
        return True

    def scale_height(self, factor: float, *, remember: bool = True) -> None:
        """Make every line ``factor`` times as tall; the baseline stays where it is."""
        low, high = self.current_view().y
        self.show_view(y=(low / factor, high / factor), remember=remember)

    def zoom_x(self, factor: float, centre: float, *, remember: bool = True) -> None:
        """Show ``1/factor`` of the width; what is at ``centre`` stays where it is."""
        low, high = self.current_view().x
        wide = (centre - (centre - low) / factor, centre + (high - centre) / factor)
        self.show_view(x=wide, remember=remember)

    def centre_on(self, x: float) -> None:
        """Bring an x to the middle at constant width, unless it is well inside already."""
        low, high = self.current_view().x
        margin = 0.08 * (high - low)
        if not low + margin <= x <= high - margin:
            half = (high - low) / 2
            self.show_view(x=(x - half, x + half))

    def move_along(self, share: float) -> None:
        """Go to the right by a share of what is shown, at constant width."""
        self._pan_x(-share * self.rect().width(), remember=True)

    def _inside(self, x: tuple[float, float]) -> tuple[float, float]:
        """Return the nearest range of x that lies on the sweep and is not too narrow."""
        low, high = self._limits_x
        whole = high - low
        width = min(max(x[1] - x[0], min(self._least_width, whole)), whole)
        left = (x[0] + x[1]) / 2 - width / 2
        left = min(max(left, low), high - width)
        return (left, left + width)

    def _remember(self, view: View) -> None:
        self._earlier.append(view)
        del self._earlier[:-_MOST_VIEWS]

    def _is_new_gesture(self) -> bool:
        """Tell whether this turn of the wheel begins a gesture, so that history gets one entry."""
        now = time.monotonic()
        is_new = now - self._last_wheel_s > _GESTURE_PAUSE_S
        self._last_wheel_s = now
        return is_new

    # --- pixels --------------------------------------------------------------------------------

    def x_at(self, pixel: float) -> float:
        """Return the ppm (or s) at a pixel from the view's left."""
        (low, high), rect = self.state["viewRange"][0], self.rect()
        share = (pixel - rect.left()) / max(rect.width(), 1.0)
        return (
            high - share * (high - low) if self.state["xInverted"] else low + share * (high - low)
        )

    def y_at(self, pixel: float) -> float:
        """Return the intensity at a pixel from the view's top."""
        (low, high), rect = self.state["viewRange"][1], self.rect()
        return low + (rect.bottom() - pixel) / max(rect.height(), 1.0) * (high - low)

    # --- mouse ---------------------------------------------------------------------------------

    def wheelEvent(self, ev: QGraphicsSceneWheelEvent, axis: int | None = None) -> None:
        """Scale the intensity, or zoom the chemical shift at the cursor."""
        turns = ev.delta() / 120.0
        is_shifted = bool(ev.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        is_x = axis == 0 or is_shifted != self.is_wheel_zoom
        is_coarse = bool(ev.modifiers() & Qt.KeyboardModifier.ControlModifier)
        factor = (COARSE_STEP if is_coarse else WHEEL_STEP) ** turns
        remember = self._is_new_gesture()
        if is_x:
            at = self.x_at(self.mapFromScene(ev.scenePos()).x())
            self.zoom_x(factor, at, remember=remember)
        elif ev.orientation() == Qt.Orientation.Horizontal:
            self._pan_x(0.1 * turns * self.rect().width(), remember=remember)
        else:
            self.scale_height(factor, remember=remember)
        ev.accept()

    def mouseDragEvent(self, ev: MouseDragEvent, axis: int | None = None) -> None:
        """Pan, let the tool work, or open a range to zoom into."""
        ev.accept()
        if ev.isStart():
            self._drag = self._kind_of_drag(ev, axis)
            if self._drag in ("tool", "handle") and not ev.isFinish():
                return
        if self._drag == "pan":
            self._pan(ev)
        elif self._drag is not None:
            pointer = self._pointer(ev, ev.buttonDownPos())
            if self._drag == "tool" and self.tool is not None:
                self.tool.drag(pointer)
            elif self._drag == "handle" and self._held is not None:
                self._held.drag(pointer)
            elif self._drag == "zoom":
                self._zoom_to_range(pointer)
        if ev.isFinish():
            self._drag = None

    def _kind_of_drag(self, ev: MouseDragEvent, axis: int | None) -> str:
        if axis is not None or ev.button() != Qt.MouseButton.LeftButton or self.is_space_held:
            self.space_was_used = self.is_space_held
            self._remember(self.current_view())
            self.view_chosen.emit()
            return "pan"
        pointer = self._pointer(ev, ev.buttonDownPos())
        self._held = next((handle for handle in self.handles if handle.drag(pointer)), None)
        if self._held is not None:
            return "handle"
        return "tool" if self.tool is not None and self.tool.drag(pointer) else "zoom"

    def _pan(self, ev: MouseDragEvent) -> None:
        step = ev.pos() - ev.lastPos()
        self._pan_x(step.x(), remember=False)
        if ev.modifiers() & Qt.KeyboardModifier.ControlModifier:
            low, high = self.current_view().y
            by = step.y() * (high - low) / max(self.rect().height(), 1.0)
            self.show_view(y=(low + by, high + by), remember=False)

    def _pan_x(self, pixels: float, *, remember: bool) -> None:
        low, high = self.current_view().x
        by = pixels * (high - low) / max(self.rect().width(), 1.0)
        by = by if self.state["xInverted"] else -by
        self.show_view(x=(low + by, high + by), remember=remember)

    def _zoom_to_range(self, pointer: Pointer) -> None:
        box = QRectF(pointer.start, pointer.at).normalized()
        is_box = pointer.has(Qt.KeyboardModifier.ControlModifier)
        if not is_box:
            box.setTop(self.rect().top())
            box.setBottom(self.rect().bottom())
        self.band.show_box(None if pointer.is_finish else box)
        if not pointer.is_finish or box.width() < 3:
            return
        ends = sorted((self.x_at(box.left()), self.x_at(box.right())))
        y = (self.y_at(box.bottom()), self.y_at(box.top())) if is_box else None
        self.show_view((ends[0], ends[1]), y)

    def mouseClickEvent(self, ev: MouseClickEvent) -> None:
        """Let the tool work; a double click shows the whole sweep, a right click a menu."""
        ev.accept()
        if ev.button() == Qt.MouseButton.RightButton:
            self.menu_requested.emit(ev.pos(), ev.screenPos())
        elif ev.button() == Qt.MouseButton.LeftButton:
            pointer = self._pointer(ev, ev.pos())
            is_taken = self.tool is not None and self.tool.click(pointer)
            if not is_taken and ev.double():
                self.full_view_requested.emit()

    def hoverEvent(self, ev: HoverEvent) -> None:
        """Tell where the cursor is; None when it left."""
        at = None if ev.isExit() else ev.pos()
        self.cursor_moved.emit(at)
        if self.tool is not None:
            self.tool.hover(at)
        under = [handle for handle in self.handles if handle.hover(at)]
        if bool(under) != self._is_on_handle:
            self._is_on_handle = bool(under)
            rest = Qt.CursorShape.ArrowCursor if self.tool is None else self.tool.cursor
            self.setCursor(under[0].held_shape if under else rest)

    def _pointer(self, ev: MouseClickEvent | MouseDragEvent, start: QPointF) -> Pointer:
        is_drag = hasattr(ev, "isStart")
        return Pointer(
            at=ev.pos(),
            start=start,
            modifiers=ev.modifiers(),
            is_start=is_drag and ev.isStart(),
            is_finish=is_drag and ev.isFinish(),
            is_double=not is_drag and ev.double(),
        )

    def keyPressEvent(self, ev: QKeyEvent) -> None:
        """Leave the keys to the window; pyqtgraph's own bindings are not ours."""
        ev.ignore()
