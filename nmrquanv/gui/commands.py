"""What the window's actions do: each is one call to the view, the document or the workspace."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, Qt
from PySide6.QtWidgets import QApplication, QMessageBox

from nmrquanv import __version__
from nmrquanv.finders import BUILT_IN
from nmrquanv.gui import actions as table
from nmrquanv.gui import theme
from nmrquanv.gui.find_controls import all_finders
from nmrquanv.gui.panels.layer_swatch import TRUE_LINES, finder_title
from nmrquanv.gui.plot.context_menu import ContextMenu, ask_reference

if TYPE_CHECKING:
    from nmrquanv.gui.dialogs.training import TrainingDialog
    from nmrquanv.gui.main_window import MainWindow
    from nmrquanv.session.document import Document

_TOOL = "_tool"


class Commands(QObject):
    """Connects the table of actions to the window's parts."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._actions = window.actions_by_id
        self.training: TrainingDialog | None = None
        self._connect()
        self._show_settings()

    def refresh(self) -> None:
        """Enable what works on the current document."""
        document = self._window.workspace.current
        for name in table.NEEDS_DOCUMENT:
            if name not in ("find", "find_in_view"):
                self._actions[name].setEnabled(document is not None)
        has_fid = document is not None and "fid" in (*document.dataset.sources,)
        self._actions["show_fid"].setEnabled(
            has_fid or (document is not None and bool(document.fid))
        )
        self._actions["show_fid"].setChecked(self._window.view.shows_fid)
        self._actions["restore"].setEnabled(document is not None and bool(document.tombstones))
        self._actions["true_lines"].setEnabled(document is not None and bool(document.true_lines))
        for finder in BUILT_IN:
            has_layer = document is not None and finder in document.layers
            self._actions[f"layer_{finder}"].setEnabled(has_layer)

    def cancel(self) -> None:
        """Stop what the progress bar shows."""
        window = self._window
        window.finding.cancel()
        window.workspace.cancel_opening()
        if window.workspace.current is not None:
            window.workspace.current.processing.cancel()

    def show_layer(self, finder: str, is_shown: bool) -> None:
        """Show or hide a finder's layer, or the true lines, in plot, panel and menu alike."""
        window = self._window
        name = "true_lines" if finder == TRUE_LINES else f"layer_{finder}"
        if name in self._actions:
            self._actions[name].setChecked(is_shown)
        window.comparison.set_layer_shown(finder, is_shown)
        if finder == TRUE_LINES:
            window.view.layers.has_true_lines = is_shown
            window.view.layers.refresh()
        else:
            window.view.layers.set_finder_visible(finder, is_shown)

    def set_polarity(self, polarity: str) -> None:
        """Remember which sign lines may have, for panel and menu alike."""
        window = self._window
        window.settings.polarity = polarity
        box = window.finding_panel.polarity
        box.setCurrentIndex(box.findData(polarity))

    def show_training(self) -> None:
        """Open the one training dialog, which shows a run that goes on already."""
        from nmrquanv.gui.dialogs.training import training_dialog

        window = self._window
        if self.training is None:
            self.training = training_dialog(window.workspace, window.retraining, window)
        self.training.show()
        self.training.raise_()

    # --- connecting ----------------------------------------------------------------------------

    def _connect(self) -> None:
        for name, do in self._slots().items():
            self._actions[name].triggered.connect(lambda _=False, do=do: do())
        view = self._window.view
        for name in table.TOOLS:
            self._actions[name].triggered.connect(
                lambda _=False, n=name: view.set_tool(n.removesuffix(_TOOL))
            )
        for finder in BUILT_IN:
            action = self._actions[f"layer_{finder}"]
            action.triggered.connect(lambda is_on, f=finder: self._toggle_layer(f, is_on))
        for choice in ("system", "light", "dark"):
            self._actions[f"theme_{choice}"].triggered.connect(
                lambda _=False, c=choice: setattr(self._window.settings, "theme", c)
            )
        self._actions["true_lines"].triggered.connect(lambda on: self.show_layer(TRUE_LINES, on))
        self._actions["labels"].triggered.connect(self._show_labels)
        self._actions["solvents"].triggered.connect(self._show_solvents)
        self._actions["show_fid"].triggered.connect(self._show_fid)
        view.tool_changed.connect(lambda name: self._actions[f"{name}{_TOOL}"].setChecked(True))
        view.menu_requested.connect(self._show_menu)
        view.reference_picked.connect(lambda ppm: ask_reference(view, ppm))
        self._window.settings.changed.connect(self._on_setting_changed)

    def _slots(self) -> dict[str, Callable[[], object]]:
        window, view = self._window, self._window.view
        opening, finds = window.opening, window.find_controls
        return {
            "open_file": opening.ask_file,
            "open_folder": opening.ask_folder,
            "open_synthetic": opening.ask_synthetic,
            "export": self._export,
            "close": lambda: window.closing.close_document(window.workspace.current),
            "quit": window.close,
            "delete": view.delete_selected,
            "confirm": view.confirm_selected,
            "select_all": lambda: view.select(p.id for p in view.markers.working),
            "restore": lambda: self._document().restore_deleted(),
            "copy": self._copy,
            "settings": self._ask_settings,
            "find": lambda: finds.start(window.workspace.current),
            "find_in_view": self._find_in_view,
            "cancel": self.cancel,
            "rest": self._rest,
            "retrain": self.show_training,
            "circuit": window.side_pages.show_circuit,
            "study": window.side_pages.show_study,
            "next_peak": view.select_next,
            "full_view": view.full_view_stepwise,
            "fit_height": view.fit_height,
            "previous_view": view.view_box.previous_view,
            "taller": lambda: view.view_box.scale_height(2.0),
            "smaller": lambda: view.view_box.scale_height(0.5),
            "keys": self._show_keys,
            "about": self._show_about,
        }

    def _document(self) -> Document:
        document = self._window.workspace.current
        if document is None:
            raise RuntimeError("an action that needs a document was enabled without one")
        return document

    def _show_settings(self) -> None:
        """Bring actions, theme and panels to what the settings say."""
        settings = self._window.settings
        for name in ("labels", "solvents", "true_lines", "layer_quanv", "layer_cnn",
                     "layer_classical", "zoom_tool", f"theme_{settings.theme}"):  # fmt: skip
            self._actions[name].setChecked(True)
        self._window.finding_panel.set_defaults(settings.thresholds)
        self._window.view.view_box.is_wheel_zoom = settings.wheel_preset == "zoom"
        self.set_polarity(settings.polarity)
        self._window.view.layers.decimals = settings.label_decimals
        self.apply_theme()

    def apply_theme(self) -> None:
        """Give the application the theme that the settings choose."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(self._window.settings.theme, app)
        self._window.show_icons()

    def _on_setting_changed(self, name: str) -> None:
        settings = self._window.settings
        if name == "theme":
            self._actions[f"theme_{settings.theme}"].setChecked(True)
            self.apply_theme()
        elif name == "thresholds":
            self._window.finding_panel.set_defaults(settings.thresholds)
        elif name == "wheel_preset":
            self._window.view.view_box.is_wheel_zoom = settings.wheel_preset == "zoom"
        elif name == "label_decimals":
            self._window.view.layers.decimals = settings.label_decimals
            self._window.view.layers.refresh()
        elif name in ("finders", "polarity"):
            self._window.find_controls.refresh()

    # --- actions of more than one line ---------------------------------------------------------

    def _toggle_layer(self, finder: str, is_on: bool) -> None:
        self.show_layer(finder, is_on)
        self._window.status.say(f"{finder_title(finder)} layer {'shown' if is_on else 'hidden'}")

    def _show_labels(self, is_on: bool) -> None:
        self._window.view.markers.has_labels = is_on
        self._window.view.markers.update()

    def _show_solvents(self, is_on: bool) -> None:
        self._window.view.layers.has_solvents = is_on
        self._window.view.layers.refresh()

    def _show_fid(self, is_on: bool) -> None:
        """Show the FID; where it has not been read yet, read it and show it then."""
        document, view = self._document(), self._window.view
        if is_on and document.fid is None:
            once = Qt.ConnectionType.SingleShotConnection
            document.fid_changed.connect(lambda: self._show_read_fid(document), once)
            self._window.workspace.load_fid(document)
        else:
            view.show_fid(is_on)

    def _show_read_fid(self, document: Document) -> None:
        """Show a FID that has just been read, if its document is still the one shown."""
        if self._window.view.document is document:
            self._window.view.show_fid(True)
            self.refresh()

    def _find_in_view(self) -> None:
        window = self._window
        window.find_controls.start(window.workspace.current, window.view.visible_ppm())

    def _rest(self) -> None:
        self._window.view.set_tool("zoom")
        self._window.view.select(())

    def _copy(self) -> None:
        table_panel = self._window.peak_table
        table_panel.copy()
        self._window.status.say("The peak table is on the clipboard")

    def _show_menu(self, at: QPointF, where: QPointF) -> None:
        ContextMenu(self._window.view, at, self._actions).show_at(where.toPoint())

    def _ask_settings(self) -> None:
        from nmrquanv.gui.dialogs.settings import SettingsDialog

        SettingsDialog(self._window.settings, all_finders(), self._window).open()

    def _export(self) -> None:
        from nmrquanv.gui.dialogs.export import ExportDialog

        window, view = self._window, self._window.view
        shown = (view.visible_ppm(), view.view_box.current_view().y)
        dialog = ExportDialog(
            self._document(),
            window.settings,
            None if view.shows_fid else shown,
            parent=window,
        )
        dialog.exported.connect(lambda path: window.status.say(f"Exported to {path}"))
        dialog.open()

    def _show_keys(self) -> None:
        self._say("Mouse and keys", table.help_sheet())

    def _show_about(self) -> None:
        self._say(
            "About nmrquanv",
            f"<b>nmrquanv {__version__}</b><br>Finds peaks in 1D NMR spectra with a "
            "quanvolutional network, beside a classical one.<br>MIT licence.",
        )

    def _say(self, title: str, text: str) -> None:
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(title)
        box.setTextFormat(Qt.TextFormat.RichText)
        box.setText(text)
        box.open()
