"""What a peak must pass to be shown and exported: thresholds with a live count.

The thresholds act on the candidates that a search left; the model does not run again. Each drag
is one undo step. Which sign lines may have (*polarity*) is asked here too, and is used by the
next search. What a taller line or the measurement explains is hidden until it is ticked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from nmrquanv.finders import known_finder, stacked
from nmrquanv.gui.layouts import in_column, in_form, in_row
from nmrquanv.gui.panels.candidates_view import CandidatesView
from nmrquanv.gui.panels.document_panel import DocumentPanel
from nmrquanv.gui.panels.hidden_line import HiddenLine
from nmrquanv.gui.panels.places_form import PlacesForm
from nmrquanv.gui.panels.preset_buttons import PresetButtons
from nmrquanv.gui.panels.slider_spin import LONGEST_NOTE, NOTE_SIDE, SliderSpin
from nmrquanv.gui.panels.still_label import StillButton, StillLabel
from nmrquanv.session.document import Document
from nmrquanv.session.settings import Settings
from nmrquanv.session.shown_peaks import HiddenCounts
from nmrquanv.spectra.presets import PRESETS
from nmrquanv.spectra.thresholds import Thresholds

POLARITIES = {
    "auto": "Automatic",
    "positive": "Positive lines",
    "negative": "Negative lines",
    "both": "Both signs",
}

EXPLAINED_TITLE = "Satellites and artefacts"
EXPLAINED_TIP = (
    "Show also what a taller line or the measurement explains: 13C satellites (0.5 % on\n"
    "either side), spinning sidebands, wiggles of a cut FID, bumps in the foot of lines."
)

_LONGEST = 12
"""Letters of a finder's name beside a slider; the tip has all."""


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


