"""The plot of a stack: traces over each other, each lifted above the one before.

The wheel scales the traces, not their distance; everything else is as in the plot of one
spectrum. Regions are drawn, and a reference line is pointed at, with the tools of the page.
"""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGraphicsSceneWheelEvent, QWidget

from nmrquanv.gui import theme
from nmrquanv.gui.layouts import in_column
from nmrquanv.gui.plot.axes import BottomAxis
from nmrquanv.gui.plot.axis_scale import AxisScale, nucleus_text
from nmrquanv.gui.plot.bands import Regions
from nmrquanv.gui.plot.keys import zoom_or_move
from nmrquanv.gui.plot.overlay import draw_whole
from nmrquanv.gui.plot.pointer import Pointer
from nmrquanv.gui.plot.stack_figure import FigureTrace, StackFigure
from nmrquanv.gui.plot.stack_layers import (
    StackedTrace,
    TraceNames,
    colour_of,
    trace_text,
)
from nmrquanv.gui.plot.view_box import WHEEL_STEP, SpectrumViewBox
from nmrquanv.gui.theme import LIGHT
from nmrquanv.session.stack import Stack, StackTrace
from nmrquanv.spectra.user_marks import Region

_LEAST_POINTS, _LEAST_PIXELS = 12, 3.0
_REACH_PIXELS = 15.0
_ALT = Qt.KeyboardModifier.AltModifier
_CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
_ROOM_ABOVE, _ROOM_BELOW = 0.12, 0.04


STACK_KEYS: tuple[tuple[str, str], ...] = (
    ("Wheel", "Scale all traces"),
    ("Ctrl + Shift + wheel", "Scale the selected traces, else the one under the mouse"),
    ("Shift + wheel, or wheel on the axis", "Horizontal zoom at the cursor"),
    ("Drag", "Zoom into a range; with Region draw one"),
    ("Right or middle drag", "Move along at the same width"),
    ("Click", "Select the trace; with Align its line"),
    ("+, -", "Zoom in and out at the middle"),
    ("Ctrl+←, Ctrl+→", "Move along at the same width"),
    ("Del", "Remove the selected traces"),
)
"""What mouse and keys do, for the help sheet."""


class StackViewBox(SpectrumViewBox):
    """A view in which the wheel scales the traces and leaves the baselines where they are.

    Signals
    -------
    scale_wanted(float)
    one_scale_wanted(float, y, bool)
        Of the trace at an intensity; whether a movement begins.
    """

    scale_wanted = Signal(float)
    one_scale_wanted = Signal(float, float, bool)

    def wheelEvent(self, ev: QGraphicsSceneWheelEvent, axis: int | None = None) -> None:
        """Scale all traces, with Ctrl and Shift (or Alt) one of them."""
        held = ev.modifiers()
        is_one = axis is None and (bool(held & _ALT) or held & _CTRL_SHIFT == _CTRL_SHIFT)
        if not is_one:
            super().wheelEvent(ev, axis)
            return
        at = self.y_at(self.mapFromScene(ev.scenePos()).y())
        self.one_scale_wanted.emit(WHEEL_STEP ** (ev.delta() / 120.0), at, self._is_new_gesture())
        ev.accept()

    def scale_height(self, factor: float, *, remember: bool = True) -> None:
        """Ask for traces so many times as tall."""
        self.scale_wanted.emit(factor)


