"""How many peaks at most, and where they are looked for: fields of the thresholds' panel."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QFormLayout, QLineEdit, QWidget

from nmrquanv.errors import NumberError
from nmrquanv.gui.number_box import WholeBox, tell_refusal
from nmrquanv.session.document import Document
from nmrquanv.session.place_edits import PlaceKind, set_places
from nmrquanv.session.settings_table import MOST_PEAKS
from nmrquanv.spectra.place_text import places_in, places_text
from nmrquanv.spectra.thresholds import Limits

_FIELDS: dict[PlaceKind, tuple[str, str, str]] = {
    "searched": ("Search", "everywhere", "Peaks are listed in these stretches only"),
    "excluded": ("Exclude", "nowhere", "No peaks are listed in these stretches"),
}
_FORM = "\nHIGH : LOW in ppm, such as 10 : 8.5; 5 : 4.6. The {} Tool draws one in the plot."


class PlacesForm(QWidget):
    """Three fields.

    Signals
    -------
    number_changed(int or None)
        A person set the greatest number of peaks; None for no maximum.
    """

    number_changed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._document: Document | None = None
        self.max_peaks = WholeBox(self)
        self.max_peaks.set_up((0, MOST_PEAKS), 0, name="Maximum number of peaks")
        self.max_peaks.setSpecialValueText("all")
        self.max_peaks.setToolTip(
            "The tallest are shown, each with all lines of its multiplet: so there may be some\n"
            "more. 0 or an empty field stands for no maximum."
        )
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow("At most", self.max_peaks)
        self.fields = {kind: QLineEdit(self) for kind in _FIELDS}
        for kind, (name, empty, tip) in _FIELDS.items():
            field = self.fields[kind]
            field.setPlaceholderText(empty)
            field.setAccessibleName(f"{name} in stretches, ppm")
            field.setToolTip(f"{tip}.{_FORM.format(name)}")
            field.editingFinished.connect(lambda k=kind: self._on_typed(k))
            form.addRow(name, field)
        self.max_peaks.valueChanged.connect(self._on_number)

    def show_limits(self, document: Document | None, limits: Limits) -> None:
        """Show what holds for a document; what somebody is typing in it stays."""
        is_other, self._document = document is not self._document, document
        # what stands there already is written and drawn anew all the same
        if (limits.max_peaks or 0) != self.max_peaks.value():
            with QSignalBlocker(self.max_peaks):
                self.max_peaks.setValue(limits.max_peaks or 0)
        for kind, field in self.fields.items():
            text = places_text(getattr(limits, kind))
            if is_other or not (field.hasFocus() and field.isModified()):
                field.setText(text)

    def _on_number(self) -> None:
        self.number_changed.emit(self.max_peaks.whole() or None)

    def _on_typed(self, kind: PlaceKind) -> None:
        field, document = self.fields[kind], self._document
        if document is None or not field.isModified():
            return
        field.setModified(False)
        try:
            places = places_in(field.text())
        except NumberError as error:
            field.setText(places_text(getattr(document.thresholds, kind)))
            tell_refusal(field, f"{error}\nWhat was there stays.")
            return
        set_places(document, kind, places)
        field.setText(places_text(places))
