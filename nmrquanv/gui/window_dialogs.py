"""The dialogs that the window's actions open: export, settings, retraining."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from nmrquanv.errors import NmrQuanvError
from nmrquanv.gui.actions import Slots
from nmrquanv.gui.dialogs.error import show_error
from nmrquanv.gui.dialogs.questions import file_to_open
from nmrquanv.gui.find_controls import all_finders
from nmrquanv.gui.plot.spectrum_view import SpectrumView
from nmrquanv.numbers import counted
from nmrquanv.session.document import Document
from nmrquanv.session.recovery import Listing
from nmrquanv.session.settings import Settings
from nmrquanv.session.work import Work

if TYPE_CHECKING:
    from nmrquanv.gui.dialogs.models import ModelsDialog
    from nmrquanv.gui.dialogs.recovery import RecoveryDialog
    from nmrquanv.gui.dialogs.training import TrainingDialog
    from nmrquanv.io.text_form import TextForm
    from nmrquanv.io.text_guess import Guess
    from nmrquanv.session.importing import Imported

_LOOK_AFTER_MS = 50  # the window is seen first: looking for unsaved work brings libraries


class WindowDialogs(QObject):
    """Opens them over the window; each is imported when it is first asked for.

    Signals
    -------
    exported(str)
        Where a file was written.
    said(str)
        What came of it: what an imported peak list gave, that there is nothing to recover.
    window_made(QWidget)
        A dialog stays open beside the window, and is about to be shown.
    """

    exported = Signal(str)
    said = Signal(str)
    window_made = Signal(object)

    def __init__(self, work: Work, settings: Settings, view: SpectrumView, window: QWidget) -> None:
        super().__init__(window)
        self._work, self._settings = work, settings
        self._view, self._window = view, window
        self.training: TrainingDialog | None = None
        self.models: ModelsDialog | None = None
        self.recovery: RecoveryDialog | None = None
        self._is_recovery_asked = False
        recovery = work.recovery
        QTimer.singleShot(_LOOK_AFTER_MS, self, self.look_for_recoverable)
        recovery.listed.connect(self._on_recoverable_listed)
        recovery.discard_failed.connect(
            lambda error: show_error("Not all was discarded", error, window)
        )
        recovery.autosave.failed.connect(
            lambda error: show_error("Unsaved work is not protected", error, window)
        )

    def slots(self) -> Slots:
        """Return what its actions do."""
        return {
            "import_peaks": self.import_peaks,
            "recover": self.ask_recovery,
            "export": self.export,
            "settings": self.ask_settings,
            "retrain": self.show_training,
            "models": self.show_models,
            "journal": self.show_journal,
            "published": self.show_published,
            "impurities": self.show_impurities,
            "use_on_others": self.ask_sharing,
        }

    @Slot()
    def show_training(self) -> None:
        """Open the one training dialog, which shows a run that goes on already."""
        from nmrquanv.gui.dialogs.training import training_dialog

        if self.training is None:
            work = self._work
            self.training = training_dialog(work.workspace, work.retraining, self._window)
            self.training.place_wanted.connect(self._show_place)
        self.window_made.emit(self.training)
        self.training.show()
        self.training.raise_()

    @Slot(object)
    def _show_place(self, place: dict[str, Any]) -> None:
        """Show a place of one of the open spectra; say it where that one is closed."""
        workspace = self._work.workspace
        for document in workspace.documents:
            if document.spectrum.source.sha256 == place["sha256"] or document.name == place["name"]:
                workspace.set_current(document)
                self._view.show_ppm(place["ppm"])
                return
        self.said.emit(f"{place['name']} is not open: open it to see the place")

    def show_models(self) -> None:
        """Open the one dialog of models, as the library is now."""
        from nmrquanv.gui.dialogs.models import ModelsDialog
        from nmrquanv.session.model_shelf import ModelShelf

        if self.models is None:
            shelf = ModelShelf(self._settings, self)
            self.models = ModelsDialog(shelf, self._settings, self._window)
        self.models.refresh()
        self.window_made.emit(self.models)
        self.models.show()
        self.models.raise_()

    @Slot()
    def look_for_recoverable(self) -> None:
        """Look for what a program that was killed has left, and list it if there is any."""
        if self.recovery is None:
            self._work.recovery.look()
        else:
            self.recovery.raise_()

    def ask_recovery(self) -> None:
        """List what a program that was killed has left; say so where there is nothing."""
        self._is_recovery_asked = self.recovery is None
        self.look_for_recoverable()

    @Slot(object)
    def _on_recoverable_listed(self, listing: Listing) -> None:
        was_asked, self._is_recovery_asked = self._is_recovery_asked, False
        if not listing.found and not listing.damaged:
            if was_asked:
                self.said.emit("There is no unsaved work to recover")
            return
        from nmrquanv.gui.dialogs.recovery import RecoveryDialog

        self.recovery = RecoveryDialog(self._work.recovery, listing, self._window)
        self.recovery.finished.connect(self._forget_recovery)
        self.recovery.open()

    @Slot()
    def _forget_recovery(self) -> None:
        self.recovery = None

    @Slot(str)
    def import_model(self, path: str) -> None:
        """Open the dialog of models, and take a model file into the library."""
        self.show_models()
        assert self.models is not None
        self.models.import_file(path)

    def ask_sharing(self) -> None:
        """Ask what of the spectrum that is shown is to be used on which others."""
        from nmrquanv.gui.sharing_command import ask_sharing

        ask_sharing(self._view, self._work.workspace, self.said.emit)

    def ask_settings(self) -> None:
        """Open the settings."""
        from nmrquanv.gui.dialogs.settings import SettingsDialog

        SettingsDialog(self._settings, all_finders(), self._window).open()

    def import_peaks(self) -> None:
        """Ask for a peak list or integrals, beginning where the spectrum's own may lie."""
        document = self._work.document
        if document is None:
            return
        from nmrquanv.io.bruker_integrals import NAMES
        from nmrquanv.session.importing import READABLE, folder_of_lists

        # where a document file says that its data lie, nobody may have looked yet
        known = document.file or document.dataset.source.path or self._settings.last_folder
        names = " ".join((*(f"*{ending}" for ending in READABLE), *NAMES))
        kinds = (f"Peak lists and integrals ({names})", "All files (*)")
        title, folder = "Import a peak list or integrals", str(folder_of_lists(Path(known)))
        dialog = file_to_open(self._window, title, folder, filters=kinds)
        dialog.fileSelected.connect(self.import_list)
        dialog.open()

    @Slot(str)
    def import_list(self, path: str) -> None:
        """Import a peak list, or integrals, into the spectrum that is shown."""
        document = self._work.document
        if document is None:
            return
        from nmrquanv.io.bruker_integrals import is_integral_list
        from nmrquanv.session.importing import imported

        if is_integral_list(Path(path)):
            self._import_integrals(document, Path(path))
        else:
            self._import(lambda: imported(Path(path), document.spectrum))

    @Slot(object, object, object)
    def import_columns(self, looks: Guess, form: TextForm, sf_mhz: float | None) -> None:
        """Import the peaks of a text of columns into the spectrum that is shown."""
        from nmrquanv.session.importing import imported_columns

        document = self._work.document
        if document is not None:
            self._import(lambda: imported_columns(looks, form, sf_mhz, document.spectrum))

    def _import(self, read: Callable[[], Imported]) -> None:
        document = self._work.document
        if document is None:
            return
        try:
            found = read()
        except NmrQuanvError as error:
            show_error("The list could not be imported", error, self._window)
            return
        document.edit.import_layer(found.name, found.peaks)
        told = [f"{found.name} is a layer of {counted(len(found.peaks), 'peak')} now"]
        if found.left_out:
            told.append(f"{found.left_out} lie outside the spectrum")
        self.said.emit("; ".join((*told, *found.notes)))

    def _import_integrals(self, document: Document, path: Path) -> None:
        from nmrquanv.session.importing import imported_integrals

        try:
            found = imported_integrals(path, document.spectrum)
        except NmrQuanvError as error:
            show_error("The integrals could not be imported", error, self._window)
            return
        added = document.edit.import_integrals(found.integrals)
        told = [f"{path.name}: {counted(added, 'integral')} added"]
        if added < len(found.integrals):
            told.append(f"{len(found.integrals) - added} were there already")
        if found.left_out:
            told.append(f"{found.left_out} lie outside the spectrum")
        self.said.emit("; ".join((*told, *found.notes)))

    def export(self) -> None:
        """Ask what of the document is to be written where."""
        from nmrquanv.gui.dialogs.export import ExportDialog
        from nmrquanv.gui.dialogs.figure_parts import FigureView

        document, view = self._work.document, self._view
        if document is None:
            return
        shown = FigureView(view.visible_ppm(), view.view_box.current_view().y, view.state)
        seen = None if view.shows_fid else shown
        dialog = ExportDialog(document, self._settings, seen, parent=self._window)
        dialog.exported.connect(self.exported)
        dialog.open()
        if view.shows_fid:
            from nmrquanv.gui.plot.figure_copy import NOT_FID

            self.said.emit(f"A figure can be exported: {NOT_FID}")

    def show_journal(self) -> None:
        """Show the multiplets as a journal prints them."""
        from nmrquanv.gui.dialogs.journal import JournalDialog

        document = self._work.document
        if document is None:
            return
        if not document.multiplets:
            self.said.emit("There are no multiplets yet: Analysis > Find Multiplets finds them")
            return
        dialog = JournalDialog(document, self._settings, self._window)
        dialog.copied.connect(lambda: self.said.emit("The journal text is on the clipboard"))
        self.window_made.emit(dialog)
        dialog.show()

    def show_impurities(self) -> None:
        """Offer the impurities that the spectrum shows, and another solvent."""
        from nmrquanv.gui.dialogs.impurities import ImpuritiesDialog

        document = self._work.document
        if document is None:
            return
        dialog = ImpuritiesDialog(document, self._window)
        dialog.said.connect(self.said)
        dialog.show_ppm.connect(self._view.show_ppm)
        self.window_made.emit(dialog)
        dialog.show()

    def show_published(self) -> None:
        """Ask for a published line and hold it against the spectrum."""
        from nmrquanv.gui.dialogs.published import PublishedDialog

        document = self._work.document
        if document is None:
            return
        dialog = PublishedDialog(document, self._window)
        dialog.compared.connect(self._view.layers.published.set_comparison)
        dialog.show_ppm.connect(self._view.show_ppm)
        self.window_made.emit(dialog)
        dialog.show()