class StackTool:
    """What clicks and drags do: zoom, draw a region, or point at a reference line."""

    def __init__(self, plot: StackPlot) -> None:
        self._plot = plot
        self.mode, self.has_keys = "zoom", False
        self.cursor = Qt.CursorShape.ArrowCursor

    def click(self, pointer: Pointer) -> bool:
        """Choose a trace, or point at a line in that mode."""
        if pointer.is_double:
            return False
        view_box = self._plot.view_box
        if self.mode != "align":
            self._plot.choose_at(view_box.y_at(pointer.at.y()))
            return False
        x = view_box.x_at(pointer.at.x())
        reach = abs(view_box.x_at(pointer.at.x() + _REACH_PIXELS) - x)
        self._plot.reference_chosen.emit(x, reach)
        return True

    def drag(self, pointer: Pointer) -> bool:
        """Open a region, in that mode."""
        if self.mode != "region":
            return False
        view_box = self._plot.view_box
        box = QRectF(pointer.start, pointer.at).normalized()
        box.setTop(view_box.rect().top())
        box.setBottom(view_box.rect().bottom())
        view_box.band.show_box(None if pointer.is_finish else box, theme.current().region)
        if pointer.is_finish and box.width() >= _LEAST_PIXELS:
            self._plot.region_drawn.emit(view_box.x_at(box.left()), view_box.x_at(box.right()))
        return True

    def hover(self, at: QPointF | None) -> None:
        """Take no note of the mouse."""


