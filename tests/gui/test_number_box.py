"""Numbers typed with real keys, in several languages of the computer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QLocale, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLineEdit, QToolTip, QWidget

from nmrquanv.gui.dialogs.synthetic import SyntheticDialog
from nmrquanv.gui.dialogs.text_import import TextImportDialog
from nmrquanv.gui.layouts import in_column
from nmrquanv.gui.number_box import NumberBox, NumberDialog, WholeBox
from nmrquanv.gui.panels.thresholds import ThresholdsPanel
from nmrquanv.gui.plot.context_menu import ask_number
from nmrquanv.io.text_guess import guessed
from nmrquanv.session.settings import Settings
from nmrquanv.session.text_trial import TextTrial

LANGUAGES = ("C", "de_DE", "tr_TR", "ja_JP", "ar_EG")


@pytest.fixture(autouse=True)
def hidden_bubbles(qapp) -> Iterator[None]:
    yield
    QToolTip.hideText()


@pytest.fixture(params=LANGUAGES)
def language(request, qapp) -> Iterator[str]:
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield request.param
    QLocale.setDefault(before)


def press_keys(field: QWidget, text: str) -> None:
    """Send the keys of a text; QTest's own knows only those of Latin-1."""
    for letter in text:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
            QApplication.sendEvent(field, event)


def type_number(qtbot, box: NumberBox, text: str, end=Qt.Key.Key_Return) -> None:
    box.setFocus()
    box.selectAll()
    qtbot.keyClick(box, Qt.Key.Key_Delete)
    press_keys(box, text)
    qtbot.keyClick(box, end)


@pytest.fixture
def holder(qtbot) -> QWidget:
    holder = QWidget()
    qtbot.addWidget(holder)
    return holder


@pytest.fixture
def box(holder, qtbot) -> NumberBox:
    box = NumberBox(holder)
    box.set_up((-1000, 1000), 1.5, decimals=4, suffix=" ppm", name="Shift")
    holder.show()
    qtbot.waitExposed(holder)
    return box


@pytest.mark.parametrize(
    ("text", "value"),
    [("7.26", 7.26), ("7,26", 7.26), ("1,234", 1.234), ("−3,5", -3.5), ("2,5 ppm", 2.5)],
)
def test_typed_numbers_mean_the_same_in_every_language(language, qtbot, box, text, value) -> None:
    type_number(qtbot, box, text)
    assert box.value() == value
    assert box.text() == f"{value:.4f} ppm"


def test_fields_show_the_same_digits_in_every_language(language, qtbot) -> None:
    whole, dialog = WholeBox(), SyntheticDialog()
    for one in (whole, dialog):
        qtbot.addWidget(one)
    whole.set_up((0, 10_000_000), 1234567)
    assert whole.text() == "1234567"
    assert dialog.seed.text() == "1"
    type_number(qtbot, dialog.seed, "42")
    assert dialog.chosen_seed() == 42


@pytest.mark.parametrize("text", ["1.234,5", "7 26", "٧", "1'000", "x", "", "5000"])
def test_a_refused_text_is_kept_at_enter_and_the_value_stays_with_a_word(
    language, qtbot, box, text
) -> None:
    told: list[str] = []
    box.refused.connect(told.append)
    type_number(qtbot, box, text)
    assert len(told) == 1
    assert box.value() == 1.5
    assert box.lineEdit().text() == f"{text} ppm"
    assert "stays 1.5000 ppm" in QToolTip.text()
    type_number(qtbot, box, "2,5")
    assert box.value() == 2.5


def test_leaving_a_field_over_a_refused_text_says_so_and_goes_back(qtbot, box) -> None:
    told: list[str] = []
    box.refused.connect(told.append)
    other = QLineEdit(box.parentWidget())
    other.show()
    type_number(qtbot, box, "1.2.3", end=Qt.Key.Key_Tab)
    other.setFocus()
    assert told == [told[0]]
    assert "understood as 1.2, followed by '.3'" in told[0]
    assert box.text() == "1.5000 ppm"


