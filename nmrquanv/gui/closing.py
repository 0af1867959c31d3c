"""Closing a spectrum or the window: asks about work that would be lost, then stops everything."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QMessageBox, QWidget

from nmrquanv.gui.actions import Slots
from nmrquanv.gui.dialogs.of_document import close_with
from nmrquanv.gui.dialogs.questions import Answer, Role, ask
from nmrquanv.gui.saving import Saves
from nmrquanv.session.document import Document
from nmrquanv.session.work import Work

_LOGOUT_S = 30.0


class Closing(QObject):
    """Nothing here blocks: a question is a window-modal box, and its answer closes again.

    Signals
    -------
    training_wanted()
        The user wants to look at the retraining before anything closes.
    """

    training_wanted = Signal()

    def __init__(self, work: Work, saves: Saves, window: QWidget) -> None:
        super().__init__(window)
        self._work, self._saves, self._window = work, saves, window
        self._has_agreed = False
        self._logout_until_s = 0.0
        self.question: QDialog | None = None

    def slots(self) -> Slots:
        """Return what its actions do."""
        return {
            "close": lambda: self.close_document(self._work.document),
            "quit": self._window.close,
        }

    def close_document(self, document: Document | None) -> None:
        """Close a spectrum; ask first when it differs from what is saved."""
        if document is None:
            return
        if not document.has_unsaved_edits:
            self._work.close(document)
        else:

            def close() -> None:
                self._work.close(document)

            def save() -> None:
                if not document.is_closed:  # the answer comes a turn of the loop later
                    self._saves.save_all([document], close)

            box = self._ask(
                f"Save '{document.name}' before closing?",
                "Your changes to its peaks, integrals and processing are lost otherwise.",
                (
                    ("Save", Role.AcceptRole, save),
                    ("Don't Save", Role.DestructiveRole, close),
                ),
            )
            if box is not None:
                close_with(document, box)

    def may_close(self) -> bool:
        """Tell whether the window may close now; otherwise ask, and close on the answer."""
        if time.monotonic() < self._logout_until_s:
            self._work.leave()
            return True
        reasons = self._reasons()
        if self._has_agreed or not reasons:
            return True
        edited = self._work.workspace.with_unsaved_edits()
        if len(reasons) == 1 and edited:
            self._ask("Save before quitting?", reasons[0], self._save_or_not(edited))
            return False
        answers: list[Answer] = [("Quit", Role.DestructiveRole, self._quit)]
        if edited:
            answers.insert(0, ("Save and Quit", *self._save_or_not(edited)[0][1:]))
        retraining = self._work.retraining
        if retraining.is_running:
            answers.append(("Stop and Keep the Best", Role.AcceptRole, self._stop_training))
            answers.append(("Quit, Training Goes On", Role.AcceptRole, self._leave_training))
        elif retraining.is_undecided:
            show = self.training_wanted.emit
            answers.append(("Look at the New Model", Role.AcceptRole, show))
        study = self._work.study_run
        if study.is_running and not study.goes_on_alone:
            answers.append(("Quit, Study Goes On", Role.AcceptRole, self._leave_study))
        self._ask("Quit nevertheless?", "\n".join(reasons), tuple(answers))
        return False

    def _save_or_not(self, edited: tuple[Document, ...]) -> tuple[Answer, Answer]:
        return (
            ("Save", Role.AcceptRole, lambda: self._saves.save_all(edited, self._quit)),
            ("Don't Save", Role.DestructiveRole, self._quit),
        )

    def expect_logout(self) -> None:
        """Ask nothing for a while, and keep everything: the desktop is about to end the session.

        Nobody tells when the user has cancelled that; so it is for a while only.
        """
        self._logout_until_s = time.monotonic() + _LOGOUT_S

    def agree(self) -> None:
        """Let the window close without another question."""
        self._has_agreed = True

    def _reasons(self) -> list[str]:
        """Return what closing would lose, one sentence each."""
        work = self._work
        edited = work.workspace.with_unsaved_edits()
        reasons = []
        if edited:
            names = ", ".join(f"'{document.name}'" for document in edited)
            reasons.append(f"Changes in {names} are not saved.")
        if work.retraining.is_running:
            reasons.append("A retraining is running; quitting stops it and forgets its model.")
        elif work.retraining.is_undecided:
            reasons.append("A retrained model waits for your decision; quitting discards it.")
        study = work.study_run
        if study.is_running and not study.goes_on_alone:
            reasons.append("A study is running; quitting ends it. Its finished runs are kept.")
        if work.batch.is_running:
            reasons.append("Many spectra are searched; quitting ends it. What is done is kept.")
        return reasons

    def _leave_study(self) -> None:
        """Quit, and let the study go on; the next window finds it."""
        self._work.study_run.goes_on_alone = True
        self._quit()

    def _leave_training(self) -> None:
        """Quit, and let the training go on; the next window finds it."""
        self._work.retraining.goes_on_alone = True
        self._quit()

    def _stop_training(self) -> None:
        """End the training with the best weights so far; the dialog asks what becomes of them."""
        self.training_wanted.emit()
        self._work.retraining.stop()

    def _quit(self) -> None:
        self.agree()
        self._window.close()

    def _ask(self, title: str, text: str, answers: tuple[Answer, ...]) -> QMessageBox | None:
        """Ask with these answers beside Cancel, the default; None while another box is open."""
        if self.question is not None:
            self.question.raise_()
            return None
        return ask(self, self._window, (title, text), answers)
