from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox

from nmrquanv.gui.dialogs.settings import SettingsDialog
from nmrquanv.spectra.thresholds import Thresholds


@pytest.fixture
def dialog(settings, qtbot) -> SettingsDialog:
    dialog = SettingsDialog(settings, ("quanv", "cnn", "classical", "mine"))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    yield dialog
    dialog.hide()


def press(qtbot, dialog, button) -> None:
    qtbot.mouseClick(dialog.buttons.button(button), Qt.MouseButton.LeftButton)


def click_box(qtbot, box) -> None:
    where = box.rect().center()
    where.setX(10)
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=where)


def test_ok_writes_what_was_changed_and_tells_only_that(dialog, settings, qtbot) -> None:
    told = []
    settings.changed.connect(told.append)
    qtbot.keyClick(dialog.theme, Qt.Key.Key_Down)
    click_box(qtbot, dialog.finders["classical"])
    click_box(qtbot, dialog.min_height.tick)
    dialog.min_height.box.setValue(2.0)
    dialog.decimals.setCurrentIndex(dialog.decimals.findData(4))
    press(qtbot, dialog, QDialogButtonBox.StandardButton.Ok)
    assert settings.theme == "light"
    assert settings.finders == ("quanv", "cnn", "classical")
    assert settings.thresholds == Thresholds(min_height=0.02)
    assert settings.label_decimals == 4
    assert sorted(told) == ["finders", "label_decimals", "theme", "thresholds"]


def test_cancel_changes_nothing(dialog, settings, qtbot) -> None:
    qtbot.keyClick(dialog.theme, Qt.Key.Key_Down)
    with qtbot.assertNotEmitted(settings.changed):
        press(qtbot, dialog, QDialogButtonBox.StandardButton.Cancel)
    assert settings.theme == "system"


def test_one_finder_at_least_must_be_left(dialog, qtbot) -> None:
    ok = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    click_box(qtbot, dialog.finders["quanv"])
    assert ok.isEnabled()
    click_box(qtbot, dialog.finders["cnn"])
    assert not ok.isEnabled()


def test_defaults_come_back_with_one_click(dialog, qtbot) -> None:
    click_box(qtbot, dialog.min_snr.tick)
    dialog.min_snr.box.setValue(99)
    click_box(qtbot, dialog.finders["mine"])
    press(qtbot, dialog, QDialogButtonBox.StandardButton.RestoreDefaults)
    assert dialog.min_snr.value() is None
    assert not dialog.finders["mine"].isChecked()


@pytest.mark.parametrize("value", [-1, 5])
def test_impossible_decimals_are_refused(settings, value) -> None:
    with pytest.raises(ValueError, match="label_decimals"):
        settings.label_decimals = value


def test_satellites_are_shown_from_the_start_when_ticked_here(dialog, settings, qtbot) -> None:
    assert not dialog.satellites.isChecked()
    assert dialog.satellites.toolTip().endswith(".")
    click_box(qtbot, dialog.satellites)
    press(qtbot, dialog, QDialogButtonBox.StandardButton.Ok)
    assert settings.thresholds == Thresholds(shows_satellites=True)


def test_defaults_hide_satellites_again(dialog, qtbot) -> None:
    click_box(qtbot, dialog.satellites)
    press(qtbot, dialog, QDialogButtonBox.StandardButton.RestoreDefaults)
    assert not dialog.satellites.isChecked()
