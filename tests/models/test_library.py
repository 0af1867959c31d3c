"""The library: what is found, loaded, kept, refused."""

from __future__ import annotations

import hashlib
import io
import logging
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from nmrquanv.errors import ModelError
from nmrquanv.models import library
from nmrquanv.models import windows as win
from nmrquanv.models.cards import (
    INPUT_VERSION,
    ModelCard,
    new_card,
    read_card,
    weights_path,
    write_card,
)
from nmrquanv.models.confidence import EVIDENCE
from nmrquanv.models.model_files import sanitised
from nmrquanv.models.networks import Network, build
from nmrquanv.models.windows import FEATURES
from nmrquanv.spectra.axis import Axis
from nmrquanv.spectra.spectrum import Spectrum

SMALL = {"n_circuits": 1, "channels": 4, "dilations": [1]}


FEATURES_SEEN = np.linspace(-1, 1, len(FEATURES) * 200, dtype=np.float32).reshape(1, -1, 200)


def _model(name: str, kind: str = "cnn", seed: int = 0) -> tuple:
    card = new_card(kind, name=name, seed=seed, **SMALL)
    return card, build(card)


def _answer(network: Network) -> torch.Tensor:
    with torch.no_grad():
        return network(torch.from_numpy(FEATURES_SEEN)).logit


@pytest.fixture
def bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for the shipped models: the two defaults, small."""
    folder = tmp_path / "shipped"
    for kind in ("quanv", "cnn"):
        library.save_model(folder, *_model(kind, kind))
    monkeypatch.setattr(library, "bundled_folder", lambda: folder)
    return folder


@pytest.mark.parametrize("kind", ["quanv", "cnn"])
def test_a_kept_model_answers_as_before(kind: str, bundled: Path) -> None:
    card, network = _model("mine", kind, seed=9)
    network(torch.randn(8, len(FEATURES), 200))  # moves the batch norm's statistics
    kept = library.save_user_model(card, network)
    loaded = library.load("mine")
    assert loaded.card == kept
    wanted = _answer(network.eval())
    np.testing.assert_allclose(loaded.network.logits(FEATURES_SEEN)[0], wanted, atol=1e-5)
    assert torch.equal(_answer(library.load_copy("mine").network.eval()), wanted)
    by_path = library.load(library.user_folder() / "mine.json")
    assert by_path.network is loaded.network


def test_random_circuit_is_kept_with_its_structure(bundled: Path) -> None:
    card = new_card("quanv", name="drawn", seed=3, ansatz="random", **SMALL)
    network = build(card).eval()
    library.save_user_model(card, network)
    given = library.load("drawn").network.logits(FEATURES_SEEN)[0]
    np.testing.assert_allclose(given, _answer(network), atol=1e-5)


def test_shipped_models_come_first_and_win(bundled: Path) -> None:
    for name in ("zeta", "alpha"):
        library.save_user_model(*_model(name))
    # Put there by hand: the library itself gives no such name.
    library.save_model(library.user_folder(), *_model("quanv", seed=5))
    assert [card.name for card in library.list_models()] == ["cnn", "quanv", "alpha", "zeta"]
    assert library.find_card("quanv") == bundled / "quanv.json"
    assert library.is_bundled("quanv")
    assert not library.is_bundled("alpha")
    assert not library.is_bundled("../shipped/quanv")


@pytest.mark.parametrize("name", ["quanv", "CNN", "classical"])
def test_names_of_shipped_finders_are_not_given_away(name: str, bundled: Path) -> None:
    before = {p.name: p.read_bytes() for p in bundled.iterdir()}
    assert library.save_user_model(*_model(name)).name == f"{name}-2"
    assert {p.name: p.read_bytes() for p in bundled.iterdir()} == before


def test_a_kept_model_is_never_replaced_by_the_next(bundled: Path) -> None:
    kept = [library.save_user_model(*_model("My model", seed=s)) for s in range(3)]
    assert [card.name for card in kept] == ["My model", "My model-2", "My model-3"]
    assert library.free_name("MY MODEL") == "MY MODEL-4"  # for file systems that ignore case
    hashes = {library.load(card.name).card.weights_sha256 for card in kept}
    assert len(hashes) == 3


PROCESS = """
import sys
from nmrquanv.models import library
from nmrquanv.models.cards import new_card
from nmrquanv.models.networks import build

