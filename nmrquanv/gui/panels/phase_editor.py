"""Phase by hand or automatically, with a pivot that stays in phase while ph1 turns the rest."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from nmrquanv.gui.layouts import in_column, in_row
from nmrquanv.gui.number_box import NumberBox
from nmrquanv.gui.panels.slider_spin import SliderSpin
from nmrquanv.spectra.recipe import Phase
from nmrquanv.spectra.snapping import tallest_point
from nmrquanv.spectra.spectrum import Spectrum

_HALF_TURN = 180.0
_LEAST = 0.051
"""Half a step of the boxes, degrees: what they show is not finer."""
_PIVOT_STEP_PPM = 0.1


def wrapped(degrees: float) -> float:
    """Return the same angle between -180 (left out) and 180 degrees."""
    return _HALF_TURN - (_HALF_TURN - degrees) % (2 * _HALF_TURN)


def _total_ph0(step: Phase) -> float:
    return step.ph0_deg + (_HALF_TURN if step.is_flipped else 0.0)


class PhaseEditor(QWidget):
    """Two angles, automatic, and a half turn.

    Signals
    -------
    previewed(float, float)
        Degrees to add to what is shown, while a slider is dragged.
    changed(Phase, int or None)
        The step that a person settled on, and the key of the gesture.
    given_up()
        A drag was given up: nothing is to change.
    pivot_moved(float)
        Chemical shift of the line that stays in phase while ph1 turns the rest.
    """

    previewed = Signal(float, float)
    changed = Signal(object, object)
    given_up = Signal()
    pivot_moved = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step = self._drawn = Phase("manual")
        self._pivot_share = 0.5
        self._spectrum: Spectrum | None = None
        self._has_own_pivot = False
        self.automatic_button = QPushButton("Automatic", self)
        self.flip_button = QPushButton("Turn 180°", self)
        self.ph0 = SliderSpin("ph0", -180, 180, decimals=1, suffix="°", limits=(-360, 360))
        self.ph1 = SliderSpin("ph1", -180, 180, decimals=1, suffix="°", limits=(-1e5, 1e5))
        self.pivot, self.pivot_text = NumberBox(self), QLabel(self)
        self._build()
        self._connect()

    def show_phase(self, step: Phase, drawn: Phase, spectrum: Spectrum | None) -> None:
        """Show a step; the pivot is the tallest line, until a person takes another one.

        Parameters
        ----------
        step : Phase
            What was asked for last.
        drawn : Phase
            That of the spectrum shown: an older one while the new is being worked on.
        spectrum : Spectrum or None
        """
        if step.mode == "automatic" and drawn.mode == "automatic":
            step = replace(step, ph0_deg=drawn.ph0_deg, ph1_deg=drawn.ph1_deg)
        self._step, self._drawn = step, drawn
        self.automatic_button.setChecked(step.mode == "automatic")
        self.flip_button.setChecked(step.is_flipped)
        self.ph0.set_value(wrapped(step.ph0_deg))
        centre = 0.0 if abs(step.ph1_deg) <= _HALF_TURN else round(step.ph1_deg, -1)
        self.ph1.set_reach(centre - _HALF_TURN, centre + _HALF_TURN)
        self.ph1.set_value(step.ph1_deg)
        if spectrum is not self._spectrum:
            self._spectrum = spectrum
            self._show_pivot()

    @property
    def pivot_ppm(self) -> float | None:
        """Chemical shift of the pivot; None without a spectrum."""
        if self._spectrum is None:
            return None
        axis = self._spectrum.axis
        return float(axis.ppm(self._pivot_share * axis.size))

    def set_pivot(self, ppm: float) -> None:
        """Let another place stay in phase while ph1 turns the rest."""
        if self._spectrum is None:
            return
        axis = self._spectrum.axis
        self._pivot_share = min(max(float(axis.point(ppm)) / axis.size, 0.0), 1.0)
        self._has_own_pivot = True
        self._show_pivot()

    def forget_pivot(self) -> None:
        """Go back to the tallest line: another spectrum is worked on."""
        self._has_own_pivot, self._spectrum = False, None

    def _show_pivot(self) -> None:
        if self._spectrum is None:
            return
        if not self._has_own_pivot:
            self._pivot_share = tallest_point(self._spectrum) / self._spectrum.axis.size
        ppm = self.pivot_ppm or 0.0
        self.pivot_text.setText("" if self._has_own_pivot else "the tallest line")
        with QSignalBlocker(self.pivot):
            low, high = sorted(self._spectrum.axis.limits_ppm)
            self.pivot.setRange(low, high)
            self.pivot.setValue(ppm)
        self.pivot_moved.emit(ppm)

    def _build(self) -> None:
        for button in (self.automatic_button, self.flip_button):
            button.setCheckable(True)
        self.automatic_button.setToolTip(
            "Finds ph0 and ph1 itself (APK); lines may be of either sign. Any change of the\n"
            "angles goes back to phasing by hand."
        )
        self.flip_button.setToolTip("Turns all lines upside down: a half turn more of ph0")
        self.ph0.set_tip("Zero order, the same at all frequencies: Bruker's PHC0")
        self.ph1.set_tip(
            "First order, from the left end to the right: Bruker's PHC1.\n"
            "The pivot stays as it is; drag its line in the plot to take another one."
        )
        title = QLabel("Pivot", self)
        title.setBuddy(self.pivot)
        self.pivot.set_up((0.0, 1.0), decimals=3, suffix=" ppm", name="Pivot of ph1")
        self.pivot.setSingleStep(_PIVOT_STEP_PPM)
        for part in (title, self.pivot):
            part.setToolTip(
                "The place that stays in phase while ph1 turns the rest: type it here, or drag\n"
                "its line in the plot."
            )
        self.pivot_text.setForegroundRole(self.palette().ColorRole.PlaceholderText)
        buttons = QGridLayout()
        buttons.setSpacing(4)
        buttons.addWidget(self.automatic_button, 0, 0)
        buttons.addWidget(self.flip_button, 0, 1)
        indent = self.fontMetrics().horizontalAdvance("00")
        pivot = in_row(title, (self.pivot_text, 1), self.pivot)
        in_column(buttons, self.ph0, self.ph1, pivot, on=self, margins=(indent, 0, 0, 4))

    def _connect(self) -> None:
        self.automatic_button.clicked.connect(self._on_automatic)
        self.flip_button.clicked.connect(self._on_flip)
        self.ph0.changed.connect(self._preview)
        self.ph1.changed.connect(self._on_ph1_changed)
        self.pivot.valueChanged.connect(self.set_pivot)
        for slider in (self.ph0, self.ph1):
            slider.given_up.connect(self._on_given_up)
        self.ph0.finished.connect(lambda: self._commit(self.ph0))
        self.ph1.finished.connect(lambda: self._commit(self.ph1))

    def _angles(self) -> tuple[float, float]:
        """Return the angles that the handles stand for; an untouched one keeps its decimals."""
        ph0, ph1 = self.ph0.value(), self.ph1.value()
        old0, old1 = wrapped(self._step.ph0_deg), self._step.ph1_deg
        return (
            old0 if abs(ph0 - old0) < _LEAST else ph0,
            old1 if abs(ph1 - old1) < _LEAST else ph1,
        )

    def _on_ph1_changed(self) -> None:
        """Turn ph0 against ph1 so that the pivot stays as it is."""
        _, ph1 = self._angles()
        turn = (ph1 - self._step.ph1_deg) * self._pivot_share
        self.ph0.set_value(wrapped(self._step.ph0_deg - turn))
        self._preview()

    def _preview(self) -> None:
        ph0, ph1 = self._angles()
        asked = replace(self._step, ph0_deg=ph0)
        turn = wrapped(_total_ph0(asked) - _total_ph0(self._drawn))
        self.previewed.emit(turn, ph1 - self._drawn.ph1_deg)

    def _commit(self, slider: SliderSpin) -> None:
        ph0, ph1 = self._angles()
        if (ph0, ph1) != (wrapped(self._step.ph0_deg), self._step.ph1_deg):
            self._step = replace(self._step, mode="manual", ph0_deg=ph0, ph1_deg=ph1)
            self.automatic_button.setChecked(False)
            self.changed.emit(self._step, slider.gesture)

    def _on_given_up(self) -> None:
        self.ph0.set_value(wrapped(self._step.ph0_deg))
        self.ph1.set_value(self._step.ph1_deg)
        self.previewed.emit(0.0, 0.0)
        self.given_up.emit()

    def _on_automatic(self, is_on: bool) -> None:
        self.changed.emit(replace(self._step, mode="automatic" if is_on else "manual"), None)

    def _on_flip(self, is_on: bool) -> None:
        self.changed.emit(replace(self._step, is_flipped=is_on), None)
