"""One number with two handles: a slider for feeling one's way, a spin box for typing.

A *gesture* is what a person feels as one change: a drag from press to release, or wheel and key
steps in quick succession. All values of a gesture carry the same key, so that the document can
keep them as one undo step.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QWidget

from nmrquanv.gui.layouts import in_row
from nmrquanv.gui.number_box import NumberBox
from nmrquanv.gui.panels.still_label import StillLabel
from nmrquanv.session.undo import new_gesture

NOTE_SIDE = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
"""On which side of its room a note stands."""

LONGEST_NOTE = "hides 00000"
_STEPS = 600
_PAUSE_MS = 700
"""Key or wheel steps further apart than this are gestures of their own."""


class SliderSpin(QWidget):
    """A labelled number, set by slider or spin box.

    Parameters
    ----------
    title : str
        Shown above the slider; also the accessible name.
    low, high : float
        Ends of the slider. The spin box may reach further, see ``limits``.
    decimals : int
    suffix : str
    is_log : bool
        Equal steps of the slider are equal factors; ``low`` must be positive then.
    limits : (float, float) or None
        Of the spin box; None takes ``low`` and ``high``.

    Signals
    -------
    changed(float, int)
        A person set this value; the number is the key of the gesture.
    finished(float)
        A gesture has ended at this value; its key is :attr:`gesture`.
    given_up()
        A drag was given up with Esc: the value is the one before it again.
    """

    changed = Signal(float, int)
    finished = Signal(float)
    given_up = Signal()

    def __init__(
        self,
        title: str,
        low: float,
        high: float,
        *,
        decimals: int = 1,
        suffix: str = "",
        is_log: bool = False,
        limits: tuple[float, float] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._low, self._high, self._is_log = low, high, is_log
        self.gesture = 0
        self._before, self._is_given_up = 0.0, False
        self._since_change = QElapsedTimer()
        self.title = QLabel(title, self)
        self.note = StillLabel(self, LONGEST_NOTE)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(0, _STEPS)
        self.slider.setPageStep(_STEPS // 20)
        self.slider.setAccessibleName(f"{title}, slider")
        self.spin = NumberBox(self)
        self.spin.set_up(limits or (low, high), decimals=decimals, suffix=suffix, name=title)
        if is_log:
            self.spin.setStepType(NumberBox.StepType.AdaptiveDecimalStepType)
        else:
            self.spin.setSingleStep(max((high - low) / 200, 10.0**-decimals))
        self.spin.setMinimumWidth(
            self.spin.fontMetrics().horizontalAdvance(f"-0000.0{suffix}") + 28
        )
        self.title.setBuddy(self.spin)
        self._build()
        self._connect()

    def value(self) -> float:
        """Return the number shown."""
        return self.spin.value()

    def set_value(self, value: float) -> None:
        """Show a number without announcing it; a slider being dragged is left alone."""
        # what stands there already is written and drawn anew all the same
        if value != self.spin.value():
            with QSignalBlocker(self.spin):
                self.spin.setValue(value)
        if not self.slider.isSliderDown():
            with QSignalBlocker(self.slider):
                self.slider.setValue(self._place(value))

    def set_reach(self, low: float, high: float) -> None:
        """Set the ends of the slider; not while it is being dragged."""
        if not self.slider.isSliderDown():
            self._low, self._high = low, high

    def set_tip(self, text: str) -> None:
        """Explain the number."""
        for part in (self.title, self.slider, self.spin):
            part.setToolTip(text)

    def _build(self) -> None:
        self.note.setForegroundRole(self.palette().ColorRole.PlaceholderText)
        self.note.setAlignment(NOTE_SIDE)
        self.note.hide()
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setVerticalSpacing(0)
        layout.setColumnStretch(1, 1)
        layout.addWidget(self.title, 0, 0)
        layout.addWidget(self.spin, 0, 2)
        # beside the slider no title takes the note's room
        layout.addLayout(in_row((self.slider, 1), self.note), 1, 0, 1, 3)

    def _connect(self) -> None:
        self.slider.installEventFilter(self)
        self.slider.sliderPressed.connect(self._on_pressed)
        self.slider.sliderReleased.connect(self._on_released)
        self.slider.valueChanged.connect(self._on_slider_moved)
        self.spin.valueChanged.connect(self._on_typed)

    @property
    def is_dragged(self) -> bool:
        """Whether the handle is held and what it does is still to be settled."""
        return self.slider.isSliderDown() and not self._is_given_up

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Esc give up a drag: until the button is let go the mouse moves nothing more."""
        kind = event.type()
        keys = (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)
        if kind in keys and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if self.is_dragged:
                if kind == QEvent.Type.KeyPress:
                    self._give_up()
                event.accept()
                return True
        elif self._is_given_up and kind == QEvent.Type.MouseMove:
            return True
        return super().eventFilter(watched, event)

    def _give_up(self) -> None:
        self._is_given_up = True
        with QSignalBlocker(self.spin), QSignalBlocker(self.slider):
            self.spin.setValue(self._before)
            self.slider.setSliderPosition(self._place(self._before))
        self.given_up.emit()

    def _on_pressed(self) -> None:
        self._before, self._is_given_up = self.value(), False
        self._begin()

    def _on_released(self) -> None:
        if not self._is_given_up:
            self.finished.emit(self.value())
        self._is_given_up = False

    def _begin(self) -> None:
        self.gesture = new_gesture()

    def _continue_gesture(self) -> int:
        """Return the key of the gesture that a change now belongs to."""
        is_stale = not self._since_change.isValid() or self._since_change.elapsed() > _PAUSE_MS
        if not self.gesture or (is_stale and not self.slider.isSliderDown()):
            self._begin()
        self._since_change.start()
        return self.gesture

    def _on_slider_moved(self, place: int) -> None:
        if self._is_given_up:
            return
        value = round(self._number(place), self.spin.decimals())
        with QSignalBlocker(self.spin):
            self.spin.setValue(value)
        self.changed.emit(self.spin.value(), self._continue_gesture())
        if not self.slider.isSliderDown():
            self.finished.emit(self.spin.value())

    def _on_typed(self, value: float) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setValue(self._place(value))
        self.changed.emit(value, self._continue_gesture())
        self.finished.emit(value)

    def _number(self, place: int) -> float:
        share = place / _STEPS
        if self._is_log:
            return self._low * (self._high / self._low) ** share
        return self._low + (self._high - self._low) * share

    def _place(self, value: float) -> int:
        bounded = min(max(value, self._low), self._high)
        if self._is_log:
            share = math.log(bounded / self._low) / math.log(self._high / self._low)
        else:
            share = (bounded - self._low) / (self._high - self._low)
        return round(share * _STEPS)
