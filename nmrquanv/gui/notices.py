"""Says in the status bar, as long as it is so, what goes on in the background or waits for a word.

A training or a study may be one that a window before this one began, or that was cut when the
program was killed: it is found at the start, and a click on its notice leads to it.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QToolButton

from nmrquanv.gui.status_bar import StatusBar
from nmrquanv.session.work import Work


class Notices(QObject):
    """Three buttons, each there while there is something to be said.

    Signals
    -------
    training_wanted(), study_wanted(), batch_wanted()
        The user wants to see it.
    """

    training_wanted = Signal()
    study_wanted = Signal()
    batch_wanted = Signal()

    def __init__(self, work: Work, status: StatusBar) -> None:
        super().__init__(status)
        self._work, self._status = work, status
        self.training, self.study = QToolButton(status), QToolButton(status)
        self.batch = QToolButton(status)
        for button, tip in (
            (self.training, "Show the training"),
            (self.study, "Show the study"),
            (self.batch, "Show Many Spectra"),
        ):
            button.setAutoRaise(True)
            button.setToolTip(tip)
            status.add_notice(button)
        # when what tells of a change has made it
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._refresh)
        self._percent: int | None = None
        self.training.clicked.connect(self.training_wanted)
        self.study.clicked.connect(self.study_wanted)
        self.batch.clicked.connect(self.batch_wanted)
        work.recovery.noted.connect(status.announce)
        retraining, study, batch = work.retraining, work.study_run, work.batch
        retraining.started.connect(self._on_training_started)
        retraining.progressed.connect(self._on_training_progressed)
        for run in (retraining, study, batch):
            for signal in (run.started, run.failed, run.cancelled):
                signal.connect(self._soon.start)
        ended = retraining.result_ready, study.succeeded, batch.succeeded
        for signal in (*ended, retraining.kept, retraining.discarded):
            signal.connect(self._soon.start)
        self._refresh()
        QTimer.singleShot(0, self, self._find_training)

    @Slot()
    def _find_training(self) -> None:
        """Take over a training that a window before this one left."""
        if self._work.retraining.find():
            self._status.announce("A training was started before: see Models > Retrain")

    @Slot()
    def _on_training_started(self) -> None:
        self._percent = None

    @Slot(int, int, str)
    def _on_training_progressed(self, done: int, total: int, _text: str) -> None:
        """Tell how far it is, whether its dialog is there or not."""
        percent = 100 * done // total if total > 0 else None
        if percent != self._percent:
            self._percent = percent
            self._refresh()

    @Slot()
    def _refresh(self) -> None:
        for button, text in (
            (self.training, self._training_text()),
            (self.study, "Study runs" if self._work.study_run.is_running else ""),
            (self.batch, "Many Spectra runs" if self._work.batch.is_running else ""),
        ):
            button.setText(text)
            button.setAccessibleName(text)
            button.setVisible(bool(text))

    def _training_text(self) -> str:
        retraining = self._work.retraining
        if retraining.is_running:
            return "Training runs" if self._percent is None else f"Training {self._percent} %"
        if retraining.is_undecided:
            return "A new model waits"
        return "A training was cut" if retraining.can_resume else ""
