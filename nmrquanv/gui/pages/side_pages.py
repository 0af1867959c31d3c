"""The pages beside the spectrum: opened when first asked for, kept up with the main window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from nmrquanv.finders import QUANV, Polarity
from nmrquanv.gui.actions import Slots
from nmrquanv.gui.drops import Drops
from nmrquanv.gui.plot.spectrum_view import SpectrumView
from nmrquanv.gui.status_bar import StatusBar
from nmrquanv.session.document import Document
from nmrquanv.session.settings import Settings
from nmrquanv.session.study_run import StudyChoice
from nmrquanv.session.work import Work

if TYPE_CHECKING:
    from nmrquanv.gui.pages.batch_page import BatchPage
    from nmrquanv.gui.pages.circuit import CircuitPage
    from nmrquanv.gui.pages.page import Page
    from nmrquanv.gui.pages.playground_page import PlaygroundPage
    from nmrquanv.gui.pages.stack_page import StackPage
    from nmrquanv.gui.pages.study import StudyPage


class SidePages(QObject):
    """Circuit page, playground, study page, stack and batch of one main window.

    Signals
    -------
    open_wanted(str, str)
        A result and the spectrum that it belongs to, to be opened in the main window.
    paths_wanted(tuple of str)
        What was dropped on the stack, to be opened too.
    window_made(QWidget)
        A page is about to be shown.
    """

    open_wanted = Signal(str, str)
    paths_wanted = Signal(tuple)
    window_made = Signal(object)

    def __init__(
        self,
        work: Work,
        settings: Settings,
        view: SpectrumView,
        status: StatusBar,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._work, self._settings = work, settings
        self._view, self._status = view, status
        self._document: Document | None = None
        self.circuit: CircuitPage | None = None
        self.playground: PlaygroundPage | None = None
        self.study: StudyPage | None = None
        self.stack: StackPage | None = None
        self.batch: BatchPage | None = None
        self._for_stack: tuple[Path, ...] = ()
        work.workspace.opened.connect(self._on_opened)
        work.workspace.current_changed.connect(self._on_current_changed)
        view.view_box.sigRangeChanged.connect(self._on_view_moved)
        settings.changed.connect(self._on_setting_changed)
        work.retraining.kept.connect(lambda _card: self._list_models())
        run = work.study_run
        run.succeeded.connect(self._on_study_ended)
        run.failed.connect(lambda _error: self._say_if_unseen("The study failed: see View > Study"))
        QTimer.singleShot(0, self, self._find_study)

    def slots(self) -> Slots:
        """Return what its actions do."""
        return {
            "circuit": self.show_circuit,
            "playground": self.show_playground,
            "study": self.show_study,
            "stack": self.show_stack,
            "batch": self.show_batch,
        }

    def show_circuit(self) -> None:
        """Open the circuit page on the model in use."""
        from nmrquanv.gui.pages.circuit import CircuitPage

        if self.circuit is None:
            self.circuit = CircuitPage()
        self._list_models()
        self._show_document()
        self._bring_up(self.circuit)

    def show_playground(self) -> None:
        """Open the quantum playground on the spectrum that is shown."""
        from nmrquanv.gui.pages.playground_page import PlaygroundPage

        if self.playground is None:
            self.playground = PlaygroundPage(self._settings)
            self.playground.show_ppm.connect(self._view.show_ppm)
        self._show_document()
        self._bring_up(self.playground)

    def show_study(self) -> None:
        """Open the study page."""
        from nmrquanv.gui.pages.study import StudyPage
        from nmrquanv.session.study_catalogue import has_plots

        if self.study is None:
            run = self._work.study_run
            self.study = StudyPage(run, self._settings, has_plots=has_plots())
        self._bring_up(self.study)

    def show_stack(self) -> None:
        """Open the stack of several spectra: the first time with those that are open."""
        stack = self._stack_page()
        self._bring_up(stack)
        stack.add_first()

    def _stack_page(self) -> StackPage:
        from nmrquanv.gui.pages.stack_page import StackPage
        from nmrquanv.session.stacking import Stacking

        if self.stack is None:
            self.stack = StackPage(Stacking(self._work.workspace, self), self._settings)
            Drops(self.stack, self._on_dropped_on_stack)
        return self.stack

    def _on_dropped_on_stack(self, paths: tuple[str, ...]) -> None:
        """Put what is open already on the stack, and the rest once it is."""
        self._for_stack = tuple(Path(path).resolve() for path in paths)
        for document in self._work.workspace.documents:
            if _place(document) in self._for_stack:
                self._on_opened(document)
        known = {_place(document) for document in self._work.workspace.documents}
        self.paths_wanted.emit(tuple(path for path in paths if Path(path).resolve() not in known))

    @Slot(object)
    def _on_opened(self, document: Document) -> None:
        place = _place(document)
        if self.stack is not None and any(place.is_relative_to(one) for one in self._for_stack):
            self.stack.stacking.add(document)

    @Slot()
    def show_rows(self) -> None:
        """Open the stack with all rows of the data set in the main window."""
        stack = self._stack_page()
        self._bring_up(stack)
        stack.stacking.add_rows()

    def show_batch(self) -> None:
        """Open the search of many spectra."""
        from nmrquanv.gui.pages.batch_page import BatchPage

        if self.batch is None:
            self.batch = BatchPage(self._work.batch, self._settings)
            self.batch.open_wanted.connect(self._open)
            Drops(self.batch, self._on_dropped_on_batch)
        self._bring_up(self.batch)

    @Slot(str, str)
    def _open(self, result: str, spectrum: str) -> None:
        """Open a result in the main window, and bring that up: the page may cover all of it."""
        self.open_wanted.emit(result, spectrum)
        window = self._view.window()
        if window.isMinimized():
            window.showNormal()
        window.raise_()
        window.activateWindow()

    def _on_dropped_on_batch(self, paths: tuple[str, ...]) -> None:
        """Look through the folder that was dropped, or through a file's."""
        first = Path(paths[0])
        if self.batch is not None and not self.batch.is_running:
            self.batch.set_folder(str(first if first.is_dir() else first.parent))

    def close(self) -> None:
        """Close and forget the pages, as the main window closes."""
        if self.stack is not None:
            self.stack.stacking.cancel()
        if self.batch is not None:
            self.batch.shut_down()
        if self.playground is not None:
            self.playground.shut_down()
        for page in (self.circuit, self.playground, self.study, self.stack, self.batch):
            if page is not None:
                page.close()
                page.deleteLater()
        self.circuit = self.playground = self.study = self.stack = self.batch = None

    def _bring_up(self, page: Page) -> None:
        self.window_made.emit(page)
        page.bring_up()

    def _list_models(self) -> None:
        """Offer the models that there are, the one that finds peaks first."""
        if self.circuit is None:
            return
        from nmrquanv.models.library import list_models

        cards = list_models()
        names = [card.name for card in cards]
        in_use = [name for name in self._settings.finders if name in names]
        self.circuit.set_models(cards, in_use[0] if in_use else QUANV)

    @Slot(object)
    def _on_current_changed(self, document: Document | None) -> None:
        if self._document is not None:
            self._document.spectrum_changed.disconnect(self._show_document)
        self._document = document
        if document is not None:
            document.spectrum_changed.connect(self._show_document)
        # the view takes the document in its own time
        QTimer.singleShot(0, self, self._show_document)

    @Slot()
    def _show_document(self) -> None:
        """Give circuit page and playground the spectrum that is shown."""
        document = self._work.document
        if self.playground is not None:
            self.playground.set_document(document)
        if self.circuit is not None:
            polarity = cast(Polarity, self._settings.polarity)
            spectrum = document.spectrum if document is not None else None
            self.circuit.set_spectrum(spectrum, polarity)
        self._on_view_moved()

    @Slot()
    def _on_view_moved(self, *_: object) -> None:
        view = self._view
        if view.document is None or view.shows_fid:
            return
        for page in (self.circuit, self.playground):
            if page is not None:
                page.set_place(*view.visible_ppm())

    @Slot(str)
    def _on_setting_changed(self, name: str) -> None:
        if name == "polarity":
            self._show_document()

    # --- study ---------------------------------------------------------------------------------

    @Slot()
    def _find_study(self) -> None:
        """Take over a study that a window before this one left running."""
        run = self._work.study_run
        is_found = run.find(self._settings.study_folder) or run.find()
        if is_found and run.goes_on_alone:
            from nmrquanv.session.study_catalogue import TITLES

            choice = cast(StudyChoice, run.choice)
            title = TITLES.get(choice.experiment, choice.experiment)
            self._say_if_unseen(f"The study '{title}' is still running: see View > Study")

    @Slot(dict)
    def _on_study_ended(self, event: dict) -> None:
        if not event.get("stopped"):
            self._say_if_unseen("The study has finished: see View > Study")

    def _say_if_unseen(self, text: str) -> None:
        if self.study is None or not self.study.isVisible():
            self._status.announce(text)


def _place(document: Document) -> Path:
    return Path(document.dataset.source.path).resolve()
