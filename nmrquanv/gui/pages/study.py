"""Study page: choose an experiment, start it in the background, watch it, see what came out.

The run belongs to :class:`~nmrquanv.session.study_run.StudyRun`; the page may be closed while it
goes on.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Slot
from PySide6.QtGui import QCloseEvent, QDesktopServices, QShowEvent
from PySide6.QtWidgets import QPushButton, QStackedWidget, QWidget

from nmrquanv.gui import theme
from nmrquanv.gui.layouts import in_column, in_row
from nmrquanv.gui.pages.drawing_check import DrawingCheck
from nmrquanv.gui.pages.page import Page, explanation
from nmrquanv.gui.pages.study_choice import StudyChoicePanel
from nmrquanv.gui.pages.study_controls import StudyControls
from nmrquanv.gui.pages.study_findings import StudyFindings
from nmrquanv.gui.upright_scroll import UprightScroll
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

_Learnt = tuple[dict[str, catalogue.OfferedExperiment], tuple[catalogue.Reported, ...]]


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
        self.choices = UprightScroll(self.panel, self)
        self.choices.setFixedWidth(self.choices.minimumSizeHint().width())
        self.controls = StudyControls(run, self.panel.choice, self)
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
        job.failed.connect(lambda error: self.controls.say(str(error)))
        self._looks.submit(job)

    def showEvent(self, event: QShowEvent) -> None:
        """Show the present state whenever the page appears."""
        super().showEvent(event)
        self.look()

    def say(self, text: str) -> None:
        """Show words below the buttons."""
        self.controls.say(text)

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
        self.controls.apply_theme()
        self.panel.apply_theme()
        self.findings.refresh()

    # --- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        for button in (self.open_report, self.open_folder):
            button.setAutoDefault(True)
            self.controls.add(button)
        self.outcome = QStackedWidget(self)
        empty = QWidget(self)
        in_column((self.nothing, 0, Qt.AlignmentFlag.AlignCenter), on=empty)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.outcome.addWidget(empty)
        self.outcome.addWidget(self.findings)
        right = in_column(self.controls, (self.outcome, 1), spacing=8)
        sides = in_row(self.choices, (right, 1), spacing=18)
        in_column(self.introduction, (sides, 1), on=self, margins=(16, 12, 16, 12), spacing=10)

    def _connect(self) -> None:
        self.panel.experiment_changed.connect(self._show_findings)
        self.panel.folder_changed.connect(self._on_folder_changed)
        self.panel.folder_refused.connect(self.controls.say)
        self.panel.goes_on.toggled.connect(self._on_goes_on)
        self.open_report.clicked.connect(self._on_open_report)
        self.open_folder.clicked.connect(self._on_open_folder)
        self.controls.starting.connect(self._on_starting)
        self.controls.started.connect(self._on_started)
        self.controls.changed.connect(self._refresh)
        self.controls.ended.connect(self._on_ended)
        self.controls.watch()

    # --- showing -------------------------------------------------------------------------------

    @Slot()
    def _refresh(self) -> None:
        """Show what can be done now."""
        self.panel.set_running(self._run.is_running)
        self.controls.refresh()
        folder = Path(self.panel.choice().folder)
        self.open_report.setEnabled(catalogue.report_path(folder) is not None)
        self.open_folder.setEnabled(os.path.isdir(folder))

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
    def _on_starting(self) -> None:
        self._run.goes_on_alone = self.panel.goes_on.isChecked()

    @Slot(bool)
    def _on_goes_on(self, is_on: bool) -> None:
        self._run.goes_on_alone = is_on

    @Slot(str)
    def _on_folder_changed(self, folder: str) -> None:
        """Look into another folder, where a run may go on already."""
        self._settings.study_folder = folder
        self.controls.say("")
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
        self._refresh()

    @Slot()
    def _on_ended(self) -> None:
        self._refresh()
        if self.isVisible():
            self.look()