def text_dialog(tmp_path) -> TextImportDialog:
    """Return the dialog of a small text."""
    table = tmp_path / "a.csv"
    table.write_text("ppm,y\n" + "\n".join(f"{10 - 0.1 * i:.1f},{i % 7}" for i in range(90)))
    trial = TextTrial(guessed(table), Settings(tmp_path / "settings.json"))
    return TextImportDialog(trial)


@pytest.mark.parametrize("end", [Qt.Key.Key_Return, None])
def test_a_dialog_does_not_go_on_over_a_refused_number(qtbot, tmp_path, end) -> None:
    dialog = text_dialog(tmp_path)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    field = dialog.frequency
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "400.13.5")
    if end is not None:
        qtbot.keyClick(field, end)
    button = dialog.buttons.button(QDialogButtonBox.StandardButton.Open)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    field.selectAll()
    qtbot.keyClicks(field, "400,13")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert dialog.sf_mhz() == 400.13


def test_unknown_stays_unknown_and_an_emptied_field_means_it(qtbot, tmp_path) -> None:
    dialog = text_dialog(tmp_path)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    assert dialog.frequency.text() == "unknown"
    type_number(qtbot, dialog.frequency, "500,2")
    assert dialog.sf_mhz() == 500.2
    dialog.frequency.lineEdit().selectAll()
    qtbot.keyClick(dialog.frequency, Qt.Key.Key_Delete)
    with qtbot.waitSignal(dialog.accepted):
        dialog.accept()
    assert dialog.sf_mhz() is None


def test_the_reference_dialog_reads_a_comma(language, qtbot, box) -> None:
    field, numbers = NumberBox(), []
    field.set_up((-10_000.0, 10_000.0), 7.2845, decimals=4, suffix=" ppm")
    dialog = ask_number(box, ("Reference", "The line is at:"), field, numbers.append)
    assert isinstance(dialog, NumberDialog)
    type_number(qtbot, field, "7,26")
    assert numbers == [7.26]


def test_thresholds_read_a_comma(language, qtbot, document) -> None:
    panel = ThresholdsPanel()
    qtbot.addWidget(panel)
    panel.set_document(document)
    panel.show()
    qtbot.waitExposed(panel)
    type_number(qtbot, panel.min_height.spin, "0,5")
    type_number(qtbot, next(iter(panel.confidences.values())).spin, "0,25")
    assert document.thresholds.min_height == pytest.approx(0.005)
    assert document.limits().min_confidence == 0.25
    panel.set_document(None)


@pytest.mark.parametrize(("text", "value"), [("0,25", 0.25), ("7.2637", 7.2637), ("5", 5.0)])
def test_a_typed_number_is_not_rounded_into_another(qtbot, text, value) -> None:
    """The S/N's field shows one decimal: 0,25 became 0.3."""
    box = NumberBox()
    qtbot.addWidget(box)
    box.set_up((0.0, 100.0), 6.0, decimals=1)
    box.show()
    type_number(qtbot, box, text)
    assert box.value() == value
    assert float(box.text()) == value
    box.setValue(3.14159)  # what the program sets has the usual decimals
    assert box.text() == "3.1"


def test_steps_from_zero_are_of_the_last_decimal_shown(qtbot) -> None:
    box = NumberBox()
    qtbot.addWidget(box)
    box.set_up((0.0, 100.0), 0.0, decimals=1)
    box.setStepType(NumberBox.StepType.AdaptiveDecimalStepType)
    box.stepBy(1)
    assert box.text() == "0.1"


@pytest.mark.parametrize("typed", ["", "7"])
def test_undo_is_the_windows_while_nothing_was_typed(qtbot, typed) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    box, other = NumberBox(window), NumberBox(window)
    in_column(box, other, on=window)
    box.set_up((0, 100), 5)
    undone = []
    QShortcut(QKeySequence("Ctrl+Z"), window).activated.connect(lambda: undone.append(1))
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, typed)
    qtbot.keyClick(box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert undone == ([] if typed else [1])
    assert box.text() == "5"
