"""Study page: choose an experiment, start it in the background, watch it, see what came out.

The run belongs to :class:`~nmrquanv.session.study_run.StudyRun`; the page may be closed while it
goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from nmrquanv.errors import NmrQuanvError
from nmrquanv.gui import theme
from nmrquanv.gui.pages.page import Page, explanation, heading
from nmrquanv.gui.pages.study_figures import StudyFigures
from nmrquanv.session import study_catalogue as catalogue
from nmrquanv.session.jobs import Job, Lane
from nmrquanv.session.settings import Settings
from nmrquanv.session.study_run import TIERS, StudyChoice, StudyRun

_LEFT_WIDTH = 392
_TIER_WORDS = {
    "quick": ("&Quick", "to see that it works; too short to prove anything"),
    "standard": ("St&andard", "full size for the main claims"),
    "full": ("&Full", "full size and more seeds throughout"),
}
_INTRODUCTION = (
    "Does a quantum network find peaks better? Each experiment trains and tests networks on this "
    "computer and writes a report that sets what is measured beside what the paper's authors say."
)
_NO_PLOTS = (
    "The report's plots need matplotlib, which is not installed. Install it with "
    "pip install 'nmrquanv[study]' and start the program again."
)
_NOTHING_YET = "The plots of the report appear here once an experiment has finished."


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
        self._has_plots = has_plots
        self._offers: dict[str, catalogue.Offer] = {}
        self._looks = Lane(is_newest_first=True, parent=self)
        self.experiments = QListWidget(self)
        self.question = explanation("", self, _LEFT_WIDTH - 20)
        self.tiers = {tier: QRadioButton(_TIER_WORDS[tier][0], self) for tier in TIERS}
        self.efforts = {tier: explanation("", self, _LEFT_WIDTH - 60) for tier in TIERS}
        self.folder = QLineEdit(settings.study_folder, self)
        self.browse = QPushButton("&Browse…", self)
        self.goes_on = QCheckBox("&Go on after the program is closed", self)
        self.start_button = QPushButton("&Start", self)
        self.stop_button = QPushButton("S&top", self)
        self.bar = QProgressBar(self)
        self.state = explanation("", self, 300)
        self.figures = StudyFigures(self)
        self.nothing = explanation(_NOTHING_YET, self, 300)
        self.open_report = QPushButton("Open &Report", self)
        self.open_folder = QPushButton("Open Fol&der", self)
        self.warning = explanation("" if has_plots else _NO_PLOTS, self, _LEFT_WIDTH - 20)
        self._build()
        self._connect()
        self.apply_theme()
        self._refresh()

    def choice(self) -> StudyChoice:
        """Return what would be started."""
        tier = next(t for t, button in self.tiers.items() if button.isChecked())
        return StudyChoice(self._experiment(), tier, self.folder.text().strip())

    def look(self) -> None:
        """Learn what the experiments cost, and show the report that the folder has."""
        folder = Path(self.folder.text().strip() or self._settings.study_folder)

        def learn(_report: object) -> tuple[Any, ...]:
            report = catalogue.report_path(folder)
            drawings = catalogue.figures(report) if report is not None else ()
            return catalogue.offers(folder), report, drawings

        job = Job(learn)
        job.succeeded.connect(self._show_learnt)
        job.failed.connect(lambda error: self._say(str(error)))
        self._looks.submit(job)

    def showEvent(self, event) -> None:  # noqa: ANN001
        """Show the present state whenever the page appears."""
        super().showEvent(event)
        self.look()

    def closeEvent(self, event) -> None:  # noqa: ANN001
        """Close; the run goes on."""
        self._looks.cancel()
        super().closeEvent(event)

    def apply_theme(self) -> None:
        """Take the colours of the theme in use."""
        if not hasattr(self, "warning"):
            return
        look = theme.current()
        for label in (self.introduction, self.nothing, *self.efforts.values()):
            label.setStyleSheet(f"color: {look.muted}")
        self.warning.setStyleSheet(f"color: {look.warning}; font-weight: 600")
        self.start_button.setStyleSheet(
            f"QPushButton:enabled {{ background: {look.accent}; color: {look.on_accent};"
            f" border: 1px solid {look.accent}; border-radius: 4px; padding: 5px 22px;"
            " font-weight: 600; }"
            f" QPushButton:enabled:hover, QPushButton:enabled:focus {{"
            f" background: {theme.mixed(look.text, look.accent, 0.15)}; }}"
        )

    # --- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        self.introduction = explanation(_INTRODUCTION, self)
        sides = QHBoxLayout()
        sides.setSpacing(18)
        left = QWidget(self)
        left.setFixedWidth(_LEFT_WIDTH)
        self._build_choice(QVBoxLayout(left))
        sides.addWidget(left)
        right = QVBoxLayout()
        self._build_outcome(right)
        sides.addLayout(right, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(10)
        layout.addWidget(self.introduction)
        layout.addLayout(sides, 1)

    def _build_choice(self, column: QVBoxLayout) -> None:
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.experiments.setAccessibleName("Experiment")
        for name, title in catalogue.TITLES.items():
            item = QListWidgetItem(title, self.experiments)
            item.setData(Qt.ItemDataRole.UserRole, name)
        self.experiments.setCurrentRow(1)
        label = heading("&Experiment", self)
        label.setBuddy(self.experiments)
        column.addWidget(label)
        column.addWidget(self.experiments, 1)
        column.addWidget(self.question)
        column.addSpacing(4)
        column.addWidget(heading("Size", self))
        group = QButtonGroup(self)
        for tier, button in self.tiers.items():
            group.addButton(button)
            row = QHBoxLayout()
            row.setSpacing(8)
            button.setMinimumWidth(86)
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(self.efforts[tier], 1)
            column.addLayout(row)
        self.tiers["quick"].setChecked(True)
        column.addSpacing(4)
        where = heading("&Output folder", self)
        where.setBuddy(self.folder)
        self.folder.setAccessibleName("Output folder")
        self.folder.setToolTip("Runs that are finished there are never repeated")
        row = QHBoxLayout()
        row.addWidget(self.folder, 1)
        row.addWidget(self.browse)
        column.addWidget(where)
        column.addLayout(row)
        column.addWidget(self.goes_on)
        self.goes_on.setToolTip("The next time the program starts, this page finds the run again")
        column.addWidget(self.warning)
        self.warning.setVisible(bool(self.warning.text()))

    def _build_outcome(self, column: QVBoxLayout) -> None:
        column.setSpacing(8)
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
        column.addLayout(row)
        column.addWidget(self.state)
        self.pages = QStackedWidget(self)
        empty = QWidget(self)
        inside = QVBoxLayout(empty)
        inside.addWidget(self.nothing, 0, Qt.AlignmentFlag.AlignCenter)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.pages.addWidget(empty)
        self.pages.addWidget(self.figures)
        column.addWidget(self.pages, 1)
        for button in (self.start_button, self.stop_button, self.open_report, self.open_folder):
            button.setAutoDefault(True)

    def _connect(self) -> None:
        run = self._run
        self.experiments.currentRowChanged.connect(self._refresh)
        self.browse.clicked.connect(self._on_browse)
        self.folder.editingFinished.connect(self._on_folder_edited)
        self.goes_on.toggled.connect(self._on_goes_on)
        self.start_button.clicked.connect(self._on_start)
        self.stop_button.clicked.connect(self._on_stop)
        self.open_report.clicked.connect(self._on_open_report)
        self.open_folder.clicked.connect(
            lambda: self._open_url(QUrl.fromLocalFile(self.folder.text()))
        )
        run.started.connect(self._on_started)
        run.progressed.connect(self._on_progressed)
        run.event_received.connect(self._on_event)
        run.succeeded.connect(self._on_succeeded)
        run.failed.connect(self._on_failed)
        run.cancelled.connect(self._on_cancelled)
        if run.is_running and run.choice is not None:
            self._on_started(run.choice)

    # --- showing -------------------------------------------------------------------------------

    def _experiment(self) -> str:
        item = self.experiments.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole))

    @Slot()
    def _refresh(self, *_: object) -> None:
        """Show what is chosen and what can be done."""
        is_running = self._run.is_running
        offer = self._offers.get(self._experiment())
        self.question.setText(offer.question if offer is not None else "")
        for tier, label in self.efforts.items():
            effort = offer.efforts.get(tier) if offer is not None else None
            label.setText(_effort_text(tier, effort))
        for field in (self.experiments, self.folder, self.browse, *self.tiers.values()):
            field.setEnabled(not is_running)
        self.start_button.setVisible(not is_running)
        self.start_button.setEnabled(self._has_plots and bool(self.folder.text().strip()))
        self.stop_button.setVisible(is_running)
        self.stop_button.setText("End at &Once" if self._run.is_stopping else "S&top")
        self.bar.setVisible(is_running)
        folder = Path(self.folder.text().strip() or ".")
        self.open_report.setEnabled(catalogue.report_path(folder) is not None)
        self.open_folder.setEnabled(folder.is_dir())

    def _say(self, text: str) -> None:
        self.state.setText(text)

    @Slot(object)
    def _show_learnt(self, learnt: tuple[Any, ...]) -> None:
        self._offers, _, drawings = learnt
        self.figures.set_figures(drawings)
        self.pages.setCurrentIndex(1 if self.figures.figures else 0)
        self._refresh()

    # --- what the user does --------------------------------------------------------------------

    @Slot()
    def _on_start(self) -> None:
        choice = self.choice()
        self._settings.study_folder = choice.folder
        self._run.goes_on_alone = self.goes_on.isChecked()
        try:
            self._run.start(choice)
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

    @Slot()
    def _on_browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Output folder", self.folder.text())
        if chosen:
            self.folder.setText(chosen)
            self._on_folder_edited()

    @Slot()
    def _on_folder_edited(self) -> None:
        """Look into another folder, where a run may go on already."""
        folder = self.folder.text().strip()
        if folder and not self._run.is_running and folder != self._settings.study_folder:
            self._settings.study_folder = folder
            self._run.find(folder)
            self.look()
        self._refresh()

    @Slot()
    def _on_open_report(self) -> None:
        report = catalogue.report_path(Path(self.folder.text()))
        if report is not None:
            self._open_url(QUrl.fromLocalFile(str(report)))

    # --- what the run tells --------------------------------------------------------------------

    @Slot(object)
    def _on_started(self, choice: StudyChoice) -> None:
        """Show what runs, also when a window before started it."""
        names = list(catalogue.TITLES)
        if choice.experiment in names:
            self.experiments.setCurrentRow(names.index(choice.experiment))
        if choice.tier in self.tiers:
            self.tiers[choice.tier].setChecked(True)
        self.folder.setText(choice.folder)
        self.goes_on.setChecked(self._run.goes_on_alone)
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
        if event.get("event") == "failed":
            self._say(f"A run failed: {event.get('message', '')}")

    @Slot(dict)
    def _on_succeeded(self, event: dict[str, Any]) -> None:
        is_stopped = bool(event.get("stopped"))
        self._end(
            "Stopped. What is finished is kept: start again to go on from there."
            if is_stopped
            else "Finished. The report is ready."
        )

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._end(f"It failed: {error}")

    @Slot()
    def _on_cancelled(self) -> None:
        self._end("Ended at once. Finished runs are kept: start again to go on from there.")

    def _end(self, text: str) -> None:
        self._say(text)
        self._refresh()
        if self.isVisible():
            self.look()


def _effort_text(tier: str, effort: catalogue.Effort | None) -> str:
    """Return how long a tier takes, and what it is for."""
    purpose = _TIER_WORDS[tier][1]
    if effort is None:
        return purpose
    if not effort.words:
        return f"all {effort.runs} runs are finished: only the report is written anew"
    some = f", {effort.finished} of {effort.runs} runs are finished" if effort.finished else ""
    return f"about {effort.words}{some}; {purpose}"
