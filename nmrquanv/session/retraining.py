"""Retrains a model on what the user reviewed: run folder out, child process, model back.

The run folder and the child's own folder bear the same name in two places of the user's data
folder. Both stay until the user has decided: a run that was cut goes on from its checkpoint, and
one that outlived the window is found by the next.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from nmrquanv.errors import NmrQuanvError, TrainingError
from nmrquanv.paths import user_data
from nmrquanv.session import child_process
from nmrquanv.session.child import Child, CutError
from nmrquanv.session.child_process import ChildProcess, own_command_line
from nmrquanv.session.document import Document
from nmrquanv.session.jobs import Job

if TYPE_CHECKING:
    from nmrquanv.models.cards import ModelCard
    from nmrquanv.session.retrained import Retrained
    from nmrquanv.session.run_folder import Options

_log = logging.getLogger(__name__)
_PURPOSE = "train"


class Retraining(QObject):
    """One retraining from start to keep or discard.

    Signals
    -------
    started()
        Also when one of a window before was found.
    progressed(int, int, str), epoch_ended(dict)
        The last for the live learning curve: epoch, epochs, train_loss, val_loss, f1.
    result_ready(Retrained), failed(Exception), cancelled()
        Exactly one of these ends a run; after ``failed`` it may go on (``can_resume``).
    kept(ModelCard), keep_failed(Exception), discarded()
    """

    started = Signal()
    progressed = Signal(int, int, str)
    epoch_ended = Signal(dict)
    result_ready = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    kept = Signal(object)
    keep_failed = Signal(object)
    discarded = Signal()

    def __init__(self, command: Sequence[str] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = list(command) if command else own_command_line("train")
        self._child: Child | None = None
        self._process: ChildProcess | None = None
        self._writing: Job | None = None
        self._keeping: Job | None = None
        self._token = ""
        self.result: Retrained | None = None
        self.can_resume = False
        """Whether a run was cut that can go on from its last finished epoch."""
        self.epochs: list[dict[str, Any]] = []
        """What the run told of its epochs; for those who begin to listen later."""
        self.goes_on_alone = False
        """Whether the run is to go on when the window closes."""
        self._leaves_model = False

    @property
    def is_running(self) -> bool:
        """Whether a run goes on."""
        return self._writing is not None or self._child is not None

    @property
    def is_undecided(self) -> bool:
        """Whether a model waits for the user to keep or discard it."""
        return self.result is not None and self._keeping is None

    def start(self, documents: Iterable[Document], options: Options) -> None:
        """Write the run folder and start the child.

        Raises
        ------
        TrainingError
            Not enough was reviewed, the model cannot be retrained, or a run goes on already.
        """
        if self.is_running:
            raise TrainingError("a retraining is running already: stop it first")
        from nmrquanv.session.run_folder import check, examples_of, write_run_folder

        examples = examples_of(documents)
        check(examples, options)
        self.discard()
        self.epochs = []
        self._token = child_process.new_token()
        folder = _run_folder(self._token)
        job = self._writing = Job(lambda _report: write_run_folder(folder, examples, options))
        job.succeeded.connect(self._on_written)
        job.failed.connect(self._on_failed)
        job.cancelled.connect(self._on_cancelled)
        self.started.emit()
        job.start()

    def resume(self) -> None:
        """Let a run that was cut go on after its last finished epoch."""
        if self.can_resume and not self.is_running:
            self.started.emit()
            self._begin()

    def find(self) -> bool:
        """Take over what a window before this one left: a run, its model, or one that was cut."""
        if self.is_running or self._token:
            return False
        process = child_process.left_behind(_PURPOSE)
        if process is None:
            return False
        self._token = process.token
        self.goes_on_alone = process.is_alive()
        self.started.emit()
        self._follow(process)
        return True

    def stop(self) -> None:
        """End the training with the best weights so far; ``result_ready`` follows."""
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
        """Save the model in the user's library; ``kept`` or ``keep_failed`` follows."""
        if self.result is None or self._keeping is not None:
            return
        result = self.result
        job = self._keeping = Job(lambda _report: result.save(name))
        job.succeeded.connect(self._on_kept)
        job.failed.connect(self._on_keep_failed)
        job.ended.connect(self._on_keeping_ended)
        job.start()

    def discard(self) -> None:
        """Forget the model, or a run that was cut; nothing stays on disk."""
        had_one = self.result is not None
        self._forget()
        if had_one:
            self.discarded.emit()

    def leave(self) -> None:
        """Leave all to the next window: the run that goes on, and the model that waits."""
        self.goes_on_alone = self._leaves_model = True

    def shut_down(self) -> None:
        """Let a run go on if that was asked for, else end it. Called as the window closes.

        A run that was cut stays for the next window; a model that waits is discarded, unless all
        is left.
        """
        child, self._child = self._child, None
        if self._writing is not None:
            self._writing.cancel()
        if child is not None:
            child.goes_on_alone = self.goes_on_alone
            goes_on = child.close()
            child.deleteLater()
            if goes_on:
                self._token, self._process = "", None
                return
        waits = self.can_resume or (self._leaves_model and self.result is not None)
        if waits and self._process is not None:
            self._process.let_go()
            return
        self.discard()

    @Slot(object)
    def _on_written(self, _result: None) -> None:
        self._writing = None
        self._begin()

    def _begin(self) -> None:
        """Start the child on the run folder."""
        self.can_resume = False
        command = [*self._command, "--run", str(_run_folder(self._token))]
        try:
            self._follow(child_process.start(command, _PURPOSE, {}, self._token))
        except NmrQuanvError as error:
            self._on_failed(error)

    def _follow(self, process: ChildProcess) -> None:
        self._process = process
        child = self._child = Child(process, self)
        child.progressed.connect(self.progressed)
        child.event_received.connect(self._on_event)
        child.succeeded.connect(self._on_result)
        child.failed.connect(self._on_failed)
        child.cancelled.connect(self._on_cancelled)

    @Slot(dict)
    def _on_event(self, event: dict[str, Any]) -> None:
        if event.get("event") == "epoch":
            self.epochs.append(event)
            self.epoch_ended.emit(event)

    @Slot(dict)
    def _on_result(self, event: dict[str, Any]) -> None:
        self._end_child()
        # its name alone: the model lies in the run folder, whatever is said
        path = _run_folder(self._token) / Path(str(event.get("path", ""))).name
        if not path.is_file():
            self._forget()
            self.failed.emit(TrainingError(f"the training wrote no model to {path}"))
            return
        from nmrquanv.session.retrained import Retrained

        self.result = Retrained(
            path,
            dict(event.get("old") or {}),
            dict(event.get("new") or {}),
            bool(event.get("stopped")),
            event,
        )
        self.result_ready.emit(self.result)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._end_child()
        self.can_resume = isinstance(error, CutError) and _is_whole(_run_folder(self._token))
        if not self.can_resume:
            self._forget()
        self.failed.emit(error)

    @Slot()
    def _on_cancelled(self) -> None:
        self._end_child()
        self._forget()
        self.cancelled.emit()

    @Slot(object)
    def _on_kept(self, card: ModelCard) -> None:
        self._forget()
        self.kept.emit(card)

    @Slot(object)
    def _on_keep_failed(self, error: Exception) -> None:
        self.keep_failed.emit(error)

    @Slot()
    def _on_keeping_ended(self) -> None:
        self._keeping = None

    def _end_child(self) -> None:
        self._writing = None
        child, self._child = self._child, None
        if child is not None:
            child.deleteLater()

    def _forget(self) -> None:
        """Remove all that the run has on disk."""
        self.result, self.can_resume = None, False
        token, self._token = self._token, ""
        process, self._process = self._process, None
        if process is not None:
            process.forget()
        if token and (folder := _run_folder(token)).exists():
            try:
                shutil.rmtree(folder)
            except OSError as error:
                _log.warning("the run folder %s could not be removed: %s", folder, error)


def _run_folder(token: str) -> Path:
    """Return where the run of this name has its data."""
    return user_data() / "runs" / token


def _is_whole(folder: Path) -> bool:
    """Tell whether a run folder was written to its end, so that a run can go on from it."""
    return (folder / "run.json").is_file()
