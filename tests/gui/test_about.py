"""The About box says what the program is and under which licences it comes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QMessageBox

from nmrquanv.gui.app import make_window
from nmrquanv.session.licences import licences
from nmrquanv.session.settings import Settings


def test_the_about_box_shows_them(qapp, tmp_path: Path, qtbot) -> None:
    window = make_window(Settings(tmp_path / "settings.json"))
    qtbot.addWidget(window, before_close_func=lambda w: w.closing.agree())
    window.shell.show_about()
    (box,) = window.findChildren(QMessageBox)
    assert box.detailedText() == licences()
    box.close()
