"""The recipe of a document, step by step: switched on and off, changed, tried out.

While a phase slider is dragged only :attr:`Processing.phase_preview` goes out, which the plot
answers at once; on release the recipe changes, as one undo step, and is computed anew in the
background. Steps that a processed spectrum cannot have are hidden.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from nmrquanv.gui.number_box import NumberBox
from nmrquanv.gui.panels.document_panel import DocumentPanel, Link
from nmrquanv.gui.panels.phase_editor import PhaseEditor
from nmrquanv.numbers import fixed
from nmrquanv.session.document import Document
from nmrquanv.spectra.recipe import (
    DEFAULT_LB_HZ,
    OTHER_LB_HZ,
    Apodization,
    Baseline,
    GroupDelay,
    Phase,
    Recipe,
    Reference,
    Step,
    ZeroFill,
)
from nmrquanv.spectra.spectrum import Fid

_LEAST_SI, _MOST_SI = 1 << 10, 1 << 20


def points_text(points: int) -> str:
    """Return a number of points as spectroscopists say it: 65536 is 64k."""
    return f"{points // 1024}k" if points % 1024 == 0 else str(points)


class Processing(DocumentPanel):
    """Panel with the recipe.

    Signals
    -------
    phase_preview(float, float)
        Degrees of ph0 and ph1 to add to the spectrum shown, while a slider is dragged; zeros
        end the preview.
    """

    phase_preview = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.source_text = QLabel(self)
        self.state_text = QLabel(self)
        self.delay_box = QCheckBox("Group delay", self)
        self.delay_text = QLabel(self)
        self.lb_box = QCheckBox("Line broadening", self)
        self.lb = NumberBox(self)
        self.si_box = QCheckBox("Zero filling to", self)
        self.si = QComboBox(self)
        self.transform_text = QLabel("Fourier transform", self)
        self.phase_box = QCheckBox("Phase", self)
        self.phase = PhaseEditor(self)
        self.baseline_box = QCheckBox("Baseline correction", self)
        self.baseline_text = QLabel("automatic", self)
        self.reference_box = QCheckBox("Reference shift", self)
        self.shift = NumberBox(self)
        self.reset_button = QPushButton("Starting values", self)
        self._build()
        self._connect()
        self._refresh()

    def set_document(self, document: Document | None) -> None:
        """Show the recipe of another document, or none."""
        self.state_text.clear()
        super().set_document(document)

    def _follows(self, document: Document) -> tuple[Any, ...]:
        return document.recipe_changed, document.spectrum_changed, document.dataset_changed

    def _links(self, document: Document) -> tuple[Link, ...]:
        run = document.processing
        return (
            (run.started, self._on_started),
            (run.succeeded, self._on_succeeded),
            (run.failed, self._on_failed),
            (run.cancelled, self._on_cancelled),
        )

    def _build(self) -> None:
        self._set_up_fields()
        self._fid_rows = (
            self.delay_box,
            self.delay_text,
            self.lb_box,
            self.lb,
            self.si_box,
            self.si,
            self.transform_text,
        )
        grid = QGridLayout()
        grid.setColumnStretch(0, 1)
        grid.setVerticalSpacing(6)
        rows = (
            (self.delay_box, self.delay_text),
            (self.lb_box, self.lb),
            (self.si_box, self.si),
            (self.transform_text, None),
            (self.phase_box, None),
            (self.phase, None),
            (self.baseline_box, self.baseline_text),
            (self.reference_box, self.shift),
        )
        for row, (left, right) in enumerate(rows):
            grid.addWidget(left, row, 0, 1, 1 if right else 2)
            if right is not None:
                grid.addWidget(right, row, 1, Qt.AlignmentFlag.AlignRight)
        foot = QHBoxLayout()
        foot.addWidget(self.state_text, 1)
        foot.addWidget(self.reset_button)
        inside = QWidget(self)
        layout = QVBoxLayout(inside)
        layout.addWidget(self.source_text)
        layout.addLayout(grid)
        layout.addLayout(foot)
        layout.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.setMinimumWidth(inside.minimumSizeHint().width())
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def _set_up_fields(self) -> None:
        self.source_text.setWordWrap(True)
        self.state_text.setWordWrap(True)
        self.state_text.setForegroundRole(self.palette().ColorRole.PlaceholderText)
        self.delay_text.setForegroundRole(self.palette().ColorRole.PlaceholderText)
        self.baseline_text.setForegroundRole(self.palette().ColorRole.PlaceholderText)
        self.transform_text.setContentsMargins(self.lb_box.sizeHint().height(), 0, 0, 0)
        for spin, suffix, low, high, decimals, step, name in (
            (self.lb, " Hz", -20.0, 500.0, 2, 0.1, "Line broadening"),
            (self.shift, " ppm", -500.0, 500.0, 4, 0.001, "Reference shift"),
        ):
            spin.set_up((low, high), decimals=decimals, suffix=suffix, name=name)
            spin.setSingleStep(step)
            # Sized for what is usual: the whole range would make the panel wider than its dock.
            spin.setMinimumWidth(spin.fontMetrics().horizontalAdvance("-00.0000 ppm") + 28)
        self.si.setAccessibleName("Size of the spectrum, SI")
        for part, tip in (
            (self.delay_box, "Takes out the digital filter's delay (Bruker GRPDLY)"),
            (self.lb_box, "Exponential multiplication: TopSpin's EM with LB"),
            (self.lb, "LB: width added to every line, for less noise"),
            (self.si_box, "SI: complex points of the spectrum; twice TD or more shows all detail"),
            (self.phase_box, "Multiplies by exp(i (ph0 + ph1 k/SI)): Bruker's PHC0 and PHC1"),
            (self.baseline_box, "Subtracts a smooth curve through the parts without lines (ABS)"),
            (self.reference_box, "Added to every chemical shift; peaks and integrals move along"),
            (self.reset_button, "Back to what the file came with (one undo step)"),
        ):
            part.setToolTip(tip)

    def _connect(self) -> None:
        self.delay_box.clicked.connect(lambda is_on: self._set(GroupDelay(is_on)))
        self.lb_box.clicked.connect(self._on_lb_switched)
        self.lb.valueChanged.connect(lambda value: self._set(Apodization(value)))
        self.si_box.clicked.connect(self._on_si_switched)
        self.si.activated.connect(lambda: self._set(ZeroFill(int(self.si.currentData()))))
        self.phase_box.clicked.connect(self._on_phase_switched)
        self.phase.previewed.connect(self.phase_preview)
        self.phase.changed.connect(self._set)
        self.baseline_box.clicked.connect(
            lambda is_on: self._set(Baseline("automatic" if is_on else "off"))
        )
        self.reference_box.clicked.connect(self._on_reference_switched)
        self.shift.valueChanged.connect(lambda value: self._set(Reference(value)))
        self.reset_button.clicked.connect(self._on_reset)

    def _refresh(self) -> None:
        document = self._document
        self.setEnabled(document is not None)
        recipe = document.recipe if document is not None else Recipe()
        for widget in self._fid_rows:
            widget.setVisible(recipe.has_transform)
        self.source_text.setText(self._source())
        self._refresh_fid_steps(recipe)
        self._show_phase(recipe)
        baseline = recipe.step(Baseline)
        is_flat = baseline is not None and baseline.mode == "automatic"
        self.baseline_box.setChecked(is_flat)
        self.baseline_text.setText("automatic" if is_flat else "off")
        reference = recipe.step(Reference)
        shift = reference.shift_ppm if reference is not None else 0.0
        self.reference_box.setChecked(shift != 0.0)
        with QSignalBlocker(self.shift):
            self.shift.setValue(shift)
        start = document.dataset.recipe if document is not None else recipe
        self.reset_button.setEnabled(not _is_same(recipe, start))

    def _refresh_fid_steps(self, recipe: Recipe) -> None:
        delay, lb, si = recipe.step(GroupDelay), recipe.step(Apodization), recipe.step(ZeroFill)
        data = self._document.dataset.data if self._document is not None else None
        points = data.group_delay_points if isinstance(data, Fid) else 0.0
        self.delay_box.setChecked(delay is not None and delay.is_on)
        self.delay_box.setEnabled(points > 0)
        self.delay_text.setText(f"{fixed(points, 2)} points" if points else "none")
        self.lb_box.setChecked(lb is not None)
        self.lb.setEnabled(lb is not None)
        with QSignalBlocker(self.lb):
            self.lb.setValue(lb.lb_hz if lb is not None else 0.0)
        self.si_box.setChecked(si is not None)
        self.si.setEnabled(si is not None)
        size = si.si if si is not None else (data.data.size if data is not None else _LEAST_SI)
        self._show_sizes(size)

    def _show_sizes(self, size: int) -> None:
        """Offer the powers of two, and the present size if it is none."""
        sizes = {1 << n for n in range(_LEAST_SI.bit_length() - 1, _MOST_SI.bit_length())}
        with QSignalBlocker(self.si):
            self.si.clear()
            for points in sorted(sizes | {size}):
                self.si.addItem(points_text(points), points)
            self.si.setCurrentIndex(self.si.findData(size))

    def _show_phase(self, recipe: Recipe) -> None:
        document, drawn = self._document, recipe.step(Phase)
        wanted = document.wanted_recipe.step(Phase) if document is not None else drawn
        self.phase_box.setChecked(wanted is not None)
        self.phase.setEnabled(wanted is not None)
        none = Phase("manual")
        spectrum = document.spectrum if document is not None else None
        self.phase.show_phase(wanted or none, drawn or none, spectrum)

    def _source(self) -> str:
        if self._document is None:
            return "No spectrum"
        data, source = self._document.dataset.data, self._document.dataset.source
        if isinstance(data, Fid):
            return f"From the FID, TD {points_text(data.data.size)} complex points"
        name = f"PROCNO {source.kind}" if source.kind.isdigit() else source.format
        return f"From the processed spectrum ({name}), {points_text(data.data.size)} points"

    def _set(self, step: Step, gesture: int | None = None) -> None:
        if self._document is not None:
            self._document.set_step(step, gesture)

    def _without(self, kind: type[Step]) -> None:
        if self._document is not None:
            self._document.set_recipe(self._document.wanted_recipe.without_step(kind))

    def _on_lb_switched(self, is_on: bool) -> None:
        if self._document is None or not is_on:
            self._without(Apodization)
            return
        usual = DEFAULT_LB_HZ.get(self._document.sample.nucleus, OTHER_LB_HZ)
        self._set(self._document.dataset.recipe.step(Apodization) or Apodization(usual))

    def _on_si_switched(self, is_on: bool) -> None:
        if self._document is None or not is_on:
            self._without(ZeroFill)
            return
        twice = 1 << (2 * self._document.dataset.data.data.size - 1).bit_length()
        self._set(self._document.dataset.recipe.step(ZeroFill) or ZeroFill(min(twice, _MOST_SI)))

    def _on_phase_switched(self, is_on: bool) -> None:
        if self._document is None or not is_on:
            self._without(Phase)
            return
        self._set(self._document.dataset.recipe.step(Phase) or Phase("automatic"))

    def _on_reference_switched(self, is_on: bool) -> None:
        if not is_on:
            self._set(Reference(0.0))
            return
        self.reference_box.setChecked(self.shift.value() != 0)
        self.shift.setFocus(Qt.FocusReason.OtherFocusReason)
        self.shift.selectAll()

    def _on_reset(self) -> None:
        if self._document is not None:
            self._document.set_recipe(self._document.dataset.recipe)

    def _on_started(self) -> None:
        self.state_text.setText("Processing …")

    def _on_succeeded(self) -> None:
        self.state_text.clear()
        self.phase_preview.emit(0.0, 0.0)

    def _on_failed(self, error: Exception) -> None:
        self.state_text.setText(str(error))
        self._refresh()

    def _on_cancelled(self) -> None:
        self.state_text.clear()
        self._refresh()


def _is_same(recipe: Recipe, start: Recipe) -> bool:
    """Tell whether a recipe is as it came; what automatic steps found does not count."""

    def told(step: Step) -> Step:
        if isinstance(step, Phase) and step.mode == "automatic":
            return Phase("automatic", is_flipped=step.is_flipped)
        return step

    return [told(s) for s in recipe.steps] == [told(s) for s in start.steps]
