"""The recipe of a document: a list of steps, the form of the one that is chosen, and a preview.

While a slider is dragged nothing of the document changes: what it stands at is tried out beside
the window's thread and shown in the plot. When it is let go the recipe changes, as one undo step;
Esc gives the drag up. Steps that a processed spectrum cannot have are not offered.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from nmrquanv.errors import ProcessingError
from nmrquanv.gui.dialogs.error_words import plain_words
from nmrquanv.gui.layouts import in_column, in_row
from nmrquanv.gui.panels.document_panel import DocumentPanel, Link
from nmrquanv.gui.panels.phase_editor import PhaseEditor
from nmrquanv.gui.panels.step_buttons import StepButtons
from nmrquanv.gui.panels.step_forms import StepForms
from nmrquanv.gui.panels.step_list import FIXED, StepList
from nmrquanv.gui.panels.step_words import points_text
from nmrquanv.session.document import Document
from nmrquanv.session.preview import Preview, held
from nmrquanv.session.recipe_edits import is_same, offered, switched, usual_step
from nmrquanv.spectra.recipe import Baseline, Phase, Recipe, Step
from nmrquanv.spectra.spectrum import Fid


class Processing(DocumentPanel):
    """Panel with the recipe.

    Signals
    -------
    phase_preview(float, float)
        Degrees of ph0 and ph1 to add to the spectrum shown, while a slider is dragged; zeros
        end the preview.
    refreshed()
        What is shown, or whether it can be seen, has changed.
    """

    phase_preview = Signal(float, float)
    refreshed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.preview = Preview(self)
        self._peeked: Recipe | None = None
        self._scroll = QScrollArea(self)
        inside = QWidget(self._scroll.viewport())
        self.source_text = QLabel(inside)
        self.steps = StepList(inside)
        self.buttons = StepButtons(lambda: offered(self.wanted), inside)
        self.forms = StepForms(inside)
        self.state_text, self._refusal = QLabel(inside), ""
        self.reset_button = QPushButton("Starting Values", inside)
        self.recipe_button, self.recipe_menu = QPushButton("Recipe", inside), QMenu(self)
        self._build(inside)
        self._connect()
        self._refresh()

    @property
    def phase(self) -> PhaseEditor:
        """The form of the phase."""
        return self.forms.phase

    @property
    def wanted(self) -> Recipe:
        """The recipe that was asked for last; an empty one without a document."""
        return self._document.reprocess.wanted_recipe if self._document is not None else Recipe()

    def set_document(self, document: Document | None) -> None:
        """Show the recipe of another document, or none."""
        self.preview.end()
        self.state_text.clear()
        if document is not self._document:
            self.forms.phase.forget_pivot()
        super().set_document(document)

    @property
    def is_in_view(self) -> bool:
        """Whether a person can see the panel."""
        return self._is_in_view

    def set_in_view(self, is_in_view: bool) -> None:
        """Say whether the panel can be seen; out of sight nothing is tried out."""
        super().set_in_view(is_in_view)
        if not is_in_view:
            self.preview.end()
        self._show_form()

    def set_step(self, step: Step, gesture: int | None = None) -> None:
        """Put a step in the place of its kind."""
        if self._document is not None:
            self.state_text.clear()
            self._document.reprocess.set_step(step, gesture)
            self._refresh()

    def say(self, text: str) -> None:
        """Say why nothing was done, until something is."""
        self._refusal = text
        self.state_text.setText(text)

    def _forget_refusal(self) -> None:
        if self._refusal and self._refusal == self.state_text.text():
            self.state_text.setText(self._declined())
        self._refusal = ""

    # --- building ------------------------------------------------------------------------------

    def _follows(self, document: Document) -> tuple[Any, ...]:
        return document.recipe_changed, document.spectrum_changed, document.dataset_changed

    def _links(self, document: Document) -> tuple[Link, ...]:
        run = document.processing
        return (
            (run.started, self._on_started),
            (run.succeeded, self._on_ended),
            (run.failed, self._on_failed),
            (run.cancelled, self._on_ended),
            (document.changed, self._forget_refusal),
        )

    def _build(self, inside: QWidget) -> None:
        self.source_text.setWordWrap(True)
        self.state_text.setWordWrap(True)
        self.state_text.setForegroundRole(self.palette().ColorRole.PlaceholderText)
        self.reset_button.setToolTip("Back to what the file came with (one undo step)")
        self.recipe_button.setToolTip("Save this recipe, load one, use it on other spectra")
        self.recipe_button.setMenu(self.recipe_menu)
        foot = in_row(self.recipe_button, 1, self.reset_button)
        layout = QVBoxLayout(inside)
        layout.addWidget(self.source_text)
        layout.addWidget(self.steps)
        layout.addWidget(self.buttons)
        layout.addWidget(self.forms)
        layout.addWidget(self.state_text)
        layout.addLayout(foot)
        layout.addStretch(1)
        scroll = self._scroll
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it follows what has the keyboard
        scroll.setWidget(inside)
        scroll.setMinimumWidth(inside.minimumSizeHint().width())
        in_column(scroll, on=self, margins=0)

    def _connect(self) -> None:
        steps, forms = self.steps, self.forms
        steps.switched.connect(self._on_switched)
        steps.moved.connect(self._on_moved)
        steps.removed.connect(self._on_removed)
        steps.chosen.connect(self._on_chosen)
        steps.pressed.connect(self._forget_refusal)
        forms.previewed.connect(self._try)
        forms.changed.connect(self.set_step)
        forms.given_up.connect(self.preview.end)
        forms.refused.connect(self.say)
        forms.phase.previewed.connect(self.phase_preview)
        forms.baseline.cleared.connect(self._on_cleared)
        self.preview.failed.connect(lambda error: self.say(plain_words(error)))
        self.buttons.added.connect(self._on_added)
        self.buttons.moved.connect(self._move_by)
        self.buttons.removed.connect(lambda: self._on_removed(self.steps.kind()))
        self.reset_button.clicked.connect(self._on_reset)

    # --- showing -------------------------------------------------------------------------------

    def _refresh(self) -> None:
        document = self._document
        self.setEnabled(document is not None)
        wanted = self.wanted
        drawn = document.recipe if document is not None else wanted
        self.source_text.setText(self._source())
        found = drawn.step(Phase)
        step = wanted.step(Phase)
        if step is not None and found is not None and step.mode == found.mode == "automatic":
            turned = replace(step, ph0_deg=found.ph0_deg, ph1_deg=found.ph1_deg)
            self.steps.show_recipe(wanted.with_step(turned))
        else:
            self.steps.show_recipe(wanted)
        if self.steps.kind() is None and document is not None:
            self.steps.choose(Phase)
        self._show_form()
        start = document.dataset.recipe if document is not None else wanted
        self.reset_button.setEnabled(not is_same(wanted, start))

    def _show_form(self) -> None:
        document, wanted = self._document, self.wanted
        data = document.dataset.data if document is not None else None
        none = Phase("manual")
        spectrum = document.spectrum if document is not None else None
        drawn = document.recipe if document is not None else wanted
        phase = wanted.step(Phase)
        self.forms.phase.setEnabled(phase is not None and phase.is_on)
        self.forms.phase.show_phase(phase or none, drawn.active(Phase) or none, spectrum)
        kind = self.steps.kind()
        self.forms.show_step(kind, wanted, data)
        self.buttons.set_free(kind is not None and kind not in FIXED)
        self._peek()
        self.refreshed.emit()

    def _peek(self) -> None:
        """Show the curve of the baseline that is chosen, over the spectrum as it is."""
        document, step = self._document, self.wanted.active(Baseline)
        if document is None or self.steps.kind() is not Baseline or not self.is_in_view:
            self._peeked = None
            return
        is_busy = document.processing.wanted is not None
        if step is not None and self.wanted is not self._peeked and not is_busy:
            self._peeked = self.wanted
            self._try(step)

    def _source(self) -> str:
        if self._document is None:
            return "No spectrum"
        data, source = self._document.dataset.data, self._document.dataset.source
        if isinstance(data, Fid):
            return f"From the FID, TD {points_text(data.data.size)} complex points"
        name = f"PROCNO {source.kind}" if source.kind.isdigit() else source.format
        return f"From the processed spectrum ({name}), {points_text(data.data.size)} points"

    # --- what a person does --------------------------------------------------------------------

    def _try(self, step: Step) -> None:
        if self._document is not None:
            recipe = self.wanted.with_step(step)
            self.preview.show(self._document.dataset.data, held(recipe, self._document.recipe))

    def _set(self, recipe: Recipe) -> None:
        if self._document is not None:
            self.state_text.clear()
            self._document.reprocess.set_recipe(recipe)
        self._refresh()

    def _on_chosen(self, _kind: type[Step] | None) -> None:
        self._forget_refusal()
        self.preview.end()
        self._show_form()

    def _on_added(self, kind: type[Step]) -> None:
        if self._document is not None:
            self._set(self.wanted.with_step(usual_step(kind, self._document.dataset)))
            self.steps.choose(kind)

    def _on_switched(self, kind: type[Step], is_on: bool) -> None:
        self._set(switched(self.wanted, kind, is_on=is_on))

    def _on_moved(self, kind: type[Step], place: int) -> None:
        try:
            self._set(self.wanted.moved(kind, place))
        except ProcessingError as error:
            self.say(f"Not moved: {error}")

    def _move_by(self, by: int) -> None:
        if (kind := self.steps.kind()) is not None:
            self._on_moved(kind, self.steps.currentRow() + by)

    def _on_removed(self, kind: type[Step] | None) -> None:
        if kind is not None:
            self._set(self.wanted.without_step(kind))

    def _on_cleared(self) -> None:
        if (step := self.wanted.step(Baseline)) is not None:
            self.set_step(replace(step, anchors=(), excluded=()))

    def _on_reset(self) -> None:
        if self._document is not None:
            self._set(self._document.dataset.recipe)

    # --- how processing goes -------------------------------------------------------------------

    def _on_started(self) -> None:
        self.state_text.setText("Processing …")

    def _on_ended(self) -> None:
        self.state_text.setText(self._declined())
        self.preview.end()
        self._peeked = None  # what was tried out meanwhile has just ended with it
        self.phase_preview.emit(0.0, 0.0)
        self._refresh()

    def _on_failed(self, error: Exception) -> None:
        self._on_ended()
        self.state_text.setText(plain_words(error))

    def _declined(self) -> str:
        """Return what automatic steps say of the spectrum shown."""
        notes = self._document.state.processed.notes if self._document is not None else ()
        said = next((n for n in notes if n.startswith("automatic phase")), "")
        return said[:1].upper() + said[1:]
