"""The docks around the plot: which there are, where they stand, and how they share the room."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QByteArray, QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDockWidget,
    QMainWindow,
    QTabBar,
    QWidget,
)

from nmrquanv.gui.focus_ring import PressedOnly
from nmrquanv.gui.panels.document_panel import DocumentPanel
from nmrquanv.gui.panels.spectra_list import SpectraList
from nmrquanv.gui.shell.areas import takers
from nmrquanv.gui.shell.scale import CROSS, scaled

_LEFT = Qt.DockWidgetArea.LeftDockWidgetArea
_RIGHT = Qt.DockWidgetArea.RightDockWidgetArea
_BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea
_DOCKS = (
    ("spectra", "Spectra", _LEFT, "The open spectra"),
    ("finding", "Thresholds", _RIGHT, "Least S/N, height and confidence; presets; regions"),
    ("comparison", "Comparison", _RIGHT, "What the finders found, and where they differ"),
    ("processing", "Processing", _RIGHT, "Phase, baseline, apodization, zero filling, reference"),
    ("peaks", "Peaks", _BOTTOM, "The table of peaks"),
    ("integrals", "Integrals", _BOTTOM, "The table of integrals"),
    ("multiplets", "Multiplets", _BOTTOM, "The table of multiplets with their couplings"),
    (
        "shape",
        "Line Shape",
        _BOTTOM,
        "The shape that all lines share, widths; reference deconvolution",
    ),
)
_PANEL_WIDTH, _LIST_WIDTH, _LIST_PART = 300, 205, 4
_TABLE_SHARE, _PLOT_SHARE = 0.27, 2 / 3
_NEAR, _NEAR_SHARE = 6, 0.05
"""How far tables that nobody has dragged may be from what they were given: pixels, of the window;
the latter holds the tabs below them."""

_VERSION = 2
"""Of kept layouts: another one when docks change so that older ones do not fit."""


class Docks(QObject):
    """Makes the docks of a window; without a document they are hidden, and the list with one.

    The list is also left out where letters are so large, or the window so small, that plot and
    list would be of no use beside each other: the tabs over the plot name the same spectra.

    Parameters
    ----------
    window : QMainWindow

    Attributes
    ----------
    layout : QByteArray
        How the docks stood when the last document was closed, or in the last window; empty gives
        the usual one.
    """

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._count = -1
        self._given: int | None = None
        self.layout = QByteArray()
        self.by_name = {name: QDockWidget(title, window) for name, title, *_ in _DOCKS}

    def fill(self, *panels: QWidget) -> None:
        """Show in each dock the panel that was made in it."""
        window, features = self._window, QDockWidget.DockWidgetFeature
        made = {panel.parentWidget(): panel for panel in panels}
        for name, _, area, tip in _DOCKS:
            dock = self.by_name[name]
            dock.setFont(_title_letters())
            dock.setObjectName(f"dock_{name}")
            dock.setWidget(panel := made[dock])
            dock.toggleViewAction().setToolTip(tip)  # which the palette says, and looks into
            dock.setFeatures(features.DockWidgetClosable | features.DockWidgetMovable)
            window.addDockWidget(area, dock)
            _GrowingCross(dock)
            if isinstance(panel, DocumentPanel):
                dock.visibilityChanged.connect(panel.set_in_view)
            dock.visibilityChanged.connect(partial(self._leave_if_behind, dock))
        listing = self.by_name["spectra"].toggleViewAction()
        listing.triggered.connect(lambda: QTimer.singleShot(0, self, self._widen_list))
        window.tabifyDockWidget(self.by_name["finding"], self.by_name["comparison"])
        window.tabifyDockWidget(self.by_name["comparison"], self.by_name["processing"])
        window.tabifyDockWidget(self.by_name["peaks"], self.by_name["integrals"])
        window.tabifyDockWidget(self.by_name["integrals"], self.by_name["multiplets"])
        window.tabifyDockWidget(self.by_name["multiplets"], self.by_name["shape"])
        self._raise_first()
        self._set_corners()
        self._usual = window.saveState(_VERSION)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Share the height anew as the window grows, unless the user has shared it."""
        if event.type() == QEvent.Type.Resize and self._is_as_given():
            QTimer.singleShot(0, self, self._share_height)
        return super().eventFilter(watched, event)

    def show_for(self, count: int) -> None:
        """Show what so many open documents need; what the user closed since stays closed."""
        before = self._count
        if before > 0 and not count:
            self.layout = self.current_layout()
        self._count = count
        spectra = self.by_name["spectra"]
        is_list_wanted = count > 1 and (spectra.isVisible() or self._has_room_for_list())
        is_list_new = is_list_wanted and not spectra.isVisible()
        spectra.setVisible(is_list_wanted)
        if bool(count) != bool(before) or before < 0:
            for name, dock in self.by_name.items():
                if name != "spectra":
                    dock.setVisible(bool(count))
        # the layout of docks that appear is made when control is back in the event loop
        if count and before <= 0:
            QTimer.singleShot(0, self, self._restore)
        QTimer.singleShot(0, self, self._name_tabs)
        if is_list_new:
            QTimer.singleShot(0, self, self._widen_list)

    def current_layout(self) -> QByteArray:
        """Return how the docks stand; without a document, how they stood with the last one."""
        return self._window.saveState(_VERSION) if self._count > 0 else self.layout

    def bring(self, name: str) -> None:
        """Show a dock in front of those that it shares its place with."""
        self.by_name[name].show()
        self.by_name[name].raise_()

    def reset(self) -> None:
        """Put all docks back where they stand at a first start."""
        self.layout = QByteArray()
        if self._count > 0:
            self._window.restoreState(self._usual, _VERSION)
            for name, dock in self.by_name.items():
                dock.setVisible(name != "spectra" or self._is_list_usual())
            QTimer.singleShot(0, self, self._share_room)

    def _leave_if_behind(self, dock: QDockWidget, is_seen: bool) -> None:
        """Give the keyboard to the plot when another dock covers the one that has it."""
        focus, middle = QApplication.focusWidget(), self._window.centralWidget()
        if is_seen or not dock.isVisible() or focus is None or not dock.isAncestorOf(focus):
            return
        if middle is not None and (first := next(takers(middle), None)) is not None:
            first.setFocus()

    def _restore(self) -> None:
        """Let the docks stand as the user left them; as usual where that is not known."""
        if self.layout.isEmpty() or not self._window.restoreState(self.layout, _VERSION):
            self._share_room()
        else:
            QTimer.singleShot(0, self, self._take_usual)
        self._set_corners()
        # the list is there with several documents, whatever was when the layout was kept
        self.by_name["spectra"].setVisible(self._is_list_usual())

    def _set_corners(self) -> None:
        """Say which docks have the corners: a kept layout has those of the program that kept it."""
        self._window.setCorner(Qt.Corner.BottomRightCorner, _RIGHT)
        self._window.setCorner(Qt.Corner.BottomLeftCorner, _BOTTOM)  # its buttons want the width

    def _is_list_usual(self) -> bool:
        return self._count > 1 and self._has_room_for_list()

    def _has_room_for_list(self) -> bool:
        """Whether list and panels leave the plot its share of the window."""
        taken = scaled(_LIST_WIDTH) + scaled(_PANEL_WIDTH)
        return self._window.width() - taken >= _PLOT_SHARE * self._window.width()

    def _name_tabs(self) -> None:
        """Say what the bars of tabs are that Qt makes where docks lie over each other."""
        for bar in self._window.findChildren(QTabBar):
            if not bar.accessibleName():
                bar.setAccessibleName("Panels")
                bar.setElideMode(Qt.TextElideMode.ElideNone)
                PressedOnly(bar, bar)

    def _raise_first(self) -> None:
        self.by_name["finding"].raise_()
        self.by_name["peaks"].raise_()

    def _share_room(self) -> None:
        """Give the plot the room that the panels do not need."""
        window = self._window
        self._raise_first()
        self._share_height()
        width = min(scaled(_PANEL_WIDTH), window.width() // 3)
        window.resizeDocks([self.by_name["finding"]], [width], Qt.Orientation.Horizontal)

    def _share_height(self) -> None:
        """Give the tables their part of the height."""
        height = round(_TABLE_SHARE * self._window.height())
        self._window.resizeDocks([self.by_name["peaks"]], [height], Qt.Orientation.Vertical)
        QTimer.singleShot(0, self, self._note_given)

    def _note_given(self) -> None:
        self._given = self._tables_height()

    def _take_usual(self) -> None:
        """Take a kept layout whose tables have the usual part of the height for the usual one."""
        height = self._tables_height()
        away = abs(height / max(self._window.height(), 1) - _TABLE_SHARE)
        self._given = height if away <= _NEAR_SHARE else None

    def _is_as_given(self) -> bool:
        """Whether the tables are as high as they were made: no user has dragged their edge."""
        height = self._tables_height()
        return self._given is not None and height > 0 and abs(height - self._given) <= _NEAR

    def _tables_height(self) -> int:
        """Return the height of the tables that are in front, pixels; 0 where none is."""
        tables = (self.by_name[name] for name, _, area, _ in _DOCKS if area == _BOTTOM)
        heights = [d.height() for d in tables if not d.visibleRegion().isEmpty()]
        return max(heights, default=0)

    def _widen_list(self) -> None:
        """Give names and facts of spectra the width that they need, as far as that goes."""
        dock, room = self.by_name["spectra"], self._window.width() // _LIST_PART
        panel = dock.widget()
        assert isinstance(panel, SpectraList)
        wanted = min(max(scaled(_LIST_WIDTH), panel.whole_width()), room)
        if dock.isVisible() and dock.width() < wanted:
            self._window.resizeDocks([dock], [wanted], Qt.Orientation.Horizontal)


class _GrowingCross(QObject):
    """Keeps the button that closes a dock as large as its letters: Qt lays it out by its icon."""

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        self._dock = dock
        button = dock.findChild(QAbstractButton, "qt_dockwidget_closebutton")
        assert button is not None
        self._button = button
        button.installEventFilter(self)

    def eventFilter(self, button: QObject, event: QEvent) -> bool:
        """Put the button back where it belongs whenever the dock lays it out."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show):
            self._place()
        return super().eventFilter(button, event)

    def _place(self) -> None:
        now, side = self._button.geometry(), round(CROSS * self._dock.fontMetrics().height())
        panel = self._dock.widget()
        middle = (panel.y() if panel is not None else 0) // 2
        wanted = QRect(now.right() + 1 - side, middle - side // 2, side, side)
        if now != wanted:
            self._button.setGeometry(wanted)


def _title_letters() -> QFont:
    """Return letters that are a dock's own, and otherwise as all others, whatever their size.

    With those of the application, Qt writes titles in the size that the system had at the start.
    """
    font = QFont()
    font.setStyleHint(QFont.StyleHint.SansSerif)
    return font
