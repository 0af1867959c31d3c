"""How the user opens data: dialogs, dropped and recent files, and what may fail."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from nmrquanv.errors import FormatError
from nmrquanv.gui.actions import Slots
from nmrquanv.gui.dialogs.choose_data_set import ChooseDataSetDialog
from nmrquanv.gui.dialogs.error import show_error
from nmrquanv.gui.dialogs.questions import file_to_open
from nmrquanv.gui.example_spectra import examples
from nmrquanv.gui.list_opening import ListOpening, is_list_alone, may_be_own_list
from nmrquanv.models.model_files import ENDING as MODEL_ENDING
from nmrquanv.session.document import Document
from nmrquanv.session.requests import Request, document_name
from nmrquanv.session.settings import Settings
from nmrquanv.session.workspace import Workspace

if TYPE_CHECKING:
    from nmrquanv.gui.dialogs.text_import import TextImportDialog
    from nmrquanv.io.summaries import DataSetSummary
    from nmrquanv.io.text_guess import Guess


_ALL = "All files (*)"


class Opening(QObject):
    """Asks what to open and tells the workspace; shows what could not be opened.

    Signals
    -------
    peaks_wanted(Guess, TextForm, float or None)
        A text is a peak list: how it looks and is read, and its MHz.
    model_given(str)
        A model file was opened; models are no spectra.
    list_given(str)
        Another program's peak list was opened; it goes onto the spectrum that is shown.
    """

    peaks_wanted = Signal(object, object, object)
    model_given = Signal(str)
    list_given = Signal(str)

    def __init__(self, workspace: Workspace, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._workspace, self._settings, self._window = workspace, settings, window
        self.lists = ListOpening(workspace, window, self)
        workspace.choice_needed.connect(self._on_choice_needed)
        workspace.open_failed.connect(self._on_open_failed)
        workspace.rereading.failed.connect(self._on_reread_failed)
        workspace.text_doubtful.connect(self._on_text_doubtful)
        self._texts: deque[Guess] = deque()
        self._text_dialog: TextImportDialog | None = None

    def open_paths(self, paths: Iterable[str], like: Request | None = None) -> None:
        """Open files and folders, one document each; peak lists of ours onto their spectrum.

        Parameters
        ----------
        paths : iterable of str
        like : Request or None
            What is said of texts among them; None asks where they leave doubts.
        """
        for path in paths:
            self._settings.last_folder = str(Path(path).parent)
            if Path(path).suffix.lower() == MODEL_ENDING:
                self.model_given.emit(path)
            elif like is None and may_be_own_list(path):
                self.lists.open(path)
            elif is_list_alone(path):
                self._give_list(path)
            else:
                request = Request(path, asks=True) if like is None else replace(like, path=path)
                self._workspace.open_request(request)

    def _give_list(self, path: str) -> None:
        if self._workspace.current is not None:
            self.list_given.emit(path)
            return
        told = f"'{path}': such files are peak lists: open the spectrum first, then its list"
        self._on_open_failed(path, FormatError(told))

    @Slot(str, str)
    def open_result(self, result: str, spectrum: str) -> None:
        """Open a list of a batch onto its spectrum; the spectrum alone where there is no list."""
        if result:
            self.lists.open(result, spectrum)
        else:
            self.open_paths((spectrum,))

    def slots(self) -> Slots:
        """Return what its actions do."""
        return {
            "open_file": self.ask_file,
            "open_folder": self.ask_folder,
            "open_synthetic": self.ask_synthetic,
            "import_text": self.ask_text,
        }

    @Slot()
    def ask_file(self) -> None:
        """Let the user choose files."""
        from nmrquanv.io.format_files import patterns

        kinds = (f"Spectra and documents ({patterns()} *{MODEL_ENDING})", _ALL)
        self._ask(QFileDialog.FileMode.ExistingFiles, "Open a spectrum", kinds)

    @Slot()
    def ask_text(self) -> None:
        """Let the user choose files that are read as texts, whatever they look like."""
        mode = QFileDialog.FileMode.ExistingFiles
        kinds = ("Texts (*.csv *.txt *.tsv *.asc *.dat *.xy)", _ALL)
        self._ask(mode, "Import a text of columns", kinds, self.look_at_texts)

    def look_at_texts(self, paths: Iterable[str]) -> None:
        """Look at files as texts and show how they look."""
        from nmrquanv.session.text_trial import look_at

        for path in paths:
            self._settings.last_folder = str(Path(path).parent)
            job = look_at(path)
            job.succeeded.connect(lambda looks, p=path: self._on_text_doubtful(p, looks))
            job.failed.connect(lambda error, p=path: self._on_open_failed(p, error))
            job.start()

    @Slot()
    def ask_folder(self) -> None:
        """Let the user choose a folder."""
        self._ask(QFileDialog.FileMode.Directory, "Open a Bruker or Varian/Agilent folder")

    def ask_synthetic(self) -> None:
        """Let the user choose kind and seed of a synthetic spectrum."""
        from nmrquanv.gui.dialogs.synthetic import SyntheticDialog

        dialog = SyntheticDialog(self._window)
        dialog.accepted.connect(
            lambda: self._workspace.open_synthetic(dialog.chosen_seed(), dialog.chosen_kind())
        )
        dialog.open()

    def fill_recent(self, menu: QMenu) -> None:
        """Write the recent files into a menu."""
        menu.clear()
        recent = self._settings.recent_files
        for path in recent:
            action = menu.addAction(document_name(path).replace("&", "&&"))
            action.setToolTip(path)
            action.triggered.connect(lambda _=False, p=path: self.open_paths((p,)))
        if recent:
            menu.addSeparator()
            menu.addAction("Clear the List").triggered.connect(self._settings.clear_recent_files)
        else:
            menu.addAction("No recent files").setEnabled(False)

    def fill_examples(self, menu: QMenu) -> None:
        """Write the bundled spectra into a menu."""
        for example in examples():
            action = menu.addAction(f"{example.title}   ({example.facts})")
            action.setToolTip(example.description)
            action.triggered.connect(lambda _=False, p=example.path: self._workspace.open(p))

    def _ask(
        self,
        mode: QFileDialog.FileMode,
        title: str,
        kinds: tuple[str, ...] = (),
        take: Callable[[list[str]], None] | None = None,
    ) -> None:
        dialog = file_to_open(self._window, title, self._settings.last_folder, mode, kinds)
        dialog.filesSelected.connect(take or (lambda paths: self.open_paths(paths)))
        dialog.open()

    @Slot(str, object, object)
    def _on_choice_needed(
        self, path: str, choices: tuple[str, ...], summaries: tuple[DataSetSummary, ...]
    ) -> None:
        dialog = ChooseDataSetDialog(path, choices, summaries, self._window)
        dialog.accepted.connect(lambda: self.open_paths(dialog.chosen()))
        dialog.open()

    @Slot(str, object)
    def _on_open_failed(self, path: str, error: Exception) -> None:
        if isinstance(error, FormatError) and is_gone(Path(path)):
            self._settings.remove_recent_file(path)
        show_error(f"'{document_name(path)}' could not be opened", error, self._window)

    @Slot(object, object)
    def _on_reread_failed(self, document: Document, error: Exception) -> None:
        show_error(f"'{document.name}' could not be read from there", error, self._window)

    @Slot(str, object)
    def _on_text_doubtful(self, path: str, looks: Guess | None) -> None:
        """Ask how texts are read, one after the other."""
        if looks is None:
            told = FormatError(f"{path}: is a folder: choose a text file")
            self._on_open_failed(path, told)
            return
        self._texts.append(looks)
        self._show_next_text()

    def _show_next_text(self) -> None:
        if self._text_dialog is not None or not self._texts:
            return
        from nmrquanv.gui.dialogs.text_import import TextImportDialog
        from nmrquanv.session.text_trial import TextTrial

        looks, document = self._texts.popleft(), self._workspace.current
        trial = TextTrial(looks, self._settings)
        dialog = TextImportDialog(trial, can_import=document is not None, parent=self._window)
        self._text_dialog = dialog
        dialog.accepted.connect(self._on_text_accepted)
        dialog.peaks_wanted.connect(self._on_peaks_wanted)
        dialog.finished.connect(self._on_text_finished)
        dialog.open()

    @Slot()
    def _on_text_accepted(self) -> None:
        if (dialog := self._text_dialog) is not None:
            nucleus, form = dialog.chosen_nucleus(), dialog.form()
            request = Request(dialog.path, None, dialog.sf_mhz(), nucleus, text=form)
            self._workspace.open_request(request)

    @Slot()
    def _on_peaks_wanted(self) -> None:
        if (dialog := self._text_dialog) is not None:
            self.peaks_wanted.emit(dialog.looks, dialog.form(), dialog.sf_mhz())

    @Slot()
    def _on_text_finished(self) -> None:
        self._text_dialog = None
        self._show_next_text()


def is_gone(path: Path) -> bool:
    """Tell whether there is nothing at a path, not even an archive that it leads into."""
    return not path.exists() and not any(parent.is_file() for parent in path.parents)
