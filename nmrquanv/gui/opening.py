"""How the user opens data: dialogs, dropped and recent files, examples, and what may fail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QObject, Qt, Slot
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from nmrquanv.errors import FormatError
from nmrquanv.guarded import read_json
from nmrquanv.gui.dialogs.choose_data_set import ChooseDataSetDialog
from nmrquanv.gui.dialogs.error import show_error
from nmrquanv.gui.dialogs.text_import import TextImportDialog
from nmrquanv.gui.list_opening import ListOpening
from nmrquanv.gui.plot.axes import nucleus_text
from nmrquanv.io.summaries import Summary
from nmrquanv.numbers import fixed
from nmrquanv.paths import resource
from nmrquanv.session.document import Document
from nmrquanv.session.own_lists import may_be_own_list
from nmrquanv.session.requests import document_name
from nmrquanv.session.settings import Settings
from nmrquanv.session.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Example:
    """A bundled real spectrum."""

    path: str
    title: str
    facts: str
    description: str


def examples() -> tuple[Example, ...]:
    """Return the bundled spectra in the order in which they are offered."""
    folder = resource("example_spectra")
    rows = read_json(folder / "examples.json", dict[str, Any])["examples"]
    return tuple(
        Example(
            str(folder / row["path"]),
            row["title"],
            f"{nucleus_text(row['nucleus'])} · {fixed(row['sf_mhz'], 0)} MHz · {row['solvent']}",
            row["description"],
        )
        for row in rows
    )


def dropped_paths(data: QMimeData) -> tuple[str, ...]:
    """Return the local files and folders of something that is dragged."""
    return tuple(url.toLocalFile() for url in data.urls() if url.isLocalFile())


class Opening(QObject):
    """Asks what to open and tells the workspace; shows what could not be opened."""

    def __init__(self, workspace: Workspace, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._workspace, self._settings, self._window = workspace, settings, window
        self.lists = ListOpening(workspace, window, self)
        workspace.choice_needed.connect(self._on_choice_needed)
        workspace.open_failed.connect(self._on_open_failed)
        workspace.rereading.failed.connect(self._on_reread_failed)
        workspace.opened.connect(self._on_opened)

    def open_paths(self, paths: Iterable[str]) -> None:
        """Open files and folders, one document each; peak lists of ours onto their spectrum."""
        for path in paths:
            self._settings.last_folder = str(Path(path).parent)
            opens = self.lists.open if may_be_own_list(path) else self._workspace.open
            opens(path)

    @Slot()
    def ask_file(self) -> None:
        """Let the user choose files."""
        self._ask(QFileDialog.FileMode.ExistingFiles, "Open a spectrum")

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

    def _ask(self, mode: QFileDialog.FileMode, title: str) -> None:
        dialog = QFileDialog(self._window, title, self._settings.last_folder)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(mode)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly, mode == QFileDialog.FileMode.Directory)
        dialog.filesSelected.connect(self.open_paths)
        dialog.open()

    @Slot(str, object, object)
    def _on_choice_needed(
        self, path: str, choices: tuple[str, ...], summaries: tuple[Summary, ...]
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

    @Slot(object)
    def _on_opened(self, document: Document) -> None:
        """Ask for what a text file does not say."""
        source = document.dataset.source
        if source.kind != "text" or document.has_hz or document.file is not None:
            return
        dialog = TextImportDialog(Path(source.path), self._window)
        dialog.accepted.connect(
            lambda: self._workspace.rereading.reread(
                document, sf_mhz=dialog.sf_mhz(), nucleus=dialog.chosen_nucleus()
            )
        )
        dialog.open()


def is_gone(path: Path) -> bool:
    """Tell whether there is nothing at a path, not even an archive that it leads into."""
    return not path.exists() and not any(parent.is_file() for parent in path.parents)