card = new_card("cnn", name="mine", seed=int(sys.argv[1]), n_circuits=1, channels=4, dilations=[1])
network = build(card)
print("ready", flush=True)
sys.stdin.readline()
for _ in range(10):
    print(library.save_user_model(card, network).name)
"""


def test_two_programs_keeping_a_model_of_one_name_lose_none(bundled: Path) -> None:
    both = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, seed],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in "12"
    ]
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    names = []
    for process in both:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in both:
        names += process.communicate(timeout=60)[0].split()
        assert process.returncode == 0
    assert len(names) == len(set(names)) == 20
    assert {library.load(name).card.name for name in names} == set(names)
    seeds = {library.load(name).card.weights_sha256 for name in names}
    assert len(seeds) == 2


def test_weights_without_a_card_are_not_replaced(bundled: Path) -> None:
    library.user_folder().mkdir(parents=True)
    left = library.user_folder() / "mine.safetensors"
    left.write_bytes(b"somebody's")
    assert library.save_user_model(*_model("mine")).name == "mine-2"
    assert left.read_bytes() == b"somebody's"


def test_a_name_of_long_letters_can_be_kept(bundled: Path) -> None:
    name = library.save_user_model(*_model("\U00020000" * 90)).name
    assert library.load(name).card.name == name


@settings(deadline=None)
@given(st.text(max_size=90))
def test_any_name_becomes_a_files_name(wanted: str) -> None:
    name = sanitised(wanted)
    assert 0 < len(name) <= 66
    assert sanitised(name) == name
    assert not set(name) & set('/\\:*?"<>|\0\n')
    assert not name.startswith((".", "-", " "))
    assert not name.endswith((".", " "))


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ("aspirin: 3 spectra", "aspirin- 3 spectra"),
        ("Küche", "Küche"),
        ("con", "model-con"),
        ("  ", "model"),
        ("a\tb", "a-b"),
    ],
)
def test_names_are_made_safe(wanted: str, name: str) -> None:
    assert sanitised(wanted) == name


def test_loading_again_is_free_until_the_files_change(bundled: Path) -> None:
    library.save_model(library.user_folder(), *_model("mine", seed=1))
    first = library.load("mine")
    assert library.load("mine") is first
    library.save_model(library.user_folder(), *_model("mine", seed=2))
    second = library.load("mine")
    assert second is not first
    assert second.card.weights_sha256 != first.card.weights_sha256


def test_a_copy_is_ones_own_and_can_learn(bundled: Path) -> None:
    shared, copy = library.load("quanv"), library.load_copy("quanv")
    assert copy.network is not shared.network
    assert copy.network.training
    assert all(p.requires_grad for p in copy.network.parameters())
    before = shared.network.logits(FEATURES_SEEN)[0].copy()
    with torch.no_grad():
        for parameter in copy.network.parameters():
            parameter.add_(1.0)
    assert np.array_equal(shared.network.logits(FEATURES_SEEN)[0], before)


def test_unknown_models_are_refused_with_the_choice(bundled: Path) -> None:
    with pytest.raises(ModelError, match="'nope': choose one of cnn, quanv"):
        library.load("nope")
    with pytest.raises(ModelError, match="there is no model"):
        library.load("")


def test_damaged_weights_are_refused(bundled: Path) -> None:
    path = library.user_folder() / "mine.json"
    library.save_user_model(*_model("mine"))
    whole = weights_path(path).read_bytes()
    for damaged in (whole[:-4], whole[:-1] + bytes([whole[-1] ^ 1]), b""):
        weights_path(path).write_bytes(damaged)
        with pytest.raises(ModelError, match=r"mine\.safetensors.*not the weights"):
            library.load("mine")
    weights_path(path).unlink()
    with pytest.raises(ModelError, match=r"mine\.safetensors"):
        library.load("mine")


def _put(card_path: Path, content: bytes) -> None:
    """Exchange the weights and make the card agree with them."""
    weights_path(card_path).write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    write_card(card_path, replace(read_card(card_path), weights_sha256=digest))


def test_weights_of_another_network_are_refused(bundled: Path) -> None:
    library.save_user_model(*_model("mine", "cnn"))
    path = library.user_folder() / "mine.json"
    _put(path, (bundled / "quanv.safetensors").read_bytes())
    with pytest.raises(ModelError, match="do not fit the card"):
        library.load("mine")


def test_a_pickle_is_never_opened(bundled: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple:
            return (pytest.fail, ("unpickled",))

    library.save_user_model(*_model("mine"))
    path = library.user_folder() / "mine.json"
    zipped = io.BytesIO()
    torch.save({"a": torch.ones(1)}, zipped)
    for content in (pickle.dumps(Trap()), zipped.getvalue()):
        _put(path, content)
        with pytest.raises(ModelError, match="cannot be used"):
            library.load("mine")


def test_a_damaged_card_hides_no_other(bundled: Path, caplog: pytest.LogCaptureFixture) -> None:
    library.save_user_model(*_model("good"))
    (library.user_folder() / "bad.json").write_text("{")
    (library.user_folder() / "bad.safetensors").write_bytes(b"")
    with caplog.at_level(logging.WARNING):
        assert [card.name for card in library.list_models()] == ["cnn", "quanv", "good"]
    assert "bad.json" in caplog.text
    with pytest.raises(ModelError, match=r"bad\.json.*damaged"):
        library.load("bad")


def test_files_renamed_by_the_user_are_found_by_the_new_name(bundled: Path) -> None:
    library.save_user_model(*_model("old"))
    folder = library.user_folder()
    for ending in (".json", ".safetensors"):
        (folder / f"old{ending}").rename(folder / f"new{ending}")
    assert library.list_models()[-1].name == "new"
    assert library.load("new").card.name == "new"


def test_a_model_with_a_name_that_is_no_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be the name"):
        library.save_model(tmp_path, *_model("../out"))


@pytest.mark.parametrize(
    ("version", "remedy"), [(INPUT_VERSION + 1, "update the program"), (0, "train or retrain")]
)
def test_a_model_trained_on_other_inputs_is_refused_by_name(
    version: int, remedy: str, bundled: Path
) -> None:
    card, network = _model("mine")
    path = library.user_folder() / "mine.json"
    library.save_model(path.parent, card, network)
    write_card(path, replace(read_card(path), input_version=version))
    with pytest.raises(
        ModelError, match=rf"'mine' was trained on inputs of version {version}.*{remedy}"
    ):
        library.load("mine")


def test_a_card_from_before_inputs_had_a_version_is_of_the_first_and_the_same_model() -> None:
    card = replace(new_card("cnn", name="old"), input_version=1)
    values = card.to_dict()
    assert values.pop("input_version") == 1
    older = ModelCard.from_dict(values)
    assert older.input_version == 1
    assert older.digest() == card.digest()
    assert replace(card, input_version=2).digest() != card.digest()


def test_what_networks_see_changes_only_with_its_version() -> None:
    """When this fails, raise ``INPUT_VERSION``: shipped and users' networks know other inputs."""
    x = np.arange(4096)
    lines = 900 / (1 + ((x - 1000) / 3) ** 2) + 60 / (1 + ((x - 1030) / 9) ** 2)
    trace = lines + np.random.default_rng(4).normal(size=x.size)
    spectrum = Spectrum(trace, Axis(x.size, 4000.0, 400.0, 10.0))
    grids = win.grids(spectrum, win.narrow_width_points(spectrum))
    seen = [float(np.abs(channel).mean()) for grid in grids for channel in win.features(grid)]
    first = [len(grids), *(round(value, 3) for value in seen[:8])]
    assert (INPUT_VERSION, len(EVIDENCE)) == (1, 20)
    assert first == pytest.approx(
        [3, 0.114, 0.262, 0.091, 0.145, 0.141, 0.299, 0.094, 0.178], abs=2e-3
    )
