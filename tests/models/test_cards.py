"""Model cards: round trips, damaged files, calibration."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmrquanv.errors import ModelError
from nmrquanv.models.cards import (
    KINDS,
    ModelCard,
    Window,
    new_card,
    read_card,
    weights_path,
    write_card,
)
from nmrquanv.spectra.thresholds import Thresholds

FULL = ModelCard(
    name="mine",
    title="Mine, ä 1H",
    kind="cnn",
    architecture={"head": "dense", "seed": 3, "dilations": [1, 2]},
    window=Window(200, 9.5),
    thresholds=Thresholds(4.0, 0.01, 0.3),
    training={"epochs": 12, "seed": 5},
    data_version="simulated-1",
    data_hashes=("ab", "cd"),
    metrics={"f1": 0.94, "set": "simulated"},
    calibration=((0.0, 0.0), (0.5, 0.7), (1.0, 1.0)),
    date="2026-01-02T03:04:05+00:00",
    parent="ef",
    weights_sha256="12",
)


def test_a_card_survives_its_file(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "mine.json"
    write_card(path, FULL)
    assert read_card(path) == FULL
    assert [p.name for p in path.parent.iterdir()] == ["mine.json"]
    assert json.loads(path.read_text(encoding="utf-8"))["schema"] == "nmrquanv.model/1"


@pytest.mark.parametrize("head", ["dense", "slots"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_standard_card_survives_its_file(kind: str, head: str, tmp_path: Path) -> None:
    card = new_card(kind, head, seed=4)
    write_card(tmp_path / "a.json", card)
    assert read_card(tmp_path / "a.json") == card
    assert card.head == head


def test_writing_replaces_the_older_card_whole(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    write_card(path, replace(FULL, title="x" * 5000))
    write_card(path, FULL)
    assert read_card(path) == FULL


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ModelError, match="cannot be saved"):
        write_card(tmp_path / "file" / "mine.json", FULL)


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(0, 900))
def test_a_truncated_card_is_refused_by_name(
    cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("cards") / "mine.json"
    write_card(path, FULL)
    content = path.read_bytes()
    path.write_bytes(content[: min(cut, len(content) - 3)])
    with pytest.raises(ModelError, match=r"mine\.json"):
        read_card(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema": "nmrquanv.peaks/1"}, "not a model card"),
        ({"schema": "nmrquanv.model/99"}, "update the program"),
        ({"kind": "transformer"}, "kind"),
        ({"surprise": 1}, "unknown entries: surprise"),
        ({"name": ""}, "needs a name"),
        ({"name": 3}, r"Expected `str`.*name"),
        ({"architecture": []}, r"Expected `object`.*architecture"),
        ({"window": {"points": 3}}, "32 to 65536 points"),
        ({"window": {"pts": 200}}, r"window\.pts"),
        ({"thresholds": {"min_height": 7}}, "thresholds"),
        ({"calibration": [[0.5, 0.5], [0.4, 0.6]]}, "rise"),
        ({"calibration": [0.5]}, r"calibration\[0\]"),
    ],
)
def test_wrong_values_are_named(change: dict, message: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(FULL.to_dict() | change))
    with pytest.raises(ModelError, match=message) as caught:
        read_card(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("missing", ["name", "title", "kind", "architecture", "schema"])
def test_a_missing_field_is_named(missing: str) -> None:
    values = FULL.to_dict()
    del values[missing]
    with pytest.raises(ModelError, match=missing):
        ModelCard.from_dict(values)


@pytest.mark.parametrize("content", ["[]", "3", "", "\xff"])
def test_something_else_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "odd.json"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(ModelError, match=r"odd\.json"):
        read_card(path)


def test_a_card_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such file"):
        read_card(tmp_path / "none.json")
    with pytest.raises(ModelError, match="cannot be read"):
        read_card(tmp_path)


def test_a_new_threshold_does_not_change_who_an_older_model_is() -> None:
    assert set(FULL.to_dict()["thresholds"]) == {"min_snr", "min_height", "min_confidence"}
    shown = replace(FULL, thresholds=replace(FULL.thresholds, shows_satellites=True))
    assert ModelCard.from_dict(shown.to_dict()) == shown
    assert shown.digest() != FULL.digest()


def test_digest_is_of_the_content() -> None:
    assert FULL.digest() == ModelCard.from_dict(FULL.to_dict()).digest()
    others = [replace(FULL, weights_sha256="13"), replace(FULL, metrics={"f1": 0.95})]
    assert len({FULL.digest(), *(card.digest() for card in others)}) == 3


def test_calibration_is_piecewise_linear() -> None:
    found = FULL.confidence([0.0, 0.25, 0.5, 0.75, 1.0])
    np.testing.assert_allclose(found, [0.0, 0.35, 0.7, 0.85, 1.0])
    bare = replace(FULL, calibration=())
    np.testing.assert_array_equal(bare.confidence([[0.2, 0.9]]), [[0.2, 0.9]])


def test_weights_lie_beside_the_card() -> None:
    assert weights_path(Path("a/b/quanv.v2.json")) == Path("a/b/quanv.v2.safetensors")


def test_cards_need_no_torch() -> None:
    code = (
        "import sys\n"
        "from nmrquanv.models import cards, library\n"
        "library.list_models()\n"
        "assert 'torch' not in sys.modules and 'pennylane' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
