"""Start and stop a study, watch it, and be told what became of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QProgressBar, QPushButton, QWidget

from nmrquanv.errors import NmrQuanvError
from nmrquanv.gui import theme
from nmrquanv.gui.layouts import in_column, in_row
from nmrquanv.gui.pages.page import explanation
from nmrquanv.session.study_run import StudyChoice, StudyRun


class StudyControls(QWidget):
    """Row of buttons with a line of words below.

    Parameters
    ----------
    run : StudyRun
    choice : callable
        Returns what is to be run.
    parent : QWidget or None

    Signals
    -------
    starting()
        A person wants a run.
    started(StudyChoice)
        A run goes on, perhaps since before this window.
    changed()
        Something else can be done now.
    ended()
        A run is over.
    """

    starting = Signal()
    started = Signal(object)
    changed = Signal()
    ended = Signal()

    def __init__(
        self, run: StudyRun, choice: Callable[[], StudyChoice], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._run, self._choice = run, choice
        self.start_button = QPushButton("&Start", self)
        self.stop_button = QPushButton("S&top", self)
        self.bar = QProgressBar(self)
        self.bar.setAccessibleName("Progress")
        self.bar.setTextVisible(False)
        self.stop_button.setToolTip("End after writing a report of what is finished")
        self.state = explanation("", self, 300)
        self.row = in_row(self.start_button, self.stop_button, (self.bar, 1), 0)
        in_column(self.row, self.state, on=self, margins=0, spacing=8)
        self._connect()

    def add(self, button: QPushButton) -> None:
        """Put a button at the end of the row."""
        self.row.addWidget(button)

    def watch(self) -> None:
        """Show a run that goes on already."""
        run = self._run
        if run.is_running and run.choice is not None:
            self._on_started(run.choice)
            if run.progress is not None:
                self._on_progressed(*run.progress)

    def refresh(self) -> None:
        """Show what can be done now."""
        is_running = self._run.is_running
        self.start_button.setVisible(not is_running)
        self.stop_button.setVisible(is_running)
        self.stop_button.setText("End at &Once" if self._run.is_stopping else "S&top")
        self.bar.setVisible(is_running)
        self.state.setVisible(bool(self.state.text()))

    @Slot(str)
    def say(self, text: str) -> None:
        """Show words below the buttons; none hides the line."""
        self.state.setText(text)
        self.state.setVisible(bool(text))

    def apply_theme(self) -> None:
        """Take the colours of the theme in use."""
        look = theme.current()
        hover = theme.mixed(look.text, look.accent, 0.15)
        self.start_button.setStyleSheet(
            f"QPushButton {{ background: {look.accent}; color: {look.on_accent}; font-weight: 600;"
            f" border: 1px solid {look.accent}; border-radius: 4px; padding: 5px 22px; }}"
            f" QPushButton:hover, QPushButton:focus {{ background: {hover}; }}"
        )

    def _connect(self) -> None:
        run = self._run
        for button in (self.start_button, self.stop_button):
            button.setAutoDefault(True)
        self.start_button.clicked.connect(self._on_start)
        self.stop_button.clicked.connect(self._on_stop)
        run.started.connect(self._on_started)
        run.progressed.connect(self._on_progressed)
        run.event_received.connect(self._on_event)
        run.succeeded.connect(self._on_succeeded)
        run.failed.connect(self._on_failed)
        run.cancelled.connect(self._on_cancelled)

    @Slot()
    def _on_start(self) -> None:
        self.starting.emit()
        try:
            self._run.start(self._choice())
        except NmrQuanvError as error:
            self.say(str(error))
        self.changed.emit()

    @Slot()
    def _on_stop(self) -> None:
        self._run.stop()
        self.say("Stopping: what is finished is being written …")
        self.changed.emit()

    @Slot(object)
    def _on_started(self, choice: StudyChoice) -> None:
        self.bar.setRange(0, 0)
        self.say("Starting …")
        self.started.emit(choice)

    @Slot(int, int, str)
    def _on_progressed(self, done: int, total: int, text: str) -> None:
        self.bar.setRange(0, max(0, total))
        self.bar.setValue(done)
        if not self._run.is_stopping:
            self.say(text)

    @Slot(dict)
    def _on_event(self, event: dict[str, Any]) -> None:
        if event.get("event") == "start" and event.get("text"):
            self.say(f"{event['text']}.")
        elif event.get("event") == "failed":
            self.say(f"A run failed: {event.get('message', '')}")

    @Slot(dict)
    def _on_succeeded(self, event: dict[str, Any]) -> None:
        if event.get("stopped"):
            text = "Stopped. What is finished is kept: start again to go on from there."
        elif event.get("failed"):
            text = f"Finished, but {event['failed']} runs failed; the report names them."
        else:
            text = "Finished. The report is ready."
        self._end(text)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._end(f"It failed: {error}")

    @Slot()
    def _on_cancelled(self) -> None:
        self._end("Ended at once. Finished runs are kept: start again to go on from there.")

    def _end(self, text: str) -> None:
        self.say(text)
        self.ended.emit()
