"""What the window does with models: chosen finders follow, and a deletion can be taken back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from nmrquanv.errors import ExportError, ModelError
from nmrquanv.models import library
from nmrquanv.models.cards import ModelCard, new_card
from nmrquanv.models.networks import build
from nmrquanv.session.model_shelf import ModelShelf

WAIT_MS = 20_000


def keep(name: str, seed: int = 0, parent: str | None = None) -> ModelCard:
    card = new_card("cnn", name=name, seed=seed, n_circuits=1, channels=4, dilations=[1])
    return library.save_user_model(replace(card, parent=parent), build(card))


def names() -> list[str]:
    return [card.name for card in library.list_models() if not library.is_bundled(card.name)]


@pytest.fixture
def shelf(settings, qapp) -> ModelShelf:
    return ModelShelf(settings)


def do(qtbot, shelf, act) -> str:
    with qtbot.waitSignal(shelf.done, timeout=WAIT_MS) as told:
        act()
    return told.args[1]


def test_the_chosen_finders_follow_a_rename(shelf, settings, qtbot) -> None:
    keep("mine")
    settings.finders = ["quanv", "mine"]
    assert do(qtbot, shelf, lambda: shelf.rename("mine", "better")) == "better"
    assert settings.finders == ("quanv", "better")


def test_a_deleted_model_comes_back_and_is_searched_with_again(shelf, settings, qtbot) -> None:
    keep("mine")
    keep("other")
    settings.finders = ["mine", "classical"]
    do(qtbot, shelf, lambda: shelf.remove("mine"))
    do(qtbot, shelf, lambda: shelf.remove("other"))
    assert names() == []
    assert settings.finders == ("classical",)
    assert shelf.undo_text == "other"
    do(qtbot, shelf, shelf.undo)
    assert do(qtbot, shelf, shelf.undo) == "mine"
    assert names() == ["mine", "other"]
    assert settings.finders == ("mine", "classical")
    assert not shelf.can_undo


def test_rolling_back_puts_the_parent_in_the_place_of_its_child(shelf, settings, qtbot) -> None:
    parent = keep("first", 1)
    keep("second", 2, parent.digest())
    settings.finders = ["second", "cnn"]
    assert do(qtbot, shelf, lambda: shelf.roll_back("second")) == "first"
    assert names() == ["first"]
    assert settings.finders == ("first", "cnn")
    do(qtbot, shelf, shelf.undo)
    assert names() == ["first", "second"]
    assert settings.finders == ("second", "cnn")


def test_a_model_without_its_parent_at_hand_is_not_rolled_back(shelf, qtbot) -> None:
    keep("second", 2, "ab" * 32)
    with qtbot.waitSignal(shelf.failed, timeout=WAIT_MS) as told:
        shelf.roll_back("second")
    assert isinstance(told.args[1], ModelError)
    assert names() == ["second"]


def test_export_and_import_go_through_one_file(shelf, qtbot, tmp_path: Path) -> None:
    keep("mine")
    path = tmp_path / "a.nmrqmodel"
    do(qtbot, shelf, lambda: shelf.export("mine", path))
    do(qtbot, shelf, lambda: shelf.remove("mine"))
    assert do(qtbot, shelf, lambda: shelf.import_file(path)) == "mine"
    with qtbot.waitSignal(shelf.failed, timeout=WAIT_MS) as told:
        shelf.export("mine", tmp_path / "no" / "a.nmrqmodel")
    assert isinstance(told.args[1], ExportError)


def test_a_model_that_cannot_be_put_back_can_be_tried_again(shelf, qtbot, monkeypatch) -> None:
    from nmrquanv.models import own_models

    keep("mine")
    do(qtbot, shelf, lambda: shelf.remove("mine"))

    def full(_files: object) -> None:
        raise ModelError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(own_models, "write_model_files", full)
        with qtbot.waitSignal(shelf.failed, timeout=WAIT_MS):
            shelf.undo()
    assert shelf.undo_text == "mine"
    do(qtbot, shelf, shelf.undo)
    assert names() == ["mine"]
