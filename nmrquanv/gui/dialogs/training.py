"""Retrains a model on what the user reviewed: set up, watch, judge, keep or discard.

The run belongs to :class:`~nmrquanv.session.retraining.Retraining`, not to this dialog: it can
be closed while a run goes on and shows the same run when it is opened again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QMessageBox,
    QPushButton,
    QWidget,
)

from nmrquanv.errors import NmrQuanvError
from nmrquanv.extras import has_extra
from nmrquanv.gui.dialogs.learning_curve import LearningCurve
from nmrquanv.gui.dialogs.questions import show_question
from nmrquanv.gui.dialogs.training_options import TrainingOptions, trainable_models
from nmrquanv.gui.dialogs.training_progress import TrainingBar
from nmrquanv.gui.dialogs.training_result import TrainingResult
from nmrquanv.gui.layouts import in_column
from nmrquanv.gui.number_box import are_settled
from nmrquanv.gui.shell.scale import scaled
from nmrquanv.gui.upright_scroll import UprightScroll
from nmrquanv.session.document import Document
from nmrquanv.session.retrained import Retrained
from nmrquanv.session.retraining import Retraining
from nmrquanv.session.run_folder import check, examples_of
from nmrquanv.session.workspace import Workspace

_GOES_ON = "It can go on after its last finished epoch."


class TrainingDialog(QDialog):
    """Dialog around one retraining.

    Signals
    -------
    place_wanted(dict)
        ``name``, ``sha256`` and ``ppm`` of a place that a person wants to see.

    Parameters
    ----------
    documents : callable
        Returns the open documents; asked at each opening and at the start.
    retraining : Retraining
        Outlives the dialog.
    models : callable
        Returns the models to start from as (name, title), the first by default.
    propose_name : callable
        Returns a free name for a model made from the named one.
    parent : QWidget or None
    """

    place_wanted = Signal(object)

    def __init__(
        self,
        documents: Callable[[], Iterable[Document]],
        retraining: Retraining,
        models: Callable[[], Iterable[tuple[str, str]]],
        propose_name: Callable[[str], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Retrain a model")
        self._documents, self._retraining = documents, retraining
        self._propose_name = propose_name
        self._base_model = self._problem = ""
        self._left: object = None
        self.question: QDialog | None = None
        self.options = TrainingOptions(models, self)
        self.curve = LearningCurve(self)
        self.bar = TrainingBar(self)
        self.state_text = QLabel(self)
        self.outcome = TrainingResult(self)
        self.start_button = QPushButton("Start", self)
        self.stop_button = QPushButton("Stop", self)
        self.resume_button = QPushButton("Go On", self)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self._build()
        self._connect()
        self._take_over()

    def refresh(self) -> None:
        """Count anew what is reviewed, and show where the run stands."""
        examples = examples_of(self._documents())
        is_running = self._retraining.is_running
        if not is_running:
            self.options.list_models()
        result = self._retraining.result
        problem = ""
        try:
            check(examples, self.options.chosen() if self.options.has_models else None)
        except NmrQuanvError as error:
            problem = str(error)
        self.options.show_examples(examples)
        self.options.set_open(not is_running)
        problem = problem or ("Keep or discard the new model first" if result is not None else "")
        self.start_button.setEnabled(not is_running and not problem and self.options.has_models)
        self.start_button.setToolTip(problem)
        self.stop_button.setVisible(is_running)
        self.resume_button.setVisible(self._retraining.can_resume and not is_running)
        self.bar.setVisible(is_running)
        self.curve.setVisible(is_running or self.curve.count() > 0)
        self.outcome.setVisible(result is not None)
        self.outcome.decision.setVisible(result is not None)
        before = self._problem
        self._problem = problem if examples or not has_extra("train") else ""
        is_free = not is_running and result is None
        if is_free and (self._problem or self.state_text.text() == before):
            self._say(self._problem)
        self.roll.fit_window()

    def showEvent(self, event: Any) -> None:
        """Show the present state; what was read of other regions than those of now goes."""
        run = self._retraining
        is_over = not (run.is_running or run.can_resume or run.result is not None)
        if is_over and self._left not in (None, self._reviewed()):
            self._say("")
        self.refresh()
        super().showEvent(event)

    def hideEvent(self, event: Any) -> None:
        """Keep what was reviewed when a person last looked."""
        self._left = self._reviewed()
        super().hideEvent(event)

    def _reviewed(self) -> object:
        return tuple((e.name, e.regions, e.peaks) for e in examples_of(self._documents()))

    def reject(self) -> None:
        """Close; ask first what becomes of a run."""
        if not self._retraining.is_running:
            super().reject()
            return
        if self.question is None:
            self._ask()

    def _build(self) -> None:
        self.stop_button.setToolTip("End now and keep the best weights so far")
        self.resume_button.setToolTip("Let the run that was cut go on after its last epoch")
        self.state_text.setMinimumWidth(1)
        self.state_text.setWordWrap(True)
        self.buttons.addButton(self.start_button, QDialogButtonBox.ButtonRole.ActionRole)
        self.buttons.addButton(self.stop_button, QDialogButtonBox.ButtonRole.ActionRole)
        self.buttons.addButton(self.resume_button, QDialogButtonBox.ButtonRole.ActionRole)
        content = QWidget(self)
        parts = self.options, (self.curve, 1), self.bar, self.state_text, self.outcome
        in_column(*parts, on=content, margins=0)
        self.roll = UprightScroll(content, self)
        in_column((self.roll, 1), self.outcome.decision, self.buttons, on=self, width=scaled(540))

    def _connect(self) -> None:
        run = self._retraining
        run.started.connect(self._on_started)
        run.progressed.connect(self._on_progressed)
        run.epoch_ended.connect(self._on_epoch_ended)
        run.result_ready.connect(self._on_result_ready)
        run.failed.connect(self._on_failed)
        run.cancelled.connect(self._on_cancelled)
        run.kept.connect(self._on_kept)
        run.keep_failed.connect(self._on_keep_failed)
        run.discarded.connect(self._on_discarded)
        self.options.model.activated.connect(self.refresh)
        self.start_button.clicked.connect(self._on_start)
        self.stop_button.clicked.connect(self._on_stop)
        self.resume_button.clicked.connect(run.resume)
        self.outcome.keep_clicked.connect(self._on_keep)
        self.outcome.discard_clicked.connect(run.discard)
        self.outcome.place_clicked.connect(self.place_wanted)
        self.buttons.rejected.connect(self.reject)

    def _on_start(self) -> None:
        if not are_settled(self):
            return
        self._base_model = self.options.chosen().model
        try:
            self._retraining.start(self._documents(), self.options.chosen())
        except NmrQuanvError as error:
            self._say(str(error))

    def _take_over(self) -> None:
        """Show what was there before the dialog: a run, its end, or nothing."""
        run = self._retraining
        if run.is_running:
            self._on_started()
        elif run.result is not None:
            self._on_result_ready(run.result)
        elif run.can_resume:
            self._say(f"A training was cut. {_GOES_ON}")
        self.refresh()

    def _on_started(self) -> None:
        self.bar.begin()
        told = self._retraining.epochs
        self.curve.clear(int(told[-1]["epochs"]) if told else self.options.epochs.whole())
        for event in told:
            self.curve.add(event)
        self.stop_button.setEnabled(True)
        self._say("Preparing …")
        self.refresh()

    def _on_stop(self) -> None:
        self.stop_button.setEnabled(False)
        self._say("Stopping: the best weights so far are being judged …")
        self._retraining.stop()

    def _on_keep(self, name: str) -> None:
        self.outcome.set_open(False)
        self._say("Saving …")
        self._retraining.keep(name)

    def _on_progressed(self, done: int, total: int, text: str) -> None:
        told = self.bar.show_step(done, total, text)
        self._say(told if self.stop_button.isEnabled() else f"Stopping: {told}")

    def _on_epoch_ended(self, event: dict[str, Any]) -> None:
        self.curve.add(event)

    def _on_result_ready(self, result: Retrained) -> None:
        base = self._base_model or result.card_path.stem.removesuffix("-retrained")
        self.outcome.show_result(result, self._propose_name(base))
        self._say("")
        self._end()

    def _on_failed(self, error: Exception) -> None:
        self.outcome.set_open(True)
        told = f"The training failed: {str(error).rstrip('.')}."
        self._say(f"{told} {_GOES_ON}" if self._retraining.can_resume else told)
        self._end()

    def _on_keep_failed(self, error: Exception) -> None:
        self.outcome.set_open(True)
        self._say(f"The model could not be saved: {error}")
        self._end()

    def _on_cancelled(self) -> None:
        self._say("The training was cancelled; nothing was kept.")
        self._end()

    def _on_kept(self, card: Any) -> None:
        self._say(f"Kept as '{card.name}'. Choose it in the menu of Find peaks.")
        self._end()

    def _on_discarded(self) -> None:
        if not self._retraining.is_running:
            self._say("Discarded; nothing stays on disk.")
        self._end()

    def _end(self) -> None:
        if self.question is not None:
            self.question.close()
        self.refresh()

    def _say(self, text: str) -> None:
        self.state_text.setText(text)
        self.state_text.setVisible(bool(text))
        if not self.isVisible():
            self._left = None  # nobody has read it

    def _ask(self) -> None:
        """Ask whether a run is to be stopped or left running, without blocking the window."""
        box = QMessageBox(self)
        box.setWindowTitle("Training goes on")
        box.setText("The training is still running.")
        box.setInformativeText(
            "Leave it running and open this dialog again later, or stop it and keep the best "
            "weights so far?"
        )
        leave = box.addButton("Leave it running", QMessageBox.ButtonRole.AcceptRole)
        stop = box.addButton("Stop", QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(leave)
        leave.clicked.connect(self.hide)
        stop.clicked.connect(self._on_stop)
        show_question(self, box)


def training_dialog(
    workspace: Workspace, retraining: Retraining, parent: QWidget | None = None
) -> TrainingDialog:
    """Return the dialog over the open documents and the library of models."""
    from nmrquanv.models.library import free_name

    return TrainingDialog(
        lambda: workspace.documents,
        retraining,
        trainable_models,
        lambda name: free_name(f"{name}-retrained"),
        parent,
    )
