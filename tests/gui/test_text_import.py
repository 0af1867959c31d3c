"""The dialog that asks how a text is read: live, said at once, remembered by header."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox

from nmrquanv.gui.dialogs.text_import import TextImportDialog
from nmrquanv.io import read
from nmrquanv.io.text_form import TextForm
from nmrquanv.io.text_guess import guessed
from nmrquanv.session import text_forms
from nmrquanv.session.settings import Settings
from nmrquanv.session.text_forms import RememberedForm, TextForms
from nmrquanv.session.text_trial import TextTrial

WAIT_MS = 10_000
OPEN = QDialogButtonBox.StandardButton.Open


@pytest.fixture
def table(tmp_path) -> Path:
    path = tmp_path / "menthol.csv"
    x = 10 - 0.01 * np.arange(400)
    lines = [f"{a:.2f},{900 / (1 + ((a - 8) / 0.02) ** 2):.3f}" for a in x]
    path.write_text("ppm,intensity\n" + "\n".join(lines))
    return path


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(tmp_path / "settings" / "settings.json")


@pytest.fixture
def show(qtbot, settings):
    shown = []

    def make(path: Path, *, can_import: bool = True) -> TextImportDialog:
        looks = guessed(path, is_said=True)
        dialog = TextImportDialog(TextTrial(looks, settings), can_import=can_import)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitExposed(dialog)
        settle(qtbot, dialog)
        shown.append(dialog)
        return dialog

    yield make
    for dialog in shown:
        settle(qtbot, dialog)
        dialog.hide()


def settle(qtbot, dialog) -> None:
    """Wait until what is shown is what the present choice makes of the text."""
    qtbot.waitUntil(lambda: not dialog._is_pending, timeout=WAIT_MS)


def choose(qtbot, dialog, name: str, value: object) -> None:
    """Choose an entry of a box with the keyboard, as a person would."""
    box = dialog.boxes[name]
    box.setFocus()
    wanted = box.findData(value)
    while box.currentIndex() != wanted:
        down = box.currentIndex() < wanted
        qtbot.keyClick(box, Qt.Key.Key_Down if down else Qt.Key.Key_Up)
    settle(qtbot, dialog)


def test_the_guess_is_filled_in_and_shown(show, table) -> None:
    dialog = show(table)
    assert dialog.table.roles() == ("x", "real")
    assert dialog.table.item(1, 0).text() == "ppm,intensity"
    assert dialog.table.item(2, 1).text() == "0.090"
    assert dialog.boxes["delimiter"].currentData() == "comma"
    assert dialog.header_lines.whole() == 1
    assert dialog.message.text().startswith("400 points  ·  10.000 to 6.010 ppm")
    assert "MHz" in dialog.doubts.text()
    assert dialog.buttons.button(OPEN).isEnabled()


def test_what_is_typed_makes_a_spectrum_with_hz(show, table, qtbot) -> None:
    dialog = show(table)
    dialog.frequency.selectAll()
    qtbot.keyClicks(dialog.frequency, "400.13")
    dialog.nucleus.setCurrentText("1H")
    qtbot.mouseClick(dialog.buttons.button(OPEN), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.result() == QDialog.DialogCode.Accepted, timeout=WAIT_MS)
    data = read(table, text=dialog.form(), sf_mhz=dialog.sf_mhz(), nucleus=dialog.chosen_nucleus())
    assert data.data.axis.sf_mhz == pytest.approx(400.13)
    assert data.data.axis.has_hz
    assert data.sample.nucleus == "1H"


def test_frequency_and_nucleus_may_stay_unknown(show, table) -> None:
    dialog = show(table)
    assert (dialog.sf_mhz(), dialog.chosen_nucleus()) == (None, None)
    assert dialog.frequency.text() == "unknown"


def test_a_wrong_choice_is_said_in_the_dialog_and_open_is_off(show, table, qtbot) -> None:
    dialog = show(table)
    choose(qtbot, dialog, "decimal", ",")
    assert "cannot part columns and stand in numbers" in dialog.message.text()
    assert not dialog.buttons.button(OPEN).isEnabled()
    choose(qtbot, dialog, "thousands", ",")
    assert "cannot be the decimal mark and part thousands" in dialog.message.text()
    choose(qtbot, dialog, "decimal", ".")
    choose(qtbot, dialog, "thousands", "")
    assert dialog.buttons.button(OPEN).isEnabled()
    choose(qtbot, dialog, "unit", "Hz")
    assert "frequency" in dialog.message.text()
    dialog.frequency.setValue(400.0)
    settle(qtbot, dialog)
    assert "400.0000 MHz" in dialog.message.text()


def test_points_ask_for_the_ends_of_the_axis(show, table, qtbot) -> None:
    dialog = show(table)
    assert not dialog.first_ppm.isVisible()
    choose(qtbot, dialog, "unit", "points")
    assert dialog.first_ppm.isVisible()
    dialog.first_ppm.setValue(12.0)
    dialog.last_ppm.setValue(-2.0)
    settle(qtbot, dialog)
    assert "12.000 to -2.000 ppm" in dialog.message.text()


def test_a_role_moves_from_column_to_column(show, table, qtbot) -> None:
    dialog = show(table)
    second = dialog.table.boxes[1]
    second.setCurrentIndex(second.findData("x"))
    second.activated.emit(second.currentIndex())
    settle(qtbot, dialog)
    assert dialog.table.roles() == ("ignore", "x")
    assert "one column of a text must be real" in dialog.message.text()
    first = dialog.table.boxes[0]
    first.setCurrentIndex(first.findData("real"))
    first.activated.emit(first.currentIndex())
    settle(qtbot, dialog)
    assert dialog.form().columns == ("real", "x")


def test_another_separator_lays_the_columns_anew(show, table, qtbot) -> None:
    dialog = show(table)
    choose(qtbot, dialog, "delimiter", "tab")
    assert dialog.table.columnCount() == 1
    assert not dialog.buttons.button(OPEN).isEnabled()
    choose(qtbot, dialog, "delimiter", "comma")
    assert dialog.table.roles() == ("x", "real")
    assert dialog.buttons.button(OPEN).isEnabled()


def test_what_was_chosen_is_there_again_for_the_same_header(show, table, settings, qtbot) -> None:
    dialog = show(table)
    dialog.frequency.setValue(125.76)
    dialog.nucleus.setCurrentText("13C")
    settle(qtbot, dialog)
    dialog.accept()
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=WAIT_MS)
    other = table.with_name("camphor.csv")
    other.write_text(table.read_text().replace("0.090", "0.5"))
    again = show(other)
    assert (again.sf_mhz(), again.chosen_nucleus()) == (125.76, "13C")
    unlike = table.with_name("borneol.csv")
    unlike.write_text(table.read_text().replace("intensity", "height"))
    assert show(unlike).sf_mhz() is None


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"schema": "other"}', '{"forms": 3}', "\0\0"]
    + [
        json.dumps({"schema": "nmrquanv.text_forms/1", "forms": {"key": entry}})
        for entry in (
            3,
            {"form": {"unit": "ms"}},
            {"form": {}, "sf_mhz": "x"},
            {"form": {}, "sf_mhz": 1e9},
            {"form": {}, "nucleus": "H" * 999},
            {"form": {"columns": [[]]}},
            {"form": {"header_lines": "two"}},
            {"form": {"first_ppm": "x"}},
        )
    ],
)
def test_a_damaged_memory_is_as_good_as_none(tmp_path, content) -> None:
    path = tmp_path / "text_forms.json"
    path.write_text(content)
    forms = TextForms(path)
    assert forms.get("key") is None
    wanted = RememberedForm(TextForm(("x", "real"), "ppm"), 400.0, "1H")
    assert forms.keep("key", wanted) == ""
    assert TextForms(path).get("key") == wanted


def test_the_oldest_headers_are_forgotten(tmp_path) -> None:
    forms = TextForms(tmp_path / "text_forms.json")
    for number in range(203):
        forms.keep(str(number), RememberedForm(TextForm()))
    assert forms.get("2") is None
    assert forms.get("3") is not None
    assert forms.get("202") is not None


def test_a_memory_stays_short_enough_to_be_read(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(text_forms, "_MAX_BYTES", 1000)
    forms = TextForms(tmp_path / "text_forms.json")
    for number in range(40):
        assert forms.keep(str(number), RememberedForm(TextForm())) == ""
        assert forms.get(str(number)) is not None
    assert forms.get("38") is not None
    assert forms.get("0") is None


def test_a_memory_that_cannot_be_saved_says_why(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    told = TextForms(tmp_path / "file" / "forms.json").keep("key", RememberedForm(TextForm()))
    assert told.startswith("how the text is read cannot be remembered")


def test_a_peak_list_is_offered_as_peaks(show, tmp_path, qtbot) -> None:
    path = tmp_path / "list.txt"
    path.write_text("7.26 100\n3.71 55\n1.25 12\n")
    dialog = show(path)
    assert "a list of peaks, no spectrum" in dialog.message.text()
    assert not dialog.buttons.button(OPEN).isEnabled()
    assert dialog.peaks_button.isEnabled()
    with qtbot.waitSignal(dialog.peaks_wanted):
        qtbot.mouseClick(dialog.peaks_button, Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()
    assert not show(path, can_import=False).peaks_button.isEnabled()


def test_every_field_has_a_name_for_those_who_do_not_see_it(show, table) -> None:
    dialog = show(table)
    fields = [*dialog.boxes.values(), *dialog.table.boxes, dialog.header_lines, dialog.frequency]
    fields += [dialog.nucleus, dialog.first_ppm, dialog.last_ppm, dialog.table, dialog.trace]
    assert all(field.accessibleName() for field in fields)
