from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from nmrquanv.errors import FormatError
from nmrquanv.gui.dialogs.error import show_error
from nmrquanv.gui.dialogs.error_dialog import ErrorDialog
from nmrquanv.gui.dialogs.error_words import plain_words


def raised(error: Exception) -> Exception:
    try:
        raise error
    except type(error) as caught:
        return caught


@pytest.fixture
def dialog(qtbot) -> ErrorDialog:
    error = raised(FormatError("'fid' is cut off: copy it again"))
    dialog = show_error("The spectrum could not be opened", error)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    qtbot.waitExposed(dialog)
    yield dialog
    dialog.hide()


def test_it_says_what_happened_in_plain_words_and_does_not_block(dialog) -> None:
    assert dialog.isVisible()
    assert dialog.title.text() == "The spectrum could not be opened"
    assert dialog.text.text() == "'fid' is cut off: copy it again"
    assert not dialog.details.isVisible()


def test_details_unfold_and_can_be_copied(dialog, qtbot) -> None:
    qtbot.mouseClick(dialog.details_button, Qt.MouseButton.LeftButton)
    assert dialog.details.isVisible()
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    for part in ("could not be opened", "cut off", "Traceback", "FormatError", "Python"):
        assert part in copied
    qtbot.mouseClick(dialog.details_button, Qt.MouseButton.LeftButton)
    assert not dialog.details.isVisible()


def test_escape_closes_it(dialog, qtbot) -> None:
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FormatError("no acqus in '10'"), "no acqus in '10'"),
        (MemoryError(), "not enough memory"),
        (PermissionError(13, "Permission denied", "/x/fid"), "Permission denied: '/x/fid'"),
        (ZeroDivisionError("division by zero"), "should not have"),
    ],
)
def test_every_failure_has_plain_words(error, words) -> None:
    assert words in plain_words(error)
    assert "division" not in plain_words(error)
