"""The parameters of one step: tried out while a slider is dragged, settled when it is let go."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from nmrquanv.errors import ProcessingError
from nmrquanv.gui.layouts import in_row
from nmrquanv.gui.panels.slider_spin import SliderSpin
from nmrquanv.gui.panels.step_fields import FIELDS, StepField
from nmrquanv.gui.panels.step_words import points_text
from nmrquanv.spectra.recipe import Smoothing, Step


class ChoiceBox(QWidget):
    """A list of values with what it is for before it.

    Signals
    -------
    activated()
        A person chose.
    """

    activated = Signal()

    def __init__(self, field: StepField, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.box = QLabel(field.title, self), QComboBox(self)
        self.box.setAccessibleName(field.title)
        self.box.setToolTip(field.tip)
        self.box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.box.setMinimumContentsLength(12)
        self.title.setBuddy(self.box)
        for value, text in field.choices:
            self.box.addItem(text, value)
        in_row((self.title, 1), self.box, on=self, margins=0)
        self.box.activated.connect(lambda _: self.activated.emit())

    def value(self) -> object:
        """Return the value chosen."""
        return self.box.currentData()

    def set_value(self, value: Any) -> None:
        """Show a value; one that is not in the list joins it."""
        with QSignalBlocker(self.box):
            if self.box.findData(value) < 0:
                text = points_text(value) if isinstance(value, int) else str(value)
                self.box.addItem(text, value)
            self.box.setCurrentIndex(self.box.findData(value))


class StepForm(QWidget):
    """The form of one kind of step, made from its fields.

    Signals
    -------
    previewed(Step)
        What a slider stands at while it is dragged.
    changed(Step, int or None)
        What a person settled on, and the key of the gesture.
    given_up()
        A drag was given up: nothing is to change.
    refused(str)
        Why a value cannot be.
    """

    previewed = Signal(object)
    changed = Signal(object, object)
    given_up = Signal()
    refused = Signal(str)

    def __init__(self, kind: type[Step], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = kind
        self._step: Step | None = None
        self.fields: dict[str, SliderSpin | ChoiceBox] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for field in FIELDS[kind]:
            part = self._choice(field) if field.choices else self._slider(field)
            self.fields[field.name] = part
            layout.addWidget(part)

    def _choice(self, field: StepField) -> ChoiceBox:
        part = ChoiceBox(field, self)
        part.activated.connect(lambda: self._settle(field.name, None))
        return part

    def _slider(self, field: StepField) -> SliderSpin:
        part = SliderSpin(
            field.title,
            *field.reach,
            decimals=field.decimals,
            suffix=field.suffix,
            is_log=field.is_log,
            limits=field.limits,
            parent=self,
        )
        part.set_tip(field.tip)
        part.changed.connect(lambda *_: self._try(field.name))
        part.finished.connect(lambda _: self._settle(field.name, part.gesture))
        part.given_up.connect(self.given_up)
        return part

    def show_step(self, step: Step) -> None:
        """Show the parameters of a step; a slider being dragged is left alone."""
        self._step = step
        first = getattr(step, FIELDS[self._kind][0].name)
        for field in FIELDS[self._kind]:
            part = self.fields[field.name]
            part.set_value(getattr(step, field.name))
            part.setVisible(not field.only or first in field.only)

    def _try(self, name: str) -> None:
        part = self.fields[name]
        if isinstance(part, SliderSpin) and part.is_dragged:
            step = self._with(name)
            if step is not None:
                self.previewed.emit(step)

    def _settle(self, name: str, gesture: int | None) -> None:
        step = self._with(name)
        if step is not None and step != self._step:
            self._step = step
            self.changed.emit(step, gesture)

    def _with(self, name: str) -> Step | None:
        """Return the step with what stands in a field; None, and why, where it cannot be."""
        if self._step is None:
            return None
        was, value = getattr(self._step, name), self.fields[name].value()
        if isinstance(was, int) and isinstance(value, float):
            value = round(value)
            if self._kind is Smoothing:
                value |= 1
        try:
            return replace(self._step, **{name: value})  # type: ignore[arg-type]
        except ProcessingError as error:
            self.refused.emit(str(error))
            self.fields[name].set_value(was)
            return None
