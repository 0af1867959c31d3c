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
from nmrquanv.gui.panels.fid_steps import FidSteps, points_text, set_up_field
from nmrquanv.gui.panels.phase_editor import PhaseEditor
from nmrquanv.session.document import Document
from nmrquanv.spectra.recipe import (
    Baseline,
    Phase,
    Recipe,
    Reference,
    Step,
)
from nmrquanv.spectra.spectrum import Fid


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
        self.fid_steps = FidSteps(self)
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
        grid = QGridLayout()
        grid.setColumnStretch(0, 1)
        grid.setVerticalSpacing(6)
        rows = (
            (self.fid_steps, None),
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
        self.baseline_text.setForegroundRole(self.palette().ColorRole.PlaceholderText)
        set_up_field(self.shift, (-500.0, 500.0), 4, " ppm", "Reference shift")
        self.shift.setSingleStep(0.001)
        for part, tip in (
            (self.phase_box, "Multiplies by exp(i (ph0 + ph1 k/SI)): Bruker's PHC0 and PHC1"),
            (self.baseline_box, "Subtracts a smooth curve through the parts without lines (ABS)"),
            (self.reference_box, "Added to every chemical shift; peaks and integrals move along"),
            (self.reset_button, "Back to what the file came with (one undo step)"),
        ):
            part.setToolTip(tip)

    def _connect(self) -> None:
        self.fid_steps.changed.connect(self._set)
        self.fid_steps.left_out.connect(self._without)
        self.phase_box.clicked.connect(self._on_phase_switched)
        self.phase.previewed.connect(self.phase_preview)
        self.phase.changed.connect(self._set)
        self.baseline_box.clicked.connect(
            lambda is_on: self._set(Baseline(is_on=is_on))
        )
        self.reference_box.clicked.connect(self._on_reference_switched)
        self.shift.valueChanged.connect(lambda value: self._set(Reference(value)))
        self.reset_button.clicked.connect(self._on_reset)

    def _refresh(self) -> None:
        document = self._document
        self.setEnabled(document is not None)
        recipe = document.recipe if document is not None else Recipe()
        self.fid_steps.setVisible(recipe.has_transform)
        self.source_text.setText(self._source())
        self.fid_steps.show_steps(recipe, document.dataset if document is not None else None)
        self._show_phase(recipe)
        baseline = recipe.step(Baseline)
        is_flat = baseline is not None and baseline.is_on
        self.baseline_box.setChecked(is_flat)
        self.baseline_text.setText("automatic" if is_flat else "off")
        reference = recipe.step(Reference)
        shift = reference.shift_ppm if reference is not None else 0.0
        self.reference_box.setChecked(shift != 0.0)
        with QSignalBlocker(self.shift):
            self.shift.setValue(shift)
        start = document.dataset.recipe if document is not None else recipe
        self.reset_button.setEnabled(not _is_same(recipe, start))

    def _show_phase(self, recipe: Recipe) -> None:
        document, drawn = self._document, recipe.step(Phase)
        wanted = document.reprocess.wanted_recipe.step(Phase) if document is not None else drawn
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
            self._document.reprocess.set_step(step, gesture)

    def _without(self, kind: type[Step]) -> None:
        if self._document is not None:
            self._document.reprocess.set_recipe(
                self._document.reprocess.wanted_recipe.without_step(kind)
            )

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
            self._document.reprocess.set_recipe(self._document.dataset.recipe)

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
