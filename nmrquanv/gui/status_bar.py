"""The status bar: what the spectrum is, where it came from, what the cursor is at, what runs."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import ref as Ref

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStatusBar,
    QWidget,
)

from nmrquanv.gui.plot.axis_scale import nucleus_text
from nmrquanv.numbers import fixed, significant
from nmrquanv.session.document import Document
from nmrquanv.session.negative_lines import warning_of
from nmrquanv.session.work import Work
from nmrquanv.spectra.solvent_tables import known_solvent
from nmrquanv.spectra.spectrum import Fid

if TYPE_CHECKING:
    from nmrquanv.models.cards import ModelCard

_MESSAGE_MS = 8000
_LONGEST_PLACE = "-100.0000 ppm   -50000.0 Hz   -2.00e+05"
_MOST_LETTERS = 60
_SHORT_MESSAGE = 260
"""Pixels; a message of so much room is never cut."""


class ElidedLabel(QLabel):
    """A label that ends in … instead of pushing others away; the whole text is its tool tip."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw as much of the text as fits."""
        painter = QPainter(self)
        text = QFontMetrics(self.font()).elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.contentsRect().width()
        )
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), int(self.alignment()), text)

    def minimumSizeHint(self) -> QSize:
        """Allow any width."""
        hint = super().minimumSizeHint()
        hint.setWidth(24)
        return hint


def facts_text(document: Document) -> str:
    """Return nucleus, frequency and solvent of a spectrum in one line."""
    axis, sample = document.spectrum.axis, document.sample
    parts = [nucleus_text(sample.nucleus)] if sample.nucleus else []
    parts.append(f"{fixed(axis.sf_mhz, 2)} MHz" if axis.has_hz else "MHz unknown")
    if sample.solvent:
        parts.append(known_solvent(sample.solvent) or sample.solvent)
    return "  ·  ".join(parts)


def source_text(document: Document) -> str:
    """Return which of the data are shown and how many points."""
    source, points = document.dataset.source, document.spectrum.axis.size
    if source.format == "simulated":
        what = "synthetic"
    elif isinstance(document.dataset.data, Fid):
        what = "from FID"
    elif source.kind == "text":
        what = "text file"
    else:
        what = f"1r, PROCNO {source.kind}"
    return f"{what}  ·  {points} points"


def notes_of(document: Document) -> tuple[str, ...]:
    """Return fallbacks of reading and processing, and whether the peaks are out of date."""
    stale = "The spectrum changed since peaks were found: find them again"
    said = (stale if document.has_stale_peaks else "", warning_of(document))
    return (*filter(None, said), *document.notes)


