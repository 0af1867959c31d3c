"""Several spectra beside or over each other, in a window of its own.

Left the plot, right the traces with what is done to them, below what stands in their regions.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QColorDialog, QLabel, QSplitter, QWidget

from nmrquanv.gui.dialogs.error import show_error
from nmrquanv.gui.layouts import in_column, in_row
from nmrquanv.gui.number_box import ENTER, NumberBox
from nmrquanv.gui.pages.page import Page
from nmrquanv.gui.pages.stack_bar import StackBar
from nmrquanv.gui.pages.stack_buttons import TOGGLES, USES, StackButtons
from nmrquanv.gui.panels.series_panel import SeriesPanel
from nmrquanv.gui.panels.stack_table import StackTable
from nmrquanv.gui.plot.stack_plot import STACK_KEYS, StackPlot
from nmrquanv.session.requests import document_name
from nmrquanv.session.settings import Settings
from nmrquanv.session.stack import MAX_OFFSET, Stack
from nmrquanv.session.stacking import Stacking
from nmrquanv.session.undo import new_gesture

_LEAST = QSize(900, 560)
_SHARES = (800, 380)


class StackPage(Page):
    """The window of a stack."""

    MOUSE_AND_KEYS = STACK_KEYS

    def __init__(self, stacking: Stacking, settings: Settings) -> None:
        super().__init__("Several Spectra")
        self.stacking = stacking
        self.plot, self.table, self.series = StackPlot(), StackTable(), SeriesPanel()
        self.offset, self.said = NumberBox(self), QLabel(self)
        self.tools = StackButtons(self)
        self.buttons = self.tools.buttons
        self.top = StackBar(stacking.undo_stack, self.plot, settings, self)
        self._whole = QSplitter(Qt.Orientation.Horizontal, self)
        self._gesture = new_gesture()
        self._build()
        self._make_actions()
        self._connect()
        self._refresh()

    def bring_up(self) -> None:
        """Show the page, the keys in its plot."""
        super().bring_up()
        self.plot.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, self, self._widen_side)

    def add_first(self) -> None:
        """Put the open spectra into an empty stack."""
        if not self.stacking.stack.traces:
            self.stacking.add_open()

    def apply_theme(self) -> None:
        """Take the colours of the theme in use."""
        if hasattr(self, "series"):
            for part in (self.top, self.plot, self.series):
                part.apply_theme()
            self.table.show_stack(self.stacking.stack)
            self._widen_side()

    def say(self, text: str) -> None:
        """Tell what was done, below the buttons."""
        self.said.setText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give the keys back to the plot where the field was left with Enter."""
        if event.key() in ENTER and self.offset.hasFocus():
            self.plot.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    # --- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        self.setMinimumSize(_LEAST)
        self.offset.set_up(
            (0.0, 100 * MAX_OFFSET), 100 * Stack().offset, suffix=" %", name="Distance of baselines"
        )
        self.offset.setSingleStep(5.0)
        self.offset.setToolTip(
            "From one baseline to the next, of the tallest trace; 0 overlays all"
        )
        self.said.setWordWrap(True)
        # else the buttons over it jump from under the mouse as it speaks
        self.said.setMinimumHeight(2 * self.said.fontMetrics().lineSpacing())
        self.said.setAccessibleName("What was done")
        side = QSplitter(Qt.Orientation.Vertical, self)
        side.addWidget(self._traces())
        side.addWidget(self.series)
        side.setSizes([_SHARES[1], _SHARES[1]])
        whole = self._whole
        whole.addWidget(self.plot)
        whole.addWidget(side)
        whole.setStretchFactor(0, 1)
        whole.setSizes(list(_SHARES))
        in_column(whole, on=self, margins=8)

    def _widen_side(self) -> None:
        """Give the names of the traces the width that they need, up to half of the page."""
        plot, side = self._whole.sizes()
        wanted = min(self.table.whole_width(), (plot + side) // 2)
        if 0 < side < wanted:
            self._whole.setSizes([plot + side - wanted, wanted])

    def _traces(self) -> QWidget:
        """Return the table of traces with its buttons."""
        part = QWidget(self)
        label = QLabel("Distance", part)
        label.setBuddy(self.offset)
        row = in_row(label, self.offset, (self.said, 1))
        in_column(self.top, (self.table, 1), self.tools, row, on=part, margins=0)
        return part

    # --- connecting ----------------------------------------------------------------------------

    def _connect(self) -> None:
        stacking, buttons = self.stacking, self.buttons
        stacking.changed.connect(self._refresh)
        stacking.told.connect(self.say)
        self.top.said.connect(self.say)
        stacking.failed.connect(self._on_failed)
        stacking.busy.connect(self._on_busy)
        stacking.rows_changed.connect(self._refresh_buttons)
        self.table.edited.connect(stacking.push)
        self.table.itemSelectionChanged.connect(self._refresh_buttons)
        self.table.delete_pressed.connect(self._on_remove)
        self.offset.valueChanged.connect(self._on_offset)
        self.offset.editingFinished.connect(self._on_offset_finished)
        self.plot.region_drawn.connect(self._on_region_drawn)
        self.plot.reference_chosen.connect(self._on_reference_chosen)
        self.plot.trace_chosen.connect(self.table.choose)
        self.plot.trace_scaled.connect(self._on_trace_scaled)
        self.series.show_ppm.connect(self.plot.show_ppm)
        self.series.remove_wanted.connect(
            lambda number: stacking.push("Remove Region", stacking.stack.without_region(number))
        )
        slots = {
            "add_open": self._on_add_open,
            "add_rows": stacking.add_rows,
            "remove": self._on_remove,
            "colour": self._on_colour,
            "equal": lambda: stacking.push("Equally Tall", stacking.stack.equally_tall()),
            "plain": self._on_plain,
            "sum": lambda: self._open_sum(1.0),
            "difference": lambda: self._open_sum(-1.0),
            "take_integrals": self._on_take_integrals,
            **{name: partial(self._on_use, name) for name in USES},
        }
        for name, slot in slots.items():
            buttons[name].clicked.connect(lambda _=False, slot=slot: slot())
        for name in TOGGLES:
            buttons[name].toggled.connect(lambda is_on, name=name: self._on_mode(name, is_on))

    def _make_actions(self) -> None:
        """Let the page do itself what the main window does at the same keys."""
        view_box = self.plot.view_box
        for name, text, do in (
            ("full_view", "Full View", self.plot.full_view),
            ("fit_height", "Fit Height", self.plot.fit_height),
            ("previous_view", "Previous View", view_box.previous_view),
            ("taller", "Twice as Tall", lambda: view_box.scale_height(2.0)),
            ("smaller", "Half as Tall", lambda: view_box.scale_height(0.5)),
            ("zoom_tool", "Zoom Tool", self._rest),
            ("rest", "Cancel Tool", self._rest),
        ):
            self.does(name, text, do)
        self.own_actions |= self.top.actions_by_id

    # --- showing -------------------------------------------------------------------------------

    @Slot()
    def _refresh(self) -> None:
        stack = self.stacking.stack
        with QSignalBlocker(self.offset):
            self.offset.setValue(100 * stack.offset)
        self.plot.set_stack(stack)
        self.table.show_stack(stack)
        self.series.show_stack(stack)
        self._refresh_buttons()

    @Slot()
    def _refresh_buttons(self) -> None:
        stack, chosen = self.stacking.stack, len(self.table.selected_ids())
        for name in ("remove", "colour"):
            self.buttons[name].setEnabled(chosen > 0)
        for name in ("sum", "difference"):
            self.buttons[name].setEnabled(chosen > 1)
        for name in ("equal", "plain", *TOGGLES):
            self.buttons[name].setEnabled(bool(stack.traces))
        for name in USES:
            self.buttons[name].setEnabled(bool(stack.regions))
        self.top.refresh()
        self.buttons["add_rows"].setEnabled(bool(self.stacking.rows()))

    # --- what the buttons do -------------------------------------------------------------------

    def _on_add_open(self) -> None:
        if not self.stacking.add_open():
            self.say("All open spectra are here already.")

    def _on_remove(self) -> None:
        ids = frozenset(self.table.selected_ids())
        text = "Remove Trace" if len(ids) == 1 else f"Remove {len(ids)} Traces"
        self.stacking.push(text, self.stacking.stack.without(ids))

    def _on_colour(self) -> None:
        ids = self.table.selected_ids()
        dialog = QColorDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
        dialog.colorSelected.connect(lambda colour: self.set_colour(ids, colour))
        dialog.open()

    def set_colour(self, ids: tuple[str, ...], colour: QColor) -> None:
        """Draw traces in a colour."""
        stack = self.stacking.stack
        for one in ids:
            stack = stack.changed(one, lambda t: replace(t, colour=colour.name()))
        self.stacking.push("Change Colour", stack)

    def _on_plain(self) -> None:
        stack = self.stacking.stack
        plain = stack.each(lambda t: replace(t, scale=1.0, shift_ppm=0.0))
        self.stacking.push("As Measured", plain)

    def _open_sum(self, sign: float) -> None:
        ids = self.table.selected_ids()
        self.stacking.open_sum(ids, (1.0, *[sign] * (len(ids) - 1)))
        self.say("It opens as a spectrum in the main window.")

    def _on_take_integrals(self) -> None:
        if not self.stacking.take_integrals():
            self.say("The spectrum in the main window has no integrals.")

    def _on_use(self, name: str) -> None:
        use, words = USES[name]
        count, refused = self.stacking.use_regions(use)
        nothing = "Nothing to change: so it is in the open spectra already, and rows are none."
        told = f"{words} in {count} open spectra." if count else "" if refused else nothing
        self.say(f"{told} {refused}".strip())

    def _on_offset(self, percent: float) -> None:
        stack = replace(self.stacking.stack, offset=percent / 100)
        self.stacking.push("Change Distance", stack, self._gesture)

    def _on_offset_finished(self) -> None:
        """Let what comes next be a step of its own."""
        self._gesture = new_gesture()

    def _on_trace_scaled(self, one: str, factor: float, is_new: bool) -> None:
        """Scale the selected traces, else the one under the mouse."""
        self._gesture = new_gesture() if is_new else self._gesture
        stack = self.stacking.stack
        for each in self.table.selected_ids() or (one,):
            stack = stack.changed(each, lambda t: replace(t, scale=t.scale * factor))
        self.stacking.push("Change Scale", stack, self._gesture)

    def _on_mode(self, name: str, is_on: bool) -> None:
        for other in TOGGLES:
            if is_on and other != name:
                self.buttons[other].setChecked(False)
        on = [other for other in TOGGLES if self.buttons[other].isChecked()]
        self.plot.set_mode(on[0] if on else "zoom")

    def _rest(self) -> None:
        for name in TOGGLES:
            self.buttons[name].setChecked(False)

    def _on_region_drawn(self, first: float, second: float) -> None:
        self.stacking.push("Add Region", self.stacking.stack.with_region(first, second))

    def _on_reference_chosen(self, ppm: float, reach: float) -> None:
        self.stacking.push("Align", self.stacking.stack.aligned(ppm, reach))
        self.say("Each trace is moved so that its tallest line there stands where you clicked.")

    def _on_failed(self, path: str, error: Exception) -> None:
        show_error(f"The rows of '{document_name(path)}' could not be read", error, self)

    def _on_busy(self, is_busy: bool) -> None:
        self.say("Reading rows…" if is_busy else "")
        self.buttons["add_rows"].setEnabled(not is_busy and bool(self.stacking.rows()))
