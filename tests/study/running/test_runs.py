"""Whole runs, small: from a spec to figures, reproducibly, for every front end and head."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch

from nmrquanv.models.front_ends import ConvolutionFrontEnd, QuadraticFrontEnd
from nmrquanv.models.networks import build
from nmrquanv.models.quanvolution import Quanvolution1d
from nmrquanv.progress import Cancelled
from nmrquanv.study.data.datasets import PRESETS, make
from nmrquanv.study.data.study_metrics import Answers, measure
from nmrquanv.study.running import specs
from nmrquanv.study.running.heads import answers_to, features_of, head_of, judged
from nmrquanv.study.running.learning import card_of, learn
from nmrquanv.study.running.runs import held_out, run, training_spectra
from nmrquanv.study.running.specs import HEADS, NETWORKS, PICKERS, SLOTS_ALONE, RunSpec


@pytest.fixture(scope="module", autouse=True)
def _few_held_out() -> Iterator[None]:
    """Test all runs of this file on the same few spectra, which are made once."""
    held_out.cache_clear()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(specs, "HELD_OUT", 60)
        yield
    held_out.cache_clear()


def _tiny(front_end: str = "quanv", **changes: object) -> RunSpec:
    return replace(RunSpec(front_end, spectra=70, epochs=2), **changes)


@pytest.mark.parametrize(
    ("front_end", "head"),
    [(f, h) for f in NETWORKS for h in HEADS if h == "slots" or f not in SLOTS_ALONE],
)
def test_every_front_end_runs_with_either_head(front_end: str, head: str) -> None:
    spec = _tiny(front_end, head=head)
    result = run(spec)
    assert json.loads(json.dumps(result, allow_nan=False)) == result
    assert RunSpec.from_dict(result["spec"]) == spec
    assert [line["epoch"] for line in result["curve"]] == [1, 2]
    assert all(math.isfinite(line["val_loss"]) for line in result["curve"])
    assert set(result["metrics"]) == {"last", "best"}
    assert result["metrics"]["best"]["loss"] > 0
    assert set(result["data_hash"]) == {"training", "validation", "test"}


@pytest.mark.parametrize("picker", PICKERS)
def test_pickers_run_without_training(picker: str) -> None:
    result = run(_tiny(picker))
    assert result["curve"] == []
    assert result["metrics"]["last"] == result["metrics"]["best"]
    assert result["metrics"]["best"]["f1_4"] > 0.6
    json.dumps(result, allow_nan=False)


def test_a_run_is_decided_by_its_spec() -> None:
    first, second = run(_tiny()), run(_tiny())
    for name in ("metrics", "curve", "data_hash", "extra", "key"):
        assert first[name] == second[name]
    other = run(_tiny(seed=1))
    assert other["curve"] != first["curve"]
    # Seeds change what is learned from, not what it is tested on.
    assert other["data_hash"]["test"] == first["data_hash"]["test"]
    assert other["data_hash"]["training"] != first["data_hash"]["training"]


def test_a_run_leaves_torchs_random_state_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    run(_tiny("cnn"))
    torch.testing.assert_close(torch.rand(3), expected)


def test_front_ends_of_one_seed_see_the_same_spectra() -> None:
    quanv, cnn = (training_spectra(_tiny(f, seed=4)) for f in ("quanv", "cnn"))
    assert quanv.digest() == cnn.digest()


def test_cards_have_the_papers_shell_and_equal_channels() -> None:
    expected = {
        "quanv": Quanvolution1d,
        "cnn": ConvolutionFrontEnd,
        "cnn_normalised": ConvolutionFrontEnd,
        "quadratic": QuadraticFrontEnd,
    }
    for name, kind in expected.items():
        front = build(card_of(RunSpec(name))).front_end
        assert isinstance(front, kind)
        assert front.out_channels == 5
        assert getattr(front, "is_normalised", False) == (name == "cnn_normalised")
    frozen = build(card_of(RunSpec("quanv", is_trainable=False, ansatz="random", n_layers=2)))
    assert not frozen.front_end.weights.requires_grad
    assert frozen.front_end.weights.shape == (1, 30)
    twelve = card_of(RunSpec("cnn", preset_changes=(("n_max", 12),)))
    assert build(twelve).n_slots == 12


@pytest.mark.parametrize("front_end", ["quanv", "cnn"])
def test_training_learns_to_tell_easy_spectra(front_end: str) -> None:
    one = (("n_max", 1.0),)
    spec = RunSpec(front_end, preset="easy", preset_changes=one, spectra=400, epochs=25)
    result = run(replace(spec, rate=3e-3))
    curve = result["curve"]
    assert curve[-1]["val_loss"] < 0.5 * curve[0]["val_loss"]
    assert result["metrics"]["best"]["f1_8"] > 0.5
    lowest = min(line["val_loss"] for line in curve)
    assert curve[result["extra"]["best_epoch"] - 1]["val_loss"] == lowest


def test_the_best_checkpoint_has_the_weights_of_its_epoch() -> None:
    spec = _tiny("cnn", epochs=6, rate=0.05)
    training, (validation, _) = (
        training_spectra(spec),
        held_out(spec.chosen_preset(), spec.held_out),
    )
    learned = learn(spec, training, validation)
    losses = [line.val_loss for line in learned.curve]
    tensors = learned.head.tensors(validation)
    for checkpoint, loss in (("last", losses[-1]), ("best", min(losses))):
        learned.use(checkpoint)
        assert judged(learned.head, learned.network, tensors)[1] == pytest.approx(loss, rel=1e-6)


def test_a_run_can_be_cancelled() -> None:
    def cancel(done: int, total: int, text: str) -> None:
        assert total == 6
        assert text.startswith("epoch")
        if done == 4:
            raise Cancelled

    with pytest.raises(Cancelled):
        run(_tiny("cnn"), cancel)


def test_dense_targets_and_answers_are_each_others_inverse() -> None:
    """A network that gave the targets would find every line where it is."""
    clear = PRESETS["hard"].changed([("overlap", 0.0)])
    spectra = make(clear, 50, 3)
    head = head_of("dense", 200)
    features, target, offset, near = head.tensors(spectra)
    assert features.shape == (50, 4, 200)
    assert near.any(dim=1).all()

    class Perfect:
        logit = torch.logit(target.double(), eps=1e-9)

    Perfect.offset = offset
    position, score = head.answers(Perfect)
    figures = measure(Answers(position.double().numpy(), score.double().numpy()), spectra, 0.5)
    assert figures["f1_1"] == 1.0
    assert figures["mae_points"] < 1e-3


def test_dense_features_are_in_units_of_the_noise() -> None:
    spectra = make(PRESETS["hard"].changed([("sigma_min", 0.05)]), 40, 1)
    compressed, relative, _, _ = features_of(spectra.traces).transpose(1, 0, 2)
    assert relative.max() == pytest.approx(1.0)
    height = np.sinh(8 * compressed.astype(float)).max(axis=1) * spectra.noise_sigma
    np.testing.assert_allclose(np.median(height), 0.95, atol=0.1)
    noise = np.random.default_rng(0).normal(0, 0.01, (20, 200)).astype(np.float32)
    bend = np.sinh(8 * features_of(noise)[:, 2].astype(float))
    assert bend.std() == pytest.approx(1.0, abs=0.1)


def test_answers_come_in_batches_as_they_come_at_once() -> None:
    spec = _tiny("cnn")
    network = build(card_of(spec))
    head, spectra = head_of("slots", 200), make(PRESETS["hard"], 520, 2)
    whole = answers_to(head, network, spectra)
    with torch.no_grad():
        answer = network.eval()(torch.tensor(spectra.traces))
    np.testing.assert_allclose(whole.position, answer.position.numpy() * 199, atol=1e-3)
    assert whole.score.shape == (520, 5)


def test_noise_sets_in_for_the_last_epochs_and_the_tests() -> None:
    ideal = run(_tiny(epochs=3))
    late = run(_tiny(epochs=3, noise={"readout_flip": 0.2}, noisy_epochs=1))
    assert late["curve"][:2] == ideal["curve"][:2]
    assert late["curve"][2] != ideal["curve"][2]
    assert late["extra"]["best_epoch"] == 3
    tested = run(_tiny(epochs=3, noise={"readout_flip": 0.2}))
    assert tested["curve"] == ideal["curve"]
    assert tested["metrics"]["last"]["loss"] != ideal["metrics"]["last"]["loss"]


def test_gate_dropout_acts_on_training_alone_and_is_seeded() -> None:
    plain = run(_tiny())
    thinned, again = (run(_tiny(dropout={"rotations": 0.5, "entanglers": 0.5})) for _ in "ab")
    assert thinned["curve"][0]["train_loss"] != plain["curve"][0]["train_loss"]
    assert thinned["curve"] == again["curve"]
    assert thinned["metrics"] == again["metrics"]


def test_parameter_shift_trains_as_backpropagation_does() -> None:
    exact, shifted = run(_tiny()), run(_tiny(evaluator="parameter-shift"))
    for a, b in zip(exact["curve"], shifted["curve"], strict=True):
        assert a["train_loss"] == pytest.approx(b["train_loss"], rel=1e-3)


@pytest.mark.slow
def test_a_run_on_a_pennylane_device_gives_what_the_exact_layer_gives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(specs, "DEVICE_HELD_OUT", 1)
    monkeypatch.setattr(specs, "HELD_OUT", 1)
    few = {"spectra": 1, "epochs": 1, "is_trainable": False}
    exact = run(_tiny(**few))
    on_device = run(_tiny(**few, evaluator="device", device="default.qubit"))
    assert on_device["curve"][0] == pytest.approx(exact["curve"][0], rel=1e-4)


def test_a_network_trained_exactly_is_tested_on_a_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(specs, "DEVICE_HELD_OUT", 2)
    few = {"spectra": 16, "epochs": 1, "measures": ("entanglement",)}
    exact = run(_tiny(**few))
    there = run(_tiny(**few, evaluator="device-test", device="lightning.qubit"))
    noisy = run(_tiny(**few, evaluator="device-test", device="lightning.qubit", shots=3))
    assert there["curve"] == noisy["curve"] == exact["curve"]
    here = there["extra"][specs.WITHOUT_DEVICE]
    assert there["metrics"]["best"] == pytest.approx(here, rel=1e-3)
    assert noisy["extra"][specs.WITHOUT_DEVICE] == pytest.approx(here)
    assert noisy["metrics"]["best"]["loss"] != pytest.approx(here["loss"], rel=1e-3)
    # The device is for the test: what is measured besides is exact.
    changes = [r["extra"]["entanglement"]["change"] for r in (there, noisy)]
    assert changes[0] == changes[1] == exact["extra"]["entanglement"]["change"][:2]
    assert there["data_hash"]["validation"] == exact["data_hash"]["validation"]


def test_entanglement_is_measured_for_every_test_spectrum() -> None:
    result = run(_tiny(measures=("entanglement",)))["extra"]["entanglement"]
    assert len(result["change"]) == len(result["f1"]) == specs.HELD_OUT
    difference = result["after_mean"] - result["before_mean"]
    assert np.mean(result["change"]) == pytest.approx(difference, abs=1e-3)
    # A random circuit spreads the smooth stretches over all qubits.
    assert difference > 0.2
