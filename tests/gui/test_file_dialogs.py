"""What the dialogs for files offer, remember and refuse, the desktop's own and Qt's alike."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox

from nmrquanv.gui.dialogs.questions import DIALOGS, file_to_open, file_to_save
from nmrquanv.gui.saving import file_name
from nmrquanv.io.format_files import patterns, suggested_name

ASKING = {
    "open_file": ("Open a spectrum", QFileDialog.AcceptMode.AcceptOpen),
    "import_text": ("Import a text of columns", QFileDialog.AcceptMode.AcceptOpen),
    "open_folder": ("Open a Bruker or Varian/Agilent folder", QFileDialog.AcceptMode.AcceptOpen),
    "import_peaks": ("Import a peak list or integrals", QFileDialog.AcceptMode.AcceptOpen),
    "save": ("Save the Document", QFileDialog.AcceptMode.AcceptSave),
    "report": ("Write a report page", QFileDialog.AcceptMode.AcceptSave),
    "save_recipe": ("Save the Recipe", QFileDialog.AcceptMode.AcceptSave),
    "load_recipe": ("Load a Recipe", QFileDialog.AcceptMode.AcceptOpen),
}


def asked(window, name: str) -> QFileDialog:
    """Return the dialog that a command opens."""
    window.actions_by_id[name].trigger()
    return next(d for d in window.findChildren(QFileDialog) if d.isVisible())


@pytest.mark.parametrize("name", ASKING)
def test_every_dialog_says_what_it_is_for_and_which_files_it_takes(window, document, name) -> None:
    window.workspace._add([document])
    title, mode = ASKING[name]
    dialog = asked(window, name)
    assert (dialog.windowTitle(), dialog.acceptMode()) == (title, mode)
    if dialog.fileMode() != QFileDialog.FileMode.Directory:
        assert dialog.nameFilters()[0] != "All Files (*)"
    if mode == QFileDialog.AcceptMode.AcceptSave:
        (proposed,) = dialog.selectedFiles()
        assert Path(proposed).name.startswith(document.name)
        assert dialog.defaultSuffix()
        assert not dialog.testOption(QFileDialog.Option.DontConfirmOverwrite)
    dialog.close()


@pytest.mark.parametrize(
    "file", ["fid", "ser", "1r", "a.jdx", "b.dx", "c.jdf", "d.zip", "e.nmrq", "f.csv", "g.nmrML"]
)
def test_what_opens_is_offered(file: str) -> None:
    assert any(fnmatch(file.lower(), pattern.lower()) for pattern in patterns().split())


def test_documents_are_saved_where_the_last_one_was(window, make_document, tmp_path) -> None:
    """Not where something was opened since: that is the spectrometer's folder."""
    window.settings.last_folder = str(tmp_path / "measured")
    kept = tmp_path / "kept"
    kept.mkdir()
    window.workspace._add([make_document()])
    dialog = asked(window, "save")
    dialog.fileSelected.emit(str(kept / "one.nmrq"))
    dialog.close()
    assert window.settings.save_folder == str(kept)
    assert window.settings.last_folder == str(tmp_path / "measured")
    window.workspace._add([make_document(name="another.fid")])
    dialog = asked(window, "save")
    assert Path(dialog.selectedFiles()[0]) == kept / "another.nmrq"
    dialog.close()


def test_a_name_loses_the_ending_of_its_data() -> None:
    assert suggested_name("azithromycin.fid") == "azithromycin"
    assert suggested_name("sample.v2") == "sample.v2"
    assert file_name("estragole-1h.dx") == "estragole-1h.nmrq"


@pytest.mark.parametrize("wanted", ["", "qt"])
def test_a_person_can_choose_qts_dialogs(qtbot, window, tmp_path, monkeypatch, wanted) -> None:
    monkeypatch.setenv(DIALOGS, wanted)
    for dialog in (
        file_to_open(window, "Open", str(tmp_path), filters=("Texts (*.txt)",)),
        file_to_save(window, "Save", str(tmp_path / "a.csv"), "Tables", ".csv"),
    ):
        is_qts = dialog.testOption(QFileDialog.Option.DontUseNativeDialog)
        assert is_qts == (wanted == "qt")
        assert Path(dialog.directory().path()) == tmp_path
        dialog.deleteLater()


def test_a_file_that_is_there_is_asked_about_though_its_ending_was_not_typed(
    qtbot, window, tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv(DIALOGS, "qt")
    (tmp_path / "there.csv").write_text("mine\n", encoding="utf-8")
    asked_about = []
    dialog = file_to_save(window, "Save", str(tmp_path / "other"), "Tables", ".csv")
    dialog.open()
    dialog.findChild(QLineEdit, "fileNameEdit").setText("there")

    def answer_no() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        asked_about.append(box.text())
        box.button(QMessageBox.StandardButton.No).click()

    QTimer.singleShot(200, window, answer_no)
    dialog.accept()  # comes back when the question was answered
    assert "there.csv" in asked_about[0]
    assert dialog.isVisible()
    dialog.close()
