"""Models of one's own: renamed, removed and put back, carried from one library to another."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nmrquanv.errors import ExportError, ModelError
from nmrquanv.models import library, model_files, own_models
from nmrquanv.models.answering import Answers
from nmrquanv.models.cards import INPUT_VERSION, ModelCard, card_bytes, new_card
from nmrquanv.models.networks import build
from nmrquanv.models.windows import FEATURES

SMALL = {"n_circuits": 1, "channels": 4, "dilations": [1]}


def keep(name: str, seed: int = 0, parent: str | None = None) -> ModelCard:
    card = replace(new_card("cnn", name=name, seed=seed, **SMALL), parent=parent)
    return library.save_user_model(card, build(card))


def answer(network: Answers) -> list[float]:
    given = np.linspace(-1, 1, len(FEATURES) * 200, dtype=np.float32).reshape(1, -1, 200)
    return network.answer(given)[0].tolist()


def library_files() -> dict[str, bytes]:
    folder = library.user_folder()
    return {p.name: p.read_bytes() for p in folder.glob("*") if p.suffix != ".lock"}


def changed(path: Path, **members: bytes | None) -> None:
    """Write a model file anew with some of its members changed or left out."""
    names = {"card": "card.json", "weights": "weights.safetensors"}
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    content |= {names.get(name, name): data for name, data in members.items()}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in content.items():
            if data is not None:
                archive.writestr(name, data)
    path.write_bytes(stream.getvalue())


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    path = tmp_path / "mine.nmrqmodel"
    keep("mine", 4)
    own_models.export_model("mine", path)
    return path


def test_a_renamed_model_is_the_same_under_another_name() -> None:
    card = keep("mine", 3)
    before = answer(library.load("mine").network)
    renamed = own_models.rename("mine", " Aspirin - best ")
    assert renamed.name == "Aspirin - best"
    assert renamed.digest() == card.digest()
    assert answer(library.load("Aspirin - best").network) == before
    assert set(library_files()) == {"Aspirin - best.json", "Aspirin - best.safetensors"}
    with pytest.raises(ModelError, match="no model 'mine'"):
        library.load("mine")


@pytest.mark.parametrize("wanted", ["quanv", "other", "OTHER", "mine", "a/b", "", "con"])
def test_a_name_that_is_taken_or_none_is_refused_and_nothing_changes(wanted: str) -> None:
    keep("mine")
    keep("other")
    before = library_files()
    with pytest.raises(ModelError, match=r"taken|cannot be the name"):
        own_models.rename("mine", wanted)
    assert library_files() == before


@pytest.mark.parametrize("name", ["quanv", "cnn", "classical"])
def test_shipped_models_are_neither_renamed_nor_removed(name: str) -> None:
    for change in (own_models.remove, lambda n: own_models.rename(n, "x")):
        with pytest.raises(ModelError, match="stays as it is"):
            change(name)


@pytest.mark.parametrize("name", ["mine", "../shipped/quanv"])
def test_what_is_not_in_the_library_cannot_be_removed(name: str) -> None:
    with pytest.raises(ModelError, match="no model"):
        own_models.remove(name)


def test_a_removed_model_can_be_put_back_as_it_was() -> None:
    keep("mine", 7)
    before = library_files()
    removed = own_models.remove("mine")
    assert library_files() == {}
    assert own_models.put_back(removed).name == "mine"
    assert library_files() == before


def test_a_model_put_back_takes_nobodys_place() -> None:
    keep("mine", 7)
    removed = own_models.remove("mine")
    keep("mine", 8)
    assert own_models.put_back(removed).name == "mine-2"
    assert library.load("mine-2").card.weights_sha256 == removed.card.weights_sha256


def test_a_model_travels_in_one_file(exported: Path) -> None:
    before, card = answer(library.load("mine").network), library.load("mine").card
    own_models.remove("mine")
    library._loaded.clear()
    assert own_models.import_model(exported) == card
    assert answer(library.load("mine").network) == before


def test_the_same_model_is_not_imported_twice(exported: Path) -> None:
    own_models.rename("mine", "known")
    before = library_files()
    assert own_models.import_model(exported).name == "known"
    assert library_files() == before


def test_an_imported_model_takes_nobodys_name(exported: Path) -> None:
    own_models.remove("mine")
    keep("mine", 99)
    assert own_models.import_model(exported).name == "mine-2"


def test_a_shipped_model_can_be_exported_and_is_known_when_it_comes_back(tmp_path: Path) -> None:
    own_models.export_model("cnn", tmp_path / "cnn.nmrqmodel")
    assert own_models.import_model(tmp_path / "cnn.nmrqmodel").name == "cnn"


def spoilt_card(card: ModelCard, **values: object) -> bytes:
    return json.dumps({**json.loads(card_bytes(card)), **values}).encode()


def test_what_is_no_model_of_this_program_is_refused_and_changes_nothing(exported: Path) -> None:
    card, whole = library.load("mine").card, exported.read_bytes()
    huge = card.architecture | {"channels": 10**9}
    own_models.remove("mine")
    cases = (
        ({"weights": b"x" * 100}, "not the weights that the card describes"),
        ({"weights": None}, "no model file"),
        ({"more": b"x"}, "no model file"),
        ({"card": b"{}"}, "not a model card"),
        ({"card": spoilt_card(card, input_version=INPUT_VERSION + 1)}, "update the program"),
        ({"card": spoilt_card(card, schema="nmrquanv.model/99")}, "update the program"),
        ({"card": spoilt_card(card, architecture=huge)}, "channels"),
    )
    for members, told in cases:
        exported.write_bytes(whole)
        changed(exported, **members)
        with pytest.raises(ModelError, match=told) as error:
            own_models.import_model(exported)
        assert str(exported) in str(error.value) or "update the program" in str(error.value)
    exported.write_bytes(b"nothing")
    with pytest.raises(ModelError, match="damaged"):
        own_models.import_model(exported)
    with pytest.raises(ModelError, match="no such file"):
        own_models.import_model(exported.with_name("missing"))
    assert library_files() == {}


def test_a_model_whose_weights_were_exchanged_is_not_exported(tmp_path: Path) -> None:
    keep("mine", 1)
    keep("other", 2)
    folder = library.user_folder()
    (folder / "mine.safetensors").write_bytes((folder / "other.safetensors").read_bytes())
    with pytest.raises(ModelError, match="not the weights"):
        own_models.export_model("mine", tmp_path / "x.nmrqmodel")
    assert not (tmp_path / "x.nmrqmodel").exists()


def test_an_export_that_cannot_be_written_says_where(tmp_path: Path) -> None:
    keep("mine")
    with pytest.raises(ExportError, match="missing"):
        own_models.export_model("mine", tmp_path / "missing" / "x.nmrqmodel")


def test_a_parent_is_known_by_what_it_is_not_by_its_name() -> None:
    first = keep("first", 1)
    child = keep("child", 2, parent=first.digest())
    own_models.rename("first", "elder")
    found = own_models.parent_of(child)
    assert found is not None
    assert found.name == "elder"
    own_models.remove("elder")
    assert own_models.parent_of(child) is None
    assert own_models.parent_of(first) is None


def test_a_model_too_large_to_be_read_is_neither_kept_nor_exported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep("mine", 1)
    before, path = library_files(), tmp_path / "mine.nmrqmodel"
    limit = max(len(content) for content in before.values())
    monkeypatch.setattr(own_models, "MAX_ARRAYS_BYTES", limit)  # as large as the weights alone
    with pytest.raises(ExportError, match=r"mine\.nmrqmodel.*smaller network"):
        own_models.export_model("mine", path)
    assert not path.exists()
    for name in ("MAX_ARRAYS_BYTES", "MAX_CARD_BYTES"):
        with monkeypatch.context() as patched:
            patched.setattr(model_files, name, 100)
            with pytest.raises(ModelError, match=r"other\.\w+' would have .*smaller network"):
                keep("other", 2)
    assert library_files() == before
