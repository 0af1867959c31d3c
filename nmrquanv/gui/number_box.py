"""Fields for numbers: the one spin box, table editor and question of the window.

All of them read and show numbers by ``nmrquanv/numbers.py``, whatever the computer's language.
What cannot be understood is kept while it is typed, then refused aloud: a bubble at the field
says what was understood and which value stays, and a dialog does not go on over it.
"""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QLocale,
    QSignalBlocker,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QValidator
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QLabel,
    QToolTip,
    QWidget,
)

from nmrquanv.errors import NumberError
from nmrquanv.gui.dialogs.dialog import Button, Dialog
from nmrquanv.gui.layouts import in_column
from nmrquanv.numbers import fixed, parse_number, parse_whole, split_number

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def tell_refusal(field: QWidget, text: str) -> None:
    """Say beside a field why what was typed there is not taken."""
    QToolTip.showText(field.mapToGlobal(field.rect().bottomLeft()), text, field)


class NumberBox(QDoubleSpinBox):
    """A spin box that takes point and comma, and drops nothing without a word.

    Signals
    -------
    refused(str)
        What was typed is not taken, and why; the value stays.
    """

    refused = Signal(str)

    KEPT_DECIMALS = 9
    _shown, _typed = 2, 0.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setLocale(QLocale.c())
        self.setKeyboardTracking(False)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.refusal = ""
        self.lineEdit().textEdited.connect(self._forget_refusal)
        self.valueChanged.connect(self._forget_refusal)

    def set_up(
        self,
        limits: tuple[float, float],
        value: float | None = None,
        *,
        decimals: int = 0,
        suffix: str = "",
        name: str = "",
    ) -> None:
        """Set what nearly every field sets."""
        self.setDecimals(decimals)
        self.setRange(*limits)
        self.setSuffix(suffix)
        if value is not None:
            self.setValue(value)
        if name:
            self.setAccessibleName(name)

    def setDecimals(self, decimals: int) -> None:
        """Show at least so many decimals; a number that was typed with more keeps them."""
        self._shown = decimals
        super().setDecimals(self.KEPT_DECIMALS)

    def decimals(self) -> int:
        """Return how many decimals are shown at least."""
        return self._shown

    def setValue(self, value: float) -> None:
        """Show a number: as it was typed, if it is that one, else with the usual decimals."""
        super().setValue(value if value == self._typed else round(value, self._shown))

    def stepBy(self, steps: int) -> None:
        """Go up or down; from zero by the last decimal that is shown."""
        least = 10.0**-self._shown
        is_adaptive = self.stepType() == self.StepType.AdaptiveDecimalStepType
        if is_adaptive and abs(self.value()) < least:
            self.setValue(self.value() + steps * least)
        else:
            super().stepBy(steps)

    def settle(self) -> bool:
        """Take over what was typed; False where it is refused, which is said again."""
        refusal = self.refusal or self._refusal(self.text())
        self.interpretText()
        if refusal:
            self._refuse(refusal)
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            self.selectAll()
        self.refusal = ""
        return not refusal

    def drop_typed(self) -> None:
        """Forget what was typed and not taken over: it was meant for something else."""
        with QSignalBlocker(self):
            self.setValue(self.value())
        self.refusal = ""

    def validate(self, text: str, at: int) -> tuple[QValidator.State, str, int]:
        """Let anything be typed; only a number within the limits is acceptable."""
        state = QValidator.State
        return (state.Intermediate if self._refusal(text) else state.Acceptable), text, at

    def valueFromText(self, text: str) -> float:
        """Return the number of an acceptable text."""
        if self._is_special(text):
            return self.minimum()
        self._typed = self._parse(self._bare(text))
        return self._typed

    def textFromValue(self, value: float) -> str:
        """Return a number as it is shown; what was typed is never rounded into another number."""
        places = self._shown
        if value == self._typed:
            while places < self.KEPT_DECIMALS and round(value, places) != value:
                places += 1
        return fixed(value, places)

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the window where nothing was typed that they could change."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            keys, line = QKeySequence.StandardKey, self.lineEdit()
            is_idle = event.matches(keys.Undo) and not line.isUndoAvailable()
            if is_idle or (event.matches(keys.Redo) and not line.isRedoAvailable()):
                event.ignore()
                return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep a text that is refused at Enter, so that it can be mended."""
        if event.key() in ENTER and (refusal := self._refusal(self.text())):
            self._refuse(refusal)
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Go back to the value where the text is refused, and say so."""
        refusal = self._refusal(self.text())
        super().focusOutEvent(event)
        if refusal:
            self.interpretText()
            self._refuse(refusal)

    def _parse(self, text: str) -> float:
        return parse_number(text)

    def _forget_refusal(self) -> None:
        self.refusal = ""

    def _refuse(self, refusal: str) -> None:
        self.refusal = refusal
        tell_refusal(self, f"{refusal}\nThe value stays {self._told(self.value())}.")
        self.refused.emit(refusal)

    def _refusal(self, text: str) -> str:
        """Return why a text of the field cannot be taken; empty if it can."""
        if self._is_special(text):
            return ""
        try:
            value = self._parse(self._bare(text))
        except NumberError as error:
            return str(error)
        low, high = self.minimum(), self.maximum()
        if low <= value <= high:
            return ""
        return f"{self._bare(text)} is outside {self._told(low)} to {self._told(high)}."

    def _bare(self, text: str) -> str:
        """Return a text without the unit that stands in the field, or was typed too."""
        unit = self.suffix().strip()
        bare = text.strip().removesuffix(unit).strip()
        value, rest = split_number(bare)
        is_unit = value is not None and rest and unit.startswith(rest)
        return bare.removesuffix(rest) if is_unit else bare

    def _is_special(self, text: str) -> bool:
        """Tell whether a text, or an empty field, stands for 'unknown'."""
        special = self.specialValueText()
        return bool(special) and text.strip() in ("", special, self.suffix().strip())

    def _told(self, value: float) -> str:
        return f"{self.textFromValue(value)}{self.suffix()}"


class WholeBox(NumberBox):
    """A spin box for whole numbers."""

    KEPT_DECIMALS = 0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDecimals(0)

    def whole(self) -> int:
        """Return the value."""
        return round(self.value())

    def _parse(self, text: str) -> float:
        return float(parse_whole(text))


def are_settled(form: QWidget) -> bool:
    """Take over what was typed in all fields of a form; False, and said, where one is refused."""
    return all(
        box.settle()
        for box in form.findChildren(NumberBox)
        if box.isVisibleTo(form) and box.isEnabledTo(form)
    )


class NumberDialog(Dialog):
    """Asks for one number.

    Parameters
    ----------
    title, question : str
    box : NumberBox
        Set up for what is asked.
    parent : QWidget

    Signals
    -------
    chosen(float)
        The number, at OK.
    """

    chosen = Signal(float)

    def __init__(self, title: str, question: str, box: NumberBox, parent: QWidget) -> None:
        super().__init__(title, parent)
        self.box = box
        box.setParent(self)
        box.setAccessibleName(question)
        self.add_buttons(Button.Ok | Button.Cancel)
        label = QLabel(question, self)
        label.setBuddy(box)
        in_column(label, box, self.buttons, on=self)
        box.setFocus(Qt.FocusReason.OtherFocusReason)
        box.selectAll()

    def accept(self) -> None:
        """Hand over the number, unless what was typed is none."""
        if are_settled(self):
            self.chosen.emit(self.box.value())
            super().accept()