class StackPlot(QWidget):
    """Widget with the traces of a stack.

    Signals
    -------
    region_drawn(ppm, ppm)
    reference_chosen(ppm, reach in ppm)
    trace_chosen(str)
        The id of a trace that was clicked.
    trace_scaled(str, float, bool)
        A trace is wanted so many times as tall; whether a movement of the wheel begins.
    """

    region_drawn = Signal(float, float)
    reference_chosen = Signal(float, float)
    trace_chosen = Signal(str)
    trace_scaled = Signal(str, float, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view_box = StackViewBox()
        self.axis = BottomAxis()
        self.plot = pg.PlotWidget(self, viewBox=self.view_box, axisItems={"bottom": self.axis})
        draw_whole(self.plot)
        self.regions, self.names = Regions(self.view_box), TraceNames(self.view_box)
        self.tool = StackTool(self)
        self._items: list[StackedTrace] = []
        self._stack, self._step, self._gain = Stack(), 0.0, 1.0
        self._quantity = "δ / ppm"
        self._build()
        self.apply_theme()

    def set_stack(self, stack: Stack) -> None:
        """Show a stack; the view stays unless its spectra reach elsewhere."""
        visible = stack.visible
        before = len(self._stack.visible), self._stack.offset
        self._stack, self._step = stack, stack.step()
        while len(self._items) < len(visible):
            self._items.append(StackedTrace(self.view_box))
        for item, trace in zip(self._items, visible, strict=False):
            item.show_trace(trace, colour_of(trace, stack.traces.index(trace)))
        for number, item in enumerate(self._items):
            item.setVisible(number < len(visible))
        self.regions.set_regions(tuple(Region(high, low) for high, low in stack.regions))
        self._limit()
        self._place()
        if (len(visible), stack.offset) != before:
            self.fit_height()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom and move along as in the plot of one spectrum."""
        low, high = self.view_box.current_view().x
        if not zoom_or_move(self.view_box, event, (low + high) / 2):
            super().keyPressEvent(event)

    def full_view(self) -> None:
        """Show all traces whole, as tall as fits."""
        self.view_box.show_view(self.view_box.limits_x, remember=False)
        self.fit_height()

    def fit_height(self) -> None:
        """Show all traces as tall as fits, at the same width."""
        self._gain = 1.0
        self._place()
        step, ends = self._step, [(0.0, 1.0)]
        if visible := self._stack.visible:
            ends = [(e[0] + n * step, e[1] + n * step)
                    for n, e in enumerate(t.extent for t in visible)]  # fmt: skip
        low, high = min(e[0] for e in ends), max(e[1] for e in ends)
        room = max(high - low, 1e-300)
        y = (low - _ROOM_BELOW * room, high + _ROOM_ABOVE * room)
        self.view_box.show_view(y=y, remember=False)

    def figure(self) -> StackFigure | None:
        """Return what is shown as a figure, in the colours of the light theme; None if nothing."""
        traces, view = self._stack.visible, self.view_box.current_view()
        if not traces:
            return None
        number = self._stack.traces.index
        drawn = tuple(
            FigureTrace(
                trace.spectrum,
                trace_text(trace),
                colour_of(trace, number(trace), LIGHT),
                self._gain * trace.scale,
                n * self._step,
                trace.shift_ppm,
            )
            for n, trace in enumerate(traces)
        )
        scale = AxisScale(text=self._quantity)
        return StackFigure(drawn, view.x[1], view.x[0], *view.y, self._stack.regions, scale)

    def choose_at(self, y: float) -> None:
        """Choose the trace that was clicked at an intensity."""
        if (trace := self._at(y)) is not None:
            self.trace_chosen.emit(trace.id)

    def _at(self, y: float) -> StackTrace | None:
        """Return the trace whose baseline is the next one below an intensity, or the lowest."""
        visible = self._stack.visible
        place = int(y / self._step) if self._step > 0 else 0
        return visible[min(max(place, 0), len(visible) - 1)] if visible else None

    def set_mode(self, mode: str) -> None:
        """Let clicks and drags ``"zoom"``, draw a ``"region"``, or ``"align"``."""
        self.tool.mode = mode
        shapes = {"region": Qt.CursorShape.SplitHCursor, "align": Qt.CursorShape.PointingHandCursor}
        self.view_box.setCursor(shapes.get(mode, Qt.CursorShape.ArrowCursor))

    def show_ppm(self, ppm: float) -> None:
        """Bring a chemical shift into view at the same width."""
        self.view_box.centre_on(ppm)

    def apply_theme(self) -> None:
        """Take the colours of the theme in use."""
        self.plot.setBackground(theme.current().plot)
        self.axis.apply_theme(self.font())
        self.set_stack(self._stack)

    def _build(self) -> None:
        self.setAccessibleName("Stacked spectra")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.plot.setFocusProxy(self)
        self.plot.setAccessibleName("Stacked spectra, drawn")
        self.plot.setFrameShape(self.plot.Shape.NoFrame)
        self.plot.hideButtons()
        self.plot.setMenuEnabled(False)
        for part in (self.plot, self.plot.viewport()):
            part.setAcceptDrops(False)  # the page takes files, also over the plot
        self.plot.hideAxis("left")
        self.view_box.invertX(True)
        self.view_box.tool = self.tool
        self.view_box.full_view_requested.connect(self.full_view)
        self.view_box.scale_wanted.connect(self._on_scale_wanted)
        self.view_box.one_scale_wanted.connect(self._on_one_scale_wanted)
        in_column(self.plot, on=self, margins=0)

    def _limit(self) -> None:
        """Keep the view where there are spectra."""
        visible = self._stack.visible
        if not visible:
            return
        low = min(trace.limits_ppm[1] for trace in visible)
        high = max(trace.limits_ppm[0] for trace in visible)
        if (low, high) != self.view_box.limits_x:
            finest = min(trace.spectrum.axis.point_ppm for trace in visible)
            self.view_box.set_limits(low, high, _LEAST_POINTS * finest)
            self.view_box.show_view((low, high), remember=False)
        names = {nucleus_text(trace.spectrum.sample.nucleus) for trace in visible}
        name = names.pop() if len(names) == 1 else ""
        self._quantity = f"{name} chemical shift δ / ppm" if name else "δ / ppm"
        self.axis.show_quantity(self._quantity)

    def _place(self) -> None:
        step, names = self._step, []
        for number, (item, trace) in enumerate(zip(self._items, self._stack.visible, strict=False)):
            item.place(self._gain * trace.scale, number * step)
            names.append((trace_text(trace), item.colour(), number * step))
        self.names.set_names(names)

    def _on_scale_wanted(self, factor: float) -> None:
        self._gain *= factor
        self._place()

    def _on_one_scale_wanted(self, factor: float, y: float, is_new: bool) -> None:
        if (trace := self._at(y)) is not None:
            self.trace_scaled.emit(trace.id, factor, is_new)
