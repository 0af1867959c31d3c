"""The buttons of the page of several spectra: what they say, in a grid."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from nmrquanv.session.stacking import Use

_COLUMNS = 3
_BUTTONS: dict[str, tuple[str, str]] = {
    "add_open": ("Add Open Spectra", "Put the open spectra on top that are not here yet"),
    "add_rows": ("Add Rows", "Put all rows of the arrayed data set in the main window on top"),
    "remove": ("Remove", "Take the selected traces out of the stack (Del)"),
    "colour": ("Colour…", "Choose the colour of the selected traces"),
    "equal": ("Equally Tall", "Scale each trace to the height of the tallest"),
    "plain": ("As Measured", "Scales 1, shifts 0"),
    "sum": ("Sum", "Open the sum of the selected traces as a spectrum"),
    "difference": (
        "Difference",
        "Open the uppermost of the selected traces less the others as a spectrum",
    ),
    "align": ("Align", "Click a line: each trace is moved so that its tallest line there fits"),
    "region": ("Region", "Drag over a signal: it is measured in every spectrum"),
    "take_integrals": (
        "Take Integrals", "Make regions of the integrals of the spectrum in the main window",
    ),
    "integrate_all": (
        "Integrate in All", "Make the regions integrals of every open spectrum of the stack",
    ),
    "search_all": (
        "Search in All", "List peaks only in the regions, in every open spectrum of the stack",
    ),
    "exclude_all": (
        "Exclude in All", "List no peaks in the regions, in every open spectrum of the stack",
    ),
}  # fmt: skip
USES: dict[str, tuple[Use, str]] = {
    "integrate_all": ("integrals", "Integrals stand"),
    "search_all": ("searched", "Peaks are listed in the regions only"),
    "exclude_all": ("excluded", "No peaks are listed in the regions"),
}
TOGGLES = ("align", "region")


class StackButtons(QWidget):
    """Push buttons by name, in rows of three."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.buttons = {name: QPushButton(text, self) for name, (text, _) in _BUTTONS.items()}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        for number, (name, (_, tip)) in enumerate(_BUTTONS.items()):
            self.buttons[name].setToolTip(tip)
            self.buttons[name].setCheckable(name in TOGGLES)
            grid.addWidget(self.buttons[name], *divmod(number, _COLUMNS))
