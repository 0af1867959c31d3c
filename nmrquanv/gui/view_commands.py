"""What the actions about the plot do: tools, layers, marks, FID, selection, zoom."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, Qt
from PySide6.QtGui import QAction

from nmrquanv.finders import BUILT_IN
from nmrquanv.gui import actions as table
from nmrquanv.gui.explain_command import ExplainCommand
from nmrquanv.gui.marker_looks import TRUE_LINES, finder_title
from nmrquanv.gui.plot.spectrum_view import SpectrumView
from nmrquanv.gui.reference_command import ReferenceCommand
from nmrquanv.gui.reviewing import Reviewing
from nmrquanv.gui.status_bar import StatusBar
from nmrquanv.gui.view_state import AxisUnit
from nmrquanv.session.document import Document
from nmrquanv.session.workspace import Workspace

_TOOL = "_tool"
_LAYERS = {f"layer_{finder}": finder for finder in BUILT_IN}


class ViewCommands(QObject):
    """Connects the actions about the plot, and keeps their ticks to what is shown.

    Parameters
    ----------
    actions : dict of str to QAction
        Of the window's table, by id.
    view : SpectrumView
    workspace : Workspace
    status : StatusBar
    parent : QObject
    """

    def __init__(
        self,
        actions: dict[str, QAction],
        view: SpectrumView,
        workspace: Workspace,
        status: StatusBar,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._actions, self._view = actions, view
        self._workspace, self._status = workspace, status
        self.reviewing = Reviewing(actions, view, status, self)
        self.explaining = ExplainCommand(actions["explain"], view, status, self)
        self._connect_tools()
        self._connect_view()
        self._connect_state()
        self._actions["zoom_tool"].setChecked(True)
        workspace.awaited_changed.connect(self.refresh)

    def slots(self) -> table.Slots:
        """Return what those of its actions do that are not about the view."""
        return {"reference_offers": self.reference.ask}

    def refresh(self) -> None:
        """Enable what works on the document that is shown."""
        document = self._workspace.current
        for name in table.NEEDS_DOCUMENT:
            if name not in ("find", "find_in_view"):
                can_wait = self._workspace.is_awaited and name in table.WAITS_FOR_OPENING
                self._actions[name].setEnabled(document is not None or can_wait)
        has_fid = document is not None and (
            "fid" in document.dataset.sources or document.fid is not None
        )
        self._actions["show_fid"].setEnabled(has_fid)
        self._actions["show_fid"].setChecked(self._view.shows_fid)
        self._actions["restore"].setEnabled(document is not None and bool(document.tombstones))
        self._actions["true_lines"].setEnabled(document is not None and bool(document.true_lines))
        for name, finder in _LAYERS.items():
            has_layer = document is not None and finder in document.layers
            self._actions[name].setEnabled(has_layer)

    # --- connecting ----------------------------------------------------------------------------

    def _connect_tools(self) -> None:
        view = self._view
        for name in table.TOOLS:
            self._actions[name].triggered.connect(
                lambda _=False, n=name: view.set_tool(n.removesuffix(_TOOL))
            )
        view.tool_changed.connect(self._on_tool_changed)
        view.menu_requested.connect(self._show_menu)
        view.editing.reference_picked.connect(self._ask_reference)
        self.reference = ReferenceCommand(view, self._status)

    def _connect_view(self) -> None:
        view, editing, view_box = self._view, self._view.editing, self._view.view_box
        slots: table.Slots = {
            "delete": editing.delete_selected,
            "confirm": editing.confirm_selected,
            "select_all": editing.select_all,
            "restore": lambda: self._document().edit.restore_deleted(),
            "rest": self._rest,
            "next_peak": editing.select_next,
            "full_view": view.full_view_stepwise,
            "fit_height": view.fit_height,
            "previous_view": view_box.previous_view,
            "taller": lambda: view_box.scale_height(2.0),
            "smaller": lambda: view_box.scale_height(0.5),
        }
        table.connect_actions(self._actions, slots)
        self._actions["show_fid"].triggered.connect(self._show_fid)

    def _on_tool_changed(self, name: str) -> None:
        """Tick the tool in use; those of a panel's step have no action."""
        action = self._actions.get(f"{name}{_TOOL}")
        if action is not None:
            action.setChecked(True)

    def _connect_state(self) -> None:
        """Let ticks change what is shown, and follow it when a panel changed it."""
        state, actions = self._view.state, self._actions
        actions["true_lines"].triggered.connect(lambda on: state.show_layer(TRUE_LINES, on))
        for name, finder in _LAYERS.items():
            actions[name].triggered.connect(lambda is_on, f=finder: self._show_layer(f, is_on))
        actions["labels"].triggered.connect(state.show_labels)
        actions["solvents"].triggered.connect(state.show_solvents)
        actions["multiplets"].triggered.connect(state.show_multiplets)
        for unit in ("ppm", "hz", "points"):
            actions[f"axis_{unit}"].triggered.connect(lambda _=False, u=unit: self._set_unit(u))
        state.unit_changed.connect(self._show_ticks)
        actions["fit"].triggered.connect(state.show_fit)
        self._view.layers.fit.told.connect(self._status.say)
        actions["threshold_line"].triggered.connect(state.show_threshold)
        shown = state.labels_changed, state.solvents_changed, state.multiplets_changed
        for signal in (state.layer_changed, state.threshold_changed, state.fit_changed, *shown):
            signal.connect(self._show_ticks)
        self._show_ticks()

    def _show_ticks(self, *_: object) -> None:
        state = self._view.state
        ticks = {name: state.is_shown(finder) for name, finder in _LAYERS.items()}
        ticks |= {"true_lines": state.is_shown(TRUE_LINES)}
        ticks |= {"labels": state.has_labels, "solvents": state.has_solvents}
        ticks |= {"fit": state.has_fit}
        ticks |= {"multiplets": state.has_multiplets, "threshold_line": state.has_threshold}
        ticks[f"axis_{state.unit}"] = True
        for name, is_on in ticks.items():
            self._actions[name].setChecked(is_on)

    # --- what they do --------------------------------------------------------------------------

    def _document(self) -> Document:
        document = self._workspace.current
        if document is None:
            raise RuntimeError("an action that needs a document was enabled without one")
        return document

    def _show_layer(self, finder: str, is_on: bool) -> None:
        self._view.state.show_layer(finder, is_on)
        self._status.say(f"{finder_title(finder)} layer {'shown' if is_on else 'hidden'}")

    def _set_unit(self, unit: AxisUnit) -> None:
        self._view.state.set_unit(unit)
        if unit == "hz" and not self._document().has_hz:
            self._status.say("Without a spectrometer frequency there are no Hz: the axis is in ppm")

    def _show_fid(self, is_on: bool) -> None:
        """Show the FID; where it has not been read yet, read it and show it then."""
        document, view = self._document(), self._view
        self.reviewing.stop()  # its line stands at a chemical shift
        if is_on and document.fid is None:
            once = Qt.ConnectionType.SingleShotConnection
            document.fid_changed.connect(lambda: self._show_read_fid(document), once)
            self._workspace.rereading.load_fid(document)
        else:
            view.show_fid(is_on)

    def _show_read_fid(self, document: Document) -> None:
        """Show a FID that has just been read, if its document is still the one shown."""
        if self._view.document is document:
            self._view.show_fid(True)
            self.refresh()

    def _rest(self) -> None:
        if self._view.keys.tool.give_up():
            return
        self._view.set_tool("zoom")
        if self._view.editing.selected_ids():
            self._view.editing.select(())
        else:
            self._view.layers.cursor.leave()

    def _ask_reference(self, ppm: float) -> None:
        from nmrquanv.gui.plot.context_menu import ask_reference

        ask_reference(self._view, ppm)

    def _show_menu(self, at: QPointF, where: QPointF) -> None:
        from nmrquanv.gui.plot.context_menu import ContextMenu

        ContextMenu(self._view, at, self._actions).show_at(where.toPoint())
