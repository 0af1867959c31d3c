"""The *Find peaks* button: starts the chosen finders, shows progress, becomes Cancel meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast
from weakref import WeakKeyDictionary

from PySide6.QtCore import QElapsedTimer, QObject, Qt, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from nmrquanv.errors import NmrQuanvError
from nmrquanv.finders import BUILT_IN, NETWORKS, Polarity, stacked
from nmrquanv.gui import theme
from nmrquanv.gui.actions import told_tip
from nmrquanv.gui.dialogs.error import show_error
from nmrquanv.gui.icons import icon
from nmrquanv.gui.marker_looks import finder_title, finder_word
from nmrquanv.gui.panels.thresholds import POLARITIES
from nmrquanv.gui.status_bar import StatusBar
from nmrquanv.numbers import fixed
from nmrquanv.session.document import Document
from nmrquanv.session.peak_finding import Search, SearchResult
from nmrquanv.session.settings import Settings
from nmrquanv.session.work import Work


def all_finders() -> tuple[str, ...]:
    """Return everything that can be run: what the program brings, and the user's models."""
    from nmrquanv.models.library import list_models

    own = (card.name for card in list_models() if card.name not in BUILT_IN)
    return (*BUILT_IN, *own)


def runnable(finders: Iterable[str]) -> tuple[str, ...]:
    """Return those finders that still exist; the two networks when none does.

    A model of the user's may have been removed from the library since it was chosen.
    """
    existing = all_finders()
    return tuple(f for f in finders if f in existing) or NETWORKS


def found_text(document: Document, found: SearchResult, seconds: float) -> str:
    """Return how many peaks each finder gave, as the thresholds show them, and in what time."""
    counts = [f"{len(document.shown_layer(f))} {finder_word(f)}" for f in stacked(found.results)]
    text = f"Peaks found: {', '.join(counts)}, in {fixed(seconds, 1)} s"
    if found.failures:
        text += f"; failed: {', '.join(map(finder_title, found.failures))}"
    return text


class MenuButton(QToolButton):
    """A button with a menu beside it, which opens with the arrow down as well."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the menu."""
        if event.key() == Qt.Key.Key_Down:
            self.menu().popup(self.mapToGlobal(self.rect().bottomLeft()))
        else:
            super().keyPressEvent(event)


