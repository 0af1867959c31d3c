"""Many spectra at once, in a window of its own: a folder, what there is, a search of all.

The table shows what is below the folder before anything is searched, then what became of each;
a result opens onto its spectrum by a double click.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTableWidgetItem,
)

from nmrquanv.errors import NmrQuanvError
from nmrquanv.gui.dialogs.error_words import plain_words
from nmrquanv.gui.dialogs.questions import file_to_open
from nmrquanv.gui.find_controls import all_finders
from nmrquanv.gui.layouts import in_column, in_row
from nmrquanv.gui.marker_looks import finder_title
from nmrquanv.gui.pages.page import Page, explanation
from nmrquanv.gui.pages.recipe_choice import RecipeChoice
from nmrquanv.gui.panels.plain_table import PlainTable
from nmrquanv.paths import with_home
from nmrquanv.session.batch_search import BatchChoice, BatchSearch, Planned, look, usual_output
from nmrquanv.session.jobs import Job, Lane
from nmrquanv.session.settings import Settings

_INTRODUCTION = (
    "Finds peaks in every data set below a folder, each processed as it says itself, with the "
    "thresholds of the settings. Each gets a list (JSON), all of them a table (batch.csv). "
    "Stopped, or started again, it goes on with what is left."
)
_HEADS = ("Data set", "Nucleus", "Solvent", "Title", "State", "Peaks")
_NAME, _NUCLEUS, _SOLVENT, _TITLE, _STATE, _PEAKS = range(len(_HEADS))
_MOST_LETTERS, _TITLE_WIDTH = 200, 180


class BatchPage(Page):
    """Window of a batch.

    Signals
    -------
    open_wanted(str, str)
        A person wants a result (empty where there is none) and its spectrum in the main window.
    """

    open_wanted = Signal(str, str)

    def __init__(self, run: BatchSearch, settings: Settings) -> None:
        super().__init__("Many Spectra")
        self._run, self._settings = run, settings
        self._looks = Lane(is_newest_first=True, parent=self)
        self._rows: dict[tuple[str, str | None], int] = {}
        self._paths: dict[int, str] = {}
        self._results: dict[int, str] = {}
        self._choice: BatchChoice | None = None
        self.folder, self.output = QLineEdit(self), QLineEdit(self)
        self.choose_folder = QPushButton("&Folder…", self)
        self.choose_output = QPushButton("&Results…", self)
        self.finder, self.recipe = QComboBox(self), RecipeChoice(settings, self)
        self.start_button = QPushButton("&Start", self)
        self.stop_button = QPushButton("S&top", self)
        self.open_button = QPushButton("&Open", self)
        self.bar = QProgressBar(self)
        self.table = PlainTable(len(_HEADS), "Data sets and what was found", self)
        self.state = QLabel(self)
        self._build()
        self._connect()
        self._refresh()
        self.say("Choose a folder: what can be searched in it and below is listed first.")

    @property
    def is_running(self) -> bool:
        """Whether a batch is searched now."""
        return self._run.is_running

    def set_folder(self, folder: str) -> None:
        """Choose a folder; its results go beside it. What is below it is listed."""
        self.folder.setText(folder)
        self.output.setText(usual_output(folder))
        self.look()

    def look(self) -> None:
        """List what is below the folder, in the background."""
        folder, output = self.folder.text(), self.output.text()
        self._rows.clear()
        self._paths.clear()
        self._results.clear()
        self.table.setRowCount(0)
        job = Job(lambda report: look(folder, output, report))
        job.progressed.connect(lambda done, total, text: self.say(f"{text}: {done} of {total}"))
        job.succeeded.connect(self._show_planned)
        job.failed.connect(lambda error: self.say(plain_words(error)))
        job.cancelled.connect(self._refresh)
        self.say("Looking for data sets…")
        self._looks.submit(job)
        self._refresh()

    def shut_down(self) -> None:
        """End what is going on; called as the main window closes."""
        self._looks.cancel()
        self._run.shut_down()

    # --- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        for field, name in ((self.folder, "Folder that is searched"), (self.output, "Results")):
            field.editingFinished.connect(self._on_typed)
            field.setAccessibleName(name)
        self.choose_folder.setToolTip("Choose the folder whose data sets are searched")
        self.choose_output.setToolTip("Choose where the results go")
        self.finder.setAccessibleName("Finder")
        for finder in all_finders():
            self.finder.addItem(finder_title(finder), finder)
        self.open_button.setToolTip("Open the chosen result, or the spectrum (Enter)")
        self.bar.setAccessibleName("Progress of the batch")
        self.state.setAccessibleName("State of the batch")
        self.state.setWordWrap(True)
        self.table.setHorizontalHeaderLabels(list(_HEADS))
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_TITLE, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(_TITLE, _TITLE_WIDTH)
        header.setSectionResizeMode(_STATE, QHeaderView.ResizeMode.Stretch)
        header.setMaximumSectionSize(420)
        grid = QGridLayout()
        for row, (button, field) in enumerate(
            ((self.choose_folder, self.folder), (self.choose_output, self.output))
        ):
            grid.addWidget(button, row, 0)
            grid.addWidget(field, row, 1)
        top = explanation(_INTRODUCTION, self)
        in_column(top, grid, self._row(), (self.table, 1), self.state, on=self)

    def _row(self) -> QHBoxLayout:
        return in_row(
            self.finder,
            self.recipe,
            self.start_button,
            self.stop_button,
            self.open_button,
            (self.bar, 1),
            1,
        )

    def _connect(self) -> None:
        run = self._run
        self.choose_folder.clicked.connect(self._on_choose_folder)
        self.choose_output.clicked.connect(self._on_choose_output)
        self.start_button.clicked.connect(self._on_start)
        self.stop_button.clicked.connect(self._on_stop)
        self.open_button.clicked.connect(self._on_open)
        self.table.itemActivated.connect(lambda _item: self._on_open())
        self.table.itemSelectionChanged.connect(self._refresh)
        run.progressed.connect(self._on_progressed)
        run.spectrum_done.connect(self._on_spectrum_done)
        run.succeeded.connect(self._on_succeeded)
        run.failed.connect(self._on_failed)
        run.cancelled.connect(lambda: self._end("Stopped at once; what is done is recorded."))

    # --- what is shown -------------------------------------------------------------------------

    def say(self, text: str) -> None:
        """Show words in the line below."""
        self.state.setText(text)

    @Slot()
    def _refresh(self) -> None:
        is_running = self._run.is_running
        self.start_button.setEnabled(bool(self._rows) and not is_running)
        self.stop_button.setEnabled(is_running)
        self.open_button.setEnabled(len(self.table.rows_chosen()) == 1)
        for widget in (self.choose_folder, self.folder, self.finder, self.recipe):
            widget.setEnabled(not is_running)
        for widget in (self.choose_output, self.output):
            widget.setEnabled(not is_running and bool(self.folder.text()))
        self.bar.setVisible(is_running)

    @Slot(object)
    def _show_planned(self, planned: tuple[Planned, ...]) -> None:
        """List what will be searched, and what cannot be opened and why."""
        self.table.setRowCount(len(planned))
        for row, one in enumerate(planned):
            known, task = one.known, one.task
            state = f"cannot be opened: {known.problem}" if known.problem else "ready"
            texts = (task.name, known.sample.nucleus, known.sample.solvent, known.sample.title)
            for column, text in enumerate((*texts, state, "")):
                self._put(row, column, text)
            self._paths[row], self._rows[task.path, task.source] = task.path, row
        broken = sum(bool(one.known.problem) for one in planned)
        self.say(f"{len(planned)} spectra" + (f", {broken} cannot be opened" if broken else ""))
        self._refresh()

    def _put(self, row: int, column: int, text: str) -> None:
        item = QTableWidgetItem(text[:_MOST_LETTERS])
        item.setToolTip(text)
        if column == _PEAKS:
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.table.setItem(row, column, item)

    # --- what the buttons do -------------------------------------------------------------------

    def _on_choose_folder(self) -> None:
        self._ask("Folder with data sets", self.set_folder)

    def _on_choose_output(self) -> None:
        self._ask("Folder for the results", self._set_output)

    def _set_output(self, folder: str) -> None:
        self.output.setText(folder)
        self.look()

    def _on_typed(self) -> None:
        for field, take in ((self.folder, self.set_folder), (self.output, self._set_output)):
            if field.isModified() and (text := field.text().strip()):
                take(str(with_home(text).absolute()))

    def _ask(self, title: str, take: Any) -> None:
        mode = QFileDialog.FileMode.Directory
        dialog = file_to_open(self, title, self._settings.last_folder, mode)
        dialog.fileSelected.connect(take)
        dialog.open()

    def _on_start(self) -> None:
        places, finder = (self.folder.text(), self.output.text()), self.finder.currentData()
        self._choice = BatchChoice(*places, str(finder), self.recipe.path())
        try:
            self._run.start(self._choice)
        except NmrQuanvError as error:
            self.say(plain_words(error))
            return
        self.bar.setRange(0, 0)
        self.say("Starting…")
        self._refresh()

    def _on_stop(self) -> None:
        self._run.stop()
        self.say("Stopping after the spectra that it is at; press again to stop at once.")

    def _on_open(self) -> None:
        """Open the result of the chosen row, or its spectrum where there is none."""
        rows = self.table.rows_chosen()
        if len(rows) == 1:
            self.open_wanted.emit(self._results.get(rows[0], ""), self._paths[rows[0]])

    # --- what the batch says -------------------------------------------------------------------

    @Slot(int, int, str)
    def _on_progressed(self, done: int, total: int, text: str) -> None:
        self.bar.setRange(0, max(total, 1))
        self.bar.setValue(done)
        self.say(text)

    @Slot(dict)
    def _on_spectrum_done(self, event: dict[str, Any]) -> None:
        row = self._rows.get((str(event.get("path")), event.get("source")))
        if row is None or self._choice is None:
            return
        message, outputs = str(event.get("message") or ""), event.get("outputs") or ()
        message = message.removeprefix(str(event.get("path"))).lstrip("/\\: ")
        self._put(row, _STATE, f"failed: {message}" if message else "done")
        self._put(row, _PEAKS, "" if event.get("peaks") is None else str(event["peaks"]))
        if outputs:
            self._results[row] = str(Path(self._choice.output, str(outputs[0])))
        self.table.scrollTo(self.table.model().index(row, _NAME))

    @Slot(dict)
    def _on_succeeded(self, event: dict[str, Any]) -> None:
        told = f"{_spectra(int(event.get('done', 0)))} done, {event.get('failed', 0)} failed"
        if event.get("known"):
            told += f", {event['known']} of them by an earlier run"
        if event.get("left"):
            told += f"; {event['left']} are left: Start goes on with them"
        self._end(f"{told}. Table: {event.get('path', '')}")

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._end(plain_words(error))

    def _end(self, text: str) -> None:
        self.say(text)
        self._refresh()


def _spectra(number: int) -> str:
    return "1 spectrum" if number == 1 else f"{number} spectra"
