"""What the program remembers, as a form; nothing changes before OK."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGroupBox,
    QWidget,
)

from nmrquanv.finders import BUILT_IN, NETWORKS
from nmrquanv.gui.dialogs.dialog import Button, Dialog
from nmrquanv.gui.layouts import in_column, in_form, in_row
from nmrquanv.gui.marker_looks import finder_title, layer_icon
from nmrquanv.gui.number_box import NumberBox, WholeBox, are_settled
from nmrquanv.gui.panels.thresholds import EXPLAINED_TIP, EXPLAINED_TITLE, POLARITIES
from nmrquanv.gui.shell.scale import STEP, USUAL
from nmrquanv.session.settings import Settings
from nmrquanv.session.settings_table import MAX_SCALE, MIN_SCALE, MOST_PEAKS
from nmrquanv.spectra.thresholds import PROGRAM, Thresholds

_THEMES = {"system": "As the system", "light": "Light", "dark": "Dark"}
_WHEELS = {"vertical": "Vertical scale", "zoom": "Horizontal zoom"}
_LOOK = ("Theme", "Size of letters", "Mouse wheel", "Decimals of labels")
_LIMITS = ("Minimum S/N", "Minimum height", "Minimum confidence", "At most", "Show")
_DECIMALS = {0: "By nucleus", 1: "1", 2: "2", 3: "3", 4: "4"}


def _combo(texts: dict, chosen: object, name: str) -> QComboBox:
    """Return a box with the texts, their keys as data."""
    box = QComboBox()
    for key, text in texts.items():
        box.addItem(text, key)
    box.setCurrentIndex(max(0, box.findData(chosen)))
    box.setAccessibleName(name)
    return box


class Wish(QWidget):
    """A limit that one sets, or leaves to the model's card.

    Parameters
    ----------
    name : str
    value : float or None
        None leaves it.
    usual : float
        Shown, greyed, as long as it is left.
    limits : (float, int)
        Highest value, and decimals.
    suffix : str
    """

    def __init__(
        self,
        name: str,
        value: float | None,
        usual: float,
        limits: tuple[float, int],
        suffix: str = "",
    ) -> None:
        super().__init__()
        high, decimals = limits
        self._usual = usual
        self.tick = QCheckBox(self)
        self.tick.setAccessibleName(f"{name} of my own")
        self.tick.setToolTip("Without the tick the limit is what the model's card says")
        self.box = NumberBox(self)
        self.box.set_up((0.0, high), usual, decimals=decimals, suffix=suffix, name=name)
        self.box.setSingleStep(10.0**-decimals if decimals > 1 else 1.0)
        in_row(self.tick, (self.box, 1), on=self, margins=0)
        self.tick.toggled.connect(self.box.setEnabled)
        self.set_value(value)

    def value(self) -> float | None:
        """Return the limit; None where it is left to the card."""
        return self.box.value() if self.tick.isChecked() else None

    def set_value(self, value: float | None) -> None:
        """Set the limit, or leave it."""
        self.tick.setChecked(value is not None)
        self.box.setEnabled(value is not None)
        self.box.setValue(self._usual if value is None else value)


class SettingsDialog(Dialog):
    """Form over :class:`~nmrquanv.session.settings.Settings`.

    Parameters
    ----------
    settings : Settings
    finders : sequence of str
        All that can be run: those of the program and the user's own models.
    parent : QWidget or None
    """

    def __init__(
        self,
        settings: Settings,
        finders: tuple[str, ...] = BUILT_IN,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Settings", parent)
        self._settings = settings
        self.theme = _combo(_THEMES, settings.theme, "Theme")
        self.wheel = _combo(_WHEELS, settings.wheel_preset, "Mouse wheel over the spectrum")
        self.decimals = _combo(_DECIMALS, settings.label_decimals, "Decimals of labels")
        self.scale = WholeBox(self)
        self.scale.set_up(
            (MIN_SCALE, MAX_SCALE), settings.ui_scale, suffix=" %", name="Size of letters"
        )
        self.scale.setSingleStep(STEP)
        self.polarity = _combo(POLARITIES, settings.polarity, "Polarity of lines")
        self.finders = {finder: QCheckBox(finder_title(finder), self) for finder in finders}
        start = settings.thresholds
        self.min_snr = Wish("Minimum S/N", start.min_snr, PROGRAM.min_snr, (1e4, 1))
        height = None if start.min_height is None else 100 * start.min_height
        self.min_height = Wish("Minimum height", height, 100 * PROGRAM.min_height, (100, 2), " %")
        confidence, usual = start.min_confidence, PROGRAM.min_confidence
        self.min_confidence = Wish("Minimum confidence", confidence, usual, (1, 2))
        self.max_peaks = WholeBox(self)
        self.max_peaks.set_up((0, MOST_PEAKS), start.max_peaks or 0, name="Maximum number of peaks")
        self.max_peaks.setSpecialValueText("all")
        self.max_peaks.setToolTip("The tallest, each with all lines of its multiplet")
        self.satellites = QCheckBox(EXPLAINED_TITLE, self)
        self.satellites.setChecked(start.shows_satellites)
        self.add_buttons(Button.Ok | Button.Cancel | Button.RestoreDefaults)
        self._explain()
        self._build()
        self._connect()

    def _explain(self) -> None:
        self.wheel.setToolTip(
            "What the wheel does over the spectrum. Shift and wheel zooms horizontally,\n"
            "the wheel over an axis stretches that axis, in both presets."
        )
        self.decimals.setToolTip("Of the chemical shifts over the peaks: 3 for 1H, 2 for others")
        self.min_height.setToolTip(
            "In % of the tallest line outside solvent and water, like TopSpin's MI"
        )
        self.min_snr.setToolTip("|height| / sigma of the noise; TopSpin's SINO is half of it")
        self.satellites.setToolTip(EXPLAINED_TIP)

    def _build(self) -> None:
        for finder, box in self.finders.items():
            box.setIcon(layer_icon(finder))
            box.setChecked(finder in self._settings.finders)
        looks = zip(_LOOK, (self.theme, self.scale, self.wheel, self.decimals), strict=True)
        ticks = in_column(*self.finders.values(), spacing=4)
        limits = self.min_snr, self.min_height, self.min_confidence, self.max_peaks, self.satellites
        groups = []
        for title, rows in (
            ("Window", looks),
            ("Find peaks", (("Finders", ticks), ("Look for", self.polarity))),
            ("A new spectrum starts with", zip(_LIMITS, limits, strict=True)),
        ):
            group = QGroupBox(title, self)
            in_form(*rows, on=group)
            groups.append(group)
        in_column(*groups, 1, self.buttons, on=self, width=360)

    def _connect(self) -> None:
        defaults = self.buttons.button(Button.RestoreDefaults)
        defaults.clicked.connect(self._on_defaults)
        for box in self.finders.values():
            box.toggled.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        """One finder at least must be left."""
        is_any = any(box.isChecked() for box in self.finders.values())
        self.buttons.button(Button.Ok).setEnabled(is_any)

    def accept(self) -> None:
        """Write what changed, then close; not over a number that is refused."""
        if not are_settled(self):
            return
        chosen = tuple(finder for finder, box in self.finders.items() if box.isChecked())
        height = self.min_height.value()
        thresholds = Thresholds(
            self.min_snr.value(),
            None if height is None else height / 100,
            self.min_confidence.value(),
            self.satellites.isChecked(),
            max_peaks=self.max_peaks.whole() or None,
        )
        for name, value in (
            ("theme", self.theme.currentData()),
            ("ui_scale", self.scale.whole()),
            ("wheel_preset", self.wheel.currentData()),
            ("label_decimals", self.decimals.currentData()),
            ("polarity", self.polarity.currentData()),
            ("finders", chosen),
            ("thresholds", thresholds),
        ):
            if getattr(self._settings, name) != value:
                setattr(self._settings, name, value)
        super().accept()

    def _on_defaults(self) -> None:
        for wish in (self.min_snr, self.min_height, self.min_confidence):
            wish.set_value(None)
        self.satellites.setChecked(False)
        self.max_peaks.setValue(0)
        self.scale.setValue(USUAL)
        for box in (self.theme, self.wheel, self.decimals, self.polarity):
            box.setCurrentIndex(0)
        for finder, tick in self.finders.items():
            tick.setChecked(finder in NETWORKS)
