"""The plot: one document's spectrum (or FID) with its layers and tools.

The ppm axis falls from left to right: x ascends in the data and the view is inverted. The view
shows the document and asks it for changes; it keeps only what is shown, selected and chosen.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QWidget

from nmrquanv.gui import theme
from nmrquanv.gui.layouts import in_column
from nmrquanv.gui.plot.axes import BottomAxis
from nmrquanv.gui.plot.framing import extent_outside, framed_height
from nmrquanv.gui.plot.keys import PlotKeys, SavedViews, is_typing
from nmrquanv.gui.plot.layers import PlotLayers, bands_of
from nmrquanv.gui.plot.mark_legend import MarkLegend
from nmrquanv.gui.plot.overlay import draw_whole
from nmrquanv.gui.plot.peak_editing import PeakEditing
from nmrquanv.gui.plot.tools import TOOLS
from nmrquanv.gui.plot.trace import Trace
from nmrquanv.gui.plot.view_box import SpectrumViewBox, View
from nmrquanv.gui.view_state import ViewState
from nmrquanv.session.document import Document
from nmrquanv.spectra.processing import phase_trace
from nmrquanv.spectra.spectrum import Fid

_LEAST_POINTS = 12


class SpectrumView(QWidget):
    """Widget with the plot.

    Parameters
    ----------
    state : ViewState or None
        What is shown; None makes one of the plot's own.
    parent : QWidget or None

    Signals
    -------
    cursor_moved(ppm or s, intensity), each float or None
    tool_changed(str)
        Name of the tool in use.
    menu_requested(position in the view, position on the screen)
    """

    cursor_moved = Signal(object, object)
    tool_changed = Signal(str)
    menu_requested = Signal(object, object)

    def __init__(self, state: ViewState | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document: Document | None = None
        self.shows_fid = False
        self.state = state or ViewState(self)
        self._views: WeakKeyDictionary[Document, View] = WeakKeyDictionary()
        self._is_framed = False
        self.view_box = SpectrumViewBox()
        self.axis = BottomAxis(self.state)
        self.plot = pg.PlotWidget(self, viewBox=self.view_box, axisItems={"bottom": self.axis})
        self.trace = Trace(self.view_box)
        self.layers = PlotLayers(self.view_box, self.trace, self.state)
        self.markers = self.layers.markers
        self.editing = PeakEditing(self.view_box, self.layers, self.state, self)
        self.legend = MarkLegend(self.markers, self._n_finders, self)
        self.saved_views = SavedViews(self.view_box, self)
        self.keys = PlotKeys(self.view_box, self.editing, self.layers.cursor, self)
        self._tools = {kind.name: kind(self.editing) for kind in TOOLS}
        self._build()
        self._connect()
        self.set_tool("zoom")
        self.apply_theme()

    # --- document ------------------------------------------------------------------------------

    def set_document(self, document: Document | None) -> None:
        """Show another document, or none; each keeps the view in which it was left."""
        if self.document is not None:
            self.document.spectrum_changed.disconnect(self._on_spectrum_changed)
            self.document.dataset_changed.disconnect(self._on_dataset_changed)
            self._keep_view(self.document)
        self.document = document
        self.editing.set_document(document)
        self.shows_fid, self.editing.is_active = False, True
        self.layers.set_document(document)
        self.layers.set_visible(document is not None)
        if document is None:
            return
        document.spectrum_changed.connect(self._on_spectrum_changed)
        document.dataset_changed.connect(self._on_dataset_changed)
        self._draw_spectrum()
        self.full_view(both=True, remember=False)
        self._restore_view(document)

    def _keep_view(self, document: Document) -> None:
        if not self.shows_fid:
            self._views[document] = self.view_box.current_view()

    def _restore_view(self, document: Document) -> None:
        view = self._views.get(document)
        self._is_framed = view is None
        if view is not None:
            self.view_box.show_view(view.x, view.y, remember=False)

    def view_of(self, document: Document) -> View | None:
        """Return how a document is looked at, if it has been."""
        if document is self.document and not self.shows_fid:
            return self.view_box.current_view()
        return self._views.get(document)

    def show_kept(self, view: View) -> None:
        """Show a view that the document that is shown was left in, once."""
        self._is_framed = False
        self.view_box.show_view(view.x, view.y, remember=False)

    def show_fid(self, is_fid: bool) -> None:
        """Show the FID over time instead of the spectrum, if the document has one."""
        document = self.document
        fid = document.fid if document is not None else None
        is_fid = is_fid and fid is not None
        if document is None or is_fid == self.shows_fid:
            return
        self._keep_view(document)
        self.shows_fid, self.editing.is_active = is_fid, not is_fid
        self.layers.set_visible(not is_fid)
        if fid is not None and is_fid:
            self._draw_fid(fid)
        else:
            self._draw_spectrum()
            self._restore_view(document)

    # --- what is shown -------------------------------------------------------------------------

    def full_view(self, *, both: bool = False, remember: bool = True) -> None:
        """Show the whole sweep at the same scale; with ``both`` fit the intensity, too."""
        limits = self.view_box.limits_x
        height = self._fitted_height(limits) if both else None
        self.view_box.show_view(limits, height, remember=remember)

    def full_view_stepwise(self) -> None:
        """Show the whole sweep; where it is shown already, fit the intensity as well."""
        low, high = self.view_box.limits_x
        shown = self.view_box.current_view().x
        is_full = abs(shown[0] - low) + abs(shown[1] - high) < 1e-6 * (high - low)
        self.full_view(both=is_full)

    def fit_height(self) -> None:
        """Let the tallest line in view, outside solvent and water, fill the height."""
        self.view_box.show_view(y=self._fitted_height(self.view_box.current_view().x))

    def visible_ppm(self) -> tuple[float, float]:
        """Return the chemical shifts at the left and the right edge: ``(high, low)``."""
        low, high = self.view_box.current_view().x
        return high, low

    def show_ppm(self, ppm: float) -> None:
        """Bring a chemical shift into view at the same width."""
        self.view_box.centre_on(ppm)

    def apply_theme(self) -> None:
        """Take the colours of the theme in use."""
        self.plot.setBackground(theme.current().plot)
        self.axis.apply_theme(self.font())
        self.layers.fit_labels()
        self.plot.viewport().update()

    # --- tools ---------------------------------------------------------------------------------

    @property
    def tool_name(self) -> str:
        """The tool in use."""
        return next((name for name, tool in self._tools.items() if tool is self.view_box.tool), "")

    def set_tool(self, name: str) -> None:
        """Take a tool: ``"zoom"``, ``"pick"``, ``"integral"``, ``"multiplet"``, ``"region"``..."""
        tool = self._tools[name]
        if tool is self.view_box.tool:
            return
        self.view_box.tool = tool
        self.view_box.setCursor(tool.cursor)
        self.view_box.band.show_box(None)
        self.markers.set_moving(None)
        self.tool_changed.emit(name)

    # --- building and drawing ------------------------------------------------------------------

    def _build(self) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Spectrum")
        self.plot.setFocusProxy(self)
        self.plot.setFrameShape(self.plot.Shape.NoFrame)
        self.plot.setAcceptDrops(False)  # the window takes files, also over the plot
        self.plot.viewport().setAcceptDrops(False)
        draw_whole(self.plot)
        self.plot.hideButtons()
        self.plot.setMenuEnabled(False)
        self.plot.hideAxis("left")
        self.plot.plotItem.layout.setContentsMargins(10, 6, 10, 4)
        self.setMinimumSize(320, 160)
        in_column(self.legend, self.plot, on=self, margins=0, spacing=0)

    def _n_finders(self) -> int:
        return len(self.document.layers) if self.document is not None else 0

    def _connect(self) -> None:
        self.layers.working_refreshed.connect(self.legend.refresh)
        self.layers.cursor.moved.connect(self._tell_place)
        self.view_box.full_view_requested.connect(self.full_view)
        self.view_box.cursor_moved.connect(self._on_cursor_moved)
        self.view_box.menu_requested.connect(self.menu_requested)
        self.view_box.view_chosen.connect(self._on_view_chosen)
        self.view_box.sigResized.connect(self._on_resized)

    def _draw_spectrum(self) -> None:
        document = self.document
        if document is None:
            return
        axis = document.spectrum.axis
        high, low = axis.limits_ppm
        self.view_box.invertX(True)
        self.trace.set_data(document.spectrum.trace[::-1], low, axis.point_ppm)
        self.view_box.set_limits(low, high, _LEAST_POINTS * axis.point_ppm)
        self.axis.show_spectrum(axis, document.sample.nucleus)

    def preview_phase(self, ph0_deg: float, ph1_deg: float) -> None:
        """Draw the spectrum with more phase, while a slider is dragged; zeros end it."""
        document = self.document
        if document is None or self.shows_fid or not document.spectrum.is_complex:
            return
        axis, data = document.spectrum.axis, document.spectrum.trace
        if ph0_deg or ph1_deg:
            data = phase_trace(document.spectrum.data, ph0_deg, ph1_deg)
        self.trace.set_data(data[::-1], axis.limits_ppm[1], axis.point_ppm)

    def _draw_fid(self, fid: Fid) -> None:
        self.view_box.invertX(False)
        self.trace.set_data(fid.data.real, 0.0, fid.dwell_s)
        self.view_box.set_limits(0.0, self.trace.limits()[1], _LEAST_POINTS * fid.dwell_s)
        self.axis.show_quantity("FID, real part: time t / s")
        self.full_view(both=True, remember=False)

    def _fitted_height(self, x: tuple[float, float]) -> tuple[float, float]:
        if self.shows_fid or self.document is None:
            size = 1.06 * max(*map(abs, self.trace.extent(*x)), 1e-300)
            return -size, size
        extent = extent_outside(self.trace, x, bands_of(self.document))
        rect, names = self.view_box.rect(), self.layers.multiplets.headroom(x, extent[1])
        return framed_height(*extent, rect.height(), self.markers.strip, names)

    def _on_dataset_changed(self) -> None:
        """Leave the FID when the source changes: what the user chose is what they want to see."""
        self.show_fid(False)

    def _on_spectrum_changed(self) -> None:
        """Show changed data in the same view; a moved reference takes the view along."""
        if self.document is None or self.shows_fid:
            return
        before, limits = self.view_box.current_view(), self.view_box.limits_x
        self._draw_spectrum()
        shift = self.view_box.limits_x[0] - limits[0]
        self.view_box.show_view((before.x[0] + shift, before.x[1] + shift), remember=False)
        self.layers.refresh()

    def _on_view_chosen(self) -> None:
        self._is_framed = False

    def _on_resized(self, *_: object) -> None:
        """Frame anew as long as nobody chose a view: the first layout changes the height."""
        if self._is_framed and self.document is not None and not self.shows_fid:
            self.full_view(both=True, remember=False)

    def _on_cursor_moved(self, at: QPointF | None) -> None:
        self._tell_place(None if at is None else self.view_box.x_at(at.x()))

    def _tell_place(self, x: float | None) -> None:
        if x is None or self.document is None:
            self.cursor_moved.emit(None, None)
        else:
            self.cursor_moved.emit(x, self.trace.value_at(x))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "axis"):
            self.apply_theme()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Take the keys when the mouse comes in, unless somebody is typing."""
        super().enterEvent(event)
        if self.isActiveWindow() and not is_typing():
            self.setFocus(Qt.FocusReason.MouseFocusReason)
