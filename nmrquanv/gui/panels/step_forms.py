"""The form under the list of steps: that of the step that is chosen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QStackedWidget, QWidget

from nmrquanv.gui.layouts import in_column
from nmrquanv.gui.panels.phase_editor import PhaseEditor
from nmrquanv.gui.panels.step_fields import FIELDS
from nmrquanv.gui.panels.step_form import StepForm
from nmrquanv.gui.panels.step_words import points_text
from nmrquanv.numbers import fixed
from nmrquanv.spectra.recipe import (
    Baseline,
    FourierTransform,
    GroupDelay,
    Magnitude,
    Phase,
    Recipe,
    Step,
)
from nmrquanv.spectra.spectrum import Fid, Spectrum


class BaselineForm(QWidget):
    """Method and stiffness, and the tools for points and regions.

    Signals
    -------
    tool_wanted(str)
        ``"anchors"`` or ``"left_out"``; empty when a tool is laid down.
    cleared()
        Points and regions are to go.
    """

    tool_wanted = Signal(str)
    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = StepForm(Baseline, self)
        self.anchors_button = QPushButton("Set Points", self)
        self.left_out_button = QPushButton("Leave Out", self)
        self.clear_button = QPushButton("Clear", self)
        self.anchors_button.setToolTip("Click in the plot: points that the curve goes through")
        self.left_out_button.setToolTip("Drag in the plot: regions that say nothing of it")
        self.clear_button.setToolTip("Forget all points and regions")
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.form, 0, 0, 1, 3)
        for column, button in enumerate(
            (self.anchors_button, self.left_out_button, self.clear_button)
        ):
            layout.addWidget(button, 1, column)
        for button, name in ((self.anchors_button, "anchors"), (self.left_out_button, "left_out")):
            button.setCheckable(True)
            button.clicked.connect(lambda is_on, n=name: self.tool_wanted.emit(n if is_on else ""))
        self.clear_button.clicked.connect(self.cleared)

    def show_step(self, step: Baseline) -> None:
        """Show a step."""
        self.form.show_step(step)
        self.left_out_button.setEnabled(step.mode != "points")
        self.clear_button.setEnabled(bool(step.anchors or step.excluded))

    def show_tool(self, name: str) -> None:
        """Show which tool of the plot is in use."""
        self.anchors_button.setChecked(name == "anchors")
        self.left_out_button.setChecked(name == "left_out")


class StepForms(QStackedWidget):
    """Shows the form of one step at a time.

    Signals
    -------
    previewed(Step), changed(Step, int or None), given_up(), refused(str)
        As in :class:`StepForm`.
    """

    previewed = Signal(object)
    changed = Signal(object, object)
    given_up = Signal()
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.note = QLabel(self._page())
        self.note.setWordWrap(True)
        self.phase, self.baseline = PhaseEditor(self._page()), BaselineForm(self._page())
        for part in (self.note, self.phase, self.baseline):
            _lay_at_top(part)
        self.phase.changed.connect(self.changed)
        self.phase.given_up.connect(self.given_up)
        self.by_kind: dict[type[Step], StepForm] = {}
        self._take_in(Baseline, self.baseline.form)

    def form(self, kind: type[Step]) -> StepForm:
        """Return the form of a kind of step; made when it is first asked for."""
        if kind not in self.by_kind:
            form = StepForm(kind, self._page())
            _lay_at_top(form)
            self._take_in(kind, form)
        return self.by_kind[kind]

    def _page(self) -> QWidget:
        """Return a new page, for one form."""
        page = QWidget(self)
        self.addWidget(page)
        return page

    def _take_in(self, kind: type[Step], form: StepForm) -> None:
        self.by_kind[kind] = form
        form.previewed.connect(self.previewed)
        form.changed.connect(self.changed)
        form.given_up.connect(self.given_up)
        form.refused.connect(self.refused)

    def show_step(
        self, kind: type[Step] | None, recipe: Recipe, data: Fid | Spectrum | None
    ) -> None:
        """Show the form of a kind of step with what stands in a recipe."""
        step = next((s for s in recipe.steps if type(s) is kind), None)
        if isinstance(step, Baseline):
            self.baseline.show_step(step)
            self._bring(self.baseline)
        elif kind in FIELDS and step is not None:
            self.form(kind).show_step(step)
            self._bring(self.form(kind))
        elif kind is Phase:
            self._bring(self.phase)
        else:
            self.note.setText(_note(kind, data))
            self._bring(self.note)

    def _bring(self, part: QWidget) -> None:
        holder = part.parentWidget()
        if holder is not None and holder is not self.currentWidget():
            self.setCurrentWidget(holder)


def _lay_at_top(part: QWidget) -> None:
    """Let a form stand at the top of its page."""
    in_column(part, 1, on=part.parentWidget(), margins=(0, 2, 0, 0))


def _note(kind: type[Step] | None, data: Fid | Spectrum | None) -> str:
    if kind is GroupDelay:
        points = data.group_delay_points if isinstance(data, Fid) else 0.0
        size = f"{fixed(points, 2)} points" if points else "none here"
        return f"Takes out the delay of the digital filter (Bruker GRPDLY): {size}."
    if kind is FourierTransform:
        size = points_text(data.data.size) if data is not None else "no"
        return f"From the FID ({size} complex points) to the spectrum."
    if kind is Magnitude:
        return "Takes the magnitude of every point: no phase is needed, and areas count nothing."
    return "Choose a step to see its parameters."
