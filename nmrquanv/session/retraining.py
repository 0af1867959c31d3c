"""Retrains a model on what the user reviewed: run folder out, child process, candidate back."""

from __future__ import annotations

import logging
import shutil
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from nmrquanv.errors import TrainingError
from nmrquanv.paths import user_data
from nmrquanv.session.child_run import ChildRun, own_command_line
from nmrquanv.session.document import Document
from nmrquanv.session.jobs import Job
from nmrquanv.session.run_folder import Options, check, examples_of, write_run_folder

if TYPE_CHECKING:
    from nmrquanv.models.cards import ModelCard

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A retrained model that the user keeps or discards.

    Parameters
    ----------
    card_path : Path
        In the run folder, beside its weights.
    old, new : dict
        Metrics of the model before and after on the same held-out data.
    was_stopped : bool
        The user stopped it; these are the best weights until then.
    event : dict
        All that the run said in its result.
    """

    card_path: Path
    old: dict[str, Any]
    new: dict[str, Any]
    was_stopped: bool
    event: dict[str, Any]

    @property
    def is_worse(self) -> bool:
        """Whether the new model finds less than the old one did."""
        old, new = self.old.get("f1"), self.new.get("f1")
        return old is not None and (new is None or new < old)

    @property
    def benchmark(self) -> dict[str, Any]:
        """What the run says of both models on the benchmark; empty where it says nothing."""
        return dict(self.event.get("benchmark") or {})

    @property
    def has_forgotten(self) -> bool:
        """Whether the new model is worse on the benchmark, by more than chance would explain."""
        return bool(self.benchmark) and self.benchmark["interval"][1] < 0


class Retraining(QObject):
    """One retraining from start to keep or discard.

    Signals
    -------
    started(), progressed(int, int, str), epoch_ended(dict)
        The last for the live learning curve: epoch, epochs, train_loss, val_loss, f1.
    candidate_ready(Candidate), failed(Exception), cancelled()
        Exactly one of these ends a run.
    kept(ModelCard), keep_failed(Exception), discarded()
    """

    started = Signal()
    progressed = Signal(int, int, str)
    epoch_ended = Signal(dict)
    candidate_ready = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    kept = Signal(object)
    keep_failed = Signal(object)
    discarded = Signal()

    def __init__(self, command: Sequence[str] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = list(command) if command else own_command_line("train")
        self._child: ChildRun | None = None
        self._writing: Job | None = None
        self._keeping: Job | None = None
        self._folder: Path | None = None
        self.candidate: Candidate | None = None

    @property
    def is_running(self) -> bool:
        """Whether a run goes on."""
        return self._writing is not None or self._child is not None

    @property
    def is_undecided(self) -> bool:
        """Whether a candidate waits for the user to keep or discard it."""
        return self.candidate is not None and self._keeping is None

    def start(self, documents: Iterable[Document], options: Options) -> None:
        """Write the run folder and start the child.

        Raises
        ------
        TrainingError
            Not enough was reviewed, or a run goes on already.
        """
        if self.is_running:
            raise TrainingError("a retraining is running already: stop it first")
        examples = examples_of(documents)
        check(examples)
        self.discard()
        folder = self._folder = user_data() / "runs" / uuid.uuid4().hex[:12]
        job = self._writing = Job(lambda _report: write_run_folder(folder, examples, options))
        job.succeeded.connect(self._on_written)
        job.failed.connect(self._on_failed)
        job.cancelled.connect(self._on_cancelled)
        self.started.emit()
        job.start()

    def stop(self) -> None:
        """End the training with the best weights so far; ``candidate_ready`` follows."""
        if self._child is not None:
            self._child.stop()
        elif self._writing is not None:
            self._writing.cancel()

    def cancel(self) -> None:
        """End the run at once and keep nothing."""
        if self._child is not None:
            self._child.kill()
        elif self._writing is not None:
            self._writing.cancel()

    def keep(self, name: str) -> None:
        """Save the candidate in the user's library; ``kept`` or ``keep_failed`` follows."""
        if self.candidate is None or self._keeping is not None:
            return
        path = self.candidate.card_path
        job = self._keeping = Job(lambda _report: _saved(path, name))
        job.succeeded.connect(self._on_kept)
        job.failed.connect(self._on_keep_failed)
        job.ended.connect(self._on_keeping_ended)
        job.start()

    def discard(self) -> None:
        """Forget the candidate; nothing stays on disk."""
        had_one = self.candidate is not None
        self.candidate = None
        self._remove_folder()
        if had_one:
            self.discarded.emit()

    @Slot(object)
    def _on_written(self, _result: None) -> None:
        self._writing = None
        child = self._child = ChildRun([*self._command, "--run", str(self._folder)], self)
        child.progressed.connect(self.progressed)
        child.event_received.connect(self._on_event)
        child.succeeded.connect(self._on_result)
        child.failed.connect(self._on_failed)
        child.cancelled.connect(self._on_cancelled)
        child.start()

    @Slot(dict)
    def _on_event(self, event: dict[str, Any]) -> None:
        if event.get("event") == "epoch":
            self.epoch_ended.emit(event)

    @Slot(dict)
    def _on_result(self, event: dict[str, Any]) -> None:
        self._end_child()
        path = (self._folder or Path()) / str(event.get("path", ""))
        if not path.is_file():
            self._remove_folder()
            self.failed.emit(TrainingError(f"the training wrote no model to {path}"))
            return
        self.candidate = Candidate(
            path,
            dict(event.get("old") or {}),
            dict(event.get("new") or {}),
            bool(event.get("stopped")),
            event,
        )
        self.candidate_ready.emit(self.candidate)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._end_child()
        self._remove_folder()
        self.failed.emit(error)

    @Slot()
    def _on_cancelled(self) -> None:
        self._end_child()
        self._remove_folder()
        self.cancelled.emit()

    @Slot(object)
    def _on_kept(self, card: ModelCard) -> None:
        self.candidate = None
        self._remove_folder()
        self.kept.emit(card)

    @Slot(object)
    def _on_keep_failed(self, error: Exception) -> None:
        self.keep_failed.emit(error)

    @Slot()
    def _on_keeping_ended(self) -> None:
        self._keeping = None

    def _end_child(self) -> None:
        self._writing = None
        if self._child is not None:
            self._child.deleteLater()
            self._child = None

    def _remove_folder(self) -> None:
        folder, self._folder = self._folder, None
        if folder is not None and folder.exists():
            try:
                shutil.rmtree(folder)
            except OSError as error:
                _log.warning("the run folder %s could not be removed: %s", folder, error)


def _saved(card_path: Path, name: str) -> ModelCard:
    """Copy a candidate into the user's library under a name of the user's."""
    from nmrquanv.models.library import load_copy, save_user_model

    model = load_copy(card_path)
    return save_user_model(replace(model.card, name=name), model.network)
