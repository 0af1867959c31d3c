"""The circuit of a model: drawn, as matrices and filters, at work in a window, and as numbers.

All numbers are made in a thread (:mod:`nmrquanv.models.circuit_view`); this only shows them. What
stands here must be exact and readable to somebody who has never met a qubit.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from nmrquanv.finders import NETWORKS, QUANV, Polarity, stacked
from nmrquanv.gui import theme
from nmrquanv.gui.layouts import in_column
from nmrquanv.gui.pages import circuit_words as words
from nmrquanv.gui.pages.channel_plots import ChannelPlots
from nmrquanv.gui.pages.circuit_drawing import CircuitDrawing
from nmrquanv.gui.pages.forms import Forms
from nmrquanv.gui.pages.page import Page, explanation
from nmrquanv.gui.pages.parameter_table import ParameterTable
from nmrquanv.models.cards import ModelCard
from nmrquanv.models.channel_traces import ChannelTraces, WindowPlace, traces
from nmrquanv.models.circuit_view import CircuitChoice, FrontEndView, look
from nmrquanv.models.circuits import ANSATZES, N_QUBITS
from nmrquanv.progress import Report
from nmrquanv.session.jobs import Job, Lane
from nmrquanv.spectra.picking import signs
from nmrquanv.spectra.spectrum import Spectrum

_WAIT_MS = 120
_LEAST_DRAWING, _DRAWING_HEIGHT = 224, 246


class CircuitPage(Page):
    """Window about the front end of one model.

    It shows the window of the spectrum that :meth:`set_place` names, while it is open.
    """

    def __init__(self) -> None:
        super().__init__("Circuit")
        self._cards: dict[str, ModelCard] = {}
        self._spectrum: Spectrum | None = None
        self._range = (0.0, 0.0)
        self._polarity: Polarity = "auto"
        self._views, self._slides = (Lane(is_newest_first=True, parent=self) for _ in range(2))
        self._later = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self.view: FrontEndView | None = None
        self.traces: ChannelTraces | None = None
        self.model, self.ansatz, self.group = (QComboBox(self) for _ in range(3))
        self.extent, self.seen = QComboBox(self), QComboBox(self)
        self.group_label = QLabel("C&ircuit", self)
        self.summary = explanation(words.COMPUTING, self)
        self.note = explanation("", self)
        self.drawing, self.forms = CircuitDrawing(self), Forms(self)
        self.plots, self.table = ChannelPlots(self), ParameterTable(self)
        self.no_window = explanation(words.NO_SPECTRUM, self)
        self.tabs = QTabWidget(self)
        self._texts = [explanation("", self) for _ in range(3)]
        self._build()
        self._connect()
        self.apply_theme()

    # --- what is shown -------------------------------------------------------------------------

    def set_models(self, cards: tuple[ModelCard, ...], wanted: str) -> None:
        """Offer these models; show the wanted one unless the user chose another here."""
        chosen = self.model.currentData() or wanted
        self._cards = {card.name: card for card in cards}
        self.model.blockSignals(True)
        self.model.clear()
        for name in stacked(self._cards):
            title = self._cards[name].title
            self.model.addItem(title if name in NETWORKS else f"{name} ({title})", name)
        place = self.model.findData(chosen)
        self.model.setCurrentIndex(place if place >= 0 else max(0, self.model.findData(wanted)))
        self.model.blockSignals(False)
        self._on_model_chosen()

    def set_spectrum(self, spectrum: Spectrum | None, polarity: Polarity = "auto") -> None:
        """Take the spectrum that the window shows."""
        self._spectrum, self._polarity = spectrum, polarity
        self._later.start()

    def set_place(self, high_ppm: float, low_ppm: float) -> None:
        """Take the range that the window shows."""
        if (high_ppm, low_ppm) != self._range:
            self._range = (high_ppm, low_ppm)
            self._later.start()

    def choice(self) -> CircuitChoice:
        """Return what is looked at."""
        name = str(self.model.currentData() or QUANV)
        return CircuitChoice(
            name, str(self.ansatz.currentData() or ""), max(0, self.group.currentIndex())
        )

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what changed while the page was closed."""
        super().showEvent(event)
        self.refresh()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop what is being computed."""
        self._later.stop()
        self._views.cancel()
        self._slides.cancel()
        super().closeEvent(event)

    def refresh(self) -> None:
        """Compute anew what is looked at."""
        if not self.isVisible() or not self.model.count():
            return
        choice = self.choice()
        job = Job(lambda _report: look(choice))
        job.succeeded.connect(self._show_view)
        job.failed.connect(self._on_failed)
        self._views.submit(job)
        self.refresh_traces()

    @Slot()
    def refresh_traces(self) -> None:
        """Slide anew over the window in view."""
        if not self.isVisible() or not self.model.count():
            return
        spectrum, polarity = self._spectrum, self._polarity
        self.no_window.setVisible(spectrum is None)
        self.plots.setVisible(spectrum is not None)
        if spectrum is None:
            self._slides.cancel()
            self.traces = None
            return
        choice, (high, low) = self.choice(), self._range
        is_whole, seen = bool(self.extent.currentData()), self.seen.currentData()

        def slide(_report: Report) -> ChannelTraces:
            sign = signs(spectrum, polarity)[0]
            return traces(choice, spectrum, WindowPlace(high, low, is_whole, sign, seen))

        job = Job(slide)
        job.succeeded.connect(self._show_traces)
        job.failed.connect(self._on_failed)
        self._slides.submit(job)

    def apply_theme(self) -> None:
        """Take the colours of the theme in use."""
        if not hasattr(self, "tabs"):
            return
        look_now = theme.current()
        for label in (self.summary, *self._texts, self.plots.reading):
            label.setStyleSheet(f"color: {look_now.muted}")
        self.note.setStyleSheet(f"color: {look_now.warning}; font-weight: 600")
        self.forms.refresh()
        self.plots.apply_theme()
        self.update()

    # --- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        head = QHBoxLayout()
        for label, box, name in (
            (QLabel("&Model", self), self.model, "Model"),
            (QLabel("&Ansatz", self), self.ansatz, "Ansatz"),
            (self.group_label, self.group, "Circuit"),
        ):
            label.setBuddy(box)
            box.setAccessibleName(name)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            head.addWidget(label)
            head.addWidget(box)
            head.addSpacing(12)
        head.addStretch(1)
        self.ansatz.setToolTip("The pattern of gates; others than the model's are to look at only")
        area = QScrollArea(self)
        area.setWidget(self.drawing)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.StyledPanel)
        area.setMinimumHeight(_LEAST_DRAWING)  # which shows all of it
        area.setMaximumHeight(_DRAWING_HEIGHT)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area = area
        self._build_tabs()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self.note)
        layout.addWidget(self.summary)
        layout.addWidget(area)
        layout.addWidget(self.tabs, 1)
        self.note.hide()

    def _build_tabs(self) -> None:
        window_row = QHBoxLayout()
        for text, box, rows in (
            ("&Window", self.extent, words.EXTENTS),
            ("Trac&e", self.seen, words.SEEN),
        ):
            name = QLabel(text, self)
            name.setBuddy(box)
            box.setAccessibleName(text.replace("&", ""))
            for value, row in rows:
                box.addItem(row, value)
            window_row.addWidget(name)
            window_row.addWidget(box)
            window_row.addSpacing(12)
        window_row.addStretch(1)
        for sentence, title, parts in zip(
            self._texts,
            ("Matrices and filters", "Channels in the window", "Parameters"),
            ((self.forms,), (window_row, self.no_window, self.plots), (self.table,)),
            strict=True,
        ):
            tab = QWidget(self.tabs)
            column = in_column(sentence, on=tab, margins=(10, 8, 10, 8), spacing=6)
            for part in parts:
                if isinstance(part, QHBoxLayout):
                    column.addLayout(part)
                else:
                    column.addWidget(part, 1)
            self.tabs.addTab(tab, title)
        self.no_window.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def _connect(self) -> None:
        self.model.currentIndexChanged.connect(self._on_model_chosen)
        self.ansatz.currentIndexChanged.connect(self.refresh)
        self.group.currentIndexChanged.connect(self.refresh)
        self.extent.currentIndexChanged.connect(self.refresh_traces)
        self.seen.currentIndexChanged.connect(self.refresh_traces)
        self.table.parameter_chosen.connect(self.drawing.mark)
        self._later.timeout.connect(self.refresh_traces)

    # --- answers -------------------------------------------------------------------------------

    @Slot()
    def _on_model_chosen(self) -> None:
        """Offer the ansätze and circuits of another model."""
        card = self._cards.get(str(self.model.currentData()))
        if card is None:
            return
        own = words.own_ansatz(card)
        chosen = self.ansatz.currentData()
        for box in (self.ansatz, self.group):
            box.blockSignals(True)
            box.clear()
        self.ansatz.addItem(words.own_title(card), "")
        for ansatz in ANSATZES:
            if ansatz != own:
                self.ansatz.addItem(f"{words.ANSATZ_TITLES[ansatz]} (to look at)", ansatz)
        self.ansatz.setCurrentIndex(max(0, self.ansatz.findData(chosen)))
        count = int(card.architecture.get("n_circuits", 1))
        for number in range(1, count + 1):
            self.group.addItem(f"{number} of {count}")
        for box in (self.ansatz, self.group):
            box.blockSignals(False)
        is_dense = card.head == "dense"
        self.seen.setEnabled(is_dense)
        self.seen.setToolTip(words.SEEN_TIP if is_dense else words.SLOTS_TIP)
        self.refresh()

    @Slot(object)
    def _show_view(self, view: FrontEndView) -> None:
        self.view = view
        has_circuit = view.kind == "circuit"
        self.area.setVisible(has_circuit)
        self.drawing.set_view(view if has_circuit else None)
        self.group_label.setText("C&ircuit" if has_circuit else "F&ilters")
        self.summary.setText(words.SUMMARIES[view.kind].format(count=N_QUBITS * view.n_groups))
        self.note.setVisible(not view.is_of_model)
        self.note.setText(words.TO_LOOK_AT)
        for label, text in zip(self._texts, words.EXPLANATIONS[view.kind], strict=True):
            label.setText(text)
        self.tabs.setTabText(0, "Filters" if view.kind == "convolution" else "Matrices and filters")
        self.forms.set_view(view)
        self.table.set_view(view)

    @Slot(object)
    def _show_traces(self, made: ChannelTraces) -> None:
        self.traces = made
        self.plots.set_traces(made)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self.note.setText(str(error))
        self.note.show()
