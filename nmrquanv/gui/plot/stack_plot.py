"""The plot of a stack: traces over each other, each lifted above the one before.

The wheel scales the traces, not their distance; everything else is as in the plot of one
spectrum. Regions are drawn, and a reference line is pointed at, with the tools of the page.
"""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from nmrquanv.gui import theme
from nmrquanv.gui.layouts import in_column
from nmrquanv.gui.plot.axes import BottomAxis
from nmrquanv.gui.plot.axis_scale import nucleus_text
from nmrquanv.gui.plot.bands import Regions
from nmrquanv.gui.plot.overlay import Overlay, draw_whole
from nmrquanv.gui.plot.pointer import Pointer
from nmrquanv.gui.plot.trace import Trace
from nmrquanv.gui.plot.view_box import SpectrumViewBox
from nmrquanv.session.stack import Stack, StackTrace
from nmrquanv.spectra.user_marks import Region

_LEAST_POINTS, _LEAST_PIXELS = 12, 3.0
_REACH_PIXELS = 15.0
_ROOM_ABOVE, _ROOM_BELOW = 0.12, 0.04
_GROUND = 0.8
"""How much of the trace behind a name is covered."""

_EMPTY = "Open spectra in the main window,\nthen press Add Open Spectra."


def colours() -> tuple[str, ...]:
    """Return the colours that traces get in turn, told apart by people with colour-blindness."""
    look = theme.current()
    return look.trace, look.quanv, look.cnn, look.classical, look.other, look.mine, look.region


def colour_of(trace: StackTrace, number: int) -> str:
    """Return the colour of a trace: its own, or the next of the theme."""
    known = colours()
    return trace.colour or known[number % len(known)]


class StackedTrace(Trace):
    """A trace that is scaled and lifted where it is drawn."""

    def __init__(self, view_box: SpectrumViewBox) -> None:
        super().__init__(view_box)
        self.shown: StackTrace | None = None
        self._colour, self._scale, self._lift = "", 1.0, 0.0

    def show_trace(self, trace: StackTrace, colour: str) -> None:
        """Show a spectrum where its axis was moved to."""
        before, self.shown, self._colour = self.shown, trace, colour
        is_same = before is not None and before.spectrum is trace.spectrum
        if not (is_same and before is not None and before.shift_ppm == trace.shift_ppm):
            axis = trace.spectrum.axis
            low = axis.limits_ppm[1] + trace.shift_ppm
            self.set_data(trace.spectrum.trace[::-1], low, axis.point_ppm)
        self.redraw()

    def place(self, scale: float, lift: float) -> None:
        """Draw so many times as tall, from a baseline on."""
        self._scale, self._lift = scale, lift
        self.redraw()

    def _view(self) -> tuple[object, ...]:
        return (*super()._view(), self._scale, self._lift)

    def y_px(self, y: Any) -> Any:
        """Map intensity to pixels from the view's top."""
        return super().y_px(self._scale * y + self._lift)

    def colour(self) -> str:
        """Return the colour in which the line is drawn."""
        return self._colour


class TraceNames(Overlay):
    """Names at the left end of the baselines; those that would touch another are left out."""

    def __init__(self, view_box: SpectrumViewBox) -> None:
        super().__init__(view_box, z=40)
        self._names: list[tuple[str, str, float]] = []

    def set_names(self, names: list[tuple[str, str, float]]) -> None:
        """Write texts in colours at intensities."""
        self._names = names
        self.redraw()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Write what fits."""
        taken, height = list[float](), self.boundingRect().height()
        metrics, ground = QFontMetricsF(painter.font()), QColor(theme.current().plot)
        line = metrics.height()
        ground.setAlphaF(_GROUND)
        for text, colour, lift in self._names:
            y = float(self.y_px(lift)) - 4.0
            if not 8.0 < y < height or any(abs(y - other) < line for other in taken):
                continue
            taken.append(y)
            painter.fillRect(
                QRectF(6.0, y - metrics.ascent(), metrics.horizontalAdvance(text) + 4.0, line),
                ground,
            )
            painter.setPen(QColor(colour))
            painter.drawText(QPointF(8.0, y), text)
        if not self._names:
            painter.setPen(QColor(theme.current().muted))
            painter.drawText(self.boundingRect(), Qt.AlignmentFlag.AlignCenter, _EMPTY)

    def has_content(self) -> bool:
        """Draw also where there is nothing: what to do is said then."""
        return True


class StackViewBox(SpectrumViewBox):
    """A view in which the wheel scales the traces and leaves the baselines where they are.

    Signals
    -------
    scale_wanted(float)
    """

    scale_wanted = Signal(float)

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
        """Point at a line, in that mode."""
        if self.mode != "align" or pointer.is_double:
            return False
        view_box = self._plot.view_box
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
    """

    region_drawn = Signal(float, float)
    reference_chosen = Signal(float, float)

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
        self._build()
        self.apply_theme()

    def set_stack(self, stack: Stack) -> None:
        """Show a stack; the view stays unless its spectra reach elsewhere."""
        visible, before = stack.visible, len(self._stack.visible)
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
        if len(visible) != before:
            self.fit_height()

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
        self.plot.hideAxis("left")
        self.view_box.invertX(True)
        self.view_box.tool = self.tool
        self.view_box.full_view_requested.connect(self.full_view)
        self.view_box.scale_wanted.connect(self._on_scale_wanted)
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
        self.axis.show_quantity(f"{name} chemical shift δ / ppm" if name else "δ / ppm")

    def _place(self) -> None:
        step, names = self._step, []
        for number, (item, trace) in enumerate(zip(self._items, self._stack.visible, strict=False)):
            item.place(self._gain * trace.scale, number * step)
            text = f"{trace.name}  {trace.label}" if trace.label not in ("", trace.name) else ""
            names.append((text or trace.name, item.colour(), number * step))
        self.names.set_names(names)

    def _on_scale_wanted(self, factor: float) -> None:
        self._gain *= factor
        self._place()
