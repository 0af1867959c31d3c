"""Questions to a person: one of several answers, or a file; nothing waits while they are open."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Protocol

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractButton,
    QDialog,
    QFileDialog,
    QListView,
    QMessageBox,
    QWidget,
)

DIALOGS = "NMRQUANV_DIALOGS"
"""Environment variable; ``qt`` asks for files with Qt's dialogs, not with the desktop's."""

Role = QMessageBox.ButtonRole
Answer = tuple[str, Role, Callable[[], object]]
"""What stands on a button, what kind of button it is, and what is done then."""


class Asking(Protocol):
    """Whoever asks one question at a time.

    Attributes
    ----------
    question : QDialog or None
        Which one is open.
    """

    question: QDialog | None


def show_question(asking: Asking, dialog: QDialog) -> None:
    """Open a dialog that is whoever asks' question until it is answered."""

    def forget() -> None:
        asking.question = None

    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.finished.connect(forget)
    asking.question = dialog
    dialog.open()


def ask(
    asking: Asking, parent: QWidget, words: tuple[str, str], answers: Iterable[Answer]
) -> QMessageBox:
    """Ask for one of several answers; Cancel, the default, stands beside them.

    Parameters
    ----------
    asking : Asking
    parent : QWidget
    words : (question, explanation)
        Plain text.
    answers : iterable of Answer
        What is done is done once the question has gone: it may open a dialog or close the window.
    """
    box = QMessageBox(QMessageBox.Icon.Question, "nmrquanv", words[0], parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(words[1])
    doing: dict[QAbstractButton, Callable[[], object]] = {
        box.addButton(text, role): do for text, role, do in answers
    }
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))

    def answered() -> None:
        if (do := doing.get(box.clickedButton())) is not None:
            QTimer.singleShot(0, parent, do)

    show_question(asking, box)
    box.finished.connect(answered)
    return box


def where_answers(
    look_there: Callable[[], object] | None, choose: Callable[[QFileDialog.FileMode], object]
) -> tuple[Answer, ...]:
    """Return the answers to where something lies: the place that is known of it, or another."""
    file, folder = QFileDialog.FileMode.ExistingFile, QFileDialog.FileMode.Directory
    other: tuple[Answer, ...] = (
        ("Choose a File…", Role.ActionRole, lambda: choose(file)),
        ("Choose a Folder…", Role.ActionRole, lambda: choose(folder)),
    )
    return other if look_there is None else (("Look There", Role.AcceptRole, look_there), *other)


def file_to_open(
    parent: QWidget,
    title: str,
    start: str,
    mode: QFileDialog.FileMode = QFileDialog.FileMode.ExistingFile,
    filters: tuple[str, ...] = (),
) -> QFileDialog:
    """Return a dialog, not yet open, for a file or folder that is there."""
    dialog = _file_dialog(parent, title, start)
    dialog.setFileMode(mode)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly, mode == QFileDialog.FileMode.Directory)
    if filters:
        dialog.setNameFilters(filters)
    return dialog


def file_to_save(parent: QWidget, title: str, start: str, kind: str, ending: str) -> QFileDialog:
    """Return a dialog, not yet open, for a file of a kind (a plural) with an ending."""
    dialog = _file_dialog(parent, title, start)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter(f"{kind} (*{ending})")
    dialog.setDefaultSuffix(ending.removeprefix("."))
    return dialog


def _file_dialog(parent: QWidget, title: str, start: str) -> QFileDialog:
    """Return the desktop's own file dialog, or Qt's where a person wants that one."""
    dialog = QFileDialog(parent, title, start)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    is_qts = os.environ.get(DIALOGS) == "qt"
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog, is_qts)
    places = dialog.findChild(QListView, "sidebar")  # of Qt's, which forgets the size of letters
    if isinstance(places, QListView):
        frame = 2 * places.frameWidth()
        places.setMinimumWidth(places.sizeHintForColumn(0) + frame)
    return dialog
