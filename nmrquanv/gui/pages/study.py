"""Study page: choose an experiment, start it in the background, watch it, see what came out.

The run belongs to :class:`~nmrquanv.session.study_run.StudyRun`; the page may be closed while it
goes on.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QUrl, Slot
from PySide6.QtGui import QCloseEvent, QDesktopServices, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from nmrquanv.errors import NmrQuanvError
from nmrquanv.gui import theme
from nmrquanv.gui.pages.drawing_check import DrawingCheck
from nmrquanv.gui.pages.page import Page, explanation
from nmrquanv.gui.pages.study_choice import StudyChoicePanel
from nmrquanv.gui.pages.study_findings import StudyFindings
from nmrquanv.progress import Report
from nmrquanv.session import study_catalogue as catalogue
from nmrquanv.session.jobs import Job, Lane
from nmrquanv.session.settings import Settings
from nmrquanv.session.study_run import StudyChoice, StudyRun

_INTRODUCTION = (
    "Does a quantum network find peaks better? Each experiment trains and tests networks on this "
    "computer and writes a report that sets what is measured beside what the paper's authors say."
)
_NOTHING_YET = "What an experiment finds, and its plots, appear here once it has finished."

_Learnt = tuple[dict[str, catalogue.Offer], tuple[catalogue.Reported, ...]]


class StudyPage(Page):
    """Window of the study.

    Parameters
    ----------
    run : StudyRun
    settings : Settings
        Remembers the output folder.
    open_url : callable
        Opens a file or folder in the program that the system has for it.
    has_plots : bool
        Whether the plots can be drawn.
    """

    def __init__(
        self,
        run: StudyRun,
        settings: Settings,
        open_url: Callable[[QUrl], object] = QDesktopServices.openUrl,
        *,
        has_plots: bool = True,
    ) -> None:
        super().__init__("Study")
        self._run, self._settings, self._open_url = run, settings, open_url
        self._found: tuple[catalogue.Reported, ...] = ()
        self._check = DrawingCheck()
        self._looks = Lane(is_newest_first=True, parent=self)
        self.panel = StudyChoicePanel(settings.study_folder, has_plots=has_plots, parent=self)
        self.start_button = QPushButton("&Start", self)
        self.stop_button = QPushButton("S&top", self)
        self.bar = QProgressBar(self)
        self.state = explanation("", self, 300)
        self.introduction = explanation(_INTRODUCTION, self)
        self.nothing = explanation(_NOTHING_YET, self, 440)
        self.findings = StudyFindings(self)
        self.open_report = QPushButton("Open &Report", self)
        self.open_folder = QPushButton("Open Fol&der", self)
        self._build()
        self._connect()
        self.apply_theme()
        self._refresh()

    def look(self) -> None:
        """Learn what the experiments cost, and what the report in the folder says."""
        folder = Path(self.panel.choice().folder)

        def learn(report: Report) -> _Learnt:
            found = self._check.without_endless(catalogue.reported(folder), report)
            return catalogue.offers(folder), found

        job = Job(learn)
        job.succeeded.connect(self._show_learnt)
        job.failed.connect(lambda error: self._say(str(error)))
        self._looks.submit(job)

    def showEvent(self, event: QShowEvent) -> None:
        """Show the present state whenever the page appears."""
        super().showEvent(event)
        self.look()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close; the run goes on."""
        self._looks.cancel()
        super().closeEvent(event)

    def apply_theme(self) -> None:
        """Take the colours of the theme in use."""
        if not hasattr(self, "findings"):
            return
        look = theme.current()
        for label in (self.introduction, self.nothing):
            label.setStyleSheet(f"color: {look.muted}")
        hover = theme.mixed(look.text, look.accent, 0.15)
        self.start_button.setStyleSheet(
            f"QPushButton {{ background: {look.accent}; color: {look.on_accent}; font-weight: 600;"
            f" border: 1px solid {look.accent}; border-radius: 4px; padding: 5px 22px; }}"
            f" QPushButton:hover, QPushButton:focus {{ background: {hover}; }}"
        )
        self.panel.apply_theme()
        self.findings.refresh()

    # --- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addLayout(self._buttons())
        right.addWidget(self.state)
        self.outcome = QStackedWidget(self)
        empty = QWidget(self)
        inside = QVBoxLayout(empty)
        inside.addWidget(self.nothing, 0, Qt.AlignmentFlag.AlignCenter)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.outcome.addWidget(empty)
        self.outcome.addWidget(self.findings)
        right.addWidget(self.outcome, 1)
        sides = QHBoxLayout()
        sides.setSpacing(18)
        sides.addWidget(self.panel)
        sides.addLayout(right, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(10)
        layout.addWidget(self.introduction)
        layout.addLayout(sides, 1)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self.start_button)
        row.addWidget(self.stop_button)
        row.addWidget(self.bar, 1)
        row.addStretch(0)
        row.addWidget(self.open_report)
        row.addWidget(self.open_folder)
        self.bar.setAccessibleName("Progress")
        self.bar.setTextVisible(False)
        self.stop_button.setToolTip("End after writing a report of what is finished")
        for button in (self.start_button, self.stop_button, self.open_report, self.open_folder):
            button.setAutoDefault(True)
        return row

    def _connect(self) -> None:
        run = self._run
        self.panel.experiment_changed.connect(self._show_findings)
        self.panel.folder_changed.connect(self._on_folder_changed)
        self.panel.folder_refused.connect(self._say)
        self.panel.goes_on.toggled.connect(self._on_goes_on)
        self.start_button.clicked.connect(self._on_start)
        self.stop_button.clicked.connect(self._on_stop)
        self.open_report.clicked.connect(self._on_open_report)
        self.open_folder.clicked.connect(self._on_open_folder)
        run.started.connect(self._on_started)
        run.progressed.connect(self._on_progressed)
        run.event_received.connect(self._on_event)
        run.succeeded.connect(self._on_succeeded)
        run.failed.connect(lambda error: self._end(f"It failed: {error}"))
        run.cancelled.connect(
            lambda: self._end(
                "Ended at once. Finished runs are kept: start again to go on from there."
            )
        )
        if run.is_running and run.choice is not None:
            self._on_started(run.choice)
            if run.progress is not None:
                self._on_progressed(*run.progress)

    # --- showing -------------------------------------------------------------------------------

    @Slot()
    def _refresh(self) -> None:
        """Show what can be done now."""
        is_running = self._run.is_running
        self.panel.set_running(is_running)
        self.start_button.setVisible(not is_running)
        self.stop_button.setVisible(is_running)
        self.stop_button.setText("End at &Once" if self._run.is_stopping else "S&top")
        self.bar.setVisible(is_running)
        self.state.setVisible(bool(self.state.text()))
        folder = Path(self.panel.choice().folder)
        self.open_report.setEnabled(catalogue.report_path(folder) is not None)
        self.open_folder.setEnabled(os.path.isdir(folder))

    def _say(self, text: str) -> None:
        self.state.setText(text)
        self.state.setVisible(bool(text))

    @Slot(object)
    def _show_learnt(self, learnt: _Learnt) -> None:
        offers, self._found = learnt
        self.panel.set_offers(offers)
        self._show_findings()
        self._refresh()

    @Slot()
    def _show_findings(self) -> None:
        """Show what the report says about the chosen experiment, or about all."""
        name = self.panel.experiment
        shown = [f for f in self._found if name in (f.name, catalogue.ALL)]
        self.findings.set_findings(shown)
        self.outcome.setCurrentIndex(1 if shown else 0)

    # --- what the user does --------------------------------------------------------------------

    @Slot()
    def _on_start(self) -> None:
        self._run.goes_on_alone = self.panel.goes_on.isChecked()
        try:
            self._run.start(self.panel.choice())
        except NmrQuanvError as error:
            self._say(str(error))
        self._refresh()

    @Slot()
    def _on_stop(self) -> None:
        self._run.stop()
        self._say("Stopping: what is finished is being written …")
        self._refresh()

    @Slot(bool)
    def _on_goes_on(self, is_on: bool) -> None:
        self._run.goes_on_alone = is_on

    @Slot(str)
    def _on_folder_changed(self, folder: str) -> None:
        """Look into another folder, where a run may go on already."""
        self._settings.study_folder = folder
        self._say("")
        self._run.find(folder)
        self.look()
        self._refresh()

    @Slot()
    def _on_open_report(self) -> None:
        report = catalogue.report_path(Path(self.panel.choice().folder))
        if report is not None:
            self._open_url(QUrl.fromLocalFile(str(report)))

    @Slot()
    def _on_open_folder(self) -> None:
        self._open_url(QUrl.fromLocalFile(self.panel.choice().folder))

    # --- what the run tells --------------------------------------------------------------------

    @Slot(object)
    def _on_started(self, choice: StudyChoice) -> None:
        """Show what runs, also when a window before started it."""
        self.panel.show_choice(choice)
        self.panel.goes_on.setChecked(self._run.goes_on_alone)
        self.bar.setRange(0, 0)
        self._say("Starting …")
        self._refresh()

    @Slot(int, int, str)
    def _on_progressed(self, done: int, total: int, text: str) -> None:
        self.bar.setRange(0, max(0, total))
        self.bar.setValue(done)
        if not self._run.is_stopping:
            self._say(text)

    @Slot(dict)
    def _on_event(self, event: dict[str, Any]) -> None:
        if event.get("event") == "start" and event.get("text"):
            self._say(f"{event['text']}.")
        elif event.get("event") == "failed":
            self._say(f"A run failed: {event.get('message', '')}")

    @Slot(dict)
    def _on_succeeded(self, event: dict[str, Any]) -> None:
        if event.get("stopped"):
            text = "Stopped. What is finished is kept: start again to go on from there."
        elif event.get("failed"):
            text = f"Finished, but {event['failed']} runs failed; the report names them."
        else:
            text = "Finished. The report is ready."
        self._end(text)

    def _end(self, text: str) -> None:
        self._say(text)
        self._refresh()
        if self.isVisible():
            self.look()