class StatusBar(QStatusBar):
    """Facts on the left, cursor on the right, progress between them while something runs."""

    cancel_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.facts, self.source = QLabel(self), QLabel(self)
        self.title, self.message = ElidedLabel(self), ElidedLabel(self)
        self.notes, self.cursor_text = ElidedLabel(self), QLabel(self)
        self.progress = QProgressBar(self)
        self.cancel_button = QPushButton("Cancel", self)
        self._fade = QTimer(self, singleShot=True, interval=_MESSAGE_MS)
        self._work: Work | None = None
        self._shown: Ref[Document] | None = None
        self._outlives = False
        self._build()
        self._fade.timeout.connect(lambda: self._show_message(""))
        self.cancel_button.clicked.connect(self.cancel_clicked)

    def _build(self) -> None:
        self.setSizeGripEnabled(False)
        self.progress.setFixedWidth(120)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(12)
        self.progress.hide()
        self.cancel_button.hide()
        self.cursor_text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.cursor_text.setAccessibleName("Cursor position")
        self.notes.setAccessibleName("Notes on reading and processing")
        row = self._whole = QWidget(self)
        layout = self._row = QHBoxLayout(row)
        layout.setContentsMargins(8, 0, 8, 0)
        layout.setSpacing(14)
        layout.addWidget(self.facts)
        layout.addWidget(self.source)
        layout.addWidget(self.notes, 4)
        layout.addWidget(self.title, 2)
        layout.addWidget(self.message, 3)
        for part in (self.progress, self.cancel_button, self.cursor_text):
            layout.addWidget(part)
        self.message.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        layout.insertStretch(layout.indexOf(self.message) + 1)
        self._keep_size()
        self.addPermanentWidget(row, 1)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of the letters."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_whole"):
            self._keep_size()

    def _keep_size(self) -> None:
        """Be as tall as with the button for cancelling: else the plot jumps when work begins.

        The place of the cursor has its room whatever it is, so that nothing else moves either.
        """
        self._whole.setMinimumHeight(self.cancel_button.sizeHint().height())
        self.cursor_text.setMinimumWidth(self.fontMetrics().horizontalAdvance(_LONGEST_PLACE))

    def add_notice(self, notice: QWidget) -> None:
        """Make room for something that is said as long as it is so, left of the cursor's place."""
        self._row.insertWidget(self._row.count() - 1, notice)

    def follow(self, work: Work) -> None:
        """Show what a window's work does, and how it ends."""
        workspace = work.workspace
        self._work = work
        workspace.opening.connect(lambda name: self.show_progress(0, 0, f"Opening {name} …"))
        workspace.progressed.connect(self.show_progress)
        for ended in (workspace.opened, workspace.open_failed, workspace.choice_needed):
            ended.connect(lambda *_: self.end_progress())
        workspace.open_cancelled.connect(lambda _: self.end_progress("Opening was cancelled"))
        for over in (workspace.rereading.failed, workspace.openings_ended):
            over.connect(lambda *_: self.end_idle_progress())
        work.retraining.kept.connect(self._on_model_kept)
        self.cancel_clicked.connect(work.cancel)

    def _on_model_kept(self, card: ModelCard) -> None:
        self.announce(f"'{card.name}' is in your library: choose it in the menu")

    def end_idle_progress(self) -> None:
        """Take the bar away when what it showed has ended, however it did."""
        QTimer.singleShot(0, self, self._end_idle_progress)

    def _end_idle_progress(self) -> None:
        is_busy = self._work is not None and self._work.is_busy
        if self.progress.isVisible() and not is_busy:
            self.end_progress()

    def show_document(self, document: Document | None) -> None:
        """Say what the document is; nothing for None. What was said of another one goes."""
        before = self._shown() if self._shown is not None else None
        if document is not before and not self._outlives and not self.progress.isVisibleTo(self):
            self._show_message("")
        self._shown = Ref(document) if document is not None else None
        self._show_part(self.facts, "" if document is None else facts_text(document))
        self._show_part(self.source, "" if document is None else source_text(document))
        title = "" if document is None else " ".join(document.sample.title.split())
        self.title.setText(title)
        self.title.setToolTip(title)
        if document is not None:
            self.source.setToolTip(document.dataset.source.path)
        self.show_notes(document)

    def show_notes(self, document: Document | None) -> None:
        """Say what to know of reading, processing and the list of a document."""
        notes = () if document is None else notes_of(document)
        self.notes.setText("⚠ " + "  ·  ".join(notes) if notes else "")
        self.notes.setToolTip("\n".join(notes))
        self.notes.setVisible(bool(notes))

    @staticmethod
    def _show_part(label: QLabel, text: str) -> None:
        """Show a text whole, unless a file or a person gave one that would widen the window."""
        is_long = len(text) > _MOST_LETTERS
        label.setText(f"{text[:_MOST_LETTERS]}…" if is_long else text)

    def show_cursor(
        self, x: float | None, value: float | None, unit: str, hz: float | None
    ) -> None:
        """Say where the cursor is; nothing when it is elsewhere."""
        if x is None:
            self.cursor_text.clear()
            return
        parts = [f"{fixed(x, 4)} {unit}"]
        if hz is not None:
            parts.append(f"{fixed(hz, 1)} Hz")
        if value is not None:
            parts.append(significant(value, 3))
        self.cursor_text.setText("   ".join(parts))

    def say(self, text: str) -> None:
        """Show a message on what is shown, for some seconds or until another spectrum is."""
        self._show_message(text)
        self._fade.start()

    def announce(self, text: str) -> None:
        """Show a message that stays true when another spectrum is shown, for some seconds."""
        self.say(text)
        self._outlives = True

    def show_progress(self, done: int, total: int, text: str) -> None:
        """Show how far something is; a total of 0 means that nobody knows."""
        self._fade.stop()
        self._show_message(text)
        self.progress.setRange(0, max(0, total))
        self.progress.setValue(done)
        self.progress.show()
        self.cancel_button.show()

    def end_progress(self, text: str = "") -> None:
        """Take the bar away and say how it ended."""
        self.progress.hide()
        self.cancel_button.hide()
        self._show_message("")
        if text:
            self.say(text)

    def _show_message(self, text: str) -> None:
        """Show a message in the place of the title, or the title again."""
        self._outlives = False
        self.message.setText(text)
        self.message.setToolTip(text)
        # long notes would push it away
        self.message.setMinimumWidth(min(self.message.sizeHint().width(), _SHORT_MESSAGE))
        self.title.setVisible(not text)
