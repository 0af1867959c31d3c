"""The dialog of models: what each learned from is listed, and one's own can be changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QInputDialog, QMessageBox

from nmrquanv.gui.dialogs.error_dialog import ErrorDialog
from nmrquanv.gui.dialogs.model_facts import model_facts
from nmrquanv.gui.dialogs.models import ModelsDialog
from nmrquanv.models import library, own_models
from nmrquanv.models.cards import ModelCard, new_card
from nmrquanv.models.networks import build
from nmrquanv.session.model_shelf import ModelShelf

WAIT_MS = 20_000
LEARNED = {
    "model": "cnn",
    "epochs": 3,
    "simulated_share": 0.5,
    "seed": 1,
    "examples": [
        {
            "spectrum": "0.npz",
            "name": "menthol <10>",
            "regions": [[4.0, 3.0], [2.0, 0.5]],
            "peaks": [{"ppm": 3.5, "fwhm_hz": 1.0, "height": 2.0}],
            "sha256": "c0ffee" * 10,
            "corrections": {
                "added": [{"ppm": 3.4125}],
                "moved": [{"ppm": 3.25, "from_ppm": 3.2511}],
                "deleted": [{"ppm": 1.5}, {"ppm": 0.875}],
            },
        }
    ],
}


def keep(name: str, seed: int = 0, **values) -> ModelCard:
    card = new_card("cnn", name=name, seed=seed, n_circuits=1, channels=4, dilations=[1])
    return library.save_user_model(replace(card, **values), build(card))


@pytest.fixture
def dialog(qtbot, settings) -> ModelsDialog:
    first = keep("first", 1)
    keep("second", 2, parent=first.digest(), training=LEARNED)
    dialog = ModelsDialog(ModelShelf(settings), settings)
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.show()
        dialog.activateWindow()
    return dialog


def choose(dialog: ModelsDialog, name: str) -> None:
    for row in range(dialog.list.count()):
        if dialog.list.item(row).data(Qt.ItemDataRole.UserRole) == name:
            dialog.list.setCurrentRow(row)
            return
    raise AssertionError(f"{name} is not listed")


def names() -> list[str]:
    return [card.name for card in library.list_models() if not library.is_bundled(card.name)]


def done(qtbot, dialog, act) -> None:
    with qtbot.waitSignal(dialog._shelf.done, timeout=WAIT_MS):
        act()


def agree(dialog: ModelsDialog, words: str) -> None:
    box = dialog.question
    assert isinstance(box, QMessageBox)
    next(b for b in box.buttons() if b.text().replace("&", "") == words).click()


def press(qtbot, dialog, key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    """Press a button's key, and wait for what it opens."""
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    dialog.list.setFocus()
    qtbot.keyClick(dialog.list, key, modifier)
    if key != Qt.Key.Key_Z:
        qtbot.waitUntil(lambda: dialog.question is not None)


def test_what_a_model_learned_from_is_listed(dialog) -> None:
    choose(dialog, "second")
    text = dialog.facts.toPlainText()
    assert "menthol <10>" in text
    assert "c0ffee" * 10 in text
    assert "4.000 to 3.000, 2.000 to 0.500 ppm, 1 peak" in text
    assert "Added (1): 3.4125 ppm" in text
    assert "Moved (1): 3.2511 → 3.2500 ppm" in text
    assert "Deleted (2): 1.5000, 0.8750 ppm" in text
    assert "Made from" in text
    assert "first" in text
    choose(dialog, "first")
    assert "What it learned from" not in dialog.facts.toPlainText()


def test_a_card_that_lies_about_what_it_learned_is_shown_and_not_believed() -> None:
    card = replace(new_card("cnn", name="x"), training={"examples": [{"spectrum": 3}]}, parent="ab")
    assert "cannot be read" in model_facts(card, "", is_own=True)
    card = replace(card, training={"examples": "<b>"})
    assert "cannot be read" in model_facts(card, "", is_own=True)
    assert "does not list" in model_facts(replace(card, training={}), "", is_own=True)


