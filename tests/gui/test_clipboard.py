"""What was copied in rich form outlives the program as plain text, on every platform."""

from __future__ import annotations

import subprocess
import sys

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from nmrquanv.gui import clipboard

PROGRAM = """
from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QApplication
from nmrquanv.gui import clipboard
app = QApplication([])
class Rich(QMimeData):
    pass
data = Rich()
data.setText("plain")
data.setHtml("<b>rich</b>")
clipboard.put(data)
clipboard.leave()
"""


def test_a_program_that_has_copied_rich_text_ends_well() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_what_another_program_copied_is_left_as_it_is(qapp) -> None:
    data = QMimeData()
    data.setText("theirs")
    data.setHtml("<b>theirs</b>")
    QGuiApplication.clipboard().setMimeData(data)
    clipboard.leave()
    assert QGuiApplication.clipboard().mimeData().hasHtml()
    QGuiApplication.clipboard().clear()