class ThresholdsPanel(DocumentPanel):
    """Panel with the thresholds of the working list.

    Signals
    -------
    polarity_changed(str)
        ``"auto"``, ``"positive"``, ``"negative"`` or ``"both"``, for the next search.
    """

    polarity_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._defaults = Thresholds()
        self._settings: Settings | None = None
        self.count_text, self.hidden_line = StillLabel(self), HiddenLine(self)
        self.min_snr = SliderSpin(
            "Minimum S/N", 1, 1000, decimals=1, is_log=True, limits=(0, 1e6), parent=self
        )
        self.min_height = SliderSpin(
            "Minimum height",
            0.01,
            100,
            decimals=2,
            suffix=" %",
            is_log=True,
            limits=(0, 100),
            parent=self,
        )
        self.confidences: dict[str, SliderSpin] = {}
        self._confidence_rows = QVBoxLayout()
        self.satellites = QCheckBox(EXPLAINED_TITLE, self)
        self.satellites_note = StillLabel(self, LONGEST_NOTE)
        self.polarity = QComboBox(self)
        self.preset_row, self.places = PresetButtons(self), PlacesForm(self)
        self.candidates = CandidatesView(self)
        self.reset_button = QPushButton("Default thresholds", self)
        self.restore_button = StillButton("Restore 0000 deleted", self)
        self._build()
        self._connect()
        self._refresh()

    def follow(self, settings: Settings) -> None:
        """Take default thresholds and polarity from the settings, now and when they change."""
        self._settings = settings
        self._on_setting_changed("thresholds")
        self._on_setting_changed("polarity")
        settings.changed.connect(self._on_setting_changed)
        self.polarity_changed.connect(lambda polarity: setattr(settings, "polarity", polarity))

    @Slot(str)
    def _on_setting_changed(self, name: str) -> None:
        if self._settings is not None and name == "thresholds":
            self.set_defaults(self._settings.thresholds)
        elif self._settings is not None and name == "polarity":
            self.set_polarity(self._settings.polarity)

    def set_defaults(self, thresholds: Thresholds) -> None:
        """Choose what the button for defaults goes back to."""
        self._defaults = thresholds
        self._refresh()

    def set_polarity(self, polarity: str) -> None:
        """Show a polarity without announcing it."""
        self.polarity.setCurrentIndex(max(0, self.polarity.findData(polarity)))

    def chosen_polarity(self) -> str:
        """Return the polarity for the next search."""
        return str(self.polarity.currentData())

    def _set_up_fields(self) -> None:
        font = self.count_text.font()
        font.setBold(True)
        self.count_text.setFont(font)
        self.min_snr.set_tip(
            "Peaks with |height| / noise sigma below this are hidden.\n"
            "TopSpin's SINO is half of this number."
        )
        self.min_height.set_tip(
            "In % of the tallest line outside solvent and water, like TopSpin's MI.\n"
            "Heights count without their sign."
        )
        self.satellites.setToolTip(EXPLAINED_TIP)
        self.satellites_note.setForegroundRole(self.palette().ColorRole.PlaceholderText)
        self.satellites_note.setAlignment(NOTE_SIDE)
        for key, text in POLARITIES.items():
            self.polarity.addItem(text, key)
        self.polarity.setAccessibleName("Polarity of lines")
        self.polarity.setToolTip(
            "Which signs the next search looks for. Automatic takes both when the trace has\n"
            "significant negative lines or the pulse program is a DEPT or APT."
        )
        self.restore_button.setToolTip(
            "What you deleted stays deleted in new searches until you restore it"
        )
        self.reset_button.setToolTip("Go back to the default thresholds (one undo step)")

    def _build(self) -> None:
        self._set_up_fields()
        form = in_form(("Look for", self.polarity))
        back = in_row(self.reset_button, self.restore_button)
        layout = in_column(self.count_text, self.hidden_line, on=self, spacing=5)
        for row in (self.min_snr, self.min_height):
            row.note.show()
            layout.addWidget(row)
        layout.addLayout(self._confidence_rows)
        satellites = in_row(self.satellites, (self.satellites_note, 1))
        layout.addLayout(satellites)
        layout.addWidget(self.places)
        layout.addLayout(form)
        layout.addWidget(self.preset_row)
        layout.addLayout(back)
        layout.addWidget(self.candidates, 1)
        layout.addStretch(0)

    def _connect(self) -> None:
        self.min_snr.changed.connect(self._on_snr_changed)
        self.min_height.changed.connect(self._on_height_changed)
        self.satellites.clicked.connect(self._on_satellites_clicked)
        self.polarity.activated.connect(lambda: self.polarity_changed.emit(self.chosen_polarity()))
        self.preset_row.chosen.connect(self._on_preset)
        self.places.number_changed.connect(lambda most: self._set(None, max_peaks=most))
        self.reset_button.clicked.connect(self._on_reset)
        self.restore_button.clicked.connect(self._on_restore)

    def _follows(self, document: Document) -> tuple[Any, ...]:
        return document.shown_peaks_changed, document.thresholds_changed

    def _refresh(self) -> None:
        document = self._document
        self.setEnabled(document is not None)
        thresholds = document.thresholds if document is not None else self._defaults
        limits = document.limits() if document is not None else self._defaults.limits()
        self.min_snr.set_value(limits.min_snr)
        self.min_height.set_value(100 * limits.min_height)
        self._refresh_confidences()
        self.satellites.setChecked(limits.shows_satellites)
        self.places.show_limits(document, limits)
        usual = self._defaults.with_places_of(thresholds)
        self.reset_button.setEnabled(thresholds != usual)
        deleted = len(document.tombstones) if document is not None else 0
        self.restore_button.setEnabled(deleted > 0)
        self.restore_button.setText(f"Restore {deleted} deleted" if deleted else "Restore deleted")
        count = len(document.peaks) if document is not None else 0
        shown = len(document.shown_peaks()) if document is not None else 0
        has_searched = document is not None and bool(document.layers)
        none = "No candidates in the working list" if has_searched else "No candidates yet"
        self.count_text.setText(f"Shown {shown} of {count} candidates" if count else none)
        counts = document.hidden_counts() if document is not None else HiddenCounts()
        self.hidden_line.show_counts(counts)
        self.candidates.show_document(document)
        notes = [
            (self.min_snr.note, counts.by_snr),
            (self.min_height.note, counts.by_height),
            (self.satellites_note, counts.as_satellites),
            *((row.note, counts.by_confidence.get(f, 0)) for f, row in self.confidences.items()),
        ]
        for note, hidden in notes:
            note.setText(f"hides {hidden}" if hidden else "")

    def _refresh_confidences(self) -> None:
        """Show a row for each finder that has a confidence; one for all before any search."""
        document = self._document
        layers = document.layers if document is not None else {}
        finders = stacked(n for n, x in layers.items() if x.provenance.card_sha256) or [""]
        if finders != list(self.confidences):
            for row in self.confidences.values():
                self._confidence_rows.removeWidget(row)
                row.hide()
                row.deleteLater()
            self.confidences = {f: self._confidence_row(f, len(finders) == 1) for f in finders}
        for finder, row in self.confidences.items():
            limits = document.limits(finder) if document is not None else self._defaults.limits()
            row.set_value(limits.min_confidence)

    def _confidence_row(self, finder: str, is_only: bool) -> SliderSpin:
        known = known_finder(finder)
        name = known.short if known is not None else finder
        title = "Minimum confidence" if is_only else f"Confidence, {_short(name)}"
        row = SliderSpin(title, 0, 1, decimals=2, parent=self)
        row.set_tip(
            f"{name or 'The finder'}: its own score, 0 to 1. Visible tops, and peaks without\n"
            "a score, pass. "
            "As long as you leave it, it is what the model's card says."
        )
        row.note.show()
        row.changed.connect(
            lambda value, gesture: self._on_confidence_changed(finder, value, gesture)
        )
        self._confidence_rows.addWidget(row)
        return row

    def _set(self, gesture: int | None, **changes: Any) -> None:
        if self._document is not None:
            self._document.edit.set_thresholds(
                replace(self._document.thresholds, **changes), gesture
            )

    def _on_snr_changed(self, value: float, gesture: int) -> None:
        self._set(gesture, min_snr=value)

    def _on_height_changed(self, percent: float, gesture: int) -> None:
        self._set(gesture, min_height=percent / 100)

    def _on_confidence_changed(self, finder: str, value: float, gesture: int) -> None:
        if self._document is None:
            return
        thresholds = self._document.thresholds
        changed = (
            thresholds.with_confidence(finder, value)
            if finder
            else replace(thresholds, min_confidence=value)
        )
        self._document.edit.set_thresholds(changed, gesture)

    def _on_satellites_clicked(self, is_on: bool) -> None:
        self._set(None, shows_satellites=is_on)

    def _on_preset(self, name: str) -> None:
        if self._document is not None:
            own = self._document.thresholds
            preset = replace(PRESETS[name], shows_satellites=own.shows_satellites)
            self._document.edit.set_thresholds(preset.with_places_of(own))

    def _on_reset(self) -> None:
        if self._document is not None:
            usual = self._defaults.with_places_of(self._document.thresholds)
            self._document.edit.set_thresholds(usual)

    def _on_restore(self) -> None:
        if self._document is not None:
            self._document.edit.restore_deleted()
