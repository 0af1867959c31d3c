from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox

from nmrquanv.gui.dialogs.text_import import TextImportDialog, first_lines
from nmrquanv.io import read


@pytest.fixture
def table(tmp_path) -> Path:
    path = tmp_path / "menthol.csv"
    lines = [f"{10 - 0.01 * i:.2f},{100 + i}" for i in range(400)]
    path.write_text("ppm,intensity\n" + "\n".join(lines))
    return path


@pytest.fixture
def dialog(table, qtbot) -> TextImportDialog:
    dialog = TextImportDialog(table)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    yield dialog
    dialog.hide()


def test_it_shows_how_the_file_begins(dialog) -> None:
    lines = dialog.preview.toPlainText().splitlines()
    assert lines[:2] == ["ppm,intensity", "10.00,100"]
    assert len(lines) == 8


def test_what_is_typed_makes_a_spectrum_with_hz(dialog, table, qtbot) -> None:
    dialog.frequency.selectAll()
    qtbot.keyClicks(dialog.frequency, "400.13")
    dialog.nucleus.setCurrentText("1H")
    ok = dialog.buttons.button(QDialogButtonBox.StandardButton.Open)
    qtbot.mouseClick(ok, Qt.MouseButton.LeftButton)
    assert dialog.result() == QDialog.DialogCode.Accepted
    data = read(table, sf_mhz=dialog.sf_mhz(), nucleus=dialog.chosen_nucleus())
    assert data.data.axis.sf_mhz == pytest.approx(400.13)
    assert data.data.axis.has_hz
    assert data.sample.nucleus == "1H"


def test_both_may_stay_unknown(dialog) -> None:
    assert (dialog.sf_mhz(), dialog.chosen_nucleus()) == (None, None)
    assert dialog.frequency.text() == "unknown"


def test_a_long_or_missing_file_is_no_trouble(tmp_path) -> None:
    path = tmp_path / "one_line.txt"
    path.write_text("1" * 5_000_000)
    assert len(first_lines(path)) < 2000
    assert "No such file" in first_lines(tmp_path / "gone.csv")
