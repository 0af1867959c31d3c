"""The left side of the study page: which experiment, how large, into which folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFileDialog,
    QGridLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from nmrquanv.extras import how_to_get
from nmrquanv.gui import theme
from nmrquanv.gui.dialogs.questions import file_to_open
from nmrquanv.gui.layouts import in_column, in_row
from nmrquanv.gui.pages.page import explanation, heading
from nmrquanv.paths import name_problem, with_home
from nmrquanv.session.study_catalogue import TITLES, Effort, OfferedExperiment
from nmrquanv.session.study_run import StudyChoice
from nmrquanv.study import TIER_NAMES

WIDTH = 392
_TIER_WORDS = {
    "quick": ("&Quick", "to see that it works; proves nothing"),
    "standard": ("St&andard", "full size for the main claims"),
    "full": ("&Full", "full size and more seeds throughout"),
}
_NO_PLOTS = "The report will have no plots: they need matplotlib, which is not installed; {}."


class StudyChoicePanel(QWidget):
    """Choice of a study.

    Signals
    -------
    experiment_changed(), folder_changed(str)
    folder_refused(str)
        Why no folder can have the name that was typed.
    """

    experiment_changed = Signal()
    folder_changed = Signal(str)
    folder_refused = Signal(str)

    def __init__(self, folder: str, *, has_plots: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offers: Mapping[str, OfferedExperiment] = {}
        self._folder = folder
        self.experiments = QListWidget(self)
        self.question = explanation("", self, WIDTH)
        self.tiers = {tier: QRadioButton(_TIER_WORDS[tier][0], self) for tier in TIER_NAMES}
        self.efforts = {tier: explanation("", self, WIDTH - 110) for tier in TIER_NAMES}
        self.folder = QLineEdit(folder, self)
        self.browse = QPushButton("&Browse…", self)
        self.goes_on = QCheckBox("&Go on after the program is closed", self)
        self.warning = explanation(
            "" if has_plots else _NO_PLOTS.format(how_to_get("study")), self, WIDTH
        )
        self.setFixedWidth(WIDTH)
        self._build()
        self.experiments.currentRowChanged.connect(self._on_experiment)
        self.browse.clicked.connect(self._on_browse)
        self.folder.editingFinished.connect(self._on_folder_edited)
        self.apply_theme()
        self._refresh()

    @property
    def experiment(self) -> str:
        """Name of the chosen experiment."""
        return str(self.experiments.currentItem().data(Qt.ItemDataRole.UserRole))

    def choice(self) -> StudyChoice:
        """Return what is chosen."""
        tier = next(t for t, button in self.tiers.items() if button.isChecked())
        return StudyChoice(self.experiment, tier, self._folder)

    def show_choice(self, choice: StudyChoice) -> None:
        """Show what was chosen elsewhere."""
        names = list(TITLES)
        if choice.experiment in names:
            self.experiments.setCurrentRow(names.index(choice.experiment))
        if choice.tier in self.tiers:
            self.tiers[choice.tier].setChecked(True)
        self._folder = choice.folder
        self.folder.setText(choice.folder)

    def set_offers(self, offers: Mapping[str, OfferedExperiment]) -> None:
        """Take what the experiments ask and cost."""
        self._offers = offers
        self._refresh()

    def set_running(self, is_running: bool) -> None:
        """Hold the choice while a study runs; whether it goes on can always be said."""
        for field in (self.experiments, self.folder, self.browse, *self.tiers.values()):
            field.setEnabled(not is_running)

    def apply_theme(self) -> None:
        """Take the colours of the theme in use."""
        look = theme.current()
        for label in self.efforts.values():
            label.setStyleSheet(f"color: {look.muted}")
        self.warning.setStyleSheet(f"color: {look.warning}; font-weight: 600")
        self.experiments.setStyleSheet(
            f"QListWidget {{ border: 1px solid {look.line}; border-radius: 4px; }}"
            " QListWidget::item { padding: 5px 8px; }"
            f" QListWidget::item:selected {{ background: {look.accent}; color: {look.on_accent}; }}"
        )
        rows = self.experiments.count() * self.experiments.sizeHintForRow(0)
        self.experiments.setFixedHeight(rows + 2 * self.experiments.frameWidth() + 4)

    def _build(self) -> None:
        self.experiments.setAccessibleName("Experiment")
        for name, title in TITLES.items():
            QListWidgetItem(title, self.experiments).setData(Qt.ItemDataRole.UserRole, name)
        self.experiments.setCurrentRow(1)
        # its height is made for all rows
        self.experiments.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        label = heading("&Experiment", self)
        label.setBuddy(self.experiments)
        column = in_column(label, self.experiments, self.question, on=self, margins=0, spacing=6)
        column.addSpacing(4)
        column.addWidget(heading("Size", self))
        self._build_tiers(column)
        column.addSpacing(4)
        where = heading("&Output folder", self)
        where.setBuddy(self.folder)
        self.folder.setAccessibleName("Output folder")
        self.folder.setToolTip("Runs that are finished there are never repeated")
        row = in_row((self.folder, 1), self.browse)
        column.addWidget(where)
        column.addLayout(row)
        column.addWidget(self.goes_on)
        self.goes_on.setToolTip("The next time the program starts, this page finds the run again")
        column.addWidget(self.warning)
        column.addStretch(1)
        self.warning.setVisible(bool(self.warning.text()))

    def _build_tiers(self, column: QVBoxLayout) -> None:
        group, grid = QButtonGroup(self), QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, (tier, button) in enumerate(self.tiers.items()):
            group.addButton(button)
            grid.addWidget(button, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(self.efforts[tier], row, 1)
        column.addLayout(grid)
        self.tiers["quick"].setChecked(True)

    def _refresh(self) -> None:
        """Show question and efforts of the chosen experiment."""
        offer = self._offers.get(self.experiment)
        self.question.setText(offer.question if offer is not None else "")
        for tier, label in self.efforts.items():
            effort = offer.efforts.get(tier) if offer is not None else None
            label.setText(effort_text(tier, effort))
            self.tiers[tier].setAccessibleDescription(label.text())

    def _on_experiment(self, _row: int) -> None:
        self._refresh()
        self.experiment_changed.emit()

    def _on_browse(self) -> None:
        mode = QFileDialog.FileMode.Directory
        dialog = file_to_open(self, "Output folder", self._folder, mode)
        dialog.fileSelected.connect(self._on_folder_chosen)
        dialog.open()

    @Slot(str)
    def _on_folder_chosen(self, folder: str) -> None:
        self.folder.setText(folder)
        self._on_folder_edited()

    def _on_folder_edited(self) -> None:
        """Take another folder; an empty field takes the one before."""
        folder = self.folder.text().strip()
        folder = str(with_home(folder)) if folder else ""
        if not folder:
            self.folder.setText(self._folder)
        elif problem := name_problem(Path(folder)):
            self.folder.setText(self._folder)
            self.folder_refused.emit(problem)
        elif folder != self._folder:
            self._folder = folder
            self.folder_changed.emit(folder)


def effort_text(tier: str, effort: Effort | None) -> str:
    """Return how long a tier takes, and what it is for."""
    purpose = _TIER_WORDS[tier][1]
    if effort is None:
        return purpose
    if not effort.words:
        return f"all {effort.runs} runs are finished: only the report is written anew"
    some = f", {effort.finished} of {effort.runs} runs are finished" if effort.finished else ""
    return f"about {effort.words}{some}; {purpose}"