def test_models_stand_in_the_order_of_all_lists(dialog) -> None:
    names = [dialog.list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(3)]
    assert names[:2] == ["quanv", "cnn"]


def test_shipped_models_can_only_be_exported(dialog) -> None:
    choose(dialog, "cnn")
    enabled = {name for name, button in dialog.buttons.items() if button.isEnabled()}
    assert enabled == {"export", "import_"}


def test_a_model_is_renamed_by_keyboard(dialog, qtbot) -> None:
    choose(dialog, "second")
    press(qtbot, dialog, Qt.Key.Key_F2)
    question = dialog.question
    assert isinstance(question, QInputDialog)
    question.setTextValue("better")
    done(qtbot, dialog, question.accept)
    assert names() == ["better", "first"]
    assert dialog.chosen.name == "better"
    assert "better" in dialog.said.text()


def test_a_model_is_deleted_only_when_asked_and_undo_brings_it_back(dialog, qtbot) -> None:
    choose(dialog, "second")
    press(qtbot, dialog, Qt.Key.Key_Delete)
    agree(dialog, "Cancel")
    assert names() == ["first", "second"]
    press(qtbot, dialog, Qt.Key.Key_Delete)
    done(qtbot, dialog, lambda: agree(dialog, "Delete"))
    assert names() == ["first"]
    assert dialog.buttons["undo"].toolTip() == "Put back 'second'"
    done(
        qtbot,
        dialog,
        lambda: press(qtbot, dialog, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier),
    )
    assert names() == ["first", "second"]
    assert dialog.chosen.name == "second"
    assert not dialog.buttons["undo"].isEnabled()
    assert dialog.buttons["undo"].toolTip() == "Nothing was deleted"


def test_rolling_back_is_asked_and_shows_the_parent(dialog, qtbot) -> None:
    choose(dialog, "first")
    assert not dialog.buttons["roll_back"].isEnabled()
    choose(dialog, "second")
    press(qtbot, dialog, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert "'first' takes its place" in dialog.question.informativeText()
    done(qtbot, dialog, lambda: agree(dialog, "Roll Back"))
    assert names() == ["first"]
    assert dialog.chosen.name == "first"


def test_a_model_leaves_and_comes_back_as_one_file(dialog, qtbot, tmp_path) -> None:
    path = tmp_path / "second.nmrqmodel"
    choose(dialog, "second")
    press(qtbot, dialog, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    done(qtbot, dialog, lambda: dialog.question.fileSelected.emit(str(path)))
    dialog.question.close()
    done(qtbot, dialog, lambda: dialog._shelf.remove("second"))
    press(qtbot, dialog, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    done(qtbot, dialog, lambda: dialog.question.fileSelected.emit(str(path)))
    dialog.question.close()
    assert names() == ["first", "second"]
    assert "3.4125" in dialog.facts.toPlainText()


def test_what_fails_is_shown_and_nothing_changes(dialog, qtbot) -> None:
    with qtbot.waitSignal(dialog._shelf.failed, timeout=WAIT_MS):
        dialog._shelf.rename("second", "first")
    error = next(w for w in QApplication.topLevelWidgets() if isinstance(w, ErrorDialog))
    assert "taken" in error.text.text()
    error.close()
    assert names() == ["first", "second"]


def test_the_window_opens_it_from_its_menu(window) -> None:
    window.actions_by_id["models"].trigger()
    assert window.dialogs.models.isVisible()
    window.dialogs.models.close()


def test_a_model_file_that_is_opened_like_a_spectrum_comes_into_the_library(
    window, qtbot, tmp_path
) -> None:
    keep("mine", 5, training=LEARNED)
    own_models.export_model("mine", tmp_path / "m.nmrqmodel")
    own_models.remove("mine")
    window.opening.open_paths([str(tmp_path / "m.nmrqmodel")])
    dialog = window.dialogs.models
    qtbot.waitUntil(lambda: names() == ["mine"], timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "3.4125" in dialog.facts.toPlainText(), timeout=WAIT_MS)
    assert window.workspace.documents == ()
    dialog.close()
