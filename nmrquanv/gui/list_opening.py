"""Peak lists of our own, opened: onto their spectrum, which is looked for and then asked for."""

from __future__ import annotations

import logging
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from nmrquanv.errors import NmrQuanvError
from nmrquanv.gui.dialogs.error import show_error
from nmrquanv.gui.dialogs.questions import Role, ask, file_to_open, show_question, where_answers
from nmrquanv.numbers import counted
from nmrquanv.session.document import Document
from nmrquanv.session.jobs import Job
from nmrquanv.session.requests import Request
from nmrquanv.session.state_changes import has_own_work
from nmrquanv.session.workspace import Workspace

if TYPE_CHECKING:
    from nmrquanv.session.importing import Imported
    from nmrquanv.session.own_lists import OwnList

_log = logging.getLogger(__name__)


class ListOpening(QObject):
    """Opens a list where it is one of ours; anything else goes on to the workspace.

    Signals
    -------
    said(str)
        What became of a list, in words.
    """

    said = Signal(str)

    def __init__(self, workspace: Workspace, window: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace, self._window = workspace, window
        self._waiting: dict[str, OwnList] = {}
        self.question: QDialog | None = None
        workspace.opened.connect(self._on_opened)
        workspace.open_failed.connect(self._forget)
        workspace.choice_needed.connect(self._forget)
        workspace.open_cancelled.connect(self._forget)

    def open(self, path: str, spectrum: str = "") -> None:
        """Open a file that may be a list of ours, by its name.

        Parameters
        ----------
        path : str
        spectrum : str
            Where its spectrum lies, if a person has said so; else it is looked for and asked for.
        """
        from nmrquanv.session.own_lists import own_list

        def read(listed: OwnList | None) -> list[Document]:
            if listed is None:
                self._workspace.open_request(Request(path, asks=True))
            else:
                self._on_read(listed, spectrum)
            return []  # what is opened for it comes by itself

        self._workspace.open_by(path, lambda _report: own_list(Path(path)), read, is_recent=False)

    def _on_read(self, listed: OwnList, spectrum: str) -> None:
        current = self._workspace.current
        of = [d for d in self._workspace.documents if listed.is_of(d)]
        if of:
            document = current if current in of else of[0]
            self._workspace.set_current(document)
            self._lay(document, listed)
        elif spectrum or listed.beside:
            self._open_spectrum(listed, spectrum or listed.beside)
        else:
            self._ask(listed)

    # --- finding the spectrum ------------------------------------------------------------------

    def _open_spectrum(self, listed: OwnList, path: str) -> None:
        facts, path = listed.export.spectrum, os.path.abspath(path)
        self._waiting[path] = listed
        is_text = facts.source == "text"
        self._workspace.open(
            path,
            None if is_text else facts.source,
            facts.sf_mhz if is_text else None,
            facts.nucleus if is_text else None,
        )

    @Slot(object)
    def _on_opened(self, document: Document) -> None:
        listed = self._waiting.pop(os.path.abspath(document.dataset.source.path), None)
        if listed is None:
            self._look_for_held(document)
            return
        recipe = listed.recipe()
        if not listed.is_of(document) or recipe is None or recipe == document.recipe:
            self._lay(document, listed, is_fresh=True)
            return
        # the list was made on the spectrum as it was processed then
        once = Qt.ConnectionType.SingleShotConnection
        processing = document.processing
        processing.succeeded.connect(lambda: self._lay(document, listed, is_fresh=True), once)
        processing.failed.connect(lambda _: self._lay(document, listed), once)
        document.reprocess.set_recipe(recipe)

    def _look_for_held(self, document: Document) -> None:
        """Lay the peaks that a spectrum's own file holds over it, read in the background."""
        path, data = Path(document.dataset.source.path), document.spectrum
        if len(document.dataset.sources) > 1 or not may_hold_peaks(path) or document.layers:
            return
        from nmrquanv.session.importing import held_peaks

        job = Job(lambda _report: held_peaks(path, data))

        def lay(found: Imported | None) -> None:
            is_same = not document.is_closed and document.spectrum is data
            if found is not None and is_same and not document.layers:
                document.edit.import_layer(found.name, found.peaks)
                self.said.emit(f"{path.name} holds {counted(len(found.peaks), 'peak')} as well")

        job.succeeded.connect(lay)
        job.failed.connect(lambda error: _log.warning("peaks in %s: %s", path.name, error))
        job.start()

    @Slot(str)
    def _forget(self, path: str, *_: object) -> None:
        self._waiting.pop(os.path.abspath(path), None)

    def _ask(self, listed: OwnList) -> None:
        """Ask where the spectrum is; nothing is looked at before that."""
        facts, current = listed.export.spectrum, self._workspace.current
        told = facts.path or "a spectrum that the list does not tell"
        words = (
            f"Where is the spectrum of '{listed.path.name}'?",
            f"Its {len(listed.export.peaks)} peaks were found in:\n{told}",
        )
        look = partial(self._open_spectrum, listed, facts.path) if facts.path is not None else None
        answers = where_answers(look, partial(self._choose, listed))
        if current is not None:
            name = current.name.replace("&", "&&")
            lay = partial(self._lay, current, listed)
            answers = (*answers, (f"Lay over '{name}'", Role.ActionRole, lay))
        ask(self, self._window, words, answers)

    def _choose(self, listed: OwnList, mode: QFileDialog.FileMode) -> None:
        folder = str(listed.path.parent)
        dialog = file_to_open(self._window, "Find the Spectrum", folder, mode)
        dialog.fileSelected.connect(lambda path: self._open_spectrum(listed, path))
        show_question(self, dialog)

    # --- laying the list onto it ---------------------------------------------------------------

    def _lay(self, document: Document, listed: OwnList, *, is_fresh: bool = False) -> None:
        """Put a list onto a document: as it was if nobody has worked on it, else as a layer."""
        if document.is_closed:
            return
        name, recipe = listed.path.name, listed.recipe()
        is_same = listed.is_of(document) and recipe in (None, document.recipe)
        if is_same and (is_fresh or not has_own_work(document.state)):
            from nmrquanv.session.own_lists import with_own_list

            document.push("Open Peak List", with_own_list(document.state, listed))
            how = f"{name}: {len(listed.export.peaks)} peaks as they were exported"
            self.said.emit("; ".join((how, *listed.export.spectrum.notes)))
            return
        by_ppm = 0.0
        if listed.is_of(document) and recipe is not None:
            by_ppm = document.recipe.shift_ppm - recipe.shift_ppm
        from nmrquanv.session.importing import layer_in

        try:
            found = layer_in(document.spectrum, listed.export, listed.path, by_ppm)
        except NmrQuanvError as error:
            show_error(f"'{name}' could not be opened", error, self._window)
            return
        document.edit.import_layer(found.name, found.peaks)
        told = [f"{found.name} is a layer of {counted(len(found.peaks), 'peak')} now"]
        if not listed.is_of(document):
            told.append("they come from another spectrum")
        if found.left_out:
            told.append(f"{found.left_out} lie outside the spectrum")
        self.said.emit("; ".join((*told, *found.notes)))


def may_be_own_list(path: str) -> bool:
    """Tell by its name alone whether a file may be a list of ours."""
    return Path(path).suffix.lower() in (".json", ".csv")


def may_hold_peaks(path: Path) -> bool:
    """Tell whether a spectrum's file may hold peaks as well, by its name."""
    from nmrquanv.session.importing import HELD

    return path.name.lower().endswith(HELD) and path.is_file()


def is_list_alone(path: str) -> bool:
    """Tell by its name alone whether a file can be a peak list, and no spectrum."""
    from nmrquanv.session.importing import LISTS_ALONE

    return path.lower().endswith(LISTS_ALONE) and Path(path).is_file()