class FindControls(QObject):
    """Button, menu and the way from a click to a search."""

    def __init__(
        self,
        work: Work,
        settings: Settings,
        actions: dict[str, QAction],
        status: StatusBar,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._finding, self._workspace = work.finding, work.workspace
        self._settings, self._actions = settings, actions
        self._status, self._window = status, window
        self._document: Document | None = None
        self._clocks: WeakKeyDictionary[Document, QElapsedTimer] = WeakKeyDictionary()
        self.button = MenuButton(window)
        self.menu = QMenu(self.button)
        self._build()
        self._connect()
        self.refresh()

    def start(self, document: Document | None, region: tuple[float, float] | None = None) -> None:
        """Search a document with the chosen finders; in a region as one 200-point window."""
        if document is None:
            return
        finders = runnable(self._settings.finders)
        polarity = cast(Polarity, self._settings.polarity)  # the setting allows no other word
        search = Search(finders, region, region is not None, polarity)
        self._finding.start(document, search)

    def set_document(self, document: Document | None) -> None:
        """Say what is shown and may be searched; how far its own search is comes with it."""
        is_other, self._document = document is not self._document, document
        self.refresh()
        progress = self._finding.progress_of(document) if is_other else None
        if progress is not None:
            self._status.show_progress(*progress)

    def refresh(self) -> None:
        """Show whether a click finds or cancels, in the theme in use."""
        look = theme.current()
        is_running = self._finding.is_searching(self._document)
        has_document = self._document is not None
        is_awaited = self._workspace.is_awaited
        finders = ", ".join(map(finder_title, self._settings.finders))
        keys = [self._actions["find"].shortcut().toString()]
        self.button.setText("Cancel" if is_running else "Find peaks")
        self.button.setToolTip(
            "Stop finding peaks" if is_running else told_tip(f"Find peaks with: {finders}", keys)
        )
        self.button.setIcon(icon("stop" if is_running else "find", look.on_accent))
        self.button.setEnabled(has_document or is_awaited)
        can_search = has_document and not is_running
        self._actions["find"].setEnabled(can_search or is_awaited)
        self._actions["find_in_view"].setEnabled(can_search)

    def _build(self) -> None:
        self.button.setObjectName("find_button")
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.button.setMenu(self.menu)
        metrics = self.button.fontMetrics()
        self.button.setMinimumWidth(metrics.horizontalAdvance("Find peaks") + 84)

    def _connect(self) -> None:
        self.button.clicked.connect(self._on_clicked)
        self.menu.aboutToShow.connect(self._fill_menu)
        self._finding.started.connect(self._on_started)
        self._finding.progressed.connect(self._on_progressed)
        self._finding.succeeded.connect(self._on_succeeded)
        self._finding.failed.connect(self._on_failed)
        self._finding.cancelled.connect(self._on_cancelled)
        self._settings.changed.connect(self._on_setting_changed)
        self._workspace.awaited_changed.connect(self.refresh)

    @Slot(str)
    def _on_setting_changed(self, name: str) -> None:
        if name in ("finders", "polarity", "shortcuts"):
            self.refresh()

    def _fill_menu(self) -> None:
        """Write finders, polarity and the search in view into the menu."""
        menu = self.menu
        menu.clear()
        menu.addSection("Finders")
        chosen = runnable(self._settings.finders)
        for finder in all_finders():
            # no icon: it would take the place of the tick
            action = menu.addAction(finder_title(finder))
            action.setCheckable(True)
            action.setChecked(finder in chosen)
            action.toggled.connect(lambda is_on, f=finder: self._on_finder_toggled(f, is_on))
        menu.addSection("Sign of the lines")
        group = QActionGroup(menu)
        for polarity, text in POLARITIES.items():
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(polarity == self._settings.polarity)
            action.triggered.connect(
                lambda _=False, p=polarity: setattr(self._settings, "polarity", p)
            )
            group.addAction(action)
        menu.addSeparator()
        menu.addAction(self._actions["find_in_view"])

    def _on_finder_toggled(self, finder: str, is_on: bool) -> None:
        chosen = [f for f in runnable(self._settings.finders) if f != finder]
        chosen = [*chosen, finder] if is_on else chosen
        if chosen:
            order = {name: number for number, name in enumerate(BUILT_IN)}
            self._settings.finders = sorted(chosen, key=lambda f: order.get(f, len(order)))
        else:
            self._status.say("At least one finder stays chosen")
        self.refresh()

    @Slot()
    def _on_clicked(self) -> None:
        if self._document is not None and self._finding.is_searching(self._document):
            self._finding.cancel(self._document)
        else:
            self._actions["find"].trigger()

    @Slot(object)
    def _on_started(self, document: Document) -> None:
        self._clocks[document] = clock = QElapsedTimer()
        clock.start()
        self.refresh()
        progress = self._finding.progress_of(document)
        if document is self._document and progress is not None:
            self._status.show_progress(*progress)

    @Slot(object, int, int, str)
    def _on_progressed(self, document: Document, done: int, total: int, text: str) -> None:
        if document is self._document:
            self._status.show_progress(done, total, text)

    @Slot(object, object)
    def _on_succeeded(self, document: Document, found: SearchResult) -> None:
        if found.failures:
            self._show_failures(found)
        self._end(document, found_text(document, found, self._clocks[document].elapsed() / 1000))

    @Slot(object, object)
    def _on_failed(self, document: Document, found: SearchResult) -> None:
        self._show_failures(found)
        self._end(document, "Finding peaks failed")

    def _show_failures(self, found: SearchResult) -> None:
        first = next(iter(found.failures.values()))
        error = first
        if isinstance(first, NmrQuanvError) and len(found.failures) > 1:
            error = NmrQuanvError(found.failure_text())
        names = ", ".join(map(finder_title, found.failures))
        show_error(f"{names} could not find peaks", error, self._window)

    @Slot(object, str)
    def _on_cancelled(self, document: Document, text: str) -> None:
        self._end(document, text)

    def _end(self, document: Document, text: str) -> None:
        """Say how a search ended; that of a spectrum that is not shown, with its name.

        Of one that was closed nothing is said.
        """
        self.refresh()
        if document is not self._document:
            if not document.is_closed and not self._finding.is_searching(self._document):
                self._status.announce(f"{document.name}: {text}")
        elif not self._finding.is_searching(document):  # a newer search may have begun
            self._status.end_progress(text)
