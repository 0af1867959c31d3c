"""The main window: builds tool bar, menus and docks, and connects them. No logic of its own."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QUndoGroup
from PySide6.QtWidgets import QStackedWidget, QWidget

from nmrquanv.gui import actions as table
from nmrquanv.gui.analysis_commands import AnalysisCommands
from nmrquanv.gui.applied_settings import Appearance
from nmrquanv.gui.bars import Menus, make_tool_bar, undo_actions
from nmrquanv.gui.closing import Closing
from nmrquanv.gui.dialogs.settings_problems import SettingsProblems
from nmrquanv.gui.docks import Docks
from nmrquanv.gui.document_tabs import DocumentTabs, stacked
from nmrquanv.gui.drops import Drops
from nmrquanv.gui.example_spectra import examples
from nmrquanv.gui.file_commands import FileCommands
from nmrquanv.gui.find_controls import FindControls
from nmrquanv.gui.icons import icon
from nmrquanv.gui.integral_commands import IntegralCommands
from nmrquanv.gui.notices import Notices
from nmrquanv.gui.number_box import ENTER
from nmrquanv.gui.opening import Opening
from nmrquanv.gui.output_commands import OutputCommands
from nmrquanv.gui.pages.side_pages import SidePages
from nmrquanv.gui.pages.welcome import Welcome
from nmrquanv.gui.panels.comparison import Comparison
from nmrquanv.gui.panels.integrals import Integrals
from nmrquanv.gui.panels.multiplets import MultipletTable
from nmrquanv.gui.panels.peak_table import PeakTable
from nmrquanv.gui.panels.processing import Processing
from nmrquanv.gui.panels.shape_panel import LineShapePanel
from nmrquanv.gui.panels.spectra_list import SpectraList
from nmrquanv.gui.panels.thresholds import ThresholdsPanel
from nmrquanv.gui.plot.keys import is_typing
from nmrquanv.gui.plot.spectrum_view import SpectrumView
from nmrquanv.gui.recipe_commands import RecipeCommands
from nmrquanv.gui.saving import Saves
from nmrquanv.gui.shell.areas import Areas, AreasWindow
from nmrquanv.gui.shell.layout_memory import LayoutMemory
from nmrquanv.gui.shell.shell_commands import ShellCommands
from nmrquanv.gui.source_box import SourceBox
from nmrquanv.gui.status_bar import StatusBar
from nmrquanv.gui.title_and_status import WindowFacts
from nmrquanv.gui.twin_commands import TwinCommands
from nmrquanv.gui.view_commands import ViewCommands
from nmrquanv.gui.view_memory import ViewMemory
from nmrquanv.gui.view_state import ViewState
from nmrquanv.gui.waiting_commands import WaitingCommands
from nmrquanv.gui.window_dialogs import WindowDialogs
from nmrquanv.session.batch_search import BatchSearch
from nmrquanv.session.document import Document
from nmrquanv.session.peak_finding import PeakFinding
from nmrquanv.session.recovery import Recovery
from nmrquanv.session.retraining import Retraining
from nmrquanv.session.settings import Settings
from nmrquanv.session.study_run import StudyRun
from nmrquanv.session.work import Work
from nmrquanv.session.workspace import Workspace


class MainWindow(AreasWindow):
    """The window of one workspace.

    Parameters
    ----------
    workspace : Workspace
    settings : Settings
    finding, retraining, study_run : optional
        None makes one with the program's own finders, training, study.
    """

    def __init__(
        self,
        workspace: Workspace,
        settings: Settings,
        finding: PeakFinding | None = None,
        retraining: Retraining | None = None,
        study_run: StudyRun | None = None,
    ) -> None:
        super().__init__()
        self.workspace, self.settings = workspace, settings
        self.finding = finding or PeakFinding(parent=self)
        self.retraining = retraining or Retraining(parent=self)
        self.study_run = study_run or StudyRun(parent=self)
        self.recovery = Recovery(workspace, self)
        runs = (
            self.finding,
            self.retraining,
            self.study_run,
            self.recovery,
            BatchSearch(parent=self),
        )
        self.work = Work(workspace, *runs)
        self.undo_group = QUndoGroup(self)
        self.actions_by_id = table.make_actions(self)
        self.status, self.view_state = StatusBar(self), ViewState(self)
        self._make_widgets()
        self.opening = Opening(workspace, settings, self)
        Drops(self, self.opening.open_paths)
        self.find_controls = FindControls(
            self.work, settings, self.actions_by_id, self.status, self
        )
        self._build()
        self._make_followers()
        self._connect()
        self._connect_actions()
        self.restoreGeometry(settings.window_geometry)  # an empty one changes nothing
        self._on_current_changed(workspace.current)
        self.settings_problems = SettingsProblems(settings, self)

    def _make_widgets(self) -> None:
        """Make each widget in its place: one that moves takes on the style anew, with all in it."""
        workspace, state, centre = self.workspace, self.view_state, QWidget(self)
        self.pages, self.tabs = QStackedWidget(centre), DocumentTabs(workspace, centre)
        self.view, self.welcome = SpectrumView(state, self.pages), Welcome(examples(), self.pages)
        self.source_box, self._docks = SourceBox(workspace, self), Docks(self)
        docks = self.docks = self._docks.by_name
        self.peak_table = PeakTable(docks["peaks"])
        self.comparison = Comparison(state, docks["comparison"])
        self.thresholds_panel = ThresholdsPanel(docks["finding"])
        self.processing = Processing(docks["processing"])
        self.multiplets = MultipletTable(docks["multiplets"])
        self.line_shape = LineShapePanel(docks["shape"])
        self.integrals = Integrals(docks["integrals"])
        self.spectra_list = SpectraList(workspace, docks["spectra"])

    def _make_followers(self) -> None:
        """Make what acts on the widgets that there are."""
        work, settings, actions, view = self.work, self.settings, self.actions_by_id, self.view
        self.side_pages = SidePages(work, settings, view, self.status, self)
        self.view_commands = ViewCommands(actions, view, self.workspace, self.status, self)
        parts = self.workspace, self.multiplets, self.status
        self.analysis = AnalysisCommands(actions, view, *parts, self)
        self.integrating = IntegralCommands(view, self.integrals, self.status, self)
        undoing = {"<undo>": self.undo, "<redo>": self.redo}
        layout = LayoutMemory(self._docks, self.peak_table, settings, self)
        self.shell = ShellCommands(self, {**actions, **undoing}, settings, self.workspace, layout)
        self.shell.tell_keys_to(self.peak_table, self.multiplets)
        self.recipes = RecipeCommands(actions, self.processing, view, self.workspace, self.status)
        self.file_commands = FileCommands(actions, self.workspace, self.status, self)
        self.facts = WindowFacts(self, self.status, self.source_box, self.find_controls)
        self.facts.follow_cursor(view)
        for commands in (self.view_commands, self.file_commands):
            self.facts.refreshed.connect(commands.refresh)
        self.dialogs = WindowDialogs(work, settings, view, self)
        self.view_memory = ViewMemory(view, self.workspace, self)
        self.saves = Saves(self.workspace, settings, self.view_memory, self.status, self)
        self.notices = Notices(self.work, self.status)
        self.waiting = WaitingCommands(self.workspace, actions, self.status)
        self.twins = TwinCommands(work, settings, self.comparison.twin, self.status, self)
        self.closing = Closing(work, self.saves, self)
        self.appearance = Appearance(settings, actions, view, self.show_icons, self)

    # --- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        self.setObjectName("main_window")
        self.setWindowTitle("nmrquanv")
        self.setDockNestingEnabled(True)
        self.resize(1280, 800)
        self.pages.addWidget(self.welcome)
        self.pages.addWidget(self.view)
        self.setCentralWidget(stacked(self.tabs, self.pages))
        self.setStatusBar(self.status)
        self._docks.fill(
            self.spectra_list, self.thresholds_panel, self.comparison, self.processing,
            self.peak_table, self.integrals, self.multiplets, self.line_shape,
        )  # fmt: skip
        self.undo, self.redo = undo_actions(self.undo_group, self)
        actions, history, find = self.actions_by_id, (self.undo, self.redo), self.find_controls
        self.tool_bar = make_tool_bar(self, actions, find.button, history, self.source_box)
        menus = Menus(self, actions, history)
        self.recent_menu = menus.recent
        self.opening.fill_examples(menus.examples)
        menus.panels.addActions([dock.toggleViewAction() for dock in self.docks.values()])

    def show_icons(self) -> None:
        """Draw all icons in the theme in use."""
        table.show_icons(self.actions_by_id)
        self.undo.setIcon(icon("undo"))
        self.redo.setIcon(icon("redo"))
        self.find_controls.refresh()
        self.welcome.apply_theme()
        self.view.apply_theme()

    # --- connecting ----------------------------------------------------------------------------

    def _connect(self) -> None:
        workspace, view, pages = self.workspace, self.view, self.side_pages
        workspace.current_changed.connect(self._on_current_changed)
        workspace.documents_changed.connect(self._on_documents_changed)
        workspace.saving.saved.connect(self.facts.refresh_star)
        self.status.follow(self.work)
        self.tabs.follow(self.finding)
        self.thresholds_panel.follow(self.settings)
        self.thresholds_panel.hidden_line.follow(self.view_state)
        self.thresholds_panel.preset_row.impurities_wanted.connect(self.dialogs.show_impurities)
        self.welcome.path_chosen.connect(workspace.open)
        self.welcome.synthetic_chosen.connect(lambda: workspace.open_synthetic(1, "clean"))
        self.welcome.file_wanted.connect(self.opening.ask_file)
        self.welcome.folder_wanted.connect(self.opening.ask_folder)
        self.recent_menu.aboutToShow.connect(lambda: self.opening.fill_recent(self.recent_menu))
        view.editing.selection_changed.connect(self.peak_table.select)
        self.peak_table.selection_changed.connect(self._on_table_selection)
        for panel in (self.peak_table, self.integrals, self.multiplets):
            panel.show_ppm.connect(view.show_ppm)
        self.processing.buttons.shape_wanted.connect(lambda: self._docks.bring("shape"))
        self.actions_by_id["twin"].triggered.connect(lambda: self._docks.bring("comparison"))
        self.comparison.show_ppm.connect(self.view_commands.reviewing.look_at)
        for closer in (self.spectra_list, self.tabs):
            closer.close_requested.connect(self.closing.close_document)
        for asking in (self.closing, self.notices):
            asking.training_wanted.connect(self.dialogs.show_training)
        self.notices.study_wanted.connect(pages.show_study)
        self.notices.batch_wanted.connect(pages.show_batch)
        pages.open_wanted.connect(self.opening.open_result)
        pages.paths_wanted.connect(self.opening.open_paths)
        self.source_box.stack_wanted.connect(self.side_pages.show_rows)
        self.dialogs.exported.connect(lambda path: self.status.announce(f"Exported to {path}"))
        self.opening.model_given.connect(self.dialogs.import_model)
        self.opening.list_given.connect(self.dialogs.import_list)
        for said in (self.dialogs.said, self.opening.lists.said):
            said.connect(self.status.say)
        saved = "View saved: press {} to see it again"
        view.saved_views.saved.connect(lambda n: self.status.say(saved.format(n)))
        workspace.opened.connect(lambda *_: is_typing() or view.setFocus())
        self.opening.peaks_wanted.connect(self.dialogs.import_columns)

    def _connect_actions(self) -> None:
        work, finds = self.work, self.find_controls
        self.view.saved_views.take_keys(self)
        for maker in (self.side_pages, self.dialogs, self.view_commands.explaining):
            maker.window_made.connect(self.shell.shared.give)
        own: table.Slots = {
            "find": lambda: finds.start(work.document),
            "find_in_view": lambda: finds.start(work.document, self.view.visible_ppm()),
            "cancel": work.cancel,
            "twin": self.twins.measure,
        }
        outputs = OutputCommands(self.view, self.peak_table, self.settings, self.status)
        areas = Areas(self.docks, self.pages, self.tabs, self.tool_bar)
        parts = (self.opening, self.saves, self.closing, self.dialogs, self.side_pages, self.tabs)
        of_plot = (self.view_commands, self.analysis, self.integrating, self.recipes)
        for slots in (own, *(part.slots() for part in (*parts, *of_plot, outputs, areas))):
            table.connect_actions(self.actions_by_id, self.waiting.waiting(slots))

    @Slot(object)
    def _on_current_changed(self, document: Document | None) -> None:
        """Show another document everywhere."""
        self.pages.setCurrentWidget(self.view if document is not None else self.welcome)
        for panel in (
            self.view, self.peak_table, self.comparison, self.thresholds_panel, self.processing,
            self.integrals, self.multiplets, self.line_shape,
        ):  # fmt: skip
            panel.set_document(document)
        if document is not None:
            # only a stack that was added takes itself out of the group when it dies
            self.undo_group.addStack(document.undo_stack)
            self.undo_group.setActiveStack(document.undo_stack)
        self._on_documents_changed()
        self.facts.set_document(document)

    @Slot()
    def _on_documents_changed(self) -> None:
        documents = self.workspace.documents
        if not documents:
            self.welcome.set_recent(self.workspace.recent_files)
        self._docks.show_for(len(documents))

    @Slot(object)
    def _on_table_selection(self, ids: tuple[str, ...]) -> None:
        self.view.editing.select(ids)
        peaks = [p for p in self.view.markers.working if p.id in ids]
        if len(peaks) == 1:
            self.view.show_ppm(peaks[0].ppm)

    # --- window --------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give the keys back to the plot where a field of a panel was left with Enter."""
        # what a field refuses it keeps; what it takes over, Enter included, comes here
        if event.key() in ENTER and is_typing():
            self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about work that would be lost, then stop everything and wait for it."""
        if not self.closing.may_close():
            event.ignore()
            return
        self.settings.window_geometry = self.saveGeometry()
        self.shell.layout.keep()
        self.settings.save()
        self.side_pages.close()
        self.work.shut_down()
        event.accept()
